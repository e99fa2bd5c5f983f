"""The exercises of the page on adversarial networks. An answer may use np and nothing else."""

import numpy as np

from .. import activations, gans, losses
from ._engine import Convention, Exercise, Mistake, Option, Question


def _d_loss(a_real, a_fake):
    return np.logaddexp(0, -a_real).mean() + np.logaddexp(0, a_fake).mean()


def _two_sets(rng):
    return rng.normal(1, 2, rng.integers(3, 5)).round(2), rng.normal(-1, 2, 6).round(2)


d_loss = Exercise(
    name="d_loss",
    stars=1,
    task="The discriminator's loss (85) from logits, $D = \\sigma(a)$. `a_real`, `a_fake`: the logits "
    "of real samples and of fakes, two arrays of different lengths; a logit may be 40. Return one "
    "number, in nats.",
    hint="$-\\log \\sigma(a) = \\log(1 + e^{-a})$ and $-\\log(1 - \\sigma(a)) = \\log(1 + e^a)$. NumPy has "
    "`logaddexp(0, a)` for $\\log(1 + e^a)$. Each of the two means has its own number of samples.",
    solution=_d_loss,
    book=gans.minimax_d,
    probes=(
        (np.array([2.0, 0.5]), np.array([-1.0, 0.0, 3.0])),
        (np.array([-1.0, 40.0, 0.25, 1.0]), np.array([40.0, -2.0])),
    ),
    fresh=_two_sets,
    mistakes=(
        Mistake(
            "the labels were swapped: a high logit means real, so real samples pay for a low one",
            lambda a_real, a_fake: np.logaddexp(0, a_real).mean() + np.logaddexp(0, -a_fake).mean(),
        ),
        Mistake(
            "the sums were taken: both expectations are means, each over its own samples",
            lambda a_real, a_fake: np.logaddexp(0, -a_real).sum() + np.logaddexp(0, a_fake).sum(),
        ),
        Mistake(
            "one mean was taken over all samples together: each expectation has a count of its own",
            lambda a_real, a_fake: np.logaddexp(0, np.concatenate([-a_real, a_fake])).mean(),
        ),
        Mistake(
            "the fakes were called real: that is the generator's wish, not the discriminator's",
            lambda a_real, a_fake: (
                np.logaddexp(0, -a_real).mean() + np.logaddexp(0, -a_fake).mean()
            ),
        ),
        Mistake(
            "1 - sigmoid(40) is 0 in floating point, and its logarithm infinite: stay with the logits",
            lambda a_real, a_fake: (
                -np.log(1 / (1 + np.exp(-a_real))).mean()
                - np.log(1 - 1 / (1 + np.exp(-a_fake))).mean()
            ),
        ),
        Mistake(
            "the sign: this is what the discriminator maximises, a loss is to be minimised",
            lambda a_real, a_fake: (
                -np.logaddexp(0, -a_real).mean() - np.logaddexp(0, a_fake).mean()
            ),
            credit="Understanding Deep Learning, errata to section 15.2.2, in words",
        ),
    ),
    conventions=(
        Convention(
            "many codes halve the sum, which halves the discriminator's steps under plain descent",
            lambda a_real, a_fake: (
                np.logaddexp(0, -a_real).mean() / 2 + np.logaddexp(0, a_fake).mean() / 2
            ),
        ),
    ),
)


def _g_loss_grad(a_fake):
    return -1 / (1 + np.exp(a_fake)) / a_fake.size


