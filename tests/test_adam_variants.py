"""AdamW, AdaMax, NAdam and RAdam: pencil cases, extremes, and other people's figures."""

import itertools
import math
import warnings
from dataclasses import replace
from fractions import Fraction

import numpy as np
import oracles
import pytest

from dlnotes import activations, losses, mlp
from dlnotes.optimizers import (
    Adam,
    AdaMax,
    AdaMaxState,
    AdamState,
    AdamW,
    NAdam,
    RAdam,
    descend,
)

RNG = np.random.default_rng(0)
THETA = RNG.normal(size=(4, 3))
NOISE = RNG.normal(size=(100, 4, 3)) * np.array([1e-3, 1.0, 50.0])
VARIANTS = (AdamW(), AdaMax(), NAdam(), RAdam())
each_variant = pytest.mark.parametrize("rule", VARIANTS, ids=lambda r: type(r).__name__)


def walk(rule, grads, theta=0.0, state=None):
    """theta before the first step and after every one, and the last state."""
    state = rule.init(theta) if state is None else state
    path = [theta]
    for g in grads:
        theta, state = rule.step(theta, lambda _, g=g: g, state)
        path.append(theta)
    return np.array(path), state


def noisy_path(rule):
    """100 steps on a bowl, the noise added to every slope."""
    noise = iter(NOISE)
    return np.array(list(descend(rule, lambda theta: theta + next(noise), THETA, 100)))


def moves(rule, grads):
    return -np.diff(walk(replace(rule, lr=1.0), grads)[0])


@pytest.fixture
def torch_path():
    """PyTorch's path on the same bowl with the same noise, in float64."""
    torch = oracles.need("torch")

    def path(name, **settings):
        before = torch.get_default_dtype()
        # NAdam keeps its product of mus in the default type.
        torch.set_default_dtype(torch.float64)
        try:
            theta = torch.nn.Parameter(torch.tensor(THETA))
            optimizer = getattr(torch.optim, name)([theta], **settings)
            points = [theta.detach().numpy().copy()]
            for noise in NOISE:
                theta.grad = theta.detach() + torch.tensor(noise)
                optimizer.step()
                points.append(theta.detach().numpy().copy())
        finally:
            torch.set_default_dtype(before)
        return np.array(points)

    return path


# --- what PyTorch does


@pytest.mark.parametrize("decay", [0.0, 0.01, 3.0])
def test_adamw_takes_pytorch_s_path(torch_path, decay):
    settings = {"lr": 0.05, "eps": 1e-3, "weight_decay": decay}
    ours = noisy_path(AdamW(beta1=0.8, beta2=0.95, **settings))
    theirs = torch_path("AdamW", betas=(0.8, 0.95), **settings)
    assert np.abs(ours - theirs).max() < 1e-12


def test_adamax_without_eps_takes_pytorch_s_path(torch_path):
    ours = noisy_path(AdaMax(lr=0.05, beta1=0.8, beta2=0.95, eps=0))
    theirs = torch_path("Adamax", lr=0.05, betas=(0.8, 0.95), eps=0)
    assert np.abs(ours - theirs).max() < 1e-12


def test_pytorch_has_eps_inside_adamax_s_maximum(torch_path):
    settings = {"lr": 0.05, "eps": 0.1}
    theirs = torch_path("Adamax", betas=(0.8, 0.95), **settings)
    ours = noisy_path(AdaMax(beta1=0.8, beta2=0.95, **settings))
    assert np.abs(ours - theirs).max() > 1e-2
    theta, m, u = THETA, 0.0, 0.0
    for t, noise in enumerate(NOISE, start=1):
        g = theta + noise
        m, u = 0.8 * m + 0.2 * g, np.maximum(0.95 * u, np.abs(g) + 0.1)
        theta = theta - 0.05 * m / (1 - 0.8**t) / u
        assert np.abs(theta - theirs[t]).max() < 1e-12


def test_nadam_takes_pytorch_s_path_where_its_mu_stays(torch_path):
    settings = {"lr": 0.05, "eps": 1e-3}
    theirs = torch_path("NAdam", betas=(0.8, 0.95), momentum_decay=1e6, **settings)
    ours = noisy_path(NAdam(beta1=0.8, beta2=0.95, **settings))
    assert np.abs(ours - theirs).max() < 1e-12
    printed = noisy_path(NAdam(beta1=0.8, beta2=0.95, as_printed=True, **settings))
    assert np.abs(printed - theirs).max() > 1e-2


