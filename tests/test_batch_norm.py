"""Batch normalization: pencil cases, identities, extremes, the way back, and PyTorch's figures."""

import itertools
import warnings
from fractions import Fraction

import numpy as np
import oracles
import pytest

from dlnotes import activations, batchnorm, gradcheck, mlp
from dlnotes.batchnorm import RunningState, RunningStatistics

RNG = np.random.default_rng(0)
ROWS = RNG.normal(2, 3, (8, 16)), RNG.normal(size=16), RNG.normal(size=16)
PICTURES = RNG.normal(-1, 2, (4, 3, 5, 6)), RNG.normal(size=3), RNG.normal(size=3)
both_shapes = pytest.mark.parametrize("given", [ROWS, PICTURES], ids=["rows", "pictures"])


def drawn(size):
    return np.random.default_rng(1).normal(size=size)


def pencil(eps=0, gamma=2.0, beta=5.0):
    x = np.array([[1.0], [1.0], [3.0], [3.0]])
    return batchnorm.batchnorm_forward(x, [gamma], [beta], eps=eps)


def pixels(x):
    """Pictures as rows, one a position: what per-channel statistics mean."""
    return np.moveaxis(x, 1, -1).reshape(-1, x.shape[1])


# --- by pencil


def test_four_samples_by_pencil():
    y, cache = pencil()
    assert (cache.mu, cache.sigma2) == ([2.0], [1.0])
    assert cache.x_hat.ravel().tolist() == [-1, -1, 1, 1]
    assert y.ravel().tolist() == [3, 3, 7, 7]


def test_the_way_back_by_pencil():
    _, cache = pencil()
    grads = batchnorm.batchnorm_backward([[1.0], [0], [0], [0]], cache)
    assert (grads.beta, grads.gamma) == ([1.0], [-1.0])
    assert grads.x.ravel().tolist() == [1, -1, 0, 0]


def test_every_step_of_the_way_back_by_pencil():
    _, cache = pencil()
    chain = batchnorm.batchnorm_chain([[1.0], [0], [0], [0]], cache)
    assert chain.x_hat.ravel().tolist() == [2, 0, 0, 0]
    assert (chain.sigma2, chain.mu) == ([1.0], [-2.0])
    assert chain.x.ravel().tolist() == [1, -1, 0, 0]


def test_a_running_variance_by_pencil():
    _, cache = batchnorm.batchnorm_forward([[0.0], [2.0]], [1.0], [0.0])
    before = RunningStatistics().init([1.0])
    assert before == ([0.0], [1.0])
    after = RunningStatistics().step(cache, before)
    assert np.allclose(after, [[0.1], [0.9 + 0.1 * 2]], rtol=1e-15)
    biased = RunningStatistics(unbiased=False).step(cache, before)
    assert np.allclose(biased, [[0.1], [0.9 + 0.1 * 1]], rtol=1e-15)


def test_the_pencil_case_in_fractions_with_an_epsilon():
    x = [Fraction(n) for n in (4, 8, 12, 16)]
    mean = sum(x) / 4
    assert sum((a - mean) ** 2 for a in x) / 4 == 20
    wanted = [(a - mean) / 5 for a in x]  # the root of 20 + 5
    y, _ = batchnorm.batchnorm_forward(np.array([x], float).T, [1.0], [0.0], eps=5)
    assert np.allclose(y.ravel(), [float(a) for a in wanted], rtol=1e-15)


# --- the way there


@both_shapes
def test_the_outputs_have_mean_beta_and_nearly_the_spread_gamma(given):
    x, gamma, beta = given
    y, cache = batchnorm.batchnorm_forward(x, gamma, beta, eps=0.5)
    axes = (0, 2, 3)[: x.ndim - 1]
    shrunk = cache.sigma2 / (cache.sigma2 + 0.5)
    assert np.allclose(y.mean(axis=axes), beta, rtol=0, atol=1e-14)
    assert np.allclose(y.var(axis=axes), gamma**2 * shrunk, rtol=1e-13)


