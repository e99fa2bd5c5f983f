"""The exercises of the page on the LSTM. An answer stands by itself: it may use np and nothing else."""

import numpy as np

from .. import recurrent
from ._engine import Convention, Exercise, Mistake, Option, Question

LETTERS = (
    "`x`: $(N, D)$, what is read; `h`, `c`: $(N, H)$, state and cell before the step; `W`: "
    "$(4, H, D)$, `U`: $(4, H, H)$, `b`: $(4, H)$, the parts in the notes' order i, f, o, C"
)


def _one_step(rng, N=3, D=2, H=2):
    """x, h, c, W, U, b: nothing zero, no two parts alike."""
    shapes = ((N, D), (N, H), (N, H), (4, H, D), (4, H, H), (4, H))
    return tuple(rng.normal(size=shape).round(1) for shape in shapes)


def _way_back(rng, N=3, D=2, H=2):
    """dh, dc and a step."""
    arriving = tuple(rng.normal(size=(N, H)).round(1) for _ in range(2))
    return *arriving, *_one_step(rng, N, D, H)


def _lstm_step(x, h, c, W, U, b):
    a_i, a_f, a_o, a_C = [x @ W[k].T + h @ U[k].T + b[k] for k in range(4)]
    i, f, o = [1 / (1 + np.exp(-a)) for a in (a_i, a_f, a_o)]
    C = f * c + i * np.tanh(a_C)
    return o * np.tanh(C), C


def _cell(x, h, c, W, U, b):
    """The book's layer for one step; W, U, b hold the parts in the order i, f, o, C."""
    parts = [part for k in range(4) for part in (W[k], U[k], b[k])]
    return recurrent.lstm_forward(x[np.newaxis], h, c, recurrent.LSTMWeights(*parts))


def _book_step(x, h, c, W, U, b):
    states, cache = _cell(x, h, c, W, U, b)
    return states[0], cache.C[0]


def _one_bias(x, h, c, W, U, b):
    a_i, a_f, a_o, a_C = [x @ W[k].T + h @ U[k].T + b[2] for k in range(4)]
    i, f, o = [1 / (1 + np.exp(-a)) for a in (a_i, a_f, a_o)]
    C = f * c + i * np.tanh(a_C)
    return o * np.tanh(C), C


def _swapped(x, h, c, W, U, b):
    a_i, a_f, a_o, a_C = [x @ W[k].T + h @ U[k].T + b[k] for k in range(4)]
    i, f, o = [1 / (1 + np.exp(-a)) for a in (a_i, a_f, a_o)]
    C = i * c + f * np.tanh(a_C)
    return o * np.tanh(C), C


def _sigmoid_candidate(x, h, c, W, U, b):
    a_i, a_f, a_o, a_C = [x @ W[k].T + h @ U[k].T + b[k] for k in range(4)]
    i, f, o = [1 / (1 + np.exp(-a)) for a in (a_i, a_f, a_o)]
    C = f * c + i / (1 + np.exp(-a_C))
    return o * np.tanh(C), C


def _of_1997(x, h, c, W, U, b):
    a_i, a_o, a_C = [x @ W[k].T + h @ U[k].T + b[k] for k in (0, 2, 3)]
    i, o = [1 / (1 + np.exp(-a)) for a in (a_i, a_o)]
    C = c + i * np.tanh(a_C)
    return o * np.tanh(C), C


def _state_kept(x, h, c, W, U, b):
    a_i, a_f, a_o, a_C = [x @ W[k].T + h @ U[k].T + b[k] for k in range(4)]
    i, f, o = [1 / (1 + np.exp(-a)) for a in (a_i, a_f, a_o)]
    C = f * h + i * np.tanh(a_C)
    return o * np.tanh(C), C


def _tanh_lost(x, h, c, W, U, b):
    a_i, a_f, a_o, a_C = [x @ W[k].T + h @ U[k].T + b[k] for k in range(4)]
    i, f, o = [1 / (1 + np.exp(-a)) for a in (a_i, a_f, a_o)]
    C = f * c + i * np.tanh(a_C)
    return o * C, C


