"""The checker, case by case: what it says to whatever is handed in."""

import builtins
import functools
import inspect
import signal
import sys
import threading
import time

import numpy as np
import pytest

from dlnotes import exercises
from dlnotes.exercises import Convention, Exercise, Mistake, Option, Question, _deadline, probe
from dlnotes.exercises._answer import Probe, parts


def slope(y, y_hat):
    return 2 * (y_hat - y) / y.size


slope_exercise = Exercise(
    name="slope",
    task="The slope.",
    solution=slope,
    probes=(
        (np.array([3.0, 5.0, 2.0]), np.array([2.0, 7.0, 2.5])),
        (np.array([[1.0, 0.0, 7.0], [4.0, -2.0, 1.0]]), np.array([[2.0, 3, 1.0], [1.0, 1.0, 6.0]])),
    ),
    mistakes=(Mistake("uphill", lambda y, y_hat: 2 * (y - y_hat) / y.size),),
    seconds=0.3,
)


def _of(solution, *probes):
    return Exercise(name="f", task="", solution=solution, probes=probes, mistakes=())


def check(answer):
    return slope_exercise.check(answer)


@pytest.mark.parametrize("nothing", [None, ..., lambda y, y_hat: None, lambda y, y_hat: ...])
def test_nothing_is_not_an_error(nothing):
    assert check(nothing).status == "not attempted"


def test_not_implemented_is_not_an_error():
    def later(y, y_hat):
        raise NotImplementedError

    assert check(later).status == "not attempted"


def test_an_answer_that_lacks_its_return_is_told_so():
    def computes(y, y_hat):
        np.sign(y_hat - y)

    def only_sometimes(y, y_hat):
        if y.size > 3:
            return slope(y, y_hat)

    verdict = check(computes)
    assert verdict.status == "wrong" and "It returns nothing: is a return missing?" in str(verdict)
    assert "is a return missing?" not in str(check(only_sometimes))


def test_something_that_cannot_be_called_raises():
    words = "slope: check wants your function, got a float; write check(slope) without calling it"
    with pytest.raises(TypeError) as raised:
        check(1.5)
    assert str(raised.value) == words


def test_each_verdict_has_its_own_words():
    stopped = Exercise(
        name="f",
        task="",
        solution=slope,
        probes=slope_exercise.probes[:1],
        mistakes=(),
        conventions=(Convention("the sum", lambda y, y_hat: slope(y, y_hat) * y.size),),
        seconds=0.2,
    )
    case = "f(y=[3, 5, 2], y_hat=[2, 7, 2.5])"

    def float32(y, y_hat):
        return slope(y, y_hat).astype(np.float32)

    said = {
        "f: not attempted yet.": None,
        "f: right.": slope,
        "f: right, to the precision of float32.": float32,
        "f: right by another convention: the sum.": lambda y, y_hat: slope(y, y_hat) * y.size,
        f"f: too slow: stopped after 0.2 seconds, is there an endless loop?\n  {case}": sleeps,
    }
    assert {str(stopped.check(answer)): answer for answer in said.values()} == said
    wanted = f"\n  {case}\n  wanted  [-0.666667, 1.33333, 0.333333]\n  got     "

    def in_place(y, y_hat):
        y += 1
        return y

    nothing = "f: wrong. It returns nothing: is a return missing?"
    assert str(stopped.check(lambda y, y_hat: print(end=""))) == f"{nothing}{wanted}nothing"
    changed = "f: wrong. It changes its argument y: work on a copy."
    assert str(stopped.check(in_place)) == f"{changed}{wanted}a changed argument"
    called = "f: wrong. It is called as f(y, y_hat), and yours takes ()."
    error = "TypeError: ClassWithout() takes no arguments"
    assert str(stopped.check(ClassWithout)) == f"{called}{wanted}{error}"
    shape = "f: wrong. The shape must be (3,), got (2,)."
    assert str(stopped.check(lambda y, y_hat: [1, 2])) == f"{shape}{wanted}[1, 2]"


class ClassWithout:
    pass


def test_each_verdict_has_its_status_and_one_word_for_its_reason():
    exercise = Exercise(
        name="f",
        task="",
        solution=slope,
        probes=slope_exercise.probes,
        mistakes=slope_exercise.mistakes,
        conventions=(Convention("the sum", lambda y, y_hat: slope(y, y_hat) * y.size),),
        seconds=0.3,
    )

    def slow_at_first(y, y_hat):
        return sleeps(y, y_hat) if y.ndim == 1 else slope(y, y_hat)

    def borrows_at_first(y, y_hat):
        return exercises.losses.mae_grad.solution(y, y_hat) if y.ndim == 1 else slope(y, y_hat)

    for answer, status, reason in [
        (None, "not attempted", "nothing"),
        (slope, "right", ""),
        (lambda y, y_hat: slope(y, y_hat) * y.size, "right by another convention", ""),
        (lambda y, y_hat: -slope(y, y_hat), "wrong", "known mistake"),
        (lambda y, y_hat: print(end=""), "wrong", "nothing"),
        (lambda y, y_hat: 1.0, "wrong", "shape"),
        (lambda y, y_hat: y, "wrong", "value"),
        (slow_at_first, "wrong", "slow"),
        (borrows_at_first, "wrong", "borrowed"),
    ]:
        verdict = exercise.check(answer)
        assert (verdict.status, verdict.reason) == (status, reason)
        assert bool(verdict) == status.startswith("right")
        assert (verdict.mistake is None) == (reason != "known mistake")


