"""Section 12, equations (101) to (106).

Weights are whole multiples of ln 2 and what they meet is whole, so the odds of every gate are a
power of 2 and tanh is (4^k - 1) / (4^k + 1): a step has an exact answer in fractions.
"""

from fractions import Fraction

import numpy as np

from .. import recurrent
from ._equation import Equation

N, D, H = 2, 3, 2
X = np.array([[[1, -2, 1], [0, 1, -1]], [[-1, 1, 0], [1, 1, 2]], [[2, 0, -1], [-1, 0, 1]]])
H0, C0 = np.array([[1, -1], [2, 1]]), np.array([[1, 2], [-1, 3]])
PARTS = ("i", "f", "o", "C")
W = {
    "i": [[1, 0, -1], [0, 1, 1]],
    "f": [[0, 1, 1], [1, 0, -1]],
    "o": [[1, 1, 0], [-1, 0, 2]],
    "C": [[0, -1, 1], [1, 1, 0]],
}
U = {
    "i": [[1, -1], [0, 1]],
    "f": [[0, 1], [-1, 1]],
    "o": [[1, 0], [1, -1]],
    "C": [[-1, 1], [2, 0]],
}
B = {"i": [1, -1], "f": [2, 1], "o": [-1, 0], "C": [0, 1]}


def _weights(recurrent_too=True, **biases):
    """The tables above times ln 2; biases may be replaced."""
    given = {}
    for part in PARTS:
        given["W_" + part] = np.log(2) * np.array(W[part])
        given["U_" + part] = np.log(2) * np.array(U[part]) * recurrent_too
        given["b_" + part] = np.log(2) * np.array(biases.get(part, B[part]))
    return recurrent.LSTMWeights(**given)


def _power(part, x, h):
    """What enters one gate or the candidate, in units of ln 2: a whole number for every unit."""
    return [
        B[part][k]
        + sum(W[part][k][j] * int(x[j]) for j in range(D))
        + sum(U[part][k][j] * int(h[j]) for j in range(H))
        for k in range(H)
    ]


def _open(k):
    """A gate whose odds are 2^k."""
    return Fraction(2) ** k / (1 + Fraction(2) ** k)


def _squashed(k):
    """tanh(k ln 2)."""
    return (Fraction(4) ** k - 1) / (Fraction(4) ** k + 1)


def _gap(found, wanted):
    wanted = np.array(wanted, dtype=np.float64)
    found = np.asarray(found)
    return float(np.max(np.abs(found - wanted))) if found.shape == wanted.shape else np.inf


def _part_gap(part, value):
    """A check of one step of one part: form(x, h, weights) -> (N, H)."""

    def check(form):
        wanted = [[value(k) for k in _power(part, x, h)] for x, h in zip(X[0], H0, strict=True)]
        return _gap(form(X[0], H0, _weights()), wanted)

    return check


def _part(field):
    def form(x, h, weights):
        _, cache = recurrent.lstm_forward(x[np.newaxis], h, C0, weights)
        return getattr(cache, field)[0]

    return form


def _sigmoid(a):
    return 1 / (1 + np.exp(-a))


def _wrongly(part, squash, x_part=None, u_part=None, b_part=None, transposed=False):
    """A wrong part as a form: other weights than its own, or another squashing."""

    def form(x, h, weights):
        on_h = getattr(weights, "U_" + (u_part or part))
        a = x @ getattr(weights, "W_" + (x_part or part)).T
        a = a + h @ (on_h if transposed else on_h.T)
        return squash(a + getattr(weights, "b_" + (b_part or part)))

    return form


def _without(part, squash, *, state=True, bias=True):
    """A wrong part as a form: it does not see the state, or has no bias."""

    def form(x, h, weights):
        a = x @ getattr(weights, "W_" + part).T
        a = a + (h @ getattr(weights, "U_" + part).T if state else 0)
        return squash(a + (getattr(weights, "b_" + part) if bias else 0))

    return form


