"""Exercises that recognise the reader's mistake and name it."""

import ast
import dis
import html
import inspect
import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from . import _explain
from ._answer import Outcome, Probe, parts, run

PACKAGE = Path(__file__).parent.parent
CODE = re.compile(r"(?!a )\w\b|\w*[\d_(]|(d[abxy]|eps|inf|nan)\b")  # as a first word
NOT_ATTEMPTED, RIGHT, CONVENTION, WRONG = (
    "not attempted",
    "right",
    "right by another convention",
    "wrong",
)


@dataclass(frozen=True)
class Mistake:
    """A known wrong answer. name: what is said to the reader who gives it, aimed at the cause;
    answer: the wrong function; credit: where it was published and later mended."""

    name: str
    answer: Callable
    credit: str = ""


@dataclass(frozen=True)
class Convention:
    """An answer that is right elsewhere. name: whose convention it is, and in what it differs;
    credit: where it was taken for a mistake, or for the other convention."""

    name: str
    answer: Callable
    credit: str = ""


@dataclass(frozen=True)
class Verdict:
    """What a check found. Its truth value tells whether the answer is accepted.

    status   "not attempted", "right", "right by another convention" or "wrong"
    reason   one word for the kind of failure: "known mistake", "shape", "value", "slow", ...
    mistake  the Mistake that the answer agrees with on every probe, if there is one
    message  all of it in words; what a notebook shows
    """

    status: str
    message: str
    reason: str = ""
    mistake: Mistake | None = None

    def __bool__(self):
        return self.status in (RIGHT, CONVENTION)

    def __repr__(self):
        return self.message


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """A function for the reader to write, and all that is known of ways to get it wrong.

    task, hint   Markdown, with math between dollar signs; stars: 1 easy to 3 hard
    solution     a model answer that stands by itself: NumPy and nothing else
    probes       arguments to try it on, the smallest first: tuples, or probe(...) with keywords
    fresh        fresh(rng) -> another probe, drawn anew in every check
    accept       accept(*arguments) -> (low, high): any value between serves (a kink's subgradients)
    book         what dlnotes itself has for it, called like the solution; compared in the tests
    """

    name: str
    task: str
    solution: Callable
    probes: tuple
    mistakes: tuple[Mistake, ...]
    conventions: tuple[Convention, ...] = ()
    fresh: Callable | None = None
    accept: Callable | None = None
    book: Callable | None = None
    hint: str = ""
    stars: int = 1
    rtol: float = 1e-7
    atol: float = 1e-12
    seconds: float = 2.0

    def check(self, candidate):
        """Judge the reader's function -> Verdict. Nothing is written, nothing is changed.

        Raises TypeError if candidate cannot be called.
        """
        if candidate is None or candidate is Ellipsis:
            return self._not_attempted()
        if not callable(candidate):
            raise TypeError(
                f"{self.name}: check wants your function, got a {type(candidate).__name__}; "
                f"write check({self.name}) without calling it"
            )
        probes = self.all_probes()
        outcomes = []
        # What is wanted is computed after the reader's code has run: there is nothing to find.
        end = time.monotonic() + self.seconds
        for p in probes:
            left = max(end - time.monotonic(), 0.01)
            outcomes.append(run(candidate, p.copy(), left, self._off_limits))
            if outcomes[-1].kind in ("slow", "borrowed"):
                break
            if outcomes == [Outcome("nothing")] and not _reads_anything(candidate):
                return self._not_attempted()
        return self._judge(candidate, probes[: len(outcomes)], outcomes)

    def all_probes(self, rng=None):
        """The stored probes and two drawn afresh."""
        rng = np.random.default_rng() if rng is None else rng
        drawn = [self.fresh(rng) for _ in range(2)] if self.fresh else []
        given = [*self.probes, *drawn]
        return [(p if isinstance(p, Probe) else Probe(tuple(p), {})).copy() for p in given]

    def close(self, got, wanted, single=False):
        """Equal up to rounding; nan equals nan. single: the rounding of float32."""
        rtol, atol = self.rtol, self.atol
        if single:
            rtol, atol = max(rtol, 1e-4), max(atol, 1e-6 if atol else 2.0**-126)
        return bool(np.allclose(got, wanted, rtol=rtol, atol=atol, equal_nan=True))

    def _closeness(self, outcome):
        return lambda got, wanted: self.close(got, wanted, outcome.single)

    def _ranges(self, p):
        """(low, high) of each part where a set of answers is right, or None."""
        if self.accept is None:
            return None
        low, high = self.accept(*p.args, **p.kwargs)
        return list(zip(parts(low), parts(high), strict=True))

    def _judge(self, candidate, probes, outcomes):
        if outcomes[-1].kind in ("slow", "borrowed"):
            return self._stopped(outcomes[-1], probes[-1])
        wanted = [run(self.solution, p).value for p in probes]
        outcomes = [o.in_form_of(w) for o, w in zip(outcomes, wanted, strict=True)]
        good = [self._accepts(p, w, o) for p, w, o in zip(probes, wanted, outcomes, strict=True)]
        if all(good):
            single = any(o.single for o in outcomes)
            words = f"{self.name}: right" + (", to the precision of float32" if single else "")
            return Verdict(RIGHT, words + ".")
        for convention in self.conventions:
            if self._same(convention.answer, probes, outcomes):
                words = f"{self.name}: right by another convention: {convention.name}."
                return Verdict(CONVENTION, words)
        first = good.index(False)
        case = self._case(probes[first], wanted[first], outcomes[first])
        for mistake in self.mistakes:
            if self._same(mistake.answer, probes, outcomes):
                words = f"{self.name}: wrong. {_sentence(mistake.name)}\n{case}"
                return Verdict(WRONG, words, "known mistake", mistake)
        reason, said = self._reason(candidate, probes, wanted, outcomes, first)
        said = f" {_sentence(said)}" if said else ""
        return Verdict(WRONG, f"{self.name}: wrong.{said}\n{case}", reason)

    def _accepts(self, p, wanted, outcome):
        if outcome.kind != "value" or not _same_shapes(outcome.value, wanted):
            return False
        right = parts(wanted)
        if ranges := self._ranges(p):  # of many right answers, compare with the nearest
            right = tuple(
                np.where((low < high) & ~np.isnan(got), np.clip(got, low, high), one)
                for one, got, (low, high) in zip(right, parts(outcome.value), ranges, strict=True)
            )
        return outcome.agrees(Outcome("value", right), self._closeness(outcome))

    def _same(self, answer, probes, outcomes):
        """The answer does on every probe what was done, wherever one value alone is right."""
        return all(
            self._same_on(p, run(answer, p), o) for p, o in zip(probes, outcomes, strict=True)
        )

    def _same_on(self, p, known, outcome):
        ranges = self._ranges(p)
        if ranges and outcome.kind == known.kind == "value":
            mine, theirs = parts(outcome.value), parts(known.value)
            if _same_shapes(mine, theirs) and _same_shapes(mine, tuple(low for low, _ in ranges)):
                values = zip(mine, theirs, ranges, strict=True)
                known = Outcome(
                    "value", tuple(np.where(low < high, a, b) for a, b, (low, high) in values)
                )
        return outcome.agrees(known, self._closeness(outcome))

    def _reason(self, candidate, probes, wanted, outcomes, first):
        """(one word, a sentence) for an answer that is no known mistake."""
        outcome, value = outcomes[first], wanted[first]
        names = [name for name, _ in probes[first].named(self._parameters)]
        if outcome.kind == "error":
            return "error", self._about_call(candidate, probes[first]) or (
                f"your code raised {_explain.short(outcome.value)}"
                + (f" ({outcome.line})" if outcome.line else "")
            )
        if outcome.kind == "mutated":
            return "mutated", f"it changes its argument {names[outcome.value]}: work on a copy"
        if outcome.kind == "unreadable":
            return "type", f"plain numbers are wanted, got {outcome.value}"
        if outcome.kind == "nothing":
            always = all(o.kind == "nothing" for o in outcomes)
            return "nothing", "it returns nothing: is a return missing?" if always else (
                "here it returns nothing"
            )
        cases = [
            (p, w, o.value)
            for p, w, o in zip(probes, wanted, outcomes, strict=True)
            if o.kind == "value" and len(parts(o.value)) == len(parts(w))
        ]
        said = _explain.explain(cases, self.close, first) if len(cases) == len(probes) else ""
        if not _same_shapes(outcome.value, value):
            shapes = (_explain.shape_of(value), _explain.shape_of(outcome.value))
            return "shape", "the shape must be {}, got {}".format(*shapes) + (
                f": {said}" if said else ""
            )
        return "value", said or self._about_order(candidate)

    def _about_call(self, candidate, p):
        theirs = _signature(candidate)
        if theirs is None:
            return ""
        try:
            theirs.bind(*p.args, **p.kwargs)
        except TypeError:
            return f"it is called as {self.name}({self._call_form(p)}), and yours takes {theirs}"
        return ""

    def _about_order(self, candidate):
        theirs = _signature(candidate)
        mine, theirs = [*self._parameters], [*(theirs.parameters if theirs else ())]
        if theirs != mine and sorted(theirs) == sorted(mine):
            return f"the arguments come as ({', '.join(mine)}), yours are ({', '.join(theirs)})"
        return ""

    def _call_form(self, p):
        positional = list(self._parameters)[: len(p.args)]
        return ", ".join(positional + [f"{name}=..." for name in p.kwargs])

    def _case(self, p, wanted, outcome):
        known = {"nothing": "nothing", "mutated": "a changed argument"}
        got = _explain.text(outcome.value) if outcome.kind == "value" else outcome.value
        got = _explain.short(known.get(outcome.kind, got))
        return f"  {self._call(p)}\n  wanted  {_explain.text(wanted)}\n  got     {got}"

    def _call(self, p):
        given = ", ".join(f"{n}={_explain.text(v)}" for n, v in p.named(self._parameters))
        return f"{self.name}({given})"

    def _stopped(self, outcome, p):
        if outcome.kind == "slow":
            words = f"too slow: stopped after {self.seconds:g} seconds, is there an endless loop?"
            return Verdict(WRONG, f"{self.name}: {words}\n  {self._call(p)}", "slow")
        what = (
            "calls the book's own code"
            if outcome.value
            else "ends the watch over your code, as endless recursion does"
        )
        words = f"that {what}; write it with NumPy alone"
        return Verdict(WRONG, f"{self.name}: {words}.", "borrowed")

    def _not_attempted(self):
        return Verdict(NOT_ATTEMPTED, f"{self.name}: not attempted yet.", "nothing")

    @property
    def topic(self):
        """The name shared by module, page, exercises and tests: "losses"."""
        return self.solution.__module__.rpartition(".")[2]

    @property
    def _parameters(self):
        return inspect.signature(self.solution).parameters

    @property
    def _off_limits(self):
        return f"{PACKAGE}{os.sep}"

    @property
    def starter(self):
        """The cell that the reader fills in."""
        return (
            f"def {self.name}{inspect.signature(self.solution)}:\n    ...\n\n\n"
            f"exercises.{self.topic}.{self.name}.check({self.name})"
        )

    def source(self, answer):
        """A solution or a mistake as text that defines it under the exercise's name."""
        text = Path(inspect.getsourcefile(answer)).read_text(encoding="utf-8")
        node = _node(text, answer.__code__)
        if isinstance(node, ast.Lambda):
            return f"{self.name} = {ast.unparse(node)}"
        text = ast.get_source_segment(text, node)
        return text.replace(f"def {answer.__name__}(", f"def {self.name}(", 1)

    def __repr__(self):
        return f"exercise {self.name}: write it, then check it"

    def _repr_markdown_(self):
        slips = "\n".join(
            f"- {_sentence(m.name)}" + (f" (published: {m.credit})" if m.credit else "")
            for m in self.mistakes
        )
        folded = [
            ("hint", "Hint", self.hint),
            ("slips", "Common slips", slips),
            ("solution", "Solution", f"```python\n{self.source(self.solution)}\n```"),
        ]
        stars = "★" * self.stars + "☆" * (3 - self.stars)
        return "\n\n".join(
            [f"**`{self.name}`** {stars}", self.task] + [fold(*f) for f in folded if f[-1]]
        )