def _output_lost(x, h, c, W, U, b):
    a_i, a_f, a_C = [x @ W[k].T + h @ U[k].T + b[k] for k in (0, 1, 3)]
    i, f = [1 / (1 + np.exp(-a)) for a in (a_i, a_f)]
    C = f * c + i * np.tanh(a_C)
    return np.tanh(C), C


def _cell_squashed(x, h, c, W, U, b):
    a_i, a_f, a_o, a_C = [x @ W[k].T + h @ U[k].T + b[k] for k in range(4)]
    i, f, o = [1 / (1 + np.exp(-a)) for a in (a_i, a_f, a_o)]
    C = np.tanh(f * c + i * np.tanh(a_C))
    return o * C, C


def _coupled(x, h, c, W, U, b):
    a_f, a_o, a_C = [x @ W[k].T + h @ U[k].T + b[k] for k in (1, 2, 3)]
    f, o = [1 / (1 + np.exp(-a)) for a in (a_f, a_o)]
    C = f * c + (1 - f) * np.tanh(a_C)
    return o * np.tanh(C), C


def _u_untransposed(x, h, c, W, U, b):
    a_i, a_f, a_o, a_C = [x @ W[k].T + h @ U[k] + b[k] for k in range(4)]
    i, f, o = [1 / (1 + np.exp(-a)) for a in (a_i, a_f, a_o)]
    C = f * c + i * np.tanh(a_C)
    return o * np.tanh(C), C


def _torch_order(x, h, c, W, U, b):
    a_i, a_f, a_C, a_o = [x @ W[k].T + h @ U[k].T + b[k] for k in range(4)]
    i, f, o = [1 / (1 + np.exp(-a)) for a in (a_i, a_f, a_o)]
    C = f * c + i * np.tanh(a_C)
    return o * np.tanh(C), C


lstm_step = Exercise(
    name="lstm_step",
    stars=2,
    task=f"One step of (101) to (106). {LETTERS}. Return $h_t$ and $C_t$, each $(N, H)$.",
    hint="Four times the same layer, $x W_k^T + h U_k^T + b_k$. Three go through the sigmoid, the last "
    "through tanh. The cell is kept as it is; only its copy on the way out is squashed.",
    solution=_lstm_step,
    book=_book_step,
    probes=(_one_step(np.random.default_rng(1), N=1), _one_step(np.random.default_rng(2), D=3)),
    fresh=_one_step,
    mistakes=(
        Mistake(
            "all gates were given the output gate's bias: each has its own",
            _one_bias,
            credit="ddbourgin/numpy-ml #42",
        ),
        Mistake("i and f are swapped: f multiplies the old cell, i what is new", _swapped),
        Mistake(
            "the candidate went through the sigmoid: it could only ever add, tanh can take away",
            _sigmoid_candidate,
        ),
        Mistake("this is the cell of 1997, without a forget gate: it keeps everything", _of_1997),
        Mistake("the forget gate was put on the state h: what is kept is the cell", _state_kept),
        Mistake(
            "the state lost its tanh: h is o tanh(C), the cell itself has no bound", _tanh_lost
        ),
        Mistake("the output gate was left out: the state is o times tanh(C)", _output_lost),
        Mistake(
            "the cell itself was squashed: tanh is on the way out alone, what is kept stays linear",
            _cell_squashed,
        ),
        Mistake(
            "U acts on rows of states as it stands: the notes' U h is `h @ U.T`", _u_untransposed
        ),
        Mistake(
            "the last two parts are swapped, as PyTorch has them: here o, then C", _torch_order
        ),
    ),
    conventions=(
        Convention(
            "the gates are coupled, i = 1 - f, a variant that Greff et al. compare", _coupled
        ),
    ),
)


