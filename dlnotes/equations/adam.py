"""Section 4, equations (42) to (46).

Adam's running means are checked against explicit weighted sums over all past gradients in exact
fractions, their correction against expectations over every sequence that a small law can draw.
"""

import itertools
import math
from fractions import Fraction

import numpy as np

from .. import optimizers
from ._equation import Equation

# No two gradients of one size, both signs; the two entries differ in scale and in sign.
GRADS = [(4, -1), (-1, 3), (3, 2), (Fraction(1, 2), -5)]
BETA1, BETA2 = Fraction(1, 2), Fraction(3, 4)
LR, EPS = Fraction(1, 8), Fraction(1, 4)
LAW = {4: Fraction(1, 4), -2: Fraction(1, 2), 1: Fraction(1, 4)}  # mean 1/4, mean square 25/4


def _floats(grads):
    return np.array([[float(x) for x in g] for g in grads])


def _adam(grads, **settings):
    """Hand Adam these gradients one after the other, from theta = 0 -> (path, states)."""
    theta = np.zeros(np.shape(grads)[1:])
    rule = optimizers.Adam(**settings)
    state, path, states = rule.init(theta), [theta], []
    for g in grads:
        theta, state = rule.step(theta, lambda _, g=g: g, state)
        path.append(theta)
        states.append(state)
    return np.array(path), states


def _weighted(values, beta):
    """(1 - beta) sum_s beta^(t-s) x_s at the last step t, in fractions."""
    t = len(values)
    return (1 - beta) * sum(beta ** (t - s) * x for s, x in enumerate(values, start=1))


def _sum_gap(beta, power):
    """A check of running means: form(grads, beta) -> one for every step and entry."""

    def check(form):
        wanted = [
            [float(_weighted([g[i] ** power for g in GRADS[: t + 1]], beta)) for i in range(2)]
            for t in range(len(GRADS))
        ]
        return float(np.max(np.abs(np.array(form(_floats(GRADS), float(beta))) - wanted)))

    return check


def _running(update):
    """A wrong recursion as a form: update(mean, g, beta, t) -> the next mean, from 0."""

    def form(grads, beta):
        mean, means = np.zeros(2), []
        for t, g in enumerate(grads, start=1):
            mean = update(mean, g, beta, t)
            means.append(mean)
        return means

    return form


def _first(grads, beta):
    return [s.m for s in _adam(grads, beta1=beta)[1]]


def _second(grads, beta):
    return [s.v for s in _adam(grads, beta2=beta)[1]]


def _expectation_gap(beta, power):
    """A check of corrections: form(grads, beta) -> the corrected mean after the last gradient. Its
    expectation over every sequence of 1 to 5 draws must be the law's own moment."""

    def check(form):
        moment = float(sum(p * x**power for x, p in LAW.items()))
        gaps = []
        for t in range(1, 6):
            drawn = list(itertools.product(LAW, repeat=t))
            chances = [float(math.prod(LAW[x] for x in seq)) for seq in drawn]
            found = form(np.array(drawn, dtype=float).T, float(beta))
            gaps.append(float(np.dot(chances, found)) - moment)
        return float(np.max(np.abs(gaps)))

    return check


def _corrected_first(grads, beta):
    """With beta2 = 0 the root is |g|, so the step tells m_hat."""
    path, _ = _adam(grads, lr=1, beta1=beta, beta2=0, eps=0)
    return (path[-2] - path[-1]) * np.abs(grads[-1])


def _corrected_second(grads, beta):
    """With beta1 = 0 the step is g / sqrt(v_hat)."""
    path, _ = _adam(grads, lr=1, beta1=0, beta2=beta, eps=0)
    return (grads[-1] / (path[-2] - path[-1])) ** 2


def _by(divisor, power):
    """A wrong correction as a form: the mean over divisor(beta, t)."""

    def form(grads, beta):
        t = len(grads)
        weights = (1 - beta) * beta ** np.arange(t - 1, -1, -1.0)
        return weights @ grads**power * (1 / divisor(beta, t))

    return form


CORRECTIONS = {
    "uncorrected": lambda beta, t: 1,
    "1 - beta, not powered": lambda beta, t: 1 - beta,
    "t counted from 0": lambda beta, t: 1 - beta ** (t - 1),
    "times 1 - beta^t": lambda beta, t: 1 / (1 - beta**t),
}


def _step_gap(form):
    """Solve (46) for sqrt(v_hat) = lr m_hat / step - eps, never negative, and square. m_hat and v_hat
    are the weighted sums over the sums of their weights, in fractions."""
    moves = form(_floats(GRADS), float(LR), float(BETA1), float(BETA2), float(EPS))
    gaps = []
    for t in range(1, len(GRADS) + 1):
        for i in range(2):
            past = [g[i] for g in GRADS[:t]]
            m_hat = _weighted(past, BETA1) / _weighted([1] * t, BETA1)
            v_hat = _weighted([x**2 for x in past], BETA2) / _weighted([1] * t, BETA2)
            root = float(LR * m_hat) / -float(moves[t - 1][i]) - float(EPS)
            gaps += [root**2 - float(v_hat), min(root, 0.0)]
    return float(np.max(np.abs(gaps)))


def _moves(grads, lr, beta1, beta2, eps):
    return np.diff(_adam(grads, lr=lr, beta1=beta1, beta2=beta2, eps=eps)[0], axis=0)


def _stepping(step):
    """A wrong update as a form: step(m_hat, v_hat, eps, left) in units of the rate,
    downhill, where left is 1 - beta2^t."""

    def form(grads, lr, beta1, beta2, eps):
        m, v, moves = np.zeros(2), np.zeros(2), []
        for t, g in enumerate(grads, start=1):
            m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
            m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
            moves.append(-lr * step(m_hat, v_hat, eps, 1 - beta2**t))
        return moves

    return form


