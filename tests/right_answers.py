"""Right answers to the exercises in other styles than the solutions': loops, other algebra, lists.

No checker may refuse one of them: tools/measure_power.py counts. ANSWERS: {"losses.huber": [...]}.
"""

import math
import statistics

import numpy as np

ANSWERS = {}


def answers(topic):
    """A decorator: this function is a right answer to the exercise of its name."""

    def add(function):
        ANSWERS.setdefault(f"{topic}.{function.__name__}", []).append(function)
        return function

    return add


def _sigmoid(a):
    return 0.5 + 0.5 * np.tanh(a / 2)


# --- metrics


@answers("metrics")
def confusion_matrix(*, truth, pred):
    return np.bincount(2 * truth + pred, minlength=4).reshape(2, 2)


@answers("metrics")
def precision(C):
    claimed = C[:, 1]
    return float("nan") if claimed.sum() == 0 else claimed[1] / claimed.sum()


@answers("metrics")
def f1(C):
    if C[0, 1] == C[1, 0] == C[1, 1] == 0:
        return math.nan
    if C[1, 1] == 0:
        return 0
    p, r = C[1, 1] / C[:, 1].sum(), C[1, 1] / C[1].sum()
    return statistics.harmonic_mean([p, r])


@answers("metrics")
def mcc(C):
    C = [[int(c) for c in row] for row in C]
    rows, columns = [sum(r) for r in C], [sum(c) for c in zip(*C, strict=True)]
    if 0 in rows + columns:
        return 0
    return (C[0][0] * C[1][1] - C[0][1] * C[1][0]) / math.sqrt(math.prod(rows + columns))


@answers("metrics")
def balanced_accuracy(C):
    return np.mean(np.diag(C) / C.sum(axis=1))


@answers("metrics")
def ppv_at(prevalence, *, tpr, fpr):
    odds = prevalence / (1 - prevalence) * tpr / fpr if fpr and prevalence < 1 else np.inf
    return 1.0 if odds == np.inf else odds / (1 + odds)


@answers("metrics")
def threshold_for_recall(score, truth, r):
    hits = sorted((s for s, t in zip(score, truth, strict=True) if t == 1), reverse=True)
    for found, cut in enumerate(hits, start=1):
        if found >= r * len(hits) - 1e-12:
            return cut
    return None


# --- losses


@answers("losses")
def mae_grad(y, y_hat):
    return [(1 if b > a else -1) / len(y) for a, b in zip(y, y_hat, strict=True)]


@answers("losses")
def mse_grad(y, y_hat):
    grad = np.zeros_like(y)
    for place in np.ndindex(y.shape):
        grad[place] = -2 * (y[place] - y_hat[place]) / np.prod(y.shape)
    return grad


@answers("losses")
def bce_logits(y, z):
    return np.mean(np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z))))


@answers("losses")
def cross_entropy(y, z):
    total = 0.0
    for label, row in zip(y, z, strict=True):
        top = max(row)
        total += top + math.log(sum(math.exp(a - top) for a in row)) - row[label]
    return total / len(y)


@answers("losses")
def nll(y, y_hat):
    return -sum(math.log(row[k]) for k, row in zip(y, y_hat, strict=True))


@answers("losses")
def kl(p, q):
    return sum(a * (np.log(a) - np.log(b)) for a, b in zip(p, q, strict=True) if a > 0)


@answers("losses")
def huber(y, y_hat, *, delta):
    inner = np.minimum(np.abs(y - y_hat), delta)
    return float((inner * (np.abs(y - y_hat) - inner / 2)).sum())


@answers("losses")
def hinge_grad(y, y_hat):
    return -y * (y * y_hat < 1)


# --- activations


@answers("activations")
def prelu(x, a):
    return np.maximum(x, 0) + a * np.minimum(x, 0)


@answers("activations")
def prelu_grad(x, a, dy):
    dx, da = np.empty_like(x), 0.0
    for place in np.ndindex(x.shape):
        dx[place] = dy[place] if x[place] > 0 else a * dy[place]
        da += 0 if x[place] > 0 else x[place] * dy[place]
    return [dx, da]


@answers("activations")
def sigmoid(x):
    return np.exp(-np.logaddexp(0, -x))


@answers("activations")
def silu_grad(x, dy):
    s = _sigmoid(x)
    return dy * s * (1 + x * (1 - s))


