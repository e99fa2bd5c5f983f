"""The exercises of the page on optimizers. An answer stands by itself: it may use np and nothing else."""

import numpy as np

from .. import optimizers
from ._answer import probe
from ._engine import Convention, Exercise, Mistake, Option, Question


def _heavy_ball_step(theta, g, v, *, lr, beta):
    v = beta * v + lr * g
    return theta - v, v


def _the_book_s_ball(theta, g, v, *, lr, beta):
    rule = optimizers.Momentum(lr=lr, beta=beta)
    theta, state = rule.step(theta, lambda _: g, optimizers.VelocityState(1, v))
    return theta, state.v


def _moving(rng):
    theta, g, v = rng.normal(size=(3, 3)).round(2)
    return probe(theta, g, v, lr=0.3, beta=0.8)


heavy_ball_step = Exercise(
    name="heavy_ball_step",
    stars=1,
    task="One step of momentum, (34) and (35). `theta`, `g`, `v`: arrays of one shape, the "
    "parameters, their gradient and the velocity so far. Return the new parameters and the new "
    "velocity, in this order.",
    hint="First the velocity: what is kept of the old one, plus a plain step. Then move by the new "
    "velocity and nothing else.",
    solution=_heavy_ball_step,
    book=_the_book_s_ball,
    probes=(
        probe(np.array([3.0]), np.array([4.0]), np.array([2.0]), lr=0.5, beta=0.75),
        probe(
            np.array([1.0, -2.0, 0.5]),
            np.array([0.5, -3.0, 2.0]),
            np.array([-1.0, 0.25, 4.0]),
            lr=0.25,
            beta=0.9,
        ),
        probe(np.array([2.0, 1.0]), np.array([0.0, 3.0]), np.array([1.0, 0.0]), lr=0.1, beta=0.5),
    ),
    fresh=_moving,
    mistakes=(
        Mistake(
            "the step of (39) as the notes print it: this is the heavy ball at a rate inflated by "
            "1 + beta",
            lambda theta, g, v, *, lr, beta: (
                theta - (1 + beta) * (beta * v + lr * g),
                beta * v + lr * g,
            ),
            credit="the notes that this book follows",
        ),
        Mistake(
            "the rate was applied twice: it is in the velocity already",
            lambda theta, g, v, *, lr, beta: (
                theta - lr * (beta * v + lr * g),
                beta * v + lr * g,
            ),
        ),
        Mistake(
            "this moves by the old velocity: the gradient just seen works one step late",
            lambda theta, g, v, *, lr, beta: (theta - v, beta * v + lr * g),
        ),
        Mistake(
            "the memory was lost: what is kept of the old velocity belongs into the new one",
            lambda theta, g, v, *, lr, beta: (theta - lr * g, lr * g),
        ),
        Mistake(
            "the memory does not fade: multiply the old velocity by beta",
            lambda theta, g, v, *, lr, beta: (theta - v - lr * g, v + lr * g),
        ),
        Mistake(
            "this climbs: the velocity is subtracted, for it is made of gradients",
            lambda theta, g, v, *, lr, beta: (theta + beta * v + lr * g, beta * v + lr * g),
        ),
        Mistake(
            "the rate was forgotten: a step of the size of the gradient",
            lambda theta, g, v, *, lr, beta: (theta - beta * v - g, beta * v + g),
        ),
    ),
    conventions=(
        Convention(
            "PyTorch's buffer collects bare gradients, and the rate multiplies it in the step",
            lambda theta, g, v, *, lr, beta: (theta - lr * (beta * v + g), beta * v + g),
        ),
        Convention(
            "damped momentum gives the gradient the weight 1 - beta, the rate outside, as "
            "PyTorch's dampening=beta does",
            lambda theta, g, v, *, lr, beta: (
                theta - lr * (beta * v + (1 - beta) * g),
                beta * v + (1 - beta) * g,
            ),
            credit="fastbook PR #482 and #483",
        ),
    ),
)


def _nesterov_step(grad, theta, v, *, lr, beta):
    v = beta * v + lr * grad(theta - beta * v)
    return theta - v, v


def _the_book_s_nesterov(grad, theta, v, *, lr, beta):
    rule = optimizers.Nesterov(lr=lr, beta=beta)
    theta, state = rule.step(theta, grad, optimizers.VelocityState(1, v))
    return theta, state.v


def _valley(*curvatures):
    """The gradient of a valley with its floor at 0."""

    def grad(theta):
        return np.array(curvatures) * theta

    grad.__doc__ = f"theta -> [{', '.join(f'{c:g}' for c in curvatures)}] * theta"
    return grad


