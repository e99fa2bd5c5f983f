"""Section 11, equations (97) to (100).

The weights are whole multiples of log 2, so what enters sigmoid and tanh is one too, and gates,
candidate and state are fractions that can be worked by hand: the routes use no exponential.
"""

from fractions import Fraction

import numpy as np

from .. import recurrent
from ._equation import Equation

# One step of two sequences; three inputs, two states, no matrix symmetric.
X = [(1, 0, 2), (-1, 1, 1)]
H = [(3, Fraction(-3, 2)), (Fraction(3, 2), 3)]
# In units of log 2, (W, U) of each gate and of the candidate.
UPDATE = [(4, 2, 1), (-1, 1, 3)], [(-2, 2), (-2, 0)]
RESET = [(-4, 2, -3), (-4, 0, 1)], [(2, -2), (0, -2)]
CANDIDATE = [(1, -2, 2), (-3, -3, 0)], [(-2, 2), (2, 0)]


def _array(rows, unit=1.0):
    return unit * np.array([[float(a) for a in row] for row in rows])


def _times(matrix, vector):
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def _entering(weights, x, h):
    """W x + U h in units of log 2, in fractions."""
    W, U = weights
    return [a + b for a, b in zip(_times(W, x), _times(U, h), strict=True)]


def _power_of_two(k):
    if Fraction(k).denominator != 1:
        raise ArithmeticError(f"2^{k} is no fraction")
    return Fraction(2) ** int(k)


def _gate(k):
    """The probability whose odds are 2^k: sigmoid(k log 2)."""
    odds = _power_of_two(k)
    return odds / (1 + odds)


def _squashed(k):
    """tanh(k log 2) = (4^k - 1) / (4^k + 1)."""
    square = _power_of_two(2 * k)
    return (square - 1) / (square + 1)


def _by_hand(x, h):
    """Update gate, reset gate, candidate and new state of one sequence, in fractions."""
    z = [_gate(k) for k in _entering(UPDATE, x, h)]
    r = [_gate(k) for k in _entering(RESET, x, h)]
    kept = [a * b for a, b in zip(r, h, strict=True)]
    candidate = [_squashed(k) for k in _entering(CANDIDATE, x, kept)]
    state = [a + p * (n - a) for a, p, n in zip(h, z, candidate, strict=True)]
    return {"z": z, "r": r, "candidate": candidate, "h": state}


def _step_gap(what):
    """A check: form(x, h, w) -> that part of one step, (2, 2), against the fractions."""
    wanted = _array(_by_hand(x, h)[what] for x, h in zip(X, H, strict=True))
    parts = dict(zip(("z", "r", "h"), (UPDATE, RESET, CANDIDATE), strict=True))
    log2 = float(np.log(2))
    w = recurrent.GRUWeights(
        **{
            f"{letter}_{part}": _array(matrix, log2)
            for part, pair in parts.items()
            for letter, matrix in zip("WU", pair, strict=True)
        }
    )
    return lambda form: float(np.abs(form(_array(X), _array(H), w) - wanted).max())


def _step(x, h, w, **settings):
    states, cache = recurrent.gru_forward(x[np.newaxis], h, w, **settings)
    return {"z": cache.z[0], "r": cache.r[0], "candidate": cache.candidate[0], "h": states[0]}


def _sigmoid(a):
    return 1 / (1 + np.exp(-a))


def _mixed(mix):
    """A wrong (100) as a form: mix(z, h, candidate) -> the new state."""

    def form(x, h, w):
        parts = _step(x, h, w)
        return mix(parts["z"], h, parts["candidate"])

    return form


def _recalled(recall):
    """A wrong (99) as a form: recall(r, z, h, U_h) in place of U_h (r h)."""

    def form(x, h, w):
        parts = _step(x, h, w)
        return np.tanh(x @ w.W_h.T + recall(parts["r"], parts["z"], h, w.U_h))

    return form


