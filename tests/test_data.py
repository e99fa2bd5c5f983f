"""The shipped data are scikit-learn's copies, described, and fresh at every call."""

import numpy as np
import oracles
import pytest

from dlnotes import data

SETS = {"digits": (1797, 64), "breast_cancer": (569, 30), "diabetes": (442, 10), "iris": (150, 4)}
every_set = pytest.mark.parametrize("name", SETS)


@every_set
def test_a_data_set_says_what_it_is_where_it_is_from_and_its_licence(name):
    d = getattr(data, name)()
    assert d.X.shape == SETS[name] and d.y.shape == SETS[name][:1]
    assert d.X.dtype == np.float64 and len(d.feature_names) == SETS[name][1]
    assert "Source: " in d.about and "icence" in d.about
    assert d.about in repr(d)
    assert len(d.target_names) == (0 if name == "diabetes" else len(np.unique(d.y)))


@every_set
def test_changing_one_copy_leaves_the_next_alone(name):
    load = getattr(data, name)
    first = load()
    first.X[:], first.y[:] = 0, 0
    assert load().X.any() and load().y.any()


@every_set
def test_the_values_are_scikit_learn_s(name):
    oracles.need("sklearn")
    from sklearn import datasets

    load = getattr(datasets, f"load_{name}")
    theirs = load(scaled=False) if name == "diabetes" else load()
    ours = getattr(data, name)()
    assert np.array_equal(ours.X, theirs.data) and np.array_equal(ours.y, theirs.target)
    assert list(ours.feature_names) == list(theirs.feature_names)
    assert list(ours.target_names) == [str(n) for n in getattr(theirs, "target_names", [])]


def test_malignant_is_coded_zero_as_the_page_says():
    d = data.breast_cancer()
    assert d.target_names == ("malignant", "benign")
    assert int((d.y == 0).sum()) == 212