def test_what_is_left_out_is_empty_and_two_seconds_are_enough():
    plain = _of(slope)
    assert (plain.hint, plain.stars, plain.seconds) == ("", 1, 2.0)
    assert plain.fresh is plain.accept is plain.book is None
    assert Mistake("", slope).credit == Convention("", slope).credit == ""


def test_an_answer_may_take_as_long_as_the_exercise_gives_it():
    patient = Exercise(name="f", task="", solution=abs, probes=((1.0,),), mistakes=(), seconds=60)

    def rests(x):
        time.sleep(0.1)
        return x

    assert patient.check(rests).status == "right"


def test_what_has_neither_code_nor_signature_is_judged_by_what_it_returns():
    assert check(functools.partial(lambda y, y_hat: None)).status == "not attempted"

    def unsigned(y, y_hat):
        return y

    unsigned.__signature__ = "none"
    assert check(unsigned).reason == "value"

    def raises(y, y_hat):
        raise ValueError("inside")

    said = str(check(functools.partial(raises))).splitlines()[0]
    assert said == "slope: wrong. Your code raised ValueError: inside."


def test_a_wrong_value_is_not_explained_where_a_later_probe_gives_none():
    def fails_later(y, y_hat):
        return 2 * slope(y, y_hat) if y.ndim == 1 else [][1]

    assert str(check(fails_later)).startswith("slope: wrong.\n")


def test_close_is_up_to_rounding_and_nan_is_nan():
    f = _of(slope)
    assert f.close([1.0, np.nan], [1 + 1e-8, np.nan]) is True
    assert not f.close(1.0, 1 + 1e-5) and f.close(1.0, 1 + 1e-5, single=True)
    assert not f.close(np.nan, 1.0)


def test_nothing_on_some_probes_is_told_as_such():
    def only_small(y, y_hat):
        return slope(y, y_hat) if y.size == 3 else None

    assert str(check(only_small)).startswith("slope: wrong. Here it returns nothing.\n")


def test_all_probes_have_one_time_together():
    def rests(y, y_hat):
        time.sleep(0.2)
        return slope(y, y_hat)

    assert check(rests).reason == "slow"  # twice 0.2 seconds, and 0.3 are given


def test_two_probes_are_drawn_afresh_and_no_check_changes_any():
    fresh = Exercise(
        name="f",
        task="",
        solution=lambda x: 2 * x,
        probes=((np.zeros(2),), probe(np.ones(2))),
        fresh=lambda rng: (rng.normal(size=2),),
        mistakes=(),
    )
    first, second = (fresh.all_probes(np.random.default_rng(0)) for _ in range(2))
    assert len(first) == 4 and all(isinstance(p, Probe) for p in first)
    assert [p.args[0].tolist() for p in first] == [p.args[0].tolist() for p in second]
    assert first[2].args[0].tolist() != first[3].args[0].tolist()
    a, b = (p.all_probes()[3].args[0].tolist() for p in (fresh, fresh))
    assert a != b
    first[0].args[0][:] = 7
    assert fresh.probes[0][0].tolist() == [0, 0]


@pytest.mark.parametrize(
    ("dtype", "right", "wrong"), [(np.float64, 5e-8, 2e-7), (np.float32, 5e-5, 2e-4)]
)
def test_rounding_is_right_and_a_mistake_is_not(dtype, right, wrong):
    large = _of(lambda x: 1e3 * x, (np.array([1.0, -3.0]),))

    def off(by):
        return large.check(lambda x: (1e3 * x * (1 + by)).astype(dtype))

    assert off(0) and off(right) and not off(wrong)


def test_about_zero_rounding_is_measured_by_the_exercise_s_own_tolerance():
    def near(atol, value, dtype=np.float64):
        exercise = Exercise(
            name="f", task="", solution=lambda x: 0 * x, probes=((1.0,),), mistakes=(), atol=atol
        )
        return bool(exercise.check(lambda x: dtype(value)))

    assert near(1e-12, 5e-13) and not near(1e-12, 5e-12)
    assert near(1e-12, 5e-7, np.float32) and not near(1e-12, 5e-6, np.float32)
    assert not near(0, 1e-300)
    assert near(0, 1e-38, np.float32) and not near(0, 1e-30, np.float32)


