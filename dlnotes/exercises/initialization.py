"""The exercises of the page on initialization. An answer stands by itself: it may use np and nothing
else."""

import numpy as np

from .. import initialization
from ._engine import Convention, Exercise, Mistake, Option, Question


def _unequal_fans(rng):
    fan_in, more = rng.integers(20, 400), rng.integers(30, 500)
    return int(fan_in), int(fan_in + more)


def _xavier_std(fan_in, fan_out):
    return np.sqrt(2 / (fan_in + fan_out))


xavier_std = Exercise(
    name="xavier_std",
    stars=1,
    task="The standard deviation of Xavier's normal weights, (74'), for a layer of `fan_in` inputs "
    "and `fan_out` outputs. Return one number.",
    hint="The way forward asks for $n_{\\text{in}} \\operatorname{Var}(w) = 1$, the way back for "
    "$n_{\\text{out}} \\operatorname{Var}(w) = 1$. Add the two conditions, solve for the variance, "
    "and remember what is asked for.",
    solution=_xavier_std,
    book=initialization.xavier_std,
    probes=((64, 10), (300, 1200), (784, 256)),
    fresh=_unequal_fans,
    mistakes=(
        Mistake(
            "this is LeCun's: it keeps the variance on the way forward and asks nothing of the way "
            "back",
            lambda fan_in, fan_out: np.sqrt(1 / fan_in),
            credit="cs249r_book #1161",
        ),
        Mistake(
            "this is the variance: its root is the standard deviation",
            lambda fan_in, fan_out: 2 / (fan_in + fan_out),
        ),
        Mistake(
            "the mean of the fans is wanted, not their sum: the two conditions add up to 2",
            lambda fan_in, fan_out: np.sqrt(1 / (fan_in + fan_out)),
        ),
        Mistake(
            "this is He's, for layers behind a relu",
            lambda fan_in, fan_out: np.sqrt(2 / fan_in),
        ),
        Mistake(
            "this is the limit of the uniform law, which is the root of 3 times its standard "
            "deviation",
            lambda fan_in, fan_out: np.sqrt(6 / (fan_in + fan_out)),
        ),
        Mistake(
            "this serves the way back alone: the fan-in counts as much",
            lambda fan_in, fan_out: np.sqrt(1 / fan_out),
        ),
    ),
)


def _xavier_limit(fan_in, fan_out):
    return np.sqrt(6 / (fan_in + fan_out))


xavier_limit = Exercise(
    name="xavier_limit",
    stars=1,
    task="Xavier's uniform weights lie between $-a$ and $a$ and have the variance of (74'). Return "
    "$a$ for a layer of `fan_in` inputs and `fan_out` outputs.",
    hint="The variance of a uniform law on $(-a, a)$ is the mean of $w^2$ over it: "
    "$\\frac{1}{2a}\\int_{-a}^{a} w^2\\,dw = \\frac{a^2}{3}$.",
    solution=_xavier_limit,
    book=initialization.xavier_limit,
    probes=((64, 10), (300, 1200), (784, 256)),
    fresh=_unequal_fans,
    mistakes=(
        Mistake(
            "this is the standard deviation: a uniform law that ends there has a third of the "
            "variance",
            lambda fan_in, fan_out: np.sqrt(2 / (fan_in + fan_out)),
        ),
        Mistake(
            "Glorot's variance is 2, not 1, over the sum of the fans",
            lambda fan_in, fan_out: np.sqrt(3 / (fan_in + fan_out)),
        ),
        Mistake(
            "the denominator is the sum of the fans: nothing is added to it, and a variance off by "
            "one part in a thousand is off all the same",
            lambda fan_in, fan_out: np.sqrt(6 / (fan_in + fan_out + 1)),
            credit="ARENA_3.0 PR #414",
        ),
        Mistake(
            "the root was forgotten: a has the unit of a weight, not of its variance",
            lambda fan_in, fan_out: 6 / (fan_in + fan_out),
        ),
        Mistake(
            "this is LeCun's limit: the way back was not asked",
            lambda fan_in, fan_out: np.sqrt(3 / fan_in),
        ),
        Mistake(
            "a uniform law on (-a, a) has variance a^2/3, and not 3 a^2",
            lambda fan_in, fan_out: np.sqrt(2 / (3 * (fan_in + fan_out))),
            credit="ARENA_3.0 PR #414, in Kaiming's law",
        ),
        Mistake(
            "this is the whole width of the interval: it reaches from -a to a",
            lambda fan_in, fan_out: 2 * np.sqrt(6 / (fan_in + fan_out)),
        ),
    ),
)


