"""The exercises of the page on recurrent networks. An answer stands by itself: it may use np and
nothing else."""

import numpy as np

from .. import losses, recurrent
from ._engine import Convention, Exercise, Mistake, Option, Question


def _rnn_forward(x, h0, W_h, W_x):
    h, states = h0, []
    for x_t in x:
        h = np.maximum(h @ W_h.T + x_t @ W_x.T, 0)
        states.append(h)
    return np.array(states)


def _book_forward(x, h0, W_h, W_x):
    return recurrent.rnn_forward(x, h0, recurrent.RNNWeights(W_h, W_x))[0]


def _untransposed(x, h0, W_h, W_x):
    h, states = h0, []
    for x_t in x:
        h = np.maximum(h @ W_h + x_t @ W_x.T, 0)
        states.append(h)
    return np.array(states)


def _no_memory(x, h0, W_h, W_x):
    return np.array([np.maximum(h0 @ W_h.T + x_t @ W_x.T, 0) for x_t in x])


def _first_input(x, h0, W_h, W_x):
    h, states = h0, []
    for _ in x:
        h = np.maximum(h @ W_h.T + x[0] @ W_x.T, 0)
        states.append(h)
    return np.array(states)


def _two_rectifiers(x, h0, W_h, W_x):
    h, states = h0, []
    for x_t in x:
        h = np.maximum(h @ W_h.T, 0) + np.maximum(x_t @ W_x.T, 0)
        states.append(h)
    return np.array(states)


def _state_rectified(x, h0, W_h, W_x):
    h, states = h0, []
    for x_t in x:
        h = np.maximum(h @ W_h.T, 0) + x_t @ W_x.T
        states.append(h)
    return np.array(states)


def _last_alone(x, h0, W_h, W_x):
    h = h0
    for x_t in x:
        h = np.maximum(h @ W_h.T + x_t @ W_x.T, 0)
    return h


def _from_zero(x, h0, W_h, W_x):
    h, states = np.zeros_like(h0), []
    for x_t in x:
        h = np.maximum(h @ W_h.T + x_t @ W_x.T, 0)
        states.append(h)
    return np.array(states)


def _not_rectified(x, h0, W_h, W_x):
    h, states = h0, []
    for x_t in x:
        h = h @ W_h.T + x_t @ W_x.T
        states.append(h)
    return np.array(states)


def _with_tanh(x, h0, W_h, W_x):
    h, states = h0, []
    for x_t in x:
        h = np.tanh(h @ W_h.T + x_t @ W_x.T)
        states.append(h)
    return np.array(states)


def _sequence(rng):
    """Four steps of two sequences, some units on and some off."""
    x, h0 = rng.normal(0, 1, (4, 2, 2)).round(2), rng.uniform(0.5, 1.5, (2, 3)).round(2)
    W_h = rng.normal(np.roll(np.eye(3), 1, axis=1), 0.4).round(2)
    return x, h0, W_h, rng.normal(0, 1, (3, 2)).round(2)


# One sequence of three steps, two units, one input.
SMALL = (
    np.array([[[1.0]], [[-2.0]], [[3.0]]]),
    np.array([[1.0, 2.0]]),
    np.array([[1.0, -1.0], [2.0, 0.5]]),
    np.array([[2.0], [-1.0]]),
)


