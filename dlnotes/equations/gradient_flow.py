"""The notes' last section, equations (107) to (116) and the claims around them.

Gradients are carried back by recurrent.rnn_backward; the routes are complex steps, matrices made
from known eigenvalues, and fractions.
"""

import math
from fractions import Fraction

import numpy as np

from .. import recurrent
from ._equation import Counterexample, Equation

SECTION = "Exploding and Vanishing Gradients in RNNs / "
RECURRENCE = SECTION + "Recurrence Relation"
BPTT = SECTION + "Backpropagation Through Time (BPTT)"
EIGENVALUES = SECTION + "Eigenvalues and Gradient Behavior"
SUMMARY = SECTION + "Mathematical Summary"

# Four steps, three units, two inputs; no symmetric matrix, a first state that is not zero.
RNG = np.random.default_rng(13)
T, H, D = 4, 3, 2
X, H0 = RNG.normal(size=(T, D)), RNG.normal(size=H)
W_H, W_X = RNG.normal(size=(H, H)), RNG.normal(size=(H, D))
DIRECT = RNG.normal(size=(T, H))  # the loss is sum_t DIRECT[t] . h_t

SHEAR = np.array([[1.0, 2.0], [0.0, 1.0]])


def _layer(x, h0, W_h, W_x, activation):
    weights = recurrent.RNNWeights(W_h, W_x)
    h, cache = recurrent.rnn_forward(x[:, None], h0[None], weights, activation=activation)
    return h[:, 0], cache


def _carried(g, W, steps):
    """A row gradient g, carried back through a linear layer."""
    if steps == 0:
        return np.asarray(g, dtype=float)
    H = len(W)
    _, cache = _layer(np.zeros((steps, 1)), np.zeros(H), W, np.zeros((H, 1)), "identity")
    dh = np.zeros((steps, 1, H))
    dh[-1, 0] = g
    return recurrent.rnn_backward(dh, cache).h0[0]


def _stepping(step):
    """A wrong recurrence as a form: step(h, x, W_h, W_x) -> the next state."""

    def form(x, h0, W_h, W_x):
        h, states = h0, []
        for x_t in x:
            h = step(h, x_t, W_h, W_x)
            states.append(h)
        return np.array(states)

    return form


def _one_system_gap(form):
    """All steps as one equation between twelve numbers: h = tanh(whole h + given)."""
    h = np.asarray(form(X, H0, W_H, W_X)).ravel()
    given = np.kron(np.eye(T), W_X) @ X.ravel()
    given[:H] += W_H @ H0
    return float(np.max(np.abs(h - np.tanh(np.kron(np.eye(T, k=-1), W_H) @ h + given))))


def _unrolled_gap(form):
    wanted = [
        np.linalg.matrix_power(W_H, t) @ H0
        + sum(np.linalg.matrix_power(W_H, t - s) @ W_X @ X[s - 1] for s in range(1, t + 1))
        for t in range(1, T + 1)
    ]
    return float(np.max(np.abs(form(X, H0, W_H, W_X) - np.array(wanted))))


def _complex_loss(h, x, W_h, direct):
    """The loss over the steps of x, from state h on, in complex numbers."""
    loss = 0
    for x_t, d in zip(x, direct, strict=True):
        h = np.tanh(W_h @ h + W_X @ x_t)
        loss = loss + d @ h
    return loss


def _loss_in_W_gap(form):
    wanted = np.zeros((H, H))
    for entry in np.ndindex(H, H):
        W = W_H.astype(complex)
        W[entry] += 1e-30j
        wanted[entry] = _complex_loss(H0, X, W, DIRECT).imag / 1e-30
    return float(np.max(np.abs(form(DIRECT, X, H0, W_H, W_X) - wanted)))


def _through_time(direct, x, h0, W_h, W_x):
    _, cache = _layer(x, h0, W_h, W_x, "tanh")
    return recurrent.rnn_backward(direct[:, None], cache).weights.W_h


