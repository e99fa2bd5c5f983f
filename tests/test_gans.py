"""Pencil cases, identities and extremes of the adversarial losses, and the same from PyTorch."""

import math
from decimal import Decimal, localcontext

import cases_gans
import numpy as np
import oracles
import pytest

from dlnotes import activations, gans, gradcheck, mlp

REAL, FAKE, SLOPES = cases_gans.REAL, cases_gans.FAKE, cases_gans.SLOPES
LOG3 = math.log(3)
LARGEST = np.finfo(np.float64).max
TRIANGLE = np.array([[3.0, 4.0]])
every_loss = pytest.mark.parametrize("name", cases_gans.GOOD)


def both(name):
    return getattr(gans, name), getattr(gans, f"{name}_grad")


def as_tuple(grads):
    return grads if isinstance(grads, tuple) else (grads,)


# --- by pencil


@pytest.mark.parametrize(
    ("loss", "wanted"),
    [
        # D = 3/4, 1/4, 1/2 on logits log 3, -log 3, 0
        (gans.minimax_d([LOG3], [-LOG3]), 2 * math.log(4 / 3)),
        (gans.minimax_d([LOG3, 0], [0]), math.log(8 / 3) / 2 + math.log(2)),
        (gans.minimax_g([LOG3, 0]), -math.log(8) / 2),
        (gans.nonsaturating_g([LOG3, 0]), math.log(8 / 3) / 2),
        (gans.least_squares_d([1, 3], [2, 0, 1]), 1 + 5 / 6),
        (gans.least_squares_g([-5, 1]), 9),
        (gans.wasserstein_d([1, 3], [2, 4, 9]), 3),
        (gans.wasserstein_g([2, 4, 9]), -5),
        (gans.wasserstein_gp_d([1, 3], [2, 4, 9], TRIANGLE), 163),
        (gans.wasserstein_gp_d([1, 3], [2, 4, 9], TRIANGLE, lam=0.5), 11),
        (gans.gradient_penalty(TRIANGLE), 160),
        (gans.gradient_penalty([[3, 4], [0, 0]], lam=1), (16 + 1) / 2),
        (gans.gradient_penalty([[-6.0]], lam=1), 25),
        (gans.gradient_penalty(TRIANGLE, lam=0), 0),
    ],
)
def test_a_loss_worked_by_pencil(loss, wanted):
    assert type(loss) is float
    assert math.isclose(loss, wanted, rel_tol=1e-14)


@pytest.mark.parametrize(
    ("slopes", "wanted"),
    [
        (gans.minimax_d_grad([LOG3, 0], [-LOG3]), ([-1 / 8, -1 / 4], [1 / 4])),
        (gans.minimax_g_grad([LOG3, -LOG3]), ([-3 / 8, -1 / 8],)),
        (gans.nonsaturating_g_grad([LOG3, -LOG3]), ([-1 / 8, -3 / 8],)),
        (gans.least_squares_d_grad([1, 3], [2, 0, 1]), ([0, 1], [2 / 3, 0, 1 / 3])),
        (gans.least_squares_g_grad([-5, 1]), ([-3, 0],)),
        (gans.wasserstein_d_grad([1, 3], [2, 4, 9]), ([-1 / 2, -1 / 2], [1 / 3, 1 / 3, 1 / 3])),
        (gans.wasserstein_g_grad([2, 4]), ([-1 / 2, -1 / 2],)),
        (gans.wasserstein_gp_d_grad([1], [2, 4], TRIANGLE), ([-1], [1 / 2, 1 / 2], [[48, 64]])),
        (gans.gradient_penalty_grad(TRIANGLE), ([[48, 64]],)),
        (gans.gradient_penalty_grad([[3, 4], [0, 0.5]], lam=1), ([[2.4, 3.2], [0, -0.5]],)),
    ],
)
def test_slopes_worked_by_pencil(slopes, wanted):
    for got, one in zip(as_tuple(slopes), wanted, strict=True):
        assert np.shape(got) == np.shape(one)
        assert np.allclose(got, one, rtol=1e-14, atol=0)


# --- what holds for all


@every_loss
def test_a_slope_is_proportional_to_the_gradient_that_arrives(name):
    grad, good = both(name)[1], cases_gans.GOOD[name]
    for a, b in zip(as_tuple(grad(*good, -2.5)), as_tuple(grad(*good)), strict=True):
        assert np.allclose(a, -2.5 * b, rtol=1e-14)


