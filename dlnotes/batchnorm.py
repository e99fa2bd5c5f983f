"""Section 8, equations (75) to (84): batch normalization, there and back, and its running statistics.

x is (N, D), N samples of D features, or (N, C, H, W), N images of C channels; gamma and beta have
one number a feature or channel. Below, i counts the m values that share a mean and a variance: the
m = N samples of a feature, or the m = N H W positions of a channel. D is the number of features or
channels; products are element by element.

`y, cache = batchnorm_forward(x, gamma, beta)` and `grads = batchnorm_backward(dy, cache)`. The
gradients bear the names of the arguments.
All raise ValueError on shapes that do not fit, no values, nan or infinities, TypeError on text.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from . import _require

# With eps = 0 a feature that is the same in every sample is 0/0, which is nan; numbers whose
# squares are beyond the largest float are refused by name.
_undefined = np.errstate(divide="ignore", invalid="ignore", over="ignore")


class BatchNormCache(NamedTuple):
    """What the way back needs. x, x_hat: of the input's shape; mu, sigma2, gamma: (D,)."""

    x: np.ndarray
    x_hat: np.ndarray
    mu: np.ndarray
    sigma2: np.ndarray
    gamma: np.ndarray
    eps: float


class BatchNormGrads(NamedTuple):
    """The gradients in the arguments. x: of the input's shape; gamma, beta: (D,)."""

    x: np.ndarray
    gamma: np.ndarray
    beta: np.ndarray


class BatchNormChain(NamedTuple):
    """The gradients in the order of (79) to (84), those on the way among them."""

    beta: np.ndarray
    gamma: np.ndarray
    x_hat: np.ndarray
    sigma2: np.ndarray
    mu: np.ndarray
    x: np.ndarray


class RunningState(NamedTuple):
    """What inference uses in the place of a batch's own statistics. mean, var: (D,)."""

    mean: np.ndarray
    var: np.ndarray


@_undefined
def batchnorm_forward(x, gamma, beta, *, eps=1e-5):
    """Each feature to mean 0 and variance 1 over the batch, then to gamma's scale and beta's place.

    (75)   mu = 1/m sum_i x_i
    (76')  sigma2 = 1/m sum_i (x_i - mu)^2
    (77)   x_hat_i = (x_i - mu) / sqrt(sigma2 + eps)
    (78)   y_i = gamma x_hat_i + beta
    8  y = BN(x), with gamma and beta in R^D
    8.1  on images, mu, sigma2, gamma and beta are per channel: m = N H W
    8.4  scale and shift come one after the other
    x: (N, D) or (N, C, H, W); gamma, beta: (D,) or (C,); eps >= 0 in the unit of x squared
    -> (y of x's shape, BatchNormCache). A feature of no spread gives beta; with eps = 0, nan.
    Source: Ioffe & Szegedy 2015, algorithm 1; section 3.2 for images.
    """
    x, gamma, beta = _approved("batchnorm_forward", x, gamma=gamma, beta=beta)
    eps = _require.not_negative("batchnorm_forward", "eps", eps)
    mu = _mean(x)  # (75)
    # Two passes: the mean of the squares less the square of the mean would cancel.
    sigma2 = _mean((x - _per_feature(mu, x)) ** 2)  # (76')
    _require.finite("batchnorm_forward", **{"the variance of x": sigma2})
    x_hat = _normalized(x, mu, sigma2, eps)  # (77)
    y = _per_feature(gamma, x) * x_hat + _per_feature(beta, x)  # (78)
    return y, BatchNormCache(x, x_hat, mu, sigma2, gamma, eps)


@_undefined
def batchnorm_backward(dy, cache):
    """The gradients in x, gamma and beta, from the gradient dy that arrives at y.

    (79)   dbeta = sum_i dy_i
    (80')  dgamma = sum_i dy_i x_hat_i
    (84')  dx_i = gamma / (m sqrt(sigma2 + eps)) (m dy_i - dbeta - x_hat_i dgamma)
    8  dbeta_j = sum_i dy_ij and dgamma_j = sum_i dy_ij x_norm_ij
    dy: of y's shape, or one number for all -> BatchNormGrads
    """
    dy = _arriving("batchnorm_backward", dy, cache)
    x, x_hat, _, sigma2, gamma, eps = cache
    dbeta, dgamma = _sum(dy), _sum(dy * x_hat)  # (79), (80')
    scale = gamma / np.sqrt(sigma2 + eps)
    m = x.size // gamma.size
    dx = _per_feature(scale, x) * (
        dy - _per_feature(dbeta / m, x) - x_hat * _per_feature(dgamma / m, x)
    )  # (84')
    return BatchNormGrads(dx, dgamma, dbeta)