def _bowl():
    def grad(theta):
        """theta -> theta**3 + theta"""
        return theta**3 + theta

    return grad


def _rolling(rng):
    theta, v = rng.normal(size=(2, 2)).round(2)
    return probe(_valley(3, 0.5), theta, v, lr=0.2, beta=0.7)


nesterov_step = Exercise(
    name="nesterov_step",
    stars=2,
    task="One step of Nesterov's momentum, (36) and (37). `grad`: a function, the gradient at any "
    "point it is given; `theta`, `v`: arrays of one shape. Return the new parameters and the new "
    "velocity, in this order.",
    hint="Where would the old velocity alone lead? Ask for the gradient there, and go back to "
    "`theta` before you step.",
    solution=_nesterov_step,
    book=_the_book_s_nesterov,
    probes=(
        probe(_valley(4, 1), np.array([1.0, 2.0]), np.array([0.5, -1.0]), lr=0.25, beta=0.5),
        probe(_bowl(), np.array([0.5, -1.0, 1.5]), np.array([1.0, 0.5, -0.25]), lr=0.1, beta=0.8),
    ),
    fresh=_rolling,
    mistakes=(
        Mistake(
            "the gradient was asked for at theta: that is the heavy ball",
            lambda grad, theta, v, *, lr, beta: (
                theta - beta * v - lr * grad(theta),
                beta * v + lr * grad(theta),
            ),
        ),
        Mistake(
            "beta was lost in the look-ahead: the old velocity will have faded when it acts",
            lambda grad, theta, v, *, lr, beta: (
                theta - beta * v - lr * grad(theta - v),
                beta * v + lr * grad(theta - v),
            ),
            credit="Understanding Deep Learning, errata to (6.12)",
        ),
        Mistake(
            "this looks behind: the velocity is subtracted, so ahead is theta - beta v",
            lambda grad, theta, v, *, lr, beta: (
                theta - beta * v - lr * grad(theta + beta * v),
                beta * v + lr * grad(theta + beta * v),
            ),
        ),
        Mistake(
            "it moved twice: the look-ahead point is asked for its gradient only, and the step "
            "starts at theta",
            lambda grad, theta, v, *, lr, beta: (
                theta - 2 * beta * v - lr * grad(theta - beta * v),
                beta * v + lr * grad(theta - beta * v),
            ),
        ),
        Mistake(
            "the memory was lost: the old velocity belongs into the new one, too",
            lambda grad, theta, v, *, lr, beta: (
                theta - lr * grad(theta - beta * v),
                lr * grad(theta - beta * v),
            ),
        ),
        Mistake(
            "this climbs: the velocity is subtracted, for it is made of gradients",
            lambda grad, theta, v, *, lr, beta: (
                theta + beta * v + lr * grad(theta - beta * v),
                beta * v + lr * grad(theta - beta * v),
            ),
        ),
    ),
    conventions=(
        Convention(
            "PyTorch and Keras take theta to be the look-ahead point already, and step from there "
            "to the next one",
            lambda grad, theta, v, *, lr, beta: (
                theta - beta * (beta * v + lr * grad(theta)) - lr * grad(theta),
                beta * v + lr * grad(theta),
            ),
        ),
    ),
)


def _rmsprop_step(theta, g, v, *, lr, beta, eps):
    v = beta * v + (1 - beta) * g**2
    return theta - lr * g / (np.sqrt(v) + eps), v


def _the_book_s_rmsprop(theta, g, v, *, lr, beta, eps):
    rule = optimizers.RMSProp(lr=lr, beta=beta, eps=eps)
    theta, state = rule.step(theta, lambda _: g, optimizers.RMSPropState(1, v))
    return theta, state.v


def _scales(rng):
    g = (rng.normal(size=3) * [1e-4, 1.0, 30.0]).round(6)
    v = (rng.random(3) * [1e-7, 1.0, 500.0]).round(9)
    return probe(rng.normal(size=3).round(2), g, v, lr=0.1, beta=0.7, eps=1e-5)


