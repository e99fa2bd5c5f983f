"""Section 8, equations (75) to (84) and those without a number.

The way there is checked by what it means (a balance, pairs of samples, a fitted line) or by
pencil; a slope by raising one number, by one where the formula is linear in it and by finite
differences where it is not.
"""

import itertools
import math
import statistics
from fractions import Fraction

import numpy as np

from .. import gradcheck
from ..batchnorm import batchnorm_backward, batchnorm_chain, batchnorm_forward
from ._equation import Counterexample, Equation

HEAD = "8 Batch Normalization"
SHAPES = f"{HEAD} / (a) Dimensions of the Parameters γ and β"
DERIVED = f"{HEAD} / (b) Derivation of the Gradients of γ and β"
IN_NUMPY = f"{HEAD} / (c) Using NumPy to Calculate Gradients"
IMAGES = "8.1 Batch Normalization Backpropagation in CNNs"
THERE, BACK, DRAWN = "8.2 Forward Pass", "8.3 Backward Pass", "8.4 Example Image"


def _scattered(*shape, k):
    """Numbers from -2 to 2 without order, drawn without chance."""
    return 2 * np.sin(k * np.arange(1, np.prod(shape) + 1) ** 2.0).reshape(shape)


# The notes' 8 samples of 16 features, no two columns alike; an eps that cannot be overlooked.
X = (2 + _scattered(16, k=1)) + _scattered(8, 16, k=2) * (1.5 + _scattered(16, k=3) / 2)
GAMMA = np.linspace(0.6, 2, 16) * np.where(_scattered(16, k=5) > 0, 1, -1)
BETA = np.linspace(3, 1.1, 16) * np.where(_scattered(16, k=6) > 0, 1, -1)
DY = 1 + _scattered(8, 16, k=7)
EPS = 0.25
PICTURES = np.arange(1, 4).reshape(3, 1, 1) + _scattered(4, 3, 5, 6, k=8)
# By pencil with eps = 5: variances 20 and 4, roots of 25 and 9.
SMALL, SMALL_EPS = np.array([[4.0, 1.0], [8.0, 1.0], [12.0, 5.0], [16.0, 5.0]]), 5.0
SMALL_HAT = [[Fraction(k, 5), Fraction(s, 3)] for k, s in ((-6, -2), (-2, -2), (2, 2), (6, 2))]


def _worst(*differences):
    """The largest in size; unlike Python's own, NumPy's max lets no nan slip through."""
    return float(np.max(np.abs(differences)))


def _y(x, gamma, beta, eps=EPS):
    return batchnorm_forward(x, gamma, beta, eps=eps)[0]


def _cache(x, eps=EPS):
    return batchnorm_forward(x, GAMMA[: x.shape[1]], BETA[: x.shape[1]], eps=eps)[1]


def _typed(x, gamma, beta, *, axis=0, eps=EPS, mean=None, var=None):
    """The layer with its statistics over other axes, or given: for forms that must be refuted."""
    mean = x.mean(axis=axis, keepdims=True) if mean is None else mean
    var = x.var(axis=axis, keepdims=True) if var is None else var
    shape = (-1, *(1,) * (x.ndim - 2))
    return gamma.reshape(shape) * (x - mean) / np.sqrt(var + eps) + beta.reshape(shape)


# --- the way there


def _half_squares(column):
    """A variance without a mean: half the squared difference, averaged over all pairs."""
    return statistics.fmean((a - b) ** 2 / 2 for a, b in itertools.product(column, repeat=2))


def _affine_gap(before, after, mean, spread):
    """after is before moved and stretched, has this mean, and this variance by pairs."""
    gaps = [statistics.fmean(after) - mean, _half_squares(after) - spread]
    ahead, now = before - before[0], after - after[0]
    gaps += [*(now / now[1] - ahead / ahead[1])]
    return _worst(*gaps)


def _columns_gap(form):
    """Column by column: the mean is beta, and gamma^2 the variance but for eps."""
    y, gaps = form(X, GAMMA, BETA), []
    for before, after, g, b in zip(X.T, y.T, GAMMA, BETA, strict=True):
        v = _half_squares(before)
        gaps.append(_affine_gap(before, after, b, g**2 * v / (v + EPS)))
    sign = np.sign((y - y[0])[1:] * (X - X[0])[1:])
    return _worst(*gaps, *(sign - np.sign(GAMMA)).ravel())


def _groups_gap(form):
    """Two outputs share a gamma where one input moves both: group them and count."""
    groups = set()
    for i, j in np.ndindex(X.shape):
        moved = X.copy()
        moved[i, j] += 1
        touched = _typed(moved, GAMMA, BETA) != _typed(X, GAMMA, BETA)
        groups.add(tuple(np.flatnonzero(touched.any(axis=0)).tolist()))
    wanted = ((len(groups),), (len(groups),))
    return 0.0 if form(X) == wanted else math.inf


