"""The page on recurrent networks: one unit against many, forward mode against the way back."""

from fractions import Fraction

import numpy as np

from dlnotes import exercises, recurrent
from dlnotes.recurrent import RNNWeights

RNG = np.random.default_rng(0)
T, D, H = 6, 2, 4
X, H0 = RNG.normal(size=(T, D)), RNG.normal(size=H)
WEIGHTS = RNNWeights(RNG.normal(size=(H, H)), RNG.normal(size=(H, D)))


def forward_mode(W, direct):
    """The derivatives of every ReLU state in W_h or W_x by (94') or (95').

    direct(h_before, x) -> the vector whose k-th row feels it.
    """
    h, S, found = H0, np.zeros((H, *W.shape)), []
    for x in X:
        z = WEIGHTS.W_h @ h + WEIGHTS.W_x @ x
        added = np.einsum("ki,j->kij", np.eye(H), direct(h, x))
        S = (z > 0)[:, None, None] * (np.tensordot(WEIGHTS.W_h, S, axes=1) + added)
        h = np.maximum(z, 0)
        found.append(S)
    return np.array(found)


def test_forward_mode_and_the_way_back_give_one_gradient():
    _, cache = recurrent.rnn_forward(X[:, None], H0[None], WEIGHTS)
    dh = RNG.normal(size=(T, 1, H))
    back = recurrent.rnn_backward(dh, cache).weights
    for found, W, direct in [
        (back.W_h, WEIGHTS.W_h, lambda h, x: h),
        (back.W_x, WEIGHTS.W_x, lambda h, x: x),
    ]:
        wanted = np.tensordot(dh[:, 0], forward_mode(W, direct), axes=2)
        assert np.abs(wanted).max() > 0.1
        assert np.allclose(found, wanted, rtol=1e-12, atol=1e-12)


def test_for_one_unit_the_printed_recursions_are_exact():
    """h_3 = w (w (w_x x_1) + w_x x_2) + w_x x_3, differentiated by hand."""
    w, w_x, (x1, x2, x3) = (
        Fraction(3, 2),
        Fraction(-2, 5),
        (Fraction(-4), Fraction(-1), Fraction(1)),
    )
    h = in_w = in_w_x = Fraction(0)
    for x in x1, x2, x3:
        in_w, in_w_x = w * in_w + h, w * in_w_x + x  # (94), (95); all slopes are 1
        h = w * h + w_x * x
    assert in_w == 2 * w * w_x * x1 + w_x * x2
    assert in_w_x == w**2 * x1 + w * x2 + x3
    x = np.array([x1, x2, x3], dtype=float).reshape(3, 1, 1)
    weights = RNNWeights([[float(w)]], [[float(w_x)]])
    states, cache = recurrent.rnn_forward(x, [[0.0]], weights)
    assert (states > 0).all()
    dh = np.array([0.0, 0.0, 1.0]).reshape(3, 1, 1)
    grads = recurrent.rnn_backward(dh, cache).weights
    assert np.allclose([grads.W_h, grads.W_x], np.array([[[in_w]], [[in_w_x]]], dtype=float))


def test_a_unit_feels_its_own_row_alone():
    h1 = np.array([[1.0, 2.0]])
    weights = RNNWeights([[1.0, 0.0], [0.0, 1.0]], [[1.0], [1.0]])
    _, cache = recurrent.rnn_forward([[[1.0]]], h1, weights)
    grads = recurrent.rnn_backward(np.array([[[1.0, 0.0]]]), cache)
    assert grads.weights.W_h.tolist() == [[1, 2], [0, 0]]


def test_no_state_depends_on_what_is_read_later():
    _, cache = recurrent.rnn_forward(X[:, None], H0[None], WEIGHTS, activation="tanh")
    dh = np.zeros((T, 1, H))
    dh[2] = 1
    grads = recurrent.rnn_backward(dh, cache)
    assert grads.x[:3].all() and not grads.x[3:].any()


def test_at_the_kink_the_slope_is_zero():
    _, cache = recurrent.rnn_forward([[[1.0]]], [[1.0]], RNNWeights([[1.0]], [[-1.0]]))
    assert cache.z == 0
    assert recurrent.rnn_backward([[[1.0]]], cache).x == 0


def test_on_blank_paper_relu_grows_without_end_and_tanh_does_not():
    weights = RNNWeights([[2.0]], [[1.0]])
    blank = np.zeros((40, 1, 1))
    grown, _ = recurrent.rnn_forward(blank, [[1.0]], weights)
    bounded, _ = recurrent.rnn_forward(blank, [[1.0]], weights, activation="tanh")
    assert grown[-1] == 2.0**40 and bounded.max() < 1


def test_the_exercise_on_padding_wants_the_states_that_a_mask_keeps():
    x, lengths = RNG.normal(size=(T, 3, D)), np.array([2, 6, 3])
    h0, mask = np.zeros((3, H)), np.arange(T)[:, None] < lengths
    read_on, _ = recurrent.rnn_forward(x, h0, WEIGHTS)
    stopped, _ = recurrent.rnn_forward(x, h0, WEIGHTS, mask=mask)
    wanted = exercises.rnn.last_states.solution(read_on, lengths)
    assert np.array_equal(stopped[-1], wanted)
    assert not np.allclose(read_on[-1], wanted)
