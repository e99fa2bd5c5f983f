"""The exercises of the page on batch normalization. An answer stands by itself: it may use np and
nothing else."""

import numpy as np

from .. import batchnorm
from ._engine import Convention, Exercise, Mistake, Option, Question


def _there(x, gamma, beta, eps):
    x_hat = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)
    return gamma * x_hat + beta


def _columns(rng, rows, columns):
    """Columns with means and spreads of their own."""
    spread = rng.uniform(0.5, 3, columns) * np.array([1, 0.02, *[1] * (columns - 2)])
    return (rng.normal(size=(rows, columns)) * spread + rng.uniform(-2, 2, columns)).round(3)


def _signed(rng, n):
    """Numbers away from 0 and 1."""
    return (rng.uniform(1.2, 2.5, n) * rng.choice([-1, 1], n)).round(2)


batchnorm_forward = Exercise(
    name="batchnorm_forward",
    stars=1,
    task="Batch normalization in training, (75) to (78). `x`: $(m, D)$; `gamma`, `beta`: $(D,)$; "
    "`eps`: one number. Return an array of the shape of `x`.",
    hint="A column is a feature: its mean and variance run down the samples, `axis=0`. NumPy's `var` "
    "divides by $m$, which is what (76) wants.",
    solution=_there,
    book=lambda x, gamma, beta, eps: batchnorm.batchnorm_forward(x, gamma, beta, eps=eps)[0],
    probes=(
        (
            np.array([[1.0, 1.03], [2.0, 0.97], [6.0, 1.06]]),
            np.array([2.0, -3.0]),
            np.array([5.0, 1.0]),
            0.001,
        ),
        (
            np.array([[0.5, 2.02], [1.5, 2.0], [-2.0, 1.95], [3.0, 1.98], [4.0, 2.05]]),
            np.array([-0.5, 1.5]),
            np.array([0.25, -2.0]),
            0.001,
        ),
    ),
    fresh=lambda rng: (_columns(rng, 6, 3), _signed(rng, 3), _signed(rng, 3), 0.001),
    mistakes=(
        Mistake(
            "the statistics run along each sample: axis=1 is layer normalization, a batch's run down "
            "the samples",
            lambda x, gamma, beta, eps: (
                gamma
                * (x - x.mean(axis=1, keepdims=True))
                / np.sqrt(x.var(axis=1, keepdims=True) + eps)
                + beta
            ),
        ),
        Mistake(
            "one mean and one variance were taken for all features: each has its own, and its own unit",
            lambda x, gamma, beta, eps: gamma * (x - x.mean()) / np.sqrt(x.var() + eps) + beta,
        ),
        Mistake(
            "the variance was divided by m - 1: the unbiased one is for the running statistics alone",
            lambda x, gamma, beta, eps: (
                gamma * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0, ddof=1) + eps) + beta
            ),
        ),
        Mistake(
            "eps stands outside the root: it is added to the variance, not to the standard deviation",
            lambda x, gamma, beta, eps: gamma * (x - x.mean(axis=0)) / (x.std(axis=0) + eps) + beta,
        ),
        Mistake(
            "eps was left out: a feature that does not vary is then 0/0",
            lambda x, gamma, beta, eps: gamma * (x - x.mean(axis=0)) / x.std(axis=0) + beta,
        ),
        Mistake(
            "the root is missing: this divides by the variance",
            lambda x, gamma, beta, eps: gamma * (x - x.mean(axis=0)) / (x.var(axis=0) + eps) + beta,
        ),
        Mistake(
            "gamma and beta were left out: scale and shift come last, (78)",
            lambda x, gamma, beta, eps: (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps),
        ),
        Mistake(
            "scale and shift in parallel, as the notes draw them, counts the normalized input twice: "
            "first times gamma, then plus beta",
            lambda x, gamma, beta, eps: (
                (1 + gamma) * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps) + beta
            ),
            credit="the notes that this book follows",
        ),
        Mistake(
            "the shift came before the scale: beta must not be multiplied by gamma",
            lambda x, gamma, beta, eps: (
                gamma * ((x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps) + beta)
            ),
        ),
    ),
)


