"""Section 10, equations (93) to (96).

The states are checked by what a rectified unit is (never negative, never below what entered it,
equal to one of the two), the derivatives by complex steps through the recurrence with tanh, whose
slope is another one in every unit and at every step.
"""

import numpy as np

from .. import recurrent
from ._equation import Equation

# Four steps, three units, two inputs; no symmetric matrix, a first state that is not zero.
RNG = np.random.default_rng(10)
T, H, D = 4, 3, 2
X, H0 = RNG.normal(size=(T, D)), RNG.normal(size=H)
W_H, W_X = RNG.normal(size=(H, H)), RNG.normal(size=(H, D))


def _layer(x, h0, W_h, W_x, activation):
    """The layer over one sequence -> ((T, H), cache)."""
    weights = recurrent.RNNWeights(W_h, W_x)
    h, cache = recurrent.rnn_forward(x[:, None], h0[None], weights, activation=activation)
    return h[:, 0], cache


def _states(x, h0, W_h, W_x):
    return _layer(x, h0, W_h, W_x, "relu")[0]


def _stepping(step):
    """A wrong recurrence as a form: step(h, x, W_h, W_x) -> the next state."""

    def form(x, h0, W_h, W_x):
        h, states = h0, []
        for x_t in x:
            h = step(h, x_t, W_h, W_x)
            states.append(h)
        return np.array(states)

    return form


def _complementarity_gap(form):
    """All steps at once: the four states in one vector, one matrix of 12 rows for what enters them.
    h >= 0, h >= z, and h is one of the two: min(h, h - z) = 0 in every unit."""
    h = np.asarray(form(X, H0, W_H, W_X)).ravel()
    whole = np.kron(np.eye(T, k=-1), W_H)
    given = np.kron(np.eye(T), W_X) @ X.ravel()
    given[:H] += W_H @ H0
    z = whole @ h + given
    return float(np.max(np.abs(np.minimum(h, h - z))))


def _complex_states(x, W_h, W_x):
    """(93) with tanh, in complex numbers -> all states."""
    h, states = H0, []
    for x_t in x:
        h = np.tanh(W_h @ h + W_x @ x_t)
        states.append(h)
    return np.array(states)


def _complex_step(wrt):
    """dh_t / d(argument `wrt` of _complex_states) for every t, to the last digit: the imaginary
    part that 1e-30 i in one entry leaves in the states -> (T, H, *argument's shape)."""
    arguments = [X, W_H, W_X]
    found = np.zeros((T, H, *arguments[wrt].shape))
    for entry in np.ndindex(arguments[wrt].shape):
        shifted = [a.astype(complex) for a in arguments]
        shifted[wrt][entry] += 1e-30j
        found[:, :, *entry] = _complex_states(*shifted).imag / 1e-30
    return found


def _jacobian_gap(wrt):
    """A check of derivatives: form() -> (T, H, *argument's shape)."""
    wanted = _complex_step(wrt)

    def check(form):
        return float(np.max(np.abs(form(X, H0, W_H, W_X) - wanted)))

    return check


def _backward(name):
    """Row by row: a gradient of 1 that arrives at one unit of one state, carried back."""

    def form(x, h0, W_h, W_x):
        _, cache = _layer(x, h0, W_h, W_x, "tanh")
        rows = []
        for t, k in np.ndindex(T, H):
            dh = np.zeros((T, 1, H))
            dh[t, 0, k] = 1
            grads = recurrent.rnn_backward(dh, cache)
            rows.append(grads.x[:, 0] if name == "x" else getattr(grads.weights, name))
        return np.array(rows).reshape(T, H, *rows[0].shape)

    return form


