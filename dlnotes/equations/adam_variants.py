"""Section 5, equations (47) to (68).

A memory is checked against what it remembers: a weighted mean or a fading maximum of the gradients
themselves, in fractions. Half of the formulas repeat Adam's (42) to (45); each is run here in its
own rule, so that a rule which feeds its memory something else is found out.
"""

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np

from .. import optimizers
from ._equation import Counterexample, Equation

# Powers of 1/2, exact in floats, so that the fractions differ from the code by rounding alone. No
# gradient is larger than 1 in size: see _with_v_hat_one.
GRADS = (0.75, -0.875, 0.5, 1.0, -0.125)
BETA1, BETA2 = 0.5, 0.75
THETA = 2.0
ADAMW = optimizers.AdamW(lr=0.25, beta1=BETA1, beta2=BETA2, eps=0, weight_decay=0.5)
ADAMAX = optimizers.AdaMax(lr=0.25, beta1=BETA1, beta2=BETA2, eps=0.25)
NADAM = optimizers.NAdam(lr=0.25, beta1=BETA1, beta2=BETA2, eps=0)
RADAM = optimizers.RAdam(lr=0.25, beta1=BETA1, beta2=BETA2, eps=0)


def _worst(mine, route):
    """The largest difference; unlike Python's own, NumPy's max lets no nan slip through."""
    return float(np.max(np.abs(np.array(mine, float) - np.array(route, float))))


# --- the routes, in fractions


def _weights(beta, t):
    return [(1 - Fraction(beta)) * Fraction(beta) ** (t - i) for i in range(1, t + 1)]


def _sums(beta, values):
    """What a running mean has become after each step, as one sum over all that came before."""
    values = [Fraction(v) for v in values]
    return [
        sum(w * v for w, v in zip(_weights(beta, t), values[:t], strict=True))
        for t in range(1, len(values) + 1)
    ]


def _means(beta, values):
    """The same with weights that sum to 1."""
    sums = _sums(beta, values)
    return [s / sum(_weights(beta, t)) for t, s in enumerate(sums, start=1)]


def _squares(values):
    return [Fraction(v) ** 2 for v in values]


def _maxima(values):
    """The largest gradient so far, each one faded by its age."""
    faded = [
        [Fraction(BETA2) ** (t - i) * abs(Fraction(values[i])) for i in range(t + 1)]
        for t in range(len(values))
    ]
    return [max(f) for f in faded]


def _sum_gap(beta, power):
    def check(form):
        return _worst(form(GRADS), _sums(beta, [Fraction(g) ** power for g in GRADS]))

    return check


def _mean_gap(beta, power):
    def check(form):
        return _worst(form(GRADS), _means(beta, [Fraction(g) ** power for g in GRADS]))

    return check


# --- the forms: what a rule of the package has done after each of some gradients


def _walk(rule, grads, theta=THETA):
    """(state before, theta before, gradient, theta after, state after) of every step."""
    state = rule.init(theta)
    for g in grads:
        after, new = rule.step(theta, lambda _, g=g: g, state)
        yield state, theta, g, float(after), new
        theta, state = float(after), new


def _memory(rule, name):
    return lambda grads: [float(getattr(new, name)) for *_, new in _walk(rule, grads)]


def _steps(rule, theta=THETA):
    """theta after each step, in lists of one number."""
    return lambda grads: [after for *_, after, _ in _walk(rule, grads, theta)]


def _length(rule, state, g):
    """What one step moves theta = 0 by, at rate 1: there a decay does nothing."""
    theta, _ = replace(rule, lr=1.0).step(0.0, lambda _: g, state)
    return -float(theta)


def _with_v_hat_one(rule, state, g):
    """The state with that v for which the next v_hat is 1."""
    t = state.t + 1
    return state._replace(v=((1 - rule.beta2**t) - (1 - rule.beta2) * g**2) / rule.beta2)


def _m_hats(rule):
    """m_hat as the rule itself uses it: the step where what divides it is 1."""

    def form(grads):
        return [
            _length(rule, _with_v_hat_one(rule, before, g), g)
            for before, _, g, *_ in _walk(rule, grads)
        ]

    return form


def _v_hats(rule):
    """v_hat as the rule itself uses it: what the step shrinks by when it is divided, squared."""

    def form(grads):
        return [
            (_length(rule, _with_v_hat_one(rule, before, g), g) / _length(rule, before, g)) ** 2
            for before, _, g, *_ in _walk(rule, grads)
        ]

    return form


