"""The back matter, made from the registry and the package whenever the book is built.

`{formula-index}`  every formula, its code, its check and what the check found in this build
`{errata}`         `wrong`: the wrong ones, each with its counterexample; `convention`; `conditions`
`{package-code}`   the modules of dlnotes, a place for every function, by whose name the search finds it

A check that fails is a warning, and in our builds a warning is an error.
"""

import ast
import functools
import inspect
import json
import re
from collections import Counter
from importlib import import_module
from pathlib import Path

from docutils import nodes
from notes_words import typeset
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

import dlnotes
from dlnotes import equations

LOG = logging.getLogger(__name__)
# The words in a formula, which has spaces beside them, or more than four; and what is left of those spaces.
WORDS = re.compile(r"\\text\{(\s[^{}]*|[^{}]*\s|(?:[^{}\s]+\s+){4,}[^{}]*)\}")
SPACE = r"(?:\\q?quad|\\ |\s)+"
INDEX, ERRATA, CODE = "book/equations", "book/errata", "book/code"

# The formulas' modules in the notes' order, then what the formulas and the pages stand on.
MODULES = [
    *dict.fromkeys(e.code.split(".")[0] for e in equations.ALL),
    *("gradcheck", "mlp", "film", "_require"),
]


@functools.cache
def report():
    """Every check, run once a build."""
    found = equations.verify()
    for finding in found.findings:
        if not finding.ok:
            LOG.warning("%s: %s; %s", finding.equation.id, finding.agreement, finding.control)
    return found


def chapters():
    """(page, its equations) in the book's order; a page and its equations share their name."""
    found = {}
    topics = [name for name in dir(equations) if hasattr(getattr(equations, name), "EQUATIONS")]
    for topic in topics:
        for equation in getattr(equations, topic).EQUATIONS:
            found[equation.id] = topic.replace("_", "-")
    pages = {}
    for equation in equations.ALL:
        pages.setdefault(found[equation.id], []).append(equation)
    return pages.items()


def number(value):
    """A value of a counterexample as it is printed: a word, or four digits."""
    return value if isinstance(value, str) else f"{value:.4g}".replace("-", "\u2212")


def sections_of(group):
    """Which sections of the notes some equations are from, in words."""
    first, last = (e.section.split(" / ")[0] for e in (group[0], group[-1]))
    if not first[0].isdigit():
        return f"The notes' section {first}"
    first, last = first.split()[0], last.split()[0]
    return (
        f"Section {first} of the notes"
        if first == last
        else f"Sections {first} to {last} of the notes"
    )


