"""Section 1.11 to 1.18: eight losses, and the slope of each in the prediction.

y is the target, y_hat the prediction. `reduction` says what becomes of the samples' losses: "mean"
or "sum" make one float of them, "none" leaves the array. The default is the notes' own.

A `_grad` takes the arguments of its loss and dy, the gradient arriving at the loss (a number; for
"none" an array of the loss's shape), and returns the gradient in the prediction.

0 log 0 is 0, and a probability of 0 for what did happen costs inf: nothing is clipped.
All raise ValueError on shapes that differ, no values, nan or values outside their range, and
TypeError on text.
"""

import numpy as np

from . import _require, activations

REDUCTIONS = ("mean", "sum", "none")

# A square beyond the largest float is inf, and so is the logarithm's price of the impossible; an
# infinite slope times a dy of 0 is nan.
_to_infinity = np.errstate(over="ignore", divide="ignore", invalid="ignore")


@_to_infinity
def mae(y, y_hat, *, reduction="mean"):
    """Mean absolute error, in the unit of y.

    (1)  L = 1/n sum_i |y_i - y_hat_i|
    y, y_hat: same shape, n values -> float
    """
    y, y_hat = _require.same_shape("mae", y=y, y_hat=y_hat)
    return _reduce("mae", np.abs(y - y_hat), reduction)


def mae_grad(y, y_hat, dy=1.0, *, reduction="mean"):
    """(2')  dL/dy_hat_i = sign(y_hat_i - y_i) / n; at a tie 0, the middle of the subgradients."""
    y, y_hat = _require.same_shape("mae_grad", y=y, y_hat=y_hat)
    dy = _arriving("mae_grad", dy, reduction, y.shape, y.dtype)
    return dy * (np.greater(y_hat, y).astype(y.dtype) - np.less(y_hat, y))


@_to_infinity
def mse(y, y_hat, *, reduction="mean"):
    """Mean squared error, in the unit of y squared.

    (3)  L = 1/n sum_i (y_i - y_hat_i)^2
    y, y_hat: same shape, n values -> float
    """
    y, y_hat = _require.same_shape("mse", y=y, y_hat=y_hat)
    return _reduce("mse", (y - y_hat) ** 2, reduction)


@_to_infinity
def mse_grad(y, y_hat, dy=1.0, *, reduction="mean"):
    """(4)  dL/dy_hat_i = -2 (y_i - y_hat_i) / n."""
    y, y_hat = _require.same_shape("mse_grad", y=y, y_hat=y_hat)
    dy = _arriving("mse_grad", dy, reduction, y.shape, y.dtype)
    return dy * 2 * (y_hat - y)


@_to_infinity
def bce(y, y_hat, *, reduction="mean"):
    """Binary cross-entropy of probabilities y_hat, in nats.

    (5)  L = -1/n sum_i [y_i log y_hat_i + (1 - y_i) log(1 - y_hat_i)]
    y, y_hat: same shape, n values from 0 to 1 -> float
    """
    y, y_hat = _require.probabilities("bce", y=y, y_hat=y_hat)
    happened = _weighted(y, np.log, y_hat)
    did_not = _weighted(1 - y, np.log1p, -y_hat)
    return _reduce("bce", 0 - (happened + did_not), reduction)


@_to_infinity
def bce_grad(y, y_hat, dy=1.0, *, reduction="mean"):
    """(6)  dL/dy_hat_i = -(y_i / y_hat_i - (1 - y_i) / (1 - y_hat_i)) / n, with 0/0 as 0."""
    y, y_hat = _require.probabilities("bce_grad", y=y, y_hat=y_hat)
    dy = _arriving("bce_grad", dy, reduction, y.shape, y.dtype)
    return dy * (_minus_over(y, y_hat) - _minus_over(1 - y, 1 - y_hat))


@_to_infinity
def bce_with_logits(y, z, *, reduction="mean"):
    """(5) for y_hat = sigmoid(z), without computing y_hat: no logit is too large.

    (5')  L = 1/n sum_i [log(1 + exp(z_i)) - y_i z_i]
    y: n values from 0 to 1; z: same shape, logits -> float, in nats
    """
    y, z = _require.same_shape("bce_with_logits", y=y, z=z)
    _require.unit_interval("bce_with_logits", "y", y)
    # The two terms of (5) rather than the difference of (5'): both are positive, nothing cancels.
    values = y * np.logaddexp(0, -z) + (1 - y) * np.logaddexp(0, z)
    return _reduce("bce_with_logits", values, reduction)