def _fans(shape):
    area = np.prod(shape[2:])
    return np.array([shape[0] * area, shape[1] * area])


def _kernel_shape(rng):
    # Keras' and PyTorch's readings of the same shape must differ from ours and from each other.
    i, o, height, width = rng.permutation([2, 3, 5, 7, 11, 13])[:4]
    return ((int(i), int(o), int(height), int(width)),)


fans = Exercise(
    name="fans",
    stars=2,
    task="The fan-in and the fan-out of a layer from the shape of its weights: `(in, out)` for a "
    "dense layer, `(in, out, height, width)` for a convolution over images, and with any other "
    "number of kernel sides likewise. Fan-in is how many products one output adds up; fan-out, how "
    "many outputs one input goes into. Return `np.array([fan_in, fan_out])`.",
    hint="One output of a convolution sees a patch of the image: in every input channel, as many "
    "pixels as the kernel has. And one pixel, away from the border, is seen by the kernel in as many "
    "positions, for every output channel.",
    solution=_fans,
    probes=(((64, 10),), ((3, 16, 5, 3),), ((8, 3, 7),), ((2, 3, 5, 7, 4),)),
    fresh=_kernel_shape,
    mistakes=(
        Mistake(
            "the kernel's area is missing: one output adds up a patch of every channel, and one "
            "pixel goes into as many outputs",
            lambda shape: np.array([shape[0], shape[1]]),
        ),
        Mistake(
            "one side of the kernel is not its area: multiply all its sides",
            lambda shape: (
                np.array([shape[0] * shape[2], shape[1] * shape[2]])
                if len(shape) > 2
                else np.array(shape)
            ),
        ),
        Mistake(
            "the area belongs to the fan-out, too: a pixel is seen from as many positions",
            lambda shape: np.array([shape[0] * np.prod(shape[2:]), shape[1]]),
        ),
        Mistake(
            "the area belongs to the fan-in, too: an output sees a whole patch",
            lambda shape: np.array([shape[0], shape[1] * np.prod(shape[2:])]),
        ),
        Mistake(
            "the sides of the kernel were added: its area is their product",
            lambda shape: (
                np.array([shape[0] * np.sum(shape[2:]), shape[1] * np.sum(shape[2:])])
                if len(shape) > 2
                else np.array(shape)
            ),
        ),
        Mistake(
            "this counts the weights: each output uses only those of its own channel",
            lambda shape: np.array([np.prod(shape), np.prod(shape)]),
        ),
    ),
    conventions=(
        Convention(
            "PyTorch stores weights as (out, in, ...)",
            lambda shape: np.array([shape[1] * np.prod(shape[2:]), shape[0] * np.prod(shape[2:])]),
        ),
        Convention(
            "Keras stores weights as (..., in, out)",
            lambda shape: np.array(
                [shape[-2] * np.prod(shape[:-2]), shape[-1] * np.prod(shape[:-2])]
            ),
        ),
    ),
)


def _he_std(fan_in, fan_out):
    return np.sqrt(2 / fan_in)