g_loss_grad = Exercise(
    name="g_loss_grad",
    stars=1,
    task="The gradient of the non-saturating loss $-\\mathbb{E}[\\log D]$ in the logits of the fakes, "
    "$D = \\sigma(a)$. `a_fake`: $n$ logits. Return an array of $n$ slopes.",
    hint="For one fake the loss is $\\log(1 + e^{-a})$. Where D is sure of the fake, $a$ is very "
    "negative: is yours close to $-1/n$ there?",
    solution=_g_loss_grad,
    book=gans.nonsaturating_g_grad,
    probes=(
        (np.array([-2.0, 1.0]),),
        (np.array([-14.0, 0.0, 3.0, 0.5]),),
    ),
    fresh=lambda rng: (rng.normal(-1, 2, rng.integers(3, 6)).round(2),),
    mistakes=(
        Mistake(
            "this is the saturating loss's slope, of log(1 - D): it vanishes where D is sure",
            lambda a_fake: -1 / (1 + np.exp(-a_fake)) / a_fake.size,
            credit="llSourcell/Generative_Adversarial_networks_LIVE #5, and the notes that this book "
            "follows",
        ),
        Mistake(
            "the sign: the loss falls as a fake's logit rises",
            lambda a_fake: 1 / (1 + np.exp(a_fake)) / a_fake.size,
        ),
        Mistake(
            "the mean was forgotten: divide by the number of fakes",
            lambda a_fake: -1 / (1 + np.exp(a_fake)),
        ),
        Mistake(
            "this is the slope in D, -1/D: the sigmoid's own slope is missing",
            lambda a_fake: -(1 + np.exp(-a_fake)) / a_fake.size,
        ),
        Mistake(
            "this is the slope of -D: the logarithm was left out",
            lambda a_fake: -1 / (1 + np.exp(a_fake)) / (1 + np.exp(-a_fake)) / a_fake.size,
        ),
        Mistake(
            "the slopes were added up: every fake has a slope of its own",
            lambda a_fake: -np.mean(1 / (1 + np.exp(a_fake))),
        ),
    ),
)


def _lsgan(d_real, d_fake):
    d = np.mean((d_real - 1) ** 2) / 2 + np.mean(d_fake**2) / 2
    return np.array([d, np.mean((d_fake - 1) ** 2) / 2])


lsgan = Exercise(
    name="lsgan",
    stars=1,
    task="The two least squares losses, (88) and (89). `d_real`, `d_fake`: scores of real samples and "
    "of fakes, two arrays of different lengths. Return the discriminator's and the generator's.",
    hint="Real samples are to score 1 and fakes 0; the generator wants its fakes to score 1. The "
    "score is used as it is.",
    solution=_lsgan,
    book=lambda d_real, d_fake: np.array(
        [gans.least_squares_d(d_real, d_fake), gans.least_squares_g(d_fake)]
    ),
    probes=(
        (np.array([1.0, 0.5]), np.array([2.0, -1.0, 0.5])),
        (np.array([0.5, -1.0, 3.0]), np.array([0.25, 0.0])),
    ),
    fresh=_two_sets,
    mistakes=(
        Mistake(
            "the factor 1/2 is missing: without it all slopes are doubled",
            lambda d_real, d_fake: np.array(
                [np.mean((d_real - 1) ** 2) + np.mean(d_fake**2), np.mean((d_fake - 1) ** 2)]
            ),
        ),
        Mistake(
            "the discriminator's targets were swapped: 1 is for real samples",
            lambda d_real, d_fake: np.array(
                [
                    np.mean(d_real**2) / 2 + np.mean((d_fake - 1) ** 2) / 2,
                    np.mean((d_fake - 1) ** 2) / 2,
                ]
            ),
        ),
        Mistake(
            "the generator pulls its fakes to 0: it wants them to pass for real, at 1",
            lambda d_real, d_fake: np.array(
                [np.mean((d_real - 1) ** 2) / 2 + np.mean(d_fake**2) / 2, np.mean(d_fake**2) / 2]
            ),
        ),
        Mistake(
            "the sums were taken: each expectation is a mean, over its own samples",
            lambda d_real, d_fake: np.array(
                [
                    np.sum((d_real - 1) ** 2) / 2 + np.sum(d_fake**2) / 2,
                    np.sum((d_fake - 1) ** 2) / 2,
                ]
            ),
        ),
        Mistake(
            "the mean was squared: square every score's miss, then average",
            lambda d_real, d_fake: np.array(
                [
                    (np.mean(d_real) - 1) ** 2 / 2 + np.mean(d_fake) ** 2 / 2,
                    (np.mean(d_fake) - 1) ** 2 / 2,
                ]
            ),
        ),
        Mistake(
            "a sigmoid was put on the scores: here D is a plain number",
            lambda d_real, d_fake: np.array(
                [
                    np.mean((1 / (1 + np.exp(-d_real)) - 1) ** 2) / 2
                    + np.mean((1 / (1 + np.exp(-d_fake))) ** 2) / 2,
                    np.mean((1 / (1 + np.exp(-d_fake)) - 1) ** 2) / 2,
                ]
            ),
        ),
        Mistake(
            "the generator's loss has the real samples in it: it cannot move them",
            lambda d_real, d_fake: np.array(
                [
                    np.mean((d_real - 1) ** 2) / 2 + np.mean(d_fake**2) / 2,
                    np.mean((d_fake - 1) ** 2) / 2 + np.mean(d_real**2) / 2,
                ]
            ),
        ),
    ),
    conventions=(
        Convention(
            "the other codes of Mao et al., under which real samples aim at 1, fakes at -1 and the "
            "generator at 0",
            lambda d_real, d_fake: np.array(
                [
                    np.mean((d_real - 1) ** 2) / 2 + np.mean((d_fake + 1) ** 2) / 2,
                    np.mean(d_fake**2) / 2,
                ]
            ),
        ),
    ),
)