rnn_forward = Exercise(
    name="rnn_forward",
    stars=1,
    task="All states of the layer (93). `x`: $(T, N, D)$, $T$ steps of $N$ sequences; `h0`: $(N, H)$; "
    "`W_h`: $(H, H)$; `W_x`: $(H, D)$. Return $(T, N, H)$: the states $h_1$ to $h_T$, from "
    "$h_0 =$ `h0`.",
    hint="One loop over the steps, all sequences at once. The formula has a column on the right of its "
    "matrix; a batch has its sequences as rows, so $W h$ becomes `h @ W.T`.",
    solution=_rnn_forward,
    book=_book_forward,
    probes=(SMALL, _sequence(np.random.default_rng(1))),
    fresh=_sequence,
    mistakes=(
        Mistake(
            "W_h is untransposed: a row of the batch times W_h.T is W_h times a column",
            _untransposed,
        ),
        Mistake(
            "no memory: h0 enters at every step, and what a step has made is forgotten",
            _no_memory,
        ),
        Mistake(
            "the first input is read at every step: step t reads x[t]",
            _first_input,
        ),
        Mistake(
            "two rectifiers: state and input are added first, and the sum is rectified",
            _two_rectifiers,
        ),
        Mistake(
            "the part from the state alone is rectified: the input enters inside the bracket",
            _state_rectified,
        ),
        Mistake(
            "it starts from zeros: the state before the first step is h0",
            _from_zero,
        ),
        Mistake(
            "nothing is rectified: a unit whose sum is negative gives 0",
            _not_rectified,
        ),
        Mistake(
            "this is the last state alone: all of them are wanted",
            _last_alone,
        ),
    ),
    conventions=(Convention("tanh in place of ReLU, PyTorch's default", _with_tanh),),
)


def _rtrl_step(S, h, z, W_h):
    direct = np.einsum("ki,j->kij", np.eye(len(z)), h)
    return (z > 0)[:, None, None] * (np.tensordot(W_h, S, axes=1) + direct)


def _book_rtrl(S, h, z, W_h):
    """One step of the layer whose other input makes up the z that was given."""
    H = len(z)
    weights = recurrent.RNNWeights(W_h, np.eye(H))
    _, cache = recurrent.rnn_forward([[z - W_h @ h]], [h], weights)
    rows = []
    for k in range(H):
        grads = recurrent.rnn_backward(np.eye(H)[k].reshape(1, 1, H), cache)
        rows.append(np.tensordot(grads.h0[0], S, axes=1) + grads.weights.W_h)
    return np.array(rows)


def _bare(S, h, z, W_h):
    return (z > 0)[:, None, None] * (np.tensordot(W_h, S, axes=1) + h)


def _other_delta(S, h, z, W_h):
    direct = np.einsum("kj,i->kij", np.eye(len(z)), h)
    return (z > 0)[:, None, None] * (np.tensordot(W_h, S, axes=1) + direct)


def _new_state(S, h, z, W_h):
    direct = np.einsum("ki,j->kij", np.eye(len(z)), np.maximum(z, 0))
    return (z > 0)[:, None, None] * (np.tensordot(W_h, S, axes=1) + direct)


def _direct_alone(S, h, z, W_h):
    return (z > 0)[:, None, None] * np.einsum("ki,j->kij", np.eye(len(z)), h)


def _turned(S, h, z, W_h):
    direct = np.einsum("ki,j->kij", np.eye(len(z)), h)
    return (z > 0)[:, None, None] * (np.tensordot(W_h.T, S, axes=1) + direct)


def _other_axis(S, h, z, W_h):
    return (z > 0)[:, None, None] * (W_h @ S + np.einsum("ki,j->kij", np.eye(len(z)), h))


def _no_matrix(S, h, z, W_h):
    return (z > 0)[:, None, None] * (S + np.einsum("ki,j->kij", np.eye(len(z)), h))


def _no_slope(S, h, z, W_h):
    return np.tensordot(W_h, S, axes=1) + np.einsum("ki,j->kij", np.eye(len(z)), h)


def _slope_of_i(S, h, z, W_h):
    direct = np.einsum("ki,j->kij", np.eye(len(z)), h)
    return (z > 0)[:, None] * (np.tensordot(W_h, S, axes=1) + direct)


def _running(rng):
    """Three units on their way, one of them off."""
    S, W_h = rng.normal(0, 1, (3, 3, 3)).round(2), rng.normal(0, 1, (3, 3)).round(2)
    z = rng.uniform(0.3, 2, 3).round(2)
    z[rng.integers(3)] *= -1
    return S, rng.uniform(0.2, 2, 3).round(2), z, W_h


