"""Finite differences, the judge of every gradient.

The gradients are compared under a random cotangent dy: summing a function's outputs instead would
hide whatever the sum cannot see (a softmax sums to 1, so a gradient of zero would pass).
"""

import numpy as np

from . import _require

# Where rounding (eps / h) and the curvature left out (h^2) are about equally small.
STEP = np.finfo(np.float64).eps ** (1 / 3)


def numerical_gradient(f, *args, wrt=0, dy=1.0, **settings):
    """The gradient of sum(dy * f(*args, **settings)) in args[wrt], by central differences.

    f: returns a number or an array; dy: a number or an array of the output's shape.
    args[wrt]: real numbers, any shape -> float64 array of that shape, about ten digits right where
    f is smooth. At a kink it is the mean of the two one-sided slopes.
    Raises ValueError if dy does not fit the output.
    """
    x = _require.finite("numerical_gradient", **{f"args[{wrt}]": args[wrt]}).astype(np.float64)
    grad = np.empty_like(x)
    for i in np.ndindex(x.shape):
        h = STEP * max(1.0, abs(x[i]))
        ahead, behind = x.copy(), x.copy()
        ahead[i] += h
        behind[i] -= h
        rise = _at(f, args, wrt, ahead, settings) - _at(f, args, wrt, behind, settings)
        arriving = _require.cotangent("numerical_gradient", dy, rise.shape, np.float64)
        grad[i] = (arriving * rise).sum() / (ahead[i] - behind[i])
    return grad


def gradient_gap(f, f_grad, *args, wrt=(0,), rng, **settings):
    """The largest disagreement between f_grad and finite differences, relative to the gradient.

    f(*args, **settings) returns an array; f_grad(*args, dy=dy, **settings) returns the gradient in
    every argument that `wrt` counts, in that order (one array if it counts one). dy is drawn from
    rng, so a gradient that is right only for a constant dy is found out.
    -> float: 0 is perfect, about 1e-9 is good, 1 is unrelated, 2 is the wrong sign
    Raises ValueError if a gradient is missing or has not its argument's shape.
    """
    dy = rng.standard_normal(np.shape(f(*args, **settings)))
    grads = f_grad(*args, dy=dy, **settings)
    grads = grads if isinstance(grads, tuple) else (grads,)
    if len(grads) != len(wrt):
        raise ValueError(
            f"gradient_gap: f_grad must return {len(wrt)} gradients, got {len(grads)}"
        )
    return max(_gap(f, args, i, dy, settings, grad) for i, grad in zip(wrt, grads, strict=True))


def _gap(f, args, i, dy, settings, grad):
    wanted = numerical_gradient(f, *args, wrt=i, dy=dy, **settings)
    if np.shape(grad) != wanted.shape:
        raise ValueError(
            f"gradient_gap: the gradient in args[{i}] must have shape {wanted.shape}, "
            f"got {np.shape(grad)}"
        )
    if not np.isfinite(grad).all():
        return float("inf")
    scale = max(np.abs(grad).max(), np.abs(wanted).max())
    return float(np.abs(grad - wanted).max() / scale) if scale else 0.0


def _at(f, args, wrt, x, settings):
    return np.asarray(f(*args[:wrt], x, *args[wrt + 1 :], **settings), dtype=np.float64)
