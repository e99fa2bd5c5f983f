"""The judge of gradients: bad arguments."""

import numpy as np
from wrong import NEVER_IN_A_PAIR

from dlnotes import gradcheck

Y = [1.0, 2.0]


def bad_input():
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
