"""What all optimizers share, and SGD, Momentum, Nesterov, Polyak and RMSProp one by one."""

import dataclasses
import math
import warnings
from fractions import Fraction

import numpy as np
import oracles
import pytest

from dlnotes import optimizers
from dlnotes.optimizers import (
    SGD,
    Momentum,
    Nesterov,
    Polyak,
    RMSProp,
    RMSPropState,
    SGDState,
    VelocityState,
    descend,
)

HALF = {"lr": 0.5, "beta": 0.5}
RULES = {
    "SGD": SGD(0.02),
    "Momentum": Momentum(0.02, 0.8),
    "Nesterov": Nesterov(0.02, 0.8),
    "Polyak": Polyak(0.02, 0.8),
    "Polyak as printed": Polyak(0.02, 0.8, as_printed=True),
    "RMSProp": RMSProp(0.02, 0.8, 1e-3),
}
WITH_VELOCITY = (Momentum, Nesterov, Polyak)
every_rule = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)

START = {"W": np.array([[1.0, -0.5, 2.0], [0.25, 1.5, -1.0]]), "b": np.array([0.5, -2.0, 1.0])}
X = np.random.default_rng(0).normal(size=(7, 2))
TARGET = np.random.default_rng(1).normal(size=(7, 3))


def bent(params):
    """The gradient of the mean of log cosh(XW + b - target), no quadratic, in W and in b."""
    slope = np.tanh(X @ params["W"] + params["b"] - TARGET) / len(X)
    return {"W": X.T @ slope, "b": slope.sum(axis=0)}


def identity(theta):
    """The gradient of theta^2 / 2."""
    return theta


def last(walk):
    *_, theta = walk
    return theta


def state_of(rule, **arrays):
    kind = type(rule.init(0.0))
    return kind(*(arrays.get(name, 0) for name in kind._fields))


# --- by pencil: theta^2 / 2 from 1


@pytest.mark.parametrize(
    ("rule", "wanted"),
    [
        (SGD(0.5), [1, 1 / 2, 1 / 4, 1 / 8]),
        (Momentum(**HALF), [1, 1 / 2, 0, -1 / 4]),
        (Polyak(**HALF), [1, 1 / 2, 0, -1 / 4]),
        (Nesterov(**HALF), [1, 1 / 2, 1 / 8, -1 / 32]),
        (Polyak(**HALF, as_printed=True), [1, 1 / 4, -5 / 16, -23 / 64]),
    ],
)
def test_three_steps_by_pencil(rule, wanted):
    assert [float(t) for t in descend(rule, identity, 1.0, 3)] == wanted


def test_rmsprop_s_first_two_steps_by_pencil():
    """v = 16/4 = 4 and a step of 4/2 rates; then v = 3 + 0 and no step."""
    rule = RMSProp(lr=0.25, beta=0.75, eps=0)
    theta, state = rule.step(1.0, lambda t: 4.0, rule.init(1.0))
    assert (theta, state) == (0.5, RMSPropState(1, 4.0))
    theta, state = rule.step(theta, lambda t: 0.0, state)
    assert (theta, state) == (0.5, RMSPropState(2, 3.0))


def test_eps_is_added_to_the_root_by_pencil():
    """v = 9 and a step of 3/(3 + 1) rates; under the root it would be 3 over the root of 10."""
    rule = RMSProp(lr=1, beta=0, eps=1)
    assert rule.step(1.0, lambda t: 3.0, rule.init(1.0)) == (0.25, RMSPropState(1, 9.0))


def test_a_velocity_by_pencil_that_was_not_zero():
    for rule in (Momentum(0.5, 0.75), Polyak(0.5, 0.75)):
        assert rule.step(3.0, identity, VelocityState(4, 2.0)) == (0.0, VelocityState(5, 3.0))
    nesterov = Nesterov(0.5, 0.75).step(3.0, identity, VelocityState(4, 2.0))
    assert nesterov == (0.75, VelocityState(5, 2.25))  # the gradient is asked for at 3 - 1.5


# --- what all of them share