EQUATIONS = (
    Equation(
        id="eq-42",
        tag="42",
        section="4.1 First Moment Estimate",
        title="Adam: first moment",
        latex=r"m_t = \beta_1 m_{t-1} + (1 - \beta_1) g_t",
        verdict="holds",
        why="From m_0 = 0 it is a weighted sum of all gradients so far; the weights sum to "
        "1 - beta1^t, not to 1.",
        code="optimizers.Adam",
        form=_first,
        route="the sum over all past gradients with weights (1 - beta1) beta1^(t-s), in fractions",
        check=_sum_gap(BETA1, 1),
        refutes={
            "beta1 m + g": _running(lambda m, g, beta, t: beta * m + g),
            "begun at the first gradient": _running(
                lambda m, g, beta, t: g if t == 1 else beta * m + (1 - beta) * g
            ),
            "the mean of all gradients": _running(lambda m, g, beta, t: m + (g - m) / t),
        },
    ),
    Equation(
        id="eq-43",
        tag="43",
        section="4.2 Second Moment Estimate",
        title="Adam: second moment",
        latex=r"v_t = \beta_2 v_{t-1} + (1 - \beta_2) g_t^2",
        verdict="holds",
        why="Entry by entry and from v_0 = 0. It is a mean square: no mean is subtracted, so it is "
        "not the variance.",
        code="optimizers.Adam",
        form=_second,
        route="the sum over all past squares with weights (1 - beta2) beta2^(t-s), in fractions",
        check=_sum_gap(BETA2, 2),
        refutes={
            "one mean for all entries": _running(
                lambda v, g, beta, t: beta * v + (1 - beta) * np.mean(g**2)
            ),
            "the variance": lambda grads, beta: _second(
                grads - np.array(_first(grads, beta)), beta
            ),
            "the square of the mean": lambda grads, beta: [m**2 for m in _first(grads, beta)],
            "AdaGrad's sum": _running(lambda v, g, beta, t: v + g**2),
            "weights swapped": _running(lambda v, g, beta, t: (1 - beta) * v + beta * g**2),
        },
    ),
    Equation(
        id="eq-44",
        tag="44",
        section="4.3 Bias Correction",
        title="Adam: first moment, corrected",
        latex=r"\hat{m}_t = \frac{m_t}{1 - \beta_1^t}",
        verdict="holds with conditions",
        why="Counted from t = 1 (t = 0 is 0/0) and from m_0 = 0. It is unbiased while the mean of the "
        "gradients stays where it is.",
        code="optimizers.Adam",
        form=_corrected_first,
        route="its expectation over every sequence of 1 to 5 draws, against the mean of one draw",
        check=_expectation_gap(BETA1, 1),
        refutes={name: _by(divisor, 1) for name, divisor in CORRECTIONS.items()},
        mended=r"\hat{m}_t = \frac{m_t}{1 - \beta_1^t} = "
        r"\frac{\sum_{s=1}^t \beta_1^{t-s} g_s}{\sum_{s=1}^t \beta_1^{t-s}}, "
        r"\qquad t \geq 1,\ m_0 = 0",
    ),
    Equation(
        id="eq-45",
        tag="45",
        section="4.3 Bias Correction",
        title="Adam: second moment, corrected",
        latex=r"\hat{v}_t = \frac{v_t}{1 - \beta_2^t}",
        verdict="holds with conditions",
        why="Counted from t = 1 (t = 0 is 0/0) and from v_0 = 0. It is unbiased while the mean square "
        "of the gradients stays where it is; its root is not.",
        code="optimizers.Adam",
        form=_corrected_second,
        route="its expectation over every sequence of 1 to 5 draws, the mean square of the law",
        check=_expectation_gap(BETA2, 2),
        refutes={name: _by(divisor, 2) for name, divisor in CORRECTIONS.items()},
        mended=r"\hat{v}_t = \frac{v_t}{1 - \beta_2^t} = "
        r"\frac{\sum_{s=1}^t \beta_2^{t-s} g_s^2}{\sum_{s=1}^t \beta_2^{t-s}}, "
        r"\qquad t \geq 1,\ v_0 = 0",
    ),
    Equation(
        id="eq-46",
        tag="46",
        section="4.4 Parameter Update",
        title="Adam: the step",
        latex=r"\theta_{t+1} = \theta_t - \eta \frac{\hat{m}_t}{\sqrt{\hat{v}_t} + \epsilon}",
        verdict="holds",
        why="As in algorithm 1 of the paper and in PyTorch. Keras adds its epsilon before v is "
        "corrected, the paper's epsilon hat.",
        code="optimizers.Adam",
        form=_moves,
        route="the step solved for v_hat, against weighted sums in fractions",
        check=_step_gap,
        refutes={
            "uphill": _stepping(lambda m, v, eps, left: -m / (np.sqrt(v) + eps)),
            "no root": _stepping(lambda m, v, eps, left: m / (v + eps)),
            "eps inside the root": _stepping(lambda m, v, eps, left: m / np.sqrt(v + eps)),
            "eps before correcting": _stepping(
                lambda m, v, eps, left: m / (np.sqrt(v) + eps / np.sqrt(left))
            ),
            "v without its hat": _stepping(lambda m, v, eps, left: m / (np.sqrt(v * left) + eps)),
            "one rate for all entries": _stepping(
                lambda m, v, eps, left: m / (np.sqrt(v.mean()) + eps)
            ),
        },
    ),
)
