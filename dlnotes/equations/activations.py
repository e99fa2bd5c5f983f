"""Section 2, equations (17) to (33).

An activation is checked by what it means (a nearest number, an area, a share of chance), its slope
by finite differences under a random cotangent, beside the kink.
"""

import math
from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np

from .. import activations, gradcheck
from ._equation import Counterexample, Equation

# Multiples of 1/8, none at the kink, and slopes on both sides of 0 and of 1.
X = np.array([[-3.0, 0.5, -0.125, 2.25], [1.5, -1.75, 4.0, -0.625]])
A = np.array([0.25, -0.5, 1.5, 0.75])
ALPHA = 0.25
DRAWN = np.array([[0.125, 0.25, 0.3125, 0.1875], [0.1875, 0.15625, 0.125, 0.28125]])
VALUES, GATES = np.array([3.0, -4.0, 5.0, 2.0]), np.log([2.0, 3.0, 0.25, 1.0])


def _worst(*differences):
    """The largest in size; unlike Python's own, NumPy's max lets no nan slip through."""
    return float(np.max([np.max(np.abs(d)) for d in differences]))


def _slope_gap(function, *arguments, wrt=(0,), **settings):
    """A check of slopes: finite differences of the function under a random cotangent."""

    def check(form):
        rng = np.random.default_rng(0)
        return gradcheck.gradient_gap(function, form, *arguments, wrt=wrt, rng=rng, **settings)

    return check


def _area(density, low, high):
    """The area under a smooth density, by Gauss and Legendre's 200 points."""
    nodes, weights = np.polynomial.legendre.leggauss(200)
    half = (high - low) / 2
    return float(half * weights @ density(low + half * (nodes + 1)))


def _normal(x):
    return np.exp(-x * x / 2) / math.sqrt(2 * math.pi)


def _logistic(x):
    return 1 / (2 * np.cosh(x / 2)) ** 2


def _nearest():
    """Of the numbers 0, 1/8, 2/8, ... the one nearest to each entry of X."""
    grid = np.arange(0, 5, 0.125)
    return grid[np.abs(X[..., None] - grid).argmin(axis=-1)]


def _nearest_gap(form):
    return _worst(form(X) - _nearest())


def _mixture_gap(form):
    """A share alpha of the straight line and 1 - alpha of a rectifier."""
    return _worst(form(X) - (ALPHA * X + (1 - ALPHA) * _nearest()))


def _sides_gap(form):
    """Each side alone: the nearest number not below 0, and a times what that leaves of x."""
    return _worst(form(X, A) - (_nearest() + A * (X - _nearest())))


def _elu_gap(form):
    """Below 0, minus the area under alpha exp(t) from x to 0; above, the length from 0 to x."""
    areas = [x if x > 0 else -ALPHA * _area(np.exp, x, 0) for x in X.ravel()]
    return _worst(form(X).ravel() - areas)


def _rrelu_gap(form):
    """Every entry has its own slope; at test the output is the mean over all slopes in the range."""
    third = Fraction(1, 3)
    ours = form(np.array([-2.0, -2.0, -3.0, 3.0]), np.array([0.125, 0.25, 1 / 3, 0.2]))
    wanted = [float(f) for f in (-Fraction(1, 4), -Fraction(1, 2), -3 * third, Fraction(3))]
    slopes = 1 / 8 + (np.arange(1000) + 0.5) / 1000 * (1 / 3 - 1 / 8)
    mean = np.mean([form(X, s) for s in slopes], axis=0)
    return _worst(ours - wanted, form(X, 11 / 48) - mean)


def _selu_gap(form):
    """Mean 0 and variance 1 of a standard normal come out as they went in."""

    def moment(power):
        sides = [(-14.0, 0.0), (0.0, 14.0)]
        return sum(_area(lambda x: form(x) ** power * _normal(x), *side) for side in sides)

    return _worst(moment(1), moment(2) - 1)


def _share_gap(density):
    """x times the area under a density up to x."""

    def check(form):
        shares = [0.5 + _area(density, 0, x) for x in X.ravel()]
        return _worst(form(X).ravel() - X.ravel() * shares)

    return check


