"""The exercises of the page on losses. An answer stands by itself: it may use np and nothing else."""

import numpy as np

from .. import losses
from ._answer import probe
from ._engine import Convention, Exercise, Mistake, Option, Question


def _mae_grad(y, y_hat):
    return np.sign(y_hat - y) / y.size


def _mae_subgradients(y, y_hat):
    """At a tie any slope between those on its two sides."""
    slope, tie = np.sign(y_hat - y) / y.size, (y == y_hat) / y.size
    return slope - tie, slope + tie


def _pair(rng):
    y = rng.normal(size=rng.integers(4, 7))
    return y.round(2), (y + rng.normal(size=y.size)).round(2)


mae_grad = Exercise(
    name="mae_grad",
    stars=1,
    task="The gradient of the mean absolute error (1) in the predictions. `y`, `y_hat`: arrays of "
    "$n$ values. Return an array of $n$ slopes; at a tie, any slope that serves.",
    hint="Raise one prediction a little. Which way does its own absolute error go, and by how much "
    "does the mean over $n$ of them change?",
    solution=_mae_grad,
    book=losses.mae_grad,
    accept=_mae_subgradients,
    probes=(
        (np.array([3.0, 5.0]), np.array([2.0, 7.0])),
        (np.array([1.0, 2.0, 4.0]), np.array([3.5, 2.0, 1.0])),
        (np.array([0.0, -1.0, 2.0, 5.0, 3.0]), np.array([0.5, -3.0, 2.25, 4.0, 9.0])),
    ),
    fresh=_pair,
    mistakes=(
        Mistake(
            "the sign of (2) as the notes print it: this points uphill, and a prediction that is "
            "too low must be raised",
            lambda y, y_hat: np.sign(y - y_hat) / y.size,
            credit="the notes that this book follows",
        ),
        Mistake(
            "the mean was forgotten: this is the slope of the sum, divide by the number of values",
            lambda y, y_hat: np.sign(y_hat - y),
        ),
        Mistake(
            "this is each value's share of the loss, not its slope: the slope is a sign, whatever "
            "the distance",
            lambda y, y_hat: np.abs(y_hat - y) / y.size,
        ),
        Mistake(
            "this is the slope of the squared error: the absolute error's does not grow with the "
            "distance",
            lambda y, y_hat: 2 * (y_hat - y) / y.size,
        ),
        Mistake(
            "a slope was lost: below the target it is -1/n, not 0",
            lambda y, y_hat: (y_hat > y) / y.size,
        ),
        Mistake(
            "the slopes were added up: every prediction has a slope of its own",
            lambda y, y_hat: np.mean(np.sign(y_hat - y)),
        ),
    ),
)


def _mse_grad(y, y_hat):
    return 2 * (y_hat - y) / y.size


mse_grad = Exercise(
    name="mse_grad",
    stars=1,
    task="The gradient of the mean squared error (3) in the predictions. `y`, `y_hat`: arrays of "
    "one shape, $n$ values in all. Return an array of that shape.",
    hint="Chain rule on one term, $(y_i - \\hat{y}_i)^2$: the outer slope, then the inner one, which "
    "is $-1$. Then the mean.",
    solution=_mse_grad,
    book=losses.mse_grad,
    probes=(
        (np.array([3.0, 5.0, 2.0]), np.array([2.0, 7.0, 2.5])),
        (
            np.array([[1.0, 0.0], [4.0, -2.0], [0.5, 3.0]]),
            np.array([[2.0, -1.0], [1.0, 1.0], [0.0, 3.5]]),
        ),
    ),
    fresh=_pair,
    mistakes=(
        Mistake(
            "the inner slope was forgotten: y - y_hat falls as y_hat rises, so this points uphill",
            lambda y, y_hat: 2 * (y - y_hat) / y.size,
            credit="NeuromatchAcademy/course-content-dl #176",
        ),
        Mistake(
            "the exponent did not come down: d(r^2)/dr is 2r",
            lambda y, y_hat: (y_hat - y) / y.size,
        ),
        Mistake(
            "the mean was forgotten: divide by the number of values",
            lambda y, y_hat: 2 * (y_hat - y),
        ),
        Mistake(
            "the mean was taken over the rows alone: divide by all values, y.size and not len(y)",
            lambda y, y_hat: 2 * (y_hat - y) / len(y) if y.ndim > 1 else 2 * (y_hat - y) / y.size,
            credit="SkafteNicki/dtu_mlops PR #295, a factor right for one shape only",
        ),
        Mistake(
            "this is the loss itself, value by value: the slope has no square",
            lambda y, y_hat: (y_hat - y) ** 2 / y.size,
        ),
        Mistake(
            "the slopes were added up: every prediction has a slope of its own",
            lambda y, y_hat: np.mean(2 * (y_hat - y)),
        ),
    ),
)


