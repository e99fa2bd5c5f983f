"""Pencil cases, identities and extremes of the losses and of their slopes."""

import itertools
import math
from decimal import Decimal, localcontext
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


@pytest.mark.parametrize("name", ["mae", "mse", "bce", "bce_with_logits", "huber", "hinge"])
def test_a_loss_of_single_values_takes_plain_numbers(name):
    loss, grad = both(name)
    assert type(loss(1, 0.25)) is float
    assert loss(1, 0.25) == loss([1], [0.25])
    assert grad(1, 0.25).shape == () and grad(1, 0.25) == grad([1], [0.25])[0]


def test_whole_numbers_and_truth_values_are_numbers():
    assert losses.mae([1, 2], np.array([3, 5], dtype=np.uint8)) == 2.5
    assert losses.mse(np.array([0, 200], dtype=np.uint8), [20, 0]) == 20200
    assert losses.bce([True, False], [0.5, 0.5]) == math.log(2)
    assert losses.hinge(np.array([-1, 1], dtype=np.int8), [True, False]) == 3
    assert losses.nll(np.array([1], dtype=np.uint16), [[False, True]]) == 0


@every_loss
def test_the_slopes_are_a_new_array_of_the_prediction_s_shape(name):
    arrays = as_arrays(LOSSES[name])
    slopes = both(name)[1](*arrays)
    assert slopes.shape == arrays[1].shape and slopes.flags.writeable
    assert not any(np.shares_memory(slopes, a) for a in arrays)


@every_loss
def test_the_arriving_gradient_may_be_a_list_or_of_another_precision(name):
    grad, each = both(name)[1], both(name)[0](*LOSSES[name], reduction="none").shape
    dy = np.full(each, 0.5)
    wanted = grad(*LOSSES[name], dy, reduction="none")
    for other in (dy.tolist(), dy.astype(np.float32), 0.5, np.float32(0.5)):
        slopes = grad(*LOSSES[name], other, reduction="none")
        assert slopes.dtype == np.float64 and np.array_equal(slopes, wanted)
    single = grad(*as_arrays(LOSSES[name], np.float32), dy, reduction="none")
    assert single.dtype == np.float32


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


def test_delta_may_be_any_positive_number():
    for delta in (2, np.uint8(2), np.float32(2), np.float64(2)):
        assert losses.huber([5.0], [0.0], delta=delta) == 8
        assert losses.huber_grad([5.0, 0.0], [0.0, 5.0], delta=delta).tolist() == [-2, 2]
    assert losses.huber([5.0], [0.0], delta=np.finfo(float).max) == 12.5
    for delta in (1e-300, 1e300):  # beyond what float32 can hold
        single = losses.huber_grad(np.float32([5]), np.float32([0]), delta=delta)
        assert single.dtype == np.float32 and single == (0 if delta < 1 else -5)


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
    assert losses.mae_grad([1e308], [-1e308]) == losses.huber_grad([1e308], [-1e308]) == -1
    assert losses.mse_grad([1e308], [-1e308]) == -math.inf
    assert losses.huber([1e200], [0.0], delta=1e200) == math.inf
    assert losses.hinge([1] * 3, [-1e308] * 3) == math.inf
    assert losses.bce_with_logits([1] * 3, [-1e308] * 3, reduction="sum") == math.inf
    assert losses.bce_grad([1], [5e-324]) == losses.nll_grad([0], [[5e-324]]) == -math.inf
    for grad in (losses.cross_entropy_grad, losses.kl_divergence_grad):
        assert grad([1], [5e-324]) == -math.inf


def test_a_mean_exists_where_the_sum_is_infinite():
    large = [1e308] * 4
    assert losses.mae(large, [0] * 4) == losses.bce_with_logits([0] * 4, large) == 1e308
    assert losses.mae(large, [0] * 4, reduction="sum") == math.inf
    assert losses.cross_entropy_with_logits([[1, 0]] * 4, [[0, 1e308]] * 4) == math.inf
    rows = {"y": [[1, 0]] * 4, "z": [[0, 1e308]] * 4}
    assert losses.cross_entropy_with_logits(**rows, reduction="mean") == 1e308


def test_a_gradient_of_zero_that_meets_an_infinite_slope_is_undefined():
    dy = [0.0, 1.0]
    for slopes in (
        losses.bce_grad([1, 0], [0, 0.5], dy, reduction="none"),
        losses.nll_grad([0, 1], [[0, 1], [0.5, 0.5]], dy, reduction="none")[[0, 1], [0, 1]],
        losses.cross_entropy_grad([[1], [1]], [[0], [0.5]], dy, reduction="none"),
        losses.kl_divergence_grad([[1], [1]], [[0], [0.5]], dy, reduction="none"),
        losses.mse_grad([1e308, 0], [-1e308, 1], dy, reduction="none"),
    ):
        assert math.isnan(np.ravel(slopes)[0])
        assert abs(np.ravel(slopes)[1]) == 2