def _decimal_gap(form):
    """(30) in fifty digits, its tanh from exponentials; and never far from x Phi(x)."""
    with localcontext(prec=50):
        root = (Decimal(2) / Decimal("3.1415926535897932384626433832795028841971693993751")).sqrt()
        wanted = []
        for x in map(Decimal, X.ravel()):
            grown = (2 * root * (x + Decimal("0.044715") * x**3)).exp()
            wanted.append(float(x / 2 * (1 + (grown - 1) / (grown + 1))))
    far = _share_gap(_normal)(form) > 4.74e-4
    return math.inf if far else _worst(form(X).ravel() - wanted)


def _odds_gap(form):
    """The odds s(x) : s(-x) are e^x, in both tails, and the two are all there is."""
    x = np.array([-700.0, -40.0, -3.0, -0.5, 0.0, 2.0, 30.0])
    with np.errstate(all="ignore"):
        odds = np.log(form(x) / form(-x))
        return _worst((odds - x) / np.maximum(1, np.abs(x)), form(x) + form(-x) - 1)


def _pencil_gate_gap(form):
    """Gates of ln 2, ln 3, -ln 4 and 0 are open by 2/3, 3/4, 1/5 and 1/2."""
    wanted = [Fraction(2), Fraction(-3), Fraction(1), Fraction(1)]
    return _worst(form(VALUES, GATES) - [float(f) for f in wanted])


def _phi_big(x):
    return activations.gelu(x) / x


FINITE = "finite differences under a random cotangent"

