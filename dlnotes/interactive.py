"""Figures that a reader turns: a few values to choose from, and a drawing for every choice.

A figure is a Vega-Lite specification, plain text that holds the whole table: JupyterLab draws it,
the site draws it (book/_ext/notes_figures.py), and nbval compares it.
"""

import math
from collections.abc import Callable
from itertools import product
from typing import NamedTuple

from . import _require

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
MIME = "application/vnd.vegalite.v5+json"
KINDS = {
    "line": {"type": "line"},
    "point": {"type": "point", "filled": True, "size": 70, "opacity": 1},
    "bar": {"type": "bar"},
}
COLOURS = ["#0072B2", "#D55E00", "#009E73", "#A8447F", "#A66F00", "#2A86BE", "#000000"]
DIGITS = 3  # beyond the first: a thousandth of an axis is less than a dot on the screen


class Figure(NamedTuple):
    """What figure() makes. Where it cannot be drawn, it reads as a line for every choice."""

    spec: dict
    told: tuple  # what is said of each choice, the last control running fastest

    def __repr__(self):
        return "\n".join(["interactive figure", *self.told])

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {MIME: self.spec, "text/plain": repr(self)}


def figure(draw, controls, *, x, y, start=None, log="", colours=None):
    """A drawing for every choice of values -> Figure.

    draw(a, b) -> (sentence, marks) for a value of each control; a mark is (kind, name, x, y) with
    the kind line, point or bar, whose x and y are as long as each other. The x of bars are texts.
    controls: {"δ": (1, 10, 100), "labels": ("clean", "one typo")}; numbers make a slider
    x, y: the axes in words; log: those of them that are logarithmic, "", "x", "y" or "xy"
    start: the values of the still, the first ones if nothing is said
    colours: {name: "C3"}; else a name has the next of the book's colours
    """
    who = "figure"
    _require.instance(who, "draw", draw, Callable, "a function of a value of each control")
    _require.instance(who, "controls", controls, dict, "a dictionary of values by name")
    _require.choice(who, "log", log, ("", "x", "y", "xy"))
    for axis, title in ("x", x), ("y", y):
        _require.instance(who, axis, title, str, "the axis in words")
    if colours is not None:
        _require.instance(who, "colours", colours, dict, "a dictionary of colours by name")
        for name, colour in colours.items():
            _require.choice(who, f"the colour of {name}", colour, [*_colours()])
    if start is not None:
        _require.instance(who, "start", start, (tuple, list), "a tuple of values")
    if not controls:
        raise ValueError(f"{who}: controls must hold one control or more, got none")
    for name, values in controls.items():
        _require.instance(who, name, values, (tuple, list), "a tuple of values")
        alike = len({isinstance(v, str) for v in values}) == 1
        if not alike or len({*values}) < max(2, len(values)):
            wanted = "two or more different values, all of them numbers or all texts"
            raise ValueError(f"{who}: {name} must have {wanted}, got {values}")
        if not isinstance(values[0], str):
            _require.finite(who, **{name: values})
    start = tuple(v[0] for v in controls.values()) if start is None else tuple(start)
    if start not in product(*controls.values()):
        raise ValueError(f"{who}: start must have a value of each control, got {start}")

    told, marks = {}, {}  # by choice; by (kind, name) and choice
    for choice in product(*(range(len(values)) for values in controls.values())):
        chosen = [values[i] for values, i in zip(controls.values(), choice, strict=True)]
        sentence, drawn = draw(*chosen)
        words = ", ".join(f"{n} = {_text(v)}" for n, v in zip(controls, chosen, strict=True))
        told[choice] = f"{words}: {sentence}"
        for kind, name, *xy in drawn:
            _require.choice(who, "a mark", kind, tuple(KINDS))
            marks.setdefault((kind, name), {})[choice] = _approved(kind, name, xy, log)
    every = [xy for by_choice in marks.values() for xy in by_choice.values()]
    if not every:
        raise ValueError(f"{who}: draw must draw something, got no marks")
    bars = {kind == "bar" for kind, _ in marks}
    if len(bars) > 1:
        raise ValueError(f"{who}: bars must have a figure for themselves, got other marks beside")
    axes = {
        "x": _axis([v for xs, _ in every for v in xs], x, "x" in log),
        "y": _axis([v for _, ys in every for v in ys] + [0] * (True in bars), y, "y" in log),
    }
    names = list(dict.fromkeys(name for _, name in marks))
    colours = {n: _colours()[(colours or {}).get(n, f"C{i}")] for i, n in enumerate(names)}
    rows = [
        row
        for (kind, name), by_choice in marks.items()
        for row in _rows(kind, name, by_choice, controls, axes)
    ]
    for choice, sentence in told.items():
        rows.append({**_where(choice, controls), "kind": "told", "text": sentence})
    spec = _spec(rows, controls, start, axes, colours)
    return Figure(spec, tuple(told.values()))


def _colours():
    return {f"C{i}": colour for i, colour in enumerate(COLOURS)}


