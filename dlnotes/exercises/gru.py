"""The exercises of the page on gated recurrent units. An answer uses np and nothing else."""

from typing import NamedTuple

import numpy as np

from .. import recurrent
from ._engine import Convention, Exercise, Mistake, Option, Question


class Weights(NamedTuple):
    """W: (H, D), U: (H, H), for update gate, reset gate and candidate."""

    W_z: np.ndarray
    U_z: np.ndarray
    W_r: np.ndarray
    U_r: np.ndarray
    W_h: np.ndarray
    U_h: np.ndarray


def _weights(rng, D, H):
    shapes = ((H, D), (H, H)) * 3
    return Weights(*(rng.normal(0, 1, shape).round(1) for shape in shapes))


def _one_step(rng):
    D, H, N = 3, 2, 2
    x, h = rng.normal(0, 1, (N, D)).round(1), rng.normal(0, 1.5, (N, H)).round(1)
    return x, h, _weights(rng, D, H)


def _gru_step(x, h, w):
    z = 1 / (1 + np.exp(-(x @ w.W_z.T + h @ w.U_z.T)))
    r = 1 / (1 + np.exp(-(x @ w.W_r.T + h @ w.U_r.T)))
    candidate = np.tanh(x @ w.W_h.T + (r * h) @ w.U_h.T)
    return (1 - z) * h + z * candidate


def _reset_ignored(x, h, w):
    z = 1 / (1 + np.exp(-(x @ w.W_z.T + h @ w.U_z.T)))
    return (1 - z) * h + z * np.tanh(x @ w.W_h.T + h @ w.U_h.T)


def _reset_on_x_too(x, h, w):
    z = 1 / (1 + np.exp(-(x @ w.W_z.T + h @ w.U_z.T)))
    r = 1 / (1 + np.exp(-(x @ w.W_r.T + h @ w.U_r.T)))
    return (1 - z) * h + z * np.tanh(r * (x @ w.W_h.T + h @ w.U_h.T))


def _reset_by_z(x, h, w):
    z = 1 / (1 + np.exp(-(x @ w.W_z.T + h @ w.U_z.T)))
    return (1 - z) * h + z * np.tanh(x @ w.W_h.T + (z * h) @ w.U_h.T)


def _sigmoid_candidate(x, h, w):
    z = 1 / (1 + np.exp(-(x @ w.W_z.T + h @ w.U_z.T)))
    r = 1 / (1 + np.exp(-(x @ w.W_r.T + h @ w.U_r.T)))
    candidate = 1 / (1 + np.exp(-(x @ w.W_h.T + (r * h) @ w.U_h.T)))
    return (1 - z) * h + z * candidate


def _states_untransposed(x, h, w):
    z = 1 / (1 + np.exp(-(x @ w.W_z.T + h @ w.U_z)))
    r = 1 / (1 + np.exp(-(x @ w.W_r.T + h @ w.U_r)))
    return (1 - z) * h + z * np.tanh(x @ w.W_h.T + (r * h) @ w.U_h)


def _z_twice(x, h, w):
    z = 1 / (1 + np.exp(-(x @ w.W_z.T + h @ w.U_z.T)))
    r = 1 / (1 + np.exp(-(x @ w.W_r.T + h @ w.U_r.T)))
    return z * h + z * np.tanh(x @ w.W_h.T + (r * h) @ w.U_h.T)


def _old_dropped(x, h, w):
    z = 1 / (1 + np.exp(-(x @ w.W_z.T + h @ w.U_z.T)))
    r = 1 / (1 + np.exp(-(x @ w.W_r.T + h @ w.U_r.T)))
    return z * np.tanh(x @ w.W_h.T + (r * h) @ w.U_h.T)


def _old_kept_whole(x, h, w):
    z = 1 / (1 + np.exp(-(x @ w.W_z.T + h @ w.U_z.T)))
    r = 1 / (1 + np.exp(-(x @ w.W_r.T + h @ w.U_r.T)))
    return h + z * np.tanh(x @ w.W_h.T + (r * h) @ w.U_h.T)


