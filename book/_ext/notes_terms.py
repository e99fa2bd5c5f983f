"""The terms: defined once in the glossary, and linked from their first use on every page.

The glossary is a page with Sphinx's `{glossary}`. At the end of a definition stand up to three roles:

{on}`losses`        the page that introduces the term, which becomes a link to the section: the first
                    with the term in italics, or else in its heading, or else after the opening;
                    {on}`losses#one-typo` names the section itself
{forms}`pad, pads`  further words that mean the term; plurals and capitals are found without
{only}`gru, lstm`   the pages on which the word has this sense, where it has several

What stands in brackets, as in "recall (the task)", tells senses apart and is no part of the word.
When all pages are read, they are searched: not their links, code, formulas, captions and outputs. A
heading counts as a use, and is never linked. A term that no page uses is a warning, and in our builds a warning is an error.
"""

import html
import itertools
import re
from dataclasses import dataclass

from docutils import nodes
from sphinx import addnodes
from sphinx.domains.std import StandardDomain
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

LOG = logging.getLogger(__name__)

SKIPPED = (
    *(nodes.caption, nodes.legend, nodes.citation, nodes.rubric, nodes.thead, nodes.raw),
    *(nodes.literal, nodes.literal_block, nodes.math, nodes.math_block),
    *(nodes.reference, nodes.target, addnodes.pending_xref, addnodes.glossary),
)
# A cell's code and outputs, what the registry says of formulas, the package's code.
SKIPPED_CLASSES = {"cell", "formulas", "piece", "bibtex-bibliography"}
# On a chapter they have the same words as on every other.
SKIPPED_SECTIONS = {"Exercises", "Test yourself"}


class remark(nodes.Invisible, nodes.Inline, nodes.Element):
    """What a role in a definition says: its `kind` and its `value`."""


class Remark(SphinxRole):
    def run(self):
        return [remark(kind=self.name, value=self.text)], []


@dataclass(frozen=True)
class Term:
    id: str
    names: tuple  # as the glossary has them
    words: tuple  # as pages have them, without plurals
    says: str
    on: str  # a page, or page#section
    only: tuple  # pages, all if there are none

    def __str__(self):
        return self.names[0]


@dataclass(frozen=True)
class Use:
    word: str
    page: str
    place: str  # the section's id
    title: str
    opening: bool  # above the page's first section
    introduced: int  # 2 in italics, alone; 1 in the section's heading; else 0


# ---------- what is read ----------


def short(docname):
    """book/losses -> losses, as roles name pages."""
    return docname.rsplit("/", 1)[-1]


def term_of(item):
    """The Term of one item of a glossary."""
    definition = next(item.findall(nodes.definition))
    notes = {n["kind"]: n["value"] for n in definition.findall(remark)}
    listed = {
        k: tuple(re.split(r",\s*", notes[k])) if k in notes else () for k in ("forms", "only")
    }
    heads = [n for n in item.children if isinstance(n, nodes.term)]
    names = tuple(head.astext() for head in heads)
    words = (*(re.sub(r" \(.*\)$", "", name) for name in names), *listed["forms"])
    says = " ".join(definition.astext().split())
    return Term(heads[0]["ids"][0], names, words, says, notes.get("on", ""), listed["only"])


def plural(word):
    if re.search(r"[^aeiou]y$", word):
        return word[:-1] + "ies"
    return word + ("es" if re.search(r"(s|x|ch|sh)$", word) else "s")


def pattern_of(word):
    """A word's regular expression: with or without a capital, spaces of any kind."""
    made = re.escape(word).replace(r"\ ", r"\s+").replace("'", "['\u2019]")
    return f"[{made[0]}{made[0].upper()}]{made[1:]}" if made[0].islower() else made


def vocabulary(terms, page):
    """(regular expression, its group's terms) for the words of one page; a narrow sense goes first."""
    words = {}
    for term in sorted(terms, key=lambda term: not term.only):
        if not term.only or short(page) in term.only:
            for word in term.words:
                for form in (word, plural(word)):
                    words.setdefault(form, term)
    longest = sorted(words, key=len, reverse=True)
    groups = "|".join(f"({pattern_of(word)})" for word in longest)
    return re.compile(rf"(?<![\w-])(?:{groups})(?![\w-])"), [words[word] for word in longest]


def found_in(text, vocabulary):
    """(match, term) for every term in a text, from left to right."""
    pattern, terms = vocabulary
    for match in pattern.finditer(text):
        yield match, terms[match.lastindex - 1]


def prose(node, section=None):
    """(text, its section) for every text of a page that is neither link, code nor formula."""
    join_texts(node)
    for child in list(node.children):
        if isinstance(child, nodes.Text):
            yield child, section
        elif isinstance(child, nodes.section):
            title = child.next_node(nodes.title).astext()
            if title not in SKIPPED_SECTIONS or not has_cells(child):
                yield from prose(child, child)
        elif not isinstance(child, SKIPPED) and not SKIPPED_CLASSES & set(child.get("classes", ())):
            yield from prose(child, section)


def join_texts(node):
    """Make one text of several that follow each other, as the lines of a paragraph do."""
    children = []
    for is_text, group in itertools.groupby(node.children, lambda n: isinstance(n, nodes.Text)):
        group = list(group)
        children += [nodes.Text("".join(group))] if is_text and len(group) > 1 else group
    node[:] = children


def has_cells(section):
    return any("cell" in box["classes"] for box in section.findall(nodes.container))


