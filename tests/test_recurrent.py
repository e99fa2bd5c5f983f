"""The recurrent layers: pencil cases, masks, the way back, and PyTorch's figures."""

import numpy as np
import oracles
import pytest

from dlnotes import gradcheck, recurrent
from dlnotes.recurrent import GRUWeights, LSTMWeights, RNNWeights

T, N, D, H = 5, 3, 4, 6
RNG = np.random.default_rng(0)
X, H0, C0 = RNG.normal(size=(T, N, D)), RNG.normal(size=(N, H)), RNG.normal(size=(N, H))
MASK = np.arange(T)[:, None] < np.array([5, 2, 3])


def on_x():
    return RNG.normal(size=(H, D))


def on_h():
    return RNG.normal(size=(H, H)) / 2


def bias():
    return RNG.normal(size=H)


RNN = RNNWeights(on_h(), on_x(), bias())
GRU = GRUWeights(on_x(), on_h(), on_x(), on_h(), on_x(), on_h(), bias(), bias(), bias())
LSTM = LSTMWeights(*[make() for _ in range(4) for make in (on_x, on_h, bias)])

# name: (layer, weights, states, settings)
LAYERS = {
    "rnn, relu": ("rnn", RNN, (H0,), {}),
    "rnn, tanh": ("rnn", RNN, (H0,), {"activation": "tanh"}),
    "rnn, identity, no bias": ("rnn", RNN._replace(b=None), (H0,), {"activation": "identity"}),
    "gru": ("gru", GRU, (H0,), {}),
    "gru, no biases": ("gru", GRU._replace(b_z=None, b_r=None, b_h=None), (H0,), {}),
    "gru, reset after": ("gru", GRU._replace(c_h=bias()), (H0,), {"reset_after": True}),
    "lstm": ("lstm", LSTM, (H0, C0), {}),
}
every_layer = pytest.mark.parametrize("name", LAYERS)


def forward(layer, *arguments, **settings):
    return getattr(recurrent, f"{layer}_forward")(*arguments, **settings)


def backward(layer, dh, cache):
    return getattr(recurrent, f"{layer}_backward")(dh, cache)


# --- the way back


def judged(name, mask, argument, wrt):
    """The gap in one argument: "x", "h0", "c0", or a weight's name."""
    layer, weights, states, settings = LAYERS[name]

    def run(a):
        given = {"x": X, **dict(zip(("h0", "c0"), states, strict=False))}
        own = weights
        if argument in given:
            given[argument] = a
        else:
            own = weights._replace(**{argument: a})
        return forward(layer, *given.values(), own, mask=mask, **settings)

    def grad(a, dy):
        grads = backward(layer, dy, run(a)[1])
        return getattr(grads if argument in grads._fields else grads.weights, argument)

    return gradcheck.gradient_gap(lambda a: run(a)[0], grad, wrt, rng=np.random.default_rng(1))


@pytest.mark.parametrize("mask", [None, MASK], ids=["whole", "masked"])
@every_layer
def test_every_gradient_agrees_with_finite_differences(name, mask):
    _, weights, states, _ = LAYERS[name]
    given = {"x": X, **dict(zip(("h0", "c0"), states, strict=False))}
    given |= {k: w for k, w in weights._asdict().items() if w is not None}
    for argument, value in given.items():
        assert judged(name, mask, argument, value) < 1e-7, argument


@pytest.mark.parametrize("mask", [None, MASK], ids=["whole", "masked"])
def test_a_gradient_that_arrives_at_the_cells_is_carried_back(mask):
    arriving = RNG.normal(size=(T, N, H))

    def cells(c0):
        return recurrent.lstm_forward(X, H0, c0, LSTM, mask=mask)[1].C

    def grad(c0, dy):
        cache = recurrent.lstm_forward(X, H0, c0, LSTM, mask=mask)[1]
        return recurrent.lstm_backward(np.zeros((T, N, H)), cache, dC=dy).c0

    assert gradcheck.gradient_gap(cells, grad, C0, rng=RNG) < 1e-7
    cache = recurrent.lstm_forward(X, H0, C0, LSTM, mask=mask)[1]
    both = recurrent.lstm_backward(arriving, cache, dC=arriving)
    one = recurrent.lstm_backward(arriving, cache)
    other = recurrent.lstm_backward(np.zeros((T, N, H)), cache, dC=arriving)
    assert np.allclose(both.x, one.x + other.x, rtol=1e-12)


# --- pencil cases


def test_one_unit_by_pencil():
    x = np.array([1.0, 1.0, 0.0]).reshape(3, 1, 1)
    h, cache = recurrent.rnn_forward(x, [[0.0]], RNNWeights([[2.0]], [[1.0]]))
    assert h.ravel().tolist() == [1, 3, 6]
    grads = recurrent.rnn_backward(np.array([0.0, 0.0, 1.0]).reshape(3, 1, 1), cache)
    assert (grads.weights.W_h, grads.weights.W_x) == ([[5.0]], [[6.0]])
    assert grads.x.ravel().tolist() == [4, 2, 1] and grads.weights.b is None