def _lstm_step_backward(dh, dc, x, h, c, W, U, b):
    a_i, a_f, a_o, a_C = [x @ W[k].T + h @ U[k].T + b[k] for k in range(4)]
    i, f, o = [1 / (1 + np.exp(-a)) for a in (a_i, a_f, a_o)]
    n = np.tanh(a_C)
    C = f * c + i * n
    dC = dc + dh * o * (1 - np.tanh(C) ** 2)
    da_i = dC * n * i * (1 - i)
    da_f = dC * c * f * (1 - f)
    da_o = dh * np.tanh(C) * o * (1 - o)
    da_C = dC * i * (1 - n**2)
    return da_i @ U[0] + da_f @ U[1] + da_o @ U[2] + da_C @ U[3], dC * f


def _book_backward(dh, dc, x, h, c, W, U, b):
    _, cache = _cell(x, h, c, W, U, b)
    grads = recurrent.lstm_backward(dh[np.newaxis], cache, dC=dc[np.newaxis])
    return grads.h0, grads.c0


def _overwritten(dh, dc, x, h, c, W, U, b):
    a_i, a_f, a_o, a_C = [x @ W[k].T + h @ U[k].T + b[k] for k in range(4)]
    i, f, o = [1 / (1 + np.exp(-a)) for a in (a_i, a_f, a_o)]
    n = np.tanh(a_C)
    C = f * c + i * n
    dC = dh * o * (1 - np.tanh(C) ** 2)
    da_i = dC * n * i * (1 - i)
    da_f = dC * c * f * (1 - f)
    da_o = dh * np.tanh(C) * o * (1 - o)
    da_C = dC * i * (1 - n**2)
    return da_i @ U[0] + da_f @ U[1] + da_o @ U[2] + da_C @ U[3], dC * f


def _squashing_ignored(dh, dc, x, h, c, W, U, b):
    a_i, a_f, a_o, a_C = [x @ W[k].T + h @ U[k].T + b[k] for k in range(4)]
    i, f, o = [1 / (1 + np.exp(-a)) for a in (a_i, a_f, a_o)]
    n = np.tanh(a_C)
    C = f * c + i * n
    dC = dc + dh * o
    da_i = dC * n * i * (1 - i)
    da_f = dC * c * f * (1 - f)
    da_o = dh * np.tanh(C) * o * (1 - o)
    da_C = dC * i * (1 - n**2)
    return da_i @ U[0] + da_f @ U[1] + da_o @ U[2] + da_C @ U[3], dC * f


def _slope_at_cell(dh, dc, x, h, c, W, U, b):
    a_i, a_f, a_o, a_C = [x @ W[k].T + h @ U[k].T + b[k] for k in range(4)]
    i, f, o = [1 / (1 + np.exp(-a)) for a in (a_i, a_f, a_o)]
    n = np.tanh(a_C)
    C = f * c + i * n
    dC = dc + dh * o * (1 - C**2)
    da_i = dC * n * i * (1 - i)
    da_f = dC * c * f * (1 - f)
    da_o = dh * np.tanh(C) * o * (1 - o)
    da_C = dC * i * (1 - n**2)
    return da_i @ U[0] + da_f @ U[1] + da_o @ U[2] + da_C @ U[3], dC * f


def _gate_slope_lost(dh, dc, x, h, c, W, U, b):
    a_i, a_f, a_o, a_C = [x @ W[k].T + h @ U[k].T + b[k] for k in range(4)]
    i, f, o = [1 / (1 + np.exp(-a)) for a in (a_i, a_f, a_o)]
    n = np.tanh(a_C)
    C = f * c + i * n
    dC = dc + dh * o * (1 - np.tanh(C) ** 2)
    da_i = dC * n * i * (1 - i)
    da_f = dC * c
    da_o = dh * np.tanh(C) * o * (1 - o)
    da_C = dC * i * (1 - n**2)
    return da_i @ U[0] + da_f @ U[1] + da_o @ U[2] + da_C @ U[3], dC * f


def _new_cell(dh, dc, x, h, c, W, U, b):
    a_i, a_f, a_o, a_C = [x @ W[k].T + h @ U[k].T + b[k] for k in range(4)]
    i, f, o = [1 / (1 + np.exp(-a)) for a in (a_i, a_f, a_o)]
    n = np.tanh(a_C)
    C = f * c + i * n
    dC = dc + dh * o * (1 - np.tanh(C) ** 2)
    da_i = dC * n * i * (1 - i)
    da_f = dC * C * f * (1 - f)
    da_o = dh * np.tanh(C) * o * (1 - o)
    da_C = dC * i * (1 - n**2)
    return da_i @ U[0] + da_f @ U[1] + da_o @ U[2] + da_C @ U[3], dC * f