rtrl_step = Exercise(
    name="rtrl_step",
    stars=3,
    task="One step of (94') for ReLU: real-time recurrent learning. `S`: $(H, H, H)$, where "
    "`S[k, i, j]` is the derivative of unit $k$ of $h_{t-1}$ in the entry $i, j$ of $W_h$; `h`: "
    "$(H,)$, the state $h_{t-1}$; `z`: $(H,)$, what enters the rectifier in step $t$, never 0; `W_h`: "
    "$(H, H)$. Return the same derivatives of $h_t$.",
    hint="The sum over $l$ is a matrix times the first axis of `S`: `np.tensordot(W_h, S, axes=1)`, or "
    "an `einsum`. The added term fills `[k, k, :]` for every `k`. The slope belongs to unit $k$.",
    solution=_rtrl_step,
    book=_book_rtrl,
    probes=(
        (
            np.array([[[1.0, 0.0], [2.0, -1.0]], [[0.0, 3.0], [1.0, 1.0]]]),
            np.array([1.0, 2.0]),
            np.array([3.0, -1.0]),
            np.array([[2.0, 1.0], [-1.0, 1.0]]),
        ),
        _running(np.random.default_rng(2)),
        (
            np.array([[[0.5, 1.0], [-1.0, 2.0]], [[1.0, -0.5], [0.25, 1.5]]]),
            np.array([1.5, 0.5]),
            np.array([0.5, -0.25]),
            np.array([[1.0, -2.0], [0.5, 1.5]]),
        ),
    ),
    fresh=_running,
    mistakes=(
        Mistake(
            "the bare h is added to every row, as (94) is printed: unit k feels row k of W_h alone",
            _bare,
        ),
        Mistake(
            "the rows and columns of the added term are exchanged: it is delta_ki h_j, for W_h "
            "multiplies h from the left",
            _other_delta,
        ),
        Mistake(
            "the new state is added: W_h multiplied the old one",
            _new_state,
        ),
        Mistake(
            "this is the direct term alone: W_h also acted in all steps before, through the state",
            _direct_alone,
        ),
        Mistake(
            "W_h is transposed: that is the way back, and this one goes forward",
            _turned,
        ),
        Mistake(
            "W_h @ S sums over the middle axis, the rows of the weights: the units of the old state are "
            "the first axis",
            _other_axis,
        ),
        Mistake(
            "the derivatives of the old state reach the new one through W_h: it is missing",
            _no_matrix,
        ),
        Mistake(
            "the slope was lost: a unit that is off passes nothing on",
            _no_slope,
        ),
        Mistake(
            "the slope is that of unit i, the row of the weight: it belongs to unit k, whose "
            "derivative it is",
            _slope_of_i,
        ),
    ),
)


def _rnn_backward(dh, x, h0, W_h, W_x):
    before, z, h = [], [], h0
    for x_t in x:
        before.append(h)
        z.append(h @ W_h.T + x_t @ W_x.T)
        h = np.maximum(z[-1], 0)
    dW_h, carried = np.zeros(W_h.shape), np.zeros(h0.shape)
    for t in reversed(range(len(x))):
        dz = (dh[t] + carried) * (z[t] > 0)
        dW_h += dz.T @ before[t]
        carried = dz @ W_h
    return dW_h


def _book_backward(dh, x, h0, W_h, W_x):
    _, cache = recurrent.rnn_forward(x, h0, recurrent.RNNWeights(W_h, W_x))
    return recurrent.rnn_backward(dh, cache).weights.W_h


def _not_passed_back(dh, x, h0, W_h, W_x):
    h, dW_h = h0, np.zeros(W_h.shape)
    for t in range(len(x)):
        z = h @ W_h.T + x[t] @ W_x.T
        dW_h += (dh[t] * (z > 0)).T @ h
        h = np.maximum(z, 0)
    return dW_h


