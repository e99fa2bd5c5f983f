"""Section 2: the rectifier and its variations; and what turns scores into probabilities.

Where a function has a kink at 0, its `_grad` takes the slope from the left, as the notes and
PyTorch do. The result has x's type, float32 or else float64, whatever the type of a slope.
"""

import math

import numpy as np

from . import _require

# The one pair with which SELU carries a normal of mean 0 and variance 1 into mean 0 and variance 1.
SELU_LAMBDA = 1.0507009873554804934193349852946
SELU_ALPHA = 1.6732632423543772848170429916717

# Beyond, Phi is 0 or 1 to the last bit, and so is the sigmoid in the tanh form of GELU.
_FAR = 40.0

# A gradient beyond the largest float is inf, and an infinite one times 0 is nan.
_to_infinity = np.errstate(over="ignore", invalid="ignore")

# The range of the slopes of RReLU, PyTorch's.
_LOWER, _UPPER = 1 / 8, 1 / 3


def relu(x):
    """The rectified linear unit, entry by entry.

    (17)  max(0, x)
    x: any shape -> same shape. Raises ValueError on nan or no values.
    """
    return np.maximum(_require.numbers("relu", x=x), 0)


@_to_infinity
def relu_grad(x, dy=1.0):
    """(18)  dy where x > 0, else 0: at the kink the left of the two slopes, as in the notes."""
    x = _require.numbers("relu_grad", x=x)
    return np.where(x > 0, _require.cotangent("relu_grad", dy, x.shape, x.dtype), x.dtype.type(0))


def leaky_relu(x, *, alpha=0.01):
    """A rectifier that lets a share alpha of the negative half through, entry by entry.

    (19)  alpha x where x <= 0, else x
    x: any shape -> same shape; alpha: 0 or more. Raises ValueError on nan or no values.
    Source: Maas, Hannun & Ng 2013. Keras calls alpha negative_slope and sets it to 0.3.
    """
    x, alpha = _with_setting("leaky_relu", x, alpha, _require.not_negative)
    return _bent(x, alpha)


@_to_infinity
def leaky_relu_grad(x, dy=1.0, *, alpha=0.01):
    """(20)  dy where x > 0, else alpha dy: at the kink the left slope."""
    x, alpha = _with_setting("leaky_relu_grad", x, alpha, _require.not_negative)
    return _sloped(x, alpha, _require.cotangent("leaky_relu_grad", dy, x.shape, x.dtype))


def prelu(x, a):
    """A leaky rectifier whose slope is learned.

    (21)  a x where x <= 0, else x
    x: any shape -> same shape; a: one number, or one for each entry of the last axis (PyTorch's
    channels are axis 1), above 1 or below 0 as it may be.
    Raises ValueError on nan, no values or another shape of a.
    Source: He et al. 2015, who start at a = 1/4.
    """
    x = _require.numbers("prelu", x=x)
    return _bent(x, _learned("prelu", a, x))


@_to_infinity
def prelu_grad(x, a, dy=1.0):
    """The gradients in x and in a; x must be finite.

    (22)  dy where x > 0, else a dy: at the kink the left slope
    (22') min(0, x) dy, summed over all places that share one a
    """
    x = _require.finite("prelu_grad", x=x)
    a = _learned("prelu_grad", a, x)
    dy = _require.cotangent("prelu_grad", dy, x.shape, x.dtype)
    da = np.minimum(x, 0) * dy
    shared = tuple(range(x.ndim - a.ndim))
    return _sloped(x, a, dy), da.sum(axis=shared)


def elu(x, *, alpha=1.0):
    """An exponential below 0 that levels off at -alpha, entry by entry.

    (23)  alpha (exp(x) - 1) where x <= 0, else x
    x: any shape -> same shape; alpha: above 0. Raises ValueError on nan or no values.
    Source: Clevert, Unterthiner & Hochreiter 2016.
    """
    x, alpha = _with_setting("elu", x, alpha, _require.positive)
    # Both branches are computed everywhere: what is for the other is cut off before it can overflow.
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