def _summed(*, total_loss, total_state, after=False, last=False):
    """(109) in one reading of its two factors."""

    def form(direct, x, h0, W_h, W_x):
        h, S, states, immediate, totals = h0, np.zeros((H, H, H)), [], [], []
        for x_t in x:
            before, h = h, np.tanh(W_h @ h + W_x @ x_t)
            slope = (1 - h**2)[:, None, None]
            own = np.einsum("ki,j->kij", np.eye(H), h if after else before)
            S = slope * (np.tensordot(W_h, S, axes=1) + own)
            states.append(h)
            immediate.append(slope * own)
            totals.append(S)
        dL, arriving = np.zeros((T, H)), np.zeros(H)
        for t in reversed(range(T)):
            dL[t] = direct[t] + arriving
            arriving = ((1 - states[t] ** 2) * dL[t]) @ W_h
        left = dL if total_loss else direct
        right = totals if total_state else immediate
        steps = [T - 1] if last else range(T)
        return sum(np.tensordot(left[t], right[t], axes=1) for t in steps)

    return form


def _one_step(h, x, W_h, W_x, activation):
    rows = []
    for k in range(H):
        _, cache = _layer(x[None], h, W_h, W_x, activation)
        rows.append(recurrent.rnn_backward(np.eye(H)[k].reshape(1, 1, H), cache).h0[0])
    return np.array(rows)


def _slopes(h, x, W_h, W_x, activation):
    return 1 - np.tanh(W_h @ h + W_x @ x) ** 2 if activation == "tanh" else np.ones(H)


def _step_jacobian_gap(form):
    gaps = []
    for activation, phi in (("tanh", np.tanh), ("identity", lambda z: z)):
        found = form(H0, X[0], W_H, W_X, activation)
        for j in range(H):
            shifted = H0 + 1e-30j * np.eye(H)[j]
            column = phi(W_H @ shifted + W_X @ X[0]).imag / 1e-30
            gaps.append(np.max(np.abs(found[:, j] - column)))
    return float(max(gaps))


def _all_totals(direct, x, h0, W_h, W_x):
    """dL/dh_{t-1} for t = 1 ... T; the loss reads h_1 to h_T."""
    h, _ = _layer(x, h0, W_h, W_x, "tanh")
    before, rows = np.vstack([h0, h[:-1]]), []
    for t in range(T):
        _, cache = _layer(x[t:], before[t], W_h, W_x, "tanh")
        later = recurrent.rnn_backward(direct[t:, None], cache).h0[0]
        rows.append(later + (direct[t - 1] if t else 0))
    return np.array(rows)


def _back_step(*, own=True, sloped=True, turned=False):
    def form(direct, x, h0, W_h, W_x):
        h, _ = _layer(x, h0, W_h, W_x, "tanh")
        rows, g = np.zeros((T, H)), direct[-1]
        for t in reversed(range(T)):
            g = (g * (1 - h[t] ** 2 if sloped else 1)) @ (W_h.T if turned else W_h)
            if own and t:
                g = g + direct[t - 1]
            rows[t] = g
        return rows

    return form


def _totals_gap(form):
    states = np.vstack([H0, _layer(X, H0, W_H, W_X, "tanh")[0]])
    wanted = np.zeros((T, H))
    for t, j in np.ndindex(T, H):
        h = states[t] + 1e-30j * np.eye(H)[j]
        own = DIRECT[t - 1] @ h if t else 0
        wanted[t, j] = (own + _complex_loss(h, X[t:], W_H, DIRECT[t:])).imag / 1e-30
    return float(np.max(np.abs(form(DIRECT, X, H0, W_H, W_X) - wanted)))


def _walked_gap(form):
    """h_T is linear in h_0: walk every unit vector forward and weigh the end with g."""
    g, wanted = DIRECT[0], []
    for h in np.eye(H):
        for _ in range(T):
            h = W_H @ h
        wanted.append(g @ h)
    return float(np.max(np.abs(form(g, W_H, T) - np.array(wanted))))


# A non-normal matrix made from its eigenvalues; the rows of LEFT are its left eigenvectors.
LEFT = np.array([[1.0, 2.0, 0.0], [0.0, 1.0, -1.0], [1.0, 0.0, 1.0]])


def _made_of(values):
    return np.linalg.solve(LEFT, np.diag(values) @ LEFT)


RATES = (-1.25, 0.5, 0.25)


def _long_run_gap(form):
    return abs(float(form(_made_of(RATES))) - max(abs(v) for v in RATES))