def bce_with_logits_grad(y, z, dy=1.0, *, reduction="mean"):
    """dL/dz_i = (sigmoid(z_i) - y_i) / n, (6) carried through the sigmoid."""
    y, z = _require.same_shape("bce_with_logits_grad", y=y, z=z)
    _require.unit_interval("bce_with_logits_grad", "y", y)
    dy = _arriving("bce_with_logits_grad", dy, reduction, y.shape, y.dtype)
    # sigmoid(z) - y, arranged so that a hard label leaves a single term and its exact tail.
    return dy * ((1 - y) * activations.sigmoid(z) - y * activations.sigmoid(-z))


@_to_infinity
def cross_entropy(y, y_hat, *, reduction="sum"):
    """Cross-entropy of the class probabilities y_hat, in nats.

    (7)  L = -sum_c y_c log y_hat_c, the sum over the classes of one sample
    y, y_hat: same shape (C,) or (N, C), values from 0 to 1 -> float, over N samples by `reduction`
    """
    y, y_hat = _distributions("cross_entropy", y=y, y_hat=y_hat)
    values = 0 - _weighted(y, np.log, y_hat).sum(axis=-1)
    return _reduce("cross_entropy", values, reduction)


@_to_infinity
def cross_entropy_grad(y, y_hat, dy=1.0, *, reduction="sum"):
    """(8)  dL/dy_hat_c = -y_c / y_hat_c, each y_hat_c taken as free; 0 where y_c = 0."""
    y, y_hat = _distributions("cross_entropy_grad", y=y, y_hat=y_hat)
    dy = _arriving("cross_entropy_grad", dy, reduction, y.shape[:-1], y.dtype)
    return dy[..., np.newaxis] * _minus_over(y, y_hat)


@_to_infinity
def cross_entropy_with_logits(y, z, *, reduction="sum"):
    """(7) for y_hat = softmax(z), without computing y_hat: no logit is too large.

    y: (C,) or (N, C), values from 0 to 1; z: same shape, logits -> float, in nats
    """
    y, z = _scored("cross_entropy_with_logits", y, z)
    log_y_hat = activations.log_softmax(z)
    values = 0 - np.multiply(y, log_y_hat, out=np.zeros_like(y), where=y > 0).sum(axis=-1)
    return _reduce("cross_entropy_with_logits", values, reduction)


def cross_entropy_with_logits_grad(y, z, dy=1.0, *, reduction="sum"):
    """dL/dz_c = y_hat_c sum_k y_k - y_c, (8) carried through the softmax; y_hat - y if y sums to 1."""
    y, z = _scored("cross_entropy_with_logits_grad", y, z)
    dy = _arriving("cross_entropy_with_logits_grad", dy, reduction, y.shape[:-1], y.dtype)
    y_hat = activations.softmax(z)
    return dy[..., np.newaxis] * (y_hat * y.sum(axis=-1, keepdims=True) - y)


@_to_infinity
def kl_divergence(p, q, *, reduction="sum"):
    """Kullback-Leibler divergence of q from p, in nats: inf where q rules out what p allows.

    (9)  L = sum_c p_c log(p_c / q_c), over the classes with p_c > 0
    p, q: same shape (C,) or (N, C), values from 0 to 1 -> float, over N samples by `reduction`
    Source: Kullback & Leibler 1951.
    """
    p, q = _distributions("kl_divergence", p=p, q=q)
    values = (_weighted(p, np.log, p) - _weighted(p, np.log, q)).sum(axis=-1)
    return _reduce("kl_divergence", values, reduction)


@_to_infinity
def kl_divergence_grad(p, q, dy=1.0, *, reduction="sum"):
    """(10)  dL/dq_c = -p_c / q_c, each q_c taken as free; 0 where p_c = 0."""
    p, q = _distributions("kl_divergence_grad", p=p, q=q)
    dy = _arriving("kl_divergence_grad", dy, reduction, p.shape[:-1], p.dtype)
    return dy[..., np.newaxis] * _minus_over(p, q)


@_to_infinity
def nll(y, y_hat, *, reduction="sum"):
    """Negative log-likelihood of the true classes, in nats.

    (11)  L = -sum_i log y_hat_{i, y_i}
    y: (N,) integer classes 0 .. C - 1; y_hat: (N, C) probabilities -> float
    """
    y, y_hat = _labelled("nll", y, y_hat)
    values = 0 - np.log(y_hat[np.arange(y.size), y])
    return _reduce("nll", values, reduction)


@_to_infinity
def nll_grad(y, y_hat, dy=1.0, *, reduction="sum"):
    """(12)  dL/dy_hat_{i, y_i} = -1 / y_hat_{i, y_i}; 0 for every other class."""
    y, y_hat = _labelled("nll_grad", y, y_hat)
    dy = _arriving("nll_grad", dy, reduction, y.shape, y_hat.dtype)
    grad, true = np.zeros_like(y_hat), (np.arange(y.size), y)
    grad[true] = -dy / y_hat[true]
    return grad


