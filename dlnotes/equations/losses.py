"""Section 1.11 to 1.18, equations (1) to (16).

A loss is checked by what it means (a median, a likelihood, an area), its slope by finite
differences under a random cotangent.
"""

import math
import statistics

import numpy as np

from .. import gradcheck, losses
from ._equation import Counterexample, Equation

# Pencil cases: no two residuals equal, both signs, one tie kept out of the slopes' way.
Y, Y_HAT = np.array([3.0, 5.0, 2.0, -1.0]), np.array([2.0, 7.0, 2.25, 0.5])
LABELS, CHANCES = np.array([1.0, 0.0, 1.0, 0.0]), np.array([0.5, 0.25, 0.9, 0.6])
SIGNS, SCORES = np.array([1.0, -1.0, 1.0, -1.0]), np.array([2.0, -0.5, 0.25, 0.75])
P = np.array([0.5, 0.25, 0.25, 0.0])
Q = np.array([0.125, 0.5, 0.125, 0.25])
CLASSES = np.array([2, 0, 0])
ROWS = np.array([[0.125, 0.125, 0.75], [0.5, 0.25, 0.25], [0.25, 0.625, 0.125]])
DELTA = 1.25


def _worst(*differences):
    """The largest in size; unlike Python's own, NumPy's max lets no nan slip through."""
    return float(np.max(np.abs(differences)))


def _slope_gap(loss, *arguments, **settings):
    """A check of slopes: finite differences of the loss in its second argument."""

    def check(form):
        rng = np.random.default_rng(0)
        return gradcheck.gradient_gap(loss, form, *arguments, wrt=(1,), rng=rng, **settings)

    return check


def _median_gap(form):
    """|slope| sums to 0 at the median: the constant guess that costs least is the middle target,
    and there the cost is the mean distance to it, which stdlib fractions give without rounding."""
    targets = np.array([1.0, 2.0, 4.0, 8.0, 16.0])
    costs = [form(targets, np.full(5, guess)) for guess in targets]
    cheapest = targets[int(np.argmin(costs))]
    return _worst(cheapest - statistics.median(targets), min(costs) - (3 + 2 + 0 + 4 + 12) / 5)


def _spread_gap(form):
    """The mean squared distance to a guess is the variance plus the squared miss of the mean."""
    guesses = [-2.0, 0.5, 3.0]
    spread, mean = statistics.pvariance(Y), statistics.fmean(Y)
    return _worst(*(form(Y, np.full(4, g)) - (spread + (mean - g) ** 2) for g in guesses))


def _likelihood_gap(form):
    """exp(-n L) is the probability of the labels seen; certainty that came true costs nothing."""
    seen = math.prod(p if y else 1 - p for y, p in zip(LABELS, CHANCES, strict=True))
    certain = form(np.array([1.0, 0.0]), np.array([1.0, 0.0]))
    return _worst(math.exp(-4 * form(LABELS, CHANCES)) - seen, certain)


