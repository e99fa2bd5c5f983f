"""The exercises of the page on regularization. An answer may use np and nothing else."""

import numpy as np

from .. import optimizers, regularization
from ._answer import probe
from ._engine import Convention, Exercise, Mistake, Option, Question

THE_NOTES = "the notes that this book follows"


def _l2_step(w, g, *, lr, lam):
    return w - lr * (g + lam * w)


def _descent_with_l2(w, g, *, lr, lam):
    """The same by the book's own gradient and optimizer."""
    rule = optimizers.SGD(lr=lr)
    return rule.step(w, lambda w: g + regularization.l2_grad(w, lam=lam), rule.init(w))[0]


def _weights_and_slopes(rng):
    return rng.normal(scale=2, size=5).round(2), rng.normal(size=5).round(2)


l2_step = Exercise(
    name="l2_step",
    stars=1,
    task="One step of gradient descent on the loss with the penalty $\\frac{\\lambda}{2}\\|w\\|^2$. "
    "`w`: $n$ weights; `g`: the gradient of the loss without the penalty; `lr`: the rate $\\eta$; "
    "`lam`: $\\lambda$. Return the new weights.",
    hint="The penalty adds $\\lambda w$ to the gradient. Everything is taken at the old weights.",
    solution=_l2_step,
    book=_descent_with_l2,
    probes=(
        probe(np.array([2.0]), np.array([0.3]), lr=0.1, lam=0.2),
        probe(np.array([2.0, -0.5, 0.0]), np.array([0.3, -1.0, 2.0]), lr=0.5, lam=0.4),
    ),
    fresh=lambda rng: probe(
        *_weights_and_slopes(rng), lr=float(rng.uniform(0.1, 0.5)), lam=float(rng.uniform(0.2, 0.9))
    ),
    mistakes=(
        Mistake(
            "the rate was lost from the decay: the penalty's slope is multiplied by lr like the rest",
            lambda w, g, *, lr, lam: w * (1 - lam) - lr * g,
        ),
        Mistake(
            "the weights decayed after the step: both gradients belong to the old weights",
            lambda w, g, *, lr, lam: (w - lr * g) * (1 - lr * lam),
        ),
        Mistake(
            "the penalty was subtracted from the loss: these weights grow",
            lambda w, g, *, lr, lam: w - lr * (g - lam * w),
        ),
        Mistake(
            "this is the slope of the absolute values, L1: a square's slope grows with the weight",
            lambda w, g, *, lr, lam: w - lr * (g + lam * np.sign(w)),
        ),
        Mistake(
            "the half was kept: the 2 of the square's slope cancels it",
            lambda w, g, *, lr, lam: w - lr * (g + lam / 2 * w),
        ),
        Mistake(
            "the penalty was left out",
            lambda w, g, *, lr, lam: w - lr * g,
        ),
        Mistake(
            "this is the slope of the norm, not of half its square: do not divide by the norm",
            lambda w, g, *, lr, lam: w - lr * (g + lam * w / np.linalg.norm(w)),
        ),
    ),
    conventions=(
        Convention(
            "Keras's L2 and scikit-learn's Ridge have no half, which makes the slope 2 lam w",
            lambda w, g, *, lr, lam: w - lr * (g + 2 * lam * w),
        ),
    ),
)


def _soft_threshold(u, tau):
    taken_away = np.clip(u, -tau, tau)
    return u - taken_away