def test_a_known_mistake_is_told_with_the_smallest_case():
    verdict = check(lambda y, y_hat: 2 * (y - y_hat) / y.size)
    assert str(verdict) == (
        "slope: wrong. Uphill.\n"
        "  slope(y=[3, 5, 2], y_hat=[2, 7, 2.5])\n"
        "  wanted  [-0.666667, 1.33333, 0.333333]\n"
        "  got     [0.666667, -1.33333, -0.333333]"
    )


# The numbers of values, rows and columns differ.
unlike = _of(
    slope,
    (np.array([3.0, 5.0, 2.0]), np.array([2.0, 7.0, 2.5])),
    (np.arange(8.0).reshape(2, 4) ** 2, np.arange(8.0).reshape(2, 4) * 3 + 1),
)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: -d, "The sign is flipped: everything is -1 times what is wanted."),
        (lambda d: 2 * d, "Everything is twice what is wanted."),
        (lambda d: d / 2, "Everything is half of what is wanted."),
        (lambda d: -2 * d, "Everything is -2 times what is wanted."),
        (lambda d: -d / 2, "Everything is -0.5 times what is wanted."),
        (
            lambda d: d / np.log(2),
            "Everything is in bits: nats are wanted, multiply by log(2).",
        ),
        (lambda d: 5 * d, "Everything is 5 times what is wanted."),
        (lambda d: 0 * d, "Everything is 0."),
        (lambda d: d * d.size, "Everything is too large by a factor of the number of values."),
        (lambda d: d / d.size, "Everything is too small by a factor of the number of values."),
        (
            lambda d: -d * d.size,
            "Everything is too large by a factor of the number of values, and its sign is flipped.",
        ),
        (
            lambda d: -d / d.size,
            "Everything is too small by a factor of the number of values, and its sign is flipped.",
        ),
        (lambda d: d * len(d), "Everything is too large by a factor of the number of rows."),
        (
            lambda d: d / d.shape[-1],
            "Everything is too small by a factor of the number of columns.",
        ),
        (lambda d: d[::-1], "The entries stand in reverse order."),
        (lambda d: d * np.nan, "nan where a number is wanted."),
        (lambda d: d / 0.0, "inf where a number is wanted."),
        (lambda d: d * (1 + 2e-6), "Right to a few digits only."),
        (lambda d: d + 2e-6 * d * (d > 0), "Right to a few digits only."),
        # A factor is one to six digits, on all entries of all probes; else nothing is said.
        (lambda d: 5 * (d + 4e-6 * d * (d > 0)), ""),
        (lambda d: 5 * d * (1 + 4e-6 * d.ndim), ""),
        (lambda d: d * d.size * (1 + 4e-6), ""),
        (lambda d: 1e-9 * d * np.arange(1, d.shape[-1] + 1), ""),
        (lambda d: 1e-9 * d * d.ndim, ""),
        (lambda d: d + 1, ""),
    ],
)
def test_an_unknown_mistake_is_explained_by_what_it_did(change, words):
    verdict = unlike.check(lambda y, y_hat: change(slope(y, y_hat)))
    assert verdict.status == "wrong" and verdict.mistake is None
    said = verdict.message.splitlines()[0]
    assert said == f"f: wrong. {words}".strip()


def test_few_digits_are_few_of_small_numbers_too():
    small = _of(lambda x: 1e-10 * x, (np.array([1.0, -3.0]),))
    assert str(small.check(lambda x: 1e-10 * x + 1e-10)).startswith("f: wrong.\n")


def test_a_matrix_the_other_way_round_is_told():
    said = str(check(lambda y, y_hat: slope(y, y_hat).T))
    assert said.startswith("slope: wrong. The shape must be (2, 3), got (3, 2): it is transposed.")


def test_arguments_in_another_order_are_told():
    said = str(check(lambda y_hat, y: slope(y, y_hat) + 1))
    assert "wrong. The arguments come as (y, y_hat), yours are (y_hat, y).\n" in said


def test_a_factor_is_seen_beside_what_is_nan_or_0_in_both():
    roots = _of(lambda x: x**0.5, (np.array([-1.0, 0.0, 4.0]),))
    assert "Everything is twice" in str(roots.check(lambda x: 2 * x**0.5))
    assert "Everything is 0 times" in str(roots.check(lambda x: 0 * x**0.5))
    assert "everything" not in str(roots.check(lambda x: 2 * x**0.5 + (x == 0))).lower()
    assert "few digits" in str(roots.check(lambda x: x**0.5 + 1e-6 * (x == 4)))
    assert "where a number" not in str(roots.check(lambda x: x**0.5 + (x > 0)))


def test_the_largest_array_of_a_list_is_counted_too():
    total = _of(
        lambda some: sum(a.sum() for a in some),
        ([np.array([1.0, 3.0]), np.array([2.0])],),
        ([np.array([1.0]), np.array([2.0, 5.0, 4.0])],),
    )
    mean = total.check(lambda some: sum(a.sum() for a in some) / max(a.size for a in some))
    assert "too small by a factor of the number of values" in str(mean)


