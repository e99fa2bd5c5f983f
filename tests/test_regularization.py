"""Pencil cases, identities and extremes of the penalties, and what other libraries give."""

import inspect
import itertools
import math

import numpy as np
import oracles
import pytest

from dlnotes import data, optimizers, regularization
from dlnotes.regularization import (
    elastic_net,
    elastic_net_grad,
    l2,
    l2_grad,
    max_norm,
    max_norm_grad,
    max_norm_project,
    orthogonality,
    orthogonality_grad,
    soft_threshold,
    spectral_norm,
    spectral_norm_grad,
)

RNG = np.random.default_rng(0)
TALL, WIDE = RNG.normal(size=(5, 3)), RNG.normal(size=(3, 5))
ROWS = np.array([[3.0, 4.0], [0.3, 0.4], [0.0, 0.0], [-5.0, 12.0]])
PENALTIES = {
    "l2": {},
    "elastic_net": {},
    "spectral_norm": {},
    "orthogonality": {},
    "max_norm": {"c": 1.5},
}
every_penalty = pytest.mark.parametrize("name", PENALTIES)
each_shape = pytest.mark.parametrize("W", [TALL, WIDE], ids=["tall", "wide"])


def both(name):
    settings = PENALTIES[name]
    f, f_grad = (getattr(regularization, n) for n in (name, f"{name}_grad"))
    return (lambda W, **s: f(W, **settings, **s)), (
        lambda W, *a, **s: f_grad(W, *a, **settings, **s)
    )


# --- by pencil


@pytest.mark.parametrize(
    ("penalty", "wanted"),
    [
        (l2([3, 4], lam=0.1), 1.25),
        (l2([[1, -2], [0, 2]]), 4.5),
        (l2(0.0), 0),
        (elastic_net([3, -4], lam1=0.5, lam2=0.1), 3.5 + 1.25),
        (elastic_net([0, 0]), 0),
        (spectral_norm(np.diag([3, 1]), lam=2), 6),
        (spectral_norm([[3, 4]]), 5),
        (spectral_norm([[3, 0], [4, 5]]), math.sqrt(45)),
        (spectral_norm(np.zeros((2, 3))), 0),
        (orthogonality(2 * np.eye(2)), 18),
        (orthogonality(np.zeros((4, 3)), lam=0.5), 1.5),
        (orthogonality([[0.6, -0.8], [0.8, 0.6]]), 0),
        (orthogonality([[1, 0, 0], [0, 1, 0]]), 1),
        (max_norm(ROWS, c=2), 3 + 11),
        (max_norm(ROWS, c=13, lam=7), 0),
    ],
)
def test_a_penalty_worked_by_pencil(penalty, wanted):
    assert isinstance(penalty, float) and math.isclose(
        penalty, wanted, rel_tol=1e-14, abs_tol=1e-30
    )


@pytest.mark.parametrize(
    ("slope", "wanted"),
    [
        (l2_grad([3, -4], lam=0.1), [0.3, -0.4]),
        (elastic_net_grad([3, -4, 0], lam1=0.5, lam2=0.1), [0.8, -0.9, 0]),
        (spectral_norm_grad(np.diag([3, 1])), np.diag([1, 0])),
        (spectral_norm_grad([[3, 4]], lam=5), [[3, 4]]),
        (orthogonality_grad(2 * np.eye(2)), 24 * np.eye(2)),
        (orthogonality_grad([[1, 1]]), [[4, 4]]),
        (max_norm_grad(ROWS, c=2, lam=65), [[39, 52], [0, 0], [0, 0], [-25, 60]]),
        (max_norm_project(ROWS, 1), [[0.6, 0.8], [0.3, 0.4], [0, 0], [-5 / 13, 12 / 13]]),
        (max_norm_project([[3, 4]], 10), [[3, 4]]),
        (soft_threshold([3, -0.5, -3, 1, 0], 1), [2, 0, -2, 0, 0]),
    ],
)
def test_a_slope_or_a_step_worked_by_pencil(slope, wanted):
    assert np.allclose(slope, wanted, rtol=1e-14, atol=1e-30)


