"""Section 2: the rectifier and its variations; and what turns scores into probabilities."""

import numpy as np

from . import _require


def relu(x):
    """The rectified linear unit, entry by entry.

    (17)  max(0, x)
    x: any shape -> same shape. Raises ValueError on nan or no values.
    """
    return np.maximum(_require.numbers("relu", x=x), 0)


def relu_grad(x, dy=1.0):
    """(18)  dy where x > 0, else 0: at the kink the left of the two slopes, as in the notes."""
    x = _require.numbers("relu_grad", x=x)
    return np.where(x > 0, _require.cotangent("relu_grad", dy, x.shape, x.dtype), x.dtype.type(0))


def tanh(x):
    """The hyperbolic tangent, entry by entry: odd, between -1 and 1, of slope 1 at 0.

    x: any shape -> same shape. Raises ValueError on nan or no values.
    """
    return np.tanh(_require.numbers("tanh", x=x))


def tanh_grad(x, dy=1.0):
    """dL/dx = dy (1 - tanh(x)^2), computed as 4 s(2x) s(-2x), which keeps both tails."""
    x = _require.numbers("tanh_grad", x=x)
    dy = _require.cotangent("tanh_grad", dy, x.shape, x.dtype)
    # Beyond 375 the slope is below the smallest float, and 2 x might be above the largest.
    x = 2 * np.clip(x, -1000, 1000)
    return dy * 4 * sigmoid(x) * sigmoid(-x)


def sigmoid(x):
    """The probability whose log-odds are x: 1 / (1 + exp(-x)), entry by entry.

    x: any shape -> same shape. Raises ValueError on nan or no values.
    """
    x = _require.numbers("sigmoid", x=x)
    # exp is only ever asked for a number below 1, and neither tail is lost to a subtraction.
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)


def sigmoid_grad(x, dy=1.0):
    """dL/dx = dy s(x) s(-x): the second factor is 1 - s(x), exact in the right tail too."""
    x = _require.numbers("sigmoid_grad", x=x)
    dy = _require.cotangent("sigmoid_grad", dy, x.shape, x.dtype)
    return dy * sigmoid(x) * sigmoid(-x)


def softmax(x):
    """exp(x_c) / sum_k exp(x_k) over the last axis: scores to probabilities that sum to 1.

    x: (..., C) finite scores -> (..., C). Raises ValueError on nan, infinities or no values.
    """
    return _softmax("softmax", x)


def softmax_grad(x, dy=1.0):
    """dL/dx_c = s_c (dy_c - sum_k dy_k s_k)."""
    s = _softmax("softmax_grad", x)
    dy = _require.cotangent("softmax_grad", dy, s.shape, s.dtype)
    return s * (dy - (dy * s).sum(axis=-1, keepdims=True))


def log_softmax(x):
    """x_c - log sum_k exp(x_k) over the last axis.

    x: (..., C) finite scores -> (..., C). Raises ValueError on nan, infinities or no values.
    """
    x = _below_the_largest("log_softmax", x)
    rest = np.exp(x)
    np.put_along_axis(rest, x.argmax(axis=-1, keepdims=True), 0, axis=-1)
    # The largest term is 1; log1p keeps what the others add to it, however small.
    return x - np.log1p(rest.sum(axis=-1, keepdims=True))


def log_softmax_grad(x, dy=1.0):
    """dL/dx_c = dy_c - s_c sum_k dy_k."""
    s = _softmax("log_softmax_grad", x)
    dy = np.broadcast_to(_require.cotangent("log_softmax_grad", dy, s.shape, s.dtype), s.shape)
    return dy - s * dy.sum(axis=-1, keepdims=True)


def _softmax(who, x):
    e = np.exp(_below_the_largest(who, x))
    return e / e.sum(axis=-1, keepdims=True)


def _below_the_largest(who, x):
    """x less its largest entry along the last axis: exp of it cannot overflow."""
    x = _require.finite(who, x=x)
    if x.ndim == 0:
        raise ValueError(f"{who}: x must have a last axis of classes, got shape ()")
    with np.errstate(over="ignore"):  # a score further below than floats reach counts as -inf
        return x - x.max(axis=-1, keepdims=True)