@_to_infinity
def elu_grad(x, dy=1.0, *, alpha=1.0):
    """(24)  dy where x > 0, else alpha exp(x) dy: at 0 the left slope, alpha; no kink if that is 1."""
    x, alpha = _with_setting("elu_grad", x, alpha, _require.positive)
    dy = _require.cotangent("elu_grad", dy, x.shape, x.dtype)
    return _sloped(x, alpha * np.exp(np.minimum(x, 0)), dy)


def rrelu(x, alpha):
    """A leaky rectifier whose slopes are drawn.

    (25)  alpha_j x_j where x_j <= 0, else x_j
    x: any shape -> same shape; alpha: in training `rrelu_slopes(x.shape, rng=rng)`, one for each
    entry, to be kept for the way back; at test the number `rrelu_test_slope()`.
    Raises ValueError on nan, no values, or alpha of another shape.
    Source: Xu et al. 2015.
    """
    x = _require.numbers("rrelu", x=x)
    return _bent(x, _drawn("rrelu", alpha, x))


@_to_infinity
def rrelu_grad(x, alpha, dy=1.0):
    """(26)  dy_j where x_j > 0, else alpha_j dy_j, with the alpha of the way there; at the kink too.

    There is no gradient in alpha: it is drawn, not learned.
    """
    x = _require.numbers("rrelu_grad", x=x)
    alpha = _drawn("rrelu_grad", alpha, x)
    return _sloped(x, alpha, _require.cotangent("rrelu_grad", dy, x.shape, x.dtype))


def rrelu_slopes(shape, *, lower=_LOWER, upper=_UPPER, rng):
    """One slope for each entry, uniform between lower and upper -> array of the given shape.

    Draw anew for every pass in training. The default range is PyTorch's.
    """
    lower, upper = _range("rrelu_slopes", lower, upper)
    _require.instance("rrelu_slopes", "shape", shape, tuple, "a tuple such as x.shape")
    _require.instance("rrelu_slopes", "rng", rng, np.random.Generator, "a NumPy Generator")
    return rng.uniform(
        lower, upper, tuple(_require.count("rrelu_slopes", "shape", n) for n in shape)
    )


def rrelu_test_slope(*, lower=_LOWER, upper=_UPPER):
    """(lower + upper) / 2, what the slopes are on average; 11/48 for the default range."""
    lower, upper = _range("rrelu_test_slope", lower, upper)
    return (lower + upper) / 2


def selu(x):
    """An ELU scaled so that a standard normal keeps its mean 0 and its variance 1.

    (27)  lambda alpha (exp(x) - 1) where x <= 0, else lambda x, with SELU_LAMBDA and SELU_ALPHA
    x: any shape -> same shape. Raises ValueError on nan or no values.
    Source: Klambauer et al. 2017.
    """
    x = _require.numbers("selu", x=x)
    with np.errstate(over="ignore"):
        right = SELU_LAMBDA * x
    return np.where(x > 0, right, SELU_LAMBDA * SELU_ALPHA * np.expm1(np.minimum(x, 0)))


@_to_infinity
def selu_grad(x, dy=1.0):
    """(28)  lambda dy where x > 0, else lambda alpha exp(x) dy: at the kink the left, steeper slope."""
    x = _require.numbers("selu_grad", x=x)
    dy = _require.cotangent("selu_grad", dy, x.shape, x.dtype)
    left = SELU_LAMBDA * SELU_ALPHA * np.exp(np.minimum(x, 0))
    return dy * np.where(x > 0, x.dtype.type(SELU_LAMBDA), left)


def gelu(x, *, approximate="none"):
    """x times the share of a standard normal that lies below x, entry by entry.

    (29)  x Phi(x), with approximate="none"
    (30)  x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))) / 2, with approximate="tanh": up to 4.7e-4 off
    x: any shape -> same shape. Raises ValueError on nan or no values.
    Source: Hendrycks & Gimpel 2016.
    """
    x, wide = _for_gelu("gelu", x, approximate)
    # Below -40 the product is below the smallest float, and at -inf it would be inf times 0.
    value = np.maximum(x, -_FAR)
    if approximate == "none":
        return (value * _Phi(wide)).astype(x.dtype)
    twice, lost = _tanh_argument(wide)
    return (_times_sigmoid(value, twice) * (1 + lost * sigmoid(-twice))).astype(x.dtype)