def _forward_mode(name, direct, *, through=True, sloped=True, turned=False):
    """A wrong (94) or (95) as a form. direct(h_before, x, h_after) -> what is added in the bracket,
    (H, H, H) or (H, H, D)."""

    def form(x, h0, W_h, W_x):
        h, states = h0, []
        S = np.zeros((H, *(W_h if name == "W_h" else W_x).shape))
        for x_t in x:
            before, h = h, np.tanh(W_h @ h + W_x @ x_t)
            slope = 1 - h**2 if sloped else np.ones(H)
            carried = np.tensordot(W_h.T if turned else W_h, S, axes=1) if through else 0 * S
            S = slope[:, None, None] * (carried + direct(before, x_t, h))
            states.append(S)
        return np.array(states)

    return form


def _own_row(v):
    """delta_ki v_j: unit k feels row k of its matrix, and no other."""
    return np.einsum("ki,j->kij", np.eye(H), v)


def _every_row(v):
    """The bare v, added to whatever it fits."""
    return np.broadcast_to(v, (H, H, len(v)))


def _own_column(v):
    return np.einsum("kj,i->kij", np.eye(H), v)


def _in_x(slope, *, turned=False, always=False, late=False, slope_inside=False):
    """A wrong (96) as a form -> (T, H, T, D); slope(s) of the right slopes s."""

    def form(x, h0, W_h, W_x):
        h = _complex_states(x, W_h, W_x)
        found = np.zeros((T, H, T, D))
        for tau in range(T):
            J = np.zeros((H, D))
            for t in range(T):
                A = np.diag(slope(1 - h[t] ** 2))
                W = W_h.T if turned else W_h
                added = W_x if t == tau or (always and t > tau) else 0 * W_x
                if slope_inside:
                    J = W @ (A @ J) + A @ added
                elif late:
                    J = A @ (W @ (J + added))
                else:
                    J = A @ (W @ J + added)
                found[t, :, tau] = J
        return found

    return form


def _same(slopes):
    return slopes


