"""Section 6, equations (69) to (74): the variance of a layer's output.

Means and variances are checked by enumeration: the laws have two or three values each, so every
outcome is visited, with its exact probability, and no moment is used as a formula.
"""

import math
from fractions import Fraction
from itertools import product

import numpy as np

from .. import activations, initialization
from ._equation import Counterexample, Equation


def _law(*pairs):
    """((value, probability), ...), the probabilities one in all."""
    law = tuple((Fraction(value), Fraction(p)) for value, p in pairs)
    assert sum(p for _, p in law) == 1
    return law


# The inputs and the weights of the checks: off centre, centred, and centred with variance 1.
X, W = _law((0, "1/2"), (2, "1/4"), (3, "1/4")), _law((-1, "1/2"), (1, "1/3"), (4, "1/6"))
X0, W0 = _law((-1, "2/3"), (2, "1/3")), _law(("-1/2", "1/2"), ("1/2", "1/2"))
COIN = _law((-1, "1/2"), (1, "1/2"))
# Two inputs that are not independent: (x_1, x_2) and its probability.
JOINT = (((1, 1), Fraction(1, 2)), ((-1, 2), Fraction(1, 4)), ((-2, -1), Fraction(1, 4)))


def _outcomes(*laws):
    """Every (values, probability) of independent draws, one from each law."""
    for drawn in product(*laws):
        yield tuple(value for value, _ in drawn), math.prod(p for _, p in drawn)


def _mean(outcomes, of):
    return sum(p * of(*values) for values, p in outcomes)


def _spread(outcomes, of):
    """The mean squared distance from the mean: what a variance is."""
    outcomes = list(outcomes)
    centre = _mean(outcomes, of)
    return _mean(outcomes, lambda *values: (of(*values) - centre) ** 2)


def _m(law):
    return float(_mean(_outcomes(law), lambda v: v))


def _v(law):
    return float(_spread(_outcomes(law), lambda v: v))


def _dot(*w_and_x):
    n = len(w_and_x) // 2
    return sum(w * x for w, x in zip(w_and_x[:n], w_and_x[n:], strict=True))


def _worst(*differences):
    """The largest in size; unlike Python's own, NumPy's max lets no nan slip through."""
    return float(np.max(np.abs([float(d) for d in differences])))


def _second_moment_gap(form):
    return _worst(
        *(form(_m(law), _v(law)) - _mean(_outcomes(law), lambda v: v * v) for law in (X, W, X0))
    )


def _product_gap(form):
    """Two dependent variables, by the definition of the variance."""
    return _worst(form(JOINT) - _spread(JOINT, lambda x, y: x * y))


def _mean_product_gap(form):
    return _worst(form(W, X) - _mean(_outcomes(W, X), lambda w, x: w * x))


def _joint_sums():
    """(w_1, w_2, x_1, x_2) for centred independent weights on the two dependent inputs."""
    for (w1, w2), p in _outcomes(W0, COIN):
        for (x1, x2), q in JOINT:
            yield (w1, w2, x1, x2), p * q


def _sum_gap(form):
    outcomes = list(_joint_sums())
    each = [
        float(_spread(outcomes, lambda w1, w2, x1, x2: w1 * x1)),
        float(_spread(outcomes, lambda w1, w2, x1, x2: w2 * x2)),
    ]
    covariance = float(_mean(JOINT, lambda a, b: a * b)) - float(
        _mean(JOINT, lambda a, b: a) * _mean(JOINT, lambda a, b: b)
    )
    return _worst(form(each, covariance) - _spread(outcomes, _dot))


def _brackets_gap(form):
    """Weights and inputs of unequal laws, none of the means 0."""
    w, x = (W, _law((1, "1/2"), (2, "1/2"))), (X, W)
    return _worst(
        form([(_m(a), _v(a), _m(b), _v(b)) for a, b in zip(w, x, strict=True)])
        - _spread(_outcomes(*w, *x), _dot)
    )


