"""The exercises of the page on Adam's variants. An answer stands by itself, with np and no more."""

import numpy as np

from .. import optimizers
from ._answer import probe
from ._engine import Convention, Exercise, Mistake, Option, Question


def _adamw_step(theta, g, state, *, lr, decay, beta1, beta2, eps):
    t, m, v = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return theta - lr * (m_hat / (np.sqrt(v_hat) + eps) + decay * theta)


def _book_adamw(theta, g, state, *, lr, decay, beta1, beta2, eps):
    rule = optimizers.AdamW(lr, beta1, beta2, eps, weight_decay=decay)
    return rule.step(theta, lambda _: g, optimizers.AdamState(*state))[0]


def _with_l2(theta, g, state, *, lr, decay, beta1, beta2, eps):
    t, m, v = state
    t = t + 1
    g = g + decay * theta
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return theta - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)


def _decays_the_new(theta, g, state, *, lr, decay, beta1, beta2, eps):
    t, m, v = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    step = lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return (theta - step) * (1 - lr * decay)


def _rescales_the_decay(theta, g, state, *, lr, decay, beta1, beta2, eps):
    t, m, v = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return theta - lr * (m / (1 - beta1**t) + decay * theta) / (np.sqrt(v / (1 - beta2**t)) + eps)


def _decays_by_the_sign(theta, g, state, *, lr, decay, beta1, beta2, eps):
    t, m, v = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    step = m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return theta - lr * (step + decay * np.sign(theta))


def _decays_twice(theta, g, state, *, lr, decay, beta1, beta2, eps):
    t, m, v = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    step = m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return theta - lr * (step + 2 * decay * theta)


def _forgets_the_decay(theta, g, state, *, lr, decay, beta1, beta2, eps):
    t, m, v = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return theta - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)


def _not_corrected(theta, g, state, *, lr, decay, beta1, beta2, eps):
    _, m, v = state
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return theta - lr * (m / (np.sqrt(v) + eps) + decay * theta)


def _old_count(theta, g, state, *, lr, decay, beta1, beta2, eps):
    t, m, v = state
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    step = m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return theta - lr * (step + decay * theta)


def _papers_lambda(theta, g, state, *, lr, decay, beta1, beta2, eps):
    t, m, v = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    step = m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return theta - lr * step - decay * theta


def _adam_settings(rng):
    theta, g, m = rng.normal(scale=2, size=(3, 3)).round(2)
    v = (m**2 + rng.uniform(0.5, 1.5, 3)).round(2)
    return probe(
        theta,
        g,
        (2, m, v),
        lr=0.05,
        decay=float(rng.uniform(0.2, 0.8)),
        beta1=0.8,
        beta2=0.9,
        eps=0.01,
    )


