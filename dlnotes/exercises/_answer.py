"""Running somebody's answer on one probe, trusting nothing it does."""

import builtins
import copy
import signal
import sys
import threading
import traceback
import warnings
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from . import _deadline

# What switches the watch or the clock off. A set: at the end of endless recursion two codes must
# not be compared, which would fail in another way.
_CLOCKS = [getattr(signal, name) for name in ("setitimer", "alarm") if hasattr(signal, name)]
_WATCHES = {sys.setprofile, threading.setprofile.__code__, *_CLOCKS}
# Names that an answer may set anew; they are set back, or the solution would use the answer's.
_NAMES = [vars(module) for module in (builtins, np, np.linalg, np.random)]
LARGEST = 100_000  # values and lists of an answer that are read
_NUMBERS = frozenset({bool, int, float, np.bool_, *np.sctypeDict.values()})


@dataclass(frozen=True)
class Probe:
    """The arguments of one call."""

    args: tuple
    kwargs: dict

    def copy(self):
        return Probe(copy.deepcopy(self.args), copy.deepcopy(self.kwargs))

    def named(self, parameters):
        """(name, value) of every argument, with the parameters' names."""
        return [*zip(parameters, self.args, strict=False), *self.kwargs.items()]


def probe(*args, **kwargs):
    """A probe that needs keyword arguments; a plain tuple serves where there are none."""
    return Probe(args, kwargs)


@dataclass(frozen=True)
class Outcome:
    """What became of a call.

    kind   "value": an array, or a tuple of them; "nothing": None, ... or NotImplementedError;
           "error", "slow", "mutated", "borrowed", "unreadable": `value` says what happened
    """

    kind: str
    value: Any = None
    line: str = ""
    single: bool = False

    def in_form_of(self, wanted):
        """A tuple where one array is wanted counts as that array, if it can be one.

        And the other way round: an array counts as the tuple of its rows.
        """
        return replace(self, value=_formed(self.value, wanted)) if self.kind == "value" else self

    def agrees(self, other, close):
        """The same kind of thing happened, and the same values came."""
        if self.kind != other.kind:
            return False
        if self.kind != "value":
            return self.value == other.value
        mine, theirs = parts(self.value), parts(other.value)
        return len(mine) == len(theirs) and all(
            a.shape == b.shape and close(a, b) for a, b in zip(mine, theirs, strict=True)
        )


class Unreadable(Exception):
    """An answer that is not made of real numbers."""


def parts(value):
    """A tuple of arrays, whether one array came or several, in tuples within tuples or not."""
    if not isinstance(value, tuple):
        return (value,)
    return tuple(part for inner in value for part in parts(inner))


def _formed(value, wanted):
    if not isinstance(wanted, tuple):
        return _stacked(value)
    if not isinstance(value, tuple):
        shapes = [row.shape for row in value] if value.ndim else []
        if shapes != [getattr(part, "shape", None) for part in wanted]:
            return value
    return tuple(map(_formed, value, wanted)) if len(value) == len(wanted) else value


def _stacked(values):
    """A tuple of arrays as one array, or as it is if their shapes do not allow it."""
    try:
        return np.array(values)
    except (ValueError, TypeError):
        return values


def read(value):
    """A plain number, array or nested list of them as a float array; trusts no overridden method.

    A tuple, a named one too, stays a tuple, and a list whose entries have unequal shapes becomes
    one. -> (value, whether it is in float32). Raises Unreadable.
    """
    try:
        return _read(value, [LARGEST])
    except RecursionError:
        raise Unreadable("lists nested too deep to read") from None