def _bce_logits(y, z):
    return np.mean(np.logaddexp(0, z) - y * z)


def _soft_labels(rng):
    n = rng.integers(3, 6)
    return rng.random(n).round(2), rng.normal(scale=3, size=n).round(2)


bce_logits = Exercise(
    name="bce_logits",
    stars=2,
    task="The binary cross-entropy (5), averaged, straight from logits: $\\hat{y}_i = \\sigma(z_i)$. "
    "`y`: $n$ labels from 0 to 1, soft ones included; `z`: $n$ logits, however large. Return one "
    "number, in nats.",
    hint="Put $\\hat{y} = 1/(1 + e^{-z})$ into (5) and simplify by hand before any code: "
    "$\\log(1 + e^z) - yz$ remains. `np.logaddexp(0, z)` is the logarithm without the overflow.",
    solution=_bce_logits,
    book=losses.bce_with_logits,
    probes=(
        (np.array([1.0, 0.0]), np.array([0.5, -1.5])),
        (np.array([0.2, 0.7, 1.0]), np.array([1.0, -2.0, 3.0])),
        (np.array([0.0, 1.0, 1.0]), np.array([40.0, -40.0, 2.0])),
        (np.array([1.0, 0.0, 0.0]), np.array([1000.0, -1000.0, 1000.0])),
    ),
    fresh=_soft_labels,
    mistakes=(
        Mistake(
            "the sigmoid rounds to exactly 1 or 0 before the logarithm sees it: inf or nan for "
            "large logits; simplify first",
            lambda y, z: (
                -np.mean(
                    y * np.log(1 / (1 + np.exp(-z))) + (1 - y) * np.log(1 - 1 / (1 + np.exp(-z)))
                )
            ),
        ),
        Mistake(
            "log(1 + exp(z)) overflows as typed: logaddexp(0, z) is the same and does not",
            lambda y, z: np.mean(np.log(1 + np.exp(z)) - y * z),
        ),
        Mistake(
            "the term for 1 - y was forgotten: false alarms cost nothing",
            lambda y, z: np.mean(y * np.logaddexp(0, -z)),
        ),
        Mistake(
            "the sum was taken: it grows with the number of samples",
            lambda y, z: np.sum(np.logaddexp(0, z) - y * z),
        ),
        Mistake(
            "the sign of y z: a confident right answer must be cheap",
            lambda y, z: np.mean(np.logaddexp(0, z) + y * z),
        ),
        Mistake(
            "right for labels 0 and 1 only: a soft label weighs both terms",
            lambda y, z: np.mean(np.logaddexp(0, -(2 * y - 1) * z)),
        ),
        Mistake(
            "the logits were taken for probabilities: apply the sigmoid",
            lambda y, z: -np.mean(y * np.log(z) + (1 - y) * np.log(1 - z)),
        ),
        Mistake(
            "a small number inside the logarithm hides the price: no mistake costs more than 27.6",
            lambda y, z: (
                -np.mean(
                    y * np.log(1 / (1 + np.exp(-z)) + 1e-12)
                    + (1 - y) * np.log(1 - 1 / (1 + np.exp(-z)) + 1e-12)
                )
            ),
        ),
    ),
    conventions=(
        Convention(
            "Keras clips the probability to 1e-7 from 0 and 1, so no cost exceeds 16.1",
            lambda y, z: (
                -np.mean(
                    y * np.log(np.clip(1 / (1 + np.exp(-z)), 1e-7, 1 - 1e-7))
                    + (1 - y) * np.log(1 - np.clip(1 / (1 + np.exp(-z)), 1e-7, 1 - 1e-7))
                )
            ),
        ),
        Convention(
            "PyTorch's BCELoss holds each logarithm at -100 or above",
            lambda y, z: (
                -np.mean(
                    y * np.maximum(np.log(1 / (1 + np.exp(-z))), -100)
                    + (1 - y) * np.maximum(np.log(1 - 1 / (1 + np.exp(-z))), -100)
                )
            ),
        ),
        Convention(
            "information theory counts in bits, nats divided by log 2",
            lambda y, z: np.mean(np.logaddexp(0, z) - y * z) / np.log(2),
        ),
    ),
)


