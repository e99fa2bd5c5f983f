"""Section 10 to 12: three recurrent layers, forward and backward through time.

x is (T, N, D): T steps of N sequences of D numbers. h is (T, N, H), the states h_1 ... h_T, and h0
(N, H) the state before the first step. A matrix has a row for each number that it gives, as in
the notes' W x. Where the notes print no bias it is optional, and None leaves it out.

mask, (T, N) of True and False, is for sequences of unequal lengths: where it is False, the step is
not taken and the state stays, so h[-1] holds every sequence's last state.

`h, cache = x_forward(...)` and `grads = x_backward(dh, cache)`, dh of h's shape: the gradient that
arrives at every state from outside. The gradients bear the names of the arguments.
All raise ValueError on shapes that do not fit, no values, nan or infinities, TypeError on text.
"""

from typing import NamedTuple

import numpy as np

from . import _require
from .activations import sigmoid


class RNNWeights(NamedTuple):
    """W_h: (H, H), W_x: (H, D), b: (H,) or None."""

    W_h: np.ndarray
    W_x: np.ndarray
    b: np.ndarray | None = None


class GRUWeights(NamedTuple):
    """Three times W: (H, D), U: (H, H), b: (H,) or None, for update gate, reset gate, candidate.

    c_h: (H,) or None, a bias on U_h h, for reset_after alone; PyTorch has one.
    """

    W_z: np.ndarray
    U_z: np.ndarray
    W_r: np.ndarray
    U_r: np.ndarray
    W_h: np.ndarray
    U_h: np.ndarray
    b_z: np.ndarray | None = None
    b_r: np.ndarray | None = None
    b_h: np.ndarray | None = None
    c_h: np.ndarray | None = None


class LSTMWeights(NamedTuple):
    """Four times W: (H, D), U: (H, H), b: (H,): input, forget and output gate, candidate."""

    W_i: np.ndarray
    U_i: np.ndarray
    b_i: np.ndarray
    W_f: np.ndarray
    U_f: np.ndarray
    b_f: np.ndarray
    W_o: np.ndarray
    U_o: np.ndarray
    b_o: np.ndarray
    W_C: np.ndarray
    U_C: np.ndarray
    b_C: np.ndarray


class RNNCache(NamedTuple):
    """What the way back needs; z: what entered the activation, (T, N, H)."""

    x: np.ndarray
    before: np.ndarray
    z: np.ndarray
    weights: RNNWeights
    mask: np.ndarray
    activation: str


class RNNGrads(NamedTuple):
    x: np.ndarray
    h0: np.ndarray
    weights: RNNWeights


class GRUCache(NamedTuple):
    """What the way back needs; z, r, candidate: (T, N, H) each."""

    x: np.ndarray
    before: np.ndarray
    z: np.ndarray
    r: np.ndarray
    candidate: np.ndarray
    weights: GRUWeights
    mask: np.ndarray
    reset_after: bool


class GRUGrads(NamedTuple):
    x: np.ndarray
    h0: np.ndarray
    weights: GRUWeights


class LSTMCache(NamedTuple):
    """What the way back needs; C: the cells C_1 ... C_T, i, f, o, candidate: all (T, N, H)."""

    x: np.ndarray
    before: np.ndarray
    cells_before: np.ndarray
    i: np.ndarray
    f: np.ndarray
    o: np.ndarray
    candidate: np.ndarray
    C: np.ndarray
    weights: LSTMWeights
    mask: np.ndarray


class LSTMGrads(NamedTuple):
    x: np.ndarray
    h0: np.ndarray
    c0: np.ndarray
    weights: LSTMWeights


# Sums beyond the largest float are refused on the way there, and on the way back are inf.
_to_infinity = np.errstate(over="ignore", invalid="ignore")

# Each activation, and its slope from what went in and what came out.
_ACTIVATIONS = {
    "relu": (lambda z: np.maximum(z, 0), lambda z, h: z > 0),
    "tanh": (np.tanh, lambda z, h: 1 - h**2),
    "identity": (lambda z: z, lambda z, h: 1),
}


