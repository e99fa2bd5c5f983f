"""A call that is stopped when its time is up, without ending the notebook around it."""

import ctypes
import signal
import sys
import threading
import time


class TooSlow(BaseException):
    """Not an Exception, so that `except Exception` in the called code lets it through."""


def call(function, args, kwargs, seconds):
    """function(*args, **kwargs), or TooSlow once the seconds have passed.

    On the main thread of a POSIX system a timer's signal ends it, even while it sleeps; elsewhere
    a second thread raises TooSlow between two of its instructions; in a browser, which has neither,
    its loops and calls look at the clock. A single long call into C, such as sum(range(10**11)),
    hears of it only when it is over.
    """
    if sys.platform == "emscripten":
        return _call_with_clock(function, args, kwargs, seconds)
    if hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread():
        return _call_under_timer(function, args, kwargs, seconds)
    return _call_under_watch(function, args, kwargs, seconds)


def _call_under_timer(function, args, kwargs, seconds):
    over = False

    def ring(signum, frame):
        if not over:
            raise TooSlow

    before = signal.signal(signal.SIGALRM, ring)
    try:
        # A bare `except:` swallows the first ring, and some more; one will fall between two tries.
        signal.setitimer(signal.ITIMER_REAL, seconds, 0.005)
        return function(*args, **kwargs)
    finally:
        over = True  # before any call: a ring within one, or within a profiler's, would prevent it
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _call_under_watch(function, args, kwargs, seconds):
    caller, lock, ended = ctypes.c_ulong(threading.get_ident()), threading.Lock(), threading.Event()
    throw, over = ctypes.pythonapi.PyThreadState_SetAsyncExc, False

    def watch():
        pause = seconds
        while not ended.wait(pause):
            with lock:
                if over:
                    return
                throw(caller, ctypes.py_object(TooSlow))
            pause = 0.005

    try:
        threading.Thread(target=watch, daemon=True).start()
        return function(*args, **kwargs)
    finally:
        over = True  # before any call, as a TooSlow on its way arrives at one of these
        with lock:
            ended.set()


def _call_with_clock(function, args, kwargs, seconds):
    monitoring, end = sys.monitoring, time.monotonic() + seconds

    def look(*_):
        if time.monotonic() > end:
            raise TooSlow  # again at the next jump, should the call swallow it

    tool, events = monitoring.PROFILER_ID, monitoring.events
    monitoring.use_tool_id(tool, "deadline")
    for event in (events.JUMP, events.PY_START):
        monitoring.register_callback(tool, event, look)
    monitoring.set_events(tool, events.JUMP | events.PY_START)
    try:
        return function(*args, **kwargs)
    finally:
        monitoring.set_events(tool, 0)
        monitoring.free_tool_id(tool)