def _last_loss(dh, x, h0, W_h, W_x):
    before, z, h = [], [], h0
    for x_t in x:
        before.append(h)
        z.append(h @ W_h.T + x_t @ W_x.T)
        h = np.maximum(z[-1], 0)
    dW_h, carried = np.zeros(W_h.shape), dh[-1]
    for t in reversed(range(len(x))):
        dz = carried * (z[t] > 0)
        dW_h += dz.T @ before[t]
        carried = dz @ W_h
    return dW_h


def _slopes_lost(dh, x, h0, W_h, W_x):
    before, h = [], h0
    for x_t in x:
        before.append(h)
        h = np.maximum(h @ W_h.T + x_t @ W_x.T, 0)
    dW_h, carried = np.zeros(W_h.shape), np.zeros(h0.shape)
    for t in reversed(range(len(x))):
        dz = dh[t] + carried
        dW_h += dz.T @ before[t]
        carried = dz @ W_h
    return dW_h


def _carried_whole(dh, x, h0, W_h, W_x):
    before, z, h = [], [], h0
    for x_t in x:
        before.append(h)
        z.append(h @ W_h.T + x_t @ W_x.T)
        h = np.maximum(z[-1], 0)
    dW_h, carried = np.zeros(W_h.shape), np.zeros(h0.shape)
    for t in reversed(range(len(x))):
        total = dh[t] + carried
        dW_h += (total * (z[t] > 0)).T @ before[t]
        carried = total @ W_h
    return dW_h


def _state_after(dh, x, h0, W_h, W_x):
    z, h = [], h0
    for x_t in x:
        z.append(h @ W_h.T + x_t @ W_x.T)
        h = np.maximum(z[-1], 0)
    dW_h, carried = np.zeros(W_h.shape), np.zeros(h0.shape)
    for t in reversed(range(len(x))):
        dz = (dh[t] + carried) * (z[t] > 0)
        dW_h += dz.T @ np.maximum(z[t], 0)
        carried = dz @ W_h
    return dW_h


def _overwritten(dh, x, h0, W_h, W_x):
    before, z, h = [], [], h0
    for x_t in x:
        before.append(h)
        z.append(h @ W_h.T + x_t @ W_x.T)
        h = np.maximum(z[-1], 0)
    carried = np.zeros(h0.shape)
    for t in reversed(range(len(x))):
        dz = (dh[t] + carried) * (z[t] > 0)
        dW_h = dz.T @ before[t]
        carried = dz @ W_h
    return dW_h


def _back_untransposed(dh, x, h0, W_h, W_x):
    before, z, h = [], [], h0
    for x_t in x:
        before.append(h)
        z.append(h @ W_h.T + x_t @ W_x.T)
        h = np.maximum(z[-1], 0)
    dW_h, carried = np.zeros(W_h.shape), np.zeros(h0.shape)
    for t in reversed(range(len(x))):
        dz = (dh[t] + carried) * (z[t] > 0)
        dW_h += dz.T @ before[t]
        carried = dz @ W_h.T
    return dW_h


def _batch_mean(dh, x, h0, W_h, W_x):
    before, z, h = [], [], h0
    for x_t in x:
        before.append(h)
        z.append(h @ W_h.T + x_t @ W_x.T)
        h = np.maximum(z[-1], 0)
    dW_h, carried = np.zeros(W_h.shape), np.zeros(h0.shape)
    for t in reversed(range(len(x))):
        dz = (dh[t] + carried) * (z[t] > 0)
        dW_h += dz.T @ before[t]
        carried = dz @ W_h
    return dW_h / len(h0)


def _arriving(rng):
    """A gradient for every state of some sequences."""
    return (rng.normal(0, 1, (4, 2, 3)).round(2), *_sequence(rng))