def _typed_bce(y, y_hat):
    """(5) as it stands, term by term."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return -(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat)).mean()


def _counts_gap(form):
    """Draw 4 samples with class shares y: exp(-4 L) is the probability of one such sequence."""
    shares, chances = np.array([0.5, 0.25, 0.25]), np.array([0.2, 0.5, 0.3])
    sequence = math.prod([0.2, 0.2, 0.5, 0.3])
    impossible = form(np.array([1.0, 0.0]), np.array([1.0, 0.0]))
    return _worst(math.exp(-4 * form(shares, chances)) - sequence, impossible)


def _divergence_gap(form):
    """At a = 1 the slope of log sum p^a q^(1-a) is the divergence; it is inf if q forbids what p
    allows."""

    def overlap(a):
        return np.log((P**a * Q ** (1 - a))[P > 0].sum())

    h = 1e-4
    slope = (8 * (overlap(1 + h) - overlap(1 - h)) - (overlap(1 + 2 * h) - overlap(1 - 2 * h))) / (
        12 * h
    )
    gap = abs(form(P, Q) - slope)
    return gap if form(np.array([0.5, 0.5]), np.array([1.0, 0.0])) == math.inf else math.inf


def _classes_gap(form):
    """exp(-L) is the probability of the three classes seen."""
    return _worst(math.exp(-form(CLASSES, ROWS)) - 0.75 * 0.5 * 0.25)


def _envelope_gap(form):
    """Huber's loss of r is the least of (r - u)^2 / 2 + delta |u| over u: part of the residual is
    written off at a price of delta a unit."""
    u = np.linspace(-4, 4, 800_001)
    least = [((r - u) ** 2 / 2 + DELTA * np.abs(u)).min() for r in Y - Y_HAT]
    return _worst(*(form(Y, Y_HAT) - least))


def _area_gap(form):
    """max(0, 1 - m) is the length of the demands t <= 1 that a margin m does not meet. The margins
    are multiples of 1/4, so that counting cells of 1/4 is exact."""
    demands = np.arange(-10, 1, 0.25) + 0.125
    unmet = sum(0.25 * np.count_nonzero(demands > m) for m in SIGNS * SCORES)
    return _worst(form(SIGNS, SCORES) - unmet)


FINITE = "finite differences under a random cotangent"

EQUATIONS = (
    Equation(
        id="eq-1",
        tag="1",
        section="1.11 Mean Absolute Error (MAE)",
        title="Mean absolute error",
        latex=r"L_{\text{MAE}}(\mathbf{y}, \hat{\mathbf{y}}) = \frac{1}{n} \sum_{i=1}^n "
        r"|y_i - \hat{y}_i|",
        verdict="holds",
        why="PyTorch, Keras and scikit-learn take the same mean.",
        code="losses.mae",
        form=losses.mae,
        route="its cheapest constant, the median, at a cost counted by hand",
        check=_median_gap,
        refutes={
            "squares": losses.mse,
            "without 1/n": lambda y, y_hat: losses.mae(y, y_hat, reduction="sum"),
            "signed differences": lambda y, y_hat: (y - y_hat).mean(),
        },
    ),
    Equation(
        id="eq-2",
        tag="2",
        section="1.11 Mean Absolute Error (MAE)",
        title="Derivative of MAE",
        latex=r"\frac{\partial L_{\text{MAE}}}{\partial \hat{y}_i} = \begin{cases} \frac{1}{n} & "
        r"\text{if } \hat{y}_i < y_i \\ -\frac{1}{n} & \text{if } \hat{y}_i > y_i \end{cases}",
        verdict="wrong",
        why="The sign is reversed: raising a prediction that is too low lowers the loss. At a tie, "
        "left out in print, any slope from -1/n to 1/n is a subgradient; PyTorch and dlnotes take 0.",
        code="losses.mae_grad",
        form=losses.mae_grad,
        route=FINITE,
        check=_slope_gap(losses.mae, Y, Y_HAT),
        refutes={
            "as printed": lambda y, y_hat, dy: dy * np.where(y_hat < y, 1, -1) / y.size,
            "without 1/n": lambda y, y_hat, dy: dy * np.sign(y_hat - y),
            "the slope of (3)": lambda y, y_hat, dy: dy * 2 * (y_hat - y) / y.size,
        },
        mended=r"\frac{\partial L_{\text{MAE}}}{\partial \hat{y}_i} = \frac{1}{n}"
        r"\operatorname{sign}(\hat{y}_i - y_i) = \begin{cases} -\frac{1}{n} & "
        r"\text{if } \hat{y}_i < y_i \\ +\frac{1}{n} & \text{if } \hat{y}_i > y_i \end{cases}, "
        r"\qquad \text{any } g \in \left[-\tfrac{1}{n}, \tfrac{1}{n}\right] "
        r"\text{ if } \hat{y}_i = y_i",
        tolerance=1e-7,
        counterexample=Counterexample(
            given="one target, y = 3, predicted as y_hat = 2: the slope of the loss in y_hat",
            measure=lambda form: float(form(np.array([3.0]), np.array([2.0]), 1.0)[0]),
            truth=lambda: abs(3 - 2.5) - abs(3 - 1.5),
            because="the loss falls from 1.5 to 0.5 as y_hat goes from 1.5 to 2.5",
        ),
        sources=("hastie2009",),
    ),
    Equation(
        id="eq-3",
        tag="3",
        section="1.12 Mean Squared Error (MSE)",
        title="Mean squared error",
        latex=r"L_{\text{MSE}}(\mathbf{y}, \hat{\mathbf{y}}) = \frac{1}{n} \sum_{i=1}^n "
        r"(y_i - \hat{y}_i)^2",
        verdict="holds",
        why="PyTorch, Keras and scikit-learn take the same mean, without a factor 1/2.",
        code="losses.mse",
        form=losses.mse,
        route="the variance plus the squared miss of the mean, for constant guesses",
        check=_spread_gap,
        refutes={
            "with a factor 1/2": lambda y, y_hat: losses.mse(y, y_hat) / 2,
            "without 1/n": lambda y, y_hat: losses.mse(y, y_hat, reduction="sum"),
            "1/(n - 1)": lambda y, y_hat: losses.mse(y, y_hat, reduction="sum") / (y.size - 1),
        },
    ),
    Equation(
        id="eq-4",
        tag="4",
        section="1.12 Mean Squared Error (MSE)",
        title="Derivative of MSE",
        latex=r"\frac{\partial L_{\text{MSE}}}{\partial \hat{y}_i} = -\frac{2}{n} (y_i - \hat{y}_i)",
        verdict="holds",
        why="A loss defined with a factor 1/2 has no 2 here.",
        code="losses.mse_grad",
        form=losses.mse_grad,
        route=FINITE,
        check=_slope_gap(losses.mse, Y, Y_HAT),
        refutes={
            "without the minus": lambda y, y_hat, dy: dy * 2 * (y - y_hat) / y.size,
            "without the 2": lambda y, y_hat, dy: dy * (y_hat - y) / y.size,
            "without 1/n": lambda y, y_hat, dy: dy * 2 * (y_hat - y),
        },
        tolerance=1e-7,
    ),
    Equation(
        id="eq-5",
        tag="5",
        section="1.13 Binary Cross-Entropy (BCE)",
        title="Binary cross-entropy",
        latex=r"L_{\text{BCE}}(\mathbf{y}, \hat{\mathbf{y}}) = -\frac{1}{n} \sum_{i=1}^n "
        r"[y_i \log(\hat{y}_i) + (1 - y_i) \log(1 - \hat{y}_i)]",
        verdict="holds with conditions",
        why="Between 0 and 1 as it stands; at 0 and 1 it needs 0 log 0 = 0. From logits, compute "
        "log(1 + exp(z)) as logaddexp(0, z), which does not overflow.",
        code="losses.bce",
        form=losses.bce,
        route="the probability of the labels seen, exp(-n L), certain ones included",
        check=_likelihood_gap,
        refutes={
            "as printed at 0 log 0": _typed_bce,
            "1 - y forgotten": lambda y, y_hat: losses.cross_entropy(y, y_hat) / y.size,
            "bits for nats": lambda y, y_hat: losses.bce(y, y_hat) / math.log(2),
        },
        mended=r"L_{\text{BCE}} = \frac{1}{n}\sum_{i=1}^n \left[\log(1 + e^{z_i}) - y_i z_i\right], "
        r"\quad \hat{y}_i = \sigma(z_i) \in (0, 1)",
    ),
    Equation(
        id="eq-6",
        tag="6",
        section="1.13 Binary Cross-Entropy (BCE)",
        title="Derivative of BCE",
        latex=r"\frac{\partial L_{\text{BCE}}}{\partial \hat{y}_i} = -\frac{1}{n} "
        r"\left(\frac{y_i}{\hat{y}_i} - \frac{1 - y_i}{1 - \hat{y}_i} \right)",
        verdict="holds with conditions",
        why="Strictly between 0 and 1, and without bound towards them; in the logit the slope is "
        "(sigmoid(z) - y) / n.",
        code="losses.bce_grad",
        form=losses.bce_grad,
        route=FINITE,
        check=_slope_gap(losses.bce, LABELS, CHANCES),
        refutes={
            "plus between the terms": lambda y, y_hat, dy: (
                -dy * (y / y_hat + (1 - y) / (1 - y_hat)) / y.size
            ),
            "y_hat - y, the slope in the logit": lambda y, y_hat, dy: dy * (y_hat - y) / y.size,
            "without 1/n": lambda y, y_hat, dy: dy * (y_hat - y) / (y_hat * (1 - y_hat)),
        },
        mended=r"\frac{\partial L_{\text{BCE}}}{\partial \hat{y}_i} = \frac{\hat{y}_i - y_i}"
        r"{n\,\hat{y}_i(1 - \hat{y}_i)} \quad (0 < \hat{y}_i < 1), \qquad "
        r"\frac{\partial L_{\text{BCE}}}{\partial z_i} = \frac{\sigma(z_i) - y_i}{n}",
        tolerance=1e-7,
    ),
    Equation(
        id="eq-7",
        tag="7",
        section="1.14 Cross-Entropy (CE)",
        title="Cross-entropy",
        latex=r"L_{\text{CE}}(\mathbf{y}, \hat{\mathbf{y}}) = -\sum_{i=1}^n y_i \log(\hat{y}_i)",
        verdict="convention",
        why="Here i counts the classes of one sample, in (1) to (6) the samples. PyTorch takes "
        "logits, Keras probabilities, and both average over the batch.",
        code="losses.cross_entropy",
        form=losses.cross_entropy,
        route="the probability of four draws with the shares y, exp(-4 L)",
        check=_counts_gap,
        refutes={
            "mean over the classes": lambda y, y_hat: losses.cross_entropy(y, y_hat) / y.size,
            "binary cross-entropy of each class": lambda y, y_hat: losses.bce(
                y, y_hat, reduction="sum"
            ),
            "y and y_hat swapped": lambda y, y_hat: losses.cross_entropy(y_hat, y),
        },
        mended=r"L_{\text{CE}} = -\frac{1}{N}\sum_{n=1}^N \sum_{c=1}^C y_{n,c} \log \hat{y}_{n,c}, "
        r"\qquad \hat{y}_{n} = \operatorname{softmax}(z_n)",
    ),
    Equation(
        id="eq-8",
        tag="8",
        section="1.14 Cross-Entropy (CE)",
        title="Derivative of cross-entropy",
        latex=r"\frac{\partial L_{\text{CE}}}{\partial \hat{y}_i} = -\frac{y_i}{\hat{y}_i}",
        verdict="holds with conditions",
        why="For positive y_hat, each taken as free. Through a softmax the slope in the logit is "
        "y_hat - y where y sums to 1.",
        code="losses.cross_entropy_grad",
        form=losses.cross_entropy_grad,
        route=FINITE,
        check=_slope_gap(losses.cross_entropy, P, Q),
        refutes={
            "y_hat - y, the slope in the logit": lambda y, y_hat, dy: dy * (y_hat - y),
            "without the minus": lambda y, y_hat, dy: dy * y / y_hat,
            "1 / y_hat for every class": lambda y, y_hat, dy: -dy / y_hat,
        },
        mended=r"\frac{\partial L_{\text{CE}}}{\partial \hat{y}_i} = -\frac{y_i}{\hat{y}_i} \quad "
        r"(\hat{y}_i > 0), \qquad \frac{\partial L_{\text{CE}}}{\partial z_i} = \hat{y}_i - y_i "
        r"\quad \text{for } \hat{\mathbf{y}} = \operatorname{softmax}(\mathbf{z}),\ "
        r"\textstyle\sum_i y_i = 1",
        tolerance=1e-7,
    ),
    Equation(
        id="eq-9",
        tag="9",
        section="1.15 Kullback-Leibler Divergence (KL Divergence)",
        title="Kullback-Leibler divergence",
        latex=r"L_{\text{KL}}(\mathbf{p}, \mathbf{q}) = \sum_{i=1}^n p_i "
        r"\log \left(\frac{p_i}{q_i} \right)",
        verdict="holds with conditions",
        why="Needs 0 log 0 = 0, and is infinite where q is 0 but p is not. PyTorch's kl_div takes "
        "log q first, and its 'mean' divides by the classes too; Keras clips to 1e-7.",
        code="losses.kl_divergence",
        form=losses.kl_divergence,
        route="the slope of log sum p^a q^(1-a) at a = 1, and inf where q rules out what p allows",
        check=_divergence_gap,
        refutes={
            "p and q swapped": lambda p, q: losses.kl_divergence(q, p),
            "the entropy left in": losses.cross_entropy,
            "mean over the classes": lambda p, q: losses.kl_divergence(p, q) / p.size,
            "q clipped at 1e-7": lambda p, q: losses.kl_divergence(p, np.clip(q, 1e-7, 1)),
        },
        mended=r"D_{\text{KL}}(\mathbf{p} \,\|\, \mathbf{q}) = \sum_{i:\, p_i > 0} p_i "
        r"\log\frac{p_i}{q_i}, \qquad +\infty \text{ if some } q_i = 0 < p_i",
    ),
    Equation(
        id="eq-10",
        tag="10",
        section="1.15 Kullback-Leibler Divergence (KL Divergence)",
        title="Derivative of KL divergence",
        latex=r"\frac{\partial L_{\text{KL}}}{\partial q_i} = -\frac{p_i}{q_i}",
        verdict="holds with conditions",
        why="For positive q, each taken as free. Through a softmax the slope in the logit is q - p "
        "where p sums to 1.",
        code="losses.kl_divergence_grad",
        form=losses.kl_divergence_grad,
        route=FINITE,
        check=_slope_gap(losses.kl_divergence, P, Q),
        refutes={
            "log(p / q) + 1, the slope in p": lambda p, q, dy: (
                dy * (np.log(np.where(p > 0, p, 1) / q) + 1)
            ),
            "-p, the slope in log q": lambda p, q, dy: -dy * p,
            "1 - p / q": lambda p, q, dy: dy * (1 - p / q),
        },
        mended=r"\frac{\partial L_{\text{KL}}}{\partial q_i} = -\frac{p_i}{q_i} \quad (q_i > 0), "
        r"\qquad \frac{\partial L_{\text{KL}}}{\partial z_i} = q_i - p_i \quad \text{for } "
        r"\mathbf{q} = \operatorname{softmax}(\mathbf{z}),\ \textstyle\sum_i p_i = 1",
        tolerance=1e-7,
    ),
    Equation(
        id="eq-11",
        tag="11",
        section="1.16 Negative Log-Likelihood Loss (NLLLoss)",
        title="Negative log-likelihood loss",
        latex=r"L_{\text{NLL}}(\mathbf{y}, \hat{\mathbf{y}}) = -\sum_{i=1}^n "
        r"\log(\hat{y}_{i, y_i})",
        verdict="convention",
        why="A sum over probabilities. PyTorch's NLLLoss wants log-probabilities, weights the classes "
        "and averages; handed probabilities it returns a negative number.",
        code="losses.nll",
        form=losses.nll,
        route="the probability of the classes seen, exp(-L)",
        check=_classes_gap,
        refutes={
            "mean over the samples": lambda y, y_hat: losses.nll(y, y_hat, reduction="mean"),
            "no logarithm": lambda y, y_hat: -y_hat[np.arange(y.size), y].sum(),
            "the largest class, not the true one": lambda y, y_hat: (
                -np.log(y_hat.max(axis=1)).sum()
            ),
        },
        mended=r"L_{\text{NLL}} = -\frac{\sum_{i=1}^n w_{y_i}\, x_{i, y_i}}{\sum_{i=1}^n w_{y_i}}, "
        r"\qquad x_{i,c} = \log \hat{y}_{i,c}",
    ),
    Equation(
        id="eq-12",
        tag="12",
        section="1.16 Negative Log-Likelihood Loss (NLLLoss)",
        title="Derivative of NLL",
        latex=r"\frac{\partial L_{\text{NLL}}}{\partial \hat{y}_{i, y_i}} = "
        r"-\frac{1}{\hat{y}_{i, y_i}}",
        verdict="holds with conditions",
        why="For the sum of (11) and a positive probability; in every other class the slope is 0.",
        code="losses.nll_grad",
        form=losses.nll_grad,
        route=FINITE,
        check=_slope_gap(losses.nll, CLASSES, ROWS),
        refutes={
            "the other classes too": lambda y, y_hat, dy: -dy / y_hat,
            "without the minus": lambda y, y_hat, dy: -losses.nll_grad(y, y_hat, dy),
            "divided by n": lambda y, y_hat, dy: losses.nll_grad(y, y_hat, dy) / y.size,
        },
        mended=r"\frac{\partial L_{\text{NLL}}}{\partial \hat{y}_{i,c}} = "
        r"-\frac{\mathbf{1}[c = y_i]}{\hat{y}_{i,c}} \quad "
        r"(\text{sum reduction},\ \hat{y}_{i,y_i} > 0)",
        tolerance=1e-7,
    ),
    Equation(
        id="eq-13",
        tag="13",
        section="1.17 Huber Loss",
        title="Huber loss",
        latex=r"L_{\text{Huber}}(\mathbf{y}, \hat{\mathbf{y}}) = \begin{cases} "
        r"\frac{1}{2}(y_i - \hat{y}_i)^2 & \text{if } |y_i - \hat{y}_i| \leq \delta \\ "
        r"\delta(|y_i - \hat{y}_i| - \frac{1}{2}\delta) & \text{otherwise} \end{cases}",
        verdict="convention",
        why="The left side names the whole vectors, the right side one sample: the reduction is "
        "missing. PyTorch and Keras take the mean; PyTorch's SmoothL1Loss is Huber's over delta.",
        code="losses.huber",
        form=lambda y, y_hat: losses.huber(y, y_hat, delta=DELTA, reduction="none"),
        route="the least of (r - u)^2 / 2 + delta |u| over a fine grid of u, sample by sample",
        check=_envelope_gap,
        refutes={
            "without the 1/2": lambda y, y_hat: np.where(
                abs(y - y_hat) <= DELTA, (y - y_hat) ** 2, DELTA * (abs(y - y_hat) - DELTA / 2)
            ),
            "delta |r| beyond delta": lambda y, y_hat: np.where(
                abs(y - y_hat) <= DELTA, (y - y_hat) ** 2 / 2, DELTA * abs(y - y_hat)
            ),
            "smooth L1": lambda y, y_hat: (
                losses.huber(y, y_hat, delta=DELTA, reduction="none") / DELTA
            ),
        },
        mended=r"L_{\text{Huber}}(\mathbf{y}, \hat{\mathbf{y}}) = \frac{1}{n}\sum_{i=1}^n "
        r"\begin{cases} \frac{1}{2}(y_i - \hat{y}_i)^2 & \text{if } |y_i - \hat{y}_i| \leq \delta \\ "
        r"\delta\left(|y_i - \hat{y}_i| - \frac{1}{2}\delta\right) & \text{otherwise} \end{cases} "
        r"\quad (\delta > 0)",
        sources=("huber1964",),
    ),
    Equation(
        id="eq-14",
        tag="14",
        section="1.17 Huber Loss",
        title="Derivative of Huber loss",
        latex=r"\frac{\partial L_{\text{Huber}}}{\partial \hat{y}_i} = \begin{cases} "
        r"-(y_i - \hat{y}_i) & \text{if } |y_i - \hat{y}_i| \leq \delta \\ "
        r"-\delta \text{sign}(y_i - \hat{y}_i) & \text{otherwise} \end{cases}",
        verdict="holds with conditions",
        why="For the sum, or one sample; the mean divides it by n. The branches meet with equal "
        "slopes at delta, so there is no kink.",
        code="losses.huber_grad",
        form=lambda y, y_hat, dy: losses.huber_grad(y, y_hat, dy, delta=DELTA),
        route=FINITE,
        check=_slope_gap(lambda y, y_hat: losses.huber(y, y_hat, delta=DELTA), Y, Y_HAT),
        refutes={
            "the other sign": lambda y, y_hat, dy: dy * np.clip(y - y_hat, -DELTA, DELTA),
            "slope 1 beyond delta": lambda y, y_hat, dy: (
                dy * np.where(abs(y - y_hat) <= DELTA, y_hat - y, np.sign(y_hat - y))
            ),
            "never clipped": lambda y, y_hat, dy: dy * (y_hat - y),
        },
        mended=r"\frac{\partial L_{\text{Huber}}}{\partial \hat{y}_i} = \frac{1}{n}"
        r"\operatorname{clip}(\hat{y}_i - y_i,\, -\delta,\, \delta) \quad "
        r"(\text{mean reduction; drop } \tfrac{1}{n} \text{ for the sum})",
        tolerance=1e-7,
    ),
    Equation(
        id="eq-15",
        tag="15",
        section="1.18 Hinge Loss",
        title="Hinge loss",
        latex=r"L_{\text{Hinge}}(\mathbf{y}, \hat{\mathbf{y}}) = \sum_{i=1}^n "
        r"\max(0, 1 - y_i \hat{y}_i)",
        verdict="convention",
        why="A sum, for labels -1 and +1 and raw scores. scikit-learn and Keras take the mean, and "
        "Keras turns labels 0/1 into -1/+1 first.",
        code="losses.hinge",
        form=losses.hinge,
        route="the total length of the demands t <= 1 that the margins do not meet, counted",
        check=_area_gap,
        refutes={
            "mean over the samples": lambda y, y_hat: losses.hinge(y, y_hat, reduction="mean"),
            "perceptron, no margin": lambda y, y_hat: np.maximum(0, -y * y_hat).sum(),
            "labels 0 and 1": lambda y, y_hat: np.maximum(0, 1 - (y > 0) * y_hat).sum(),
        },
        mended=r"L_{\text{Hinge}} = \frac{1}{n}\sum_{i=1}^n \max(0, 1 - y_i \hat{y}_i), \qquad "
        r"y_i \in \{-1, +1\}",
    ),
    Equation(
        id="eq-16",
        tag="16",
        section="1.18 Hinge Loss",
        title="Derivative of hinge loss",
        latex=r"\frac{\partial L_{\text{Hinge}}}{\partial \hat{y}_i} = \begin{cases} 0 & "
        r"\text{if } y_i \hat{y}_i \geq 1 \\ -y_i & \text{if } y_i \hat{y}_i < 1 \end{cases}",
        verdict="holds with conditions",
        why="For the sum, away from the margin 1. At that kink any slope from 0 to -y serves: the "
        "notes and PyTorch's relu take 0, its clamp -y, its maximum -y/2.",
        code="losses.hinge_grad",
        form=losses.hinge_grad,
        route=FINITE,
        check=_slope_gap(losses.hinge, SIGNS, SCORES),
        refutes={
            "the other sign": lambda y, y_hat, dy: -losses.hinge_grad(y, y_hat, dy),
            "perceptron, no margin": lambda y, y_hat, dy: dy * np.where(y * y_hat < 0, -y, 0),
            "-y y_hat, the slope in y": lambda y, y_hat, dy: (
                dy * np.where(y * y_hat < 1, -y * y_hat, 0)
            ),
        },
        mended=r"\partial_{\hat{y}_i} L_{\text{Hinge}} = \begin{cases} \{0\} & "
        r"\text{if } y_i \hat{y}_i > 1 \\ \operatorname{conv}\{0, -y_i\} & "
        r"\text{if } y_i \hat{y}_i = 1 \\ \{-y_i\} & \text{if } y_i \hat{y}_i < 1 \end{cases}",
        tolerance=1e-7,
    ),
)