soft_threshold = Exercise(
    name="soft_threshold",
    stars=1,
    task="$\\operatorname{soft}_\\tau(u)$: every entry of the array `u` moved towards 0 by `tau`, and "
    "set to 0 where that would take it past 0. Return an array of the same shape.",
    hint="Size and sign apart: what becomes of $|u|$, and what of the sign? Or: how much is taken away "
    "from an entry, and when is that all of it?",
    solution=_soft_threshold,
    book=regularization.soft_threshold,
    probes=(
        (np.array([3.0, 0.5, -0.2, 0.0, -3.0]), 1.0),
        (np.array([[0.3, -0.5], [-2.0, 0.25]]), 0.4),
        (np.array([4.0, -1.5, -3.0]), 2.5),
    ),
    fresh=lambda rng: (
        np.array([0.1, -0.1, 1.3, -1.7]) + rng.uniform(-0.1, 0.1, 4).round(3),
        float(rng.uniform(0.3, 0.8)),
    ),
    mistakes=(
        Mistake(
            "this is the hard threshold: what stays must also move towards 0 by tau",
            lambda u, tau: np.where(np.abs(u) > tau, u, 0),
        ),
        Mistake(
            "small entries were pushed past 0 to the other side: they stop at 0",
            lambda u, tau: u - tau * np.sign(u),
        ),
        Mistake(
            "the negative entries were lost: they move up towards 0",
            lambda u, tau: np.maximum(u - tau, 0),
        ),
        Mistake(
            "this is the part that is taken away, not what remains",
            lambda u, tau: np.clip(u, -tau, tau),
        ),
        Mistake(
            "this shrinks by a factor, as the squared penalty does: here each entry moves by tau",
            lambda u, tau: u / (1 + tau),
        ),
        Mistake(
            "the sign was lost: a negative entry stays negative",
            lambda u, tau: np.maximum(np.abs(u) - tau, 0),
        ),
    ),
)


def _elastic_net_step(w, g, *, lr, lam1, lam2):
    u = w - lr * (g + lam2 * w)
    return u - np.clip(u, -lr * lam1, lr * lam1)


def _step_of_the_book(w, g, *, lr, lam1, lam2):
    """The same by the book's own gradient and threshold."""
    u = w - lr * (g + regularization.l2_grad(w, lam=lam2))
    return regularization.soft_threshold(u, lr * lam1)


elastic_net_step = Exercise(
    name="elastic_net_step",
    stars=2,
    task="One proximal step on a loss with $\\lambda_1 \\sum |w_i| + \\frac{\\lambda_2}{2} \\sum w_i^2$: "
    "a gradient step on all that is smooth, then the soft threshold. `w`: $n$ weights; `g`: the "
    "gradient of the loss without the penalties; `lr`, `lam1`, `lam2`: $\\eta$, $\\lambda_1$, "
    "$\\lambda_2$. Return the new weights.",
    hint="The smooth part has the slope $g + \\lambda_2 w$. How far can the absolute values push in "
    "one step of rate $\\eta$?",
    solution=_elastic_net_step,
    book=_step_of_the_book,
    probes=(
        probe(
            np.array([0.03, -1.0, 2.0, 0.0]),
            np.array([0.1, -0.5, 0.3, 0.2]),
            lr=0.1,
            lam1=0.8,
            lam2=0.5,
        ),
        probe(
            np.array([0.5, -0.1, 0.0, -3.0]),
            np.array([1.0, 0.2, -2.0, 0.5]),
            lr=0.25,
            lam1=1.2,
            lam2=0.3,
        ),
    ),
    fresh=lambda rng: probe(
        np.array([0.02, -1.5, 1.0, 0.0]) + rng.uniform(-0.01, 0.01, 4).round(4),
        rng.uniform(-0.5, 0.5, 4).round(3),
        lr=0.2,
        lam1=float(rng.uniform(0.7, 0.9)),
        lam2=float(rng.uniform(0.2, 0.5)),
    ),
    mistakes=(
        Mistake(
            "the sign step as the notes print it: it hops over 0 and never lands on it",
            lambda w, g, *, lr, lam1, lam2: w - lr * (g + lam1 * np.sign(w) + lam2 * w),
        ),
        Mistake(
            "the rate was lost from the threshold: in a step of rate lr it is lr lam1",
            lambda w, g, *, lr, lam1, lam2: (
                np.sign(w - lr * (g + lam2 * w))
                * np.maximum(np.abs(w - lr * (g + lam2 * w)) - lam1, 0)
            ),
        ),
        Mistake(
            "lam2 was left out: this is the lasso's step",
            lambda w, g, *, lr, lam1, lam2: (
                np.sign(w - lr * g) * np.maximum(np.abs(w - lr * g) - lr * lam1, 0)
            ),
        ),
        Mistake(
            "the threshold came first: what the gradient then moves off 0 is not 0",
            lambda w, g, *, lr, lam1, lam2: (
                np.sign(w) * np.maximum(np.abs(w) - lr * lam1, 0) - lr * (g + lam2 * w)
            ),
        ),
        Mistake(
            "lam1 and lam2 were swapped: the threshold comes from the absolute values",
            lambda w, g, *, lr, lam1, lam2: (
                np.sign(w - lr * (g + lam1 * w))
                * np.maximum(np.abs(w - lr * (g + lam1 * w)) - lr * lam2, 0)
            ),
        ),
        Mistake(
            "the absolute values were left out: this is the step of L2 alone",
            lambda w, g, *, lr, lam1, lam2: w - lr * (g + lam2 * w),
        ),
    ),
    conventions=(
        Convention(
            "Zou and Hastie's penalty, and Keras's L1L2, have no half on the squares",
            lambda w, g, *, lr, lam1, lam2: (
                np.sign(w - lr * (g + 2 * lam2 * w))
                * np.maximum(np.abs(w - lr * (g + 2 * lam2 * w)) - lr * lam1, 0)
            ),
        ),
        Convention(
            "the proximal step of both penalties divides by 1 + lr lam2 after the threshold",
            lambda w, g, *, lr, lam1, lam2: (
                np.sign(w - lr * g)
                * np.maximum(np.abs(w - lr * g) - lr * lam1, 0)
                / (1 + lr * lam2)
            ),
        ),
    ),
)


