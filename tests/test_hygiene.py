"""What a stored notebook must keep, and nbval cannot see.

A rule is a function of a notebook that yields what breaks it, in words, each beginning with the
cell's id. tests/test_gate.py breaks every rule once.
"""

import ast
import json
import re
import runpy
from pathlib import Path

import nbformat
import pytest

from dlnotes import interactive

ROOT = Path(__file__).parent.parent
METADATA = runpy.run_path(str(ROOT / "tools" / "run_notebooks.py"))["METADATA"]

CELL_METADATA = {"mystnb", "tags"}
TAGS = {"exercise", "hide-input", "hide-output", "raises-exception", "remove-input"}
TURNED = interactive.MIME
KINDS = {"image/png", "text/html", "text/latex", "text/markdown", "text/plain", TURNED}
LARGEST = 20_000  # characters of an interactive figure's table
MODULES = {"dlnotes", "matplotlib", "numpy"}  # all of these run in a browser, too
WIDTH = 72
SHORTEST_ALT, SHORTEST_CAPTION = 60, 20

RANDOM_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){0,3}(-[0-9a-f]{12})?")
WORDS_ID = re.compile(r"[a-z0-9][a-z0-9-]*")
NBVAL = re.compile(r"NBVAL_\w+|PYTEST_VALIDATE_\w+")
UNLABELLED_IMAGE = re.compile(r"!\[\s*\]\(|<img(?![^>]*\balt=\"[^\"])[^>]*>")
FICKLE = {
    "a memory address": r"\b0x[0-9a-fA-F]{6,}",
    "a timing": r"\b\d+(\.\d+)? ?([mµun]s|sec|seconds)\b|\b\d+\.\d+ ?s\b|Wall time|CPU times",
    "a date or a time of day": r"\b20\d\d-\d\d-\d\d\b|\b\d\d:\d\d:\d\d\b",
    "an absolute path": r"(?<![\w.:/<])~?/[\w.-]+/[\w.-]+|\b[A-Z]:\\\w|file://|\bFile \S+:\d",
    "a warning": r"\w*Warning:",
    "a NumPy scalar": r"\bnp\.((u?int|float|complex|str|bool)\w*\(|True_|False_)",
    "more digits than machines agree on": r"\.\d{10,}",
    "what rounding left over": r"\d\.?\d*e-1[5-9]\b",
    "a zero with a minus sign": r"(?<![\w.])-0\.?0*(?![\w.])",
}


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def tags(cell):
    return cell.metadata.get("tags", [])


def texts(cell):
    """What a cell's outputs say: (kind, text), without escape codes for colours."""
    for output in cell.outputs:
        said = {k: v for k, v in output.get("data", {}).items() if k.startswith("text/")}
        if TURNED in output.get("data", {}):
            said[TURNED] = json.dumps(output["data"][TURNED], ensure_ascii=False)
        if output.output_type == "stream":
            said = {output.name: output.text}
        elif output.output_type == "error":
            said = {"error": "\n".join([output.ename, output.evalue, *output.traceback])}
        for kind, text in said.items():
            yield kind, re.sub(r"\x1b\[[\d;]*m", "", text)


def film_tags(cell):
    """frames-3x4 for a film strip of 3 rows and 4 columns: by this tag the site plays it."""
    return {
        f"frames-{rows}x{columns}"
        for _, text in texts(cell)
        for rows, columns in re.findall(r"^film strip, (\d+) x (\d+) frames$", text)
    }


def images(cell):
    """A cell's figures: pictures, and those that a reader turns."""
    return [
        o
        for o in cell.outputs
        if any(k.startswith("image/") or k == TURNED for k in o.get("data", {}))
    ]


def mystnb(cell, part, key):
    return cell.metadata.get("mystnb", {}).get(part, {}).get(key, "")


def trees(notebook):
    """The cells' code as syntax trees; what is not Python is the matter of plain_python."""
    for cell in code_cells(notebook):
        try:
            yield cell, ast.parse(cell.source)
        except SyntaxError:
            continue


# ---------- the rules ----------


def every_cell_was_run_in_order(notebook):
    """nbval compares nothing in a cell whose execution count is null."""
    for wanted, cell in enumerate(code_cells(notebook), start=1):
        if not cell.source.strip():
            yield f"{cell.id}: an empty code cell"
        if cell.execution_count != wanted:
            yield f"{cell.id}: execution count {cell.execution_count}, in order it is {wanted}"
        for output in cell.outputs:
            if output.output_type == "execute_result" and output.execution_count != wanted:
                yield f"{cell.id}: its output has the execution count {output.execution_count}"