@_to_infinity
def rnn_forward(x, h0, weights, *, activation="relu", mask=None):
    """A plain recurrent layer -> (h, RNNCache).

    (93)  h_t = ReLU(W_h h_{t-1} + W_x x_t), or another activation: "tanh", "identity"
    (107) h_t = phi(W_h h_{t-1} + W_x x_t), and (108) with phi = identity
    x: (T, N, D); h0: (N, H); weights: RNNWeights -> (T, N, H)
    Source: Elman 1990.
    """
    who = "rnn_forward"
    _require.choice(who, "activation", activation, _ACTIVATIONS)
    x, mask, weights, h = _approved(who, RNNWeights, x, weights, mask, h0=h0)
    f = _ACTIVATIONS[activation][0]
    entering = _affine(x, weights.W_x, weights.b)
    z, before, states = np.empty_like(entering), np.empty_like(entering), np.empty_like(entering)
    for t in range(len(x)):
        before[t] = h
        z[t] = _within_floats(who, t, entering[t] + h @ weights.W_h.T)
        h = states[t] = np.where(mask[t], f(z[t]), h)
    return states, RNNCache(x, before, z, weights, mask, activation)


@_to_infinity
def rnn_backward(dh, cache):
    """Backpropagation through time -> RNNGrads.

    (94')  dL/dW_h = sum_t dz_t h_{t-1}^T, dz_t = A'(z_t) (dL/dh_t), dL/dh_t from all later steps
    (95')  dL/dW_x = sum_t dz_t x_t^T
    (96)   dL/dx_t = W_x^T dz_t, and W_h^T dz_t goes on to h_{t-1}
    (109'), (110')  the sum over steps; one step is diag(A'(z_t)) W_h
    (111')  dL/dh_{t-1} = dL/dh_t diag(A'(z_t)) W_h, plus what arrives at h_{t-1} itself
    (112')  linear: dL/dh_0 = dL/dh_T W_h ... W_h with T factors, gradients as rows
    Exploding and Vanishing Gradients in RNNs  if dL/dh_T is a left eigenvector of W_h, its length
    grows or shrinks by |lambda| a step: by |lambda|^T in (113), (114), and by |lambda|^(T-t) down to
    step t in (115'), (116').
    ReLU's slope at 0 is 0. Source: Werbos 1990.
    """
    dh = _arriving("rnn_backward", "dh", dh, cache, RNNCache)
    weights, slope = cache.weights, _ACTIVATIONS[cache.activation][1]
    after = _ACTIVATIONS[cache.activation][0](cache.z)
    dz, carried = np.empty_like(cache.z), np.zeros_like(cache.z[0])
    for t in reversed(range(len(dz))):
        total, mask = dh[t] + carried, cache.mask[t]
        dz[t] = np.where(mask, total * slope(cache.z[t], after[t]), 0)
        carried = dz[t] @ weights.W_h + np.where(mask, 0, total)
    return RNNGrads(
        dz @ weights.W_x,
        carried,
        RNNWeights(_outer(dz, cache.before), _outer(dz, cache.x), _summed(dz, weights.b)),
    )


@_to_infinity
def gru_forward(x, h0, weights, *, reset_after=False, mask=None):
    """A gated recurrent unit -> (h, GRUCache).

    (97)   z_t = sigmoid(W_z x_t + U_z h_{t-1})
    (98)   r_t = sigmoid(W_r x_t + U_r h_{t-1})
    (99)   candidate = tanh(W_h x_t + U_h (r_t h_{t-1})); with reset_after=True, as PyTorch has it,
           tanh(W_h x_t + r_t (U_h h_{t-1} + c_h))
    (100)  h_t = (1 - z_t) h_{t-1} + z_t candidate
    x: (T, N, D); h0: (N, H); weights: GRUWeights, with biases or without -> (T, N, H)
    PyTorch and Keras let z keep the old state: negate W_z, U_z and b_z to carry weights over.
    Sources: Cho et al. 2014, Chung et al. 2014.
    """
    who = "gru_forward"
    _require.instance(who, "reset_after", reset_after, bool, "True or False")
    x, mask, w, h = _approved(who, GRUWeights, x, weights, mask, h0=h0)
    if w.c_h is not None and not reset_after:
        raise ValueError(f"{who}: weights.c_h must be None unless reset_after, got an array")
    x_z, x_r, x_n = (_affine(x, *p) for p in ((w.W_z, w.b_z), (w.W_r, w.b_r), (w.W_h, w.b_h)))
    before, states, z, r, n = (np.empty_like(x_z) for _ in range(5))
    for t in range(len(x)):
        before[t] = h
        z[t] = sigmoid(_within_floats(who, t, x_z[t] + h @ w.U_z.T))
        r[t] = sigmoid(_within_floats(who, t, x_r[t] + h @ w.U_r.T))
        recalled = r[t] * _affine(h, w.U_h, w.c_h) if reset_after else (r[t] * h) @ w.U_h.T
        n[t] = np.tanh(_within_floats(who, t, x_n[t] + recalled))
        h = states[t] = np.where(mask[t], (1 - z[t]) * h + z[t] * n[t], h)
    return states, GRUCache(x, before, z, r, n, w, mask, reset_after)


