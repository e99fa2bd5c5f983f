"""The README's example prints what it says, and its figures are the book's."""

import contextlib
import io
import re
import tomllib
from pathlib import Path

from dlnotes import equations, exercises

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(language):
    return re.search(rf"```{language}\n(.*?)```", README, re.DOTALL).group(1)


def test_the_example_prints_what_is_printed_below_it():
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(block("python"), {})
    assert printed.getvalue() == block("text")


def test_the_figure_is_the_one_on_the_page():
    namespace = {"__file__": str(ROOT / "tools" / "readme_figure.py"), "__name__": "figure"}
    exec((ROOT / "tools" / "readme_figure.py").read_text(encoding="utf-8"), namespace)
    same = namespace["FIGURE"].read_bytes() == namespace["stored"]()
    assert same, "run python tools/readme_figure.py"


def test_its_counts_are_the_book_s():
    mistakes = sum(len(e.mistakes) for e in exercises.ALL)
    counts = (len(equations.ALL), len(exercises.ALL), mistakes)
    assert "{} formulas, {} exercises that know {} mistakes".format(*counts) in README


def test_every_dependency_is_named_with_its_reason():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"]]
    for extra in project["optional-dependencies"].values():
        wanted += extra
    names = {re.match(r"[\w-]+", w).group() for w in wanted} - {"numpy", "torch", "scipy"}
    missing = {n for n in names if f"**{n}**" not in README}
    assert not missing
    assert all(f"**{n}**" in README for n in ("NumPy", "PyTorch", "SciPy"))


def test_every_file_it_links_to_is_there():
    for link in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / link).exists(), link