def _centred_gap(form):
    return _worst(form(3, _v(W0), _v(X0)) - _spread(_outcomes(*[W0] * 3, *[X0] * 3), _dot))


def _off_centre_gap(form):
    """Centred weights on inputs that are not."""
    return _worst(form(3, _v(W0), _m(X), _v(X)) - _spread(_outcomes(*[W0] * 3, *[X] * 3), _dot))


def _two_points(std):
    """The law of a weight that is +std or -std."""
    return tuple((sign * std, 0.5) for sign in (-1, 1))


def _through(fan_in, fan_out, std, of, inputs):
    """The mean of a quantity over every matrix of two-point weights and every input."""
    total = 0.0
    for w, p in _outcomes(*[_two_points(std)] * (fan_in * fan_out)):
        weights = np.reshape(w, (fan_in, fan_out))
        total += p * float(np.mean([of(np.asarray(x, dtype=float), weights) for x in inputs]))
    return total


FANS = (3, 2)
# Centred inputs of variance 1.5, no two entries alike; and gradients of mean square 1.
INPUTS = [(1.0, -1.5, 0.5), (-1.0, 1.5, -0.5), (2.0, 0.0, 1.0), (-2.0, 0.0, -1.0)]
VAR_X = float(np.mean(np.square(INPUTS)))
ARRIVING = [(1.0, 1.0), (-1.0, 1.0)]


def _forward_factor(std):
    """By what the mean square grows on the way forward, 3 to 2, enumerated."""
    return _through(*FANS, std, lambda x, w: np.mean((x @ w) ** 2), INPUTS) / VAR_X


def _backward_factor(std):
    """And on the way back, 2 to 3."""
    return _through(*FANS, std, lambda dy, w: np.mean((w @ dy) ** 2), ARRIVING)


def _any_law_gap(form):
    """Four two-point weights of variance 1/4 on skewed two-point inputs: nothing is Gaussian."""
    return _worst(form(4, _v(X0)) - _spread(_outcomes(*[W0] * 4, *[X0] * 4), _dot))


def _goal_gap(form):
    forward, backward = form(*FANS)
    std = FANS[0] ** -0.5
    return _worst(forward - _forward_factor(std), backward - _backward_factor(std))


def _condition_gap(form):
    """What a layer with Var(w) = 1/n_in hands on, and the variance at which the two ways' factors
    have the mean 1. A factor is proportional to Var(w), so its value at Var(w) = 1 serves."""
    left, xavier = form(*FANS, VAR_X)
    handed_on = _forward_factor(FANS[0] ** -0.5) * VAR_X
    between = 2 / (_forward_factor(1.0) + _backward_factor(1.0))
    return _worst(left - handed_on, xavier - between)


def _fan_in_gap(form):
    """Five samples with three features each, into two units."""
    data = np.array([*INPUTS, (0.0, 0.0, 0.0)])
    n = form(data, FANS[1])
    kept = _through(*FANS, n**-0.5, lambda x, w: np.mean((x @ w) ** 2), data)
    return _worst(kept - np.mean(data**2))


def _slope_factor_gap(form):
    """By what the gradient's mean square changes through a layer of two units at z = 0, over every
    matrix of two-point weights with Xavier's variance; the slopes by central differences."""
    gaps = []
    for f, f_grad in (
        (activations.tanh, activations.tanh_grad),
        (activations.sigmoid, activations.sigmoid_grad),
    ):
        slope = (float(f(1e-4)) - float(f(-1e-4))) / 2e-4
        std = 0.5**0.5
        way_back = _through(
            2, 2, std, lambda dy, w, slope=slope: np.mean((w @ (slope * dy)) ** 2), ARRIVING
        )
        gaps.append(form(f_grad) - way_back)
    return _worst(*gaps)


def _xavier_factor(f_grad):
    """n_out Var(w) f'(0)^2 for two inputs and two outputs."""
    return 2 * initialization.xavier_std(2, 2) ** 2 * float(f_grad(0.0)) ** 2