def _candidate_alone(dh, dc, x, h, c, W, U, b):
    a_i, a_f, a_o, a_C = [x @ W[k].T + h @ U[k].T + b[k] for k in range(4)]
    i, f, o = [1 / (1 + np.exp(-a)) for a in (a_i, a_f, a_o)]
    n = np.tanh(a_C)
    C = f * c + i * n
    dC = dc + dh * o * (1 - np.tanh(C) ** 2)
    da_C = dC * i * (1 - n**2)
    return da_C @ U[3], dC * f


def _forget_lost(dh, dc, x, h, c, W, U, b):
    a_i, a_f, a_o, a_C = [x @ W[k].T + h @ U[k].T + b[k] for k in range(4)]
    i, f, o = [1 / (1 + np.exp(-a)) for a in (a_i, a_f, a_o)]
    n = np.tanh(a_C)
    C = f * c + i * n
    dC = dc + dh * o * (1 - np.tanh(C) ** 2)
    da_i = dC * n * i * (1 - i)
    da_f = dC * c * f * (1 - f)
    da_o = dh * np.tanh(C) * o * (1 - o)
    da_C = dC * i * (1 - n**2)
    return da_i @ U[0] + da_f @ U[1] + da_o @ U[2] + da_C @ U[3], dC


def _untransposed(dh, dc, x, h, c, W, U, b):
    a_i, a_f, a_o, a_C = [x @ W[k].T + h @ U[k].T + b[k] for k in range(4)]
    i, f, o = [1 / (1 + np.exp(-a)) for a in (a_i, a_f, a_o)]
    n = np.tanh(a_C)
    C = f * c + i * n
    dC = dc + dh * o * (1 - np.tanh(C) ** 2)
    da_i = dC * n * i * (1 - i)
    da_f = dC * c * f * (1 - f)
    da_o = dh * np.tanh(C) * o * (1 - o)
    da_C = dC * i * (1 - n**2)
    return da_i @ U[0].T + da_f @ U[1].T + da_o @ U[2].T + da_C @ U[3].T, dC * f


lstm_step_backward = Exercise(
    name="lstm_step_backward",
    stars=3,
    task=f"The way back through one step. `dh`, `dc`: $(N, H)$, the gradients that arrive at $h_t$ and, "
    f"from the right, at $C_t$. {LETTERS}. Return the gradients in $h_{{t-1}}$ and in $C_{{t-1}}$.",
    hint="Two gradients meet at $C_t$: the one from the right, and the one that comes through "
    "$h_t = o \\tanh(C_t)$. Then go through (105) to i, f and the candidate, and through four "
    "matrices to $h_{t-1}$.",
    solution=_lstm_step_backward,
    book=_book_backward,
    probes=(_way_back(np.random.default_rng(3), N=1), _way_back(np.random.default_rng(4), D=3)),
    fresh=_way_back,
    mistakes=(
        Mistake(
            "the gradient at the cell was overwritten by the one through h: the two are added",
            _overwritten,
            credit="apache/mxnet #4057",
        ),
        Mistake(
            "the slope of tanh(C) was lost on the way from h to the cell",
            _squashing_ignored,
        ),
        Mistake(
            "the slope 1 - y^2 of tanh is in its output y: here that is tanh(C), not C",
            _slope_at_cell,
        ),
        Mistake(
            "the sigmoid's slope f (1 - f) is missing in the forget gate",
            _gate_slope_lost,
            credit="CaptainE/RNN-LSTM-in-numpy #1",
        ),
        Mistake(
            "the forget gate had multiplied the old cell, and this takes the new one", _new_cell
        ),
        Mistake(
            "the gates were ignored: they see the state too, so gradients pass through them",
            _candidate_alone,
        ),
        Mistake("the forget gate is missing on the way down to the old cell", _forget_lost),
        Mistake("the matrices U must act transposed on the way back", _untransposed),
    ),
)