def _spectral_norm_grad(W):
    u, _, vt = np.linalg.svd(W)
    return np.outer(u[:, 0], vt[0])


MATRIX = np.array([[1.0, -0.5, 2.0], [0.25, 3.0, -1.0], [-2.0, 0.5, 0.75], [1.5, -1.25, 0.5]])

spectral_norm_grad = Exercise(
    name="spectral_norm_grad",
    stars=3,
    task="The gradient of the spectral norm $\\|W\\|_2$, the largest singular value. `W`: $m \\times n$ "
    "numbers whose largest singular value is positive and single. Return an $m \\times n$ array.",
    hint="`np.linalg.svd` gives $U$, the singular values from large to small, and $V^\\top$, whose "
    "*rows* are the $v_k$. Which change of $W$ lengthens the longest stretch the most?",
    solution=_spectral_norm_grad,
    book=regularization.spectral_norm_grad,
    probes=(
        (np.array([[2.0, 1.0], [0.5, -1.0], [1.0, 3.0]]),),
        (MATRIX,),
        (MATRIX[:2] - 0.5,),
    ),
    fresh=lambda rng: (rng.normal(size=(4, 3)).round(2) + np.eye(4, 3) * [4, 2, 0],),
    mistakes=(
        Mistake(
            "this is the gradient of the Frobenius norm: only the largest singular value counts",
            lambda W: W / np.linalg.norm(W),
        ),
        Mistake(
            "this is W normalized, which has the singular value 1: the gradient has rank 1",
            lambda W: W / np.linalg.norm(W, 2),
        ),
        Mistake(
            "v came first: the gradient has the shape of W, a column u times a row v",
            lambda W: np.outer(np.linalg.svd(W)[2][0], np.linalg.svd(W)[0][:, 0]),
        ),
        Mistake(
            "all pairs were added: that is the gradient of the sum of the singular values",
            lambda W: (
                np.linalg.svd(W, full_matrices=False)[0] @ np.linalg.svd(W, full_matrices=False)[2]
            ),
        ),
        Mistake(
            "the last pair was taken: NumPy gives the singular values from large to small",
            lambda W: np.outer(
                np.linalg.svd(W, full_matrices=False)[0][:, -1],
                np.linalg.svd(W, full_matrices=False)[2][-1],
            ),
        ),
        Mistake(
            "v was read from a column: the third part of NumPy's svd is V transposed, take a row",
            lambda W: np.outer(np.linalg.svd(W)[0][:, 0], np.linalg.svd(W)[2][:, 0]),
        ),
    ),
    conventions=(
        Convention(
            "Yoshida and Miyato penalise half the square of the norm, whose slope is sigma_1 u v^T",
            lambda W: (
                np.outer(np.linalg.svd(W)[0][:, 0], np.linalg.svd(W)[2][0]) * np.linalg.norm(W, 2)
            ),
        ),
    ),
)