@_to_infinity
def huber(y, y_hat, *, delta=1.0, reduction="sum"):
    """Huber loss: squared error up to delta, absolute error beyond, in the unit of y squared.

    (13)  l_i = r_i^2 / 2 if |r_i| <= delta, else delta (|r_i| - delta / 2), with r = y - y_hat
    y, y_hat: same shape; delta > 0 in the unit of y -> float. Source: Huber 1964.
    """
    y, y_hat = _require.same_shape("huber", y=y, y_hat=y_hat)
    delta = _require.positive("huber", "delta", delta)
    r = np.abs(y - y_hat)
    # Both branches of (13) in one: the unused one cannot overflow.
    bounded = np.minimum(r, y.dtype.type(delta))
    return _reduce("huber", bounded * (r - bounded / 2), reduction)


@_to_infinity
def huber_grad(y, y_hat, dy=1.0, *, delta=1.0, reduction="sum"):
    """(14)  dl_i/dy_hat_i = -(y_i - y_hat_i), held between -delta and delta."""
    y, y_hat = _require.same_shape("huber_grad", y=y, y_hat=y_hat)
    delta = _require.positive("huber_grad", "delta", delta)
    dy = _arriving("huber_grad", dy, reduction, y.shape, y.dtype)
    return dy * np.clip(y_hat - y, -delta, delta)


@_to_infinity
def hinge(y, y_hat, *, reduction="sum"):
    """Hinge loss of raw scores y_hat, in the unit of the scores.

    (15)  L = sum_i max(0, 1 - y_i y_hat_i)
    y: n labels -1 or +1; y_hat: same shape, scores -> float. Source: Cortes & Vapnik 1995.
    """
    y, y_hat = _margins("hinge", y, y_hat)
    return _reduce("hinge", np.maximum(0, 1 - y * y_hat), reduction)


def hinge_grad(y, y_hat, dy=1.0, *, reduction="sum"):
    """(16)  dL/dy_hat_i = -y_i if y_i y_hat_i < 1, else 0 (also at the kink, a margin of 1)."""
    y, y_hat = _margins("hinge_grad", y, y_hat)
    dy = _arriving("hinge_grad", dy, reduction, y.shape, y.dtype)
    return dy * np.where(y * y_hat < 1, -y, 0)


def _weighted(weight, log, x):
    """The weight times log(x), and 0 where the weight is 0, whatever the logarithm."""
    return weight * log(x, out=np.zeros_like(x), where=weight > 0)


def _minus_over(a, b):
    """-a / b, and 0 where a is 0, whatever b."""
    return np.divide(-a, b, out=np.zeros_like(b), where=a > 0)


def _reduce(who, values, reduction):
    _require.choice(who, "reduction", reduction, REDUCTIONS)
    if reduction == "none":
        return values
    if reduction == "sum":
        return float(values.sum())
    mean = values.mean()
    # The sum may lie beyond the largest float where the mean does not.
    return float(mean if np.isfinite(mean) else (values / values.size).sum())


def _arriving(who, dy, reduction, shape, dtype):
    """The gradient that reaches each sample's loss when dy reaches the reduced loss."""
    _require.choice(who, "reduction", reduction, REDUCTIONS)
    dy = _require.cotangent(who, dy, shape if reduction == "none" else (), dtype)
    samples = int(np.prod(shape)) if reduction == "mean" else 1
    return np.broadcast_to(dy / dtype.type(samples), shape)


def _distributions(who, **arrays):
    """Probabilities over classes: (C,) or (N, C)."""
    approved = _require.probabilities(who, **arrays)
    _require.rank(who, next(iter(arrays)), approved[0], 1, 2)
    return approved


def _scored(who, y, z):
    """Target probabilities and logits over classes: (C,) or (N, C)."""
    y, z = _require.same_shape(who, y=y, z=z)
    _require.rank(who, "y", y, 1, 2)
    _require.unit_interval(who, "y", y)
    return y, z


def _labelled(who, y, y_hat):
    """Class numbers (N,) and probabilities (N, C)."""
    y_hat = _require.finite(who, y_hat=y_hat)
    _require.rank(who, "y_hat", y_hat, 2)
    _require.unit_interval(who, "y_hat", y_hat)
    y = _require.classes(who, "y", y, y_hat.shape[1])
    if y.shape != y_hat.shape[:1]:
        raise ValueError(
            f"{who}: y must have shape {y_hat.shape[:1]}, one class a row, got {y.shape}"
        )
    return y, y_hat


def _margins(who, y, y_hat):
    """Labels -1 or +1 and scores."""
    y, y_hat = _require.same_shape(who, y=y, y_hat=y_hat)
    _require.member(who, "y", y, -1, 1)
    return y, y_hat
