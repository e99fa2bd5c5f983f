"""Bad input gets an error that says who, what was wanted and what came."""

import inspect
import re

import numpy as np
import pytest

from dlnotes import activations, data, equations, gradcheck, losses, metrics
from dlnotes.metrics import Confusion

Y, P = [1.0, 2.0], [0.5, 0.25]
ROWS = [[0.5, 0.5], [0.25, 0.75]]
NAN, INF = float("nan"), float("inf")

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
# Anything that is wrong for every array argument: (value, error, words).
NEVER = [
    ([], ValueError, r"must hold at least one number, got shape \(0,\)$"),
    (["a", "b"], TypeError, "must hold real numbers, got text$"),
    ([NAN, 0.5], ValueError, r"must not hold nan, got nan at \(0,\)$"),
    ([[1.0, 2.0], [3.0]], ValueError, "must be an array, got rows of unequal length$"),
    (None, TypeError, "must hold real numbers, got objects$"),
    ([1j, 0.5], TypeError, "must hold real numbers, got complex numbers$"),
    ({"a": 1}, TypeError, "must hold real numbers, got objects$"),
    ([b"a", b"b"], TypeError, "must hold real numbers, got bytes$"),
    (np.array(["2025-04-10"], dtype="M8[D]"), TypeError, "must hold real numbers, got datetime64"),
]
NEVER_IN_A_PAIR = [*NEVER, ([INF, 0.5], ValueError, r"must be finite, got inf at \(0,\)$")]


def cases():
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
    soft = ("softmax", "softmax_grad", "log_softmax", "log_softmax_grad")
    for name in ("sigmoid", "sigmoid_grad", *soft):
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
    for name in ("sigmoid_grad", "softmax_grad", "log_softmax_grad"):
        words = r"dy must have shape \(2,\) like the output, got \(3,\)"
        yield activations, name, [Y, [1.0, 2.0, 3.0]], {}, ValueError, words
        for bad, error, words in NEVER_IN_A_PAIR:
            yield activations, name, [Y, bad], {}, error, f"dy {words}"
    for i, name in enumerate(("y_true", "y_pred")):
        for bad, error, words in [
            *NEVER_IN_A_PAIR,
            ([0, 2], ValueError, r"must hold only 0 and 1, got 2 at \(1,\)"),
            ([0, 0.5], ValueError, r"must hold only 0 and 1, got 0\.5 at \(1,\)"),
            ([1, -1], ValueError, r"must hold only 0 and 1, got -1 at \(1,\)"),
        ]:
            arguments = [[0, 1], [0, 1]]
            arguments[i] = bad
            yield metrics, "confusion", arguments, {}, error, f"{name} {words}"
    words = r"y_pred must have shape \(2,\) like y_true, got \(3,\)"
    yield metrics, "confusion", [[0, 1], [0, 1, 1]], {}, ValueError, words
    for i, name in enumerate(("tp", "fp", "fn", "tn")):
        for bad, error, words in [
            (-1, ValueError, "must not be negative, got -1"),
            (1.0, TypeError, r"must be a whole number, got 1\.0"),
            (True, TypeError, "must be a whole number, got True"),
            (np.bool_(True), TypeError, "must be a whole number, got np.True_"),
            ("1", TypeError, "must be a whole number, got '1'"),
            (NAN, TypeError, "must be a whole number, got nan"),
            (None, TypeError, "must be a whole number, got None"),
            ([1], TypeError, r"must be a whole number, got \[1\]"),
        ]:
            counts = [1, 1, 1, 1]
            counts[i] = bad
            yield metrics, "Confusion", counts, {}, error, f"{name} {words}"
    words = "the counts must not all be 0, got an empty table$"
    yield metrics, "Confusion", [0, 0, 0, 0], {}, ValueError, words
    yield from gradient_checks()