he_std = Exercise(
    name="he_std",
    stars=1,
    task="The standard deviation of He's normal weights, which keep the mean square of the signal "
    "from layer to layer where each layer is followed by a relu. Return one number.",
    hint="What enters a layer is $\\operatorname{relu}(z)$, whose mean square is half of $z$'s. So "
    "$n_{\\text{in}} \\operatorname{Var}(w) \\cdot \\frac{1}{2} = 1$.",
    solution=_he_std,
    book=initialization.he_std,
    probes=((64, 10), (300, 1200), (784, 256)),
    fresh=_unequal_fans,
    mistakes=(
        Mistake(
            "the relu's half was forgotten: after ten layers a thousandth of the mean square is left",
            lambda fan_in, fan_out: np.sqrt(1 / fan_in),
        ),
        Mistake(
            "this is the variance: its root is the standard deviation",
            lambda fan_in, fan_out: 2 / fan_in,
        ),
        Mistake(
            "this is the limit of the uniform law, the root of 3 times its standard deviation",
            lambda fan_in, fan_out: np.sqrt(6 / fan_in),
        ),
        Mistake(
            "this is Xavier's, for an activation with slope 1 at 0 on both sides",
            lambda fan_in, fan_out: np.sqrt(2 / (fan_in + fan_out)),
        ),
        Mistake(
            "the relu halves the mean square, so the weights' variance must be doubled, not halved",
            lambda fan_in, fan_out: np.sqrt(1 / (2 * fan_in)),
        ),
        Mistake(
            "both the half and the compromise: He's rule keeps one direction exactly, the other is "
            "left to the ratio of the widths",
            lambda fan_in, fan_out: np.sqrt(4 / (fan_in + fan_out)),
        ),
    ),
    conventions=(
        Convention(
            "mode='fan_out' in PyTorch keeps the gradient instead of the signal",
            lambda fan_in, fan_out: np.sqrt(2 / fan_out),
        ),
    ),
)


def _variance_of_s(n, var_w, mean_x, var_x):
    return n * var_w * (var_x + mean_x**2)


def _moments(rng):
    n = int(rng.integers(2, 100))
    var_w, mean_x, var_x = rng.uniform((0.05, 1.5, 26.0), (0.5, 5.0, 40.0)).round(2)
    return n, float(var_w), float(mean_x), float(var_x)


variance_of_s = Exercise(
    name="variance_of_s",
    stars=2,
    task="The variance of $s = \\sum_i w_i x_i$ over `n` inputs of mean `mean_x` and variance "
    "`var_x`, and as many weights of mean 0 and variance `var_w`, all independent. Return one "
    "number.",
    hint="In (72) one of the three terms is 0, not two: which, if $\\mathbb{E}[w] = 0$? Put the "
    "other two together.",
    solution=_variance_of_s,
    book=initialization.preactivation_variance,
    probes=((4, 0.25, 3.0, 2.0), (64, 1 / 64, 4.88, 36.2), (10, 0.3, -1.5, 0.5)),
    fresh=_moments,
    mistakes=(
        Mistake(
            "the inputs were assumed to be centred: off 0, E[x^2] takes the place of Var(x)",
            lambda n, var_w, mean_x, var_x: n * var_w * var_x,
        ),
        Mistake(
            "the mean must be squared: E[x^2] = Var(x) + E[x]^2",
            lambda n, var_w, mean_x, var_x: n * var_w * (var_x + mean_x),
        ),
        Mistake(
            "the identity backwards: it is Var(x) that is E[x^2] less E[x]^2",
            lambda n, var_w, mean_x, var_x: n * var_w * (var_x - mean_x**2),
        ),
        Mistake(
            "variances add, standard deviations do not: n, not n squared",
            lambda n, var_w, mean_x, var_x: n**2 * var_w * (var_x + mean_x**2),
        ),
        Mistake(
            "this is one product's variance: there are n of them",
            lambda n, var_w, mean_x, var_x: var_w * (var_x + mean_x**2),
        ),
        Mistake(
            "the average was taken: s is the sum of its n products",
            lambda n, var_w, mean_x, var_x: var_w * (var_x + mean_x**2) / n,
        ),
    ),
)


def _gain(f):
    z = np.linspace(-10, 10, 20001)
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    return 1 / np.sqrt(np.sum(f(z) ** 2 * density) * (z[1] - z[0]))


def _relu(z):
    """relu"""
    return np.maximum(z, 0)


def _tanh(z):
    """tanh"""
    return np.tanh(z)


