"""The losses: good arguments for their gradients, and bad ones for all."""

import inspect
import re

import numpy as np
from wrong import INF, NAN, NEVER_IN_A_PAIR

from dlnotes import losses

Y, P = [1.0, 2.0], [0.5, 0.25]
ROWS = [[0.5, 0.5], [0.25, 0.75]]

# For each function, its good arguments and where numbers of one shape are wanted.
PAIRS = {
    "mae": (Y, Y),
    "mse": (Y, Y),
    "huber": (Y, Y),
    "bce": (P, P),
    "bce_with_logits": (P, Y),
    "cross_entropy": (P, P),
    "cross_entropy_with_logits": (P, Y),
    "kl_divergence": (P, P),
    "hinge": ([1.0, -1.0], Y),
}
RNG = np.random.default_rng(0)
TARGETS, Y_HAT = RNG.normal(size=(3, 2)), RNG.normal(size=(3, 2))
SHARES, CHANCES = RNG.random((3, 2)), RNG.uniform(0.1, 0.9, (3, 2))
SIGNS = RNG.choice([-1.0, 1.0], (3, 2))
TRUTH, MODEL = RNG.dirichlet(np.ones(4), 3), RNG.dirichlet(np.ones(4), 3)

# Every loss, with arguments that are not degenerate; the gradient is in the second one.
LOSSES = {
    "mae": (TARGETS, Y_HAT),
    "mse": (TARGETS, Y_HAT),
    "bce": (SHARES, CHANCES),
    "bce_with_logits": (SHARES, Y_HAT),
    "cross_entropy": (TRUTH, 0.9 * MODEL),
    "cross_entropy_with_logits": (0.7 * TRUTH, np.log(MODEL)),
    "kl_divergence": (TRUTH, 0.9 * MODEL),
    "nll": (np.array([3, 0, 2]), 0.9 * MODEL),
    "huber": (TARGETS, Y_HAT),
    "hinge": (SIGNS, Y_HAT),
}
GRADIENTS = {
    name: [(good, (1,), {"reduction": reduction}) for reduction in losses.REDUCTIONS]
    for name, good in LOSSES.items()
}
GRADIENTS["huber"] += [(LOSSES["huber"], (1,), {"delta": delta}) for delta in (0.3, 2.5)]


