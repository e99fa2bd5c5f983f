"""The exercises of the page on activations. An answer stands by itself: it may use np and nothing else."""

import numpy as np

from .. import activations
from ._engine import Convention, Exercise, Mistake, Option, Question


def _prelu(x, a):
    return np.where(x > 0, x, a * x)


def _line_and_slope(rng):
    """Both signs, a slope above 1, no entry at the kink."""
    x = np.abs(rng.normal(size=5)).round(2) + 0.1
    return x * rng.permutation([1, 1, -1, -1, -1]), round(float(rng.uniform(1.2, 2)), 2)


prelu = Exercise(
    name="prelu",
    stars=1,
    task="The parametric rectifier (21). `x`: an array; `a`: one slope, any number. Return an array "
    "of the shape of `x`.",
    hint="`np.where(condition, here, there)` chooses entry by entry. Try your formula on $a = 2$, "
    "$x = -1$ before you check it.",
    solution=_prelu,
    book=activations.prelu,
    probes=(
        (np.array([-2.0, 3.0]), 0.25),
        (np.array([-1.0, 2.0, -0.5, 0.75]), 1.5),
        (np.array([[0.5, -4.0], [-0.25, 1.0]]), -0.5),
    ),
    fresh=_line_and_slope,
    mistakes=(
        Mistake(
            "the larger of x and a x is right for a <= 1 only: for a steeper slope it takes the "
            "wrong one of the two on both sides",
            lambda x, a: np.maximum(x, a * x),
        ),
        Mistake(
            "x was forgotten below 0: the value there is a times x, not a",
            lambda x, a: np.where(x > 0, x, a),
        ),
        Mistake(
            "the slope was lost: this is the plain rectifier",
            lambda x, a: np.maximum(x, 0),
        ),
        Mistake(
            "the sides were swapped: the slope a is for the negative half",
            lambda x, a: np.where(x > 0, a * x, x),
        ),
        Mistake(
            "the sign below 0 was turned: with a = 1 nothing must change",
            lambda x, a: np.where(x > 0, x, -a * x),
        ),
        Mistake(
            "this is the slope, not the value: 1 above 0 and a below",
            lambda x, a: np.where(x > 0, 1.0, a),
        ),
    ),
)


def _prelu_grad(x, a, dy):
    return dy * np.where(x > 0, 1, a), np.sum(np.minimum(x, 0) * dy)


def _line_slope_and_dy(rng):
    x, a = _line_and_slope(rng)
    return x, a, rng.normal(size=x.size).round(2)


prelu_grad = Exercise(
    name="prelu_grad",
    stars=2,
    task="The two gradients of the parametric rectifier (21). `x`: an array; `a`: the one slope that "
    "all entries share; `dy`: the gradient that arrives, of the shape of `x`. Return `(dx, da)`: "
    "`dx` of the shape of `x`, `da` one number.",
    hint="$a$ is used once for each entry. What does raising $a$ a little do to the output of one "
    "entry with $x > 0$, and of one with $x < 0$? Add up what that does to the loss.",
    solution=_prelu_grad,
    book=activations.prelu_grad,
    probes=(
        (np.array([-2.0, 3.0, -1.0]), 0.5, np.array([1.0, -0.5, 2.0])),
        (
            np.array([[0.5, -1.5], [-0.25, 2.0], [-3.0, 1.25]]),
            1.5,
            np.array([[-1.0, 0.5], [2.0, 0.25], [-0.75, 3.0]]),
        ),
        (np.array([-2.0, 1.0]), -0.5, np.array([3.0, -1.0])),
    ),
    fresh=_line_slope_and_dy,
    mistakes=(
        Mistake(
            "da has an entry for every place, but there is one a: add up what each of its uses "
            "contributes",
            lambda x, a, dy: (dy * np.where(x > 0, 1, a), np.minimum(x, 0) * dy),
        ),
        Mistake(
            "the positive entries were counted in da: above 0 the output is x, whatever a",
            lambda x, a, dy: (dy * np.where(x > 0, 1, a), np.sum(x * dy)),
        ),
        Mistake(
            "dy was dropped from da: each use of a counts as much as its output matters",
            lambda x, a, dy: (dy * np.where(x > 0, 1, a), np.sum(np.minimum(x, 0))),
        ),
        Mistake(
            "da was averaged: a is shared by the entries, and its effects add up",
            lambda x, a, dy: (dy * np.where(x > 0, 1, a), np.mean(np.minimum(x, 0) * dy)),
        ),
        Mistake(
            "dy was dropped from dx: the slope is the factor that dy is multiplied by",
            lambda x, a, dy: (np.where(x > 0, 1, a), np.sum(np.minimum(x, 0) * dy)),
        ),
        Mistake(
            "x was left in dx: the slope below 0 is a, not a x",
            lambda x, a, dy: (dy * np.where(x > 0, 1, a * x), np.sum(np.minimum(x, 0) * dy)),
        ),
    ),
)