def _cross_entropy(y, z):
    z = z - z.max(axis=1, keepdims=True)
    log_y_hat = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -log_y_hat[np.arange(len(y)), y].mean()


def _labels_and_logits(rng):
    return rng.integers(0, 5, size=4), rng.normal(scale=2, size=(4, 5)).round(2)


cross_entropy = Exercise(
    name="cross_entropy",
    stars=2,
    task="The cross-entropy (7) of a batch, averaged over its samples, straight from logits: "
    "$\\hat{\\mathbf{y}} = \\operatorname{softmax}(\\mathbf{z})$. `y`: $N$ class numbers; `z`: "
    "$(N, C)$ logits, however large. Return one number, in nats.",
    hint="$\\log \\hat{y}_c = z_c - \\log \\sum_k e^{z_k}$. Subtracting the same number from all logits "
    "of a sample changes nothing: which number makes every exponential harmless?",
    solution=_cross_entropy,
    book=lambda y, z: losses.cross_entropy_with_logits(np.eye(z.shape[1])[y], z, reduction="mean"),
    probes=(
        (np.array([1, 0]), np.array([[0.5, 2.0, -1.0], [1.0, 3.0, 0.0]])),
        (
            np.array([3, 0, 1]),
            np.array([[1.0, -2.0, 0.5, 3.0], [0.0, 1.5, -1.0, 2.0], [4.0, 0.5, 1.0, -3.0]]),
        ),
        (np.array([2, 1]), np.array([[1000.0, 0.0, 998.0], [-1000.0, 5.0, 4.0]])),
        (np.array([1, 2]), np.array([[1000.0, 0.0, 998.0], [-1000.0, -1005.0, -2000.0]])),
    ),
    fresh=_labels_and_logits,
    mistakes=(
        Mistake(
            "softmax was applied twice: the loss cannot fall below 1.46 for ten classes, however "
            "sure the model is",
            lambda y, z: (
                -np.log(
                    np.exp(
                        np.exp(z - z.max(1)[:, None])
                        / np.exp(z - z.max(1)[:, None]).sum(1)[:, None]
                    )
                    / np.exp(
                        np.exp(z - z.max(1)[:, None])
                        / np.exp(z - z.max(1)[:, None]).sum(1)[:, None]
                    ).sum(1)[:, None]
                )[np.arange(len(y)), y].mean()
            ),
        ),
        Mistake(
            "the normalizer is missing: the other classes' logits must count, add log sum exp",
            lambda y, z: -z[np.arange(len(y)), y].mean(),
        ),
        Mistake(
            "the softmax runs across the samples: its axis is the classes', axis 1",
            lambda y, z: (
                -np.log(np.exp(z - z.max(0)) / np.exp(z - z.max(0)).sum(0))[
                    np.arange(len(y)), y
                ].mean()
            ),
        ),
        Mistake(
            "the softmax rounds to 0 before the logarithm sees it: inf for a confident mistake; take "
            "the logarithm of the quotient by hand first",
            lambda y, z: (
                -np.log(
                    np.exp(z - z.max(1)[:, None]) / np.exp(z - z.max(1)[:, None]).sum(1)[:, None]
                )[np.arange(len(y)), y].mean()
            ),
        ),
        Mistake(
            "a small number inside the logarithm hides the price: no mistake costs more than 27.6",
            lambda y, z: (
                -np.log(
                    np.exp(z - z.max(1)[:, None]) / np.exp(z - z.max(1)[:, None]).sum(1)[:, None]
                    + 1e-12
                )[np.arange(len(y)), y].mean()
            ),
        ),
        Mistake(
            "the exponential overflows: subtract each sample's largest logit first",
            lambda y, z: (
                -np.log(np.exp(z) / np.exp(z).sum(1)[:, None])[np.arange(len(y)), y].mean()
            ),
        ),
        Mistake(
            "the sum was taken: it grows with the batch, average over the samples",
            lambda y, z: (
                -(z - z.max(1)[:, None] - np.log(np.exp(z - z.max(1)[:, None]).sum(1))[:, None])[
                    np.arange(len(y)), y
                ].sum()
            ),
        ),
        Mistake(
            "the mean was taken over samples and classes: each sample has one true class",
            lambda y, z: (
                -(z - z.max(1)[:, None] - np.log(np.exp(z - z.max(1)[:, None]).sum(1))[:, None])[
                    np.arange(len(y)), y
                ].sum()
                / z.size
            ),
        ),
        Mistake(
            "the minus is missing: a logarithm of a probability is negative, a loss is not",
            lambda y, z: (
                z - z.max(1)[:, None] - np.log(np.exp(z - z.max(1)[:, None]).sum(1))[:, None]
            )[np.arange(len(y)), y].mean(),
        ),
        Mistake(
            "this scores the model's favourite class, not the true one",
            lambda y, z: np.log(np.exp(z - z.max(1)[:, None]).sum(1)).mean(),
        ),
    ),
    conventions=(
        Convention(
            "information theory counts in bits, nats divided by log 2",
            lambda y, z: (
                -(z - z.max(1)[:, None] - np.log(np.exp(z - z.max(1)[:, None]).sum(1))[:, None])[
                    np.arange(len(y)), y
                ].mean()
                / np.log(2)
            ),
        ),
    ),
)