def _measured_rate(W):
    late = _carried(np.ones(len(W)), W, 60)
    return np.linalg.norm(_carried(late, W, 1)) / np.linalg.norm(late)


# (W, its largest |lambda| by pencil: triangular, or a complex pair with |lambda|^2 = det W)
KNOWN = (
    ([[-1.5, 2.0], [0.0, 0.3]], 1.5),
    ([[0.0, -1.5], [1.5, 0.3]], 1.5),
    ([[0.9, 20.0], [0.0, 0.9]], 0.9),
    ([[1.2, 0.0], [3.0, 0.5]], 1.2),
    ([[0.5, 4.0], [0.0, -0.8]], 0.8),
    ([[0.5, 0.2], [0.0, -0.6]], 0.6),
    ([[0.6, 0.0], [0.9, -1.1]], 1.1),
)


def _grew(W, steps=400):
    """Some unit gradient is longer than at the start after `steps` steps."""
    return max(np.linalg.norm(_carried(g, W, steps)) for g in np.eye(2)) > 1


def _grows_gap(form):
    return float(sum(bool(form(np.array(W))) != (rho > 1) for W, rho in KNOWN))


def _decays(W):
    """(in the end, at every step), seen on 180 directions of the plane."""
    angles = np.linspace(0, np.pi, 181)
    directions = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    shorter = all(np.linalg.norm(_carried(g, W, 1)) < 1 for g in directions)
    return not _grew(W), shorter


def _decays_gap(form):
    wrong = 0
    for W, rho in KNOWN:
        W = np.array(W)
        rest = np.eye(2) - W @ W.T  # positive definite if and only if sigma_1 < 1
        every_step = np.linalg.det(rest) > 0 and np.trace(rest) > 0
        found = form(W)
        wrong += (bool(found[0]) != (rho < 1)) + (bool(found[1]) != bool(every_step))
    return float(wrong)


def _signed(W):
    return np.linalg.eigvals(W).real


GROWING, SHRINKING = (1.5, -1.25, 1.1), (0.5, -0.8, 0.9)


def _left_gap(values, steps=6):
    """A check of forms(g, W, T) for |dL/dh_0|."""

    def check(form):
        W = _made_of(values)
        return max(
            abs(form(g, W, steps) - abs(v) ** steps * np.linalg.norm(g))
            for g, v in zip(LEFT, values, strict=True)
        )

    return check


def _norm_back(g, W, steps):
    return np.linalg.norm(_carried(g, W, steps))


LEFT_REFUTES = {
    "W g, a column without a transpose": lambda g, W, T: np.linalg.norm(
        np.linalg.matrix_power(W, T) @ g
    ),
    "the largest |lambda| for all": lambda g, W, T: (
        np.max(np.abs(np.linalg.eigvals(W))) ** T * np.linalg.norm(g)
    ),
    "one step too few": lambda g, W, T: _norm_back(g, W, T - 1),
    "singular values": lambda g, W, T: np.linalg.norm(W, 2) ** T * np.linalg.norm(g),
}


def _block(a, b, steps):
    """A pair a +- bi as a real matrix; what becomes of a gradient of length 1."""
    return _norm_back(np.array([1.0, 0.0]), np.array([[a, -b], [b, a]]), steps)


def _powers_gap(pairs):
    def check(form):
        gaps = []
        for a, b in pairs:
            for steps in (1, 2, 7):
                squared = (Fraction(a) ** 2 + Fraction(b) ** 2) ** steps
                gaps.append(abs(form(a, b, steps) - float(squared) ** 0.5))
        return float(max(gaps))

    return check


POWER_REFUTES = {
    "sign kept": lambda a, b, T: np.real(complex(a, b) ** T),
    "T times |lambda|": lambda a, b, T: T * abs(complex(a, b)),
    "the real part alone": lambda a, b, T: abs(a) ** T,
}


def _norm_at(v, g, W, t, last):
    return _norm_back(g, W, last - t)