rmsprop_step = Exercise(
    name="rmsprop_step",
    stars=2,
    task="One step of RMSProp, (40) and (41). `theta`, `g`, `v`: arrays of one shape, the "
    "parameters, their gradient and the running average of its squares. Return the new parameters "
    "and the new average, in this order. Some gradients are zero and always were.",
    hint="Everything goes entry by entry. The average first; then a step of the gradient over the "
    "root of the new average.",
    solution=_rmsprop_step,
    book=_the_book_s_rmsprop,
    probes=(
        probe(
            np.array([1.0, -2.0]),
            np.array([1e-4, 3.0]),
            np.array([0.0, 4.0]),
            lr=0.1,
            beta=0.75,
            eps=1e-6,
        ),
        probe(
            np.array([0.5, 1.0, 2.0]),
            np.array([0.0, -0.02, 5.0]),
            np.array([0.0, 1e-3, 1.0]),
            lr=0.01,
            beta=0.9,
            eps=1e-4,
        ),
    ),
    fresh=_scales,
    mistakes=(
        Mistake(
            "the root was forgotten: the step then grows as 1/g where gradients are small",
            lambda theta, g, v, *, lr, beta, eps: (
                theta - lr * g / (beta * v + (1 - beta) * g**2 + eps),
                beta * v + (1 - beta) * g**2,
            ),
        ),
        Mistake(
            "this is AdaGrad: a sum of squares that never forgets",
            lambda theta, g, v, *, lr, beta, eps: (
                theta - lr * g / (np.sqrt(v + g**2) + eps),
                v + g**2,
            ),
        ),
        Mistake(
            "beta and 1 - beta are swapped: beta is the share of the old that is kept",
            lambda theta, g, v, *, lr, beta, eps: (
                theta - lr * g / (np.sqrt((1 - beta) * v + beta * g**2) + eps),
                (1 - beta) * v + beta * g**2,
            ),
        ),
        Mistake(
            "the gradient was not squared: an average that can be negative has no root",
            lambda theta, g, v, *, lr, beta, eps: (
                theta - lr * g / (np.sqrt(beta * v + (1 - beta) * g) + eps),
                beta * v + (1 - beta) * g,
            ),
        ),
        Mistake(
            "the step was divided by the old average: the gradient just seen belongs into it",
            lambda theta, g, v, *, lr, beta, eps: (
                theta - lr * g / (np.sqrt(v) + eps),
                beta * v + (1 - beta) * g**2,
            ),
        ),
        Mistake(
            "one average for all entries: every weight has a rate of its own",
            lambda theta, g, v, *, lr, beta, eps: (
                theta - lr * g / (np.sqrt(np.mean(beta * v + (1 - beta) * g**2)) + eps),
                beta * v + (1 - beta) * g**2,
            ),
        ),
        Mistake(
            "eps was forgotten: where the gradient always was zero this is 0/0",
            lambda theta, g, v, *, lr, beta, eps: (
                theta - lr * g / np.sqrt(beta * v + (1 - beta) * g**2),
                beta * v + (1 - beta) * g**2,
            ),
        ),
    ),
    conventions=(
        Convention(
            "Keras has eps inside the root",
            lambda theta, g, v, *, lr, beta, eps: (
                theta - lr * g / np.sqrt(beta * v + (1 - beta) * g**2 + eps),
                beta * v + (1 - beta) * g**2,
            ),
        ),
    ),
)


def _spectral_radius(eta_lam, beta):
    roots = np.roots([1, -(1 + beta - eta_lam), beta])
    return np.abs(roots).max()


def _radius_of_the_book_s_step(eta_lam, beta):
    """The step is linear in position and velocity: its matrix, column by column."""
    rule = optimizers.Momentum(lr=eta_lam, beta=beta)
    columns = []
    for theta, v in ((1.0, 0.0), (0.0, 1.0)):
        new, state = rule.step(theta, lambda t: t, optimizers.VelocityState(1, v))
        columns.append([new, state.v])
    return np.abs(np.linalg.eigvals(np.array(columns).T)).max()


def _some_rate(rng):
    return round(rng.uniform(0.4, 2.5), 2), round(rng.uniform(0.5, 0.95), 2)


