"""Make tests/torch_figures.json, what PyTorch gives: python tools/make_torch_figures.py

The core suite compares with the stored figures and so needs no PyTorch. Where PyTorch is installed,
tests/test_parity.py compares with it on further draws, and the stored figures with what it gives now.
"""

import json
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

TARGET = Path(__file__).parent.parent / "tests" / "torch_figures.json"

# Each loss of dlnotes as PyTorch has it. PyTorch takes the prediction first, logarithms where the
# notes have probabilities, and for a divergence another word for the mean over the samples.


def _reduced(values, reduction):
    return values if reduction == "none" else getattr(values, reduction)()


def _kl_divergence(p, q, reduction):
    if reduction == "none":
        return F.kl_div(q.log(), p, reduction="none").sum(-1)
    return F.kl_div(q.log(), p, reduction={"mean": "batchmean", "sum": "sum"}[reduction])


LOSSES = {
    "mae": lambda y, y_hat, **s: F.l1_loss(y_hat, y, **s),
    "mse": lambda y, y_hat, **s: F.mse_loss(y_hat, y, **s),
    "bce": lambda y, y_hat, **s: F.binary_cross_entropy(y_hat, y, **s),
    "bce_with_logits": lambda y, z, **s: F.binary_cross_entropy_with_logits(z, y, **s),
    # PyTorch's own takes logits only.
    "cross_entropy": lambda y, y_hat, reduction: _reduced(
        -torch.special.xlogy(y, y_hat).sum(-1), reduction
    ),
    "cross_entropy_with_logits": lambda y, z, **s: F.cross_entropy(z, y, **s),
    "kl_divergence": _kl_divergence,
    "nll": lambda y, y_hat, **s: F.nll_loss(y_hat.log(), y, **s),
    "huber": lambda y, y_hat, **s: F.huber_loss(y_hat, y, **s),
    # PyTorch has no such loss; this is what its users write, with slope 0 at the kink.
    "hinge": lambda y, y_hat, reduction: _reduced(F.relu(1 - y * y_hat), reduction),
}
ACTIVATIONS = {
    "sigmoid": torch.sigmoid,
    "softmax": lambda x: F.softmax(x, -1),
    "log_softmax": lambda x: F.log_softmax(x, -1),
    "relu": torch.relu,
    "tanh": torch.tanh,
    "leaky_relu": lambda x, alpha: F.leaky_relu(x, alpha),
    # PyTorch has one slope for each channel, axis 1, and no single number.
    "prelu": lambda x, a: F.prelu(x, a.reshape(-1)),
    "elu": lambda x, alpha: F.elu(x, alpha),
    # Its own draws the slopes inside; with slopes handed in it is PReLU with a channel an entry.
    "rrelu": lambda x, alpha: F.prelu(x.reshape(1, -1), alpha.expand(x.shape).reshape(-1)).reshape(
        x.shape
    ),
    "selu": F.selu,
    "gelu": lambda x, approximate: F.gelu(x, approximate=approximate),
    "silu": F.silu,
    "glu": lambda a, b: F.glu(torch.cat([a, b], -1), -1),
}
# Where the gradient is not in the last argument, or not in it alone.
GRADIENTS_IN = {"prelu": (0, 1), "rrelu": (0,), "glu": (0, 1)}