rnn_backward = Exercise(
    name="rnn_backward",
    stars=3,
    task="Backpropagation through time for the layer (93): the gradient in $W_h$. `dh`: $(T, N, H)$, "
    "the gradient that arrives at every state from the readout of its own step; `x`: $(T, N, D)$; "
    "`h0`: $(N, H)$; `W_h`: $(H, H)$; `W_x`: $(H, D)$. Return $(H, H)$, summed over steps and "
    "sequences. ReLU's slope at 0 is 0.",
    hint="Go there and keep what entered and what came before. Go back with a gradient in hand that "
    "is 0 at first: add the step's own `dh[t]`, multiply by the slope, collect for $W_h$, and send "
    "the rest through $W_h$ to the step before.",
    solution=_rnn_backward,
    book=_book_backward,
    probes=(
        (
            np.array([[[1.0, 2.0]], [[-1.0, 1.0]], [[2.0, 1.0]]]),
            np.array([[[1.0]], [[2.0]], [[1.0]]]),
            np.array([[1.0, 2.0]]),
            np.array([[1.0, 0.5], [2.0, -3.0]]),
            np.array([[2.0], [1.0]]),
        ),
        _arriving(np.random.default_rng(3)),
        (  # one z is exactly 0, two lie just below
            np.array([[[1.0, -2.0]], [[0.5, 3.0]]]),
            np.array([[[0.0]], [[1.0]]]),
            np.array([[1.0, 1.0]]),
            np.array([[1.0, -1.0], [0.5, 1.0]]),
            np.array([[1.0], [-2.0]]),
        ),
    ),
    fresh=_arriving,
    mistakes=(
        Mistake(
            "the gradient is not passed back to the step before: an error is also the fault of "
            "earlier states",
            _not_passed_back,
            credit="qixianbiao/RNN #2",
        ),
        Mistake(
            "the loss of the last step alone is heard: a gradient arrives at every step",
            _last_loss,
        ),
        Mistake(
            "the slopes were lost: a unit that was off passes nothing back",
            _slopes_lost,
        ),
        Mistake(
            "the slope is missing on the way to the step before: what goes on is dz, as what is "
            "collected",
            _carried_whole,
        ),
        Mistake(
            "the state after the step was taken: W_h multiplied the one before it",
            _state_after,
        ),
        Mistake(
            "every step overwrites the gradient, and the first step's remains: the same W_h served in "
            "all, so they add up",
            _overwritten,
        ),
        Mistake(
            "the way back goes through the transpose, W_h.T times a column, which is `dz @ W_h` for "
            "rows",
            _back_untransposed,
        ),
        Mistake(
            "this is the mean over the sequences: dh already says how the loss weighs them",
            _batch_mean,
        ),
    ),
)


def _dh_dx(tau, slopes, W_h, W_x):
    J = slopes[tau][:, None] * W_x
    for s in slopes[tau + 1 :]:
        J = s[:, None] * (W_h @ J)
    return J


def _book_dh_dx(tau, slopes, W_h, W_x):
    """A cache of tanh's whose slopes, 1 - tanh(z)^2, are the wanted ones."""
    T, H, D = *slopes.shape, W_x.shape[1]
    z = np.arctanh(np.sqrt(1 - slopes))[:, None]
    weights, mask = recurrent.RNNWeights(W_h, W_x), np.ones((T, 1, 1), dtype=bool)
    cache = recurrent.RNNCache(np.zeros((T, 1, D)), np.zeros((T, 1, H)), z, weights, mask, "tanh")
    dh = np.zeros((H, T, 1, H))
    dh[:, -1, 0] = np.eye(H)
    return np.array([recurrent.rnn_backward(row, cache).x[tau, 0] for row in dh])


def _first_slope_lost(tau, slopes, W_h, W_x):
    J = W_x
    for s in slopes[tau + 1 :]:
        J = s[:, None] * (W_h @ J)
    return J


def _all_slopes_lost(tau, slopes, W_h, W_x):
    return np.linalg.matrix_power(W_h, len(slopes) - 1 - tau) @ W_x


