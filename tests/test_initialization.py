"""The first weights: their exact spread, and what becomes of a signal that they multiply."""

import math
import warnings
from fractions import Fraction

import numpy as np
import oracles
import pytest

from dlnotes import activations, initialization, mlp

FANS = [(64, 10), (300, 1200), (1, 7)]
TANH = (activations.tanh, activations.tanh_grad)
RELU = (activations.relu, activations.relu_grad)
LINEAR = (lambda x: x, lambda x, dy=1.0: dy)
INITIALIZERS = {
    "lecun_normal": initialization.lecun_std,
    "xavier_normal": initialization.xavier_std,
    "xavier_uniform": initialization.xavier_std,
    "he_normal": initialization.he_std,
}
each_initializer = pytest.mark.parametrize("name", INITIALIZERS)


def draw(name, fan_in, fan_out, seed=0):
    return getattr(initialization, name)(fan_in, fan_out, rng=np.random.default_rng(seed))


# --- the numbers


@pytest.mark.parametrize(("fan_in", "fan_out"), FANS)
def test_the_standard_deviations_are_the_roots_of_the_rules_variances(fan_in, fan_out):
    for std, variance in [
        (initialization.lecun_std, Fraction(1, fan_in)),
        (initialization.xavier_std, Fraction(2, fan_in + fan_out)),
        (initialization.he_std, Fraction(2, fan_in)),
    ]:
        assert math.isclose(std(fan_in, fan_out) ** 2, variance, rel_tol=1e-15)


def test_xavier_s_limit_by_pencil():
    limit = initialization.xavier_limit(64, 10)
    assert round(limit, 3) == 0.285
    assert math.isclose(limit**2 / 3, 2 / 74, rel_tol=1e-15)


def test_xavier_lies_between_what_the_two_ways_want_and_is_both_where_they_agree():
    assert initialization.lecun_std(400, 100) < initialization.xavier_std(400, 100)
    assert initialization.xavier_std(400, 100) < initialization.lecun_std(100, 400)
    assert initialization.xavier_std(50, 50) == initialization.lecun_std(50, 50)


class Stub(np.random.Generator):
    """A generator that hands back what it was asked for: scale and shape of every draw."""

    def __init__(self):
        super().__init__(np.random.PCG64(0))

    def normal(self, loc, scale, size):
        return ("normal", loc, scale, size)

    def uniform(self, low, high, size):
        return ("uniform", low, high, size)


@pytest.mark.parametrize("name", ["lecun_normal", "xavier_normal", "he_normal"])
def test_a_normal_initializer_asks_for_mean_0_and_its_own_standard_deviation(name):
    std = INITIALIZERS[name](64, 10)
    drawn = getattr(initialization, name)(64, 10, rng=Stub())
    assert drawn == ("normal", 0, std, (64, 10))


def test_the_uniform_initializer_asks_for_both_its_limits():
    limit = initialization.xavier_limit(64, 10)
    drawn = initialization.xavier_uniform(64, 10, rng=Stub())
    assert drawn == ("uniform", -limit, limit, (64, 10))


@each_initializer
def test_weights_have_their_shape_and_type(name):
    for fan_in, fan_out in FANS:
        W = draw(name, fan_in, fan_out)
        assert W.shape == (fan_in, fan_out) and W.dtype == np.float64


@each_initializer
def test_drawn_weights_have_the_mean_and_the_spread_that_they_should(name):
    """The standard error of a mean of n numbers is std / sqrt(n); of the mean of their squares
    at most sqrt(2 / n) var, a Gaussian's. Four of them are allowed."""
    W, std = draw(name, 300, 700), INITIALIZERS[name](300, 700)
    assert abs(W.mean()) < 4 * std / math.sqrt(W.size)
    assert abs((W**2).mean() / std**2 - 1) < 4 * math.sqrt(2 / W.size)


def test_uniform_weights_reach_their_limits_and_no_further():
    W = np.abs(draw("xavier_uniform", 300, 700))
    limit = initialization.xavier_limit(300, 700)
    assert 0.999 * limit < W.max() <= limit


