"""The LSTM beyond test_recurrent.py: what a cell keeps, what it counts, and whose bias is whose."""

import numpy as np

from dlnotes import recurrent
from dlnotes.recurrent import LSTMWeights

T, N, D, H = 6, 2, 3, 4
RNG = np.random.default_rng(0)
X, ZERO = RNG.normal(size=(T, N, D)), np.zeros((N, H))
PARTS = [RNG.normal(size=shape) for _ in range(4) for shape in ((H, D), (H, H), (H,))]
WEIGHTS = LSTMWeights(*PARTS)
BLIND = WEIGHTS._replace(**{f"U_{part}": np.zeros((H, H)) for part in "ifoC"})


def test_on_the_direct_path_the_gradient_is_the_product_of_the_forget_gates():
    _, cache = recurrent.lstm_forward(X, ZERO, ZERO, BLIND)
    arriving = np.zeros((T, N, H))
    arriving[-1] = 1
    c0 = recurrent.lstm_backward(0 * arriving, cache, dC=arriving).c0
    assert np.allclose(c0, cache.f.prod(axis=0), rtol=1e-13)


def test_a_shut_input_and_an_open_forget_gate_keep_the_cell_to_the_last_bit():
    far = np.full(H, 1000.0)
    c0 = RNG.normal(size=(N, H))
    weights = BLIND._replace(b_i=-far, b_f=far, b_o=-far)
    h, cache = recurrent.lstm_forward(X, ZERO, c0, weights)
    assert np.array_equal(cache.C[-1], c0) and not h.any()


def test_a_cell_can_count_and_its_state_stays_within_one():
    far = np.full(H, 1000.0)
    weights = LSTMWeights(*[np.zeros((H, D)), np.zeros((H, H)), far] * 4)
    h, cache = recurrent.lstm_forward(np.zeros((32, N, D)), ZERO, ZERO, weights)
    assert (cache.C[-1] == 32).all() and np.abs(h).max() <= 1


def test_every_gate_has_its_own_bias():
    before = recurrent.lstm_forward(X, ZERO, ZERO, WEIGHTS)[1]
    for part, field in zip("ifoC", ("i", "f", "o", "candidate"), strict=True):
        moved = WEIGHTS._replace(**{f"b_{part}": getattr(WEIGHTS, f"b_{part}") + 1})
        after = recurrent.lstm_forward(X, ZERO, ZERO, moved)[1]
        changed = [
            f
            for f in ("i", "f", "o", "candidate")
            if not np.array_equal(getattr(before, f)[0], getattr(after, f)[0])
        ]
        assert changed == [field]


def test_the_bias_of_the_half_life_three_keeps_half_over_three_steps():
    f = 0.5 ** (1 / 3)
    weights = LSTMWeights(*[np.zeros((H, D)), np.zeros((H, H)), np.zeros(H)] * 4)
    weights = weights._replace(b_f=np.full(H, np.log(f / (1 - f))))
    _, cache = recurrent.lstm_forward(X, ZERO, ZERO + 1, weights)
    assert np.allclose(cache.C[2], 0.5, rtol=1e-14)
