"""The glossary: every term once, linked from its first use on every page, and an index of its uses.

What the source says is read here anew, so that the extension book/_ext/notes_terms.py is not judged
by itself. The pages are those of the built book.
"""

import functools
import json
import re
from collections import Counter
from pathlib import Path
from urllib.parse import urldefrag

import bad_book
import pytest

bs4 = pytest.importorskip("bs4")

ROOT = Path(__file__).parent.parent
SITE = ROOT / "_build" / "html" / "book"
SOURCE = (ROOT / "book" / "glossary.md").read_text(encoding="utf-8")
GLOSSARY = "glossary"
PAGES = re.findall(r"book/([\w-]+)", (ROOT / "_toc.yml").read_text(encoding="utf-8"))
every_page = pytest.mark.parametrize("page", [page for page in PAGES if page != GLOSSARY])

# In italics on a chapter, and no term: stress, titles, what the page's own code prints.
STRESSED = set(
    "added, alone, and stays below, at each iteration, coming, complex, complicated, count form, faster, "
    "forward, guesses, guessing, input, is better than, latest, length, lower, nested, never, outputs, "
    "primary, roughly, settled, simpler and more generalizable models, smallest, steep, training, "
    "understanding deep learning, weights, whatever the curvature, zen of python".split(", ")
)


def entries():
    """(names, definition, {role: what it says}) of every entry, in the source's order."""
    for block in re.findall(r"```\{glossary\}\n(.*?)\n```", SOURCE, re.DOTALL):
        for entry in block.split("\n\n"):
            lines = entry.split("\n")
            names = [line for line in lines if not line.startswith(" ")]
            text = " ".join(line.strip() for line in lines[len(names) :])
            roles = dict(re.findall(r"\{(\w+)\}`([^`]*)`", text))
            yield names, re.sub(r"\s*\{\w+\}`[^`]*`", "", text), roles


ENTRIES = list(entries())
NAMES = [name for names, _, _ in ENTRIES for name in names]
every_entry = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry[0][0])


def words_of(entry):
    """What a page may write for a term, in lower case."""
    names, _, roles = entry
    words = [re.sub(r" \(.*", "", name) for name in names]
    words += roles["forms"].split(", ") if "forms" in roles else []
    ends = [(r"$", "s"), (r"$", "es"), (r"y$", "ies")]
    return {w.lower() for w in words} | {re.sub(*e, w.lower()) for w in words for e in ends}


@functools.cache
def soup(page):
    path = SITE / f"{page}.html"
    assert path.is_file(), f"{path} is missing: `make book` builds it"
    return bs4.BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def plain(text):
    return " ".join(text.split()).replace("\u2019", "'")


# ---------- the source ----------


@every_entry
def test_a_term_has_a_definition_of_a_sentence_or_two_and_a_page(entry):
    _, definition, roles = entry
    assert 15 <= len(definition) <= 240, definition
    assert definition[0].isupper(), definition
    assert definition.endswith("."), definition
    assert not re.search(r"[$`{\\]", definition), "it is also a tooltip: no markup, no formula"
    assert set(roles) <= {"on", "forms", "only"}
    pages = [roles.get("on", "").split("#")[0], *roles.get("only", "").split(", ")]
    assert set(filter(None, pages)) <= set(PAGES), pages
    assert pages[0], "no {on}: which page introduces it?"


def test_no_term_is_defined_twice():
    twice = [name for name, times in Counter(NAMES).items() if times > 1]
    assert not twice, twice


def test_the_terms_stand_in_the_order_of_the_alphabet_under_their_letters():
    firsts = [names[0] for names, _, _ in ENTRIES]
    assert firsts == sorted(firsts, key=str.lower)
    for letter, block in re.findall(r"^## (.)\n\n```\{glossary\}\n(.*?)\n```", SOURCE, re.M | re.S):
        heads = [entry[0].upper() for entry in block.split("\n\n")]
        assert set(heads) == {letter}, (letter, heads)


@pytest.mark.parametrize("page", [p for p in PAGES if (ROOT / f"book/{p}.ipynb").is_file()])
def test_a_word_that_a_chapter_sets_in_italics_is_a_term_or_is_known_to_be_stressed(page):
    notebook = json.loads((ROOT / "book" / f"{page}.ipynb").read_text(encoding="utf-8"))
    text = "\n".join(
        "".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "markdown"
    )
    text = re.sub(r"\$\$.*?\$\$|\$[^$]*\$|`[^`]*`", "", text, flags=re.DOTALL)
    known = set().union(*map(words_of, ENTRIES))
    for phrase in re.findall(r"(?<![*\w])\*([^*\n]+)\*(?!\*)", text):
        phrase = plain(phrase).lower()
        is_sentence = phrase[-1] in "?."
        assert len(phrase) <= 4 or is_sentence or phrase in known | STRESSED, (
            f"*{phrase}* is no term of book/glossary.md; if it is only stressed, add it to STRESSED"
        )


# ---------- the pages ----------


def readable(page):
    """The article without what has no links to terms: headings, code, formulas, cells, captions."""
    article = bs4.BeautifulSoup(str(soup(page).article), "html.parser")
    apart = "h1, h2, h3, h4, summary, pre, code, .math, .cell, figcaption, thead, .formulas, .piece, .citation"
    for tag in article.select(f"{apart}, a:not(.term)"):
        tag.replace_with(" \u25a1 ")
    return article