def _js(p, q):
    m = (p + q) / 2
    of_p = np.sum(p[p > 0] * np.log(p[p > 0] / m[p > 0]))
    of_q = np.sum(q[q > 0] * np.log(q[q > 0] / m[q > 0]))
    return (of_p + of_q) / 2


def _book_js(p, q):
    m = (p + q) / 2
    return (losses.kl_divergence(p, m) + losses.kl_divergence(q, m)) / 2


js = Exercise(
    name="js",
    stars=2,
    task="The Jensen-Shannon divergence of two laws, in nats: the mean of the Kullback-Leibler "
    "divergences from `p` and from `q` to their middle. `p`, `q`: probabilities of the same "
    "outcomes, zeros included. Return one number.",
    hint="The middle is $m = (p + q)/2$, and it is above 0 wherever `p` or `q` is. Sum each "
    "divergence over the outcomes that its own law allows.",
    solution=_js,
    book=_book_js,
    probes=(
        (np.array([0.75, 0.25]), np.array([0.5, 0.5])),
        (np.array([0.5, 0.25, 0.25, 0.0]), np.array([0.0, 0.5, 0.25, 0.25])),
        (np.array([1.0, 0.0]), np.array([0.0, 1.0])),
    ),
    fresh=lambda rng: tuple(rng.dirichlet(np.ones(4), size=2).round(3)),
    mistakes=(
        Mistake(
            "the 1/2 is missing: the mean of the two divergences is wanted, not their sum",
            lambda p, q: sum(
                np.sum(r[r > 0] * np.log(2 * r[r > 0] / (p + q)[r > 0])) for r in (p, q)
            ),
        ),
        Mistake(
            "only p was compared with the middle: q's divergence belongs to it",
            lambda p, q: np.sum(p[p > 0] * np.log(2 * p[p > 0] / (p + q)[p > 0])),
        ),
        Mistake(
            "this is the Kullback-Leibler divergence: infinite where q rules out what p allows",
            lambda p, q: np.sum(p[p > 0] * np.log(p[p > 0] / q[p > 0])),
        ),
        Mistake(
            "the middle is not halved: p + q is no law, it sums to 2",
            lambda p, q: (
                sum(np.sum(r[r > 0] * np.log(r[r > 0] / (p + q)[r > 0])) for r in (p, q)) / 2
            ),
        ),
        Mistake(
            "the root was taken: that is the Jensen-Shannon distance",
            lambda p, q: np.sqrt(
                sum(np.sum(r[r > 0] * np.log(2 * r[r > 0] / (p + q)[r > 0])) for r in (p, q)) / 2
            ),
        ),
        Mistake(
            "0 log 0 is nan as typed: sum over the outcomes that happen",
            lambda p, q: sum(np.sum(r * np.log(2 * r / (p + q))) for r in (p, q)) / 2,
        ),
    ),
    conventions=(
        Convention(
            "information theory counts in bits, where disjoint laws are 1 apart",
            lambda p, q: (
                sum(np.sum(r[r > 0] * np.log2(2 * r[r > 0] / (p + q)[r > 0])) for r in (p, q)) / 2
            ),
        ),
    ),
)


def _wasserstein1(p, q):
    return np.sum(np.abs(np.cumsum(p - q)))


def _two_histograms(rng):
    return tuple(rng.dirichlet(np.ones(5), size=2))


