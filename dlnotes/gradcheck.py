"""Finite differences, the judge of every gradient.

The gradients are compared under a random cotangent dy: summing a function's outputs instead would
hide whatever the sum cannot see (a softmax sums to 1, so a gradient of zero would pass).
"""

from collections.abc import Callable

import numpy as np

from . import _require

# Where rounding (eps / h) and the curvature left out (h^2) are about equally small.
STEP = np.finfo(np.float64).eps ** (1 / 3)


def numerical_gradient(f, *args, wrt=0, dy=1.0, **settings):
    """The gradient of sum(dy * f(*args, **settings)) in args[wrt], by central differences.

    f: returns a number or an array; dy: a number or an array of the output's shape.
    args[wrt]: real numbers, any shape -> float64 array of that shape, about ten digits right where
    f is smooth. At a kink it is the mean of the two one-sided slopes.
    Raises TypeError if f is no function, ValueError if dy does not fit the output, args[wrt] is
    not there or f is not finite beside it.
    """
    _require.instance("numerical_gradient", "f", f, Callable, "a function")
    _require.choice("numerical_gradient", "wrt", wrt, range(len(args)))
    return _differences("numerical_gradient", f, args, wrt, dy, settings)


def gradient_gap(f, f_grad, *args, wrt=(0,), rng, **settings):
    """The largest disagreement between f_grad and finite differences, relative to the gradient.

    f(*args, **settings) returns an array; f_grad(*args, dy=dy, **settings) returns the gradient in
    every argument that `wrt` counts, in that order (one array if it counts one). dy is drawn from
    rng, so a gradient that is right only for a constant dy is found out.
    -> float: 0 is perfect, about 1e-9 is good, 1 is unrelated, 2 is the wrong sign
    Raises TypeError if f or f_grad is no function or rng no Generator, ValueError if a gradient is
    missing or has not its argument's shape.
    """
    _require.instance("gradient_gap", "f", f, Callable, "a function")
    _require.instance("gradient_gap", "f_grad", f_grad, Callable, "a function")
    _require.instance("gradient_gap", "wrt", wrt, tuple, "a tuple such as (0,)")
    _require.instance("gradient_gap", "rng", rng, np.random.Generator, "a NumPy Generator")
    if not wrt:
        raise ValueError("gradient_gap: wrt must count at least one argument, got ()")
    for i in wrt:
        _require.choice("gradient_gap", "wrt", i, range(len(args)))
        _require.finite("gradient_gap", **{f"args[{i}]": args[i]})
    dy = rng.standard_normal(_output("gradient_gap", f(*args, **settings)).shape)
    grads = f_grad(*args, dy=dy, **settings)
    grads = grads if isinstance(grads, tuple) else (grads,)
    if len(grads) != len(wrt):
        raise ValueError(f"gradient_gap: f_grad must return {len(wrt)} gradients, got {len(grads)}")
    return max(_gap(f, args, i, dy, settings, grad) for i, grad in zip(wrt, grads, strict=True))


def _gap(f, args, i, dy, settings, grad):
    wanted = _differences("gradient_gap", f, args, i, dy, settings)
    grad = _require.real("gradient_gap", f"the gradient in args[{i}]", grad)
    if grad.shape != wanted.shape:
        raise ValueError(
            f"gradient_gap: the gradient in args[{i}] must have shape {wanted.shape}, "
            f"got {grad.shape}"
        )
    if not (np.isfinite(grad).all() and np.isfinite(wanted).all()):
        return float("inf")
    scale = max(np.abs(grad).max(), np.abs(wanted).max())
    # Each over the scale first: their difference may pass the largest float.
    return float(np.abs(grad / scale - wanted / scale).max()) if scale else 0.0


def _differences(who, f, args, wrt, dy, settings):
    x = _require.finite(who, **{f"args[{wrt}]": args[wrt]}).astype(np.float64)

    def at(i, step):
        moved = x.copy()
        with np.errstate(over="ignore"):
            moved[i] += step
        _require.finite(who, **{f"args[{wrt}] and its neighbour": moved})
        y = f(*args[:wrt], moved, *args[wrt + 1 :], **settings)
        return _output(who, y), moved[i]

    grad = np.empty_like(x)
    for i in np.ndindex(x.shape):
        h = STEP * max(1.0, abs(x[i]))
        (y_ahead, ahead), (y_behind, behind) = at(i, h), at(i, -h)
        arriving = _require.cotangent(who, dy, y_ahead.shape, np.float64)
        with np.errstate(over="ignore", invalid="ignore"):
            grad[i] = (arriving * (y_ahead - y_behind)).sum() / (ahead - behind)
    return grad


def _output(who, y):
    return _require.finite(who, **{"f's output": y}).astype(np.float64)