@each_initializer
def test_the_same_seed_gives_the_same_weights_and_another_gives_others(name):
    assert np.array_equal(draw(name, 5, 3), draw(name, 5, 3))
    assert not np.array_equal(draw(name, 5, 3), draw(name, 5, 3, seed=1))


def test_a_generator_moves_on():
    rng = np.random.default_rng(0)
    first = initialization.xavier_normal(5, 3, rng=rng)
    assert not np.array_equal(first, initialization.xavier_normal(5, 3, rng=rng))


# --- the variance of a sum of products


def test_a_preactivation_by_pencil():
    """x is 0 or 2, w is -1/2 or 1/2: four products of variance 1/2."""
    assert initialization.preactivation_variance(4, 0.25, 1.0, 1.0) == 2.0
    assert initialization.preactivation_variance(4, 0.25, 0.0, 1.0) == 1.0


def test_a_preactivation_agrees_with_every_outcome_also_where_no_mean_is_0():
    coins = np.indices((2,) * 6).reshape(6, -1)
    w, x = np.array([-1.0, 3.0])[coins[:3]], np.array([0.5, 2.0])[coins[3:]]
    variance = initialization.preactivation_variance(3, 4, 1.25, 0.5625, mean_w=1)
    assert math.isclose(variance, (w * x).sum(axis=0).var(), rel_tol=1e-14)


def test_means_and_weights_change_places():
    f = initialization.preactivation_variance
    assert f(3, 2.0, 0.5, 0.25, mean_w=-1.5) == f(3, 0.25, -1.5, 2.0, mean_w=0.5)


def test_a_huge_mean_and_weights_without_spread_make_no_nan():
    assert initialization.preactivation_variance(5, 0, 1e300, 0) == 0
    assert math.isclose(initialization.preactivation_variance(1, 1e-300, 1e200, 0), 1e100)
    assert initialization.preactivation_variance(1, 1, 1e200, 0) == math.inf
    assert initialization.preactivation_variance(0, 1, 1, 1) == 0


# --- gain


def test_the_gain_of_what_is_known_exactly():
    assert math.isclose(initialization.gain(lambda z: z), 1, rel_tol=1e-12)
    assert math.isclose(initialization.gain(activations.relu), math.sqrt(2), rel_tol=1e-12)
    assert math.isclose(initialization.gain(np.cos), math.sqrt(2 / (1 + math.exp(-2))))
    assert initialization.gain(np.zeros_like) == math.inf


def test_the_gain_of_tanh_agrees_with_quadrature_of_fifty_digits():
    mpmath = oracles.need("mpmath")
    with mpmath.workdps(50):
        half = mpmath.quad(
            lambda z: mpmath.tanh(z) ** 2 * mpmath.npdf(z), [0, 1, 2, 4, 8, mpmath.inf]
        )
        exact = float(1 / mpmath.sqrt(2 * half))
    assert math.isclose(initialization.gain(np.tanh), exact, rel_tol=1e-12)
    assert round(exact, 4) == 1.5925


def test_the_gain_of_selu_is_1():
    alpha, scale = 1.6732632423543772, 1.0507009873554805

    def selu(z):
        return scale * np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0)))

    assert math.isclose(initialization.gain(selu), 1, rel_tol=1e-12)


# --- a deep network


def test_one_linear_layer_has_the_factors_n_in_and_n_out_times_the_variance():
    """400 to 100 with Var(w) = 1/400: 1 forward, 1/4 back; under Xavier's 1.6 and 0.4. Twenty
    draws; four standard errors of their mean, as the draws themselves show them."""
    for std, forward, backward in [
        (initialization.lecun_std, 1, 0.25),
        (initialization.xavier_std, 1.6, 0.4),
    ]:
        ratios = []
        for seed in range(20):
            rng = np.random.default_rng(seed)
            x = rng.normal(size=(200, 400))
            t = initialization.variance_through(x, (100,), std, activation=LINEAR, rng=rng)
            ratios.append([t.forward[1] / t.forward[0], t.backward[0] / t.backward[1]])
        mean, error = np.mean(ratios, 0), np.std(ratios, 0) / math.sqrt(20)
        assert (np.abs(mean - [forward, backward]) < 4 * error).all(), mean
        assert (error < 0.01).all()


