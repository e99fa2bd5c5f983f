"""The exercises of the capstone: checks and judgements around a whole network. An answer stands by
itself: it may use np and nothing else."""

import numpy as np

from .. import batchnorm, gradcheck, metrics
from ._engine import Convention, Exercise, Mistake, Option, Question


def _worst_gap(loss, grads, params):
    gaps = []
    for k in range(len(params)):
        numeric = np.zeros(params[k].shape)
        for i in np.ndindex(params[k].shape):
            up, down = [p.copy() for p in params], [p.copy() for p in params]
            up[k][i] += 1e-5
            down[k][i] -= 1e-5
            numeric[i] = (loss(up) - loss(down)) / 2e-5
        largest = np.abs([grads[k], numeric]).max()
        gaps.append(np.abs(grads[k] - numeric).max() / max(largest, 1e-8))
    return np.argmax(gaps), max(gaps)


def _numeric(loss, params):
    def at(k):
        return lambda a: loss([*params[:k], a, *params[k + 1 :]])

    return [gradcheck.numerical_gradient(at(k), params[k]) for k in range(len(params))]


def _book_gap(loss, grads, params):
    gaps = []
    for g, n in zip(grads, _numeric(loss, params), strict=True):
        gaps.append(np.max(abs(g - n)) / max(np.max(abs(g)), np.max(abs(n)), 1e-8))
    return int(np.argmax(gaps)), max(gaps)


def _absolute_gap(loss, grads, params):
    gaps = []
    for k in range(len(params)):
        numeric = np.zeros(params[k].shape)
        for i in np.ndindex(params[k].shape):
            up, down = [p.copy() for p in params], [p.copy() for p in params]
            up[k][i] += 1e-5
            down[k][i] -= 1e-5
            numeric[i] = (loss(up) - loss(down)) / 2e-5
        gaps.append(np.abs(grads[k] - numeric).max())
    return np.argmax(gaps), max(gaps)


def _sign_blind(loss, grads, params):
    gaps = []
    for k in range(len(params)):
        numeric = np.zeros(params[k].shape)
        for i in np.ndindex(params[k].shape):
            up, down = [p.copy() for p in params], [p.copy() for p in params]
            up[k][i] += 1e-5
            down[k][i] -= 1e-5
            numeric[i] = (loss(up) - loss(down)) / 2e-5
        mine, theirs = np.abs(grads[k]), np.abs(numeric)
        gaps.append(np.abs(mine - theirs).max() / max(mine.max(), theirs.max(), 1e-8))
    return np.argmax(gaps), max(gaps)


def _first_entries(loss, grads, params):
    gaps = []
    for k in range(len(params)):
        up, down = [p.copy() for p in params], [p.copy() for p in params]
        up[k].flat[0] += 1e-5
        down[k].flat[0] -= 1e-5
        numeric, mine = (loss(up) - loss(down)) / 2e-5, grads[k].flat[0]
        gaps.append(abs(mine - numeric) / max(abs(mine), abs(numeric), 1e-8))
    return np.argmax(gaps), max(gaps)


def _mean_gap(loss, grads, params):
    gaps = []
    for k in range(len(params)):
        numeric = np.zeros(params[k].shape)
        for i in np.ndindex(params[k].shape):
            up, down = [p.copy() for p in params], [p.copy() for p in params]
            up[k][i] += 1e-5
            down[k][i] -= 1e-5
            numeric[i] = (loss(up) - loss(down)) / 2e-5
        scale = max(np.abs(grads[k]).max(), np.abs(numeric).max(), 1e-8)
        gaps.append(np.abs(grads[k] - numeric).mean() / scale)
    return np.argmax(gaps), max(gaps)


def _best_gap(loss, grads, params):
    gaps = []
    for k in range(len(params)):
        numeric = np.zeros(params[k].shape)
        for i in np.ndindex(params[k].shape):
            up, down = [p.copy() for p in params], [p.copy() for p in params]
            up[k][i] += 1e-5
            down[k][i] -= 1e-5
            numeric[i] = (loss(up) - loss(down)) / 2e-5
        scale = max(np.abs(grads[k]).max(), np.abs(numeric).max(), 1e-8)
        gaps.append(np.abs(grads[k] - numeric).max() / scale)
    return np.argmin(gaps), min(gaps)


def _over_the_given(loss, grads, params):
    gaps = []
    for k in range(len(params)):
        numeric = np.zeros(params[k].shape)
        for i in np.ndindex(params[k].shape):
            up, down = [p.copy() for p in params], [p.copy() for p in params]
            up[k][i] += 1e-5
            down[k][i] -= 1e-5
            numeric[i] = (loss(up) - loss(down)) / 2e-5
        gaps.append(np.abs(grads[k] - numeric).max() / max(np.abs(grads[k]).max(), 1e-8))
    return np.argmax(gaps), max(gaps)