def _z_keeps(x, h, w):
    z = 1 / (1 + np.exp(-(x @ w.W_z.T + h @ w.U_z.T)))
    r = 1 / (1 + np.exp(-(x @ w.W_r.T + h @ w.U_r.T)))
    return z * h + (1 - z) * np.tanh(x @ w.W_h.T + (r * h) @ w.U_h.T)


def _after(x, h, w):
    z = 1 / (1 + np.exp(-(x @ w.W_z.T + h @ w.U_z.T)))
    r = 1 / (1 + np.exp(-(x @ w.W_r.T + h @ w.U_r.T)))
    return (1 - z) * h + z * np.tanh(x @ w.W_h.T + r * (h @ w.U_h.T))


def _z_keeps_and_after(x, h, w):
    z = 1 / (1 + np.exp(-(x @ w.W_z.T + h @ w.U_z.T)))
    r = 1 / (1 + np.exp(-(x @ w.W_r.T + h @ w.U_r.T)))
    return z * h + (1 - z) * np.tanh(x @ w.W_h.T + r * (h @ w.U_h.T))


STEPS = (
    (
        np.array([[1.0, -2.0, 0.5]]),
        np.array([[2.0, -1.0]]),
        Weights(
            np.array([[0.5, 0.0, 1.0], [1.0, 0.5, -1.0]]),
            np.array([[-0.5, 1.0], [0.0, 0.5]]),
            np.array([[0.0, 0.5, 1.0], [-0.5, 0.0, 1.0]]),
            np.array([[1.0, 0.5], [-1.0, 0.5]]),
            np.array([[0.5, 0.5, 0.0], [0.0, -0.5, 0.5]]),
            np.array([[0.5, -1.0], [1.0, 0.25]]),
        ),
    ),
    _one_step(np.random.default_rng(5)),
)

gru_step = Exercise(
    name="gru_step",
    stars=2,
    task="One step of the gated unit, (97) to (100). `x`: $(N, D)$; `h`: $(N, H)$, the state before; "
    "`w` has the matrices under their names, `w.W_z`, `w.U_z`, `w.W_r`, `w.U_r`, `w.W_h`, `w.U_h`. "
    "Return the new state, $(N, H)$.",
    hint="For rows of samples, $W x$ is `x @ W.T`. Two gates first, then the candidate, which sees "
    "the state through the reset gate, then the mean.",
    solution=_gru_step,
    book=lambda x, h, w: recurrent.gru_forward(x[np.newaxis], h, recurrent.GRUWeights(*w))[0][0],
    probes=STEPS,
    fresh=_one_step,
    mistakes=(
        Mistake(
            "the reset gate is not used: it decides how much of the state the candidate sees",
            _reset_ignored,
            credit="zhiyongc/GRU-D #2",
        ),
        Mistake(
            "the reset gate acts on the input, too: it is for the state alone",
            _reset_on_x_too,
        ),
        Mistake(
            "the update gate does the reset gate's work: the two have weights of their own",
            _reset_by_z,
        ),
        Mistake(
            "the candidate passes through a sigmoid: it must be able to be negative, by tanh",
            _sigmoid_candidate,
        ),
        Mistake(
            "each U is untransposed: it is square, so the shapes fit, but a row of h needs h @ U.T",
            _states_untransposed,
        ),
        Mistake(
            "z is the share of both: what is not written is kept, 1 - z",
            _z_twice,
        ),
        Mistake(
            "the old state is dropped: the share 1 - z of it stays",
            _old_dropped,
        ),
        Mistake(
            "the old state is kept whole: a mean would stay between the two, a sum grows",
            _old_kept_whole,
        ),
    ),
    conventions=(
        Convention(
            "z keeps the old state, as in Cho et al. and in Keras with reset_after=False",
            _z_keeps,
            credit="CNTK #3292; handson-ml #563",
        ),
        Convention(
            "the reset gate acts after the product, on U_h h",
            _after,
            credit="pytorch #99531, PR #100646",
        ),
        Convention(
            "z keeps the old state and the reset gate acts on U_h h, as in PyTorch, and in Keras by "
            "default",
            _z_keeps_and_after,
            credit="pytorch #20129",
        ),
    ),
)