@_to_infinity
def gru_backward(dh, cache):
    """Back through (97) to (100): four paths lead to h_{t-1} -> GRUGrads."""
    dh = _arriving("gru_backward", "dh", dh, cache, GRUCache)
    w, carried = cache.weights, np.zeros_like(cache.z[0])
    # The gradients before the squashing of update gate, reset gate and candidate, and at U_h h.
    az, ar, an, au = (np.empty_like(cache.z) for _ in range(4))
    for t in reversed(range(len(dh))):
        total, mask = dh[t] + carried, cache.mask[t]
        here = np.where(mask, total, 0)
        h, z, r, n = cache.before[t], cache.z[t], cache.r[t], cache.candidate[t]
        an[t] = here * z * (1 - n**2)
        az[t] = here * (n - h) * z * (1 - z)
        if cache.reset_after:
            au[t] = an[t] * r
            dr, recalled = an[t] * _affine(h, w.U_h, w.c_h), au[t] @ w.U_h
        else:
            au[t] = an[t]
            through = an[t] @ w.U_h
            dr, recalled = through * h, through * r
        ar[t] = dr * r * (1 - r)
        carried = (
            here * (1 - z) + az[t] @ w.U_z + ar[t] @ w.U_r + recalled + np.where(mask, 0, total)
        )
    recalled = cache.before if cache.reset_after else cache.r * cache.before
    return GRUGrads(
        az @ w.W_z + ar @ w.W_r + an @ w.W_h,
        carried,
        GRUWeights(
            W_z=_outer(az, cache.x),
            U_z=_outer(az, cache.before),
            W_r=_outer(ar, cache.x),
            U_r=_outer(ar, cache.before),
            W_h=_outer(an, cache.x),
            U_h=_outer(au, recalled),
            b_z=_summed(az, w.b_z),
            b_r=_summed(ar, w.b_r),
            b_h=_summed(an, w.b_h),
            c_h=_summed(au, w.c_h),
        ),
    )


@_to_infinity
def lstm_forward(x, h0, c0, weights, *, mask=None):
    """Long short-term memory -> (h, LSTMCache); the cells are cache.C.

    (101)  i_t = sigmoid(W_i x_t + U_i h_{t-1} + b_i)
    (102)  f_t = sigmoid(W_f x_t + U_f h_{t-1} + b_f)
    (103)  o_t = sigmoid(W_o x_t + U_o h_{t-1} + b_o)
    (104)  candidate = tanh(W_C x_t + U_C h_{t-1} + b_C)
    (105)  C_t = f_t C_{t-1} + i_t candidate
    (106)  h_t = o_t tanh(C_t)
    x: (T, N, D); h0, c0: (N, H); weights: LSTMWeights -> (T, N, H)
    Sources: Hochreiter & Schmidhuber 1997; the forget gate is of Gers et al. 2000.
    """
    who = "lstm_forward"
    x, mask, w, h, C = _approved(who, LSTMWeights, x, weights, mask, h0=h0, c0=c0)
    parts = ((w.W_i, w.b_i), (w.W_f, w.b_f), (w.W_o, w.b_o), (w.W_C, w.b_C))
    entering = [*zip((_affine(x, *p) for p in parts), (w.U_i, w.U_f, w.U_o, w.U_C), strict=True)]
    before, cells_before, states, cells, i, f, o, n = (
        np.empty_like(entering[0][0]) for _ in range(8)
    )
    for t in range(len(x)):
        before[t], cells_before[t] = h, C
        a = [x_a[t] + h @ U.T for x_a, U in entering]
        i[t], f[t], o[t] = sigmoid(_within_floats(who, t, np.stack(a[:3])))
        n[t] = np.tanh(_within_floats(who, t, a[3]))
        C = cells[t] = np.where(mask[t], f[t] * C + i[t] * n[t], C)
        h = states[t] = np.where(mask[t], o[t] * np.tanh(C), h)
    return states, LSTMCache(x, before, cells_before, i, f, o, n, cells, w, mask)