def _sigmoid(x):
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)


def _far_out(rng):
    return (rng.uniform(-40, -20, size=3).round(1),)


sigmoid = Exercise(
    name="sigmoid",
    stars=2,
    task="The sigmoid $\\sigma(x) = 1/(1 + e^{-x})$ of an array `x`, right to nine digits *relative to "
    "the value* for every $x$, however far from 0, down to the smallest floats.",
    hint="$\\sigma(x) = e^x / (1 + e^x)$ is the same number. Which of the two forms asks `np.exp` for "
    "nothing above 1, and on which side of 0? `np.where` computes both branches.",
    solution=_sigmoid,
    book=activations.sigmoid,
    probes=(
        (np.array([0.0, 2.0, -3.0]),),
        (np.array([-50.0, 50.0, -35.0]),),
        (np.array([720.0, -720.0, -1000.0]),),
        (np.array([-0.5, 0.5, -10.0, -20.5]),),
    ),
    fresh=_far_out,
    rtol=1e-9,
    atol=0.0,
    mistakes=(
        Mistake(
            "exp(-x) overflows below -709.8, where the value is still a float above 0: for x < 0 use "
            "the form with exp(x)",
            lambda x: 1 / (1 + np.exp(-x)),
        ),
        Mistake(
            "for a large x this is inf over inf: for x > 0 use the form with exp(-x)",
            lambda x: np.exp(x) / (1 + np.exp(x)),
        ),
        Mistake(
            "the left tail cancels: at -50 the tanh rounds to -1 and nothing is left of 2e-22",
            lambda x: (1 + np.tanh(x / 2)) / 2,
        ),
        Mistake(
            "the tail is frozen by the clip: beyond it every x gets the same value",
            lambda x: 1 / (1 + np.exp(-np.clip(x, -30, 30))),
        ),
        Mistake(
            "the left tail cancels: 1 less a number near 1 keeps few digits or none",
            lambda x: 1 - 1 / (1 + np.exp(np.minimum(x, 700))),
        ),
        Mistake(
            "the sign of the exponent: this falls as x rises",
            lambda x: 1 / (1 + np.exp(np.minimum(x, 700))),
        ),
        Mistake(
            "a small number was added to keep clear of 0: the tail is that number",
            lambda x: 1 / (1 + np.exp(-np.maximum(x, -700))) + 1e-12,
        ),
    ),
    conventions=(
        Convention(
            "PyTorch's hard sigmoid, three straight lines through the same 1/2",
            lambda x: np.clip(x / 6 + 0.5, 0, 1),
        ),
    ),
)


def _silu_grad(x, dy):
    s = 1 / (1 + np.exp(-x))
    return dy * (s + x * s * (1 - s))


def _values_and_dy(rng):
    return rng.uniform(-4, 4, size=5).round(2), rng.normal(size=5).round(2)


