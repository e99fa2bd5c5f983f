"""An interactive figure is a Vega-Lite specification that holds a drawing for every choice."""

import json
from pathlib import Path

import numpy as np
import pytest
import requires

from dlnotes import interactive

jsonschema = pytest.importorskip("jsonschema")
bs4 = pytest.importorskip("bs4")

# The part of Vega-Lite 5 that the book uses.
TEXT, NUMBER = {"type": "string"}, {"type": "number"}


def record(properties, optional=()):
    required = [name for name in properties if name not in optional]
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


SCALE = record(
    {
        "type": {"enum": ["linear", "log"]},
        "domain": {"type": "array", "items": NUMBER, "minItems": 2, "maxItems": 2},
        "nice": {"const": False},
    }
)
CHANNEL = record(
    {
        "field": {"enum": ["x", "y", "name"]},
        "type": {"enum": ["quantitative", "nominal"]},
        "title": {"type": ["string", "null"]},
        "sort": {"const": None},
        "scale": SCALE,
    },
    optional=("sort", "scale", "title"),
)
PALETTE = record({"domain": {"type": "array", "items": TEXT}, "range": {"type": "array"}})
COLOUR = {**CHANNEL, "properties": {**CHANNEL["properties"], "scale": PALETTE}}
MARK = record(
    {
        "type": {"enum": ["line", "point", "bar", "text"]},
        "filled": {"const": True},
        "align": {"const": "left"},
        **dict.fromkeys(("size", "opacity", "x", "y"), NUMBER),
    },
    optional=("filled", "align", "size", "opacity", "x", "y"),
)
TRANSFORM = {
    "type": "array",
    "items": {
        "oneOf": [
            record({"filter": TEXT}),
            record({"calculate": TEXT, "as": {"enum": ["x", "y"]}}),
            record({"flatten": {"const": ["x", "y"]}}),
        ]
    },
}
ENCODING = record(
    {
        "x": CHANNEL,
        "y": CHANNEL,
        "xOffset": CHANNEL,
        "color": COLOUR,
        "text": record({"field": TEXT}),
    },
    optional=("x", "y", "xOffset", "color", "text"),
)
BIND = record({"input": {"const": "select"}, "name": TEXT, "options": {"type": "array"}})
SCHEMA = record(
    {
        "$schema": {"const": interactive.SCHEMA},
        "width": NUMBER,
        "height": NUMBER,
        "params": {"type": "array", "items": record({"name": TEXT, "value": {}, "bind": BIND})},
        "data": record({"values": {"type": "array", "items": {"type": "object"}}}),
        "transform": TRANSFORM,
        "layer": {
            "type": "array",
            "items": record({"transform": TRANSFORM, "mark": MARK, "encoding": ENCODING}),
        },
    }
)


def falls(rate, shape):
    t = np.linspace(0, 10, 5)
    y = np.exp(-rate * t) if shape == "curve" else 1 - rate * t / 10
    return f"it ends at {y[-1]:.2f}", [
        ("line", "value", t, y),
        ("point", "half", [5], [y[2]]),
        ("line", "start", [0, 10], [1, 1]),
        ("line", "one rate", [0, 10], [0, rate]),
    ]


def heights(rate):
    return "bars", [
        ("bar", "a", ["zero", "one"], [0, rate]),
        ("bar", "b", ["zero", "one"], [-1, 1]),
    ]


CONTROLS = {"rate": (0.1, 0.5, 1), "shape": ("curve", "straight")}
AXES = {"x": "time", "y": "value < 1"}


def curve(**changes):
    return interactive.figure(falls, CONTROLS, **{**AXES, "start": (0.5, "curve"), **changes})


def bars():
    return interactive.figure(heights, {"rate": (1, 2)}, x="which", y="how much")


def rows(spec, name):
    return [row for row in spec["data"]["values"] if row.get("name") == name]


@pytest.mark.parametrize("figure", [curve, bars, lambda: curve(log="")])
def test_the_specification_is_vega_lite(figure):
    spec = json.loads(json.dumps(figure().spec))
    jsonschema.validate(spec, SCHEMA)
    broken = {**spec, "params": [{**spec["params"][0], "bind": {"input": "dial"}}]}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, SCHEMA)


def test_the_same_figure_is_the_same_text():
    assert json.dumps(curve().spec) == json.dumps(curve().spec)
    assert curve()._repr_mimebundle_() == {
        interactive.MIME: curve().spec,
        "text/plain": repr(curve()),
    }


def test_where_it_cannot_be_drawn_every_choice_is_a_line():
    said = repr(curve()).splitlines()
    assert said[0] == "interactive figure"
    assert said[1] == "rate = 0.1, shape = curve: it ends at 0.37"
    assert len(said) == 1 + 3 * 2


def test_what_a_control_does_not_change_is_stored_once():
    spec = curve().spec
    assert [len(rows(spec, n)) for n in ("value", "half", "start", "one rate")] == [6, 6, 1, 3]
    assert not {"p0", "p1"} & rows(spec, "start")[0].keys()
    assert all("p1" not in row for row in rows(spec, "one rate"))


