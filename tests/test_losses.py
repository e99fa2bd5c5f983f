"""Pencil cases, identities and extremes of the losses and of their slopes."""

import math
from fractions import Fraction

import numpy as np
import pytest

from dlnotes import activations, losses

RNG = np.random.default_rng(0)
Y, Y_HAT = np.array([3.0, 5.0, 2.0]), np.array([2.0, 7.0, 2.0])
LOSSES = {
    "mae": (Y, Y_HAT),
    "mse": (Y, Y_HAT),
    "huber": (Y, Y_HAT),
    "bce": ([1.0, 0.0, 0.25], [0.5, 0.25, 0.75]),
    "bce_with_logits": ([1.0, 0.0, 0.25], Y_HAT),
    "cross_entropy": ([0.0, 1.0, 0.0], [0.125, 0.25, 0.625]),
    "cross_entropy_with_logits": ([0.0, 1.0, 0.0], Y_HAT),
    "kl_divergence": ([0.25, 0.25, 0.5], [0.125, 0.25, 0.625]),
    "nll": (np.array([0, 1]), np.array([[0.5, 0.25, 0.25], [0.5, 0.125, 0.375]])),
    "hinge": ([1.0, -1.0, 1.0], [2.0, -0.5, 0.25]),
}
every_loss = pytest.mark.parametrize("name", LOSSES)


def both(name):
    return getattr(losses, name), getattr(losses, f"{name}_grad")


def as_arrays(arguments, dtype=np.float64):
    arrays = [np.asarray(a) for a in arguments]
    return [a if a.dtype.kind == "i" else a.astype(dtype) for a in arrays]


# --- by pencil


@pytest.mark.parametrize(
    ("loss", "wanted"),
    [
        (losses.mae(Y, Y_HAT), 1),
        (losses.mse(Y, Y_HAT), 5 / 3),
        (losses.bce([1, 0], [1 / 2, 1 / 4]), math.log(8 / 3) / 2),
        (losses.bce_with_logits([1, 0], [0, -math.log(3)]), math.log(8 / 3) / 2),
        (losses.cross_entropy([0, 1, 0], [1 / 8, 2 / 8, 5 / 8]), math.log(4)),
        (losses.cross_entropy_with_logits([0, 1, 0], np.log([1, 2, 5])), math.log(4)),
        (losses.nll(*LOSSES["nll"]), math.log(16)),
        (losses.kl_divergence([1 / 2, 1 / 2], [1 / 4, 3 / 4]), math.log(4 / 3) / 2),
        (losses.kl_divergence([1 / 4, 3 / 4], [1 / 2, 1 / 2]), math.log(27 / 16) / 4),
        (losses.huber([1 / 2, -3], [0, 0], delta=1), 21 / 8),
        (losses.huber([1 / 2, -3], [0, 0], delta=2), 1 / 8 + 4),
        (losses.huber([2.0], [0.0], delta=2), 2),
        (losses.hinge([1, -1, 1], [2, -0.5, 0.3]), 1.2),
    ],
)
def test_a_loss_worked_by_pencil(loss, wanted):
    assert math.isclose(loss, wanted, rel_tol=1e-14)


@pytest.mark.parametrize(
    ("slopes", "wanted"),
    [
        (losses.mae_grad(Y, Y_HAT), [-1 / 3, 1 / 3, 0]),
        (losses.mse_grad(Y, Y_HAT), [-2 / 3, 4 / 3, 0]),
        (losses.bce_grad([1, 0], [1 / 2, 1 / 4]), [-1, 2 / 3]),
        (losses.bce_with_logits_grad([1, 0], [0, -math.log(3)]), [-1 / 4, 1 / 8]),
        (losses.cross_entropy_grad([0, 1, 0], [1 / 8, 2 / 8, 5 / 8]), [0, -4, 0]),
        (
            losses.cross_entropy_with_logits_grad([0, 1, 0], np.log([1, 2, 5])),
            [1 / 8, -6 / 8, 5 / 8],
        ),
        (losses.nll_grad(*LOSSES["nll"]), [[-2, 0, 0], [0, -8, 0]]),
        (losses.kl_divergence_grad([1 / 2, 1 / 2], [1 / 4, 3 / 4]), [-2, -2 / 3]),
        (losses.huber_grad([1 / 2, -3], [0, 0], delta=1), [-1 / 2, 1]),
        (losses.hinge_grad([1, -1, 1], [2, -0.5, 0.3]), [0, 1, -1]),
        (losses.hinge_grad([1, -1], [1, -1]), [0, 0]),
    ],
)
def test_slopes_worked_by_pencil(slopes, wanted):
    assert np.allclose(slopes, wanted, rtol=1e-14, atol=0)


