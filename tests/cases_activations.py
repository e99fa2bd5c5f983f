"""The activations: good arguments for their gradients, and bad ones for all."""

import numpy as np
from wrong import INF, NEVER, NEVER_IN_A_PAIR

from dlnotes import activations

Y = [1.0, 2.0]
SCORES = np.random.default_rng(0).normal(size=(2, 3, 4))

# Of each function, cases for its gradient: (arguments, which of them it has a gradient in, settings).
GRADIENTS = {
    name: [((SCORES,), (0,), {}), ((SCORES[0, 0],), (0,), {})]
    for name in ("sigmoid", "softmax", "log_softmax", "relu", "tanh")
}


def bad_input():
    """(module, function, arguments, keywords, error, words after the function's name)."""
    soft = ("softmax", "softmax_grad", "log_softmax", "log_softmax_grad")
    for name in ("sigmoid", "sigmoid_grad", "relu", "relu_grad", "tanh", "tanh_grad", *soft):
        for bad, error, words in NEVER:
            yield activations, name, [bad], {}, error, f"x {words}"
    for name in soft:
        yield (
            activations,
            name,
            [1.0],
            {},
            ValueError,
            r"x must have a last axis of classes, got shape \(\)$",
        )
        yield activations, name, [[INF, 1.0]], {}, ValueError, r"x must be finite, got inf"
    for name in ("sigmoid_grad", "relu_grad", "tanh_grad", "softmax_grad", "log_softmax_grad"):
        words = r"dy must have shape \(2,\) like the output, got \(3,\)"
        yield activations, name, [Y, [1.0, 2.0, 3.0]], {}, ValueError, words
        for bad, error, words in NEVER_IN_A_PAIR:
            yield activations, name, [Y, bad], {}, error, f"dy {words}"
