"""Section 3, equations (34) to (41).

A rule is checked by what its path is known to be by other means: sums of the past in closed form,
roots of a quadratic equation, recurrences of positions alone, exact fractions.
"""

from fractions import Fraction

import numpy as np

from .. import optimizers
from ..optimizers import RMSPropState, VelocityState
from ._equation import Counterexample, Equation

START = np.array([2.0, -1.0])


def _worst(*differences):
    """The largest in size; unlike Python's own, NumPy's max lets no nan slip through."""
    return float(np.max(np.abs(np.concatenate([np.ravel(d) for d in differences]))))


def _bent(theta):
    """The gradient of a loss that is no quadratic and couples its two parameters."""
    return np.array([np.tanh(theta[0]) + 0.1 * theta[1], theta[1] ** 3 + 0.1 * theta[0]])


def _step(kind, state, **more):
    """One step of a rule, as (theta, v) -> (theta, v)."""

    def form(theta, v, grad, lr, beta):
        new, memory = kind(lr=lr, beta=beta, **more).step(theta, grad, state(1, v))
        return new, memory.v

    return form


_momentum = _step(optimizers.Momentum, VelocityState)
_nesterov = _step(optimizers.Nesterov, VelocityState)
_polyak = _step(optimizers.Polyak, VelocityState)
_printed = _step(optimizers.Polyak, VelocityState, as_printed=True)
_rmsprop = _step(optimizers.RMSProp, RMSPropState, eps=0.0)


def _walk(form, grad, theta, steps, lr, beta):
    """The positions that a form takes, from rest."""
    path, v = [theta], np.zeros_like(theta)
    for _ in range(steps):
        theta, v = form(theta, v, grad, lr, beta)
        path.append(theta)
    return np.array(path)


# --- (34), (38): the velocity


def _remembered_gap(form):
    """Every gradient is in the velocity with its own rate, and has faded by beta at every step
    since: sum_k beta^(t-k) eta_k g_k, the rate halved at every step."""
    rng = np.random.default_rng(0)
    g, beta = rng.normal(size=(8, 3)), 0.75
    rates = 0.4 * 0.5 ** np.arange(8)
    theta, v = np.zeros(3), np.zeros(3)
    for pull, rate in zip(g, rates, strict=True):
        theta, v = form(theta, v, lambda _, pull=pull: pull, rate, beta)
    weights = beta ** np.arange(7, -1, -1) * rates
    return _worst(v - weights @ g)


def _coasting_gap(form):
    """Pulled by g for five steps, then let go for three: eta g (1 - beta^5)/(1 - beta) beta^3, in
    fractions."""
    eta, beta, g = Fraction(1, 4), Fraction(3, 4), 2
    theta, v = np.zeros(1), np.zeros(1)
    for t in range(8):
        theta, v = form(
            theta, v, lambda _, t=t: np.full(1, g if t < 5 else 0.0), float(eta), float(beta)
        )
    return _worst(v - float(eta * g * (1 - beta**5) / (1 - beta) * beta**3))


def _damped(theta, v, grad, lr, beta):
    v = beta * v + (1 - beta) * lr * grad(theta)
    return theta - v, v


def _rate_outside(theta, v, grad, lr, beta):
    v = beta * v + grad(theta)
    return theta - lr * v, v


def _rescaled(theta, v, grad, lr, beta):
    """PyTorch's step eta_t b_t, where the rate has just been halved."""
    v = beta * v / 2 + lr * grad(theta)
    return theta - v, v


def _forgetful(theta, v, grad, lr, beta):
    v = lr * grad(theta)
    return theta - v, v


# --- (35), (37): the closed form on lambda theta^2 / 2


def _closed_form(roots_of, lr, beta):
    """A check on three curvatures: theta_t = A r_1^t + B r_2^t with the roots of a quadratic
    equation, and A, B from theta_0 = 1, theta_1 = 1 - eta lambda."""

    def check(form):
        gaps = []
        for curvature in (0.05, 1.0, 2.0):
            h = lr * curvature
            path = _walk(form, lambda t, c=curvature: c * t, np.ones(1), 12, lr, beta)[:, 0]
            one, two = np.roots(roots_of(h, beta)).astype(complex)
            a = (1 - h - two) / (one - two)
            t = np.arange(13)
            gaps.append(path - (a * one**t + (1 - a) * two**t))
        return _worst(*gaps)

    return check


def _ball_roots(h, beta):
    return [1, -(1 + beta - h), beta]