def _slope_first(tau, slopes, W_h, W_x):
    J = slopes[tau][:, None] * W_x
    for s in slopes[tau + 1 :]:
        J = W_h @ (s[:, None] * J)
    return J


def _turned_matrix(tau, slopes, W_h, W_x):
    J = slopes[tau][:, None] * W_x
    for s in slopes[tau + 1 :]:
        J = s[:, None] * (W_h.T @ J)
    return J


def _reversed_order(tau, slopes, W_h, W_x):
    J = slopes[-1][:, None] * W_x
    for s in slopes[tau:-1][::-1]:
        J = s[:, None] * (W_h @ J)
    return J


def _one_too_many(tau, slopes, W_h, W_x):
    J = W_x
    for s in slopes[tau:]:
        J = s[:, None] * (W_h @ J)
    return J


def _entering_always(tau, slopes, W_h, W_x):
    J = np.zeros(W_x.shape)
    for s in slopes[tau:]:
        J = s[:, None] * (W_h @ J + W_x)
    return J


def _slopes(rng):
    slopes = rng.uniform(0.2, 0.9, (4, 3)).round(2)
    W_h, W_x = rng.normal(0, 1, (3, 3)).round(2), rng.normal(0, 1, (3, 2)).round(2)
    return int(rng.integers(0, 3)), slopes, W_h, W_x


dh_dx = Exercise(
    name="dh_dx",
    stars=2,
    task="How the last state depends on one input: (96) carried to the end. `tau`: which step's input, "
    "counted from 0; `slopes`: $(T, H)$, the slopes $A'(z)$ of every step; `W_h`: $(H, H)$; `W_x`: "
    "$(H, D)$. Return $(H, D)$: entry $k, j$ is the derivative of unit $k$ of the last state in entry "
    "$j$ of the input `tau`.",
    hint="Before the step `tau` all is 0. In it, $W_x$ enters and the slopes of that step scale the "
    "rows. After it, every step multiplies by $W_h$ from the left and scales the rows.",
    solution=_dh_dx,
    book=_book_dh_dx,
    probes=(
        (
            0,
            np.array([[0.5, 0.25], [0.75, 0.5]]),
            np.array([[1.0, 2.0], [-1.0, 3.0]]),
            np.array([[4.0], [8.0]]),
        ),
        (1, *_slopes(np.random.default_rng(4))[1:]),
        (3, *_slopes(np.random.default_rng(5))[1:]),
    ),
    fresh=_slopes,
    mistakes=(
        Mistake(
            "the slope of the step tau itself was lost: the input passes the activation there, too",
            _first_slope_lost,
        ),
        Mistake(
            "all slopes were lost: this is a linear network",
            _all_slopes_lost,
        ),
        Mistake(
            "the slope comes before W_h: a step multiplies first and bends afterwards",
            _slope_first,
        ),
        Mistake(
            "W_h is transposed: that is the way back of a gradient, and this goes forward",
            _turned_matrix,
        ),
        Mistake(
            "the product runs in reverse order: the latest step stands leftmost",
            _reversed_order,
        ),
        Mistake(
            "W_x is added at every step: the input tau is read in its own step alone",
            _entering_always,
        ),
        Mistake(
            "one W_h too many: an input enters through W_x and meets W_h in later steps alone",
            _one_too_many,
        ),
    ),
)


def _last_states(h, lengths):
    return h[lengths - 1, np.arange(len(lengths))]


def _book_last(h, lengths):
    """A layer that copies its input, and stops where a mask says so."""
    T, H = len(h), h.shape[-1]
    copies = recurrent.RNNWeights(np.zeros((H, H)), np.eye(H))
    mask = np.arange(T)[:, None] < lengths
    states, _ = recurrent.rnn_forward(h, h[0], copies, activation="identity", mask=mask)
    return states[-1]


def _padded(rng):
    lengths = rng.permutation([2, 5, 3, 4])
    return rng.normal(0, 1, (5, 4, 2)).round(2), lengths


