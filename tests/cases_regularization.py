"""The penalties: good arguments for their gradients, and bad ones for all."""

import re

import numpy as np
from wrong import INF, NAN, NEVER_IN_A_PAIR

from dlnotes import regularization

RNG = np.random.default_rng(0)
# Neither square nor symmetric, no entry near 0, no row near the length 2.
TALL, WIDE = RNG.normal(size=(4, 3)), RNG.normal(size=(3, 5))
STRENGTHS = {
    "l2": ["lam"],
    "elastic_net": ["lam1", "lam2"],
    "spectral_norm": ["lam"],
    "orthogonality": ["lam"],
    "max_norm": ["lam"],
}
GOOD = {"max_norm": {"c": 1.5}, "max_norm_grad": {"c": 1.5}}

GRADIENTS = {
    "l2": [((W,), (0,), {"lam": 0.3}) for W in (TALL, WIDE, TALL[0])],
    "elastic_net": [((W,), (0,), {"lam1": 0.7, "lam2": 0.3}) for W in (TALL, TALL[0])],
    "spectral_norm": [((W,), (0,), {"lam": 0.3}) for W in (TALL, WIDE)],
    "orthogonality": [((W,), (0,), {"lam": 0.3}) for W in (TALL, WIDE, 0.1 * TALL)],
    "max_norm": [((W,), (0,), {"lam": 0.3, "c": c}) for W in (TALL, WIDE) for c in (0.5, 1.9)],
}

NEGATIVE = [
    (-1e-9, ValueError),
    (NAN, ValueError),
    (INF, ValueError),
    ("1", TypeError),
    (None, TypeError),
    (True, TypeError),
    ([0.5], TypeError),
]


def bad_input():
    """(module, function, arguments, keywords, error, words after the function's name)."""
    for penalty, strengths in STRENGTHS.items():
        letter = "w" if penalty == "elastic_net" else "W"
        for name in (penalty, f"{penalty}_grad"):
            good = GOOD.get(name, {})
            for bad, error, words in NEVER_IN_A_PAIR:
                yield regularization, name, [bad], good, error, f"{letter} {words}"
                if name.endswith("_grad"):
                    yield regularization, name, [TALL, bad], good, error, f"dy {words}"
            if name.endswith("_grad"):
                words = r"dy must have shape \(\) like the output, got \(4, 3\)"
                yield regularization, name, [TALL, TALL], good, ValueError, words
            for strength in strengths:
                for bad, error in NEGATIVE:
                    words = f"{strength} must be a finite number, 0 or more, got"
                    yield regularization, name, [TALL], {**good, strength: bad}, error, words
            if penalty not in ("l2", "elastic_net"):
                for W in (1.0, [1.0, 2.0], [[[1.0]]]):
                    words = r"W must have 2 dimensions, got shape"
                    yield regularization, name, [W], good, ValueError, words
    for bad, error, words in NEVER_IN_A_PAIR:
        yield regularization, "soft_threshold", [bad, 1.0], {}, error, f"u {words}"
        yield regularization, "max_norm_project", [bad, 1.0], {}, error, f"W {words}"
    for bad, error in NEGATIVE:
        words = "tau must be a finite number, 0 or more, got"
        yield regularization, "soft_threshold", [TALL, bad], {}, error, words
    for bad, error in [*NEGATIVE, (0, ValueError)]:
        words = f"c must be a finite number above 0, got {re.escape(repr(bad))}$"
        yield regularization, "max_norm_project", [TALL, bad], {}, error, words
        for name in ("max_norm", "max_norm_grad"):
            yield regularization, name, [TALL], {"c": bad}, error, words
    for W in (1.0, [1.0, 2.0], [[[1.0]]]):
        words = "W must have 2 dimensions, got shape"
        yield regularization, "max_norm_project", [W, 1.0], {}, ValueError, words