def test_pytorch_s_nadam_lets_mu_grow(torch_path):
    """With the paper's mu_t written out the paths agree; with a constant one they do not."""
    theirs = torch_path("NAdam", lr=0.05, betas=(0.9, 0.99), eps=1e-3)
    assert np.abs(noisy_path(NAdam(lr=0.05, beta2=0.99, eps=1e-3)) - theirs).max() > 1e-2
    mu = 0.9 * (1 - 0.5 * 0.96 ** (0.004 * np.arange(1, 102)))
    theta, m, v = THETA, 0.0, 0.0
    for t, noise in enumerate(NOISE, start=1):
        g = theta + noise
        m, v = 0.9 * m + 0.1 * g, 0.99 * v + 0.01 * g**2
        ahead = mu[t] * m / (1 - mu[: t + 1].prod()) + (1 - mu[t - 1]) * g / (1 - mu[:t].prod())
        theta = theta - 0.05 * ahead / (np.sqrt(v / (1 - 0.99**t)) + 1e-3)
        assert np.abs(theta - theirs[t]).max() < 1e-12


@pytest.mark.parametrize("beta2", [0.5, 0.9, 0.999])
def test_radam_with_the_threshold_5_takes_pytorch_s_path(torch_path, beta2):
    ours = noisy_path(RAdam(lr=0.05, beta1=0.8, beta2=beta2, eps=0, threshold=5))
    theirs = torch_path("RAdam", lr=0.05, betas=(0.8, beta2), eps=0)
    assert np.abs(ours - theirs).max() < 1e-12


def test_pytorch_rectifies_one_step_later_than_the_paper(torch_path):
    theirs = torch_path("RAdam", lr=0.05, eps=0)
    ours = noisy_path(RAdam(lr=0.05, eps=0))
    assert np.abs(ours[:5] - theirs[:5]).max() < 1e-12
    assert np.abs(ours[5] - theirs[5]).max() > 1e-2
    later = noisy_path(RAdam(lr=0.05, eps=0, threshold=5))
    assert np.abs(later - theirs).max() < 1e-12


@pytest.mark.parametrize("places", ["ours", "torch"])
def test_pytorch_adds_radam_s_eps_before_v_is_corrected(torch_path, places):
    """Both written out from (67) with eps = 0.1, in its two places."""
    if places == "ours":
        path = noisy_path(RAdam(lr=0.05, eps=0.1, threshold=5))
    else:
        path = torch_path("RAdam", lr=0.05, eps=0.1)
    theta, m, v, end = THETA, 0.0, 0.0, 1999.0
    for t, noise in enumerate(NOISE, start=1):
        g, bias = theta + noise, 1 - 0.999**t
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        rho = end - 2 * t * (1 - bias) / bias
        step = m / (1 - 0.9**t)
        if rho > 5:
            step = step * math.sqrt((rho - 4) * (rho - 2) * end / ((end - 4) * (end - 2) * rho))
            ours, torch = np.sqrt(v / bias) + 0.1, (np.sqrt(v) + 0.1) / math.sqrt(bias)
            step = step / (ours if places == "ours" else torch)
        theta = theta - 0.05 * step
        assert np.abs(theta - path[t]).max() < 1e-11


# --- AdamW


@pytest.mark.parametrize(("decay", "wanted"), [(1.0, 1.8), (10.0, 0.0)])
def test_a_weight_without_slope_decays_by_the_rate_times_lambda(decay, wanted):
    rule = AdamW(lr=0.1, weight_decay=decay)
    assert walk(rule, [0.0], 2.0)[0][1] == pytest.approx(wanted, abs=1e-15)
    path, _ = walk(rule, [0.0] * 5, 2.0)
    assert np.allclose(path, 2 * (1 - 0.1 * decay) ** np.arange(6), rtol=1e-14)


@pytest.mark.parametrize("decay", [1e-4, 1.0, 10.0])
def test_in_adam_with_l2_lambda_cancels(decay):
    adam = Adam(lr=0.1, eps=0)
    one, *_ = itertools.islice(descend(adam, lambda at: decay * at, 2.0, 1), 1, None)
    assert one == pytest.approx(1.9, abs=1e-15)
    *_, last = descend(adam, lambda at: decay * at, 2.0, 20)
    assert last == pytest.approx(0.2225, abs=5e-5)