def _nll(y, y_hat):
    return -np.log(y_hat[np.arange(len(y)), y]).sum()


def _labels_and_probabilities(rng):
    return rng.integers(0, 3, size=5), rng.dirichlet(np.ones(3), size=5)


nll = Exercise(
    name="nll",
    stars=1,
    task="The negative log-likelihood (11), summed over the samples. `y`: $N$ class numbers; "
    "`y_hat`: $(N, C)$ probabilities. Return one number, in nats.",
    hint="Of each row only one probability matters. Two index arrays pick one entry a row.",
    solution=_nll,
    book=losses.nll,
    probes=(
        (np.array([0, 1]), np.array([[0.5, 0.25, 0.25], [0.5, 0.125, 0.375]])),
        (
            np.array([2, 0, 1, 1]),
            np.array([[0.25, 0.5, 0.25], [0.125, 0.75, 0.125], [0.3, 0.6, 0.1], [0.7, 0.2, 0.1]]),
        ),
        (np.array([2, 0]), np.array([[0.5, 0.5, 1e-20], [0.25, 0.75, 0.0]])),
    ),
    fresh=_labels_and_probabilities,
    mistakes=(
        Mistake(
            "the logarithm is missing: this is a negative loss, the one that PyTorch's NLLLoss gives "
            "to those who feed it probabilities",
            lambda y, y_hat: -y_hat[np.arange(len(y)), y].sum(),
        ),
        Mistake(
            "this asks for the model's own opinion, the largest probability, not the true class's",
            lambda y, y_hat: -np.log(y_hat.max(axis=1)).sum(),
        ),
        Mistake(
            "every class was counted: only the true class's probability enters",
            lambda y, y_hat: -np.log(y_hat).sum(),
        ),
        Mistake(
            "log(1 - p) rewards the error: the loss must fall as the true class's p rises",
            lambda y, y_hat: -np.log(1 - y_hat[np.arange(len(y)), y]).sum(),
        ),
        Mistake(
            "the minus is missing: a logarithm of a probability is negative, a loss is not",
            lambda y, y_hat: np.log(y_hat[np.arange(len(y)), y]).sum(),
        ),
        Mistake(
            "the classes of all samples were picked from every row: pair each row with its own class, "
            "y_hat[np.arange(N), y]",
            lambda y, y_hat: -np.log(y_hat[:, y]).sum(),
        ),
        Mistake(
            "a small number inside the logarithm hides the price: no mistake costs more than 27.6",
            lambda y, y_hat: -np.log(y_hat[np.arange(len(y)), y] + 1e-12).sum(),
        ),
        Mistake(
            "the logarithm was taken of the summed probabilities: the log of a sum is not the sum "
            "of logs",
            lambda y, y_hat: -np.log(y_hat[np.arange(len(y)), y].sum()),
        ),
    ),
    conventions=(
        Convention(
            "PyTorch and Keras average over the samples",
            lambda y, y_hat: -np.log(y_hat[np.arange(len(y)), y]).mean(),
        ),
    ),
)


