"""What the book knows of one formula of the notes, and how it proves it."""

import html
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

VERDICTS = ("holds", "holds with conditions", "convention", "wrong")

# A form is refuted if it misses the independent route by this many times the tolerance.
CLEARLY = 1000


@dataclass(frozen=True, kw_only=True)
class Counterexample:
    """One small case in which a wrong formula and the truth part.

    given    the case, and the quantity asked for, in words
    measure  measure(form) -> that quantity, a number or a word, as a form of the formula has it
    truth    truth() -> the same without any form; `because` says how, in words
    """

    given: str
    measure: Callable[[Callable], float | str]
    truth: Callable[[], float | str]
    because: str


@dataclass(frozen=True, kw_only=True)
class Equation:
    """A formula of the notes, its verdict, and a check that could refute it.

    id       "eq-2" for the notes' (2); "u-1.3-f1" where the notes give no number
    tag      what stands beside it on the page: "2", or a name: "F1"
    section  the notes' own heading, "1.12 Mean Squared Error (MSE)"
    latex    as printed; `mended` is the form that holds wherever the printed one does not say enough
    verdict  one of VERDICTS; `why` gives the reason in a sentence or two
    code     where dlnotes implements it, "losses.mse"; `form` is that implementation (or a few
             lines around it)
    route    the independent way to the same value, in words
    check    check(form) -> the largest gap between a form of the formula and the route; nan and inf
             where a number is due count as inf
    refutes  plausible wrong forms by name, the printed one first where it is wrong
    counterexample  of a wrong formula: one case in numbers
    sources  keys of references.bib: who has a wrong formula right, who uses which convention
    """

    id: str
    tag: str
    section: str
    title: str
    latex: str
    verdict: str
    why: str
    code: str
    form: Callable
    route: str
    check: Callable[[Callable], float]
    refutes: Mapping[str, Callable]
    mended: str | None = None
    tolerance: float = 1e-9
    counterexample: Counterexample | None = None
    sources: tuple[str, ...] = ()

    @property
    def number(self):
        """The notes' number, or None."""
        return int(self.tag) if self.tag.isdigit() else None

    def gap(self, form):
        """How far a form is from the independent route; inf if it raises an error instead."""
        try:
            gap = float(self.check(form))
        except (ArithmeticError, ValueError, IndexError):
            return math.inf
        return math.inf if math.isnan(gap) else gap

    def verify(self):
        """Run the check on our form and on every wrong one -> Finding."""
        return Finding(
            self, self.gap(self.form), {name: self.gap(form) for name, form in self.refutes.items()}
        )


@dataclass(frozen=True)
class Finding:
    """What a check found: the gap of our form, and of each wrong one by name."""

    equation: Equation
    gap: float
    refuted: Mapping[str, float]

    @property
    def ok(self):
        """Our form agrees with the route, and the check refutes every wrong form it was given."""
        e = self.equation
        return (
            self.gap <= e.tolerance
            and len(self.refuted) > 0
            and all(gap > CLEARLY * e.tolerance for gap in self.refuted.values())
        )

    @property
    def verdict(self):
        e = self.equation
        return f"{e.verdict}, mended as ({e.tag}')" if e.verdict == "wrong" else e.verdict

    @property
    def agreement(self):
        """Bounds and two digits, so that the words are the same on every machine."""
        e = self.equation
        if self.gap <= e.tolerance:
            return f"{e.route}: gap below {e.tolerance:.0e}"
        return f"FAILS: {e.route}: gap {self.gap:.2g}, allowed {e.tolerance:.0e}"

    @property
    def control(self):
        """The wrong forms, each with its gap."""
        clearly = CLEARLY * self.equation.tolerance
        return "; ".join(
            f"{name} (gap {gap:.2g})" if gap > clearly else f"FAILS to refute: {name}"
            for name, gap in self.refuted.items()
        )


@dataclass(frozen=True)
class Report:
    """The findings for some formulas, as text in a terminal and as a table on a page."""

    findings: tuple[Finding, ...]

    @property
    def ok(self):
        return all(f.ok for f in self.findings)

    def __repr__(self):
        lines = []
        for f in self.findings:
            e = f.equation
            lines += [
                f"({e.tag})  {e.title}: {f.verdict}",
                f"    {e.why}",
                f"    {e.code} checked by {f.agreement}",
                f"    refutes: {f.control}",
            ]
        return "\n".join(lines)

    def _repr_html_(self):
        head = ("Formula", "Verdict", "Checked by", "Refutes")
        rows = [
            (
                f"({f.equation.tag}) {f.equation.title}",
                f"{f.verdict}: {f.equation.why}",
                f"{f.equation.code} by {f.agreement}",
                f.control,
            )
            for f in self.findings
        ]
        cells = [f'<th scope="col">{title}</th>' for title in head]
        table = [f"<tr>{''.join(cells)}</tr>"]
        for name, *rest in rows:
            data = "".join(f"<td>{html.escape(text)}</td>" for text in rest)
            table.append(f'<tr><th scope="row">{html.escape(name)}</th>{data}</tr>')
        return '<table class="dlnotes-verify">' + "\n".join(table) + "</table>"