def metadata_is_in_normal_form(notebook):
    """Nothing of the machine or the editor, as `make notebooks` leaves it."""
    if notebook.metadata != METADATA:
        yield f"the notebook's metadata is {dict(notebook.metadata)}, not {METADATA}"
    for cell in notebook.cells:
        for key in sorted(cell.metadata.keys() - CELL_METADATA):
            yield f"{cell.id}: metadata {key!r}"
        if cell.get("attachments"):
            yield f"{cell.id}: an attachment"
        for output in cell.get("outputs", []):
            if output.get("metadata"):
                yield f"{cell.id}: metadata of an output, {dict(output.metadata)}"


def ids_are_words_and_unique(notebook):
    """An id made by chance changes when a cell is pasted; a name tells what failed."""
    seen = set()
    for cell in notebook.cells:
        if cell.id in seen:
            yield f"{cell.id}: an id used twice"
        seen.add(cell.id)
        if not WORDS_ID.fullmatch(cell.id) or RANDOM_ID.fullmatch(cell.id):
            yield f"{cell.id}: an id must be words in small letters, joined by hyphens"


def nothing_escapes_nbval(notebook):
    """No cell is skipped or left uncompared, and one that is to raise has stored its error."""
    for cell in code_cells(notebook):
        for tag in sorted({*tags(cell)} - TAGS - film_tags(cell)):
            yield f"{cell.id}: the tag {tag}; known are {', '.join(sorted(TAGS))}"
        for comment in NBVAL.findall(cell.source):
            yield f"{cell.id}: the comment {comment}"
        stored_error = any(o.output_type == "error" for o in cell.outputs)
        if "raises-exception" in tags(cell) and not stored_error:
            yield f"{cell.id}: tagged raises-exception, and no error is stored"
        if "raises-exception" not in tags(cell) and stored_error:
            yield f"{cell.id}: an error is stored, and there is no tag raises-exception"


def outputs_are_the_same_on_every_machine(notebook):
    for cell in code_cells(notebook):
        for kind in sorted({k for o in cell.outputs for k in o.get("data", {})} - KINDS):
            yield f"{cell.id}: an output of the unknown kind {kind}"
        for kind, text in texts(cell):
            if kind == "stderr":
                yield f"{cell.id}: stderr: {text[:100]!r}"
            for what, pattern in FICKLE.items():
                if found := re.search(pattern, text):
                    around = text[max(0, found.start() - 20) : found.end() + 20]
                    yield f"{cell.id}: {what} in its {kind}: {around!r}"


def interactive_figures_are_small(notebook):
    """The page holds all of a figure, and a reader on a phone waits for it."""
    for cell in code_cells(notebook):
        for kind, text in texts(cell):
            if kind == TURNED and len(text) > LARGEST:
                yield f"{cell.id}: an interactive figure of {len(text)} characters, {LARGEST} are allowed"


def code_is_plain_python(notebook):
    """No % magic and no ! shell: the page's code runs wherever Python does."""
    for cell in code_cells(notebook):
        try:
            ast.parse(cell.source)
        except SyntaxError as error:
            yield f"{cell.id}: not plain Python, line {error.lineno}: {error.text}"
    for cell, tree in trees(notebook):
        if any(isinstance(n, ast.Name) and n.id == "get_ipython" for n in ast.walk(tree)):
            yield f"{cell.id}: not plain Python: get_ipython"


def code_lines_are_short(notebook):
    for cell in code_cells(notebook):
        for line in cell.source.splitlines():
            if len(line) > WIDTH:
                yield f"{cell.id}: a line of {len(line)} characters, {WIDTH} are allowed: {line}"


def imports_are_few_and_named(notebook):
    for cell, tree in trees(notebook):
        for node in ast.walk(tree):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or "."]
                if any(alias.name == "*" for alias in node.names):
                    yield f"{cell.id}: a star import from {node.module}"
            elif isinstance(node, ast.Name) and node.id == "__import__":
                names = ["__import__"]
            for name in names:
                if name.split(".")[0] not in MODULES:
                    yield f"{cell.id}: imports {name}; a page imports {', '.join(sorted(MODULES))}"


def chance_has_a_seed(notebook):
    """Numbers come from np.random.default_rng(seed), never from NumPy's hidden generator."""
    for cell, tree in trees(notebook):
        for node in ast.walk(tree):
            code = ast.unparse(node) if isinstance(node, ast.Attribute | ast.Call) else ""
            if code == "np.random.default_rng()":
                yield f"{cell.id}: a generator without a seed"
            elif re.fullmatch(r"np\.random\.(?!default_rng|Generator)\w+", code):
                yield f"{cell.id}: {code} is not of np.random.default_rng(seed)"


