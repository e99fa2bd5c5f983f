"""The exercises of the page on Adam. An answer stands by itself: it may use np and nothing else."""

import numpy as np

from .. import optimizers
from ._answer import probe
from ._engine import Convention, Exercise, Mistake, Option, Question


def _debiased_mean(xs, beta):
    m = 0.0
    for x in xs:
        m = beta * m + (1 - beta) * x
    return m / (1 - beta ** len(xs))


def _book_mean(xs, beta):
    """An eps that dwarfs the root leaves of Adam's step the corrected mean alone."""
    rule = optimizers.Adam(lr=1e12, beta1=beta, beta2=0, eps=1e12)
    theta, state = np.zeros(()), rule.init(np.zeros(()))
    for x in xs:
        before = theta
        theta, state = rule.step(theta, lambda _, x=x: x, state)
    return before - theta


def _begun_at_the_first(xs, beta):
    m = xs[0]
    for x in xs[1:]:
        m = beta * m + (1 - beta) * x
    return m


def _fed_back_mean(xs, beta):
    m = 0.0
    for t, x in enumerate(xs, start=1):
        m = (beta * m + (1 - beta) * x) / (1 - beta**t)
    return m


def _series(rng):
    return rng.normal(2, 3, rng.integers(3, 7)).round(2), round(rng.uniform(0.2, 0.8), 2)


debiased_mean = Exercise(
    name="debiased_mean",
    stars=1,
    task="The running mean (42) of a series from $m_0 = 0$, corrected as in (44). `xs`: $t$ numbers, "
    "the oldest first; `beta`: the decay. Return one number, the corrected mean after the last.",
    hint="A loop for the mean, and one division after it. What do the weights of all $t$ numbers "
    "sum to?",
    solution=_debiased_mean,
    book=_book_mean,
    probes=(
        (np.array([4.0, -2.0, 1.0]), 0.5),
        (np.array([1.0, 3.0, -2.0, 0.5]), 0.9),
        (np.array([-3.0, 1.0]), 0.5),
    ),
    fresh=_series,
    mistakes=(
        Mistake(
            "it is not corrected: from 0 the mean is pulled to 0, for the weights sum to "
            "1 - beta^t and not to 1",
            lambda xs, beta: (1 - beta) * (beta ** np.arange(len(xs) - 1, -1, -1)) @ xs,
            credit="oxiglade/mlx-rs #301; DeepLearning.ai-Summary PR #119",
        ),
        Mistake(
            "the correction is not powered: 1 - beta is right for the first number alone, after t "
            "of them it is 1 - beta^t",
            lambda xs, beta: (beta ** np.arange(len(xs) - 1, -1, -1)) @ xs,
            credit="eriklindernoren/ML-From-Scratch #35; ufal/npfl114 PR #79",
        ),
        Mistake(
            "the power is off by one: after t numbers the weights sum to 1 - beta^t",
            lambda xs, beta: (
                (1 - beta)
                * (beta ** np.arange(len(xs) - 1, -1, -1))
                @ xs
                / (1 - beta ** (len(xs) - 1))
            ),
            credit="d2l-en PR #2277, a sum to t - 1 for one to t",
        ),
        Mistake(
            "the corrected mean was fed back into (42): the mean goes on without its hat",
            _fed_back_mean,
        ),
        Mistake(
            "the mean begins at the first number, which then weighs more than any that follow: it "
            "begins at 0",
            _begun_at_the_first,
        ),
        Mistake(
            "the weights are swapped: the old mean is kept with beta, the new number enters with "
            "1 - beta",
            lambda xs, beta: (
                beta * ((1 - beta) ** np.arange(len(xs) - 1, -1, -1)) @ xs / (1 - beta ** len(xs))
            ),
        ),
        Mistake(
            "this is the plain mean: it forgets nothing",
            lambda xs, beta: np.mean(xs),
        ),
    ),
)