def _adamax_m_hats(grads):
    """With u = 1 and no eps the step of (55) is m_hat."""
    rule = replace(ADAMAX, eps=0)
    return [
        _length(rule, before._replace(u=1 / BETA2), g) for before, _, g, *_ in _walk(rule, grads)
    ]


def _nadam_m_hats(grads):
    """(60) as printed is the one place where NAdam uses the m_hat of (58)."""
    printed = _m_hats(replace(NADAM, as_printed=True))(grads)
    return [(step - (1 - BETA1) * g) / BETA1 for step, g in zip(printed, grads, strict=True)]


def _radam_m_hats(grads):
    """At this beta2 RAdam waits for five steps, and a step is m_hat."""
    return [_length(RADAM, before, g) for before, _, g, *_ in _walk(RADAM, grads)]


def _radam_v_hats(grads):
    """v_hat is used from the fifth step on: the gradients come after four more."""
    rule = replace(RADAM, beta2=0.96875)
    return _v_hats(rule)((0.5, 0.5, 0.5, 0.5, *grads))[4:]


def _radam_v_hat_gap(form):
    wanted = _means(0.96875, _squares((0.5, 0.5, 0.5, 0.5, *GRADS)))[4:]
    return _worst(form(GRADS), wanted)


def _decay_mixed_in(rule, name):
    """Adam with L2: the rule is fed g + lambda theta."""

    def form(grads):
        state, theta, seen = rule.init(THETA), THETA, []
        for g in grads:
            mixed = g + rule.weight_decay * theta
            theta, state = replace(rule, weight_decay=0.0).step(theta, lambda _, m=mixed: m, state)
            seen.append(float(getattr(state, name)))
        return seen

    return form


def _mean_wrong(beta, power):
    """Corrections that are not one."""
    return {
        "not corrected": lambda grads: [float(s) for s in _sums(beta, [g**power for g in grads])],
        "1 - beta, not to the power t": lambda grads: [
            float(s / (1 - Fraction(beta))) for s in _sums(beta, [g**power for g in grads])
        ],
        "t counted from 0": lambda grads: [
            float(s) / (1 - beta**t) if t else math.inf
            for t, s in enumerate(_sums(beta, [g**power for g in grads]))
        ],
    }


# --- updates


def _adam_step(grads, t):
    """The m_hat and the root of v_hat after t gradients."""
    m_hat = float(_means(BETA1, grads[:t])[-1])
    return m_hat, math.sqrt(_means(BETA2, _squares(grads[:t]))[-1])


def _decoupled_gap(form):
    """The rate times lambda shrinks theta at every step, whatever the gradient; Adam's own path,
    by fractions, comes on top. Checked with a gradient of 0 as well: theta (1 - eta lambda)^t."""
    theta, wanted = THETA, []
    for t in range(1, len(GRADS) + 1):
        m_hat, root = _adam_step(GRADS, t)
        theta = (1 - 0.25 * 0.5) * theta - 0.25 * m_hat / root
        wanted.append(theta)
    still = [THETA * (1 - 0.25 * 0.5) ** t for t in range(1, 6)]
    return max(_worst(form(GRADS, 0.0), wanted), _worst(form((0.0,) * 5, 1e-8), still))


def _adamw(grads, eps):
    return _steps(replace(ADAMW, eps=eps))(grads)


def _adam_with_l2(grads, eps):
    """The decay goes through the moments."""
    rule = replace(ADAMW, eps=eps, weight_decay=0.0)
    theta, state, path = THETA, rule.init(THETA), []
    for g in grads:
        theta, state = rule.step(theta, lambda at, g=g: g + 0.5 * at, state)
        path.append(float(theta))
    return path


def _papers_lambda(grads, eps):
    """The paper's rule at the same lambda: the rate does not multiply the decay."""
    return _steps(replace(ADAMW, eps=eps, weight_decay=0.5 / 0.25))(grads)


def _decayed_the_new(grads, eps):
    rule = replace(ADAMW, eps=eps, weight_decay=0.0)
    theta, state, path = THETA, rule.init(THETA), []
    for g in grads:
        theta, state = rule.step(theta, lambda _, g=g: g, state)
        theta = theta * (1 - 0.25 * 0.5)
        path.append(float(theta))
    return path


def _adamax_gap(form):
    theta, wanted = THETA, []
    for m_hat, u in zip(_means(BETA1, GRADS), _maxima(GRADS), strict=True):
        theta = theta - 0.25 * float(m_hat) / (float(u) + 0.25)
        wanted.append(theta)
    return _worst(form(GRADS), wanted)