@answers("activations")
def gelu_grad(x, dy):
    Phi = (1 + np.vectorize(math.erf)(x / math.sqrt(2))) / 2
    return dy * (Phi + x * np.exp(-x * x / 2) / math.sqrt(2 * math.pi))


@answers("activations")
def glu_grad(a, b, dy):
    return dy * _sigmoid(b), dy * a / (2 + np.exp(b) + np.exp(-b))


@answers("activations")
def dead_fraction(Z):
    return (Z.max(axis=0) <= 0).sum() / Z.shape[1]


# --- optimizers


@answers("optimizers")
def heavy_ball_step(theta, g, v, *, lr, beta):
    return theta - beta * v - lr * g, beta * v + lr * g


@answers("optimizers")
def nesterov_step(grad, theta, v, *, lr, beta):
    ahead = theta - beta * v
    after = ahead - lr * grad(ahead)
    return [after, theta - after]


@answers("optimizers")
def rmsprop_step(theta, g, v, *, lr, beta, eps):
    new = v + (1 - beta) * (g * g - v)
    return [[t - lr * d / (math.sqrt(n) + eps) for t, d, n in zip(theta, g, new, strict=True)], new]


def _radius(eta_lam, beta):
    return max(abs(np.linalg.eigvals([[1 + beta - eta_lam, -beta], [1, 0]])))


ANSWERS["optimizers.spectral_radius"] = [_radius]


@answers("optimizers")
def polyak_pair(mu, ell):
    k = math.sqrt(ell / mu)
    return 4 / (mu * (1 + k) ** 2), (1 - 2 / (1 + k)) ** 2


@answers("optimizers")
def change_rate(v, *, old, new):
    return v / (old / new)


# --- adam


@answers("adam")
def debiased_mean(xs, beta):
    weights = beta ** np.arange(len(xs))[::-1]
    return sum(w * x for w, x in zip(weights, xs, strict=True)) / weights.sum()


@answers("adam")
def adam_path(gs, *, lr, beta1, beta2, eps):
    path, theta = [], np.zeros(gs.shape[1])
    for t in range(1, len(gs) + 1):
        age = np.arange(t)[::-1, None]
        m = (beta1**age * gs[:t]).sum(axis=0) / (beta1**age).sum()
        v = (beta2**age * gs[:t] ** 2).sum(axis=0) / (beta2**age).sum()
        theta = theta - lr * m / (v**0.5 + eps)
        path.append(theta)
    return path


@answers("adam")
def uncorrected_length(t, beta1, beta2):
    return (1 - beta1**t) * (1 - beta2**t) ** -0.5


@answers("adam")
def expected_step(mu, sigma):
    return math.copysign(1, mu) / math.sqrt(1 + (sigma / mu) ** 2) if mu else 0.0


@answers("adam")
def one_minus_power(d, t):
    return -math.expm1(t * math.log1p(-d))


@answers("adam")
def amsgrad_v(gs, beta2):
    t = np.arange(len(gs))
    weights = np.where(t[:, None] >= t, beta2 ** np.clip(t[:, None] - t, 0, None), 0)
    return np.maximum.accumulate((1 - beta2) * weights @ gs**2)


# --- adam_variants


@answers("adam_variants")
def adamw_step(theta, g, state, *, lr, decay, beta1, beta2, eps):
    t, m, v = state
    m = (beta1 * m + (1 - beta1) * g) / (1 - beta1 ** (t + 1))
    v = (beta2 * v + (1 - beta2) * g * g) / (1 - beta2 ** (t + 1))
    return (1 - lr * decay) * theta - lr * m / (v**0.5 + eps)


@answers("adam_variants")
def adamax_u(gs, beta2):
    return [
        max(beta2 ** (t - s) * abs(g) for s, g in enumerate(gs[: t + 1])) for t in range(len(gs))
    ]


@answers("adam_variants")
def nadam_direction(m, v, g, t, *, beta1, beta2):
    weight = beta1 / (1 - beta1 ** (t + 1))
    rest = (1 - beta1) / (1 - beta1**t)
    return (weight * m + rest * g) * np.sqrt(1 - beta2**t) / np.sqrt(v)


@answers("adam_variants")
def radam_rho(t, beta2):
    end = (1 + beta2) / (1 - beta2)
    return end - 2 * t / (beta2**-t - 1)


