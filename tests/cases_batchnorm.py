"""Batch normalization: bad arguments. Its way back is judged in test_batch_norm.py."""

import numpy as np
from wrong import NEVER_IN_A_PAIR

from dlnotes import batchnorm

RNG = np.random.default_rng(0)
X, GAMMA, BETA = RNG.normal(size=(5, 3)), np.array([1.0, 2.0, -0.5]), np.array([0.0, 1.0, 2.0])
IMAGES = RNG.normal(size=(2, 3, 4, 5))
RULE = batchnorm.RunningStatistics()


def bad_input():
    """(module, function, arguments, keywords, error, words after the function's name)."""
    state = RULE.init(GAMMA)
    for name, rest in (("batchnorm_forward", []), ("batchnorm_inference", [state])):
        good = [X, GAMMA, BETA, *rest]
        for i, argument in enumerate(("x", "gamma", "beta")):
            for bad, error, words in NEVER_IN_A_PAIR:
                arguments = list(good)
                arguments[i] = bad
                yield batchnorm, name, arguments, {}, error, f"{argument} {words}"
        for x in (X[0], IMAGES[0]):
            words = r"x must have 2 or 4 dimensions, got shape \("
            yield batchnorm, name, [x, *good[1:]], {}, ValueError, words
        for x in (X, IMAGES):
            words = r"gamma must have shape \(3,\), one a feature, got \(5,\)"
            yield batchnorm, name, [x, X[:, 0], BETA, *rest], {}, ValueError, words
            words = r"beta must have shape \(3,\), one a feature, got \(1, 3\)"
            yield batchnorm, name, [x, GAMMA, [BETA], *rest], {}, ValueError, words
        for eps, error in [(-1e-5, ValueError), (float("nan"), ValueError), ("1", TypeError)]:
            words = "eps must be a finite number, 0 or more, got"
            yield batchnorm, name, good, {"eps": eps}, error, words
    words = r"the variance of x must be finite, got inf at \(0,\)"
    yield batchnorm, "batchnorm_forward", [1e200 * X, GAMMA, BETA], {}, ValueError, words
    for bad, error, words in [
        (None, TypeError, "state must be a RunningState, got None"),
        (state._replace(mean=[1.0]), ValueError, r"state.mean must have shape \(3,\).*got \(1,\)"),
        (state._replace(var=-GAMMA), ValueError, "state.var must not be negative, got -2.0"),
        (state._replace(var=[0, 1, np.inf]), ValueError, r"state.var must be finite, got inf"),
    ]:
        yield batchnorm, "batchnorm_inference", [X, GAMMA, BETA, bad], {}, error, words
    _, cache = batchnorm.batchnorm_forward(X, GAMMA, BETA)
    for name in ("batchnorm_backward", "batchnorm_chain"):
        for bad, error, words in NEVER_IN_A_PAIR:
            yield batchnorm, name, [bad, cache], {}, error, f"dy {words}"
        words = r"dy must have shape \(5, 3\) like the output, got \(3,\)"
        yield batchnorm, name, [GAMMA, cache], {}, ValueError, words
        words = "cache must be what batchnorm_forward gave, got None"
        yield batchnorm, name, [X, None], {}, TypeError, words
    for setting, value, error, words in [
        ("momentum", 0, ValueError, "a finite number above 0, got 0"),
        ("momentum", 1.5, ValueError, "at most 1, got 1.5"),
        ("momentum", "0.1", TypeError, "a finite number above 0, got '0.1'"),
        ("unbiased", 1, TypeError, "True or False, got 1"),
    ]:
        words = f"{setting} must be {words}"
        yield batchnorm, "RunningStatistics", [], {setting: value}, error, words