@_to_infinity
def gelu_grad(x, dy=1.0, *, approximate="none"):
    """2.7  dy (Phi(x) + x phi(x)), phi the density; for the tanh form the slope of that form."""
    x, wide = _for_gelu("gelu_grad", x, approximate)
    dy = _require.cotangent("gelu_grad", dy, x.shape, x.dtype)
    if approximate == "none":
        slope = _Phi(wide) + wide * _phi(wide)
    else:
        twice, lost = _tanh_argument(wide)
        share, rest = sigmoid(twice), sigmoid(-twice)
        chain = wide * _LINEAR[0] * (1 + 3 * 0.044715 * wide * wide)
        slope = share * (1 + lost * rest)
        slope += _times_sigmoid(chain, twice) * rest * (1 + lost * (rest - share))
    return dy * slope.astype(x.dtype)


def silu(x):
    """x times its own sigmoid, entry by entry; also called Swish.

    (31)  x s(x)
    x: any shape -> same shape. Raises ValueError on nan or no values.
    Source: Elfwing, Uchibe & Doya 2018; with s(beta x) Ramachandran, Zoph & Le 2017.
    """
    x = _require.numbers("silu", x=x)
    # So far below, exp(x) leaves nothing of x; at -inf it would be inf times 0.
    return _times_sigmoid(np.maximum(x, -2000), x)


@_to_infinity
def silu_grad(x, dy=1.0):
    """(32)  dy (s(x) + x s(x) (1 - s(x))), with 1 - s(x) as s(-x)."""
    x = _require.numbers("silu_grad", x=x)
    dy = _require.cotangent("silu_grad", dy, x.shape, x.dtype)
    x = np.clip(x, -2000, 2000)  # beyond, the slope is 0 or 1 to the last bit
    return dy * (sigmoid(x) + _times_sigmoid(x, x) * sigmoid(-x))


def glu(a, b):
    """A value let through as far as its gate is open, entry by entry.

    (33)  a s(b)
    a: any shape, finite; b: the same shape -> the same shape.
    Raises ValueError on nan, no values or shapes that differ.
    Source: Dauphin et al. 2017. PyTorch takes both as the halves of one array, a first.
    """
    return _times_sigmoid(*_value_and_gate("glu", a, b))


@_to_infinity
def glu_grad(a, b, dy=1.0):
    """The gradients in the value a and in the gate b.

    2.9  dy s(b), and dy a s(b) (1 - s(b))
    """
    a, b = _value_and_gate("glu_grad", a, b)
    dy = _require.cotangent("glu_grad", dy, a.shape, a.dtype)
    return dy * sigmoid(b), dy * _times_sigmoid(a, b) * sigmoid(-b)


def tanh(x):
    """The hyperbolic tangent, entry by entry: odd, between -1 and 1, of slope 1 at 0.

    x: any shape -> same shape. Raises ValueError on nan or no values.
    """
    return np.tanh(_require.numbers("tanh", x=x))


@_to_infinity
def tanh_grad(x, dy=1.0):
    """dL/dx = dy (1 - tanh(x)^2), computed as 4 s(2x) s(-2x), which keeps both tails."""
    x = _require.numbers("tanh_grad", x=x)
    dy = _require.cotangent("tanh_grad", dy, x.shape, x.dtype)
    # Beyond 375 the slope is below the smallest float, and 2 x might be above the largest.
    x = 2 * np.clip(x, -1000, 1000)
    return dy * (4 * sigmoid(x) * sigmoid(-x))


def sigmoid(x):
    """The probability whose log-odds are x, entry by entry.

    2.8  s(x) = 1 / (1 + exp(-x))
    x: any shape -> same shape. Raises ValueError on nan or no values.
    """
    x = _require.numbers("sigmoid", x=x)
    # exp is only ever asked for a number below 1, and neither tail is lost to a subtraction.
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)


@_to_infinity
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


@_to_infinity
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


@_to_infinity
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


def _with_setting(who, x, alpha, check):
    return _require.numbers(who, x=x), check(who, "alpha", alpha)


def _range(who, lower, upper):
    lower = _require.not_negative(who, "lower", lower)
    upper = _require.not_negative(who, "upper", upper)
    if lower > upper:
        raise ValueError(f"{who}: lower must not be above upper, got {lower} and {upper}")
    return lower, upper


def _learned(who, a, x):
    """One slope, or one for each entry of the last axis, in x's type."""
    return _slope(who, "a", a, x, x.shape[-1:])