def _at_step_gap(values, last=12):
    """A check of forms(lambda, g, W, t, T) for |dL/dh_t|: |lambda| counted off one by one."""

    def check(form):
        W, gaps = _made_of(values), []
        for g, v in zip(LEFT, values, strict=True):
            wanted = np.linalg.norm(g)
            for t in range(last, -1, -1):
                gaps.append(abs(form(v, g, W, t, last) - wanted))
                wanted = wanted * abs(v)
        return float(max(gaps))

    return check


AT_STEP_REFUTES = {
    "as printed": lambda v, g, W, t, T: abs(v) ** t * np.linalg.norm(g),
    "T for T - t": lambda v, g, W, t, T: abs(v) ** T * np.linalg.norm(g),
    "T - t + 1": lambda v, g, W, t, T: abs(v) ** (T - t + 1) * np.linalg.norm(g),
    "1/|lambda|": lambda v, g, W, t, T: abs(v) ** (t - T) * np.linalg.norm(g),
}


def _factors(lam, last):
    """|dL/dh_{t+1}| / |dL/dh_t| for t = 0 ... T - 1, one unit."""
    norms = [_norm_back(np.ones(1), np.array([[lam]]), last - t) for t in range(last + 1)]
    return np.divide(norms[1:], norms[:-1])


def _direction_gap(values):
    def check(form):
        return float(max(np.max(np.abs(form(float(v), 12) - float(1 / abs(v)))) for v in values))

    return check


DIRECTION_REFUTES = {
    "as printed": lambda lam, T: np.full(T, abs(lam)),
    "no change": lambda lam, T: np.ones(T),
    "sign kept": lambda lam, T: np.full(T, 1 / lam),
}

PRINTED_POWER = (
    r"\left| \frac{\partial L}{\partial h_0} \right| = \left| \left(\prod_{t=1}^T \lambda_i "
    r"\right) \frac{\partial L}{\partial h_T} \right| = \left| \lambda_i^T \frac{\partial "
    r"L}{\partial h_T} \right|"
)
MENDED_POWER = (
    r"\left\| \frac{\partial L}{\partial h_0} \right\| = |\lambda_i|^T \left\| \frac{\partial "
    r"L}{\partial h_T} \right\| \quad \text{if } \frac{\partial L}{\partial h_T} W_h = \lambda_i "
    r"\frac{\partial L}{\partial h_T}"
)
PRINTED_STEP = (
    r"\left| \frac{\partial L}{\partial h_t} \right| = \left| \lambda_i^t \frac{\partial "
    r"L}{\partial h_T} \right|"
)
MENDED_STEP = (
    r"\left\| \frac{\partial L}{\partial h_t} \right\| = |\lambda_i|^{T-t} \left\| \frac{\partial "
    r"L}{\partial h_T} \right\| \quad \text{if } \frac{\partial L}{\partial h_T} W_h = \lambda_i "
    r"\frac{\partial L}{\partial h_T}"
)

