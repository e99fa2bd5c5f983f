"""Section 7, none of its formulas numbered.

A penalty is checked by what it means (a probability, an area, a stretch), an update by paths worked
in fractions, by finite differences of the whole loss, or by where its steps must end.
"""

import itertools
import math
import statistics
from fractions import Fraction

import numpy as np

from .. import gradcheck, optimizers, regularization
from ._equation import Counterexample, Equation

HEAD = "7 Regularization terms"
RULE = f"{HEAD} / Gradient Descent Update Rule with L2-Regularization"
INTERPRETED = f"{HEAD} / Interpreting the Update Rule"
OTHERS = f"{HEAD} / Other Regularization terms"

# Dyadic numbers, so that floats hold them exactly. Both signs, no weight of size 1.
W0 = np.array([2.0, -0.5, 3.0])
CURVES, VALLEYS = np.array([1.0, 0.5, 2.0]), np.array([1.0, 2.0, -1.5])  # L = a/2 (w - b)^2
LR, LAM = 0.25, 0.5

TALL = np.array([[1.0, -0.5, 2.0], [0.25, 3.0, -1.0], [-2.0, 0.5, 0.75], [1.5, -1.25, 0.5]])
TILT = np.array([[0.3, -1.0, 0.5], [1.2, 0.4, -0.7], [-0.2, 0.9, 1.1], [0.6, -0.8, 0.1]])


def _worst(*differences):
    """The largest in size; unlike Python's own, NumPy's max lets no nan slip through."""
    return float(np.max(np.abs(differences)))


# --- L2


def _prior_gap(form):
    """exp(-(L_reg - L)) is a ratio of normal densities of variance 1/lambda: at W, and at 0."""
    bell = statistics.NormalDist(0, LAM**-0.5)
    ratio = math.prod(bell.pdf(w) / bell.pdf(0) for w in W0)
    return _worst(math.exp(0.75 - form(0.75, W0, LAM)) - ratio)


def _stretches_gap(form):
    """What a matrix does to the unit vectors along its axes: squared singular values, added."""
    return _worst(form(TALL) - np.linalg.eigvalsh(TALL.T @ TALL).sum())


def _exactly(values):
    return [Fraction(float(v)) for v in values]


def _path(form, steps, lam=LAM):
    """Where a rule leads from W0 in some steps, with the loss's gradient taken anew in each."""
    w = W0
    for _ in range(steps):
        w = form(w, CURVES * (w - VALLEYS), LR, lam)
    return w


def _geometric_gap(lam):
    """In fractions: on a/2 (w - b)^2 + lambda/2 w^2 the distance from the lowest point,
    a b / (a + lambda), shrinks by the same factor in every step, 1 - eta (a + lambda)."""

    def check(form):
        wanted = []
        for w, a, b in zip(*map(_exactly, (W0, CURVES, VALLEYS)), strict=True):
            lowest = a * b / (a + Fraction(lam))
            shrunk = (1 - Fraction(LR) * (a + Fraction(lam))) ** 6
            wanted.append(float(lowest + shrunk * (w - lowest)))
        return _worst(*(_path(form, 6, lam) - wanted))

    return check


def _quotient_gap(form):
    """In fractions: for a parabola (L_reg(w + 1) - L_reg(w - 1)) / 2 is the slope, exactly."""
    w = _exactly(W0)
    for _ in range(4):
        for i, (a, b) in enumerate(zip(_exactly(CURVES), _exactly(VALLEYS), strict=True)):

            def loss(x, a=a, b=b):
                return a / 2 * (x - b) ** 2 + Fraction(LAM) / 2 * x**2

            w[i] -= Fraction(LR) * (loss(w[i] + 1) - loss(w[i] - 1)) / 2
    return _worst(*(_path(form, 4) - [float(x) for x in w]))


def _tailwind_gap(form):
    """In fractions: under a constant gradient g the weight after t steps is q^t w - eta g times
    the geometric sum (1 - q^t) / (1 - q), with q = 1 - eta lambda."""
    g, t, q = np.array([0.5, -2.0, 0.0]), 9, 1 - Fraction(LR) * Fraction(LAM)
    wanted = [
        float(q**t * w - Fraction(LR) * slope * (1 - q**t) / (1 - q))
        for w, slope in zip(_exactly(W0), _exactly(g), strict=True)
    ]
    w = W0
    for _ in range(t):
        w = form(w, g, LR, LAM)
    return _worst(*(w - wanted))


def _memory_gap(form):
    """In fractions: a gradient seen s steps ago has faded by (1 - eta lambda)^s, and so has the
    start; after many steps with gradients of 0 nothing is left, while 0 < eta lambda < 2."""
    gradients = [np.array([1.0, -2.0, 0.5]), np.array([-4.0, 0.25, 3.0]), np.array([2.0, 1.0, 0])]
    q = 1 - Fraction(LR) * Fraction(LAM)
    wanted = [q**3 * w for w in _exactly(W0)]
    for age, g in enumerate(reversed(gradients)):
        wanted = [x - Fraction(LR) * q**age * s for x, s in zip(wanted, _exactly(g), strict=True)]
    w = W0
    for g in gradients:
        w = form(w, g, LR, LAM)
    gap = _worst(*(w - [float(x) for x in wanted]))
    for rate in (0.5, 3.75):  # eta lambda = 1/4 and 15/8: without and with flips
        rest = W0
        for _ in range(400):
            rest = form(rest, np.zeros(3), rate, LAM)
        gap = max(gap, _worst(*rest))
    return gap