def figures_are_told_in_words(notebook):
    """One figure a cell, with a text for those who do not see it, a caption and a name."""
    seen = set()
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and UNLABELLED_IMAGE.search(cell.source):
            yield f"{cell.id}: an image without alternative text"
        if cell.cell_type != "code":
            continue
        if "mystnb" in cell.metadata and not images(cell):
            yield f"{cell.id}: the words of a figure, and no figure"
        if not images(cell):
            continue
        alt, caption = mystnb(cell, "image", "alt"), mystnb(cell, "figure", "caption")
        name = mystnb(cell, "figure", "name")
        if len(images(cell)) > 1:
            yield f"{cell.id}: {len(images(cell))} figures in one cell share one alternative text"
        if len(alt.strip()) < SHORTEST_ALT:
            yield f"{cell.id}: the alternative text is too short to tell the figure: {alt!r}"
        if len(caption.strip()) < SHORTEST_CAPTION:
            yield f"{cell.id}: the caption is too short: {caption!r}"
        if alt == caption:
            yield f"{cell.id}: the alternative text repeats the caption"
        if not WORDS_ID.fullmatch(name):
            yield f"{cell.id}: the figure's name {name!r} is not like fig-words"
        for text in (alt, caption, name):
            if text and text in seen:
                yield f"{cell.id}: used for another figure, too: {text!r}"
            seen.add(text)


def film_strips_are_tagged(notebook):
    """Without its tag a strip stays still on the site."""
    for cell in code_cells(notebook):
        for tag in film_tags(cell) - {*tags(cell)}:
            yield f"{cell.id}: a film strip without the tag {tag}"


def figures_are_told_in_numbers(notebook):
    """nbval compares no pixels, so what a figure claims also stands as a number or an assert."""
    section, unproved = [], []
    for cell in [*notebook.cells, None]:
        if cell is None or (cell.cell_type == "markdown" and re.search("^#", cell.source, re.M)):
            if unproved and not any(proves(c) for c in section):
                for figure in unproved:
                    yield f"{figure.id}: its section prints nothing and asserts nothing"
            section, unproved = [], []
        elif cell.cell_type == "code":
            section.append(cell)
            unproved += [cell] if images(cell) else []


def proves(cell):
    try:
        asserts = any(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(cell.source)))
    except SyntaxError:
        asserts = False
    prints = any(o.output_type == "stream" for o in cell.outputs)
    shows = any(o.output_type == "execute_result" and not images(cell) for o in cell.outputs)
    return asserts or prints or shows


RULES = (
    every_cell_was_run_in_order,
    metadata_is_in_normal_form,
    ids_are_words_and_unique,
    nothing_escapes_nbval,
    outputs_are_the_same_on_every_machine,
    interactive_figures_are_small,
    code_is_plain_python,
    code_lines_are_short,
    imports_are_few_and_named,
    chance_has_a_seed,
    figures_are_told_in_words,
    film_strips_are_tagged,
    figures_are_told_in_numbers,
)

# ---------- the book ----------

BOOK = sorted((ROOT / "book").glob("*.ipynb"))
each_notebook = pytest.mark.parametrize("path", BOOK, ids=lambda path: path.stem)


def read(path):
    return nbformat.read(path, as_version=4)


def test_the_book_has_notebooks():
    assert BOOK


@each_notebook
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_stored_notebook_keeps_the_rule(path, rule):
    broken = list(rule(read(path)))
    assert not broken, "\n".join([f"{path.name}:", *broken])


@each_notebook
def test_a_notebook_is_stored_as_the_tool_writes_it(path):
    notebook = read(path)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    stored = path.read_text(encoding="utf-8")
    assert stored.rstrip("\n") == nbformat.writes(notebook).rstrip("\n"), (
        f"{path.name}: run `make notebooks`"
    )


def test_no_two_figures_of_the_book_share_their_words():
    told = [
        (mystnb(cell, part, key), f"{path.name} {cell.id}")
        for path in BOOK
        for cell in code_cells(read(path))
        for part, key in (("image", "alt"), ("figure", "caption"), ("figure", "name"))
        if mystnb(cell, part, key)
    ]
    words = [text for text, _ in told]
    shared = [where for text, where in told if words.count(text) > 1]
    assert not shared, shared