def _back(dy, x, gamma):
    s = x.std(axis=0)
    x_hat = (x - x.mean(axis=0)) / s
    return gamma / s * (dy - dy.mean(axis=0) - x_hat * (dy * x_hat).mean(axis=0))


def _book_back(dy, x, gamma):
    _, cache = batchnorm.batchnorm_forward(x, gamma, np.zeros_like(gamma), eps=0)
    return batchnorm.batchnorm_backward(dy, cache).x


batchnorm_backward = Exercise(
    name="batchnorm_backward",
    stars=3,
    task="The gradient of the loss in the input of a batch normalization, (84), with $\\epsilon = 0$. "
    "`dy`: the gradient that arrives at the output, $(m, D)$; `x`: the input, $(m, D)$; `gamma`: "
    "$(D,)$. Return an array of the shape of `x`.",
    hint="An input acts on three ways: directly, through the mean and through the variance. Either "
    "follow (81) to (84), or take the compact form: what arrives, less its mean, less its "
    "component along the normalized input.",
    solution=_back,
    book=_book_back,
    probes=(
        (
            np.array([[1.0, 0.5], [0.0, -1.0], [2.0, 0.0]]),
            np.array([[1.0, 0.0], [2.0, 3.0], [6.0, -1.0]]),
            np.array([2.0, -3.0]),
        ),
        (
            np.array([[1.0, -2.0, 0.5], [0.5, 1.0, 1.0], [-1.0, 0.25, 2.0], [0.0, 1.5, -1.0]]),
            np.array([[0.5, 2.0, 1.0], [1.5, -1.0, 4.0], [-2.0, 0.0, 2.0], [3.0, 5.0, 0.0]]),
            np.array([-0.5, 1.5, 2.5]),
        ),
    ),
    fresh=lambda rng: (rng.normal(size=(5, 2)).round(2), _columns(rng, 5, 2), _signed(rng, 2)),
    mistakes=(
        Mistake(
            "mean and variance were held constant, as at inference: in training they move with x, "
            "and the gradient has two more terms",
            lambda dy, x, gamma: dy * gamma / x.std(axis=0),
        ),
        Mistake(
            "the path through the mean is missing: subtract the mean of what arrives",
            lambda dy, x, gamma: (
                gamma
                / x.std(axis=0)
                * (
                    dy
                    - (x - x.mean(axis=0))
                    * (dy * (x - x.mean(axis=0))).mean(axis=0)
                    / x.var(axis=0)
                )
            ),
        ),
        Mistake(
            "the path through the variance is missing: subtract the component along the normalized "
            "input",
            lambda dy, x, gamma: gamma / x.std(axis=0) * (dy - dy.mean(axis=0)),
        ),
        Mistake(
            "gamma was forgotten: the gradient of the normalized input is dy times gamma",
            lambda dy, x, gamma: (
                (
                    dy
                    - dy.mean(axis=0)
                    - (x - x.mean(axis=0))
                    * (dy * (x - x.mean(axis=0))).mean(axis=0)
                    / x.var(axis=0)
                )
                / x.std(axis=0)
            ),
            credit="denizyuret/Knet.jl #288",
        ),
        Mistake(
            "the variance was divided by m - 1: the way there divided by m",
            lambda dy, x, gamma: (
                gamma
                / x.std(axis=0, ddof=1)
                * (
                    dy
                    - dy.mean(axis=0)
                    - (x - x.mean(axis=0))
                    * (dy * (x - x.mean(axis=0))).mean(axis=0)
                    / x.var(axis=0, ddof=1)
                )
            ),
        ),
        Mistake(
            "the sums were not divided by m: each input has one m-th of a say in the mean",
            lambda dy, x, gamma: (
                gamma
                / x.std(axis=0)
                * (
                    dy
                    - dy.sum(axis=0)
                    - (x - x.mean(axis=0)) * (dy * (x - x.mean(axis=0))).sum(axis=0) / x.var(axis=0)
                )
            ),
        ),
        Mistake(
            "this is always 0, which a check by the summed outputs confirms: the outputs sum to m "
            "beta, whatever x. Judge under a random dy",
            lambda dy, x, gamma: np.zeros_like(x),
        ),
        Mistake(
            "x stands where the normalized input belongs",
            lambda dy, x, gamma: (
                gamma / x.std(axis=0) * (dy - dy.mean(axis=0) - x * (dy * x).mean(axis=0))
            ),
        ),
    ),
)