@answers("adam_variants")
def radam_path(gs, *, lr, beta1, beta2):
    theta, path, end = 0.0, [], (1 + beta2) / (1 - beta2)
    for t in range(1, len(gs) + 1):
        age = np.arange(t)[::-1]
        m = np.average(gs[:t], weights=beta1**age)
        rho = end - 2 * t * beta2**t / (1 - beta2**t)
        scale = 1.0
        if rho > 4:
            r2 = (rho - 4) / (end - 4) * (rho - 2) / (end - 2) * end / rho
            scale = np.sqrt(r2 / np.average(gs[:t] ** 2, weights=beta2**age))
        theta -= lr * scale * m
        path.append(theta)
    return np.array(path)


@answers("adam_variants")
def blank_weight(theta, k, *, lr, decay, rule):
    if rule != "l2":
        return theta * np.prod(np.full(k, 1 - lr * decay))
    seen = []
    for t in range(1, k + 1):
        seen.append(theta)
        age = np.arange(t)[::-1]
        m = np.average(seen, weights=0.9**age)
        theta = theta - lr * m / np.sqrt(np.average(np.square(seen), weights=0.999**age))
    return theta


# --- initialization


@answers("initialization")
def xavier_std(fan_in, fan_out):
    return ((fan_in + fan_out) / 2) ** -0.5


@answers("initialization")
def xavier_limit(fan_in, fan_out):
    return math.sqrt(3) * math.sqrt(2 / (fan_in + fan_out))


@answers("initialization")
def fans(shape):
    area = math.prod(int(n) for n in shape[2:])
    return shape[0] * area, shape[1] * area


@answers("initialization")
def he_std(fan_in, fan_out):
    return math.sqrt(2) / math.sqrt(fan_in)


@answers("initialization")
def variance_of_s(n, var_w, mean_x, var_x):
    return n * (var_w * var_x + var_w * mean_x**2)


@answers("initialization")
def gain(f):
    z = (np.arange(-120000, 120000) + 0.5) / 10000
    mean_square = np.average(np.asarray(f(z)) ** 2, weights=np.exp(-(z**2) / 2))
    return mean_square**-0.5


# --- regularization


@answers("regularization")
def l2_step(w, g, *, lr, lam):
    return (1 - lr * lam) * w - lr * g


@answers("regularization")
def soft_threshold(u, tau):
    return np.sign(u) * np.maximum(np.abs(u) - tau, 0)


@answers("regularization")
def elastic_net_step(w, g, *, lr, lam1, lam2):
    u = (1 - lr * lam2) * w - lr * g
    return np.where(np.abs(u) <= lr * lam1, 0, u - lr * lam1 * np.sign(u))


@answers("regularization")
def spectral_norm_grad(W):
    values, vectors = np.linalg.eigh(W.T @ W)
    right = vectors[:, -1]
    return np.outer(W @ right, right) / np.sqrt(values[-1])


@answers("regularization")
def orthogonality_grad(W):
    return 4 * (W @ W.T @ W) - 4 * W


@answers("regularization")
def max_norm_grad(W, *, c, lam):
    rows = []
    for w in W:
        length = np.linalg.norm(w)
        rows.append(lam * w / length if length > c else 0 * w)
    return rows


@answers("regularization")
def max_norm_project(W, c):
    return [w if np.linalg.norm(w) <= c else w * (c / np.linalg.norm(w)) for w in W]


# --- batch_norm


@answers("batch_norm")
def batchnorm_forward(x, gamma, beta, eps):
    columns = []
    for k, column in enumerate(x.T):
        spread = math.sqrt(statistics.pvariance(column.tolist()) + eps)
        columns.append(gamma[k] * (column - column.mean()) / spread + beta[k])
    return np.stack(columns, axis=1)


@answers("batch_norm")
def batchnorm_backward(dy, x, gamma):
    m, centred = len(x), x - x.mean(axis=0)
    var = (centred**2).mean(axis=0)
    d_hat = dy * gamma
    d_var = (d_hat * centred).sum(axis=0) * -0.5 * var**-1.5
    d_mean = -d_hat.sum(axis=0) / np.sqrt(var)
    return d_hat / np.sqrt(var) + d_var * 2 * centred / m + d_mean / m


def _by_its_jacobian(dy, x, gamma):
    dx = np.empty(x.shape)
    for k, column in enumerate(x.T):
        x_hat = (column - column.mean()) / column.std()
        m = len(x)
        J = (np.eye(m) - 1 / m - np.outer(x_hat, x_hat) / m) * gamma[k] / column.std()
        dx[:, k] = J @ dy[:, k]
    return dx