def _half_a_difference(loss, grads, params):
    gaps = []
    for k in range(len(params)):
        numeric = np.zeros(params[k].shape)
        for i in np.ndindex(params[k].shape):
            up, down = [p.copy() for p in params], [p.copy() for p in params]
            up[k][i] += 1e-5
            down[k][i] -= 1e-5
            numeric[i] = (loss(up) - loss(down)) / 1e-5
        scale = max(np.abs(grads[k]).max(), np.abs(numeric).max(), 1e-8)
        gaps.append(np.abs(grads[k] - numeric).max() / scale)
    return np.argmax(gaps), max(gaps)


def _one_way(loss, grads, params):
    gaps = []
    for k in range(len(params)):
        numeric = np.zeros(params[k].shape)
        for i in np.ndindex(params[k].shape):
            up = [p.copy() for p in params]
            up[k][i] += 1e-5
            numeric[i] = (loss(up) - loss(params)) / 1e-5
        scale = max(np.abs(grads[k]).max(), np.abs(numeric).max(), 1e-8)
        gaps.append(np.abs(grads[k] - numeric).max() / scale)
    return np.argmax(gaps), max(gaps)


def _moved_together(loss, grads, params):
    gaps = []
    for k in range(len(params)):
        up, down = [p.copy() for p in params], [p.copy() for p in params]
        up[k] += 1e-5
        down[k] -= 1e-5
        numeric = (loss(up) - loss(down)) / 2e-5
        scale = max(np.abs(grads[k]).max(), abs(numeric), 1e-8)
        gaps.append(np.abs(grads[k] - numeric).max() / scale)
    return np.argmax(gaps), max(gaps)


def _entry_by_entry(loss, grads, params):
    gaps = []
    for k in range(len(params)):
        numeric = np.zeros(params[k].shape)
        for i in np.ndindex(params[k].shape):
            up, down = [p.copy() for p in params], [p.copy() for p in params]
            up[k][i] += 1e-5
            down[k][i] -= 1e-5
            numeric[i] = (loss(up) - loss(down)) / 2e-5
        scale = np.maximum(np.maximum(np.abs(grads[k]), np.abs(numeric)), 1e-8)
        gaps.append((np.abs(grads[k] - numeric) / scale).max())
    return np.argmax(gaps), max(gaps)


def _over_the_sum(loss, grads, params):
    gaps = []
    for k in range(len(params)):
        numeric = np.zeros(params[k].shape)
        for i in np.ndindex(params[k].shape):
            up, down = [p.copy() for p in params], [p.copy() for p in params]
            up[k][i] += 1e-5
            down[k][i] -= 1e-5
            numeric[i] = (loss(up) - loss(down)) / 2e-5
        scale = max(np.abs(grads[k]).max() + np.abs(numeric).max(), 1e-8)
        gaps.append(np.abs(grads[k] - numeric).max() / scale)
    return np.argmax(gaps), max(gaps)


def _over_the_numeric(loss, grads, params):
    gaps = []
    for k in range(len(params)):
        numeric = np.zeros(params[k].shape)
        for i in np.ndindex(params[k].shape):
            up, down = [p.copy() for p in params], [p.copy() for p in params]
            up[k][i] += 1e-5
            down[k][i] -= 1e-5
            numeric[i] = (loss(up) - loss(down)) / 2e-5
        gaps.append(np.abs(grads[k] - numeric).max() / max(np.abs(numeric).max(), 1e-8))
    return np.argmax(gaps), max(gaps)


def _floor_added(loss, grads, params):
    gaps = []
    for k in range(len(params)):
        numeric = np.zeros(params[k].shape)
        for i in np.ndindex(params[k].shape):
            up, down = [p.copy() for p in params], [p.copy() for p in params]
            up[k][i] += 1e-5
            down[k][i] -= 1e-5
            numeric[i] = (loss(up) - loss(down)) / 2e-5
        scale = max(np.abs(grads[k]).max(), np.abs(numeric).max()) + 1e-8
        gaps.append(np.abs(grads[k] - numeric).max() / scale)
    return np.argmax(gaps), max(gaps)


def _three(params):
    """A loss of a matrix, a vector and three more numbers, symmetric in none of them."""
    W, v, c = params
    return float(np.sum(np.sin(W) @ v**2) - 40 * v[0] + np.sum(c**3))


def _three_grads(params):
    W, v, c = params
    slope = 2 * v * np.sin(W).sum(axis=0)
    slope[0] -= 40
    return [np.cos(W) * v**2, slope, 3 * c**2]


def _idle(params):
    """The second parameter plays no part."""
    return float(np.sum(params[0] ** 3))


def _bent(params):
    """A steep parabola in the first, a cube in the second."""
    return float(500 * np.sum(params[0] ** 2) + np.sum(params[1] ** 3))


def _flat(params):
    """A constant."""
    return 1.0


def _spoiled(spoil, W, v, c):
    params = [W, v, c]
    return _three, spoil(*_three_grads(params)), params


def _last_entry_off(W, v, c):
    W[-1, -1] += 0.3
    return [W, v, c]


