"""Every formula of the notes is an entry, stands on a page as the entry has it, and is checked by
something that could refute it."""

import dataclasses
import importlib
import json
import math
import re
from pathlib import Path

import pytest

from dlnotes import equations

ROOT = Path(__file__).parent.parent
NOTES = json.loads((ROOT / "tests" / "notes_formulas.json").read_text(encoding="utf-8"))
# The sections of the notes that the book covers so far.
CHAPTERS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "Exploding")
FORMULAS = [f for f in NOTES if re.split(r"[. ]", f["section"])[0] in CHAPTERS]

DISPLAY = re.compile(r"\$\$(.*?)\$\$", re.DOTALL)
TAG = re.compile(r"\\tag\{([^}]*)\}")

WRONG = [e for e in equations.ALL if e.verdict == "wrong"]
each_equation = pytest.mark.parametrize("equation", equations.ALL, ids=lambda e: e.id)


def _plain(latex):
    return " ".join(latex.split())


def _tagged(page):
    """The display formulas of a notebook's Markdown that carry a tag: (tag, LaTeX without it)."""
    cells = json.loads(page.read_text(encoding="utf-8"))["cells"]
    text = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    for latex in DISPLAY.findall(text):
        for tag in TAG.findall(latex):
            yield tag, _plain(TAG.sub("", latex))


ON_PAGES = [(p.name, *t) for p in sorted((ROOT / "book").glob("*.ipynb")) for t in _tagged(p)]


def test_the_entries_are_the_formulas_of_the_notes_in_their_order():
    assert [e.id for e in equations.ALL] == [f["id"] for f in FORMULAS]


@pytest.mark.parametrize("formula", FORMULAS, ids=lambda f: f["id"])
def test_an_entry_has_the_number_the_section_and_the_latex_of_the_notes(formula):
    e = equations.get(formula["id"])
    assert (e.number, e.section) == (formula["number"], formula["section"])
    assert _plain(e.latex) == _plain(formula["latex"])


def test_no_two_formulas_share_a_tag():
    assert len({e.tag for e in equations.ALL}) == len(equations.ALL)


@each_equation
def test_a_verdict_is_one_of_four_and_has_its_reason_and_its_mended_form(equation):
    assert equation.verdict in equations.VERDICTS
    assert len(equation.why) > 20
    assert (equation.mended is None) == (equation.verdict == "holds")


@each_equation
def test_a_formula_agrees_with_its_route_and_the_check_refutes_every_wrong_form(equation):
    finding = equation.verify()
    assert finding.gap <= equation.tolerance, finding.agreement
    assert len(finding.refuted) >= 2, f"{equation.id}: nothing for the check to refute"
    assert "FAILS" not in finding.control, finding.control
    assert finding.ok


@each_equation
def test_a_wrong_formula_is_refuted_as_printed(equation):
    printed_first = next(iter(equation.refutes)) == "as printed"
    assert printed_first == (equation.verdict == "wrong")


@each_equation
def test_the_code_that_an_entry_names_has_a_docstring_with_its_number_or_its_section(equation):
    module, *names = equation.code.split(".")
    code = importlib.import_module(f"dlnotes.{module}")
    for name in names:
        code = getattr(code, name)
    number, heading = equation.section.split()[0], equation.section.split(" / ")[0]
    section = number if number[0].isdigit() else heading
    mark = f"({equation.tag}" if equation.number else section + "  "
    assert mark in code.__doc__, f"{equation.code} does not name {mark}"


@each_equation
def test_every_formula_stands_on_exactly_one_page(equation):
    pages = [page for page, tag, _ in ON_PAGES if tag == equation.tag]
    assert len(pages) == 1, f"({equation.tag}) stands on {pages or 'no page'}"


@pytest.mark.parametrize(("page", "tag", "latex"), ON_PAGES, ids=lambda x: str(x)[:20])
def test_a_formula_on_a_page_is_the_entry_s_own(page, tag, latex):
    equation = equations.by_tag(tag.removesuffix("'"))
    wanted = equation.mended if tag.endswith("'") else equation.latex
    assert wanted is not None, f"{page}: ({tag}) has no mended form in its entry"
    assert latex == _plain(wanted), f"{page}: ({tag}) is not the LaTeX of {equation.id}"