adamw_step = Exercise(
    name="adamw_step",
    stars=2,
    task="One step of AdamW (51). `theta`, `g`: weights and the slope of the loss there, arrays of "
    "one shape; `state`: $(t, m, v)$ before the step, $t$ a count, $m$ and $v$ arrays; `decay`: "
    "$\\lambda$. Return the new weights.",
    hint="Write Adam's step first. Where may $\\lambda\\theta$ enter so that nothing divides it?",
    solution=_adamw_step,
    book=_book_adamw,
    rtol=1e-9,
    probes=(
        probe(
            np.array([2.0, -3.0]),
            np.array([0.0, 0.5]),
            (0, np.zeros(2), np.zeros(2)),
            lr=0.1,
            decay=0.5,
            beta1=0.9,
            beta2=0.999,
            eps=1e-8,
        ),
        probe(
            np.array([[0.5, -2.0, 4.0]]),
            np.array([[-1.0, 3.0, 0.25]]),
            (3, np.array([[0.5, 1.0, -0.5]]), np.array([[2.0, 3.0, 0.75]])),
            lr=0.2,
            decay=0.3,
            beta1=0.8,
            beta2=0.95,
            eps=0.01,
        ),
    ),
    fresh=_adam_settings,
    mistakes=(
        Mistake(
            "the decay went into the gradient: that is Adam with an L2 penalty, which divides the "
            "decay by its own size",
            _with_l2,
        ),
        Mistake(
            "the new weights were decayed: in (51) it is the old ones, so that the step itself is "
            "not shrunk",
            _decays_the_new,
        ),
        Mistake(
            "the decay was divided by the root of v: it must stay outside the quotient",
            _rescales_the_decay,
        ),
        Mistake(
            "the decay is in proportion to the weight, not to its sign: this is an L1 penalty's",
            _decays_by_the_sign,
        ),
        Mistake(
            "the decay is twice too strong: lambda theta is the slope of lambda theta^2 / 2",
            _decays_twice,
        ),
        Mistake("this is plain Adam: the decay is missing", _forgets_the_decay),
        Mistake(
            "m and v stand without their hats: (49) and (50) correct them for their start at 0",
            _not_corrected,
        ),
        Mistake(
            "the corrections use the old count: t is raised first, or the first step is 0/0",
            _old_count,
        ),
    ),
    conventions=(
        Convention(
            "Loshchilov and Hutter's lambda is not multiplied by the base rate; theirs is lr * decay",
            _papers_lambda,
        ),
    ),
)


def _adamax_u(gs, beta2):
    u, out = 0.0, []
    for g in gs:
        u = max(beta2 * u, abs(g))
        out.append(u)
    return np.array(out)


def _book_u(gs, beta2):
    rule, theta, out = optimizers.AdaMax(beta2=beta2), 0.0, []
    state = rule.init(theta)
    for g in gs:
        theta, state = rule.step(theta, lambda _, g=g: g, state)
        out.append(float(state.u))
    return np.array(out)


def _signed_u(gs, beta2):
    u, out = 0.0, []
    for g in gs:
        u = max(beta2 * u, g)
        out.append(u)
    return np.array(out)


def _mean_u(gs, beta2):
    u, out = 0.0, []
    for g in gs:
        u = beta2 * u + (1 - beta2) * abs(g)
        out.append(u)
    return np.array(out)


def _corrected_u(gs, beta2):
    u, out = 0.0, []
    for t, g in enumerate(gs, start=1):
        u = max(beta2 * u, abs(g))
        out.append(u / (1 - beta2**t))
    return np.array(out)


def _root_u(gs, beta2):
    v, out = 0.0, []
    for g in gs:
        v = beta2 * v + (1 - beta2) * g**2
        out.append(np.sqrt(v))
    return np.array(out)


def _faded_u(gs, beta2):
    u, out = 0.0, []
    for g in gs:
        u = beta2 * max(u, abs(g))
        out.append(u)
    return np.array(out)


def _weighed_u(gs, beta2):
    u, out = 0.0, []
    for g in gs:
        u = max(beta2 * u, (1 - beta2) * abs(g))
        out.append(u)
    return np.array(out)


def _gradients_and_beta(rng):
    gs = rng.normal(scale=2, size=6).round(2)
    gs[0] = -3.0
    return gs, float(rng.uniform(0.3, 0.45))


