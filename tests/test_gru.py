"""The gated recurrent unit: by pencil, its bounds, its half-life, and its two conventions."""

import numpy as np
import pytest

from dlnotes import exercises
from dlnotes.recurrent import GRUWeights, gru_backward, gru_forward

RNG = np.random.default_rng(0)
D, H = 3, 4
W = GRUWeights(*(RNG.normal(size=(H, n)) for n in (D, H) * 3), b_z=RNG.normal(size=H))
X, H0 = RNG.normal(size=(6, 2, D)), RNG.normal(size=(2, H))


def test_the_pencil_case_is_three_fifths_and_a_mean_with_it():
    nil = np.zeros((1, 1))
    w = GRUWeights(nil, nil, nil, nil, nil, np.ones((1, 1)))
    h, cache = gru_forward(np.zeros((1, 1, 1)), np.full((1, 1), 2 * np.log(2)), w)
    assert cache.candidate.item() == pytest.approx(0.6, rel=1e-14)
    assert h.item() == pytest.approx(np.log(2) + 0.3, rel=1e-14)


def test_states_never_leave_the_unit_interval_whatever_the_weights():
    huge = GRUWeights(*(50 * a for a in W[:6]))
    h, _ = gru_forward(RNG.normal(size=(500, 2, D)), np.zeros((2, H)), huge)
    assert np.abs(h).max() <= 1


@pytest.mark.parametrize("b_z", [-4.0, -2.0, 0.0, 1.0])
def test_a_steady_gate_halves_the_state_and_its_gradient_in_a_half_life(b_z):
    nil = np.zeros((1, 1))
    w = GRUWeights(nil, nil, nil, nil, nil, nil, b_z=np.array([b_z]))
    h, cache = gru_forward(np.zeros((8, 1, 1)), np.ones((1, 1)), w)
    half_life = exercises.gru.gru_half_life.solution(b_z)
    assert h[-1].item() == pytest.approx(0.5 ** (8 / half_life), rel=1e-12)
    dh = np.zeros((8, 1, 1))
    dh[-1] = 1
    assert gru_backward(dh, cache).h0.item() == pytest.approx(h[-1].item(), rel=1e-12)


def test_negated_gate_weights_give_the_same_states_where_z_keeps():
    turned = W._replace(
        **dict(
            zip(
                ("W_z", "U_z", "b_z"),
                exercises.gru.to_keeping_gate.solution(W.W_z, W.U_z, W.b_z),
                strict=True,
            )
        )
    )
    h = H0
    for x in X:
        cache = gru_forward(x[None], h, turned)[1]
        z, n = cache.z[0], cache.candidate[0]
        h = z * h + (1 - z) * n
    np.testing.assert_allclose(h, gru_forward(X, H0, W)[0][-1], rtol=0, atol=1e-14)


def test_the_place_of_the_reset_gate_matters_unless_u_is_diagonal():
    diagonal = W._replace(U_h=np.diag(np.arange(1.0, H + 1)))
    for w, same in ((W, False), (diagonal, True)):
        before, after = (gru_forward(X, H0, w, reset_after=a)[0] for a in (False, True))
        assert np.allclose(before, after, rtol=0, atol=1e-13) == same