def test_he_keeps_a_relu_network_s_signal_and_lecun_halves_it_each_layer():
    x = np.random.default_rng(0).normal(size=(200, 256))
    for std, per_layer in [(initialization.he_std, 1), (initialization.lecun_std, 0.5)]:
        rng = np.random.default_rng(1)
        t = initialization.variance_through(x, (256,) * 10, std, activation=RELU, rng=rng)
        behind = t.forward[1:] * 2  # a relu's output has half the mean square of its input
        assert np.allclose(np.log(behind[1:] / behind[:-1]), math.log(per_layer), atol=0.25)


def test_the_way_there_and_back_is_a_network_s():
    """The same draws in dlnotes.mlp. Its last layer has no activation; it is the identity here."""
    sizes, seed = (3, 4, 5), 3
    x = np.random.default_rng(0).normal(size=(6, 3))

    def last_linear():
        """tanh behind the first layer, nothing behind the second."""
        calls = iter([activations.tanh, lambda z: z])
        slopes = iter([lambda z, dy: dy, activations.tanh_grad])
        return (lambda z: next(calls)(z)), (lambda z, dy: next(slopes)(z, dy))

    t = initialization.variance_through(
        x,
        sizes[1:],
        initialization.he_std,
        activation=last_linear(),
        rng=np.random.default_rng(seed),
    )
    rng = np.random.default_rng(seed)
    params = mlp.mlp_init(sizes, initialization.he_std, rng=rng)
    dy = rng.normal(size=(6, 5))
    scores, cache = mlp.mlp_forward(x, params, activation=TANH)
    wanted = [np.mean(a**2) for a in (*cache.inputs, scores)]
    assert np.allclose(t.forward, wanted, rtol=1e-13)
    assert math.isclose(t.backward[2], np.mean(dy**2))
    behind_the_first = dy @ params["W2"].T
    assert math.isclose(t.backward[1], np.mean(behind_the_first**2))
    # The gradient in b1 sums, over the samples, what arrives before the first activation.
    slopes = activations.tanh_grad(cache.z[0], behind_the_first)
    assert np.allclose(mlp.mlp_backward(dy, cache)["b1"], slopes.sum(axis=0))
    assert math.isclose(t.backward[0], np.mean((slopes @ params["W1"].T) ** 2))


def test_a_passage_has_an_entry_for_the_input_and_one_a_layer():
    x = np.ones((2, 3))
    t = initialization.variance_through(
        x, (4, 5), lambda i, o: 0.0, activation=TANH, rng=np.random.default_rng(0)
    )
    assert t.forward.tolist() == [1, 0, 0] and t.backward[:2].tolist() == [0, 0]
    assert t.forward.dtype == t.backward.dtype == np.float64 and t.backward[2] > 0


def test_a_passage_in_float32_overflows_where_float32_does():
    x = np.ones((2, 3))

    def through(x):
        return initialization.variance_through(
            x, (4,) * 3, lambda i, o: 1e15, activation=LINEAR, rng=np.random.default_rng(0)
        )

    assert np.isfinite(through(x).forward).all()
    with pytest.raises(ValueError, match="overflows in layer 3"):
        through(x.astype(np.float32))


def test_what_is_measured_in_float32_is_squared_in_float64():
    x = np.full((2, 3), 1e25, dtype=np.float32)
    t = initialization.variance_through(
        x, (4,), initialization.lecun_std, activation=LINEAR, rng=np.random.default_rng(0)
    )
    assert t.forward.dtype == np.float64
    assert math.isclose(t.forward[0], 1e50, rel_tol=1e-6) and 1e48 < t.forward[1] < 1e52