@every_loss
def test_float32_stays_float32_and_everything_else_is_float64(name):
    grad, good = both(name)[1], cases_gans.GOOD[name]
    single = [a.astype(np.float32) for a in good]
    assert {a.dtype for a in as_tuple(grad(*single))} == {np.dtype(np.float32)}
    half = [a.astype(np.float16) for a in good]
    assert {a.dtype for a in as_tuple(grad(*half))} == {np.dtype(np.float64)}
    for a, b in zip(as_tuple(grad(*single)), as_tuple(grad(*good)), strict=True):
        assert np.allclose(a, b, rtol=1e-4, atol=1e-6)
    assert math.isclose(both(name)[0](*single), both(name)[0](*good), rel_tol=1e-5)


@every_loss
def test_lists_serve_and_nothing_is_changed(name):
    loss, grad = both(name)
    good = [a.copy() for a in cases_gans.GOOD[name]]
    assert loss(*(a.tolist() for a in good)) == loss(*good)
    slopes = as_tuple(grad(*good))
    assert all(np.array_equal(a, b) for a, b in zip(good, cases_gans.GOOD[name], strict=True))
    assert not any(np.shares_memory(a, b) for a in good for b in slopes)


# --- identities


def test_the_game_is_zero_sum_and_the_other_loss_differs_from_it_by_the_mean_logit():
    moved = FAKE + 0.7
    lost = gans.minimax_d(REAL, moved) - gans.minimax_d(REAL, FAKE)
    assert math.isclose(gans.minimax_g(FAKE) - gans.minimax_g(moved), lost, rel_tol=1e-12)
    # log(1 - D) - (-log D) = log(1 - D) + log D, and log D - log(1 - D) is the logit
    both = gans.minimax_g(FAKE) + gans.nonsaturating_g(FAKE)
    assert math.isclose(both, -FAKE.mean(), rel_tol=1e-12)


def test_at_the_best_discriminator_the_loss_is_2_log_2_minus_2_js():
    """Two unit Gaussians d apart, integrated: the mean over samples by their densities."""
    x, dx = np.linspace(-14, 20, 6801, retstep=True)
    for d in (0.5, 2.0, 6.0):
        p, q = (np.exp(-((x - m) ** 2) / 2) / math.sqrt(2 * math.pi) for m in (0.0, d))
        a = d * d / 2 - d * x  # log p - log q, the logit of p / (p + q)
        by_hand = float((p * np.logaddexp(0, -a) + q * np.logaddexp(0, a)).sum() * dx)
        each = [gans.minimax_d([one], [other]) for one, other in ((800, v) for v in a)]
        fakes = float((q * np.array(each)).sum() * dx)
        each = [gans.minimax_d([one], [other]) for one, other in ((v, -800) for v in a)]
        reals = float((p * np.array(each)).sum() * dx)
        kept = p + q > 0
        m = (p + q)[kept] / 2
        js = sum(float((r[kept] * (np.log(r[kept]) - np.log(m))).sum() * dx) / 2 for r in (p, q))
        assert math.isclose(reals + fakes, by_hand, rel_tol=1e-12)
        assert math.isclose(reals + fakes, 2 * math.log(2) - 2 * js, rel_tol=1e-9)


def test_no_other_discriminator_is_better_than_p_over_p_plus_q():
    p, q = np.array([4, 1, 3]), np.array([1, 5, 2])
    real, fake = np.repeat(np.arange(3), p), np.repeat(np.arange(3), q)
    share = (p / 8) / (p / 8 + q / 8)
    logit, rng = np.log(share / (1 - share)), np.random.default_rng(0)
    for loss, best in [(gans.minimax_d, logit), (gans.least_squares_d, share)]:
        least = loss(best[real], best[fake])
        for step in rng.normal(0, 0.3, (100, 3)):
            assert loss((best + step)[real], (best + step)[fake]) > least


def test_where_d_is_sure_one_generator_loss_is_flat_and_the_other_is_not():
    a = math.log(1e-6 / (1 - 1e-6))
    assert math.isclose(gans.minimax_g_grad([a])[0], -1e-6, rel_tol=1e-12)
    assert math.isclose(gans.nonsaturating_g_grad([a])[0], -0.999999, rel_tol=1e-12)


def test_without_a_constraint_the_critic_s_loss_has_no_minimum():
    assert gans.wasserstein_d(REAL, FAKE) < 0
    for factor in (10, 1000):
        grown = gans.wasserstein_d(factor * REAL, factor * FAKE)
        assert math.isclose(grown, factor * gans.wasserstein_d(REAL, FAKE), rel_tol=1e-12)