def test_one_step_of_weight_decay_by_pencil():
    rule = optimizers.SGD(lr=0.1)
    w, _ = rule.step(2.0, lambda w: 0.3 + l2_grad(w, lam=0.2), rule.init(2.0))
    assert math.isclose(w, 1.93, rel_tol=1e-15)


# --- identities


@every_penalty
@each_shape
def test_strength_and_cotangent_are_factors(name, W):
    f, f_grad = both(name)
    strengths = {"lam1": 0.25, "lam2": 0.25} if name == "elastic_net" else {"lam": 0.25}
    assert math.isclose(f(W, **strengths), f(W) / 4, rel_tol=1e-14)
    assert np.allclose(f_grad(W, -3.0, **strengths), -0.75 * f_grad(W), rtol=1e-14)


@every_penalty
def test_a_strength_of_0_costs_nothing_and_pulls_nowhere_however_huge_the_weights(name):
    f, f_grad = both(name)
    strengths = {"lam1": 0, "lam2": 0} if name == "elastic_net" else {"lam": 0}
    for W in (TALL, 1e200 * TALL, 1e308 * np.ones((4, 4))):
        assert f(W, **strengths) == 0
        assert np.all(f_grad(W, **strengths) == 0) and np.all(f_grad(W, 0.0) == 0)


@each_shape
def test_l2_is_half_the_squared_frobenius_norm_and_a_sum_over_squared_singular_values(W):
    assert math.isclose(l2(W), np.linalg.norm(W) ** 2 / 2, rel_tol=1e-14)
    assert math.isclose(l2(W), (np.linalg.svd(W)[1] ** 2).sum() / 2, rel_tol=1e-14)


def test_the_elastic_net_without_its_absolute_values_is_l2():
    assert elastic_net(TALL, lam1=0, lam2=0.7) == l2(TALL, lam=0.7)
    assert np.array_equal(elastic_net_grad(TALL, lam1=0, lam2=0.7), l2_grad(TALL, lam=0.7))


@each_shape
def test_turning_a_matrix_changes_neither_its_spectral_norm_nor_its_l2(W):
    m, n = W.shape
    left, right = (np.linalg.qr(RNG.normal(size=(k, k)))[0] for k in (m, n))
    for f, f_grad in ((spectral_norm, spectral_norm_grad), (l2, l2_grad)):
        assert math.isclose(f(left @ W @ right), f(W), rel_tol=1e-13)
        assert np.allclose(f_grad(left @ W @ right), left @ f_grad(W) @ right, atol=1e-13)


@each_shape
def test_no_vector_is_stretched_by_more_than_the_spectral_norm(W):
    x = RNG.normal(size=(W.shape[1], 5000))
    stretch = np.linalg.norm(W @ x, axis=0) / np.linalg.norm(x, axis=0)
    assert 0.97 * spectral_norm(W) < stretch.max() <= spectral_norm(W)


@each_shape
def test_the_spectral_gradient_has_rank_1_and_length_1_and_gives_the_norm_back(W):
    G = spectral_norm_grad(W)
    assert np.allclose(np.linalg.svd(G)[1], np.eye(3)[0], atol=1e-14)
    assert math.isclose((G * W).sum(), spectral_norm(W), rel_tol=1e-14)


@pytest.mark.parametrize("k", [2, 3])
def test_where_k_stretches_tie_the_gradient_is_their_mean_whatever_the_bases(k):
    sigma = np.array([2.0, 2.0, 2.0 if k == 3 else 0.5])
    left, right = np.linalg.qr(RNG.normal(size=(5, 3)))[0], np.linalg.qr(RNG.normal(size=(3, 3)))[0]
    G = spectral_norm_grad(left * sigma @ right.T)
    assert np.allclose(G, left[:, :k] @ right[:, :k].T / k, atol=1e-14)


def test_a_stretch_longer_by_a_billionth_is_no_tie():
    assert np.allclose(spectral_norm_grad(np.diag([2.0, 2.0 - 2e-9])), np.diag([1, 0]), atol=1e-6)