def _kl(p, q):
    possible = p > 0
    return np.sum(p[possible] * np.log(p[possible] / q[possible]))


kl = Exercise(
    name="kl",
    stars=2,
    task="The Kullback-Leibler divergence (9) of $\\mathbf{q}$ from $\\mathbf{p}$, in nats. `p`, `q`: "
    "$C$ probabilities each, zeros included: a class that never happens costs nothing, a class that "
    "`q` rules out and `p` allows costs infinity. Return one number.",
    hint="Sum over the classes with $p_c > 0$ and leave the rest alone. Division by zero then gives "
    "just what is wanted.",
    solution=_kl,
    book=losses.kl_divergence,
    probes=(
        (np.array([0.5, 0.5]), np.array([0.25, 0.75])),
        (np.array([0.5, 0.25, 0.25, 0.0]), np.array([0.125, 0.5, 0.125, 0.25])),
        (np.array([0.0, 0.25, 0.75]), np.array([0.0, 0.5, 0.5])),
        (np.array([0.5, 0.5]), np.array([1.0, 0.0])),
    ),
    fresh=lambda rng: tuple(rng.dirichlet(np.ones(4), size=2)),
    mistakes=(
        Mistake(
            "p and q were swapped: the divergence is not symmetric, p does the weighing",
            lambda p, q: np.sum(q[q > 0] * np.log(q[q > 0] / p[q > 0])),
        ),
        Mistake(
            "0 log 0 is nan as typed: sum over the classes with p > 0",
            lambda p, q: np.sum(p * np.log(p / q)),
        ),
        Mistake(
            "this is the cross-entropy: the entropy of p has been left in",
            lambda p, q: -np.sum(p[p > 0] * np.log(q[p > 0])),
        ),
        Mistake(
            "divided by the number of classes, as PyTorch's kl_div does with reduction='mean'",
            lambda p, q: np.sum(p[p > 0] * np.log(p[p > 0] / q[p > 0])) / p.size,
        ),
        Mistake(
            "a small number inside the logarithm hides the infinity",
            lambda p, q: np.sum(p * np.log((p + 1e-12) / (q + 1e-12))),
        ),
        Mistake(
            "the sign: a divergence is never negative, the ratio is p / q",
            lambda p, q: np.sum(p[p > 0] * np.log(q[p > 0] / p[p > 0])),
        ),
        Mistake(
            "classes that q rules out were left out of the sum: they cost infinity where p allows them",
            lambda p, q: np.sum(
                p[(p > 0) & (q > 0)] * np.log(p[(p > 0) & (q > 0)] / q[(p > 0) & (q > 0)])
            ),
        ),
        Mistake(
            "the weight p is missing: a class counts as often as it happens",
            lambda p, q: np.sum(np.log(p[p > 0] / q[p > 0])),
        ),
    ),
    conventions=(
        Convention(
            "information theory counts in bits, nats divided by log 2",
            lambda p, q: np.sum(p[p > 0] * np.log2(p[p > 0] / q[p > 0])),
        ),
        Convention(
            "Keras clips p and q to at least 1e-7",
            lambda p, q: np.sum(
                np.clip(p, 1e-7, 1) * np.log(np.clip(p, 1e-7, 1) / np.clip(q, 1e-7, 1))
            ),
        ),
    ),
)


