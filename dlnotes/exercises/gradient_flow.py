"""The exercises of the page on exploding and vanishing gradients. An answer stands by itself: it
may use np and nothing else."""

import numpy as np

from .. import recurrent
from ._engine import Convention, Exercise, Mistake, Option, Question


def _backward_norms(W, g, T):
    norms = [np.linalg.norm(g)]
    for _ in range(T):
        g = g @ W
        norms.append(np.linalg.norm(g))
    return np.array(norms)


def _book_norms(W, g, T):
    H, norms = len(W), [np.linalg.norm(g)]
    for _ in range(T):
        weights = recurrent.RNNWeights(W, np.zeros((H, 1)))
        _, cache = recurrent.rnn_forward(
            np.zeros((1, 1, 1)), np.zeros((1, H)), weights, activation="identity"
        )
        g = recurrent.rnn_backward(g.reshape(1, 1, H), cache).h0[0]
        norms.append(np.linalg.norm(g))
    return np.array(norms)


def _column(W, g, T):
    norms = [np.linalg.norm(g)]
    for _ in range(T):
        g = W @ g
        norms.append(np.linalg.norm(g))
    return np.array(norms)


def _norms_reversed(W, g, T):
    norms = [np.linalg.norm(g)]
    for _ in range(T):
        g = g @ W
        norms.append(np.linalg.norm(g))
    return np.array(norms[::-1])


def _norms_by_rho(W, g, T):
    rho = np.max(np.abs(np.linalg.eigvals(W)))
    return np.linalg.norm(g) * rho ** np.arange(T + 1)


def _norms_by_sigma(W, g, T):
    return np.linalg.norm(g) * np.linalg.norm(W, 2) ** np.arange(T + 1)


def _norms_late(W, g, T):
    norms = []
    for _ in range(T + 1):
        g = g @ W
        norms.append(np.linalg.norm(g))
    return np.array(norms)


def _norms_of_entries(W, g, T):
    return np.array([np.linalg.norm(g)] + [np.linalg.norm(g @ W**k) for k in range(1, T + 1)])


def _norms_squared(W, g, T):
    norms = [g @ g]
    for _ in range(T):
        g = g @ W
        norms.append(g @ g)
    return np.array(norms)


def _flow(rng):
    """Two or three units, no symmetric matrix."""
    H = int(rng.integers(2, 4))
    W = rng.uniform(0.3, 0.9, (H, H)).round(2) + np.triu(np.full((H, H), 1.5), 1)
    W = W * np.where(np.eye(H, k=-1), -0.5, 1)
    return W, rng.uniform(0.5, 2, H).round(2), 3


backward_norms = Exercise(
    name="backward_norms",
    stars=2,
    task="Carry a gradient back through the linear layer (111). `W`: $(H, H)$, the matrix $W_h$; "
    "`g`: $(H,)$, the row $\\partial L / \\partial h_T$; `T`: the number of steps. Return the $T + 1$ "
    "lengths (Euclidean) of the gradients in $h_T, h_{T-1}, \\dots, h_0$, in this order.",
    hint="A row stands on the left of its matrix: `g @ W`. Take the length before the first step, too.",
    solution=_backward_norms,
    book=_book_norms,
    probes=(
        (np.array([[0.5, 4.0], [0.0, 0.5]]), np.array([1.0, 0.5]), 4),
        _flow(np.random.default_rng(1)),
    ),
    fresh=_flow,
    mistakes=(
        Mistake("this is W g, as (112) is printed: a row gradient stands left of W", _column),
        Mistake("the lengths are reversed: the one in h_T is wanted first", _norms_reversed),
        Mistake(
            "a power of the largest |eigenvalue| is the rate in the long run only", _norms_by_rho
        ),
        Mistake(
            "a power of the largest singular value is a bound, not the length", _norms_by_sigma
        ),
        Mistake("one step late: the gradient in h_T itself comes first", _norms_late),
        Mistake(
            "`W**k` raises every entry to a power: the steps are matrix products", _norms_of_entries
        ),
        Mistake("these are squared lengths: take the square root", _norms_squared),
    ),
)