def test_a_passage_changes_nothing_and_warns_of_nothing():
    x = np.random.default_rng(0).normal(size=(5, 3))
    before = x.copy()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for scale in (1e-200, 1.0, 1e100):
            initialization.variance_through(
                x, (4, 4), lambda i, o, s=scale: s, activation=TANH, rng=np.random.default_rng(0)
            )
    assert np.array_equal(x, before)


# --- PyTorch


@pytest.mark.parametrize(("fan_in", "fan_out"), FANS)
def test_the_spreads_are_pytorch_s(fan_in, fan_out):
    """Its initializers call normal_ and uniform_ with numbers; these are caught on the way."""
    torch = oracles.need("torch")
    init = torch.nn.init
    weight = torch.empty(fan_out, fan_in)  # PyTorch stores (out, in)
    asked = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            init, "_no_grad_normal_", lambda t, mean, std, *_: asked.update(mean=mean, std=std)
        )
        patch.setattr(
            init, "_no_grad_uniform_", lambda t, low, high, *_: asked.update(low=low, high=high)
        )
        init.xavier_normal_(weight)
        init.xavier_uniform_(weight)
    assert asked["mean"] == 0
    assert math.isclose(asked["std"], initialization.xavier_std(fan_in, fan_out), rel_tol=1e-12)
    limit = initialization.xavier_limit(fan_in, fan_out)
    assert math.isclose(asked["high"], limit, rel_tol=1e-12) and asked["low"] == -asked["high"]


@pytest.mark.parametrize(("rule", "settings"), [("he", "relu"), ("lecun", "linear")])
def test_he_and_lecun_are_pytorch_s_kaiming_with_its_gain(rule, settings):
    torch = oracles.need("torch")
    std = getattr(initialization, f"{rule}_std")(1200, 300)
    torch.manual_seed(0)
    weight = torch.nn.init.kaiming_normal_(torch.empty(300, 1200), nonlinearity=settings)
    # 360,000 weights: the standard error of their standard deviation is a part in 850.
    assert math.isclose(float(weight.std()), std, rel_tol=4 / 850)
    gain = torch.nn.init.calculate_gain(settings)
    assert math.isclose(gain / math.sqrt(1200), std, rel_tol=1e-12)


def test_pytorch_s_gain_for_tanh_is_a_rounder_number_than_ours():
    torch = oracles.need("torch")
    assert torch.nn.init.calculate_gain("tanh") == 5 / 3
    assert round(initialization.gain(np.tanh), 4) == 1.5925


def test_pytorch_s_dense_layer_has_a_third_of_lecun_s_variance():
    torch = oracles.need("torch")
    torch.manual_seed(0)
    W = torch.nn.Linear(600, 500).weight.detach().numpy()
    assert 0.999 < np.abs(W).max() * math.sqrt(600) <= 1.000001
    assert math.isclose(600 * float((W.astype(float) ** 2).mean()), 1 / 3, rel_tol=0.01)


def test_a_way_back_beyond_the_largest_float_is_told_without_a_warning():
    steep = (lambda z: z, lambda z, dy: dy * 1e200)
    passage = initialization.variance_through(
        np.ones((4, 3)),
        (3, 3),
        initialization.xavier_std,
        activation=steep,
        rng=np.random.default_rng(0),
    )
    assert np.isfinite(passage.forward).all()
    assert np.isfinite(passage.backward).tolist() == [False, False, True]


def test_the_gradient_of_a_passage_has_the_signal_s_type():
    seen = set()
    watched = (lambda z: z, lambda z, dy: seen.add(dy.dtype) or dy)
    x, rng = np.ones((4, 3), np.float32), np.random.default_rng(0)
    initialization.variance_through(
        x, (3, 2), initialization.xavier_std, activation=watched, rng=rng
    )
    assert seen == {np.dtype(np.float32)}


def test_a_count_too_large_for_a_float_is_refused_by_name():
    with pytest.raises(ValueError, match=r"^preactivation_variance: n must be a finite number"):
        initialization.preactivation_variance(10**400, 1.0, 0.0, 1.0)