def test_a_gated_unit_by_pencil():
    zero, one, h0 = [[0.0]], [[1.0]], [[2 * np.log(2)]]
    weights = GRUWeights(zero, zero, zero, zero, zero, one)
    h, cache = recurrent.gru_forward([[[0.0]]], h0, weights)
    assert cache.z == cache.r == 0.5
    assert np.isclose(h, np.log(2) + 0.3, rtol=1e-15)


def test_a_long_memory_by_pencil():
    zero = [[0.0]]
    weights = LSTMWeights(*[zero, zero, [0.0]] * 4)._replace(b_f=[np.log(3)])
    h, cache = recurrent.lstm_forward([[[0.0]]], zero, [[4 / 3 * np.log(2)]], weights)
    assert np.isclose(cache.C, np.log(2), rtol=1e-15)
    assert np.isclose(h, 0.3, rtol=1e-15)


def test_the_two_placements_of_the_reset_gate_differ():
    swap, zero = [[0.0, 1.0], [1.0, 0.0]], np.zeros((2, 2))
    weights = GRUWeights(zero, zero, zero, zero, zero, swap, b_r=[1000.0, -1000.0])
    h0 = np.log(2) * np.ones((1, 2))
    for reset_after, wanted in ((False, [0, 0.6]), (True, [0.6, 0])):
        _, cache = recurrent.gru_forward(np.zeros((1, 1, 2)), h0, weights, reset_after=reset_after)
        assert np.allclose(cache.candidate[0, 0], wanted, atol=1e-15)


# --- what all share


@every_layer
def test_a_sequence_in_two_pieces_is_the_sequence_in_one(name):
    layer, weights, states, settings = LAYERS[name]
    whole, cache = forward(layer, X, *states, weights, **settings)
    _, first = forward(layer, X[:2], *states, weights, **settings)
    middle = (whole[1],) if layer != "lstm" else (whole[1], first.C[-1])
    rest, _ = forward(layer, X[2:], *middle, weights, **settings)
    assert np.array_equal(rest, whole[2:])
    assert cache.before[0] is not H0


@every_layer
def test_a_masked_sequence_ends_where_its_own_end_is(name):
    layer, weights, states, settings = LAYERS[name]
    masked, cache = forward(layer, X, *states, weights, mask=MASK, **settings)
    for n, length in enumerate(MASK.sum(axis=0)):
        own = [s[n : n + 1] for s in states]
        alone, _ = forward(layer, X[:length, n : n + 1], *own, weights, **settings)
        assert np.allclose(masked[-1, n], alone[-1, 0], rtol=1e-13)
    grads = backward(layer, np.ones((T, N, H)), cache)
    assert not grads.x[~MASK].any() and grads.x[MASK].any()


@every_layer
def test_float32_stays_lists_serve_and_nothing_is_changed(name):
    layer, weights, states, settings = LAYERS[name]
    given = [X, *states, *(w for w in weights if w is not None)]
    copies = [np.copy(a) for a in given]

    def single(a):
        return None if a is None else a.astype(np.float32)

    own = type(weights)(*map(single, weights))
    h, cache = forward(layer, single(X), *map(single, states), own, **settings)
    assert h.dtype == np.float32
    *grads, weight_grads = backward(layer, np.ones((T, N, H)), cache)
    assert {g.dtype for g in (*grads, *weight_grads) if g is not None} == {np.dtype(np.float32)}
    wide, _ = forward(layer, X.tolist(), *(s.tolist() for s in states), weights, **settings)
    assert wide.dtype == np.float64 and np.allclose(wide, h, rtol=1e-3, atol=1e-4)
    assert all(np.array_equal(a, b) for a, b in zip(given, copies, strict=True))


def test_huge_gates_are_shut_or_open_without_a_warning():
    h, cache = recurrent.lstm_forward(1e4 * X, H0, C0, LSTM)
    assert np.isfinite(h).all()
    assert np.isfinite(recurrent.lstm_backward(np.ones((T, N, H)), cache).x).all()
    h, cache = recurrent.gru_forward(1e4 * X, H0, GRU)
    assert np.isfinite(h).all()
    assert np.isfinite(recurrent.gru_backward(np.ones((T, N, H)), cache).x).all()


@every_layer
def test_a_gradient_beyond_the_largest_float_is_infinite_without_a_warning(name):
    layer, weights, states, settings = LAYERS[name]
    _, cache = forward(layer, X, *states, weights, **settings)
    grads = backward(layer, np.full((T, N, H), 1e308), cache)
    assert not all(np.isfinite(g).all() for g in grads.weights if g is not None)


@every_layer
def test_one_step_and_one_sequence_are_enough(name):
    layer, weights, states, settings = LAYERS[name]
    whole, _ = forward(layer, X, *states, weights, **settings)
    states = [s[:1] for s in states]
    h, cache = forward(layer, X[:1, :1], *states, weights, **settings)
    assert np.allclose(h, whole[:1, :1], rtol=1e-13)
    assert backward(layer, np.ones((1, 1, H)), cache).x.shape == (1, 1, D)