silu_grad = Exercise(
    name="silu_grad",
    stars=2,
    task="The gradient of $\\text{SiLU}(x) = x\\sigma(x)$. `x`: an array of moderate size; `dy`: the "
    "gradient that arrives, of the same shape. Return an array of that shape.",
    hint="A product of two factors that both depend on $x$: the slope of one times the other, and the "
    "other way round. $\\sigma' = \\sigma(1 - \\sigma)$.",
    solution=_silu_grad,
    book=activations.silu_grad,
    probes=(
        (np.array([2.0, -1.5]), np.array([1.0, 1.0])),
        (np.array([0.0, 1.0, -3.0]), np.array([0.5, -2.0, 1.5])),
        (np.array([[0.5, -0.75], [2.5, -4.0]]), np.array([[-1.0, 2.0], [0.25, 3.0]])),
    ),
    fresh=_values_and_dy,
    mistakes=(
        Mistake(
            "x was forgotten in the second term, which a check at x = 1 cannot see",
            lambda x, dy: dy * (1 / (1 + np.exp(-x)) + np.exp(-x) / (1 + np.exp(-x)) ** 2),
        ),
        Mistake(
            "the gate was held constant: it moves with x, too",
            lambda x, dy: dy / (1 + np.exp(-x)),
        ),
        Mistake(
            "this is the slope of the sigmoid alone: apply the product rule",
            lambda x, dy: dy * np.exp(-x) / (1 + np.exp(-x)) ** 2,
        ),
        Mistake(
            "the gate's own value was lost: the product rule has two terms",
            lambda x, dy: dy * x * np.exp(-x) / (1 + np.exp(-x)) ** 2,
        ),
        Mistake(
            "dy was dropped: the slope is the factor that dy is multiplied by",
            lambda x, dy: 1 / (1 + np.exp(-x)) + x * np.exp(-x) / (1 + np.exp(-x)) ** 2,
        ),
        Mistake(
            "the slope of the sigmoid is s (1 - s), and not 1 - s",
            lambda x, dy: dy * (1 / (1 + np.exp(-x)) + x * np.exp(-x) / (1 + np.exp(-x))),
        ),
    ),
)


def _gelu_grad(x, dy):
    t = np.linspace(0, 1, 2001)
    w = np.ones(2001)
    w[1:-1:2], w[2:-1:2] = 4, 2
    density = np.exp(-(np.multiply.outer(x, t) ** 2) / 2) / np.sqrt(2 * np.pi)
    Phi = 0.5 + x * (density @ w) / 6000
    return dy * (Phi + x * density[..., -1])