def _gru_half_life(b_z):
    return np.log(2) / np.log(1 + np.exp(b_z))


def _book_half_life(b_z):
    """Gates of the bias alone and a candidate of 0: one step leaves the share that is kept."""
    nil, bias = np.zeros((1, 1)), np.array([float(b_z)])
    w = recurrent.GRUWeights(nil, nil, nil, nil, nil, nil, b_z=bias)
    h, _ = recurrent.gru_forward(np.zeros((1, 1, 1)), np.ones((1, 1)), w)
    return np.log(0.5) / np.log(h[0, 0, 0])


gru_half_life = Exercise(
    name="gru_half_life",
    stars=1,
    task="After how many steps has the unit forgotten half of its state, if the update gate is "
    "steady at $z = \\sigma(b_z)$? `b_z`: one number. Return a real number, not rounded.",
    hint="Every step keeps the share $1 - z$. After $k$ of them $(1 - z)^k$ is left.",
    solution=_gru_half_life,
    book=_book_half_life,
    probes=((-2.0,), (1.0,), (-0.5,)),
    fresh=lambda rng: (round(rng.uniform(-5, -1), 2),),
    mistakes=(
        Mistake(
            "kept and written are swapped: z is what is written, 1 - z is kept",
            lambda b_z: np.log(2) / np.log(1 + np.exp(-b_z)),
        ),
        Mistake(
            "forgetting is not linear: every step takes its share of what is left",
            lambda b_z: 0.5 * (1 + np.exp(-b_z)),
        ),
        Mistake(
            "this is the rate, not the time: how many times does it go into log 2?",
            lambda b_z: np.log(1 + np.exp(b_z)),
        ),
        Mistake(
            "the bias was taken for the gate: it passes through the sigmoid first",
            lambda b_z: np.log(0.5) / np.log(1 - b_z),
        ),
        Mistake(
            "1 / z is the mean age of what the state holds, not its half-life",
            lambda b_z: 1 + np.exp(-b_z),
        ),
        Mistake(
            "this is the time constant, after which 1/e is left: half was asked for",
            lambda b_z: 1 / np.log(1 + np.exp(b_z)),
        ),
    ),
)


def _to_keeping_gate(W_z, U_z, b_z):
    return -W_z, -U_z, -b_z


def _gate_weights(rng):
    return tuple(rng.normal(0, 1, shape).round(1) + 0.05 for shape in ((2, 3), (2, 2), (2,)))


to_keeping_gate = Exercise(
    name="to_keeping_gate",
    stars=1,
    task="A unit with the notes' (100) is to be carried over to a library where $z$ keeps the old "
    "state. `W_z`: $(H, D)$, `U_z`: $(H, H)$, `b_z`: $(H,)$. Return the library's three arrays, with "
    "which it gives the same states on every input.",
    hint="The library's gate must be $1 - z$. What is $1 - \\sigma(a)$ as a sigmoid?",
    solution=_to_keeping_gate,
    probes=(
        (
            np.array([[1.0, -2.0, 0.5], [0.25, 3.0, -1.0]]),
            np.array([[0.5, 1.0], [-2.0, 0.75]]),
            np.array([-2.0, 1.5]),
        ),
    ),
    fresh=_gate_weights,
    mistakes=(
        Mistake(
            "1 - z is outside the sigmoid: 1 - W inside it is another gate",
            lambda W_z, U_z, b_z: (1 - W_z, 1 - U_z, 1 - b_z),
        ),
        Mistake(
            "only W_z was negated: all that enters the sigmoid changes its sign",
            lambda W_z, U_z, b_z: (-W_z, U_z, b_z),
        ),
        Mistake(
            "only U_z was negated: all that enters the sigmoid changes its sign",
            lambda W_z, U_z, b_z: (W_z, -U_z, b_z),
        ),
        Mistake(
            "U_z was forgotten: the old state enters the gate as well",
            lambda W_z, U_z, b_z: (-W_z, U_z, -b_z),
        ),
        Mistake(
            "the bias was forgotten: at x = 0 and h = 0 it alone decides",
            lambda W_z, U_z, b_z: (-W_z, -U_z, b_z),
        ),
        Mistake(
            "U_z was transposed: the sign turns the gate round, not the matrix",
            lambda W_z, U_z, b_z: (-W_z, -U_z.T, -b_z),
        ),
        Mistake(
            "nothing was changed: the library would keep what this unit overwrites",
            lambda W_z, U_z, b_z: (W_z, U_z, b_z),
        ),
    ),
)


