"""Adam: by pencil, against explicit sums over all past gradients, and against PyTorch."""

import dataclasses
import itertools
import math
from fractions import Fraction

import numpy as np
import oracles
import pytest

from dlnotes.optimizers import Adam, AdamState, descend

RNG = np.random.default_rng(0)
GRADS = RNG.normal(0.5, 2, (60, 3))
SETTINGS = {"lr": 0.05, "beta1": 0.8, "beta2": 0.97, "eps": 1e-3}


def under(rule, grads, theta=None, state=None):
    """Hand the rule these gradients one after the other -> (every theta, every state)."""
    theta = np.zeros(np.shape(grads)[1:]) if theta is None else theta
    state = rule.init(theta) if state is None else state
    path, states = [theta], [state]
    for g in grads:
        theta, state = rule.step(theta, lambda _, g=g: g, state)
        path.append(theta)
        states.append(state)
    return path, states


def by_sums(grads, lr, beta1, beta2, eps):
    """(42) to (46) without a recursion: every mean is a weighted sum over all past gradients."""
    path = [np.zeros(np.shape(grads)[1:])]
    for t in range(1, len(grads) + 1):
        age = np.arange(t - 1, -1, -1)
        past = np.asarray(grads[:t])
        first, second = beta1**age, beta2**age
        m_hat = np.tensordot(first, past, 1) / first.sum()
        v_hat = np.tensordot(second, past**2, 1) / second.sum()
        path.append(path[-1] - lr * m_hat / (np.sqrt(v_hat) + eps))
    return path


# --- by pencil


def test_the_pencil_case_has_these_averages_and_these_steps():
    rule = Adam(lr=1, beta1=1 / 2, beta2=3 / 4, eps=0)
    path, states = under(rule, [4.0, -2.0, 1.0], np.zeros(()))
    assert [(s.t, float(s.m), float(s.v)) for s in states] == [
        (0, 0, 0),
        (1, 2, 4),
        (2, 0, 4),
        (3, 1 / 2, 13 / 4),
    ]
    steps = -np.diff(path)
    assert steps == pytest.approx([1, 0, (4 / 7) / math.sqrt(208 / 37)], rel=1e-15)
    assert round(steps[2], 3) == 0.241


def test_epsilon_stands_outside_the_root_and_behind_the_correction():
    path, _ = under(Adam(lr=1, beta1=0.5, beta2=0.75, eps=2), [4.0], np.zeros(()))
    assert -path[1] == pytest.approx(4 / (4 + 2), rel=1e-15)


@pytest.mark.parametrize("size", [1e-150, 1e-6, 1.0, 1e6, 1e150])
def test_the_first_step_is_the_rate_whatever_the_gradient_s_scale(size):
    g = size * np.array([1.0, -3.0, 0.02])
    theta, _ = Adam(lr=0.125, eps=0).step(np.zeros(3), lambda _: g, Adam().init(g))
    np.testing.assert_allclose(theta, [-0.125, 0.125, -0.125], rtol=1e-12)


def test_scaling_loss_and_epsilon_by_a_power_of_two_changes_no_bit():
    path, _ = under(Adam(eps=1e-3), GRADS)
    scaled, _ = under(Adam(eps=1024e-3), 1024 * GRADS)
    assert np.array_equal(path, scaled)


def test_without_memory_it_walks_by_the_signs():
    path, _ = under(Adam(lr=0.5, beta1=0, beta2=0, eps=0), GRADS)
    np.testing.assert_allclose(np.diff(path, axis=0), -0.5 * np.sign(GRADS), rtol=1e-12)


# --- the averages


def test_the_path_is_that_of_weighted_sums_over_all_past_gradients():
    path, _ = under(Adam(**SETTINGS), GRADS)
    np.testing.assert_allclose(path, by_sums(GRADS, **SETTINGS), rtol=0, atol=1e-13)


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("t", [1, 2, 7, 100])
def test_the_weights_of_the_averages_sum_to_one_minus_beta_to_the_t(beta, t):
    """Of a gradient that is always 1 an average is the sum of its weights."""
    state = under(Adam(beta1=beta, beta2=beta), np.ones(t), np.zeros(()))[1][-1]
    assert float(state.m) == pytest.approx(1 - beta**t, rel=1e-11)
    assert float(state.v) == pytest.approx(1 - beta**t, rel=1e-11)