adamax_u = Exercise(
    name="adamax_u",
    stars=1,
    task="AdaMax's fading maximum (53). `gs`: the gradients of one weight, in order; `beta2`: "
    "$\\beta_2$. Return the array $u_1, u_2, \\ldots$, from $u_0 = 0$.",
    hint="Two candidates at every step: what was remembered, faded once more, and what has just "
    "come.",
    solution=_adamax_u,
    book=_book_u,
    probes=(
        (np.array([-4.0, 1.0, 1.0, -3.0, 0.0]), 0.5),
        (np.array([0.5, -2.0, 3.0, -1.0, 0.25, 1.0, -2.0]), 0.8),
        (np.array([4.0, 3.0, -1.0]), 0.5),
    ),
    fresh=_gradients_and_beta,
    mistakes=(
        Mistake("the absolute value is missing: negative gradients are lost", _signed_u),
        Mistake("this is a running mean of |g|: AdaMax takes a maximum", _mean_u),
        Mistake(
            "nothing fades: one large gradient would hold the step back for ever",
            lambda gs, beta2: np.maximum.accumulate(np.abs(gs)),
        ),
        Mistake(
            "corrected like v: a maximum starts at its full size, there is no bias to remove",
            _corrected_u,
        ),
        Mistake("this is Adam's root mean square, the case p = 2", _root_u),
        Mistake("the newest gradient was faded as well: it enters as it is", _faded_u),
        Mistake("1 - beta2 is the weight of a mean: a maximum has none", _weighed_u),
    ),
)


def _nadam_direction(m, v, g, t, *, beta1, beta2):
    ahead = beta1 * m / (1 - beta1 ** (t + 1)) + (1 - beta1) * g / (1 - beta1**t)
    return ahead / np.sqrt(v / (1 - beta2**t))


def _book_direction(m, v, g, t, *, beta1, beta2):
    rule = optimizers.NAdam(1.0, beta1, beta2, eps=0)
    before = (m - (1 - beta1) * g) / beta1, (v - (1 - beta2) * g**2) / beta2
    theta, _ = rule.step(np.zeros_like(g), lambda _: g, optimizers.AdamState(t - 1, *before))
    return -theta


def _warmed_up(m, v, g, t, *, beta1, beta2):
    mu = beta1 * (1 - 0.5 * 0.96 ** (0.004 * np.arange(1, t + 2)))
    ahead = mu[t] * m / (1 - mu.prod()) + (1 - mu[t - 1]) * g / (1 - mu[:t].prod())
    return ahead / np.sqrt(v / (1 - beta2**t))


def _memories(rng):
    g, m = rng.normal(scale=2, size=(2, 3)).round(2)
    v = (g**2 + rng.uniform(0.5, 1.5, 3)).round(2)
    return probe(m, v, g, int(rng.integers(2, 5)), beta1=0.8, beta2=0.95)


nadam_direction = Exercise(
    name="nadam_direction",
    stars=3,
    task="The direction of Dozat's NAdam (60'), all but the factor $-\\eta$, with "
    "$\\epsilon = 0$. `m`, `v`: the running means of step `t`, with its gradient `g` already in "
    "them, arrays of one shape. Return an array of that shape.",
    hint="The first part is what momentum will contribute to the *next* step, so its correction is "
    "that step's. The second part is what this gradient contributes to this step.",
    solution=_nadam_direction,
    book=_book_direction,
    probes=(
        probe(np.array([0.2]), np.array([0.004]), np.array([2.0]), 1, beta1=0.9, beta2=0.999),
        probe(
            np.array([0.5, -1.0]),
            np.array([1.25, 2.0]),
            np.array([-2.0, 3.0]),
            4,
            beta1=0.9,
            beta2=0.99,
        ),
    ),
    fresh=_memories,
    mistakes=(
        Mistake(
            "this is (60) as the notes print it: the gradient lacks its correction, and the momentum "
            "part has this step's",
            lambda m, v, g, t, *, beta1, beta2: (
                (beta1 * m / (1 - beta1**t) + (1 - beta1) * g) / np.sqrt(v / (1 - beta2**t))
            ),
            credit="the notes that this book follows",
        ),
        Mistake(
            "the momentum part is the coming step's: its correction has t + 1, or the first step "
            "is 1.9 eta",
            lambda m, v, g, t, *, beta1, beta2: (
                (beta1 * m + (1 - beta1) * g) / (1 - beta1**t) / np.sqrt(v / (1 - beta2**t))
            ),
        ),
        Mistake(
            "t + 1 in both parts: the gradient belongs to this step",
            lambda m, v, g, t, *, beta1, beta2: (
                (beta1 * m + (1 - beta1) * g) / (1 - beta1 ** (t + 1)) / np.sqrt(v / (1 - beta2**t))
            ),
        ),
        Mistake(
            "this is Adam's direction: nothing looks ahead",
            lambda m, v, g, t, *, beta1, beta2: m / (1 - beta1**t) / np.sqrt(v / (1 - beta2**t)),
        ),
        Mistake(
            "the weight 1 - beta1 of the gradient was lost",
            lambda m, v, g, t, *, beta1, beta2: (
                (beta1 * m / (1 - beta1 ** (t + 1)) + g / (1 - beta1**t))
                / np.sqrt(v / (1 - beta2**t))
            ),
        ),
        Mistake(
            "the betas were swapped: beta1 is the mean's, beta2 the square's",
            lambda m, v, g, t, *, beta1, beta2: (
                (beta2 * m / (1 - beta2 ** (t + 1)) + (1 - beta2) * g / (1 - beta2**t))
                / np.sqrt(v / (1 - beta1**t))
            ),
        ),
        Mistake(
            "v was not corrected: it starts at 0 as well",
            lambda m, v, g, t, *, beta1, beta2: (
                (beta1 * m / (1 - beta1 ** (t + 1)) + (1 - beta1) * g / (1 - beta1**t)) / np.sqrt(v)
            ),
        ),
    ),
    conventions=(
        Convention(
            "Dozat and PyTorch let the momentum grow, mu_t = beta1 (1 - 0.96^(0.004 t) / 2)",
            _warmed_up,
        ),
    ),
)