EQUATIONS = (
    Equation(
        id="eq-93",
        tag="93",
        section="10 RNNs",
        title="Recurrent layer",
        latex=r"h_t = \text{ReLU}(W_h h_{t-1} + W_x x_t)",
        verdict="holds",
        why="A definition, without a bias. PyTorch's RNN has two bias vectors, which add up to one, "
        "and tanh unless nonlinearity='relu'.",
        code="recurrent.rnn_forward",
        form=_states,
        route="all steps as one system, whose solution is never negative, never below what entered, "
        "and one of the two",
        check=_complementarity_gap,
        refutes={
            "W_h transposed": _stepping(
                lambda h, x, W_h, W_x: np.maximum(W_h.T @ h + W_x @ x, 0),
            ),
            "no memory": _stepping(lambda h, x, W_h, W_x: np.maximum(W_x @ x, 0)),
            "the state rectified alone": _stepping(
                lambda h, x, W_h, W_x: np.maximum(W_h @ h, 0) + W_x @ x,
            ),
            "two rectifiers": _stepping(
                lambda h, x, W_h, W_x: np.maximum(W_h @ h, 0) + np.maximum(W_x @ x, 0),
            ),
            "tanh": _stepping(lambda h, x, W_h, W_x: np.tanh(W_h @ h + W_x @ x)),
        },
    ),
    Equation(
        id="eq-94",
        tag="94",
        section="10 RNNs",
        title="Derivative in W_h",
        latex=r"\frac{\partial h_t}{\partial W_h} = \frac{\partial A(z_t)}{\partial z_t} \cdot "
        r"\left(W_h \cdot \frac{\partial h_{t-1}}{\partial W_h} + h_{t-1} \right)",
        verdict="holds with conditions",
        why="For one unit. With H units the derivative has H x H x H entries and h_{t-1} has H: unit k "
        "feels row k of W_h directly and no other row, so what is added is delta_ki h_{t-1,j}. A is "
        "the activation and z_t what enters it; neither is defined in print.",
        code="recurrent.rnn_backward",
        form=_backward("W_h"),
        route="a complex step in every entry of W_h",
        check=_jacobian_gap(1),
        refutes={
            "the bare h in every row": _forward_mode("W_h", lambda h, x, after: _every_row(h)),
            "delta_kj h_i": _forward_mode("W_h", lambda h, x, after: _own_column(h)),
            "h_t for h_{t-1}": _forward_mode("W_h", lambda h, x, after: _own_row(after)),
            "the last step alone": _forward_mode(
                "W_h", lambda h, x, after: _own_row(h), through=False
            ),
            "no slope": _forward_mode("W_h", lambda h, x, after: _own_row(h), sloped=False),
            "W_h transposed": _forward_mode("W_h", lambda h, x, after: _own_row(h), turned=True),
        },
        mended=r"\frac{\partial h_{t,k}}{\partial W_{h,ij}} = A'(z_{t,k})\left( \sum_l W_{h,kl} "
        r"\frac{\partial h_{t-1,l}}{\partial W_{h,ij}} + \delta_{ki}\, h_{t-1,j} \right), "
        r"\qquad z_t = W_h h_{t-1} + W_x x_t",
    ),
    Equation(
        id="eq-95",
        tag="95",
        section="10 RNNs",
        title="Derivative in W_x",
        latex=r"\frac{\partial h_t}{\partial W_x} = \frac{\partial A(z_t)}{\partial z_t} \cdot "
        r"\left(W_h \cdot \frac{\partial h_{t-1}}{\partial W_x} + x_t \right)",
        verdict="holds with conditions",
        why="For one unit. With H units and D inputs the derivative has H x H x D entries; what is "
        "added is delta_ki x_{t,j}.",
        code="recurrent.rnn_backward",
        form=_backward("W_x"),
        route="a complex step in every entry of W_x",
        check=_jacobian_gap(2),
        refutes={
            "the bare x in every row": _forward_mode("W_x", lambda h, x, after: _every_row(x)),
            "the last step alone": _forward_mode(
                "W_x", lambda h, x, after: _own_row(x), through=False
            ),
            "no slope": _forward_mode("W_x", lambda h, x, after: _own_row(x), sloped=False),
            "W_h transposed": _forward_mode("W_x", lambda h, x, after: _own_row(x), turned=True),
        },
        mended=r"\frac{\partial h_{t,k}}{\partial W_{x,ij}} = A'(z_{t,k})\left( \sum_l W_{h,kl} "
        r"\frac{\partial h_{t-1,l}}{\partial W_{x,ij}} + \delta_{ki}\, x_{t,j} \right)",
    ),
    Equation(
        id="eq-96",
        tag="96",
        section="10 RNNs",
        title="Derivative in an input",
        latex=r"\frac{\partial h_t}{\partial x_{\tau}} = \frac{\partial A(z_t)}{\partial z_t} \cdot "
        r"\left(W_h \cdot \frac{\partial h_{t-1}}{\partial x_{\tau}} + W_x \cdot \delta_{\tau t} "
        r"\right)",
        verdict="holds with conditions",
        why="With the slopes as a diagonal matrix: as a row of numbers they would scale columns. It "
        "starts from 0, for h_0 knows no input, and stays 0 while t is before tau.",
        code="recurrent.rnn_backward",
        form=_backward("x"),
        route="a complex step in every entry of every input",
        check=_jacobian_gap(0),
        refutes={
            "no slope": _in_x(np.ones_like),
            "the slope before W_h": _in_x(_same, slope_inside=True),
            "W_h transposed": _in_x(_same, turned=True),
            "W_x added at every step": _in_x(_same, always=True),
            "one W_h too many": _in_x(_same, late=True),
        },
        mended=r"\frac{\partial h_t}{\partial x_\tau} = \operatorname{diag}(A'(z_t)) \left( W_h "
        r"\frac{\partial h_{t-1}}{\partial x_\tau} + \delta_{\tau t} W_x \right), "
        r"\qquad \frac{\partial h_0}{\partial x_\tau} = 0",
    ),
)