def _approved(kind, name, xy, log):
    """The x and y of a mark as lists of one length: numbers, and for bars texts."""
    who = "figure"
    if len(xy) != 2 or len(xy[0]) != len(xy[1]):
        raise ValueError(f"{who}: {name} must have x and y of one length, got {xy!r}")
    for axis, values in zip("xy", xy, strict=True):
        if kind == "bar" and axis == "x":
            for v in values:
                _require.instance(who, "the x of a bar", v, str, "a text")
                if "," in v:
                    raise ValueError(f"{who}: the x of a bar must be without a comma, got {v!r}")
            continue
        _require.finite(who, **{f"{axis} of {name}": values})
        if axis in log and min(values) <= 0:
            raise ValueError(
                f"{who}: {axis} of {name} must be above 0 on a logarithmic axis, got {min(values)}"
            )
    return tuple([v if isinstance(v, str) else float(v) for v in values] for values in xy)


def _axis(values, title, log):
    """How Vega-Lite says it; the domain holds every choice's values, so that the axes stay."""
    if isinstance(values[0], str):
        return {"type": "nominal", "title": title, "sort": None}
    write = _writer({"scale": {"type": "log" if log else "linear"}}, values)
    low, high = float(write(min(values))), float(write(max(values)))
    if low == high:
        raise ValueError(f"figure: {title} must have two different values, got {low} alone")
    scale = {"type": "log" if log else "linear", "domain": [low, high], "nice": False}
    return {"type": "quantitative", "title": title, "scale": scale}


def _writer(axis, values):
    """A function that writes a number with the digits that an axis can show."""
    if axis.get("scale", {}).get("type") == "log":
        return lambda v: f"{v:.{DIGITS + 1}g}"
    largest = max(map(abs, values)) or 1.0
    places = DIGITS - math.floor(math.log10(largest))
    return lambda v: f"{round(v, places) + 0.0:.10g}"


def _where(choice, controls, but=()):
    values = zip(choice, controls.values(), strict=True)
    return {f"p{j}": v[i] for j, (i, v) in enumerate(values) if j not in but}


def _rows(kind, name, by_choice, controls, axes):
    """A row for every choice that changes the mark: what a control leaves alone is stored once."""
    written = {}
    for choice, xy in by_choice.items():
        row = {"kind": kind, "name": name}
        for axis, values in zip("xy", xy, strict=True):
            form = axes[axis]
            domain = form.get("scale", {}).get("domain")
            write = _writer(form, domain) if domain else str
            row[axis] = ",".join(map(write, values))
        written[choice] = row
    idle = []
    for j, values in enumerate(controls.values()):
        first = {c: written.get((*c[:j], 0, *c[j + 1 :])) for c in written}
        whole = len(written) == len(values) * len({(*c[:j], *c[j + 1 :]) for c in written})
        if whole and all(row == first[c] for c, row in written.items()):
            idle.append(j)
    return [
        {**_where(c, controls, idle), **row}
        for c, row in written.items()
        if all(c[j] == 0 for j in idle)
    ]


def _spec(rows, controls, start, axes, colours):
    params = [
        {"name": f"p{j}", "value": v, "bind": {"input": "select", "name": n, "options": [*values]}}
        for j, ((n, values), v) in enumerate(zip(controls.items(), start, strict=True))
    ]
    colour = {"domain": [*colours], "range": [*colours.values()]}
    encoding = {
        **{axis: {"field": axis, **form} for axis, form in axes.items()},
        "color": {"field": "name", "type": "nominal", "title": None, "scale": colour},
    }
    places = {(row["name"], text) for row in rows if "x" in row for text in row["x"].split(",")}
    if axes["x"]["type"] == "nominal" and len({text for _, text in places}) < len(places):
        encoding["xOffset"] = {"field": "name", "type": "nominal", "sort": None}
    used = dict.fromkeys(row["kind"] for row in rows)
    table = [{"calculate": f"split(datum.{a}, ',')", "as": a} for a in "xy"]
    table += [{"flatten": ["x", "y"]}]
    table += [
        {"calculate": f"toNumber(datum.{a})", "as": a}
        for a, form in axes.items()
        if form["type"] == "quantitative"
    ]
    layers = [
        {
            "transform": [{"filter": f"datum.kind == '{k}'"}, *table],
            "mark": KINDS[k],
            "encoding": encoding,
        }
        for k in used
        if k in KINDS
    ]
    layers.append(
        {
            "transform": [{"filter": "datum.kind == 'told'"}],
            "mark": {"type": "text", "align": "left", "x": 0, "y": -12},
            "encoding": {"text": {"field": "text"}},
        }
    )
    chosen = [f"(!isValid(datum.{p['name']}) || datum.{p['name']} == {p['name']})" for p in params]
    return {
        "$schema": SCHEMA,
        "width": 480,
        "height": 280,
        "params": params,
        "data": {"values": rows},
        "transform": [{"filter": " && ".join(chosen)}],
        "layer": layers,
    }


def _text(value):
    return value if isinstance(value, str) else f"{value:g}"