SHARES = [0.0, 5e-324, 1e-20, 0.25, 0.5, 1 - 2**-53, 1.0]
LOGITS = [0.0, 1e-300, 0.5, 36.8, 745.0, 1e4, 1e308]
LOGITS += [-z for z in LOGITS]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_no_extreme_gives_nan_and_every_slope_in_a_logit_is_finite(dtype):
    y, p = np.array([*itertools.product(SHARES, SHARES)], dtype=dtype).T
    for name in ("bce", "cross_entropy", "kl_divergence"):
        loss, grad = both(name)
        for arguments in ((y, p), (np.stack([y, 1 - y], 1), np.stack([p, 1 - p], 1))):
            assert not np.isnan(loss(*arguments, reduction="none")).any()
            assert not np.isnan(grad(*arguments)).any()
    largest = np.finfo(dtype).max / 2
    y, z = np.array([*itertools.product(SHARES, np.clip(LOGITS, -largest, largest))], dtype).T
    assert np.isfinite(losses.bce_with_logits(y, z, reduction="none")).all()
    assert np.isfinite(losses.bce_with_logits_grad(y, z)).all()
    two = np.stack([y, 1 - y], 1), np.stack([z, -z], 1)
    assert not np.isnan(losses.cross_entropy_with_logits(*two, reduction="none")).any()
    assert np.isfinite(losses.cross_entropy_with_logits_grad(*two)).all()
    for name in ("mae", "mse", "huber"):
        assert not np.isnan(both(name)[0](z, z[::-1], reduction="none")).any()
        assert not np.isnan(both(name)[1](z, z[::-1])).any()
    signs = np.where(y > 0.3, 1, -1)
    assert not np.isnan(losses.hinge(signs, z, reduction="none")).any()
    assert np.isfinite(losses.hinge_grad(signs, z)).all()


# --- accuracy, against fifty digits


def close(ours, exact, rel_tol=1e-15):
    return math.isclose(ours, float(exact), rel_tol=rel_tol, abs_tol=1e-323)


@pytest.mark.parametrize(("y", "p"), [*itertools.product([0.0, 0.3, 1.0], SHARES[1:-1])])
def test_binary_cross_entropy_is_right_to_the_last_digits(y, p):
    with localcontext(prec=400):
        exact = -Decimal(y) * Decimal(p).ln() - (1 - Decimal(y)) * (1 - Decimal(p)).ln()
        slope = (1 - Decimal(y)) / (1 - Decimal(p)) - Decimal(y) / Decimal(p)
    assert close(losses.bce(y, p), exact)
    assert close(losses.bce_grad(y, p), slope)


@pytest.mark.parametrize(("y", "z"), [*itertools.product([0.0, 0.3, 1.0], LOGITS)])
def test_binary_cross_entropy_from_a_logit_is_right_to_the_last_digits(y, z):
    if abs(z) > 1e4:
        assert losses.bce_with_logits(y, z) == abs(z) * (1 - y if z > 0 else y)
        return
    with localcontext(prec=50):
        up, down = (1 + Decimal(z).exp()).ln(), (1 + (-Decimal(z)).exp()).ln()
        exact = Decimal(y) * down + (1 - Decimal(y)) * up
        p = 1 / (1 + (-Decimal(z)).exp())
    assert close(losses.bce_with_logits(y, z), exact)
    if y in (0, 1):  # a soft label's slope passes through 0, where digits cancel
        assert close(losses.bce_with_logits_grad(y, z), p - Decimal(y), 3e-15)


def test_cross_entropy_from_logits_is_right_to_the_last_digits():
    for z in RNG.normal(scale=30, size=(20, 4)):
        y = RNG.dirichlet(np.ones(4))
        with localcontext(prec=50):
            shares = [Decimal(v).exp() for v in z]
            costs = [(sum(shares) / share).ln() for share in shares]
            exact = sum(Decimal(a) * c for a, c in zip(y, costs, strict=True))
            slopes = [
                float(s / sum(shares) * sum(map(Decimal, y)) - Decimal(a))
                for s, a in zip(shares, y, strict=True)
            ]
        assert close(losses.cross_entropy_with_logits(y, z), exact)
        ours = losses.cross_entropy_with_logits_grad(y, z)
        assert np.allclose(ours, slopes, rtol=0, atol=1e-15)


def test_the_divergence_of_near_neighbours_is_right_to_rounding():
    p = RNG.dirichlet(np.ones(4), 20)
    q = p * (1 + 1e-6 * RNG.normal(size=p.shape))
    for ours, row, model in zip(losses.kl_divergence(p, q, reduction="none"), p, q, strict=True):
        with localcontext(prec=50):
            a, b = [*map(Decimal, row)], [*map(Decimal, model)]
            exact = sum(x * (x / y).ln() for x, y in zip(a, b, strict=True))
        assert abs(ours - float(exact)) < 1e-15


def test_the_mean_of_many_is_exact_to_rounding():
    y = RNG.random(1000)
    exact = sum(Fraction(v) ** 2 for v in y) / 1000
    assert math.isclose(losses.mse(y, np.zeros(1000)), exact, rel_tol=1e-14)


@pytest.mark.parametrize("n", [6, 7, 20, 49])
def test_the_mean_of_equal_losses_is_exactly_one_of_them(n):
    assert losses.mse(np.ones(n), np.zeros(n)) == 1