# --- what holds for all


@every_loss
def test_the_reductions_belong_together(name):
    loss, grad = both(name)
    each = loss(*LOSSES[name], reduction="none")
    assert math.isclose(loss(*LOSSES[name], reduction="sum"), each.sum(), rel_tol=1e-14)
    assert math.isclose(loss(*LOSSES[name], reduction="mean"), each.mean(), rel_tol=1e-14)
    of_sum = grad(*LOSSES[name], reduction="sum")
    assert np.allclose(grad(*LOSSES[name], reduction="mean"), of_sum / each.size, rtol=1e-14)
    assert np.allclose(grad(*LOSSES[name], np.ones(each.shape), reduction="none"), of_sum)


@every_loss
def test_a_slope_is_proportional_to_the_gradient_that_arrives(name):
    grad = both(name)[1]
    assert np.allclose(grad(*LOSSES[name], -2.5), -2.5 * grad(*LOSSES[name]), rtol=1e-14)


@every_loss
def test_float32_stays_float32_and_everything_else_is_float64(name):
    loss, grad = both(name)
    single, double = as_arrays(LOSSES[name], np.float32), as_arrays(LOSSES[name])
    assert grad(*single).dtype == loss(*single, reduction="none").dtype == np.float32
    assert grad(*as_arrays(LOSSES[name], np.float16)).dtype == np.float64
    assert grad(*double).dtype == loss(*double, reduction="none").dtype == np.float64
    assert np.allclose(grad(*single), grad(*double), rtol=1e-5, atol=1e-6)
    assert type(loss(*single)) is type(loss(*double)) is float


@every_loss
def test_lists_serve_and_nothing_is_changed(name):
    loss, grad = both(name)
    arrays = as_arrays(LOSSES[name])
    before = [a.copy() for a in arrays]
    value, slopes = loss(*arrays), grad(*arrays)
    assert all(np.array_equal(a, b) for a, b in zip(arrays, before, strict=True))
    lists = [a.tolist() for a in arrays]
    assert loss(*lists) == value
    assert np.array_equal(grad(*lists), slopes)


@every_loss
def test_the_order_of_the_samples_does_not_matter(name):
    arguments = as_arrays(LOSSES[name])
    if arguments[0].ndim == 1 and "entropy" not in name and "kl" not in name:
        turned = [a[::-1] for a in arguments]
        assert math.isclose(both(name)[0](*arguments), both(name)[0](*turned), rel_tol=1e-14)
    else:
        batch = [np.stack([a, a[::-1]]) for a in arguments]
        loss = both(name)[0]
        assert math.isclose(loss(*batch), loss(*[b[::-1] for b in batch]), rel_tol=1e-14)


@every_loss
def test_no_loss_is_negative(name):
    assert (both(name)[0](*LOSSES[name], reduction="none") >= 0).all()


# --- identities


def test_cross_entropy_is_divergence_plus_entropy():
    p, q = RNG.dirichlet(np.ones(5), (2, 4))
    entropy = losses.cross_entropy(p, p, reduction="none")
    divergence = losses.kl_divergence(p, q, reduction="none")
    assert np.allclose(losses.cross_entropy(p, q, reduction="none"), divergence + entropy)


def test_no_distribution_is_nearer_to_p_than_p():
    p, q = RNG.dirichlet(np.ones(5), (2, 50))
    assert (losses.kl_divergence(p, q, reduction="none") > 0).all()
    assert losses.kl_divergence(p, p) == 0


def test_negative_log_likelihood_is_cross_entropy_of_one_hot_rows():
    y, p = RNG.integers(0, 4, 6), RNG.dirichlet(np.ones(4), 6)
    assert math.isclose(losses.nll(y, p), losses.cross_entropy(np.eye(4)[y], p), rel_tol=1e-14)
    assert np.allclose(losses.nll_grad(y, p), losses.cross_entropy_grad(np.eye(4)[y], p))


def test_binary_cross_entropy_is_cross_entropy_of_two_classes():
    y, p = RNG.random(6), RNG.random(6)
    two = losses.cross_entropy(np.stack([1 - y, y], 1), np.stack([1 - p, p], 1), reduction="mean")
    assert math.isclose(losses.bce(y, p), two, rel_tol=1e-12)