def _huber(y, y_hat, *, delta):
    r = np.abs(y - y_hat)
    return np.sum(np.where(r <= delta, r**2 / 2, delta * (r - delta / 2)))


huber = Exercise(
    name="huber",
    stars=2,
    task="Huber's loss (13), summed over the samples. `y`, `y_hat`: $n$ values; `delta`: where the "
    "square ends. Return one number.",
    hint="Write $r = |y - \\hat{y}|$ first. At $r = \\delta$ both branches must give the same value and "
    "the same slope; check yours there.",
    solution=_huber,
    book=losses.huber,
    probes=(
        probe(np.array([1.0, 2.0]), np.array([2.0, 6.0]), delta=2.0),
        probe(np.array([3.0, 0.0, 1.0]), np.array([2.5, 3.0, -1.0]), delta=0.7),
        probe(np.array([0.0, 0.0, 5.0, 1.0]), np.array([3.0, -3.5, 4.0, 1.5]), delta=1.5),
        probe(np.array([1.0, 2.0]), np.array([2.5, 6.0]), delta=2.0),
    ),
    fresh=lambda rng: probe(*_pair(rng), delta=float(rng.uniform(0.4, 0.8))),
    mistakes=(
        Mistake(
            "beyond delta the loss jumps: delta |r| lacks the -delta^2 / 2 that joins the branches",
            lambda y, y_hat, *, delta: np.sum(
                np.where(
                    np.abs(y - y_hat) <= delta, (y - y_hat) ** 2 / 2, delta * np.abs(y - y_hat)
                )
            ),
        ),
        Mistake(
            "the square lacks its 1/2: the branches do not meet at delta",
            lambda y, y_hat, *, delta: np.sum(
                np.where(
                    np.abs(y - y_hat) <= delta,
                    (y - y_hat) ** 2,
                    delta * (np.abs(y - y_hat) - delta / 2),
                )
            ),
        ),
        Mistake(
            "beyond delta the slope is delta, not 1: this is right for delta = 1 alone",
            lambda y, y_hat, *, delta: np.sum(
                np.where(
                    np.abs(y - y_hat) <= delta, (y - y_hat) ** 2 / 2, np.abs(y - y_hat) - delta / 2
                )
            ),
        ),
        Mistake(
            "the absolute value was forgotten in the condition: every residual below -delta is "
            "squared",
            lambda y, y_hat, *, delta: np.sum(
                np.where(
                    y - y_hat <= delta,
                    (y - y_hat) ** 2 / 2,
                    delta * (np.abs(y - y_hat) - delta / 2),
                )
            ),
        ),
        Mistake(
            "the branches were swapped: the square is for the small residuals",
            lambda y, y_hat, *, delta: np.sum(
                np.where(
                    np.abs(y - y_hat) > delta,
                    (y - y_hat) ** 2 / 2,
                    delta * (np.abs(y - y_hat) - delta / 2),
                )
            ),
        ),
        Mistake(
            "this is half the squared error: large residuals are to be held back",
            lambda y, y_hat, *, delta: np.sum((y - y_hat) ** 2 / 2),
        ),
    ),
    conventions=(
        Convention(
            "PyTorch's HuberLoss and Keras average over the samples",
            lambda y, y_hat, *, delta: np.mean(
                np.where(
                    np.abs(y - y_hat) <= delta,
                    (y - y_hat) ** 2 / 2,
                    delta * (np.abs(y - y_hat) - delta / 2),
                )
            ),
        ),
        Convention(
            "smooth L1, Huber's loss over delta, here summed",
            lambda y, y_hat, *, delta: np.sum(
                np.where(
                    np.abs(y - y_hat) <= delta,
                    (y - y_hat) ** 2 / (2 * delta),
                    np.abs(y - y_hat) - delta / 2,
                )
            ),
        ),
        Convention(
            "PyTorch's SmoothL1Loss is Huber's loss over delta, averaged",
            lambda y, y_hat, *, delta: np.mean(
                np.where(
                    np.abs(y - y_hat) <= delta,
                    (y - y_hat) ** 2 / (2 * delta),
                    np.abs(y - y_hat) - delta / 2,
                )
            ),
        ),
    ),
)