def test_a_case_shows_every_kind_of_argument_as_one_would_write_it():
    def documented(x):
        """x to 2 x"""

    def plain(x):
        return x

    def kinds(x, k, n, flag, rule, both, f, g):
        return 1, np.arange(12.0)

    given = np.arange(13) / 2, np.float64(0.1), 2, np.True_, "l2", (1, [True]), documented, plain
    assert str(_of(kinds, given).check(lambda *given: (2, np.arange(12.0)))) == (
        "f: wrong.\n"
        "  f(x=[0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, ... 1 more], k=0.1, n=2, flag=True, "
        'rule="l2", both=(1, [True]), f=x to 2 x, g=plain)\n'
        "  wanted  (1, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])\n"
        "  got     (2, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])"
    )


def cumulative(x):
    return np.cumsum(x, axis=0)


def test_what_is_explained_is_true_of_the_case_that_is_shown():
    pair = _of(halves, (np.array([1.0, -3.0]),), (np.array([0.0, 2.0]),))
    late_nan = pair.check(lambda x: (x / 2 + 1, np.abs(x) * (1 if x[0] else np.nan)))
    assert "nan" not in str(late_nan)
    first_zero = pair.check(lambda x: (x / 2 * (x[0] == 0), np.abs(x) * (x[0] == 0)))
    assert "everything is 0" not in str(first_zero).lower()
    assert "Everything is 0." in str(pair.check(lambda x: (0 * x, 0 * x)))


def test_a_case_is_shown_as_one_would_call_it():
    blank = exercises.adam_variants.blank_weight
    assert 'rule="l2")\n' in str(blank.check(lambda theta, k, *, lr, decay, rule: theta))


def test_an_answer_that_looks_right_as_printed_is_said_to_lack_digits():
    pair = _of(halves, (np.array([1.0, -3.0]),))
    assert "few digits" in str(pair.check(lambda x: (x / 2 + 1e-6, np.abs(x))))
    assert "few digits" not in str(pair.check(lambda x: (x / 2 + 1e-4, np.abs(x))))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("x was forgotten", "x was forgotten."),
        ("h_t was taken: w multiplies h_{t-1}", "h_t was taken: w multiplies h_{t-1}."),
        ("exp(-x) overflows", "exp(-x) overflows."),
        ("dy was dropped", "dy was dropped."),
        ("a share was asked for", "A share was asked for."),
        ("beta was lost", "Beta was lost."),
        ("it ends.", "It ends."),
        ("is it lost?", "Is it lost?"),
    ],
)
def test_a_sentence_begins_with_a_capital_unless_with_a_letter_or_code(words, sentence):
    exercise = Exercise(
        name="f",
        task="",
        solution=cumulative,
        probes=((np.array([1.0, 2.0]),),),
        mistakes=(Mistake(words, lambda x: x),),
    )
    assert f"f: wrong. {sentence}\n" in str(exercise.check(lambda x: +x))


def halves(x):
    return x / 2, np.abs(x)


def test_a_step_too_late_and_a_step_too_early_are_told_of_three_steps_or_more():
    steps = _of(cumulative, (np.array([1.0, 3.0, 2.0]),), (np.array([1.0, 3.0, 2.0, 5.0]),))
    late = str(steps.check(lambda x: np.r_[0, np.cumsum(x)[:-1]]))
    assert late.startswith("f: wrong. Every entry stands one step too late.\n")
    early = str(steps.check(lambda x: np.r_[np.cumsum(x)[1:], 9]))
    assert early.startswith("f: wrong. Every entry stands one step too early.\n")
    two = _of(cumulative, (np.array([1.0, 3.0]),))
    assert str(two.check(lambda x: np.r_[0, 1.0])).startswith("f: wrong.\n")


def test_swapped_parts_and_a_missing_part_are_told():
    pair = _of(halves, (np.array([1.0, -3.0]),))
    assert pair.check(lambda x: (x / 2, np.abs(x)))
    order = "f: wrong. The parts stand in the wrong order.\n"
    assert str(pair.check(lambda x: (np.abs(x), x / 2))).startswith(order)
    assert "must be (2,) and (2,), got (2,)" in str(pair.check(lambda x: x / 2))
    two_numbers = _of(lambda x: (x.sum(), x.max()), (np.array([1.0, -3.0]),))
    assert str(two_numbers.check(lambda x: (x.max(), x.sum()))).startswith(order)
    number = _of(lambda x: x.sum(), (np.array([1.0, -3.0]),))
    assert "The shape must be a single number, got (1,).\n" in str(number.check(lambda x: [-2.0]))


def test_an_answer_is_called_0_only_where_it_is_0_on_every_probe():
    size = _of(lambda x: abs(x).sum(), (np.array([1.0, -3.0]),), (np.array([-1.0, -2.0]),))
    assert "Everything is 0" in str(size.check(lambda x: 0.0))
    assert "everything" not in str(size.check(lambda x: np.maximum(x, 0).sum())).lower()


def test_a_right_answer_to_some_probes_only_is_wrong():
    def first_only(y, y_hat):
        return slope(y, y_hat) if y.ndim == 1 else slope(y, y_hat) + (y == 7)

    verdict = check(first_only)
    assert verdict.reason == "value" and "[[1, 0, 7], [4, -2, 1]]" in verdict.message