def _orthogonality_grad(W):
    return 4 * W @ (W.T @ W - np.eye(W.shape[1]))


orthogonality_grad = Exercise(
    name="orthogonality_grad",
    stars=2,
    task="The gradient of $\\|W^\\top W - I\\|_F^2$. `W`: $m \\times n$ numbers. Return an "
    "$m \\times n$ array.",
    hint="With $E = W^\\top W - I$ the penalty is $\\sum E_{jk}^2$, and a small change $D$ of $W$ "
    "changes $E$ by $D^\\top W + W^\\top D$. Both terms give the same.",
    solution=_orthogonality_grad,
    book=regularization.orthogonality_grad,
    probes=(
        (np.array([[1.0, 2.0], [0.0, 1.0], [-1.0, 0.5]]),),
        (MATRIX,),
        (0.5 * MATRIX[:2],),
    ),
    fresh=lambda rng: (rng.normal(size=(4, 3)).round(2),),
    mistakes=(
        Mistake(
            "a factor 2 is missing: W occurs twice in W^T W, and the square gives another 2",
            lambda W: 2 * W @ (W.T @ W - np.eye(W.shape[1])),
        ),
        Mistake(
            "the factor 4 is missing: 2 from the square, 2 because W occurs twice",
            lambda W: W @ (W.T @ W - np.eye(W.shape[1])),
        ),
        Mistake(
            "the identity is missing: this shrinks W to 0",
            lambda W: 4 * W @ W.T @ W,
        ),
        Mistake(
            "the inner derivative is missing: multiply by W from the left",
            lambda W: 4 * (W.T @ W - np.eye(W.shape[1])),
        ),
        Mistake(
            "1 was subtracted from every entry: I is the identity matrix",
            lambda W: 4 * W @ (W.T @ W - 1),
        ),
        Mistake(
            "this is the gradient of the norm, not of its square",
            lambda W: (
                2
                * W
                @ (W.T @ W - np.eye(W.shape[1]))
                / np.linalg.norm(W.T @ W - np.eye(W.shape[1]))
            ),
        ),
        Mistake(
            "each weight was treated by itself: * multiplies entries, the formula wants @",
            lambda W: 4 * W * (W * W - 1),
        ),
    ),
)


def _max_norm_grad(W, *, c, lam):
    norm = np.sqrt((W**2).sum(axis=1, keepdims=True))
    return np.where(norm > c, lam * W / np.maximum(norm, c), 0)


ROWS = np.array([[3.0, -4.0, 0.0], [0.6, 0.0, 0.8], [0.0, 0.0, 0.0], [-2.0, 1.0, 2.0]])


def _rows(rng):
    """Two long rows, a short one and one of zeros."""
    return np.vstack([rng.normal(size=(2, 3)).round(2) + 3, [0.3, -0.2, 0.1], np.zeros(3)])


