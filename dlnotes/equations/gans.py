"""Section 9, equations (85) to (92).

The losses are worked out on small laws, where their minima are known by another way: entropies,
fractions, sorted samples. What tells the two generator losses apart is how they move with D.
"""

import itertools
import math
import statistics
from fractions import Fraction

import numpy as np

from .. import gans, gradcheck, losses
from ._equation import Counterexample, Equation

# Two laws over three outcomes, and samples that have just these shares: 4 real ones and 8 fakes.
P = [Fraction(1, 2), Fraction(1, 4), Fraction(1, 4)]
Q = [Fraction(1, 8), Fraction(4, 8), Fraction(3, 8)]
REAL, FAKE = np.array([0, 0, 1, 2]), np.array([0, 1, 1, 1, 1, 2, 2, 2])
BEST = np.array([float(p / (p + q)) for p, q in zip(P, Q, strict=True)])

FAKE_LOGITS = np.array([-14.0, -2.0, 0.5, 3.0])
MOVED_LOGITS = np.array([-9.0, -2.5, 1.5, 0.0])
SCORES = np.array([0.25, 2.0, -1.5, 0.5])


def _entropy(p):
    return -math.fsum(x * math.log(x) for x in map(float, p) if x)


def _divergence_gap(form):
    """At D* = p / (p + q) the loss is 2 log 2 - 2 JS, and JS is a difference of entropies."""
    middle = [(p + q) / 2 for p, q in zip(P, Q, strict=True)]
    js = _entropy(middle) - (_entropy(P) + _entropy(Q)) / 2
    a = np.log(BEST / (1 - BEST))
    return abs(form(a[REAL], a[FAKE]) - (2 * math.log(2) - 2 * js))


def _zero_sum_gap(form):
    """When the fakes move, the generator wins what the discriminator loses, nat for nat."""

    def theirs(a):
        return losses.bce(np.zeros(4), 1 / (1 + np.exp(-a)))

    won = form(FAKE_LOGITS) - form(MOVED_LOGITS)
    return abs(won - (theirs(MOVED_LOGITS) - theirs(FAKE_LOGITS)))


def _push_gap(form):
    """The slope in the logit is -(1 - D): -0.999999 where D = 1e-6, -1/2 where D = 1/2."""
    chances = [Fraction(1, 10**6), Fraction(1, 5), Fraction(1, 2), Fraction(9, 10)]
    gaps = []
    for chance in chances:
        a = np.array([math.log(chance / (1 - chance))])
        slope = gradcheck.numerical_gradient(form, a)[0]
        gaps.append(abs(slope + float(1 - chance)))
    return max(gaps)


def _quadratic_gap(form):
    """A guess that is off by c everywhere costs c^2 (p + q) / 2 more than D* = p / (p + q)."""
    least = sum(p * q / (p + q) for p, q in zip(P, Q, strict=True)) / 2
    gaps = []
    for c in (Fraction(0), Fraction(1, 2), Fraction(-2)):
        d = BEST + float(c)
        gaps.append(abs(form(d[REAL], d[FAKE]) - float(least + c**2)))
    return max(gaps)


def _spread_gap(form):
    """The mean squared miss of 1 is the variance plus the squared miss of the mean."""
    spread, mean = statistics.pvariance(SCORES), statistics.fmean(SCORES)
    return abs(form(SCORES) - (spread + (mean - 1) ** 2) / 2)


def _transport_gap(form):
    """The least loss of all critics on 0 .. 5 whose steps are -1 or 1 is minus the mean distance
    of the sorted samples; a critic that is the sample itself costs the difference of the means."""
    real, fake = np.array([0, 1, 1, 5]), np.array([1, 2, 2, 3, 3, 4, 4, 4])
    distance = np.abs(np.sort(np.repeat(real, 2)) - np.sort(fake)).mean()
    critics = (
        np.concatenate([[0.0], np.cumsum(steps)]) for steps in itertools.product((-1, 1), repeat=5)
    )
    least = min(form(d[real], d[fake]) for d in critics)
    of_means = form(1.0 * real, 1.0 * fake) - (fake.mean() - real.mean())
    return max(abs(least + distance), abs(of_means))