def _sign_off(W, v, c):
    return [W, -v, c]


def _scales_off(W, v, c):
    # The absolute gap is larger in v, whose gradients are long; the relative one in c.
    return [W, v * 1.05, c * 1.5]


def _too_short(W, v, c):
    return [W, v, 0.4 * c]


def _random_gap(rng):
    spoil = (_last_entry_off, _scales_off, _too_short, _sign_off)[rng.integers(4)]
    W, v = rng.uniform(-1, 1, (2, 3)).round(2), rng.uniform(0.3, 1, 3).round(2)
    return _spoiled(spoil, W, v, rng.uniform(1, 2, 3).round(2))


_WVC = np.array([[0.3, -0.8], [0.5, 0.2]]), np.array([0.7, 0.4]), np.array([1.0, -0.5, 2.0])

worst_gap = Exercise(
    name="worst_gap",
    stars=3,
    task="Which gradient is most wrong? `params`: a list of arrays; `loss(params)`: one number; "
    "`grads`: a gradient for each array, to be judged. Compare each with central differences, step "
    "$10^{-5}$: its gap is the largest absolute difference in the array, divided by the largest "
    "absolute number in either gradient (by $10^{-8}$ if all are smaller). Return the position of the "
    "array with the largest gap, and that gap.",
    hint="Copy the list and the array before you move a number: what you were given must stay as it is.",
    solution=_worst_gap,
    book=_book_gap,
    rtol=1e-4,
    atol=1e-6,
    probes=(
        (_idle, [np.array([3.0, 12.0]), np.array([0.5])], [np.array([1.0, 2.0]), np.array([1.0])]),
        (_idle, [np.array([3.0, 24.0]), np.array([0.0])], [np.array([1.0, 2.0]), np.array([1.0])]),
        (_idle, [np.array([3.0, 12.0]), np.array([1e-9])], [np.array([1.0, 2.0]), np.array([1.0])]),
        (_flat, [np.array([0.0]), np.array([0.0])], [np.array([2.0]), np.array([1.0])]),
        (_bent, [np.array([10.1]), np.array([3.0])], [np.array([0.01]), np.array([1.0])]),
        _spoiled(_last_entry_off, *_WVC),
        _spoiled(_sign_off, *_WVC),
        _spoiled(_scales_off, *_WVC),
        _spoiled(_too_short, *_WVC),
    ),
    fresh=_random_gap,
    mistakes=(
        Mistake(
            "the gap is absolute: without dividing, long gradients look worse than they are",
            _absolute_gap,
        ),
        Mistake("blind to signs: sizes were compared, and uphill passes for downhill", _sign_blind),
        Mistake("only the first entry of every array was tried", _first_entries),
        Mistake(
            "the mean hides one wrong entry among many right ones: take the largest", _mean_gap
        ),
        Mistake("this is the best gradient: the worst is wanted", _best_gap),
        Mistake(
            "divided by the gradient under judgement alone: divide by the larger of the two",
            _over_the_given,
        ),
        Mistake("the two points lie two steps apart: divide by 2e-5", _half_a_difference),
        Mistake(
            "the difference goes one way: a central one takes a step up and a step down", _one_way
        ),
        Mistake("all entries were moved at once: move one, and put it back", _moved_together),
        Mistake(
            "divided entry by entry, where a short entry exaggerates: divide by the array's largest",
            _entry_by_entry,
        ),
        Mistake("divided by the sum of both sizes: divide by the larger", _over_the_sum),
        Mistake(
            "divided by the differences alone: divide by the larger of the two", _over_the_numeric
        ),
        Mistake(
            "1e-8 was added: it takes the place of a size that is smaller, and no other",
            _floor_added,
        ),
    ),
)


def _fold_batchnorm(W, b, gamma, beta, mean, var, eps):
    scale = gamma / np.sqrt(var + eps)
    return W * scale, (b - mean) * scale + beta


def _book_fold(W, b, gamma, beta, mean, var, eps):
    state = batchnorm.RunningState(mean, var)
    layer = np.vstack([np.zeros(len(W)), np.eye(len(W))]) @ W + b
    y = batchnorm.batchnorm_inference(layer, gamma, beta, state, eps=eps)
    return y[1:] - y[0], y[0]


def _rows_scaled(W, b, gamma, beta, mean, var, eps):
    scale = gamma / np.sqrt(var + eps)
    return W * scale[:, None], (b - mean) * scale + beta


def _mean_unscaled(W, b, gamma, beta, mean, var, eps):
    scale = gamma / np.sqrt(var + eps)
    return W * scale, b * scale - mean + beta


def _bias_lost(W, b, gamma, beta, mean, var, eps):
    scale = gamma / np.sqrt(var + eps)
    return W * scale, beta - mean * scale


def _bias_unscaled(W, b, gamma, beta, mean, var, eps):
    scale = gamma / np.sqrt(var + eps)
    return W * scale, b - mean * scale + beta