spectral_radius = Exercise(
    name="spectral_radius",
    stars=3,
    task="By which factor does the heavy ball shrink an error per step in the long run? `eta_lam`: "
    "the rate times the curvature, $\\eta\\lambda$; `beta` from 0 to below 1. Return one number, the "
    "largest absolute value among the roots of $r^2 - (1 + \\beta - \\eta\\lambda) r + \\beta$.",
    hint="The roots are complex where $(1 + \\beta - \\eta\\lambda)^2 < 4\\beta$. The absolute value of "
    "a complex number counts both its parts; `np.roots` finds either kind.",
    solution=_spectral_radius,
    book=_radius_of_the_book_s_step,
    probes=((2.5, 0.9), (0.01, 0.9), (3.85, 0.9), (0.3, 0.0), (0.02, 0.5)),
    fresh=_some_rate,
    mistakes=(
        Mistake(
            "the memory was left out: this is plain descent's factor",
            lambda eta_lam, beta: abs(1 - eta_lam),
        ),
        Mistake(
            "this is the rule that the notes print as (39): its rate is inflated by 1 + beta",
            lambda eta_lam, beta: np.abs(
                np.roots([1, -(1 + beta - (1 + beta) * eta_lam), beta])
            ).max(),
            credit="the notes that this book follows",
        ),
        Mistake(
            "the imaginary part was dropped: a complex root's size is its absolute value",
            lambda eta_lam, beta: np.abs(np.real(np.roots([1, -(1 + beta - eta_lam), beta]))).max(),
        ),
        Mistake(
            "this is the smaller root: the larger one outlives it and decides",
            lambda eta_lam, beta: np.abs(np.roots([1, -(1 + beta - eta_lam), beta])).min(),
        ),
        Mistake(
            "the root of beta is right only where the roots are complex",
            lambda eta_lam, beta: np.sqrt(beta),
        ),
        Mistake(
            "this is Nesterov's equation: the heavy ball's last coefficient is beta alone",
            lambda eta_lam, beta: np.abs(
                np.roots([1, -(1 + beta) * (1 - eta_lam), beta * (1 - eta_lam)])
            ).max(),
        ),
    ),
)


def _polyak_pair(mu, ell):
    total = np.sqrt(ell) + np.sqrt(mu)
    return 4 / total**2, ((np.sqrt(ell) - np.sqrt(mu)) / total) ** 2


def _curvatures(rng):
    mu = round(rng.uniform(0.05, 2), 2)
    return mu, round(mu * rng.uniform(3, 200), 2)


polyak_pair = Exercise(
    name="polyak_pair",
    stars=2,
    task="Rate and memory at which the heavy ball shrinks the slowest error fastest, for curvatures "
    "from `mu` to `ell`. Return $\\eta$ and $\\beta$, in this order.",
    hint="At both ends the roots of $r^2 - (1 + \\beta - \\eta\\lambda) r + \\beta$ are just about to "
    "become real: $\\eta\\mu = (1 - \\sqrt\\beta)^2$ and $\\eta \\ell = (1 + \\sqrt\\beta)^2$. Take roots "
    "and solve for $\\sqrt\\eta$ and $\\sqrt\\beta$.",
    solution=_polyak_pair,
    probes=((1.0, 25.0), (0.5, 4.0), (2.0, 3.0)),
    fresh=_curvatures,
    mistakes=(
        Mistake(
            "2/(mu + ell) is plain descent's best rate: memory allows a larger one",
            lambda mu, ell: (
                2 / (mu + ell),
                ((np.sqrt(ell) - np.sqrt(mu)) / (np.sqrt(ell) + np.sqrt(mu))) ** 2,
            ),
        ),
        Mistake(
            "this is the root of beta: square it",
            lambda mu, ell: (
                4 / (np.sqrt(ell) + np.sqrt(mu)) ** 2,
                (np.sqrt(ell) - np.sqrt(mu)) / (np.sqrt(ell) + np.sqrt(mu)),
            ),
        ),
        Mistake(
            "this is the root of the rate: square it",
            lambda mu, ell: (
                2 / (np.sqrt(ell) + np.sqrt(mu)),
                ((np.sqrt(ell) - np.sqrt(mu)) / (np.sqrt(ell) + np.sqrt(mu))) ** 2,
            ),
        ),
        Mistake(
            "beta came from the curvatures: it is made of their roots",
            lambda mu, ell: (
                4 / (np.sqrt(ell) + np.sqrt(mu)) ** 2,
                ((ell - mu) / (ell + mu)) ** 2,
            ),
        ),
        Mistake(
            "4 was divided by the sum of the roots: divide by its square",
            lambda mu, ell: (
                4 / (np.sqrt(ell) + np.sqrt(mu)),
                ((np.sqrt(ell) - np.sqrt(mu)) / (np.sqrt(ell) + np.sqrt(mu))) ** 2,
            ),
        ),
        Mistake(
            "this is Nesterov's pair, 1/ell and the root of Polyak's beta",
            lambda mu, ell: (1 / ell, (np.sqrt(ell) - np.sqrt(mu)) / (np.sqrt(ell) + np.sqrt(mu))),
        ),
        Mistake(
            "rate and memory stand in the wrong order",
            lambda mu, ell: (
                ((np.sqrt(ell) - np.sqrt(mu)) / (np.sqrt(ell) + np.sqrt(mu))) ** 2,
                4 / (np.sqrt(ell) + np.sqrt(mu)) ** 2,
            ),
        ),
    ),
)


def _change_rate(v, *, old, new):
    return v * new / old


