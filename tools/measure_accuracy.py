"""Measure how far off the package's exponentials and logarithms are: python tools/measure_accuracy.py

Every function that takes an exponential or a logarithm of a number, and its gradient, is compared with mpmath at
points all over the float range: two in every binade and on both sides of 0, and many more where the function
bends or fades away. The error is counted in ulp, the distance between neighbouring floats at the exact value;
where two terms cancel, at the larger term. It is the largest that was found with this machine's instructions and
with those of older ones.

Writes tests/accuracy.json: for each function and type the bound that the page "How this book is checked" states,
the largest error and half an ulp for other machines, rounded up.
"""

import json
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
from mpmath import mp

from dlnotes import activations, gans, losses

RESULTS = Path(__file__).parent.parent / "tests" / "accuracy.json"
DIGITS = 60
# What NumPy is to do without: AVX-512, or AVX2 as well.
OLDER = ("X86_V4", "X86_V3 X86_V4")
# Below these a value is so faint that factors of it may have left the normal floats.
FAINT = {"float64": 1e-300, "float32": 1e-36}


class Case(NamedTuple):
    """f: of an array of x, entry by entry; terms: of one x, what adds up to the exact value."""

    f: object
    terms: object
    share: bool = False  # whether x is a probability


# --- the exact values, each a list of terms


def s(x):
    """The sigmoid; beyond 1e5 to more digits than are asked for."""
    return mp.mpf(x > 0) if abs(x) > 1e5 else 1 / (1 + mp.exp(-x))


def bell(x):
    return s(x) * s(-x)


def softplus(x):
    if abs(x) > 1e5:
        return max(x, mp.mpf(0))
    return max(x, 0) + mp.log1p(mp.exp(-abs(x)))


def exp(x):
    return mp.exp(max(x, -10000))


def expm1(x):
    return mp.expm1(max(x, -10000))


def Phi(x):
    return mp.mpf(x > 0) if abs(x) > 100 else mp.erfc(-x / mp.sqrt(2)) / 2


def phi(x):
    return mp.mpf(0) if abs(x) > 100 else mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)


def inner(x):
    """2u of the tanh form of GELU: (1 + tanh u) / 2 = s(2u)."""
    return 2 * mp.sqrt(2 / mp.pi) * (x + mp.mpf("0.044715") * x**3)


def inner_slope(x):
    return 2 * mp.sqrt(2 / mp.pi) * (1 + 3 * mp.mpf("0.044715") * x**2)


LAMBDA, ALPHA = mp.mpf(activations.SELU_LAMBDA), mp.mpf(activations.SELU_ALPHA)


# --- the package's own, entry by entry


def of_two_scores(f):
    """What f gives for the first of the scores (x, 0)."""
    return lambda x: f(np.stack([x, np.zeros_like(x)], axis=-1))[..., 0]


def first_class(x):
    """(1, 0) for every x: the first of two classes, as a target or as an arriving gradient."""
    return np.stack([np.ones_like(x), np.zeros_like(x)], axis=-1)


def binary(loss, y, **settings):
    return lambda x: getattr(losses, loss)(np.full_like(x, y), x, **settings)


def row_by_row(f):
    """f, which gives one float for all, of every x alone."""
    return lambda x: np.array([np.ravel(f(row)) for row in x[:, np.newaxis]]).ravel()