class BackMatter(SphinxDirective):
    """What the three directives have in common: short ways to make nodes."""

    def run(self):
        self.env.note_reread()  # the package may have changed
        return self.made()

    def inline(self, markdown):
        return self.parse_inline(markdown)[0]

    def paragraph(self, *parts, kind=()):
        parts = [nodes.Text(part) if isinstance(part, str) else part for part in parts]
        return nodes.paragraph("", "", *parts, classes=[*kind])

    def link(self, page, place, text, *, code=False):
        uri = self.env.app.builder.get_relative_uri(self.env.docname, page)
        inside = nodes.literal(text, text) if code else nodes.Text(text)
        return nodes.reference("", "", inside, refuri=f"{uri}#{place}", internal=True)

    def code_link(self, equation):
        return self.link(CODE, equation.code, equation.code, code=True)

    def math(self, latex):
        node = nodes.math_block(latex, latex, nowrap=False, number=None, label=None)
        self.set_source_info(node)
        return node

    def formula(self, latex):
        """A formula; one that is a sentence is a paragraph, which can be broken into lines."""
        longest = max((len(words.split()) for words in WORDS.findall(latex)), default=0)
        if "\\begin" in latex or longest < 7:
            return self.math(latex)
        parts = []
        for is_text, part in enumerate(WORDS.split(latex)):
            if is_text % 2:
                parts.append(nodes.Text(part))
            elif tex := re.sub(f"^{SPACE}|{SPACE}$", "", part):
                parts.append(nodes.math(tex, tex))
        return self.paragraph(*parts, kind=["claim"])

    def section(self, title, place):
        section = nodes.section("", nodes.title(title, title), ids=[place], names=[place])
        self.set_source_info(section)
        return section

    def facts(self, **facts):
        """A list of descriptions: label="a text or nodes"; an underscore is a space."""
        made = nodes.definition_list(classes=["facts"])
        for label, nodes_ in facts.items():
            blocks, line = [], []
            for node in nodes_ if isinstance(nodes_, list) else [nodes_]:
                if isinstance(node, nodes.math_block | nodes.paragraph):
                    if line:
                        blocks.append(self.paragraph(*line))
                    blocks.append(node)
                    line = []
                else:
                    line.append(node)
            if line:
                blocks.append(self.paragraph(*line))
            term = nodes.term("", label.replace("_", " "))
            made += nodes.definition_list_item("", term, nodes.definition("", *blocks))
        return made

    def cited(self, keys):
        parts = []
        for key in keys:
            parts += [nodes.Text(", "), *self.inline(f"{{cite:t}}`{key}`")]
        return parts[1:]

    def item(self, equation, place, *content, verdict=None):
        """An equation's place in a list: its number, its title, what is said of it."""
        name = [
            *self.inline(f"{{eq}}`{equation.id}`"),
            nodes.Text(" "),
            nodes.strong("", "", *typeset(equation.title)),
        ]
        if verdict:
            name += [nodes.Text(" "), verdict]
        slug = equation.verdict.replace(" ", "-")
        return nodes.list_item(
            "",
            self.paragraph(*name, kind=["formula-name"]),
            *content,
            ids=[f"{place}-{equation.id}"],
            classes=["formula", slug],
        )


class FormulaIndex(BackMatter):
    def made(self):
        findings = {f.equation.id: f for f in report().findings}
        counts = Counter(e.verdict for e in equations.ALL)
        refuted = sum(len(f.refuted) for f in findings.values())
        summary = (
            f"Of the {len(equations.ALL)} formulas {counts['holds']} hold as printed, "
            f"{counts['holds with conditions']} hold under conditions, {counts['convention']} are "
            f"one convention among others, and {counts['wrong']} are wrong. In this build each "
            f"agrees with its independent route, and the checks refute {refuted} wrong forms."
        )
        # book.js puts the filters there; the place is kept free for them.
        place = nodes.raw("", '<div class="filters-place pst-js-only"></div>', format="html")
        made = [self.paragraph(summary), place]
        for page, group in chapters():
            section = self.section(title_of(self.env, page), f"formulas-{page}")
            section += self.paragraph(
                f"{sections_of(group)}, on the page ", *self.inline(f"{{doc}}`{page}`"), "."
            )
            entries = nodes.bullet_list(bullet="-", classes=["formulas", "formula-index"])
            entries.extend(self.entry(e, findings[e.id]) for e in group)
            section += entries
            made.append(section)
        return made

    def entry(self, equation, finding):
        verdict = nodes.Text(equation.verdict)
        if equation.verdict != "holds":
            verdict = self.link(ERRATA, f"errata-{equation.id}", equation.verdict)
        facts = self.facts(
            Code=self.code_link(equation),
            Checked_by=typeset(finding.agreement),
            Refutes=typeset(finding.control),
        )
        badge = nodes.inline("", "", verdict, classes=["verdict"])
        return self.item(equation, "index", self.formula(equation.latex), facts, verdict=badge)


