"""The optimizers: bad settings, and bad arguments of descend. Those of `step` are in their test."""

import numpy as np

from dlnotes import optimizers

NOT_POSITIVE = [(0, ValueError), (-1.0, ValueError), (float("nan"), ValueError), ("1", TypeError)]
NEGATIVE = [(-1e-9, ValueError), (float("inf"), ValueError), (None, TypeError), (True, TypeError)]
NO_FRACTION = [(1, ValueError), (-0.1, ValueError), (float("nan"), ValueError), ([0.9], TypeError)]
SETTINGS = {
    "SGD": ["lr"],
    "Momentum": ["lr", "beta"],
    "Nesterov": ["lr", "beta"],
    "Polyak": ["lr", "beta"],
    "RMSProp": ["lr", "beta", "eps"],
    "Adam": ["lr", "beta1", "beta2", "eps"],
    "AdamW": ["lr", "beta1", "beta2", "eps", "weight_decay"],
    "AdaMax": ["lr", "beta1", "beta2", "eps"],
    "NAdam": ["lr", "beta1", "beta2", "eps"],
    "RAdam": ["lr", "beta1", "beta2", "eps"],
}


def bad_input():
    """(module, function, arguments, keywords, error, words after the function's name)."""
    for rule, names in SETTINGS.items():
        for name in names:
            bad, wanted = {
                "lr": (NOT_POSITIVE, "a finite number above 0"),
                "eps": (NEGATIVE, "a finite number, 0 or more"),
                "weight_decay": (NEGATIVE, "a finite number, 0 or more"),
            }.get(name, (NO_FRACTION, "a number from 0 to below 1"))
            for value, error in bad:
                words = f"{name} must be {wanted}, got"
                yield optimizers, rule, [], {name: value}, error, words
    # NumPy's numbers are shown as Python's, and one that Python refuses to print is named.
    lr = "lr must be a finite number above 0, got"
    yield optimizers, "SGD", [], {"lr": np.float64(-0.5)}, ValueError, rf"{lr} -0\.5$"
    yield optimizers, "SGD", [], {"lr": -(10**5000)}, ValueError, f"{lr} int too long to print$"
    words = "steps must not be negative, got -1$"
    yield optimizers, "descend", [optimizers.SGD(), abs, 1.0, np.int64(-1)], {}, ValueError, words
    for rule in ("Polyak", "NAdam", "RAdam"):
        words = "as_printed must be True or False, got 1"
        yield optimizers, rule, [], {"as_printed": 1}, TypeError, words
    words = "threshold must be at least 4, got 3"
    yield optimizers, "RAdam", [], {"threshold": 3}, ValueError, words
    words = "optimizer must be an optimizer such as Adam"
    yield optimizers, "descend", [None, abs, 1.0, 3], {}, TypeError, words
    for steps, error in [(-1, ValueError), (1.5, TypeError)]:
        yield optimizers, "descend", [optimizers.SGD(), abs, 1.0, steps], {}, error, "steps must"
    words = "grad must be a function of theta"
    yield optimizers, "descend", [optimizers.SGD(), 1.0, 1.0, 3], {}, TypeError, words
    words = "theta must not hold nan"
    yield (
        optimizers,
        "descend",
        [optimizers.SGD(), abs, [1.0, float("nan")], 3],
        {},
        ValueError,
        words,
    )