ANSWERS["batch_norm.batchnorm_backward"].append(_by_its_jacobian)


@answers("batch_norm")
def param_grads(dy, x_hat):
    return np.einsum("nd,nd->d", dy, x_hat), np.ones(len(dy)) @ dy


@answers("batch_norm")
def running_update(mean, var, x, momentum):
    m = len(x)
    now, spread = x.sum(axis=0) / m, ((x - x.mean(axis=0)) ** 2).sum(axis=0) / (m - 1)
    return (1 - momentum) * mean + momentum * now, (1 - momentum) * var + momentum * spread


@answers("batch_norm")
def batchnorm_images(x, gamma, beta):
    rows = np.moveaxis(x, 1, -1).reshape(-1, x.shape[1])
    y = gamma * (rows - rows.mean(axis=0)) / np.sqrt(rows.var(axis=0) + 1e-5) + beta
    n, c, h, w = x.shape
    return np.moveaxis(y.reshape(n, h, w, c), -1, 1)


@answers("batch_norm")
def merge_stats(n, m, v, k, a, w):
    mean = np.average([m, a], weights=[n, k])
    square = np.average([v + m**2, w + a**2], weights=[n, k])
    return [mean, square - mean**2]


# --- gans


@answers("gans")
def d_loss(a_real, a_fake):
    def softplus(a):
        return np.maximum(a, 0) + np.log1p(np.exp(-np.abs(a)))

    return softplus(-a_real).sum() / len(a_real) + softplus(a_fake).sum() / len(a_fake)


@answers("gans")
def g_loss_grad(a_fake):
    return (_sigmoid(a_fake) - 1) / len(a_fake)


@answers("gans")
def lsgan(d_real, d_fake):
    d = 0.5 * sum((a - 1) ** 2 for a in d_real) / len(d_real)
    d += 0.5 * sum(a**2 for a in d_fake) / len(d_fake)
    return d, 0.5 * sum((1 - a) ** 2 for a in d_fake) / len(d_fake)


@answers("gans")
def js(p, q):
    def entropy(law):
        return -sum(a * math.log(a) for a in law if a > 0)

    return entropy((p + q) / 2) - (entropy(p) + entropy(q)) / 2


@answers("gans")
def wasserstein1(p, q):
    cost = carried = 0.0
    for a, b in zip(p, q, strict=True):
        carried += a - b
        cost += abs(carried)
    return cost


def _earth_moved(p, q):
    """The leftmost mass that is left goes to the leftmost place that still lacks some."""
    p, q, i, j, cost = list(p), list(q), 0, 0, 0.0
    while i < len(p) and j < len(q):
        mass = min(p[i], q[j])
        cost += mass * abs(i - j)
        p[i] -= mass
        q[j] -= mass
        i, j = i + (p[i] <= 1e-15), j + (q[j] <= 1e-15)
    return cost


ANSWERS["gans.wasserstein1"].append(_earth_moved)


@answers("gans")
def gradient_penalty(g):
    return 10 * sum((np.linalg.norm(row) - 1) ** 2 for row in g) / len(g)


@answers("gans")
def penalty_grad(x, W, v):
    dW, dv = np.zeros(W.shape), np.zeros(v.shape)
    for sample in x:
        mask = (W @ sample > 0).astype(float)
        g = W.T @ (mask * v)
        n = np.linalg.norm(g)
        u = 20 * (1 - 1 / n) * g / len(x)
        dW += np.outer(mask * v, u)
        dv += mask * (W @ u)
    return dW, dv


# --- rnn


@answers("rnn")
def rnn_forward(x, h0, W_h, W_x):
    states = np.empty((len(x), *h0.shape))
    for t in range(len(x)):
        z = np.einsum("ij,nj->ni", W_h, h0 if t == 0 else states[t - 1])
        z += np.einsum("ij,nj->ni", W_x, x[t])
        states[t] = z * (z > 0)
    return states


@answers("rnn")
def rtrl_step(S, h, z, W_h):
    new = np.einsum("kl,lij->kij", W_h, S)
    for k in range(len(h)):
        new[k, k] += h
        new[k] *= z[k] > 0
    return new