last_states = Exercise(
    name="last_states",
    stars=1,
    task="The state of every sequence at its own end. A batch of sequences was padded at the end to "
    "one length. `h`: $(T, N, H)$, the states; `lengths`: $(N,)$, how many steps of each sequence "
    "are its own, from 1 to $T$. Return $(N, H)$.",
    hint="After 3 steps the state is `h[2]`. Two arrays as indices pick one entry for every pair: "
    "`h[steps, sequences]`.",
    solution=_last_states,
    book=_book_last,
    probes=(
        (np.arange(30.0).reshape(5, 3, 2) ** 2, np.array([2, 5, 3])),
        _padded(np.random.default_rng(6)),
    ),
    fresh=_padded,
    mistakes=(
        Mistake(
            "the padding was read: h[-1] is the end of the longest sequence alone",
            lambda h, lengths: h[-1],
        ),
        Mistake(
            "off by one: after `lengths` steps the state stands at `lengths - 1`, counted from 0",
            lambda h, lengths: h[np.minimum(lengths, len(h) - 1), np.arange(len(lengths))],
        ),
        Mistake(
            "this is the mean over a sequence's own steps: its last state is wanted",
            lambda h, lengths: np.array([h[:m, n].mean(axis=0) for n, m in enumerate(lengths)]),
        ),
        Mistake(
            "the first sequence's length was used for all",
            lambda h, lengths: h[lengths[0] - 1],
        ),
        Mistake(
            "without an index for the sequence, every end brings the states of all of them",
            lambda h, lengths: h[lengths - 1],
        ),
    ),
)


def _scores_grad(scores, y):
    T, N, C = scores.shape
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return (e / e.sum(axis=-1, keepdims=True) - np.eye(C)[y]) / (T * N)


def _book_scores(scores, y):
    T, N, C = scores.shape
    flat = np.tile(np.eye(C)[y], (T, 1)), scores.reshape(T * N, C)
    grad = losses.cross_entropy_with_logits_grad(*flat, reduction="mean")
    return grad.reshape(T, N, C)


def _not_over_steps(scores, y):
    N, C = scores.shape[1:]
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return (e / e.sum(axis=-1, keepdims=True) - np.eye(C)[y]) / N


def _not_over_sequences(scores, y):
    T, C = len(scores), scores.shape[-1]
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return (e / e.sum(axis=-1, keepdims=True) - np.eye(C)[y]) / T


def _over_steps(scores, y):
    T, N, C = scores.shape
    e = np.exp(scores - scores.max(axis=0))
    return (e / e.sum(axis=0) - np.eye(C)[y]) / (T * N)


def _at_the_end(scores, y):
    N, C = scores.shape[1:]
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    grad = (e / e.sum(axis=-1, keepdims=True) - np.eye(C)[y]) / N
    grad[:-1] = 0
    return grad


def _uphill(scores, y):
    T, N, C = scores.shape
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return (np.eye(C)[y] - e / e.sum(axis=-1, keepdims=True)) / (T * N)


def _summed_losses(scores, y):
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True) - np.eye(scores.shape[-1])[y]


def _no_target(scores, y):
    T, N = scores.shape[:2]
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True) / (T * N)


def _averaged_scores(scores, y):
    T, N, C = scores.shape
    mean = scores.mean(axis=0)
    e = np.exp(mean - mean.max(axis=-1, keepdims=True))
    grad = (e / e.sum(axis=-1, keepdims=True) - np.eye(C)[y]) / (T * N)
    return np.tile(grad, (T, 1, 1))


def _scores(rng):
    return rng.normal(0, 2, (3, 4, 3)).round(2), rng.integers(0, 3, 4)