def _cells_gap(form):
    """The gates see x alone (U = 0). What enters in step s is multiplied by every later f."""
    nothing = [0] * H
    wanted = []
    for t in range(len(X)):
        rows = []
        for n in range(N):
            steps = [{p: _power(p, X[s][n], nothing) for p in PARTS} for s in range(t + 1)]
            row = []
            for k in range(H):
                later = Fraction(1)
                total = Fraction(0)
                for step in reversed(steps):
                    total += later * _open(step["i"][k]) * _squashed(step["C"][k])
                    later *= _open(step["f"][k])
                row.append(float(total + later * int(C0[n][k])))
            rows.append(row)
        wanted.append(rows)
    return _gap(form(X, H0, C0, _weights(recurrent_too=False)), wanted)


def _cells(x, h0, c0, weights):
    return recurrent.lstm_forward(x, h0, c0, weights)[1].C


def _cells_by(step):
    """A wrong (105) as a form: step(C, i, f, candidate) -> the next cells."""

    def form(x, h0, c0, weights):
        _, cache = recurrent.lstm_forward(x, h0, c0, weights)
        C, cells = c0, []
        for i, f, candidate in zip(cache.i, cache.f, cache.candidate, strict=True):
            C = step(C, i, f, candidate)
            cells.append(C)
        return cells

    return form


SHUT, OPEN = [-2000, -2000], [2000, 2000]


def _state_gap(form):
    """With i = 0 and f = 1 the cells stay at c0 = k ln 2, and o is as in (103)."""
    weights = _weights(i=SHUT, f=OPEN)
    wanted = [
        [_open(m) * _squashed(int(k)) for m, k in zip(_power("o", x, h), c, strict=True)]
        for x, h, c in zip(X[0], H0, C0, strict=True)
    ]
    return _gap(form(X[:1], H0, np.log(2) * C0, weights), wanted)


def _state(x, h0, c0, weights):
    return recurrent.lstm_forward(x, h0, c0, weights)[0][0]


def _state_by(out):
    """A wrong (106) as a form: out(o, C) -> the state."""

    def form(x, h0, c0, weights):
        _, cache = recurrent.lstm_forward(x, h0, c0, weights)
        return out(cache.o[0], cache.C[0])

    return form


ODDS = "the odds of every gate, 2 to a whole power, in fractions"