def _observed_gap(form):
    """Ten steps on a loss without slope, and the weight is smaller than before, or it is not."""
    gaps = []
    for rate in (0.5, 1.0, 1.5, 1.9, 2.0, 2.1, 2.5, 4.0):
        w, history = 1.0, [1.0]
        for _ in range(10):
            w -= rate * float(regularization.l2_grad(w))
            history.append(abs(w))
        gaps.append(form(rate) - all(b < a for a, b in itertools.pairwise(history) if a))
    return _worst(*gaps)


def _coupling_gap(form):
    """Twenty steps with the gradient of the penalty in the gradient, against twenty steps without
    it that shrink the weights by 1 - eta lambda beforehand."""

    def slope(w):
        return CURVES * (w - VALLEYS)

    def with_penalty(w):
        return slope(w) + LAM * w

    rule = form()
    inside, beside = (W0, rule.init(W0)), (W0, rule.init(W0))
    for _ in range(20):
        inside = rule.step(inside[0], with_penalty, inside[1])
        w, state = beside
        moved, state = rule.step(w, slope, state)
        beside = moved - rule.lr * LAM * w, state
    return _worst(*(inside[0] - beside[0]))


# --- the other penalties


def _slope_area_gap(form):
    """The penalty is the area under its own slope, lambda_1 + lambda_2 t, from 0 to |w|: a
    trapezium a weight, in fractions."""
    lam1, lam2 = Fraction(3, 4), Fraction(1, 4)
    area = sum((lam1 + (lam1 + lam2 * abs(w))) / 2 * abs(w) for w in _exactly(W0))
    return _worst(form(1.25, W0, 0.75, 0.25) - (1.25 + float(area)))


def _proximal_gap(form):
    """The lowest point of (x - w)^2 / (2 eta) + (g + lambda_2 w) x + lambda_1 |x| on a grid of
    1/64 that holds it exactly: the loss by its tangent, |x| as it is."""
    w, g = np.array([0.125, -1.0, 2.0, 0.0, -0.25]), np.array([0.25, 1.5, -0.5, 0.75, 1.0])
    lr, lam1, lam2 = 0.25, 1.0, 0.5
    x = np.arange(-256, 257)[:, np.newaxis] / 64
    model = (x - w) ** 2 / (2 * lr) + (g + lam2 * w) * x + lam1 * np.abs(x)
    return _worst(*(form(w, g, lr, lam1, lam2) - x[model.argmin(axis=0), 0]))


# A small problem of least squares: 5 samples, 3 weights.
X = np.array([[1.0, 0.5, -1], [0, 2, 1], [-1, 1, 0.5], [2, -0.5, 1], [0.5, 1, -1.5]])
Y = np.array([1.0, 3.0, -2.0, 0.5, 1.5])


def _appended(lam):
    """Ridge as plain least squares: one more sample a weight, sqrt(lambda) times it against 0."""
    return np.vstack([X, math.sqrt(lam) * np.eye(3)]), np.append(Y, np.zeros(3))


def _appended_gap(form):
    rows, targets = _appended(LAM)
    primary = ((X @ W0 - Y) ** 2).sum() / 2
    return _worst(form(primary, W0, LAM) - ((rows @ W0 - targets) ** 2).sum() / 2)


def _landing_gap(form):
    """Where the steps end: the least-squares solution with the samples appended."""
    rows, targets = _appended(LAM)
    w = W0
    for _ in range(800):
        w = form(w, X.T @ (X @ w - Y), 0.05, LAM)
    return _worst(*(w - np.linalg.lstsq(rows, targets, rcond=None)[0]))


def _largest_stretch_gap(form):
    """For two columns of whole numbers: the larger root of s^2 - t s + d, with t and d the trace
    and the determinant of W^T W."""
    gaps = []
    for W in ([[3, 0], [4, 5]], [[1, -2], [0, 3], [2, 2]], [[2, 1], [-1, 2], [5, 0], [1, 1]]):
        W = np.array(W)
        a, b, d = int(W[:, 0] @ W[:, 0]), int(W[:, 0] @ W[:, 1]), int(W[:, 1] @ W[:, 1])
        t, det = a + d, a * d - b * b
        stretch = math.sqrt((t + math.sqrt(t * t - 4 * det)) / 2)
        gaps.append(form(1.5, W, LAM) - (1.5 + LAM * stretch))
    return _worst(*gaps)