def _adamax_like(step):
    def form(grads):
        theta, path = THETA, []
        means, maxima = _means(BETA1, grads), _maxima(grads)
        for t, (m, u) in enumerate(zip(means, maxima, strict=True), start=1):
            theta = theta - 0.25 * step(float(m), float(u), t)
            path.append(theta)
        return path

    return form


def _inside_the_maximum(grads):
    theta, u, path = THETA, 0.0, []
    for m, g in zip(_means(BETA1, grads), grads, strict=True):
        u = max(BETA2 * u, abs(g) + 0.25)
        theta = theta - 0.25 * float(m) / u
        path.append(theta)
    return path


def _ahead(grads):
    """Dozat's direction from plain weighted means. Appending a gradient of 0 to a mean leaves just
    the momentum part of the coming step; what the last gradient adds to the present mean is the
    other part."""
    (*_, now), (*_, coming) = _means(BETA1, grads), _means(BETA1, (*grads, 0))
    (*_, without) = _means(BETA1, (*grads[:-1], 0))
    return float(coming + now - without)


def _nadam_gap(form):
    theta, wanted = THETA, []
    for t in range(1, len(GRADS) + 1):
        theta = theta - 0.25 * _ahead(GRADS[:t]) / _adam_step(GRADS, t)[1]
        wanted.append(theta)
    return _worst(form(GRADS), wanted)


def _nadam_like(direction):
    def form(grads):
        theta, path = THETA, []
        for t in range(1, len(grads) + 1):
            m, g = float(_sums(BETA1, grads[:t])[-1]), grads[t - 1]
            theta = theta - 0.25 * direction(m, g, t) / _adam_step(grads, t)[1]
            path.append(theta)
        return path

    return form


# --- rectification


def _centre(beta2, t):
    """The mean age of a gradient in v, which weighs age k with beta2^k."""
    beta2 = Fraction(beta2)
    weights = [beta2**k for k in range(t)]
    return sum(k * w for k, w in enumerate(weights)) / sum(weights)


def _length_gap(form):
    """A plain mean of n values has the mean age (n - 1) / 2. So the mean of equal age has length
    2 c + 1: 1 at t = 1, whatever beta2."""
    cases = [(t, b) for b in (0.5, 0.75, 0.96875, 0.999) for t in (1, 2, 3, 10)]
    return _worst([form(t, beta2) for t, beta2 in cases], [2 * _centre(b, t) + 1 for t, b in cases])


def _final_length_gap(form):
    """The same of all ages to infinity, summed until nothing is left."""
    betas = (0.5, 0.75, 0.96875)
    ages = np.arange(2000)
    final = [2 * (ages * b**ages).sum() / (float(b) ** ages).sum() + 1 for b in betas]
    return _worst([form(beta2) for beta2 in betas], final)


def _spread(rho):
    """The variance of 1/sqrt(v), v the mean of rho squares of N(0, 1), to first order: the variance
    of 1/v over 4 times its mean, both from the moments of a chi-square, which are gamma functions.
    """

    def moment(k):  # the mean of 1/v^k
        return (rho / 2) ** k * math.exp(math.lgamma(rho / 2 - k) - math.lgamma(rho / 2))

    return (moment(2) - moment(1) ** 2) / (4 * moment(1))


def _rectifier_gap(form):
    """r is the ratio of two standard deviations: at the end, and now. nan where the latter does
    not exist, of a variance of 1/v, which needs rho > 4."""
    cases = [(t, b) for b in (0.9, 0.96875, 0.99) for t in (5, 6, 20)]
    lengths = [(float(2 * _centre(b, t) + 1), 2 / (1 - b) - 1) for t, b in cases]
    wanted = [math.sqrt(_spread(end) / _spread(rho)) for rho, end in lengths if rho > 4]
    mine = [form(t, b) for (t, b), (rho, _) in zip(cases, lengths, strict=True) if rho > 4]
    early = [form(t, b) for b in (0.9, 0.6, 0.5) for t in (1, 2, 3, 4)]
    if not np.isnan(early).all():
        return math.inf
    return _worst(mine, wanted)


def _typed_r(t, beta2):
    end = 2 / (1 - beta2) - 1
    rho = end - 2 * t * beta2**t / (1 - beta2**t)
    radicand = (rho - 4) * (rho - 2) * end / ((end - 4) * (end - 2) * rho)
    return math.sqrt(radicand) if radicand > 0 else math.nan


def _unrooted(t, beta2):
    return optimizers.RAdam(beta2=beta2).r(t) ** 2


def _inverted(t, beta2):
    return 1 / optimizers.RAdam(beta2=beta2).r(t)


RECTIFIED = (0.5, 0.25, -0.5, 0.75, *GRADS)


