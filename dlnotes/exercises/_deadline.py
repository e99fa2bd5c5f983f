"""A call that is stopped when its time is up, without ending the notebook around it."""

import ctypes
import signal
import threading


class TooSlow(BaseException):
    """Not an Exception, so that `except Exception` in the called code lets it through."""


def call(function, args, kwargs, seconds):
    """function(*args, **kwargs), or TooSlow once the seconds have passed.

    On the main thread of a POSIX system a timer's signal ends it, even while it sleeps; elsewhere
    a second thread raises TooSlow between two of its instructions.
    """
    if hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread():
        return _call_under_timer(function, args, kwargs, seconds)
    return _call_under_watch(function, args, kwargs, seconds)


def _call_under_timer(function, args, kwargs, seconds):
    rings = 0

    def ring(signum, frame):
        nonlocal rings
        if frame.f_code in (_call_under_timer.__code__, ring.__code__):
            return  # the call is over and only the tidying up is left, or the last ring still rings
        rings += 1
        if rings == 5:
            # A bare `except:` swallows each ring; a burst also hits its handler.
            signal.setitimer(signal.ITIMER_REAL, 1e-5, 1e-5)
        raise TooSlow

    before = signal.signal(signal.SIGALRM, ring)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds, 0.02)
        return function(*args, **kwargs)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _call_under_watch(function, args, kwargs, seconds):
    caller, over = ctypes.c_ulong(threading.get_ident()), threading.Event()
    throw = ctypes.pythonapi.PyThreadState_SetAsyncExc

    def watch():
        pause = seconds
        while not over.wait(pause):
            throw(caller, ctypes.py_object(TooSlow))
            pause = 0.02

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        return function(*args, **kwargs)
    finally:
        while watcher.is_alive():
            try:
                over.set()
                watcher.join()
            except TooSlow:  # thrown just as the call ended by itself
                continue
        throw(caller, None)