def _vertex_gap(form):
    """The mean is where the summed squared distance is least: the vertex of a parabola, which
    three of its points give."""

    def cost(guess):
        return ((X - guess) ** 2).sum(axis=0)

    left, middle, right = cost(-1.0), cost(0.0), cost(1.0)
    return _worst(*(form(X) - (left - right) / (2 * (left - 2 * middle + right))))


def _pairs_gap(form):
    return _worst(*(form(X) - [_half_squares(column) for column in X.T]))


def _normal_gap(form):
    """Mean 0, variance v / (v + eps), and distances keep their ratios and signs."""
    x_hat, gaps = form(X), []
    for before, after in zip(X.T, x_hat.T, strict=True):
        v = _half_squares(before)
        gaps.append(_affine_gap(before, after, 0, v / (v + EPS)))
    return _worst(*gaps, *(np.sign(x_hat - x_hat[0]) - np.sign(X - X[0])).ravel())


def _fit_gap(form):
    """A line fitted to y over x has the height beta at the mean, and with eps = 0 it rises by gamma
    in one standard deviation."""
    gaps = []
    for before, after, g, b in zip(X.T, form(X, GAMMA, BETA).T, GAMMA, BETA, strict=True):
        slope, height = statistics.linear_regression(before, after)
        gaps += [
            slope * statistics.pstdev(before) - g,
            height + slope * statistics.fmean(before) - b,
        ]
    return _worst(*gaps)


def _pencil_gap(which):
    """The column 4, 8, 12, 16 has mean 10 and variance 20, the column 1, 1, 5, 5 mean 3 and
    variance 4; with eps = 5 the roots are 5 and 3."""
    wanted = {
        "mu": [10, 3],
        "sigma2": [20, 4],
        "x_hat": SMALL_HAT,
        "y": [[2 * a + 5, -3 * b + 1] for a, b in SMALL_HAT],
    }[which]
    wanted = np.array(wanted, dtype=float)

    def check(form):
        return _worst(*(np.asarray(form(SMALL)) - wanted).ravel())

    return check


def _drawing_gap(form):
    """x = 1, 1, 3, 3 is -1, -1, 1, 1 when normalized; times 2 and plus 5 it is 3, 3, 7, 7."""
    x = np.array([[1.0], [1.0], [3.0], [3.0]])
    return _worst(*(form(x, np.array([2.0]), np.array([5.0])).ravel() - [3, 3, 7, 7]))


def _channels_gap(form):
    """Every channel's pixels, of all images together, as one column; and an image that is shifted
    (around its edges) gives a shifted output and leaves the others alone."""
    gamma, beta = GAMMA[:3], BETA[:3]
    y, gaps = form(PICTURES, gamma, beta), []
    for c in range(3):
        before, after = PICTURES[:, c].ravel(), y[:, c].ravel()
        v = _half_squares(before)
        gaps.append(_affine_gap(before, after, beta[c], gamma[c] ** 2 * v / (v + EPS)))
    shifted, wanted = PICTURES.copy(), y.copy()
    shifted[0], wanted[0] = np.roll(shifted[0], 1, axis=-1), np.roll(wanted[0], 1, axis=-1)
    return _worst(*gaps, *(form(shifted, gamma, beta) - wanted).ravel())


# --- the way back


def _raised(name, x=X, dy=DY):
    """L = sum dy y is linear in gamma and in beta: raise one of them by 1, and L rises by its
    gradient, exactly."""
    features = x.shape[1]
    given = {"gamma": GAMMA[:features], "beta": BETA[:features]}

    def loss(**changed):
        return (dy * _typed(x, **given | changed, axis=(0, *range(2, x.ndim)))).sum()

    one_up = given[name] + np.eye(features)
    return np.array([loss(**{name: a}) - loss() for a in one_up])


def _raised_gap(*names, x=X, dy=DY):
    def check(form):
        grads = form(dy, x)
        grads = grads if isinstance(grads, tuple) else (grads,)
        wanted = [_raised(name, x, dy) for name in names]
        return _worst(*(np.ravel(g - w) for g, w in zip(grads, wanted, strict=True)))

    return check


def _one_output_gap(name):
    """How y_25 answers when gamma or beta is raised by 1, number by number."""
    only = np.zeros_like(DY)
    only[2, 5] = 1

    def check(form):
        return _worst(*(form(only, X) - _raised(name, dy=only)))

    return check


def _curved_gap(name):
    """A loss that is no sum over outputs, L = log sum exp(y): its own slopes go in, and differences
    of the whole loss in gamma or beta are what must come out."""
    given = {"gamma": GAMMA, "beta": BETA}
    y = _typed(X, **given)
    slopes = np.exp(y) / np.exp(y).sum()

    def loss(a):
        return np.log(np.exp(_typed(X, **given | {name: a})).sum())

    def check(form):
        wanted = gradcheck.numerical_gradient(loss, given[name])
        return _worst(*(form(slopes, X) - wanted))

    return check


