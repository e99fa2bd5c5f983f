"""What can be said of a wrong answer that is no known mistake."""

import numpy as np

from ._answer import parts

FACTORS = {
    -1.0: "the sign is flipped: everything is -1 times what is wanted",
    2.0: "everything is twice what is wanted",
    0.5: "everything is half of what is wanted",
    float(1 / np.log(2)): "everything is in bits: nats are wanted, multiply by log(2)",
}


def text(value):
    """Numbers as the reader would write them: few digits, no type names."""
    if isinstance(value, tuple):
        return "(" + ", ".join(text(v) for v in value) + ")"
    if isinstance(value, np.ndarray) and value.ndim == 0:
        return text(value.item())
    if isinstance(value, (np.ndarray, list)):
        rows = [text(v) for v in value[:12]]
        more = [f"... {len(value) - 12} more"] if len(value) > 12 else []
        return "[" + ", ".join(rows + more) + "]"
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    if isinstance(value, str):
        return f'"{value}"'
    if callable(value):
        return value.__doc__ or value.__name__
    if isinstance(value, (float, np.floating)):
        return f"{float(value):.6g}"
    return str(value)


def short(words, most=2000):
    return words if len(words) <= most else words[:most] + " ..."


def shape_of(value):
    return " and ".join(str(a.shape) if a.ndim else "a single number" for a in parts(value))


def explain(cases, close, shown):
    """One sentence on how the values got differ from the values wanted, or "".

    cases: (probe, wanted, got) for every probe, each answer a value of the wanted number of parts;
    close(got, wanted) compares two arrays of one shape; shown: which case the reader is shown.
    """
    whole = [(p, parts(w), parts(g)) for p, w, g in cases]
    if _everywhere(whole, close, lambda got: got[::-1]):
        return "the parts stand in the wrong order"
    if _everywhere(whole, close, lambda got: tuple(a.T for a in got)):
        return "it is transposed"
    if _everywhere(whole, close, lambda got: tuple(a[::-1] for a in got if a.ndim)):
        return "the entries stand in reverse order"
    pairs = _pairs(whole)
    if any(w.shape != g.shape for w, g in pairs):
        return ""
    seen = _pairs([whole[shown]])
    return _shifted(pairs, close) or _nearly(pairs) or _factor(whole) or _not_finite(seen)


def _pairs(whole):
    return [(w, g) for _, ws, gs in whole for w, g in zip(ws, gs, strict=True)]


def _everywhere(whole, close, turn):
    """Turning every answer makes it right, and some answer was not right before."""
    turned = [(wanted, turn(got), got) for _, wanted, got in whole]
    return all(_all_close(close, now, wanted) for wanted, now, _ in turned) and not all(
        _all_close(close, got, wanted) for wanted, _, got in turned
    )


def _all_close(close, got, wanted):
    return len(got) == len(wanted) and all(
        g.shape == w.shape and close(g, w) for g, w in zip(got, wanted, strict=True)
    )


def _shifted(pairs, close):
    if not all(w.ndim and len(w) > 2 for w, _ in pairs):
        return ""
    if all(close(g[1:], w[:-1]) for w, g in pairs):
        return "every entry stands one step too late"
    if all(close(g[:-1], w[1:]) for w, g in pairs):
        return "every entry stands one step too early"
    return ""


def _factor(whole):
    """A constant ratio, the same on all probes or a count of the probe's values."""
    if not any(a.any() for _, _, got in whole for a in got):
        return "everything is 0"
    ratios = []
    for _, wanted, got in whole:
        w = np.concatenate([a.ravel() for a in wanted])
        g = np.concatenate([a.ravel() for a in got])
        used = np.isfinite(w) & np.isfinite(g) & (w != 0)
        if not np.allclose(g[~used], w[~used], equal_nan=True) or not used.any():
            return ""
        r = g[used] / w[used]
        if not _alike(r, r[0]):
            return ""
        ratios.append(float(r[0]))
    if _alike(ratios, ratios[0]):
        known = [words for factor, words in FACTORS.items() if _alike(ratios[0], factor)]
        return known[0] if known else f"everything is {ratios[0]:.6g} times what is wanted"
    for name, count in _counts([p for p, _, _ in whole]):
        for sign, also in ((1, ""), (-1, ", and its sign is flipped")):
            if _alike(ratios, sign * np.array(count)):
                return f"everything is too large by a factor of {name}{also}"
            if _alike(ratios, sign / np.array(count)):
                return f"everything is too small by a factor of {name}{also}"
    return ""


def _alike(a, b):
    return np.allclose(a, b, rtol=1e-6, atol=0)


def _counts(probes):
    """Counts that a forgotten or surplus mean brings in: (words, one count a probe)."""
    given = [[*p.args, *p.kwargs.values()] for p in probes]
    lists = [[a if isinstance(a, list) else [a] for a in of_probe] for of_probe in given]
    arrays = [[np.asarray(a) for some in of_probe for a in some] for of_probe in lists]
    largest = [max(of_probe, key=lambda a: a.size) for of_probe in arrays]
    if all(a.ndim for a in largest):
        yield "the number of values", [a.size for a in largest]
        yield "the number of rows", [a.shape[0] for a in largest]
        yield "the number of columns", [a.shape[-1] for a in largest]


def _not_finite(pairs):
    for what, test in (("nan", np.isnan), ("inf", np.isinf)):
        if any(test(g).any() and not (test(w) & test(g)).any() for w, g in pairs):
            return f"{what} where a number is wanted"
    return ""


def _nearly(pairs):
    """What is shown would look right."""
    close = all(np.allclose(g, w, atol=0, equal_nan=True) for w, g in pairs)
    return "right to a few digits only" if close else ""