def test_the_logit_forms_are_the_forms_in_probabilities():
    y, z = RNG.random(6), RNG.normal(size=6)
    assert math.isclose(losses.bce_with_logits(y, z), losses.bce(y, activations.sigmoid(z)))
    p, z = RNG.dirichlet(np.ones(4), 3), RNG.normal(size=(3, 4))
    plain = losses.cross_entropy(p, activations.softmax(z))
    assert math.isclose(losses.cross_entropy_with_logits(p, z), plain)


def test_shifting_every_logit_changes_nothing():
    y, z = np.eye(4)[[1, 3]], RNG.normal(size=(2, 4))
    shifted = losses.cross_entropy_with_logits(y, z + 100)
    assert math.isclose(losses.cross_entropy_with_logits(y, z), shifted, rel_tol=1e-12)
    assert np.abs(losses.cross_entropy_with_logits_grad(y, z).sum(axis=1)).max() < 1e-15


def test_huber_is_half_the_squares_below_delta_and_delta_times_the_distances_beyond():
    y, y_hat = RNG.normal(size=(2, 8))
    half = losses.mse(y, y_hat, reduction="sum") / 2
    assert math.isclose(losses.huber(y, y_hat, delta=1e9), half)
    far = 1e-9 * losses.mae(y, y_hat, reduction="sum")
    assert math.isclose(losses.huber(y, y_hat, delta=1e-9), far, rel_tol=1e-7)


def test_a_tie_has_slope_zero():
    assert losses.mae_grad([1.0, 2.0], [1.0, 3.0]).tolist() == [0, 0.5]


# --- extremes


def test_certainty_costs_nothing_if_right_and_infinity_if_wrong():
    assert losses.bce([1, 0], [1, 0]) == losses.cross_entropy([1, 0], [1, 0]) == 0
    assert losses.nll([0], [[1, 0]]) == losses.kl_divergence([1, 0], [1, 0]) == 0
    assert losses.bce([1, 0], [0, 1]) == losses.cross_entropy([1, 0], [0, 1]) == math.inf
    assert losses.nll([1], [[1, 0]]) == losses.kl_divergence([1, 0], [0, 1]) == math.inf


def test_the_slopes_at_certainty_are_one_sided_limits():
    assert losses.bce_grad([1, 0, 1, 0], [1, 0, 0, 1], reduction="sum").tolist() == [
        -1,
        1,
        -math.inf,
        math.inf,
    ]
    assert losses.cross_entropy_grad([1, 0], [0, 1]).tolist() == [-math.inf, 0]
    assert losses.nll_grad([1], [[1, 0]]).tolist() == [[0, -math.inf]]
    assert losses.kl_divergence_grad([0, 1], [0, 1]).tolist() == [0, -1]


def test_no_logit_is_too_large():
    wrong, right = losses.bce_with_logits([0], [1e4]), losses.bce_with_logits([1], [1e4])
    assert (wrong, right) == (1e4, 0)
    assert losses.bce_with_logits([1, 0], [-1e308, 1e308], reduction="none").tolist() == [1e308] * 2
    assert losses.cross_entropy_with_logits([0, 1], [1e4, 0]) == 1e4
    assert losses.cross_entropy_with_logits([1, 0, 0], [1e308, -1e308, 0]) == 0
    assert losses.cross_entropy_with_logits_grad([0, 1], [1e4, 0]).tolist() == [1, -1]
    assert losses.bce_with_logits_grad([1, 0], [-1e4, 1e4], reduction="sum").tolist() == [-1, 1]


def test_the_tail_of_a_right_answer_is_not_lost():
    assert math.isclose(losses.bce_with_logits([1], [40]), math.exp(-40), rel_tol=1e-14)
    assert math.isclose(losses.cross_entropy_with_logits([1, 0], [40, 0]), math.exp(-40))
    slope = losses.bce_with_logits_grad([1], [40])[0]
    assert math.isclose(slope, -math.exp(-40), rel_tol=1e-14)
    assert losses.bce([0], [1e-20]) == 1e-20


def test_what_passes_the_largest_float_is_infinite_without_a_warning():
    assert losses.mse([1e200], [-1e200]) == math.inf
    assert losses.mae([1e308], [-1e308]) == math.inf
    assert losses.huber([1e200], [0.0]) == 1e200
    assert losses.mae_grad([1e308], [-1e308]) == -1


def test_the_mean_of_many_is_exact_to_rounding():
    y = RNG.random(1000)
    exact = sum(Fraction(v) ** 2 for v in y) / 1000
    assert math.isclose(losses.mse(y, np.zeros(1000)), exact, rel_tol=1e-14)
