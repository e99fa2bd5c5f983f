"""The first weights: bad arguments. There is no gradient to judge but variance_through's own, which
test_initialization.py compares with the network's."""

import numpy as np
from wrong import INF, NAN, NEVER_IN_A_PAIR

from dlnotes import activations, initialization

RNG = np.random.default_rng(0)
TANH = (activations.tanh, activations.tanh_grad)
X = RNG.normal(size=(5, 3))


def bad_input():
    """(module, function, arguments, keywords, error, words after the function's name)."""
    for name in ("lecun", "xavier", "he"):
        yield from _fans(f"{name}_std", {})
        yield from _fans(f"{name}_normal", {"rng": RNG})
        yield from _generator(f"{name}_normal", [3, 4], {})
    yield from _fans("xavier_limit", {})
    yield from _fans("xavier_uniform", {"rng": RNG})
    yield from _generator("xavier_uniform", [3, 4], {})
    yield from _preactivation_variance()
    yield from _gain()
    yield from _variance_through()


def _fans(name, settings):
    for i, fan in enumerate(("fan_in", "fan_out")):
        for bad, error, words in [
            (0, ValueError, "must be above 0, got 0$"),
            (-3, ValueError, "must not be negative, got -3$"),
            (2.5, TypeError, "must be a whole number, got 2.5$"),
            ("3", TypeError, "must be a whole number, got '3'$"),
            (True, TypeError, "must be a whole number, got True$"),
            (None, TypeError, "must be a whole number, got None$"),
        ]:
            arguments = [7, 5]
            arguments[i] = bad
            yield initialization, name, arguments, settings, error, f"{fan} {words}"


def _generator(name, arguments, settings):
    for bad in (0, None, np.random):
        words = "rng must be a NumPy Generator, got"
        yield initialization, name, arguments, settings | {"rng": bad}, TypeError, words


def _preactivation_variance():
    name = "preactivation_variance"
    words = "n must not be negative, got -1"
    yield initialization, name, [-1, 1, 0, 1], {}, ValueError, words
    yield initialization, name, [1.5, 1, 0, 1], {}, TypeError, "n must be a whole number, got 1.5"
    for i, parameter in ((1, "var_w"), (3, "var_x")):
        for bad, error in [(-1.0, ValueError), (NAN, ValueError), (INF, ValueError)]:
            arguments = [2, 1, 0, 1]
            arguments[i] = bad
            words = f"{parameter} must be a finite number, 0 or more, got {bad}"
            yield initialization, name, arguments, {}, error, words
    for bad, error, words in [
        (INF, ValueError, r"must be finite, got inf at \(\)"),
        (NAN, ValueError, r"must not hold nan, got nan at \(\)"),
        ([1.0, 2.0], ValueError, r"must be one number, got shape \(2,\)"),
        ("1", TypeError, "must hold real numbers, got text"),
    ]:
        yield initialization, name, [2, 1, bad, 1], {}, error, f"mean_x {words}"
        yield initialization, name, [2, 1, 0, 1], {"mean_w": bad}, error, f"mean_w {words}"


def _gain():
    yield initialization, "gain", ["relu"], {}, TypeError, "f must be a function, got 'relu'"
    for f, words in [
        (lambda z: z.sum(), r"f\(z\) must have shape \(24577,\) like z, got \(\)"),
        (lambda z: z + NAN, r"f\(z\) must not hold nan, got nan at \(0,\)"),
        (lambda z: z + INF, r"f\(z\) must be finite, got inf at \(0,\)"),
    ]:
        yield initialization, "gain", [f], {}, ValueError, words


def _variance_through():
    name, std, good = "variance_through", initialization.xavier_std, {"activation": TANH}
    for bad, error, words in NEVER_IN_A_PAIR:
        yield initialization, name, [bad, (4,), std], good | {"rng": RNG}, error, f"x {words}"
    words = r"x must have 2 dimensions, got shape \(3,\)"
    yield initialization, name, [X[0], (4,), std], good | {"rng": RNG}, ValueError, words
    for widths, error, words in [
        (4, TypeError, "widths must be a tuple of widths, got 4"),
        ((), ValueError, r"widths must be one or more widths above 0, got \[\]"),
        ((4, 0), ValueError, r"widths must be one or more widths above 0, got \[4, 0\]"),
        ((4, 1.5), TypeError, "widths must be a whole number, got 1.5"),
    ]:
        yield initialization, name, [X, widths, std], good | {"rng": RNG}, error, words
    words = "std must be a function of fan_in and fan_out, got 0.1"
    yield initialization, name, [X, (4,), 0.1], good | {"rng": RNG}, TypeError, words
    words = r"std\(fan_in, fan_out\) must be a finite number, 0 or more, got -1"
    yield initialization, name, [X, (4,), lambda i, o: -1], good | {"rng": RNG}, ValueError, words
    yield from _generator(name, [X, (4,), std], good)
    words = "activation must be a pair of a function and its gradient, got 'tanh'"
    settings = {"activation": "tanh", "rng": RNG}
    yield initialization, name, [X, (4,), std], settings, TypeError, words
    words = "the signal must stay finite, and overflows in layer 2"
    settings = {"activation": (activations.relu, activations.relu_grad), "rng": RNG}
    huge = [X, (40, 4), lambda i, o: 1e160]
    yield initialization, name, huge, settings, ValueError, words