wasserstein1 = Exercise(
    name="wasserstein1",
    stars=2,
    task="The Wasserstein distance of two histograms over the places 0, 1, 2, ...: the least that "
    "it costs to turn one into the other, where moving a mass $m$ by $k$ places costs $m\\,k$. "
    "`p`, `q`: masses, each adding up to 1. Return one number, in places.",
    hint="What must cross the border between place $i$ and place $i + 1$? All mass that `p` has too "
    "much up to there. Every unit that crosses a border pays 1, in either direction.",
    solution=_wasserstein1,
    probes=(
        (np.array([0.5, 0.0, 0.5]), np.array([0.0, 1.0, 0.0])),
        (np.array([1.0, 0.0, 0.0, 0.0]), np.array([0.0, 0.25, 0.0, 0.75])),
        (np.array([0.0, 0.25, 0.0, 0.75]), np.array([0.5, 0.0, 0.5, 0.0])),
    ),
    fresh=_two_histograms,
    mistakes=(
        Mistake(
            "this is how much the histograms differ place by place: it forgets how far mass must go",
            lambda p, q: np.sum(np.abs(p - q)),
        ),
        Mistake(
            "this is the total variation, the mass that must move: it forgets how far",
            lambda p, q: np.sum(np.abs(p - q)) / 2,
        ),
        Mistake(
            "mass that crosses to the left was set against mass that crosses to the right: both pay",
            lambda p, q: np.sum(np.cumsum(p - q)),
        ),
        Mistake(
            "this is the distance of the means: laws of one mean can be far apart",
            lambda p, q: np.abs(np.sum(np.arange(len(p)) * (p - q))),
        ),
        Mistake(
            "this is Kolmogorov's distance, the busiest border alone: every border takes its toll",
            lambda p, q: np.max(np.abs(np.cumsum(p - q))),
        ),
        Mistake(
            "the crossings were squared: the cost is mass times distance",
            lambda p, q: np.sum(np.cumsum(p - q) ** 2),
        ),
    ),
)


def _gradient_penalty(g):
    n = np.sqrt(np.sum(g**2, axis=1))
    return 10 * np.mean((n - 1) ** 2)


gradient_penalty = Exercise(
    name="gradient_penalty",
    stars=2,
    task="The gradient penalty, the last term of (92), with $\\lambda = 10$. `g`: $(N, D)$, in each row "
    "the critic's gradient at one sample. Return one number.",
    hint="One norm a row. A row that is too short pays as one that is too long.",
    solution=_gradient_penalty,
    book=gans.gradient_penalty,
    probes=(
        (np.array([[3.0, 4.0], [0.0, 0.5]]),),
        (np.array([[1.0, -2.0, 2.0], [0.2, 0.4, -0.4]]),),
        (np.array([[0.0, 0.0, 1.0], [0.5, 0.5, 0.0], [0.0, 2.0, 0.0], [-1.0, 1.0, 1.0]]),),
    ),
    fresh=lambda rng: (rng.normal(0, 0.7, (rng.integers(3, 6), 2)).round(2),),
    mistakes=(
        Mistake(
            "the squared norm was held to 1: the norm itself is, its root was not taken",
            lambda g: 10 * np.mean((np.sum(g**2, axis=1) - 1) ** 2),
            credit="ADCME's documentation",
        ),
        Mistake(
            "one norm was taken of the whole batch: every sample has its own",
            lambda g: 10 * (np.sqrt(np.sum(g**2)) - 1) ** 2,
        ),
        Mistake(
            "a norm was taken of every entry: the norm runs over all features of a sample",
            lambda g: 10 * np.mean((np.abs(g) - 1) ** 2),
            credit="eriklindernoren/PyTorch-GAN #20, caogang/wgan-gp #27 and Zeleni9/pytorch-wgan #40, "
            "per pixel",
        ),
        Mistake(
            "the norm runs along the wrong axis: over the samples, a feature at a time",
            lambda g: 10 * np.mean((np.sqrt(np.sum(g**2, axis=0)) - 1) ** 2),
        ),
        Mistake(
            "divided by N before the norm, as if the slope of the batch's mean were wanted",
            lambda g: 10 * np.mean((np.sqrt(np.sum(g**2, axis=1)) / len(g) - 1) ** 2),
        ),
        Mistake(
            "the norm is held to 0: a slope of 1 is to be free, so subtract 1 before the square",
            lambda g: 10 * np.mean(np.sum(g**2, axis=1)),
        ),
        Mistake(
            "the norms were averaged before they were compared with 1: too long and too short cancel",
            lambda g: 10 * (np.mean(np.sqrt(np.sum(g**2, axis=1))) - 1) ** 2,
        ),
    ),
    conventions=(
        Convention(
            "the one-sided penalty lets gradients shorter than 1 go free",
            lambda g: 10 * np.mean(np.maximum(np.sqrt(np.sum(g**2, axis=1)) - 1, 0) ** 2),
        ),
    ),
)