def test_the_critic_s_loss_with_penalty_is_the_sum_of_its_parts():
    whole = gans.wasserstein_gp_d(REAL, FAKE, SLOPES, lam=3)
    parts = gans.wasserstein_d(REAL, FAKE), gans.gradient_penalty(SLOPES, lam=3)
    assert math.isclose(whole, sum(parts), rel_tol=1e-14)


def test_turning_every_gradient_changes_no_penalty_and_turns_its_slope():
    turn = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))[0]
    turned = gans.gradient_penalty(SLOPES @ turn)
    assert math.isclose(turned, gans.gradient_penalty(SLOPES), rel_tol=1e-12)
    slopes = gans.gradient_penalty_grad(SLOPES @ turn)
    assert np.allclose(slopes, gans.gradient_penalty_grad(SLOPES) @ turn, rtol=1e-12)


# --- extremes


def test_no_logit_is_too_large():
    assert gans.minimax_d([LARGEST], [-LARGEST]) == 0
    assert gans.minimax_d([-LARGEST / 4], [LARGEST / 4]) == LARGEST / 2
    assert gans.minimax_g([40.0]) == -40.0
    assert gans.minimax_g([LARGEST, LARGEST]) == -LARGEST
    assert gans.nonsaturating_g([-LARGEST] * 4) == LARGEST
    for grad in (gans.minimax_g_grad, gans.nonsaturating_g_grad):
        assert set(np.abs(grad([-LARGEST, LARGEST]))) == {0, 0.5}


@pytest.mark.parametrize("a", [-700.0, -40.0, -1e-9, 0.0, 3.0, 40.0, 700.0])
def test_both_tails_of_the_logarithmic_losses_keep_their_digits(a):
    with localcontext() as context:
        context.prec = 700
        surprise = float((1 + Decimal(a).exp()).ln())  # -log(1 - D)
        chance = float(1 / (1 + Decimal(-a).exp()))  # D
    assert math.isclose(-gans.minimax_g([a]), surprise, rel_tol=1e-14)
    assert math.isclose(gans.nonsaturating_g([-a]), surprise, rel_tol=1e-14)
    assert math.isclose(gans.minimax_d([-a], [a]), 2 * surprise, rel_tol=1e-14)
    assert math.isclose(-gans.minimax_g_grad([a])[0], chance, rel_tol=1e-14)
    assert math.isclose(-gans.nonsaturating_g_grad([-a])[0], chance, rel_tol=1e-14)


def test_means_do_not_overflow_where_their_sum_would():
    assert gans.wasserstein_g([LARGEST, LARGEST]) == -LARGEST
    assert gans.wasserstein_d([LARGEST / 2] * 4, [LARGEST / 2] * 4) == 0
    assert gans.least_squares_g([LARGEST]) == math.inf


@pytest.mark.parametrize("size", [1e-320, 1e-300, 1e-9, 1e160, 1e300])
def test_a_gradient_of_any_length_has_a_direction(size):
    slope = gans.gradient_penalty_grad(size * TRIANGLE, lam=0.5)
    wanted = (5 * size - 1) * np.array([[0.6, 0.8]])
    assert np.allclose(slope, wanted, rtol=1e-3 if size < 1e-310 else 1e-14, atol=0)


def test_a_gradient_of_zero_pays_lambda_and_has_no_direction():
    flat = np.zeros((2, 3))
    assert gans.gradient_penalty(flat) == 10
    assert np.array_equal(gans.gradient_penalty_grad(flat), flat)


def test_a_gradient_beyond_the_largest_float_still_points_somewhere():
    huge = np.array([[LARGEST / 4, LARGEST / 4], [LARGEST, LARGEST]])
    assert gans.gradient_penalty(huge) == math.inf
    assert np.array_equal(gans.gradient_penalty_grad(huge, lam=0.5), huge / 2)


# --- through a network, and other libraries


F = {
    "leaky": (lambda z: np.maximum(z, z / 5), lambda z, dy: np.where(z > 0, dy, dy / 5)),
    "relu": (activations.relu, activations.relu_grad),
}


def critic(activation, seed=0):
    rng = np.random.default_rng(seed)
    params = mlp.mlp_init((3, 5, 4, 1), lambda i, o: 1.2, rng=rng)
    params |= {f"b{k}": rng.normal(size=params[f"b{k}"].size) for k in (1, 2, 3)}
    return params, rng.normal(size=(6, 3))


