"""Whatever is handed over, what comes is a value, or a ValueError or TypeError in the function's name.

Good arguments are drawn from tests/drawn.py, and one or two of them spoiled. A warning is an error, as in all
tests, and so is a call that does not end.
"""

import collections
import datetime
import decimal
import fractions
import itertools

import numpy as np
import pytest
from drawn import GOOD, RULES, Seed, call, function, slope
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays, scalar_dtypes

from dlnotes import batchnorm
from dlnotes.exercises import _deadline

SECONDS = 60  # a call takes less than one thousandth of it

MAX = float(np.finfo(float).max)
LOOP = [1.0]
LOOP.append(LOOP)
NO_NUMBERS = [
    *(None, True, False, "", "a", "1.5", "nan", b"x", bytearray(b"xy"), 1j, np.complex64(1)),
    *(..., NotImplemented, object(), int, np.float64, abs, lambda *a, **k: None, ValueError("x")),
    *({}, {"a": 1}, set(), frozenset({1.0}), slice(2), range(0), range(3), collections.deque([1])),
    *(decimal.Decimal("1.5"), fractions.Fraction(1, 3), datetime.date(2025, 4, 10)),
    *(np.datetime64("2025-04-10"), np.timedelta64(3, "s"), np.str_("a"), np.void(b"abc")),
    *([], (), [[]], [[], []], [1.0, [2.0]], [[1.0], [2.0, 3.0]], [None], ["a", 1.0], [1.0, None]),
    *(LOOP, [{}], [[1, 2], 3], memoryview(b"ab"), [object(), 1.0], [10**400], [[[[1.0]]]]),
    *(np.zeros((0, 3)), np.zeros((2, 0)), np.array(None), np.array(["a", "b"]), np.array([b"a"])),
    *(np.zeros(2, "f8,i4"), np.array([1, None]), np.array([True, False]), np.ones((1,) * 30)),
    *(np.array([1 + 1j]), np.array("2025", "M8[Y]"), np.array([], dtype=object), np.array(["1.5"])),
    *(np.ma.masked, np.ma.array([1.0, 2.0], mask=[True, False]), Seed(0), iter([1.0, 2.0])),
]
NUMBERS = [
    *(0, 1, -1, 2, 3, 0.5, -0.5, 1.5, -0.0, 1e-9, 5e-324, -5e-324, 1e308, -1e308, 1e200, MAX),
    *(float("nan"), float("inf"), float("-inf"), 10**400, -(10**400), 10**5000, 2**63, -(2**63)),
    *(np.int8(-3), np.uint64(2**64 - 1), np.float16(0.5), np.float32(3e38), np.longdouble(2)),
    *(np.longdouble("1e4000"), np.bool_(True), np.float64("nan"), np.array(2), np.array([3.0])),
    *([float("nan"), 1.0], [float("inf"), -1.0], [1e308, -1e308], [1e-320, 3e-310], [2**63, 1.0]),
    *([10**300, 1], np.array([np.longdouble("1e4000"), 1]), [[1e308, -1e308], [1e308, 1e308]]),
]
junk = st.one_of(
    st.sampled_from(NO_NUMBERS),
    st.sampled_from(NUMBERS),
    scalar_dtypes().flatmap(lambda t: arrays(t, array_shapes(min_dims=0, max_dims=4, max_side=4))),
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=2)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.lists(inner, max_size=3).map(tuple),
            st.dictionaries(st.text(max_size=2), inner, max_size=2),
        ),
        max_leaves=5,
    ),
    arrays(np.float64, array_shapes(max_dims=3, max_side=5), elements=st.floats()),
)


def stepped(rule):
    theta = np.array([0.5, -2.0])
    optimizer = function(f"optimizers.{rule}")()
    return st.just(([optimizer, theta, slope, optimizer.init(theta)], {}))


CACHE = batchnorm.batchnorm_forward([[1.0], [2.0]], [1.0], [0.0])[1]
STATE = batchnorm.RunningState(np.zeros(1), np.ones(1))
METHODS = {
    **{f"optimizers.{rule}.step": stepped(rule) for rule in RULES},
    **{f"optimizers.{rule}.init": stepped(rule).map(lambda d: (d[0][:2], {})) for rule in RULES},
    "optimizers.RAdam.rho": st.just(([function("optimizers.RAdam")(), 3], {})),
    "optimizers.RAdam.r": st.just(([function("optimizers.RAdam")(), 3], {})),
    "batchnorm.RunningStatistics.init": st.just(([batchnorm.RunningStatistics(), [1.0]], {})),
    "batchnorm.RunningStatistics.step": st.just(
        ([batchnorm.RunningStatistics(), CACHE, STATE], {})
    ),
    **{f"equations.{name}": st.just((["eq-2"], {})) for name in ("get", "select", "verify")},
    "equations.by_tag": st.just((["2"], {})),
    "data.measured": st.just((["gru_runs"], {})),
}