def _selu(z):
    """selu"""
    below = 1.6732632423543772 * np.expm1(np.minimum(z, 0))
    return 1.0507009873554805 * np.where(z > 0, z, below)


def _elu_plus_one(z):
    """elu + 1"""
    return np.where(z > 0, z + 1, np.exp(np.minimum(z, 0)))


def _some_leaky_relu(rng):
    alpha = round(float(rng.uniform(0.1, 0.7)), 2)

    def leaky(z):
        return np.where(z > 0, z, alpha * z)

    leaky.__doc__ = f"leaky relu, {alpha} below 0"
    return (leaky,)


gain = Exercise(
    name="gain",
    stars=3,
    task="What an activation costs in scale: $1 / \\sqrt{\\mathbb{E}[f(z)^2]}$ for $z$ from "
    "$N(0, 1)$, by which the weights' standard deviation must grow to make up for it. `f` is a "
    "function of arrays. Return one number, right to a part in a thousand.",
    hint="An expectation is an integral: $\\int f(z)^2 \\frac{1}{\\sqrt{2\\pi}} e^{-z^2/2}\\,dz$. A "
    "sum over a fine grid from $-10$ to $10$, times the grid's step, will do.",
    solution=_gain,
    book=initialization.gain,
    rtol=1e-3,
    probes=((_relu,), (_tanh,), (_selu,), (_elu_plus_one,)),
    fresh=_some_leaky_relu,
    mistakes=(
        Mistake(
            "the variance of f(z) was taken: the next layer multiplies by E[f(z)^2], the mean's "
            "square included",
            lambda f: (
                1
                / np.sqrt(
                    np.average(
                        f(np.linspace(-10, 10, 20001)) ** 2,
                        weights=np.exp(-(np.linspace(-10, 10, 20001) ** 2) / 2),
                    )
                    - np.average(
                        f(np.linspace(-10, 10, 20001)),
                        weights=np.exp(-(np.linspace(-10, 10, 20001) ** 2) / 2),
                    )
                    ** 2
                )
            ),
        ),
        Mistake(
            "the root was forgotten: this multiplies the variance, the gain multiplies the standard "
            "deviation",
            lambda f: (
                1
                / np.average(
                    f(np.linspace(-10, 10, 20001)) ** 2,
                    weights=np.exp(-(np.linspace(-10, 10, 20001) ** 2) / 2),
                )
            ),
        ),
        Mistake(
            "the inverse: this is by how much f shrinks the signal, and the weights must make up "
            "for it",
            lambda f: np.sqrt(
                np.average(
                    f(np.linspace(-10, 10, 20001)) ** 2,
                    weights=np.exp(-(np.linspace(-10, 10, 20001) ** 2) / 2),
                )
            ),
        ),
        Mistake(
            "the slope at 0 tells of small z alone: a relu has two slopes, a tanh bends",
            lambda f: 2e-4 / (f(np.array(1e-4)) - f(np.array(-1e-4))),
        ),
        Mistake(
            "Gauss and Hermite's rule weighs by exp(-z^2), of variance 1/2: its nodes must be "
            "stretched by sqrt(2)",
            lambda f: (
                1
                / np.sqrt(
                    np.polynomial.hermite.hermgauss(60)[1]
                    @ f(np.polynomial.hermite.hermgauss(60)[0]) ** 2
                    / np.sqrt(np.pi)
                )
            ),
        ),
        Mistake(
            "the density was forgotten: this weighs every z between -10 and 10 alike",
            lambda f: 1 / np.sqrt(np.mean(f(np.linspace(-10, 10, 20001)) ** 2)),
        ),
        Mistake(
            "the mean of the size of f(z) was taken: a variance is made of squares",
            lambda f: (
                1
                / np.average(
                    np.abs(f(np.linspace(-10, 10, 20001))),
                    weights=np.exp(-(np.linspace(-10, 10, 20001) ** 2) / 2),
                )
            ),
        ),
    ),
    conventions=(
        Convention(
            "PyTorch's calculate_gain gives 5/3 for tanh",
            lambda f: (
                5 / 3
                if np.allclose(f(np.array([0.5, 1.0])), np.tanh([0.5, 1.0]))
                else 1
                / np.sqrt(
                    np.average(
                        f(np.linspace(-10, 10, 20001)) ** 2,
                        weights=np.exp(-(np.linspace(-10, 10, 20001) ** 2) / 2),
                    )
                )
            ),
        ),
    ),
)