gelu_grad = Exercise(
    name="gelu_grad",
    stars=3,
    task="The gradient of $\\text{GELU}(x) = x\\Phi(x)$, the exact one. `x`: an array of entries from "
    "-4 to 4; `dy`: the gradient that arrives, of the same shape. Return an array of that shape, "
    "right to seven digits. (NumPy has no error function; `np.vectorize(math.erf)` needs an import, "
    "and an area by Simpson's rule does not.)",
    hint="$\\Phi'(x) = \\varphi(x) = e^{-x^2/2} / \\sqrt{2\\pi}$, and the product rule. $\\Phi(x)$ is "
    "$\\frac{1}{2}$ plus the area under $\\varphi$ from 0 to $x$, or "
    "$\\frac{1}{2}(1 + \\operatorname{erf}(x/\\sqrt{2}))$.",
    solution=_gelu_grad,
    book=activations.gelu_grad,
    probes=(
        (np.array([2.0, -1.5]), np.array([1.0, 1.0])),
        (np.array([0.0, 1.0, -3.0]), np.array([0.5, -2.0, 1.5])),
        (np.array([[0.5, -0.75], [2.5, -4.0]]), np.array([[-1.0, 2.0], [0.25, 3.0]])),
    ),
    fresh=_values_and_dy,
    atol=1e-9,
    mistakes=(
        Mistake(
            "half the product rule: the share Phi moves with x, too",
            lambda x, dy: (
                dy
                * (
                    0.5
                    + x
                    * np.exp(-(np.multiply.outer(x, (np.arange(4000) + 0.5) / 4000) ** 2) / 2).mean(
                        axis=-1
                    )
                    / np.sqrt(2 * np.pi)
                )
            ),
        ),
        Mistake(
            "x was forgotten in the second term, which a check at x = 1 cannot see",
            lambda x, dy: (
                dy
                * (
                    0.5
                    + x
                    * np.exp(-(np.multiply.outer(x, (np.arange(4000) + 0.5) / 4000) ** 2) / 2).mean(
                        axis=-1
                    )
                    / np.sqrt(2 * np.pi)
                    + np.exp(-x * x / 2) / np.sqrt(2 * np.pi)
                )
            ),
        ),
        Mistake(
            "the density is not normalized: its area must be 1, divide by the root of 2 pi",
            lambda x, dy: (
                dy
                * (
                    0.5
                    + x
                    * np.exp(-(np.multiply.outer(x, (np.arange(4000) + 0.5) / 4000) ** 2) / 2).mean(
                        axis=-1
                    )
                    / np.sqrt(2 * np.pi)
                    + x * np.exp(-x * x / 2)
                )
            ),
        ),
        Mistake(
            "erf(x) in place of erf(x / sqrt(2)): erf has variance 1/2, the standard normal 1",
            lambda x, dy: (
                dy
                * (
                    0.5
                    + x
                    * np.exp(-(np.multiply.outer(x, (np.arange(4000) + 0.5) / 4000) ** 2)).mean(
                        axis=-1
                    )
                    / np.sqrt(np.pi)
                    + x * np.exp(-x * x / 2) / np.sqrt(2 * np.pi)
                )
            ),
        ),
        Mistake(
            "dy was dropped: the slope is the factor that dy is multiplied by",
            lambda x, dy: (
                0.5
                + x
                * np.exp(-(np.multiply.outer(x, (np.arange(4000) + 0.5) / 4000) ** 2) / 2).mean(
                    axis=-1
                )
                / np.sqrt(2 * np.pi)
                + x * np.exp(-x * x / 2) / np.sqrt(2 * np.pi)
            ),
        ),
        Mistake(
            "the exponent lost its 1/2: this is the density of a normal with variance 1/2, and not "
            "normalized",
            lambda x, dy: (
                dy
                * (
                    0.5
                    + x
                    * np.exp(-(np.multiply.outer(x, (np.arange(4000) + 0.5) / 4000) ** 2) / 2).mean(
                        axis=-1
                    )
                    / np.sqrt(2 * np.pi)
                    + x * np.exp(-x * x) / np.sqrt(2 * np.pi)
                )
            ),
        ),
    ),
    conventions=(
        Convention(
            'the slope of the tanh form (30), what PyTorch gives for approximate="tanh"; up to '
            "8.7e-4 from the exact one",
            lambda x, dy: (
                dy
                * (
                    (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))) / 2
                    + x
                    / 2
                    / np.cosh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)) ** 2
                    * np.sqrt(2 / np.pi)
                    * (1 + 3 * 0.044715 * x * x)
                )
            ),
        ),
        Convention(
            "the slope of x s(1.702 x), the cheap form of Hendrycks and Gimpel",
            lambda x, dy: (
                dy
                * (
                    1 / (1 + np.exp(-1.702 * x))
                    + 1.702 * x * np.exp(-1.702 * x) / (1 + np.exp(-1.702 * x)) ** 2
                )
            ),
        ),
    ),
)


def _glu_grad(a, b, dy):
    s = 1 / (1 + np.exp(-b))
    return dy * s, dy * a * s * (1 - s)


def _value_gate_and_dy(rng):
    return tuple(rng.normal(scale=2, size=(3, 4)).round(2))