def penalised(params, x, activation):
    """The penalty, and its gradient in the parameters by one more way forward."""
    _, cache = mlp.mlp_forward(x, params, activation=activation)
    arriving = [np.ones((len(x), 1))]
    for k in (3, 2):
        back = arriving[0] @ params[f"W{k}"].T
        arriving.insert(0, cache.f_grad(cache.z[k - 2], back))
    g = arriving[0] @ params["W1"].T
    tangent, grads = gans.gradient_penalty_grad(g), {}
    for k, dz in enumerate(arriving, start=1):
        grads[f"W{k}"] = tangent.T @ dz
        if k < 3:
            tangent = cache.f_grad(cache.z[k - 1], tangent @ params[f"W{k}"])
    return gans.gradient_penalty(g), grads


@pytest.mark.parametrize("activation", F)
@pytest.mark.parametrize("name", ["W1", "W2", "W3"])
def test_the_penalty_s_slope_in_the_weights_needs_one_more_way_forward(name, activation):
    params, x = critic(activation)

    def penalty(W):
        return penalised(params | {name: W}, x, F[activation])[0]

    def grad(W, dy):
        return dy * penalised(params | {name: W}, x, F[activation])[1][name]

    rng = np.random.default_rng(1)
    assert gradcheck.gradient_gap(penalty, grad, params[name], rng=rng) < 1e-7


@pytest.mark.parametrize("activation", F)
def test_pytorch_differentiates_the_penalty_twice_and_finds_the_same(activation):
    torch = oracles.need("torch")
    params, x = critic(activation)
    theirs = {k: torch.tensor(v, requires_grad=True) for k, v in params.items()}
    h = x_hat = torch.tensor(x, requires_grad=True)
    for k in (1, 2, 3):
        h = h @ theirs[f"W{k}"] + theirs[f"b{k}"]
        if k < 3:
            h = torch.nn.functional.leaky_relu(h, 0.2 if activation == "leaky" else 0.0)
    (g,) = torch.autograd.grad(h.sum(), x_hat, create_graph=True)
    penalty = 10 * ((g.norm(dim=1) - 1) ** 2).mean()
    penalty.backward()
    mine, grads = penalised(params, x, F[activation])
    assert math.isclose(mine, penalty.item(), rel_tol=1e-12)
    for name, grad in grads.items():
        assert np.allclose(grad, theirs[name].grad.numpy(), rtol=1e-10, atol=1e-12)
    for name in ("b1", "b2", "b3"):  # the slope does not see them
        assert theirs[name].grad is None or not theirs[name].grad.any()


def _torch_losses(torch, real, fake, g):
    bce, mse = torch.nn.BCEWithLogitsLoss(), torch.nn.MSELoss()
    ones, zeros = torch.ones_like, torch.zeros_like
    penalty = 10 * ((g.norm(dim=1) - 1) ** 2).mean()
    return {
        "minimax_d": bce(real, ones(real)) + bce(fake, zeros(fake)),
        "minimax_g": -bce(fake, zeros(fake)),
        "nonsaturating_g": bce(fake, ones(fake)),
        "least_squares_d": (mse(real, ones(real)) + mse(fake, zeros(fake))) / 2,
        "least_squares_g": mse(fake, ones(fake)) / 2,
        "wasserstein_d": fake.mean() - real.mean(),
        "wasserstein_g": -fake.mean(),
        "wasserstein_gp_d": fake.mean() - real.mean() + penalty,
        "gradient_penalty": penalty,
    }


@every_loss
def test_pytorch_has_the_same_losses_and_slopes(name):
    torch = oracles.need("torch")
    leaves = [torch.tensor(a, requires_grad=True) for a in (REAL, FAKE, SLOPES)]
    theirs = _torch_losses(torch, *leaves)[name]
    good = cases_gans.GOOD[name]
    loss, grad = both(name)
    assert math.isclose(loss(*good), theirs.item(), rel_tol=1e-12)
    theirs.backward()
    used = [leaf.grad.numpy() for leaf in leaves if leaf.grad is not None]
    for mine, their in zip(as_tuple(grad(*good)), used, strict=True):
        assert np.allclose(mine, their, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("n", [6, 7, 20, 49])
def test_the_mean_of_equal_scores_is_exactly_one_of_them(n):
    assert gans.wasserstein_g(-np.ones(n)) == 1


def test_an_infinite_slope_times_a_zero_gradient_is_nan_without_a_warning():
    assert np.isnan(gans.gradient_penalty_grad(np.zeros((2, 2)), LARGEST)).all()