def _unit_gap(form):
    """Whatever the scores are: raising one of n by n takes 1 off the loss, and scores of 0 cost 0."""
    gaps = [abs(form(np.zeros(4)))]
    for scores in (SCORES, FAKE_LOGITS):
        for raised in scores + 4 * np.eye(4):
            gaps.append(abs(form(raised) - form(scores) + 1))
    return max(gaps)


def _triangles_gap(form):
    """A critic |x - c|^2 / 2 has the slope x - c: triangles whose sides are whole numbers."""
    slopes = np.array([[3.0, 4.0], [-5.0, 12.0], [0.6, -0.8], [0.0, 0.0]])
    penalty = 10 * Fraction((5 - 1) ** 2 + (13 - 1) ** 2 + (1 - 1) ** 2 + (0 - 1) ** 2, 4)
    difference = Fraction(1 + 3, 2) - Fraction(2 + 4 + 9, 3)
    wanted = float(difference + penalty)
    return abs(form(np.array([2.0, 4.0, 9.0]), np.array([1.0, 3.0]), slopes) - wanted)


def _with(penalty):
    """(92) with another penalty."""
    return lambda d_real, d_fake, g: gans.wasserstein_d(d_real, d_fake) + penalty(g)


def _norm(g):
    return np.sqrt((g**2).sum(axis=1))