@every_rule
def test_nothing_that_was_handed_in_is_changed(rule):
    theta = {k: a.copy() for k, a in START.items()}
    _, state = rule.step(theta, bent, rule.init(theta))
    kept = [{k: a.copy() for k, a in memory.items()} for memory in state[1:]]
    rule.step(theta, bent, state)
    assert all(np.array_equal(theta[k], START[k]) for k in START)
    for memory, was in zip(state[1:], kept, strict=True):
        assert all(np.array_equal(memory[k], was[k]) for k in START)


@every_rule
def test_a_gradient_that_works_in_place_spoils_nothing(rule):
    def in_place(theta):
        theta *= 2
        return theta

    theta = np.array([1.0, -3.0])
    spoiled = list(descend(rule, in_place, theta, 3))
    clean = list(descend(rule, lambda t: 2 * t, theta, 3))
    assert np.array_equal(spoiled, clean) and theta.tolist() == [1, -3]


@every_rule
def test_a_walk_broken_off_and_continued_is_one_walk(rule):
    whole = list(descend(rule, bent, START, 9))
    theta, state = START, rule.init(START)
    for _ in range(4):
        theta, state = rule.step(theta, bent, state)
    by_hand = type(state)(4, *({k: a.tolist() for k, a in m.items()} for m in state[1:]))
    for t in range(5, 10):
        theta, by_hand = rule.step(theta, bent, by_hand)
        assert by_hand.t == t
        assert all(np.array_equal(theta[k], whole[t][k]) for k in START)


@every_rule
def test_the_same_step_taken_twice_is_the_same(rule):
    state = rule.init(START)
    one, two = rule.step(START, bent, state), rule.step(START, bent, state)
    assert all(np.array_equal(one[0][k], two[0][k]) for k in START)


@every_rule
def test_a_rate_is_changed_by_replace_and_the_rest_stays(rule):
    slower = dataclasses.replace(rule, lr=rule.lr / 10)
    assert slower.lr == rule.lr / 10 and type(slower) is type(rule)
    assert dataclasses.replace(slower, lr=rule.lr) == rule
    theta, state = rule.step(3.0, identity, rule.init(3.0))
    one, _ = slower.step(theta, identity, state)
    other, _ = rule.step(theta, identity, state)
    assert 0 < theta - one < theta - other


def test_the_velocity_keeps_the_rate_at_which_it_was_gained():
    fast = Momentum(lr=0.5, beta=0.5)
    theta, state = fast.step(1.0, identity, fast.init(1.0))
    slow = dataclasses.replace(fast, lr=0.25)
    assert slow.step(theta, identity, state) == (0.125, VelocityState(2, 0.375))


@every_rule
def test_settings_cannot_be_changed_in_place(rule):
    with pytest.raises(dataclasses.FrozenInstanceError):
        rule.lr = 1.0


@every_rule
def test_float32_stays_float32(rule):
    single = {k: a.astype(np.float32) for k, a in START.items()}
    theta, state = rule.step(single, bent, rule.init(single))
    arrays = [*theta.values(), *(a for memory in state[1:] for a in memory.values())]
    assert {a.dtype for a in arrays} == {np.dtype(np.float32)}
    theta, state = rule.step(np.float32(1.5), identity, rule.init(np.float32(1.5)))
    assert {a.dtype for a in (theta, *state[1:])} == {np.dtype(np.float32)}


@every_rule
@pytest.mark.parametrize("theta", [2, 2.0, [1, -2], [[1.0], [2.0]], np.float64(3)], ids=repr)
def test_plain_numbers_and_lists_are_taken_and_arrays_in_float64_come_back(rule, theta):
    new, state = rule.step(theta, lambda t: t.tolist(), rule.init(theta))
    again, _ = rule.step(new, identity, state)
    for a in (new, again, *state[1:]):
        assert type(a) is np.ndarray and a.shape == np.shape(theta) and a.dtype == np.float64


@every_rule
def test_a_dict_of_arrays_walks_as_its_arrays_do_each_alone(rule):
    """Each loss has its own parameter, so each gradient can be asked for alone, also where
    Nesterov looks ahead."""
    grads = {"W": np.tanh, "b": lambda b: b**3}

    def together(params):
        assert [*params] == ["W", "b"]
        return {"b": grads["b"](params["b"]), "W": grads["W"](params["W"])}  # in another order

    walk = list(descend(rule, together, START, 6))
    for k in START:
        alone = list(descend(rule, grads[k], START[k], 6))
        assert all(np.array_equal(a[k], b) for a, b in zip(walk, alone, strict=True))


