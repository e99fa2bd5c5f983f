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
ACTIVATIONS = {"sigmoid": (Y,), "softmax": (Y,), "log_softmax": (Y,)}
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
    assert gradcheck.gradient_gap(function, grad, *ACTIVATIONS[name], rng=RNG) < 1e-7


@pytest.mark.parametrize("name", LOSSES)
def test_the_default_reduction_of_a_loss_and_of_its_slope_is_the_notes_own(name):
    for function in (getattr(losses, name), getattr(losses, f"{name}_grad")):
        default = inspect.signature(function).parameters["reduction"].default
        averaged = name in ("mae", "mse", "bce", "bce_with_logits")
        assert default == ("mean" if averaged else "sum")


def square(x):
    return x**2


def square_grad(x, dy=1.0):
    return 2 * x * dy


WRONG = {
    "the sign": (lambda x, dy: -2 * x * dy, 2),
    "a factor of 2": (lambda x, dy: 4 * x * dy, 0.5),
    "one over n": (lambda x, dy: 2 * x * dy / x.size, 5 / 6),
    "the cotangent forgotten": (lambda x, dy: 2 * x, 0.1),
    "transposed": (lambda x, dy: (2 * x * dy).reshape(2, 3).T.reshape(3, 2), 0.1),
    "zero": (lambda x, dy: 0 * x, 1),
    "nan": (lambda x, dy: x * np.nan, np.inf),
    "one entry": (lambda x, dy: 2 * x * dy + 1e-3 * (np.arange(6).reshape(3, 2) == 4), 1e-5),
}


@pytest.mark.parametrize("slip", WRONG)
def test_a_wrong_gradient_is_found_out(slip):
    grad, at_least = WRONG[slip]
    x, rng = np.arange(1.0, 7).reshape(3, 2), np.random.default_rng(2)
    assert gradcheck.gradient_gap(square, square_grad, x, rng=rng) < 1e-9
    assert gradcheck.gradient_gap(square, grad, x, rng=rng) >= at_least * (1 - 1e-6)


def test_a_softmax_gradient_of_zero_is_found_out_though_a_summed_output_hides_it():
    z = np.array([0.3, -1.0, 2.0])
    summed = gradcheck.numerical_gradient(activations.softmax, z, dy=1.0)
    assert np.abs(summed).max() < 1e-10
    gap = gradcheck.gradient_gap(activations.softmax, lambda x, dy: 0 * x, z, rng=RNG)
    assert gap == 1


def test_every_argument_that_counts_is_judged():
    def product(a, b):
        return a * b

    def good(a, b, dy):
        return b * dy, a * dy

    def second_wrong(a, b, dy):
        return b * dy, -a * dy

    a, b = RNG.normal(size=3), RNG.normal(size=3)
    assert gradcheck.gradient_gap(product, good, a, b, wrt=(0, 1), rng=RNG) < 1e-9
    assert gradcheck.gradient_gap(product, second_wrong, a, b, wrt=(0, 1), rng=RNG) > 1.9


def test_two_zero_gradients_agree():
    gap = gradcheck.gradient_gap(lambda x: 0 * x, lambda x, dy: 0 * x, np.ones(3), rng=RNG)
    assert gap == 0


def test_a_numerical_gradient_is_right_to_nine_digits_and_takes_lists_and_numbers():
    slopes = gradcheck.numerical_gradient(np.exp, [0.0, 1.0, -20.0], dy=[1.0, 2.0, 3.0])
    assert np.allclose(slopes, [1, 2 * np.e, 3 * np.exp(-20)], rtol=1e-9, atol=1e-10)
    assert np.isclose(gradcheck.numerical_gradient(np.exp, 1.0), np.e, rtol=1e-9)
    large = gradcheck.numerical_gradient(square, [1e8, -1e-8])
    assert np.allclose(large, [2e8, -2e-8], rtol=1e-6)


def test_a_numerical_gradient_at_a_kink_is_the_mean_of_the_slopes():
    assert gradcheck.numerical_gradient(np.abs, [0.0])[0] == 0


def test_a_numerical_gradient_changes_nothing():
    x = np.array([1.0, 2.0])
    gradcheck.numerical_gradient(square, x)
    assert x.tolist() == [1.0, 2.0]