def test_the_gradient_at_a_tie_is_a_subgradient_and_so_it_is_at_0():
    for W in (np.eye(3), np.diag([2.0, 2.0, 1.0]), np.zeros((3, 3))):
        G = spectral_norm_grad(W)
        for _ in range(200):
            D = RNG.normal(size=(3, 3))
            assert spectral_norm(W + D) >= spectral_norm(W) + (G * D).sum() - 1e-12


def test_orthogonality_is_a_sum_over_singular_values_and_wide_matrices_never_reach_0():
    for W in (TALL, WIDE):
        sigma = np.linalg.svd(W)[1]
        missing = max(0, W.shape[1] - W.shape[0])
        assert math.isclose(orthogonality(W), ((sigma**2 - 1) ** 2).sum() + missing, rel_tol=1e-13)
    rows = np.linalg.qr(WIDE.T)[0].T
    assert math.isclose(orthogonality(rows), 2, rel_tol=1e-13) and orthogonality(rows.T) < 1e-28
    assert np.allclose(orthogonality_grad(rows), 0, atol=1e-14)


@each_shape
def test_the_orthogonality_gradient_is_the_same_from_either_side(W):
    m = len(W)
    assert np.allclose(orthogonality_grad(W), 4 * (W @ W.T - np.eye(m)) @ W, rtol=1e-12)


@pytest.mark.parametrize("c", [0.1, 1.0, 1.9, 50.0])
@each_shape
def test_the_projection_is_the_nearest_point_of_the_balls(W, c):
    P = max_norm_project(W, c)
    assert np.all(np.linalg.norm(P, axis=1) <= c * (1 + 1e-15))
    directions = RNG.normal(size=(3000, *W.shape))
    directions /= np.linalg.norm(directions, axis=2, keepdims=True)
    inside = c * directions * RNG.random((3000, len(W), 1)) ** 0.2
    near = P + 1e-3 * RNG.normal(size=inside.shape)
    near *= np.minimum(1, c / np.linalg.norm(near, axis=2, keepdims=True))
    for other in (inside, near):
        assert np.all(
            np.linalg.norm(W - other, axis=2) >= np.linalg.norm(W - P, axis=1) * (1 - 1e-12)
        )


@each_shape
def test_projecting_twice_is_projecting_once_and_the_penalty_is_then_0(W):
    P = max_norm_project(W, 1.3)
    assert np.allclose(max_norm_project(P, 1.3), P, rtol=3e-16, atol=0)
    assert max_norm(P, c=1.3) < 1e-15


def test_a_row_within_the_limit_is_left_as_it_is_bit_by_bit():
    P = max_norm_project(TALL, np.linalg.norm(TALL, axis=1).max())
    assert np.array_equal(P, TALL) and P is not TALL


def test_a_row_exactly_at_the_limit_is_on_the_flat_side_of_the_kink():
    assert np.array_equal(max_norm_grad([[3.0, 4.0]], c=5), [[0, 0]])


def test_units_in_the_columns_are_the_rows_of_the_transpose():
    assert np.array_equal(
        max_norm_project(TALL.T, 1.0).T[:, 0], max_norm_project([TALL[:, 0]], 1)[0]
    )


@pytest.mark.parametrize("tau", [0, 0.3, 1.0])
def test_the_soft_threshold_is_the_lowest_point_of_the_distance_plus_the_price(tau):
    u = np.array([-1.7, -0.2, 0.0, 0.25, 0.9])
    x = np.linspace(-2, 2, 40_001)
    cost = (x - u[:, np.newaxis]) ** 2 / 2 + tau * np.abs(x)
    assert np.allclose(soft_threshold(u, tau), x[cost.argmin(axis=1)], atol=1e-4)


def test_a_soft_threshold_leaves_no_zero_with_a_minus_sign():
    assert not np.signbit(soft_threshold([-0.5, 0.5, -1.0], 1.0)).any()


# --- extremes