def _penalty_grad(x, W, v):
    on = x @ W.T > 0
    g = (on * v) @ W
    n = np.sqrt(np.sum(g**2, axis=1, keepdims=True))
    u = 20 * (n - 1) * g / n / len(x)
    return (on * v).T @ u, np.sum(on * (u @ W.T), axis=0)


def _book_penalty_grad(x, W, v):
    mask = activations.relu_grad(x @ W.T)
    u = gans.gradient_penalty_grad((mask * v) @ W)
    return (mask * v).T @ u, (mask * (u @ W.T)).sum(axis=0)


def _not_in_v(x, W, v):
    on = x @ W.T > 0
    g = (on * v) @ W
    n = np.sqrt(np.sum(g**2, axis=1, keepdims=True))
    u = 20 * (n - 1) * g / n / len(x)
    return (on * v).T @ u, np.zeros_like(v)


def _no_masks(x, W, v):
    on = np.ones((len(x), len(v)))
    g = (on * v) @ W
    n = np.sqrt(np.sum(g**2, axis=1, keepdims=True))
    u = 20 * (n - 1) * g / n / len(x)
    return (on * v).T @ u, np.sum(on * (u @ W.T), axis=0)


def _own_masks(x, W, v):
    on = x @ W.T > 0
    g = (on * v) @ W
    n = np.sqrt(np.sum(g**2, axis=1, keepdims=True))
    u = 20 * (n - 1) * g / n / len(x)
    return (on * v).T @ u, np.sum(np.maximum(u @ W.T, 0), axis=0)


def _not_divided(x, W, v):
    on = x @ W.T > 0
    g = (on * v) @ W
    n = np.sqrt(np.sum(g**2, axis=1, keepdims=True))
    u = 20 * (n - 1) * g / len(x)
    return (on * v).T @ u, np.sum(on * (u @ W.T), axis=0)


def _no_v(x, W, v):
    on = x @ W.T > 0
    g = (on * v) @ W
    n = np.sqrt(np.sum(g**2, axis=1, keepdims=True))
    u = 20 * (n - 1) * g / n / len(x)
    return on.T @ u, np.sum(on * (u @ W.T), axis=0)


def _of_the_score(x, W, v):
    on = x @ W.T > 0
    return (on * v).T @ x, np.sum(on * (x @ W.T), axis=0)


def _of_the_sum(x, W, v):
    on = x @ W.T > 0
    g = (on * v) @ W
    n = np.sqrt(np.sum(g**2, axis=1, keepdims=True))
    u = 20 * (n - 1) * g / n
    return (on * v).T @ u, np.sum(on * (u @ W.T), axis=0)


def _small_critic(rng):
    """Every sample has a unit that is on, so that its gradient is not 0."""
    x = rng.uniform(0.2, 1, (4, 2)) * np.array([[1, 1], [1, -1], [-1, 1], [1, 1]])
    W = np.array([[1, 0.5], [-0.5, 1], [0.5, -1]]) * rng.uniform(0.5, 2, (3, 2))
    return x.round(2), W.round(2), rng.uniform(0.5, 2, 3).round(2)