# What allocates as much as it is told is told no large whole numbers.
BOUNDED = {
    *("activations.rrelu_slopes", "film.strip", "mlp.mlp_init", "initialization.variance_through"),
    *(f"initialization.{name}" for name in ("lecun_normal", "xavier_normal", "he_normal")),
    "initialization.xavier_uniform",
}


def large(thing):
    """Whether it holds a whole number that is too large to be a width."""
    if isinstance(thing, int | np.integer) and not isinstance(thing, np.timedelta64):
        return abs(int(thing)) > 6
    if isinstance(thing, list | tuple):
        return thing is not LOOP and any(map(large, thing))
    return isinstance(thing, np.ndarray) and thing.dtype.kind in "iu"


def nearly(draw, a):
    """An array that is right but for its type, its shape or one of its numbers."""
    how = draw(st.sampled_from(["type", "shape", "number", "size"]))
    if how == "type":
        kind = draw(st.sampled_from(["c16", "O", "U", "f2", "f4", np.longdouble, "i8", "u1", "?"]))
        with np.errstate(all="ignore"):
            return a.astype(kind)
    if how == "shape":
        return draw(
            st.sampled_from(
                [a[np.newaxis], a.T, a[:0] if a.ndim else a, a.ravel(), a[..., np.newaxis]]
            )
        )
    if how == "size":
        return a * draw(st.sampled_from([1e30, 1e154, 1e200, 1e300, 1e-300]))
    a = a.astype(np.float64)
    a[tuple(draw(st.integers(0, n - 1)) for n in a.shape)] = draw(
        st.sampled_from([np.nan, np.inf, -np.inf, MAX, -MAX, 5e-324, -1.0, 0.5, 7.0])
    )
    return a


def spoilt(draw, thing, depth=1):
    """Junk in the place of the thing or, for a record or a dict, of one of its parts."""
    if isinstance(thing, np.ndarray) and thing.size and draw(st.booleans()):
        return nearly(draw, thing)
    parts = getattr(thing, "_fields", None) or (
        thing if isinstance(thing, dict) and thing else None
    )
    if parts and depth and draw(st.booleans()):
        name = draw(st.sampled_from([*parts]))
        if isinstance(thing, dict):
            return thing | {name: spoilt(draw, thing[name], 0)}
        return thing._replace(**{name: spoilt(draw, getattr(thing, name), 0)})
    return draw(junk)


def is_cache(thing):
    return type(thing).__name__.endswith("Cache")


@st.composite
def bad(draw, path):
    """The function's good arguments with one or two of them spoilt."""
    arguments, named = draw((GOOD | METHODS)[path])
    arguments, named = [*arguments], dict(named)
    first = 1 if path in METHODS and path.count(".") == 2 else 0
    optional = [k for k in getattr(function(path), "__kwdefaults__", None) or {} if k not in named]
    places = [*range(first, len(arguments)), *named, *optional]
    if path.startswith("optimizers") and path.count(".") == 1 and path != "optimizers.descend":
        places = [*function(path).__dataclass_fields__]
    if path == "batchnorm.RunningStatistics":
        places = ["momentum", "unbiased"]
    for place in draw(
        st.lists(st.sampled_from(places or [0]), min_size=1, max_size=2, unique=True)
    ):
        where = arguments if isinstance(place, int) else named
        if isinstance(place, int) and place >= len(arguments):
            arguments.append(draw(junk))
            continue
        old = where[place] if isinstance(place, int) else where.get(place)
        # A cache is what the way there made; only in its place may something else be.
        where[place] = draw(junk) if is_cache(old) else spoilt(draw, old)
        # What another function raises when it is asked is its own matter.
        assume(not (callable(old) and callable(where[place])))
        if path in BOUNDED:
            assume(not large(where[place]))
    return arguments, named


def outcome(path, arguments, named):
    value = call(path, arguments, named)
    if path == "optimizers.descend":
        list(itertools.islice(value, 3))


@pytest.mark.parametrize("path", sorted(GOOD | METHODS))
def test_whatever_comes_is_answered_in_the_function_s_name(path):
    who = path.split(".", 1)[1]
    names = {who}
    if path == "optimizers.descend":  # a step's errors come when it is taken
        names |= {f"{rule}.{method}" for rule in RULES for method in ("step", "init")}

    @given(bad(path))
    @settings(
        derandomize=True,
        database=None,
        deadline=None,
        max_examples=40,
        suppress_health_check=[*HealthCheck],
    )
    def test(drawn):
        try:
            _deadline.call(outcome, (path, *drawn), {}, SECONDS)
        except KeyError as unknown:
            if path.split(".")[0] not in ("equations", "data"):
                raise
            told = unknown.args[0]
        except (TypeError, ValueError) as refused:
            told = str(refused)
        else:
            return
        assert any(told.startswith(f"{name}: ") for name in names), told

    test()