def _beta_scaled(W, b, gamma, beta, mean, var, eps):
    scale = gamma / np.sqrt(var + eps)
    return W * scale, (b - mean + beta) * scale


def _gamma_lost(W, b, gamma, beta, mean, var, eps):
    scale = 1 / np.sqrt(var + eps)
    return W * scale, (b - mean) * scale + beta


def _no_root(W, b, gamma, beta, mean, var, eps):
    scale = gamma / (var + eps)
    return W * scale, (b - mean) * scale + beta


def _eps_outside(W, b, gamma, beta, mean, var, eps):
    scale = gamma / (np.sqrt(var) + eps)
    return W * scale, (b - mean) * scale + beta


def _eps_lost(W, b, gamma, beta, mean, var, eps):
    scale = gamma / np.sqrt(var)
    return W * scale, (b - mean) * scale + beta


def _matrix_kept(W, b, gamma, beta, mean, var, eps):
    return W, (b - mean) * gamma / np.sqrt(var + eps) + beta


def _matrix_centred(W, b, gamma, beta, mean, var, eps):
    scale = gamma / np.sqrt(var + eps)
    return (W - mean) * scale, b * scale + beta


def _mean_lost(W, b, gamma, beta, mean, var, eps):
    scale = gamma / np.sqrt(var + eps)
    return W * scale, b * scale + beta


def _beta_lost(W, b, gamma, beta, mean, var, eps):
    scale = gamma / np.sqrt(var + eps)
    return W * scale, (b - mean) * scale


def _to_fold(rng):
    D = int(rng.integers(2, 4))
    return (
        rng.normal(size=(D, D)).round(2),
        *(rng.uniform(0.5, 3, D).round(2) * rng.choice([-1, 1], D) for _ in range(4)),
        rng.uniform(2, 9, D).round(2),
        0.5,
    )


fold_batchnorm = Exercise(
    name="fold_batchnorm",
    stars=2,
    task="At inference batch normalization is a fixed scale and shift, and the layer before it can "
    "take it in. For $y = \\mathrm{BN}(x W + b)$ with running `mean` and `var`, one number a column "
    "of `W`, return `W_new` and `b_new` such that $y = x W_{\\text{new}} + b_{\\text{new}}$ for every "
    "$x$. `W`: $(D, D)$; `b`, `gamma`, `beta`, `mean`, `var`: $(D,)$; `eps` stands with the variance, "
    "under the root.",
    hint="Write (77) and (78) with $xW + b$ in the place of $x_i$, and sort: what stands with $x$, what "
    "does not.",
    solution=_fold_batchnorm,
    book=_book_fold,
    probes=(
        (*map(np.array, ([[2.0]], [1.0], [3.0], [0.0], [5.0], [9.0])), 0.0),
        (
            np.array([[1.0, 2.0], [-1.0, 3.0]]),
            np.array([0.5, -1.0]),
            np.array([2.0, -0.5]),
            np.array([0.25, 1.0]),
            np.array([1.0, -2.0]),
            np.array([3.0, 15.0]),
            1.0,
        ),
        _to_fold(np.random.default_rng(3)),
    ),
    fresh=_to_fold,
    mistakes=(
        Mistake("the rows of W were scaled: a column makes a feature", _rows_scaled),
        Mistake("the mean goes through the scale, too", _mean_unscaled),
        Mistake("b is lost: at inference the running mean does not take it away", _bias_lost),
        Mistake("b goes through the scale, too", _bias_unscaled),
        Mistake("beta is added behind the scale, not before it", _beta_scaled),
        Mistake("gamma is missing", _gamma_lost),
        Mistake("divided by the variance: the root is missing", _no_root),
        Mistake("eps belongs under the root", _eps_outside),
        Mistake("eps is missing", _eps_lost),
        Mistake("W must be scaled, too: x meets nothing else", _matrix_kept),
        Mistake(
            "the mean was taken from W: it is a shift, and belongs to what does not stand with x",
            _matrix_centred,
        ),
        Mistake("the mean is missing", _mean_lost),
        Mistake("beta is missing", _beta_lost),
    ),
)


def _macro_f1(C):
    tp = np.diag(C)
    return np.mean(2 * tp / (C.sum(axis=0) + C.sum(axis=1)))


def _book_macro(C):
    N = int(C.sum())
    found = []
    for k in range(len(C)):
        tp, said, true = int(C[k, k]), int(C[:, k].sum()), int(C[k].sum())
        found.append(metrics.Confusion(tp, said - tp, true - tp, N - said - true + tp).f1)
    return float(np.mean(found))


def _micro(C):
    return np.trace(C) / C.sum()


def _weighted(C):
    f1 = 2 * np.diag(C) / (C.sum(axis=0) + C.sum(axis=1))
    return f1 @ C.sum(axis=1) / C.sum()


def _of_means(C):
    P = np.mean(np.diag(C) / np.maximum(C.sum(axis=0), 1))
    R = np.mean(np.diag(C) / C.sum(axis=1))
    return 2 * P * R / (P + R)