def _some_velocity(rng):
    return probe(rng.normal(size=3).round(2), old=0.4, new=round(rng.uniform(0.01, 0.3), 3))


change_rate = Exercise(
    name="change_rate",
    stars=1,
    task="The rate is changed from `old` to `new` between two steps of momentum, (34) and (35). "
    "PyTorch keeps the rate outside the velocity, so there the new rate rules all that was "
    "gathered. What must become of the velocity `v` so that (34) goes on as PyTorch would? Return "
    "the new velocity.",
    hint="PyTorch's buffer $b$ holds bare gradients. While the rate was `old`, what was $v$ in terms "
    "of $b$? And what should it be now?",
    solution=_change_rate,
    probes=(
        probe(np.array([2.0, -4.0]), old=0.5, new=0.05),
        probe(np.array([1.0, 0.5, -3.0]), old=0.1, new=0.4),
    ),
    fresh=_some_velocity,
    mistakes=(
        Mistake(
            "the old rate lives on in the velocity, until it has faded",
            lambda v, *, old, new: v,
        ),
        Mistake("the ratio is upside down", lambda v, *, old, new: v * old / new),
        Mistake(
            "the memory was lost: the direction it had found is still right",
            lambda v, *, old, new: 0 * v,
        ),
        Mistake(
            "this is PyTorch's buffer: (34) wants it multiplied by the new rate",
            lambda v, *, old, new: v / old,
        ),
        Mistake(
            "the old rate was not taken out before the new one went in",
            lambda v, *, old, new: v * new,
        ),
    ),
)

questions = (
    Question(
        "On the diabetes data, curvatures from 0.0086 to 4.02, at a rate of one over the largest: without memory the heavy "
        "ball needs 467 steps, at a memory of 0.9 it needs 68, at 0.99 it needs 683. Why so many?",
        (
            Option(
                "The rate is too large for that much memory",
                "the limit 2 (1 + beta) over the largest curvature grows with the memory.",
            ),
            Option(
                "It remembers about 100 steps and overshoots",
                "a velocity gathered over 1/(1 - beta) steps carries the ball through the bottom and "
                "up the other side, and each swing takes as long to fade.",
                True,
            ),
            Option(
                "The valley has become narrower",
                "the curvatures are a property of the data; no optimizer changes them.",
            ),
            Option(
                "Its gradients are stale",
                "every gradient is exact and taken where the ball is; what is old is the velocity.",
            ),
        ),
    ),
    Question(
        "The rate times the largest curvature is 2.5 and the memory 0.9. Which of the rules converges?",
        (
            Option(
                "Plain descent", "its limit is 2: each step then overshoots by more than it came."
            ),
            Option("The rule printed as (39)", "its limit is 2 as well, whatever the memory."),
            Option("Nesterov's momentum", "its limit is 2 (1 + beta)/(1 + 2 beta) = 1.36."),
            Option("The heavy ball", "its limit is 2 (1 + beta) = 3.8.", True),
        ),
    ),
    Question(
        "All gradients are doubled. What becomes of RMSProp's first step from rest, without eps?",
        (
            Option("It doubles", "so does plain descent's: RMSProp divides the factor out again."),
            Option("It halves", rmsprop_step.mistakes[0]),
            Option(
                "It stays",
                "g over the root of (1 - beta) g^2 is 1 over the root of 1 - beta, but for the sign.",
                True,
            ),
            Option(
                "It quadruples",
                "the average does, and the step divides by its root, which doubles.",
            ),
        ),
    ),
    Question(
        "What is Nesterov's first step from rest?",
        (
            Option(
                "Zero", "the velocity starts at zero, but the gradient is added before the step."
            ),
            Option(
                "Plain descent's",
                "with v = 0 the look-ahead point is theta itself, and the step is the rate times the "
                "gradient there.",
                True,
            ),
            Option("1 + beta times plain descent's", heavy_ball_step.mistakes[0]),
            Option(
                "beta times plain descent's", "beta multiplies the old velocity, which is zero."
            ),
        ),
    ),
    Question(
        "A paper drops its rate tenfold after epoch 30, training with (34). You repeat it in PyTorch, "
        "with the same numbers. What differs?",
        (
            Option("Nothing", "the two agree only as long as the rate stays."),
            Option(
                "The steps right after the drop",
                "in (34) the velocity of before, ten times as large, fades over some 1/(1 - beta) "
                "steps; PyTorch shrinks it at once.",
                True,
            ),
            Option("Every step from the first", "until the drop both take the same steps."),
            Option(
                "Where training ends on a convex loss",
                "both stand still at the minimum alone, once they get there.",
            ),
        ),
    ),
)