@dataclass(frozen=True)
class Option:
    """One answer to a question. why: its reason, or the Mistake that leads to it."""

    text: str
    why: str | Mistake
    right: bool = False


@dataclass(frozen=True)
class Question:
    """A self-test question, every option with its reason, exactly one of them right."""

    text: str
    options: tuple[Option, ...]

    def __post_init__(self):
        if not all(isinstance(o, Option) for o in self.options):
            raise TypeError(f"Question: options must be Options, got {self.options!r}")
        right = sum(o.right for o in self.options)
        if right != 1:
            raise ValueError(f"Question: options must hold one right answer, got {right}")

    def __repr__(self):
        return f"question: {self.text}"

    def _repr_markdown_(self):
        folded = []
        for o in self.options:
            why = o.why.name if isinstance(o.why, Mistake) else o.why
            folded.append(fold("option", o.text, f"{'Yes' if o.right else 'No'}: {why}"))
        return "\n\n".join([self.text, *folded])


def fold(kind, summary, text):
    """Markdown that opens on a click, in JupyterLab and in the book alike."""
    summary = html.escape(summary, quote=False)
    return f'<details class="{kind}">\n<summary>{summary}</summary>\n\n{text}\n\n</details>'


def _same_shapes(got, wanted):
    return [a.shape for a in parts(got)] == [a.shape for a in parts(wanted)]