def _hinge_grad(y, y_hat):
    return np.where(y * y_hat < 1, -y, 0)


def _hinge_subgradients(y, y_hat):
    """At a margin of 1 any slope between 0 and -y."""
    slope, kink = np.where(y * y_hat < 1, -y, 0), y * y_hat == 1
    return np.where(kink, np.minimum(0, -y), slope), np.where(kink, np.maximum(0, -y), slope)


def _signs_and_scores(rng):
    return rng.choice([-1.0, 1.0], size=6), rng.normal(scale=1.5, size=6).round(2)


hinge_grad = Exercise(
    name="hinge_grad",
    stars=2,
    task="The gradient of the summed hinge loss (15) in the scores. `y`: $n$ labels, $-1$ or $+1$; "
    "`y_hat`: $n$ scores. Return an array of $n$ slopes; at a margin of exactly 1, any slope that "
    "serves.",
    hint="Two cases: the margin $y_i \\hat{y}_i$ is met, or it is not. In the second the loss of "
    "the sample is $1 - y_i \\hat{y}_i$.",
    solution=_hinge_grad,
    book=losses.hinge_grad,
    accept=_hinge_subgradients,
    probes=(
        (np.array([1.0, -1.0, 1.0]), np.array([0.5, 0.25, 2.0])),
        (np.array([-1.0, 1.0, -1.0, -1.0, 1.0]), np.array([-0.5, -3.0, -2.0, 1.5, 1.0])),
        (np.array([-1.0, 1.0, 1.0]), np.array([-1.5, 1.25, 0.75])),
    ),
    fresh=_signs_and_scores,
    mistakes=(
        Mistake(
            "the sign points uphill: raising the score of a positive sample lowers its loss",
            lambda y, y_hat: np.where(y * y_hat < 1, y, 0),
        ),
        Mistake(
            "the score was kept in the slope: d(1 - y y_hat)/dy_hat is -y",
            lambda y, y_hat: np.where(y * y_hat < 1, -y * y_hat, 0),
        ),
        Mistake(
            "this is the perceptron's: a sample that is right by less than the margin still counts",
            lambda y, y_hat: np.where(y * y_hat < 0, -y, 0),
        ),
        Mistake(
            "labels 0 and 1 were assumed: the negative samples are ignored",
            lambda y, y_hat: np.where((y > 0) & (y_hat < 1), -1, 0),
        ),
        Mistake(
            "the margin was measured without the label: the condition is y * y_hat < 1",
            lambda y, y_hat: np.where(y_hat < 1, -y, 0),
        ),
        Mistake(
            "the cases were swapped: a sample beyond its margin has slope 0",
            lambda y, y_hat: np.where(y * y_hat < 1, 0, -y),
        ),
        Mistake(
            "this is the loss, not its slope",
            lambda y, y_hat: np.maximum(0, 1 - y * y_hat),
        ),
    ),
    conventions=(
        Convention(
            "scikit-learn and Keras average over the samples",
            lambda y, y_hat: np.where(y * y_hat < 1, -y, 0) / y.size,
        ),
    ),
)