def gradient_checks():
    """What is wrong with the function, its argument, its gradient or the cotangent."""
    x, rng = np.array(Y), {"rng": np.random.default_rng(0)}
    for settings, arguments, name in (
        ({}, [np.sin], "numerical_gradient"),
        (rng, [np.sin, lambda x, dy: np.cos(x) * dy], "gradient_gap"),
    ):
        for bad, error, words in NEVER_IN_A_PAIR:
            broken = [lambda x, bad=bad: bad, *arguments[1:], x]
            yield gradcheck, name, broken, settings, error, f"f's output {words}"
            blind = [lambda x, dy=0: 1.0] * len(arguments)
            yield gradcheck, name, [*blind, bad], settings, error, rf"args\[0\] {words}"
        for bad in (3.0, None, "sin"):
            words = f"f must be a function, got {bad!r}"
            yield gradcheck, name, [bad, *arguments[1:], x], settings, TypeError, words
        for bad in (2, -1, 1.0, "0", None):
            wrt = bad if name == "numerical_gradient" else (bad,)
            words = f"wrt must be one of 0, 1, got {bad!r}"
            one_more = [np.multiply, *arguments[1:], x, x]
            yield gradcheck, name, one_more, settings | {"wrt": wrt}, ValueError, words
    words = r"dy must have shape \(2,\) like the output, got \(3,\)"
    wrong_dy = {"dy": [1.0, 2.0, 3.0]}
    yield gradcheck, "numerical_gradient", [np.sin, x], wrong_dy, ValueError, words
    for grad, error, words in [
        (x[:1], ValueError, r"the gradient in args\[0\] must have shape \(2,\), got \(1,\)"),
        (x[:, None], ValueError, r"the gradient in args\[0\] must have shape \(2,\), got \(2, 1\)"),
        (None, TypeError, r"the gradient in args\[0\] must hold real numbers, got objects"),
        (["a", "b"], TypeError, r"the gradient in args\[0\] must hold real numbers, got text"),
        (1j * x, TypeError, r"the gradient in args\[0\] must hold real numbers, got complex"),
        ((), ValueError, "f_grad must return 1 gradients, got 0"),
        ((x, x), ValueError, "f_grad must return 1 gradients, got 2"),
    ]:
        broken = [np.sin, lambda x, dy, grad=grad: grad, x]
        yield gradcheck, "gradient_gap", broken, rng, error, words
    good = [np.sin, lambda x, dy: np.cos(x) * dy, x]
    words = "f_grad must be a function, got None"
    yield gradcheck, "gradient_gap", [np.sin, None, x], rng, TypeError, words
    for bad in (0, None, np.random.RandomState(0), np.random.default_rng):
        words = "rng must be a NumPy Generator, got"
        yield gradcheck, "gradient_gap", good, {"rng": bad}, TypeError, words
    for bad, error, words in [
        (0, TypeError, r"wrt must be a tuple such as \(0,\), got 0"),
        ((), ValueError, r"wrt must count at least one argument, got \(\)$"),
    ]:
        yield gradcheck, "gradient_gap", good, rng | {"wrt": bad}, error, words


def reductions(name, good):
    """What is wrong with a reduction, and with the gradient that arrives at one."""
    for bad in ("average", "Mean", "", None, 1, ["mean"], np.array(["mean", "sum"])):
        words = "reduction must be one of 'mean', 'sum', 'none', got"
        yield losses, name, good, {"reduction": bad}, ValueError, words
    if name.endswith("_grad"):
        words = r"dy must have shape \(\) like the output, got \(3,\)"
        yield losses, name, [*good, [1.0, 2.0, 3.0]], {}, ValueError, words
        each = {"reduction": "none"}
        samples = rf"\({'' if 'entropy' in name or 'kl' in name else '2,'}\)"
        words = rf"dy must have shape {samples} like the output, got \(3,\)"
        yield losses, name, [*good, [1.0, 2.0, 3.0]], each, ValueError, words
        for settings in ({}, each):
            for bad, error, words in NEVER_IN_A_PAIR:
                yield losses, name, [*good, bad], settings, error, f"dy {words}"


CASES = list(cases())


@pytest.mark.parametrize(
    ("module", "name", "arguments", "settings", "error", "words"),
    CASES,
    ids=[f"{c[1]}-{i}" for i, c in enumerate(CASES)],
)
def test_bad_input_is_refused_by_name(module, name, arguments, settings, error, words):
    with pytest.raises(error, match=f"^{name}: {words}"):
        getattr(module, name)(*arguments, **settings)


def public(module):
    return {
        name
        for name, thing in vars(module).items()
        if callable(thing) and thing.__module__ == module.__name__ and not name.startswith("_")
    }


@pytest.mark.parametrize(
    "module", [activations, gradcheck, losses, metrics], ids=lambda m: m.__name__
)
def test_no_public_function_is_left_out(module):
    assert public(module) == {c[1] for c in CASES if c[0] is module}


def test_what_takes_no_arrays_takes_no_arrays():
    """The data take nothing, and the registry's errors are in test_equations."""
    for name in public(data) - {"Dataset"}:
        assert not inspect.signature(getattr(data, name)).parameters
    assert callable(equations.verify)


def test_a_table_cannot_be_changed():
    table = Confusion(1, 2, 3, 4)
    with pytest.raises(AttributeError):
        table.tp = 5