def test_the_reader_s_own_error_is_told_with_its_line():
    def divides(y, y_hat):
        n = 0
        return [1 / n for _ in y]

    verdict = check(divides)
    assert verdict.reason == "error"
    assert "Your code raised ZeroDivisionError: division by zero (line" in verdict.message
    assert "return [1 / n for _ in y])" in verdict.message


def test_a_wrong_signature_is_told():
    wanted = "called as slope(y, y_hat), and yours takes "

    def annotated(y: "an array", *, n: int = 3) -> float:  # noqa: F722  it may be any words
        return 0

    assert wanted + "(y)." in str(check(lambda y: y))
    assert wanted + "(*, y, y_hat)." in str(check(lambda *, y, y_hat: y))
    assert wanted + "(y, *, n=3)." in str(check(annotated))


def test_an_error_inside_is_not_taken_for_a_wrong_signature():
    def raises(y, y_hat, n=3):
        raise TypeError("inside")

    assert "Your code raised TypeError: inside (line " in str(check(raises))
    assert "Your code raised TypeError: " in str(check(dict))  # tells no signature


def test_leaving_the_notebook_is_not_possible():
    def leaves(y, y_hat):
        raise SystemExit

    assert "SystemExit" in str(check(leaves))


def test_ctrl_c_passes_through():
    def interrupted(y, y_hat):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check(interrupted)


def test_changing_an_argument_is_told_and_the_probes_stay_as_they_were():
    def in_place(y, y_hat):
        y_hat -= y
        return 2 * y_hat / y.size

    assert "changes its argument y_hat" in str(check(in_place))
    assert slope_exercise.probes[0][1].tolist() == [2.0, 7.0, 2.5]


def loops(y, y_hat):
    while True:
        pass


def swallows(y, y_hat):
    while True:
        try:
            sum(range(100))
        except:  # noqa: E722  the reader's own bare except is what is tried here
            pass


def sleeps(y, y_hat):
    time.sleep(5)


@pytest.mark.parametrize("endless", [loops, swallows, sleeps])
def test_an_endless_loop_is_stopped_and_reported(endless):
    start = time.monotonic()
    verdict = check(endless)
    assert verdict.reason == "slow" and "too slow" in verdict.message
    assert time.monotonic() - start < 10  # a hang would last for ever
    assert check(slope).status == "right"


def stopped_while_busy():
    """Stop an endless loop as on a busy machine, where more time passes between two instructions
    than between two attempts to stop it, and go on a while -> what came of each."""

    def watch(frame, event, arg):
        if arg is signal.setitimer or frame.f_code.co_filename == threading.__file__:
            dawdle(0.05)

    came, before = [], sys.getprofile()
    for go_on in (lambda: _deadline.call(loops, (1, 2), {}, 0.1), lambda: dawdle(0.2)):
        sys.setprofile(watch)
        try:
            came.append(go_on())
        except _deadline.TooSlow:
            came.append("too slow")
        finally:
            sys.setprofile(before)
    return came