def _variance_from_table(joint):
    """(69) on a table of outcomes."""
    mean = float(_mean(joint, lambda x, y: x * y))
    return float(_mean(joint, lambda x, y: x**2 * y**2)) - mean**2


def _independent(joint):
    """(69) with E[X^2] E[Y^2] for E[X^2 Y^2]."""
    mean = float(_mean(joint, lambda x, y: x * y))
    squares = _mean(joint, lambda x, y: x * x) * _mean(joint, lambda x, y: y * y)
    return float(squares) - mean**2


def _three_terms(layer):
    return sum(
        initialization.preactivation_variance(1, var_w, mean_x, var_x, mean_w=mean_w)
        for mean_w, var_w, mean_x, var_x in layer
    )


def _sum_over_the_first_term(layer):
    """(72) read without brackets: the last i is left over for the other terms."""
    _, var_w, mean_x, var_x = layer[-1]
    return sum(m_w**2 * v_x for m_w, _, _, v_x in layer) + mean_x**2 * var_w + var_x * var_w


SECTION = "6 Xavier Initialization"
EVERY = "every outcome of laws with two or three values"
MATRICES = "every matrix of two-point weights, 3 to 2"

EQUATIONS = (
    Equation(
        id="u-6-goal-claim",
        tag="gradient scale",
        section=SECTION,
        title="What Xavier is for",
        latex=r"\text{Xavier keeps the scale of the gradients roughly the same in all layers, "
        r"useful for sigmoid and tanh}",
        verdict="holds with conditions",
        why="True of tanh, roughly. A layer also multiplies the gradient by the slope of its "
        "activation, at most 1/4 for the logistic sigmoid, so behind it the gradient fades.",
        code="initialization.xavier_std",
        form=_xavier_factor,
        route="every matrix of two-point weights, 2 to 2, the slopes by differences",
        check=_slope_factor_gap,
        refutes={
            "as good for the sigmoid as for tanh": lambda f_grad: 1.0,
            "the slope not squared": lambda f_grad: float(f_grad(0.0)),
            "Var(w) = 1 / (n_in + n_out)": lambda f_grad: float(f_grad(0.0)) ** 2 / 2,
        },
        mended=r"\text{needs } f(0) = 0,\ f'(0) = 1 \quad (\tanh \text{ yes, } \sigma \text{ no: } "
        r"\sigma(0) = \tfrac{1}{2},\ \sigma'(0) = \tfrac{1}{4})",
        tolerance=1e-7,
    ),
    Equation(
        id="u-6-gaussian-claim",
        tag="Gaussian",
        section=SECTION,
        title="Variance kept, for Gaussian laws",
        latex=r"\operatorname{Var}(s) = \operatorname{Var}(x) \text{ assuming a Gaussian "
        r"distribution}",
        verdict="holds with conditions",
        why="No law needs to be Gaussian: independence, means of 0 and n Var(w) = 1 do it, which is "
        "why uniform weights serve as well.",
        code="initialization.preactivation_variance",
        form=lambda n, var_x: initialization.preactivation_variance(n, 1 / n, 0, var_x),
        route="every outcome of two-point weights and skewed inputs",
        check=_any_law_gap,
        refutes={
            "uniform with limit 1 / sqrt(n), whose variance is 1 / (3 n)": lambda n, var_x: (
                initialization.preactivation_variance(n, 1 / (3 * n), 0, var_x)
            ),
            "standard deviation 1 / n": lambda n, var_x: initialization.preactivation_variance(
                n, 1 / n**2, 0, var_x
            ),
            "3, a Gaussian's fourth moment, left in": lambda n, var_x: 3 * var_x,
        },
        mended=r"\operatorname{Var}(s) = \operatorname{Var}(x) \text{ for any laws with } w_1, "
        r"\dots, w_n, x \text{ independent},\ \mathbb{E}[w_i] = \mathbb{E}[x_i] = 0,\ "
        r"n \operatorname{Var}(w) = 1",
    ),
    Equation(
        id="u-6-zero-mean",
        tag="zero means",
        section=SECTION,
        title="Both means are zero",
        latex=r"\mathbb{E}[X] = 0, \quad \mathbb{E}[W] = 0",
        verdict="holds with conditions",
        why="The weights' mean is ours to choose. The inputs' is not: raw pixels, and whatever comes "
        "out of a relu or a sigmoid, have another, and then E[x^2] stands in for Var(x).",
        code="initialization.preactivation_variance",
        form=initialization.preactivation_variance,
        route=EVERY,
        check=_off_centre_gap,
        refutes={
            "inputs assumed centred": lambda n, var_w, mean_x, var_x: n * var_w * var_x,
            "the mean not squared": lambda n, var_w, mean_x, var_x: n * var_w * (var_x + mean_x),
            "Var(x) - E[x]^2": lambda n, var_w, mean_x, var_x: n * var_w * (var_x - mean_x**2),
        },
        mended=r"\mathbb{E}[W] = 0 \Rightarrow \operatorname{Var}(s) = n \operatorname{Var}(w)\, "
        r"\mathbb{E}[x^2]; \quad \mathbb{E}[X] = 0 \text{ only for centred inputs}",
    ),
    Equation(
        id="u-6-second-moment",
        tag="second moment",
        section=SECTION,
        title="Second moment and variance",
        latex=r"\mathbb{E}[X^2] = \text{Var}[X] + \mathbb{E}[X]^2",
        verdict="holds",
        why="Wherever the second moment is finite.",
        code="initialization.preactivation_variance",
        form=lambda mean, var: initialization.preactivation_variance(1, 1, mean, var),
        route=EVERY,
        check=_second_moment_gap,
        refutes={
            "Var(X) - E[X]^2": lambda mean, var: var - mean**2,
            "the mean not squared": lambda mean, var: var + mean,
            "the variance alone": lambda mean, var: var,
        },
    ),
    Equation(
        id="eq-69",
        tag="69",
        section=SECTION,
        title="Variance of a product",
        latex=r"\text{Var}[XY] = \mathbb{E}[X^2 Y^2] - \mathbb{E}[XY]^2",
        verdict="holds",
        why="For any two variables with finite moments; this line needs no independence.",
        code="initialization.preactivation_variance",
        form=_variance_from_table,
        route="the mean squared distance from the mean, for two dependent variables",
        check=_product_gap,
        refutes={
            "E[X^2] E[Y^2] for E[X^2 Y^2]": _independent,
            "the mean not squared": lambda joint: float(
                _mean(joint, lambda x, y: x**2 * y**2) - _mean(joint, lambda x, y: x * y)
            ),
            "the mean left in": lambda joint: float(_mean(joint, lambda x, y: x**2 * y**2)),
        },
    ),
    Equation(
        id="eq-70",
        tag="70",
        section=SECTION,
        title="Expectation of a product",
        latex=r"\mathbb{E}[XY] = \mathbb{E}[X]\mathbb{E}[Y]",
        verdict="holds",
        why="For independent X and Y, as the notes say before it; uncorrelated would do.",
        code="initialization.preactivation_variance",
        form=lambda w, x: _m(w) * _m(x),
        route=EVERY,
        check=_mean_product_gap,
        refutes={
            "root of the second moments": lambda w, x: math.sqrt(
                _mean(_outcomes(w), lambda v: v * v) * _mean(_outcomes(x), lambda v: v * v)
            ),
            "E[X] + E[Y]": lambda w, x: _m(w) + _m(x),
            "as if Y were X": lambda w, x: _m(x) ** 2 + _v(x),
        },
    ),
    Equation(
        id="eq-71",
        tag="71",
        section=SECTION,
        title="Variance of the sum",
        latex=r"\text{Var}(s) = \text{Var}\left(\sum_i^n w_i x_i\right) = \sum_i^n \text{Var}(w_i x_i)",
        verdict="holds with conditions",
        why="The products must be uncorrelated. Independent weights of mean 0 see to that even "
        "where the inputs are correlated; weights of another mean do not.",
        code="initialization.preactivation_variance",
        form=lambda variances, covariance: sum(variances),
        route="every outcome of centred weights on two dependent inputs",
        check=_sum_gap,
        refutes={
            "standard deviations add": lambda variances, covariance: (
                sum(math.sqrt(v) for v in variances) ** 2
            ),
            "the inputs' covariance counts": lambda variances, covariance: (
                sum(variances) + 2 * covariance
            ),
            "the mean for the sum": lambda variances, covariance: sum(variances) / len(variances),
        },
        mended=r"\text{Var}(s) = \text{Var}\left(\sum_{i=1}^n w_i x_i\right) = "
        r"\sum_{i=1}^n \text{Var}(w_i x_i), \qquad \operatorname{Cov}(w_i x_i, w_j x_j) = 0 "
        r"\ (i \neq j)",
    ),
    Equation(
        id="eq-72",
        tag="72",
        section=SECTION,
        title="Variance of independent factors",
        latex=r"= \sum_i^n [\mathbb{E}(w_i)]^2 \text{Var}(x_i) + [\mathbb{E}(x_i)]^2 \text{Var}(w_i) "
        r"+ \text{Var}(x_i) \text{Var}(w_i)",
        verdict="holds with conditions",
        why="For w_i independent of x_i, and with brackets: the sum is over all three terms.",
        code="initialization.preactivation_variance",
        form=_three_terms,
        route=EVERY,
        check=_brackets_gap,
        refutes={
            "the sum over the first term alone": _sum_over_the_first_term,
            "without the third term": lambda layer: sum(
                m_w**2 * v_x + m_x**2 * v_w for m_w, v_w, m_x, v_x in layer
            ),
            "the means not squared": lambda layer: sum(
                m_w * v_x + m_x * v_w + v_x * v_w for m_w, v_w, m_x, v_x in layer
            ),
        },
        mended=r"= \sum_{i=1}^n \left( [\mathbb{E}(w_i)]^2 \text{Var}(x_i) + [\mathbb{E}(x_i)]^2 "
        r"\text{Var}(w_i) + \text{Var}(x_i) \text{Var}(w_i) \right), \qquad w_i \perp x_i",
    ),
    Equation(
        id="eq-73",
        tag="73",
        section=SECTION,
        title="Variance of the pre-activation",
        latex=r"= \sum_i^n \text{Var}(x_i) \text{Var}(w_i) = n(\text{Var}(w) \text{Var}(x))",
        verdict="holds with conditions",
        why="For means of 0 and one variance each for all weights and all inputs.",
        code="initialization.preactivation_variance",
        form=lambda n, var_w, var_x: initialization.preactivation_variance(n, var_w, 0, var_x),
        route=EVERY,
        check=_centred_gap,
        refutes={
            "without n": lambda n, var_w, var_x: var_w * var_x,
            "n squared": lambda n, var_w, var_x: n**2 * var_w * var_x,
            "variances added": lambda n, var_w, var_x: n * (var_w + var_x),
        },
        mended=r"= \sum_{i=1}^n \text{Var}(x_i) \text{Var}(w_i) = n \,\text{Var}(w)\, \text{Var}(x), "
        r"\qquad \mathbb{E}[w_i] = \mathbb{E}[x_i] = 0, \text{ equal variances}",
    ),
    Equation(
        id="u-6-variance-goal",
        tag="goal",
        section=SECTION,
        title="Output variance equals input variance",
        latex=r"\text{Var}(s) = \text{Var}(x), \quad s = xw",
        verdict="convention",
        why="That is the way forward, LeCun's condition. Glorot and Bengio ask it of the gradient on "
        "the way back as well, which needs n_out Var(w) = 1.",
        code="initialization.variance_through",
        form=lambda i, o: (
            i * initialization.lecun_std(i, o) ** 2,
            o * initialization.lecun_std(i, o) ** 2,
        ),
        route=MATRICES,
        check=_goal_gap,
        refutes={
            "1 both ways": lambda i, o: (1.0, 1.0),
            "1 and the ratio inverted": lambda i, o: (1.0, i / o),
            "Xavier's compromise": lambda i, o: (2 * i / (i + o), 2 * o / (i + o)),
        },
        mended=r"\text{forward: } n_{\text{in}} \operatorname{Var}(w) = 1, \qquad "
        r"\text{backward: } n_{\text{out}} \operatorname{Var}(w) = 1",
        sources=("lecun1998", "glorot2010"),
    ),
    Equation(
        id="eq-74",
        tag="74",
        section=SECTION,
        title="The weights' variance",
        latex=r"\text{Var}(w) = n(\text{Var}(w) \text{Var}(x)) \rightarrow \text{Var}(w) = \frac{1}{n}",
        verdict="wrong",
        why="Twice. The left side must be Var(x): as printed it says Var(x) = 1/n, and nothing of w. "
        "And 1/n_in is LeCun's rule; Xavier's is 2/(n_in + n_out).",
        code="initialization.xavier_std",
        form=lambda i, o, var_x: (
            i * initialization.lecun_std(i, o) ** 2 * var_x,
            initialization.xavier_std(i, o) ** 2,
        ),
        route="what Var(w) = 1/n hands on, and where the factors of both ways have the mean 1, over "
        + MATRICES,
        check=_condition_gap,
        refutes={
            "as printed": lambda i, o, var_x: (1 / i, 1 / i),
            "the left side mended, 1/n called Xavier's": lambda i, o, var_x: (var_x, 1 / i),
            "Xavier's rule, the left side as printed": lambda i, o, var_x: (1 / i, 2 / (i + o)),
            "He's rule": lambda i, o, var_x: (var_x, 2 / i),
        },
        mended=r"\text{Var}(x) = n\,\text{Var}(w)\,\text{Var}(x) \Rightarrow \text{Var}(w) = "
        r"\frac{1}{n_{\text{in}}} \ (\text{LeCun}); \qquad \text{Glorot: } \text{Var}(w) = "
        r"\frac{2}{n_{\text{in}} + n_{\text{out}}}",
        counterexample=Counterexample(
            given="n_in = 3, n_out = 2: the variance of Xavier's weights",
            measure=lambda form: form(*FANS, VAR_X)[1],
            truth=lambda: 2 / (_forward_factor(1.0) + _backward_factor(1.0)),
            because="there the factors of both ways have the mean 1, over " + MATRICES,
        ),
        sources=("glorot2010",),
    ),
    Equation(
        id="u-6-fan-in-note",
        tag="fan-in",
        section=SECTION,
        title="What n counts",
        latex=r"n = D, \quad X \in \mathbb{R}^{N \times D}",
        verdict="convention",
        why="Right for the first layer; further on n is the layer's own fan-in. LeCun takes the "
        "fan-in alone, Glorot the mean of fan-in and fan-out.",
        code="initialization.lecun_std",
        form=lambda data, fan_out: initialization.lecun_std(data.shape[1], fan_out) ** -2,
        route=MATRICES,
        check=_fan_in_gap,
        refutes={
            "the number of samples": lambda data, fan_out: data.shape[0],
            "the number of units": lambda data, fan_out: fan_out,
            "all values of X": lambda data, fan_out: data.size,
        },
        mended=r"n = n_{\text{in}} \ (\text{LeCun}), \qquad \tfrac{1}{2}(n_{\text{in}} + "
        r"n_{\text{out}}) \ (\text{Glorot})",
        sources=("lecun1998", "glorot2010"),
    ),
)
