"""Section 7: five penalties on weights, the gradient of each, and two steps that no gradient takes.

A penalty takes the weights W and its strength, lam (the notes' lambda; 1 if left out), and is one
number to be added to the primary loss. A `_grad` takes the same and dy, the gradient arriving at
that number, and returns the penalty's gradient in W, of W's shape.

The halves are the notes' own: lam / 2 times a square, so that its slope is lam W. PyTorch's
weight_decay means the same for plain SGD. Keras's L2 has no half, so its strength is lam / 2.
scikit-learn's Ridge adds alpha sum w^2 to the sum of squared errors: beside half their mean over n
samples, lam = alpha / n. Its ElasticNet has the half and the mean.

A unit's weights are a row of W where rows count, as in PyTorch's Linear: (units, inputs). For a
layer x @ W, such as those of dlnotes.mlp, the units are the columns: hand over W.T.

All raise ValueError for weights that are empty, nan or infinite, of the wrong number of
dimensions, or for a strength below 0, and TypeError for text.
"""

import numpy as np

from . import _require

# Singular values that differ by less than rounding does count as equal.
_TIE = 16 * np.finfo(np.float64).eps

# A penalty beyond the largest float is inf, and an infinite pull times 0 is nan.
_to_infinity = np.errstate(over="ignore", under="ignore", invalid="ignore")


@_to_infinity
def l2(W, *, lam=1.0):
    """Half the sum of the squared weights, times lam: Tikhonov's penalty, ridge, weight decay.

    7  lam/2 |W|^2,  |W|^2 = sum_i W_i^2: the squared Frobenius norm of a matrix, not its norm 2
    W: any shape -> float. Sources: Tikhonov 1963, Hoerl & Kennard 1970.
    """
    _, W = _weights_of("l2", W)
    lam = _require.not_negative("l2", "lam", lam)
    return _half_square(W, lam)


@_to_infinity
def l2_grad(W, dy=1.0, *, lam=1.0):
    """7  d/dW = lam W."""
    given, W = _weights_of("l2_grad", W)
    lam = _require.not_negative("l2_grad", "lam", lam)
    return (_arriving("l2_grad", dy) * lam * W).astype(given)


@_to_infinity
def elastic_net(w, *, lam1=1.0, lam2=1.0):
    """The absolute weights, and half their squares, each with a strength of its own.

    7  lam1 sum_i |w_i| + lam2/2 sum_i w_i^2; with lam2 = 0 the lasso
    w: any shape -> float. scikit-learn: lam1 = alpha l1_ratio, lam2 = alpha (1 - l1_ratio), beside
    half the mean squared error. Sources: Zou & Hastie 2005, without the half; Tibshirani 1996.
    """
    w = _weights_of("elastic_net", w, "w")[1]
    lam1, lam2 = _strengths("elastic_net", lam1, lam2)
    scale = _largest(w)
    return float(lam1 * scale * np.abs(w / scale).sum()) + _half_square(w, lam2)


@_to_infinity
def elastic_net_grad(w, dy=1.0, *, lam1=1.0, lam2=1.0):
    """7  d/dw = lam1 sign(w) + lam2 w; where w is 0, 0: the middle of the subgradients.

    Descent along it hops about 0 and does not stay there; soft_threshold does.
    """
    given, w = _weights_of("elastic_net_grad", w, "w")
    lam1, lam2 = _strengths("elastic_net_grad", lam1, lam2)
    dy = _arriving("elastic_net_grad", dy)
    return (dy * lam1 * np.sign(w) + dy * lam2 * w).astype(given)


@_to_infinity
def soft_threshold(u, tau):
    """Every entry moved towards 0 by tau, and those that would pass it set to 0.

    7  soft_tau(u) = sign(u) max(0, |u| - tau), the least of (x - u)^2 / 2 + tau |x| over x
    u: any shape; tau: 0 or more, in the unit of u -> array of u's shape. After a step of rate lr on
    all but lam1 sum |w|, tau = lr lam1. Source: Tibshirani 1996.
    """
    given, u = _weights_of("soft_threshold", u, "u")
    tau = _require.not_negative("soft_threshold", "tau", tau)
    # The same in one subtraction, which leaves no zero with a minus sign.
    return (u - np.clip(u, -tau, tau)).astype(given)


@_to_infinity
def spectral_norm(W, *, lam=1.0):
    """The most that W stretches a vector, its largest singular value, times lam.

    7  lam |W|_2 = lam sigma_1
    W: (m, n) -> float. Source: Yoshida & Miyato 2017, who take lam/2 sigma_1^2.
    """
    _, W = _matrix("spectral_norm", W)
    lam = _require.not_negative("spectral_norm", "lam", lam)
    scale = _largest(W)
    return float(lam * scale * np.linalg.svd(W / scale, compute_uv=False)[0])


@_to_infinity
def spectral_norm_grad(W, dy=1.0, *, lam=1.0):
    """7  d/dW = lam u_1 v_1^T, from the leading singular vectors: W v_1 = sigma_1 u_1.

    Where k singular values share the top, the mean of the k products u v^T, a subgradient that does
    not depend on which vectors were chosen (PyTorch's too); for W = 0 it is 0.
    """
    given, W = _matrix("spectral_norm_grad", W)
    lam = _require.not_negative("spectral_norm_grad", "lam", lam)
    dy = _arriving("spectral_norm_grad", dy)
    if not W.any():
        return np.zeros_like(W, dtype=given)
    u, sigma, vt = np.linalg.svd(W / _largest(W), full_matrices=False)
    k = np.count_nonzero(sigma >= sigma[0] * (1 - _TIE * max(W.shape)))
    return (dy * lam * (u[:, :k] @ vt[:k] / k)).astype(given)