def _adam_path(gs, *, lr, beta1, beta2, eps):
    theta = m = v = np.zeros(gs.shape[1])
    path = []
    for t, g in enumerate(gs, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        theta = theta - lr * m_hat / (np.sqrt(v_hat) + eps)
        path.append(theta)
    return np.array(path)


def _book_path(gs, **settings):
    theta = np.zeros(gs.shape[1])
    rule = optimizers.Adam(**settings)
    state, path = rule.init(theta), []
    for g in gs:
        theta, state = rule.step(theta, lambda _, g=g: g, state)
        path.append(theta)
    return np.array(path)


def _uncorrected(gs, *, lr, beta1, beta2, eps):
    theta = m = v = np.zeros(gs.shape[1])
    path = []
    for g in gs:
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        theta = theta - lr * m / (np.sqrt(v) + eps)
        path.append(theta)
    return np.array(path)


def _not_powered(gs, *, lr, beta1, beta2, eps):
    theta = m = v = np.zeros(gs.shape[1])
    path = []
    for g in gs:
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        theta = theta - lr * (m / (1 - beta1)) / (np.sqrt(v / (1 - beta2)) + eps)
        path.append(theta)
    return np.array(path)


def _from_zero(gs, *, lr, beta1, beta2, eps):
    theta = m = v = np.zeros(gs.shape[1])
    path = []
    for t, g in enumerate(gs):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        theta = theta - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
        path.append(theta)
    return np.array(path)


def _one_hat(gs, *, lr, beta1, beta2, eps):
    theta = m = v = np.zeros(gs.shape[1])
    path = []
    for t, g in enumerate(gs, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        theta = theta - lr * (m / (1 - beta1**t)) / (np.sqrt(v) + eps)
        path.append(theta)
    return np.array(path)


def _no_root(gs, *, lr, beta1, beta2, eps):
    theta = m = v = np.zeros(gs.shape[1])
    path = []
    for t, g in enumerate(gs, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        theta = theta - lr * (m / (1 - beta1**t)) / (v / (1 - beta2**t) + eps)
        path.append(theta)
    return np.array(path)


def _variance(gs, *, lr, beta1, beta2, eps):
    theta = m = v = np.zeros(gs.shape[1])
    path = []
    for t, g in enumerate(gs, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * (g - m) ** 2
        theta = theta - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
        path.append(theta)
    return np.array(path)


def _one_rate(gs, *, lr, beta1, beta2, eps):
    theta = m = v = np.zeros(gs.shape[1])
    path = []
    for t, g in enumerate(gs, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * np.mean(g**2)
        theta = theta - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
        path.append(theta)
    return np.array(path)


def _gradient_itself(gs, *, lr, beta1, beta2, eps):
    theta = v = np.zeros(gs.shape[1])
    path = []
    for t, g in enumerate(gs, start=1):
        v = beta2 * v + (1 - beta2) * g**2
        theta = theta - lr * g / (np.sqrt(v / (1 - beta2**t)) + eps)
        path.append(theta)
    return np.array(path)


def _hats_kept(gs, *, lr, beta1, beta2, eps):
    theta = m = v = np.zeros(gs.shape[1])
    path = []
    for t, g in enumerate(gs, start=1):
        m = (beta1 * m + (1 - beta1) * g) / (1 - beta1**t)
        v = (beta2 * v + (1 - beta2) * g**2) / (1 - beta2**t)
        theta = theta - lr * m / (np.sqrt(v) + eps)
        path.append(theta)
    return np.array(path)


def _one_array(gs, *, lr, beta1, beta2, eps):
    theta, m, v = np.zeros((3, gs.shape[1]))
    path = []
    for t, g in enumerate(gs, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        theta -= lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
        path.append(theta)
    return np.array(path)


def _eps_inside(gs, *, lr, beta1, beta2, eps):
    theta = m = v = np.zeros(gs.shape[1])
    path = []
    for t, g in enumerate(gs, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        theta = theta - lr * (m / (1 - beta1**t)) / np.sqrt(v / (1 - beta2**t) + eps)
        path.append(theta)
    return np.array(path)


def _eps_hat(gs, *, lr, beta1, beta2, eps):
    theta = m = v = np.zeros(gs.shape[1])
    path = []
    for t, g in enumerate(gs, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        rate = lr * np.sqrt(1 - beta2**t) / (1 - beta1**t)
        theta = theta - rate * m / (np.sqrt(v) + eps)
        path.append(theta)
    return np.array(path)


DEFAULTS = {"lr": 0.1, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}


def _gradients(rng):
    scale = np.array([1e-4, 2.0])
    gs = rng.normal(0.5, 1, (rng.integers(4, 7), 2)) * scale
    return probe(gs, lr=0.25, beta1=rng.uniform(0.5, 0.9), beta2=0.99, eps=1e-6)


adam_path = Exercise(
    name="adam_path",
    stars=2,
    task="Adam, (42) to (46), under given gradients. `gs`: $(T, d)$, row $t$ the gradient of step $t$; "
    "`lr` is $\\eta$. Start from $\\theta = m = v = 0$ and return the path, $(T, d)$: row $t$ is "
    "$\\theta$ after step $t$.",
    hint="Two averages to remember and one counter. The hats are for the step alone: what is "
    "remembered stays uncorrected.",
    solution=_adam_path,
    book=_book_path,
    probes=(
        probe(np.array([[2e-4, -2.0], [1e-4, 1.0], [-3e-4, 5.0]]), **DEFAULTS),
        probe(
            np.array(
                [[1e-4, 3.0], [3e-4, 1.0], [-2e-4, 2.5], [2e-4, -1.0], [1e-4, 0.5], [4e-4, 2.0]]
            ),
            lr=0.5,
            beta1=0.75,
            beta2=0.9,
            eps=1e-6,
        ),
    ),
    fresh=_gradients,
    mistakes=(
        Mistake(
            "nothing is corrected: under steady gradients the first step is 3.2 times, the twelfth "
            "6.6 times the rate",
            _uncorrected,
            credit="oxiglade/mlx-rs #301; DeepLearning.ai-Summary PR #121",
        ),
        Mistake(
            "the corrections are not powered: 1 - beta is right at the first step alone",
            _not_powered,
            credit="eriklindernoren/ML-From-Scratch #35; ufal/npfl114 PR #79",
        ),
        Mistake(
            "t counts from 0: the first correction divides 0 by 0",
            _from_zero,
        ),
        Mistake(
            "v has no hat: m is corrected for its start from 0, and v is not",
            _one_hat,
            credit="phlippe/uvadlc_notebooks PR #35",
        ),
        Mistake(
            "the root is missing: the step would have the unit of one over the gradient",
            _no_root,
        ),
        Mistake(
            "v is a variance here: (43) squares the gradient itself, no mean is subtracted",
            _variance,
        ),
        Mistake(
            "one mean square serves all entries: every entry has a v, and so a rate, of its own",
            _one_rate,
        ),
        Mistake(
            "the step takes the last gradient and not its running mean: that is RMSProp, corrected",
            _gradient_itself,
        ),
        Mistake(
            "the corrected averages are remembered: (42) and (43) continue from m and v without "
            "hats",
            _hats_kept,
        ),
        Mistake(
            "every row is the last: theta -= ... changes the one array that all rows are, and "
            "theta = theta - ... makes a new one",
            _one_array,
        ),
    ),
    conventions=(
        Convention(
            "epsilon inside the root; PyTorch and the paper have it outside",
            _eps_inside,
            credit="d2l-zh PR #502",
        ),
        Convention(
            "Keras adds epsilon before v is corrected, the paper's epsilon hat",
            _eps_hat,
        ),
    ),
)


def _uncorrected_length(t, beta1, beta2):
    return (1 - beta1**t) / np.sqrt(1 - beta2**t)


def _book_length(t, beta1, beta2):
    """A state that claims a million steps is corrected no more."""
    rule = optimizers.Adam(lr=1, beta1=beta1, beta2=beta2, eps=0)
    state = optimizers.AdamState(10**6, np.zeros(()), np.zeros(()))
    theta = np.zeros(())
    for _ in range(t):
        before = theta
        theta, state = rule.step(theta, lambda _: 3.0, state)
    return before - theta


def _settings(rng):
    beta1 = round(rng.uniform(0.5, 0.9), 3)
    return int(rng.integers(2, 30)), beta1, round(rng.uniform(0.92, 0.999), 4)


uncorrected_length = Exercise(
    name="uncorrected_length",
    stars=1,
    task="How long is a step of Adam without the corrections (44) and (45), if the gradient has been "
    "the same in every step? `t`: which step, from 1 on; `beta1`, `beta2`: the decays. Return the "
    "length in units of the rate, for $\\epsilon = 0$.",
    hint="The gradient is a constant $g$. What are $m_t$ and $v_t$ from 0? Then $g$ cancels.",
    solution=_uncorrected_length,
    book=_book_length,
    probes=((1, 0.9, 0.999), (12, 0.9, 0.999), (5, 0.5, 0.96)),
    fresh=_settings,
    mistakes=(
        Mistake(
            "the root was forgotten: v is a mean of squares, the step divides by its root",
            lambda t, beta1, beta2: (1 - beta1**t) / (1 - beta2**t),
        ),
        Mistake(
            "this is what would mend the step, not the step: m falls short by 1 - beta1^t, and m "
            "stands above",
            lambda t, beta1, beta2: np.sqrt(1 - beta2**t) / (1 - beta1**t),
        ),
        Mistake(
            "this is the first step for ever: the shares grow as 1 - beta^t",
            lambda t, beta1, beta2: (1 - beta1) / np.sqrt(1 - beta2),
        ),
        Mistake(
            "the decays are swapped: beta1 belongs to m, which stands above",
            lambda t, beta1, beta2: (1 - beta2**t) / np.sqrt(1 - beta1**t),
        ),
        Mistake(
            "only m was thought of: v falls short too, and further",
            lambda t, beta1, beta2: 1 - beta1**t,
        ),
        Mistake(
            "only v was thought of: m falls short too",
            lambda t, beta1, beta2: 1 / np.sqrt(1 - beta2**t),
        ),
    ),
)


def _expected_step(mu, sigma):
    return mu / np.sqrt(mu**2 + sigma**2)


def _signal_and_noise(rng):
    mu, sigma = rng.uniform(0.5, 4, 2).round(2)
    return float(mu if rng.random() < 0.5 else -mu), float(sigma)


expected_step = Exercise(
    name="expected_step",
    stars=1,
    task="The gradients of one parameter have mean $\\mu$ and standard deviation $\\sigma$, and both "
    "averages of Adam have run for long enough to know their moments. Return the step, in units of "
    "the rate, for $\\epsilon = 0$; positive where $\\mu$ is.",
    hint="$\\hat{m}$ is near the mean of $g$ and $\\hat{v}$ near the mean of $g^2$. What is the mean "
    "of a square, in $\\mu$ and $\\sigma$?",
    solution=_expected_step,
    probes=((3.0, 4.0), (-1.0, 2.0), (0.5, 1.5)),
    fresh=_signal_and_noise,
    mistakes=(
        Mistake(
            "this divides by the standard deviation: v is a mean square, and holds the squared "
            "mean too",
            lambda mu, sigma: mu / sigma,
        ),
        Mistake(
            "mean and deviation do not add: their squares do",
            lambda mu, sigma: mu / (abs(mu) + sigma),
        ),
        Mistake(
            "the noise was ignored: only without it is every step a full one",
            lambda mu, sigma: np.sign(mu),
        ),
        Mistake(
            "the sign was lost: m keeps it, squaring it does not",
            lambda mu, sigma: mu**2 / (mu**2 + sigma**2),
        ),
        Mistake(
            "the root was forgotten: v is in the unit of g squared",
            lambda mu, sigma: mu / (mu**2 + sigma**2),
        ),
        Mistake(
            "this is the mean alone: Adam divides by the size of the gradients",
            lambda mu, sigma: mu,
        ),
    ),
)


def _one_minus_power(d, t):
    return -np.expm1(t * np.log1p(-d))


def _tiny_or_not(rng):
    return 10 ** rng.uniform(-16, -12), int(rng.integers(2, 20))


one_minus_power = Exercise(
    name="one_minus_power",
    stars=2,
    task="The correction $1 - \\beta^t$ from $d = 1 - \\beta$, right to seven digits however small $d$ "
    "is. `d`: above 0 and below 1; `t`: 1 or more. Return one number.",
    hint="$\\beta^t = e^{t \\log(1 - d)}$. NumPy has functions for $\\log(1 + x)$ and for $e^x - 1$ "
    "that do not lose a small $x$.",
    solution=_one_minus_power,
    probes=(
        (0.1, 2),
        (0.25, 5),
        (1e-13, 3),
        (3e-17, 7),
        (5e-7, 9),
        (8e-4, 12),
        (0.1, 30),
        (1e-13, 50),
    ),
    fresh=_tiny_or_not,
    mistakes=(
        Mistake(
            "1 - d is rounded before the power is taken: of a small d few digits are left, or none",
            lambda d, t: 1 - (1 - d) ** t,
        ),
        Mistake(
            "e^x is close to 1 and was subtracted from it: -expm1(x) is 1 - e^x without that loss",
            lambda d, t: 1 - np.exp(t * np.log1p(-d)),
        ),
        Mistake(
            "1 - d is rounded to the 24 bits of float32: from d = 3e-8 down nothing is left of it",
            lambda d, t: float(np.float32(1) - (np.float32(1) - np.float32(d)) ** np.float32(t)),
        ),
        Mistake(
            "t d is the first term of a series, good for small d alone",
            lambda d, t: t * d,
        ),
        Mistake(
            "the power is missing: this is the correction of the first step",
            lambda d, t: d,
        ),
        Mistake(
            "the power was taken of d: it is beta = 1 - d that fades",
            lambda d, t: 1 - d**t,
        ),
        Mistake(
            "this is beta^t: the correction is what is missing to 1",
            lambda d, t: np.exp(t * np.log1p(-d)),
        ),
        Mistake(
            "the sign of expm1: e^x - 1 is negative for negative x",
            lambda d, t: np.expm1(t * np.log1p(-d)),
        ),
    ),
    atol=0.0,
)


def _amsgrad_v(gs, beta2):
    v = largest = 0.0
    maxima = []
    for g in gs:
        v = beta2 * v + (1 - beta2) * g**2
        largest = max(largest, v)
        maxima.append(largest)
    return np.array(maxima)


def _forgets(gs, beta2):
    v, found = 0.0, []
    for g in gs:
        v = beta2 * v + (1 - beta2) * g**2
        found.append(v)
    return np.array(found)


def _fed_back(gs, beta2):
    v, found = 0.0, []
    for g in gs:
        v = max(v, beta2 * v + (1 - beta2) * g**2)
        found.append(v)
    return np.array(found)


def _smallest(gs, beta2):
    v, least, found = 0.0, np.inf, []
    for g in gs:
        v = beta2 * v + (1 - beta2) * g**2
        least = min(least, v)
        found.append(least)
    return np.array(found)


def _last_two(gs, beta2):
    v, found = 0.0, []
    for g in gs:
        before = v
        v = beta2 * v + (1 - beta2) * g**2
        found.append(max(before, v))
    return np.array(found)


def _corrected_before(gs, beta2):
    v, largest, found = 0.0, 0.0, []
    for t, g in enumerate(gs, start=1):
        v = beta2 * v + (1 - beta2) * g**2
        largest = max(largest, v / (1 - beta2**t))
        found.append(largest)
    return np.array(found)


def _corrected_after(gs, beta2):
    v, largest, found = 0.0, 0.0, []
    for t, g in enumerate(gs, start=1):
        v = beta2 * v + (1 - beta2) * g**2
        largest = max(largest, v)
        found.append(largest / (1 - beta2**t))
    return np.array(found)


def _rare_and_large(rng):
    gs = rng.normal(0, 1, 8).round(2)
    gs[0], gs[-3:] = 3.0, [0.5, 0.25, 4.0]
    return gs, round(rng.uniform(0.3, 0.7), 2)


amsgrad_v = Exercise(
    name="amsgrad_v",
    stars=2,
    task="AMSGrad divides by the root of the largest average so far. `gs`: $T$ gradients of one "
    "parameter; `beta2`: the decay in (43), from $v_0 = 0$, uncorrected as in the paper. Return $T$ "
    "numbers: after each gradient, the largest $v$ up to then.",
    hint="Keep two things: the average of (43), which goes on as ever, and the largest value that it "
    "has had.",
    solution=_amsgrad_v,
    probes=(
        (np.array([3.0, 0.0, 0.0, 1.0, 2.0, 0.0, 3.0]), 0.5),
        (np.array([1.0, -2.0, 0.5, 0.0, 0.25, -3.0, 1.0, 0.0, 4.0]), 0.75),
    ),
    fresh=_rare_and_large,
    mistakes=(
        Mistake(
            "this is the average itself: it forgets the large gradients, and AMSGrad must not",
            _forgets,
        ),
        Mistake(
            "the maximum was fed back into the average, which then never falls: keep the two apart",
            _fed_back,
        ),
        Mistake(
            "this is the largest square and not the largest average",
            lambda gs, beta2: np.maximum.accumulate(gs**2),
        ),
        Mistake(
            "this keeps the smallest average: the steps would grow for ever",
            _smallest,
        ),
        Mistake(
            "only the last two averages were compared: the maximum runs over all of them",
            _last_two,
        ),
        Mistake(
            "nothing fades here: this is AdaGrad's sum of all squares",
            lambda gs, beta2: np.cumsum(gs**2),
        ),
    ),
    conventions=(
        Convention(
            "the largest of the corrected averages (45), as in this chapter's figure",
            _corrected_before,
        ),
        Convention(
            "PyTorch corrects the largest average by 1 - beta2^t in every step",
            _corrected_after,
        ),
    ),
)


questions = (
    Question(
        "Adam's very first gradient is 1000, and epsilon is negligible. How long is the first step?",
        (
            Option("1000 times the rate", "that is plain gradient descent."),
            Option(
                "about 32 times the rate",
                "that is the root of 1000, as if the gradient were divided by the root of its size.",
            ),
            Option(
                "the rate",
                "after one gradient the corrected mean is g and the corrected mean square g^2: "
                "g / |g| = 1.",
                True,
            ),
            Option(
                "3.2 times the rate", "that is 0.1 / sqrt(0.001), a step without the corrections."
            ),
        ),
    ),
    Question(
        "Somebody drops both corrections and keeps the defaults 0.9 and 0.999. What becomes of the "
        "first steps, if the gradients are steady?",
        (
            Option(
                "they are shorter",
                "m is too small, true; but v is too small by more, and the step divides by its root.",
            ),
            Option("they stay the same", "the corrections are 1 - 0.9^t and 1 - 0.999^t: unequal."),
            Option(
                "they are longer",
                "3.2 times the rate at once, 6.6 times at step 12, and still 1.1 times at step 1750.",
                True,
            ),
            Option(
                "they become infinite",
                "m and v both start from 0, and their ratio stays finite; at a small rate nothing bad "
                "happens.",
            ),
        ),
    ),
    Question(
        "What does the corrected v estimate?",
        (
            Option(
                "the variance of the gradient",
                "no mean is subtracted in (43): a steady gradient has variance 0, and v is its square.",
            ),
            Option(
                "the mean square of the gradient",
                "variance plus squared mean, weighted towards the recent past.",
                True,
            ),
            Option("the curvature of the loss", "no second derivative is taken anywhere."),
            Option(
                "the sum of all squared gradients",
                "that is AdaGrad's: it grows for ever, an average does not.",
            ),
        ),
    ),
    Question(
        "A parameter's gradients are pure noise with mean 0. What does Adam do with it, at the "
        "defaults?",
        (
            Option(
                "it leaves it where it is",
                "the mean of its steps is 0, but not the steps themselves.",
            ),
            Option(
                "it jitters, by a root mean square of 0.23 rates a step",
                "the average m keeps sqrt((1 - beta1) / (1 + beta1)) = 0.23 of the noise.",
                True,
            ),
            Option(
                "it jitters by full rates",
                "that is so for beta1 = 0, where nothing averages the noise out.",
            ),
            Option(
                "it makes ever larger steps", "v grows with the noise, and the step divides by it."
            ),
        ),
    ),
    Question(
        "The loss is multiplied by 1000. What must be done to Adam's rate to keep the path?",
        (
            Option(
                "divide it by 1000",
                "that is for gradient descent, whose step is rate times gradient.",
            ),
            Option(
                "divide it by the root of 1000",
                "v grows by 1000^2, its root by 1000, and so does m: the ratio stays.",
            ),
            Option(
                "nothing",
                "m_hat over the root of v_hat has no unit. Only epsilon has that of the gradient.",
                True,
            ),
            Option("multiply it by 1000", "then every step would be 1000 times as long."),
        ),
    ),
    Question(
        "Where does AMSGrad differ from Adam?",
        (
            Option(
                "it divides by the largest average so far",
                "so a rare large gradient is not forgotten while the small ones move on.",
                True,
            ),
            Option("it remembers no mean gradient", "m is the same in both."),
            Option(
                "it adds up all squares",
                "that is AdaGrad, whose steps shrink even under steady gradients.",
            ),
            Option(
                "it takes the largest entry of the gradient",
                "the maximum runs over time, for every entry on its own.",
            ),
        ),
    ),
)
