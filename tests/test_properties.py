"""What must hold for all arguments, tried on those that Hypothesis draws.

The first part asks the same of every public function, on the good arguments of tests/drawn.py; the
rest what the mathematics says of each. The decorator `about` names the functions that a property is of,
and a function of which there is none fails by name. Bad arguments are the matter of test_fuzz.py.
"""

import copy
import math

import numpy as np
import pytest
import topics
from drawn import GOOD, RULES, Seed, call, function, numbers
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from dlnotes import activations as act
from dlnotes import batchnorm, gans, losses
from dlnotes import regularization as reg

settings.register_profile(
    "book",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=20,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
settings.load_profile("book")

PUBLIC = sorted(
    f"{module.__name__.removeprefix('dlnotes.')}.{name}"
    for module in topics.MODULES
    for name in topics.public(module)
)
ABOUT = {}


def about(*paths):
    """Mark a test as a property of those functions."""

    def mark(test):
        for path in paths:
            ABOUT.setdefault(path, []).append(test.__name__)
        return test

    return mark


def each(*names):
    """A test for each of those functions, whose `path` it takes."""

    def mark(test):
        return about(*names)(pytest.mark.parametrize("path", names)(test))

    return mark


def leaves(thing):
    """The arrays and numbers in what a function gives, or takes, in order."""
    if isinstance(thing, dict):
        return [leaf for value in thing.values() for leaf in leaves(value)]
    if isinstance(thing, tuple | list):
        return [leaf for value in thing for leaf in leaves(value)]
    return (
        [] if thing is None or callable(thing) or isinstance(thing, str | bytes | Seed) else [thing]
    )


def changed(thing, change):
    """The same with every array of floats changed; records, dicts and lists are gone through."""
    if isinstance(thing, np.ndarray):
        return change(thing) if thing.dtype.kind == "f" else thing
    if isinstance(thing, dict):
        return {k: changed(v, change) for k, v in thing.items()}
    if isinstance(thing, tuple) and hasattr(thing, "_fields"):
        return type(thing)(*(changed(v, change) for v in thing))
    if isinstance(thing, tuple | list):
        return type(thing)(changed(v, change) for v in thing)
    return thing


def same(a, b):
    a, b = leaves(a), leaves(b)
    return len(a) == len(b) and all(
        np.shape(x) == np.shape(y) and np.array_equal(x, y, equal_nan=True)
        if isinstance(x, np.ndarray | float)
        else x == y
        for x, y in zip(a, b, strict=True)
    )


def close(a, b, rtol=1e-9, atol=1e-9):
    return np.allclose(a, b, rtol=rtol, atol=atol, equal_nan=True)


def result(path, arguments, named):
    """What comes back; a walk with its steps taken, and an optimizer with the first of its own."""
    value = call(path, arguments, named)
    return list(value) if path == "optimizers.descend" else value


# --- of every public function

SLOW = {"film.strip": 2, "initialization.gain": 3, "gradcheck.gradient_gap": 10}
EVERY = [pytest.param(path, marks=()) for path in sorted(GOOD)]


def test_every_public_function_has_good_arguments_and_a_property_of_its_own():
    assert [p for p in PUBLIC if p not in GOOD] == []
    assert [p for p in PUBLIC if p not in ABOUT] == []
    assert {*GOOD, *ABOUT} <= {*PUBLIC}


def tried(path, test):
    """Run the test on the good arguments of a function."""
    given(GOOD[path])(settings(max_examples=SLOW.get(path, 20))(test))()


@pytest.mark.parametrize("path", sorted(GOOD))
def test_nothing_is_changed_and_the_same_call_gives_the_same(path):
    def test(drawn):
        arguments, named = drawn
        before = copy.deepcopy((arguments, named))
        first = result(path, arguments, named)
        kept = copy.deepcopy(first)
        for leaf in leaves((arguments, named)):
            if isinstance(leaf, np.ndarray):
                leaf.setflags(write=False)
        assert same(result(path, arguments, named), kept)
        assert same((arguments, named), before) and same(first, kept)

    tried(path, test)


@pytest.mark.parametrize("path", sorted(GOOD))
def test_lists_serve_as_well_as_arrays(path):
    def test(drawn):
        arguments, named = drawn
        lists = changed((arguments, named), np.ndarray.tolist)
        assert same(result(path, *lists), result(path, arguments, named))

    tried(path, test)


# These have float64 whatever comes: finite differences, a judgement, means over a whole network.
ALWAYS_DOUBLE = {"gradcheck.numerical_gradient", "initialization.variance_through"}


@pytest.mark.parametrize("path", sorted(GOOD))
def test_single_precision_stays_single_and_all_else_becomes_double(path):
    def kinds(*drawn):
        return {
            leaf.dtype.name
            for leaf in leaves(result(path, *drawn))
            if isinstance(leaf, np.ndarray | np.generic) and leaf.dtype.kind not in "bi"
        }

    def test(drawn):
        arrays = [a for a in leaves(drawn) if isinstance(a, np.ndarray) and a.dtype.kind == "f"]
        single = "float32" if arrays and path not in ALWAYS_DOUBLE else "float64"
        assert kinds(*changed(drawn, lambda a: a.astype(np.float32))) <= {single}
        assert kinds(*drawn) <= {"float64"}

        def again(kind):
            whole = changed(drawn, lambda a: np.trunc(a).astype(kind))
            return result(path, *whole)

        if not path.endswith(("_backward", "_chain")):  # a cache is not made by hand
            assert same(again(np.int64), again(np.float64))
            assert same(again(np.float16), again(np.float64))

    tried(path, test)