def arguments(seed):
    """(name, arguments, settings): a draw for each function, and for seed 0 also its edges."""
    rng = np.random.default_rng(seed)
    y, y_hat, z = rng.normal(size=(3, 3, 2)).round(3)
    share, chance = rng.random((3, 2)).round(3), rng.uniform(0.01, 0.99, (3, 2)).round(3)
    p, q = rng.dirichlet(np.ones(4), (2, 3)).round(4) + 1e-3
    logits = (3 * rng.normal(size=(3, 4))).round(3)
    yield "mae", (y, y_hat), {}
    yield "mse", (y, y_hat), {}
    yield "bce", (share, chance), {}
    yield "bce_with_logits", (share, z), {}
    yield "cross_entropy", (p, q), {}
    yield "cross_entropy_with_logits", (p, logits), {}
    yield "kl_divergence", (p, q), {}
    yield "nll", (rng.integers(0, 4, 3), q), {}
    yield "huber", (y, y_hat), {"delta": 0.7}
    yield "hinge", (rng.choice([-1.0, 1.0], (3, 2)), y_hat), {}
    yield "sigmoid", (4 * y,), {}
    yield "softmax", (logits,), {}
    yield "log_softmax", (logits,), {}
    yield "relu", (4 * y,), {}
    yield "tanh", (y,), {}
    yield "leaky_relu", (4 * y,), {"alpha": 0.2}
    yield "prelu", (4 * y, rng.uniform(-0.5, 1.5, 2).round(3)), {}
    yield "prelu", (4 * y, 0.25), {}
    yield "elu", (4 * y,), {"alpha": 0.7}
    yield "rrelu", (4 * y, rng.uniform(1 / 8, 1 / 3, (3, 2)).round(3)), {}
    yield "rrelu", (4 * y, 11 / 48), {}
    yield "selu", (4 * y,), {}
    yield "gelu", (4 * y,), {"approximate": "none"}
    yield "gelu", (4 * y,), {"approximate": "tanh"}
    yield "silu", (4 * y,), {}
    yield "glu", (y, 4 * y_hat), {}
    if seed:
        return
    yield "mae", ([1.0, 2.0, -3.0], [1.0, 2.5, -1e300]), {}
    yield "mse", ([1e150, 0.0], [-1e150, 0.0]), {}
    yield "bce", ([1.0, 0.0, 0.0, 0.5], [1e-10, 1 - 2**-30, 2**-30, 0.5]), {}
    yield "bce_with_logits", ([0.0, 1.0, 1.0, 0.5, 0.0], [1e4, 1e4, -1e308, 0.0, -40.0]), {}
    yield "cross_entropy", ([0.0, 1.0, 0.0], [0.5, 1e-300, 0.5]), {}
    yield (
        "cross_entropy_with_logits",
        ([[0.0, 1.0], [1.0, 0.0], [0.5, 0.5]], [[1e4, 0.0], [1e4, 0.0], [1e307, -1e307]]),
        {},
    )
    yield "kl_divergence", ([[0.0, 1.0], [0.5, 0.5]], [[0.25, 0.75], [1e-300, 1.0]]), {}
    yield "nll", ([1, 0], [[1e-12, 1.0], [1e-300, 1.0]]), {}
    yield "huber", ([1.0, 1.0, 0.0, 3.0], [3.5, -1.5, 1e300, 3.0]), {"delta": 2.5}
    yield "hinge", ([1.0, -1.0, 1.0, -1.0], [1.0, -1.0, 0.0, 1e308]), {}
    yield "sigmoid", ([0.0, 1e4, -1e4, 1e308, -700.0],), {}
    yield "softmax", ([[1e4, 0.0, -1e4], [1e307, 0.0, 1e307]],), {}
    yield "log_softmax", ([[1e4, 0.0, -1e4], [1e307, 0.0, 1e307]],), {}
    yield "relu", ([-1e308, -0.5, 0.0, 1e308],), {}
    yield "tanh", ([-1e308, 0.0, 1e-300, 1e308],), {}
    kink = [-1e308, -1e-300, -0.0, 0.0, 1e-300, 1e308]
    yield "leaky_relu", (kink,), {"alpha": 0.01}
    yield "prelu", ([kink], [1.5, -0.5, 0.25, 0.25, 0.25, 0.25]), {}
    yield "elu", ([-1e308, -1e-17, -0.0, 0.0, 1e-17, 1e308],), {"alpha": 2.5}
    yield "rrelu", (kink, [0.2] * 6), {}
    yield "selu", ([-1e308, -1e-17, -0.0, 0.0, 1e-17, 1e307],), {}
    yield "gelu", ([-1e308, -0.0, 0.0, 1e-300, 1e308],), {"approximate": "none"}
    yield "gelu", ([-1e100, -0.0, 0.0, 1e-300, 1e100],), {"approximate": "tanh"}
    yield "silu", ([-1e308, -0.0, 0.0, 1e-300, 1e308],), {}
    yield "glu", ([1e308, -2.0, 0.0, 3.0], [1.0, 1e308, -1e308, 0.0]), {}


def figures(seed=0):
    """A record for each function and reduction: arguments, settings, dy, PyTorch's value and grad.

    grad is a list of them for a function with a gradient in several arguments.
    """
    rng = np.random.default_rng([seed, 1])
    for name, given, settings in arguments(seed):
        given = [np.asarray(a).tolist() for a in given]
        loss = name in LOSSES
        for reduction in ("mean", "sum", "none") if loss else (None,):
            kept = settings | {"reduction": reduction} if loss else settings
            tensors = [torch.from_numpy(np.array(a)) for a in given]
            wanted = [tensors[i].requires_grad_() for i in GRADIENTS_IN.get(name, (-1,))]
            value = (LOSSES | ACTIVATIONS)[name](*tensors, **kept)
            dy = torch.tensor(rng.normal(size=tuple(value.shape)), dtype=torch.float64)
            grads = [g.tolist() for g in torch.autograd.grad(value, wanted, dy)]
            yield {
                "function": f"{'losses' if loss else 'activations'}.{name}",
                "arguments": given,
                "settings": kept,
                "dy": dy.tolist(),
                "value": value.tolist(),
                "grad": grads if len(grads) > 1 else grads[0],
            }


if __name__ == "__main__":
    rows = ",\n".join(json.dumps(row, allow_nan=False) for row in figures())
    version = json.dumps(torch.__version__)
    TARGET.write_text(f'{{"torch": {version}, "figures": [\n{rows}\n]}}\n', encoding="utf-8")