@answers("rnn")
def rnn_backward(dh, x, h0, W_h, W_x):
    states = [h0]
    for x_t in x:
        states.append(np.maximum(states[-1] @ W_h.T + x_t @ W_x.T, 0))
    grad = 0
    for end in range(len(x)):  # every error on its own way back
        g = dh[end]
        for t in range(end, -1, -1):
            g = g * (states[t + 1] > 0)
            grad = grad + np.einsum("ni,nj->ij", g, states[t])
            g = g @ W_h
    return grad


def _by_forward_mode(dh, x, h0, W_h, W_x):
    H = len(W_h)
    grad = np.zeros((H, H))
    for n, h in enumerate(h0):
        S = np.zeros((H, H, H))
        for t in range(len(x)):
            z = W_h @ h + W_x @ x[t, n]
            S = np.einsum("kl,lij->kij", W_h, S) + np.einsum("ki,j->kij", np.eye(H), h)
            S[z <= 0] = 0
            h = np.maximum(z, 0)
            grad += np.tensordot(dh[t, n], S, axes=1)
    return grad


ANSWERS["rnn.rnn_backward"].append(_by_forward_mode)


@answers("rnn")
def dh_dx(tau, slopes, W_h, W_x):
    J = np.diag(slopes[tau]) @ W_x
    for t in range(tau + 1, len(slopes)):
        J = np.diag(slopes[t]) @ W_h @ J
    return J


@answers("rnn")
def last_states(h, lengths):
    return [h[n - 1, i] for i, n in enumerate(lengths)]


@answers("rnn")
def scores_grad(scores, y):
    T, N, _ = scores.shape
    grad = np.empty(scores.shape)
    for t in range(T):
        for n in range(N):
            e = np.exp(scores[t, n])
            grad[t, n] = e / e.sum()
            grad[t, n, y[n]] -= 1
    return grad / T / N


# --- gru


@answers("gru")
def gru_step(x, h, w):
    z = _sigmoid(x @ w.W_z.T + h @ w.U_z.T)
    r = _sigmoid(x @ w.W_r.T + h @ w.U_r.T)
    return h + z * (np.tanh(x @ w.W_h.T + (r * h) @ w.U_h.T) - h)


@answers("gru")
def gru_half_life(b_z):
    return -math.log(2) / math.log(1 / (1 + math.exp(b_z)))


@answers("gru")
def to_keeping_gate(W_z, U_z, b_z):
    return [-1 * W_z, -1 * U_z, -1 * b_z]


@answers("gru")
def gru_step_reset_after(x, h, w, b_h):
    z = _sigmoid(x @ w.W_z.T + h @ w.U_z.T)
    r = _sigmoid(x @ w.W_r.T + h @ w.U_r.T)
    return h + z * (np.tanh(x @ w.W_h.T + r * (h @ w.U_h.T) + r * b_h) - h)


@answers("gru")
def gru_step_backward(dh, x, h, w):
    z = _sigmoid(x @ w.W_z.T + h @ w.U_z.T)
    r = _sigmoid(x @ w.W_r.T + h @ w.U_r.T)
    n = np.tanh(x @ w.W_h.T + (r * h) @ w.U_h.T)
    grad = np.empty(h.shape)
    for i in range(len(h)):
        J_r = (r[i] * (1 - r[i]))[:, None] * w.U_r
        J_n = (1 - n[i] ** 2)[:, None] * (w.U_h @ (np.diag(r[i]) + h[i][:, None] * J_r))
        J_z = (z[i] * (1 - z[i]))[:, None] * w.U_z
        J = np.diag(1 - z[i]) + z[i][:, None] * J_n + (n[i] - h[i])[:, None] * J_z
        grad[i] = dh[i] @ J
    return grad


@answers("gru")
def kept_share(z):
    return [z[t] * math.prod(1 - z[t + 1 :]) for t in range(len(z))]


# --- lstm


def _lstm(x, h, c, W, U, b):
    a = np.einsum("knm,bm->kbn", W, x) + np.einsum("knm,bm->kbn", U, h) + b[:, None]
    i, f, o = _sigmoid(a[:3])
    n = np.tanh(a[3])
    return i, f, o, n, f * c + i * n


@answers("lstm")
def lstm_step(x, h, c, W, U, b):
    *_, o, _, C = _lstm(x, h, c, W, U, b)
    return [o * np.tanh(C), C]


