"""The published power of the checkers is what a fresh measurement gives, and leaves no gap."""

import ast

import numpy as np
import pytest
import requires
from right_answers import ANSWERS

from dlnotes import exercises
from dlnotes.exercises import Exercise, Mistake

measure_power = requires.script("measure_power")
STORED = measure_power.stored()
EXPLAINED = measure_power.explanations()
EXERCISES = {measure_power.key(e): e for e in exercises.ALL}


@pytest.mark.parametrize("name", EXERCISES)
def test_a_fresh_measurement_gives_what_is_published(name):
    found = measure_power.measure(EXERCISES[name])
    again = f"run python tools/measure_power.py {name}"
    assert name in STORED["exercises"], f"{name} was never measured: {again}"
    assert found == STORED["exercises"][name], f"{name} has changed: {again}"
    assert not [*measure_power.complaints({name: found}, EXPLAINED)]


def test_nothing_is_published_or_explained_of_an_exercise_that_does_not_exist():
    assert {*STORED["exercises"], *EXPLAINED, *ANSWERS} <= set(EXERCISES)


def test_every_formula_s_wrong_forms_are_published():
    found = {
        name: (len(topic.EQUATIONS), sum(len(e.refutes) for e in topic.EQUATIONS))
        for name, topic in vars(measure_power.equations).items()
        if hasattr(topic, "EQUATIONS")
    }
    published = {n: (c["formulas"], c["refuted"]) for n, c in STORED["equations"].items()}
    assert published == found, "run python tools/measure_power.py"


def test_every_explanation_is_a_sentence():
    for name, known in EXPLAINED.items():
        for reads, why in known.items():
            assert why[0] == why[0].upper() and why.endswith("."), (name, reads)


def middle(x, y, *, beta=0.5):
    total = 0.0
    for k in range(1, len(x)):
        if x[k] > y[k]:
            total += np.sum(x[k] - y[k], axis=0)
    return total / x.size


middle_exercise = Exercise(
    name="middle",
    task="",
    solution=middle,
    probes=((np.array([1.0, 2.0, 5.0]), np.array([3.0, 1.0, 2.0])),),
    mistakes=(Mistake("the sum", lambda x, y: middle(x, y) * x.size),),
)


def test_every_kind_of_mutation_is_tried():
    reads = set(measure_power.mutants(middle_exercise))
    assert {
        "def middle(y, x, *, beta=0.5):",  # arguments swapped, and what they stand for
        "for k in range(0, len(x)):",  # a constant
        "for k in range(1, len(x) - 1):",  # off by one
        "for k in reversed(range(1, len(x))):",
        "if x[k] >= y[k]:",  # a comparison
        "if x[k] < y[k]:",
        "if True:",
        "total += np.sum(x[k] + y[k], axis=0)",  # a sign
        "total += np.sum(y[k] - x[k], axis=0)",  # operands swapped
        "total += np.sum(x[k], axis=0)",  # a term dropped
        "total += np.sum(x[k - 1] - y[k], axis=0)",
        "total += np.sum(x[k] - y[k], axis=1)",  # an axis
        "total += np.sum(x[k] - y[k])",
        "total += np.mean(x[k] - y[k], axis=0)",  # another function
        "total += x[k] - y[k]",  # none
        "total -= np.sum(x[k] - y[k], axis=0)",
        "total = np.sum(x[k] - y[k], axis=0)",
        "without total = 0.0",  # a statement
        "return total / x.shape[0]",
        "return total * x.size",
        "return -(total / x.size)",
        "return beta / x.size",  # another name
    } <= reads


def test_a_mutant_differs_from_the_solution_and_can_be_compiled():
    for e in (middle_exercise, exercises.rnn.rnn_backward):
        sources = measure_power.mutants(e)
        same = ast.unparse(ast.parse(e.source(e.solution)))
        assert len({*sources.values(), same}) == len(sources) + 1
        assert all(callable(measure_power.compiled(e, s)) for s in sources.values())


def doubled(x):
    return np.abs(x) * 2


lazy_exercise = Exercise(
    name="doubled",
    task="",
    solution=doubled,
    probes=((np.array([1.0, 3.0]),),),
    fresh=lambda rng: (-rng.uniform(1, 2, size=3),),
    mistakes=(),
)


def test_a_gap_in_the_probes_is_a_complaint():
    found = measure_power.measure(lazy_exercise)
    assert "return x * 2" in found["chance"], "the drawn probes are negative, the stored ones not"
    said = [*measure_power.complaints({"doubled": found}, {})]
    assert "doubled: the stored probes let through what a drawn one refuses: return x * 2" in said
    assert "doubled: passes and is not explained: return np.abs(-x) * 2" in said
    assert any("no right answer in another style" in line for line in said)


def test_an_explanation_of_a_mutant_that_no_longer_passes_is_a_complaint():
    known = {"doubled": {"return np.abs(x) * 3": "It is not."}}
    found = measure_power.measure(lazy_exercise)
    said = [*measure_power.complaints({"doubled": found}, known)]
    assert "doubled: explained, but it does not pass: return np.abs(x) * 3" in said


def test_a_right_answer_that_is_refused_is_a_complaint(monkeypatch):
    monkeypatch.setitem(ANSWERS, "losses.huber", [lambda *args, **kwargs: 1.0])
    found = measure_power.measure(exercises.losses.huber)
    assert found["alarms"] == 1 and found["right"] == 0
    assert any("refuses 1 right answers" in s for s in measure_power.complaints({"": found}, {}))