questions = (
    Question(
        "Ten tanh layers start from weights of standard deviation 0.01. For 200 steps the loss stays "
        "at log 10 = 2.303. Why?",
        (
            Option(
                "The learning rate is too small",
                "the same rate takes the same network to 97 percent from Xavier's weights.",
            ),
            Option(
                "Signal and gradient fade from layer to layer",
                "a layer of 64 multiplies the scale by 0.01 times the root of 64, 0.08; after ten "
                "layers no image can be told from another, and no gradient comes back.",
                True,
            ),
            Option("The units are dead", "a tanh has no flat half; it is at its steepest near 0."),
            Option(
                "The data were not shuffled", "every batch was drawn at random from all images."
            ),
        ),
    ),
    Question(
        "Why does a layer behind a relu want weights of variance 2/n and not 1/n?",
        (
            Option(
                "It has two linear pieces",
                "so has a leaky relu with slope 0.9, which wants 1.1/n.",
            ),
            Option(
                "Half of the mean square is lost",
                "z is as often negative as positive, and the relu sets the negative ones to 0, so "
                "E[relu(z)^2] = E[z^2]/2.",
                True,
            ),
            Option("Its slope is 2", "its slope is 1 or 0, on average one half."),
            Option(
                "Its output has mean 0", "it has not, which is why E[x^2] and not Var(x) counts."
            ),
        ),
    ),
    Question(
        "A layer takes 400 inputs to 100 outputs, with Var(w) = 1/400. By what factor does the "
        "gradient's variance change on its way back?",
        (
            Option("1", "that is the factor of the way forward, where 400 products add up."),
            Option("4", "that is the ratio inverted: fewer products add up on the way back."),
            Option(
                "1/4",
                "on the way back each input's gradient is a sum of 100 products, so the factor is "
                "100/400.",
                True,
            ),
            Option("0.4", "that is what is left under Glorot's compromise, Var(w) = 2/500."),
        ),
    ),
    Question(
        "Must the weights be Gaussian for a layer to keep the variance?",
        (
            Option("Yes, by (69)", "(69) holds for any two variables with finite moments."),
            Option(
                "Only if the layer is wide",
                "width makes s nearly Gaussian, whatever the weights; its variance is right at "
                "any width.",
            ),
            Option(
                "No, their mean and variance suffice",
                "nothing else enters (72): coins of -1/sqrt(n) and 1/sqrt(n) do as well.",
                True,
            ),
            Option(
                "No, but they must be uniform", "uniform is one choice, and needs the right limit."
            ),
        ),
    ),
    Question(
        "PyTorch's dense layer draws its weights uniformly between -1/sqrt(n) and 1/sqrt(n), n its "
        "fan-in. What is n Var(w)?",
        (
            Option("1", "that takes the limit for the standard deviation."),
            Option(
                "1/3",
                "the variance of a uniform law on (-a, a) is a^2/3: tanh layers fade under it.",
                True,
            ),
            Option(
                "3",
                "a published slip, variance 3/n for 1/(3n) (ARENA_3.0 PR #414): no law on (-a, a) "
                "has a variance above a^2.",
            ),
            Option("1/12", "that is for an interval of length 1/sqrt(n); this one has twice that."),
        ),
    ),
    Question(
        "He's rule says 2/n. It is the variance of what?",
        (
            Option("the weights", "so that n Var(w) E[relu(z)^2] = Var(z).", True),
            Option(
                "the units' outputs",
                "a published slip (cs231n.github.io #148): the units are to keep the variance of "
                "the input, which may be anything.",
            ),
            Option("the gradients", "theirs follows from the weights', and from the fan-out."),
            Option("the biases", "they start at 0: a bias breaks no symmetry that weights do not."),
        ),
    ),
)