def _step_gap(penalty):
    """A check of one step: W - eta times finite differences of the primary loss plus lambda times
    the penalty. The primary loss is sum(TILT W) + |W - TILT|^2 / 2."""

    def loss(W):
        return (TILT * W).sum() + ((W - TILT) ** 2).sum() / 2 + LAM * penalty(W)

    def check(form):
        wanted = TALL - LR * gradcheck.numerical_gradient(loss, TALL)
        return _worst(form(TALL, TILT + (TALL - TILT), LR, LAM) - wanted)

    return check


def _singular_gap(form):
    """The sum of (sigma^2 - 1)^2 over all n singular values of a matrix with n columns; in a wide
    one n - m of them are 0 and cost 1 each."""
    gaps = []
    for W in (TALL, 0.5 * TALL.T):
        sigma = np.zeros(W.shape[1])
        found = np.linalg.svd(W, compute_uv=False)
        sigma[: found.size] = found
        gaps.append(form(1.5, W, LAM) - (1.5 + LAM * ((sigma**2 - 1) ** 2).sum()))
    return _worst(*gaps)


TRIPLES = np.array([[3.0, 4.0], [5.0, -12.0], [-0.6, 0.8], [0.0, 0.0]])


def _triples_gap(form):
    """Lengths 5, 13, 1 and 0 by Pythagoras, of which 3 and 11 lie beyond c = 2."""
    return _worst(form(1.5, TRIPLES, LAM, 2.0) - (1.5 + LAM * (3 + 11)))


def _nearest_gap(form):
    """p is the point of the ball nearest to w if and only if |p| <= c and no step within the ball
    leads closer: c |w - p| <= (w - p) . p, whatever the direction of the step."""
    gaps = []
    for W, c in ((TRIPLES, 2.0), (TALL, 1.5), (TALL, 2.5)):
        for w, p in zip(W, form(W, c), strict=True):
            gaps += [max(0.0, math.hypot(*p) - c)]
            gaps += [max(0.0, c * math.hypot(*(w - p)) - float((w - p) @ p))]
    return _worst(*gaps)


def _row_lengths(W):
    return np.sqrt((W**2).sum(axis=1, keepdims=True))


def _proximal_step(w, g, lr, lam1, lam2):
    return regularization.soft_threshold(w - lr * (g + lam2 * w), lr * lam1)


EXACT = "the same path in fractions"
WHOLE = "finite differences of the whole loss"
MAX_NORM = f"{OTHERS} / 5. Max-Norm Regularization"
_outer = r"\frac{\partial\,\text{Primary Loss}}{\partial W}"