def _reset_after(x, h, w, b_h):
    z = 1 / (1 + np.exp(-(x @ w.W_z.T + h @ w.U_z.T)))
    r = 1 / (1 + np.exp(-(x @ w.W_r.T + h @ w.U_r.T)))
    candidate = np.tanh(x @ w.W_h.T + r * (h @ w.U_h.T + b_h))
    return (1 - z) * h + z * candidate


def _reset_before(x, h, w, b_h):
    z = 1 / (1 + np.exp(-(x @ w.W_z.T + h @ w.U_z.T)))
    r = 1 / (1 + np.exp(-(x @ w.W_r.T + h @ w.U_r.T)))
    return (1 - z) * h + z * np.tanh(x @ w.W_h.T + (r * h) @ w.U_h.T + b_h)


def _bias_outside(x, h, w, b_h):
    z = 1 / (1 + np.exp(-(x @ w.W_z.T + h @ w.U_z.T)))
    r = 1 / (1 + np.exp(-(x @ w.W_r.T + h @ w.U_r.T)))
    return (1 - z) * h + z * np.tanh(x @ w.W_h.T + r * (h @ w.U_h.T) + b_h)


def _bias_lost(x, h, w, b_h):
    z = 1 / (1 + np.exp(-(x @ w.W_z.T + h @ w.U_z.T)))
    r = 1 / (1 + np.exp(-(x @ w.W_r.T + h @ w.U_r.T)))
    return (1 - z) * h + z * np.tanh(x @ w.W_h.T + r * (h @ w.U_h.T))


def _bias_twice(x, h, w, b_h):
    z = 1 / (1 + np.exp(-(x @ w.W_z.T + h @ w.U_z.T)))
    r = 1 / (1 + np.exp(-(x @ w.W_r.T + h @ w.U_r.T)))
    return (1 - z) * h + z * np.tanh(x @ w.W_h.T + b_h + r * (h @ w.U_h.T + b_h))


def _after_on_x(x, h, w, b_h):
    z = 1 / (1 + np.exp(-(x @ w.W_z.T + h @ w.U_z.T)))
    r = 1 / (1 + np.exp(-(x @ w.W_r.T + h @ w.U_r.T)))
    return (1 - z) * h + z * np.tanh(r * (x @ w.W_h.T + h @ w.U_h.T + b_h))


def _book_after(x, h, w, b_h):
    own = recurrent.GRUWeights(*w, c_h=b_h)
    return recurrent.gru_forward(x[np.newaxis], h, own, reset_after=True)[0][0]


gru_step_reset_after = Exercise(
    name="gru_step_reset_after",
    stars=2,
    task="The step with PyTorch's candidate, (99'), and the notes' (100). Arguments as in `gru_step`, "
    "and `b_h`: $(H,)$, the bias $c_h$ that stands inside the bracket; the other bias is 0. Return "
    "the new state.",
    hint="The gate multiplies the finished product, bias and all.",
    solution=_reset_after,
    book=_book_after,
    probes=((*STEPS[0], np.array([1.0, -0.5])), (*STEPS[1], np.array([-0.5, 2.0]))),
    fresh=lambda rng: (*_one_step(rng), rng.uniform(0.5, 2, 2).round(2)),
    mistakes=(
        Mistake(
            "the reset gate acts on the state here, before the product: that is the notes' (99)",
            _reset_before,
        ),
        Mistake("the bias stands outside of the reset: the gate multiplies it, too", _bias_outside),
        Mistake(
            "the bias is lost: then a shut gate and an open one differ by the state alone",
            _bias_lost,
        ),
        Mistake("the bias was added twice, inside the reset and outside of it", _bias_twice),
        Mistake("the reset gate acts on the input, too: it is for the state alone", _after_on_x),
    ),
)