def _ahead_roots(h, beta):
    return [1, -(1 + beta) * (1 - h), beta * (1 - h)]


def _old_velocity(theta, v, grad, lr, beta):
    return theta - v, beta * v + lr * grad(theta)


def _rate_twice(theta, v, grad, lr, beta):
    v = beta * v + lr * grad(theta)
    return theta - lr * v, v


def _moved_twice(theta, v, grad, lr, beta):
    new = beta * v + lr * grad(theta - beta * v)
    return theta - beta * v - new, new


def _inflated_nesterov(theta, v, grad, lr, beta):
    new = beta * v + lr * grad(theta - beta * v)
    return theta - (1 + beta) * new, new


def _uphill(step):
    def form(theta, v, grad, lr, beta):
        _, new = step(theta, v, grad, lr, beta)
        return theta + new, new

    return form


# --- (36): Nesterov's two sequences


def _velocities(form, steps, lr, beta):
    path = _walk(form, _bent, START, steps, lr, beta)
    return path[:-1] - path[1:]


def _two_sequences_gap(form):
    """Nesterov's own scheme has points y_t beside x_t and no velocity: x_(t+1) is a plain step
    from y_t, y_(t+1) lies beyond x_(t+1) by beta of the last move. The velocities are the moves."""
    lr, beta = 0.2, 0.75
    x = y = START
    moves = []
    for _ in range(40):
        x_new = y - lr * _bent(y)
        y = (1 + beta) * x_new - beta * x
        moves.append(x - x_new)
        x = x_new
    return _worst(_velocities(form, 40, lr, beta) - np.array(moves))


def _looks(factor):
    """Nesterov's rule with the gradient at theta + factor(beta) v."""

    def form(theta, v, grad, lr, beta):
        new = beta * v + lr * grad(theta + factor(beta) * v)
        return theta - new, new

    return form


# --- (39): the heavy ball by positions alone


def _three_terms_gap(form):
    """Polyak's recurrence, a loss that is no quadratic, then a curvature of 2.5 over the rate: the
    path must fade with the root of beta, for there the roots are complex."""
    lr, beta = 0.2, 0.75
    before = now = START
    positions = [START]
    for _ in range(40):
        before, now = now, now - lr * _bent(now) + beta * (now - before)
        positions.append(now)
    path = _walk(form, _bent, START, 40, lr, beta)
    stiff = _walk(form, lambda t: 2.5 * t, np.ones(1), 20, 1.0, 0.81)
    return _worst(path - np.array(positions), np.maximum(0, np.abs(stiff[-1]) - 4 * 0.9**20))


def _stiff_ball():
    """Eight steps of Polyak's recurrence at rate 1 where the curvature is 2.5."""
    before = now = 1.0
    for _ in range(8):
        before, now = now, now - 2.5 * now + 0.9 * (now - before)
    return now


def _look_ahead_stored(theta, v, grad, lr, beta):
    new = beta * v + lr * grad(theta)
    return theta - (1 + beta) * new + beta * v, new


def _long_run_rate(theta, v, grad, lr, beta):
    return theta - lr / (1 - beta) * grad(theta), v


# --- (40), (41): RMSProp


def _weights_gap(form):
    """Every square counts (1 - beta) beta^age, and together 1 - beta^t: both in fractions."""
    beta, g = Fraction(3, 4), [4, -2, 1, 3, -1]
    theta, v = np.zeros(1), np.zeros(1)
    ones = np.zeros(1)
    for pull in g:
        theta, v = form(theta, v, lambda _, pull=pull: np.full(1, pull), 0.1, float(beta))
        _, ones = form(np.zeros(1), ones, lambda _: np.ones(1), 0.1, float(beta))
    wanted = sum((1 - beta) * beta ** (4 - k) * pull**2 for k, pull in enumerate(g))
    return _worst(v - float(wanted), ones - float(1 - beta**5))


def _average(rule):
    def form(theta, v, grad, lr, beta):
        return theta, rule(v, grad(theta), beta)

    return form


def _rmsprop_path(theta, pull, steps, lr, beta, eps):
    rule = optimizers.RMSProp(lr=lr, beta=beta, eps=eps)
    return list(optimizers.descend(rule, lambda _: pull, theta, steps))[-1]


def _divided(divide):
    """RMSProp with another step from v and g, along a constant pull."""

    def form(theta, pull, steps, lr, beta, eps):
        v = np.zeros_like(theta)
        for _ in range(steps):
            v = beta * v + (1 - beta) * pull**2
            theta = theta - lr * divide(pull, v, eps)
        return theta

    return form