def test_a_mark_that_some_choices_lack_is_theirs_alone():
    def sometimes(n):
        return "", [("line", "all", [0, 1], [0, 1]), *[("point", "two", [1], [1])] * (n == 2)]

    spec = interactive.figure(sometimes, {"n": (1, 2)}, **AXES).spec
    assert [row["p0"] for row in rows(spec, "two")] == [2]


def test_numbers_have_the_digits_that_an_axis_shows_and_zero_has_no_sign():
    def noisy(n):
        return "", [("line", "a", [0, 1000 / 3], [-1e-18, n / 3])]

    line = rows(interactive.figure(noisy, {"n": (1, 2)}, **AXES).spec, "a")
    assert [(row["x"], row["y"]) for row in line] == [
        ("0,333.3", "0,0.3333"),
        ("0,333.3", "0,0.6667"),
    ]
    figure = interactive.figure(noisy, {"n": (1.0, 2)}, **AXES)
    assert figure.spec["layer"][0]["encoding"]["y"]["scale"]["domain"] == [0, 0.6667]
    assert figure.told == ("n = 1: ", "n = 2: ")


def test_what_jupyterlab_is_given_reads_as_here():
    """All but the table, whose rows are judged below."""
    spec = {**curve().spec, "data": None}
    x = {"field": "x", "type": "quantitative", "title": "time"}
    y = {"field": "y", "type": "quantitative", "title": "value < 1"}
    x["scale"] = {"type": "linear", "domain": [0.0, 10.0], "nice": False}
    y["scale"] = {"type": "linear", "domain": [0.0, 1.0], "nice": False}
    names, colours = ["value", "half", "start", "one rate"], interactive.COLOURS[:4]
    palette = {"domain": names, "range": colours}
    colour = {"field": "name", "type": "nominal", "title": None, "scale": palette}
    table = [
        {"calculate": "split(datum.x, ',')", "as": "x"},
        {"calculate": "split(datum.y, ',')", "as": "y"},
        {"flatten": ["x", "y"]},
        {"calculate": "toNumber(datum.x)", "as": "x"},
        {"calculate": "toNumber(datum.y)", "as": "y"},
    ]
    point = {"type": "point", "filled": True, "size": 70, "opacity": 1}
    drawn = [
        {
            "transform": [{"filter": f"datum.kind == '{mark['type']}'"}, *table],
            "mark": mark,
            "encoding": {"x": x, "y": y, "color": colour},
        }
        for mark in ({"type": "line"}, point)
    ]
    told = {
        "transform": [{"filter": "datum.kind == 'told'"}],
        "mark": {"type": "text", "align": "left", "x": 0, "y": -12},
        "encoding": {"text": {"field": "text"}},
    }
    rates = {"input": "select", "name": "rate", "options": [0.1, 0.5, 1]}
    shapes = {"input": "select", "name": "shape", "options": ["curve", "straight"]}
    assert spec == {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": 480,
        "height": 280,
        "params": [
            {"name": "p0", "value": 0.5, "bind": rates},
            {"name": "p1", "value": "curve", "bind": shapes},
        ],
        "data": None,
        "transform": [
            {
                "filter": "(!isValid(datum.p0) || datum.p0 == p0) && "
                "(!isValid(datum.p1) || datum.p1 == p1)"
            }
        ],
        "layer": [*drawn, told],
    }
    assert list(curve()._repr_mimebundle_()) == ["application/vnd.vegalite.v5+json", "text/plain"]


def test_bars_have_words_on_one_axis_and_zero_on_the_other_and_stand_side_by_side():
    bar, _ = bars().spec["layer"]
    assert bar["mark"] == {"type": "bar"}
    encoding = bar["encoding"]
    assert encoding["x"] == {"field": "x", "type": "nominal", "title": "which", "sort": None}
    assert encoding["y"]["scale"]["domain"] == [-1, 2]
    assert encoding["xOffset"] == {"field": "name", "type": "nominal", "sort": None}
    assert bar["transform"][-2:] == [
        {"flatten": ["x", "y"]},
        {"calculate": "toNumber(datum.y)", "as": "y"},
    ]

    def apart(rate):
        return "", [("bar", "a", ["zero"], [3]), ("bar", "b", ["one"], [rate])]

    spec = interactive.figure(apart, {"rate": (1, 2)}, **AXES).spec
    assert "xOffset" not in spec["layer"][0]["encoding"]

    def one_shared(rate):
        return "", [("bar", "a", ["zero", "one"], [1, 3]), ("bar", "b", ["one"], [rate])]

    shared = interactive.figure(one_shared, {"rate": (1, 2)}, **AXES).spec
    assert "xOffset" in shared["layer"][0]["encoding"]
    assert spec["layer"][0]["encoding"]["y"]["scale"]["domain"] == [0, 3]