def _bias_grads(dh, dc, x, h, c, W, U, b):
    a_i, a_f, a_o, a_C = [x @ W[k].T + h @ U[k].T + b[k] for k in range(4)]
    i, f, o = [1 / (1 + np.exp(-a)) for a in (a_i, a_f, a_o)]
    n = np.tanh(a_C)
    C = f * c + i * n
    dC = dc + dh * o * (1 - np.tanh(C) ** 2)
    da_i = dC * n * i * (1 - i)
    da_f = dC * c * f * (1 - f)
    da_o = dh * np.tanh(C) * o * (1 - o)
    da_C = dC * i * (1 - n**2)
    return np.array([da.sum(axis=0) for da in (da_i, da_f, da_o, da_C)])


def _book_bias_grads(dh, dc, x, h, c, W, U, b):
    _, cache = _cell(x, h, c, W, U, b)
    g = recurrent.lstm_backward(dh[np.newaxis], cache, dC=dc[np.newaxis]).weights
    return np.array([g.b_i, g.b_f, g.b_o, g.b_C])


def _all_forget(dh, dc, x, h, c, W, U, b):
    a_i, a_f, a_o, a_C = [x @ W[k].T + h @ U[k].T + b[k] for k in range(4)]
    i, f, o = [1 / (1 + np.exp(-a)) for a in (a_i, a_f, a_o)]
    n = np.tanh(a_C)
    C = f * c + i * n
    dC = dc + dh * o * (1 - np.tanh(C) ** 2)
    da_f = dC * c * f * (1 - f)
    return np.array([da_f.sum(axis=0)] * 4)


def _two_swapped(dh, dc, x, h, c, W, U, b):
    a_i, a_f, a_o, a_C = [x @ W[k].T + h @ U[k].T + b[k] for k in range(4)]
    i, f, o = [1 / (1 + np.exp(-a)) for a in (a_i, a_f, a_o)]
    n = np.tanh(a_C)
    C = f * c + i * n
    dC = dc + dh * o * (1 - np.tanh(C) ** 2)
    da_i = dC * n * i * (1 - i)
    da_f = dC * c * f * (1 - f)
    da_o = dh * np.tanh(C) * o * (1 - o)
    da_C = dC * i * (1 - n**2)
    return np.array([da.sum(axis=0) for da in (da_f, da_i, da_o, da_C)])


def _last_swapped(dh, dc, x, h, c, W, U, b):
    a_i, a_f, a_o, a_C = [x @ W[k].T + h @ U[k].T + b[k] for k in range(4)]
    i, f, o = [1 / (1 + np.exp(-a)) for a in (a_i, a_f, a_o)]
    n = np.tanh(a_C)
    C = f * c + i * n
    dC = dc + dh * o * (1 - np.tanh(C) ** 2)
    da_i = dC * n * i * (1 - i)
    da_f = dC * c * f * (1 - f)
    da_o = dh * np.tanh(C) * o * (1 - o)
    da_C = dC * i * (1 - n**2)
    return np.array([da.sum(axis=0) for da in (da_i, da_f, da_C, da_o)])


def _cell_at_output(dh, dc, x, h, c, W, U, b):
    a_i, a_f, a_o, a_C = [x @ W[k].T + h @ U[k].T + b[k] for k in range(4)]
    i, f, o = [1 / (1 + np.exp(-a)) for a in (a_i, a_f, a_o)]
    n = np.tanh(a_C)
    C = f * c + i * n
    dC = dc + dh * o * (1 - np.tanh(C) ** 2)
    da_i = dC * n * i * (1 - i)
    da_f = dC * c * f * (1 - f)
    da_o = dC * np.tanh(C) * o * (1 - o)
    da_C = dC * i * (1 - n**2)
    return np.array([da.sum(axis=0) for da in (da_i, da_f, da_o, da_C)])