def _arithmetic(C):
    P, R = np.diag(C) / np.maximum(C.sum(axis=0), 1), np.diag(C) / C.sum(axis=1)
    return np.mean((P + R) / 2)


def _recalls(C):
    return np.mean(np.diag(C) / C.sum(axis=1))


def _precisions(C):
    return np.mean(np.diag(C) / np.maximum(C.sum(axis=0), 1))


def _never_said_is_nan(C):
    P, R = np.diag(C) / C.sum(axis=0), np.diag(C) / C.sum(axis=1)
    return np.mean(2 * P * R / (P + R))


def _never_said_left_out(C):
    P, R = np.diag(C) / C.sum(axis=0), np.diag(C) / C.sum(axis=1)
    return np.nanmean(2 * P * R / (P + R))


def _jaccard(C):
    tp = np.diag(C)
    return np.mean(tp / (C.sum(axis=0) + C.sum(axis=1) - tp))


def _counted_again(C):
    tp = np.diag(C)
    return np.mean(2 * tp / (2 * tp + C.sum(axis=0) + C.sum(axis=1)))


def _counts(rng):
    C = rng.integers(0, 9, (3, 3)) * [[1], [2], [6]]
    return ((C + np.diag(rng.integers(3, 40, 3))).astype(float),)


macro_f1 = Exercise(
    name="macro_f1",
    stars=2,
    task="The mean over the classes of each class's F1. `C`: $(K, K)$, `C[i, j]` images of class $i$ "
    "that were called $j$; every class occurs. A class that is never named rightly has the F1 of 0, "
    "as in the count form.",
    hint="For class $k$, $2\\,TP + FP + FN$ is its column's sum plus its row's sum.",
    solution=_macro_f1,
    book=_book_macro,
    probes=(
        (np.array([[8.0, 2.0], [3.0, 1.0]]),),
        (np.array([[8.0, 2.0, 0.0], [1.0, 3.0, 1.0], [0.0, 4.0, 31.0]]),),
        (np.array([[5.0, 3.0, 0.0], [1.0, 9.0, 0.0], [2.0, 2.0, 0.0]]),),
    ),
    fresh=_counts,
    mistakes=(
        Mistake("this is the accuracy, which is also the micro F1: mean over classes", _micro),
        Mistake("weighted by the classes' sizes: each class counts once", _weighted),
        Mistake(
            "the F1 of the mean precision and the mean recall: first F1, then the mean", _of_means
        ),
        Mistake("precision and recall were averaged: F1 is their harmonic mean", _arithmetic),
        Mistake("this is the mean recall", _recalls),
        Mistake("this is the mean precision", _precisions),
        Mistake(
            "a class that is never called is 0/0 in this form: count its F1 as 0",
            _never_said_is_nan,
        ),
        Mistake("a class that is never called was left out: its F1 is 0", _never_said_left_out),
        Mistake(
            "this is TP / (TP + FP + FN), Jaccard's index: in F1 the TP count twice, above and below",
            _jaccard,
        ),
        Mistake(
            "row and column were taken for FN and FP: the sum of each holds the TP already",
            _counted_again,
        ),
    ),
)


def _wilson(k, n, z):
    p, s = k / n, z * z / n
    centre = (p + s / 2) / (1 + s)
    half = z * np.sqrt(p * (1 - p) / n + s / (4 * n)) / (1 + s)
    return centre - half, centre + half


def _book_wilson(k, n, z):
    # The p whose distance from k/n is z of its own standard deviations: a quadratic in p.
    low, high = np.sort(np.roots([1 + z**2 / n, -2 * k / n - z**2 / n, (k / n) ** 2]).real)
    return low, high


def _wald(k, n, z):
    p = k / n
    half = z * np.sqrt(p * (1 - p) / n)
    return p - half, p + half


def _centred_on_p(k, n, z):
    p, s = k / n, z**2 / n
    half = z * np.sqrt(p * (1 - p) / n + s / (4 * n)) / (1 + s)
    return p - half, p + half


def _undivided(k, n, z):
    p, s = k / n, z**2 / n
    half = z * np.sqrt(p * (1 - p) / n + s / (4 * n))
    return p + s / 2 - half, p + s / 2 + half


def _rootless(k, n, z):
    p, s = k / n, z**2 / n
    centre, half = (p + s / 2) / (1 + s), z * (p * (1 - p) / n + s / (4 * n)) / (1 + s)
    return centre - half, centre + half


def _wald_moved(k, n, z):
    p, s = k / n, z**2 / n
    centre, half = (p + s / 2) / (1 + s), z * np.sqrt(p * (1 - p) / n) / (1 + s)
    return centre - half, centre + half


def _centre_divided(k, n, z):
    p, s = k / n, z**2 / n
    centre, half = (p + s / 2) / (1 + s), z * np.sqrt(p * (1 - p) / n + s / (4 * n))
    return centre - half, centre + half


