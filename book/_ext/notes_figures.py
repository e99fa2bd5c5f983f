"""An interactive figure on the page: every choice's drawing in one SVG, one of them shown.

dlnotes.interactive writes a figure as a Vega-Lite specification. Vega itself weighs 800 kB and
runs strings as code, which the pages forbid; what the book needs of it is drawn here, once, while
the book is built. The page has the drawing for the start values; where scripts run, book.js shows
the part that the reader's choice asks for. Live code draws with this file too, without Sphinx.
"""

import html
import json
import math
from itertools import product

MIME = "application/vnd.vegalite.v5+json"
# The picture's units: on a phone it is 320 px wide, and its letters stay above 10 px.
WIDTH, HEIGHT = 340, 236
LEFT, RIGHT, TOP, BOTTOM = 42, 332, 24, 190
DASHES = ["", "7 3", "2 3", "9 3 2 3", "4 2", "1 2", "12 3"]
GAP = 0.2  # of a bar's place that is left free


# ---------- axes ----------


class Axis:
    """From values to places between two ends, and the ticks between them."""

    def __init__(self, form, rows, name, start, end):
        self.title = form["title"]
        self.start, self.end = start, end
        self.texts = form["type"] == "nominal"
        if self.texts:
            self.names = list(dict.fromkeys(v for row in rows for v in row[name].split(",")))
            self.step = (end - start) / len(self.names)
            return
        self.log = form["scale"]["type"] == "log"
        self.low, self.high = form["scale"]["domain"]

    def place(self, value):
        if self.texts:
            return self.start + self.step * (self.names.index(value) + 0.5)
        low, high, value = (
            math.log10(v) if self.log else v for v in (self.low, self.high, float(value))
        )
        return self.start + (self.end - self.start) * (value - low) / (high - low)

    def ticks(self):
        """(value, label) of at most seven ticks."""
        if self.texts:
            return [(name, name) for name in self.names]
        values = self.powers() if self.log else self.steps()
        return [(v, label(v)) for v in values]

    def powers(self):
        low, high = math.log10(self.low), math.log10(self.high)
        every = math.ceil((high - low) / 6)
        mantissas = (1,) if high - low > 2 else (1, 2, 5)
        decades = range(math.floor(low), math.ceil(high) + 1)
        values = [m * 10.0**d for d in decades if d % every == 0 for m in mantissas]
        return [v for v in values if low - 1e-9 <= math.log10(v) <= high + 1e-9]

    def steps(self):
        rough = (self.high - self.low) / 5
        power = 10 ** math.floor(math.log10(rough))
        step = next(m * power for m in (1, 2, 5, 10) if m * power >= rough)
        first, last = math.ceil(self.low / step - 0.05), math.floor(self.high / step + 0.05)
        return [k * step for k in range(first, last + 1)]


def label(value):
    """1000, 0.01, −3; a power of ten beyond them with its exponent."""
    if value and not 1e-3 <= abs(value) < 1e5:
        mantissa, exponent = f"{value:.0e}".split("e")
        raised = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
        return f"{'' if mantissa == '1' else mantissa + '·'}10{raised}"
    return minus(f"{value:.6g}")


def minus(text):
    """With minus signs in place of hyphens before digits."""
    return "".join(
        "−" if c == "-" and after.isdigit() else c
        for c, after in zip(text, [*text[1:], ""], strict=True)
    )


# ---------- drawing ----------


def frame(x, y):
    """The axes, which no choice changes."""
    parts = []
    for value, text in y.ticks():
        at = f"{y.place(value):.1f}"
        parts.append(f'<path class="grid" d="M{LEFT} {at}H{RIGHT}"/>')
        parts.append(f'<text x="{LEFT - 5}" y="{at}" dy=".35em" text-anchor="end">{text}</text>')
    for k, (value, text) in enumerate(x.ticks()):
        at = f"{x.place(value):.1f}"
        if not x.texts:
            parts.append(f'<path class="grid" d="M{at} {TOP}V{BOTTOM}"/>')
        # Many names take turns in two lines.
        line = BOTTOM + 14 + 13 * (x.texts and len("".join(x.names)) > 30 and k % 2)
        parts.append(f'<text x="{at}" y="{line}" text-anchor="middle">{html.escape(text)}</text>')
    parts.append(f'<text x="2" y="12">{html.escape(y.title)}</text>')
    parts.append(
        f'<text x="{RIGHT}" y="{HEIGHT - 4}" text-anchor="end">{html.escape(x.title)}</text>'
    )
    return "".join(parts)


def path(row, x, y, position, of):
    """The path of a mark; `position` among `of` names that share a bar's place."""
    points = [
        (x.place(a), y.place(b))
        for a, b in zip(row["x"].split(","), row["y"].split(","), strict=True)
    ]
    if row["kind"] == "line":
        return "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in points)
    if row["kind"] == "point":
        return "".join(f"M{a:.1f} {b:.1f}h0" for a, b in points)
    width = x.step * (1 - GAP) / of
    start, zero = -x.step * (1 - GAP) / 2 + position * width, y.place(0)
    return "".join(
        f"M{a + start:.1f} {zero:.1f}H{a + start + width:.1f}V{b:.1f}h{-width:.1f}z"
        for a, b in points
    )


