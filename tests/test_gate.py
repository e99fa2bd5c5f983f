"""The gate itself, tried on notebooks that are broken on purpose: each fault fails by its name."""

import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import pytest
import requires
import test_hygiene as hygiene
from nbformat import v4

ROOT = Path(__file__).parent.parent
LIMIT = 2  # seconds, for a cell that never ends

ALT = "A curve falls from 1 at the left edge to 0 at the right edge, steeply at first, then slowly."
CAPTION = "The curve that this test is about."


def notebook(*cells, metadata=hygiene.METADATA):
    """Not by nbformat's own maker, which mends an id that is used twice."""
    whole = {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": list(cells)}
    return nbformat.from_dict(whole)


def markdown(source, id="text"):
    return v4.new_markdown_cell(source, id=id)


def code(source="print(0.25)", *outputs, id="quarter", count=1, **metadata):
    return v4.new_code_cell(
        source, id=id, execution_count=count, outputs=list(outputs), metadata=metadata
    )


def stream(text, name="stdout"):
    return v4.new_output("stream", name=name, text=text)


def result(text, kind="text/plain", count=1):
    return v4.new_output("execute_result", data={kind: text}, execution_count=count)


def picture():
    return v4.new_output("display_data", data={"image/png": "", "text/plain": "<Figure>"})


def film(rows, columns):
    data = {"image/png": "", "text/plain": f"film strip, {rows} x {columns} frames"}
    return v4.new_output("execute_result", data=data, execution_count=1)


def turned(y, sign="", **more):
    """What an interactive figure with one number leaves."""
    spec = {"data": {"values": [{"kind": "line", "x": "0,1", "y": f"0,{sign}{y}"}]}, **more}
    data = {hygiene.TURNED: spec, "text/plain": "interactive figure"}
    return v4.new_output("display_data", data=data)


def error():
    return v4.new_output("error", ename="ValueError", evalue="too long", traceback=[])


def figure(*outputs, alt=ALT, caption=CAPTION, name="fig-curve", source="assert x", **changes):
    words = {"image": {"alt": alt}, "figure": {"caption": caption, "name": name}}
    return code(source, *(outputs or [picture()]), mystnb=words, **changes)


def quarter(**changes):
    return code("print(0.25)", stream("0.25\n"), **changes)


# ---------- the rules on stored notebooks ----------

OF_ANOTHER_MACHINE = {
    "kernelspec": {"name": "my-env", "display_name": "my-env"},
    "language_info": {"name": "python", "version": "3.12.1"},
}

# What is to be said, and the notebook or the only cell of one that it is said of.
BROKEN = {
    hygiene.every_cell_was_run_in_order: [
        ("quarter: execution count None, in order it is 1", quarter(count=None)),
        ("quarter: execution count 3, in order it is 1", quarter(count=3)),
        ("quarter: its output has the execution count 7", code("1", result("1", count=7))),
        ("quarter: an empty code cell", code("\n")),
    ],
    hygiene.metadata_is_in_normal_form: [
        ("my-env", notebook(quarter(), metadata=OF_ANOTHER_MACHINE)),
        ("quarter: metadata 'collapsed'", quarter(collapsed=True)),
        (
            "quarter: metadata of an output, {'scrolled': True}",
            code("1", {**picture(), "metadata": {"scrolled": True}}),
        ),
        ("text: an attachment", {**markdown("![a](attachment:a.png)"), "attachments": {"a": {}}}),
    ],
    hygiene.ids_are_words_and_unique: [
        ("quarter: an id used twice", notebook(quarter(), quarter(count=2))),
        ("1f3a9b2c: an id must be words", quarter(id="1f3a9b2c")),
        ("an id must be words", quarter(id="6ba7b810-9dad-11d1-80b4-00c04fd430c8")),
        ("Quarter_1: an id must be words", quarter(id="Quarter_1")),
    ],
    hygiene.nothing_escapes_nbval: [
        ("quarter: the tag nbval-skip", quarter(tags=["nbval-skip"])),
        ("quarter: the tag nbval-ignore-output", quarter(tags=["nbval-ignore-output"])),
        ("quarter: the tag frames-3x4", quarter(tags=["frames-3x4"])),
        ("quarter: the tag frames-4x3", code("x", film(3, 4), tags=["frames-4x3"])),
        ("quarter: the comment NBVAL_IGNORE_OUTPUT", code("# NBVAL_IGNORE_OUTPUT\nx = 1")),
        ("quarter: the comment PYTEST_VALIDATE", code("# PYTEST_VALIDATE_IGNORE_OUTPUT\nx = 1")),
        ("quarter: tagged raises-exception, and no error", quarter(tags=["raises-exception"])),
        ("quarter: an error is stored, and there is no tag", code("int('x')", error())),
    ],
    hygiene.outputs_are_the_same_on_every_machine: [
        ("quarter: stderr: 'careful'", code("x", stream("careful", "stderr"))),
        ("unknown kind application/json", code("x", result({}, "application/json"))),
        ("a memory address", code("x", result("<object at 0x7f9e4c0b5d30>"))),
        ("a timing", code("x", stream("took 31.5 ms"))),
        ("a timing", code("x", stream("done in 0.31 s"))),
        ("a date or a time of day", code("x", stream("run on 2024-02-29"))),
        ("a date or a time of day", code("x", stream("run at 23:59:00"))),
        ("an absolute path", code("x", stream("read /home/ada/book/data.csv"))),
        ("an absolute path", code("x", stream("read C:\\book\\data.csv"))),
        ("an absolute path", code("x", stream("File ~/book/page.py:3, in f"))),
        ("a warning", code("x", stream("RuntimeWarning: overflow"))),
        ("a NumPy scalar in its text/plain", code("x", result("np.float64(0.25)"))),
        ("a NumPy scalar in its stdout", code("x", stream("[np.True_, 1]"))),
        ("more digits than machines agree on", code("x", result("0.30000000000000004"))),
        ("what rounding left over", code("x", result("<td>5.6e-17</td>", "text/html"))),
        ("a zero with a minus sign", code("x", stream("[-0.  1.]"))),
        ("a zero with a minus sign in its application", code("x", turned("0", sign="-"))),
    ],
    hygiene.interactive_figures_are_small: [
        ("quarter: an interactive figure of 20", code("x", turned("1" * hygiene.LARGEST))),
    ],
    hygiene.code_is_plain_python: [
        ("quarter: not plain Python, line 1: %timeit f()", code("%timeit f()")),
        ("quarter: not plain Python, line 2: !ls", code("x = 1\n!ls")),
        ("quarter: not plain Python: get_ipython", code("get_ipython().system('ls')")),
    ],
    hygiene.code_lines_are_short: [
        ("quarter: a line of 73 characters, 72 are allowed", code("x = " + "1" * 69)),
    ],
    hygiene.imports_are_few_and_named: [
        ("quarter: imports time", code("import numpy, time")),
        ("quarter: imports sklearn.metrics", code("from sklearn.metrics import f1_score")),
        ("quarter: imports __import__", code("__import__('time')")),
        ("quarter: a star import from numpy", code("from numpy import *")),
    ],
    hygiene.chance_has_a_seed: [
        ("quarter: a generator without a seed", code("rng = np.random.default_rng()")),
        ("quarter: np.random.normal is not of", code("x = np.random.normal(size=3)")),
    ],
    hygiene.figures_are_told_in_words: [
        ("quarter: the alternative text is too short", code("plt.show()", picture())),
        ("quarter: the alternative text is too short", figure(alt="A curve.")),
        ("quarter: the caption is too short: ''", figure(caption="")),
        ("quarter: the alternative text repeats the caption", figure(caption=ALT)),
        ("quarter: the figure's name '' is not like fig-words", figure(name="")),
        ("quarter: 2 figures in one cell", figure(picture(), picture())),
        ("quarter: the alternative text is too short", code("x", turned("1"))),
        ("quarter: the words of a figure, and no figure", figure(stream("0.25"))),
        (
            "second: used for another figure, too: 'A curve falls",
            notebook(figure(), figure(name="fig-2", caption=CAPTION * 2, id="second", count=2)),
        ),
        ("text: an image without alternative text", markdown("![](curve.png)")),
        ("text: an image without alternative text", markdown('<img src="curve.png">')),
    ],
    hygiene.film_strips_are_tagged: [
        ("curve: a film strip without the tag frames-3x4", figure(film(3, 4), id="curve")),
    ],
    hygiene.figures_are_told_in_numbers: [
        (
            "curve: its section prints nothing and asserts nothing",
            notebook(quarter(), markdown("## Next"), figure(source="plt.show()", id="curve")),
        ),
    ],
}
EACH = [
    pytest.param(rule, words, broken, id=f"{rule.__name__}-{i}")
    for rule, cases in BROKEN.items()
    for i, (words, broken) in enumerate(cases)
]


@pytest.mark.parametrize(("rule", "words", "broken"), EACH)
def test_a_broken_notebook_is_named_by_its_rule(rule, words, broken):
    if "cells" not in broken:
        broken = notebook(broken)
    said = list(rule(broken))
    assert any(words in sentence for sentence in said), said


def test_every_rule_is_tried():
    assert list(BROKEN) == list(hygiene.RULES)


@pytest.mark.parametrize("rule", hygiene.RULES, ids=lambda rule: rule.__name__)
def test_a_sound_notebook_breaks_no_rule(rule):
    sound = notebook(
        markdown("# A quarter\n\n![a quarter of a circle](quarter.png)"),
        quarter(),
        figure(id="curve", count=2),
        code("int('x')", error(), id="raises", count=3, tags=["raises-exception"]),
        code("x", result("-0.25 and/or 1/4 in 2 seeds", count=4), id="shows", count=4),
    )
    assert list(rule(sound)) == []


# ---------- nbval with this repository's settings ----------

NOTEBOOKS = {
    "sound": notebook(quarter()),
    "digit": notebook(quarter(), code("print(0.26)", stream("0.25\n"), id="changed", count=2)),
    "turned": notebook(
        code(
            "from IPython.display import display\n"
            f"display({dict(turned('0.26').data)!r}, raw=True)",
            turned("0.25"),
        )
    ),
    "null": notebook(code("print(0.26)", count=None)),
    "raises-nothing": notebook(code("x = 1", tags=["raises-exception"])),
    "raises-no-more": notebook(code("x = 1", error(), tags=["raises-exception"])),
    "dies": notebook(code("import os\nos._exit(1)"), code("x = 1", id="after", count=2)),
    "endless": notebook(code("while True:\n    pass")),
    ".ipynb_checkpoints/copy": notebook(code("print(0.26)", stream("0.25\n"))),
}


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """NOTEBOOKS run in a repository with our settings: of each cell the seconds and the failure."""
    place = tmp_path_factory.mktemp("repository")
    for name in ("conftest.py", "pyproject.toml"):
        shutil.copy(ROOT / name, place)
    (place / "book" / ".ipynb_checkpoints").mkdir(parents=True)
    (place / "_build").mkdir()
    for name, content in NOTEBOOKS.items():
        nbformat.write(content, place / "book" / f"{name}.ipynb")
    shutil.copy(place / "book" / "digit.ipynb", place / "_build" / "built.ipynb")
    options = [f"--nbval-cell-timeout={LIMIT}", "--color=no", "--junitxml=report.xml"]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", ".", *options, "-o", "junit_logging=all"],
        cwd=place,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert run.returncode == 1, run.stdout + run.stderr
    cells = {}
    for case in ElementTree.parse(place / "report.xml").iter("testcase"):
        failed = "".join(node.text for node in case.iter() if node.tag in ("failure", "error"))
        name = case.get("classname").split(".", 1)[-1]
        cells[name, case.get("name")] = float(case.get("time")), failed
    return cells, run.stdout


def test_a_cell_that_gives_what_is_stored_passes(ran):
    cells, _ = ran
    assert cells["sound.ipynb", "Cell 0"][1] == ""
    assert cells["digit.ipynb", "Cell 0"][1] == ""


def test_a_changed_digit_fails_and_names_the_cell(ran):
    cells, printed = ran
    _, failed = cells["digit.ipynb", "Cell 1"]
    assert "Cell outputs differ" in failed
    assert "- 0.26" in failed and "+ 0.25" in failed
    assert "id changed, In [2]" in printed


def test_a_changed_digit_in_an_interactive_figure_fails(ran):
    cells, _ = ran
    _, failed = cells["turned.ipynb", "Cell 0"]
    assert "Cell outputs differ" in failed
    assert "0,0.25" in failed and "0,0.26" in failed


def test_a_cell_without_a_count_passes_nbval_and_not_the_rules(ran):
    cells, _ = ran
    assert cells["null.ipynb", "Cell 0"][1] == ""
    assert list(hygiene.every_cell_was_run_in_order(NOTEBOOKS["null"]))


def test_a_cell_that_is_to_raise_and_never_did_passes_nbval_and_not_the_rules(ran):
    cells, _ = ran
    assert cells["raises-nothing.ipynb", "Cell 0"][1] == ""
    assert list(hygiene.nothing_escapes_nbval(NOTEBOOKS["raises-nothing"]))


def test_a_cell_that_raises_no_more_fails(ran):
    cells, _ = ran
    assert "Missing output fields" in cells["raises-no-more.ipynb", "Cell 0"][1]


def test_a_dead_kernel_fails_in_seconds_with_all_cells_after_it(ran):
    cells, _ = ran
    seconds, failed = cells["dies.ipynb", "Cell 0"]
    assert "the kernel died in this cell" in failed
    assert seconds < 10  # on a busy machine; one or two on an idle one
    assert "Kernel dead" in cells["dies.ipynb", "Cell 1"][1]


def test_an_endless_cell_fails_when_its_time_is_up(ran):
    cells, _ = ran
    assert f"Timeout of {LIMIT} seconds exceeded" in cells["endless.ipynb", "Cell 0"][1]


def test_built_copies_and_checkpoints_are_not_run(ran):
    cells, _ = ran
    assert {name for name, _ in cells} == {f"{n}.ipynb" for n in NOTEBOOKS if "/" not in n}


# ---------- what may be missing ----------


@pytest.mark.parametrize(
    ("named", "ends"),
    [
        ("", pytest.skip.Exception),
        ("oracles", pytest.skip.Exception),
        ("browser", pytest.fail.Exception),
        ("oracles, browser", pytest.fail.Exception),
        ("browsers", pytest.fail.Exception),
    ],
)
def test_what_is_missing_is_a_skip_and_a_failure_where_it_is_required(monkeypatch, named, ends):
    monkeypatch.setenv("DLNOTES_REQUIRE", named)
    with pytest.raises(ends):
        requires.missing("browser", "no Chromium on the PATH")
    with pytest.raises(ends):
        requires.library("no_such.library", of="browser")
    assert named == "browsers" or requires.library("numpy", of="browser").__name__ == "numpy"
