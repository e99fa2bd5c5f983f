"""A fully connected network, small enough to read: the pages train it where an experiment needs one.

Its parameters are a dict, {"W1": (n_0, n_1), "b1": (n_1,), "W2": ...}, which every optimizer
takes as it is. A layer is a W + b; between the layers stands an activation, given as the pair of a
function and its gradient, such as (activations.relu, activations.relu_grad). With "gamma1" and
"beta1", ... among the parameters, a batch normalization stands before every activation.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from . import _require, batchnorm

# What passes the largest float is refused, or handed back as inf, and never a warning.
_to_infinity = np.errstate(over="ignore", invalid="ignore")


class MLPCache(NamedTuple):
    """What the way back needs. inputs: what entered each layer; z: what left it, before f.

    norms: the BatchNormCache of every hidden layer; empty without normalization.
    """

    inputs: tuple[np.ndarray, ...]
    z: tuple[np.ndarray, ...]
    params: dict[str, np.ndarray]
    f_grad: Callable
    norms: tuple[batchnorm.BatchNormCache, ...] = ()


def mlp_init(sizes, std, *, rng, norm=False):
    """Normal weights and zero biases for layers of the given widths -> dict.

    sizes: two or more widths, (64, 32, 10); std: a function of fan_in and fan_out that gives the
    standard deviation of a layer's weights, such as lambda i, o: (2 / i) ** 0.5; norm: whether
    every hidden layer k is normalized, with "gammak" of ones and "betak" of zeros
    """
    who = "mlp_init"
    _require.instance(who, "sizes", sizes, (tuple, list), "a tuple of widths")
    _require.instance(who, "std", std, Callable, "a function of fan_in and fan_out")
    _require.instance(who, "rng", rng, np.random.Generator, "a NumPy Generator")
    _require.instance(who, "norm", norm, bool, "True or False")
    widths = [_require.count(who, "sizes", n) for n in sizes]
    if len(widths) < 2 or 0 in widths:
        raise ValueError(
            f"{who}: sizes must be two or more widths above 0, got {_require.shown(sizes)}"
        )
    params = {}
    for k, (i, o) in enumerate(pairwise(widths), start=1):
        scale = _require.not_negative(who, "std(fan_in, fan_out)", std(i, o))
        params[f"W{k}"] = rng.normal(0, scale, (i, o))
        params[f"b{k}"] = np.zeros(o)
        if norm and k < len(widths) - 1:
            params |= {f"gamma{k}": np.ones(o), f"beta{k}": np.zeros(o)}
    return params


@_to_infinity
def mlp_forward(x, params, *, activation, running=None):
    """The last layer's scores, no activation behind them -> (scores, MLPCache).

    x: (N, n_0); params: as mlp_init makes them; activation: (f, f_grad) -> (N, n_last)
    running: a batchnorm.RunningState for each hidden layer, for inference; None normalizes by the
    batch's own statistics, as in training
    Raises ValueError on shapes that do not fit, and where the signal overflows.
    """
    f, f_grad = _pair("mlp_forward", activation)
    layers = _layers("mlp_forward", params)
    x, *approved = _require.finite("mlp_forward", x=x, **params)
    params = dict(zip(params, approved, strict=True))
    _require.rank("mlp_forward", "x", x, 2)
    if running is not None:
        _require.instance("mlp_forward", "running", running, (tuple, list), "a tuple of states")
        wanted = layers - 1 if "gamma1" in params else 0
        if len(running) != wanted:
            raise ValueError(
                f"mlp_forward: running must hold {wanted} states, one a normalized layer, "
                f"got {len(running)}"
            )
    inputs, z, norms = [x], [], []
    for k in range(1, layers + 1):
        W, b = params[f"W{k}"], params[f"b{k}"]
        if W.ndim != 2 or W.shape[0] != inputs[-1].shape[1]:
            wanted = f"({inputs[-1].shape[1]}, n)"
            raise ValueError(f"mlp_forward: W{k} must have shape {wanted}, got {W.shape}")
        if b.shape != W.shape[1:]:
            raise ValueError(f"mlp_forward: b{k} must have shape {W.shape[1:]}, got {b.shape}")
        sums = inputs[-1] @ W + b
        z.append(_require.within_floats("mlp_forward", "the signal", sums, f"in layer {k}"))
        if f"gamma{k}" in params:
            z[-1], *norm = _normalized(z[-1], params, k, running)
            norms += norm
        if k < layers:
            inputs.append(f(z[-1]))
    return z[-1], MLPCache(tuple(inputs), tuple(z), params, f_grad, tuple(norms))


@_to_infinity
def mlp_backward(dy, cache):
    """The gradient in every parameter, from the gradient dy that arrives at the scores -> dict."""
    _require.instance("mlp_backward", "cache", cache, MLPCache, "what mlp_forward gave")
    dz = np.broadcast_to(
        _require.cotangent("mlp_backward", dy, cache.z[-1].shape, cache.z[-1].dtype),
        cache.z[-1].shape,
    )
    grads = {}
    if "gamma1" in cache.params and not cache.norms:
        raise ValueError("mlp_backward: the cache must be of training, got one of inference")
    for k in range(len(cache.z), 0, -1):
        if f"gamma{k}" in cache.params:
            dz, grads[f"gamma{k}"], grads[f"beta{k}"] = batchnorm.batchnorm_backward(
                dz, cache.norms[k - 1]
            )
        grads[f"W{k}"] = cache.inputs[k - 1].T @ dz
        grads[f"b{k}"] = dz.sum(axis=0)
        if k > 1:
            dz = dz @ cache.params[f"W{k}"].T
            _require.within_floats("mlp_backward", "the gradient", dz, f"in layer {k}")
            dz = cache.f_grad(cache.z[k - 2], dz)
    return {name: grads[name] for name in cache.params}


def _normalized(z, params, k, running):
    """(y, its BatchNormCache) from the batch, or (y,) from running statistics."""
    gamma, beta = params[f"gamma{k}"], params[f"beta{k}"]
    if running is None:
        return batchnorm.batchnorm_forward(z, gamma, beta)
    return (batchnorm.batchnorm_inference(z, gamma, beta, running[k - 1]),)


def _pair(who, activation):
    if not (
        isinstance(activation, tuple) and len(activation) == 2 and all(map(callable, activation))
    ):
        raise TypeError(
            f"{who}: activation must be a pair of a function and its gradient, "
            f"got {_require.shown(activation)}"
        )
    return activation


def _layers(who, params):
    _require.instance(who, "params", params, dict, "a dict of W1, b1, W2, ...")
    count = sum(str(name).startswith("W") for name in params)
    wanted = {f"{letter}{k}" for letter in "Wb" for k in range(1, count + 1)}
    if "gamma1" in params:
        wanted |= {f"{letter}{k}" for letter in ("gamma", "beta") for k in range(1, count)}
    if not count or params.keys() != wanted:
        got = ", ".join(map(str, params)) or "an empty dict"
        raise ValueError(f"{who}: params must be W1, b1, W2, b2, ..., got {got}")
    return count