def _spectral_radius(W):
    return np.max(np.abs(np.linalg.eigvals(W)))


def _book_radius(W):
    return np.max(np.abs(np.roots(np.poly(W))))


def _real_part(W):
    return np.max(np.linalg.eigvals(W).real)


def _sigma(W):
    return np.linalg.norm(W, 2)


def _smallest(W):
    return np.min(np.abs(np.linalg.eigvals(W)))


def _by_det(W):
    return np.abs(np.linalg.det(W)) ** (1 / len(W))


def _by_trace(W):
    return np.trace(W) / len(W)


def _real_parts(W):
    return np.max(np.abs(np.linalg.eigvals(W).real))


def _modulus_late(W):
    return np.abs(np.max(np.linalg.eigvals(W)))


def _symmetric(W):
    return np.max(np.abs(np.linalg.eigvalsh(W)))


def _square(rng):
    """A triangular matrix whose largest eigenvalue is negative."""
    W = np.diag(rng.uniform(0.1, 0.9, 3).round(2)) + np.triu(rng.uniform(1, 2, (3, 3)), 1).round(2)
    W[0, 0] = -round(rng.uniform(1.2, 1.9), 2)
    return (W,)


spectral_radius = Exercise(
    name="spectral_radius",
    stars=1,
    task="The spectral radius $\\rho(W) = \\max_i |\\lambda_i|$ of a square matrix `W`: $(H, H)$, a number.",
    hint="Eigenvalues can be negative and complex; `np.abs` is the modulus of both.",
    solution=_spectral_radius,
    book=_book_radius,
    probes=(
        (np.array([[-1.5, 2.0], [0.0, 0.3]]),),
        (np.array([[0.0, -1.5], [1.2, 0.3]]),),
        _square(np.random.default_rng(2)),
    ),
    fresh=_square,
    mistakes=(
        Mistake("the largest real part: -1.5 makes a gradient grow as 1.5 does", _real_part),
        Mistake("the modulus of the real parts: a complex pair has an imaginary one", _real_parts),
        Mistake("this is the largest singular value: it bounds the radius from above", _sigma),
        Mistake("this is the smallest modulus: the largest one wins in the long run", _smallest),
        Mistake("the determinant gives the geometric mean of the moduli", _by_det),
        Mistake("the trace gives the mean of the eigenvalues", _by_trace),
        Mistake(
            "the modulus was taken after the maximum: take it of every eigenvalue", _modulus_late
        ),
        Mistake("`eigvalsh` is for symmetric matrices and reads one triangle only", _symmetric),
    ),
)


def _norm_at(lam, t, T, g):
    return np.abs(lam) ** (T - t) * np.linalg.norm(g)


def _book_norm_at(lam, t, T, g):
    if t == T:
        return np.linalg.norm(g)
    return _book_norms(lam * np.eye(len(g)), g, T - t)[-1]


def _at_printed(lam, t, T, g):
    return np.abs(lam) ** t * np.linalg.norm(g)


def _at_whole(lam, t, T, g):
    return np.abs(lam) ** T * np.linalg.norm(g)


def _at_more(lam, t, T, g):
    return np.abs(lam) ** (T - t + 1) * np.linalg.norm(g)


def _at_fewer(lam, t, T, g):
    return np.abs(lam) ** (T - t - 1) * np.linalg.norm(g)


def _at_signed(lam, t, T, g):
    return lam ** (T - t) * np.linalg.norm(g)


def _at_factor(lam, t, T, g):
    return np.abs(lam) ** (T - t)


def _at_product(lam, t, T, g):
    return np.abs(lam * (T - t)) * np.linalg.norm(g)


def _at_step(rng):
    """A negative eigenvalue, an odd number of steps to the end."""
    t = int(rng.integers(1, 3))
    return -round(rng.uniform(0.3, 0.8), 2), t, 2 * t + 3 + t % 2, rng.uniform(1, 2, 2).round(2)