@pytest.mark.parametrize(
    ("penalty", "wanted"),
    [
        (l2([3e200, 4e200], lam=2e-300), 25e100),
        (l2([3e-200, 4e-200], lam=2e300), 25e-100),
        (l2([1e200]), math.inf),
        (elastic_net([1.5e308, 1.5e308], lam1=1e-8, lam2=0), 3e300),
        (spectral_norm([[3e200, 4e200]]), 5e200),
        (spectral_norm([[3e-320]]), 3e-320),
        (orthogonality([[1e200, 1e200], [1e200, -1e200]]), math.inf),
        (orthogonality([[3e76, 4e76]], lam=1e-305), 625 * 1e-1),
        (max_norm([[3e200, 4e200]], c=1), 5e200),
        (max_norm([[1.5e308, 1.5e308]], c=1, lam=1e-8), math.hypot(1.5, 1.5) * 1e300),
        (max_norm([[3e-200, 4e-200]], c=1e-200), 4e-200),
    ],
)
def test_nothing_overflows_but_what_lies_beyond_the_largest_float(penalty, wanted):
    assert math.isclose(penalty, wanted, rel_tol=1e-13)


def test_gradients_of_huge_and_of_tiny_weights_keep_their_directions():
    huge, tiny = np.array([[3e300, 4e300]]), np.array([[3e-310, 4e-310]])
    for W in (huge, tiny):
        assert np.allclose(spectral_norm_grad(W), [[0.6, 0.8]], rtol=1e-12)
        assert np.allclose(max_norm_grad(W, c=1e-320), [[0.6, 0.8]], rtol=1e-12)
    assert np.array_equal(
        orthogonality_grad([[1e200, 0], [0, -1e200]]), [[np.inf, 0], [0, -np.inf]]
    )


def test_projecting_huge_tiny_and_zero_rows():
    W = [[3e200, 4e200], [1.5e308, -1.5e308], [5e-324, 0], [0, 0]]
    wanted = [[0.6, 0.8], [0.5**0.5, -(0.5**0.5)], [5e-324, 0], [0, 0]]
    assert np.allclose(max_norm_project(W, 1), wanted, rtol=1e-15, atol=0)
    assert np.allclose(max_norm_project([[3, 4]], 1e-300), [[6e-301, 8e-301]], rtol=1e-15, atol=0)


def test_zeros_pull_nowhere():
    zeros = np.zeros((3, 2))
    for name in PENALTIES:
        assert np.array_equal(both(name)[1](zeros), zeros)


def functions():
    """Every function of the module as a function of the weights alone."""
    yield from (f for name in PENALTIES for f in both(name))
    yield lambda W: max_norm_project(W, 1.5)
    yield lambda W: max_norm_project(W, 1e3)
    yield lambda W: soft_threshold(W, 0.5)


def test_float32_comes_back_as_float32_and_all_else_as_float64():
    for f in functions():
        single, double, lists = f(TALL.astype(np.float32)), f(TALL), f(TALL.tolist())
        assert np.allclose(single, double, rtol=1e-5) and np.array_equal(lists, double)
        if isinstance(double, np.ndarray):
            assert (single.dtype, double.dtype) == (np.float32, np.float64)
        else:
            assert type(single) is type(double) is float


def test_nothing_is_mutated_or_shared():
    for f in functions():
        W = 0.01 * TALL
        result = f(W)
        assert np.array_equal(W, 0.01 * TALL) and not np.shares_memory(result, W)


def test_strengths_and_limits_are_keywords_of_a_penalty():
    for name in PENALTIES:
        parameters = inspect.signature(getattr(regularization, name)).parameters
        kinds = [p.kind for p in parameters.values()]
        assert kinds[1:] == [inspect.Parameter.KEYWORD_ONLY] * (len(kinds) - 1)


# --- what the page claims


@pytest.mark.parametrize(
    ("product", "shrinks"), [(0.5, True), (1.5, True), (2, False), (2.5, False)]
)
def test_weights_decay_while_the_size_of_the_factor_is_below_1(product, shrinks):
    w = [*optimizers.descend(optimizers.SGD(lr=product), l2_grad, 1.0, 10)]
    assert all(abs(b) < abs(a) for a, b in itertools.pairwise(w)) == shrinks
    assert math.isclose(w[-1], (1 - product) ** 10, rel_tol=1e-12)