max_norm_grad = Exercise(
    name="max_norm_grad",
    stars=2,
    task="The gradient of the penalty $\\lambda \\sum_i \\max(0, \\|w_i\\|_2 - c)$, where $w_i$ is row $i$ "
    "of `W`: $m \\times n$ numbers, rows of zeros among them. `c`, `lam`: $c > 0$ and $\\lambda$. Return "
    "an $m \\times n$ array.",
    hint="Two cases for a row. In one the penalty is flat; in the other it is the length of the row, "
    "and a length grows fastest straight outwards, by 1 a unit.",
    solution=_max_norm_grad,
    book=regularization.max_norm_grad,
    probes=(
        probe(np.array([[3.0, 4.0], [0.3, 0.4], [0.0, 0.0]]), c=2.0, lam=0.5),
        probe(ROWS, c=2.5, lam=1.5),
        probe(np.array([[2.22, -2.96], [3.0, 4.0]]), c=4.0, lam=0.5),
        probe(np.array([[0.36, 0.48], [0.0, -0.4]]), c=0.5, lam=1.5),
    ),
    fresh=lambda rng: probe(_rows(rng), c=1.5, lam=float(rng.uniform(0.2, 0.8))),
    mistakes=(
        Mistake(
            "0, as in the notes' update: a row longer than c is pulled in",
            lambda W, *, c, lam: np.zeros_like(W),
            credit=THE_NOTES,
        ),
        Mistake(
            "rows within the limit are pulled in as well: there the penalty is flat",
            lambda W, *, c, lam: (
                lam * W / np.maximum(np.linalg.norm(W, axis=1, keepdims=True), 1e-300)
            ),
        ),
        Mistake(
            "the direction was not brought to length 1: a length grows by 1 a unit, however long",
            lambda W, *, c, lam: lam * np.where(np.linalg.norm(W, axis=1, keepdims=True) > c, W, 0),
        ),
        Mistake(
            "the excess was kept: that is the slope of half its square",
            lambda W, *, c, lam: (
                lam
                * W
                * np.maximum(
                    0, 1 - c / np.maximum(np.linalg.norm(W, axis=1, keepdims=True), 1e-300)
                )
            ),
        ),
        Mistake(
            "lam was left out: the whole slope is multiplied by it",
            lambda W, *, c, lam: np.where(
                np.linalg.norm(W, axis=1, keepdims=True) > c,
                W / np.maximum(np.linalg.norm(W, axis=1, keepdims=True), c),
                0,
            ),
        ),
        Mistake(
            "a row of zeros became nan: 0/0 is computed before the case is chosen",
            lambda W, *, c, lam: (
                (np.linalg.norm(W, axis=1, keepdims=True) > c)
                * (lam * W / np.linalg.norm(W, axis=1, keepdims=True))
            ),
        ),
        Mistake(
            "columns were taken for rows: w_i is row i",
            lambda W, *, c, lam: np.where(
                np.linalg.norm(W, axis=0) > c,
                lam * W / np.maximum(np.linalg.norm(W, axis=0), c),
                0,
            ),
        ),
    ),
)


def _max_norm_project(W, c):
    return W / np.maximum(1, np.sqrt((W**2).sum(axis=1, keepdims=True)) / c)


max_norm_project = Exercise(
    name="max_norm_project",
    stars=2,
    task="The nearest matrix whose rows are no longer than `c`. `W`: $m \\times n$ numbers, rows of "
    "zeros among them; `c`: above 0. Return an $m \\times n$ array.",
    hint="One factor a row. `keepdims=True` keeps the lengths as a column, which fits against `W`.",
    solution=_max_norm_project,
    book=regularization.max_norm_project,
    probes=(
        (np.array([[3.0, 4.0], [0.3, 0.4], [0.0, 0.0]]), 2.0),
        (ROWS, 2.5),
        (ROWS, 1.0),
        (np.array([[2.22, -2.96], [3.0, 4.0]]), 4.0),
    ),
    fresh=lambda rng: (_rows(rng), float(rng.uniform(1.2, 2.0))),
    mistakes=(
        Mistake(
            "every row was given the length c: short rows stay, and a row of zeros is 0/0",
            lambda W, c: W * c / np.linalg.norm(W, axis=1, keepdims=True),
        ),
        Mistake(
            "minimum for maximum: long rows stay, short ones are stretched",
            lambda W, c: W / np.minimum(1, np.linalg.norm(W, axis=1, keepdims=True) / c),
        ),
        Mistake(
            "columns were taken for rows: w_i is row i, axis=1 adds along it",
            lambda W, c: W / np.maximum(1, np.linalg.norm(W, axis=0) / c),
        ),
        Mistake(
            "one length for the whole matrix: every row has its own ball",
            lambda W, c: W / np.maximum(1, np.linalg.norm(W) / c),
        ),
        Mistake(
            "every entry was clipped: that is the nearest point of a cube, not of a ball",
            lambda W, c: np.clip(W, -c, c),
        ),
        Mistake(
            "long rows were given the length 1: it is c that they are cut to",
            lambda W, c: np.where(
                np.linalg.norm(W, axis=1, keepdims=True) > c,
                W / np.maximum(np.linalg.norm(W, axis=1, keepdims=True), c),
                W,
            ),
        ),
        Mistake(
            "c was forgotten: this projects on balls of radius 1",
            lambda W, c: W / np.maximum(1, np.linalg.norm(W, axis=1, keepdims=True)),
        ),
    ),
)