def drawn(spec, name, alt):
    """A specification as HTML."""
    encoding = spec["layer"][0]["encoding"]
    controls = [(p["bind"]["name"], p["bind"]["options"], p["value"]) for p in spec["params"]]
    rows = [row for row in spec["data"]["values"] if row["kind"] != "told"]
    told = {
        places(row, controls): minus(row["text"])
        for row in spec["data"]["values"]
        if row["kind"] == "told"
    }
    choices = product(*(range(len(values)) for _, values, _ in controls))
    told = [told[" ".join(map(str, choice))] for choice in choices]
    start = [values.index(value) for _, values, value in controls]
    x = Axis(encoding["x"], rows, "x", LEFT, RIGHT)
    y = Axis(encoding["y"], rows, "y", BOTTOM, TOP)
    beside = "xOffset" in encoding
    colours = encoding["color"]["scale"]
    names = colours["domain"]
    look = {n: (c, DASHES[i]) for i, (n, c) in enumerate(zip(names, colours["range"], strict=True))}
    parts = [
        mark(
            row,
            places(row, controls),
            start,
            look,
            path(row, x, y, *((names.index(row["name"]), len(names)) if beside else (0, 1))),
        )
        for row in rows
    ]
    said = told[index(start, controls)]
    dials = "".join(dial(f"{name}-{j}", *c) for j, c in enumerate(controls))
    return (
        f'<div class="turned" data-alt="{html.escape(alt)}"'
        f' data-told="{html.escape(json.dumps(told, ensure_ascii=False))}">'
        f'<div class="dials">{dials}</div>'
        f'<svg role="img" aria-label="{html.escape(f"{alt} {said}")}"'
        f' viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
        f"{frame(x, y)}{''.join(parts)}</svg>"
        f"{key(rows, look) if len(names) > 1 else ''}"
        f'<output aria-live="polite">{html.escape(said)}</output></div>'
    )


def places(row, controls):
    """The choice that a row belongs to: "2 0", or "2 *" for any value of the second control."""
    return " ".join(
        str(values.index(row[f"p{j}"])) if f"p{j}" in row else "*"
        for j, (_, values, _) in enumerate(controls)
    )


def index(choice, controls):
    k = 0
    for i, (_, values, _) in zip(choice, controls, strict=True):
        k = k * len(values) + i
    return k


def styled(kind, colour, dash):
    if kind == "bar":
        return f'fill="{colour}"'
    dashed = f' stroke-dasharray="{dash}"' if kind == "line" and dash else ""
    return f'class="{kind}" stroke="{colour}"{dashed}'


def mark(row, at, start, look, d):
    shown = all(a in ("*", str(i)) for a, i in zip(at.split(), start, strict=True))
    hidden = "" if shown else " hidden"
    where = f' data-at="{at}"' if set(at.split()) != {"*"} else ""
    return f'<path {styled(row["kind"], *look[row["name"]])}{where}{hidden} d="{d}"/>'


def key(rows, look):
    """What the colours and dashes mean, in letters that grow with the reader's."""
    kinds = {}
    for row in rows:
        kinds.setdefault(row["name"], row["kind"])
    samples = {"line": "M1 6H29", "point": "M15 6h0", "bar": "M9 1h12v10h-12z"}
    return "<ul>{}</ul>".format(
        "".join(
            f'<li><svg aria-hidden="true" viewBox="0 0 30 12" width="30" height="12">'
            f'<path {styled(kind, *look[name])} d="{samples[kind]}"/></svg>{html.escape(name)}</li>'
            for name, kind in kinds.items()
        )
    )


def dial(place, name, values, value):
    """A slider through numbers or a choice of words, with the values in words."""
    words = [v if isinstance(v, str) else minus(f"{v:g}") for v in values]
    at = values.index(value)
    title = f'<label for="{place}">{html.escape(name)}</label>'
    if isinstance(value, str):
        options = "".join(
            f'<option value="{i}"{" selected" * (i == at)}>{html.escape(w)}</option>'
            for i, w in enumerate(words)
        )
        return f'<div>{title}<select id="{place}" autocomplete="off">{options}</select></div>'
    return (
        f'<div>{title}<input id="{place}" type="range" min="0" max="{len(values) - 1}"'
        f' value="{at}" autocomplete="off" aria-valuetext="{words[at]}"'
        f' data-words="{" ".join(words)}"><span>{words[at]}</span></div>'
    )


# ---------- in the book ----------


def render(otherwise):
    """MyST-NB asks plug-ins of installed packages, and this is none: it stands in where it gives up."""
    from docutils import nodes

    def render_unhandled(self, data):
        if data.mime_type != MIME:
            return otherwise(self, data)
        words = data.cell_metadata.get("mystnb", {})
        name, alt = words["figure"]["name"], words["image"]["alt"]
        return [nodes.raw("", drawn(data.content, name, alt), format="html")]

    return render_unhandled


def setup(app):
    from myst_nb.core.render import NbElementRenderer

    NbElementRenderer.render_unhandled = render(NbElementRenderer.render_unhandled)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