def _signature(answer):
    """Its parameters without annotations, or None of a built-in that does not tell."""
    try:
        parameters = inspect.signature(answer).parameters.values()
    except (TypeError, ValueError):
        return None
    return inspect.Signature([p.replace(annotation=p.empty) for p in parameters])


def _reads_anything(answer):
    """False of a stub, which has a constant for a body or says that it is not implemented."""
    code = getattr(answer, "__code__", None)
    return (
        code is not None
        and "NotImplementedError" not in code.co_names
        and any(
            i.opname.startswith("LOAD_") and i.opname != "LOAD_CONST" for i in dis.Bytecode(code)
        )
    )


def _sentence(words):
    """A letter or a name of code keeps its case at the start, too: x is not X."""
    start = words[0] if CODE.match(words) else words[0].upper()
    return start + words[1:] + ("" if words.endswith((".", "?")) else ".")


def _node(text, code):
    """The one function of a source text that a code object was compiled from."""
    found = [
        n
        for n in ast.walk(ast.parse(text))
        if isinstance(n, (ast.Lambda, ast.FunctionDef)) and _compiled_from(n, code)
    ]
    if len(found) != 1:
        raise ValueError(f"source: the answer must stand alone on line {code.co_firstlineno}")
    return found[0]


def _compiled_from(node, code):
    name = "<lambda>" if isinstance(node, ast.Lambda) else node.name
    return (name, node.lineno) == (code.co_name, code.co_firstlineno)