glu_grad = Exercise(
    name="glu_grad",
    stars=2,
    task="The two gradients of $\\text{GLU}(a, b) = a\\,\\sigma(b)$. `a`, `b`: value and gate, of one "
    "shape and moderate size; `dy`: the gradient that arrives, of that shape, too. Return "
    "`(da, db)`, both of that shape.",
    hint="Hold one argument fixed at a time. With $b$ fixed the output is a multiple of $a$.",
    solution=_glu_grad,
    book=activations.glu_grad,
    probes=(
        (np.array([2.0, -3.0]), np.array([0.0, 1.0]), np.array([1.0, 0.5])),
        (
            np.array([[0.5, -1.5], [3.0, 0.25], [-2.0, 1.0]]),
            np.array([[2.0, -1.0], [0.5, -3.0], [1.5, 0.25]]),
            np.array([[-1.0, 0.5], [2.0, 0.75], [1.25, -0.5]]),
        ),
    ),
    fresh=_value_gate_and_dy,
    mistakes=(
        Mistake(
            "the two stand in the wrong order: first the gradient in the value a, then in the gate b",
            lambda a, b, dy: (
                dy * a * np.exp(-b) / (1 + np.exp(-b)) ** 2,
                dy / (1 + np.exp(-b)),
            ),
        ),
        Mistake(
            "the gate's own slope is missing from db: the sigmoid has slope s (1 - s), not s",
            lambda a, b, dy: (dy / (1 + np.exp(-b)), dy * a / (1 + np.exp(-b))),
        ),
        Mistake(
            "the sigmoid's slope is s (1 - s) in its value s, and not b (1 - b) in what enters it",
            lambda a, b, dy: (dy / (1 + np.exp(-b)), dy * a * b * (1 - b)),
        ),
        Mistake(
            "a was lost from db: the gate matters as much as what it lets through",
            lambda a, b, dy: (dy / (1 + np.exp(-b)), dy * np.exp(-b) / (1 + np.exp(-b)) ** 2),
        ),
        Mistake(
            "this is gated by a: the second argument is the gate",
            lambda a, b, dy: (
                dy * b * np.exp(-a) / (1 + np.exp(-a)) ** 2,
                dy / (1 + np.exp(-a)),
            ),
        ),
        Mistake(
            "a was left in da: with b fixed the output is a multiple of a, and its slope the multiple",
            lambda a, b, dy: (
                dy * a / (1 + np.exp(-b)),
                dy * a * np.exp(-b) / (1 + np.exp(-b)) ** 2,
            ),
        ),
        Mistake(
            "dy was dropped: both slopes are factors that dy is multiplied by",
            lambda a, b, dy: (1 / (1 + np.exp(-b)), a * np.exp(-b) / (1 + np.exp(-b)) ** 2),
        ),
    ),
)


def _dead_fraction(Z):
    return np.mean(np.all(Z <= 0, axis=0))


def _scores(rng):
    """Some units dead, some sparse, one negative but for a single exact 0."""
    Z = rng.normal(size=(4, 6)).round(2) + 0.005
    Z[:, :2] = -np.abs(Z[:, :2])
    Z[0, 0] = 0
    Z[rng.integers(4), 2:] = [1.5, 0.25, 2.0, 0.75]
    return (Z,)