@pytest.mark.parametrize("t", [1, 2, 3, 5])
def test_the_corrected_means_are_unbiased(t):
    """The exact expectation, over every sequence of t draws from a law of three values."""
    law = {3.0: Fraction(1, 6), -1.0: Fraction(1, 2), 0.5: Fraction(1, 3)}
    mean, square = (float(sum(p * Fraction(x) ** k for x, p in law.items())) for k in (1, 2))
    beta1, beta2 = 0.75, 0.9
    rule = Adam(beta1=beta1, beta2=beta2)
    chances, m, v = [], [], []
    for drawn in itertools.product(law, repeat=t):
        state = under(rule, drawn, np.zeros(()))[1][-1]
        chances.append(float(math.prod(law[x] for x in drawn)))
        m.append(float(state.m))
        v.append(float(state.v))
    assert np.dot(chances, m) == pytest.approx((1 - beta1**t) * mean, abs=1e-14)
    assert np.dot(chances, m) / (1 - beta1**t) == pytest.approx(mean, abs=1e-14)
    assert np.dot(chances, v) / (1 - beta2**t) == pytest.approx(square, rel=1e-13)


def test_the_corrections_are_those_of_the_step_and_not_of_the_state():
    """With beta2 = 0 the root is |g|, with beta1 = 0 the mean is g: the step tells each hat."""
    t, g = len(GRADS), GRADS[-1]
    for settings, hat, beta in [
        ({"beta1": 0.9, "beta2": 0}, lambda step: step * np.abs(g), 0.9),
        ({"beta1": 0, "beta2": 0.99}, lambda step: (g / step) ** 2, 0.99),
    ]:
        path, states = under(Adam(lr=1, eps=0, **settings), GRADS)
        raw = states[-1].m if beta == 0.9 else states[-1].v
        np.testing.assert_allclose(hat(path[-2] - path[-1]), raw / (1 - beta**t), rtol=1e-12)


# --- how long a step is


def test_uncorrected_and_under_a_constant_gradient_it_starts_too_fast():
    """A state that claims a million steps is corrected no more."""
    rule = Adam(lr=1, eps=0)
    late = AdamState(10**6, np.zeros(()), np.zeros(()))
    path, _ = under(rule, np.full(2000, -7.0), np.zeros(()), late)
    length = np.diff(path)
    t = np.arange(1, 2001)
    np.testing.assert_allclose(length, (1 - 0.9**t) / np.sqrt(1 - 0.999**t), rtol=1e-9)
    assert length.argmax() + 1 == 12 and t[length > 1.1].max() == 1750
    corrected, _ = under(rule, np.full(50, -7.0), np.zeros(()))
    np.testing.assert_allclose(np.diff(corrected), 1, rtol=1e-12)


def test_no_gradients_after_a_silence_make_a_longer_step_than_the_bound():
    """Cauchy and Schwarz; gradients that grow by beta2 / beta1 reach it, random ones do not."""
    beta1, beta2 = 0.7, 0.9
    bound = (1 - beta1) / math.sqrt((1 - beta2) * (1 - beta1**2 / beta2))
    rule = Adam(lr=1, beta1=beta1, beta2=beta2, eps=0)

    def longest(grads):
        late = AdamState(10**6, np.zeros(()), np.zeros(()))
        return np.abs(np.diff(under(rule, grads, np.zeros(()), late)[0])).max()

    assert longest((beta2 / beta1) ** np.arange(200)) == pytest.approx(bound, rel=1e-12)
    rng = np.random.default_rng(1)
    assert all(longest(np.exp(rng.normal(0, 2, 40))) < bound for _ in range(50))


def test_at_the_edge_of_its_decays_it_is_adagrad():
    path = [np.zeros(3)]
    state = Adam().init(path[0])
    for t, g in enumerate(GRADS, start=1):
        rule = Adam(lr=0.1 / math.sqrt(t), beta1=0, beta2=1 - 1e-9, eps=0)
        theta, state = rule.step(path[-1], lambda _, g=g: g, state)
        path.append(theta)
    adagrad = -0.1 * GRADS / np.sqrt(np.cumsum(GRADS**2, axis=0))
    np.testing.assert_allclose(np.diff(path, axis=0), adagrad, rtol=1e-5)


# --- state, forms, precision


def test_a_path_continues_from_a_state_built_by_hand():
    rule = Adam(**SETTINGS)
    path, states = under(rule, GRADS)
    by_hand = AdamState(5, states[5].m.tolist(), states[5].v.tolist())
    rest, last = under(rule, GRADS[5:], path[5].tolist(), by_hand)
    assert np.array_equal(rest, path[5:])
    assert last[-1].t == 60 and np.array_equal(last[-1].v, states[-1].v)


def test_the_counter_of_a_state_is_what_corrects():
    """The same averages, taken for those of step 1 and of step 5, make different steps."""
    m, v = np.array(0.3), np.array(0.8)
    steps = []
    for t in (0, 4):
        theta, new = Adam(lr=1, eps=0).step(np.array(0.0), lambda _: 1.0, AdamState(t, m, v))
        assert new.t == t + 1
        m_hat, v_hat = (0.27 + 0.1) / (1 - 0.9**new.t), (0.7992 + 0.001) / (1 - 0.999**new.t)
        assert -float(theta) == pytest.approx(m_hat / math.sqrt(v_hat), rel=1e-12)
        steps.append(float(theta))
    assert steps[0] != pytest.approx(steps[1], rel=0.1)


