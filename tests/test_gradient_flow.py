"""The page on exploding and vanishing gradients: sides, transients, exponents, bounds."""

import numpy as np
import pytest

from dlnotes import exercises
from dlnotes.recurrent import RNNWeights, rnn_backward, rnn_forward

flow = exercises.gradient_flow
JORDAN = np.array([[0.5, 4.0], [0.0, 0.5]])


def test_two_losses_of_one_unit_give_five_and_not_seven():
    weights = RNNWeights([[2.0]], [[0.0]])
    _, cache = rnn_forward(np.zeros((2, 1, 1)), [[1.0]], weights, activation="identity")
    assert rnn_backward(np.ones((2, 1, 1)), cache).weights.W_h.tolist() == [[5]]
    assert flow._both_total(2.0, 1.0, np.ones(2)) == 7


def test_a_gradient_is_a_row_and_its_matrix_stands_on_the_right():
    W, g = np.array([[0.0, 1.0], [0.0, 0.0]]), np.array([1.0, 0.0])
    weights = RNNWeights(W, np.zeros((2, 1)))
    _, cache = rnn_forward(np.zeros((1, 1, 1)), np.zeros((1, 2)), weights, activation="identity")
    assert rnn_backward(g.reshape(1, 1, 2), cache).h0.tolist() == [[0, 1]]
    assert (W @ g).tolist() == [0, 0]


def test_eigenvalues_of_one_half_let_a_gradient_grow_fourfold():
    norms = flow._book_norms(JORDAN, np.array([1.0, 0.0]), 6)
    assert norms.round(2).tolist() == [1, 4.03, 4.01, 3, 2, 1.25, 0.75]


@pytest.mark.parametrize("seed", range(5))
def test_no_step_back_exceeds_the_largest_singular_value(seed):
    rng = np.random.default_rng(seed)
    W, g = rng.normal(size=(4, 4)), rng.normal(size=4)
    norms = flow._book_norms(W, g, 8)
    assert (norms[1:] <= norms[:-1] * flow._growth_limit(W, 1.0) * (1 + 1e-12)).all()


def test_the_bound_is_reached():
    W = np.array([[0.9, 2.0], [0.1, 0.7]])
    U, sigma, _ = np.linalg.svd(W)
    assert np.isclose(flow._book_norms(W, U[:, 0], 1)[-1], sigma[0])
    assert np.isclose(flow._growth_limit(W, 1.0), sigma[0])


def test_a_gradient_equals_itself_at_the_last_step():
    g = np.array([3.0, 4.0])
    assert flow._norm_at(1.3, 12, 12, g) == 5
    assert flow._at_printed(1.3, 12, 12, g) > 100


def test_with_strong_inputs_a_radius_above_one_lets_the_gradient_vanish():
    rng = np.random.default_rng(0)
    W = rng.normal(size=(16, 16))
    W *= 1.5 / np.max(np.abs(np.linalg.eigvals(W)))
    x, h0 = rng.normal(0, 3, (60, 1, 16)), np.zeros((1, 16))
    dh = np.zeros((60, 1, 16))
    dh[-1, 0, 0] = 1
    lengths = {}
    for activation in "tanh", "identity":
        _, cache = rnn_forward(x, h0, RNNWeights(W, np.eye(16)), activation=activation)
        lengths[activation] = np.linalg.norm(rnn_backward(dh, cache).h0)
    assert lengths["tanh"] < 1e-6 < 1e6 < lengths["identity"]