def test_adamw_without_decay_is_adam():
    adamw, adam = noisy_path(AdamW(lr=0.1, weight_decay=0)), noisy_path(Adam(lr=0.1))
    assert np.abs(adamw - adam).max() < 1e-12


def test_the_decay_does_not_enter_the_memories():
    adam, adamw = Adam(lr=0.1), AdamW(lr=0.1, weight_decay=2.0)
    grads = [3.0, -1.0, 0.5]
    assert walk(adam, grads, 5.0)[1] == walk(adamw, grads, 5.0)[1]


def test_the_papers_lambda_is_the_rate_times_ours():
    """(51) is the paper's rule, with schedule 1 and base rate eta, at lambda = eta weight_decay."""
    theta, m, v, lr, lam = THETA, 0.0, 0.0, 0.05, 0.05 * 0.4
    ours = noisy_path(AdamW(lr=lr, weight_decay=0.4))
    for t, noise in enumerate(NOISE, start=1):
        g = theta + noise
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        adam = m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
        theta = theta - (lr * adam + lam * theta)
        assert np.abs(theta - ours[t]).max() < 1e-12


# --- AdaMax


def test_the_maximum_fades_by_half():
    """beta2 = 1/2 and the gradients -4, 1, 1: u is 4, 2, 1."""
    rule, theta = AdaMax(beta2=0.5), 0.0
    state = rule.init(theta)
    for g, u in [(-4.0, 4.0), (1.0, 2.0), (1.0, 1.0)]:
        theta, state = rule.step(theta, lambda _, g=g: g, state)
        assert state.u == u


def test_adamax_s_first_step_is_the_rate_whatever_the_gradient():
    for g in (1e-310, 1e-300, 1e-12, 3.0, -1e300):
        assert moves(AdaMax(eps=0), [g])[0] == pytest.approx(math.copysign(1, g), abs=1e-12)


def test_adamax_has_its_eps_beside_the_maximum():
    path = noisy_path(AdaMax(lr=0.05, eps=0.1))
    theta, m, u = THETA, 0.0, 0.0
    for t, noise in enumerate(NOISE, start=1):
        g = theta + noise
        m, u = 0.9 * m + 0.1 * g, np.maximum(0.999 * u, np.abs(g))
        theta = theta - 0.05 / (u + 0.1) * m / (1 - 0.9**t)
        assert np.abs(theta - path[t]).max() < 1e-12


def test_no_step_of_adamax_exceeds_the_rate_by_more_than_the_fading():
    """|g_i| <= u_t / beta2^(t-i), so |m_hat| / u <= (1 - beta1) / (1 - beta1/beta2): 1.0091 for the
    usual betas, and not 1 as section 7.1 of the paper has it. Fading gradients come close."""
    bound = 0.1 / (1 - 0.9 / 0.999)
    path = noisy_path(AdaMax(lr=0.1, eps=0))
    assert np.abs(np.diff(path, axis=0)).max() <= 0.1 * bound
    fading = moves(AdaMax(eps=0), 0.999 ** np.arange(200))
    assert 1.009 < fading[-1] <= bound * (1 + 1e-12) and fading[0] == pytest.approx(1)


def test_the_maximum_is_what_a_mean_of_high_powers_becomes():
    """In logarithms, for at p = 20000 the powers themselves leave the range of floats."""
    grads, p, beta2 = np.array([0.3, -0.9, 0.5, 0.1, 0.2]), 20_000, 0.9
    ages = np.arange(len(grads))[::-1]
    terms = p * (np.log(np.abs(grads)) + ages * np.log(beta2))
    limit = math.exp((terms.max() + math.log(np.exp(terms - terms.max()).sum())) / p)
    assert walk(AdaMax(beta2=beta2), grads)[1].u == pytest.approx(limit, rel=1e-3)


def test_one_spike_holds_adamax_back_far_longer_than_adam():
    grads = np.ones(6000)
    grads[99] = 100
    adamax, adam = moves(AdaMax(), grads), moves(Adam(), grads)
    assert adamax[99:].min() == pytest.approx(0.011, abs=5e-4)
    assert adam[99:].min() == pytest.approx(0.126, abs=5e-4)
    assert np.flatnonzero(adamax[120:] < 0.5)[-1] + 121 > 4000
    assert np.flatnonzero(adam[120:] < 0.5)[-1] + 121 < 1600