def _gru_step_backward(dh, x, h, w):
    z = 1 / (1 + np.exp(-(x @ w.W_z.T + h @ w.U_z.T)))
    r = 1 / (1 + np.exp(-(x @ w.W_r.T + h @ w.U_r.T)))
    n = np.tanh(x @ w.W_h.T + (r * h) @ w.U_h.T)
    through = (dh * z * (1 - n**2)) @ w.U_h
    by_update = (dh * (n - h) * z * (1 - z)) @ w.U_z
    by_reset = (through * h * r * (1 - r)) @ w.U_r
    return dh * (1 - z) + by_update + by_reset + through * r


def _no_direct(dh, x, h, w):
    z = 1 / (1 + np.exp(-(x @ w.W_z.T + h @ w.U_z.T)))
    r = 1 / (1 + np.exp(-(x @ w.W_r.T + h @ w.U_r.T)))
    n = np.tanh(x @ w.W_h.T + (r * h) @ w.U_h.T)
    through = (dh * z * (1 - n**2)) @ w.U_h
    by_update = (dh * (n - h) * z * (1 - z)) @ w.U_z
    return by_update + (through * h * r * (1 - r)) @ w.U_r + through * r


def _no_update(dh, x, h, w):
    z = 1 / (1 + np.exp(-(x @ w.W_z.T + h @ w.U_z.T)))
    r = 1 / (1 + np.exp(-(x @ w.W_r.T + h @ w.U_r.T)))
    n = np.tanh(x @ w.W_h.T + (r * h) @ w.U_h.T)
    through = (dh * z * (1 - n**2)) @ w.U_h
    return dh * (1 - z) + (through * h * r * (1 - r)) @ w.U_r + through * r


def _no_reset(dh, x, h, w):
    z = 1 / (1 + np.exp(-(x @ w.W_z.T + h @ w.U_z.T)))
    r = 1 / (1 + np.exp(-(x @ w.W_r.T + h @ w.U_r.T)))
    n = np.tanh(x @ w.W_h.T + (r * h) @ w.U_h.T)
    through = (dh * z * (1 - n**2)) @ w.U_h
    return dh * (1 - z) + (dh * (n - h) * z * (1 - z)) @ w.U_z + through * r


def _r_lost(dh, x, h, w):
    z = 1 / (1 + np.exp(-(x @ w.W_z.T + h @ w.U_z.T)))
    r = 1 / (1 + np.exp(-(x @ w.W_r.T + h @ w.U_r.T)))
    n = np.tanh(x @ w.W_h.T + (r * h) @ w.U_h.T)
    through = (dh * z * (1 - n**2)) @ w.U_h
    by_update = (dh * (n - h) * z * (1 - z)) @ w.U_z
    return dh * (1 - z) + by_update + (through * h * r * (1 - r)) @ w.U_r + through


def _tanh_slope_lost(dh, x, h, w):
    z = 1 / (1 + np.exp(-(x @ w.W_z.T + h @ w.U_z.T)))
    r = 1 / (1 + np.exp(-(x @ w.W_r.T + h @ w.U_r.T)))
    n = np.tanh(x @ w.W_h.T + (r * h) @ w.U_h.T)
    through = (dh * z) @ w.U_h
    by_update = (dh * (n - h) * z * (1 - z)) @ w.U_z
    return dh * (1 - z) + by_update + (through * h * r * (1 - r)) @ w.U_r + through * r


def _z_lost(dh, x, h, w):
    z = 1 / (1 + np.exp(-(x @ w.W_z.T + h @ w.U_z.T)))
    r = 1 / (1 + np.exp(-(x @ w.W_r.T + h @ w.U_r.T)))
    n = np.tanh(x @ w.W_h.T + (r * h) @ w.U_h.T)
    through = (dh * (1 - n**2)) @ w.U_h
    by_update = (dh * (n - h) * z * (1 - z)) @ w.U_z
    return dh * (1 - z) + by_update + (through * h * r * (1 - r)) @ w.U_r + through * r