def _width_divided(k, n, z):
    p, s = k / n, z**2 / n
    centre, half = p + s / 2, z * np.sqrt(p * (1 - p) / n + s / (4 * n)) / (1 + s)
    return centre - half, centre + half


def _without_brackets(k, n, z):
    p = k / n
    half = z * np.sqrt(p * (1 - p) / n + z**2 / 4 * n**2)
    return (p + z**2 / 2 * n - half) / (1 + z**2 / n), (p + z**2 / 2 * n + half) / (1 + z**2 / n)


def _always_95(k, n, z):
    p, s = k / n, 1.96**2 / n
    centre = (p + s / 2) / (1 + s)
    half = 1.96 * np.sqrt(p * (1 - p) / n + s / (4 * n)) / (1 + s)
    return centre - half, centre + half


def _half_only(k, n, z):
    p, s = k / n, z**2 / n
    return np.sqrt(p * (1 - p) / n + s / (4 * n)) * z / (1 + s)


def _agresti_coull(k, n, z):
    p = (k + z**2 / 2) / (n + z**2)
    half = z * np.sqrt(p * (1 - p) / (n + z**2))
    return p - half, p + half


def _plus_four(k, n, z):
    p = (k + 2) / (n + 4)
    half = z * np.sqrt(p * (1 - p) / (n + 4))
    return p - half, p + half