@_to_infinity
def lstm_backward(dh, cache, *, dC=None):
    """Back through (101) to (106) -> LSTMGrads.

    dC: (T, N, H), the gradient that arrives at the cells from outside; None for none.
    """
    dh = _arriving("lstm_backward", "dh", dh, cache, LSTMCache)
    dC = np.zeros_like(dh) if dC is None else _arriving("lstm_backward", "dC", dC, cache, LSTMCache)
    w, carried, carried_C = cache.weights, np.zeros_like(dh[0]), np.zeros_like(dh[0])
    ai, af, ao, an = (np.empty_like(cache.C) for _ in range(4))
    for t in reversed(range(len(dh))):
        total, mask = dh[t] + carried, cache.mask[t]
        here, squashed = np.where(mask, total, 0), np.tanh(cache.C[t])
        i, f, o, n = cache.i[t], cache.f[t], cache.o[t], cache.candidate[t]
        # What comes down the cell is added to what comes through h, never replaced by it.
        total_C = dC[t] + carried_C + here * o * (1 - squashed**2)
        here_C = np.where(mask, total_C, 0)
        ao[t] = here * squashed * o * (1 - o)
        ai[t] = here_C * n * i * (1 - i)
        af[t] = here_C * cache.cells_before[t] * f * (1 - f)
        an[t] = here_C * i * (1 - n**2)
        carried_C = here_C * f + np.where(mask, 0, total_C)
        carried = ai[t] @ w.U_i + af[t] @ w.U_f + ao[t] @ w.U_o + an[t] @ w.U_C
        carried = carried + np.where(mask, 0, total)
    sums = [
        gradient
        for a, b in ((ai, w.b_i), (af, w.b_f), (ao, w.b_o), (an, w.b_C))
        for gradient in (_outer(a, cache.x), _outer(a, cache.before), _summed(a, b))
    ]
    return LSTMGrads(
        ai @ w.W_i + af @ w.W_f + ao @ w.W_o + an @ w.W_C, carried, carried_C, LSTMWeights(*sums)
    )


def _within_floats(who, t, a):
    return _require.within_floats(who, "the sum", a, f"at step {t + 1}")


def _affine(x, W, b):
    y = x @ W.T
    return y if b is None else y + b


def _outer(da, entered):
    """The gradient in a matrix: at every step of every sequence, what came times what had entered."""
    return np.tensordot(da, entered, axes=((0, 1), (0, 1)))


def _summed(da, b):
    return None if b is None else da.sum(axis=(0, 1))


def _approved(who, kind, x, weights, mask, **states):
    """The arguments as arrays of one floating type and of shapes that fit."""
    _require.instance(who, "weights", weights, kind, f"of type {kind.__name__}")
    given = {k: w for k, w in weights._asdict().items() if w is not None}
    if missing := [k for k in kind._fields if k not in given and k not in kind._field_defaults]:
        raise TypeError(f"{who}: weights.{missing[0]} must be an array, got None")
    named = {"x": x, **states, **{f"weights.{k}": w for k, w in given.items()}}
    named = dict(zip(named, _require.finite(who, **named), strict=True))
    _require.rank(who, "x", named["x"], 3)
    _require.rank(who, "h0", named["h0"], 2)
    (T, N, D), H = named["x"].shape, named["h0"].shape[1]
    on_x = "W_x" if kind is RNNWeights else "W_"
    for name, a in named.items():
        letter = name.removeprefix("weights.")
        wanted = (H, D) if letter.startswith(on_x) else (H,) if letter[0] == "b" else (H, H)
        wanted = {"x": (T, N, D), "h0": (N, H), "c0": (N, H), "c_h": (H,)}.get(letter, wanted)
        if a.shape != wanted:
            raise ValueError(f"{who}: {name} must have shape {wanted}, got {a.shape}")
    mask = np.ones((T, N), dtype=bool) if mask is None else _require.array(who, "mask", mask)
    if mask.dtype != bool:
        raise TypeError(f"{who}: mask must hold True and False, got {mask.dtype}")
    if mask.shape != (T, N):
        raise ValueError(f"{who}: mask must have shape {(T, N)}, got {mask.shape}")
    approved = {k: named[f"weights.{k}"] for k in given}
    return named["x"], mask[:, :, np.newaxis], kind(**approved), *(named[s] for s in states)


def _arriving(who, name, dh, cache, kind):
    _require.instance(who, "cache", cache, kind, "what the forward pass gave")
    dh = _require.in_type(who, name, dh, cache.before.dtype)
    if dh.shape != cache.before.shape:
        raise ValueError(
            f"{who}: {name} must have shape {cache.before.shape} like the states, got {dh.shape}"
        )
    return dh