MU, SIGMA2 = X.mean(axis=0), X.var(axis=0)


def _slope_gap(loss, at):
    """A gradient on the way, as differences of L in that quantity alone, everything that precedes
    it held fixed."""

    def check(form):
        return _worst(*(form(DY, X) - gradcheck.numerical_gradient(loss, at)).ravel())

    return check


def _loss_of_x_hat(x_hat):
    return (DY * (GAMMA * x_hat + BETA)).sum()


def _loss_of_sigma2(sigma2):
    return _loss_of_x_hat((X - MU) / np.sqrt(sigma2 + EPS))


def _loss_of_mu(mu):
    """sigma2 is computed from mu, so it follows."""
    return _loss_of_x_hat((X - mu) / np.sqrt(((X - mu) ** 2).mean(axis=0) + EPS))


def _whole_gap(form):
    """Finite differences of the layer in its input, under a random cotangent."""
    rng = np.random.default_rng(0)
    return gradcheck.gradient_gap(
        lambda x: _typed(x, GAMMA, BETA), lambda x, dy: form(dy, x), X, rng=rng
    )


def _back(name, run=batchnorm_backward):
    return lambda dy, x: getattr(run(dy, _cache(x)), name)


def _from_chain(name):
    return _back(name, batchnorm_chain)


def _hat(x):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + EPS)


def _scale(x):
    return GAMMA / np.sqrt(x.var(axis=0) + EPS)


def _without(part):
    """(84') without one of its two corrections."""

    def form(dy, x):
        mean = dy.mean(axis=0) * (part != "mean")
        spread = _hat(x) * (dy * _hat(x)).mean(axis=0) * (part != "variance")
        return _scale(x) * (dy - mean - spread)

    return form


SUMMED = {
    "mean over the batch": lambda dy, x: dy.mean(axis=0),
    "summed over the features": lambda dy, x: dy.sum(axis=1),
    "times gamma": lambda dy, x: GAMMA * dy.sum(axis=0),
}
WEIGHED = {
    "x for x_norm": lambda dy, x: (dy * x).sum(axis=0),
    "mean over the batch": lambda dy, x: (dy * _hat(x)).mean(axis=0),
    "summed over the features": lambda dy, x: (dy * _hat(x)).sum(axis=1),
    "a dot product, one number": lambda dy, x: np.vdot(dy, _hat(x)),
}
RAISED = "the loss's own rise when each is raised by 1"