def test_without_eps_an_entry_that_never_had_a_slope_is_nan_and_no_other():
    theta, _ = AdaMax(eps=0).step(np.ones(2), lambda _: np.array([0.0, 2.0]), AdaMax().init([1, 1]))
    assert np.isnan(theta[0]) and theta[1] == pytest.approx(0.998)
    theta, _ = AdaMax().step(np.ones(2), lambda _: np.array([0.0, 2.0]), AdaMax().init([1, 1]))
    assert theta[0] == 1


# --- NAdam


def test_nadam_s_first_step_by_pencil():
    """g = 1: beta1 m / (1 - beta1^2) = 0.09/0.19, and (1 - beta1) g / (1 - beta1) = 1."""
    assert moves(NAdam(eps=0), [1.0])[0] == pytest.approx(0.09 / 0.19 + 1, rel=1e-14)
    assert moves(NAdam(eps=0, as_printed=True), [1.0])[0] == pytest.approx(1, rel=1e-14)


def test_on_a_steady_slope_nadam_s_steps_fall_towards_the_rate():
    got = moves(NAdam(eps=0), np.ones(200))
    assert np.allclose(got[:5], [1.474, 1.157, 1.078, 1.047, 1.031], atol=5e-4)
    assert (np.diff(got)[:100] < 0).all() and got[-1] == pytest.approx(1, abs=1e-9)
    assert np.allclose(moves(NAdam(eps=0, as_printed=True), np.ones(200)), 1, rtol=1e-13)


def test_60_as_printed_differs_from_nadam_in_the_step_and_in_nothing_else():
    grads = [2.0, -1.0, 0.5, 3.0]
    rules = NAdam(eps=0), NAdam(eps=0, as_printed=True)
    (ours, state), (printed, other) = (walk(rule, grads) for rule in rules)
    assert state == other
    assert (ours[1:] != printed[1:]).all()
    m = v = 0.0
    for t, (g, step) in enumerate(zip(grads, -np.diff(printed), strict=True), start=1):
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        wanted = (0.9 * m / (1 - 0.9**t) + 0.1 * g) / math.sqrt(v / (1 - 0.999**t))
        assert step == pytest.approx(0.002 * wanted, rel=1e-12)


def test_without_momentum_nadam_as_printed_or_not_is_adam():
    adam = noisy_path(Adam(lr=0.002, beta1=0))
    for printed in (False, True):
        assert np.abs(noisy_path(NAdam(beta1=0, as_printed=printed)) - adam).max() < 1e-12


# --- RAdam

BETAS = (0.0, 5e-324, 1e-9, 0.1, 0.5, 0.6, 0.7, 0.9, 0.99, 0.999, 0.999999, 1 - 1e-12)
LAST = math.nextafter(1, 0)


@pytest.mark.parametrize("beta2", [*BETAS, LAST])
def test_after_one_step_the_length_is_1_whatever_beta2(beta2):
    assert RAdam(beta2=beta2).rho(1) == pytest.approx(1, rel=1e-15)


@pytest.mark.parametrize("beta2", [*BETAS, LAST])
def test_the_final_length_is_one_plus_beta2_over_one_minus_beta2(beta2):
    exact = (1 + Fraction(beta2)) / (1 - Fraction(beta2))
    assert RAdam(beta2=beta2).rho_inf == pytest.approx(float(exact), rel=1e-15)
    assert RAdam().rho_inf == pytest.approx(1999)


@pytest.mark.parametrize("beta2", [*BETAS, LAST])
@pytest.mark.parametrize("t", [1, 2, 3, 4, 5, 6, 7, 22, 100])
def test_the_length_is_twice_the_mean_age_plus_1_over_the_whole_range_of_beta2(beta2, t):
    weights = [Fraction(beta2) ** k for k in range(t)]
    age = sum(k * w for k, w in enumerate(weights)) / sum(weights)
    assert RAdam(beta2=beta2).rho(t) == pytest.approx(float(2 * age + 1), rel=1e-14)