@every_layer
def test_a_mask_may_be_a_list(name):
    layer, weights, states, settings = LAYERS[name]
    h, _ = forward(layer, X, *states, weights, mask=MASK, **settings)
    same, _ = forward(layer, X, *states, weights, mask=MASK.tolist(), **settings)
    assert np.array_equal(h, same)


# --- PyTorch


def torch_layer(kind, weights, biases, **settings):
    """A layer of PyTorch in float64: weights are (on x, on h), biases (on x, on h)."""
    torch = oracles.need("torch")
    layer = getattr(torch.nn, kind)(D, H, dtype=torch.float64, **settings)
    with torch.no_grad():
        for name, value in zip(
            ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"),
            (*weights, *biases),
            strict=True,
        ):
            getattr(layer, name).copy_(torch.from_numpy(np.asarray(value)))
    return layer


def compared(layer, ours, states, dh):
    """PyTorch's states and gradients beside ours."""
    torch = oracles.need("torch")
    x, *first = (torch.from_numpy(a).requires_grad_() for a in (X, *(s[None] for s in states)))
    h, _ = layer(x, first[0] if len(first) == 1 else tuple(first))
    h.backward(torch.from_numpy(dh))
    values, grads = ours
    pairs = [(values, h.detach()), (grads.x, x.grad), (grads.h0, first[0].grad[0])]
    if len(first) == 2:
        pairs.append((grads.c0, first[1].grad[0]))
    return [(a, b.numpy()) for a, b in pairs]


def assert_close(pairs):
    for ours, theirs in pairs:
        assert np.allclose(ours, theirs, rtol=1e-12, atol=1e-12 * np.abs(theirs).max())


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_the_plain_layer_is_pytorch_s(activation):
    layer = torch_layer("RNN", (RNN.W_x, RNN.W_h), (RNN.b, 0 * RNN.b), nonlinearity=activation)
    h, cache = recurrent.rnn_forward(X, H0, RNN, activation=activation)
    dh = RNG.normal(size=(T, N, H))
    grads = recurrent.rnn_backward(dh, cache)
    assert_close(compared(layer, (h, grads), (H0,), dh))
    assert_close([(grads.weights.W_h, layer.weight_hh_l0.grad.numpy())])
    assert_close([(grads.weights.W_x, layer.weight_ih_l0.grad.numpy())])
    assert_close([(grads.weights.b, layer.bias_hh_l0.grad.numpy())])


def test_the_gated_unit_is_pytorch_s_with_z_turned_round_and_the_reset_after_the_product():
    w = GRU._replace(c_h=bias())
    # PyTorch stacks r, z, candidate, and its z keeps the old state: 1 - sigmoid(a) is sigmoid(-a).
    stacked = np.vstack([w.W_r, -w.W_z, w.W_h]), np.vstack([w.U_r, -w.U_z, w.U_h])
    zero = np.zeros(H)
    biases = np.concatenate([w.b_r, -w.b_z, w.b_h]), np.concatenate([zero, zero, w.c_h])
    layer = torch_layer("GRU", stacked, biases)
    h, cache = recurrent.gru_forward(X, H0, w, reset_after=True)
    dh = RNG.normal(size=(T, N, H))
    grads = recurrent.gru_backward(dh, cache)
    assert_close(compared(layer, (h, grads), (H0,), dh))
    g = grads.weights
    assert_close([(np.vstack([g.U_r, -g.U_z, g.U_h]), layer.weight_hh_l0.grad.numpy())])
    assert_close([(np.vstack([g.W_r, -g.W_z, g.W_h]), layer.weight_ih_l0.grad.numpy())])
    assert_close([(np.concatenate([g.b_r, -g.b_z, g.c_h]), layer.bias_hh_l0.grad.numpy())])


def test_the_long_memory_is_pytorch_s():
    w = LSTM
    stacked = np.vstack([w.W_i, w.W_f, w.W_C, w.W_o]), np.vstack([w.U_i, w.U_f, w.U_C, w.U_o])
    biases = np.concatenate([w.b_i, w.b_f, w.b_C, w.b_o])
    layer = torch_layer("LSTM", stacked, (biases, 0 * biases))
    h, cache = recurrent.lstm_forward(X, H0, C0, w)
    dh = RNG.normal(size=(T, N, H))
    grads = recurrent.lstm_backward(dh, cache)
    assert_close(compared(layer, (h, grads), (H0, C0), dh))
    g = grads.weights
    assert_close([(np.vstack([g.U_i, g.U_f, g.U_C, g.U_o]), layer.weight_hh_l0.grad.numpy())])
    assert_close([(np.vstack([g.W_i, g.W_f, g.W_C, g.W_o]), layer.weight_ih_l0.grad.numpy())])
    assert_close([(np.concatenate([g.b_i, g.b_f, g.b_C, g.b_o]), layer.bias_hh_l0.grad.numpy())])