@_undefined
def batchnorm_chain(dy, cache):
    """The same gradients step by step, as the notes derive them, with those on the way.

    (79)  dbeta = sum_i dy_i
    (80)  dgamma = sum_i dy_i x_hat_i
    (81)  dx_hat_i = dy_i gamma
    (82)  dsigma2 = sum_i dx_hat_i (x_i - mu) (-1/2) (sigma2 + eps)^(-3/2)
    (83)  dmu = sum_i dx_hat_i (-1 / sqrt(sigma2 + eps)) + dsigma2 (-2/m) sum_i (x_i - mu)
    (84)  dx_i = dx_hat_i / sqrt(sigma2 + eps) + dsigma2 2 (x_i - mu) / m + dmu / m
    dy: of y's shape, or one number for all -> BatchNormChain
    """
    dy = _arriving("batchnorm_chain", dy, cache)
    x, x_hat, mu, sigma2, gamma, eps = cache
    m, centred = x.size // gamma.size, x - _per_feature(mu, x)
    root = np.sqrt(sigma2 + eps)
    dbeta = _sum(dy)  # (79)
    dgamma = _sum(dy * x_hat)  # (80)
    dx_hat = dy * _per_feature(gamma, x)  # (81)
    dsigma2 = _sum(dx_hat * centred) * -(root**-3) / 2  # (82)
    dmu = _sum(dx_hat) * -1 / root + dsigma2 * (-2 / m) * _sum(centred)  # (83)
    dx = (
        dx_hat / _per_feature(root, x)
        + _per_feature(dsigma2, x) * 2 * centred / m
        + _per_feature(dmu, x) / m
    )  # (84)
    return BatchNormChain(dbeta, dgamma, dx_hat, dsigma2, dmu, dx)


@dataclass(frozen=True)
class RunningStatistics:
    """Means and variances that fade over the batches seen, for inference.

    mean <- (1 - momentum) mean + momentum mu, and the variance alike
    momentum: above 0, up to 1, the weight of the newest batch, as PyTorch counts; Keras counts the
    weight of the old. unbiased: average m / (m - 1) sigma2, as Ioffe & Szegedy 2015 and PyTorch
    do; False for sigma2 itself, as Keras 3 does.
    """

    momentum: float = 0.1
    unbiased: bool = True

    def __post_init__(self):
        momentum = _require.positive("RunningStatistics", "momentum", self.momentum)
        if momentum > 1:
            raise ValueError(f"RunningStatistics: momentum must be at most 1, got {momentum}")
        _require.instance("RunningStatistics", "unbiased", self.unbiased, bool, "True or False")
        object.__setattr__(self, "momentum", momentum)

    def init(self, gamma):
        """Before the first batch: mean 0 and variance 1 of every feature that gamma scales."""
        gamma = _require.finite("RunningStatistics.init", gamma=gamma)
        return RunningState(np.zeros_like(gamma), np.ones_like(gamma))

    def step(self, cache, state):
        """Take in the batch that a cache of batchnorm_forward remembers -> RunningState."""
        who = "RunningStatistics.step"
        _require.instance(who, "cache", cache, BatchNormCache, "what batchnorm_forward gave")
        mean, var = _state(who, state, cache.gamma)
        m, sigma2 = cache.x.size // cache.gamma.size, cache.sigma2
        if self.unbiased:
            if m == 1:
                raise ValueError(f"{who}: an unbiased variance must have two values, got one")
            sigma2 = m / (m - 1) * sigma2
        keep = 1 - self.momentum
        return RunningState(
            keep * mean + self.momentum * cache.mu, keep * var + self.momentum * sigma2
        )


@_undefined
def batchnorm_inference(x, gamma, beta, state, *, eps=1e-5):
    """(77) and (78) with running statistics: what comes out depends on the sample alone.

    x: (N, D) or (N, C, H, W); gamma, beta: (D,) or (C,); state: RunningState -> y of x's shape
    """
    x, gamma, beta = _approved("batchnorm_inference", x, gamma=gamma, beta=beta)
    eps = _require.not_negative("batchnorm_inference", "eps", eps)
    x_hat = _normalized(x, *_state("batchnorm_inference", state, gamma), eps)
    return _per_feature(gamma, x) * x_hat + _per_feature(beta, x)


def _mean(x):
    """(D,): over all axes but the features'."""
    return x.mean(axis=(0, *range(2, x.ndim)))


def _sum(x):
    return x.sum(axis=(0, *range(2, x.ndim)))


def _per_feature(a, x):
    """(D,) in a shape that meets x feature by feature."""
    return a.reshape(-1, *(1,) * (x.ndim - 2))


def _normalized(x, mean, var, eps):
    return (x - _per_feature(mean, x)) / np.sqrt(_per_feature(var, x) + eps)


def _approved(who, x, **parameters):
    x, *approved = _require.finite(who, x=x, **parameters)
    _require.rank(who, "x", x, 2, 4)
    for name, a in zip(parameters, approved, strict=True):
        _one_a_feature(who, name, a, x.shape[1])
    return x, *approved


def _one_a_feature(who, name, a, features):
    if a.shape != (features,):
        raise ValueError(
            f"{who}: {name} must have shape {(features,)}, one a feature, got {a.shape}"
        )


def _state(who, state, gamma):
    _require.instance(who, "state", state, RunningState, "a RunningState")
    named = {"state.mean": state.mean, "state.var": state.var}
    mean, var = _require.finite(who, **named)
    for name, a in zip(named, (mean, var), strict=True):
        _one_a_feature(who, name, a, gamma.size)
    if (var < 0).any():
        raise ValueError(f"{who}: state.var must not be negative, got {var.min()}")
    return mean.astype(gamma.dtype, copy=False), var.astype(gamma.dtype, copy=False)


def _arriving(who, dy, cache):
    _require.instance(who, "cache", cache, BatchNormCache, "what batchnorm_forward gave")
    return np.broadcast_to(_require.cotangent(who, dy, cache.x.shape, cache.x.dtype), cache.x.shape)