def dawdle(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


def test_what_stopped_a_call_is_over_when_the_call_is_however_busy_the_machine():
    handler = signal.getsignal(signal.SIGALRM)
    try:
        assert stopped_while_busy() == ["too slow", None]
    finally:
        left, now = signal.setitimer(signal.ITIMER_REAL, 0), signal.signal(signal.SIGALRM, handler)
    assert (left, now) == ((0, 0), handler)


def test_so_it_is_on_another_thread():
    came = []
    thread = threading.Thread(target=lambda: came.extend(stopped_while_busy()))
    thread.start()
    thread.join(20)
    assert came == ["too slow", None]


@pytest.mark.parametrize("endless", [loops, swallows])
def test_an_endless_loop_is_stopped_on_another_thread_too(endless):
    verdicts = []
    thread = threading.Thread(target=lambda: verdicts.extend([check(endless), check(slope)]))
    thread.start()
    thread.join(20)
    assert [v.reason for v in verdicts] == ["slow", ""]


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the browser's Python is 3.12 or newer")
@pytest.mark.parametrize("endless", [loops, swallows])
def test_an_endless_loop_is_stopped_in_a_browser_too(endless, monkeypatch):
    monkeypatch.setattr(sys, "platform", "emscripten")
    assert check(endless).reason == "slow"
    assert check(slope).status == "right"


def test_an_answer_cannot_look_up_what_is_wanted():
    """Walking up the frames finds the exercise but no computed answer, and calling its solution
    is noticed."""

    def peeks(x):
        frame = inspect.currentframe()
        while frame := frame.f_back:
            me = frame.f_locals.get("self")
            if isinstance(me, Exercise):
                assert "wanted" not in frame.f_locals
                return me.solution(x)
        return None

    squares = exercises.metrics.precision
    verdict = squares.check(peeks)
    words = "precision: that calls the book's own code; write it with NumPy alone."
    assert verdict.reason == "borrowed" and str(verdict) == words


ENDS = ": that ends the watch over your code, as endless recursion does; write it with NumPy alone."


def test_switching_the_watch_off_is_noticed_even_if_it_is_switched_on_again():
    def unwatched(C):
        sys.setprofile(None)
        return exercises.metrics.precision.solution(C)

    def rewatched(C):
        watch = sys.getprofile()
        answer = unwatched(C)
        sys.setprofile(watch)
        return answer

    def unwatched_in_threads(C):
        threading.setprofile(None)
        return elsewhere(C)

    before = sys.getprofile(), threading.getprofile()
    for hides in (unwatched, rewatched, unwatched_in_threads):
        verdict = exercises.metrics.precision.check(hides)
        assert verdict.reason == "borrowed" and ENDS in str(verdict)
    assert before == (sys.getprofile(), threading.getprofile())


def elsewhere(C):
    found = []
    call = threading.Thread(target=lambda: found.append(exercises.metrics.precision.solution(C)))
    call.start()
    call.join()
    return found[0]


def test_a_thread_does_not_escape_the_watch():
    verdict = exercises.metrics.precision.check(elsewhere)
    assert verdict.reason == "borrowed" and "calls the book's own code" in str(verdict)


def test_an_error_after_the_book_s_own_code_was_called_does_not_hide_that():
    def fails(C):
        exercises.metrics.precision.solution(C)
        raise ValueError

    assert exercises.metrics.precision.check(fails).reason == "borrowed"


def test_endless_recursion_is_an_error_and_no_trick():
    def recurses(y, y_hat):
        return recurses(y, y_hat)

    assert "Your code raised RecursionError: maximum recursion depth" in str(check(recurses))

    def catches(y, y_hat):
        try:
            return recurses(y, y_hat)
        except RecursionError:
            return slope(y, y_hat)

    assert str(check(catches)) == f"slope{ENDS}"


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="Windows has no such timer")
@pytest.mark.parametrize(
    "off", [lambda: signal.setitimer(signal.ITIMER_REAL, 0), lambda: signal.alarm(0)]
)
def test_switching_the_clock_off_is_noticed(off):
    def timeless(y, y_hat):
        off()
        return slope(y, y_hat)

    verdict = check(timeless)
    assert verdict.reason == "borrowed" and ENDS in str(verdict)


def test_what_an_answer_sets_in_numpy_is_set_back_before_it_is_judged():
    """Else the solution would use it, and everything would compare as close."""
    was = np.sign, np.allclose, np.linalg.norm, np.random.default_rng, abs

    def sets(y, y_hat):
        np.sign = np.linalg.norm = np.random.default_rng = builtins.abs = lambda x: 0 * x
        np.allclose = np.array_equal = lambda *args, **kwargs: True
        return 0 * y

    assert "Everything is 0." in str(exercises.losses.mae_grad.check(sets))
    assert was == (np.sign, np.allclose, np.linalg.norm, np.random.default_rng, abs)


def test_rewriting_the_probes_through_a_frame_changes_no_verdict():
    def rewrites(y, y_hat):
        frame = inspect.currentframe()
        while frame := frame.f_back:
            if "given" in frame.f_locals:
                for a in frame.f_locals["given"].args:
                    a[...] = 0
        return 0 * y

    assert check(rewrites).status == "wrong"
    assert slope_exercise.probes[0][1].tolist() == [2.0, 7.0, 2.5]


def test_a_keyword_argument_is_guarded_like_any_other():
    kept = np.array([1.0, 2.0])
    double = Exercise(
        name="f", task="", solution=lambda *, x: 2 * x, probes=(probe(x=kept),), mistakes=()
    )

    def in_place(*, x):
        x *= 2
        return x

    assert "changes its argument x:" in str(double.check(in_place))
    assert kept.tolist() == [1, 2] and double.check(lambda *, x: x + x)


def test_rows_where_parts_are_wanted_count_as_the_parts():
    pair = _of(halves, (np.array([1.0, -3.0]),))
    assert pair.check(lambda x: np.array([x / 2, np.abs(x)]))
    assert pair.check(lambda x: (tuple((x / 2).tolist()), np.abs(x)))
    nested = _of(lambda x: ((x, 2 * x), x), (np.array([1.0, -3.0]),))
    assert nested.check(lambda x: (np.array([x, 2 * x]), x))
    shape = "The shape must be (2,) and (2,), got "
    assert shape + "a single number" in str(pair.check(lambda x: 1.0))
    assert shape + "(3, 2)" in str(pair.check(lambda x: np.array([x / 2, np.abs(x), x])))
    assert shape + "(2,) and (2,) and (2,)" in str(pair.check(lambda x: (x / 2, np.abs(x), x)))


def test_a_tuple_where_an_array_is_wanted_counts_as_the_array():
    def tuples(y, y_hat):
        rows = slope(y, y_hat).tolist()
        return tuple(rows) if y.ndim == 1 else tuple(map(tuple, rows))

    assert check(tuples).status == "right"