penalty_grad = Exercise(
    name="penalty_grad",
    stars=3,
    task="The gradient of the penalty, $\\lambda = 10$, in the weights of the critic "
    "$D(\\mathbf{x}) = \\mathbf{v} \\cdot \\operatorname{ReLU}(W \\mathbf{x})$. `x`: $(N, D)$, one sample "
    "a row; `W`: $(H, D)$; `v`: $(H,)$. Return the gradients in `W` and in `v`; no sample's gradient "
    "is 0.",
    hint="Where the unit's input is above 0 it is *on*. Row by row the critic's gradient is "
    "$\\mathbf{g} = W^\\top (\\text{on} \\odot \\mathbf{v})$, and the penalty's slope in it is "
    "$\\mathbf{u} = 20\\,(|\\mathbf{g}| - 1)\\, \\mathbf{g} / (|\\mathbf{g}| N)$. Hold $\\mathbf{u}$ fixed: "
    "what is the slope of $\\mathbf{u} \\cdot \\mathbf{g}$ in `W`, and in `v`?",
    solution=_penalty_grad,
    book=_book_penalty_grad,
    probes=(
        (np.array([[1.0], [2.0]]), np.array([[3.0], [-1.0]]), np.array([2.0, 1.0])),
        (
            np.array([[1.0, 0.0], [-1.0, 2.0], [0.5, -1.0]]),
            np.array([[1.0, 2.0], [-1.0, 1.0], [2.0, -0.5]]),
            np.array([1.0, -2.0, 0.5]),
        ),
        (
            np.array([[1.0, 0.5], [-0.5, 1.0]]),
            np.array([[1.0, -0.5], [0.5, 1.0], [-1.0, 1.0]]),
            np.array([1.0, -2.0, 1.5]),
        ),
    ),
    fresh=_small_critic,
    mistakes=(
        Mistake(
            "the critic's slope was taken as a constant: it is made of W and v",
            lambda x, W, v: (np.zeros_like(W), np.zeros_like(v)),
        ),
        Mistake("only the way through W was taken: the slope also grows with v", _not_in_v),
        Mistake(
            "the factor v is missing in the gradient of W: it is what arrives at a unit that is on",
            _no_v,
        ),
        Mistake("the masks were left out: a unit that is off passes nothing on", _no_masks),
        Mistake(
            "u was sent through the ReLU: it goes through the masks that the sample set",
            _own_masks,
        ),
        Mistake(
            "the direction was not divided by the norm: g / |g| is the slope of |g|", _not_divided
        ),
        Mistake(
            "the sample went forward in place of u: that is the slope of D itself", _of_the_score
        ),
        Mistake("the mean was forgotten: divide u by the number of samples", _of_the_sum),
    ),
)


questions = (
    Question(
        "The discriminator rejects every fake with confidence, and the generator's loss is the mean of "
        "log(1 - D). What gradient arrives at the generator?",
        (
            Option(
                "a large one: log is steep",
                "it is steep in D near 1, where fakes pass; near 0 it has slope -1, and D itself "
                "hardly moves.",
            ),
            Option(
                "almost none",
                "the slope in the logit is -D, and D is next to 0.",
                True,
            ),
            Option(
                "an infinite one",
                "that would be the slope of -log D in D, before the sigmoid's factor.",
            ),
            Option(
                "one in the wrong direction",
                "the signs of both generator losses agree; it is the size that fails.",
            ),
        ),
    ),
    Question(
        "Two laws share no outcome at all. How large is their Jensen-Shannon divergence?",
        (
            Option("0", "that is so for equal laws alone."),
            Option(
                "log 2, however far apart they are",
                "each is compared with a middle in which it has weight 1/2.",
                True,
            ),
            Option("infinite", "that is the Kullback-Leibler divergence."),
            Option(
                "their distance", "that is Wasserstein's, which goes on growing as they move apart."
            ),
        ),
    ),
    Question(
        "The critic's loss (90) is minimised over all functions D. What is the minimum?",
        (
            Option(
                "0",
                "a constant D has that, and wherever two mean scores differ, D or -D does better.",
            ),
            Option("minus the Wasserstein distance", "that is so for critics of slope at most 1."),
            Option(
                "there is none",
                "as soon as one D has a negative loss, 10 D has ten times as much of it.",
                True,
            ),
            Option("-log 4", "that belongs to the original game, whose loss is 2 log 2 - 2 JS."),
        ),
    ),
    Question(
        "A generator drew the same picture again and again. On this page, what ended it?",
        (
            Option(
                "the Wasserstein loss",
                "with a discriminator as slow as before, that collapsed as well.",
            ),
            Option(
                "a discriminator that learns faster than the generator",
                "with five steps for one of the generator's, either loss draws all ten digits.",
                True,
            ),
            Option("more random numbers as input", "there were 16 in every run."),
            Option("a larger generator", "it was the same one in every run."),
        ),
    ),
    Question(
        "Why must a critic under the gradient penalty do without batch normalization?",
        (
            Option(
                "its scores then depend on the whole batch, and no sample has a slope of its own",
                "the penalty wants the norm of one sample's slope, and there would be a slope from "
                "every sample to every score.",
                True,
            ),
            Option("it would make the norm 1 by itself", "it scales scores, not slopes to 1."),
            Option("it cannot be differentiated twice", "it can, it is smooth."),
            Option("it saturates", "that is the matter of sigmoids and logarithms."),
        ),
    ),
)
