"""Section 6: how large the first weights should be.

A layer is s = x W with W of shape (fan_in, fan_out). The initializers draw W with mean 0; they
differ in its variance, and each `_std` or `_limit` is that choice as a number, for
`mlp.mlp_init(sizes, initialization.xavier_std, rng=rng)`.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from . import _require
from .mlp import _pair


class Through(NamedTuple):
    """Mean squares layer by layer: entry 0 at the input, entry k behind layer k's activation.

    forward: of the signal; backward: of the gradient that arrives there
    """

    forward: np.ndarray
    backward: np.ndarray


def lecun_std(fan_in, fan_out):
    """The standard deviation that keeps the variance on the way forward.

    (74') Var(w) = 1 / fan_in, which the notes call Xavier's
    6     n = D: n counts the numbers that a unit adds up, not the N samples
    fan_in, fan_out: widths, whole numbers above 0 -> float. Source: LeCun et al. 1998.
    """
    i, _ = _fans("lecun_std", fan_in, fan_out)
    return (1 / i) ** 0.5


def xavier_std(fan_in, fan_out):
    """The standard deviation between what the way forward and the way back ask for.

    (74') Var(w) = 2 / (fan_in + fan_out), Xavier Glorot's
    6     the scale of the gradients stays where f(0) = 0 and f'(0) = 1, as with tanh
    fan_in, fan_out: widths, whole numbers above 0 -> float. Source: Glorot & Bengio 2010.
    """
    i, o = _fans("xavier_std", fan_in, fan_out)
    return (2 / (i + o)) ** 0.5


def xavier_limit(fan_in, fan_out):
    """The a for which a uniform law on (-a, a), of variance a^2 / 3, has xavier_std.

    (74') a = sqrt(6 / (fan_in + fan_out))
    fan_in, fan_out: widths, whole numbers above 0 -> float. Source: Glorot & Bengio 2010.
    """
    i, o = _fans("xavier_limit", fan_in, fan_out)
    return (6 / (i + o)) ** 0.5


def he_std(fan_in, fan_out):
    """The standard deviation for layers behind a relu, which halves the mean square.

    (74') with E[x^2] = Var(z) / 2 in place of Var(x): Var(w) = 2 / fan_in
    fan_in, fan_out: widths, whole numbers above 0 -> float. Source: He et al. 2015.
    """
    i, _ = _fans("he_std", fan_in, fan_out)
    return (2 / i) ** 0.5


def lecun_normal(fan_in, fan_out, *, rng):
    """Weights N(0, 1 / fan_in), (74') -> (fan_in, fan_out)."""
    return _drawn("lecun_normal", fan_in, fan_out, rng, lecun_std)


def xavier_normal(fan_in, fan_out, *, rng):
    """Weights N(0, 2 / (fan_in + fan_out)), (74') -> (fan_in, fan_out)."""
    return _drawn("xavier_normal", fan_in, fan_out, rng, xavier_std)


def xavier_uniform(fan_in, fan_out, *, rng):
    """Weights uniform between -a and a, a = xavier_limit, (74') -> (fan_in, fan_out)."""
    i, o = _fans("xavier_uniform", fan_in, fan_out)
    _generator("xavier_uniform", rng)
    a = xavier_limit(i, o)
    return rng.uniform(-a, a, (i, o))


def he_normal(fan_in, fan_out, *, rng):
    """Weights N(0, 2 / fan_in), (74') behind a relu -> (fan_in, fan_out)."""
    return _drawn("he_normal", fan_in, fan_out, rng, he_std)


def preactivation_variance(n, var_w, mean_x, var_x, *, mean_w=0.0):
    """The variance of s = sum_i w_i x_i over n weights and inputs, all independent.

    6     E[x^2] = Var(x) + E[x]^2
    (69)  Var(w x) = E[w^2 x^2] - E[w x]^2
    (70)  E[w x] = E[w] E[x]
    (71)  Var(s) = sum_i Var(w_i x_i)
    (72)  Var(w x) = E[w]^2 Var(x) + E[x]^2 Var(w) + Var(x) Var(w)
    (73)  Var(s) = n Var(w) Var(x) if both means are 0; n Var(w) E[x^2] if only E[w] is
    n: whole number; the means and variances: numbers -> float. The laws need not be Gaussian.
    """
    who = "preactivation_variance"
    n = _require.not_negative(who, "n", _require.count(who, "n", n))
    var_w = _require.not_negative(who, "var_w", var_w)
    var_x = _require.not_negative(who, "var_x", var_x)
    m_x, m_w = _number(who, "mean_x", mean_x), _number(who, "mean_w", mean_w)
    # m (m v), not m^2 v: a square may overflow where the product does not.
    return n * (m_w * (m_w * var_x) + m_x * (m_x * var_w) + var_x * var_w)


def gain(f):
    """What f costs in scale: the root of n Var(w) at which f(z) enters the next layer as z did.

    gain = 1 / sqrt(E[f(z)^2]), z ~ N(0, 1): 1 for the identity, sqrt(2) for a relu, so that the
    standard deviation gain / sqrt(fan_in) is lecun_std for the one and he_std for the other.
    f: a function of arrays, entry by entry, whose kinks lie at multiples of 1/1024, most at 0
    -> float, inf if f is 0 everywhere
    """
    _require.instance("gain", "f", f, Callable, "a function")
    z = np.arange(-12 * 1024, 12 * 1024 + 1) / 1024
    y = _require.finite("gain", **{"f(z)": f(z)})
    if y.shape != z.shape:
        raise ValueError(f"gain: f(z) must have shape {z.shape} like z, got {y.shape}")
    # The trapezoidal rule errs by less than 1e-12: the density is 1e-32 at both ends.
    # Of numbers up to 1, whose squares cannot overflow.
    scale = float(np.abs(y).max())
    if scale == 0:
        return float("inf")
    mean_square = float((y / scale) ** 2 @ np.exp(-(z**2) / 2)) / (1024 * (2 * np.pi) ** 0.5)
    return mean_square**-0.5 / scale


def variance_through(x, widths, std, *, activation, rng):
    """Send x through layers of fresh normal weights and noise back, and measure both -> Through.

    6     Var(s) = Var(x), forward and backward, layer by layer: a mean square is the variance
          of what has mean 0
    x: (N, n_0); widths: (n_1, ..., n_L); std: a function of fan_in and fan_out, such as
    xavier_std; activation: a pair (f, f_grad), as for a network of dlnotes.mlp, here behind every
    layer. There are no biases. The noise that starts the way back is N(0, 1).
    Through's two arrays have L + 1 entries, float64 whatever x is.
    Raises ValueError where the signal overflows.
    """
    who = "variance_through"
    x = _require.finite(who, x=x)
    _require.rank(who, "x", x, 2)
    _require.instance(who, "widths", widths, (tuple, list), "a tuple of widths")
    _require.instance(who, "std", std, Callable, "a function of fan_in and fan_out")
    _generator(who, rng)
    f, f_grad = _pair(who, activation)
    widths = [x.shape[1], *(_require.count(who, "widths", n) for n in widths)]
    if len(widths) < 2 or 0 in widths:
        raise ValueError(f"{who}: widths must be one or more widths above 0, got {widths[1:]}")
    signals, z, weights = [x], [], []
    for k, (i, o) in enumerate(pairwise(widths), start=1):
        scale = _require.not_negative(who, "std(fan_in, fan_out)", std(i, o))
        weights.append(rng.normal(0, scale, (i, o)).astype(x.dtype))
        with np.errstate(over="ignore", invalid="ignore"):
            z.append(signals[-1] @ weights[-1])
        _require.within_floats(who, "the signal", z[-1], f"in layer {k}")
        signals.append(f(z[-1]))
    gradients = [rng.normal(size=z[-1].shape).astype(x.dtype)]
    with np.errstate(over="ignore", invalid="ignore"):
        for s, W in zip(reversed(z), reversed(weights), strict=True):
            gradients.append(f_grad(s, gradients[-1]) @ W.T)
    return Through(_mean_squares(signals), _mean_squares(reversed(gradients)))


def _drawn(who, fan_in, fan_out, rng, std):
    i, o = _fans(who, fan_in, fan_out)
    _generator(who, rng)
    return rng.normal(0, std(i, o), (i, o))


def _fans(who, fan_in, fan_out):
    fans = [
        _require.count(who, name, fan) for name, fan in (("fan_in", fan_in), ("fan_out", fan_out))
    ]
    for name, fan in zip(("fan_in", "fan_out"), fans, strict=True):
        if fan == 0:
            raise ValueError(f"{who}: {name} must be above 0, got 0")
    return fans


def _generator(who, rng):
    _require.instance(who, "rng", rng, np.random.Generator, "a NumPy Generator")


def _number(who, name, value):
    a = _require.finite(who, **{name: value})
    if a.ndim:
        raise ValueError(f"{who}: {name} must be one number, got shape {a.shape}")
    return float(a)


def _mean_squares(arrays):
    with np.errstate(over="ignore"):
        return np.array([np.mean(np.square(a, dtype=np.float64)) for a in arrays])