def _rectified(grads):
    """The steps of a path, theta before minus theta after, at rate 1."""
    rule = replace(RADAM, beta2=0.96875, lr=1.0)
    return [float(before) - after for _, before, _, after, _ in _walk(rule, grads)]


def _rectified_gap(form):
    """From the fifth step on, m_hat over the root of v_hat by fractions, times a ratio of spreads
    by gamma functions."""
    wanted = []
    for t in range(5, len(RECTIFIED) + 1):
        m_hat = float(_means(BETA1, RECTIFIED[:t])[-1])
        root = math.sqrt(_means(0.96875, _squares(RECTIFIED[:t]))[-1])
        rho = float(2 * _centre(0.96875, t) + 1)
        wanted.append(math.sqrt(_spread(63.0) / _spread(rho)) * m_hat / root)
    return _worst(form(RECTIFIED)[4:], wanted)


def _rectified_like(step):
    def form(grads):
        rule, steps = replace(RADAM, beta2=0.96875), []
        for t in range(1, len(grads) + 1):
            m_hat = float(_means(BETA1, grads[:t])[-1])
            v_hat = float(_means(0.96875, _squares(grads[:t]))[-1])
            steps.append(step(rule.r(t), m_hat, v_hat))
        return steps

    return form


def _waiting_gap(form):
    """While rho <= 4 the step is a plain weighted mean of the gradients so far: a step in the unit
    of the gradients, which ten times as large a gradient makes ten times as long."""
    tenfold = [10 * g for g in GRADS[:3]]
    wanted = [-0.25 * float(m) for m in _means(BETA1, GRADS[:3])]
    return max(
        _worst(form(GRADS[:3]), wanted), _worst(form(tenfold), [10 * w for w in wanted]) / 10
    )


def _waiting(rule):
    """What each of the first steps adds to theta."""
    return lambda grads: [after - float(before) for _, before, _, after, _ in _walk(rule, grads)]


MEAN = "the sum over all gradients so far, in fractions"
HAT = "a weighted mean of the gradients, weights that sum to 1, in fractions"
SQUARE_HAT = "a weighted mean of the squares, weights that sum to 1, in fractions"

AW = "5.1 AdamW (Adam with Weight Decay)"
MAX = "5.2 AdaMax"
NA = "5.3 NAdam (Nesterov-accelerated Adaptive Moment Estimation)"
RA = "5.4 RAdam (Rectified Adam)"

M = r"m_t = \beta_1 m_{t-1} + (1 - \beta_1) g_t"
V = r"v_t = \beta_2 v_{t-1} + (1 - \beta_2) g_t^2"
M_HAT = r"\hat{m}_t = \frac{m_t}{1 - \beta_1^t}"
V_HAT = r"\hat{v}_t = \frac{v_t}{1 - \beta_2^t}"
ALONE = r", \qquad g_t = \nabla L(\theta_t) \text{ without } \lambda\theta_t"
FROM_ZERO = r", \qquad t \geq 1,\ "