def _trial(rng):
    n = int(rng.integers(5, 60))
    return int(rng.integers(0, n // 3)), n, round(float(rng.uniform(0.8, 1.8)), 2)


wilson = Exercise(
    name="wilson",
    stars=2,
    task="Wilson's interval for a share: all $p$ that differ from $\\hat p = k/n$ by at most $z$ of "
    "their own standard deviations $\\sqrt{p(1-p)/n}$. `k`: how many of `n` were right; `z`: 1.96 "
    "for 95 percent. Return `(low, high)`.\n\n"
    "$$\\frac{\\hat p + \\frac{z^2}{2n} \\pm z \\sqrt{\\frac{\\hat p (1 - \\hat p)}{n} + "
    "\\frac{z^2}{4n^2}}}{1 + \\frac{z^2}{n}}$$",
    hint="Both the centre and the width are divided. Try 10 of 10: the upper end is 1, the lower is not.",
    solution=_wilson,
    book=_book_wilson,
    probes=((9, 10, 1.96), (0, 4, 1.0), (485, 500, 1.96), (3, 20, 2.576)),
    fresh=_trial,
    mistakes=(
        Mistake(
            "this interval has zero width when all are right: it takes the p found for true", _wald
        ),
        Mistake("centred on k/n: the centre is drawn towards one half", _centred_on_p),
        Mistake("the division by 1 + z^2/n is missing", _undivided),
        Mistake("the root was not divided by 1 + z^2/n", _centre_divided),
        Mistake(
            "the centre was not divided by 1 + z^2/n: set brackets around the sum", _width_divided
        ),
        Mistake(
            "z**2 / 2 * n is half of z^2 times n: write z**2 / (2 * n), and the other so, too",
            _without_brackets,
        ),
        Mistake("the root is missing", _rootless),
        Mistake("under the root z^2/(4 n^2) is missing", _wald_moved),
        Mistake("z is always 1.96 here: it is an argument", _always_95),
        Mistake("this is half the width: low and high are wanted", _half_only),
    ),
    conventions=(
        Convention(
            "the interval of Agresti and Coull (1998), of the same centre and a little wider",
            _agresti_coull,
        ),
        Convention(
            "the interval that adds two right and two wrong ones (Agresti and Coull 1998), which "
            "is meant for 95 percent",
            _plus_four,
        ),
    ),
)


def _early_stop(history, patience):
    best = 0
    for step in range(1, len(history)):
        if history[step] > history[best]:
            best = step
        elif step - best == patience:
            break
    return best


def _book_stop(history, patience):
    for end in range(patience, len(history)):
        best = int(np.argmax(history[: end + 1]))
        if end - best >= patience:
            return best
    return int(np.argmax(history))


def _looked_ahead(history, patience):
    return np.argmax(history)


def _where_it_stopped(history, patience):
    best = 0
    for step in range(1, len(history)):
        if history[step] > history[best]:
            best = step
        elif step - best == patience:
            return step
    return len(history) - 1


def _with_the_last(history, patience):
    best, waited = 0, 0
    for step in range(1, len(history)):
        if history[step] > history[best]:
            best = step
        waited = 0 if history[step] > history[step - 1] else waited + 1
        if waited == patience:
            break
    return best


def _never_reset(history, patience):
    best, waited = 0, 0
    for step in range(1, len(history)):
        if history[step] > history[best]:
            best = step
        else:
            waited += 1
            if waited == patience:
                break
    return best


def _one_too_patient(history, patience):
    best = 0
    for step in range(1, len(history)):
        if history[step] > history[best]:
            best = step
        elif step - best == patience + 1:
            break
    return best


def _one_too_hasty(history, patience):
    best = 0
    for step in range(1, len(history)):
        if history[step] > history[best]:
            best = step
        elif step - best == patience - 1:
            break
    return best


def _of_a_loss(history, patience):
    best = 0
    for step in range(1, len(history)):
        if history[step] < history[best]:
            best = step
        elif step - best == patience:
            break
    return best


def _equal_counts(history, patience):
    best = 0
    for step in range(1, len(history)):
        if history[step] >= history[best]:
            best = step
        elif step - best == patience:
            break
    return best


def _equal_resets(history, patience):
    best, waited = 0, 0
    for step in range(1, len(history)):
        waited += 1
        if history[step] >= history[best]:
            waited = 0
        if history[step] > history[best]:
            best = step
        if waited == patience:
            break
    return best


def _the_value(history, patience):
    best = 0
    for step in range(1, len(history)):
        if history[step] > history[best]:
            best = step
        elif step - best == patience:
            break
    return history[best]


def _from_one(history, patience):
    best = 0
    for step in range(1, len(history)):
        if history[step] > history[best]:
            best = step
        elif step - best == patience:
            break
    return best + 1


def _history(rng):
    return rng.integers(3, 9, int(rng.integers(8, 14))) / 10, int(rng.integers(2, 4))


early_stop = Exercise(
    name="early_stop",
    stars=2,
    task="Training is watched: `history[i]` is the validation accuracy at evaluation $i$. It stops as "
    "soon as the best value so far was not exceeded for `patience` evaluations in a row; then nothing "
    "later is known. Return the evaluation whose weights are kept: that of the best value up to the "
    "stop, the first of equals.",
    hint="Remember where the best one was: how long ago is the difference of two positions.",
    solution=_early_stop,
    book=_book_stop,
    probes=(
        (np.array([0.5, 0.4, 0.7, 0.6, 0.8, 0.1, 0.1]), 2),
        (np.array([0.5, 0.7, 0.6, 0.65, 0.6, 0.66, 0.9]), 2),
        (np.array([0.5, 0.7, 0.6, 0.5, 0.9]), 2),
        (np.array([0.5, 0.7, 0.7, 0.6, 0.9, 0.8]), 3),
        (np.array([0.5, 0.7, 0.6, 0.7, 0.6, 0.8]), 3),
        (np.array([0.8, 0.6, 0.7, 0.9]), 2),
        (np.array([0.5, 0.7, 0.7, 0.6, 0.6, 0.9]), 2),
        (np.array([0.5, 0.6, 0.7]), 3),
    ),
    fresh=_history,
    mistakes=(
        Mistake("looked ahead: after the stop no value is known", _looked_ahead),
        Mistake("this is where it stopped: the best one before is kept", _where_it_stopped),
        Mistake("compared with the evaluation before, not with the best so far", _with_the_last),
        Mistake("the count starts anew at every new best value", _never_reset),
        Mistake("one evaluation too patient", _one_too_patient),
        Mistake("one evaluation too hasty", _one_too_hasty),
        Mistake("this seeks the smallest: an accuracy is best when it is large", _of_a_loss),
        Mistake("an equal value is no improvement: the first of equals is kept", _equal_counts),
        Mistake(
            "an equal value set the count back to 0: it does not exceed the best", _equal_resets
        ),
        Mistake("this is the best value: where it stands is wanted", _the_value),
        Mistake("one too many: `history[0]` is evaluation 0", _from_one),
    ),
)


def _mcnemar(only_a, only_b):
    n, fewer = only_a + only_b, min(only_a, only_b)
    ways, total = 1, 1
    for k in range(fewer):
        ways = ways * (n - k) // (k + 1)
        total += ways
    return min(1.0, 2 * total / 2**n)


def _book_mcnemar(only_a, only_b):
    # The binomial distribution by adding one fair coin after the other.
    n, p = only_a + only_b, np.ones(1)
    for _ in range(n):
        p = np.convolve(p, [0.5, 0.5])
    k = np.arange(n + 1)
    return float(p[abs(k - n / 2) >= abs(only_a - n / 2)].sum())


def _one_sided(only_a, only_b):
    n, ways, total = only_a + only_b, 1, 1
    for k in range(min(only_a, only_b)):
        ways = ways * (n - k) // (k + 1)
        total += ways
    return total / 2**n


def _the_point(only_a, only_b):
    n, ways = only_a + only_b, 1
    for k in range(min(only_a, only_b)):
        ways = ways * (n - k) // (k + 1)
    return ways / 2**n


def _twice_the_point(only_a, only_b):
    n, ways = only_a + only_b, 1
    for k in range(min(only_a, only_b)):
        ways = ways * (n - k) // (k + 1)
    return min(1.0, 2 * ways / 2**n)


def _above_one(only_a, only_b):
    n, ways, total = only_a + only_b, 1, 1
    for k in range(min(only_a, only_b)):
        ways = ways * (n - k) // (k + 1)
        total += ways
    return 2 * total / 2**n


def _without_itself(only_a, only_b):
    n, ways, total = only_a + only_b, 1, 0
    for k in range(min(only_a, only_b)):
        total += ways
        ways = ways * (n - k) // (k + 1)
    return min(1.0, 2 * total / 2**n)


def _from_above(only_a, only_b):
    n, ways, total = only_a + only_b, 1, 1
    for k in range(max(only_a, only_b)):
        ways = ways * (n - k) // (k + 1)
        total += ways
    return min(1.0, 2 * total / 2**n)


def _statistic(only_a, only_b):
    return (only_a - only_b) ** 2 / (only_a + only_b)


def _corrected_statistic(only_a, only_b):
    return (abs(only_a - only_b) - 1) ** 2 / (only_a + only_b)


def _up_to_a(only_a, only_b):
    n, ways, total = only_a + only_b, 1, 1
    for k in range(only_a):
        ways = ways * (n - k) // (k + 1)
        total += ways
    return min(1.0, 2 * total / 2**n)


def _mid_p(only_a, only_b):
    n, ways, total = only_a + only_b, 1, 1
    for k in range(min(only_a, only_b)):
        ways = ways * (n - k) // (k + 1)
        total += ways
    return min(1.0, (2 * total - ways) / 2**n)


def _disagreements(rng):
    few = int(rng.integers(1, 5))
    pair = few, few + int(rng.integers(3, 9))
    return pair if rng.random() < 0.5 else pair[::-1]


mcnemar = Exercise(
    name="mcnemar",
    stars=2,
    task="McNemar's exact test. Two classifiers read the same images; `only_a` images were misread by A "
    "alone, `only_b` by B alone. If both were equally good, each of these images would be a fair coin. "
    "Return how likely a split at least as uneven as this one is, counting both sides.",
    hint="Of $n$ coins, $\\binom{n}{k}/2^n$ show heads $k$ times. Sum up to the smaller count, double, and "
    "stop at 1. From one binomial coefficient to the next: times $n - k$, over $k + 1$.",
    solution=_mcnemar,
    book=_book_mcnemar,
    probes=((1, 2), (1, 7), (16, 4), (5, 5), (0, 6), (0, 0)),
    fresh=_disagreements,
    mistakes=(
        Mistake("one side only: B might as well have been the worse", _one_sided),
        Mistake("the probability of this very split: less even ones count as well", _the_point),
        Mistake(
            "twice the probability of this very split: sum the less even ones", _twice_the_point
        ),
        Mistake("more than 1 is no probability: an even split was counted twice", _above_one),
        Mistake("the split that was seen must be counted, too", _without_itself),
        Mistake(
            "summed up to the larger count: that is the side which proves nothing", _from_above
        ),
        Mistake(
            "this is McNemar's statistic: the probability of one so large is wanted", _statistic
        ),
        Mistake(
            "this is McNemar's statistic, corrected for continuity: the probability of one so large "
            "is wanted",
            _corrected_statistic,
        ),
        Mistake("summed up to only_a, also where it is the larger: stop at the smaller", _up_to_a),
    ),
    conventions=(
        Convention(
            "the mid-p value, which counts half of the split that was seen and is less cautious "
            "than the exact test",
            _mid_p,
        ),
    ),
)

questions = (
    Question(
        "A network reads 97 percent of the validation images rightly. What does that prove?",
        (
            Option(
                "its gradients are right",
                "with gamma forgotten in the gradient it reads as many.",
            ),
            Option("that it predicts: it reads these images well", "and nothing else.", True),
            Option("nothing leaked from the test set", "a leak makes the number higher."),
            Option(
                "its parts are the best choice", "several other networks of the grid are as good."
            ),
        ),
    ),
    Question(
        "Of 297 validation images one network reads 290, another 288. Which is better?",
        (
            Option("the first, more is more", "two images are well within the noise."),
            Option(
                "it cannot be told",
                "at its most uneven the split is 0 against 2, and McNemar's $p$ is 0.5.",
                True,
            ),
            Option("the second, it overfits less", "that cannot be read from these numbers."),
            Option(
                "the first, if three seeds agree",
                "seeds vary the network; the images are the same 297 each time.",
            ),
        ),
    ),
    Question(
        "Three tenths of the training labels are wrong. What does batch normalization do here?",
        (
            Option("it always helps", "without decay it ends below the plain network."),
            Option("it has no effect", "it does: compare what is fitted."),
            Option("the network fits the wrong labels sooner", "and more of them.", True),
            Option("it cures them", "decay or stopping in time does that, in part."),
        ),
    ),
    Question(
        "Ten networks were compared on the test set and the best one is reported. What is its result?",
        (
            Option("fair, the test set was not trained on", "but it was chosen on."),
            Option("fair, if the test set is large", "the bias gets smaller, and stays."),
            Option(
                "too good: the test set became a validation set", "the maximum is biased.", True
            ),
            Option("fair, if every network had several seeds", "the images are still the same."),
        ),
    ),
)
