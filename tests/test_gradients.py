"""Every gradient of the package, judged by finite differences under a random cotangent.

What each is tried on stands in tests/cases_<topic>.py, under GRADIENTS.
"""

import importlib
import inspect

import numpy as np
import pytest
import topics

from dlnotes import activations, gradcheck, mlp

JUDGED = {
    f"{module.__name__.removeprefix('cases_')}.{name}": cases
    for module in topics.CASES
    for name, cases in getattr(module, "GRADIENTS", {}).items()
}
each_gradient = pytest.mark.parametrize("path", sorted(JUDGED))


def function(path):
    module, name = path.split(".")
    return getattr(importlib.import_module(f"dlnotes.{module}"), name)


def test_no_gradient_of_the_package_goes_unchecked():
    found = {
        f"{module.__name__.removeprefix('dlnotes.')}.{name}"
        for module in topics.MODULES
        for name, thing in inspect.getmembers(module, inspect.isfunction)
        if name.endswith(("_grad", "_backward")) and thing.__module__ == module.__name__
    }
    elsewhere = {f"recurrent.{layer}_backward" for layer in ("rnn", "gru", "lstm")}
    elsewhere |= {"batchnorm.batchnorm_backward"}
    assert found == {f"{path}_grad" for path in JUDGED} | {"mlp.mlp_backward"} | elsewhere


@each_gradient
def test_a_gradient_takes_what_its_function_takes_and_dy(path):
    grad = list(inspect.signature(function(f"{path}_grad")).parameters.values())
    wanted = list(inspect.signature(function(path)).parameters.values())
    (dy,) = [p for p in grad if p.name == "dy"]
    assert (dy.default, dy.kind) == (1.0, dy.POSITIONAL_OR_KEYWORD)
    assert [p for p in grad if p is not dy] == wanted


@each_gradient
def test_a_gradient_agrees_with_finite_differences(path):
    f, f_grad = function(path), function(f"{path}_grad")
    assert JUDGED[path], f"{path}: no case"
    for arguments, wrt, settings in JUDGED[path]:
        rng = np.random.default_rng(1)
        gap = gradcheck.gradient_gap(f, f_grad, *arguments, wrt=wrt, rng=rng, **settings)
        assert gap < 1e-7, (arguments, settings)


@pytest.mark.parametrize("name", [p for p in sorted(JUDGED) if p.startswith("losses.")])
def test_the_default_reduction_of_a_loss_and_of_its_slope_is_the_notes_own(name):
    for f in (function(name), function(f"{name}_grad")):
        default = inspect.signature(f).parameters["reduction"].default
        averaged = name.removeprefix("losses.") in ("mae", "mse", "bce", "bce_with_logits")
        assert default == ("mean" if averaged else "sum")


@pytest.mark.parametrize("name", ["W1", "b1", "W2", "b2", "W3", "b3"])
def test_the_way_back_through_a_network_agrees_with_finite_differences(name):
    rng = np.random.default_rng(0)
    params = mlp.mlp_init((3, 4, 5, 2), lambda i, o: 1.0, rng=rng)
    params |= {f"b{k}": rng.normal(size=params[f"b{k}"].size) for k in (1, 2, 3)}
    x, f = rng.normal(size=(6, 3)), (activations.tanh, activations.tanh_grad)

    def scores(a):
        return mlp.mlp_forward(x, params | {name: a}, activation=f)[0]

    def grad(a, dy):
        return mlp.mlp_backward(dy, mlp.mlp_forward(x, params | {name: a}, activation=f)[1])[name]

    assert gradcheck.gradient_gap(scores, grad, params[name], rng=rng) < 1e-7


@pytest.mark.parametrize("name", ["W1", "gamma1", "beta1", "W2", "gamma2", "beta2", "W3", "b3"])
def test_the_way_back_through_a_normalized_network_agrees_with_finite_differences(name):
    rng = np.random.default_rng(0)
    params = mlp.mlp_init((3, 4, 5, 2), lambda i, o: 1.0, rng=rng, norm=True)
    params |= {k: rng.normal(size=a.shape) for k, a in params.items() if a.ndim == 1}
    x, f = rng.normal(size=(6, 3)), (activations.tanh, activations.tanh_grad)

    def scores(a):
        return mlp.mlp_forward(x, params | {name: a}, activation=f)[0]

    def grad(a, dy):
        return mlp.mlp_backward(dy, mlp.mlp_forward(x, params | {name: a}, activation=f)[1])[name]

    assert gradcheck.gradient_gap(scores, grad, params[name], rng=rng) < 1e-7
