"""Every gradient of the package, judged by finite differences under a random cotangent."""

import importlib
import inspect
import pkgutil

import numpy as np
import pytest

import dlnotes
from dlnotes import activations, gradcheck, losses

RNG = np.random.default_rng(0)
Y, Y_HAT = RNG.normal(size=(3, 2)), RNG.normal(size=(3, 2))
SHARES, CHANCES = RNG.random((3, 2)), RNG.uniform(0.1, 0.9, (3, 2))
SIGNS = RNG.choice([-1.0, 1.0], (3, 2))
TRUTH, MODEL = RNG.dirichlet(np.ones(4), 3), RNG.dirichlet(np.ones(4), 3)

# Every loss, with arguments that are not degenerate; the gradient is in the second one.
LOSSES = {
    "mae": (Y, Y_HAT),
    "mse": (Y, Y_HAT),
    "bce": (SHARES, CHANCES),
    "bce_with_logits": (SHARES, Y_HAT),
    "cross_entropy": (TRUTH, 0.9 * MODEL),
    "cross_entropy_with_logits": (0.7 * TRUTH, np.log(MODEL)),
    "kl_divergence": (TRUTH, 0.9 * MODEL),
    "nll": (np.array([3, 0, 2]), 0.9 * MODEL),
    "huber": (Y, Y_HAT),
    "hinge": (SIGNS, Y_HAT),
}
SCORES = RNG.normal(size=(2, 3, 4))
ACTIVATIONS = {"sigmoid": SCORES, "softmax": SCORES, "log_softmax": SCORES}
CHECKED = {f"losses.{n}_grad" for n in LOSSES} | {f"activations.{n}_grad" for n in ACTIVATIONS}


def test_no_gradient_of_the_package_goes_unchecked():
    found = set()
    for module in pkgutil.iter_modules(dlnotes.__path__):
        if module.ispkg:
            continue
        members = inspect.getmembers(
            importlib.import_module(f"dlnotes.{module.name}"), inspect.isfunction
        )
        for name, thing in members:
            if name.endswith(("_grad", "_backward")) and thing.__module__.endswith(module.name):
                found.add(f"{module.name}.{name}")
    assert found == CHECKED


@pytest.mark.parametrize("path", sorted(CHECKED))
def test_a_gradient_takes_what_its_function_takes_and_dy(path):
    module, name = path.split(".")
    functions = vars(importlib.import_module(f"dlnotes.{module}"))
    grad = list(inspect.signature(functions[name]).parameters.values())
    wanted = list(inspect.signature(functions[name.removesuffix("_grad")]).parameters.values())
    (dy,) = [p for p in grad if p.name == "dy"]
    assert (dy.default, dy.kind) == (1.0, dy.POSITIONAL_OR_KEYWORD)
    assert [p for p in grad if p is not dy] == wanted


@pytest.mark.parametrize("reduction", losses.REDUCTIONS)
@pytest.mark.parametrize("name", LOSSES)
def test_the_slope_of_a_loss_agrees_with_finite_differences(name, reduction):
    loss, grad = getattr(losses, name), getattr(losses, f"{name}_grad")
    gap = gradcheck.gradient_gap(
        loss, grad, *LOSSES[name], wrt=(1,), rng=np.random.default_rng(1), reduction=reduction
    )
    assert gap < 1e-7


@pytest.mark.parametrize("delta", [0.3, 2.5])
def test_the_slope_of_huber_s_loss_knows_delta(delta):
    gap = gradcheck.gradient_gap(
        losses.huber, losses.huber_grad, Y, Y_HAT, wrt=(1,), rng=RNG, delta=delta
    )
    assert gap < 1e-7


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_slope_of_an_activation_agrees_with_finite_differences(name):
    function, grad = getattr(activations, name), getattr(activations, f"{name}_grad")
    for x in (ACTIVATIONS[name], ACTIVATIONS[name][0, 0]):
        assert gradcheck.gradient_gap(function, grad, x, rng=RNG) < 1e-7


@pytest.mark.parametrize("name", LOSSES)
def test_the_default_reduction_of_a_loss_and_of_its_slope_is_the_notes_own(name):
    for function in (getattr(losses, name), getattr(losses, f"{name}_grad")):
        default = inspect.signature(function).parameters["reduction"].default
        averaged = name in ("mae", "mse", "bce", "bce_with_logits")
        assert default == ("mean" if averaged else "sum")