def _param_grads(dy, x_hat):
    return (dy * x_hat).sum(axis=0), dy.sum(axis=0)


def _book_param_grads(dy, x_hat):
    ones, zeros = np.ones(x_hat.shape[1]), np.zeros(x_hat.shape[1])
    _, cache = batchnorm.batchnorm_forward(x_hat, ones, zeros)
    return batchnorm.batchnorm_backward(dy, cache._replace(x_hat=x_hat))[1:]


def _arriving_and_normalized(rng):
    x = rng.normal(size=(5, 3))
    return rng.normal(size=(5, 3)).round(2), (x - x.mean(axis=0)) / x.std(axis=0)


param_grads = Exercise(
    name="param_grads",
    stars=1,
    task="The gradients of the loss in $\\gamma$ and $\\beta$, (80) and (79). `dy`: the gradient that "
    "arrives at the output; `x_hat`: the normalized input; both $(m, D)$. Return two arrays of "
    "$D$ numbers, $\\gamma$'s first.",
    hint="All samples share one $\\gamma_j$ and one $\\beta_j$, so what each sample has to say is "
    "added up. No feature has a say in another's.",
    solution=_param_grads,
    book=_book_param_grads,
    probes=(
        (
            np.array([[1.0, 2.0], [0.0, -1.0], [3.0, 0.5], [-2.0, 1.0]]),
            np.array([[-1.0, 0.6], [-1.0, 1.2], [1.0, -1.4], [1.0, -0.4]]),
        ),
        (
            np.array([[1.0, 0.5, -1.0], [2.0, 0.25, 1.5]]),
            np.array([[-1.0, 1.0, -1.0], [1.0, -1.0, 1.0]]),
        ),
    ),
    fresh=_arriving_and_normalized,
    mistakes=(
        Mistake(
            "the mean was taken: the loss's gradients are added up, and a mean, if any, is in the "
            "loss",
            lambda dy, x_hat: ((dy * x_hat).mean(axis=0), dy.mean(axis=0)),
        ),
        Mistake(
            "the sums run along each sample: axis=0 adds up the samples",
            lambda dy, x_hat: ((dy * x_hat).sum(axis=1), dy.sum(axis=1)),
        ),
        Mistake(
            "the dot of (80) was read as a dot product, which leaves one number: every feature has a "
            "gamma",
            lambda dy, x_hat: (np.vdot(dy, x_hat), dy.sum(axis=0)),
        ),
        Mistake(
            "gamma's and beta's gradients were swapped",
            lambda dy, x_hat: (dy.sum(axis=0), (dy * x_hat).sum(axis=0)),
        ),
        Mistake(
            "nothing was added up: all samples share one gamma and one beta",
            lambda dy, x_hat: (dy * x_hat, dy),
        ),
        Mistake(
            "the slope in beta is 1 at every output, but it still meets what arrives there",
            lambda dy, x_hat: ((dy * x_hat).sum(axis=0), np.ones(dy.shape[1])),
        ),
        Mistake(
            "the normalized values were added up by themselves, which gives 0: multiply each by what "
            "arrives at its sample, then add up",
            lambda dy, x_hat: (dy.sum(axis=0) * x_hat.sum(axis=0), dy.sum(axis=0)),
        ),
        Mistake(
            "a matrix product mixes the features: gamma_j sees column j alone",
            lambda dy, x_hat: (dy.T @ x_hat, dy.sum(axis=0)),
        ),
    ),
)


def _running_update(mean, var, x, momentum):
    new = x.var(axis=0, ddof=1)
    return mean + momentum * (x.mean(axis=0) - mean), var + momentum * (new - var)


def _book_running_update(mean, var, x, momentum):
    ones = np.ones_like(mean)
    _, cache = batchnorm.batchnorm_forward(x, ones, ones)
    rule = batchnorm.RunningStatistics(momentum=momentum)
    return rule.step(cache, batchnorm.RunningState(mean, var))


