"""Notation: a letter with several meanings says so, and is on the pages that are named for it."""

import json
import re
from pathlib import Path

import pytest

BOOK = Path(__file__).parent.parent / "book"
TABLES, LETTERS = (
    (BOOK / "notation.md").read_text(encoding="utf-8").split("## Letters with several meanings")
)
GREEK = set(
    "alpha beta gamma delta epsilon varepsilon eta theta kappa lambda mu nu pi rho sigma tau phi "
    "varphi Phi Gamma ell".split()
)
THE_SAME_EVERYWHERE = {"L", "d"}  # the loss; d before what changes, or a gradient in code
INDEX = r"[_^](?:\{[^}]*\}|\\?\w+)"


def letters_in(tex):
    """The letters of a formula, without words, and without commands that are no letters."""
    tex = re.sub(r"\\(?:text|operatorname|mathrm|tag)\{[^}]*\}", " ", tex)
    greek = GREEK & set(re.findall(r"\\([A-Za-z]+)", tex))
    return greek | set(re.findall(r"[A-Za-z]", re.sub(r"\\[A-Za-z]+", " ", tex)))


def rows(text):
    for line in text.splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|(?![^$|]*\\\|)", line)[1:-1]]
        if len(cells) > 2 and not cells[0].startswith(":") and cells[0] not in ("symbol", "letter"):
            yield cells


def meanings():
    """(letters, cell of pages, meaning) of every row of the last table; an empty cell repeats the one above."""
    above = ""
    for letter, pages, meaning in rows(LETTERS):
        above = letter or above
        yield set().union(*map(letters_in, re.findall(r"\$([^$]+)\$", above))), pages, meaning


MEANINGS = list(meanings())
SEVERAL = set().union(*(letters for letters, _, _ in MEANINGS))


def math_of(page):
    cells = json.loads((BOOK / page).read_text(encoding="utf-8"))["cells"]
    text = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    return " ".join(a or b for a, b in re.findall(r"\$\$(.*?)\$\$|\$([^$]+)\$", text, re.DOTALL))


def test_a_letter_that_stands_in_the_tables_of_two_chapters_has_several_meanings_listed():
    where = {}
    for part in TABLES.split("\n## ")[1:]:
        title = part.split("\n")[0]
        for symbol, *_ in rows(part):
            for tex in re.findall(r"\$([^$]+)\$", symbol):
                for letter in letters_in(re.sub(INDEX, " ", tex)):
                    where.setdefault(letter, set()).add(title)
    said = SEVERAL | THE_SAME_EVERYWHERE
    unsaid = {k: titles for k, titles in where.items() if len(titles) > 1 and k not in said}
    assert not unsaid, unsaid


@pytest.mark.parametrize(
    "row", MEANINGS, ids=lambda row: f"{'-'.join(sorted(row[0]))}: {row[2][:30]}"
)
def test_a_letter_is_on_the_pages_that_are_named_for_its_meaning(row):
    letters, pages, _ = row
    for page in re.findall(r"\]\(([\w-]+\.ipynb)\)", pages):
        assert letters & letters_in(math_of(page)), f"none of {letters} in a formula of {page}"


@pytest.mark.parametrize("letter", sorted(SEVERAL))
def test_a_letter_is_listed_once_and_with_more_than_one_meaning(letter):
    lines = [line for line in LETTERS.splitlines() if re.match(r"\| \$", line)]
    with_it = [x for x in lines if letter in letters_in(x.split("|")[1])]
    assert len(with_it) == 1, with_it
    mine = [meaning for letters, _, meaning in MEANINGS if letter in letters]
    assert len(mine) > 1 or ";" in mine[0], mine