EQUATIONS = (
    Equation(
        id="eq-47",
        tag="47",
        section=AW,
        title="First moment in AdamW",
        latex=M,
        verdict="holds with conditions",
        why="(42) again, and g must be the slope of the loss alone: with the decay in it this is "
        "Adam with an L2 penalty.",
        code="optimizers.AdamW",
        form=_memory(ADAMW, "m"),
        route=MEAN,
        check=_sum_gap(BETA1, 1),
        refutes={
            "the decay mixed in": _decay_mixed_in(ADAMW, "m"),
            "without 1 - beta1": lambda grads: [float(2 * s) for s in _sums(BETA1, grads)],
        },
        mended=M + ALONE,
    ),
    Equation(
        id="eq-48",
        tag="48",
        section=AW,
        title="Second moment in AdamW",
        latex=V,
        verdict="holds with conditions",
        why="(43) again, and of the slope of the loss alone: with the decay in it, it would divide "
        "the decay by the decay's own size.",
        code="optimizers.AdamW",
        form=_memory(ADAMW, "v"),
        route=MEAN,
        check=_sum_gap(BETA2, 2),
        refutes={
            "the decay mixed in": _decay_mixed_in(ADAMW, "v"),
            "beta1 for beta2": lambda grads: [float(s) for s in _sums(BETA1, _squares(grads))],
        },
        mended=V + ALONE,
    ),
    Equation(
        id="eq-49",
        tag="49",
        section=AW,
        title="Corrected first moment in AdamW",
        latex=M_HAT,
        verdict="holds with conditions",
        why="(44) again: t counts from 1, and m starts at 0.",
        code="optimizers.AdamW",
        form=_m_hats(ADAMW),
        route=HAT,
        check=_mean_gap(BETA1, 1),
        refutes=_mean_wrong(BETA1, 1),
        mended=M_HAT + FROM_ZERO + "m_0 = 0",
    ),
    Equation(
        id="eq-50",
        tag="50",
        section=AW,
        title="Corrected second moment in AdamW",
        latex=V_HAT,
        verdict="holds with conditions",
        why="(45) again: t counts from 1, and v starts at 0.",
        code="optimizers.AdamW",
        form=_v_hats(ADAMW),
        route=SQUARE_HAT,
        check=_mean_gap(BETA2, 2),
        refutes=_mean_wrong(BETA2, 2),
        mended=V_HAT + FROM_ZERO + "v_0 = 0",
    ),
    Equation(
        id="eq-51",
        tag="51",
        section=AW,
        title="AdamW's step",
        latex=r"\theta_{t+1} = \theta_t - \eta \left(\frac{\hat{m}_t}{\sqrt{\hat{v}_t} + "
        r"\epsilon} + \lambda \theta_t \right)",
        verdict="convention",
        why="The rate multiplies the decay, as in PyTorch. In the paper a schedule multiplies both "
        "parts, and the base rate only Adam's: its lambda is our eta lambda.",
        code="optimizers.AdamW",
        form=_adamw,
        route="theta shrunk by 1 - eta lambda, plus Adam's path by fractions; and the powers of "
        "1 - eta lambda where the gradient is 0",
        check=_decoupled_gap,
        refutes={
            "Adam with L2": _adam_with_l2,
            "the paper's lambda": _papers_lambda,
            "the new theta decayed": _decayed_the_new,
        },
        mended=r"\theta_{t+1} = (1 - \eta\lambda)\,\theta_t - \eta \frac{\hat{m}_t}"
        r"{\sqrt{\hat{v}_t} + \epsilon}, \qquad \text{in the paper } (1 - \lambda)\,\theta_t",
        sources=("loshchilov2019",),
    ),
    Equation(
        id="eq-52",
        tag="52",
        section=MAX,
        title="First moment in AdaMax",
        latex=M,
        verdict="holds",
        why="(42) again, with m_0 = 0.",
        code="optimizers.AdaMax",
        form=_memory(ADAMAX, "m"),
        route=MEAN,
        check=_sum_gap(BETA1, 1),
        refutes={
            "without 1 - beta1": lambda grads: [float(2 * s) for s in _sums(BETA1, grads)],
            "beta2 for beta1": lambda grads: [float(s) for s in _sums(BETA2, grads)],
        },
    ),
    Equation(
        id="eq-53",
        tag="53",
        section=MAX,
        title="The fading maximum",
        latex=r"u_t = \max(\beta_2 u_{t-1}, |g_t|)",
        verdict="holds",
        why="Entry by entry, from u_0 = 0. The root of a mean of p-th powers becomes this as p "
        "grows; PyTorch adds eps to |g|.",
        code="optimizers.AdaMax",
        form=_memory(ADAMAX, "u"),
        route="the largest of all gradients so far, each faded by its age, in fractions",
        check=lambda form: _worst(form(GRADS), _maxima(GRADS)),
        refutes={
            "a mean for the maximum": lambda grads: [
                float(s) for s in _sums(BETA2, [abs(g) for g in grads])
            ],
            "nothing fades": lambda grads: list(np.maximum.accumulate(np.abs(grads))),
            "without the absolute value": lambda grads: [
                float(max(0, *(BETA2 ** (t - i) * g for i, g in enumerate(grads[: t + 1]))))
                for t in range(len(grads))
            ],
        },
    ),
    Equation(
        id="eq-54",
        tag="54",
        section=MAX,
        title="Corrected first moment in AdaMax",
        latex=M_HAT,
        verdict="holds with conditions",
        why="(44) again: t from 1, m from 0. u needs no such correction: its first value is |g| "
        "itself.",
        code="optimizers.AdaMax",
        form=_adamax_m_hats,
        route=HAT,
        check=_mean_gap(BETA1, 1),
        refutes=_mean_wrong(BETA1, 1),
        mended=M_HAT + FROM_ZERO + "m_0 = 0",
    ),
    Equation(
        id="eq-55",
        tag="55",
        section=MAX,
        title="AdaMax's step",
        latex=r"\theta_{t+1} = \theta_t - \frac{\eta}{u_t + \epsilon} \hat{m}_t",
        verdict="convention",
        why="Keras has eps beside u, too; PyTorch puts it into the maximum, and the paper has "
        "none, so that an entry without any gradient is 0/0.",
        code="optimizers.AdaMax",
        form=_steps(ADAMAX),
        route="a weighted mean over a faded maximum plus eps, both in fractions",
        check=_adamax_gap,
        refutes={
            "eps in the maximum, as PyTorch": _inside_the_maximum,
            "without eps, as the paper": _adamax_like(lambda m, u, t: m / u),
            "u corrected like v": _adamax_like(lambda m, u, t: m / (u / (1 - BETA2**t) + 0.25)),
            "the root of u": _adamax_like(lambda m, u, t: m / (math.sqrt(u) + 0.25)),
        },
        mended=r"\theta_{t+1} = \theta_t - \frac{\eta}{u_t} \hat{m}_t, \qquad "
        r"\text{in PyTorch } u_t = \max(\beta_2 u_{t-1}, |g_t| + \epsilon), "
        r"\quad \text{in the paper } \epsilon = 0",
        sources=("kingma2015",),
    ),
    Equation(
        id="eq-56",
        tag="56",
        section=NA,
        title="First moment in NAdam",
        latex=M,
        verdict="holds",
        why="(42) again, for a beta1 that stays; Dozat lets it grow over the first steps.",
        code="optimizers.NAdam",
        form=_memory(NADAM, "m"),
        route=MEAN,
        check=_sum_gap(BETA1, 1),
        refutes={
            "without 1 - beta1": lambda grads: [float(2 * s) for s in _sums(BETA1, grads)],
            "beta2 for beta1": lambda grads: [float(s) for s in _sums(BETA2, grads)],
        },
    ),
    Equation(
        id="eq-57",
        tag="57",
        section=NA,
        title="Second moment in NAdam",
        latex=V,
        verdict="holds",
        why="(43) again, with v_0 = 0.",
        code="optimizers.NAdam",
        form=_memory(NADAM, "v"),
        route=MEAN,
        check=_sum_gap(BETA2, 2),
        refutes={
            "beta1 for beta2": lambda grads: [float(s) for s in _sums(BETA1, _squares(grads))],
            "not squared": lambda grads: [float(s) for s in _sums(BETA2, grads)],
        },
    ),
    Equation(
        id="eq-58",
        tag="58",
        section=NA,
        title="Corrected first moment in NAdam",
        latex=M_HAT,
        verdict="holds with conditions",
        why="A mean of the gradients for t from 1 and m_0 = 0; but Dozat's step divides m by "
        "1 - beta1^(t+1) instead, for it is the coming step's.",
        code="optimizers.NAdam",
        form=_nadam_m_hats,
        route=HAT,
        check=_mean_gap(BETA1, 1),
        refutes=_mean_wrong(BETA1, 1),
        mended=M_HAT + FROM_ZERO + r"m_0 = 0, \qquad \text{but in (60') } \frac{m_t}"
        r"{1 - \beta_1^{t+1}}",
    ),
    Equation(
        id="eq-59",
        tag="59",
        section=NA,
        title="Corrected second moment in NAdam",
        latex=V_HAT,
        verdict="holds with conditions",
        why="(45) again: t counts from 1, and v starts at 0.",
        code="optimizers.NAdam",
        form=_v_hats(NADAM),
        route=SQUARE_HAT,
        check=_mean_gap(BETA2, 2),
        refutes=_mean_wrong(BETA2, 2),
        mended=V_HAT + FROM_ZERO + "v_0 = 0",
    ),
    Equation(
        id="eq-60",
        tag="60",
        section=NA,
        title="NAdam's step",
        latex=r"\theta_{t+1} = \theta_t - \eta \left(\frac{\beta_1 \hat{m}_t + (1 - \beta_1) g_t}"
        r"{\sqrt{\hat{v}_t} + \epsilon} \right)",
        verdict="wrong",
        why="Not Dozat's rule: the gradient lacks its correction 1/(1 - beta1^t), and the momentum "
        "part is the coming step's, with t + 1. On a steady gradient the first step is 1 eta where "
        "NAdam's is 1.4737 eta.",
        code="optimizers.NAdam",
        form=_steps(NADAM),
        route="weighted means of the gradients with a 0 appended, in fractions",
        check=_nadam_gap,
        refutes={
            "as printed": _steps(replace(NADAM, as_printed=True)),
            "only the gradient corrected, t for t + 1": _nadam_like(
                lambda m, g, t: (BETA1 * m + (1 - BETA1) * g) / (1 - BETA1**t)
            ),
            "t + 1 in both parts": _nadam_like(
                lambda m, g, t: (BETA1 * m + (1 - BETA1) * g) / (1 - BETA1 ** (t + 1))
            ),
            "Adam's step": _nadam_like(lambda m, g, t: m / (1 - BETA1**t)),
        },
        mended=r"\theta_{t+1} = \theta_t - \frac{\eta}{\sqrt{\hat{v}_t} + \epsilon} \left("
        r"\frac{\beta_1 m_t}{1 - \beta_1^{t+1}} + \frac{(1 - \beta_1) g_t}{1 - \beta_1^t} \right)",
        counterexample=Counterexample(
            given="a first gradient of 1 at theta = 2, eta = 1/4, beta1 = 1/2, no eps: theta after the step",
            measure=lambda form: form((1.0,))[0],
            truth=lambda: THETA - 0.25 * _ahead((1.0,)),
            because="the present mean is 1, and a gradient of 0 appended leaves a third: 2 - (1/4)(4/3)",
        ),
        sources=("dozat2016",),
    ),
    Equation(
        id="eq-61",
        tag="61",
        section=RA,
        title="First moment in RAdam",
        latex=M,
        verdict="holds",
        why="(42) again, with m_0 = 0.",
        code="optimizers.RAdam",
        form=_memory(RADAM, "m"),
        route=MEAN,
        check=_sum_gap(BETA1, 1),
        refutes={
            "without 1 - beta1": lambda grads: [float(2 * s) for s in _sums(BETA1, grads)],
            "beta2 for beta1": lambda grads: [float(s) for s in _sums(BETA2, grads)],
        },
    ),
    Equation(
        id="eq-62",
        tag="62",
        section=RA,
        title="Second moment in RAdam",
        latex=V,
        verdict="holds",
        why="(43) again, with v_0 = 0; it is filled from the first step on, though used only later.",
        code="optimizers.RAdam",
        form=_memory(RADAM, "v"),
        route=MEAN,
        check=_sum_gap(BETA2, 2),
        refutes={
            "beta1 for beta2": lambda grads: [float(s) for s in _sums(BETA1, _squares(grads))],
            "not squared": lambda grads: [float(s) for s in _sums(BETA2, grads)],
        },
    ),
    Equation(
        id="eq-63",
        tag="63",
        section=RA,
        title="Corrected first moment in RAdam",
        latex=M_HAT,
        verdict="holds with conditions",
        why="(44) again: t counts from 1, and m starts at 0.",
        code="optimizers.RAdam",
        form=_radam_m_hats,
        route=HAT,
        check=_mean_gap(BETA1, 1),
        refutes=_mean_wrong(BETA1, 1),
        mended=M_HAT + FROM_ZERO + "m_0 = 0",
    ),
    Equation(
        id="eq-64",
        tag="64",
        section=RA,
        title="Corrected second moment in RAdam",
        latex=V_HAT,
        verdict="holds with conditions",
        why="(45) again: t from 1, v from 0; it is used only where rho > 4.",
        code="optimizers.RAdam",
        form=_radam_v_hats,
        route=SQUARE_HAT,
        check=_radam_v_hat_gap,
        refutes={
            "not corrected": lambda grads: [
                float(s) for s in _sums(0.96875, _squares((0.5, 0.5, 0.5, 0.5, *grads)))[4:]
            ],
            "t counted anew where it is first used": lambda grads: [
                float(s) for s in _means(0.96875, _squares(grads))
            ],
        },
        mended=V_HAT + FROM_ZERO + r"v_0 = 0,\ \rho_t > 4",
    ),
    Equation(
        id="eq-65",
        tag="65",
        section=RA,
        title="Length of the average behind v",
        latex=r"\rho_t = \rho_\infty - \frac{2t\beta_2^t}{1 - \beta_2^t}",
        verdict="holds with conditions",
        why="For t from 1. It is the length of the plain mean whose values are as old, on average, "
        "and at t = 1 it is 1 for every beta2.",
        code="optimizers.RAdam.rho",
        form=lambda t, beta2: optimizers.RAdam(beta2=beta2).rho(t),
        route="twice the mean age of a gradient in v, plus 1, in fractions",
        check=_length_gap,
        refutes={
            "without t": lambda t, b: 2 / (1 - b) - 1 - 2 * b**t / (1 - b**t),
            "without the 2": lambda t, b: 2 / (1 - b) - 1 - t * b**t / (1 - b**t),
            "beta2 not to the power t": lambda t, b: 2 / (1 - b) - 1 - 2 * t * b / (1 - b),
        },
        mended=r"\rho_t = \rho_\infty - \frac{2t\beta_2^t}{1 - \beta_2^t}, \qquad t \geq 1",
    ),
    Equation(
        id="eq-66",
        tag="66",
        section=RA,
        title="Rectification",
        latex=r"r_t = \sqrt{\frac{(\rho_t - 4)(\rho_t - 2)\rho_\infty}"
        r"{(\rho_\infty - 4)(\rho_\infty - 2)\rho_t}}",
        verdict="holds with conditions",
        why="For rho > 4 alone, and so for beta2 > 0.6 alone. Test rho: the radicand is negative "
        "from 2 to 4, but positive again below 2.",
        code="optimizers.RAdam.r",
        form=lambda t, beta2: optimizers.RAdam(beta2=beta2).r(t),
        route="a ratio of two spreads of 1/sqrt(v), from gamma functions; and nan where rho <= 4",
        check=_rectifier_gap,
        refutes={
            "the radicand's sign tested": _typed_r,
            "the square of r": _unrooted,
            "the ratio inverted": _inverted,
        },
        mended=r"r_t = \sqrt{\frac{(\rho_t - 4)(\rho_t - 2)\rho_\infty}"
        r"{(\rho_\infty - 4)(\rho_\infty - 2)\rho_t}}, \qquad \rho_t > 4",
    ),
    Equation(
        id="eq-67",
        tag="67",
        section=RA,
        title="RAdam's rectified step",
        latex=r"\theta_{t+1} = \theta_t - \eta r_t \frac{\hat{m}_t}{\sqrt{\hat{v}_t} + \epsilon}",
        verdict="holds with conditions",
        why="Where rho > 4. PyTorch asks for rho > 5, one step later at beta2 = 0.999, and adds "
        "eps before the correction; the paper has none.",
        code="optimizers.RAdam",
        form=_rectified,
        route="means in fractions and a ratio of spreads from gamma functions, from the fifth step",
        check=_rectified_gap,
        refutes={
            "without r": _rectified_like(lambda r, m, v: m / math.sqrt(v)),
            "r squared": _rectified_like(lambda r, m, v: r**2 * m / math.sqrt(v)),
            "r in place of the denominator": _rectified_like(lambda r, m, v: r * m),
        },
        mended=r"\theta_{t+1} = \theta_t - \eta r_t \frac{\hat{m}_t}{\sqrt{\hat{v}_t} + "
        r"\epsilon}, \qquad \rho_t > 4",
    ),
    Equation(
        id="eq-68",
        tag="68",
        section=RA,
        title="RAdam's step while it waits",
        latex=r"\theta_{t+1} = \theta_t - \eta \frac{\hat{m}_t}{\sqrt{\hat{v}_t} + \epsilon}",
        verdict="wrong",
        why="While rho <= 4 the denominator must go: as printed these are Adam's full steps, just "
        "those that RAdam is there to avoid.",
        code="optimizers.RAdam",
        form=_waiting(RADAM),
        route="a weighted mean of the gradients in fractions, ten times as large for gradients ten "
        "times as large",
        check=_waiting_gap,
        refutes={
            "as printed": _waiting(replace(RADAM, as_printed=True)),
            "no step at all": lambda grads: [0.0 for _ in grads],
            "the uncorrected m": lambda grads: [-0.25 * float(s) for s in _sums(BETA1, grads)],
        },
        mended=r"\theta_{t+1} = \theta_t - \eta \hat{m}_t, \qquad \rho_t \leq 4",
        counterexample=Counterexample(
            given="a first gradient of 10, eta = 1/4, no eps: the first step",
            measure=lambda form: form((10.0,))[0],
            truth=lambda: -0.25 * float(_means(BETA1, (10.0,))[0]),
            because="eta times the mean of the gradients so far",
        ),
        sources=("liu2020",),
    ),
    Equation(
        id="u-5.4-rho-inf",
        tag="rho-inf",
        section=RA,
        title="Final length of the average",
        latex=r"\rho_\infty = \frac{2}{1 - \beta_2} - 1",
        verdict="holds",
        why="Also (1 + beta2)/(1 - beta2): 1999 for 0.999. At most 4 for beta2 up to 0.6, and then "
        "nothing is ever rectified.",
        code="optimizers.RAdam.rho_inf",
        form=lambda beta2: optimizers.RAdam(beta2=beta2).rho_inf,
        route="twice the mean of all ages to infinity, plus 1, summed term by term",
        check=_final_length_gap,
        refutes={
            "1/(1 - beta2)": lambda beta2: 1 / (1 - beta2),
            "without the - 1": lambda beta2: 2 / (1 - beta2),
            "the mean age": lambda beta2: beta2 / (1 - beta2),
        },
    ),
)