def _unsummed(dh, dc, x, h, c, W, U, b):
    a_i, a_f, a_o, a_C = [x @ W[k].T + h @ U[k].T + b[k] for k in range(4)]
    i, f, o = [1 / (1 + np.exp(-a)) for a in (a_i, a_f, a_o)]
    n = np.tanh(a_C)
    C = f * c + i * n
    dC = dc + dh * o * (1 - np.tanh(C) ** 2)
    da_i = dC * n * i * (1 - i)
    da_f = dC * c * f * (1 - f)
    da_o = dh * np.tanh(C) * o * (1 - o)
    da_C = dC * i * (1 - n**2)
    return np.array([da_i, da_f, da_o, da_C])


def _averaged(dh, dc, x, h, c, W, U, b):
    a_i, a_f, a_o, a_C = [x @ W[k].T + h @ U[k].T + b[k] for k in range(4)]
    i, f, o = [1 / (1 + np.exp(-a)) for a in (a_i, a_f, a_o)]
    n = np.tanh(a_C)
    C = f * c + i * n
    dC = dc + dh * o * (1 - np.tanh(C) ** 2)
    da_i = dC * n * i * (1 - i)
    da_f = dC * c * f * (1 - f)
    da_o = dh * np.tanh(C) * o * (1 - o)
    da_C = dC * i * (1 - n**2)
    return np.array([da.mean(axis=0) for da in (da_i, da_f, da_o, da_C)])


def _no_slopes(dh, dc, x, h, c, W, U, b):
    a_i, a_f, a_o, a_C = [x @ W[k].T + h @ U[k].T + b[k] for k in range(4)]
    i, f, o = [1 / (1 + np.exp(-a)) for a in (a_i, a_f, a_o)]
    n = np.tanh(a_C)
    C = f * c + i * n
    dC = dc + dh * o * (1 - np.tanh(C) ** 2)
    da_i = dC * n
    da_f = dC * c
    da_o = dh * np.tanh(C)
    da_C = dC * i
    return np.array([da.sum(axis=0) for da in (da_i, da_f, da_o, da_C)])


def _cell_unaware(dh, dc, x, h, c, W, U, b):
    a_i, a_f, a_o, a_C = [x @ W[k].T + h @ U[k].T + b[k] for k in range(4)]
    i, f, o = [1 / (1 + np.exp(-a)) for a in (a_i, a_f, a_o)]
    n = np.tanh(a_C)
    C = f * c + i * n
    dC = dh * o * (1 - np.tanh(C) ** 2)
    da_i = dC * n * i * (1 - i)
    da_f = dC * c * f * (1 - f)
    da_o = dh * np.tanh(C) * o * (1 - o)
    da_C = dC * i * (1 - n**2)
    return np.array([da.sum(axis=0) for da in (da_i, da_f, da_o, da_C)])


bias_grads = Exercise(
    name="bias_grads",
    stars=2,
    task=f"The gradients in the four biases of one step. `dh`, `dc`: $(N, H)$, the gradients that arrive "
    f"at $h_t$ and, from the right, at $C_t$. {LETTERS}. Return $(4, H)$, in the same order.",
    hint="Find the gradient before each of the four squashings. A bias is added in every sequence of "
    "the batch, so its gradient is a sum.",
    solution=_bias_grads,
    book=_book_bias_grads,
    probes=(_way_back(np.random.default_rng(5), N=2), _way_back(np.random.default_rng(6), D=3)),
    fresh=_way_back,
    mistakes=(
        Mistake(
            "the forget gate's gradient was copied to all four: each has its own",
            _all_forget,
            credit="hanbt/learn_dl #53",
        ),
        Mistake("the first two are swapped: the order is i, f, o, C", _two_swapped),
        Mistake("the last two are swapped, as PyTorch has them: here o, then C", _last_swapped),
        Mistake(
            "the output gate was given the cell's gradient: it stands behind the cell, its own is dh",
            _cell_at_output,
        ),
        Mistake("the sum over the sequences of the batch is missing", _unsummed),
        Mistake(
            "this is the mean over the batch: the mean, if there is one, came with dh already",
            _averaged,
        ),
        Mistake("the slopes of sigmoid and tanh are missing", _no_slopes),
        Mistake("the gradient that came from the right to the cell was left out", _cell_unaware),
    ),
)