EQUATIONS = (
    Equation(
        id="eq-85",
        tag="85",
        section="9.1.1 Discriminator Loss",
        title="GAN discriminator loss",
        latex=r"L_D = -\mathbb{E}_{\mathbf{x} \sim p_{\text{data}}} [\log D(\mathbf{x})] - "
        r"\mathbb{E}_{\mathbf{z} \sim p_{\mathbf{z}}} [\log(1 - D(G(\mathbf{z})))]",
        verdict="holds",
        why="For D strictly between 0 and 1, which logits see to. It is the sum of two binary "
        "cross-entropies, real samples labelled 1 and fakes 0; some codes halve it.",
        code="gans.minimax_d",
        form=gans.minimax_d,
        route="2 log 2 - 2 JS at the best D, the divergence JS from three entropies",
        check=_divergence_gap,
        refutes={
            "labels swapped": lambda a_real, a_fake: gans.minimax_d(-a_real, -a_fake),
            "one mean over all samples": lambda a_real, a_fake: float(
                np.logaddexp(0, np.concatenate([-a_real, a_fake])).mean()
            ),
            "half the sum": lambda a_real, a_fake: gans.minimax_d(a_real, a_fake) / 2,
            "maximised, the other sign": lambda a_real, a_fake: -gans.minimax_d(a_real, a_fake),
        },
    ),
    Equation(
        id="eq-86",
        tag="86",
        section="9.1.2 Generator Loss",
        title="Original generator loss",
        latex=r"L_G = -\mathbb{E}_{\mathbf{z} \sim p_{\mathbf{z}}} [\log D(G(\mathbf{z}))]",
        verdict="wrong",
        why="A generator loss, under the other one's heading: in the original game G wins what D "
        "loses, which is log(1 - D), and that saturates. The printed one is the non-saturating loss.",
        code="gans.minimax_g",
        form=gans.minimax_g,
        route="the game's zero sum: what G wins when the fakes move, D loses",
        check=_zero_sum_gap,
        refutes={
            "as printed": gans.nonsaturating_g,
            "the other sign": lambda a_fake: -gans.minimax_g(a_fake),
            "the mean of D": lambda a_fake: float(-(1 / (1 + np.exp(-a_fake))).mean()),
        },
        mended=r"\text{original (minimax, saturating): } L_G = "
        r"\mathbb{E}_{\mathbf{z} \sim p_{\mathbf{z}}} [\log(1 - D(G(\mathbf{z})))]",
        counterexample=Counterexample(
            given="D = 1/4 on every fake: the generator's loss in the original game",
            measure=lambda form: float(form(np.array([math.log(1 / 3)]))),
            truth=lambda: math.log(1 - 1 / 4),
            because="the game has the sum zero: log(1 - D), which the discriminator loses",
        ),
        sources=("goodfellow2014",),
    ),
    Equation(
        id="eq-87",
        tag="87",
        section="9.2 Non-Saturating GAN Loss",
        title="Non-saturating generator loss",
        latex=r"L_G = \mathbb{E}_{\mathbf{z} \sim p_{\mathbf{z}}} [\log(1 - D(G(\mathbf{z})))]",
        verdict="wrong",
        why="Swapped with (86): this one saturates. Where D = 1e-6, its slope in the logit is -1e-6, "
        "that of -log D is -0.999999.",
        code="gans.nonsaturating_g",
        form=gans.nonsaturating_g,
        route="its slope in the logit, -(1 - D), at four D from 1e-6 to 9/10",
        check=_push_gap,
        refutes={
            "as printed": gans.minimax_g,
            "the other sign": lambda a_fake: -gans.nonsaturating_g(a_fake),
            "least squares of the logit": gans.least_squares_g,
        },
        mended=r"\text{non-saturating: } L_G = "
        r"-\mathbb{E}_{\mathbf{z} \sim p_{\mathbf{z}}} [\log D(G(\mathbf{z}))]",
        tolerance=1e-8,
        counterexample=Counterexample(
            given="D = 1/100 on a fake: the slope in the logit of the loss that does not saturate",
            measure=lambda form: float(
                gradcheck.numerical_gradient(form, np.array([math.log(1 / 99)]))[0]
            ),
            truth=lambda: -(1 - 1 / 100),
            because="-log D falls with the logit at the rate 1 - D",
        ),
        sources=("goodfellow2014",),
    ),
    Equation(
        id="eq-88",
        tag="88",
        section="9.3.1 Discriminator Loss",
        title="LSGAN discriminator loss",
        latex=r"L_D = \frac{1}{2} \mathbb{E}_{\mathbf{x} \sim p_{\text{data}}} "
        r"[(D(\mathbf{x}) - 1)^2] + \frac{1}{2} \mathbb{E}_{\mathbf{z} \sim p_{\mathbf{z}}} "
        r"[D(G(\mathbf{z}))^2]",
        verdict="holds",
        why="The coding 0 and 1 of Mao et al. 2017, with no sigmoid on D. Their reading as a Pearson "
        "divergence needs other codes.",
        code="gans.least_squares_d",
        form=gans.least_squares_d,
        route="its parabola around the best D = p / (p + q), in fractions",
        check=_quadratic_gap,
        refutes={
            "without 1/2": lambda d_real, d_fake: 2 * gans.least_squares_d(d_real, d_fake),
            "targets swapped": lambda d_real, d_fake: gans.least_squares_d(1 - d_real, 1 - d_fake),
            "a sigmoid on D": lambda d_real, d_fake: gans.least_squares_d(
                1 / (1 + np.exp(-d_real)), 1 / (1 + np.exp(-d_fake))
            ),
            "the squared mean": lambda d_real, d_fake: float(
                (d_real.mean() - 1) ** 2 / 2 + d_fake.mean() ** 2 / 2
            ),
        },
    ),
    Equation(
        id="eq-89",
        tag="89",
        section="9.3.2 Generator Loss",
        title="LSGAN generator loss",
        latex=r"L_G = \frac{1}{2} \mathbb{E}_{\mathbf{z} \sim p_{\mathbf{z}}} "
        r"[(D(G(\mathbf{z})) - 1)^2]",
        verdict="holds",
        why="The code 1 of Mao et al. 2017. The further D is from 1, the steeper it is, so a fake that "
        "scores above 1 is pulled back.",
        code="gans.least_squares_g",
        form=gans.least_squares_g,
        route="half the variance of D plus half the squared miss of its mean",
        check=_spread_gap,
        refutes={
            "towards 0": lambda d_fake: float((d_fake**2).mean() / 2),
            "without 1/2": lambda d_fake: 2 * gans.least_squares_g(d_fake),
            "the squared mean": lambda d_fake: float((d_fake.mean() - 1) ** 2 / 2),
        },
    ),
    Equation(
        id="eq-90",
        tag="90",
        section="9.4.1 Critic (Discriminator) Loss",
        title="WGAN critic loss",
        latex=r"L_D = -\mathbb{E}_{\mathbf{x} \sim p_{\text{data}}} [D(\mathbf{x})] + "
        r"\mathbb{E}_{\mathbf{z} \sim p_{\mathbf{z}}} [D(G(\mathbf{z}))]",
        verdict="holds with conditions",
        why="Over 1-Lipschitz critics, which the notes do not ask for, its minimum is minus the "
        "Wasserstein distance. Over all critics it has no minimum: 10 D has ten times the loss of D, and that is negative.",
        code="gans.wasserstein_d",
        form=gans.wasserstein_d,
        route="its least value over all critics of slope 1, the distance of sorted samples",
        check=_transport_gap,
        refutes={
            "real and fake swapped": lambda d_real, d_fake: gans.wasserstein_d(d_fake, d_real),
            "one mean over all samples": lambda d_real, d_fake: float(
                np.concatenate([-d_real, d_fake]).mean()
            ),
            "a sigmoid on D": lambda d_real, d_fake: gans.wasserstein_d(
                1 / (1 + np.exp(-d_real)), 1 / (1 + np.exp(-d_fake))
            ),
        },
        mended=r"L_D = -\mathbb{E}_{\mathbf{x} \sim p_{\text{data}}} [D(\mathbf{x})] + "
        r"\mathbb{E}_{\mathbf{z} \sim p_{\mathbf{z}}} [D(G(\mathbf{z}))], "
        r"\qquad \|D\|_{\text{Lip}} \leq 1",
    ),
    Equation(
        id="eq-91",
        tag="91",
        section="9.4.2 Generator Loss",
        title="WGAN generator loss",
        latex=r"L_G = -\mathbb{E}_{\mathbf{z} \sim p_{\mathbf{z}}} [D(G(\mathbf{z}))]",
        verdict="holds",
        why="Its slope in a score is -1/n, however the score turned out: nothing saturates, and all "
        "else is up to the critic.",
        code="gans.wasserstein_g",
        form=gans.wasserstein_g,
        route="one score of n raised by n takes 1 off, from 0 at scores of 0",
        check=_unit_gap,
        refutes={
            "the other sign": lambda d_fake: -gans.wasserstein_g(d_fake),
            "the sum": lambda d_fake: float(-d_fake.sum()),
            "-log D": gans.nonsaturating_g,
        },
    ),
    Equation(
        id="eq-92",
        tag="92",
        section="9.5.1 Critic (Discriminator) Loss with Gradient Penalty",
        title="WGAN-GP critic loss",
        latex=r"\begin{aligned} L_D = & -\mathbb{E}_{\mathbf{x} \sim p_{\text{data}}} "
        r"[D(\mathbf{x})] + \mathbb{E}_{\mathbf{z} \sim p_{\mathbf{z}}} [D(G(\mathbf{z}))] \\ & + "
        r"\lambda \mathbb{E}_{\hat{\mathbf{x}} \sim p_{\hat{\mathbf{x}}}} "
        r"[(\|\nabla_{\hat{\mathbf{x}}} D(\hat{\mathbf{x}})\|_2 - 1)^2] \end{aligned}",
        verdict="holds with conditions",
        why="With what the notes leave open: x_hat lies between a real sample and a fake, at a share "
        "drawn evenly, one a sample; the paper's lambda is 10; a norm a sample, so no batch norm in D.",
        code="gans.wasserstein_gp_d",
        form=gans.wasserstein_gp_d,
        route="slopes that are sides of right triangles in whole numbers, worked in fractions",
        check=_triangles_gap,
        refutes={
            "the squared norm": _with(lambda g: 10 * ((_norm(g) ** 2 - 1) ** 2).mean()),
            "one norm for the batch": _with(lambda g: 10 * (np.sqrt((g**2).sum()) - 1) ** 2),
            "a norm a feature": _with(lambda g: 10 * ((np.abs(g) - 1) ** 2).mean()),
            "one-sided": _with(lambda g: 10 * (np.maximum(_norm(g) - 1, 0) ** 2).mean()),
            "without lambda": _with(lambda g: gans.gradient_penalty(g, lam=1)),
        },
        mended=r"\begin{aligned} L_D = & -\mathbb{E}[D(\mathbf{x})] + \mathbb{E}[D(G(\mathbf{z}))] + "
        r"\lambda \mathbb{E}\left[(\|\nabla_{\hat{\mathbf{x}}} D(\hat{\mathbf{x}})\|_2 - 1)^2\right], "
        r"\\ & \hat{\mathbf{x}} = \alpha \mathbf{x} + (1 - \alpha) G(\mathbf{z}), \quad "
        r"\alpha \sim \mathcal{U}[0, 1] \end{aligned}",
    ),
)