running_update = Exercise(
    name="running_update",
    stars=2,
    task="One update of the running statistics, as PyTorch does it. `mean`, `var`: $(D,)$, what is "
    "remembered; `x`: the new batch, $(m, D)$; `momentum`: the weight of the *new*. The batch's "
    "variance enters without bias, divided by $m - 1$. Return the new mean and the new variance.",
    hint="A weighted mean of old and new, with weights that add up to 1. `var(axis=0, ddof=1)` divides "
    "by $m - 1$.",
    solution=_running_update,
    book=_book_running_update,
    probes=(
        (np.array([1.0]), np.array([2.0]), np.array([[0.0], [2.0], [3.0], [7.0]]), 0.1),
        (
            np.array([0.5, -1.0]),
            np.array([4.0, 0.25]),
            np.array([[1.0, 0.0], [3.0, 0.5], [-1.0, 2.0], [4.0, 1.0]]),
            0.3,
        ),
    ),
    fresh=lambda rng: (
        rng.normal(size=3).round(2),
        rng.uniform(0.5, 4, 3).round(2),
        _columns(rng, 5, 3),
        float(rng.uniform(0.1, 0.3)),
    ),
    mistakes=(
        Mistake(
            "the old was thrown away: one batch is a noisy witness, average",
            lambda mean, var, x, momentum: (x.mean(axis=0), x.var(axis=0, ddof=1)),
        ),
        Mistake(
            "the old was not faded: the weights must add up to 1, or the average grows without bound",
            lambda mean, var, x, momentum: (
                mean + momentum * x.mean(axis=0),
                var + momentum * x.var(axis=0, ddof=1),
            ),
        ),
        Mistake(
            "standard deviations were averaged: it is the variances that are",
            lambda mean, var, x, momentum: (
                (1 - momentum) * mean + momentum * x.mean(axis=0),
                ((1 - momentum) * np.sqrt(var) + momentum * x.std(axis=0, ddof=1)) ** 2,
            ),
        ),
        Mistake(
            "old and new were given equal weights: the momentum was not used",
            lambda mean, var, x, momentum: (
                (mean + x.mean(axis=0)) / 2,
                (var + x.var(axis=0, ddof=1)) / 2,
            ),
        ),
        Mistake(
            "only the mean was updated: inference needs the variance as well",
            lambda mean, var, x, momentum: (
                (1 - momentum) * mean + momentum * x.mean(axis=0),
                var,
            ),
        ),
        Mistake(
            "the spread was taken around the running mean: the batch's variance is around its own",
            lambda mean, var, x, momentum: (
                (1 - momentum) * mean + momentum * x.mean(axis=0),
                (1 - momentum) * var + momentum * ((x - mean) ** 2).sum(axis=0) / (len(x) - 1),
            ),
        ),
        Mistake(
            "one variance was taken for all features: each has its own",
            lambda mean, var, x, momentum: (
                (1 - momentum) * mean + momentum * x.mean(),
                (1 - momentum) * var + momentum * x.var(ddof=1),
            ),
        ),
    ),
    conventions=(
        Convention(
            "the momentum weighs the old, as Keras and TensorFlow count it, and the variance is "
            "unbiased, as TensorFlow's fused kernel has it",
            lambda mean, var, x, momentum: (
                momentum * mean + (1 - momentum) * x.mean(axis=0),
                momentum * var + (1 - momentum) * x.var(axis=0, ddof=1),
            ),
            credit="deeplab-pytorch #79, where PyTorch's was meant",
        ),
        Convention(
            "Keras 3: the momentum weighs the old, and the variance is the batch's own, biased one",
            lambda mean, var, x, momentum: (
                momentum * mean + (1 - momentum) * x.mean(axis=0),
                momentum * var + (1 - momentum) * x.var(axis=0),
            ),
        ),
        Convention(
            "the batch's own, biased variance is remembered, as in Keras 3, with PyTorch's momentum",
            lambda mean, var, x, momentum: (
                (1 - momentum) * mean + momentum * x.mean(axis=0),
                (1 - momentum) * var + momentum * x.var(axis=0),
            ),
        ),
    ),
)