def _gate_slopes_lost(dh, x, h, w):
    z = 1 / (1 + np.exp(-(x @ w.W_z.T + h @ w.U_z.T)))
    r = 1 / (1 + np.exp(-(x @ w.W_r.T + h @ w.U_r.T)))
    n = np.tanh(x @ w.W_h.T + (r * h) @ w.U_h.T)
    through = (dh * z * (1 - n**2)) @ w.U_h
    by_update = (dh * (n - h)) @ w.U_z
    return dh * (1 - z) + by_update + (through * h) @ w.U_r + through * r


def _untransposed(dh, x, h, w):
    z = 1 / (1 + np.exp(-(x @ w.W_z.T + h @ w.U_z.T)))
    r = 1 / (1 + np.exp(-(x @ w.W_r.T + h @ w.U_r.T)))
    n = np.tanh(x @ w.W_h.T + (r * h) @ w.U_h.T)
    through = (dh * z * (1 - n**2)) @ w.U_h.T
    by_update = (dh * (n - h) * z * (1 - z)) @ w.U_z
    return dh * (1 - z) + by_update + (through * h * r * (1 - r)) @ w.U_r + through * r


def _sign_of_update(dh, x, h, w):
    z = 1 / (1 + np.exp(-(x @ w.W_z.T + h @ w.U_z.T)))
    r = 1 / (1 + np.exp(-(x @ w.W_r.T + h @ w.U_r.T)))
    n = np.tanh(x @ w.W_h.T + (r * h) @ w.U_h.T)
    through = (dh * z * (1 - n**2)) @ w.U_h
    by_update = (dh * (h - n) * z * (1 - z)) @ w.U_z
    return dh * (1 - z) + by_update + (through * h * r * (1 - r)) @ w.U_r + through * r


def _book_backward(dh, x, h, w):
    _, cache = recurrent.gru_forward(x[np.newaxis], h, recurrent.GRUWeights(*w))
    return recurrent.gru_backward(dh[np.newaxis], cache).h0


gru_step_backward = Exercise(
    name="gru_step_backward",
    stars=3,
    task="The way back through one step. `dh`: $(N, H)$, the gradient that arrives at the new state; "
    "the rest as in `gru_step`. Return the gradient in the state before, $(N, H)$.",
    hint="The old state enters four times: directly, in each gate, and in the candidate. Add up.",
    solution=_gru_step_backward,
    book=_book_backward,
    probes=((np.array([[1.0, -2.0]]), *STEPS[0]), (np.array([[0.5, 1.0], [2.0, -1.0]]), *STEPS[1])),
    fresh=lambda rng: (rng.normal(0, 1, (2, 2)).round(2), *_one_step(rng)),
    mistakes=(
        Mistake("the direct path is missing: the share 1 - z of the old state stays", _no_direct),
        Mistake("the path through the update gate is missing: z depends on h, too", _no_update),
        Mistake("the path through the reset gate is missing: r depends on h, too", _no_reset),
        Mistake("r was lost on the way back from the candidate: it sees r times h", _r_lost),
        Mistake("the slope of tanh was lost: 1 - candidate squared", _tanh_slope_lost),
        Mistake("z was lost on the way to the candidate: it is written with the share z", _z_lost),
        Mistake(
            "the gates' slopes were lost: z (1 - z) at the update gate, r (1 - r) at the reset gate",
            _gate_slopes_lost,
        ),
        Mistake("U_h was transposed: rows go forward by U.T and come back by U", _untransposed),
        Mistake(
            "the sign of the update gate's path: a larger z brings the candidate and takes the old "
            "state away",
            _sign_of_update,
        ),
    ),
)


def _kept_share(z):
    return np.append(np.cumprod(1 - z[::-1])[::-1][1:], 1.0) * z


def _kept_from_first(z):
    return np.cumprod(1 - z) * z


def _own_gate_counted(z):
    return np.cumprod(1 - z[::-1])[::-1] * z