@pytest.mark.parametrize("equation", WRONG, ids=lambda e: e.id)
def test_a_wrong_formula_s_mended_form_stands_on_the_same_page(equation):
    page = {tag: page for page, tag, _ in ON_PAGES}
    assert page.get(equation.tag + "'") == page.get(equation.tag)


@pytest.mark.parametrize("equation", WRONG, ids=lambda e: e.id)
def test_a_wrong_formula_has_one_case_in_which_it_misses_and_its_mended_form_hits(equation):
    case = equation.counterexample
    assert case is not None, f"{equation.id}: no counterexample"
    assert len(case.given) > 20 and len(case.because) > 20
    truth, mended = case.truth(), case.measure(equation.form)
    printed = case.measure(equation.refutes["as printed"])
    if isinstance(truth, str):
        assert mended == truth != printed
    else:
        assert mended == pytest.approx(truth, rel=1e-8)
        assert abs(printed - truth) > 0.01 * abs(truth)


@each_equation
def test_only_a_wrong_formula_has_a_counterexample(equation):
    assert (equation.counterexample is None) == (equation.verdict != "wrong")


@each_equation
def test_the_sources_of_an_entry_are_in_the_bibliography(equation):
    bibliography = (ROOT / "book" / "references.bib").read_text(encoding="utf-8")
    for key in equation.sources:
        assert f"{{{key},\n" in bibliography, f"{equation.id} cites {key}"


@pytest.mark.parametrize("equation", WRONG, ids=lambda e: e.id)
def test_a_wrong_formula_names_a_source_that_has_it_right(equation):
    assert equation.sources, f"{equation.id}: who has it right?"


@pytest.mark.parametrize(
    "equation", [e for e in equations.ALL if e.verdict == "convention"], ids=lambda e: e.id
)
def test_a_convention_says_who_follows_which(equation):
    libraries = re.search("PyTorch|Keras|scikit-learn|JAX", equation.why)
    assert libraries or equation.sources, f"{equation.id}: a convention of whom?"


def test_verify_takes_sections_a_chapter_ids_or_nothing_for_all():
    def tags(*names):
        return [f.equation.tag for f in equations.verify(*names).findings]

    assert tags("1.11") == ["1", "2"]
    assert tags("1.1") == ["precision"]
    assert tags("1.6", "1.1") == ["precision", "NPV"]
    assert tags("1") == [e.tag for e in equations.ALL if e.section.startswith("1.")]
    assert tags("eq-4", "eq-2") == ["2", "4"]  # in the notes' order
    assert tags("u-1.3-f1", "1.12", "eq-4") == ["F1", "3", "4"]  # each once
    assert tags() == [e.tag for e in equations.ALL]


def test_no_id_reads_as_a_section():
    numbers = {e.section.split()[0] for e in equations.ALL}
    assert all("-" in e.id for e in equations.ALL) and not any("-" in n for n in numbers)


def test_verify_refuses_what_the_notes_do_not_have():
    with pytest.raises(
        ValueError, match=r"verify: sections and ids must be the notes.*got '1\.99'"
    ):
        equations.verify("1.99")
    with pytest.raises(ValueError, match=r"got 'eq-0'"):
        equations.verify("1.12", "eq-0")
    with pytest.raises(TypeError, match=r"verify: sections and ids must be text .* got 1\.1"):
        equations.verify(1.1)


def test_what_is_looked_up_is_refused_by_the_name_of_who_looks():
    with pytest.raises(ValueError, match=r"^select: sections and ids must be .*, got '1\.99'$"):
        equations.select("1.99")
    with pytest.raises(KeyError, match="get: no formula has the id 'eq-0'"):
        equations.get("eq-0")
    with pytest.raises(KeyError, match="by_tag: no formula has the tag 'F2'"):
        equations.by_tag("F2")
    with pytest.raises(TypeError, match=r"^get: id must be text such as 'eq-2', got 2$"):
        equations.get(2)
    with pytest.raises(TypeError, match=r"^by_tag: tag must be text such as 'F1', got 2$"):
        equations.by_tag(2)