def test_nothing_that_was_handed_in_is_changed():
    theta, g = np.array([1.0, -2.0]), np.array([3.0, 0.5])
    state = AdamState(3, np.array([0.1, 0.2]), np.array([0.3, 0.4]))
    new, after = Adam().step(theta, lambda _: g, state)
    assert theta.tolist() == [1, -2] and g.tolist() == [3, 0.5]
    assert state.t == 3 and state.m.tolist() == [0.1, 0.2] and state.v.tolist() == [0.3, 0.4]
    assert not np.shares_memory(new, theta)
    assert not np.shares_memory(after.m, state.m) and not np.shares_memory(after.v, state.v)


def test_a_schedule_is_another_rule_on_the_same_state():
    """The rate is no part of the memory: half the rate is half the step."""
    rule = Adam(lr=0.2)
    path, states = under(rule, GRADS[:10])
    half = dataclasses.replace(rule, lr=0.1)
    full_step = rule.step(path[-1], lambda _: GRADS[10], states[-1])
    half_step = half.step(path[-1], lambda _: GRADS[10], states[-1])
    np.testing.assert_allclose(
        half_step[0] - path[-1], (full_step[0] - path[-1]) / 2, rtol=1e-9, atol=1e-15
    )
    assert np.array_equal(half_step[1].m, full_step[1].m)
    assert rule.lr == 0.2


def test_single_precision_stays_single_and_close_to_double():
    single, states = under(Adam(), GRADS.astype(np.float32), np.zeros(3, dtype=np.float32))
    double, _ = under(Adam(), GRADS)
    assert {a.dtype for a in (single[-1], states[-1].m, states[-1].v)} == {np.dtype(np.float32)}
    np.testing.assert_allclose(single, double, rtol=0, atol=1e-6)


def test_half_precision_is_computed_in_double():
    """In sixteen bits eps and the square of a small gradient are 0, and the step infinite."""
    theta, g = np.zeros(1, dtype=np.float16), np.array([1e-3], dtype=np.float16)
    new, state = Adam().step(theta, lambda _: g, Adam().init(theta))
    assert new.dtype == state.v.dtype == np.float64
    np.testing.assert_allclose(new, -1e-3, rtol=1e-4)


def test_a_dict_of_arrays_walks_as_its_arrays_do_alone():
    theta = {"W": RNG.normal(size=(2, 3)), "b": RNG.normal(size=4)}
    rule = Adam(lr=0.1)
    *_, together = descend(rule, lambda at: {k: np.sin(a) for k, a in at.items()}, theta, 20)
    for name, start in theta.items():
        *_, alone = descend(rule, np.sin, start, 20)
        assert np.array_equal(together[name], alone)


def test_an_entry_without_gradients_stays_where_it_is():
    path, _ = under(Adam(), np.array([[1.0, 0.0]] * 5), np.array([2.0, 2.0]))
    assert path[-1][1] == 2 and path[-1][0] < 2


# --- against PyTorch


def loss_slopes(at, x):
    """Of mean(log cosh(x W + b)) + sum(W^4) / 4: no quadratic, and the two arrays are coupled."""
    slope = np.tanh(x @ at["W"] + at["b"]) / (len(x) * at["b"].size)
    return {"W": x.T @ slope + at["W"] ** 3, "b": slope.sum(axis=0)}


@pytest.mark.parametrize("settings", [{"lr": 0.05}, SETTINGS, {"lr": 0.5, "beta1": 0.0}], ids=str)
def test_a_hundred_steps_agree_with_pytorch(settings):
    torch = oracles.need("torch")
    rng = np.random.default_rng(2)
    x = rng.normal(size=(8, 3))
    theta = {"W": rng.normal(size=(3, 2)), "b": rng.normal(size=2)}
    rule = Adam(**settings)
    theirs = {k: torch.tensor(a, requires_grad=True) for k, a in theta.items()}
    optimizer = torch.optim.Adam(
        theirs.values(), lr=rule.lr, betas=(rule.beta1, rule.beta2), eps=rule.eps
    )
    path = descend(rule, lambda at: loss_slopes(at, x), theta, 100)
    start = next(path)
    for theta in path:
        optimizer.zero_grad()
        z = torch.tensor(x) @ theirs["W"] + theirs["b"]
        loss = torch.log(torch.cosh(z)).mean() + (theirs["W"] ** 4).sum() / 4
        loss.backward()
        optimizer.step()
        for name, a in theta.items():
            np.testing.assert_allclose(a, theirs[name].detach().numpy(), rtol=0, atol=1e-12)
    assert all(np.abs(theta[k] - start[k]).max() > 0.1 for k in theta)
