"""The activations: good arguments for their gradients, and bad ones for all."""

import re

import numpy as np
from wrong import INF, NAN, NEVER, NEVER_IN_A_PAIR

from dlnotes import activations

Y = [1.0, 2.0]
RNG = np.random.default_rng(0)
SCORES = RNG.normal(size=(2, 3, 4))
GATES, SLOPES = RNG.normal(size=(2, 3, 4)), RNG.uniform(-0.5, 1.5, (2, 3, 4))

# Functions of one array and nothing else.
OF_ONE = ("sigmoid", "softmax", "log_softmax", "relu", "tanh", "selu", "silu")
# Their settings: (a good one, the bad ones, what is said to those).
NOT_POSITIVE = [(0, ValueError), (-1.0, ValueError), (NAN, ValueError), ("1", TypeError)]
NEGATIVE = [(-1e-9, ValueError), (INF, ValueError), (None, TypeError), (True, TypeError)]
NO_NAME = [("erf", ValueError), (True, ValueError), (None, ValueError), (["tanh"], ValueError)]
OF_ONE_WITH_A_SETTING = {
    "leaky_relu": ("alpha", 0.2, NEGATIVE, "a finite number, 0 or more"),
    "elu": ("alpha", 0.7, NOT_POSITIVE, "a finite number above 0"),
    "gelu": ("approximate", "tanh", NO_NAME, "one of 'none', 'tanh'"),
}

# Of each function, cases for its gradient: (arguments, which of them it has a gradient in, settings).
GRADIENTS = {
    name: [((SCORES,), (0,), {}), ((SCORES[0, 0],), (0,), {})]
    for name in (*OF_ONE, *OF_ONE_WITH_A_SETTING)
}
for name, (setting, good, _, _) in OF_ONE_WITH_A_SETTING.items():
    GRADIENTS[name] += [((2 * SCORES,), (0,), {setting: good})]
GRADIENTS |= {
    "prelu": [
        ((SCORES, 0.25), (0, 1), {}),
        ((SCORES, np.array([0.25, -0.5, 1.5, 0.0])), (0, 1), {}),
        ((SCORES[0, 0], SLOPES[0, 0]), (0, 1), {}),
    ],
    "rrelu": [((SCORES, 0.25), (0,), {}), ((SCORES, SLOPES), (0,), {})],
    "glu": [((SCORES, GATES), (0, 1), {}), ((SCORES[0, 0], 3 * GATES[0, 0]), (0, 1), {})],
}


def bad_input():
    """(module, function, arguments, keywords, error, words after the function's name)."""
    for function in (*OF_ONE, *OF_ONE_WITH_A_SETTING):
        for name in (function, f"{function}_grad"):
            for bad, error, words in NEVER:
                yield activations, name, [bad], {}, error, f"x {words}"
    for function, (setting, _, bad, wanted) in OF_ONE_WITH_A_SETTING.items():
        for name in (function, f"{function}_grad"):
            for value, error in bad:
                words = f"{setting} must be {wanted}, got {re.escape(repr(value))}$"
                yield activations, name, [Y], {setting: value}, error, words
    for name in ("softmax", "softmax_grad", "log_softmax", "log_softmax_grad"):
        words = r"x must have a last axis of classes, got shape \(\)$"
        yield activations, name, [1.0], {}, ValueError, words
        yield activations, name, [[INF, 1.0]], {}, ValueError, r"x must be finite, got inf"
    for function in GRADIENTS:
        good = [Y] if function not in ("prelu", "rrelu", "glu") else [Y, Y]
        words = r"dy must have shape \(2,\) like the output, got \(3,\)"
        name = f"{function}_grad"
        yield activations, name, [*good, [1.0, 2.0, 3.0]], {}, ValueError, words
        for bad, error, words in NEVER_IN_A_PAIR:
            yield activations, name, [*good, bad], {}, error, f"dy {words}"
    yield from bad_slopes()


def bad_slopes():
    """What is wrong with a second argument, and with a range to draw it from."""
    for function, slope in (("prelu", "a"), ("rrelu", "alpha")):
        for name in (function, f"{function}_grad"):
            for bad, error, words in NEVER:
                yield activations, name, [bad, 0.5], {}, error, f"x {words}"
            for bad, error, words in NEVER_IN_A_PAIR:
                yield activations, name, [Y, bad], {}, error, f"{slope} {words}"
            words = rf"{slope} must be a number or have shape \(2,\), got \(3,\)"
            yield activations, name, [Y, [1.0, 2.0, 3.0]], {}, ValueError, words
    words = r"a must be a number or have shape \(2,\), got \(1, 2\)"
    yield activations, "prelu", [[Y], [Y]], {}, ValueError, words
    words = r"alpha must be a number or have shape \(1, 2\), got \(2,\)"
    yield activations, "rrelu", [[Y], Y], {}, ValueError, words
    yield (
        activations,
        "prelu_grad",
        [[-INF, 1.0], 0.5],
        {},
        ValueError,
        "x must be finite, got -inf",
    )
    for name in ("glu", "glu_grad"):
        for bad, error, words in NEVER_IN_A_PAIR:
            yield activations, name, [bad, Y], {}, error, f"a {words}"
        for bad, error, words in NEVER:
            yield activations, name, [Y, bad], {}, error, f"b {words}"
        words = r"b must have shape \(2,\) like a, got \(2, 1\)"
        yield activations, name, [Y, [[1.0], [2.0]]], {}, ValueError, words
    rng = np.random.default_rng(0)
    for name, arguments, more in (
        ("rrelu_slopes", [(2,)], {"rng": rng}),
        ("rrelu_test_slope", [], {}),
    ):
        for bad, error in NEGATIVE:
            for bound in ("lower", "upper"):
                words = f"{bound} must be a finite number, 0 or more, got"
                yield activations, name, arguments, {bound: bad, **more}, error, words
        words = r"lower must not be above upper, got 0\.5 and 0\.25"
        yield activations, name, arguments, {"lower": 0.5, "upper": 0.25, **more}, ValueError, words
    for shape, error, words in [
        (3, TypeError, r"shape must be a tuple such as x\.shape, got 3"),
        ((2, -1), ValueError, "shape must not be negative, got -1"),
        ((2.5,), TypeError, r"shape must be a whole number, got 2\.5"),
    ]:
        yield activations, "rrelu_slopes", [shape], {"rng": rng}, error, words
    words = "rng must be a NumPy Generator, got 0"
    yield activations, "rrelu_slopes", [(2,)], {"rng": 0}, TypeError, words