@functools.cache
def places():
    """The place of every entry on the glossary's page: {its first name: id}."""
    return {plain(dt.find(string=True)): dt["id"] for dt in soup(GLOSSARY).select("dl.glossary dt")}


def senses_on(page):
    """{entry's first name: its words} on one page, where a narrow sense takes its words from a wide one."""
    there = [e for e in ENTRIES if page in e[2].get("only", page).split(", ")]
    narrow = set().union(*(words_of(e) for e in there if "only" in e[2]))
    return {e[0][0]: words_of(e) - (set() if "only" in e[2] else narrow) for e in there}


@every_page
def test_the_first_use_of_a_term_on_a_page_and_no_other_leads_to_its_definition(page):
    article = readable(page)
    links = article.select("a.term")
    assert len(links) == len(soup(page).select("a.term")), "a link in a heading, code or a caption"
    linked = [urldefrag(link["href"]) for link in links]
    assert {url for url, _ in linked} <= {"glossary.html"}
    for link, (_, place) in zip(links, linked, strict=True):
        link.string = f"\u25b6{link.get_text()}\u25c0{place}\u25c0"
    text = plain(article.get_text()).lower()
    senses = senses_on(page)
    every_word = set().union(*senses.values())
    for name, words in senses.items():
        place = places()[name].lower()
        longer = {w for w in every_word - words if any(word in w for word in words)}
        left = re.sub(rf"(?<![\w-])({'|'.join(map(re.escape, longer))})(?![\w-])", "", text)
        left = re.sub(
            rf"\u25b6[^\u25c0]*\u25c0(?!{re.escape(place)}\u25c0)[^\u25c0]*\u25c0", "", left
        )
        left = left.replace(f"\u25c0{place}\u25c0", "")
        uses = re.findall(
            rf"(?<![\w-])(\u25b6?)(?:{'|'.join(map(re.escape, words))})(?![\w-])", left
        )
        assert uses[:1] in ([], ["\u25b6"]), f"the first use of {name!r} is no link"
        assert uses.count("\u25b6") == len(uses[:1]), f"{name!r} is linked more than once"
    assert {place for _, place in linked} <= {places()[name] for name in senses}


def test_a_link_to_a_term_tells_its_definition():
    told = {places()[names[0]]: plain(text) for names, text, _ in ENTRIES}
    for page in PAGES:
        for link in soup(page).select("a.term"):
            assert plain(link["title"]) == told[urldefrag(link["href"]).fragment]


# ---------- the index ----------


@functools.cache
def section_texts(page):
    return {
        section["id"]: plain(section.get_text(" ")).lower()
        for section in soup(page).article.select("section[id]")
    }


@every_entry
def test_the_glossary_says_where_a_term_is_introduced_and_used(entry):
    names, _, roles = entry
    uses = soup(GLOSSARY).find(id=places()[names[0]]).find_next("dd")
    introduced = uses.select_one(".introduced a")
    page, place = urldefrag(introduced["href"])
    assert page == f"{roles['on'].split('#')[0]}.html"
    assert place == [*roles["on"].split("#"), place][1]
    listed = [link["href"] for link in uses.select("details a")]
    assert len(set(listed)) == len(listed)
    if listed:
        assert plain(uses.summary.get_text()) == f"{names[0]} is used in {len(listed)} sections"
        assert introduced["href"] in listed
    for url in listed or [introduced["href"]]:
        page, place = urldefrag(url)
        text = section_texts(page.removesuffix(".html"))[place]
        assert any(re.search(rf"(?<![\w-]){re.escape(w)}", text) for w in words_of(entry)), url


# ---------- what fails the build ----------

BAD_BOOK = {
    "conf.py": 'extensions = ["myst_parser", "notes_terms"]\n',
    "index.md": """
# Bad terms

```{toctree}
glossary
```

A {term}`zebra` that nobody defined, a slope and a step.

## Later

Slopes again, and *steps*.
""",
    "glossary.md": """
# Glossary

```{glossary}
slope
  How steep it is. {on}`index`

step
  {on}`index`

slope
  Defined again. {on}`index`

unicorn
  Used nowhere. {on}`index`

walk
  What is on no page that says so. {on}`index#nowhere` {forms}`again`
```
""",
}


@pytest.fixture(scope="module")
def bad_build(tmp_path_factory):
    """What Sphinx says of a book of bad terms, and its first page."""
    said, out = bad_book.built(tmp_path_factory, BAD_BOOK)
    page = (out / "index.html").read_text(encoding="utf-8")
    return said, bs4.BeautifulSoup(page, "html.parser")


@pytest.mark.parametrize(
    "complaint",
    [
        r"index\.md:\d+: .*term not in glossary: 'zebra'",
        r"glossary\.md:\d+: .*duplicate term description of slope",
        r"glossary\.md: .*glossary: step has no definition",
        r"glossary\.md: .*glossary: unicorn is used on no page",
        r"glossary\.md: .*glossary: walk is not used on index#nowhere",
    ],
)
def test_a_bad_term_fails_the_build_by_name(bad_build, complaint):
    assert re.search(complaint, bad_build[0]), bad_build[0]


def test_only_the_first_use_is_linked_and_plurals_are_uses(bad_build):
    _, page = bad_build
    assert [link.get_text() for link in page.select("a.term")] == ["slope", "step", "again"]