class Mute(Exception):
    def __str__(self):
        raise ValueError


def raises_mutely(y, y_hat):
    raise Mute


def contains_itself(y, y_hat):
    answer = []
    answer.append(answer)
    return answer


def retypes(y, y_hat):
    y.dtype = "S8"
    return 0


@pytest.mark.parametrize(
    ("odd", "reason"),
    [(raises_mutely, "error"), (contains_itself, "type"), (retypes, "mutated")],
)
def test_whatever_an_answer_does_there_is_a_verdict(odd, reason):
    assert check(odd).reason == reason


def test_an_array_in_a_list_that_was_replaced_counts_as_changed():
    def replaces(loss, grads, params):
        params[0] = 3.0
        return 0, 1.0

    verdict = exercises.capstone.worst_gap.check(replaces)
    assert verdict.reason == "mutated" and "its argument params" in verdict.message


def test_arrays_of_unlike_shapes_in_a_list_are_shown():
    verdict = exercises.capstone.worst_gap.check(lambda loss, grads, params: (7, 7.0))
    assert "params=[[1, 2], [1]]" in verdict.message


def test_warnings_of_the_reader_s_code_stay_out_of_the_verdict():
    def warns(y, y_hat):
        np.log(np.array([-1.0]))
        return slope(y, y_hat)

    assert check(warns).status == "right"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (np.array([1j]), "complex numbers"),
        (np.array([1, None]), "an array of objects"),
        (np.array(["1"]), "an array of text"),
        (np.array([1], dtype="m8[s]"), "an array of timedelta64[s]"),
        ((v for v in [1.0]), "an object of type generator"),
        ("1", "an object of type str"),
        ([1.0, None], "an object of type NoneType"),
        (np.ma.array([1.0]), "an object of type MaskedArray"),
        ([1, 10**400], "a whole number beyond the largest float"),
        (np.broadcast_to(1.0, (10**6, 10**6)), "more than 100000 of them"),
        ([[0.0] * 1000] * 1000, "more than 100000 of them"),
        ([[[]] * 1000] * 1000, "more than 100000 of them"),
    ],
    ids=lambda x: x if isinstance(x, str) else "answer",
)
def test_what_is_no_plain_number_is_refused_in_words(answer, words):
    verdict = check(lambda y, y_hat: answer)
    assert verdict.reason == "type"
    assert str(verdict).startswith(f"slope: wrong. Plain numbers are wanted, got {words}.\n")
    assert str(verdict).endswith(f"\n  got     {words}")


def test_an_answer_of_many_numbers_is_read_and_shown_in_part():
    many = _of(lambda x: np.arange(1e5) * x, (np.array(2.0),))
    assert many.check(lambda x: np.arange(1e5) * x)
    assert str(many.check(lambda x: np.arange(1e5) / x)).endswith(" 5.5, ... 99988 more]")
    cubes = str(check(lambda y, y_hat: np.ones((12, 12, 12))))
    assert cubes.endswith(" ...") and len(cubes) < 2300


def test_a_whole_number_of_any_size_is_a_number():
    large = _of(lambda x: x**20, (np.array(10.0),))
    assert large.check(lambda x: 10**20)
    assert "got     1e+19" in str(large.check(lambda x: 10**19))


def test_ragged_answers_are_refused_by_their_shapes():
    said = str(check(lambda y, y_hat: [[1], [2, 3], [4]]))
    assert "the shape must be (3,), got (1,) and (2,) and (1,)" in said.lower(), said


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("\n first\n second", "ValueError: first"),
        ("", "ValueError"),
        ("x" * 1988, "ValueError: " + "x" * 1988),
        ("x" * 9999, "ValueError: " + "x" * 1988 + " ..."),
    ],
)
def test_of_an_error_s_words_the_first_line_is_told_and_not_all_of_a_long_one(words, told):
    def raises(y, y_hat):
        raise ValueError(words)

    said = str(check(raises))
    assert f"Your code raised {told} (line " in said and said.endswith(f"got     {told}")


def test_any_slope_between_serves_at_a_tie_and_none_beyond():
    def at_tie(value):
        def answer(y, y_hat):
            return np.where(y == y_hat, value / y.size, np.sign(y_hat - y) / y.size)

        return exercises.losses.mae_grad.check(answer)

    assert at_tie(1) and at_tie(-1) and at_tie(0.3)
    assert not at_tie(1.2) and not at_tie(-2) and not at_tie(np.nan)


def test_the_range_of_right_answers_is_asked_for_with_the_probe_s_keywords():
    between = Exercise(
        name="f",
        task="",
        solution=lambda x, *, reach: 0 * x,
        probes=(probe(np.array([1.0, 2.0]), reach=3.0),),
        accept=lambda x, *, reach: (0 * x - reach, 0 * x + reach),
        mistakes=(Mistake("the mean", lambda x, *, reach: x.mean() + reach),),
    )
    assert between.check(lambda x, *, reach: 0 * x + 2.9)
    assert not between.check(lambda x, *, reach: 0 * x - 3.1)
    # The mistake is a single number, and these are two of it.
    assert between.check(lambda x, *, reach: 0 * x + 4.5).reason != "known mistake"
    assert between.check(lambda x, *, reach: 4.5).reason == "known mistake"