EQUATIONS = (
    Equation(
        id="u-7-l2-loss",
        tag="L2 loss",
        section=HEAD,
        title="L2-regularized loss",
        latex=r"L_{\text{reg}} = L + \frac{\lambda}{2} \|W\|_2^2",
        verdict="convention",
        why="With the half, lambda is the weight_decay of PyTorch's SGD. Keras's L2 has none, so the "
        "same number there is twice the penalty; scikit-learn's Ridge has none in either term.",
        code="regularization.l2",
        form=lambda L, W, lam: L + regularization.l2(W, lam=lam),
        route="a normal density of variance 1/lambda for every weight, exp(L - L_reg)",
        check=_prior_gap,
        refutes={
            "Keras, without the half": lambda L, W, lam: L + lam * (W**2).sum(),
            "the norm, not its square": lambda L, W, lam: L + lam / 2 * math.sqrt((W**2).sum()),
            "the mean square": lambda L, W, lam: L + lam / 2 * (W**2).mean(),
        },
        mended=r"\text{Keras: } L + \lambda_{\text{K}} \|W\|_F^2, \quad "
        r"\lambda_{\text{K}} = \tfrac{\lambda}{2}",
    ),
    Equation(
        id="u-7-l2-norm",
        tag="squared norm",
        section=HEAD,
        title="Squared norm of the weights",
        latex=r"\|W\|_2^2 = \sum_i W_i^2",
        verdict="convention",
        why="Right for W read as one long vector, the squared Frobenius norm. For a matrix the "
        "subscript 2 names the largest singular value, as the notes themselves use it later.",
        code="regularization.l2",
        form=lambda W: regularization.l2(W, lam=2.0),
        route="the eigenvalues of W^T W, added",
        check=_stretches_gap,
        refutes={
            "the matrix norm 2, squared": lambda W: np.linalg.norm(W, 2) ** 2,
            "not squared": np.linalg.norm,
            "the largest row": lambda W: (W**2).sum(axis=1).max(),
        },
        mended=r"\|W\|_F^2 = \sum_{i,j} W_{ij}^2",
        sources=("yoshida2017",),
    ),
    Equation(
        id="u-7-gd-update",
        tag="plain step",
        section=RULE,
        title="Gradient descent without regularization",
        latex=r"W^{(t+1)} = W^{(t)} - \eta \nabla_W L",
        verdict="holds",
        why="The gradient is the one at the old weights.",
        code="optimizers.SGD",
        form=lambda w, g, lr, lam: optimizers.SGD(lr=lr).step(
            w, lambda w: g, optimizers.SGD().init(w)
        )[0],
        route=f"{EXACT}, geometric on parabolas",
        check=_geometric_gap(0.0),
        refutes={
            "uphill": lambda w, g, lr, lam: w + lr * g,
            "the rate left out": lambda w, g, lr, lam: w - g,
            "the gradient's sign": lambda w, g, lr, lam: w - lr * np.sign(g),
        },
    ),
    Equation(
        id="u-7-l2-gradient",
        tag="L2 gradient",
        section=RULE,
        title="Gradient of the regularized loss",
        latex=r"\nabla_W L_{\text{reg}} = \nabla_W L + \lambda W",
        verdict="holds",
        why="The half of the loss and the 2 of the square cancel.",
        code="regularization.l2_grad",
        form=lambda W, dy: dy * np.cos(W) + regularization.l2_grad(W, dy, lam=LAM),
        route=f"{WHOLE}, here sin W + lambda/2 W^2, under a random cotangent",
        check=lambda form: gradcheck.gradient_gap(
            lambda W: np.sin(W).sum() + LAM / 2 * (W**2).sum(),
            form,
            TALL,
            rng=np.random.default_rng(0),
        ),
        refutes={
            "Keras, 2 lambda W": lambda W, dy: dy * (np.cos(W) + 2 * LAM * W),
            "lambda sign(W), the slope of |W|": lambda W, dy: dy * (np.cos(W) + LAM * np.sign(W)),
            "lambda W over its norm": lambda W, dy: dy * (np.cos(W) + LAM * W / np.linalg.norm(W)),
        },
        tolerance=1e-7,
    ),
    Equation(
        id="u-7-l2-update",
        tag="L2 step",
        section=RULE,
        title="Gradient descent with L2",
        latex=r"W^{(t+1)} = W^{(t)} - \eta (\nabla_W L + \lambda W)",
        verdict="holds",
        why="Gradient and W are both of step t. PyTorch's SGD(weight_decay=lambda) does the same.",
        code="regularization.l2_grad",
        form=lambda w, g, lr, lam: w - lr * (g + regularization.l2_grad(w, lam=lam)),
        route=f"{EXACT}, geometric towards a b / (a + lambda)",
        check=_geometric_gap(LAM),
        refutes={
            "Keras, 2 lambda": lambda w, g, lr, lam: w - lr * (g + 2 * lam * w),
            "the decay not times eta": lambda w, g, lr, lam: w - lr * g - lam * w,
            "the sign of the penalty": lambda w, g, lr, lam: w - lr * (g - lam * w),
        },
    ),
    Equation(
        id="u-7-l2-update-expanded",
        tag="L2 step, expanded",
        section=INTERPRETED,
        title="L2 update written out",
        latex=r"W^{(t+1)} = W^{(t)} - \eta \nabla_W L - \eta \lambda W^{(t)}",
        verdict="holds",
        why="The bracket multiplied out.",
        code="regularization.l2_grad",
        form=lambda w, g, lr, lam: w - lr * g - lr * regularization.l2_grad(w, lam=lam),
        route=f"{EXACT}, its slopes exact difference quotients of L + lambda/2 W^2",
        check=_quotient_gap,
        refutes={
            "eta lost on multiplying out": lambda w, g, lr, lam: w - lr * g - lam * w,
            "plus": lambda w, g, lr, lam: w - lr * g + lr * lam * w,
            "decay of the moved weights": lambda w, g, lr, lam: (
                w - lr * g - lr * lam * (w - lr * g)
            ),
        },
    ),
    Equation(
        id="u-7-l2-decay-form",
        tag="decay form",
        section=INTERPRETED,
        title="L2 update in weight-decay form",
        latex=r"W^{(t+1)} = W^{(t)} (1 - \eta \lambda) - \eta \nabla_W L",
        verdict="holds",
        why="The two terms with W taken together.",
        code="regularization.l2_grad",
        form=lambda w, g, lr, lam: (w - lr * regularization.l2_grad(w, lam=lam)) - lr * g,
        route=f"{EXACT} under a constant gradient, a geometric sum",
        check=_tailwind_gap,
        refutes={
            "1 - lambda, eta lost": lambda w, g, lr, lam: w * (1 - lam) - lr * g,
            "the whole step scaled": lambda w, g, lr, lam: (w - lr * g) * (1 - lr * lam),
            "1 + eta lambda": lambda w, g, lr, lam: w * (1 + lr * lam) - lr * g,
            "implicit, over 1 + eta lambda": lambda w, g, lr, lam: (w - lr * g) / (1 + lr * lam),
        },
    ),
    Equation(
        id="u-7-decay-factor-claim",
        tag="decay factor",
        section=INTERPRETED,
        title="The factor 1 - eta lambda makes the weights decay",
        latex=r"1 - \eta\lambda < 1 \ \text{ if } \ \eta\lambda > 0, "
        r"\text{ causing the weights to decay at each iteration}",
        verdict="holds with conditions",
        why="Below 1 is not enough, the size must be: beyond eta lambda = 1 the weights flip, beyond "
        "2 they grow as well. And the loss's gradient moves them too, away from 0 if it will.",
        code="regularization.l2_grad",
        form=lambda rate: abs(1 - rate) < 1,
        route="ten steps on a flat loss at eight values of eta lambda: smaller each time, or not",
        check=_observed_gap,
        refutes={
            "the printed 1 - eta lambda < 1 alone": lambda rate: 1 - rate < 1,
            "no flip allowed, eta lambda < 1": lambda rate: 0 < rate < 1,
            "at most 2, 2 included": lambda rate: 0 < rate <= 2,
        },
        mended=r"|1 - \eta\lambda| < 1 \iff 0 < \eta\lambda < 2",
    ),
    Equation(
        id="u-7-l2-is-weight-decay-claim",
        tag="L2 = decay",
        section=INTERPRETED,
        title="L2 regularization is weight decay",
        latex=r"\text{L2-regularization} = \text{weight decay}",
        verdict="holds with conditions",
        why="For plain gradient descent. A rule with a memory averages the penalty's gradient, an "
        "adaptive one divides it: there decay beside the rule, as in AdamW, is something else.",
        code="optimizers.SGD",
        form=lambda: optimizers.SGD(lr=0.1),
        route="twenty steps with the penalty in the gradient, and with the decay beside the rule",
        check=_coupling_gap,
        refutes={
            "momentum": lambda: optimizers.Momentum(lr=0.1),
            "Nesterov": lambda: optimizers.Nesterov(lr=0.1),
            "RMSProp": lambda: optimizers.RMSProp(lr=0.1),
            "Adam": lambda: optimizers.Adam(lr=0.1),
        },
        mended=r"\text{L2} \equiv \text{weight decay for plain SGD}; \qquad "
        r"\text{Adam} + \tfrac{\lambda}{2}\|W\|^2 \neq \text{AdamW}",
    ),
    Equation(
        id="u-7-l2-summary",
        tag="scaled down",
        section=f"{HEAD} / Summary",
        title="Summary: weights scaled by 1 - eta lambda at each step",
        latex=r"W^{(t+1)} = W^{(t)} (1 - \eta \lambda) - \eta \nabla_W L",
        verdict="holds with conditions",
        why="The decay form once more. 'Scaled down' needs 0 < eta lambda < 2, and what the "
        "gradients of the loss add stays for about 1 / (eta lambda) steps.",
        code="regularization.l2_grad",
        form=lambda w, g, lr, lam: w - lr * (regularization.l2_grad(w, lam=lam) + g),
        route="old gradients fade as powers of 1 - eta lambda, in fractions, and without them all",
        check=_memory_gap,
        refutes={
            "plain, nothing fades": lambda w, g, lr, lam: w - lr * g,
            "the whole step scaled": lambda w, g, lr, lam: (w - lr * g) * (1 - lr * lam),
            "1 - lambda, eta lost": lambda w, g, lr, lam: w * (1 - lam) - lr * g,
        },
        mended=r"W^{(t+1)} = W^{(t)} (1 - \eta \lambda) - \eta \nabla_W L, \qquad "
        r"0 < \eta\lambda < 2",
    ),
    Equation(
        id="u-7-elastic-net-loss",
        tag="elastic net",
        section=f"{OTHERS} / 1. Elastic Net Regularization",
        title="Elastic net loss",
        latex=r"\text{Loss} = \text{Primary Loss} + \lambda_1 \sum_{i=1}^n |w_i| + "
        r"\frac{1}{2} \lambda_2 \sum_{i=1}^n w_i^2",
        verdict="convention",
        why="The half on the squares is scikit-learn's (lambda_1 = alpha l1_ratio, lambda_2 = "
        "alpha (1 - l1_ratio)). Zou and Hastie 2005 and Keras's L1L2 have none.",
        code="regularization.elastic_net",
        form=lambda L, w, lam1, lam2: L + regularization.elastic_net(w, lam1=lam1, lam2=lam2),
        route="the area under its slope, a trapezium a weight, in fractions",
        check=_slope_area_gap,
        refutes={
            "without the half": lambda L, w, lam1, lam2: (
                L + lam1 * np.abs(w).sum() + lam2 * (w**2).sum()
            ),
            "weights with their signs": lambda L, w, lam1, lam2: (
                L + lam1 * w.sum() + lam2 / 2 * (w**2).sum()
            ),
            "strengths swapped": lambda L, w, lam1, lam2: (
                L + lam2 * np.abs(w).sum() + lam1 / 2 * (w**2).sum()
            ),
        },
        mended=r"\text{Zou and Hastie, Keras: } \text{Loss} = \text{Primary Loss} + \lambda_1 "
        r"\sum_{i=1}^n |w_i| + \lambda_2 \sum_{i=1}^n w_i^2",
        sources=("zou2005",),
    ),
    Equation(
        id="u-7-elastic-net-update",
        tag="sign step",
        section=f"{OTHERS} / 1. Elastic Net Regularization",
        title="Elastic net update",
        latex=r"w \leftarrow w - \eta \left(\frac{\partial \text{Primary Loss}}{\partial w} + "
        r"\lambda_1 \text{sign}(w) + \lambda_2 w \right)",
        verdict="holds with conditions",
        why="Right where no weight is 0 or passes 0. There it hops across, by up to eta lambda_1, "
        "and lands on 0 by accident alone; the proximal step stops there.",
        code="regularization.soft_threshold",
        form=_proximal_step,
        route="the lowest point on a grid of the loss's tangent, plus lambda_1 |w|, plus distance",
        check=_proximal_gap,
        refutes={
            "the printed sign step near 0": lambda w, g, lr, lam1, lam2: (
                w - lr * (g + lam1 * np.sign(w) + lam2 * w)
            ),
            "threshold lambda_1, the rate lost": lambda w, g, lr, lam1, lam2: (
                regularization.soft_threshold(w - lr * (g + lam2 * w), lam1)
            ),
            "threshold before the step": lambda w, g, lr, lam1, lam2: (
                regularization.soft_threshold(w, lr * lam1) - lr * (g + lam2 * w)
            ),
            "hard threshold": lambda w, g, lr, lam1, lam2: np.where(
                np.abs(w - lr * (g + lam2 * w)) > lr * lam1, w - lr * (g + lam2 * w), 0
            ),
        },
        mended=r"w \leftarrow \operatorname{soft}_{\eta\lambda_1}\!\left(w - \eta\left("
        r"\tfrac{\partial\,\text{Primary Loss}}{\partial w} + \lambda_2 w\right)\right), \qquad "
        r"\operatorname{soft}_\tau(u) = \operatorname{sign}(u)\max(0, |u| - \tau)",
    ),
    Equation(
        id="u-7-tikhonov-loss",
        tag="Tikhonov",
        section=f"{OTHERS} / 2. Tikhonov Regularization (L2 Regularization)",
        title="Tikhonov (L2) loss",
        latex=r"\text{Loss} = \text{Primary Loss} + \frac{1}{2} \lambda \sum_{i=1}^n w_i^2",
        verdict="convention",
        why="The special case of Tikhonov's penalty in which every direction costs the same. Beside "
        "half a sum of squared errors, lambda is scikit-learn's alpha in Ridge; n lambda beside "
        "half their mean.",
        code="regularization.l2",
        form=lambda L, w, lam: L + regularization.l2(w, lam=lam),
        route="least squares with one more sample a weight, sqrt(lambda) against 0",
        check=_appended_gap,
        refutes={
            "without the half": lambda L, w, lam: L + lam * (w**2).sum(),
            "lambda squared": lambda L, w, lam: L + lam**2 / 2 * (w**2).sum(),
            "the norm, not its square": lambda L, w, lam: L + lam / 2 * math.sqrt((w**2).sum()),
        },
        mended=r"\text{Loss} = \text{Primary Loss} + \tfrac{1}{2}\|\Gamma w\|_2^2, \qquad "
        r"\Gamma = \sqrt{\lambda}\, I \text{ here}",
        sources=("tikhonov1963",),
    ),
    Equation(
        id="u-7-tikhonov-update",
        tag="Tikhonov step",
        section=f"{OTHERS} / 2. Tikhonov Regularization (L2 Regularization)",
        title="Tikhonov (L2) update",
        latex=r"w \leftarrow w - \eta \left(\frac{\partial \text{Primary Loss}}{\partial w} + "
        r"\lambda w \right)",
        verdict="holds",
        why="The L2 step in other letters.",
        code="regularization.l2_grad",
        form=lambda w, g, lr, lam: w - lr * (g + regularization.l2_grad(w, lam=lam)),
        route="where 800 steps end, against least squares with the penalty's samples appended",
        check=_landing_gap,
        refutes={
            "without the penalty": lambda w, g, lr, lam: w - lr * g,
            "2 lambda": lambda w, g, lr, lam: w - lr * (g + 2 * lam * w),
            "lambda sign(w)": lambda w, g, lr, lam: w - lr * (g + lam * np.sign(w)),
        },
    ),
    Equation(
        id="u-7-spectral-norm-loss",
        tag="spectral norm",
        section=f"{OTHERS} / 3. Spectral Norm Regularization",
        title="Spectral norm penalty",
        latex=r"\text{Loss} = \text{Primary Loss} + \lambda \|W\|_2",
        verdict="convention",
        why="Here the subscript 2 is the largest singular value. Yoshida and Miyato 2017 take half "
        "its square; spectral normalization divides W by it and adds no penalty.",
        code="regularization.spectral_norm",
        form=lambda L, W, lam: L + regularization.spectral_norm(W, lam=lam),
        route="the larger root of a quadratic, by hand for two columns",
        check=_largest_stretch_gap,
        refutes={
            "Frobenius": lambda L, W, lam: L + lam * np.linalg.norm(W),
            "half its square": lambda L, W, lam: L + lam / 2 * np.linalg.norm(W, 2) ** 2,
            "all singular values": lambda L, W, lam: L + lam * np.linalg.norm(W, "nuc"),
            "the longest column": lambda L, W, lam: L + lam * np.linalg.norm(W, axis=0).max(),
        },
        mended=r"\text{Yoshida and Miyato: } \text{Loss} = \text{Primary Loss} + "
        r"\frac{\lambda}{2}\,\sigma_1(W)^2",
        sources=("yoshida2017", "miyato2018"),
    ),
    Equation(
        id="u-7-spectral-norm-update",
        tag="spectral step",
        section=f"{OTHERS} / 3. Spectral Norm Regularization",
        title="Spectral norm update",
        latex=r"w \leftarrow w - \eta \left(\frac{\partial \text{Primary Loss}}{\partial w} + "
        r"\lambda \frac{\partial \|W\|_2}{\partial w} \right)",
        verdict="holds with conditions",
        why="The derivative, left symbolic, is the outer product of the leading singular vectors, "
        "while the largest singular value is positive and single; else it is one of many.",
        code="regularization.spectral_norm_grad",
        form=lambda W, g, lr, lam: W - lr * (g + regularization.spectral_norm_grad(W, lam=lam)),
        route=WHOLE,
        check=_step_gap(lambda W: math.sqrt(np.linalg.eigvalsh(W.T @ W)[-1])),
        refutes={
            "W over its Frobenius norm": lambda W, g, lr, lam: (
                W - lr * (g + lam * W / np.linalg.norm(W))
            ),
            "W over sigma_1": lambda W, g, lr, lam: W - lr * (g + lam * W / np.linalg.norm(W, 2)),
            "all pairs, the nuclear norm": lambda W, g, lr, lam: (
                W
                - lr * (g + lam * (lambda u, s, vt: u @ vt)(*np.linalg.svd(W, full_matrices=False)))
            ),
        },
        mended=rf"W \leftarrow W - \eta\left({_outer} + \lambda\, u_1 v_1^\top\right), \qquad "
        r"W v_1 = \sigma_1 u_1,\ \sigma_1 > \sigma_2",
        tolerance=1e-8,
    ),
    Equation(
        id="u-7-orthogonality-loss",
        tag="orthogonality",
        section=f"{OTHERS} / 4. Orthogonality Regularization",
        title="Orthogonality penalty",
        latex=r"\text{Loss} = \text{Primary Loss} + \lambda \|W^T W - I\|_F^2",
        verdict="holds with conditions",
        why="It can reach 0 only if W has no more columns than rows. In a wide m x n matrix it "
        "never falls below n - m; there W W^T belongs in it.",
        code="regularization.orthogonality",
        form=lambda L, W, lam: L + regularization.orthogonality(W, lam=lam),
        route="(sigma^2 - 1)^2 over all n singular values, a tall and a wide matrix",
        check=_singular_gap,
        refutes={
            "W W^T, whatever the shape": lambda L, W, lam: (
                L + lam * ((W @ W.T - np.eye(len(W))) ** 2).sum()
            ),
            "the norm, not its square": lambda L, W, lam: (
                L + lam * np.linalg.norm(W.T @ W - np.eye(W.shape[1]))
            ),
            "the matrix norm 2": lambda L, W, lam: (
                L + lam * np.linalg.norm(W.T @ W - np.eye(W.shape[1]), 2) ** 2
            ),
        },
        mended=r"\|W^\top W - I_n\|_F^2 \ (m \geq n), \qquad \|W W^\top - I_m\|_F^2 \ (m < n), "
        r"\quad W \in \mathbb{R}^{m \times n}",
    ),
    Equation(
        id="u-7-orthogonality-update",
        tag="orthogonality step",
        section=f"{OTHERS} / 4. Orthogonality Regularization",
        title="Orthogonality update",
        latex=r"w \leftarrow w - \eta \left(\frac{\partial \text{Primary Loss}}{\partial w} + "
        r"\lambda \frac{\partial \|W^T W - I\|_F^2}{\partial w} \right)",
        verdict="holds with conditions",
        why="Right for the whole matrix at once: the slope of one weight depends on all. The "
        "derivative, left symbolic, is 4 W (W^T W - I).",
        code="regularization.orthogonality_grad",
        form=lambda W, g, lr, lam: W - lr * (g + regularization.orthogonality_grad(W, lam=lam)),
        route=WHOLE,
        check=_step_gap(lambda W: ((np.linalg.svd(W)[1] ** 2 - 1) ** 2).sum()),
        refutes={
            "factor 2, W occurs twice": lambda W, g, lr, lam: (
                W - lr * (g + 2 * lam * W @ (W.T @ W - np.eye(3)))
            ),
            "without the identity": lambda W, g, lr, lam: W - lr * (g + 4 * lam * W @ W.T @ W),
            "W_ij alone, each weight by itself": lambda W, g, lr, lam: (
                W - lr * (g + 4 * lam * W * (W**2 - 1))
            ),
        },
        mended=rf"W \leftarrow W - \eta\left({_outer} + 4\lambda\, W (W^\top W - I)\right)",
        tolerance=1e-6,
    ),
    Equation(
        id="u-7-max-norm-loss",
        tag="max-norm",
        section=MAX_NORM,
        title="Max-norm penalty",
        latex=r"\text{Loss} = \text{Primary Loss} + \lambda \sum_{i=1}^n \max(0, \|w_i\|_2 - c)",
        verdict="convention",
        why="Max-norm as published is a limit kept by projection, without a penalty. w_i is the "
        "weights of one unit, a row here. Beside the projection the penalty is always 0.",
        code="regularization.max_norm",
        form=lambda L, W, lam, c: L + regularization.max_norm(W, c=c, lam=lam),
        route="rows whose lengths are known by Pythagoras",
        check=_triples_gap,
        refutes={
            "columns for units": lambda L, W, lam, c: (
                L + lam * np.maximum(0, np.linalg.norm(W, axis=0) - c).sum()
            ),
            "one length for the whole matrix": lambda L, W, lam, c: (
                L + lam * max(0, np.linalg.norm(W) - c)
            ),
            "the excess squared": lambda L, W, lam, c: (
                L + lam * (np.maximum(0, _row_lengths(W) - c) ** 2).sum()
            ),
            "short rows rewarded": lambda L, W, lam, c: L + lam * (_row_lengths(W) - c).sum(),
        },
        mended=r"\min \text{Primary Loss} \quad \text{subject to } \|w_i\|_2 \leq c "
        r"\text{ for every unit } i",
        sources=("srivastava2014",),
    ),
    Equation(
        id="u-7-max-norm-update",
        tag="max-norm step",
        section=MAX_NORM,
        title="Max-norm update",
        latex=r"w \leftarrow w - \eta \left(\frac{\partial \text{Primary Loss}}{\partial w} \right)",
        verdict="wrong",
        why="As the step of the stated loss it drops the penalty's slope, lambda w_i / |w_i| for a "
        "unit longer than c. Before the projection it is right: then the penalty is out of place.",
        code="regularization.max_norm_grad",
        form=lambda W, g, lr, lam: W - lr * (g + regularization.max_norm_grad(W, c=2.5, lam=lam)),
        route=WHOLE,
        check=_step_gap(lambda W: sum(max(0.0, math.hypot(*w) - 2.5) for w in W)),
        refutes={
            "as printed": lambda W, g, lr, lam: W - lr * g,
            "short units pulled too": lambda W, g, lr, lam: (
                W - lr * (g + lam * W / _row_lengths(W))
            ),
            "w_i, not over its length": lambda W, g, lr, lam: (
                W - lr * (g + lam * np.where(_row_lengths(W) > 2.5, W, 0))
            ),
            "times the excess": lambda W, g, lr, lam: (
                W - lr * (g + lam * np.maximum(0, 1 - 2.5 / _row_lengths(W)) * W)
            ),
        },
        mended=r"w_i \leftarrow w_i - \eta\left(\frac{\partial\,\text{Primary Loss}}{\partial w_i} "
        r"+ \lambda\, \mathbf{1}[\|w_i\|_2 > c]\, \frac{w_i}{\|w_i\|_2}\right) \quad "
        r"\text{(penalty, no projection)}",
        tolerance=1e-8,
        counterexample=Counterexample(
            given="one unit w = (3, 4), c = 2.5, lambda = 1/2, eta = 1/4, a primary loss without slope: the "
            "length of w after the step",
            measure=lambda form: math.hypot(
                *form(np.array([[3.0, 4.0]]), np.zeros((1, 2)), 0.25, 0.5)[0]
            ),
            truth=lambda: 5 - 0.25 * (0.5 * (5.5 - 2.5) - 0.5 * (4.5 - 2.5)),
            because="the penalty rises from 1 to 1.5 as the length goes from 4.5 to 5.5",
        ),
        sources=("srivastava2014",),
    ),
    Equation(
        id="u-7-max-norm-projection",
        tag="projection",
        section=MAX_NORM,
        title="Max-norm projection",
        latex=r"w_i \leftarrow \frac{w_i}{\max(1, \|w_i\|_2/c)}",
        verdict="holds",
        why="The nearest point of the ball, for c > 0, one unit at a time; a row of zeros needs no "
        "care. torch.renorm and Keras's MaxNorm add 1e-7 to the length.",
        code="regularization.max_norm_project",
        form=regularization.max_norm_project,
        route="inside the ball, and no step within it leads closer",
        check=_nearest_gap,
        refutes={
            "short rows stretched to c": lambda W, c: c * W / np.maximum(_row_lengths(W), 1e-300),
            "every entry clipped": lambda W, c: np.clip(W, -c, c),
            "columns for units": lambda W, c: W / np.maximum(1, np.linalg.norm(W, axis=0) / c),
            "one ball for the matrix": lambda W, c: W / max(1, np.linalg.norm(W) / c),
        },
    ),
)