norm_at = Exercise(
    name="norm_at",
    stars=1,
    task="The length of $\\partial L / \\partial h_t$ in a linear layer of $T$ steps, if the row `g` $= "
    "\\partial L / \\partial h_T$, $(H,)$, is a left eigenvector of $W_h$ with the eigenvalue `lam`.",
    hint="How many steps lie between $h_t$ and $h_T$?",
    solution=_norm_at,
    book=_book_norm_at,
    probes=((-0.5, 1, 4, np.array([3.0, 4.0])), _at_step(np.random.default_rng(4))),
    fresh=_at_step,
    mistakes=(
        Mistake("the exponent is t, as (115) is printed: T - t steps lie in between", _at_printed),
        Mistake("the exponent is T: that is the length in h_0", _at_whole),
        Mistake("one step too many: from h_t to h_T there are T - t", _at_more),
        Mistake("one step too few: from h_t to h_T there are T - t", _at_fewer),
        Mistake("the sign is kept: a length is not negative", _at_signed),
        Mistake("this is the factor alone: it multiplies the length of g", _at_factor),
        Mistake("the steps multiply: lam to the power T - t, not times", _at_product),
    ),
)


def _bptt_scalar(w, h0, dL):
    h = h0 * w ** np.arange(len(dL) + 1)
    carried, dw = 0.0, 0.0
    for t in reversed(range(len(dL))):
        carried = carried + dL[t]
        dw += carried * h[t]
        carried = carried * w
    return dw


def _book_scalar(w, h0, dL):
    T = len(dL)
    weights = recurrent.RNNWeights([[w]], [[0.0]])
    _, cache = recurrent.rnn_forward(np.zeros((T, 1, 1)), [[h0]], weights, activation="identity")
    return recurrent.rnn_backward(dL.reshape(T, 1, 1), cache).weights.W_h[0, 0]


def _both_total(w, h0, dL):
    h = h0 * w ** np.arange(len(dL) + 1)
    S, totals = 0.0, []
    for t in range(len(dL)):
        S = w * S + h[t]
        totals.append(S)
    carried, dw = 0.0, 0.0
    for t in reversed(range(len(dL))):
        carried = carried * w + dL[t]
        dw += carried * totals[t]
    return dw


def _both_direct(w, h0, dL):
    return np.sum(dL * h0 * w ** np.arange(len(dL)))


def _last_only(w, h0, dL):
    T = len(dL)
    return dL[-1] * T * h0 * w ** (T - 1)


def _after(w, h0, dL):
    h = h0 * w ** np.arange(len(dL) + 1)
    carried, dw = 0.0, 0.0
    for t in reversed(range(len(dL))):
        carried = carried + dL[t]
        dw += carried * h[t + 1]
        carried = carried * w
    return dw


def _start_lost(w, h0, dL):
    return np.sum(dL * np.arange(1, len(dL) + 1) * w ** np.arange(len(dL)))


def _no_w(w, h0, dL):
    h = h0 * w ** np.arange(len(dL) + 1)
    return np.sum(np.cumsum(dL[::-1])[::-1] * h[:-1])


def _scalar(rng):
    """Four steps with a loss at each."""
    return (
        round(rng.uniform(1.2, 1.8), 2),
        round(rng.uniform(0.5, 2), 2),
        rng.uniform(0.5, 2, 4).round(2),
    )


bptt_scalar = Exercise(
    name="bptt_scalar",
    stars=2,
    task="One linear unit without inputs, $h_t = w\\, h_{t-1}$ from `h0`, and a loss at every step. `dL`: "
    "$(T,)$, the direct derivatives of the loss in $h_1$ to $h_T$. Return $dL/dw$ by (109').",
    hint="Go back with the total $dL/dh_t$ in hand: what arrives directly, plus $w$ times the total of "
    "the step after. Each step adds that total times $h_{t-1}$.",
    solution=_bptt_scalar,
    book=_book_scalar,
    probes=((2.0, 1.0, np.array([1.0, 1.0])), _scalar(np.random.default_rng(5))),
    fresh=_scalar,
    mistakes=(
        Mistake("both factors are total: paths are counted twice", _both_total),
        Mistake(
            "both factors are direct: an earlier use of w acts on later states, too", _both_direct
        ),
        Mistake("this hears the last loss only: there is one at every step", _last_only),
        Mistake("h_t was taken: w multiplies h_{t-1}", _after),
        Mistake("h0 is missing: every state has it as a factor", _start_lost),
        Mistake("going back multiplies by w at every step: it is missing", _no_w),
    ),
)


