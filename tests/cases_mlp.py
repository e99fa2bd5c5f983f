"""The small network: bad arguments. Its way back is judged in test_gradients.py."""

import re

import numpy as np
from wrong import NEVER_IN_A_PAIR

from dlnotes import activations, batchnorm, mlp

RNG = np.random.default_rng(0)
RELU = (activations.relu, activations.relu_grad)
PARAMS = mlp.mlp_init((3, 4, 2), lambda i, o: 1.0, rng=RNG)
X = RNG.normal(size=(5, 3))


def bad_input():
    """(module, function, arguments, keywords, error, words after the function's name)."""

    def one(i, o):
        return 1.0

    for sizes, error, words in [
        (3, TypeError, "sizes must be a tuple of widths, got 3"),
        ((3,), ValueError, r"sizes must be two or more widths above 0, got \(3,\)"),
        ((3, 0), ValueError, r"sizes must be two or more widths above 0, got \(3, 0\)"),
        ((3, 1.5), TypeError, "sizes must be a whole number, got 1.5"),
    ]:
        yield mlp, "mlp_init", [sizes, one], {"rng": RNG}, error, words
    good = [(3, 2), one]
    words = "std must be a function of fan_in and fan_out, got 0.1"
    yield mlp, "mlp_init", [(3, 2), 0.1], {"rng": RNG}, TypeError, words
    words = r"std\(fan_in, fan_out\) must be a finite number, 0 or more, got -1"
    yield mlp, "mlp_init", [(3, 2), lambda i, o: -1], {"rng": RNG}, ValueError, words
    words = "rng must be a NumPy Generator, got 0"
    yield mlp, "mlp_init", good, {"rng": 0}, TypeError, words
    words = "norm must be True or False, got 1"
    yield mlp, "mlp_init", good, {"rng": RNG, "norm": 1}, TypeError, words
    for bad, error, words in NEVER_IN_A_PAIR:
        yield mlp, "mlp_forward", [bad, PARAMS], {"activation": RELU}, error, f"x {words}"
    for params, error, words in [
        (None, TypeError, "params must be a dict of W1, b1, W2, ..., got None"),
        ({}, ValueError, "params must be W1, b1, W2, b2, ..., got an empty dict"),
        ({"W": 1}, ValueError, "params must be W1, b1, W2, b2, ..., got W"),
        (PARAMS | {"W1": X}, ValueError, r"W1 must have shape \(3, n\), got \(5, 3\)"),
        (PARAMS | {"b2": X}, ValueError, r"b2 must have shape \(2,\), got \(5, 3\)"),
    ]:
        yield mlp, "mlp_forward", [X, params], {"activation": RELU}, error, words
    words = r"x must have 2 dimensions, got shape \(3,\)"
    yield mlp, "mlp_forward", [X[0], PARAMS], {"activation": RELU}, ValueError, words
    for bad in ("relu", [*RELU], (*RELU, RELU[0]), (RELU[0], None)):
        words = (
            f"activation must be a pair of a function and its gradient, got {re.escape(repr(bad))}"
        )
        yield mlp, "mlp_forward", [X, PARAMS], {"activation": bad}, TypeError, words
    # One sum passes the largest float, and the two of the other layer's have no difference.
    for W1, W2, k in (([[1e300]], [[1.0]], 1), ([[1e200, -1e200]], [[1e200], [1e200]], 2)):
        large = {"W1": W1, "b1": [0.0] * len(W1[0]), "W2": W2, "b2": [0.0]}
        words = f"the signal must stay finite, and overflows in layer {k}$"
        settings = {"activation": (np.positive, np.multiply)}
        yield mlp, "mlp_forward", [[[1e100]], large], settings, ValueError, words
    normed = mlp.mlp_init((3, 4, 2), lambda i, o: 1.0, rng=RNG, norm=True)
    words = "params must be W1, b1, W2, b2, ..., got W1, b1, gamma1, W2, b2"
    short = {name: a for name, a in normed.items() if name != "beta1"}
    yield mlp, "mlp_forward", [X, short], {"activation": RELU}, ValueError, words
    state = batchnorm.RunningStatistics().init(normed["gamma1"])
    for params, running, error, words in [
        (normed, state.mean, TypeError, "running must be a tuple of states, got"),
        (normed, (), ValueError, "running must hold 1 states, one a normalized layer, got 0"),
        (PARAMS, (state,), ValueError, "running must hold 0 states, one a normalized layer, got 1"),
    ]:
        settings = {"activation": RELU, "running": running}
        yield mlp, "mlp_forward", [X, params], settings, error, words
    _, inferred = mlp.mlp_forward(X, normed, activation=RELU, running=(state,))
    words = "the cache must be of training, got one of inference"
    yield mlp, "mlp_backward", [1.0, inferred], {}, ValueError, words
    _, cache = mlp.mlp_forward(X, PARAMS, activation=RELU)
    words = "the gradient must stay finite, and overflows in layer 2$"
    for dy in ([[1e308]], [[-1e308]]):
        wide = {"W1": [[1.0, 1.0]], "b1": [0.0, 0.0], "W2": [[10.0], [1.0]], "b2": [0.0]}
        _, far = mlp.mlp_forward([[1.0]], wide, activation=RELU)
        yield mlp, "mlp_backward", [dy, far], {}, ValueError, words
    words = "cache must be what mlp_forward gave, got None"
    yield mlp, "mlp_backward", [1.0, None], {}, TypeError, words
    words = r"dy must have shape \(5, 2\) like the output, got \(3,\)"
    yield mlp, "mlp_backward", [[1.0, 2.0, 3.0], cache], {}, ValueError, words
    for bad, error, words in NEVER_IN_A_PAIR:
        yield mlp, "mlp_backward", [bad, cache], {}, error, f"dy {words}"