EQUATIONS = (
    Equation(
        id="eq-97",
        tag="97",
        section="11 GRUs",
        title="GRU: update gate",
        latex=r"z_t = \sigma(W_z x_t + U_z h_{t-1})",
        verdict="holds",
        why="As in the papers, which print no bias either. Libraries add one, and with b_z = 0 or "
        "none the gate starts near 1/2.",
        code="recurrent.gru_forward",
        form=lambda x, h, w: _step(x, h, w)["z"],
        route="the gate's odds, powers of 2 worked in fractions",
        check=_step_gap("z"),
        refutes={
            "of the input alone": lambda x, h, w: _sigmoid(x @ w.W_z.T),
            "of the new state": lambda x, h, w: _sigmoid(
                x @ w.W_z.T + _step(x, h, w)["h"] @ w.U_z.T
            ),
            "tanh for sigma": lambda x, h, w: np.tanh(x @ w.W_z.T + h @ w.U_z.T),
            "1 - z, the share that is kept": lambda x, h, w: 1 - _step(x, h, w)["z"],
            "U_z transposed": lambda x, h, w: _step(x, h, w._replace(U_z=w.U_z.T))["z"],
        },
    ),
    Equation(
        id="eq-98",
        tag="98",
        section="11 GRUs",
        title="GRU: reset gate",
        latex=r"r_t = \sigma(W_r x_t + U_r h_{t-1})",
        verdict="holds",
        why="As in the papers, without a bias.",
        code="recurrent.gru_forward",
        form=lambda x, h, w: _step(x, h, w)["r"],
        route="the gate's odds, powers of 2 worked in fractions",
        check=_step_gap("r"),
        refutes={
            "of the past alone": lambda x, h, w: _sigmoid(h @ w.U_r.T),
            "with the update gate's U": lambda x, h, w: _sigmoid(x @ w.W_r.T + h @ w.U_z.T),
            "the update gate once more": lambda x, h, w: _step(x, h, w)["z"],
            "U_r transposed": lambda x, h, w: _step(x, h, w._replace(U_r=w.U_r.T))["r"],
        },
    ),
    Equation(
        id="eq-99",
        tag="99",
        section="11 GRUs",
        title="GRU: candidate",
        latex=r"\tilde{h}_t = \tanh(W_h x_t + U_h(r_t \odot h_{t-1}))",
        verdict="convention",
        why="The reset gate acts on the state, as in Cho et al.'s published paper and in Keras with "
        "reset_after=False. PyTorch, and Keras by default, let it act on the product U_h h, and the "
        "same weights give other states.",
        code="recurrent.gru_forward",
        form=lambda x, h, w: _step(x, h, w)["candidate"],
        route="tanh(k log 2) = (4^k - 1) / (4^k + 1), worked in fractions",
        check=_step_gap("candidate"),
        refutes={
            "reset after the product": lambda x, h, w: _step(x, h, w, reset_after=True)[
                "candidate"
            ],
            "no reset": _recalled(lambda r, z, h, U: h @ U.T),
            "reset by the update gate": _recalled(lambda r, z, h, U: (z * h) @ U.T),
            "1 - r": _recalled(lambda r, z, h, U: ((1 - r) * h) @ U.T),
            "sigma for tanh": lambda x, h, w: (
                (1 + _step(x, h, w._replace(W_h=w.W_h / 2, U_h=w.U_h / 2))["candidate"]) / 2
            ),
        },
        mended=r"\tilde{h}_t = \tanh\left(W_h x_t + b_h + r_t \odot (U_h h_{t-1} + c_h)\right) "
        r"\quad \text{(PyTorch)}",
        sources=("cho2014",),
    ),
    Equation(
        id="eq-100",
        tag="100",
        section="11 GRUs",
        title="GRU: new state",
        latex=r"h_t = (1 - z_t) \odot h_{t-1} + z_t \odot \tilde{h}_t",
        verdict="convention",
        why="Here z near 1 takes the candidate, as in Chung et al. 2014. In Cho et al. 2014, PyTorch and "
        "Keras it keeps the old state. Negating W_z, U_z and b_z turns one into the other.",
        code="recurrent.gru_forward",
        form=lambda x, h, w: _step(x, h, w)["h"],
        route="the old state moved by the share z towards the candidate, in fractions",
        check=_step_gap("h"),
        refutes={
            "z and 1 - z swapped": _mixed(lambda z, h, n: z * h + (1 - z) * n),
            "the old state kept whole": _mixed(lambda z, h, n: h + z * n),
            "the old state dropped": _mixed(lambda z, h, n: z * n),
            "the candidate alone": _mixed(lambda z, h, n: n),
        },
        mended=r"h_t = z_t \odot h_{t-1} + (1 - z_t) \odot \tilde{h}_t "
        r"\quad \text{(Cho et al., PyTorch, Keras)}",
        sources=("chung2014", "cho2014"),
    ),
)