def _gates_from_torch(W):
    i, f, g, o = np.split(W, 4)
    return np.concatenate([i, f, o, g])


def _blocks(rng):
    H, D = rng.integers(2, 5), 4 * rng.integers(1, 3)
    return (rng.normal(size=(4 * H, D)).round(1),)


gates_from_torch = Exercise(
    name="gates_from_torch",
    stars=1,
    task="PyTorch stacks the four matrices as rows of one, in the order i, f, g, o, where g is the "
    "candidate. `W`: $(4H, D)$. Return the same rows in the notes' order i, f, o, C.",
    hint="Four blocks of $H$ rows each, and two of them change places.",
    solution=_gates_from_torch,
    probes=(
        (np.arange(32.0).reshape(8, 4),),
        (np.arange(48.0).reshape(12, 4) ** 2 % 53,),
    ),
    fresh=_blocks,
    mistakes=(
        Mistake("o and the candidate were left as they came: they change places", lambda W: 1 * W),
        Mistake(
            "the forget gate came first: in both orders the input gate does",
            lambda W: np.concatenate([np.split(W, 4)[k] for k in (1, 0, 3, 2)]),
        ),
        Mistake(
            "every fourth row was taken: a part is a block of H rows that follow each other",
            lambda W: np.concatenate([W[k::4] for k in (0, 1, 3, 2)]),
        ),
        Mistake(
            "the columns were split: that is for Keras, whose matrices are (D, 4H)",
            lambda W: np.concatenate([np.split(W, 4, axis=1)[k] for k in (0, 1, 3, 2)], axis=1),
        ),
        Mistake(
            "every part moved by one place: i and f stay where they are",
            lambda W: np.roll(W, len(W) // 4, axis=0),
        ),
        Mistake("single rows were reversed: whole blocks change places", lambda W: W[::-1]),
    ),
)


def _cell_gradient(f):
    return np.prod(f, axis=0)


def _book_cell_gradient(f):
    """Gates from what is read: at step t the t-th number is 1."""
    T, H = f.shape
    none, off = np.zeros((H, H)), np.zeros(H)
    weights = recurrent.LSTMWeights(*[np.zeros((H, T)), none, off] * 4)
    weights = weights._replace(W_f=np.log(f / (1 - f)).T)
    zero, arriving = np.zeros((1, H)), np.zeros((T, 1, H))
    _, cache = recurrent.lstm_forward(np.eye(T)[:, np.newaxis], zero, zero, weights)
    arriving[-1] = 1
    return recurrent.lstm_backward(0 * arriving, cache, dC=arriving).c0[0]


def _gates(rng):
    return (rng.uniform(0.3, 0.98, (rng.integers(4, 8), 3)).round(2),)


cell_gradient = Exercise(
    name="cell_gradient",
    stars=1,
    task="How much of a gradient reaches the first cell from the last along the direct path, where the "
    "gates are held fixed? `f`: $(T, H)$, the forget gates $f_1 \\dots f_T$. Return "
    "$\\partial C_T / \\partial C_0$, one number for each of the $H$ units.",
    hint="What is $\\partial C_t / \\partial C_{t-1}$ in (105)? The chain rule multiplies.",
    solution=_cell_gradient,
    book=_book_cell_gradient,
    probes=(
        (np.array([[0.5, 0.75], [0.25, 0.9], [0.8, 0.6]]),),
        (np.array([[0.9, 0.4, 0.7], [0.8, 0.95, 0.3]]),),
    ),
    fresh=_gates,
    mistakes=(
        Mistake("the gates were added: the chain rule multiplies", lambda f: f.sum(axis=0)),
        Mistake(
            "the mean gate to the power T is not the product: one gate near 0 shuts the path",
            lambda f: f.mean(axis=0) ** len(f),
        ),
        Mistake(
            "these are the products up to every step: the last of them is asked for",
            lambda f: np.cumprod(f, axis=0),
        ),
        Mistake(
            "the first gate was left out: f_1 stands between C_0 and C_1",
            lambda f: np.prod(f[1:], axis=0),
        ),
        Mistake(
            "the product ran over the units: every unit has its own path through time",
            lambda f: np.prod(f, axis=1),
        ),
        Mistake("this is the last step alone: T of them lie between", lambda f: 1 * f[-1]),
    ),
)


def _forget_bias(half_life):
    f = 0.5 ** (1 / half_life)
    return np.log(f / (1 - f))


forget_bias = Exercise(
    name="forget_bias",
    stars=2,
    task="Which $b_f$ makes a cell keep half of what it holds over `half_life` steps, if nothing else "
    "enters the forget gate? `half_life`: a number above 1. Return one number.",
    hint="Which $f$ has $f^n = \\frac{1}{2}$? Then undo the sigmoid.",
    solution=_forget_bias,
    probes=((3.0,), (10.0,)),
    fresh=lambda rng: (round(float(rng.uniform(2.5, 40)), 1),),
    mistakes=(
        Mistake(
            "this is the gate itself: the bias stands inside the sigmoid",
            lambda half_life: 0.5 ** (1 / half_life),
        ),
        Mistake(
            "the sign: that is the bias of a gate that forgets when it is open, as the GRU's z; here "
            "an open gate keeps",
            lambda half_life: np.log(2 ** (1 / half_life) - 1),
        ),
        Mistake(
            "this keeps 1/e over that time, a time constant: half was asked for",
            lambda half_life: -np.log(np.exp(1 / half_life) - 1),
        ),
        Mistake(
            "this loses 1/n a step, as if the loss were of the first amount: it is of what is left",
            lambda half_life: np.log(half_life - 1),
        ),
        Mistake(
            "the bias grows like the logarithm of the half-life, not in proportion to it",
            lambda half_life: half_life * np.log(2),
        ),
        Mistake(
            "this loses half over n steps in equal amounts: every step keeps the same share of what is "
            "left",
            lambda half_life: np.log(2 * half_life - 1),
        ),
    ),
)


questions = (
    Question(
        "In one unit f = 1, i = 0 and o = 0. What becomes of its cell?",
        (
            Option("it is erased", "that takes f = 0; o is behind the cell and cannot touch it."),
            Option(
                "it is kept, hidden from outside",
                "C stays as it was by (105), and h = 0 by (106).",
                True,
            ),
            Option("it is shown as tanh C", "that takes o = 1."),
            Option("it grows", "nothing enters through a shut input gate."),
        ),
    ),
    Question(
        "Why does the cell carry gradients further than the state of a plain RNN?",
        (
            Option("tanh is linear", "only near 0, and the plain RNN may have the same tanh."),
            Option(
                "from cell to cell the direct path only multiplies by f",
                "no matrix and no squashing lies on it, and f may be close to 1.",
                True,
            ),
            Option("there are fewer steps on the way", "there are as many, T."),
            Option(
                "its gates learn faster",
                "gates that are frozen at f near 1 carry gradients as well.",
            ),
        ),
    ),
    Question(
        "All biases of an LSTM start at 0. How far back does its gradient reach before training, beside "
        "that of a plain tanh network with weights of the same variance, one over fan-in?",
        (
            Option("much further", "f near one half leaves 0.5^20 = 1e-6 over twenty steps."),
            Option(
                "as far", "this chapter measures it: the plain network keeps more in every step."
            ),
            Option(
                "less far",
                "a gate without bias forgets half in every step; the memory sits in b_f.",
                True,
            ),
            Option("it ends in nan", "sigmoid and tanh are tame; nothing overflows."),
        ),
    ),
    Question(
        "Which of the cell C and the state h stays between -1 and 1?",
        (
            Option("C alone", "C adds up: with f = i = 1 it grows by up to 1 in every step."),
            Option("h alone", "it is a gate times a tanh; C adds up without bound.", True),
            Option("both", "not C: with all gates open it can count."),
            Option("neither", "|o tanh(C)| cannot exceed 1."),
        ),
    ),
)