def _clip(grads, c):
    length = np.sqrt(sum(np.sum(g**2) for g in grads))
    return tuple(g * min(1, c / length) for g in grads)


def _clip_book(grads, c):
    together = np.concatenate([g.ravel() for g in grads])
    scale = min(1, c / np.linalg.norm(together))
    return tuple(g * scale for g in grads)


def _clip_each(grads, c):
    return tuple(g * min(1, c / np.sqrt(np.sum(g**2))) for g in grads)


def _clip_values(grads, c):
    return tuple(np.clip(g, -c, c) for g in grads)


def _clip_always(grads, c):
    length = np.sqrt(sum(np.sum(g**2) for g in grads))
    return tuple(g * c / length for g in grads)


def _clip_max(grads, c):
    largest = max(np.max(np.abs(g)) for g in grads)
    return tuple(g * min(1, c / largest) for g in grads)


def _clip_added(grads, c):
    length = sum(np.sqrt(np.sum(g**2)) for g in grads)
    return tuple(g * min(1, c / length) for g in grads)


def _clip_squared(grads, c):
    length = sum(np.sum(g**2) for g in grads)
    return tuple(g * min(1, c / length) for g in grads)


def _clip_to_one(grads, c):
    length = np.sqrt(sum(np.sum(g**2) for g in grads))
    return tuple(g / length if length > c else g for g in grads)


def _clip_reversed(grads, c):
    length = np.sqrt(sum(np.sum(g**2) for g in grads))
    return tuple(g * max(1, c / length) for g in grads)


def _clip_torch(grads, c):
    length = np.sqrt(sum(np.sum(g**2) for g in grads))
    return tuple(g * min(1, c / (length + 1e-6)) for g in grads)


def _gradients(rng):
    """Two arrays, each longer than c."""
    return (rng.uniform(2, 5, 2).round(2), rng.uniform(2, 5, 2).round(2)), 1.5


clip_by_global_norm = Exercise(
    name="clip_by_global_norm",
    stars=2,
    task="Shorten a gradient that is too long. `grads`: a tuple of arrays, together one gradient, not all "
    "0; `c`: the largest length allowed. Return a tuple of arrays: all times one factor, so that their "
    "common length is at most `c`. A gradient that is short enough stays.",
    hint="The common length is the root of the sum of all squares, over all arrays.",
    solution=_clip,
    book=_clip_book,
    probes=(
        ((np.array([2.0, 1.0]), np.array([4.0, 2.0])), 2.0),
        ((np.array([2.0, 1.0]), np.array([4.0, 2.0])), 20.0),
        _gradients(np.random.default_rng(6)),
    ),
    fresh=_gradients,
    mistakes=(
        Mistake(
            "each array is clipped alone: together they are longer than c, and the direction changes",
            _clip_each,
            credit="huggingface/transformers #581",
        ),
        Mistake("each value is clipped: the direction changes", _clip_values),
        Mistake("a short gradient is lengthened: clipping only shortens", _clip_always),
        Mistake("the largest entry is not the length", _clip_max),
        Mistake("lengths of arrays do not add up: their squares do", _clip_added),
        Mistake("the root is missing: this divides by the squared length", _clip_squared),
        Mistake("a long gradient is cut to length 1: its length is to be c", _clip_to_one),
        Mistake(
            "the condition is reversed: the long ones stay, the short ones grow", _clip_reversed
        ),
    ),
    conventions=(
        Convention(
            "PyTorch's, which adds 1e-6 to the length, so that gradients of 0 do not divide by 0",
            _clip_torch,
        ),
    ),
)