def uses_on(page, tree, terms):
    """(term, Use) for all uses of the terms on a page."""
    known = vocabulary(terms, page)
    for text, section in prose(tree):
        if section is None:
            continue
        opening = not isinstance(section.parent, nodes.section)
        for match, term in found_in(text.astext(), known):
            alone = isinstance(text.parent, nodes.emphasis) and match[0] == text.astext()
            heading = isinstance(text.parent, nodes.title) and not opening
            yield (
                term,
                Use(
                    word=match[0],
                    page=page,
                    place=section["ids"][0],
                    title=section.next_node(nodes.title).astext(),
                    opening=opening,
                    introduced=2 if alone else int(heading),
                ),
            )


def in_order(env, page):
    """A page and those below it, as the contents list them."""
    yield page
    for child in env.toctree_includes.get(page, ()):
        yield from in_order(env, child)


def collect(app, env):
    """Read all terms and their uses, and say what is wrong with them."""
    trees = {page: env.get_doctree(page) for page in in_order(env, app.config.root_doc)}
    homes = {}  # a term's glossary
    for page, tree in trees.items():
        for glossary in tree.findall(addnodes.glossary):
            for item in glossary.findall(nodes.definition_list_item):
                homes[term_of(item)] = page
    terms = list(homes)
    uses = {term: [] for term in terms}
    for page, tree in trees.items():
        for term, use in uses_on(page, tree, terms) if terms else ():
            uses[term].append(use)
    for term in terms:
        for complaint in complaints(term, uses[term]):
            LOG.warning("glossary: %s %s", term, complaint, location=homes[term])
    env.notes_terms = homes, uses
    return list(set(homes.values()))


def complaints(term, uses):
    if not term.says:
        yield "has no definition"
    if not uses:
        yield "is used on no page"
    elif place_of(term, uses) is None:
        yield f"is not used on {term.on or 'a page that its definition names'}"


def place_of(term, uses):
    """The use that introduces a term, or None."""
    page, _, place = term.on.partition("#")
    there = [u for u in uses if short(u.page) == page and place in ("", u.place)]
    return max(there, key=lambda u: (u.introduced, not u.opening), default=None)


# ---------- what is written ----------


def link(app, page, target, place, text, **attributes):
    uri = f"{app.builder.get_relative_uri(page, target)}#{place}"
    return nodes.reference("", "", nodes.Text(text), internal=True, refuri=uri, **attributes)


def finish(app, doctree, page):
    """Link a page's terms; in a glossary, say where each is introduced and used."""
    homes, uses = app.env.notes_terms
    if not homes:
        return
    link_first_uses(app, doctree, page, set())
    for glossary in doctree.findall(addnodes.glossary):
        for entry in list(glossary.findall(addnodes.index)):
            entry.parent.remove(entry)
        for item in glossary.findall(nodes.definition_list_item):
            term = term_of(item)
            definition = next(item.findall(nodes.definition))
            for said in list(definition.findall(remark)):
                said.parent.remove(said)
            link_first_uses(app, definition, page, {term})
            definition.extend(where(app, page, term, uses[term]))


def link_first_uses(app, node, page, seen):
    """Link the first use of each term in a node to its definition, but of those that were seen."""
    homes, _ = app.env.notes_terms
    known = vocabulary(homes, page)
    for text, _ in list(prose(node)):
        if isinstance(text.parent, nodes.title):
            continue
        parts, at, whole = [], 0, text.astext()
        for match, term in found_in(whole, known):
            if term not in seen:
                seen.add(term)
                shown = {"classes": ["term"], "reftitle": term.says}
                made = link(app, page, homes[term], term.id, match[0], **shown)
                parts += [nodes.Text(whole[at : match.start()]), made]
                at = match.end()
        if parts:
            text.parent.replace(text, [*parts, nodes.Text(whole[at:])])


def where(app, page, term, uses):
    """Where a term is introduced, and, folded, where it is used."""
    first = place_of(term, uses)
    if first is None:
        return
    title = app.env.titles[first.page].astext()
    made = link(app, page, first.page, first.place, f"{title}: {first.title}")
    if first.opening:
        made = link(app, page, first.page, first.place, title)
    yield nodes.paragraph("", "", nodes.Text("Introduced in "), made, classes=["introduced"])
    pages = {}
    for use in uses:
        pages.setdefault(use.page, {})[use.place] = use
    total = sum(map(len, pages.values()))
    if total == 1:
        return
    summary = html.escape(f"{term} is used in {total} sections")
    yield nodes.raw("", f"<details>\n<summary>{summary}</summary>", format="html")
    listed = nodes.bullet_list(bullet="-")
    for other, places in pages.items():
        title = app.env.titles[other].astext()
        parts = [nodes.Text(f"{title}: ")]
        for use in places.values():
            text = "opening" if use.opening else use.title
            parts += [link(app, page, other, use.place, text), nodes.Text(", ")]
        listed += nodes.list_item("", nodes.paragraph("", "", *parts[:-1]))
    yield listed
    yield nodes.raw("", "</details>", format="html")


def setup(app):
    app.add_node(remark)
    # The search finds a term by its name and after it, as a function, not before all pages.
    StandardDomain.object_types["term"].attrs["searchprio"] = 1
    for kind in ("on", "forms", "only"):
        app.add_role(kind, Remark())
    app.connect("env-updated", collect)
    app.connect("doctree-resolved", finish)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