@pytest.mark.parametrize("beta2", [*BETAS, LAST])
def test_the_length_agrees_with_mpmath_for_any_t(beta2):
    mpmath = oracles.need("mpmath")
    rule = RAdam(beta2=beta2)
    with mpmath.workdps(120):
        b = mpmath.mpf(beta2)
        for t in (1, 10, 37, 2300, 10**6, 10**12):
            exact = (1 + b) / (1 - b) - 2 * t * b**t / (1 - b**t)
            assert rule.rho(t) == pytest.approx(float(exact), rel=1e-14), t


def test_the_length_grows_with_t_and_never_exceeds_its_end():
    for beta2 in (0.3, 0.6, 0.9, 0.999):
        rule = RAdam(beta2=beta2)
        rhos = np.array([rule.rho(t) for t in range(1, 400)])
        assert (np.diff(rhos) > -1e-14 * rhos[1:]).all() and rhos[0] == pytest.approx(1)
        assert (rhos <= rule.rho_inf * (1 + 1e-15)).all()


def test_at_the_default_beta2_the_fifth_step_is_the_first_that_is_rectified():
    rule = RAdam()
    assert np.allclose([rule.rho(4), rule.rho(5), rule.rho(6)], [3.9975, 4.9960, 5.9942], atol=1e-4)
    assert np.isnan([rule.r(t) for t in (1, 2, 3, 4)]).all()
    assert rule.r(5) == pytest.approx(0.0173, abs=5e-5)
    assert math.isnan(replace(rule, threshold=5).r(5)) and rule.r(6) > 0
    assert rule.r(556) == pytest.approx(0.5, abs=1e-3) and rule.r(2737) == pytest.approx(
        0.9, abs=1e-3
    )
    assert rule.r(10**6) == pytest.approx(1, abs=1e-12)


def test_r_is_nan_below_the_threshold_and_between_0_and_1_above():
    for beta2, threshold in itertools.product(
        (0.0, 0.61, 0.7, 0.9, 0.999, 1 - 1e-12), (4.0, 5, 20)
    ):
        rule = RAdam(beta2=beta2, threshold=threshold)
        for t in (1, 2, 3, 4, 5, 6, 10, 30, 1000, 10**6):
            if rule.rho(t) > threshold:
                assert 0 < rule.r(t) <= 1 + 1e-12
            else:
                assert math.isnan(rule.r(t))