EQUATIONS = (
    Equation(
        id="eq-17",
        tag="17",
        section="2.1 ReLU (Rectified Linear Unit)",
        title="ReLU",
        latex=r"\text{ReLU}(x) = \max(0, x)",
        verdict="holds",
        why="PyTorch, Keras and JAX take the same.",
        code="activations.relu",
        form=activations.relu,
        route="the nearest number that is not negative, by search",
        check=_nearest_gap,
        refutes={
            "the size |x|": np.abs,
            "min(0, x)": lambda x: np.minimum(0, x),
            "a step": lambda x: 1.0 * (x > 0),
        },
    ),
    Equation(
        id="eq-18",
        tag="18",
        section="2.1 ReLU (Rectified Linear Unit)",
        title="Derivative of ReLU",
        latex=r"\text{ReLU}'(x) = \begin{cases} 0 & \text{if } x \leq 0 \\ 1 & "
        r"\text{if } x > 0 \end{cases}",
        verdict="holds with conditions",
        why="There is no derivative at 0: any value from 0 to 1 is a subgradient. The notes and "
        "dlnotes take 0, as PyTorch's relu does; its clamp takes 1 and its maximum 1/2.",
        code="activations.relu_grad",
        form=activations.relu_grad,
        route=FINITE,
        check=_slope_gap(activations.relu, X),
        refutes={
            "1 everywhere": lambda x, dy: dy + 0 * x,
            "the sides swapped": lambda x, dy: dy * (x <= 0),
            "the value for the slope": lambda x, dy: dy * np.maximum(0, x),
        },
        mended=r"\partial\,\text{ReLU}(x) = \begin{cases} \{0\} & \text{if } x < 0 \\ [0, 1] & "
        r"\text{if } x = 0 \\ \{1\} & \text{if } x > 0 \end{cases}",
        tolerance=1e-7,
    ),
    Equation(
        id="eq-19",
        tag="19",
        section="2.2 Leaky ReLU",
        title="Leaky ReLU",
        latex=r"\text{LeakyReLU}(x) = \begin{cases} \alpha x & \text{if } x \leq 0 \\ x & "
        r"\text{if } x > 0 \end{cases}",
        verdict="holds",
        why="The slope is 0.01 by default in PyTorch and dlnotes; Keras has 0.3 in its layer, 0.2 in its function.",
        code="activations.leaky_relu",
        form=lambda x: activations.leaky_relu(x, alpha=ALPHA),
        route="a share alpha of a line and the rest of a rectifier",
        check=_mixture_gap,
        refutes={
            "x forgotten": lambda x: np.where(x > 0, x, ALPHA),
            "the sides swapped": lambda x: np.where(x <= 0, x, ALPHA * x),
            "a leak of the other sign": lambda x: np.where(x > 0, x, -ALPHA * x),
        },
    ),
    Equation(
        id="eq-20",
        tag="20",
        section="2.2 Leaky ReLU",
        title="Derivative of leaky ReLU",
        latex=r"\text{LeakyReLU}'(x) = \begin{cases} \alpha & \text{if } x \leq 0 \\ 1 & "
        r"\text{if } x > 0 \end{cases}",
        verdict="holds with conditions",
        why="At the kink any value between alpha and 1 serves; the notes, PyTorch and dlnotes take "
        "alpha.",
        code="activations.leaky_relu_grad",
        form=lambda x, dy: activations.leaky_relu_grad(x, dy, alpha=ALPHA),
        route=FINITE,
        check=_slope_gap(lambda x: activations.leaky_relu(x, alpha=ALPHA), X),
        refutes={
            "alpha x, the value": lambda x, dy: dy * np.where(x > 0, 1, ALPHA * x),
            "no leak": lambda x, dy: dy * (x > 0),
            "the sides swapped": lambda x, dy: dy * np.where(x <= 0, 1, ALPHA),
        },
        mended=r"\text{LeakyReLU}'(x) = \begin{cases} \alpha & \text{if } x < 0 \\ 1 & "
        r"\text{if } x > 0 \end{cases}, \qquad \text{any } g \in [\alpha, 1] "
        r"\text{ if } x = 0 \ (0 \le \alpha \le 1)",
        tolerance=1e-7,
    ),
    Equation(
        id="eq-21",
        tag="21",
        section="2.3 Parametric ReLU (PReLU)",
        title="Parametric ReLU",
        latex=r"\text{PReLU}(x) = \begin{cases} ax & \text{if } x \leq 0 \\ x & "
        r"\text{if } x > 0 \end{cases}",
        verdict="holds",
        why="For every a, above 1 and below 0 too. PyTorch starts at 0.25 and has one a, or one a "
        "channel.",
        code="activations.prelu",
        form=activations.prelu,
        route="each side of 0 alone, slopes below 0 and above 1 among them",
        check=_sides_gap,
        refutes={
            "max(x, a x), right for a <= 1 only": lambda x, a: np.maximum(x, a * x),
            "x forgotten": lambda x, a: np.where(x > 0, x, a),
            "one a for all": lambda x, a: np.where(x > 0, x, a.mean() * x),
        },
    ),
    Equation(
        id="eq-22",
        tag="22",
        section="2.3 Parametric ReLU (PReLU)",
        title="Derivative of PReLU",
        latex=r"\text{PReLU}'(x) = \begin{cases} a & \text{if } x \leq 0 \\ 1 & "
        r"\text{if } x > 0 \end{cases}",
        verdict="holds with conditions",
        why="Beside the kink, and for the slope in x alone. Learning a needs the slope in a, "
        "min(0, x), summed over all places that share the a.",
        code="activations.prelu_grad",
        form=activations.prelu_grad,
        route=f"{FINITE}, in x and in a",
        check=_slope_gap(activations.prelu, X, A, wrt=(0, 1)),
        refutes={
            "no slope in a": lambda x, a, dy: (dy * np.where(x > 0, 1, a), 0 * a),
            "x in all places": lambda x, a, dy: (dy * np.where(x > 0, 1, a), (x * dy).sum(0)),
            "the mean over the places": lambda x, a, dy: (
                dy * np.where(x > 0, 1, a),
                (np.minimum(0, x) * dy).mean(0),
            ),
        },
        mended=r"\frac{\partial\,\text{PReLU}}{\partial x} = \begin{cases} a & \text{if } x < 0 \\ "
        r"1 & \text{if } x > 0 \end{cases}, \qquad "
        r"\frac{\partial\,\text{PReLU}}{\partial a} = \min(0, x)",
        tolerance=1e-7,
    ),
    Equation(
        id="eq-23",
        tag="23",
        section="2.4 ELU (Exponential Linear Unit)",
        title="ELU",
        latex=r"\text{ELU}(x) = \begin{cases} \alpha(e^x - 1) & \text{if } x \leq 0 \\ x & "
        r"\text{if } x > 0 \end{cases}",
        verdict="holds",
        why="alpha is 1 by default in PyTorch, Keras and dlnotes. In code expm1(x) keeps the digits "
        "that exp(x) - 1 loses near 0.",
        code="activations.elu",
        form=lambda x: activations.elu(x, alpha=ALPHA),
        route="minus the area under alpha exp(t) from x to 0",
        check=_elu_gap,
        refutes={
            "without the -1": lambda x: np.where(x > 0, x, ALPHA * np.exp(x)),
            "alpha in the exponent": lambda x: np.where(x > 0, x, np.expm1(ALPHA * x)),
            "alpha forgotten": lambda x: np.where(x > 0, x, np.expm1(x)),
        },
    ),
    Equation(
        id="eq-24",
        tag="24",
        section="2.4 ELU (Exponential Linear Unit)",
        title="Derivative of ELU",
        latex=r"\text{ELU}'(x) = \begin{cases} \alpha e^x & \text{if } x \leq 0 \\ 1 & "
        r"\text{if } x > 0 \end{cases}",
        verdict="holds with conditions",
        why="At 0 the left slope is alpha and the right one 1, so it is a derivative there for "
        "alpha = 1 alone. PyTorch and dlnotes take the left one.",
        code="activations.elu_grad",
        form=lambda x, dy: activations.elu_grad(x, dy, alpha=ALPHA),
        route=FINITE,
        check=_slope_gap(lambda x: activations.elu(x, alpha=ALPHA), X),
        refutes={
            "alpha forgotten": lambda x, dy: dy * np.exp(np.minimum(x, 0)),
            "the value for the slope": lambda x, dy: dy * np.where(x > 0, 1, ALPHA * np.expm1(x)),
            "no slope on the left": lambda x, dy: dy * (x > 0),
        },
        mended=r"\text{ELU}'(x) = \begin{cases} \alpha e^x & \text{if } x < 0 \\ 1 & "
        r"\text{if } x > 0 \end{cases}, \qquad \text{ELU}'(0) \text{ exists} \iff \alpha = 1",
        tolerance=1e-7,
    ),
    Equation(
        id="eq-25",
        tag="25",
        section="2.5 RReLU (Randomized Leaky ReLU)",
        title="Randomized leaky ReLU",
        latex=r"\text{RReLU}(x) = \begin{cases} \alpha x & \text{if } x \leq 0 \\ x & "
        r"\text{if } x > 0 \end{cases}",
        verdict="convention",
        why="Not said: one slope is drawn for each entry and pass, and the test slope is the mean. "
        "PyTorch draws from 1/8 to 1/3; the paper also divides by a number from 3 to 8.",
        code="activations.rrelu",
        form=activations.rrelu,
        route="a case in fractions, and the mean over all slopes of the range",
        check=_rrelu_gap,
        refutes={
            "one slope for all entries": lambda x, alpha: np.where(x > 0, x, np.mean(alpha) * x),
            "x / alpha": lambda x, alpha: np.where(x > 0, x, x / alpha),
            "x forgotten": lambda x, alpha: np.where(x > 0, x, alpha),
        },
        mended=r"\text{RReLU}(x_j) = \begin{cases} \alpha_j x_j & \text{if } x_j \leq 0 \\ x_j & "
        r"\text{if } x_j > 0 \end{cases}, \quad \alpha_j \sim \mathcal{U}(l, u) "
        r"\text{ (training)}, \quad \alpha_j = \tfrac{l+u}{2} \text{ (test)}",
        sources=("xu2015",),
    ),
    Equation(
        id="eq-26",
        tag="26",
        section="2.5 RReLU (Randomized Leaky ReLU)",
        title="Derivative of RReLU",
        latex=r"\text{RReLU}'(x) = \begin{cases} \alpha & \text{if } x \leq 0 \\ 1 & "
        r"\text{if } x > 0 \end{cases}",
        verdict="holds with conditions",
        why="Beside the kink, and with the very slopes that the forward pass drew.",
        code="activations.rrelu_grad",
        form=lambda x, dy: activations.rrelu_grad(x, DRAWN, dy),
        route=f"{FINITE}, the drawn slopes held fixed",
        check=_slope_gap(lambda x: activations.rrelu(x, DRAWN), X),
        refutes={
            "a new draw on the way back": lambda x, dy: dy * np.where(x > 0, 1, DRAWN[::-1, ::-1]),
            "the test slope on the way back": lambda x, dy: dy * np.where(x > 0, 1, 11 / 48),
            "the slope in alpha": lambda x, dy: dy * np.minimum(0, x),
        },
        mended=r"\text{RReLU}'(x_j) = \begin{cases} \alpha_j & \text{if } x_j < 0 \\ 1 & "
        r"\text{if } x_j > 0 \end{cases} \quad \text{with the } \alpha_j "
        r"\text{ of the forward pass}",
        tolerance=1e-7,
    ),
    Equation(
        id="eq-27",
        tag="27",
        section="2.6 SELU (Scaled Exponential Linear Unit)",
        title="SELU",
        latex=r"\text{SELU}(x) = \lambda \begin{cases} \alpha(e^x - 1) & \text{if } x \leq 0 \\ x & "
        r"\text{if } x > 0 \end{cases}",
        verdict="holds",
        why="With lambda = 1.0507 and alpha = 1.6733, to four digits, which the notes do "
        "not print: the pair that carries mean 0 and variance 1 into mean 0 and variance 1.",
        code="activations.selu",
        form=activations.selu,
        route="mean 0 and variance 1 under a standard normal, by quadrature",
        check=_selu_gap,
        refutes={
            "lambda forgotten": lambda x: activations.selu(x) / activations.SELU_LAMBDA,
            "alpha = 1": lambda x: activations.SELU_LAMBDA * activations.elu(x),
            "lambda on the right alone": lambda x: np.where(
                x > 0, activations.selu(x), activations.selu(x) / activations.SELU_LAMBDA
            ),
        },
    ),
    Equation(
        id="eq-28",
        tag="28",
        section="2.6 SELU (Scaled Exponential Linear Unit)",
        title="Derivative of SELU",
        latex=r"\text{SELU}'(x) = \lambda \begin{cases} \alpha e^x & \text{if } x \leq 0 \\ 1 & "
        r"\text{if } x > 0 \end{cases}",
        verdict="holds with conditions",
        why="Beside the kink. There the left slope, 1.758, is the steeper one, so no line stays "
        "below the graph: the interval is Clarke's generalised gradient. PyTorch and dlnotes take "
        "the left slope.",
        code="activations.selu_grad",
        form=activations.selu_grad,
        route=FINITE,
        check=_slope_gap(activations.selu, X),
        refutes={
            "lambda forgotten": lambda x, dy: (
                activations.selu_grad(x, dy) / activations.SELU_LAMBDA
            ),
            "alpha forgotten": lambda x, dy: (
                dy * activations.SELU_LAMBDA * np.exp(np.minimum(x, 0))
            ),
            "the value on the left": lambda x, dy: (
                dy * np.where(x > 0, activations.SELU_LAMBDA, activations.selu(x))
            ),
        },
        mended=r"\text{SELU}'(x) = \lambda \begin{cases} \alpha e^x & \text{if } x < 0 \\ 1 & "
        r"\text{if } x > 0 \end{cases}, \qquad \text{any } g \in [\lambda, \lambda\alpha] "
        r"\text{ if } x = 0",
        tolerance=1e-7,
    ),
    Equation(
        id="eq-29",
        tag="29",
        section="2.7 GELU (Gaussian Error Linear Unit)",
        title="GELU",
        latex=r"\text{GELU}(x) = x\Phi(x)",
        verdict="holds",
        why="PyTorch's and Keras's default.",
        code="activations.gelu",
        form=activations.gelu,
        route="x times the area under the normal density up to x, by quadrature",
        check=_share_gap(_normal),
        refutes={
            "the tanh form": lambda x: activations.gelu(x, approximate="tanh"),
            "x s(1.702 x)": lambda x: x * activations.sigmoid(1.702 * x),
            "erf(x) without the root of 2": lambda x: activations.gelu(x * math.sqrt(2)) / 2**0.5,
        },
    ),
    Equation(
        id="eq-30",
        tag="30",
        section="2.7 GELU (Gaussian Error Linear Unit)",
        title="GELU, tanh form",
        latex=r"\text{GELU}(x) \approx 0.5x \left(1 + \tanh \left(\sqrt{\frac{2}{\pi}} "
        r"(x + 0.044715x^3) \right) \right)",
        verdict="holds",
        why="The largest error is 4.7e-4, at |x| = 2.70. JAX uses it by default, PyTorch and Keras "
        "only if asked.",
        code="activations.gelu",
        form=lambda x: activations.gelu(x, approximate="tanh"),
        route="fifty-digit decimals, within 4.74e-4 of x Phi(x)",
        check=_decimal_gap,
        refutes={
            "x Phi(x) itself": activations.gelu,
            "without the cube": lambda x: x * activations.sigmoid(2 * math.sqrt(2 / math.pi) * x),
            "the Taylor coefficient 2/(3 pi) - 1/6": lambda x: (
                x
                * activations.sigmoid(
                    2 * math.sqrt(2 / math.pi) * (x + (2 / (3 * math.pi) - 1 / 6) * x**3)
                )
            ),
        },
    ),
    Equation(
        id="u-2.7-gelu-derivative-claim",
        tag="GELU slope",
        section="2.7 GELU (Gaussian Error Linear Unit)",
        title="Derivative of GELU, a claim in words",
        latex=r"\text{GELU}'(x) \text{ is more complex and often approximated in practice}",
        verdict="holds with conditions",
        why="True of code that uses the tanh form, which has an exact slope of its own. The slope of "
        "x Phi(x) is Phi(x) + x phi(x), by the product rule, and PyTorch computes it exactly.",
        code="activations.gelu_grad",
        form=activations.gelu_grad,
        route=FINITE,
        check=_slope_gap(activations.gelu, X),
        refutes={
            "Phi alone": lambda x, dy: dy * _phi_big(x),
            "Phi + phi, x forgotten": lambda x, dy: dy * (_phi_big(x) + _normal(x)),
            "the slope of the tanh form": lambda x, dy: activations.gelu_grad(
                x, dy, approximate="tanh"
            ),
        },
        mended=r"\text{GELU}'(x) = \Phi(x) + x\,\varphi(x), \quad \varphi(x) = "
        r"\frac{1}{\sqrt{2\pi}} e^{-x^2/2}",
        tolerance=1e-7,
    ),
    Equation(
        id="eq-31",
        tag="31",
        section="2.8 SiLU (Sigmoid Linear Unit or Swish)",
        title="SiLU, or Swish",
        latex=r"\text{SiLU}(x) = x\sigma(x)",
        verdict="holds",
        why="Swish with a factor beta inside the sigmoid is the same for beta = 1.",
        code="activations.silu",
        form=activations.silu,
        route="x times the area under the logistic density up to x, by quadrature",
        check=_share_gap(_logistic),
        refutes={
            "GELU": activations.gelu,
            "the sigmoid alone": activations.sigmoid,
            "Swish with beta = 2": lambda x: x * activations.sigmoid(2 * x),
        },
    ),
    Equation(
        id="eq-32",
        tag="32",
        section="2.8 SiLU (Sigmoid Linear Unit or Swish)",
        title="Derivative of SiLU",
        latex=r"\text{SiLU}'(x) = \sigma(x) + x\sigma(x)(1 - \sigma(x))",
        verdict="holds",
        why="The product rule: both factors depend on x.",
        code="activations.silu_grad",
        form=activations.silu_grad,
        route=FINITE,
        check=_slope_gap(activations.silu, X),
        refutes={
            "x forgotten": lambda x, dy: (
                dy * (activations.sigmoid(x) + activations.sigmoid_grad(x))
            ),
            "the sigmoid alone": lambda x, dy: dy * activations.sigmoid(x),
            "the other sign": lambda x, dy: dy * (activations.sigmoid(x) - x * _logistic(x)),
        },
        tolerance=1e-7,
    ),
    Equation(
        id="u-2.8-sigmoid",
        tag="sigmoid",
        section="2.8 SiLU (Sigmoid Linear Unit or Swish)",
        title="Sigmoid",
        latex=r"\sigma(x) = \frac{1}{1+e^{-x}}",
        verdict="holds",
        why="As typed it overflows below -709.8; dlnotes takes exp of no number above 0.",
        code="activations.sigmoid",
        form=activations.sigmoid,
        route="the odds s(x) : s(-x), which are e^x, in both tails",
        check=_odds_gap,
        refutes={
            "(1 + tanh(x/2))/2, whose left tail cancels": lambda x: (1 + np.tanh(x / 2)) / 2,
            "x clipped at 30": lambda x: 1 / (1 + np.exp(-np.clip(x, -30, 30))),
            "tanh": np.tanh,
        },
    ),
    Equation(
        id="eq-33",
        tag="33",
        section="2.9 GLU (Gated Linear Unit)",
        title="Gated linear unit",
        latex=r"\text{GLU}(a, b) = a \otimes \sigma(b)",
        verdict="holds",
        why="The circled cross is the product entry by entry. PyTorch and JAX take a and b as the "
        "halves of one array, a first.",
        code="activations.glu",
        form=activations.glu,
        route="a case in fractions: gates of ln 2, ln 3, -ln 4 and 0",
        check=_pencil_gate_gap,
        refutes={
            "gated by a": lambda a, b: b * activations.sigmoid(a),
            "an open gate": lambda a, b: a,
            "a gate of tanh": lambda a, b: a * np.tanh(b),
        },
    ),
    Equation(
        id="u-2.9-glu-derivative-claim",
        tag="GLU slope",
        section="2.9 GLU (Gated Linear Unit)",
        title="Derivative of GLU, a claim in words",
        latex=r"\text{GLU}'(a, b) \text{ is more complex and depends on the context in which it "
        r"is used}",
        verdict="wrong",
        why="Both slopes are elementary and depend on a and b alone. The context enters, as "
        "everywhere, as the factor dy of the chain rule.",
        code="activations.glu_grad",
        form=activations.glu_grad,
        route=f"{FINITE}, in a and in b",
        check=_slope_gap(activations.glu, VALUES, GATES, wrt=(0, 1)),
        refutes={
            "as printed": lambda a, b, dy: tuple(
                slope * np.abs(dy) for slope in activations.glu_grad(a, b, dy)
            ),
            "the gate's own slope missing": lambda a, b, dy: (
                dy * activations.sigmoid(b),
                dy * a * activations.sigmoid(b),
            ),
            "in the wrong order": lambda a, b, dy: activations.glu_grad(a, b, dy)[::-1],
        },
        mended=r"\frac{\partial\,\text{GLU}}{\partial a} = \sigma(b), \qquad "
        r"\frac{\partial\,\text{GLU}}{\partial b} = a \odot \sigma(b) \odot (1 - \sigma(b))",
        tolerance=1e-7,
        counterexample=Counterexample(
            given="a = 3, b = 0 and the loss 2 GLU(a, b): its slope in b. The claim gives no formula; "
            "it is read here as a slope that depends on the loss beside the chain rule's factor",
            measure=lambda form: float(form(np.array([3.0]), np.zeros(1), np.array([2.0]))[1][0]),
            truth=lambda: (6 / (1 + math.exp(-1e-5)) - 6 / (1 + math.exp(1e-5))) / 2e-5,
            because="finite differences of 6 / (1 + exp(-b))",
        ),
        sources=("dauphin2017",),
    ),
)