def test_pictures_are_rows_of_channels_one_a_position():
    x, gamma, beta = PICTURES
    y, cache = batchnorm.batchnorm_forward(x, gamma, beta)
    rows, of_rows = batchnorm.batchnorm_forward(pixels(x), gamma, beta)
    assert np.allclose(pixels(y), rows, rtol=1e-13)
    dy = drawn(size=x.shape)
    ours, theirs = (
        batchnorm.batchnorm_backward(dy, cache),
        batchnorm.batchnorm_backward(pixels(dy), of_rows),
    )
    assert np.allclose(pixels(ours.x), theirs.x, rtol=1e-12, atol=1e-15)
    assert np.allclose(ours.gamma, theirs.gamma) and np.allclose(ours.beta, theirs.beta)


@both_shapes
def test_scaling_and_shifting_the_input_changes_nothing_but_what_epsilon_adds(given):
    x, gamma, beta = given
    y, _ = batchnorm.batchnorm_forward(x, gamma, beta, eps=0)
    moved, _ = batchnorm.batchnorm_forward(-100 * x + 7, -gamma, beta, eps=0)
    assert np.allclose(y, moved, rtol=1e-12)


def test_one_sample_alone_comes_out_as_beta():
    y, cache = batchnorm.batchnorm_forward(drawn(size=(1, 3)), np.ones(3), [1.0, 2.0, 3.0])
    assert y.tolist() == [[1, 2, 3]]
    grads = batchnorm.batchnorm_backward(drawn(size=(1, 3)), cache)
    assert not grads.x.any() and not grads.gamma.any()


def test_two_samples_come_out_as_plus_and_minus_gamma_and_pass_nothing_back():
    x = np.array([[1.0, -2.0, 0.0], [3.0, 0.5, 0.1]])
    y, cache = batchnorm.batchnorm_forward(x, np.ones(3), np.zeros(3), eps=0)
    assert np.allclose(np.abs(y), 1, rtol=1e-14)
    grads = batchnorm.batchnorm_backward(drawn(size=(2, 3)), cache)
    assert np.abs(grads.x).max() < 1e-12