@pytest.mark.parametrize("beta2", [0.0, 1e-9, 0.3, 0.5, 0.6])
def test_where_beta2_is_small_radam_never_divides_and_says_so_without_a_warning(beta2):
    rule = RAdam(lr=0.1, beta2=beta2, eps=0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert all(math.isnan(rule.r(t)) for t in (1, 5, 100, 10**6))
        path = noisy_path(rule)
    m, theta = 0.0, THETA
    for t, noise in enumerate(NOISE, start=1):
        m = 0.9 * m + 0.1 * (theta + noise)
        theta = theta - 0.1 * m / (1 - 0.9**t)
        assert np.abs(theta - path[t]).max() < 1e-12


def test_just_above_the_beta2_that_never_rectifies_r_stays_a_share():
    rule = RAdam(beta2=math.nextafter(0.6, 1))
    values = [rule.r(t) for t in range(1, 200)]
    assert all(math.isnan(r) or 0 <= r <= 1 for r in values)


def test_radam_s_first_step_by_pencil():
    """g = 2: the step is -2 eta, and -eta as printed."""
    assert walk(RAdam(lr=0.1, eps=0), [2.0])[0][1] == pytest.approx(-0.2, rel=1e-15)
    assert walk(RAdam(lr=0.1, eps=0, as_printed=True), [2.0])[0][1] == pytest.approx(
        -0.1, rel=1e-15
    )


def test_68_as_printed_differs_from_radam_while_it_waits_and_never_after():
    grads = NOISE[:12, 0, 1] * 3
    ours, printed = (moves(RAdam(eps=0, as_printed=p), grads) for p in (False, True))
    adam = moves(Adam(eps=0), grads)
    assert (np.abs(ours[:4] - printed[:4]) > 1e-3).all()
    assert np.allclose(printed[:4], adam[:4], rtol=1e-12)
    assert np.allclose(ours[4:], printed[4:], rtol=1e-12, atol=1e-15)
    r = np.array([RAdam().r(t) for t in range(5, 13)])
    assert np.allclose(ours[4:], r * adam[4:], rtol=1e-12, atol=1e-15)


def test_a_path_started_at_step_100_cannot_tell_68_from_its_mended_form():
    """So no exercise may probe there."""
    state = AdamState(99, np.float64(0.5), np.float64(2.0))
    one, two = (RAdam(as_printed=p).step(1.0, lambda _: 3.0, state) for p in (False, True))
    assert one == two


def test_rho_wants_a_step():
    with pytest.raises(ValueError, match=r"RAdam\.rho: t must be at least 1, got 0"):
        RAdam().rho(0)
    with pytest.raises(TypeError, match=r"RAdam\.rho: t must be a whole number, got 2\.5"):
        RAdam().rho(2.5)


# --- all four


@each_variant
def test_a_state_built_by_hand_is_continued_as_one_that_was_walked_to(rule):
    rng = np.random.default_rng(1)
    theta, grads = rng.normal(size=3), rng.normal(size=(12, 3))
    path, state = walk(rule, grads, theta)
    before, middle = walk(rule, grads[:7], theta)
    kind = AdaMaxState if isinstance(rule, AdaMax) else AdamState
    built = kind(7, *(np.array(a) for a in middle[1:]))
    after, end = walk(rule, grads[7:], before[-1], built)
    assert np.array_equal(after[1:], path[8:])
    assert end.t == state.t == 12
    assert all(np.array_equal(a, b) for a, b in zip(end[1:], state[1:], strict=True))


@each_variant
def test_a_state_keeps_the_sums_over_the_gradients(rule):
    grads = np.array([3.0, -2.0, 0.5, 1.0])
    ages = np.arange(4)[::-1]
    _, state = walk(rule, grads)
    assert state.m == pytest.approx((0.1 * 0.9**ages * grads).sum(), rel=1e-14)
    if isinstance(rule, AdaMax):
        assert state.u == pytest.approx((0.999**ages * abs(grads)).max(), rel=1e-14)
    else:
        assert state.v == pytest.approx((0.001 * 0.999**ages * grads**2).sum(), rel=1e-13)


@each_variant
def test_single_precision_stays_single_and_nothing_is_mutated(rule):
    theta, g = np.ones(3, np.float32), np.array([1, -2, 3], np.float32)
    state = rule.init(theta)
    for _ in range(6):
        old = [theta.copy(), *(a.copy() for a in state[1:])]
        kept = theta, state
        theta, state = rule.step(theta, lambda _: g, state)
        assert theta.dtype == np.float32 and all(a.dtype == np.float32 for a in state[1:])
        assert all(np.array_equal(a, b) for a, b in zip(old, (kept[0], *kept[1][1:]), strict=True))


@each_variant
def test_a_network_s_parameters_are_taken_as_they_are(rule):
    """A dict and its arrays one by one take the same steps."""
    rng = np.random.default_rng(0)
    params = mlp.mlp_init((3, 4, 2), lambda i, o: 0.5, rng=rng)
    x, y = rng.normal(size=(6, 3)), np.eye(2)[rng.integers(0, 2, 6)]

    def grad(params):
        scores, cache = mlp.mlp_forward(
            x, params, activation=(activations.relu, activations.relu_grad)
        )
        return mlp.mlp_backward(losses.cross_entropy_with_logits_grad(y, scores), cache)

    whole = list(descend(rule, grad, params, 8))
    for name in params:
        slopes = iter([grad(p)[name] for p in whole[:-1]])
        alone = list(descend(rule, lambda _, s=slopes: next(s), params[name], 8))
        assert all(np.array_equal(a, p[name]) for a, p in zip(alone, whole, strict=True))


@each_variant
def test_zero_slopes_leave_the_weights_but_for_the_decay(rule):
    path, state = walk(rule, [0.0] * 8, 2.0)
    decay = rule.lr * rule.weight_decay if isinstance(rule, AdamW) else 0
    assert np.allclose(path, 2 * (1 - decay) ** np.arange(9), rtol=1e-14)
    assert state.m == 0 and state.t == 8


@each_variant
def test_good_input_gives_no_warning_even_at_the_ends_of_the_range(rule):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for g in (5e-324, 1e-200, 1e-8, 1e8, 1e150):
            path, _ = walk(rule, [g, -g, g, g, g, g], 1.0)
            assert np.isfinite(path).all()
