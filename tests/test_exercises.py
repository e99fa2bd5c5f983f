"""Every exercise: no wrong answer passes, every known mistake is called by its name."""

import numpy as np
import pytest

from dlnotes import exercises
from dlnotes.exercises import Mistake
from dlnotes.exercises._answer import Probe, run

every_exercise = pytest.mark.parametrize("exercise", exercises.ALL, ids=lambda e: e.name)
every_mistake = pytest.mark.parametrize(
    ("exercise", "mistake"),
    [(e, m) for e in exercises.ALL for m in e.mistakes],
    ids=lambda x: x.name[:40],
)
every_convention = pytest.mark.parametrize(
    ("exercise", "convention"),
    [(e, c) for e in exercises.ALL for c in e.conventions],
    ids=lambda x: x.name[:40],
)


def pasted(exercise, answer):
    """An answer as its reader would have it: compiled from its source, with np and nothing else."""
    namespace = {"np": np}
    exec(exercise.source(answer), namespace)
    return namespace[exercise.name]


def in_form(exercise, form):
    """The solution, with every part of what it returns in another form."""
    solution = pasted(exercise, exercise.solution)

    def changed(answer):
        return tuple(map(changed, answer)) if isinstance(answer, tuple) else form(answer)

    return lambda *args, **kwargs: changed(solution(*args, **kwargs))


@every_exercise
def test_the_solution_is_right(exercise):
    verdict = exercise.check(pasted(exercise, exercise.solution))
    assert verdict and verdict.status == "right", verdict


@every_exercise
def test_the_solution_agrees_with_the_book_s_own_function(exercise):
    if exercise.book is None:
        assert exercise.name in {  # nothing in the package to compare with
            "threshold_for_recall",
            "gates_from_torch",
            "forget_bias",
            "polyak_pair",
            "change_rate",
            "expected_step",
            "one_minus_power",
            "amsgrad_v",
            "fans",
            "wasserstein1",
            "to_keeping_gate",
        }
        return
    for p in exercise.all_probes(np.random.default_rng(0)):
        mine, book = run(exercise.solution, p), run(exercise.book, p)
        assert book.agrees(mine, lambda a, b: exercise.close(a, b)), (p, mine, book)


@every_exercise
def test_the_starter_is_not_attempted(exercise):
    namespace = {"exercises": exercises}
    *define, check = exercise.starter.split("\n\n\n")
    exec("\n".join(define), namespace)
    verdict = eval(check, namespace)
    assert verdict.status == "not attempted" and not verdict


@every_mistake
def test_a_known_mistake_is_called_by_its_name_and_no_other(exercise, mistake):
    for _ in range(3):  # the fresh probes differ each time
        verdict = exercise.check(pasted(exercise, mistake.answer))
        assert verdict.status == "wrong" and not verdict
        assert verdict.mistake is mistake, verdict
        assert mistake.name[1:] in verdict.message


@every_convention
def test_another_convention_is_right_and_named(exercise, convention):
    verdict = exercise.check(pasted(exercise, convention.answer))
    assert verdict and verdict.status == "right by another convention", verdict
    assert convention.name in verdict.message


@every_exercise
def test_it_knows_at_least_five_mistakes_by_different_names(exercise):
    assert len({m.name for m in exercise.mistakes}) == len(exercise.mistakes) >= 5


def returns_its_first_argument(*args, **kwargs):
    return next(iter([*args, *kwargs.values()]))


class EqualsEverything:
    __eq__ = __ge__ = __le__ = lambda self, other: True
    __hash__ = None
    shape = ()

    def __array__(self, dtype=None, copy=None):
        return np.zeros(())

    def __float__(self):
        return 0.0


class LyingArray(np.ndarray):
    def __eq__(self, other):
        return True

    def __sub__(self, other):
        return np.zeros(self.shape)


CHEATS = {
    "its argument": returns_its_first_argument,
    "a constant": lambda *args, **kwargs: 0.25,
    "zero": lambda *args, **kwargs: 0,
    "nan": lambda *args, **kwargs: np.nan,
    "inf": lambda *args, **kwargs: np.inf,
    "an empty array": lambda *args, **kwargs: np.array([]),
    "an object equal to everything": lambda *args, **kwargs: EqualsEverything(),
    "an array that lies": lambda *args, **kwargs: np.ones(3).view(LyingArray),
    "text": lambda *args, **kwargs: "0.5",
    "True": lambda *args, **kwargs: True,
}


@every_exercise
@pytest.mark.parametrize("cheat", CHEATS)
def test_no_cheat_passes(exercise, cheat):
    verdict = exercise.check(CHEATS[cheat])
    assert verdict.status == "wrong" and not verdict, verdict


@every_exercise
def test_a_wrong_shape_is_refused_even_if_its_values_are_right(exercise):
    verdict = exercise.check(in_form(exercise, lambda part: np.array([part])))
    assert verdict.reason == "shape" and "shape must be" in verdict.message, verdict


@every_exercise
def test_the_answers_remembered_for_the_stored_probes_do_not_pass(exercise):
    known = [
        (p, run(exercise.solution, p).value)
        for p in (p if isinstance(p, Probe) else Probe(p, {}) for p in exercise.probes)
    ]

    def remembers(*args, **kwargs):
        for p, answer in known:
            given = zip([*p.args, *p.kwargs.values()], [*args, *kwargs.values()], strict=True)
            if all(np.array_equal(a, b) for a, b in given):
                return answer
        return known[0][1]

    assert not exercise.check(remembers)


@every_exercise
def test_the_book_s_own_code_is_no_answer(exercise):
    assert exercise.check(exercise.solution).reason == "borrowed"
    if exercise.book is not None:
        assert exercise.check(exercise.book).reason == "borrowed"


@every_exercise
def test_an_answer_in_lists_or_tuples_or_in_float32_is_right(exercise):
    in_lists = in_form(exercise, lambda part: np.asarray(part).tolist())
    in_tuples = in_form(exercise, lambda part: in_rows(np.asarray(part).tolist()))
    in_float32 = in_form(exercise, lambda part: np.asarray(part, dtype=np.float32))
    assert exercise.check(in_lists).status == "right"
    assert exercise.check(in_tuples).status == "right"
    assert exercise.check(in_float32).status == "right"


def in_rows(values):
    return tuple(map(in_rows, values)) if isinstance(values, list) else values


@every_exercise
def test_the_parts_of_an_answer_may_stand_in_a_list(exercise):
    """Also where they have unequal shapes, and no array can hold them."""
    solution = pasted(exercise, exercise.solution)

    def listed(*args, **kwargs):
        answer = solution(*args, **kwargs)
        return list(answer) if isinstance(answer, tuple) else answer

    assert exercise.check(listed).status == "right"


@every_exercise
def test_what_is_shown_has_the_task_the_slips_and_the_solution(exercise):
    shown = exercise._repr_markdown_()
    assert exercise.task in shown and exercise.hint and exercise.hint in shown
    assert all(m.name[1:] in shown for m in exercise.mistakes)
    assert exercise.source(exercise.solution) in shown
    assert shown.count("<details") == shown.count("</details>") == 3


@pytest.mark.parametrize("topic", exercises.TOPICS, ids=lambda t: t.__name__.split(".")[-1])
def test_every_question_gives_a_reason_for_every_option(topic):
    assert len(topic.questions) >= 4
    for question in topic.questions:
        assert len(question.options) == 4
        shown = question._repr_markdown_()
        assert shown.count("<details") == 4 and shown.count("Yes: ") == 1
        for option in question.options:
            why = option.why.name if isinstance(option.why, Mistake) else option.why
            assert len(why) > 15 and why in shown