def test_the_table_has_a_row_for_a_mark_and_one_for_what_is_told():
    spec = curve().spec
    assert rows(spec, "value")[3] == {
        "p0": 0.5,
        "p1": "straight",
        "kind": "line",
        "name": "value",
        "x": "0,2.5,5,7.5,10",
        "y": "1,0.875,0.75,0.625,0.5",
    }
    told = [row for row in spec["data"]["values"] if row["kind"] == "told"]
    assert len(told) == 6
    assert told[-1] == {
        "p0": 1,
        "p1": "straight",
        "kind": "told",
        "text": "rate = 1, shape = straight: it ends at 0.00",
    }


def test_a_logarithmic_axis_keeps_digits_of_small_numbers_too():
    def powers(n):
        return "", [("line", "a", [1, 2], [1e-7 / 3, n])]

    spec = interactive.figure(powers, {"n": (10, 1000)}, log="y", **AXES).spec
    assert rows(spec, "a")[0]["y"] == "3.333e-08,10"
    scale = spec["layer"][0]["encoding"]["y"]["scale"]
    assert scale == {"type": "log", "domain": [3.333e-08, 1000], "nice": False}
    encoding = interactive.figure(powers, {"n": (10, 1000)}, log="x", **AXES).spec["layer"][0][
        "encoding"
    ]
    assert [encoding[axis]["scale"]["type"] for axis in "xy"] == ["log", "linear"]


def test_without_a_start_the_first_values_are_shown():
    assert [p["value"] for p in curve(start=None).spec["params"]] == [0.1, "curve"]


def test_a_colour_may_be_chosen_by_its_number_in_the_book():
    scale = curve(colours={"value": "C3"}).spec["layer"][0]["encoding"]["color"]["scale"]
    assert scale["range"][:2] == [interactive.COLOURS[3], interactive.COLOURS[1]]


def test_the_colours_are_those_of_the_book_s_plots():
    style = Path(interactive.__file__).with_name("book.mplstyle").read_text(encoding="utf-8")
    cycle = style.split("cycler(")[1].split("[")[1].split("]")[0]
    assert [c.strip(' "') for c in cycle.split(",")] == [c[1:] for c in interactive.COLOURS]


# ---------- on the page ----------


@pytest.fixture(scope="module")
def notes_figures():
    return requires.script("notes_figures")


def page(notes_figures, figure):
    drawn = notes_figures.drawn(figure.spec, "fig-a", "A curve <falls>.")
    return bs4.BeautifulSoup(drawn, "html.parser")


def test_the_page_shows_the_start_and_holds_every_other_choice(notes_figures):
    html = page(notes_figures, curve())
    parts = html.select("svg[role=img] path[data-at]")
    assert len(parts) == 6 + 6 + 3
    assert [p["data-at"] for p in parts if not p.has_attr("hidden")] == ["1 0", "1 0", "1 *"]
    assert len(html.select("svg[role=img] path:not([data-at]):not(.grid)")) == 1


def test_the_page_says_what_is_shown_and_all_that_can_be(notes_figures):
    html = page(notes_figures, curve())
    said = "rate = 0.5, shape = curve: it ends at 0.01"
    assert html.output.get_text() == said
    assert html.select_one("svg[role=img]")["aria-label"] == f"A curve <falls>. {said}"
    assert json.loads(html.div["data-told"]) == list(curve().told)


def test_numbers_make_a_slider_and_words_a_choice_and_each_has_its_label(notes_figures):
    html = page(notes_figures, curve())
    slider, select = html.select("input, select")
    assert (slider["type"], slider["value"], slider["max"]) == ("range", "1", "2")
    assert slider["aria-valuetext"] == "0.5"
    assert [o.get_text() for o in select.select("option")] == ["curve", "straight"]
    assert [label["for"] for label in html.select("label")] == [slider["id"], select["id"]]


def test_a_point_of_the_table_lies_where_the_axes_say(notes_figures):
    html = page(notes_figures, curve())
    n = notes_figures
    line = html.select_one('path[data-at="0 1"]')["d"]
    middle_x, from_1_to_0 = (n.LEFT + n.RIGHT) / 2, n.BOTTOM - n.TOP
    at = f"{middle_x:.1f} {n.TOP + 0.05 * from_1_to_0:.1f}"
    assert line.split("L")[2] == at  # rate 0.1 at time 5: 0.95


def test_a_logarithmic_axis_has_powers_of_ten_for_ticks(notes_figures):
    def steep(n):
        return "", [("line", "a", [0, 1], [1e-6, 10.0**n])]

    html = page(notes_figures, interactive.figure(steep, {"n": (0, 6)}, log="y", **AXES))
    ticks = [t.get_text() for t in html.select("svg[role=img] text")]
    assert ticks[:7] == ["10⁻⁶", "10⁻⁴", "0.01", "1", "100", "10000", "10⁶"]


def test_bars_stand_side_by_side_on_zero(notes_figures):
    html = page(notes_figures, bars())
    first, second = html.select('path[data-at="0"], path[fill]:not([data-at])')[:2]
    zero = notes_figures.TOP + (notes_figures.BOTTOM - notes_figures.TOP) * 2 / 3
    assert f" {zero:.1f}H" in first["d"] and f" {zero:.1f}H" in second["d"]
    right = float(first["d"].split("H")[1].split("V")[0])
    assert second["d"].startswith(f"M{right:.1f} ")
