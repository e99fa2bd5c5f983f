"""The recurrent layers: bad arguments. Their ways back are judged in test_recurrent.py."""

import numpy as np
from wrong import NEVER_IN_A_PAIR

from dlnotes import recurrent
from dlnotes.recurrent import GRUWeights, LSTMWeights, RNNWeights

RNG = np.random.default_rng(0)
T, N, D, H = 3, 2, 4, 5
X, STATE = RNG.normal(size=(T, N, D)), RNG.normal(size=(N, H))
ON_X, ON_H, BIAS = RNG.normal(size=(H, D)), RNG.normal(size=(H, H)), RNG.normal(size=H)
LAYERS = {
    "rnn": (RNNWeights(ON_H, ON_X, BIAS), (STATE,)),
    "gru": (GRUWeights(*[ON_X, ON_H] * 3, *[BIAS] * 3), (STATE,)),
    "lstm": (LSTMWeights(*[ON_X, ON_H, BIAS] * 4), (STATE, STATE)),
}


def bad_input():
    """(module, function, arguments, keywords, error, words after the function's name)."""
    for layer, (weights, states) in LAYERS.items():
        forward, backward = f"{layer}_forward", f"{layer}_backward"
        good = [X, *states, weights]
        for i, name in enumerate(["x", "h0", "c0"][: 1 + len(states)]):
            for bad, error, words in NEVER_IN_A_PAIR:
                arguments = list(good)
                arguments[i] = bad
                yield recurrent, forward, arguments, {}, error, f"{name} {words}"
        words = r"x must have 3 dimensions, got shape \(2, 4\)"
        yield recurrent, forward, [X[0], *states, weights], {}, ValueError, words
        words = r"h0 must have 2 dimensions, got shape \(5,\)"
        yield recurrent, forward, [X, STATE[0], *states[1:], weights], {}, ValueError, words
        words = r"h0 must have shape \(2, 5\), got \(1, 5\)"
        yield recurrent, forward, [X, STATE[:1], *states[1:], weights], {}, ValueError, words
        words = f"weights must be of type {type(weights).__name__}, got"
        yield recurrent, forward, [X, *states, tuple(weights)], {}, TypeError, words
        for name in weights._fields:
            if getattr(weights, name) is None:
                continue
            for bad, error, words in NEVER_IN_A_PAIR:
                if bad is not None:
                    broken = weights._replace(**{name: bad})
                    words = f"weights.{name} {words}"
                    yield recurrent, forward, [X, *states, broken], {}, error, words
            broken = weights._replace(**{name: np.ones((7, 3))})
            words = rf"weights\.{name} must have shape \(5.*\), got \(7, 3\)"
            yield recurrent, forward, [X, *states, broken], {}, ValueError, words
        first = weights._fields[0]
        broken = weights._replace(**{first: None})
        words = rf"weights\.{first} must be an array, got None"
        yield recurrent, forward, [X, *states, broken], {}, TypeError, words
        for mask, error, words in [
            (np.ones((3, 3), bool), ValueError, r"mask must have shape \(3, 2\), got \(3, 3\)"),
            (np.ones((3, 2)), TypeError, "mask must hold True and False, got float64"),
            (
                [[True], [True, True]],
                ValueError,
                "mask must be an array, got rows of unequal length",
            ),
        ]:
            yield recurrent, forward, good, {"mask": mask}, error, words
        _, cache = getattr(recurrent, forward)(*good)
        for bad, error, words in NEVER_IN_A_PAIR:
            yield recurrent, backward, [bad, cache], {}, error, f"dh {words}"
        words = r"dh must have shape \(3, 2, 5\) like the states, got \(2, 5\)"
        yield recurrent, backward, [STATE, cache], {}, ValueError, words
        words = "cache must be what the forward pass gave, got None"
        yield recurrent, backward, [np.ones((T, N, H)), None], {}, TypeError, words
        # A silent step, and one at which the sum in one part passes the largest float.
        loud = np.zeros((2, N, D))
        loud[1] = 1e200
        words = "the sum must stay finite, and overflows at step 2$"
        for name in (k for k, w in weights._asdict().items() if np.shape(w) == (H, D)):
            broken = weights._replace(**{name: np.full((H, D), 1e200)})
            yield recurrent, forward, [loud, *states, broken], {}, ValueError, words
    words = "activation must be one of 'relu', 'tanh', 'identity', got 'sigmoid'"
    arguments = [X, STATE, LAYERS["rnn"][0]]
    yield recurrent, "rnn_forward", arguments, {"activation": "sigmoid"}, ValueError, words
    gru = LAYERS["gru"][0]
    words = "reset_after must be True or False, got 1"
    yield recurrent, "gru_forward", [X, STATE, gru], {"reset_after": 1}, TypeError, words
    words = r"weights\.c_h must be None unless reset_after, got an array"
    yield recurrent, "gru_forward", [X, STATE, gru._replace(c_h=BIAS)], {}, ValueError, words
    _, cache = recurrent.lstm_forward(X, STATE, STATE, LAYERS["lstm"][0])
    for bad, error, words in NEVER_IN_A_PAIR:
        if bad is not None:
            good = [np.ones((T, N, H)), cache]
            yield recurrent, "lstm_backward", good, {"dC": bad}, error, f"dC {words}"