scores_grad = Exercise(
    name="scores_grad",
    stars=2,
    task="One readout judges the sequence after every step: the loss is the cross-entropy of the "
    "softmax, averaged over all $T$ steps and $N$ sequences. `scores`: $(T, N, C)$; `y`: $(N,)$, the "
    "class of every sequence, the same at every step. Return the gradient in the scores, $(T, N, C)$.",
    hint="For one step of one sequence it is the probabilities minus the one-hot target. Which axis "
    "holds the classes, and what does the average divide by?",
    solution=_scores_grad,
    book=_book_scores,
    probes=(
        (
            np.array(
                [[[0.0, 1.0], [2.0, -1.0], [0.5, 0.0]], [[3.0, 1.0], [0.0, -2.0], [1.0, 4.0]]]
            ),
            np.array([0, 1, 1]),
        ),
        _scores(np.random.default_rng(7)),
        (
            np.array(
                [[[0.5, -1.0], [1.0, 2.0]], [[0.0, 1.5], [-0.5, 1.0]], [[2.0, 1.0], [0.25, -1.0]]]
            ),
            np.array([1, 0]),
        ),
    ),
    fresh=_scores,
    mistakes=(
        Mistake(
            "this is the sum over the steps: their average is wanted, divide by T too",
            _not_over_steps,
        ),
        Mistake(
            "this is the sum over the sequences: their average is wanted, divide by N too",
            _not_over_sequences,
        ),
        Mistake(
            "this is the sum over steps and sequences: divide by T and by N",
            _summed_losses,
        ),
        Mistake(
            "the target is missing: 1 is taken away from the probability of the right class",
            _no_target,
        ),
        Mistake(
            "the softmax ran over the steps: the classes compete, on the last axis",
            _over_steps,
        ),
        Mistake(
            "this is the loss of the last step alone: every step is judged",
            _at_the_end,
        ),
        Mistake(
            "uphill: the gradient is the probabilities minus the target",
            _uphill,
        ),
        Mistake(
            "the scores were averaged before the softmax: the losses are averaged, after it",
            _averaged_scores,
        ),
    ),
)


questions = (
    Question(
        "A recurrent layer reads 100 steps in place of 10. How many more weights does it need?",
        (
            Option("ten times as many", "the unrolled copies share one W_h and one W_x."),
            Option("none", "every step uses the same W_h and W_x, however many there are.", True),
            Option(
                "a hundred times as many",
                "that would be a weight for every pair of steps; a step meets the past in h alone.",
            ),
            Option(
                "that depends on the padding",
                "padding changes what is read and not what it is read with.",
            ),
        ),
    ),
    Question(
        "How many numbers are the derivatives of one state of H units in all entries of W_h?",
        (
            Option("H x H", "that is one unit's; there are H units."),
            Option(
                "H x H x H",
                "one for every unit and every entry of W_h.",
                True,
            ),
            Option("H", "that is the bare vector which (94) adds, good for a single unit."),
            Option(
                "T x H x H",
                "the steps add up in the same entries: W_h is one matrix, not T of them.",
            ),
        ),
    ),
    Question(
        "The same rows are read in another order. What becomes of the last state?",
        (
            Option("it is the same", "a sum of the rows would be; here W_h acts between them."),
            Option(
                "it is another one",
                "an early row has been through W_h and the activation more often than a late one.",
                True,
            ),
            Option(
                "it is the same if the activation is linear",
                "W_h still multiplies an early row more often than a late one.",
            ),
            Option(
                "it is the same once the network is trained",
                "this chapter's network reads nine digits of ten right, and four of ten from below.",
            ),
        ),
    ),
    Question(
        "Forward mode and backpropagation through time give the same gradient. Why is the second one "
        "used?",
        (
            Option(
                "forward mode is wrong for more than one step",
                "with the Kronecker delta it is exact for any number of steps.",
            ),
            Option(
                "forward mode needs the future",
                "it does not: it could learn while it reads, which the way back cannot.",
            ),
            Option(
                "forward mode carries H x H x H numbers from step to step",
                "and each of them costs H multiplications a step.",
                True,
            ),
            Option(
                "forward mode stores all states",
                "that is what the way back needs; forward mode may forget them.",
            ),
        ),
    ),
)
