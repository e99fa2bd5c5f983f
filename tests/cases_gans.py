"""The adversarial losses: good arguments for their gradients, and bad ones for all."""

import inspect
import re

import numpy as np
from wrong import INF, NAN, NEVER_IN_A_PAIR

from dlnotes import gans

RNG = np.random.default_rng(0)
# Of different counts and shapes, so that no mean is taken over the wrong samples unnoticed.
REAL, FAKE = RNG.normal(1, 2, 3), RNG.normal(-1, 2, (5, 1))
SLOPES = RNG.normal(size=(4, 3))

TWO = ("minimax_d", "least_squares_d", "wasserstein_d")
ONE = ("minimax_g", "nonsaturating_g", "least_squares_g", "wasserstein_g")
PENALTIES = {"wasserstein_gp_d": (REAL, FAKE, SLOPES), "gradient_penalty": (SLOPES,)}
GOOD = dict.fromkeys(TWO, (REAL, FAKE)) | dict.fromkeys(ONE, (FAKE,)) | PENALTIES

GRADIENTS = {name: [(good, tuple(range(len(good))), {})] for name, good in GOOD.items()}
for name, good in PENALTIES.items():
    GRADIENTS[name] += [(good, tuple(range(len(good))), {"lam": lam}) for lam in (0.5, 25)]
GRADIENTS["gradient_penalty"] += [((100 * SLOPES,), (0,), {}), ((SLOPES / 100,), (0,), {})]


def bad_input():
    """(module, function, arguments, keywords, error, words after the function's name)."""
    for loss, good in GOOD.items():
        for name in (loss, f"{loss}_grad"):
            names = list(inspect.signature(getattr(gans, name)).parameters)
            for i in range(len(good)):
                for bad, error, words in NEVER_IN_A_PAIR:
                    arguments = list(good)
                    arguments[i] = bad
                    yield gans, name, arguments, {}, error, f"{names[i]} {words}"
        name = f"{loss}_grad"
        words = r"dy must have shape \(\) like the output, got \(3,\)"
        yield gans, name, [*good, [1.0, 2.0, 3.0]], {}, ValueError, words
        for bad, error, words in NEVER_IN_A_PAIR:
            yield gans, name, [*good, bad], {}, error, f"dy {words}"
    for loss, good in PENALTIES.items():
        for name in (loss, f"{loss}_grad"):
            for flat in (SLOPES[0], 1.0, SLOPES[np.newaxis]):
                shape = re.escape(str(np.shape(flat)))
                words = f"g must have 2 dimensions, got shape {shape}"
                yield gans, name, [*good[:-1], flat], {}, ValueError, words
            for lam, error in [
                (-1e-9, ValueError),
                (NAN, ValueError),
                (INF, ValueError),
                ("10", TypeError),
                (True, TypeError),
                (None, TypeError),
                ([10.0], TypeError),
            ]:
                words = f"lam must be a finite number, 0 or more, got {re.escape(repr(lam))}$"
                yield gans, name, list(good), {"lam": lam}, error, words