EQUATIONS = (
    Equation(
        id="u-8-bn-op",
        tag="BN",
        section=HEAD,
        title="Batch normalization layer",
        latex=r"y = \text{BN}(x) = \gamma * x_{\text{norm}} + \beta",
        verdict="holds with conditions",
        why="In training. For inference Ioffe and Szegedy, PyTorch and Keras put running statistics "
        "in the place of the batch's, which the notes never mention.",
        code="batchnorm.batchnorm_forward",
        form=_y,
        route="each column's mean, its variance by pairs, and its ratios of distances",
        check=_columns_gap,
        refutes={
            "running statistics, still 0 and 1": lambda x, g, b: _typed(x, g, b, mean=0, var=1),
            "per sample (layer normalization)": lambda x, g, b: _typed(x, g, b, axis=1),
            "one mean and variance for all": lambda x, g, b: _typed(x, g, b, axis=None),
            "shift, then scale": lambda x, g, b: g * (_hat(x) + b),
        },
        mended=r"\text{training: } y = \gamma \odot \frac{x - \mu_B}{\sqrt{\sigma_B^2 + \epsilon}} "
        r"+ \beta, \qquad \text{inference: } y = \gamma \odot \frac{x - \mu_{\text{run}}}"
        r"{\sqrt{\sigma_{\text{run}}^2 + \epsilon}} + \beta",
    ),
    Equation(
        id="u-8a-gamma-beta-shapes",
        tag="BN shapes",
        section=SHAPES,
        title="Shapes of gamma and beta",
        latex=r"\gamma, \beta \in \mathbb{R}^{16}",
        verdict="holds",
        why="One pair a feature, for a fully connected layer that gives 8 samples of 16 features.",
        code="batchnorm.batchnorm_forward",
        form=lambda x: tuple(g.shape for g in batchnorm_backward(DY, _cache(x))[1:]),
        route="the groups of outputs that one input moves, counted",
        check=_groups_gap,
        refutes={
            "one a sample": lambda x: ((8,), (8,)),
            "one an output": lambda x: ((8, 16), (8, 16)),
            "one a layer": lambda x: ((1,), (1,)),
        },
    ),
    Equation(
        id="u-8b-mean",
        tag="batch mean",
        section=DERIVED,
        title="Batch mean",
        latex=r"\mu = \frac{1}{N} \sum_{i=1}^N x_i",
        verdict="holds",
        why="Per feature: x_i is a row, so the mean has 16 entries.",
        code="batchnorm.batchnorm_forward",
        form=lambda x: _cache(x).mu,
        route="where the squared distances to the samples are least, the vertex of a parabola",
        check=_vertex_gap,
        refutes={
            "the median": lambda x: np.median(x, axis=0),
            "1/(N - 1)": lambda x: x.sum(axis=0) / (len(x) - 1),
            "per sample": lambda x: x.mean(axis=1),
            "one mean for all": lambda x: x.mean(),
        },
    ),
    Equation(
        id="u-8b-variance",
        tag="batch variance",
        section=DERIVED,
        title="Batch variance",
        latex=r"\sigma^2 = \frac{1}{N} \sum_{i=1}^N (x_i - \mu)^2",
        verdict="holds with conditions",
        why="The biased variance, with an element-wise square, normalizes the batch. The running "
        "variance is unbiased in the paper, in PyTorch and in TensorFlow's fused kernel, biased in "
        "Keras 3.",
        code="batchnorm.batchnorm_forward",
        form=lambda x: _cache(x).sigma2,
        route="half the squared difference, averaged over all pairs of samples",
        check=_pairs_gap,
        refutes={
            "1/(N - 1)": lambda x: x.var(axis=0, ddof=1),
            "the mean not subtracted": lambda x: (x**2).mean(axis=0),
            "the standard deviation": lambda x: x.std(axis=0),
        },
        mended=r"\sigma^2 = \frac{1}{N} \sum_{i=1}^N (x_i - \mu)^{\odot 2} \ (\text{batch}), \qquad "
        r"\frac{N}{N-1}\sigma^2 \text{ enters PyTorch's running variance}",
    ),
    Equation(
        id="u-8b-xnorm",
        tag="x norm",
        section=DERIVED,
        title="Normalized input",
        latex=r"x_{\text{norm}} = \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}}",
        verdict="holds",
        why="Its variance is sigma^2 / (sigma^2 + eps), just under 1. PyTorch and Keras differ in "
        "eps, 1e-5 and 1e-3.",
        code="batchnorm.batchnorm_forward",
        form=lambda x: _cache(x).x_hat,
        route="mean 0, variance v / (v + eps) by pairs, distances in their old ratios",
        check=_normal_gap,
        refutes={
            "eps outside the root": lambda x: (x - x.mean(0)) / (x.std(0) + EPS),
            "no root": lambda x: (x - x.mean(0)) / (x.var(0) + EPS),
            "eps left out": lambda x: (x - x.mean(0)) / x.std(0),
        },
    ),
    Equation(
        id="u-8b-output",
        tag="BN output",
        section=DERIVED,
        title="Scale and shift",
        latex=r"y = \gamma * x_{\text{norm}} + \beta",
        verdict="holds",
        why="The star is element by element: row by row, feature by feature.",
        code="batchnorm.batchnorm_forward",
        form=lambda x, g, b: _y(x, g, b, eps=0),
        route="a straight line fitted to y over x: beta at the mean, gamma in a standard deviation",
        check=_fit_gap,
        refutes={
            "shift, then scale": lambda x, g, b: g * (x - x.mean(0)) / x.std(0) + g * b,
            "1 + gamma": lambda x, g, b: (1 + g) * (x - x.mean(0)) / x.std(0) + b,
            "beta left out": lambda x, g, b: g * (x - x.mean(0)) / x.std(0),
        },
    ),
    Equation(
        id="u-8b-dbeta-chain",
        tag="beta chain",
        section=DERIVED,
        title="Chain rule for beta",
        latex=r"\frac{\partial L}{\partial \beta_j} = \sum_{i=1}^N \frac{\partial L}"
        r"{\partial y_{ij}} \cdot \frac{\partial y_{ij}}{\partial \beta_j}",
        verdict="holds",
        why="beta_j enters column j of every sample and nothing else.",
        code="batchnorm.batchnorm_backward",
        form=_back("beta"),
        route="differences of a curved loss of all outputs, log sum exp(y)",
        check=_curved_gap("beta"),
        refutes=SUMMED,
        tolerance=1e-8,
    ),
    Equation(
        id="u-8b-dy-dbeta",
        tag="y by beta",
        section=DERIVED,
        title="Slope of an output in beta",
        latex=r"\frac{\partial y_{ij}}{\partial \beta_j} = 1",
        verdict="holds",
        why="And 0 in the beta of every other column.",
        code="batchnorm.batchnorm_backward",
        form=_back("beta"),
        route="one output's rise when each beta is raised by 1",
        check=_one_output_gap("beta"),
        refutes={
            "1 in every beta": lambda dy, x: np.ones(16),
            "gamma": lambda dy, x: GAMMA * dy.sum(axis=0),
            "1/N": lambda dy, x: dy.mean(axis=0),
        },
    ),
    Equation(
        id="u-8b-dbeta",
        tag="dbeta",
        section=DERIVED,
        title="Gradient of beta",
        latex=r"\frac{\partial L}{\partial \beta_j} = \sum_{i=1}^N \frac{\partial L}"
        r"{\partial y_{ij}}",
        verdict="holds",
        why="All samples share beta_j, so their gradients add up.",
        code="batchnorm.batchnorm_backward",
        form=_back("beta"),
        route=RAISED,
        check=_raised_gap("beta"),
        refutes=SUMMED,
    ),
    Equation(
        id="u-8b-dgamma-chain",
        tag="gamma chain",
        section=DERIVED,
        title="Chain rule for gamma",
        latex=r"\frac{\partial L}{\partial \gamma_j} = \sum_{i=1}^N \frac{\partial L}"
        r"{\partial y_{ij}} \cdot \frac{\partial y_{ij}}{\partial \gamma_j}",
        verdict="holds",
        why="gamma_j enters column j of every sample and nothing else.",
        code="batchnorm.batchnorm_backward",
        form=_back("gamma"),
        route="differences of a curved loss of all outputs, log sum exp(y)",
        check=_curved_gap("gamma"),
        refutes=WEIGHED,
        tolerance=1e-8,
    ),
    Equation(
        id="u-8b-dy-dgamma",
        tag="y by gamma",
        section=DERIVED,
        title="Slope of an output in gamma",
        latex=r"\frac{\partial y_{ij}}{\partial \gamma_j} = x_{\text{norm}_{ij}}",
        verdict="holds",
        why="And 0 in the gamma of every other column.",
        code="batchnorm.batchnorm_backward",
        form=_back("gamma"),
        route="one output's rise when each gamma is raised by 1",
        check=_one_output_gap("gamma"),
        refutes={
            "x, not normalized": lambda dy, x: (dy * x).sum(axis=0),
            "1": lambda dy, x: dy.sum(axis=0),
            "gamma x_norm": lambda dy, x: GAMMA * (dy * _hat(x)).sum(axis=0),
        },
    ),
    Equation(
        id="u-8b-dgamma",
        tag="dgamma",
        section=DERIVED,
        title="Gradient of gamma",
        latex=r"\frac{\partial L}{\partial \gamma_j} = \sum_{i=1}^N \frac{\partial L}"
        r"{\partial y_{ij}} \cdot x_{\text{norm}_{ij}}",
        verdict="holds",
        why="Two indices make the product a product of numbers, which the dot of (80) leaves open.",
        code="batchnorm.batchnorm_backward",
        form=_back("gamma"),
        route=RAISED,
        check=_raised_gap("gamma"),
        refutes=WEIGHED,
    ),
    Equation(
        id="u-8c-code",
        tag="BN code",
        section=IN_NUMPY,
        title="Both gradients in NumPy",
        latex=r"\begin{aligned} &\texttt{dL\_dbeta = np.sum(dL\_dy, axis=0)} \\ &\texttt{dL\_dgamma "
        r"= np.sum(dL\_dy * x\_norm, axis=0)} \end{aligned}",
        verdict="holds",
        why="Given a normalized batch. The notes' example draws x_norm at random, so what it prints "
        "are no layer's gradients.",
        code="batchnorm.batchnorm_backward",
        form=lambda dy, x: (_back("beta")(dy, x), _back("gamma")(dy, x)),
        route=RAISED,
        check=_raised_gap("beta", "gamma"),
        refutes={
            "x_norm drawn at random": lambda dy, x: (
                np.sum(dy, axis=0),
                np.sum(dy * np.random.default_rng(0).normal(size=(8, 16)), axis=0),
            ),
            "axis=1": lambda dy, x: (np.sum(dy, axis=1), np.sum(dy * _hat(x), axis=1)),
            "without an axis": lambda dy, x: (np.sum(dy), np.sum(dy * _hat(x))),
        },
    ),
    Equation(
        id="u-8.1-cnn-claim",
        tag="BN in CNNs",
        section=IMAGES,
        title="Batch normalization in CNNs",
        latex=r"\text{BN in CNNs: } \mathbf{X} = \{\mathbf{x}_1, \mathbf{x}_2, \dots, \mathbf{x}_m\},"
        r" \quad \mathbf{x}_i \in \mathbb{R}^D",
        verdict="wrong",
        why="With m samples in R^D every position of every channel has statistics of its own. In a "
        "CNN a channel has one mean, variance, gamma and beta for all positions; (75) to (84) "
        "hold with m = N H W.",
        code="batchnorm.batchnorm_forward",
        form=_y,
        route="each channel's pixels as one column, and an image's shift that must shift its output",
        check=_channels_gap,
        refutes={
            "as printed": lambda x, g, b: _typed(x, g, b, axis=0),
            "per image and channel (instance normalization)": lambda x, g, b: _typed(
                x, g, b, axis=(2, 3)
            ),
            "per image (layer normalization)": lambda x, g, b: _typed(x, g, b, axis=(1, 2, 3)),
            "one mean and variance for all": lambda x, g, b: _typed(x, g, b, axis=None),
        },
        mended=r"\mu_c = \frac{1}{NHW}\sum_{n,h,w} x_{nchw}, \qquad \sigma_c^2 = \frac{1}{NHW}"
        r"\sum_{n,h,w} (x_{nchw} - \mu_c)^2, \qquad \gamma, \beta \in \mathbb{R}^C",
        counterexample=Counterexample(
            given="two images of one channel and two pixels, (-4, 0) and (2, 2), gamma = 1, beta = 0, "
            "eps = 1/4: what the first pixel becomes",
            measure=lambda form: float(
                form(np.array([[[[-4.0, 0.0]]], [[[2.0, 2.0]]]]), np.ones(1), np.zeros(1))[
                    0, 0, 0, 0
                ]
            ),
            truth=lambda: -4 / math.sqrt((16 + 0 + 4 + 4) / 4 + EPS),
            because="the channel's four pixels have the mean 0 and the variance 6",
        ),
        sources=("ioffe2015",),
    ),
    Equation(
        id="eq-75",
        tag="75",
        section=THERE,
        title="Mini-batch mean",
        latex=r"\mu_B = \frac{1}{m} \sum_{i=1}^m \mathbf{x}_i",
        verdict="holds",
        why="Per feature; for images x_i is the channels' values at one position and m = N H W.",
        code="batchnorm.batchnorm_forward",
        form=lambda x: _cache(x).mu,
        route="two columns by pencil",
        check=_pencil_gap("mu"),
        refutes={
            "the sum": lambda x: x.sum(axis=0),
            "per sample": lambda x: x.mean(axis=1),
            "1/(m - 1)": lambda x: x.sum(axis=0) / (len(x) - 1),
        },
    ),
    Equation(
        id="eq-76",
        tag="76",
        section=THERE,
        title="Mini-batch variance",
        latex=r"\sigma_B^2 = \frac{1}{m} \sum_{i=1}^m (\mathbf{x}_i - \mu_B)^2",
        verdict="holds with conditions",
        why="The square is element by element, the divisor m. The running variance takes m - 1 in "
        "the paper and in PyTorch, m in Keras 3.",
        code="batchnorm.batchnorm_forward",
        form=lambda x: _cache(x).sigma2,
        route="two columns by pencil",
        check=_pencil_gap("sigma2"),
        refutes={
            "the squared length of a vector": lambda x: ((x - x.mean(0)) ** 2).sum(1).mean(),
            "1/(m - 1)": lambda x: x.var(axis=0, ddof=1),
            "mean absolute deviation": lambda x: np.abs(x - x.mean(0)).mean(0),
        },
        mended=r"\sigma_B^2 = \frac{1}{m} \sum_{i=1}^m (\mathbf{x}_i - \mu_B)^{\odot 2}",
    ),
    Equation(
        id="eq-77",
        tag="77",
        section=THERE,
        title="Normalization",
        latex=r"\hat{\mathbf{x}}_i = \frac{\mathbf{x}_i - \mu_B}{\sqrt{\sigma_B^2 + \epsilon}}",
        verdict="holds",
        why="Element by element, with eps inside the root.",
        code="batchnorm.batchnorm_forward",
        form=lambda x: _cache(x, SMALL_EPS).x_hat,
        route="two columns by pencil, in fractions",
        check=_pencil_gap("x_hat"),
        refutes={
            "eps outside the root": lambda x: (x - x.mean(0)) / (x.std(0) + SMALL_EPS),
            "no root": lambda x: (x - x.mean(0)) / (x.var(0) + SMALL_EPS),
            "1/(m - 1)": lambda x: (x - x.mean(0)) / np.sqrt(x.var(0, ddof=1) + SMALL_EPS),
        },
    ),
    Equation(
        id="eq-78",
        tag="78",
        section=THERE,
        title="Scale and shift",
        latex=r"\mathbf{y}_i = \gamma \hat{\mathbf{x}}_i + \beta",
        verdict="holds",
        why="gamma and x_hat multiply element by element: no dot product, no matrix.",
        code="batchnorm.batchnorm_forward",
        form=lambda x: _y(x, np.array([2.0, -3.0]), np.array([5.0, 1.0]), SMALL_EPS),
        route="two columns by pencil, in fractions",
        check=_pencil_gap("y"),
        refutes={
            "shift, then scale": lambda x: (
                np.array([2, -3]) * (_cache(x, SMALL_EPS).x_hat + np.array([5, 1]))
            ),
            "a dot product": lambda x: (
                (_cache(x, SMALL_EPS).x_hat @ np.array([2, -3]))[:, None] + np.array([5, 1])
            ),
            "gamma and beta swapped": lambda x: (
                np.array([5, 1]) * _cache(x, SMALL_EPS).x_hat + np.array([2, -3])
            ),
        },
    ),
    Equation(
        id="eq-79",
        tag="79",
        section=BACK,
        title="Gradient of beta",
        latex=r"\frac{\partial L}{\partial \beta} = \sum_{i=1}^m \frac{\partial L}"
        r"{\partial \mathbf{y}_i}",
        verdict="holds",
        why="On images over the samples and the positions alike.",
        code="batchnorm.batchnorm_chain",
        form=_from_chain("beta"),
        route=RAISED + ", on images",
        check=_raised_gap("beta", x=PICTURES, dy=1 + _scattered(4, 3, 5, 6, k=9)),
        refutes={
            "over the samples alone": lambda dy, x: dy.sum(axis=0).mean(axis=(1, 2)),
            "mean": lambda dy, x: dy.mean(axis=(0, 2, 3)),
            "times gamma": lambda dy, x: GAMMA[:3] * dy.sum(axis=(0, 2, 3)),
        },
    ),
    Equation(
        id="eq-80",
        tag="80",
        section=BACK,
        title="Gradient of gamma",
        latex=r"\frac{\partial L}{\partial \gamma} = \sum_{i=1}^m \frac{\partial L}"
        r"{\partial \mathbf{y}_i} \cdot \hat{\mathbf{x}}_i",
        verdict="holds with conditions",
        why="If the dot is read as the element-wise product. Read as a dot product it gives one "
        "number in the place of D.",
        code="batchnorm.batchnorm_chain",
        form=_from_chain("gamma"),
        route=RAISED,
        check=_raised_gap("gamma"),
        refutes=WEIGHED,
        mended=r"\frac{\partial L}{\partial \gamma} = \sum_{i=1}^m \frac{\partial L}"
        r"{\partial \mathbf{y}_i} \odot \hat{\mathbf{x}}_i",
    ),
    Equation(
        id="eq-81",
        tag="81",
        section=BACK,
        title="Gradient of the normalized input",
        latex=r"\frac{\partial L}{\partial \hat{\mathbf{x}}_i} = \frac{\partial L}"
        r"{\partial \mathbf{y}_i} \cdot \gamma",
        verdict="holds with conditions",
        why="If the dot is read as the element-wise product.",
        code="batchnorm.batchnorm_chain",
        form=_from_chain("x_hat"),
        route="differences in x_hat alone",
        check=_slope_gap(_loss_of_x_hat, _hat(X)),
        refutes={
            "a dot product": lambda dy, x: (dy @ GAMMA)[:, None] * np.ones(16),
            "gamma forgotten": lambda dy, x: dy,
            "divided by gamma": lambda dy, x: dy / GAMMA,
        },
        mended=r"\frac{\partial L}{\partial \hat{\mathbf{x}}_i} = \frac{\partial L}"
        r"{\partial \mathbf{y}_i} \odot \gamma",
        tolerance=1e-7,
    ),
    Equation(
        id="eq-82",
        tag="82",
        section=BACK,
        title="Gradient of the variance",
        latex=r"\frac{\partial L}{\partial \sigma_B^2} = \sum_{i=1}^m \frac{\partial L}"
        r"{\partial \hat{\mathbf{x}}_i} \cdot (\mathbf{x}_i - \mu_B) \cdot -\frac{1}{2}"
        r"(\sigma_B^2 + \epsilon)^{-3/2}",
        verdict="holds with conditions",
        why="If the dots are read as element-wise products and the minus as a factor, in brackets. "
        "The mean is held.",
        code="batchnorm.batchnorm_chain",
        form=_from_chain("sigma2"),
        route="differences in sigma2 alone",
        check=_slope_gap(_loss_of_sigma2, SIGMA2),
        refutes={
            "the minus as a subtraction": lambda dy, x: (
                (dy * GAMMA * (x - MU)).sum(0) - (SIGMA2 + EPS) ** -1.5 / 2
            ),
            "the power -1/2": lambda dy, x: (
                -(dy * GAMMA * (x - MU)).sum(0) * (SIGMA2 + EPS) ** -0.5 / 2
            ),
            "gamma forgotten": lambda dy, x: -(dy * (x - MU)).sum(0) * (SIGMA2 + EPS) ** -1.5 / 2,
        },
        mended=r"\frac{\partial L}{\partial \sigma_B^2} = -\frac{1}{2}(\sigma_B^2 + \epsilon)^{-3/2} "
        r"\odot \sum_{i=1}^m \frac{\partial L}{\partial \hat{\mathbf{x}}_i} \odot "
        r"(\mathbf{x}_i - \mu_B)",
        tolerance=1e-7,
    ),
    Equation(
        id="eq-83",
        tag="83",
        section=BACK,
        title="Gradient of the mean",
        latex=r"\frac{\partial L}{\partial \mu_B} = \sum_{i=1}^m \left(\frac{\partial L}"
        r"{\partial \hat{\mathbf{x}}_i} \cdot -\frac{1}{\sqrt{\sigma_B^2 + \epsilon}} \right) + "
        r"\frac{\partial L}{\partial \sigma_B^2} \cdot \frac{-2}{m} \sum_{i=1}^m "
        r"(\mathbf{x}_i - \mu_B)",
        verdict="holds with conditions",
        why="If the dots are read as element-wise products. The second sum is always 0, since "
        "deviations from the mean cancel, and may be left out.",
        code="batchnorm.batchnorm_chain",
        form=_from_chain("mu"),
        route="differences in mu, with sigma2 following it",
        check=_slope_gap(_loss_of_mu, MU),
        refutes={
            "without the minus": lambda dy, x: (dy * _scale(x)).sum(0),
            "mean for sum": lambda dy, x: -(dy * _scale(x)).mean(0),
            "no root": lambda dy, x: -(dy * GAMMA).sum(0) / (SIGMA2 + EPS),
        },
        mended=r"\frac{\partial L}{\partial \mu_B} = -\frac{1}{\sqrt{\sigma_B^2 + \epsilon}} \odot "
        r"\sum_{i=1}^m \frac{\partial L}{\partial \hat{\mathbf{x}}_i}",
        tolerance=1e-7,
    ),
    Equation(
        id="eq-84",
        tag="84",
        section=BACK,
        title="Gradient of the input",
        latex=r"\frac{\partial L}{\partial \mathbf{x}_i} = \frac{\partial L}"
        r"{\partial \hat{\mathbf{x}}_i} \cdot \frac{1}{\sqrt{\sigma_B^2 + \epsilon}} + "
        r"\frac{\partial L}{\partial \sigma_B^2} \cdot \frac{2(\mathbf{x}_i - \mu_B)}{m} + "
        r"\frac{\partial L}{\partial \mu_B} \cdot \frac{1}{m}",
        verdict="holds with conditions",
        why="If the dots are read as element-wise products. With (81) to (83) put in, it becomes the "
        "compact form, for any eps.",
        code="batchnorm.batchnorm_chain",
        form=_from_chain("x"),
        route="finite differences of the whole layer under a random cotangent",
        check=_whole_gap,
        refutes={
            "statistics held constant": lambda dy, x: dy * _scale(x),
            "without the mean's path": _without("mean"),
            "without the variance's path": _without("variance"),
            "gamma forgotten": lambda dy, x: _without("")(dy, x) / GAMMA,
        },
        mended=r"\frac{\partial L}{\partial \mathbf{x}_i} = \frac{\gamma}"
        r"{m\sqrt{\sigma_B^2 + \epsilon}} \odot \left( m\,\mathbf{g}_i - \sum_{j=1}^m \mathbf{g}_j "
        r"- \hat{\mathbf{x}}_i \odot \sum_{j=1}^m \mathbf{g}_j \odot \hat{\mathbf{x}}_j \right), "
        r"\qquad \mathbf{g}_i = \frac{\partial L}{\partial \mathbf{y}_i}",
        tolerance=1e-7,
    ),
    Equation(
        id="u-8.4-diagram",
        tag="BN drawing",
        section=DRAWN,
        title="Drawing of the layer",
        latex=r"\text{Input} \to \{\text{Mean}, \text{Variance}\} \to \text{Normalize} \to "
        r"\{\text{Scale}, \text{Shift}\} \to \text{Output}",
        verdict="wrong",
        why="Scale and shift stand side by side; they come one after the other. The arrows from the "
        "input to the normalization and from the mean to the variance are missing.",
        code="batchnorm.batchnorm_forward",
        form=lambda x, g, b: _y(x, g, b, eps=0),
        route="one column by pencil",
        check=_drawing_gap,
        refutes={
            "as printed": lambda x, g, b: (
                g * (x - x.mean(0)) / x.std(0) + ((x - x.mean(0)) / x.std(0) + b)
            ),
            "shift, then scale": lambda x, g, b: g * ((x - x.mean(0)) / x.std(0) + b),
            "the input not handed to the normalization": lambda x, g, b: (
                g * (0 - x.mean(0)) / x.std(0) + b + 0 * x
            ),
        },
        mended=r"\text{Input} \to \text{Mean} \to \text{Variance}, \quad (\text{Input}, \text{Mean}, "
        r"\text{Variance}) \to \text{Normalize} \to \text{Scale} \to \text{Shift} \to "
        r"\text{Output}",
        counterexample=Counterexample(
            given="x = 1, 1, 3, 3, gamma = 2, beta = 5, eps = 0: what the first becomes",
            measure=lambda form: float(
                form(np.array([[1.0], [1.0], [3.0], [3.0]]), np.array([2.0]), np.array([5.0]))[0, 0]
            ),
            truth=lambda: (1 - 2) / 1 * 2 + 5.0,
            because="the mean is 2 and the standard deviation 1: -1, scaled -2, then shifted",
        ),
        sources=("ioffe2015",),
    ),
)
