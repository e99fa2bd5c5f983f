"""What is published of the package's mutants belongs to the package as it is, and is true."""

import os
import subprocess
import sys

import pytest
import requires

measure_mutation = requires.script("measure_mutation")
STORED = measure_mutation.stored()
EXPLAINED = measure_mutation.explanations()
PACKAGE = measure_mutation.ROOT / "dlnotes"
TOPICS = {p.stem for p in (PACKAGE / "exercises").glob("[!_]*.py")}


def test_every_module_is_measured_but_for_entry_points_and_the_topics_entries():
    entries = {PACKAGE / of / f"{t}.py" for of in ("equations", "exercises") for t in TOPICS}
    ends = PACKAGE / "exercises" / "_deadline.py"  # whose mutants do not end
    unmeasured = entries | {PACKAGE / "__init__.py", PACKAGE / "__main__.py", ends}
    measured = {*map(measure_mutation.path, measure_mutation.TESTS)}
    assert measured == {*PACKAGE.rglob("*.py")} - unmeasured
    assert {*STORED} == {*measure_mutation.TESTS}


@pytest.mark.parametrize("module", STORED)
def test_a_module_is_as_it_was_when_it_was_measured(module):
    again = f"{module} has changed: run python tools/measure_mutation.py {module}"
    assert STORED[module]["source"] == measure_mutation.digest(module), again


@pytest.mark.parametrize("module", STORED)
def test_every_survivor_is_explained_and_enough_mutants_are_killed(module):
    assert not [*measure_mutation.complaints({module: STORED[module]}, EXPLAINED)]


def test_every_explanation_is_a_sentence_about_a_module_that_was_measured():
    assert {*EXPLAINED} == {"equivalent", "left"}
    for known in EXPLAINED.values():
        for function, mutants in known.items():
            assert measure_mutation.module_of(function) in STORED
            for reads, why in mutants.items():
                assert why[0] == why[0].upper() and why.endswith("."), (function, reads)


def found(*survivors, mutants=20):
    return {"metrics": {"source": "", "mutants": mutants, "survivors": [*survivors]}}


def test_a_gap_in_the_tests_is_a_complaint_and_so_is_an_explanation_of_none():
    lives = ["_ratio", "return a / b", "return a * b"]
    known = {"equivalent": {"metrics._ratio": {"return a * b": "It is."}}, "left": {}}
    nothing = {"equivalent": {}, "left": {}}
    assert not [*measure_mutation.complaints(found(lives), known)]
    (said,) = measure_mutation.complaints(found(lives), nothing)
    assert said == "metrics._ratio: no test refuses it, and it is not explained: return a * b"
    (said,) = measure_mutation.complaints(found(), known)
    assert said == "metrics._ratio: explained, but it does not survive: return a * b"


def test_what_is_left_counts_against_the_score_and_what_is_equivalent_does_not():
    lives = ["_ratio", "return a / b", "return a * b"]
    known = {"metrics._ratio": {"return a * b": "It is."}}
    same, left = {"equivalent": known, "left": {}}, {"equivalent": {}, "left": known}
    assert measure_mutation.counted("metrics", found(lives)["metrics"], same)["score"] == 1
    assert measure_mutation.counted("metrics", found(lives)["metrics"], left)["score"] == 0.95
    (said,) = measure_mutation.complaints(found(lives, mutants=19), left)
    assert said == "metrics: 94.7% of the mutants are killed, less than 95%"


def test_a_sample_of_the_mutants_fares_as_published():
    requires.library("mutmut", of="mutation")
    if os.name != "posix":
        requires.missing("mutation", "the mutants' processes are forked")
    command = [sys.executable, "tools/measure_mutation.py", "--sample", "12"]
    ran = subprocess.run(command, cwd=measure_mutation.ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