def _growth_limit(W, slope):
    return slope * np.linalg.norm(W, 2)


def _book_limit(W, slope):
    return slope * np.sqrt(np.max(np.linalg.eigvalsh(W.T @ W)))


def _limit_rho(W, slope):
    return slope * np.max(np.abs(np.linalg.eigvals(W)))


def _limit_frobenius(W, slope):
    return slope * np.linalg.norm(W)


def _limit_bare(W, slope):
    return np.linalg.norm(W, 2)


def _limit_entry(W, slope):
    return slope * np.max(np.abs(W))


def _limit_inverse(W, slope):
    return np.linalg.norm(W, 2) / slope


def _limit_squared(W, slope):
    return slope * np.linalg.norm(W, 2) ** 2


def _limits(rng):
    """A matrix that is not symmetric, a slope as a sigmoid's."""
    W = np.array([[0.9, 2.0], [0.1, 0.7]]) + rng.uniform(0, 0.5, (2, 2)).round(2)
    return W, round(rng.uniform(0.2, 0.8), 2)


growth_limit = Exercise(
    name="growth_limit",
    stars=2,
    task="The smallest factor that bounds one step back, whatever the gradient: $\\| g \\operatorname{diag}("
    "\\phi') W \\| \\le$ factor $\\cdot \\| g \\|$ for every row $g$ and all slopes in $[0, s]$. `W`: $(H, "
    "H)$; `slope`: $s > 0$. Return the number.",
    hint="Which of a matrix's numbers says how much it can stretch a vector, at most?",
    solution=_growth_limit,
    book=_book_limit,
    probes=(
        (np.array([[0.5, 4.0], [0.0, 0.5]]), 0.25),
        _limits(np.random.default_rng(7)),
    ),
    fresh=_limits,
    mistakes=(
        Mistake("the spectral radius is no bound for one step unless W is normal", _limit_rho),
        Mistake("the slope was lost: it multiplies every step", _limit_bare),
        Mistake("the largest entry is too small: entries act together", _limit_entry),
        Mistake("divided by the slope: a flat activation shrinks the gradient", _limit_inverse),
        Mistake("this is the squared singular value, an eigenvalue of W^T W", _limit_squared),
        Mistake(
            "the Frobenius norm bounds a step, too, but more loosely: the smallest bound was asked for",
            _limit_frobenius,
        ),
    ),
)


questions = (
    Question(
        "All eigenvalues of W_h are below 1 in modulus. What does a gradient do on its way back?",
        (
            Option(
                "it decays at once", "a non-normal matrix with 0.9 twice makes it grow 77-fold."
            ),
            Option("it decays in the end, if the layer is linear", "whatever came first.", True),
            Option("it never grows", "it may at first: singular values decide on a single step."),
            Option("it explodes if T is large", "every power of such a lambda goes to 0."),
        ),
    ),
    Question(
        "The spectral radius of W_h is 1.5 and the activation tanh. What becomes of the gradient?",
        (
            Option("it must explode", "in a linear layer, yes."),
            Option(
                "it may vanish",
                "every step multiplies by slopes as well, and they may be small.",
                True,
            ),
            Option("it cannot vanish", "reading digits it shrank to less than a millionth."),
            Option("it stays constant", "that would be an accident."),
        ),
    ),
    Question(
        "|lambda| is above 1. At which t from 0 to T is the gradient of (115') longest?",
        (
            Option("t = T", "that is what the printed exponent says."),
            Option("t = 0", "T steps lie between h_0 and the loss.", True),
            Option("t = T/2", "the length is monotone in t."),
            Option("everywhere the same", "for |lambda| = 1 it is."),
        ),
    ),
    Question(
        "What does clipping the gradient cure?",
        (
            Option("vanishing gradients", "it never lengthens anything."),
            Option("steps that are too long", "the direction stays, the length is bounded.", True),
            Option("both", "a gradient that has vanished is short, and clipping leaves it so."),
            Option(
                "forgetting",
                "what does not reach an early step is not brought there by a shorter step.",
            ),
        ),
    ),
)
