"""The same figures as PyTorch, scikit-learn and SciPy give; where they differ, that is pinned too."""

import itertools
import json
import math
import warnings
from pathlib import Path

import numpy as np
import oracles
import pytest
import requires

import dlnotes
from dlnotes import activations, losses
from dlnotes.metrics import Confusion, confusion

STORED = json.loads(Path(__file__).with_name("torch_figures.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def torch_figures():
    """PyTorch's figures for a seed, by the very script that made the stored ones."""
    oracles.need("torch")
    return requires.script("make_torch_figures").figures


def assert_agrees(figure):
    module, name = figure["function"].split(".")
    functions = vars(getattr(dlnotes, module))
    arguments, settings = figure["arguments"], figure["settings"]
    value = functions[name](*arguments, **settings)
    grad = functions[f"{name}_grad"](*arguments, figure["dy"], **settings)
    pairs = [(value, figure["value"])]
    if isinstance(grad, tuple):  # in several arguments
        pairs += zip(grad, figure["grad"], strict=True)
    else:
        pairs += [(grad, figure["grad"])]
    for ours, theirs in pairs:
        assert np.shape(ours) == np.shape(theirs), figure
        assert np.allclose(ours, theirs, rtol=1e-12, atol=1e-15), (figure, ours)


def flat(numbers):
    """The numbers of a nested list, whose rows may be of unequal length."""
    return [n for row in numbers for n in flat(row)] if isinstance(numbers, list) else [numbers]


# --- PyTorch


@pytest.mark.parametrize(
    "figure",
    STORED["figures"],
    ids=lambda f: "-".join([f["function"], *map(str, f["settings"].values())]),
)
def test_a_loss_and_its_slope_are_pytorch_s_stored_figures(figure):
    assert_agrees(figure)


def test_every_loss_and_activation_has_stored_figures_in_every_reduction():
    stored = {(f["function"], f["settings"].get("reduction")) for f in STORED["figures"]}
    wanted = {
        (f"{module.__name__.removeprefix('dlnotes.')}.{name.removesuffix('_grad')}", reduction)
        for module, reductions in ((losses, losses.REDUCTIONS), (activations, (None,)))
        for name, reduction in itertools.product(vars(module), reductions)
        if name.endswith("_grad")
    }
    assert stored == wanted


@pytest.mark.parametrize("seed", range(1, 9))
def test_a_fresh_draw_agrees_with_pytorch(torch_figures, seed):
    for figure in torch_figures(seed):
        assert_agrees(figure)


def test_the_stored_figures_are_still_what_pytorch_gives(torch_figures):
    now = list(torch_figures())
    assert len(now) == len(STORED["figures"])
    for fresh, stored in zip(now, STORED["figures"], strict=True):
        for key in ("function", "arguments", "settings", "dy"):
            assert fresh[key] == stored[key]
        for key in ("value", "grad"):
            pair = [np.array(flat(figure[key])) for figure in (fresh, stored)]
            assert np.allclose(*pair, rtol=1e-13, atol=1e-16), stored


def test_where_pytorch_clips_or_is_undefined_the_book_gives_the_limit():
    torch = oracles.need("torch")
    F = torch.nn.functional
    zero, one = torch.zeros(1, dtype=torch.float64), torch.ones(1, dtype=torch.float64)
    assert F.binary_cross_entropy(zero, one).item() == 100
    assert losses.bce([1], [0]) == math.inf
    assert math.isnan(F.kl_div(zero.log(), zero, reduction="sum").item())
    assert losses.kl_divergence([0], [0]) == 0


# --- scikit-learn

TABLES = [*itertools.product(range(3), repeat=4), *itertools.permutations((1, 3, 7, 20))][1:]


def labels(tp, fp, fn, tn):
    truth = np.repeat([1, 0, 1, 0], [tp, fp, fn, tn])
    said = np.repeat([1, 1, 0, 0], [tp, fp, fn, tn])
    return truth, said


def test_every_small_table_has_scikit_learn_s_measures():
    oracles.need("sklearn")
    from sklearn import metrics as theirs

    for table in TABLES:
        truth, said = labels(*table)
        ours = confusion(truth, said)
        assert ours == Confusion(*table)
        (tn, fp), (fn, tp) = theirs.confusion_matrix(truth, said, labels=[0, 1])
        assert ours == Confusion(tp, fp, fn, tn)
        for positive, names in ((1, ("precision", "recall", "f1")), (0, ("npv", "specificity"))):
            wanted = theirs.precision_recall_fscore_support(
                truth, said, labels=[positive], average=None, zero_division=np.nan
            )
            for name, value in zip(names, wanted, strict=False):
                assert np.isclose(getattr(ours, name), value[0], rtol=1e-15, equal_nan=True), table
        assert np.isclose(ours.fnr, 1 - ours.recall, equal_nan=True)
        assert np.isclose(ours.fpr, 1 - ours.specificity, equal_nan=True)
        assert math.isclose(ours.accuracy, theirs.accuracy_score(truth, said))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of a class that is not there
            balanced = theirs.balanced_accuracy_score(truth, said)
            correlation = theirs.matthews_corrcoef(truth, said)
        assert math.isclose(ours.mcc, correlation, rel_tol=1e-14, abs_tol=1e-15)
        if len(set(truth)) == 2:
            assert math.isclose(ours.balanced_accuracy, balanced, rel_tol=1e-15)
        else:  # scikit-learn averages over the classes that are there
            assert math.isnan(ours.balanced_accuracy)
            assert math.isclose(balanced, ours.accuracy)


def test_losses_are_scikit_learn_s():
    oracles.need("sklearn")
    from sklearn import metrics as theirs

    rng = np.random.default_rng(0)
    y, y_hat = rng.normal(size=(2, 50))
    assert math.isclose(losses.mae(y, y_hat), theirs.mean_absolute_error(y, y_hat))
    assert math.isclose(losses.mse(y, y_hat), theirs.mean_squared_error(y, y_hat))
    signs = rng.choice([-1, 1], 50)
    average = losses.hinge(signs, y_hat, reduction="mean")
    assert math.isclose(average, theirs.hinge_loss(signs, y_hat))
    chance = rng.random(50)
    assert math.isclose(losses.bce(signs > 0, chance), theirs.log_loss(signs > 0, chance))
    classes, shares = rng.integers(0, 4, 50), rng.dirichlet(np.ones(4), 50)
    theirs_nll = theirs.log_loss(classes, shares, labels=range(4), normalize=False)
    assert math.isclose(losses.nll(classes, shares), theirs_nll)
    assert math.isclose(losses.cross_entropy(np.eye(4)[classes], shares), theirs_nll)


# --- SciPy


def test_values_are_scipy_s():
    oracles.need("scipy")
    from scipy import special

    rng = np.random.default_rng(0)
    x = rng.normal(scale=20, size=(5, 7))
    for ours, theirs in (
        (activations.sigmoid, special.expit),
        (activations.softmax, lambda x: special.softmax(x, axis=-1)),
        (activations.log_softmax, lambda x: special.log_softmax(x, axis=-1)),
    ):
        assert np.allclose(ours(x), theirs(x), rtol=1e-13, atol=1e-15)
    p, q = rng.dirichlet(np.ones(7), (2, 5))
    p[0, 0], q[1, 1] = 0, 0
    divergence = losses.kl_divergence(p, q, reduction="none")
    assert np.allclose(divergence, special.rel_entr(p, q).sum(axis=-1), rtol=1e-13)
    r = rng.normal(size=9)
    bent = losses.huber(r, np.zeros(9), delta=0.7, reduction="none")
    assert np.allclose(bent, special.huber(0.7, r), rtol=1e-14)