def test_the_printed_slope_is_named_whatever_it_says_at_a_tie():
    mae_grad = exercises.losses.mae_grad
    verdict = mae_grad.check(lambda y, y_hat: np.where(y_hat < y, 1, -1) / y.size)
    assert verdict.mistake is mae_grad.mistakes[0]


def test_an_answer_that_is_a_probe_with_keywords_gets_them():
    huber = exercises.losses.huber
    assert isinstance(huber.probes[0], Probe) and "delta" in huber.probes[0].kwargs
    assert "delta=..." in str(huber.check(lambda y, y_hat: 1.0))
    assert probe(1, a=2) == Probe((1,), {"a": 2})


def shown(y, y_hat=2.0, *, k):
    """A solution."""
    return y * k


def uphill(y, y_hat=2.0, *, k):
    return -y * k


def helped(y):
    def helped(y):
        return 2 * y

    return helped(y)


shown_exercise = Exercise(
    name="f",
    task="The *task*.",
    hint="A hint.",
    stars=2,
    solution=shown,
    probes=(probe(np.array([1.0]), 2.0, k=3.0),),
    mistakes=(
        Mistake("uphill", uphill, credit="a paper, 1999"),
        Mistake("k was lost", lambda y, y_hat=2.0, *, k: y),
    ),
)


def test_an_exercise_shows_its_task_and_folds_the_rest():
    assert shown_exercise._repr_markdown_() == (
        "**`f`** ★★☆\n\n"
        "The *task*.\n\n"
        '<details class="hint">\n<summary>Hint</summary>\n\nA hint.\n\n</details>\n\n'
        '<details class="slips">\n<summary>Common slips</summary>\n\n'
        "- Uphill. (published: a paper, 1999)\n- k was lost.\n\n</details>\n\n"
        '<details class="solution">\n<summary>Solution</summary>\n\n'
        "```python\n"
        'def f(y, y_hat=2.0, *, k):\n    """A solution."""\n    return y * k\n'
        "```\n\n</details>"
    )
    assert repr(shown_exercise) == "exercise f: write it, then check it"


def test_what_an_exercise_lacks_is_not_folded():
    bare = Exercise(name="f", task="", solution=shown, probes=(), mistakes=())
    assert "★☆☆" in bare._repr_markdown_() and bare._repr_markdown_().count("<summary>") == 1


def test_the_starter_has_the_solution_s_signature_and_checks_it():
    assert shown_exercise.topic == "test_checker" and exercises.losses.mae_grad.topic == "losses"
    assert shown_exercise.starter == (
        "def f(y, y_hat=2.0, *, k):\n    ...\n\n\nexercises.test_checker.f.check(f)"
    )


def test_the_source_of_an_answer_bears_the_exercise_s_name():
    assert shown_exercise.source(uphill) == "def f(y, y_hat=2.0, *, k):\n    return -y * k"
    loses = shown_exercise.mistakes[1].answer
    assert shown_exercise.source(loses) == "f = lambda y, y_hat=2.0, *, k: y"
    names = {}
    exec(shown_exercise.source(helped), names)
    assert names["f"](3) == 6
    pair = [lambda y: y, lambda y: 2 * y]
    with pytest.raises(ValueError, match=r"^source: the answer must stand alone on line \d+$"):
        shown_exercise.source(pair[0])


def test_a_question_shows_its_options_each_with_its_reason():
    mistake = Mistake("the sign", slope)
    options = Option('1 < "2"', "Of <course>.", right=True), Option("2", mistake)
    question = Question("Which?", options)
    assert repr(question) == "question: Which?"
    assert question._repr_markdown_() == (
        "Which?\n\n"
        '<details class="option">\n<summary>1 &lt; "2"</summary>\n\nYes: Of <course>.\n\n</details>\n\n'
        '<details class="option">\n<summary>2</summary>\n\nNo: the sign\n\n</details>'
    )


def test_a_question_s_options_are_options():
    with pytest.raises(TypeError, match="options must be Options, got 'ab'"):
        Question("?", "ab")


def test_a_question_has_exactly_one_right_answer():
    with pytest.raises(ValueError, match="must hold one right answer, got 0"):
        Question("?", (Option("a", "because"), Option("b", "because")))
    with pytest.raises(ValueError, match="must hold one right answer, got 2"):
        Question("?", (Option("a", "because", right=True), Option("b", "because", right=True)))


def test_what_the_package_exports_is_there():
    assert {*exercises.__all__} <= {*vars(exercises)}


def test_parts_of_one_array_are_one():
    assert len(parts(np.zeros(3))) == 1 and len(parts((np.zeros(3), np.zeros(2)))) == 2