def test_l2_is_weight_decay_for_plain_descent_and_for_no_rule_with_a_memory():
    def apart(rule):
        inside, beside, state = np.array([1.0, -2.0]), np.array([1.0, -2.0]), None
        inside_state = state = rule.init(inside)
        for _ in range(30):
            inside, inside_state = rule.step(
                inside, lambda w: np.cos(w) + l2_grad(w, lam=0.5), inside_state
            )
            moved, state = rule.step(beside, np.cos, state)
            beside = moved - rule.lr * 0.5 * beside
        return np.abs(inside - beside).max()

    assert apart(optimizers.SGD(lr=0.1)) < 1e-14
    for rule in (optimizers.Momentum, optimizers.Nesterov, optimizers.RMSProp, optimizers.Adam):
        assert apart(rule(lr=0.1)) > 0.1, rule


def test_adamw_decays_beside_the_rule():
    rule, plain = optimizers.AdamW(lr=0.1, weight_decay=0.5), optimizers.Adam(lr=0.1)
    w = np.array([1.0, -2.0])
    decayed, _ = rule.step(w, np.cos, rule.init(w))
    moved, _ = plain.step(w, np.cos, plain.init(w))
    assert np.allclose(decayed, moved - 0.1 * l2_grad(w, lam=0.5), rtol=1e-14)


# --- other libraries

Z = data.diabetes().X
Z = (Z - Z.mean(axis=0)) / Z.std(axis=0)
Y = data.diabetes().y - data.diabetes().y.mean()
RATE = 1 / np.linalg.eigvalsh(Z.T @ Z / len(Z))[-1]


def slope(w):
    return Z.T @ (Z @ w - Y) / len(Z)


@pytest.mark.parametrize("lam", [0.1, 1.0, 30.0])
def test_descent_with_l2_ends_at_scikit_learn_s_ridge_with_alpha_n_lambda(lam):
    linear_model = oracles.need("sklearn.linear_model")
    ridge = linear_model.Ridge(alpha=len(Z) * lam, fit_intercept=False).fit(Z, Y)
    w, rate = np.zeros(10), 1 / (1 / RATE + lam)
    for _ in range(2000):
        w = w - rate * (slope(w) + l2_grad(w, lam=lam))
    assert np.allclose(w, ridge.coef_, rtol=1e-9)


@pytest.mark.parametrize(("alpha", "ratio", "zeros"), [(10, 1.0, 6), (20, 1.0, 7), (2, 0.6, None)])
def test_the_proximal_steps_end_at_scikit_learn_s_elastic_net_and_the_sign_steps_do_not(
    alpha, ratio, zeros
):
    linear_model = oracles.need("sklearn.linear_model")
    net = linear_model.ElasticNet(
        alpha=alpha, l1_ratio=ratio, fit_intercept=False, tol=1e-12, max_iter=100_000
    ).fit(Z, Y)
    lam1, lam2 = alpha * ratio, alpha * (1 - ratio)
    proximal, signs, rate = np.zeros(10), np.zeros(10), 1 / (1 / RATE + lam2)
    for _ in range(3000):
        u = proximal - rate * (slope(proximal) + l2_grad(proximal, lam=lam2))
        proximal = soft_threshold(u, rate * lam1)
        signs = signs - rate * (slope(signs) + elastic_net_grad(signs, lam1=lam1, lam2=lam2))
    assert np.allclose(proximal, net.coef_, atol=1e-6)
    assert np.array_equal(proximal == 0, net.coef_ == 0)
    assert zeros is None or (proximal == 0).sum() == zeros
    assert (signs == 0).sum() == 0 and np.abs(signs - net.coef_).max() > 0.1

    def cost(w):
        return ((Z @ w - Y) ** 2).mean() / 2 + elastic_net(w, lam1=lam1, lam2=lam2)

    assert all(cost(net.coef_) <= cost(net.coef_ + 0.1 * RNG.normal(size=10)) for _ in range(100))


