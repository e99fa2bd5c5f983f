"""Every argument check and its wording: who, what was wanted, what came.

Each check returns what it approves: float32 stays float32, any other real number becomes float64.
"""

import math
import sys

import numpy as np


def real(who, name, value):
    """The value as an array of real numbers, nan and infinities among them."""
    a = array(who, name, value)
    if a.dtype.kind not in "biuf" and a.size:
        raise TypeError(f"{who}: {name} must hold real numbers, got {_describe(a)}")
    return a


def numbers(who, **arrays):
    """The arguments as non-empty real arrays without nan, sharing one floating type."""
    arrays = {name: real(who, name, value) for name, value in arrays.items()}
    single = all(a.dtype == np.float32 for a in arrays.values())
    for name, a in arrays.items():
        if a.size == 0:
            raise ValueError(f"{who}: {name} must hold at least one number, got shape {a.shape}")
        if np.isnan(a).any():
            raise ValueError(f"{who}: {name} must not hold nan, got nan at {_first(np.isnan(a))}")
        arrays[name] = _cast(a, np.float32 if single else np.float64)
    return tuple(arrays.values()) if len(arrays) > 1 else next(iter(arrays.values()))


def finite(who, **arrays):
    """Numbers, none of them infinite."""
    approved = _tuple(numbers(who, **arrays))
    for name, a in zip(arrays, approved, strict=True):
        _all(who, name, "be finite", a, np.isfinite(a))
    return approved if len(approved) > 1 else approved[0]


def same_shape(who, **arrays):
    """Finite numbers in arrays of one shape: shapes never broadcast silently."""
    approved = _tuple(finite(who, **arrays))
    first = next(iter(arrays))
    for name, a in zip(arrays, approved, strict=True):
        if a.shape != approved[0].shape:
            raise ValueError(
                f"{who}: {name} must have shape {approved[0].shape} like {first}, got {a.shape}"
            )
    return approved


def probabilities(who, **arrays):
    """Arrays of one shape with every entry between 0 and 1."""
    approved = same_shape(who, **arrays)
    for name, a in zip(arrays, approved, strict=True):
        unit_interval(who, name, a)
    return approved


def unit_interval(who, name, a):
    _all(who, name, "lie between 0 and 1", a, (a >= 0) & (a <= 1))


def member(who, name, a, *allowed):
    """Every entry of `a` is one of the allowed values."""
    wanted = "hold only " + " and ".join(f"{v:g}" for v in allowed)
    _all(who, name, wanted, a, np.isin(a, allowed))


def rank(who, name, a, *ranks):
    if a.ndim not in ranks:
        wanted = " or ".join(map(str, ranks))
        raise ValueError(f"{who}: {name} must have {wanted} dimensions, got shape {a.shape}")


def classes(who, name, y, count):
    """y as class numbers 0 .. count - 1, one a sample."""
    y = array(who, name, y)
    if y.size == 0:
        raise ValueError(f"{who}: {name} must hold at least one class, got shape {y.shape}")
    if y.dtype.kind not in "iu":
        raise TypeError(f"{who}: {name} must hold integer classes, got {_describe(y)}")
    _all(who, name, f"hold classes 0 to {count - 1}", y, (y >= 0) & (y < count))
    return y


def positive(who, name, value):
    """value as a finite float above 0."""
    # Above 0 is the smallest positive float and all that is larger.
    return _number(who, name, value, "a finite number above 0", 5e-324, sys.float_info.max)


def not_negative(who, name, value):
    """value as a finite float, 0 or more."""
    return _number(who, name, value, "a finite number, 0 or more", 0, sys.float_info.max)


def fraction(who, name, value):
    """value as a float from 0 to just below 1: the share of the old that an average keeps."""
    return _number(who, name, value, "a number from 0 to below 1", 0, math.nextafter(1, 0))


def _number(who, name, value, wanted, low, high):
    real = isinstance(value, (int, float, np.integer, np.floating))
    if isinstance(value, (bool, np.timedelta64)) or not real:
        raise TypeError(f"{who}: {name} must be {wanted}, got {shown(value)}")
    try:
        # A float16 compared with the largest float would overflow.
        number = float(value)
    except OverflowError:
        number = math.inf
    if not low <= number <= high:
        raise ValueError(f"{who}: {name} must be {wanted}, got {shown(value, str)}")
    return number


def count(who, name, value):
    """value as a Python integer, 0 or more."""
    # To NumPy a span of time is an integer.
    if isinstance(value, (bool, np.bool_, np.timedelta64)) or not isinstance(
        value, (int, np.integer)
    ):
        raise TypeError(f"{who}: {name} must be a whole number, got {shown(value)}")
    if value < 0:
        raise ValueError(f"{who}: {name} must not be negative, got {shown(value, str)}")
    return int(value)


def choice(who, name, value, allowed):
    """Refuse a value that is not one of a few."""
    if not isinstance(value, (str, int, np.integer)) or value not in allowed:
        wanted = ", ".join(map(repr, allowed))
        raise ValueError(f"{who}: {name} must be one of {wanted}, got {shown(value)}")


def instance(who, name, value, kind, words):
    """Refuse a value that is not of the kind, in words."""
    if not isinstance(value, kind):
        raise TypeError(f"{who}: {name} must be {words}, got {shown(value)}")


def in_type(who, name, value, dtype):
    """Finite numbers as an array of that type, in which they must be finite, too."""
    a = _cast(np.asarray(finite(who, **{name: value})), dtype)
    _all(who, name, f"be finite in {a.dtype}", a, np.isfinite(a))
    return a


def cotangent(who, dy, shape, dtype):
    """The gradient arriving at an output of the given shape; a plain number serves every entry."""
    dy = in_type(who, "dy", dy, dtype)
    if dy.shape not in (shape, ()):
        raise ValueError(f"{who}: dy must have shape {shape} like the output, got {dy.shape}")
    return dy


def within_floats(who, what, a, where):
    """An array that was computed, refused where it passed the largest float."""
    if not np.isfinite(a).all():
        raise ValueError(f"{who}: {what} must stay finite, and overflows {where}")
    return a


def shown(value, how=repr):
    """The value as text; Python refuses to print a whole number of some thousand digits."""
    try:
        return how(value)
    except ValueError:
        return f"{type(value).__name__} too long to print"


def _cast(a, dtype):
    """What lies beyond the largest float of the type is inf there."""
    with np.errstate(over="ignore"):
        return a.astype(dtype, copy=False)


def array(who, name, value):
    try:
        return np.asarray(value)
    except ValueError:
        raise ValueError(f"{who}: {name} must be an array, got rows of unequal length") from None


def _describe(a):
    return {"U": "text", "S": "bytes", "c": "complex numbers", "O": "objects"}.get(
        a.dtype.kind, a.dtype.name
    )


def _all(who, name, wanted, a, good):
    if not good.all():
        where = _first(~good)
        # All digits: 1.0000001 is no probability, and rounded to 1 it would seem to be one.
        raise ValueError(
            f"{who}: {name} must {wanted}, got {str(a[where]).removesuffix('.0')} at {where}"
        )


def _first(mask):
    return tuple(int(i[0]) for i in np.nonzero(np.atleast_1d(mask)))[: mask.ndim]


def _tuple(approved):
    return approved if isinstance(approved, tuple) else (approved,)