def test_nesterov_asks_for_a_whole_network_s_gradient_at_the_look_ahead_point():
    rule, asked = Nesterov(0.1, 0.5), []

    def grad(params):
        asked.append(params)
        return bent(params)

    velocity = {"W": np.ones((2, 3)), "b": np.array([2.0, 0.0, -4.0])}
    rule.step(START, grad, VelocityState(1, velocity))
    assert len(asked) == 1
    for k in START:
        assert np.array_equal(asked[0][k], START[k] - velocity[k] / 2)


@every_rule
def test_the_state_before_the_first_step_is_zero_in_theta_s_form(rule):
    state = rule.init(START)
    assert state.t == 0
    for memory in state[1:]:
        assert all(not memory[k].any() and memory[k].shape == START[k].shape for k in START)


@every_rule
def test_a_gradient_of_zero_moves_nothing_that_rests(rule):
    for theta in descend(rule, lambda t: 0 * t, [3.0, -1.0], 3):
        assert theta.tolist() == [3, -1]


# --- bad arguments, by name


@every_rule
@pytest.mark.parametrize(
    ("theta", "words"),
    [
        (math.nan, r"theta must not hold nan, got nan at \(\)"),
        ([1.0, math.inf], r"theta must be finite, got inf at \(1,\)"),
        ([], r"theta must hold at least one number, got shape \(0,\)"),
        ("3", "theta must hold real numbers, got text"),
        ({}, "theta must hold at least one array, got an empty dict"),
        ({"W": [1.0], "b": [math.nan]}, r"theta\['b'\] must not hold nan"),
    ],
)
def test_a_bad_theta_is_refused_by_name(rule, theta, words):
    who = type(rule).__name__
    with pytest.raises((ValueError, TypeError), match=rf"^{who}\.init: {words}"):
        rule.init(theta)
    with pytest.raises((ValueError, TypeError), match=rf"^{who}\.step: {words}"):
        rule.step(theta, identity, rule.init(1.0))


@every_rule
@pytest.mark.parametrize(
    ("grad", "words"),
    [
        (lambda t: t[:1], r"grad\(theta\) must have shape \(2,\) like theta, got \(1,\)"),
        (lambda t: 1.0, r"grad\(theta\) must have shape \(2,\) like theta, got \(\)"),
        (lambda t: [t], r"grad\(theta\) must have shape \(2,\) like theta, got \(1, 2\)"),
        (lambda t: t * math.nan, r"grad\(theta\) must not hold nan, got nan at \(0,\)"),
        (lambda t: [0, math.inf], r"grad\(theta\) must be finite, got inf at \(1,\)"),
        (lambda t: None, r"grad\(theta\) must hold real numbers, got objects"),
        (lambda t: {"W": t}, r"grad\(theta\) must hold real numbers, got objects"),
        (np.ones(2), "grad must be a function of theta, got array"),
    ],
)
def test_a_bad_gradient_is_refused_by_name(rule, grad, words):
    theta = np.array([1.0, 2.0])
    with pytest.raises((ValueError, TypeError), match=rf"^{type(rule).__name__}\.step: {words}"):
        rule.step(theta, grad, rule.init(theta))


@every_rule
@pytest.mark.parametrize(
    ("grad", "words"),
    [
        (lambda p: p["W"], "must be a dict of 'W', 'b' like theta, got ndarray"),
        (lambda p: {"W": p["W"]}, "must be a dict of 'W', 'b' like theta, got 'W'"),
        (lambda p: {**p, "c": 1}, "must be a dict of 'W', 'b' like theta, got 'W', 'b', 'c'"),
    ],
)
def test_a_gradient_with_other_keys_is_refused_by_name(rule, grad, words):
    with pytest.raises(ValueError, match=rf"^{type(rule).__name__}\.step: grad\(theta\) {words}"):
        rule.step(START, grad, rule.init(START))


