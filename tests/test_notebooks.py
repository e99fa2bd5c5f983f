"""The exercises on the pages, as a student meets them: every solution and every mistake pasted in.

(The notebooks as they are shipped are run by nbval.)
"""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from dlnotes import exercises

BOOK = Path(__file__).parent.parent / "book"
TOPICS = [topic.__name__.rsplit(".", 1)[-1] for topic in exercises.TOPICS]
every_topic = pytest.mark.parametrize("topic", TOPICS)


def page_of(topic):
    """adam_variants is a module's name, adam-variants a page's."""
    return BOOK / f"{topic.replace('_', '-')}.ipynb"


def exercises_of(topic):
    return [e for e in exercises.ALL if e.topic == topic]


def page(topic):
    return nbformat.read(page_of(topic), as_version=4)


def answer_cells(notebook):
    return [c for c in notebook.cells if "exercise" in c.metadata.get("tags", [])]


def shown(cell):
    return "".join(o.get("data", {}).get("text/plain", o.get("text", "")) for o in cell.outputs)


def run(notebook, wanted):
    """Run a notebook's first cell (its imports) and the wanted ones, and hand back the latter."""
    setup = next(c for c in notebook.cells if c.cell_type == "code")
    notebook.cells = [setup, *wanted]
    NotebookClient(notebook, timeout=60, resources={"metadata": {"path": str(BOOK)}}).execute()
    return notebook.cells[1:]


def test_every_topic_has_its_page():
    assert [t for t in TOPICS if page_of(t).is_file()] == TOPICS


@every_topic
def test_the_starters_on_the_page_are_the_exercises_own_and_not_attempted(topic):
    cells = answer_cells(page(topic))
    assert [c.source for c in cells] == [e.starter for e in exercises_of(topic)]
    told = [f"{e.name}: not attempted yet." for e in exercises_of(topic)]
    assert [shown(c) for c in cells] == told


@every_topic
def test_every_exercise_and_question_is_displayed_above_its_answer(topic):
    cells = [c.source for c in page(topic).cells if c.cell_type == "code"]
    for e in exercises_of(topic):
        assert cells[cells.index(e.starter) - 1] == f"exercises.{topic}.{e.name}"
    for i in range(len(getattr(exercises, topic).questions)):
        assert f"exercises.{topic}.questions[{i}]" in cells


@every_topic
def test_with_every_solution_pasted_the_whole_notebook_runs_and_says_right(topic):
    notebook = page(topic)
    for cell, e in zip(answer_cells(notebook), exercises_of(topic), strict=True):
        cell.source = cell.source.replace(e.starter.split("\n\n\n")[0], e.source(e.solution))
        assert cell.source != e.starter
    NotebookClient(notebook, timeout=60, resources={"metadata": {"path": str(BOOK)}}).execute()
    for cell, e in zip(answer_cells(notebook), exercises_of(topic), strict=True):
        assert shown(cell) == f"{e.name}: right.", shown(cell)


@every_topic
def test_every_mistake_pasted_is_named_and_an_endless_loop_does_not_stop_the_notebook(topic):
    pasted = []
    for e in exercises_of(topic):
        _, check = e.starter.split("\n\n\n")
        for m in e.mistakes:
            pasted.append((f"{e.source(m.answer)}\n\n{check}", f"{e.name}: wrong. "))
    define, check = exercises_of(topic)[0].starter.split("\n\n\n")
    endless = define.replace("...", "while True:\n        pass")
    pasted.append((f"{endless}\n\n{check}", f"{exercises_of(topic)[0].name}: too slow"))
    pasted.append((exercises_of(topic)[0].starter, "not attempted"))
    cells = run(page(topic), [nbformat.v4.new_code_cell(source) for source, _ in pasted])
    names = [m.name[1:] for e in exercises_of(topic) for m in e.mistakes] + ["", ""]
    for cell, (_, start), name in zip(cells, pasted, names, strict=True):
        assert start in shown(cell) and name in shown(cell), f"{cell.source}\n{shown(cell)}"