questions = (
    Question(
        "The loss is flat, the penalty is $\\frac{\\lambda}{2}\\|w\\|^2$, and $\\eta\\lambda = 2.5$. What "
        "do the weights do under plain gradient descent?",
        (
            Option("They vanish", "the factor -1.5 is below 1, but its size is not."),
            Option("They keep their size", "that is so at 2, where the factor is -1."),
            Option(
                "They explode, flipping their signs",
                "each step multiplies by 1 - 2.5 = -1.5.",
                True,
            ),
            Option("They grow, signs kept", "the factor is -1.5, and the minus flips the sign."),
        ),
    ),
    Question(
        "Which of these sets weights to exactly 0?",
        (
            Option(
                "the penalty on squares", "it shrinks by a factor, and no factor but 0 gives 0."
            ),
            Option("a step along the sign of the weight", elastic_net_step.mistakes[0]),
            Option(
                "the soft threshold",
                "whatever would pass 0 within the step is put there.",
                True,
            ),
            Option("stopping early", "the weights are then smaller, but none is snapped to 0."),
        ),
    ),
    Question(
        "The strength $\\lambda$ of a ridge penalty is raised, and the fit is solved anew each time. "
        "What is certain?",
        (
            Option("the training error falls", "it rises: the fit serves two masters."),
            Option(
                "the test error falls",
                "for a while it may; then it rises to that of guessing the mean. It has a valley.",
            ),
            Option(
                "the training error never falls",
                "a lower training error at a larger strength would have served the smaller one "
                "better, too.",
                True,
            ),
            Option("the weights grow", "their norm falls; it is what is paid for."),
        ),
    ),
    Question(
        "Our loss is $\\frac{1}{2n}\\sum r_i^2 + \\frac{\\lambda}{2}\\|w\\|^2$. For which $\\lambda$ is "
        "the minimum that of scikit-learn's `Ridge(alpha=1)`, $\\sum r_i^2 + \\|w\\|^2$?",
        (
            Option("1", "ours averages the residuals and theirs adds them up."),
            Option("2", "both terms of ours have a half, so the halves cancel."),
            Option(
                "n", "turned round: averaging makes the data lighter, so the penalty must be, too."
            ),
            Option(
                "1/n",
                "2n times our loss is the sum of squares plus n lambda |w|^2; n lambda = 1.",
                True,
            ),
        ),
    ),
    Question(
        "Adam trains a network with the penalty's gradient added to the loss's. Compared with AdamW, "
        "which weights does that shrink too little?",
        (
            Option(
                "those with large gradients",
                "the penalty's share is divided by the root of the mean squared gradient, too.",
                True,
            ),
            Option("those with small gradients", "there the division makes the decay stronger."),
            Option("large weights", "at equal gradients, decay grows with the weight in both."),
            Option("none: the two are the same", "that holds for plain gradient descent alone."),
        ),
    ),
)