def cases():
    """{module: {what the table calls it: Case}}."""
    a, each = activations, {"reduction": "none"}
    tanh_form = {"approximate": "tanh"}
    of_a = {
        "sigmoid": Case(a.sigmoid, lambda x: [s(x)]),
        "sigmoid_grad": Case(a.sigmoid_grad, lambda x: [bell(x)]),
        "tanh": Case(a.tanh, lambda x: [mp.tanh(x) if abs(x) < 1e5 else mp.sign(x)]),
        "tanh_grad": Case(a.tanh_grad, lambda x: [4 * bell(2 * x)]),
        "elu": Case(a.elu, lambda x: [x if x > 0 else expm1(x)]),
        "elu_grad": Case(a.elu_grad, lambda x: [exp(min(x, 0))]),
        "selu": Case(a.selu, lambda x: [LAMBDA * (x if x > 0 else ALPHA * expm1(x))]),
        "selu_grad": Case(a.selu_grad, lambda x: [LAMBDA * (1 if x > 0 else ALPHA * exp(x))]),
        "gelu": Case(a.gelu, lambda x: [x * Phi(x)]),
        "gelu_grad": Case(a.gelu_grad, lambda x: [Phi(x), x * phi(x)]),
        "gelu, tanh": Case(lambda x: a.gelu(x, **tanh_form), lambda x: [x * s(inner(x))]),
        "gelu_grad, tanh": Case(
            lambda x: a.gelu_grad(x, **tanh_form),
            lambda x: [s(inner(x)), x * bell(inner(x)) * inner_slope(x)],
        ),
        "silu": Case(a.silu, lambda x: [x * s(x)]),
        "silu_grad": Case(a.silu_grad, lambda x: [s(x), x * bell(x)]),
        "glu": Case(lambda x: a.glu(np.full_like(x, 3), x), lambda x: [3 * s(x)]),
        "glu_grad": Case(lambda x: a.glu_grad(np.full_like(x, 3), x)[1], lambda x: [3 * bell(x)]),
        "softmax": Case(of_two_scores(a.softmax), lambda x: [s(x)]),
        "softmax_grad": Case(
            of_two_scores(lambda z: a.softmax_grad(z, first_class(z[:, 0]))),
            lambda x: [s(x), -(s(x) ** 2)],
        ),
        "log_softmax": Case(of_two_scores(a.log_softmax), lambda x: [-softplus(-x)]),
        "log_softmax_grad": Case(
            of_two_scores(lambda z: a.log_softmax_grad(z, first_class(z[:, 0]))),
            lambda x: [mp.mpf(1), -s(x)],
        ),
    }
    of_l = {
        "bce, y = 1": Case(binary("bce", 1, **each), lambda p: [-mp.log(p)], share=True),
        "bce_grad, y = 1": Case(binary("bce_grad", 1, **each), lambda p: [-1 / p], share=True),
        "bce, y = 0": Case(binary("bce", 0, **each), lambda p: [-mp.log1p(-p)], share=True),
        "bce_grad, y = 0": Case(binary("bce_grad", 0, **each), lambda p: [1 / (1 - p)], share=True),
        "bce_with_logits": Case(binary("bce_with_logits", 1, **each), lambda x: [softplus(-x)]),
        "bce_with_logits_grad": Case(binary("bce_with_logits_grad", 1, **each), lambda x: [-s(-x)]),
        "cross_entropy": Case(
            lambda p: losses.cross_entropy(np.ones((p.size, 1), p.dtype), p[:, np.newaxis], **each),
            lambda p: [-mp.log(p)],
            share=True,
        ),
        "cross_entropy_with_logits": Case(
            lambda x: losses.cross_entropy_with_logits(
                first_class(x), np.stack([x, np.zeros_like(x)], axis=-1), **each
            ),
            lambda x: [softplus(-x)],
        ),
        "cross_entropy_with_logits_grad": Case(
            of_two_scores(lambda z: losses.cross_entropy_with_logits_grad(first_class(z[:, 0]), z)),
            lambda x: [s(x), mp.mpf(-1)],
        ),
        "kl_divergence": Case(
            lambda p: losses.kl_divergence(
                p[:, np.newaxis], np.full((p.size, 1), 0.5, p.dtype), **each
            ),
            lambda p: [p * mp.log(p), p * mp.log(2)],
            share=True,
        ),
        "nll": Case(
            lambda p: losses.nll(np.zeros(p.size, int), p[:, np.newaxis], **each),
            lambda p: [-mp.log(p)],
            share=True,
        ),
    }
    of_g = {
        "minimax_d": Case(lambda x: gans.minimax_d(x, x), lambda x: [softplus(-x), softplus(x)]),
        "minimax_d_grad, real": Case(lambda x: gans.minimax_d_grad(x, x)[0], lambda x: [-s(-x)]),
        "minimax_d_grad, fake": Case(lambda x: gans.minimax_d_grad(x, x)[1], lambda x: [s(x)]),
        "minimax_g": Case(gans.minimax_g, lambda x: [-softplus(x)]),
        "minimax_g_grad": Case(gans.minimax_g_grad, lambda x: [-s(x)]),
        "nonsaturating_g": Case(gans.nonsaturating_g, lambda x: [softplus(-x)]),
        "nonsaturating_g_grad": Case(gans.nonsaturating_g_grad, lambda x: [-s(-x)]),
    }
    of_g = {name: Case(row_by_row(case.f), case.terms) for name, case in of_g.items()}
    return {"activations": of_a, "losses": of_l, "gans": of_g}