class Errata(BackMatter):
    required_arguments = 1

    def made(self):
        kind = self.arguments[0]
        verdict = {"conditions": "holds with conditions"}.get(kind, kind)
        made = nodes.bullet_list(bullet="-", classes=["formulas"])
        for equation in equations.ALL:
            if equation.verdict == verdict:
                made += self.item(equation, "errata", *getattr(self, kind)(equation))
        return [made]

    def wrong(self, equation):
        case = equation.counterexample
        printed = number(case.measure(equation.refutes["as printed"]))
        mended = number(case.measure(equation.form))
        truth = number(case.truth())
        yield self.paragraph(*typeset(equation.why))
        yield self.facts(
            Printed=self.formula(equation.latex),
            Case=typeset(case.given),
            As_printed=nodes.strong("", printed),
            In_truth=[nodes.strong("", truth), ": ", *typeset(case.because)],
            Mended=[
                self.math(equation.mended),
                *self.inline(f"{{eq}}`{equation.id}-mended`"),
                ", in code ",
                self.code_link(equation),
                f", which gives {mended} in this case",
            ],
            Right_in=self.cited(equation.sources),
        )

    def convention(self, equation):
        yield self.paragraph(*typeset(equation.why))
        facts = {
            "Printed": self.math(equation.latex),
            "Elsewhere": self.math(equation.mended),
        }
        if equation.sources:
            facts["See"] = self.cited(equation.sources)
        yield self.facts(**facts)

    def conditions(self, equation):
        yield self.formula(equation.mended)
        yield self.paragraph(*typeset(equation.why))


class PackageCode(BackMatter):
    def made(self):
        formulas = {}
        for equation in equations.ALL:
            formulas.setdefault(equation.code, []).append(equation.id)
        made = []
        for name in MODULES:
            source = inspect.getsource(import_module(f"dlnotes.{name}"))
            section = self.section(name, name)
            for place, text, inner in pieces(source, name):
                named = [i for p in (place, *inner.values()) for i in formulas.get(p, ())]
                section += self.piece(place, text, inner, named)
                if place:
                    kind = "class" if re.search("^class ", text, re.MULTILINE) else "function"
                    self.let_search_find(place, kind)
                for method in inner.values():
                    self.let_search_find(method, "method")
            made.append(section)
        return made

    def let_search_find(self, place, kind):
        if not place.rsplit(".", 1)[-1].startswith("_"):
            self.env.get_domain("py").note_object(place, kind, place, location=self.get_location())

    def piece(self, place, text, inner, named):
        """A function or class, with links to its formulas; or what stands before the first one."""
        lines = self.env.app.builder.highlighter.highlight_block(text, "python").split("\n")
        for at, name in inner.items():
            lines[at] = f'<span id="{name}"></span>{lines[at]}'
        code = '<div class="highlight-python notranslate">' + "\n".join(lines) + "</div>"
        made = nodes.container("", nodes.raw("", code, format="html"), classes=["piece"])
        if place:
            made["ids"].append(place)
        if named:
            refs = []
            for id in named:
                refs += [nodes.Text(" "), *self.inline(f"{{eq}}`{id}`")]
            made.insert(
                0,
                self.paragraph(
                    "Formula" if len(named) == 1 else "Formulas", *refs, kind=["piece-formulas"]
                ),
            )
        return made


def pieces(source, module):
    """(name, text, {line: name of a method}) of a module's parts; the head has the name None."""
    lines = source.splitlines()
    parts, start = [], 0
    for node in ast.parse(source).body:
        if not isinstance(node, ast.FunctionDef | ast.ClassDef):
            continue
        if not parts:  # the head ends before the first definition and what leads up to it
            top = min([node.lineno, *(d.lineno for d in node.decorator_list)]) - 1
            while lines[top - 1].startswith("#"):
                top -= 1
            parts.append((None, "\n".join(lines[:top]).strip("\n"), {}))
            start = top
        while not lines[start].strip():
            start += 1
        inner = {
            inside.lineno - 1 - start: f"{module}.{node.name}.{inside.name}"
            for inside in ast.walk(node)
            if isinstance(node, ast.ClassDef) and isinstance(inside, ast.FunctionDef)
        }
        text = "\n".join(lines[start : node.end_lineno])
        parts.append((f"{module}.{node.name}", text, inner))
        start = node.end_lineno
    rest = "\n".join(lines[start:]).strip("\n")
    return [*parts, (None, rest, {})] if rest else parts


def title_of(env, page):
    """The first heading of a notebook of the book."""
    path = Path(env.srcdir, "book", f"{page}.ipynb")
    first = json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"]
    return "".join(first).splitlines()[0].removeprefix("# ")


def setup(app):
    app.add_directive("formula-index", FormulaIndex)
    app.add_directive("errata", Errata)
    app.add_directive("package-code", PackageCode)
    return {"version": dlnotes.__version__, "parallel_read_safe": True}
