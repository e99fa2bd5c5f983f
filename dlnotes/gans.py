"""Section 9: what the two players of a generative adversarial network minimise.

D scores samples, G makes them. A loss takes the scores of D on real samples and on fakes, in arrays
of any shapes and different counts, and is a mean over each. For the losses with a logarithm the
scores are logits a: D = sigmoid(a) is never computed, so no logit is too large. For the others
they are the output D itself, without a sigmoid.

A `_grad` takes the arguments of its loss and dy, the gradient arriving at the loss, and returns
the gradient in every array of scores, in order.
All raise ValueError on no values, nan and infinities, and TypeError on text.
"""

import numpy as np

from . import _require, activations

# A square beyond the largest float is inf, and an infinite slope times 0 is nan.
_to_infinity = np.errstate(over="ignore", invalid="ignore")


def minimax_d(a_real, a_fake):
    """The discriminator's loss of the original game, from logits: two binary cross-entropies.

    (85)  L_D = -mean log D(x) - mean log(1 - D(G(z))), with D = sigmoid(a)
    a_real, a_fake: logits of real samples and of fakes -> float, in nats
    Source: Goodfellow et al. 2014.
    """
    a_real, a_fake = _require.finite("minimax_d", a_real=a_real, a_fake=a_fake)
    return _mean(np.logaddexp(0, -a_real)) + _mean(np.logaddexp(0, a_fake))


@_to_infinity
def minimax_d_grad(a_real, a_fake, dy=1.0):
    """dL/da_real = -(1 - D) / n, dL/da_fake = D / m, for n real samples and m fakes."""
    a_real, a_fake = _require.finite("minimax_d_grad", a_real=a_real, a_fake=a_fake)
    dy = _require.cotangent("minimax_d_grad", dy, (), a_real.dtype)
    real, fake = activations.sigmoid(-a_real), activations.sigmoid(a_fake)
    return -dy * real / a_real.size, dy * fake / a_fake.size


def minimax_g(a_fake):
    """The generator's loss of the original game, which saturates; from logits.

    (86')  L_G = mean log(1 - D(G(z))), with D = sigmoid(a); the notes print it as (87)
    a_fake: logits of fakes -> float, in nats. Source: Goodfellow et al. 2014.
    """
    a_fake = _require.finite("minimax_g", a_fake=a_fake)
    return -_mean(np.logaddexp(0, a_fake))


@_to_infinity
def minimax_g_grad(a_fake, dy=1.0):
    """dL/da = -D / m: it vanishes where D is sure of a fake."""
    a_fake = _require.finite("minimax_g_grad", a_fake=a_fake)
    dy = _require.cotangent("minimax_g_grad", dy, (), a_fake.dtype)
    return -dy * activations.sigmoid(a_fake) / a_fake.size


def nonsaturating_g(a_fake):
    """The generator's loss that does not saturate, from logits.

    (87')  L_G = -mean log D(G(z)), with D = sigmoid(a); the notes print it as (86)
    a_fake: logits of fakes -> float, in nats. Source: Goodfellow et al. 2014, section 3.
    """
    a_fake = _require.finite("nonsaturating_g", a_fake=a_fake)
    return _mean(np.logaddexp(0, -a_fake))


@_to_infinity
def nonsaturating_g_grad(a_fake, dy=1.0):
    """dL/da = -(1 - D) / m: close to -1 / m where D is sure of a fake."""
    a_fake = _require.finite("nonsaturating_g_grad", a_fake=a_fake)
    dy = _require.cotangent("nonsaturating_g_grad", dy, (), a_fake.dtype)
    return -dy * activations.sigmoid(-a_fake) / a_fake.size


@_to_infinity
def least_squares_d(d_real, d_fake):
    """The least squares discriminator: 1 for real samples, 0 for fakes, no sigmoid.

    (88)  L_D = 1/2 mean (D(x) - 1)^2 + 1/2 mean D(G(z))^2
    d_real, d_fake: scores of real samples and of fakes -> float. Source: Mao et al. 2017.
    """
    d_real, d_fake = _require.finite("least_squares_d", d_real=d_real, d_fake=d_fake)
    return _mean((d_real - 1) ** 2) / 2 + _mean(d_fake**2) / 2


@_to_infinity
def least_squares_d_grad(d_real, d_fake, dy=1.0):
    """dL/dD(x) = (D(x) - 1) / n, dL/dD(G(z)) = D(G(z)) / m."""
    d_real, d_fake = _require.finite("least_squares_d_grad", d_real=d_real, d_fake=d_fake)
    dy = _require.cotangent("least_squares_d_grad", dy, (), d_real.dtype)
    return dy * (d_real - 1) / d_real.size, dy * d_fake / d_fake.size


@_to_infinity
def least_squares_g(d_fake):
    """The least squares generator: its fakes are to score 1.

    (89)  L_G = 1/2 mean (D(G(z)) - 1)^2
    d_fake: scores of fakes -> float. Source: Mao et al. 2017.
    """
    d_fake = _require.finite("least_squares_g", d_fake=d_fake)
    return _mean((d_fake - 1) ** 2) / 2