@pytest.mark.parametrize(
    "W", [TALL, WIDE, np.eye(3), np.diag([2.0, 2.0, 1.0])], ids=["tall", "wide", "I", "a tie"]
)
def test_the_spectral_norm_and_its_gradient_are_pytorch_s(W):
    torch = oracles.need("torch")
    w = torch.tensor(W, requires_grad=True)
    norm = torch.linalg.matrix_norm(w, 2)
    (0.7 * norm).backward()
    assert math.isclose(spectral_norm(W), norm.item(), rel_tol=1e-13)
    assert np.allclose(spectral_norm_grad(W, 0.7), w.grad.numpy(), atol=1e-13)


@pytest.mark.parametrize("name", ["l2", "elastic_net", "orthogonality", "max_norm"])
@each_shape
def test_the_other_gradients_are_those_of_pytorch_s_autograd(name, W):
    torch = oracles.need("torch")
    w = torch.tensor(W, requires_grad=True)
    loss = {
        "l2": lambda: (w**2).sum() / 2,
        "elastic_net": lambda: w.abs().sum() + (w**2).sum() / 2,
        "orthogonality": lambda: ((w.T @ w - torch.eye(w.shape[1])) ** 2).sum(),
        "max_norm": lambda: torch.relu(torch.linalg.vector_norm(w, dim=1) - 1.5).sum(),
    }[name]()
    (1.3 * loss).backward()
    f, f_grad = both(name)
    assert math.isclose(f(W), loss.item(), rel_tol=1e-13)
    assert np.allclose(f_grad(W, 1.3), w.grad.numpy(), rtol=1e-12, atol=1e-13)


def test_the_l2_step_is_pytorch_s_sgd_with_weight_decay():
    torch = oracles.need("torch")
    w = torch.tensor([1.0, -2.0], dtype=torch.float64, requires_grad=True)
    theirs = torch.optim.SGD([w], lr=0.1, weight_decay=0.3)
    rule, ours = optimizers.SGD(lr=0.1), np.array([1.0, -2.0])
    state = rule.init(ours)
    for _ in range(50):
        theirs.zero_grad()
        torch.sin(w).sum().backward()
        theirs.step()
        ours, state = rule.step(ours, lambda w: np.cos(w) + l2_grad(w, lam=0.3), state)
    assert np.allclose(ours, w.detach().numpy(), rtol=1e-13)


@pytest.mark.parametrize("c", [0.5, 1.5])
def test_the_projection_is_torch_renorm_but_for_its_tiny_constant(c):
    torch = oracles.need("torch")
    theirs = torch.renorm(torch.tensor(TALL), p=2, dim=0, maxnorm=c).numpy()
    assert np.allclose(max_norm_project(TALL, c), theirs, rtol=1e-6)


def test_a_row_of_zeros_is_within_every_limit():
    assert max_norm(ROWS, c=1) == (5 - 1) + (13 - 1)
    assert max_norm_project(ROWS, 1)[2].tolist() == [0, 0]


def test_a_caller_who_forbids_underflow_is_not_troubled_by_tiny_weights():
    W = np.array([[3.0, 1e-200]])
    with np.errstate(under="raise"):
        assert max_norm(W, c=1) == 2
        assert max_norm_project(W, 3).tolist() == W.tolist()


def test_a_slope_of_zeros_keeps_the_type_too():
    assert spectral_norm_grad(np.zeros((2, 3), np.float32)).dtype == np.float32


def test_a_large_orthogonal_matrix_ties_in_every_direction():
    Q = np.linalg.qr(np.random.default_rng(0).normal(size=(60, 60)))[0]
    assert np.allclose(spectral_norm_grad(Q), Q / 60, rtol=0, atol=1e-12)


def test_a_row_exactly_as_long_as_the_limit_is_left_as_it_is_bit_by_bit():
    W = np.array([[1.0, 3.0]])  # cut back to its own length it would be rounded
    assert max_norm_project(W, float(regularization._lengths(W)[0, 0])).tolist() == W.tolist()


def test_an_infinite_strength_times_a_zero_weight_is_nan_without_a_warning():
    assert np.isnan(regularization.l2_grad(np.zeros(2), np.finfo(np.float64).max, lam=10)).all()