def test_a_feature_without_spread_gives_beta_and_without_epsilon_nan():
    x = np.array([[3.0, 1.0], [3.0, 2.0], [3.0, 6.0]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        y, _ = batchnorm.batchnorm_forward(x, [2.0, 2.0], [5.0, 5.0])
        assert y[:, 0].tolist() == [5, 5, 5]
        y, cache = batchnorm.batchnorm_forward(x, [2.0, 2.0], [5.0, 5.0], eps=0)
        grads = batchnorm.batchnorm_backward(x, cache)
        state = RunningState(np.array([2.0, 2.0]), np.array([0.0, 1.0]))
        inferred = batchnorm.batchnorm_inference(x, [2.0, 2.0], [5.0, 5.0], state, eps=0)
    for values in (y, grads.x):
        assert np.isnan(values[:, 0]).all() and np.isfinite(values[:, 1]).all()
    # A running variance of 0 is one, too: whatever differs from the mean is infinitely far from it.
    assert inferred[:, 0].tolist() == [np.inf] * 3 and np.isfinite(inferred[:, 1]).all()


def test_a_large_offset_costs_no_digits_of_the_variance():
    x = np.random.default_rng(0).normal(size=(1000, 1))
    exact = x.var()
    far = batchnorm.batchnorm_forward(x + 1e8, [1.0], [0.0])[1].sigma2
    assert np.isclose(far, exact, rtol=1e-6)
    single = batchnorm.batchnorm_forward(np.float32(x) + np.float32(1e4), [1.0], [0.0])[1].sigma2
    assert np.isclose(single, exact, rtol=1e-2)


@both_shapes
def test_single_precision_stays_single_precision(given):
    x, gamma, beta = (a.astype(np.float32) for a in given)
    y, cache = batchnorm.batchnorm_forward(x, gamma, beta)
    results = [y, *cache[:-1], *batchnorm.batchnorm_backward(y, cache)]
    results += batchnorm.batchnorm_chain(y, cache)
    rule = RunningStatistics()
    state = rule.step(cache, rule.init(gamma))
    results += [*state, batchnorm.batchnorm_inference(x, gamma, beta, state)]
    assert {a.dtype for a in results} == {np.dtype(np.float32)}


@both_shapes
def test_nothing_that_is_handed_in_is_changed(given):
    before = [a.copy() for a in given]
    y, cache = batchnorm.batchnorm_forward(*given)
    remembered = [np.copy(a) for a in cache]
    dy = drawn(size=y.shape)
    kept = dy.copy()
    batchnorm.batchnorm_backward(dy, cache)
    batchnorm.batchnorm_chain(dy, cache)
    rule = RunningStatistics()
    state = rule.init(given[1])
    rule.step(cache, state)
    assert state.mean.tolist() == [0.0] * len(given[1])
    assert all(map(np.array_equal, [*before, *remembered, kept], [*given, *cache, dy]))


# --- the way back


@pytest.mark.parametrize("back", [batchnorm.batchnorm_backward, batchnorm.batchnorm_chain])
@pytest.mark.parametrize("argument", ["x", "gamma", "beta"])
@both_shapes
def test_every_gradient_agrees_with_finite_differences(given, argument, back):
    given = dict(zip(("x", "gamma", "beta"), given, strict=True))

    def run(a):
        return batchnorm.batchnorm_forward(**given | {argument: a}, eps=0.1)

    gap = gradcheck.gradient_gap(
        lambda a: run(a)[0],
        lambda a, dy: getattr(back(dy, run(a)[1]), argument),
        given[argument],
        rng=np.random.default_rng(1),
    )
    assert gap < 1e-7


@both_shapes
def test_the_notes_chain_ends_in_the_compact_form(given):
    for eps in (0, 1e-5, 10):
        y, cache = batchnorm.batchnorm_forward(*given, eps=eps)
        dy = drawn(size=y.shape)
        grads = batchnorm.batchnorm_backward(dy, cache)
        chain = batchnorm.batchnorm_chain(dy, cache)
        for name in grads._fields:
            ours, theirs = getattr(grads, name), getattr(chain, name)
            assert np.allclose(ours, theirs, rtol=1e-12, atol=1e-14), (name, eps)


@both_shapes
def test_what_comes_back_has_no_component_along_1_and_none_along_x_hat(given):
    y, cache = batchnorm.batchnorm_forward(*given, eps=0)
    dx = batchnorm.batchnorm_backward(drawn(size=y.shape), cache).x
    axes = (0, 2, 3)[: dx.ndim - 1]
    assert np.abs(dx.sum(axis=axes)).max() < 1e-12
    assert np.abs((dx * cache.x_hat).sum(axis=axes)).max() < 1e-12


@both_shapes
def test_a_summed_loss_is_blind(given):
    _, cache = batchnorm.batchnorm_forward(*given)
    assert np.abs(batchnorm.batchnorm_backward(1.0, cache).x).max() < 1e-14
    wanted = np.full(cache.gamma.shape, cache.x.size / cache.gamma.size)
    assert np.allclose(batchnorm.batchnorm_backward(1.0, cache).beta, wanted)


def test_the_second_sum_of_the_mean_s_gradient_is_zero():
    x, gamma, beta = ROWS
    _, cache = batchnorm.batchnorm_forward(x, gamma, beta)
    assert np.abs((x - cache.mu).sum(axis=0)).max() < 1e-13


# --- running statistics


def test_running_statistics_are_a_fading_mean_of_the_batches():
    rule, gamma = RunningStatistics(momentum=0.25), np.ones(3)
    state, caches = rule.init(gamma), []
    for batch in drawn(size=(5, 6, 3)):
        _, cache = batchnorm.batchnorm_forward(batch, gamma, np.zeros(3))
        caches.append(cache)
        state = rule.step(cache, state)
    weights = 0.25 * 0.75 ** np.arange(5)[::-1]
    mean = sum(w * c.mu for w, c in zip(weights, caches, strict=True))
    var = 0.75**5 + sum(w * c.sigma2 * 6 / 5 for w, c in zip(weights, caches, strict=True))
    assert np.allclose(state.mean, mean) and np.allclose(state.var, var)


def test_a_momentum_of_1_remembers_the_last_batch_and_inference_repeats_it():
    x, gamma, beta = ROWS
    y, cache = batchnorm.batchnorm_forward(x, gamma, beta)
    rule = RunningStatistics(momentum=np.float32(1), unbiased=False)
    assert repr(rule) == "RunningStatistics(momentum=1.0, unbiased=False)"
    state = rule.step(cache, rule.init(gamma))
    assert np.allclose(batchnorm.batchnorm_inference(x, gamma, beta, state), y, rtol=1e-12)


@both_shapes
def test_at_inference_a_sample_does_not_depend_on_its_company(given):
    x, gamma, beta = given
    state = RunningState(np.full(gamma.size, 0.5), np.full(gamma.size, 2.0))
    y = batchnorm.batchnorm_inference(x, gamma, beta, state)
    alone = [batchnorm.batchnorm_inference(x[i : i + 1], gamma, beta, state) for i in range(len(x))]
    assert np.array_equal(y, np.concatenate(alone))


def test_bad_states_and_caches_are_refused_by_name():
    rule, gamma = RunningStatistics(), np.ones(3)
    _, cache = batchnorm.batchnorm_forward(drawn(size=(6, 3)), gamma, gamma)
    for state, error, words in [
        (None, TypeError, "state must be a RunningState, got None"),
        (rule.init(np.ones(2)), ValueError, r"state\.mean must have shape \(3,\)"),
    ]:
        with pytest.raises(error, match=rf"^RunningStatistics\.step: {words}"):
            rule.step(cache, state)
    words = "cache must be what batchnorm_forward gave, got None"
    with pytest.raises(TypeError, match=rf"^RunningStatistics\.step: {words}"):
        rule.step(None, rule.init(gamma))
    _, one = batchnorm.batchnorm_forward(np.ones((1, 3)), gamma, gamma)
    with pytest.raises(ValueError, match="an unbiased variance must have two values, got one"):
        rule.step(one, rule.init(gamma))
    with pytest.raises(ValueError, match=r"^RunningStatistics\.init: gamma must be finite"):
        rule.init([np.inf])


# --- a network


RELU = activations.relu, activations.relu_grad


def network(norm=True):
    rng = np.random.default_rng(2)
    return mlp.mlp_init((4, 6, 5, 3), lambda i, o: (2 / i) ** 0.5, rng=rng, norm=norm)


def test_a_normalized_network_draws_the_weights_of_a_plain_one():
    plain, normed = network(norm=False), network()
    assert all(np.array_equal(plain[name], normed[name]) for name in plain)
    assert normed.keys() - plain.keys() == {"gamma1", "beta1", "gamma2", "beta2"}
    assert normed["gamma2"].tolist() == [1] * 5 and normed["beta1"].tolist() == [0] * 6


def test_a_network_in_single_precision_stays_in_it():
    params = {name: a.astype(np.float32) for name, a in network().items()}
    y, cache = mlp.mlp_forward(drawn(size=(7, 4)).astype(np.float32), params, activation=RELU)
    grads = mlp.mlp_backward(np.ones(y.shape), cache)
    assert {a.dtype for a in (y, *grads.values())} == {np.dtype(np.float32)}


def test_the_weights_before_a_normalization_have_no_length():
    params, x = network(), drawn(size=(7, 4))
    W, dy = 1000 * params["W1"], drawn(size=(7, 3))  # long, so that epsilon has no say
    y, cache = mlp.mlp_forward(x, params | {"W1": W}, activation=RELU)
    longer, of_longer = mlp.mlp_forward(x, params | {"W1": 10 * W}, activation=RELU)
    assert np.allclose(y, longer, rtol=1e-9)
    before, after = mlp.mlp_backward(dy, cache)["W1"], mlp.mlp_backward(dy, of_longer)["W1"]
    assert np.allclose(before, 10 * after, rtol=1e-9, atol=1e-12)
    along = (before * W).sum(axis=0)
    assert np.abs(along).max() < 1e-9 * np.abs(before * W).max()


def test_a_bias_before_a_normalization_does_nothing():
    params, x = network(), drawn(size=(7, 4))
    y, cache = mlp.mlp_forward(x, params, activation=RELU)
    moved, _ = mlp.mlp_forward(x, params | {"b1": drawn(size=6)}, activation=RELU)
    assert np.allclose(y, moved, rtol=1e-9, atol=1e-12)
    assert np.abs(mlp.mlp_backward(drawn(size=y.shape), cache)["b1"]).max() < 1e-13


def test_a_network_infers_with_running_statistics_what_it_trained_on_with_the_batch_s():
    params, x = network(), drawn(size=(7, 4))
    y, cache = mlp.mlp_forward(x, params, activation=RELU)
    rule = RunningStatistics(momentum=1, unbiased=False)
    states = [rule.step(norm, rule.init(norm.gamma)) for norm in cache.norms]
    inferred, of_inference = mlp.mlp_forward(x, params, activation=RELU, running=states)
    assert np.allclose(y, inferred) and of_inference.norms == ()
    alone, _ = mlp.mlp_forward(x[:1], params, activation=RELU, running=states)
    assert np.allclose(alone, inferred[:1], rtol=1e-12)


# --- PyTorch


def torch_like(given, **settings):
    torch = oracles.need("torch")
    x, gamma, beta = (torch.tensor(a, requires_grad=True) for a in given)
    y = torch.nn.functional.batch_norm(x, weight=gamma, bias=beta, **settings)
    return torch, y, (x, gamma, beta)


@pytest.mark.parametrize("eps", [1e-5, 0.3])
@both_shapes
def test_pytorch_goes_there_and_back_the_same_way(given, eps):
    torch, theirs, leaves = torch_like(
        given, running_mean=None, running_var=None, training=True, eps=eps
    )
    y, cache = batchnorm.batchnorm_forward(*given, eps=eps)
    assert np.allclose(y, theirs.detach(), rtol=1e-12, atol=1e-12)
    dy = drawn(size=y.shape)
    theirs.backward(torch.tensor(dy))
    for ours, leaf in zip(batchnorm.batchnorm_backward(dy, cache), leaves, strict=True):
        assert np.allclose(ours, leaf.grad, rtol=1e-12, atol=1e-12)


@both_shapes
def test_pytorch_keeps_the_same_running_statistics_and_infers_the_same(given):
    torch = oracles.need("torch")
    x, gamma, beta = given
    rule = RunningStatistics(momentum=0.3)
    state = rule.init(gamma)
    mean, var = (torch.tensor(a) for a in state)
    for shift, scale in itertools.product((0, 1.5), (1, 2)):
        batch = scale * x + shift
        torch_like((batch, gamma, beta), running_mean=mean, running_var=var, training=True,
                   momentum=0.3)  # fmt: skip
        state = rule.step(batchnorm.batchnorm_forward(batch, gamma, beta)[1], state)
    assert np.allclose(state.mean, mean, rtol=1e-12) and np.allclose(state.var, var, rtol=1e-12)
    _, theirs, _ = torch_like(given, running_mean=mean, running_var=var, training=False)
    ours = batchnorm.batchnorm_inference(x, gamma, beta, state)
    assert np.allclose(ours, theirs.detach(), rtol=1e-12, atol=1e-12)


def test_pytorch_refuses_one_value_a_feature_too():
    torch = oracles.need("torch")
    with pytest.raises(ValueError, match="Expected more than 1 value per channel"):
        torch.nn.BatchNorm1d(3)(torch.ones(1, 3))