def _drawn(who, alpha, x):
    """One slope, or one for each entry of x, in x's type."""
    return _slope(who, "alpha", alpha, x, x.shape)


def _slope(who, name, value, x, shape):
    value = _require.in_type(who, name, value, x.dtype)
    if value.shape not in (shape, ()):
        raise ValueError(f"{who}: {name} must be a number or have shape {shape}, got {value.shape}")
    return value


def _bent(x, slope):
    """x above 0 and slope x below, where a slope of 0 gives 0 even at -inf."""
    with np.errstate(over="ignore", invalid="ignore"):
        left = slope * np.minimum(x, 0)
    return np.where(x > 0, x, np.where(slope == 0, x.dtype.type(0), left))


def _sloped(x, left, dy):
    """dy times 1 above 0, times the left slope elsewhere."""
    return dy * np.where(x > 0, x.dtype.type(1), left).astype(x.dtype, copy=False)


def _value_and_gate(who, a, b):
    a, b = _require.numbers(who, a=a, b=b)
    _require.finite(who, a=a)
    if a.shape != b.shape:
        raise ValueError(f"{who}: b must have shape {a.shape} like a, got {b.shape}")
    return a, b


def _times_sigmoid(a, b):
    """a s(b). Half of the exponent goes to a first, so that no tail falls below the floats early."""
    root = np.exp(-np.abs(b) / 2)
    first = np.where(b >= 0, 1, root).astype(b.dtype, copy=False)
    return (a * first) * (first / (1 + root * root))


def _for_gelu(who, x, approximate):
    """x, and what of it matters in double precision: its cube and its square are finite."""
    _require.choice(who, "approximate", approximate, ("none", "tanh"))
    x = _require.numbers(who, x=x)
    return x, np.clip(x, -_FAR, _FAR).astype(np.float64)


_erfc = np.vectorize(math.erfc, otypes=[np.float64])  # NumPy has none

# What float64 leaves over of 1/sqrt(2), 2 sqrt(2/pi) and 2 sqrt(2/pi) 0.044715.
_HALF_ROOT = (0.7071067811865476, -4.833646656726457e-17)
_LINEAR = (1.5957691216057308, -9.96930880911092e-17)
_CUBIC = (0.07135481627260025, -6.175149918155315e-19)


def _product(a, b):
    """a b as a float and what rounding took from it (Dekker 1971)."""
    high_a, high_b = (c - (c - v) for v in (a, b) for c in [134217729.0 * v])
    low_a, low_b = a - high_a, b - high_b
    product = a * b
    return product, ((high_a * high_b - product) + high_a * low_b + low_a * high_b) + low_a * low_b


def _Phi(x):
    """The share of a standard normal below x, erfc(-x / sqrt(2)) / 2, x from -40 to 40.

    erfc falls so steeply that the rounding of x / sqrt(2) would show: at -38 in the 13th digit.
    What was rounded away is known, and moves the value along its slope.
    """
    z, lost = _product(-x, _HALF_ROOT[0])
    lost = lost - x * _HALF_ROOT[1]
    return _erfc(z) / 2 - lost * math.sqrt(2) * _phi(x)


def _phi(x):
    """The density exp(-x^2 / 2) / sqrt(2 pi), the square taken apart so that it is not rounded."""
    near = np.trunc(16 * x) / 16
    return np.exp(-near * near / 2) * np.exp((near - x) * (near + x) / 2) / math.sqrt(2 * math.pi)


def _tanh_argument(x):
    """2u of (30) and what rounding took from it, x from -40 to 40: (1 + tanh u) / 2 is s(2u)."""
    square, square_lost = _product(x, x)
    cube, cube_lost = _product(square, x)
    linear, linear_lost = _product(x, _LINEAR[0])
    cubic, cubic_lost = _product(cube, _CUBIC[0])
    cubic_lost = cubic_lost + (cube_lost + square_lost * x) * _CUBIC[0] + cube * _CUBIC[1]
    twice = linear + cubic
    back = twice - linear  # Knuth's sum of two: right whichever of them is the larger
    lost = (linear - (twice - back)) + (cubic - back)
    return twice, lost + linear_lost + x * _LINEAR[1] + cubic_lost