def _keeps(z):
    return np.append(np.cumprod(z[::-1])[::-1][1:], 1.0) * (1 - z)


def _book_shares(z):
    """The derivative of the last state in every candidate, a step at a time."""
    shares = []
    for t in range(len(z)):
        wanted, h = np.zeros(len(z)), 0.0
        wanted[t] = 1
        for gate, n in zip(z, wanted, strict=True):
            h = float(_mixed(gate, h, n))
        shares.append(h)
    return np.array(shares)


def _mixed(z, h, n):
    """One step of the book's unit whose gate is z and whose candidate is close to n times 1e-6."""
    nil = np.zeros((1, 1))
    w = recurrent.GRUWeights(
        nil, nil, nil, nil, np.ones((1, 1)), nil, b_z=np.log(z / (1 - z))[None]
    )
    x, h0 = np.full((1, 1, 1), 1e-6 * n), np.full((1, 1), 1e-6 * h)
    return recurrent.gru_forward(x, h0, w)[0][0, 0, 0] * 1e6


kept_share = Exercise(
    name="kept_share",
    stars=2,
    task="The last state of one unit that starts from 0 is a weighted sum of its candidates. `z`: "
    "$T$ values of the update gate. Return the $T$ weights.",
    hint="Candidate $t$ is written with the share $z_t$; every later step $s$ keeps $1 - z_s$ of it.",
    solution=_kept_share,
    book=_book_shares,
    probes=((np.array([0.5, 0.25, 0.75]),), (np.array([0.9, 0.1, 0.3, 0.2]),)),
    fresh=lambda rng: (rng.uniform(0.1, 0.9, 5).round(2),),
    mistakes=(
        Mistake(
            "every candidate also pays its own gate: only the steps after it take from it",
            _own_gate_counted,
        ),
        Mistake("time runs backwards: later steps forget, not earlier ones", _kept_from_first),
        Mistake("z keeps here: in (100) it writes and 1 - z keeps", _keeps),
        Mistake("nothing is forgotten: later steps take their shares away", lambda z: z),
        Mistake(
            "the share written is missing: the candidate enters times z",
            lambda z: np.append(np.cumprod(1 - z[::-1])[::-1][1:], 1.0),
        ),
    ),
)


questions = (
    Question(
        "An entry of the update gate is exactly 0 in (100). What does the unit do there?",
        (
            Option("it forgets its state", "so it is where z keeps, as in Cho et al. and PyTorch."),
            Option("it keeps its state exactly", "(1 - 0) h + 0 n = h.", True),
            Option("it takes the candidate", "that is what z = 1 does."),
            Option("it takes the mean of both", "that is what z = 1/2 does."),
        ),
    ),
    Question(
        "The reset gate is 0 everywhere. What follows?",
        (
            Option("the state is erased", "the share 1 - z of it stays, whatever r is."),
            Option(
                "the candidate ignores the past", "U_h (0 h) is 0, and W_h x is all it sees.", True
            ),
            Option("the update gate becomes 1", "the gates have weights of their own."),
            Option("the output is 0", "the input still speaks through the candidate."),
        ),
    ),
    Question(
        "Weights that PyTorch has learned are put into the notes' formulas. When are the states equal?",
        (
            Option("always", "z is turned round, to begin with."),
            Option("after negating W_z, U_z and b_z", "that is half the way: r acts elsewhere."),
            Option(
                "in general never: the reset gate acts elsewhere",
                "U (r h) and r (U h) agree for every r only if U is diagonal.",
                True,
            ),
            Option("if H = D", "shapes decide whether it runs, not what it computes."),
        ),
    ),
    Question(
        "Which b_z should the update gate start from?",
        (
            Option("always -6", "then half-lives are hundreds of steps, and forgetting is slow."),
            Option("0", "then half of the state is gone after a step."),
            Option(
                "one whose half-life suits the lags of the task",
                "too short learns nothing far back, too long must first learn to forget.",
                True,
            ),
            Option("any, it is learned", "from far back no gradient arrives to learn it from."),
        ),
    ),
)