def _images(x, gamma, beta):
    mean = x.mean(axis=(0, 2, 3), keepdims=True)
    var = x.var(axis=(0, 2, 3), keepdims=True)
    x_hat = (x - mean) / np.sqrt(var + 1e-5)
    return gamma.reshape(-1, 1, 1) * x_hat + beta.reshape(-1, 1, 1)


def _pictures(n, c, h, w):
    """Numbers without order, of another size in every image and every channel."""
    x = 2 * np.sin(np.arange(1, n * c * h * w + 1) ** 2.0).reshape(n, c, h, w)
    return (x * np.arange(1, n + 1).reshape(-1, 1, 1, 1) + np.arange(c).reshape(-1, 1, 1)).round(1)


batchnorm_images = Exercise(
    name="batchnorm_images",
    stars=2,
    task="Batch normalization of images, in training, with $\\epsilon = 10^{-5}$. `x`: $(N, C, H, W)$, "
    "$N$ images of $C$ channels; `gamma`, `beta`: $(C,)$. Return an array of the shape of `x`.",
    hint="A channel is a feature. Over which axes do the values lie that must share a mean? "
    "`keepdims=True` leaves them in place, and `gamma.reshape(-1, 1, 1)` lines up with them.",
    solution=_images,
    book=lambda x, gamma, beta: batchnorm.batchnorm_forward(x, gamma, beta)[0],
    probes=(
        (_pictures(2, 2, 1, 3), np.array([2.0, -3.0]), np.array([5.0, 1.0])),
        (_pictures(4, 3, 2, 5), np.array([-0.5, 1.5, 2.5]), np.array([0.25, -2.0, 1.0])),
    ),
    fresh=lambda rng: (rng.normal(size=(3, 2, 4, 5)).round(2), _signed(rng, 2), _signed(rng, 2)),
    mistakes=(
        Mistake(
            "every pixel has statistics of its own: that is (75) read for an image as one long vector. "
            "A feature must not depend on where it stands, so positions share",
            lambda x, gamma, beta: (
                gamma.reshape(-1, 1, 1) * (x - x.mean(0)) / np.sqrt(x.var(0) + 1e-5)
                + beta.reshape(-1, 1, 1)
            ),
            credit="the notes that this book follows, section 8.1 read literally",
        ),
        Mistake(
            "each image was normalized alone: over (2, 3) it is instance normalization",
            lambda x, gamma, beta: (
                gamma.reshape(-1, 1, 1)
                * (x - x.mean((2, 3), keepdims=True))
                / np.sqrt(x.var((2, 3), keepdims=True) + 1e-5)
                + beta.reshape(-1, 1, 1)
            ),
        ),
        Mistake(
            "each image was normalized alone, its channels together: over (1, 2, 3) it is layer "
            "normalization",
            lambda x, gamma, beta: (
                gamma.reshape(-1, 1, 1)
                * (x - x.mean((1, 2, 3), keepdims=True))
                / np.sqrt(x.var((1, 2, 3), keepdims=True) + 1e-5)
                + beta.reshape(-1, 1, 1)
            ),
        ),
        Mistake(
            "one mean and one variance were taken for all channels: each channel has its own",
            lambda x, gamma, beta: (
                gamma.reshape(-1, 1, 1) * (x - x.mean()) / np.sqrt(x.var() + 1e-5)
                + beta.reshape(-1, 1, 1)
            ),
        ),
        Mistake(
            "the last axis was taken for the channels: here they come second, as in PyTorch",
            lambda x, gamma, beta: (
                gamma.reshape(-1, 1, 1) * (x - x.mean((0, 1, 2))) / np.sqrt(x.var((0, 1, 2)) + 1e-5)
                + beta.reshape(-1, 1, 1)
            ),
        ),
        Mistake(
            "the images' variances were averaged: the spread between the images is missing",
            lambda x, gamma, beta: (
                gamma.reshape(-1, 1, 1)
                * (x - x.mean((0, 2, 3), keepdims=True))
                / np.sqrt(x.var((2, 3), keepdims=True).mean(0) + 1e-5)
                + beta.reshape(-1, 1, 1)
            ),
        ),
        Mistake(
            "the variance was divided by one less than the number of values: the unbiased one is for "
            "the running statistics alone",
            lambda x, gamma, beta: (
                gamma.reshape(-1, 1, 1)
                * (x - x.mean((0, 2, 3), keepdims=True))
                / np.sqrt(x.var((0, 2, 3), keepdims=True, ddof=1) + 1e-5)
                + beta.reshape(-1, 1, 1)
            ),
        ),
        Mistake(
            "gamma and beta were left at 1 and 0",
            lambda x, gamma, beta: (
                (x - x.mean((0, 2, 3), keepdims=True))
                / np.sqrt(x.var((0, 2, 3), keepdims=True) + 1e-5)
            ),
        ),
    ),
)