def _radam_rho(t, beta2):
    return 2 / (1 - beta2) - 1 - 2 * t * beta2**t / (1 - beta2**t)


radam_rho = Exercise(
    name="radam_rho",
    stars=2,
    task="The length $\\rho_t$ of the average behind $v$ (65). `t`: how many steps, 1 or more; "
    "`beta2`: $\\beta_2$. Return one number.",
    hint="Either type (65), or count: the weights are $\\beta_2^k$ for the ages $k = 0, \\ldots, t - 1$, "
    "and $\\rho_t$ is twice their mean age plus 1. Both must give 1 at $t = 1$.",
    solution=_radam_rho,
    book=lambda t, beta2: optimizers.RAdam(beta2=beta2).rho(t),
    probes=((3, 0.9), (5, 0.999), (12, 0.75)),
    fresh=lambda rng: (int(rng.integers(2, 20)), float(rng.uniform(0.7, 0.99))),
    mistakes=(
        Mistake(
            "the factor t is missing: (65) without it forgets how many steps were taken",
            lambda t, beta2: 2 / (1 - beta2) - 1 - 2 * beta2**t / (1 - beta2**t),
        ),
        Mistake(
            "1/(1 - beta2) is about half of rho_inf, which is 2/(1 - beta2) - 1",
            lambda t, beta2: 1 / (1 - beta2) - 2 * t * beta2**t / (1 - beta2**t),
        ),
        Mistake(
            "beta2 was not raised to the power t",
            lambda t, beta2: 2 / (1 - beta2) - 1 - 2 * t * beta2 / (1 - beta2),
        ),
        Mistake(
            "the factor 2 is missing: rho_1 must be 1",
            lambda t, beta2: 2 / (1 - beta2) - 1 - t * beta2**t / (1 - beta2**t),
        ),
        Mistake(
            "the -1 of rho_inf was forgotten",
            lambda t, beta2: 2 / (1 - beta2) - 2 * t * beta2**t / (1 - beta2**t),
        ),
        Mistake(
            "this is rho_inf, the length after many steps",
            lambda t, beta2: 2 / (1 - beta2) - 1 + 0 * t,
        ),
    ),
)