@every_rule
def test_one_bad_array_of_a_dict_is_named(rule):
    who = type(rule).__name__
    words = r"grad\(theta\)\['W'\] must have shape \(2, 3\) like theta, got \(3, 2\)"
    with pytest.raises(ValueError, match=rf"^{who}\.step: {words}"):
        rule.step(START, lambda p: {**p, "W": p["W"].T}, rule.init(START))


@every_rule
def test_a_state_of_another_rule_is_refused_by_name(rule):
    own = type(rule.init(1.0))
    strangers = [SGDState(0), VelocityState(0, 0.0), RMSPropState(0, 0.0), None, (0, 0.0)]
    foreign = [s for s in strangers if type(s) is not own]
    assert len(foreign) == 4
    for state in foreign:
        words = rf"^{type(rule).__name__}\.step: state must be of type {own.__name__}, got"
        with pytest.raises(TypeError, match=words):
            rule.step(1.0, identity, state)


@pytest.mark.parametrize("rule", [Momentum(), Nesterov(), Polyak(), RMSProp()], ids=repr)
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"v": [0.0]}, r"state\.v must have shape \(2,\) like theta, got \(1,\)"),
        ({"v": [0.0, math.inf]}, r"state\.v must be finite, got inf at \(1,\)"),
        ({"v": [0.0, 0.0], "t": -1}, r"state\.t must not be negative, got -1"),
        ({"v": [0.0, 0.0], "t": 1.5}, r"state\.t must be a whole number, got 1\.5"),
    ],
)
def test_a_bad_state_is_refused_by_name(rule, changes, words):
    with pytest.raises((ValueError, TypeError), match=rf"^{type(rule).__name__}\.step: {words}"):
        rule.step([1.0, 2.0], identity, state_of(rule, **changes))


# --- the ends of the float range


@pytest.fixture
def no_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.mark.usefixtures("no_warnings")
@every_rule
def test_a_walk_that_diverges_ends_in_an_error_and_never_in_a_warning(rule):
    walk = descend(rule, lambda t: -1e160 * t, [1.0, 1e140], 100)
    with pytest.raises(ValueError, match=rf"^{type(rule).__name__}\.step: \S+ must be finite, got"):
        last(walk)


@pytest.mark.usefixtures("no_warnings")
def test_a_square_that_overflows_stops_its_entry_and_is_refused_at_the_next_step():
    rule = RMSProp()
    theta, state = rule.step([1.0, 1.0], lambda t: [1e200, 1.0], rule.init([1.0, 1.0]))
    assert theta[0] == 1 and theta[1] < 1 and state.v[0] == math.inf
    with pytest.raises(ValueError, match=r"^RMSProp\.step: state\.v must be finite, got inf at"):
        rule.step(theta, identity, state)


@pytest.mark.usefixtures("no_warnings")
def test_without_eps_a_gradient_of_zero_gives_nan_and_any_eps_repairs_it():
    def blank(t):
        return [0.0, 2.0]

    bare, start = RMSProp(eps=0), [1.0, 1.0]
    theta, state = bare.step(start, blank, bare.init(start))
    assert math.isnan(theta[0]) and math.isfinite(theta[1])
    with pytest.raises(ValueError, match=r"^RMSProp\.step: theta must not hold nan, got nan at"):
        bare.step(theta, blank, state)
    assert last(descend(RMSProp(eps=5e-324), blank, start, 3))[0] == 1


@pytest.mark.usefixtures("no_warnings")
def test_what_float32_cannot_hold_is_refused_by_name():
    theta = np.array([1, 2], dtype=np.float32)
    with pytest.raises(ValueError, match=r"^SGD\.step: grad\(theta\) must be finite, got inf at"):
        SGD().step(theta, lambda t: [1e300, 0], SGDState(0))
    with pytest.raises(ValueError, match=r"^Momentum\.step: state\.v must be finite, got inf at"):
        Momentum().step(theta, identity, VelocityState(0, [1e300, 0.0]))


# --- descend


@every_rule
def test_a_walk_of_no_steps_is_its_start(rule):
    (only,) = descend(rule, identity, [1, 2], 0)
    assert type(only) is np.ndarray and only.tolist() == [1, 2]


