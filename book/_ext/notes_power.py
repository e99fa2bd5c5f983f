"""The page "How this book is checked", made from measured results whenever the book is built.

`{checker-power} PART`, where a part is a method below: `formulas`, `exercises`, `equivalents`,
`published`, `conventions`, `printed`, `versions`, `accuracy`, `package`, `survivors`. The numbers are those of
tests/checker_power.json, which tools/measure_power.py writes, for `accuracy` of tests/accuracy.json, by
tools/measure_accuracy.py, for `package` and `survivors` of tests/package_mutation.json, by
tools/measure_mutation.py; the words are the registry's own.
"""

import html
import json
import math
import re
import tomllib
from pathlib import Path

from docutils import nodes
from notes_words import typeset
from sphinx.util.docutils import SphinxDirective

import dlnotes
from dlnotes import exercises
from dlnotes.exercises import _engine

TESTS = Path(__file__).parents[2] / "tests"
RESULTS, EXPLAINED = TESTS / "checker_power.json", TESTS / "equivalent_mutants.toml"
ACCURACY = TESTS / "accuracy.json"
PACKAGE, SURVIVORS = TESTS / "package_mutation.json", TESTS / "package_mutants.toml"
THE_NOTES = "the notes that this book follows"


def count(number):
    """11332 -> "11,332"."""
    return f"{number:,}"


def name_of(topic):
    return topic.__name__.rsplit(".", 1)[-1]


def gap_in_words(gap, tolerances):
    """("0.43", "4.3e+08") -> "0.43, which is 430 million tolerances"."""
    times = float(tolerances)
    words = {1e9: " billion", 1e6: " million"}
    size = next((size for size in words if times >= size), 1)
    figure = f"{times / size:,.1f}".removesuffix(".0")
    return f"{gap}, which is {figure}{words.get(size, '')} tolerances"