dead_fraction = Exercise(
    name="dead_fraction",
    stars=1,
    task="The share of dead units behind a ReLU. `Z`: $(N, D)$, what enters the ReLU, one example a "
    "row and one unit a column. A unit is dead if it is 0 or below on every example, so that no "
    "gradient (18) reaches its weights. Return one number.",
    hint="`np.all(..., axis=...)`: along which axis must a unit be 0 or below everywhere?",
    solution=_dead_fraction,
    book=lambda Z: float(np.mean(~activations.relu_grad(Z).any(axis=0))),
    probes=(
        (np.array([[-1.0, 2.0, -3.0], [-2.0, -1.0, 0.0]]),),
        (
            np.array(
                [
                    [-1.0, 2.0, -3.0, -0.5, -1.0],
                    [-2.0, -1.0, 0.0, -0.25, 0.5],
                    [-0.5, 3.0, -1.0, -2.0, -4.0],
                    [-0.5, -2.0, -1.0, -2.0, -0.25],
                ]
            ),
        ),
        (np.array([[1.0, -2.0], [-1.0, 3.0]]),),
        (np.array([[0.05, -2.0, 0.1]]),),
    ),
    fresh=_scores,
    mistakes=(
        Mistake(
            "that is how sparse the layer is: a unit that rests on some examples is alive",
            lambda Z: np.mean(Z <= 0),
        ),
        Mistake(
            "that counts examples on which all units rest: a unit is a column",
            lambda Z: np.mean(np.all(Z <= 0, axis=1)),
        ),
        Mistake(
            "to rest once is not to be dead: it takes every example",
            lambda Z: np.mean(np.any(Z <= 0, axis=0)),
        ),
        Mistake(
            "that is the share of the living",
            lambda Z: np.mean(np.any(Z > 0, axis=0)),
        ),
        Mistake(
            "a share was asked for: divide the count by the number of units",
            lambda Z: np.sum(np.all(Z <= 0, axis=0)),
        ),
        Mistake(
            "the mean of a unit tells little: one large value keeps it alive, and one small value "
            "does, too",
            lambda Z: np.mean(np.mean(Z, axis=0) <= 0),
        ),
    ),
    conventions=(
        Convention(
            "only units strictly below 0 count as dead, as where the slope at 0 is taken to be 1",
            lambda Z: np.mean(np.all(Z < 0, axis=0)),
        ),
    ),
)


questions = (
    Question(
        "A ReLU unit of the first layer is below 0 on every image of the training set. What can bring "
        "it back?",
        (
            Option("More steps", "its gradient is 0, and so is every further step."),
            Option("A larger rate", "a larger number times 0 is 0."),
            Option(
                "Shuffling the images",
                "in every order it is below 0 on each of them, and its gradient is 0 in every batch.",
            ),
            Option(
                "Another shape below 0",
                "with any slope there a gradient arrives, and the weights move again.",
                True,
            ),
        ),
    ),
    Question(
        "What is the slope of GELU?",
        (
            Option(
                "It has no closed form", "with the error function it has one, as GELU itself has."
            ),
            Option(
                "That of the tanh form",
                "that is the slope of the approximation, up to 8.7e-4 away.",
            ),
            Option("Phi(x) + x phi(x)", "the product rule, and Phi' = phi.", True),
            Option("Phi(x)", "that is half of the product rule: Phi moves, too."),
        ),
    ),
    Question(
        "A PReLU has learned a = 2. What does it make of -1?",
        (
            Option("-1", prelu.mistakes[0]),
            Option("-2", "below 0 the value is a x, whatever a is.", True),
            Option("2", prelu.mistakes[4]),
            Option("0", prelu.mistakes[2]),
        ),
    ),
    Question(
        "A network with RReLU was trained with slopes between l and u. Which slope does it use at test?",
        (
            Option(
                "A new draw", "that is for training: at test the same image would get two answers."
            ),
            Option("0", "that is the plain ReLU, which the network never saw in training."),
            Option(
                "(l + u)/2",
                "the mean of the slopes, so that an entry has its mean output.",
                True,
            ),
            Option(
                "The last one drawn",
                "that is what the backward pass keeps, for its own forward pass.",
            ),
        ),
    ),
    Question(
        "The slope of SELU jumps at 0 from 1.758 on the left to 1.051 on the right. Which lines "
        "through the kink stay below its graph?",
        (
            Option("All with slopes in between", "so it would be if the slope jumped upwards."),
            Option(
                "The one in the middle",
                "a central difference gives it, but beside the kink it lies above the graph on both sides.",
            ),
            Option(
                "None",
                "the kink points upwards, so there is no subgradient; the interval between the "
                "slopes is Clarke's.",
                True,
            ),
            Option(
                "Those of slope 0",
                "the graph rises through the kink and lies below them on the left.",
            ),
        ),
    ),
)