EQUATIONS = (
    Equation(
        id="eq-107",
        tag="107",
        section=RECURRENCE,
        title="Standard RNN",
        latex=r"h_t = \phi(W_h h_{t-1} + W_x x_t)",
        verdict="holds",
        why="A definition without a bias: (93) with any activation.",
        code="recurrent.rnn_forward",
        form=lambda *a: _layer(*a, "tanh")[0],
        route="all steps as one system of equations",
        check=_one_system_gap,
        refutes={
            "W_h transposed": _stepping(lambda h, x, W, V: np.tanh(W.T @ h + V @ x)),
            "no memory": _stepping(lambda h, x, W, V: np.tanh(V @ x)),
            "phi of the state alone": _stepping(lambda h, x, W, V: np.tanh(W @ h) + V @ x),
        },
    ),
    Equation(
        id="eq-108",
        tag="108",
        section=RECURRENCE,
        title="Linear RNN",
        latex=r"h_t = W_h h_{t-1} + W_x x_t",
        verdict="holds with conditions",
        why="A simplification: phi is the identity. With another activation every step back carries "
        "its slopes as well.",
        code="recurrent.rnn_forward",
        form=lambda *a: _layer(*a, "identity")[0],
        route="the unrolled sum of powers of W_h",
        check=_unrolled_gap,
        refutes={
            "W_h transposed": _stepping(lambda h, x, W, V: W.T @ h + V @ x),
            "tanh": _stepping(lambda h, x, W, V: np.tanh(W @ h + V @ x)),
            "no memory": _stepping(lambda h, x, W, V: V @ x),
        },
        mended=r"h_t = W_h h_{t-1} + W_x x_t \quad (\phi = \text{identity})",
    ),
    Equation(
        id="eq-109",
        tag="109",
        section=BPTT,
        title="Sum over the steps for W_h",
        latex=r"\frac{\partial L}{\partial W_h} = \sum_{t=1}^T \frac{\partial L}{\partial h_t} "
        r"\frac{\partial h_t}{\partial W_h}",
        verdict="holds with conditions",
        why="One factor is total and the other direct. With both total, as (94) and (111) give them, "
        "paths are counted twice.",
        code="recurrent.rnn_backward",
        form=_through_time,
        route="a complex step in every entry of W_h",
        check=_loss_in_W_gap,
        refutes={
            "both total": _summed(total_loss=True, total_state=True),
            "both direct": _summed(total_loss=False, total_state=False),
            "h_t for h_{t-1}": _summed(total_loss=True, total_state=False, after=True),
            "the last loss alone": _summed(total_loss=False, total_state=True, last=True),
        },
        mended=r"\frac{\partial L}{\partial W_h} = \sum_{t=1}^T \frac{d L}{d h_t} "
        r"\frac{\partial^+ h_t}{\partial W_h}, \qquad \frac{\partial^+ h_{t,k}}{\partial W_{h,ij}} "
        r"= \phi'(z_{t,k})\,\delta_{ki}\, h_{t-1,j}",
    ),
    Equation(
        id="eq-110",
        tag="110",
        section=BPTT,
        title="One step",
        latex=r"\frac{\partial h_t}{\partial h_{t-1}} = W_h",
        verdict="holds with conditions",
        why="For the linear layer; otherwise row k is multiplied by the slope of unit k.",
        code="recurrent.rnn_backward",
        form=_one_step,
        route="a complex step in every unit, with tanh and with the identity",
        check=_step_jacobian_gap,
        refutes={
            "W_h, with tanh too": lambda h, x, W, V, a: W,
            "transposed": lambda h, x, W, V, a: (_slopes(h, x, W, V, a)[:, None] * W).T,
            "slopes on the columns": lambda h, x, W, V, a: W * _slopes(h, x, W, V, a),
        },
        mended=r"\frac{\partial h_t}{\partial h_{t-1}} = \operatorname{diag}(\phi'(z_t))\, W_h",
    ),
    Equation(
        id="eq-111",
        tag="111",
        section=BPTT,
        title="One step back",
        latex=r"\frac{\partial L}{\partial h_{t-1}} = \frac{\partial L}{\partial h_t} "
        r"\frac{\partial h_t}{\partial h_{t-1}} = \frac{\partial L}{\partial h_t} W_h",
        verdict="holds with conditions",
        why="With gradients as rows, the identity as activation, and a loss that sees h_{t-1} through "
        "h_t alone. A loss that reads h_{t-1} as well adds its direct term.",
        code="recurrent.rnn_backward",
        form=_all_totals,
        route="a complex step in every state, with tanh and a loss at every step",
        check=_totals_gap,
        refutes={
            "no direct term": _back_step(own=False),
            "no slopes": _back_step(sloped=False),
            "W_h transposed": _back_step(turned=True),
        },
        mended=r"\frac{d L}{d h_{t-1}} = \frac{d L}{d h_t} \operatorname{diag}(\phi'(z_t)) W_h + "
        r"\frac{\partial^+ L}{\partial h_{t-1}}",
    ),
    Equation(
        id="eq-112",
        tag="112",
        section=BPTT,
        title="T steps back",
        latex=r"\frac{\partial L}{\partial h_0} = \left(\prod_{t=1}^T W_h \right) \frac{\partial "
        r"L}{\partial h_T}",
        verdict="wrong",
        why="It contradicts (111): a row stands left of its matrices, and a column is multiplied by "
        "transposes. As printed it is right for symmetric W_h.",
        code="recurrent.rnn_backward",
        form=_carried,
        route="every unit vector walked forward T steps",
        check=_walked_gap,
        refutes={
            "as printed": lambda g, W, T: np.linalg.matrix_power(W, T) @ g,
            "powers of the entries": lambda g, W, T: g @ W**T,
            "one step too few": lambda g, W, T: g @ np.linalg.matrix_power(W, T - 1),
        },
        mended=r"\frac{\partial L}{\partial h_0} = \frac{\partial L}{\partial h_T} \underbrace{W_h "
        r"W_h \cdots W_h}_{T \text{ factors}} \ (\text{rows}), \qquad \nabla_{h_0} L = "
        r"(W_h^\top)^T\, \nabla_{h_T} L \ (\text{columns})",
        counterexample=Counterexample(
            given="a linear layer, W_h = [[1, 2], [0, 1]], T = 2, dL/dh_2 = (1, 0): dL/dh_0, second entry",
            measure=lambda form: float(form(np.array([1.0, 0.0]), SHEAR, 2)[1]),
            truth=lambda: float((SHEAR @ (SHEAR @ np.array([0.0, 1.0])))[0]),
            because="h_0 = (0, 1) arrives as (4, 1), and L reads the first entry",
        ),
        sources=("pascanu2013", "werbos1990"),
    ),
    Equation(
        id="u-bptt-eigenvalue-claim",
        tag="eigenvalues",
        section=EIGENVALUES,
        title="Eigenvalues govern the gradients",
        latex=r"\text{gradient behaviour is governed by the eigenvalues of } W_h",
        verdict="holds with conditions",
        why="In the long run and for the linear layer the largest |lambda| is the rate. Over finitely "
        "many steps singular values decide, and an activation's slopes multiply in.",
        code="recurrent.rnn_backward",
        form=_measured_rate,
        route="a matrix made from the eigenvalues -5/4, 1/2, 1/4",
        check=_long_run_gap,
        refutes={
            "the largest singular value": lambda W: np.linalg.norm(W, 2),
            "the largest eigenvalue, signed": lambda W: np.max(_signed(W)),
            "the mean of |lambda|": lambda W: np.mean(np.abs(np.linalg.eigvals(W))),
        },
        mended=r"\lim_{k \to \infty} \|W_h^k\|^{1/k} = \rho(W_h) = \max_i |\lambda_i|, \qquad "
        r"\|W_h^k\|_2 \leq \sigma_1(W_h)^k",
    ),
    Equation(
        id="u-bptt-explode-condition",
        tag="explode",
        section=EIGENVALUES + " / Exploding Gradients",
        title="They explode if eigenvalues exceed 1",
        latex=r"\lambda_i > 1 \Rightarrow \text{gradients grow exponentially}",
        verdict="holds with conditions",
        why="The modulus counts: -1.5 and complex pairs explode too. One such eigenvalue is enough if "
        "the gradient has a part along it, and the layer must be linear.",
        code="recurrent.rnn_backward",
        form=_grew,
        route="matrices whose largest |lambda| is known by pencil",
        check=_grows_gap,
        refutes={
            "some eigenvalue above 1, signed": lambda W: np.max(_signed(W)) > 1,
            "all of them above 1 in modulus": lambda W: np.min(np.abs(np.linalg.eigvals(W))) > 1,
            "sigma_1 above 1": lambda W: np.linalg.norm(W, 2) > 1,
        },
        mended=r"\rho(W_h) = \max_i |\lambda_i| > 1 \quad (\text{linear layer, gradient with a "
        r"component on that eigenvector})",
    ),
    Equation(
        id="eq-113",
        tag="113",
        section=EIGENVALUES + " / Exploding Gradients",
        title="Power of an eigenvalue, growing",
        latex=PRINTED_POWER,
        verdict="holds with conditions",
        why="If dL/dh_T is a left eigenvector of W_h. Any other gradient is a sum of such parts, each "
        "with its own power.",
        code="recurrent.rnn_backward",
        form=_norm_back,
        route="a matrix made from left eigenvectors and 3/2, -5/4, 11/10",
        check=_left_gap(GROWING),
        refutes=LEFT_REFUTES,
        mended=MENDED_POWER,
    ),
    Equation(
        id="u-bptt-explode-reason",
        tag="explode-why",
        section=EIGENVALUES + " / Exploding Gradients",
        title="Powers above 1 grow",
        latex=r"|\lambda_i| > 1 \Rightarrow |\lambda_i^T| \text{ increases exponentially with } T",
        verdict="holds with conditions",
        why="The power grows. The gradient does if it has a part along that left eigenvector.",
        code="recurrent.rnn_backward",
        form=_block,
        route="|lambda|^2 = a^2 + b^2 in fractions",
        check=_powers_gap(((-1.5, 0.0), (1.0, 0.75), (0.5, -1.25))),
        refutes=POWER_REFUTES,
        mended=r"|\lambda_i^T| = |\lambda_i|^T \to \infty \ (T \to \infty) \quad \text{for } "
        r"|\lambda_i| > 1",
    ),
    Equation(
        id="u-bptt-vanish-condition",
        tag="vanish",
        section=EIGENVALUES + " / Vanishing Gradients",
        title="They vanish if eigenvalues are below 1",
        latex=r"\lambda_i < 1 \Rightarrow \text{gradients decay exponentially}",
        verdict="wrong",
        why="-1.5 is below 1 and explodes. With all |lambda| below 1 a gradient decays in the end, but "
        "may grow first; it shrinks at every step if the largest singular value is below 1.",
        code="recurrent.rnn_backward",
        form=_decays,
        route="largest |lambda| by pencil, and whether I - W W^T is positive definite",
        check=_decays_gap,
        refutes={
            "as printed": lambda W: (np.max(_signed(W)) < 1,) * 2,
            "all |lambda| below 1, at every step": lambda W: (
                (np.max(np.abs(np.linalg.eigvals(W))) < 1,) * 2
            ),
            "some |lambda| below 1": lambda W: (np.min(np.abs(np.linalg.eigvals(W))) < 1,) * 2,
        },
        mended=r"\rho(W_h) < 1 \ (\text{decay in the end, linear layer}), \qquad \sigma_1(W_h) "
        r"\max|\phi'| < 1 \ (\text{decay at every step})",
        counterexample=Counterexample(
            given="a linear layer, W_h with the eigenvalues -1.5 and 0.3 on its diagonal: the gradient",
            measure=lambda form: "decay" if form(np.diag([-1.5, 0.3]))[0] else "growth",
            truth=lambda: "decay" if abs(math.prod([-1.5] * 20)) < 1 else "growth",
            because=f"after 20 steps its first entry is {math.prod([-1.5] * 20):.0f} times as large",
        ),
        sources=("pascanu2013",),
    ),
    Equation(
        id="eq-114",
        tag="114",
        section=EIGENVALUES + " / Vanishing Gradients",
        title="Power of an eigenvalue, shrinking",
        latex=PRINTED_POWER,
        verdict="holds with conditions",
        why="As (113): if dL/dh_T is a left eigenvector of W_h.",
        code="recurrent.rnn_backward",
        form=_norm_back,
        route="a matrix made from left eigenvectors and 1/2, -4/5, 9/10",
        check=_left_gap(SHRINKING),
        refutes=LEFT_REFUTES,
        mended=MENDED_POWER,
    ),
    Equation(
        id="u-bptt-vanish-reason",
        tag="vanish-why",
        section=EIGENVALUES + " / Vanishing Gradients",
        title="Powers below 1 shrink",
        latex=r"|\lambda_i| < 1 \Rightarrow |\lambda_i^T| \text{ decreases exponentially with } T",
        verdict="holds with conditions",
        why="The power shrinks. The whole gradient vanishes if every |lambda| is below 1, perhaps after "
        "growing first.",
        code="recurrent.rnn_backward",
        form=_block,
        route="|lambda|^2 = a^2 + b^2 in fractions",
        check=_powers_gap(((-0.5, 0.0), (0.5, 0.75), (0.25, -0.5))),
        refutes=POWER_REFUTES,
        mended=r"\max_i |\lambda_i| < 1 \Rightarrow \left\| \frac{\partial L}{\partial h_0} "
        r"\right\| \to 0 \ (T \to \infty)",
    ),
    Equation(
        id="eq-115",
        tag="115",
        section=SUMMARY + " / Exploding Gradients",
        title="Gradient at step t, growing",
        latex=PRINTED_STEP,
        verdict="wrong",
        why="The exponent is T - t, the steps between h_t and h_T. As printed a gradient would not "
        "equal itself at t = T.",
        code="recurrent.rnn_backward",
        form=_norm_at,
        route="|lambda| multiplied in step by step from the end",
        check=_at_step_gap(GROWING),
        refutes=AT_STEP_REFUTES,
        mended=MENDED_STEP,
        counterexample=Counterexample(
            given="one unit with W_h = 1.5, T = 12, |dL/dh_12| = 1: |dL/dh_4|",
            measure=lambda form: float(form(1.5, np.ones(1), np.array([[1.5]]), 4, 12)),
            truth=lambda: math.prod([1.5] * 8),
            because="eight steps lead from h_4 to h_12, each a factor of 1.5",
        ),
        sources=("pascanu2013",),
    ),
    Equation(
        id="u-bptt-summary-explode-claim",
        tag="summary-explode",
        section=SUMMARY + " / Exploding Gradients",
        title="Growth with t",
        latex=r"|\lambda_i^t| \text{ grows exponentially as } t \text{ increases}",
        verdict="wrong",
        why="As a statement on the gradient it runs backwards: the gradient grows towards earlier "
        "steps, and from t to t + 1 it shrinks by |lambda|.",
        code="recurrent.rnn_backward",
        form=_factors,
        route="1/|lambda| in fractions",
        check=_direction_gap((Fraction(3, 2), Fraction(-5, 4))),
        refutes=DIRECTION_REFUTES,
        mended=r"|\lambda_i|^{T-t} \text{ grows exponentially as } T - t \text{ increases}",
        counterexample=Counterexample(
            given="one unit with W_h = 1.5, T = 12: |dL/dh_1| over |dL/dh_0|",
            measure=lambda form: float(form(1.5, 12)[0]),
            truth=lambda: math.prod([1.5] * 11) / math.prod([1.5] * 12),
            because="eleven factors of 1.5 lead back to h_1, and twelve to h_0",
        ),
        sources=("pascanu2013",),
    ),
    Equation(
        id="eq-116",
        tag="116",
        section=SUMMARY + " / Vanishing Gradients",
        title="Gradient at step t, shrinking",
        latex=PRINTED_STEP,
        verdict="wrong",
        why="As (115): the exponent is T - t.",
        code="recurrent.rnn_backward",
        form=_norm_at,
        route="|lambda| multiplied in step by step from the end",
        check=_at_step_gap(SHRINKING),
        refutes=AT_STEP_REFUTES,
        mended=MENDED_STEP,
        counterexample=Counterexample(
            given="one unit with W_h = 0.8, T = 12, |dL/dh_12| = 1: |dL/dh_4|",
            measure=lambda form: float(form(0.8, np.ones(1), np.array([[0.8]]), 4, 12)),
            truth=lambda: math.prod([0.8] * 8),
            because="eight steps lead from h_4 to h_12, each a factor of 0.8",
        ),
        sources=("pascanu2013",),
    ),
    Equation(
        id="u-bptt-summary-vanish-claim",
        tag="summary-vanish",
        section=SUMMARY + " / Vanishing Gradients",
        title="Decay with t",
        latex=r"|\lambda_i^t| \text{ decays exponentially as } t \text{ increases}",
        verdict="wrong",
        why="As a statement on the gradient it runs backwards: the gradient decays towards earlier "
        "steps, and from t to t + 1 it grows by 1/|lambda|.",
        code="recurrent.rnn_backward",
        form=_factors,
        route="1/|lambda| in fractions",
        check=_direction_gap((Fraction(1, 2), Fraction(-4, 5))),
        refutes=DIRECTION_REFUTES,
        mended=r"|\lambda_i|^{T-t} \text{ decays exponentially as } T - t \text{ increases}",
        counterexample=Counterexample(
            given="one unit with W_h = 0.5, T = 12: |dL/dh_1| over |dL/dh_0|",
            measure=lambda form: float(form(0.5, 12)[0]),
            truth=lambda: math.prod([0.5] * 11) / math.prod([0.5] * 12),
            because="eleven factors of 0.5 lead back to h_1, and twelve to h_0",
        ),
        sources=("pascanu2013",),
    ),
)