def _radam_path(gs, *, lr, beta1, beta2):
    theta, m, v, out = 0.0, 0.0, 0.0, []
    end = 2 / (1 - beta2) - 1
    for t, g in enumerate(gs, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        rho = end - 2 * t * beta2**t / (1 - beta2**t)
        if rho > 4:
            r = np.sqrt((rho - 4) * (rho - 2) * end / ((end - 4) * (end - 2) * rho))
            theta = theta - lr * r * m_hat / np.sqrt(v_hat)
        else:
            theta = theta - lr * m_hat
        out.append(theta)
    return np.array(out)


def _book_path(gs, *, lr, beta1, beta2):
    rule, theta, out = optimizers.RAdam(lr, beta1, beta2, eps=0), 0.0, []
    state = rule.init(theta)
    for g in gs:
        theta, state = rule.step(theta, lambda _, g=g: g, state)
        out.append(float(theta))
    return np.array(out)


def _printed_path(gs, *, lr, beta1, beta2):
    theta, m, v, out = 0.0, 0.0, 0.0, []
    end = 2 / (1 - beta2) - 1
    for t, g in enumerate(gs, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        rho = end - 2 * t * beta2**t / (1 - beta2**t)
        step = m / (1 - beta1**t) / np.sqrt(v / (1 - beta2**t))
        if rho > 4:
            step *= np.sqrt((rho - 4) * (rho - 2) * end / ((end - 4) * (end - 2) * rho))
        theta = theta - lr * step
        out.append(theta)
    return np.array(out)


def _tests_the_radicand(gs, *, lr, beta1, beta2):
    theta, m, v, out = 0.0, 0.0, 0.0, []
    end = 2 / (1 - beta2) - 1
    for t, g in enumerate(gs, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        rho = end - 2 * t * beta2**t / (1 - beta2**t)
        step = m / (1 - beta1**t)
        radicand = (rho - 4) * (rho - 2) * end / ((end - 4) * (end - 2) * rho)
        if radicand > 0:
            step *= np.sqrt(radicand) / np.sqrt(v / (1 - beta2**t))
        theta = theta - lr * step
        out.append(theta)
    return np.array(out)


def _always_rectifies(gs, *, lr, beta1, beta2):
    theta, m, v, out = 0.0, 0.0, 0.0, []
    end = 2 / (1 - beta2) - 1
    for t, g in enumerate(gs, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        rho = end - 2 * t * beta2**t / (1 - beta2**t)
        r = np.sqrt((rho - 4) * (rho - 2) * end / ((end - 4) * (end - 2) * rho))
        theta = theta - lr * r * m / (1 - beta1**t) / np.sqrt(v / (1 - beta2**t))
        out.append(theta)
    return np.array(out)


def _waits_without_momentum(gs, *, lr, beta1, beta2):
    theta, m, v, out = 0.0, 0.0, 0.0, []
    end = 2 / (1 - beta2) - 1
    for t, g in enumerate(gs, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        rho = end - 2 * t * beta2**t / (1 - beta2**t)
        step = g
        if rho > 4:
            r = np.sqrt((rho - 4) * (rho - 2) * end / ((end - 4) * (end - 2) * rho))
            step = r * m / (1 - beta1**t) / np.sqrt(v / (1 - beta2**t))
        theta = theta - lr * step
        out.append(theta)
    return np.array(out)


def _forgets_the_root(gs, *, lr, beta1, beta2):
    theta, m, v, out = 0.0, 0.0, 0.0, []
    end = 2 / (1 - beta2) - 1
    for t, g in enumerate(gs, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        rho = end - 2 * t * beta2**t / (1 - beta2**t)
        step = m / (1 - beta1**t)
        if rho > 4:
            step *= (rho - 4) * (rho - 2) * end / ((end - 4) * (end - 2) * rho)
            step /= np.sqrt(v / (1 - beta2**t))
        theta = theta - lr * step
        out.append(theta)
    return np.array(out)


def _stands_still(gs, *, lr, beta1, beta2):
    theta, m, v, out = 0.0, 0.0, 0.0, []
    end = 2 / (1 - beta2) - 1
    for t, g in enumerate(gs, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        rho = end - 2 * t * beta2**t / (1 - beta2**t)
        if rho > 4:
            r = np.sqrt((rho - 4) * (rho - 2) * end / ((end - 4) * (end - 2) * rho))
            theta = theta - lr * r * m / (1 - beta1**t) / np.sqrt(v / (1 - beta2**t))
        out.append(theta)
    return np.array(out)


def _waits_to_five(gs, *, lr, beta1, beta2):
    theta, m, v, out = 0.0, 0.0, 0.0, []
    end = 2 / (1 - beta2) - 1
    for t, g in enumerate(gs, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        rho = end - 2 * t * beta2**t / (1 - beta2**t)
        step = m / (1 - beta1**t)
        if rho > 5:
            step *= np.sqrt((rho - 4) * (rho - 2) * end / ((end - 4) * (end - 2) * rho))
            step /= np.sqrt(v / (1 - beta2**t))
        theta = theta - lr * step
        out.append(theta)
    return np.array(out)


radam_path = Exercise(
    name="radam_path",
    stars=3,
    task="RAdam's path for one weight, from $\\theta = 0$, by (61) to (67) and (68'), "
    "with $\\epsilon = 0$ and the paper's threshold 4. `gs`: its gradients in order. Return the array "
    "of $\\theta$ after each step.",
    hint="Compute $\\rho_t$ first and ask whether it exceeds 4; only then is there an $r_t$. Below it "
    "the step is $\\eta\\hat{m}_t$, undivided, but $v$ is fed all the same.",
    solution=_radam_path,
    book=_book_path,
    probes=(
        probe(np.array([2.0, -0.5, 3.0, 1.0, 0.2, 4.0, -1.0]), lr=0.1, beta1=0.9, beta2=0.999),
        probe(np.array([-0.5, 3.0, 2.0, -4.0, 0.1, 1.5, 2.0, -0.3]), lr=0.05, beta1=0.8, beta2=0.9),
        probe(np.array([1.0, -2.0, 0.5, 3.0, -1.0, 2.0, 1.5]), lr=0.1, beta1=0.9, beta2=0.7),
        probe(np.array([1.0, -2.0, 0.5, 3.0, -1.0, 2.0]), lr=0.1, beta1=0.9, beta2=0.5),
    ),
    fresh=lambda rng: probe(rng.normal(scale=2, size=8).round(2), lr=0.1, beta1=0.9, beta2=0.99),
    mistakes=(
        Mistake(
            "this is (68) as the notes print it: the first steps are Adam's in full, without the "
            "wait",
            _printed_path,
            credit="the notes that this book follows",
        ),
        Mistake(
            "test rho, not the sign of the radicand: that is positive at the first two steps as well",
            _tests_the_radicand,
        ),
        Mistake(
            "r is not defined while rho <= 4: the root gives nan, and everything after it is nan",
            _always_rectifies,
        ),
        Mistake(
            "while it waits RAdam steps along the corrected mean, not along the last gradient",
            _waits_without_momentum,
        ),
        Mistake("the root of r was forgotten", _forgets_the_root),
        Mistake(
            "RAdam does not stand still while it waits: the mean can be trusted, and it steps along "
            "it",
            _stands_still,
        ),
    ),
    conventions=(Convention("PyTorch waits until rho exceeds 5, one step longer", _waits_to_five),),
)


def _blank_weight(theta, k, *, lr, decay, rule):
    if rule == "decoupled":
        return theta * (1 - lr * decay) ** k
    m = v = 0.0
    for t in range(1, k + 1):
        g = decay * theta
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        theta = theta - lr * m / (1 - 0.9**t) / np.sqrt(v / (1 - 0.999**t))
    return theta


def _book_blank(theta, k, *, lr, decay, rule):
    decoupled = rule == "decoupled"
    adam = optimizers.AdamW(lr, eps=0 if not decoupled else 1e-8, weight_decay=decay * decoupled)
    *_, last = optimizers.descend(adam, lambda at: decay * at * (not decoupled), theta, k)
    return float(last)


def _uncorrected_blank(theta, k, *, lr, decay, rule):
    if rule == "decoupled":
        return theta * (1 - lr * decay) ** k
    m = v = 0.0
    for _ in range(k):
        g = decay * theta
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        theta = theta - lr * m / np.sqrt(v)
    return theta


def _swapped_blank(theta, k, *, lr, decay, rule):
    if rule == "l2":
        return theta * (1 - lr * decay) ** k
    m = v = 0.0
    for t in range(1, k + 1):
        g = decay * theta
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        theta = theta - lr * m / (1 - 0.9**t) / np.sqrt(v / (1 - 0.999**t))
    return theta


def _added_up_blank(theta, k, *, lr, decay, rule):
    if rule == "decoupled":
        return theta * (1 - k * lr * decay)
    m = v = 0.0
    for t in range(1, k + 1):
        g = decay * theta
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        theta = theta - lr * m / (1 - 0.9**t) / np.sqrt(v / (1 - 0.999**t))
    return theta


def _papers_blank(theta, k, *, lr, decay, rule):
    if rule == "decoupled":
        return theta * (1 - decay) ** k
    m = v = 0.0
    for t in range(1, k + 1):
        g = decay * theta
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        theta = theta - lr * m / (1 - 0.9**t) / np.sqrt(v / (1 - 0.999**t))
    return theta


def _blank(rng):
    return probe(
        float(rng.uniform(2, 4)),
        int(rng.integers(5, 12)),
        lr=0.1,
        decay=float(rng.uniform(0.5, 2)),
        rule=str(rng.choice(["l2", "decoupled"])),
    )


blank_weight = Exercise(
    name="blank_weight",
    stars=2,
    task="A weight behind a pixel that is always blank: the loss has slope 0 in it, only the decay "
    'acts. Where is it after `k` steps? `theta`: where it starts; `decay`: $\\lambda$; `rule`: `"l2"` '
    'for Adam on $g = \\lambda\\theta$, or `"decoupled"` for AdamW (51). $\\beta_1 = 0.9$, '
    "$\\beta_2 = 0.999$, $\\epsilon = 0$, memories from 0. Return one number.",
    hint="One of the two has a closed form. For the other walk the `k` steps: what does $\\lambda$ do "
    "to $\\hat{m}_t$, and what to $\\sqrt{\\hat{v}_t}$?",
    solution=_blank_weight,
    book=_book_blank,
    probes=(
        probe(2.0, 20, lr=0.1, decay=1.0, rule="l2"),
        probe(2.0, 20, lr=0.1, decay=10.0, rule="l2"),
        probe(2.0, 20, lr=0.1, decay=1.0, rule="decoupled"),
        probe(-3.0, 7, lr=0.05, decay=2.0, rule="decoupled"),
        probe(-0.5, 4, lr=0.1, decay=1e-6, rule="l2"),
        probe(0.15, 4, lr=0.1, decay=2.0, rule="l2"),
        probe(1.5, 3, lr=0.5, decay=3.0, rule="decoupled"),
    ),
    fresh=_blank,
    mistakes=(
        Mistake(
            "that is SGD's habit: there both are the same, but Adam divides the penalty's slope by "
            "its own size",
            lambda theta, k, *, lr, decay, rule: theta * (1 - lr * decay) ** k,
        ),
        Mistake(
            "the L2 weight falls by less than lr a step: the averages remember when it was larger, "
            "and the root remembers longer than the mean",
            lambda theta, k, *, lr, decay, rule: (
                theta * (1 - lr * decay) ** k
                if rule == "decoupled"
                else theta - k * lr * np.sign(theta)
            ),
        ),
        Mistake(
            "lambda stands in the mean and in the root, and cancels",
            lambda theta, k, *, lr, decay, rule: (
                theta * (1 - lr * decay) ** k
                if rule == "decoupled"
                else theta - k * lr * decay * np.sign(theta)
            ),
        ),
        Mistake(
            "the averages start at 0 and must be corrected: the first L2 step is lr",
            _uncorrected_blank,
        ),
        Mistake("the rules were taken for each other", _swapped_blank),
        Mistake("the decay compounds: every step takes its share of what is left", _added_up_blank),
    ),
    conventions=(
        Convention(
            "Loshchilov and Hutter's lambda is not multiplied by the base rate; theirs is lr * decay",
            _papers_blank,
        ),
    ),
)


questions = (
    Question(
        "A weight has a zero slope of the loss. Its optimizer is Adam, with an L2 penalty in the "
        "loss. You raise lambda tenfold. How fast does the weight decay now?",
        (
            Option("ten times as fast", blank_weight.mistakes[0]),
            Option(
                "as fast as before",
                "lambda theta is divided by the root of the mean of its own squares, and lambda "
                "cancels.",
                True,
            ),
            Option("not at all", "its slope is lambda theta, and Adam steps along it."),
            Option(
                "it diverges", "the step is normalized: about the rate, whatever the slope's size."
            ),
        ),
    ),
    Question(
        "And what does one step of AdamW (51) do to a weight with a zero slope, memories from 0?",
        (
            Option("nothing", "Adam's part is 0, but the decay stands outside of it."),
            Option("it multiplies it by 1 - eta lambda", "theta - eta lambda theta.", True),
            Option(
                "it takes eta off its size", "that is Adam with an L2 penalty, whose step is eta."
            ),
            Option(
                "it multiplies it by 1 - lambda",
                "that is the paper's lambda, which the base rate does not multiply.",
            ),
        ),
    ),
    Question(
        "What is RAdam's second step, at beta2 = 0.999?",
        (
            Option("Adam's", radam_path.mistakes[0]),
            Option(
                "a momentum step",
                "rho_2 is 1.9995, below 4, so the corrected mean is not divided by anything.",
                True,
            ),
            Option("none", radam_path.mistakes[5]),
            Option(
                "Adam's, times r", "r exists only where rho > 4; below 2 its radicand misleads."
            ),
        ),
    ),
    Question(
        "Must AdaMax's u be corrected for its start at 0?",
        (
            Option("yes, by 1 - beta2^t, like v", adamax_u.mistakes[3]),
            Option("no", "a maximum of 0 and |g| is |g|: it starts at its full size.", True),
            Option("at the first step alone", "u_1 is |g_1|, exactly what it ought to be."),
            Option("yes, by 1 - beta1^t", "that is m's correction, which m needs here as well."),
        ),
    ),
    Question(
        "RAdam runs with beta2 = 0.5. At which step does it begin to divide by the root of v?",
        (
            Option("at the fifth", "that is so for beta2 = 0.999, where rho_5 is 4.996."),
            Option("at the first", "rho_1 is 1 for every beta2."),
            Option(
                "never",
                "rho stays below rho_inf = 1.5/0.5 = 3, so it never exceeds 4: RAdam remains plain "
                "momentum.",
                True,
            ),
            Option("at the third", "3 is rho_inf, which is a length and not a step."),
        ),
    ),
    Question(
        "A paper trains with AdamW, base rate 0.001 and, in its authors' notation, lambda = 0.0001. "
        "What is weight_decay in PyTorch, or in this book?",
        (
            Option("0.0001", "then each step would take a factor 1 - 1e-7 in place of 1 - 1e-4."),
            Option("0.1", "the rate multiplies it here: 0.001 times 0.1 is 0.0001.", True),
            Option("0.0000001", "that divides by 1000 where one must multiply."),
            Option("0.001", "that is the rate itself."),
        ),
    ),
)
