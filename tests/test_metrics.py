"""Pencil cases, identities and extremes of the ten measures."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest

from dlnotes.metrics import Confusion, confusion

PENCIL = Confusion(tp=3, fp=1, fn=2, tn=14)
MEASURES = {
    "precision": 3 / 4,
    "recall": 3 / 5,
    "f1": 2 / 3,
    "accuracy": 17 / 20,
    "specificity": 14 / 15,
    "npv": 7 / 8,
    "fpr": 1 / 15,
    "fnr": 2 / 5,
    "balanced_accuracy": 23 / 30,
    "mcc": 1 / math.sqrt(3),
}
every_measure = pytest.mark.parametrize("name", MEASURES)


@every_measure
def test_the_table_worked_by_pencil(name):
    value = getattr(PENCIL, name)
    assert type(value) is float
    assert math.isclose(value, MEASURES[name], rel_tol=1e-15)


def share(part, whole):
    """The exact share of a whole, rounded once."""
    return float(Fraction(part, whole)) if whole else math.nan


@pytest.mark.parametrize("table", [*itertools.product(range(4), repeat=4)][1:])
def test_every_small_table_has_the_measures_of_its_labels(table):
    truth, said = np.repeat([[1, 0, 1, 0], [1, 1, 0, 0]], table, axis=1)
    ours, right = confusion(truth, said), truth == said
    assert ours == Confusion(*table)
    wanted = {
        "precision": share(right[said == 1].sum(), (said == 1).sum()),
        "recall": share(right[truth == 1].sum(), (truth == 1).sum()),
        "f1": share(2 * (truth & said).sum(), truth.sum() + said.sum()),
        "accuracy": share(right.sum(), right.size),
        "specificity": share(right[truth == 0].sum(), (truth == 0).sum()),
        "npv": share(right[said == 0].sum(), (said == 0).sum()),
        "fpr": share((~right)[truth == 0].sum(), (truth == 0).sum()),
        "fnr": share((~right)[truth == 1].sum(), (truth == 1).sum()),
        "balanced_accuracy": np.mean(
            [np.mean(right[truth == c]) if c in truth else math.nan for c in (0, 1)]
        ),
        "mcc": np.corrcoef(truth, said)[0, 1] if len({*truth}) == len({*said}) == 2 else 0.0,
    }
    measured = [getattr(ours, name) for name in wanted]
    assert np.allclose(measured, [*wanted.values()], rtol=1e-14, atol=1e-15, equal_nan=True)


def test_no_correlation_is_plainly_zero():
    assert str(Confusion(2, 2, 3, 3).mcc) == str(Confusion(0, 0, 1, 1).mcc) == "0.0"


def test_labels_are_counted_into_the_right_cells():
    truth = [1, 1, 1, 0, 1, 1, 0, 0, 1, 1]
    said = [1, 1, 0, 1, 0, 1, 0, 0, 0, 1]
    assert confusion(truth, said) == Confusion(tp=4, fp=1, fn=3, tn=2)


@pytest.mark.parametrize("kind", [list, tuple, np.array, lambda a: np.array(a, dtype=bool)])
def test_labels_may_be_lists_or_arrays_of_numbers_or_truth_values(kind):
    table = confusion(kind([1, 0, 1]), kind([1, 1, 0]))
    assert table == Confusion(1, 1, 1, 0)
    assert all(type(n) is int for n in (table.tp, table.fp, table.fn, table.tn))


def test_a_table_of_labels_counts_like_a_row_of_them():
    truth, said = np.random.default_rng(0).integers(0, 2, (2, 4, 5))
    assert confusion(truth, said) == confusion(truth.ravel(), said.ravel())


def test_the_labels_are_not_changed():
    truth, said = np.array([1, 0]), np.array([0, 0])
    confusion(truth, said)
    assert (truth.tolist(), said.tolist()) == ([1, 0], [0, 0])


def test_renaming_the_classes_swaps_the_measures_in_pairs_and_leaves_three():
    renamed = Confusion(tp=14, fp=2, fn=1, tn=3)
    for a, b in [("precision", "npv"), ("recall", "specificity"), ("fpr", "fnr")]:
        assert getattr(PENCIL, a) == getattr(renamed, b)
        assert getattr(PENCIL, b) == getattr(renamed, a)
    for same in ("accuracy", "mcc", "balanced_accuracy"):
        assert math.isclose(getattr(PENCIL, same), getattr(renamed, same), rel_tol=1e-15)
    assert PENCIL.f1 != renamed.f1


def test_swapping_truth_and_answer_swaps_precision_and_recall_and_leaves_f1_and_mcc():
    swapped = Confusion(tp=3, fp=2, fn=1, tn=14)
    assert (swapped.precision, swapped.recall) == (PENCIL.recall, PENCIL.precision)
    assert (swapped.f1, swapped.mcc) == (PENCIL.f1, PENCIL.mcc)


@pytest.mark.parametrize(
    ("table", "undefined"),
    [
        (Confusion(0, 0, 2, 3), {"precision"}),
        (Confusion(2, 3, 0, 0), {"npv"}),
        (Confusion(0, 3, 0, 2), {"recall", "fnr", "balanced_accuracy"}),
        (Confusion(2, 0, 3, 0), {"specificity", "fpr", "balanced_accuracy"}),
        (
            Confusion(0, 0, 0, 5),
            {"precision", "recall", "fnr", "f1", "balanced_accuracy"},
        ),
        (
            Confusion(5, 0, 0, 0),
            {"npv", "specificity", "fpr", "balanced_accuracy"},
        ),
    ],
)
def test_a_ratio_with_nothing_below_is_nan_and_no_other_is(table, undefined):
    assert {name for name in MEASURES if math.isnan(getattr(table, name))} == undefined
    assert table.mcc == 0


def test_f1_is_zero_where_no_positive_is_hit_in_spite_of_errors():
    assert Confusion(0, 0, 2, 5).f1 == Confusion(0, 3, 0, 5).f1 == 0


def test_a_perfect_answer_correlates_fully_and_a_perverse_one_inversely():
    assert Confusion(5, 0, 0, 7).mcc == 1
    assert Confusion(0, 7, 5, 0).mcc == -1


@pytest.mark.parametrize("size", [1, 10_000, 10**40, 10**150, 10**400])
def test_no_count_is_too_large(size):
    large = Confusion(tp=5 * size, fp=2 * size, fn=2 * size, tn=5 * size)
    assert math.isclose(large.mcc, 3 / 7, rel_tol=1e-15)
    assert math.isclose(large.accuracy, 5 / 7, rel_tol=1e-15)
    assert math.isclose(large.f1, 5 / 7, rel_tol=1e-15)


def test_numpy_counts_do_not_wrap_around():
    counts = np.array([50_000, 20_000, 20_000, 50_000])  # margins of 70,000: 70,000^4 > 2^63
    assert math.isclose(Confusion(*counts).mcc, 3 / 7, rel_tol=1e-15)
    assert math.isclose(Confusion(*counts[[1, 0, 0, 1]]).mcc, -3 / 7, rel_tol=1e-15)
    small = np.array([100, 100, 100, 100], dtype=np.int8)
    assert Confusion(*small).accuracy == 0.5