@answers("lstm")
def lstm_step_backward(dh, dc, x, h, c, W, U, b):
    i, f, o, n, C = _lstm(x, h, c, W, U, b)
    into = dc + dh * o / np.cosh(C) ** 2
    da = np.stack(
        [
            into * n * i * (1 - i),
            into * c * f * (1 - f),
            dh * np.tanh(C) * o * (1 - o),
            into * i * (1 - n * n),
        ]
    )
    return np.einsum("kbn,knm->bm", da, U), into * f


@answers("lstm")
def bias_grads(dh, dc, x, h, c, W, U, b):
    i, f, o, n, C = _lstm(x, h, c, W, U, b)
    into = dc + dh * o / np.cosh(C) ** 2
    rows = [n * i * (1 - i), c * f * (1 - f), i * (1 - n * n)]
    in_gate, forget, candidate = [(into * row).sum(axis=0) for row in rows]
    return [in_gate, forget, (dh * np.tanh(C) * o * (1 - o)).sum(axis=0), candidate]


@answers("lstm")
def gates_from_torch(W):
    H = len(W) // 4
    return np.vstack([W[: 2 * H], W[3 * H :], W[2 * H : 3 * H]])


@answers("lstm")
def cell_gradient(f):
    kept = np.ones(f.shape[1:])
    for f_t in f:
        kept = kept * f_t
    return kept


@answers("lstm")
def forget_bias(half_life):
    return -np.log(2 ** (1 / half_life) - 1)


# --- gradient_flow


@answers("gradient_flow")
def backward_norms(W, g, T):
    return [math.sqrt(sum((g @ np.linalg.matrix_power(W, k)) ** 2)) for k in range(T + 1)]


def _largest_eigenvalue(W):
    return np.abs(np.roots(np.poly(W))).max()


ANSWERS["gradient_flow.spectral_radius"] = [_largest_eigenvalue]


@answers("gradient_flow")
def norm_at(lam, t, T, g):
    for _ in range(T - t):
        g = lam * g
    return np.linalg.norm(g)


@answers("gradient_flow")
def bptt_scalar(w, h0, dL):
    return sum(d * t * w ** (t - 1) * h0 for t, d in enumerate(dL, start=1))


@answers("gradient_flow")
def clip_by_global_norm(grads, c):
    length = np.linalg.norm(np.concatenate([g.ravel() for g in grads]))
    return [g if length <= c else c * g / length for g in grads]


@answers("gradient_flow")
def growth_limit(W, slope):
    return slope * np.sqrt(np.linalg.eigvalsh(W.T @ W)[-1])


# --- capstone


@answers("capstone")
def worst_gap(loss, grads, params):
    gaps = []
    for k, (given, value) in enumerate(zip(grads, params, strict=True)):
        numeric = np.zeros_like(value)
        for i in np.ndindex(*value.shape):
            moved = np.zeros_like(value)
            moved[i] = 1e-5
            before, after = params[:k], params[k + 1 :]
            up = loss([*before, value + moved, *after])
            numeric[i] = (up - loss([*before, value - moved, *after])) / 2e-5
        largest = max(np.linalg.norm(a.ravel(), np.inf) for a in (given, numeric))
        gaps.append(np.linalg.norm((given - numeric).ravel(), np.inf) / max(largest, 1e-8))
    return gaps.index(max(gaps)), max(gaps)


@answers("capstone")
def fold_batchnorm(W, b, gamma, beta, mean, var, eps):
    S = np.diag(gamma) @ np.diag((var + eps) ** -0.5)
    return [W @ S, b @ S + beta - mean @ S]


@answers("capstone")
def macro_f1(C):
    found = []
    for k in range(len(C)):
        tp = C[k][k]
        fn = sum(C[k]) - tp
        fp = sum(row[k] for row in C) - tp
        found.append(tp / (tp + (fp + fn) / 2))
    return statistics.fmean(found)


@answers("capstone")
def wilson(k, n, z):
    centre = (k + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * math.sqrt(k * (n - k) / n + z * z / 4)
    return [centre - half, centre + half]


@answers("capstone")
def early_stop(history, patience):
    best, value, waited = 0, -math.inf, 0
    for i, now in enumerate(history):
        if now > value:
            best, value, waited = i, now, 0
        else:
            waited += 1
        if waited >= patience:
            return best
    return best


@answers("capstone")
def mcnemar(only_a, only_b):
    n = only_a + only_b
    tail = sum(math.comb(n, k) for k in range(min(only_a, only_b) + 1))
    return min(1, 2 * tail * 0.5**n)