EQUATIONS = (
    Equation(
        id="eq-101",
        tag="101",
        section="12 LSTMs",
        title="LSTM: input gate",
        latex=r"i_t = \sigma(W_i x_t + U_i h_{t-1} + b_i)",
        verdict="holds",
        why="Its own two matrices and its own bias; PyTorch keeps two biases, whose sum is b_i.",
        code="recurrent.lstm_forward",
        form=_part("i"),
        route=ODDS,
        check=_part_gap("i", _open),
        refutes={
            "the output gate's bias": _wrongly("i", _sigmoid, b_part="o"),
            "the forget gate": _wrongly("f", _sigmoid),
            "U transposed": _wrongly("i", _sigmoid, transposed=True),
            "blind to the state": _without("i", _sigmoid, state=False),
            "squashed by tanh": _wrongly("i", np.tanh),
        },
    ),
    Equation(
        id="eq-102",
        tag="102",
        section="12 LSTMs",
        title="LSTM: forget gate",
        latex=r"f_t = \sigma(W_f x_t + U_f h_{t-1} + b_f)",
        verdict="holds",
        why="Near 1 it keeps. The cell of 1997 had none (f = 1); Keras starts b_f at 1.",
        code="recurrent.lstm_forward",
        form=_part("f"),
        route=ODDS,
        check=_part_gap("f", _open),
        refutes={
            "1 - f: the share that is forgotten": lambda x, h, w: 1 - _part("f")(x, h, w),
            "coupled, f = 1 - i": lambda x, h, w: 1 - _part("i")(x, h, w),
            "no bias": _without("f", _sigmoid, bias=False),
            "the output gate's bias": _wrongly("f", _sigmoid, b_part="o"),
            "no forget gate, f = 1": lambda x, h, w: np.ones_like(h, dtype=np.float64),
        },
    ),
    Equation(
        id="eq-103",
        tag="103",
        section="12 LSTMs",
        title="LSTM: output gate",
        latex=r"o_t = \sigma(W_o x_t + U_o h_{t-1} + b_o)",
        verdict="holds",
        why="It sees x and h, not the cell: a version with peepholes would add the cell here.",
        code="recurrent.lstm_forward",
        form=_part("o"),
        route=ODDS,
        check=_part_gap("o", _open),
        refutes={
            "a peephole, the cell added": lambda x, h, w: _sigmoid(
                x @ w.W_o.T + h @ w.U_o.T + w.b_o + C0
            ),
            "the input gate's state weights": _wrongly("o", _sigmoid, u_part="i"),
            "the forget gate's bias": _wrongly("o", _sigmoid, b_part="f"),
            "blind to the state": _without("o", _sigmoid, state=False),
        },
    ),
    Equation(
        id="eq-104",
        tag="104",
        section="12 LSTMs",
        title="LSTM: candidate",
        latex=r"\tilde{C}_t = \tanh(W_C x_t + U_C h_{t-1} + b_C)",
        verdict="holds",
        why="The same layer a fourth time, squashed by tanh, so that it can take away as well as add.",
        code="recurrent.lstm_forward",
        form=_part("candidate"),
        route="tanh(k ln 2) = (4^k - 1) / (4^k + 1) for whole k, in fractions",
        check=_part_gap("C", _squashed),
        refutes={
            "squashed by the sigmoid": _wrongly("C", _sigmoid),
            "not squashed": _wrongly("C", lambda a: a),
            "U transposed": _wrongly("C", np.tanh, transposed=True),
            "no bias": _without("C", np.tanh, bias=False),
        },
    ),
    Equation(
        id="eq-105",
        tag="105",
        section="12 LSTMs",
        title="LSTM: cell",
        latex=r"C_t = f_t \odot C_{t-1} + i_t \odot \tilde{C}_t",
        verdict="holds",
        why="Entry by entry. The cell is only scaled and added to, and it is not bounded.",
        code="recurrent.lstm_forward",
        form=_cells,
        route="the sum of all that entered, each times every later f, over three steps in fractions",
        check=_cells_gap,
        refutes={
            "i and f swapped": _cells_by(lambda C, i, f, n: i * C + f * n),
            "no forget gate (1997)": _cells_by(lambda C, i, f, n: C + i * n),
            "coupled, i = 1 - f": _cells_by(lambda C, i, f, n: f * C + (1 - f) * n),
            "the input gate left out": _cells_by(lambda C, i, f, n: f * C + n),
            "the cell squashed": _cells_by(lambda C, i, f, n: np.tanh(f * C + i * n)),
        },
    ),
    Equation(
        id="eq-106",
        tag="106",
        section="12 LSTMs",
        title="LSTM: state",
        latex=r"h_t = o_t \odot \tanh(C_t)",
        verdict="holds",
        why="The squashing is on the way out and does not touch the cell that is kept; |h| < 1.",
        code="recurrent.lstm_forward",
        form=_state,
        route="cells held at k ln 2 by i = 0 and f = 1, whose tanh is a fraction",
        check=_state_gap,
        refutes={
            "the tanh left out": _state_by(lambda o, C: o * C),
            "the output gate left out": _state_by(lambda o, C: np.tanh(C)),
            "the gate inside the tanh": _state_by(lambda o, C: np.tanh(o * C)),
            "the sigmoid of the cell": _state_by(lambda o, C: o * _sigmoid(C)),
        },
    ),
)