def bad_input():
    """(module, function, arguments, keywords, error, words after the function's name)."""
    for loss, good in PAIRS.items():
        for name in (loss, f"{loss}_grad"):
            names = list(inspect.signature(getattr(losses, name)).parameters)
            for i in (0, 1):
                for bad, error, words in NEVER_IN_A_PAIR:
                    arguments = list(good)
                    arguments[i] = bad
                    yield losses, name, arguments, {}, error, f"{names[i]} {words}"
            wide = [good[0], [[v] for v in good[1]]]
            words = rf"{names[1]} must have shape \(2,\) like {names[0]}, got \(2, 1\)"
            yield losses, name, wide, {}, ValueError, words
            words = rf"{names[0]} must not hold nan, got nan at \(\)$"
            yield losses, name, [NAN, 1.0], {}, ValueError, words
            yield from reductions(name, good)
    for name in ("nll", "nll_grad"):
        yield from reductions(name, ([0, 1], ROWS))
        for y, error, words in [
            ([0.0, 1.0], TypeError, "y must hold integer classes, got float64"),
            ([0, 2], ValueError, r"y must hold classes 0 to 1, got 2 at \(1,\)"),
            ([0, -1], ValueError, r"y must hold classes 0 to 1, got -1 at \(1,\)"),
            ([], ValueError, r"y must hold at least one class, got shape \(0,\)"),
            ([NAN, 0], TypeError, "y must hold integer classes, got float64"),
            (["a", "b"], TypeError, "y must hold integer classes, got text"),
            ([True, False], TypeError, "y must hold integer classes, got bool"),
            (None, TypeError, "y must hold integer classes, got objects"),
            ([1j, 0], TypeError, "y must hold integer classes, got complex numbers"),
            ([[0], [0, 1]], ValueError, "y must be an array, got rows of unequal length"),
            ([[0, 1]], ValueError, r"y must have shape \(2,\), one class a row, got \(1, 2\)"),
            ([0, 1234567], ValueError, r"y must hold classes 0 to 1, got 1234567 at \(1,\)"),
            ([0], ValueError, r"y must have shape \(2,\), one class a row, got \(1,\)"),
        ]:
            yield losses, name, [y, ROWS], {}, error, words
        for y_hat, error, words in [
            (P, ValueError, r"y_hat must have 2 dimensions, got shape \(2,\)"),
            ([[[0.5]]], ValueError, r"y_hat must have 2 dimensions, got shape \(1, 1, 1\)"),
            ([[1.5, 0.5]], ValueError, r"y_hat must lie between 0 and 1, got 1\.5 at \(0, 0\)"),
            ([[0.5, -0.5]], ValueError, r"y_hat must lie between 0 and 1, got -0\.5 at \(0, 1\)"),
            *[(bad, error, f"y_hat {words}") for bad, error, words in NEVER_IN_A_PAIR],
        ]:
            yield losses, name, [[0, 1], y_hat], {}, error, words
    for name in ("bce", "cross_entropy", "kl_divergence"):
        names = list(inspect.signature(getattr(losses, name)).parameters)
        for suffix in ("", "_grad"):
            for i in (0, 1):
                for bad in (1.5, -0.5, 1.0000000001, -5e-324):
                    arguments = [P, P]
                    arguments[i] = [0.5, bad]
                    words = rf"{names[i]} must lie between 0 and 1, got {bad} at \(1,\)"
                    yield losses, name + suffix, arguments, {}, ValueError, words
    for name in ("bce_with_logits", "cross_entropy_with_logits"):
        for suffix in ("", "_grad"):
            for bad in (2, -1):
                words = rf"y must lie between 0 and 1, got {bad} at \(1,\)"
                yield losses, name + suffix, [[0.5, bad], Y], {}, ValueError, words
    for name in ("cross_entropy", "cross_entropy_with_logits", "kl_divergence"):
        first = next(iter(inspect.signature(getattr(losses, name)).parameters))
        for suffix in ("", "_grad"):
            words = rf"{first} must have 1 or 2 dimensions, got shape"
            for one in (0.5, [[[0.5]]]):
                yield losses, name + suffix, [one, one], {}, ValueError, words
    for name in ("hinge", "hinge_grad"):
        for bad in (0, 0.5, 2):
            words = rf"y must hold only -1 and 1, got {bad} at \(1,\)"
            yield losses, name, [[1, bad], Y], {}, ValueError, words
    for name in ("huber", "huber_grad"):
        for delta, error in [
            (0, ValueError),
            (-1.0, ValueError),
            (NAN, ValueError),
            (INF, ValueError),
            ("1", TypeError),
            (True, TypeError),
            (None, TypeError),
            ([1.0, 2.0], TypeError),
            (1j, TypeError),
            (np.complex128(1), TypeError),
            (np.bool_(True), TypeError),
            (10**400, ValueError),
        ]:
            words = f"delta must be a finite number above 0, got {re.escape(repr(delta))}$"
            yield losses, name, [Y, Y], {"delta": delta}, error, words


def reductions(name, good):
    """What is wrong with a reduction, and with the gradient that arrives at one."""
    for bad in ("average", "Mean", "", None, 1, ["mean"], np.array(["mean", "sum"])):
        words = "reduction must be one of 'mean', 'sum', 'none', got"
        yield losses, name, good, {"reduction": bad}, ValueError, words
    if name.endswith("_grad"):
        words = r"dy must have shape \(\) like the output, got \(3,\)"
        yield losses, name, [*good, [1.0, 2.0, 3.0]], {}, ValueError, words
        single = [a if name == "nll_grad" and not i else np.float32(a) for i, a in enumerate(good)]
        words = r"dy must be finite in float32, got inf at \(\)$"
        yield losses, name, [*single, -1e300], {}, ValueError, words.replace("inf", "-inf")
        each = {"reduction": "none"}
        samples = rf"\({'' if 'entropy' in name or 'kl' in name else '2,'}\)"
        words = rf"dy must have shape {samples} like the output, got \(3,\)"
        yield losses, name, [*good, [1.0, 2.0, 3.0]], each, ValueError, words
        for settings in ({}, each):
            for bad, error, words in NEVER_IN_A_PAIR:
                yield losses, name, [*good, bad], settings, error, f"dy {words}"
