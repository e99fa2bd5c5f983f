"""The bibliography: every entry is cited, every citation has its entry."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from dlnotes import equations

BOOK = Path(__file__).parent.parent / "book"
KEYS = re.findall(r"^@\w+\{([^,]+),", (BOOK / "references.bib").read_text(encoding="utf-8"), re.M)
CITE = re.compile(r"\{cite(?::\w+)?\}`([^`]+)`")


def prose(path):
    """The Markdown of a page."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        return text
    cells = json.loads(text)["cells"]
    return "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")


def citations():
    """{key: the pages that cite it}; the errata cite the sources of what is wrong or a convention."""
    found = {}
    for path in [*BOOK.glob("*.ipynb"), *BOOK.glob("*.md")]:
        for keys in CITE.findall(prose(path)):
            for key in re.split(r"\s*,\s*", keys):
                found.setdefault(key, set()).add(path.name)
    for equation in equations.ALL:
        if equation.verdict in ("wrong", "convention"):
            for key in equation.sources:
                found.setdefault(key, set()).add("errata.md")
    return found


CITED = citations()


@pytest.mark.parametrize("key", KEYS)
def test_an_entry_of_the_bibliography_is_cited(key):
    assert key in CITED, f"no page cites {key}: cite it where it belongs, or take it out"


@pytest.mark.parametrize("key", CITED)
def test_a_citation_has_its_entry(key):
    assert key in KEYS, f"{CITED[key]} cite {key}, which is not in references.bib"


def test_no_entry_stands_twice():
    assert [key for key, times in Counter(KEYS).items() if times > 1] == []