def _constant_pull_gap(form):
    """Under a constant pull g, v_t = g^2 (1 - beta^t), so step t is eta g / (|g| sqrt(1 - beta^t) +
    eps): add up six of them. Without eps the first is eta / sqrt(1 - beta), whatever g."""
    pull, lr, beta, eps = np.array([1e-4, -3.0, 0.5]), 0.1, 0.75, 1e-4
    lengths = [pull / (np.abs(pull) * np.sqrt(1 - beta**t) + eps) for t in range(1, 7)]
    path = form(np.zeros(3), pull, 6, lr, beta, eps)
    first = form(np.zeros(3), pull, 1, lr, beta, 0.0)
    return _worst(path + lr * sum(lengths), first + lr * np.sign(pull) / np.sqrt(1 - beta))


EQUATIONS = (
    Equation(
        id="eq-34",
        tag="34",
        section="3.1 Momentum",
        title="Momentum: velocity",
        latex=r"v_t = \beta v_{t-1} + \eta \nabla L(\theta_t)",
        verdict="convention",
        why="The rate is inside the velocity, as in Keras and with Sutskever et al.; PyTorch "
        "accumulates bare gradients and multiplies by the rate afterwards. The paths are the same "
        "while the rate stays, and part when it changes.",
        code="optimizers.Momentum",
        form=_momentum,
        route="the weighted sum of all gradients seen, each with the rate of its own step",
        check=_remembered_gap,
        refutes={
            "what was gained rescaled with the rate (PyTorch)": _rescaled,
            "damped, (1 - beta) eta g": _damped,
            "no memory": _forgetful,
        },
        mended=r"\text{PyTorch: } b_t = \beta b_{t-1} + \nabla L(\theta_t), \quad "
        r"\theta_{t+1} = \theta_t - \eta_t b_t",
        sources=("sutskever2013",),
    ),
    Equation(
        id="eq-35",
        tag="35",
        section="3.1 Momentum",
        title="Momentum: step",
        latex=r"\theta_{t+1} = \theta_t - v_t",
        verdict="holds",
        why="With (34) and v = 0 at the start this is Polyak's heavy ball.",
        code="optimizers.Momentum",
        form=_momentum,
        route="the closed form on a parabola, by the roots of r^2 - (1 + beta - eta lambda) r + beta",
        check=_closed_form(_ball_roots, 0.75, 0.5),
        refutes={
            "uphill": _uphill(_momentum),
            "the old velocity, one step late": _old_velocity,
            "the rate a second time": _rate_twice,
            "(1 + beta) v": _printed,
        },
    ),
    Equation(
        id="eq-36",
        tag="36",
        section="3.2 Nesterov Momentum",
        title="Nesterov momentum: velocity",
        latex=r"v_t = \beta v_{t-1} + \eta \nabla L(\theta_t - \beta v_{t-1})",
        verdict="convention",
        why="The form of Sutskever et al. 2013. PyTorch and Keras keep the look-ahead point itself "
        "as the parameters, so their iterates are theta - beta v and not theta.",
        code="optimizers.Nesterov",
        form=_nesterov,
        route="the moves of Nesterov's two sequences of points, on a loss that is no quadratic",
        check=_two_sequences_gap,
        refutes={
            "the gradient at theta, the heavy ball": _looks(lambda beta: 0),
            "the gradient at theta - v": _looks(lambda beta: -1),
            "the gradient at theta + beta v": _looks(lambda beta: beta),
        },
        mended=r"\phi_t = \theta_t - \beta v_{t-1}: \quad v_t = \beta v_{t-1} + \eta \nabla L(\phi_t), "
        r"\quad \phi_{t+1} = \phi_t - \left(\beta v_t + \eta \nabla L(\phi_t)\right)",
        sources=("sutskever2013", "nesterov1983"),
    ),
    Equation(
        id="eq-37",
        tag="37",
        section="3.2 Nesterov Momentum",
        title="Nesterov momentum: step",
        latex=r"\theta_{t+1} = \theta_t - v_t",
        verdict="holds",
        why="With (36) and v = 0 at the start. The look-ahead point is only asked for its gradient; "
        "the step starts at theta.",
        code="optimizers.Nesterov",
        form=_nesterov,
        route="the closed form on a parabola, by the roots of "
        "r^2 - (1 + beta)(1 - eta lambda) r + beta (1 - eta lambda)",
        check=_closed_form(_ahead_roots, 0.6, 0.5),
        refutes={
            "moved twice, from the look-ahead point": _moved_twice,
            "uphill": _uphill(_nesterov),
            "(1 + beta) v": _inflated_nesterov,
        },
    ),
    Equation(
        id="eq-38",
        tag="38",
        section="3.3 Polyak's Momentum",
        title="Polyak momentum: velocity",
        latex=r"v_t = \beta v_{t-1} + \eta \nabla L(\theta_t)",
        verdict="convention",
        why="The same line as (34), with the same freedom: the rate inside or outside.",
        code="optimizers.Polyak",
        form=_polyak,
        route="a geometric sum in fractions: pulled for five steps, let go for three",
        check=_coasting_gap,
        refutes={
            "damped, (1 - beta) eta g": _damped,
            "the rate outside": _rate_outside,
            "no memory": _forgetful,
        },
        mended=r"\text{PyTorch: } b_t = \beta b_{t-1} + \nabla L(\theta_t)",
        sources=("polyak1964", "sutskever2013"),
    ),
    Equation(
        id="eq-39",
        tag="39",
        section="3.3 Polyak's Momentum",
        title="Polyak momentum: step",
        latex=r"\theta_{t+1} = \theta_t - (1 + \beta) v_t",
        verdict="wrong",
        why="Not Polyak's rule but ordinary momentum at the rate (1 + beta) eta: it diverges beyond "
        "eta lambda = 2, the heavy ball only beyond 2 (1 + beta).",
        code="optimizers.Polyak",
        form=_polyak,
        route="Polyak's recurrence of three positions, and the fading of complex roots",
        check=_three_terms_gap,
        refutes={
            "as printed": _printed,
            "Nesterov's stored look-ahead point": _look_ahead_stored,
            "plain descent at eta / (1 - beta)": _long_run_rate,
        },
        mended=r"\theta_{t+1} = \theta_t - v_t = \theta_t - \eta \nabla L(\theta_t) + "
        r"\beta(\theta_t - \theta_{t-1})",
        counterexample=Counterexample(
            given="L = 2.5 theta^2 / 2 from theta = 1 at rest, eta = 1, beta = 0.9: theta after 8 steps",
            measure=lambda form: float(
                _walk(form, lambda t: 2.5 * t, np.ones(1), 8, 1.0, 0.9)[-1, 0]
            ),
            truth=_stiff_ball,
            because="Polyak's recurrence of three positions",
        ),
        sources=("polyak1964",),
    ),
    Equation(
        id="eq-40",
        tag="40",
        section="3.4 RMSProp (Root Mean Square Propagation)",
        title="RMSProp: running average",
        latex=r"v_t = \beta v_{t-1} + (1 - \beta)(\nabla L(\theta_t))^2",
        verdict="holds",
        why="Squares entry by entry. From v = 0 the weights add up to 1 - beta^t only, so the average "
        "starts too low, and unlike Adam's it is not corrected.",
        code="optimizers.RMSProp",
        form=_rmsprop,
        route="the weights (1 - beta) beta^age and their sum, in fractions",
        check=_weights_gap,
        refutes={
            "a sum that never forgets (AdaGrad)": _average(lambda v, g, beta: v + g**2),
            "beta and 1 - beta swapped": _average(lambda v, g, beta: (1 - beta) * v + beta * g**2),
            "gradients not squared": _average(lambda v, g, beta: beta * v + (1 - beta) * g),
        },
    ),
    Equation(
        id="eq-41",
        tag="41",
        section="3.4 RMSProp (Root Mean Square Propagation)",
        title="RMSProp: step",
        latex=r"\theta_{t+1} = \theta_t - \frac{\eta}{\sqrt{v_t} + \epsilon} \nabla L(\theta_t)",
        verdict="convention",
        why="PyTorch too has eps outside the root, Keras inside; the lecture that proposed the rule "
        "has none.",
        code="optimizers.RMSProp",
        form=_rmsprop_path,
        route="six steps under a constant pull, and the first without eps, in closed form",
        check=_constant_pull_gap,
        refutes={
            "eps inside the root (Keras)": _divided(lambda g, v, eps: g / np.sqrt(v + eps)),
            "no root, as the sentence above it says": _divided(lambda g, v, eps: g / (v + eps)),
            "one v for all entries": _divided(lambda g, v, eps: g / (np.sqrt(v.mean()) + eps)),
        },
        mended=r"\text{Keras: } \theta_{t+1} = \theta_t - \frac{\eta}{\sqrt{v_t + \epsilon}} "
        r"\nabla L(\theta_t)",
        sources=("tieleman2012",),
    ),
)
