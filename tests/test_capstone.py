"""The capstone: its page's network and checks, and the exercises' numbers by other routes."""

import numpy as np
import oracles
import pytest
import requires

from dlnotes import data, exercises

make = requires.script("make_measured")
wilson = exercises.capstone.wilson.solution
mcnemar = exercises.capstone.mcnemar.solution


@pytest.fixture(scope="module")
def page():
    return make.capstone()


def test_the_split_uses_every_image_once(page):
    parts = [page[name] for name in ("learning", "validation", "sealed")]
    assert [len(part) for part in parts] == [1000, 297, 500]
    assert sorted(np.concatenate(parts)) == list(range(1797))


def test_training_never_sees_the_images_it_is_judged_by(page):
    X = page["X"].copy()
    try:
        page["X"][page["sealed"]] = page["X"][page["validation"]] = np.nan
        p, *_ = page["train"](0, steps=20)
    finally:
        page["X"][:] = X
    assert all(np.isfinite(a).all() for a in p.values())


def test_a_bug_changes_what_is_learned_or_what_is_read(page):
    def scores(bug):
        p, running, parts = page["train"](0, steps=3, **bug)
        running = parts["at_test"](running)
        return page["forward"](page["X"][:50], p, parts, running)[0]

    with np.errstate(all="ignore"):
        right = scores({})
        for name, bug in page["bugs"].items():
            assert not np.allclose(scores(bug), right, rtol=1e-6, atol=0), name


def test_wilson_agrees_with_scipy():
    stats = oracles.need("scipy.stats")
    for k, n in (9, 10), (0, 7), (485, 500):
        theirs = stats.binomtest(k, n).proportion_ci(0.95, "wilson")
        assert np.allclose(wilson(k, n, stats.norm.ppf(0.975)), [theirs.low, theirs.high])


def test_mcnemar_agrees_with_scipy_s_binomial_test():
    stats = oracles.need("scipy.stats")
    for a, b in (1, 7), (16, 4), (5, 5), (0, 6):
        assert mcnemar(a, b) == pytest.approx(stats.binomtest(a, a + b).pvalue)


def test_the_pencil_cases():
    assert mcnemar(1, 7) == 18 / 256
    assert np.round(wilson(9, 10, 1.96), 2).tolist() == [0.60, 0.98]
    assert np.round(wilson(10, 10, 1.96), 2).tolist() == [0.72, 1]


def test_macro_f1_agrees_with_scikit_learn():
    sklearn = oracles.need("sklearn.metrics")
    rng = np.random.default_rng(1)
    truth, said = rng.integers(0, 4, (2, 200))
    C = sklearn.confusion_matrix(truth, said)
    theirs = sklearn.f1_score(truth, said, average="macro")
    assert exercises.capstone.macro_f1.solution(C) == pytest.approx(theirs)


def test_the_gated_cells_remember_what_the_plain_layer_forgets():
    kept = data.measured("capstone-memory")
    assert np.median(kept["RNN", 40]) < 0.2
    assert min(np.median(kept[kind, 40]) for kind in ("GRU", "LSTM")) > 0.75