def test_what_the_package_exports_is_there():
    assert {*equations.__all__} <= {*vars(equations)}
    assert equations.select("eq-4", "eq-2") == (equations.get("eq-2"), equations.get("eq-4"))


@pytest.fixture
def entry():
    """An entry whose check is blind to all but the form's own number."""
    return equations.Equation(
        id="eq-0",
        tag="0",
        section="0.1 Nothing",
        title="Zero & one",
        latex="0",
        verdict="wrong",
        why="It is <not> so.",
        code="losses.mse",
        form=lambda: 0.5,
        route="a count",
        check=lambda form: form(),
        refutes={"as printed": lambda: 1500.0, "twice": lambda: 3000.0},
        mended="1",
        tolerance=1.0,
    )


def test_a_report_reads_as_a_paragraph_a_formula_in_the_terminal(entry):
    holds = dataclasses.replace(entry, verdict="holds", form=lambda: 2.0)
    report = equations.Report((entry.verify(), holds.verify()))
    assert repr(report) == (
        "(0)  Zero & one: wrong, mended as (0')\n"
        "    It is <not> so.\n"
        "    losses.mse checked by a count: gap below 1e+00\n"
        "    refutes: as printed (gap 1.5e+03); twice (gap 3e+03)\n"
        "(0)  Zero & one: holds\n"
        "    It is <not> so.\n"
        "    losses.mse checked by FAILS: a count: gap 2, allowed 1e+00\n"
        "    refutes: as printed (gap 1.5e+03); twice (gap 3e+03)"
    )


def test_a_report_is_a_table_with_headings_on_the_page(entry):
    assert equations.Report((entry.verify(),))._repr_html_() == (
        '<table class="dlnotes-verify"><tr><th scope="col">Formula</th>'
        '<th scope="col">Verdict</th><th scope="col">Checked by</th>'
        '<th scope="col">Refutes</th></tr>\n'
        '<tr><th scope="row">(0) Zero &amp; one</th>'
        "<td>wrong, mended as (0&#x27;): It is &lt;not&gt; so.</td>"
        "<td>losses.mse by a count: gap below 1e+00</td>"
        "<td>as printed (gap 1.5e+03); twice (gap 3e+03)</td></tr></table>"
    )


def test_a_report_is_well_if_every_finding_is(entry):
    good, bad = entry.verify(), dataclasses.replace(entry, form=lambda: 2.0).verify()
    assert equations.Report((good,)).ok and not equations.Report((good, bad)).ok


def test_a_form_may_miss_by_the_tolerance_and_a_wrong_one_must_by_more_than_a_thousand(entry):
    edge = _with(entry, form=lambda: 1.0)
    assert edge.ok and "FAILS" not in edge.agreement
    assert not _with(entry, form=lambda: 1.001).ok
    assert _with(entry, refutes={"as printed": lambda: 1000.5}).ok
    near = _with(entry, refutes={"as printed": lambda: 1000.0, "twice": lambda: 3000.0})
    assert not near.ok
    assert near.control == "FAILS to refute: as printed; twice (gap 3e+03)"


def _with(equation, **changes):
    return dataclasses.replace(equation, **changes).verify()


def test_an_entry_that_is_wrong_or_can_refute_nothing_fails():
    mae_slope = equations.get("eq-2")
    printed = mae_slope.refutes["as printed"]
    assert not _with(mae_slope, form=printed).ok
    assert "FAILS" in _with(mae_slope, form=printed).agreement
    assert not _with(mae_slope, refutes={}).ok
    blind = _with(mae_slope, check=lambda form: 0.0)
    assert not blind.ok and "FAILS to refute: as printed" in blind.control
    assert _with(mae_slope, check=lambda form: math.nan).gap == math.inf


def test_a_form_that_raises_is_as_far_off_as_can_be():
    def divides_by_zero(y, y_hat, dy):
        return 1 / 0

    assert equations.get("eq-2").gap(divides_by_zero) == math.inf
