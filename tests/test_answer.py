"""What becomes of one call of an answer, and how what it hands back is read."""

import sys
import threading
from pathlib import Path

import numpy as np
import pytest

import dlnotes
from dlnotes import losses
from dlnotes.exercises import _answer
from dlnotes.exercises._answer import Outcome, Unreadable, probe, read, run


def changes(value, change):
    """What becomes of an answer that does that to its only argument, and hands back 1."""

    def answer(argument):
        change(argument)
        return 1.0

    return run(answer, probe(value)).kind


def test_an_outcome_has_no_value_no_line_and_no_single_precision_when_nothing_is_said():
    assert Outcome("nothing") == Outcome("nothing", None, "", False)


def test_two_failures_agree_if_they_say_the_same():
    def close(a, b):
        raise AssertionError("nothing is compared")

    assert Outcome("error", "KeyError").agrees(Outcome("error", "KeyError"), close)
    assert not Outcome("error", "KeyError").agrees(Outcome("error", "IndexError"), close)


@pytest.mark.parametrize(
    ("value", "change"),
    [
        ({"a": np.ones(2)}, lambda d: d.update(a=np.zeros(2))),
        ({"a": 1}, lambda d: d.update(b=2)),
        ({1, 2}, lambda s: s.add(3)),
        (np.array([np.nan, 1.0]), lambda a: a.fill(0)),
        ([np.ones(2)], lambda rows: rows.append(1)),
    ],
)
def test_an_answer_that_changes_its_argument_is_noticed_and_one_that_does_not_is_not(value, change):
    assert changes(value, change) == "mutated"
    assert changes(value, lambda _: None) == "value"


@pytest.mark.parametrize("value", [float("nan"), np.array(["a", "b"]), np.arange(3)])
def test_an_argument_that_stays_as_it_was_is_no_change(value):
    assert changes(value, lambda _: None) == "value"


def test_one_array_takes_the_form_of_nested_parts_only_if_its_rows_do():
    wanted = ((np.zeros(3), np.zeros(3)), np.zeros(3))
    came = Outcome("value", np.zeros((2, 3)))
    assert came.in_form_of(wanted).value is came.value


def test_what_is_too_deep_or_too_much_to_read_is_said():
    deep = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(Unreadable, match=r"^lists nested too deep to read$"):
        read(deep)
    values, _ = read([0.0] * 60_000)
    assert values.shape == (60_000,)
    with pytest.raises(Unreadable, match=r"^more than 100000 of them$"):
        read([0.0] * 100_000)


def test_what_the_probe_hands_over_may_be_called_and_nothing_else_of_the_book():
    book = str(Path(dlnotes.__file__).parent)
    y = [1.0, 3.0], [1.0, 5.0]
    assert run(lambda loss: loss(*y), probe(losses.mse), off_limits=book).kind == "borrowed"
    own = run(lambda grad: grad([0.5]), probe(lambda x: x), off_limits=book)
    assert own.kind == "value"
    assert run(lambda: sys.setprofile(None), probe(), off_limits=book) == Outcome("borrowed", "")


def test_a_function_of_the_book_s_is_no_theft_where_the_probe_hands_it_over():
    book, namespace = Path(dlnotes.__file__).parent, {}
    exec(compile("def given(x): return 2 * x", book / "given.py", "exec"), namespace)
    given = namespace["given"]
    assert run(lambda f: f(3.0), probe(given), off_limits=str(book)).value == 6
    assert run(lambda f=given: f(3.0), probe(), off_limits=str(book)) == Outcome(
        "borrowed", "given"
    )


def test_what_overflows_is_infinite_however_strict_the_caller_is():
    with np.errstate(all="raise"):
        assert run(lambda: np.exp(np.float64(1000.0)), probe()).value == np.inf


def test_whoever_watched_before_watches_again():
    def watch(frame, event, argument):
        pass

    before = sys.getprofile(), threading.getprofile()
    try:
        threading.setprofile(watch)
        sys.setprofile(watch)
        run(lambda: 1.0, probe(), off_limits=str(Path(dlnotes.__file__).parent))
        assert (sys.getprofile(), threading.getprofile()) == (watch, watch)
    finally:
        sys.setprofile(before[0])
        threading.setprofile(before[1])


def test_an_error_in_code_that_is_not_the_answer_s_has_no_line():
    class Mute(Exception):
        def __str__(self):
            raise ValueError

    def mute():
        raise Mute

    assert run(abs, probe("text")).line == ""
    assert run(mute, probe()).value == "Mute"


def test_a_probe_s_arguments_have_the_parameters_names_and_those_that_it_leaves_out_have_none():
    assert _answer.probe(1, rate=2).named(["x", "rate", "eps"]) == [("x", 1), ("rate", 2)]