@every_rule
def test_a_walk_is_its_start_and_every_step_in_arrays(rule):
    start = {"W": [1.0, 2.0], "b": 3.0}
    walk = list(descend(rule, identity, start, 5))
    assert len(walk) == 6
    theta, state = start, rule.init(start)
    for seen in walk:
        assert all(type(a) is np.ndarray for a in seen.values())
        assert all(np.array_equal(seen[k], theta[k]) for k in start)
        theta, state = rule.step(theta, identity, state)


def test_a_path_that_is_changed_afterwards_does_not_change_the_walk():
    theta, kept = np.array([1.0, 2.0]), []
    for seen in descend(Momentum(), identity, theta, 4):
        kept.append(seen.copy())
        seen *= 0 if len(kept) == 5 else 1
    assert theta.tolist() == [1, 2]
    assert np.array_equal(kept, list(descend(Momentum(), identity, theta, 4)))


def test_bad_arguments_are_refused_before_the_walk_and_bad_gradients_at_their_step():
    with pytest.raises(ValueError, match=r"^descend: theta must be finite"):
        descend(SGD(), identity, math.inf, 3)
    walk = descend(SGD(), lambda t: math.nan, 1.0, 3)
    assert next(walk) == 1
    with pytest.raises(ValueError, match=r"^SGD\.step: grad\(theta\) must not hold nan"):
        next(walk)


# --- rule by rule


def test_without_memory_the_three_momenta_are_plain_descent():
    plain = list(descend(SGD(0.1), np.tanh, [2.0, -1.0], 20))
    for kind in WITH_VELOCITY:
        assert np.array_equal(list(descend(kind(0.1, 0), np.tanh, [2.0, -1.0], 20)), plain)


def test_a_rate_times_a_number_is_a_gradient_times_it_but_for_rmsprop():
    def path(rule, scale=1.0):
        return np.array(list(descend(rule, lambda t: scale * np.tanh(t), [2.0, -1.0], 20)))

    for kind in WITH_VELOCITY:
        assert np.allclose(path(kind(0.4, 0.9)), path(kind(0.1, 0.9), 4), rtol=1e-13)
    rmsprop = RMSProp(0.1, 0.9, eps=0)
    assert np.allclose(path(rmsprop), path(rmsprop, 1e6), rtol=1e-12)


def test_the_heavy_ball_is_polyak_s_recurrence_of_three_terms():
    """Positions alone, in a loop of its own: theta - eta grad + beta (theta - theta before)."""
    eta, beta = 0.3, 0.85

    def grad(t):
        return np.array([np.tanh(t[0]) + 0.1 * t[1], t[1] ** 3 + 0.1 * t[0]])

    before = now = np.array([2.0, -1.0])
    walk = descend(Polyak(eta, beta), grad, now, 100)
    next(walk)
    for theta in walk:
        before, now = now, now - eta * grad(now) + beta * (now - before)
        assert np.allclose(theta, now, rtol=0, atol=1e-12)


def test_momentum_and_polyak_are_one_rule():
    one = list(descend(Momentum(0.3, 0.85), np.tanh, [2.0, -1.0], 100))
    assert np.array_equal(one, list(descend(Polyak(0.3, 0.85), np.tanh, [2.0, -1.0], 100)))


def test_nesterov_is_its_author_s_two_sequences():
    eta, beta = 0.3, 0.85
    before = now = np.array([2.0, -1.0])
    walk = descend(Nesterov(eta, beta), np.tanh, now, 100)
    next(walk)
    for theta in walk:
        ahead = now + beta * (now - before)
        before, now = now, ahead - eta * np.tanh(ahead)
        assert np.allclose(theta, now, rtol=0, atol=1e-12)


def test_the_printed_39_is_momentum_at_a_higher_rate():
    beta = 0.85
    printed = descend(Polyak(0.1, beta, as_printed=True), np.tanh, [2.0, -1.0], 100)
    raised = descend(Momentum((1 + beta) * 0.1, beta), np.tanh, [2.0, -1.0], 100)
    assert np.allclose(list(printed), list(raised), rtol=0, atol=1e-12)