class CheckerPower(SphinxDirective):
    required_arguments = 1

    def run(self):
        for file in (RESULTS, EXPLAINED, PACKAGE, SURVIVORS):
            self.env.note_dependency(str(file))
        self.results = json.loads(RESULTS.read_text(encoding="utf-8"))
        return list(getattr(self, self.arguments[0])())

    # --- the parts of the page

    def formulas(self):
        found = self.results["equations"]
        rows = []
        for name, topic in found.items():
            id, form, gap, times = topic["closest"]
            link = self.inline(f"{{eq}}`{id}`")
            closest = [*link, " “", *typeset(form), f"”: {gap_in_words(gap, times)}"]
            rows.append([self.page(name), topic["formulas"], topic["refuted"], closest])
        total = ["All", *(sum(t[k] for t in found.values()) for k in ("formulas", "refuted")), ""]
        head = ["Page", "Formulas", "Wrong forms refuted", "The closest call and its gap"]
        yield self.table(head, [*rows, total], numbers=(1, 2))

    def exercises(self):
        measured = self.results["exercises"]
        columns = {
            "Mistakes": "mistakes",
            "Mutants": "mutants",
            "Refused": "refused",
            "By name": "named",
            "Convention": "as convention",
            "Equivalent": "survivors",
        }

        def cells(several):
            for key in columns.values():
                values = [found[key] for found in several]
                yield count(sum(len(v) if isinstance(v, list) else v for v in values))

        numbers = range(1, 1 + len(columns))
        rows = [
            [self.page(name), *cells([f for _, f in self.of(name)])]
            for name in map(name_of, exercises.TOPICS)
        ]
        right, alarms = (sum(f[k] for f in measured.values()) for k in ("right", "alarms"))
        yield self.table(
            ["Page", *columns], [*rows, ["All", *cells(measured.values())]], numbers=numbers
        )
        yield self.paragraph(
            f"Of {count(right + alarms)} right answers in another style than the solution's, "
            f"the checkers refused {alarms or 'none'}. Exercise by exercise:"
        )
        for name in map(name_of, exercises.TOPICS):
            rows = [[self.code(e.name), *cells([found])] for e, found in self.of(name)]
            table = self.table(["Exercise", *columns], rows, numbers=numbers)
            yield from self.folded(self.title(name), table)

    def equivalents(self):
        explained = tomllib.loads(EXPLAINED.read_text(encoding="utf-8"))
        for name in map(name_of, exercises.TOPICS):
            items = nodes.definition_list(classes=["equivalents"])
            total = 0
            for exercise, found in self.of(name):
                known = explained.get(f"{name}.{exercise.name}", {})
                by_reason = {}
                for reads in found["survivors"]:
                    by_reason.setdefault(known[reads], []).append(reads)
                    total += 1
                lines = nodes.bullet_list(bullet="-")
                for why, several in by_reason.items():
                    shown = nodes.paragraph()
                    for reads in several:
                        shown += self.code(re.sub(r"  # \d+$", "", reads))
                        shown += nodes.raw("", "<br>", format="html")
                    shown.pop()
                    lines += nodes.list_item("", shown, self.paragraph(why))
                if by_reason:
                    term = nodes.term("", "", self.code(exercise.name))
                    items += nodes.definition_list_item("", term, nodes.definition("", lines))
            if total:
                yield from self.folded(f"{self.title(name)}: {total}", items)

    def package(self):
        columns = ("mutants", "killed", "equivalent", "left")
        rows, total = [], dict.fromkeys(columns, 0)
        measured = json.loads(PACKAGE.read_text(encoding="utf-8"))
        for module, found in measured.items():
            kinds = [kind for kind, *_ in self.surviving(module, found)]
            numbers = {
                "mutants": found["mutants"],
                "killed": found["mutants"] - len(kinds),
                "equivalent": kinds.count("equivalent"),
                "left": kinds.count("left"),
            }
            total = {key: total[key] + numbers[key] for key in columns}
            rows.append([self.code(f"dlnotes.{module}"), *self.shares(numbers)])
        head = ["Module", "Mutants", "Killed", "Equivalent", "Left", "Killed of those that differ"]
        rows.append(["All", *self.shares(total)])
        yield self.table(head, rows, numbers=range(1, len(head)))

    def shares(self, numbers):
        differ = numbers["mutants"] - numbers["equivalent"]
        yield from map(count, numbers.values())
        yield f"{math.floor(1000 * numbers['killed'] / differ) / 10:.1f} %"

    def survivors(self):
        for module, found in json.loads(PACKAGE.read_text(encoding="utf-8")).items():
            by_function = {}
            for kind, function, was, reads, why in self.surviving(module, found):
                lines = by_function.setdefault(function or "the module's constants", {})
                lines.setdefault((kind, why), []).append((was, reads))
            items = nodes.definition_list(classes=["equivalents"])
            for function, reasons in by_function.items():
                lines = nodes.bullet_list(bullet="-")
                for (kind, why), several in reasons.items():
                    shown = nodes.paragraph()
                    for was, reads in several:
                        reads = re.sub(r"  # \d+$", "", reads)
                        shown += [self.code(was), nodes.Text(" → "), self.code(reads)]
                        shown += nodes.raw("", "<br>", format="html")
                    shown.pop()
                    said = why if kind == "equivalent" else f"Left: {why[0].lower()}{why[1:]}"
                    lines += nodes.list_item("", shown, self.paragraph(said))
                term = nodes.term("", "", self.code(function))
                items += nodes.definition_list_item("", term, nodes.definition("", lines))
            if by_function:
                yield from self.folded(f"dlnotes.{module}: {len(found['survivors'])}", items)

    def surviving(self, module, found):
        """(kind, function, what the line was, what it reads, why it survives) of each survivor."""
        explained = tomllib.loads(SURVIVORS.read_text(encoding="utf-8"))
        for function, was, reads in found["survivors"]:
            place = f"{module}.{function}" if function else module
            for kind, known in explained.items():
                if reads in known.get(place, {}):
                    yield kind, function, was, reads, known[place][reads]

    def published(self):
        yield self.credits("mistakes", notes=False)

    def printed(self):
        yield self.credits("mistakes", notes=True)

    def conventions(self):
        yield self.credits("conventions", notes=False)

    def versions(self):
        v = self.results["versions"]
        yield self.paragraph(
            f"Measured with dlnotes {v['dlnotes']} on NumPy {v['numpy']} and Python {v['python']}; "
            f"this page is of dlnotes {dlnotes.__version__}."
        )

    def accuracy(self):
        self.env.note_dependency(str(ACCURACY))
        head = ["Function", "float64", "float32", "float64, faint", "float32, faint"]
        for module, rows in json.loads(ACCURACY.read_text(encoding="utf-8")).items():
            made = []
            for name, row in rows.items():
                function, _, which = name.partition(", ")
                label = [self.code(function), f", {which}" * bool(which), " *" * row["cancels"]]
                above, below = zip(row["float64"], row["float32"], strict=True)
                bounds = ["–" if n is None else n for n in (*above, *below)]
                made.append([label, *bounds])
            table = self.table(head, made, numbers=range(1, len(head)))
            table["classes"].append("accuracy")
            yield from self.folded(self.title(module), table)

    # --- what they are made of

    def of(self, topic):
        """(exercise, what was measured of it) of a topic; one not yet measured is left out."""
        for exercise in exercises.ALL:
            found = self.results["exercises"].get(f"{topic}.{exercise.name}")
            if exercise.topic == topic and found:
                yield exercise, found

    def credits(self, kind, *, notes):
        """What others published, or the notes printed, of the exercises' mistakes or conventions."""
        made = nodes.bullet_list(bullet="-")
        for exercise in exercises.ALL:
            for known in getattr(exercise, kind):
                if known.credit and known.credit.startswith(THE_NOTES) == notes:
                    said = typeset(_engine._sentence(known.name))
                    where = [nodes.Text(" ("), self.page(exercise.topic), nodes.Text(") ")]
                    source = [] if notes else [nodes.emphasis("", f" {known.credit}.")]
                    parts = [self.code(exercise.name), *where, *said, *source]
                    made += nodes.list_item("", self.paragraph(*parts))
        return made

    def title(self, topic):
        """The first heading of the topic's page."""
        path = Path(self.env.srcdir, "book", f"{topic.replace('_', '-')}.ipynb")
        first = json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"]
        return "".join(first).splitlines()[0].removeprefix("# ")

    def page(self, topic):
        return self.inline(f"{{doc}}`{topic.replace('_', '-')}`")[0]

    def inline(self, markdown):
        return self.parse_inline(markdown)[0]

    def code(self, text):
        return nodes.literal(text, text)

    def paragraph(self, *parts):
        return nodes.paragraph("", "", *(nodes.Text(p) if isinstance(p, str) else p for p in parts))

    def folded(self, summary, *content):
        start = f"<details>\n<summary>{html.escape(summary)}</summary>"
        yield nodes.raw("", start, format="html")
        yield from content
        yield nodes.raw("", "</details>", format="html")

    def table(self, head, rows, numbers=()):
        """A table of texts, numbers, nodes or lists of them; the columns of `numbers` lean right."""

        def row(cells):
            made = nodes.row()
            for place, cell in enumerate(cells):
                parts = cell if isinstance(cell, list) else [cell]
                parts = [p if isinstance(p, nodes.Node) else nodes.Text(str(p)) for p in parts]
                kind = ["text-right"] if place in numbers else []
                made += nodes.entry("", nodes.paragraph("", "", *parts), classes=kind)
            return made

        group = nodes.tgroup(cols=len(head))
        group.extend(nodes.colspec(colwidth=1) for _ in head)
        group += nodes.thead("", row(head))
        group += nodes.tbody("", *map(row, rows))
        return nodes.table("", group, classes=["checks"])


def setup(app):
    app.add_directive("checker-power", CheckerPower)
    return {"version": "1", "parallel_read_safe": True}