@_to_infinity
def orthogonality(W, *, lam=1.0):
    """How far the columns of W are from being orthonormal, times lam.

    7  lam |W^T W - I|_F^2
    W: (m, n) -> float. With m < n it is never below lam (n - m), for W^T W has rank m at most: take
    orthogonality(W.T) there, |W W^T - I|^2. Sources: Brock et al. 2017, Bansal et al. 2018.
    """
    _, W = _matrix("orthogonality", W)
    lam = _require.not_negative("orthogonality", "lam", lam)
    _, excess, scale = _excess(W)
    return lam * float((excess**2).sum()) * scale * scale * scale * scale


@_to_infinity
def orthogonality_grad(W, dy=1.0, *, lam=1.0):
    """7  d/dW = 4 lam W (W^T W - I)."""
    given, W = _matrix("orthogonality_grad", W)
    lam = _require.not_negative("orthogonality_grad", "lam", lam)
    small, excess, scale = _excess(W)
    grad = _arriving("orthogonality_grad", dy) * 4 * lam * (small @ excess)
    # One factor at a time: 0 times a cube beyond the largest float would be nan.
    return (grad * scale * scale * scale).astype(given)


@_to_infinity
def max_norm(W, *, c, lam=1.0):
    """By how much the rows of W are longer than c, added up, times lam.

    7  lam sum_i max(0, |w_i| - c), w_i the row of unit i
    W: (units, inputs); c > 0, in the unit of W -> float. Srivastava et al. 2014 and Keras take no
    penalty but the limit itself: max_norm_project.
    """
    _, W = _matrix("max_norm", W)
    c, lam = _require.positive("max_norm", "c", c), _require.not_negative("max_norm", "lam", lam)
    scale = _largest(W)
    return lam * scale * float(np.maximum(0, _lengths(W / scale) - c / scale).sum())


@_to_infinity
def max_norm_grad(W, dy=1.0, *, c, lam=1.0):
    """7  d/dw_i = lam w_i / |w_i| for a row longer than c, else 0 (also at the kink, |w_i| = c).

    The notes' max-norm update leaves it out.
    """
    given, W = _matrix("max_norm_grad", W)
    c = _require.positive("max_norm_grad", "c", c)
    lam = _require.not_negative("max_norm_grad", "lam", lam)
    pull = np.where(_lengths(W) > c, _directions(W), 0)
    return (_arriving("max_norm_grad", dy) * lam * pull).astype(given)


def max_norm_project(W, c):
    """Every row longer than c cut back to the length c; the others as they are.

    7  w_i <- w_i / max(1, |w_i| / c), the point nearest to w_i in the ball of radius c
    W: (units, inputs); c > 0 -> array of W's shape. Keras's MaxNorm takes the columns unless told
    otherwise, and it and torch.renorm add 1e-7 to a length. Source: Srivastava et al. 2014.
    """
    given, W = _matrix("max_norm_project", W)
    c = _require.positive("max_norm_project", "c", c)
    with np.errstate(over="ignore", under="ignore"):
        outside = _lengths(W) > c
        return np.where(outside, c * _directions(W), W).astype(given)


def _weights_of(who, W, name="W"):
    """(the type that comes back, the weights in float64)."""
    W = np.asarray(_require.finite(who, **{name: W}))
    return W.dtype, W.astype(np.float64)


def _matrix(who, W):
    """The weights of a layer, (m, n)."""
    given, W = _weights_of(who, W)
    _require.rank(who, "W", W, 2)
    return given, W


def _strengths(who, lam1, lam2):
    return (
        _require.not_negative(who, "lam1", lam1),
        _require.not_negative(who, "lam2", lam2),
    )


def _arriving(who, dy):
    return float(_require.cotangent(who, dy, (), np.float64))


def _largest(W):
    """The largest entry in size, to divide by before squaring; 1 where all are 0."""
    return float(np.abs(W).max()) or 1.0


def _half_square(W, lam):
    """lam/2 sum W^2, in an order that goes beyond the largest float only where the result does."""
    scale = _largest(W)
    return float(lam / 2 * scale * scale * ((W / scale) ** 2).sum())


def _excess(W):
    """(A, A^T A - I / s^2, s) with W = s A and no entry of A above 1, so that nothing overflows."""
    scale = max(1.0, _largest(W))
    A = W / scale
    return A, A.T @ A - np.eye(W.shape[1]) / scale / scale, scale


def _scaled_rows(W):
    """(the rows over their largest entry, that entry), which is 1 for a row of zeros."""
    scale = np.abs(W).max(axis=1, keepdims=True)
    scale[scale == 0] = 1
    return W / scale, scale


def _lengths(W):
    """The length of each row, (units, 1)."""
    rows, scale = _scaled_rows(W)
    return scale * np.sqrt((rows**2).sum(axis=1, keepdims=True))


def _directions(W):
    """Each row over its length; a row of zeros as it is."""
    rows, _ = _scaled_rows(W)
    return rows / np.maximum(np.sqrt((rows**2).sum(axis=1, keepdims=True)), 1)