def _read(value, room):
    room[0] -= value.size if type(value) is np.ndarray else 1
    if room[0] < 0:
        raise Unreadable(f"more than {LARGEST} of them")
    if isinstance(value, tuple):
        inner = [_read(v, room) for v in tuple.__iter__(value)]
        return tuple(a for a, _ in inner), any(single for _, single in inner)
    if type(value) is list:
        inner = [_read(v, room) for v in value]
        return _stacked(tuple(a for a, _ in inner)), any(single for _, single in inner)
    if type(value) is not np.ndarray and type(value) not in _NUMBERS:
        raise Unreadable(f"an object of type {type(value).__name__}")
    try:
        array = np.asarray(value, float if type(value) is int else None)
    except OverflowError:
        raise Unreadable("a whole number beyond the largest float") from None
    if array.dtype.kind not in "biuf":
        kinds = {"c": "complex numbers", "O": "an array of objects", "U": "an array of text"}
        raise Unreadable(kinds.get(array.dtype.kind, f"an array of {array.dtype.name}"))
    return array.astype(np.float64), array.dtype == np.float32


def run(answer, given, seconds=None, off_limits=None):
    """Call the answer on a copy of a probe -> Outcome.

    seconds: after how many it is stopped; off_limits: a folder whose functions it must not call,
    but for those that the probe hands it. Ctrl-C passes through.
    """
    mine = given.copy()
    borrowed = []  # names of the book's functions that were called, "" for what hides such calls
    handed = {getattr(a, "__code__", None) for a in (*given.args, *given.kwargs.values())}

    def watch(frame, event, arg):
        code = frame.f_code
        ours = code.co_filename.startswith(off_limits)
        if (
            event == "call"
            and ours
            and code not in handed
            and code.co_filename != _deadline.__file__
        ):
            borrowed.append(code.co_name)
        elif not ours and (arg if event == "c_call" else code) in _WATCHES:
            borrowed.append("")

    before, before_in_threads = sys.getprofile(), threading.getprofile()
    names, error = [dict(module) for module in _NAMES], None
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            if off_limits:
                threading.setprofile(watch)
                sys.setprofile(watch)
            if seconds is None:
                value = answer(*mine.args, **mine.kwargs)
            else:
                value = _deadline.call(answer, mine.args, mine.kwargs, seconds)
        except KeyboardInterrupt:
            raise
        except _deadline.TooSlow:
            return Outcome("slow")
        except NotImplementedError:
            return Outcome("nothing")
        except BaseException as caught:  # also SystemExit, which would end the notebook
            error = caught
        finally:
            unwatched = bool(off_limits) and sys.getprofile() is not watch
            sys.setprofile(before)
            threading.setprofile(before_in_threads)
            for module, was in zip(_NAMES, names, strict=True):
                module.update(was)
    if error is not None and not borrowed:  # a RecursionError may have ended the watch, too
        return Outcome("error", *_told(answer, error))
    if borrowed or unwatched:
        return Outcome("borrowed", borrowed[0] if borrowed else "")
    if value is None or value is Ellipsis:
        return Outcome("nothing")
    for place, (was, now) in enumerate(
        zip(
            [*given.args, *given.kwargs.values()],
            [*mine.args, *mine.kwargs.values()],
            strict=True,
        )
    ):
        if not _unchanged(was, now):
            return Outcome("mutated", place)
    try:
        value, single = read(value)
    except Unreadable as refused:
        return Outcome("unreadable", str(refused))
    return Outcome("value", value, single=single)


def _unchanged(was, now):
    if type(was) is not type(now):
        return False
    if isinstance(was, (tuple, list)):
        return len(was) == len(now) and all(map(_unchanged, was, now))
    if isinstance(was, dict):
        return was.keys() == now.keys() and all(_unchanged(was[k], now[k]) for k in was)
    if isinstance(was, np.ndarray):
        if (was.shape, was.dtype) != (now.shape, now.dtype):
            return False
        return np.array_equal(was, now, equal_nan=was.dtype.kind == "f")
    return was == now or was != was


def _told(answer, error):
    """An exception in words, and the line of the answer's own code that raised it."""
    code = getattr(answer, "__code__", None)
    own = [
        f
        for f in traceback.extract_tb(error.__traceback__)
        if code is not None and f.filename == code.co_filename
    ]
    line = f"line {own[-1].lineno}: {own[-1].line}" if own and own[-1].line else ""
    try:
        words = str(error).strip().splitlines()
    except Exception:  # the answer's own class of errors may be wrong, too
        words = []
    return f"{type(error).__name__}: {words[0]}" if words else type(error).__name__, line