def test_as_printed_is_there_for_39_and_changes_nothing_but_the_position():
    have = {
        name
        for name in ("SGD", "Momentum", "Nesterov", "Polyak", "RMSProp")
        if "as_printed" in {f.name for f in dataclasses.fields(getattr(optimizers, name))}
    }
    assert have == {"Polyak"} and Polyak().as_printed is False
    state = VelocityState(1, 0.5)
    theta, new = Polyak(0.5, 0.5).step(1.0, identity, state)
    printed, same = Polyak(0.5, 0.5, as_printed=True).step(1.0, identity, state)
    assert same == new == VelocityState(2, 0.75)
    assert (theta, printed) == (0.25, 1 - 1.5 * 0.75)


@pytest.mark.parametrize(
    ("kind", "limit"),
    [
        (SGD, lambda beta: Fraction(2)),
        (Momentum, lambda beta: 2 * (1 + beta)),
        (Nesterov, lambda beta: 2 * (1 + beta) / (1 + 2 * beta)),
        (lambda lr, beta: Polyak(lr, beta, as_printed=True), lambda beta: Fraction(2)),
    ],
    ids=["SGD", "Momentum", "Nesterov", "Polyak as printed"],
)
def test_a_rule_is_stable_up_to_its_limit(kind, limit):
    for beta in (Fraction(1, 2), Fraction(9, 10)):
        edge = float(limit(beta))
        settings = {} if kind is SGD else {"beta": float(beta)}
        inside = last(descend(kind(0.97 * edge, **settings), identity, 1.0, 2000))
        outside = last(descend(kind(1.03 * edge, **settings), identity, 1.0, 2000))
        assert abs(inside) < 1e-6 and abs(outside) > 1e6


def test_a_constant_pull_brings_a_velocity_of_rate_times_pull_over_what_is_forgotten():
    rule, theta = Momentum(0.25, 0.9), 0.0
    state = rule.init(theta)
    for t in range(1, 200):
        theta, state = rule.step(theta, lambda _: 2.0, state)
        assert math.isclose(state.v, 0.25 * 2 * (1 - 0.9**t) / (1 - 0.9), rel_tol=1e-13)


@pytest.mark.parametrize("g", [1e-150, 1e-4, 1.0, -3.0, 1e150])
def test_rmsprop_s_first_step_has_one_length_whatever_the_gradient(g):
    rule = RMSProp(lr=0.125, beta=0.75, eps=0)
    theta, _ = rule.step(0.0, lambda t: g, rule.init(0.0))
    assert math.isclose(theta, -math.copysign(0.25, g), rel_tol=1e-14)


def test_rmsprop_s_memory_weighs_the_past_by_powers_of_beta():
    squares = [4.0, 0.0, 1.0, 9.0]
    rule, theta = RMSProp(0.1, 0.5), 0.0
    state = rule.init(theta)
    for square in squares:
        theta, state = rule.step(theta, lambda t, s=square: math.sqrt(s), state)
    assert state == RMSPropState(4, 4 / 16 + 0 / 8 + 1 / 4 + 9 / 2)


def test_rmsprop_ends_in_a_swing_of_half_a_rate_either_way():
    walk = list(descend(RMSProp(0.01, 0.9), identity, 1.0, 2000))
    assert np.allclose(np.abs(walk[-50:]), 0.005, rtol=1e-4)
    assert (np.sign(walk[-50:-1]) == -np.sign(walk[-49:])).all()


# --- the same paths as PyTorch's


def torch_path(make, ours_start, steps):
    """PyTorch's parameters after 0 ... steps steps on the loss whose gradient is `bent`."""
    torch = oracles.need("torch")
    params = {k: torch.tensor(a, requires_grad=True) for k, a in ours_start.items()}
    optimizer = make(torch.optim, list(params.values()))
    x, target = torch.tensor(X), torch.tensor(TARGET)
    path = [{k: p.detach().numpy().copy() for k, p in params.items()}]
    for _ in range(steps):
        optimizer.zero_grad()
        loss = torch.log(torch.cosh(x @ params["W"] + params["b"] - target)).sum() / len(X)
        loss.backward()
        optimizer.step()
        path.append({k: p.detach().numpy().copy() for k, p in params.items()})
    return path