def _merge(n, m, v, k, a, w):
    mean = (n * m + k * a) / (n + k)
    return mean, (n * v + k * w) / (n + k) + n * k * (m - a) ** 2 / (n + k) ** 2


def _book_merge(n, m, v, k, a, w):
    """n and k are even: half the values a standard deviation above the mean, half below."""
    parts = [
        np.repeat([m - v**0.5, m + v**0.5], n // 2),
        np.repeat([a - w**0.5, a + w**0.5], k // 2),
    ]
    x = np.concatenate(parts)[:, np.newaxis]
    _, cache = batchnorm.batchnorm_forward(x, np.ones(1), np.zeros(1))
    return float(cache.mu[0]), float(cache.sigma2[0])


merge_stats = Exercise(
    name="merge_stats",
    stars=2,
    task="Two machines hold a part of one batch each: `n` samples with mean `m` and variance `v`, and "
    "`k` samples with mean `a` and variance `w` (both variances biased). Return the mean and the "
    "biased variance of the whole batch.",
    hint="Mean square is variance plus squared mean. Mean squares can be averaged, with the counts as "
    "weights; then go back.",
    solution=_merge,
    book=_book_merge,
    probes=(
        (2, 1.0, 3.0, 6, 5.0, 0.5),
        (4, -1.0, 0.25, 2, 0.5, 4.0),
        (6, 2.0, 1.5, 4, -0.5, 0.75),
    ),
    fresh=lambda rng: (
        2 * int(rng.integers(2, 5)),
        float(rng.uniform(-3, -1)),
        float(rng.uniform(0.5, 1)),
        2 * int(rng.integers(6, 9)),
        float(rng.uniform(1, 3)),
        float(rng.uniform(2, 4)),
    ),
    mistakes=(
        Mistake(
            "the variances were averaged: the gap between the two means spreads the batch as well",
            lambda n, m, v, k, a, w: ((n * m + k * a) / (n + k), (n * v + k * w) / (n + k)),
        ),
        Mistake(
            "this is the pooled variance of statistics, the spread within the parts: the gap between "
            "the two means spreads the batch as well",
            lambda n, m, v, k, a, w: (
                (n * m + k * a) / (n + k),
                ((n - 1) * v + (k - 1) * w) / (n + k - 2),
            ),
        ),
        Mistake(
            "the parts were given equal weights: each counts as often as it has samples",
            lambda n, m, v, k, a, w: ((m + a) / 2, (v + w) / 2 + (m - a) ** 2 / 4),
        ),
        Mistake(
            "the variances were added: that is the variance of a sum of two numbers, not of one batch "
            "made of two",
            lambda n, m, v, k, a, w: ((n * m + k * a) / (n + k), v + w),
        ),
        Mistake(
            "the gap between the means is not squared: a variance has the unit of x squared",
            lambda n, m, v, k, a, w: (
                (n * m + k * a) / (n + k),
                (n * v + k * w) / (n + k) + n * k * abs(m - a) / (n + k) ** 2,
            ),
        ),
        Mistake(
            "the sum of squares was divided by one less than the number of samples",
            lambda n, m, v, k, a, w: (
                (n * m + k * a) / (n + k),
                (n * v + k * w + n * k * (m - a) ** 2 / (n + k)) / (n + k - 1),
            ),
        ),
        Mistake(
            "the squared gap counts in full: its weight is the product of the two shares",
            lambda n, m, v, k, a, w: (
                (n * m + k * a) / (n + k),
                (n * v + k * w) / (n + k) + (m - a) ** 2,
            ),
        ),
        Mistake(
            "the standard deviations were averaged",
            lambda n, m, v, k, a, w: (
                (n * m + k * a) / (n + k),
                ((n * v**0.5 + k * w**0.5) / (n + k)) ** 2,
            ),
        ),
    ),
)


questions = (
    Question(
        "A convolution gives 32 images of 16 channels, 8 by 8. How many numbers does $\\gamma$ have in "
        "the batch normalization behind it?",
        (
            Option("1024", batchnorm_images.mistakes[0]),
            Option(
                "32", "that is one an image: it would belong to the batch and not to the layer."
            ),
            Option(
                "16",
                "one a channel; the 32 × 8 × 8 values of a channel share mean, variance, gamma and "
                "beta.",
                True,
            ),
            Option("1", "one for the layer could not scale one channel against another."),
        ),
    ),
    Question(
        "You test your way back with the loss $L = \\sum y$ and find that all of `dx` is 0. Finite "
        "differences of $L$ agree. What have you found?",
        (
            Option("A bug in the way back", "finite differences of this loss find 0 as well."),
            Option(
                "That this loss cannot test it",
                "the normalized values of a feature add up to 0 whatever x, so L does not depend on "
                "x; weigh the outputs at random.",
                True,
            ),
            Option("That epsilon is too large", "the sum is constant for every epsilon."),
            Option(
                "That gamma must be 1 for a test",
                "the sum is constant for every gamma; and gamma = 1 would hide a forgotten gamma.",
            ),
        ),
    ),
    Question(
        "All weights before a batch normalization are doubled, biases too. What becomes of its output, "
        "and of the gradient in those weights?",
        (
            Option(
                "The output doubles", "the standard deviation doubles as well, and divides it away."
            ),
            Option(
                "Same output, doubled gradient",
                "the same change of the output now takes twice the change of the weights: the slope "
                "is half, not double.",
            ),
            Option(
                "Same output, half the gradient",
                "BN(aWx) = BN(Wx), and differentiating by W gives a times the new gradient equal to "
                "the old one.",
                True,
            ),
            Option("Both stay as they are", "the inner slope of aW was forgotten."),
        ),
    ),
    Question(
        "One test image goes through a fully connected network whose layers were left in training mode, "
        "so each takes its statistics from a batch of one. What comes out of a normalization?",
        (
            Option(
                "The right values with a little noise",
                "of one value the mean is the value: nothing is left of it.",
            ),
            Option(
                "beta, whatever the image",
                "x - mean is 0, so the normalized value is 0 and the output beta.",
                True,
            ),
            Option("The right values", "that takes the running statistics of training."),
            Option("nan", "epsilon prevents it: 0 over the root of epsilon is 0."),
        ),
    ),
    Question(
        "Trained with batches of 64, normalized layers do well. A colleague has room for batches of 2 "
        "only and keeps the layers. What will she see?",
        (
            Option(
                "The same, only slower",
                "but for epsilon, two values are normalized to +1 and -1, whatever they were.",
            ),
            Option(
                "Hardly any learning",
                "two values are normalized to +1 and -1, but for epsilon: which is the larger "
                "survives, by how much does not, and next to no gradient passes.",
                True,
            ),
            Option("Division by zero", "two different values have a spread."),
            Option(
                "Better generalization through noise",
                "a little noise may help; here nothing but noise is left.",
            ),
        ),
    ),
    Question(
        "PyTorch's momentum of 0.1 and Keras's of 0.99: which of the two forgets faster?",
        (
            Option(
                "Keras's",
                "its 0.99 is the weight of the old: it keeps 99 percent from batch to batch.",
            ),
            Option(
                "PyTorch's",
                "its 0.1 is the weight of the new, so the old keeps 0.9 against Keras's 0.99.",
                True,
            ),
            Option("Neither", "they would agree at 0.1 and 0.9."),
            Option("It depends on the batch size", "the weights are per batch, whatever its size."),
        ),
    ),
)