# --- the measurement


def points(dtype, share):
    """Where the functions are asked: floats of the type, ordered; between 0 and 1 if they are shares."""
    info, rng = np.finfo(dtype), np.random.default_rng(0)
    ones = np.ldexp(
        np.array(1, dtype), np.arange(info.minexp - info.nmant, info.maxexp, dtype=np.int32)
    )
    binades = (ones * rng.uniform(1, 1.99, ones.size)).astype(dtype)
    if share:
        below = binades[binades < 1]
        even = np.linspace(0.001, 0.999, 999).astype(dtype)
        return np.unique(np.concatenate([below, even, 1 - below[below > info.eps]]))
    # Beyond the last of these everything is 0, 1 or a line.
    far = -math.log(info.smallest_subnormal) * 1.05
    more = [np.linspace(0, 16, 800), np.linspace(16, far, 600), rng.uniform(0, 60, 600)]
    near = np.concatenate([binades, *more]).astype(dtype)
    return np.unique(np.concatenate([-near, near]))


def each_case():
    for module, several in cases().items():
        for name, case in several.items():
            for dtype in (np.float64, np.float32):
                yield module, name, case, dtype


def values():
    """What the package gives at the points, an array for every case and type."""
    return [np.asarray(case.f(points(t, case.share)), np.float64) for _, _, case, t in each_case()]


def values_without(features):
    """The same by NumPy and a C library that do without these instructions of the processor."""
    old = {"NPY_DISABLE_CPU_FEATURES": features, "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA"}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "values.npz")
        subprocess.run([sys.executable, __file__, file], check=True, env=os.environ | old)
        with np.load(file) as stored:
            return [*stored.values()]


def worst(case, dtype, several):
    """[largest error above FAINT, largest error below], in ulp, and whether terms cancel.

    None stands for the error where no value is so faint.
    """
    info, found, cancels = np.finfo(dtype), [None, None], False
    x, largest = points(dtype, case.share), mp.mpf(float(np.finfo(dtype).max))
    with mp.workdps(DIGITS):
        for at, *ours in zip(x.tolist(), *(v.tolist() for v in several), strict=True):
            terms = case.terms(mp.mpf(at))
            exact, size = mp.fsum(terms), max(map(abs, terms))
            if min(terms) < 0 < max(terms):
                cancels = True
            else:
                size = abs(exact)
            exponent = max(mp.frexp(size)[1] - 1, info.minexp) if size else info.minexp
            faint = size < FAINT[dtype.__name__]
            for got in ours:
                if abs(exact) > largest and math.isinf(got):
                    got = exact if (got > 0) == (exact > 0) else -exact
                error = abs(got - exact) / mp.ldexp(1, int(exponent) - info.nmant)
                found[faint] = max(
                    found[faint] or 0.0, math.inf if mp.isnan(error) else float(error)
                )
    return found, cancels


def measured(several):
    """{module: {name: {"float64": [above, below], "float32": ..., "cancels": ...}}}, in ulp."""
    found = {}
    for (module, name, case, dtype), *ours in zip(each_case(), *several, strict=True):
        row = found.setdefault(module, {}).setdefault(name, {"cancels": False})
        row[dtype.__name__], cancels = worst(case, dtype, ours)
        row["cancels"] |= cancels
    return found


def stored():
    return json.loads(RESULTS.read_text(encoding="utf-8"))


def bound(error):
    """What the page promises: a quarter more than was found, for other machines, rounded up."""
    return None if error is None else math.ceil(1.25 * error)


def main():
    if len(sys.argv) > 1:
        np.savez(sys.argv[1], *values())
        return
    lines = []
    for module, rows in measured([values(), *map(values_without, OLDER)]).items():
        for name, row in rows.items():
            print(f"{module}.{name}: {row}")
            row |= {t: [*map(bound, row[t])] for t in FAINT}
        told = ",\n".join(f"  {json.dumps(name)}: {json.dumps(row)}" for name, row in rows.items())
        lines.append(f' "{module}": {{\n{told}\n }}')
    RESULTS.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