def farthest(ours, theirs):
    gaps = [
        np.abs(a[k] - b[k]).max() for a, b in zip(ours, theirs, strict=True) for k in ("W", "b")
    ]
    return max(gaps)


@pytest.mark.parametrize(
    ("rule", "make"),
    [
        (SGD(0.5), lambda optim, p: optim.SGD(p, lr=0.5)),
        (Momentum(0.3, 0.9), lambda optim, p: optim.SGD(p, lr=0.3, momentum=0.9)),
        (Polyak(0.3, 0.9), lambda optim, p: optim.SGD(p, lr=0.3, momentum=0.9)),
        (RMSProp(0.01, 0.9, 1e-3), lambda optim, p: optim.RMSprop(p, 0.01, alpha=0.9, eps=1e-3)),
    ],
    ids=["SGD", "Momentum", "Polyak", "RMSProp"],
)
def test_a_hundred_steps_are_pytorch_s(rule, make):
    ours, theirs = list(descend(rule, bent, START, 100)), torch_path(make, START, 100)
    assert farthest(ours, theirs) < 1e-12
    assert farthest(ours[:1], ours[-1:]) > 0.1  # it went somewhere


def test_a_hundred_look_ahead_points_are_pytorch_s_nesterov():
    rule = Nesterov(0.3, 0.9)
    theta, state, ahead, own = START, rule.init(START), [], []
    for _ in range(101):
        own.append(theta)
        ahead.append({k: theta[k] - rule.beta * state.v[k] for k in START})
        theta, state = rule.step(theta, bent, state)
    theirs = torch_path(
        lambda optim, p: optim.SGD(p, lr=0.3, momentum=0.9, nesterov=True), START, 100
    )
    assert farthest(ahead, theirs) < 1e-12
    assert farthest(own, theirs) > 0.01  # the parameters themselves are other points


# --- settings and edges


@pytest.mark.parametrize(
    "reads",
    [
        "SGD(lr=0.01)",
        "Momentum(lr=0.01, beta=0.9)",
        "Nesterov(lr=0.01, beta=0.9)",
        "Polyak(lr=0.01, beta=0.9, as_printed=False)",
        "RMSProp(lr=0.001, beta=0.9, eps=1e-08)",
        "Adam(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-08)",
        "AdamW(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-08, weight_decay=0.01)",
        "AdaMax(lr=0.002, beta1=0.9, beta2=0.999, eps=1e-08)",
        "NAdam(lr=0.002, beta1=0.9, beta2=0.999, eps=1e-08, as_printed=False)",
        "RAdam(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-08, threshold=4.0, as_printed=False)",
    ],
)
def test_a_rule_s_settings_when_nothing_is_said(reads):
    assert repr(getattr(optimizers, reads.split("(")[0])()) == reads


def test_without_an_epsilon_a_memory_over_nothing_is_infinite_without_a_warning():
    rule = optimizers.Adam(eps=0)
    state = optimizers.AdamState(0, np.array([1.0, 0.0]), np.zeros(2))
    theta, _ = rule.step(np.zeros(2), np.zeros_like, state)
    assert theta[0] == -np.inf and np.isnan(theta[1])


def test_no_number_of_steps_is_too_large():
    assert optimizers.RAdam().r(10**400) == pytest.approx(1)
    state = optimizers.AdamState(10**400, np.array([0.5]), np.array([0.25]))
    theta, _ = optimizers.Adam(lr=1).step([0.0], lambda theta: theta + 0.5, state)
    assert theta[0] == pytest.approx(-1, rel=1e-6)
    with pytest.raises(ValueError, match=r"^RAdam\.r: t must be at least 1, got 0$"):
        optimizers.RAdam().r(0)


def test_as_printed_the_waiting_step_is_adam_s_epsilon_and_all():
    settings = {"lr": 1.0, "eps": 0.5}
    printed, adam = optimizers.RAdam(as_printed=True, **settings), optimizers.Adam(**settings)
    steps = [
        rule.step([0.0], lambda theta: theta + 1, rule.init([0.0])) for rule in (printed, adam)
    ]
    assert steps[0][0] == steps[1][0] == pytest.approx(-2 / 3)