@_to_infinity
def least_squares_g_grad(d_fake, dy=1.0):
    """dL/dD(G(z)) = (D(G(z)) - 1) / m."""
    d_fake = _require.finite("least_squares_g_grad", d_fake=d_fake)
    dy = _require.cotangent("least_squares_g_grad", dy, (), d_fake.dtype)
    return dy * (d_fake - 1) / d_fake.size


def wasserstein_d(d_real, d_fake):
    """The critic's loss: minus a Wasserstein distance, if the critic is the best 1-Lipschitz one.

    (90)  L_D = -mean D(x) + mean D(G(z))
    d_real, d_fake: scores of real samples and of fakes -> float, in the unit of the scores
    Source: Arjovsky, Chintala & Bottou 2017.
    """
    d_real, d_fake = _require.finite("wasserstein_d", d_real=d_real, d_fake=d_fake)
    return _mean(d_fake) - _mean(d_real)


@_to_infinity
def wasserstein_d_grad(d_real, d_fake, dy=1.0):
    """dL/dD(x) = -1 / n, dL/dD(G(z)) = 1 / m, whatever the scores."""
    d_real, d_fake = _require.finite("wasserstein_d_grad", d_real=d_real, d_fake=d_fake)
    dy = _require.cotangent("wasserstein_d_grad", dy, (), d_real.dtype)
    return np.full_like(d_real, -dy / d_real.size), np.full_like(d_fake, dy / d_fake.size)


def wasserstein_g(d_fake):
    """The generator's loss against a critic.

    (91)  L_G = -mean D(G(z))
    d_fake: scores of fakes -> float, in the unit of the scores. Source: Arjovsky et al. 2017.
    """
    return -_mean(_require.finite("wasserstein_g", d_fake=d_fake))


@_to_infinity
def wasserstein_g_grad(d_fake, dy=1.0):
    """dL/dD(G(z)) = -1 / m, whatever the scores."""
    d_fake = _require.finite("wasserstein_g_grad", d_fake=d_fake)
    dy = _require.cotangent("wasserstein_g_grad", dy, (), d_fake.dtype)
    return np.full_like(d_fake, -dy / d_fake.size)


def wasserstein_gp_d(d_real, d_fake, g, *, lam=10.0):
    """The critic's loss with gradient penalty: wasserstein_d plus gradient_penalty.

    (92)  L_D = -mean D(x) + mean D(G(z)) + lam mean (|g_i| - 1)^2
    d_real, d_fake: scores; g: (N, D), the critic's gradients at x_hat = alpha x + (1 - alpha) G(z),
    alpha uniform from 0 to 1, one a sample; lam >= 0 -> float. Source: Gulrajani et al. 2017.
    """
    who = "wasserstein_gp_d"
    d_real, d_fake, g = _require.finite(who, d_real=d_real, d_fake=d_fake, g=g)
    lam = _penalised(who, g, lam)
    return wasserstein_d(d_real, d_fake) + gradient_penalty(g, lam=lam)


@_to_infinity
def wasserstein_gp_d_grad(d_real, d_fake, g, dy=1.0, *, lam=10.0):
    """The gradients in d_real, d_fake and g: those of wasserstein_d and of gradient_penalty."""
    who = "wasserstein_gp_d_grad"
    d_real, d_fake, g = _require.finite(who, d_real=d_real, d_fake=d_fake, g=g)
    lam, dy = _penalised(who, g, lam), _require.cotangent(who, dy, (), g.dtype)
    return *wasserstein_d_grad(d_real, d_fake, dy), gradient_penalty_grad(g, dy, lam=lam)


@_to_infinity
def gradient_penalty(g, *, lam=10.0):
    """What it costs a critic to be steeper or flatter than 1, one norm a sample.

    9.5  P = lam mean (|g_i| - 1)^2, the last term of (92)
    g: (N, D), in row i the gradient of D in sample i; lam >= 0 -> float
    Source: Gulrajani et al. 2017.
    """
    g = _require.finite("gradient_penalty", g=g)
    lam = _penalised("gradient_penalty", g, lam)
    return _mean(lam * (_norms(g) - 1) ** 2)


@_to_infinity
def gradient_penalty_grad(g, dy=1.0, *, lam=10.0):
    """dP/dg_i = 2 lam (g_i - g_i / |g_i|) / N, that is, 2 lam (|g_i| - 1) times the direction of g_i.

    0 at g_i = 0, where no direction is better than another.
    """
    g = _require.finite("gradient_penalty_grad", g=g)
    lam = _penalised("gradient_penalty_grad", g, lam)
    dy = _require.cotangent("gradient_penalty_grad", dy, (), g.dtype)
    n = _norms(g)[:, np.newaxis]
    direction = np.divide(g, n, out=np.zeros_like(g), where=n > 0)
    return dy * (2 * lam / len(g)) * (g - direction)


def _norms(g):
    """The length of every row, by a rule that squares no entry: none is too large or too small."""
    return np.hypot.reduce(g, axis=1)


def _penalised(who, g, lam):
    """Gradients come as rows; lam is handed back."""
    _require.rank(who, "g", g, 2)
    return _require.not_negative(who, "lam", lam)


@_to_infinity
def _mean(values):
    mean = values.mean()
    # The sum may lie beyond the largest float where the mean does not.
    return float(mean if np.isfinite(mean) else (values / values.size).sum())