questions = (
    Question(
        "Ninety-nine labels are 0 and one is 1000. Which constant guess has the smallest mean "
        "absolute error?",
        (
            Option(
                "0", "the median: moving up by 1 costs 99 samples a unit each and gains one.", True
            ),
            Option("10", "that is the mean, the answer of the squared error."),
            Option("500", "that is the midrange, which makes the worst single error smallest."),
            Option("1000", "that serves the one sample and costs the other ninety-nine 1000 each."),
        ),
    ),
    Question(
        "A classifier with ten classes trains until its cross-entropy stands still at 1.46, although "
        "it is right on every sample. What is wrong?",
        (
            Option(
                "Softmax is applied twice",
                "probabilities between 0 and 1 went in as logits; even (1, 0, ..., 0) then costs "
                "log(1 + 9/e) = 1.461.",
                True,
            ),
            Option(
                "The learning rate is too small",
                "a small rate is slow, but puts no floor under the loss.",
            ),
            Option(
                "It is guessing",
                "guessing among ten costs log 10 = 2.303, and is wrong nine times in ten.",
            ),
            Option(
                "The loss is in bits",
                "one guess in ten is 3.32 bits, and in any unit a sure right answer costs 0.",
            ),
        ),
    ),
    Question(
        "What is the divergence of q from p where q gives 0 to a class that p allows?",
        (
            Option("0", "that needs p = 0 there: what never happens costs nothing."),
            Option("nan", "that is a slip of the code; the limit exists."),
            Option(
                "infinite",
                "q called impossible what does happen, and no other class makes up for it.",
                True,
            ),
            Option("16.1 times p", "that is the price after Keras has clipped q to 1e-7."),
        ),
    ),
    Question(
        "The label is 1, the logit is -10, and the loss is the squared error of the sigmoid. How "
        "steep is the loss in the logit?",
        (
            Option(
                "as steep as it gets", "that is so for the cross-entropy, whose slope is near -1."
            ),
            Option(
                "almost flat",
                "the factor s(1 - s) of the sigmoid is 0.00005 there: a confident mistake "
                "goes unpunished.",
                True,
            ),
            Option("exactly -1", "that is the hinge loss."),
            Option(
                "infinitely steep",
                "that is log p in the probability p, before the sigmoid's factor.",
            ),
        ),
    ),
    Question(
        "Two losses differ by nothing but their reduction, mean and sum, over batches of 64. What "
        "must change for gradient descent to take the same steps?",
        (
            Option("nothing", "the slopes differ by the factor 64."),
            Option(
                "the rate of the sum must be 64 times smaller",
                "the sum's slopes are 64 times the mean's, and a step is rate times slope.",
                True,
            ),
            Option("the rate of the sum must be 64 times larger", mse_grad.mistakes[2]),
            Option("the labels must be divided by 64", "then the targets themselves would change."),
        ),
    ),
    Question(
        "A gradient check compares slopes of the summed outputs of a softmax, and passes. What has it "
        "shown?",
        (
            Option("the gradient is right", "a gradient of zero would have passed as well."),
            Option(
                "nothing",
                "softmax outputs sum to 1, so the slope of their sum is 0 whatever the code; draw a "
                "random cotangent.",
                True,
            ),
            Option("the gradient is zero", "the gradient of the sum is; the softmax's own is not."),
            Option(
                "the outputs sum to 1", "true, but known before; the question was the gradient."
            ),
        ),
    ),
)
