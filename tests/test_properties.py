"""What must hold for all arguments, tried on those that Hypothesis draws.

The first part asks the same of every public function, on the good arguments of tests/drawn.py; the
rest what the mathematics says of each. The decorator `about` names the functions that a property is of,
and a function of which there is none fails by name. Bad arguments are the matter of test_fuzz.py.
"""

import copy
import math

import numpy as np
import pytest
import topics
from drawn import GOOD, RULES, Seed, call, floats, function, networks, numbers, powers, shapes
from drawn import settings as settings_of_named
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from dlnotes import activations as act
from dlnotes import (
    batchnorm,
    data,
    equations,
    film,
    gans,
    gradcheck,
    initialization,
    interactive,
    losses,
    metrics,
    mlp,
    optimizers,
)
from dlnotes import regularization as reg

settings.register_profile(
    "book",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=20,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
settings.load_profile("book")

PUBLIC = sorted(
    f"{module.__name__.removeprefix('dlnotes.')}.{name}"
    for module in topics.MODULES
    for name in topics.public(module)
)
ABOUT = {}


def about(*paths):
    """Mark a test as a property of those functions."""

    def mark(test):
        for path in paths:
            ABOUT.setdefault(path, []).append(test.__name__)
        return test

    return mark


def each(*names):
    """A test for each of those functions, whose `path` it takes."""

    def mark(test):
        return about(*names)(pytest.mark.parametrize("path", names)(test))

    return mark


def leaves(thing):
    """The arrays and numbers in what a function gives, or takes, in order."""
    if isinstance(thing, dict):
        return [leaf for value in thing.values() for leaf in leaves(value)]
    if isinstance(thing, tuple | list):
        return [leaf for value in thing for leaf in leaves(value)]
    return (
        [] if thing is None or callable(thing) or isinstance(thing, str | bytes | Seed) else [thing]
    )


def changed(thing, change, caches=True):
    """The same with every array of floats changed; records, dicts and lists are gone through."""
    if isinstance(thing, np.ndarray):
        return change(thing) if thing.dtype.kind == "f" else thing
    if not caches and type(thing).__name__.endswith("Cache"):
        return thing
    if isinstance(thing, dict):
        return {k: changed(v, change, caches) for k, v in thing.items()}
    if isinstance(thing, tuple) and hasattr(thing, "_fields"):
        return type(thing)(*(changed(v, change, caches) for v in thing))
    if isinstance(thing, tuple | list):
        return type(thing)(changed(v, change, caches) for v in thing)
    return thing


def same(a, b):
    a, b = leaves(a), leaves(b)
    return len(a) == len(b) and all(
        np.shape(x) == np.shape(y) and np.array_equal(x, y, equal_nan=True)
        if isinstance(x, np.ndarray | float)
        else x == y
        for x, y in zip(a, b, strict=True)
    )


def close(a, b, rtol=1e-9, atol=1e-9):
    return np.allclose(a, b, rtol=rtol, atol=atol, equal_nan=True)


def result(path, arguments, named):
    """What comes back; a walk with its steps taken, and an optimizer with the first of its own."""
    value = call(path, arguments, named)
    return list(value) if path == "optimizers.descend" else value


# --- of every public function

SLOW = {"film.strip": 1, "initialization.gain": 3}
WITH_ARRAYS = sorted({*GOOD} - {"film.strip", "interactive.figure"})


def test_every_public_function_has_good_arguments_and_a_property_of_its_own():
    assert [p for p in PUBLIC if p not in GOOD] == []
    assert [p for p in PUBLIC if p not in ABOUT] == []
    assert {*GOOD, *ABOUT} <= {*PUBLIC}


def tried(path, test):
    """Run the test on the good arguments of a function."""
    given(GOOD[path])(settings(max_examples=SLOW.get(path, 10))(test))()


@pytest.mark.parametrize("path", sorted(GOOD))
def test_nothing_is_changed_and_the_same_call_gives_the_same(path):
    def test(drawn):
        arguments, named = drawn
        before = copy.deepcopy((arguments, named))
        first = result(path, arguments, named)
        kept = copy.deepcopy(first)
        for leaf in leaves((arguments, named)):
            if isinstance(leaf, np.ndarray):
                leaf.setflags(write=False)
        assert same(result(path, arguments, named), kept)
        assert same((arguments, named), before) and same(first, kept)

    tried(path, test)


@pytest.mark.parametrize("path", WITH_ARRAYS)
def test_lists_serve_as_well_as_arrays(path):
    def test(drawn):
        arguments, named = drawn
        # A cache is not made by hand.
        lists = changed((arguments, named), np.ndarray.tolist, caches=False)
        assert same(result(path, *lists), result(path, arguments, named))

    tried(path, test)


# These have float64 whatever comes: finite differences, a judgement, means over a whole network.
ALWAYS_DOUBLE = {"gradcheck.numerical_gradient", "initialization.variance_through"}


@pytest.mark.parametrize("path", WITH_ARRAYS)
def test_single_precision_stays_single_and_all_else_becomes_double(path):
    def kinds(*drawn):
        return {
            leaf.dtype.name
            for leaf in leaves(result(path, *drawn))
            if isinstance(leaf, np.ndarray | np.generic) and leaf.dtype.kind not in "bi"
        }

    def test(drawn):
        arrays = [a for a in leaves(drawn) if isinstance(a, np.ndarray) and a.dtype.kind == "f"]
        single = "float32" if arrays and path not in ALWAYS_DOUBLE else "float64"
        assert kinds(*changed(drawn, lambda a: a.astype(np.float32))) <= {single}
        assert kinds(*drawn) <= {"float64"}

        def again(kind):
            whole = changed(drawn, lambda a: (np.trunc(a) + 0.0).astype(kind))
            return result(path, *whole)

        # A cache is not made by hand, and the functions that are judged get their arguments as they are.
        if not path.endswith(("_backward", "_chain", "gradient_gap")):
            for kind in (np.int64, np.float16):
                if path == "regularization.spectral_norm_grad":  # LAPACK may round as memory lies
                    assert close(again(kind), again(np.float64), atol=1e-6)
                else:
                    assert same(again(kind), again(np.float64))

    tried(path, test)


# --- activations

x_axis = st.integers(1, 6).flatmap(lambda n: numbers(n, -30, 30))
ROWS = st.tuples(st.integers(1, 4), st.integers(2, 5)).flatmap(lambda s: numbers(s, -30, 30))
ENTRYWISE = ["relu", "leaky_relu", "elu", "selu", "gelu", "silu", "sigmoid", "tanh"]


@each(*(f"activations.{n}{g}" for n in ENTRYWISE for g in ("", "_grad")))
def test_every_entry_is_on_its_own(path):
    @given(x_axis, st.randoms(use_true_random=False))
    def test(x, random):
        f, places = function(path), [*range(x.size)]
        random.shuffle(places)
        assert close(f(x)[places], f(x[places]), rtol=1e-14)
        assert close(f(x), [f(v) for v in x], rtol=1e-14)

    test()


@each(*(f"activations.{n}" for n in ("relu", "leaky_relu", "elu", "selu", "sigmoid", "tanh")))
@given(x=x_axis)
def test_what_rises_never_falls(path, x):
    y = function(path)(np.sort(x))
    assert (np.diff(y) >= -4e-16 * np.abs(y[1:])).all()


BOUNDS = {
    "relu": (0, math.inf),
    "elu": (-1, math.inf),
    "selu": (-act.SELU_LAMBDA * act.SELU_ALPHA, math.inf),
    "gelu": (-0.17005, math.inf),
    "silu": (-0.27847, math.inf),
    "sigmoid": (0, 1),
    "tanh": (-1, 1),
    "softmax": (0, 1),
    "log_softmax": (-math.inf, 0),
    "relu_grad": (0, 1),
    "leaky_relu_grad": (0.01, 1),
    "elu_grad": (0, 1),
    "selu_grad": (0, act.SELU_LAMBDA * act.SELU_ALPHA),
    "gelu_grad": (-0.1291, 1.1291),
    "silu_grad": (-0.09984, 1.09984),
    "sigmoid_grad": (0, 0.25),
    "tanh_grad": (0, 1),
}


@each(*(f"activations.{name}" for name in BOUNDS))
@given(x=ROWS)
def test_nothing_leaves_its_bounds(path, x):
    low, high = BOUNDS[path.split(".")[1]]
    y = function(path)(x)
    assert (low <= y).all() and (y <= high).all()


@about(
    "activations.sigmoid",
    "activations.tanh",
    "activations.silu",
    "activations.gelu",
    "activations.relu",
)
@given(x_axis)
def test_what_a_function_makes_of_x_and_of_minus_x(x):
    assert close(act.sigmoid(x) + act.sigmoid(-x), 1)
    assert np.array_equal(act.tanh(-x), -act.tanh(x))
    for f in (act.silu, act.gelu, lambda v: act.gelu(v, approximate="tanh"), act.relu):
        assert close(f(x) - f(-x), x)


@about(*(f"activations.{n}_grad" for n in ("sigmoid", "tanh", "silu", "gelu")))
@given(x_axis)
def test_what_a_slope_makes_of_x_and_of_minus_x(x):
    for f in (act.sigmoid_grad, act.tanh_grad):
        assert np.array_equal(f(x), f(-x))
    for f in (act.silu_grad, act.gelu_grad):
        assert close(f(x) + f(-x), 1)


@about(
    *(
        f"activations.{n}{g}"
        for n in ("relu", "leaky_relu", "prelu", "rrelu")
        for g in ("", "_grad")
    )
)
@given(x_axis, powers, st.sampled_from([0.0, 0.01, 0.25, 1.0]))
def test_a_bent_line_is_scaled_with_its_argument(x, c, slope):
    for f, more in (
        (act.relu, []),
        (act.leaky_relu, []),
        (act.prelu, [slope]),
        (act.rrelu, [slope]),
    ):
        assert np.array_equal(f(c * x, *more), c * f(x, *more))
    assert np.array_equal(act.relu(act.relu(x)), act.relu(x))
    for f, more in ((act.relu_grad, []), (act.leaky_relu_grad, []), (act.rrelu_grad, [slope])):
        assert np.array_equal(f(c * x, *more), f(x, *more))
    dx, da = act.prelu_grad(x, slope)
    assert np.array_equal(act.prelu_grad(c * x, slope)[0], dx)
    assert close(act.prelu_grad(c * x, slope)[1], c * da)


@about("activations.glu", "activations.glu_grad")
@given(x_axis, powers)
def test_a_gate_is_linear_in_its_value(x, c):
    a, b = x, x[::-1]
    assert np.array_equal(act.glu(c * a, b), c * act.glu(a, b))
    (da, db), (da_c, db_c) = act.glu_grad(a, b), act.glu_grad(c * a, b)
    assert np.array_equal(da_c, da) and np.array_equal(db_c, c * db)
    assert close(a * da, act.glu(a, b))


@about("activations.rrelu_slopes", "activations.rrelu_test_slope")
@given(shapes, st.floats(0, 1), st.floats(0, 1), st.integers(0, 99))
def test_drawn_slopes_keep_their_range_and_belong_to_their_seed(shape, one, other, n):
    low, high = sorted([one, other])
    first, again = (
        act.rrelu_slopes(shape, lower=low, upper=high, rng=np.random.default_rng(n)) for _ in "ab"
    )
    assert np.array_equal(first, again) and first.shape == shape
    assert (low <= first).all() and (first <= high).all()
    assert low <= act.rrelu_test_slope(lower=low, upper=high) <= high


@about("activations.softmax", "activations.log_softmax")
@given(ROWS, st.floats(-30, 30))
def test_a_softmax_does_not_see_a_shift_and_follows_its_classes(x, c):
    for f in (act.softmax, act.log_softmax):
        assert close(f(x + c), f(x))
        assert close(f(x[..., ::-1]), f(x)[..., ::-1], rtol=1e-14)
    assert close(act.softmax(x).sum(axis=-1), 1)
    assert close(np.exp(act.log_softmax(x)), act.softmax(x))


@about("activations.softmax_grad", "activations.log_softmax_grad")
@given(ROWS, st.floats(-8, 8))
def test_a_shift_of_every_score_has_no_slope(x, c):
    dy = np.cos(x)
    for f in (act.softmax_grad, act.log_softmax_grad):
        assert close(f(x, dy).sum(axis=-1), 0)
    assert close(act.softmax_grad(x, dy + c), act.softmax_grad(x, dy))


GRADIENTS = [path for path in sorted(GOOD) if path.endswith("_grad")]


@each(*GRADIENTS)
def test_a_gradient_is_linear_in_what_arrives_and_of_its_argument_s_shape(path):
    def test(drawn):
        (*arguments, dy), named = drawn
        once, twice, ones, more = (
            leaves(call(path, [*arguments, arriving], named))
            for arriving in (dy, 2 * dy, np.ones_like(dy), dy + 1)
        )
        for a, double, b, both in zip(once, twice, ones, more, strict=True):
            assert np.shape(a) in {np.shape(v) for v in arguments}
            assert close(2 * a, double, rtol=1e-14, atol=1e-300)
            if np.isfinite([a, b, both]).all():
                size = np.abs([a, b, both]).max() + np.abs(dy).max() + 1
                assert np.abs(both - a - b).max() <= 1e-14 * size

    tried(path, test)


# --- losses

SAMPLES = {
    n: GOOD[f"losses.{n}"] for n in ("mae", "mse", "huber", "hinge", "bce", "bce_with_logits")
}
OF_CLASSES = ("cross_entropy", "cross_entropy_with_logits", "kl_divergence", "nll")
EVERY_LOSS = (*SAMPLES, *OF_CLASSES)


@each(*(f"losses.{name}" for name in EVERY_LOSS))
def test_a_loss_is_the_sum_or_the_mean_of_its_samples_in_any_order(path):
    def test(drawn):
        (y, y_hat), named = drawn
        f, more = function(path), {k: v for k, v in named.items() if k != "reduction"}
        each = f(y, y_hat, reduction="none", **more)
        assert close(f(y, y_hat, reduction="sum", **more), each.sum())
        assert close(f(y, y_hat, reduction="mean", **more), each.mean())
        if each.ndim:
            turned = f(y[::-1], y_hat[::-1], reduction="none", **more)
            assert close(turned, each[::-1], rtol=1e-14)
        if path != "losses.kl_divergence":
            assert (each >= 0).all()

    tried(path, test)


@each(*(f"losses.{name}_grad" for name in EVERY_LOSS))
def test_a_loss_s_gradient_by_the_mean_is_that_by_the_sum_over_their_number(path):
    def test(drawn):
        (y, y_hat), named = drawn
        f, more = function(path), {k: v for k, v in named.items() if k != "reduction"}
        n = function(path.removesuffix("_grad"))(y, y_hat, reduction="none", **more).size
        assert close(
            n * f(y, y_hat, reduction="mean", **more), f(y, y_hat, reduction="sum", **more)
        )

    tried(path.removesuffix("_grad"), test)


@about(*(f"losses.{n}{g}" for n in ("mae", "mse", "huber") for g in ("", "_grad")))
@given(SAMPLES["mae"], powers, floats(-100, 100))
def test_a_distance_is_shifted_turned_and_scaled(drawn, c, shift):
    (y, y_hat), _ = drawn
    for f, grad, degree in (
        (losses.mae, losses.mae_grad, 1),
        (losses.mse, losses.mse_grad, 2),
        (losses.huber, losses.huber_grad, None),
    ):
        assert f(y, y) == 0 and not grad(y, y).any()
        assert f(y_hat, y) == f(y, y_hat)
        assert close(grad(y_hat, y), -grad(y, y_hat))
        if degree:
            assert close(f(y + shift, y_hat + shift), f(y, y_hat), rtol=1e-6, atol=1e-6)
            assert close(f(c * y, c * y_hat), c**degree * f(y, y_hat))
            assert close(grad(c * y, c * y_hat), c ** (degree - 1) * grad(y, y_hat))
        else:
            assert close(f(c * y, c * y_hat, delta=c), c**2 * f(y, y_hat))
            assert (np.abs(grad(y, y_hat, delta=c)) <= c).all()


@about("losses.bce", "losses.bce_grad", "losses.bce_with_logits", "losses.bce_with_logits_grad")
@given(SAMPLES["bce_with_logits"])
def test_what_is_called_1_and_what_0_is_all_the_same_to_a_binary_cross_entropy(drawn):
    (y, z), _ = drawn
    z = z / 100
    p = act.sigmoid(z)
    assert close(losses.bce_with_logits(y, z), losses.bce_with_logits(1 - y, -z))
    assert close(losses.bce_with_logits_grad(y, z), -losses.bce_with_logits_grad(1 - y, -z))
    assert close(losses.bce_with_logits(y, z), losses.bce(y, p))
    assert close(losses.bce_with_logits_grad(y, z), losses.bce_grad(y, p) * act.sigmoid_grad(z))
    assert close(losses.bce(y, p), losses.bce(1 - y, 1 - p))


@about(
    *(
        f"losses.{n}{g}"
        for n in ("cross_entropy", "cross_entropy_with_logits")
        for g in ("", "_grad")
    )
)
@given(ROWS, st.floats(-30, 30))
def test_a_cross_entropy_does_not_see_a_shift_of_every_logit(z, c):
    y = act.softmax(np.cos(z))
    f, grad = losses.cross_entropy_with_logits, losses.cross_entropy_with_logits_grad
    assert close(f(y, z + c), f(y, z)) and close(grad(y, z).sum(axis=-1), 0)
    p = act.softmax(z)
    assert close(f(y, z), losses.cross_entropy(y, p))
    assert close(grad(y, z), act.softmax_grad(z, losses.cross_entropy_grad(y, p)), atol=1e-7)
    assert f(y, z) >= losses.cross_entropy(y, y) - 1e-9


@about("losses.kl_divergence", "losses.kl_divergence_grad")
@given(ROWS)
def test_a_divergence_is_not_negative_and_0_from_itself(z):
    p, q = act.softmax(np.cos(z)), act.softmax(z / 8)
    assert losses.kl_divergence(p, p) == 0
    assert losses.kl_divergence(p, q) >= -1e-12
    assert close(
        losses.kl_divergence(p, q), losses.cross_entropy(p, q) - losses.cross_entropy(p, p)
    )
    assert np.array_equal(losses.kl_divergence_grad(p, q), losses.cross_entropy_grad(p, q))


@about("losses.nll", "losses.nll_grad")
@given(GOOD["losses.nll"])
def test_a_likelihood_is_a_cross_entropy_of_hard_targets(drawn):
    (y, y_hat), named = drawn
    hot = np.eye(y_hat.shape[1])[y]
    assert close(losses.nll(y, y_hat, **named), losses.cross_entropy(hot, y_hat, **named))
    assert close(losses.nll_grad(y, y_hat, **named), losses.cross_entropy_grad(hot, y_hat, **named))


@about("losses.hinge", "losses.hinge_grad")
@given(SAMPLES["hinge"])
def test_a_hinge_does_not_care_which_class_is_positive(drawn):
    (y, y_hat), _ = drawn
    assert losses.hinge(-y, -y_hat) == losses.hinge(y, y_hat)
    assert np.array_equal(losses.hinge_grad(-y, -y_hat), -losses.hinge_grad(y, y_hat))
    assert losses.hinge(y, y * (1 + np.abs(y_hat))) == 0


# --- metrics


@about("metrics.confusion")
@given(GOOD["metrics.confusion"])
def test_truth_and_prediction_change_places_and_so_do_both_kinds_of_error(drawn):
    (truth, said), _ = drawn
    c, turned = metrics.confusion(truth, said), metrics.confusion(said, truth)
    assert (turned.tp, turned.fp, turned.fn, turned.tn) == (c.tp, c.fn, c.fp, c.tn)
    assert metrics.confusion(truth.ravel()[::-1], said.ravel()[::-1]) == c
    other = metrics.confusion(1 - truth, 1 - said)
    assert (other.tp, other.fp, other.fn, other.tn) == (c.tn, c.fn, c.fp, c.tp)


@about("metrics.Confusion")
@given(GOOD["metrics.Confusion"], st.integers(2, 10**6))
def test_a_metric_is_a_share_that_no_copying_changes_and_mcc_has_no_positive_class(drawn, k):
    (tp, fp, fn, tn), _ = drawn
    one, many = (metrics.Confusion(*(m * n for n in (tp, fp, fn, tn))) for m in (1, k))
    swapped = metrics.Confusion(tn, fn, fp, tp)
    names = (
        "precision",
        "recall",
        "f1",
        "accuracy",
        "specificity",
        "npv",
        "fpr",
        "fnr",
        "mcc",
        "balanced_accuracy",
    )
    for name in names:
        value = getattr(one, name)
        assert close(getattr(many, name), value)
        assert math.isnan(value) or -(name == "mcc") <= value <= 1
    assert close(swapped.mcc, one.mcc) and close(metrics.Confusion(tp, fn, fp, tn).mcc, one.mcc)
    assert close(metrics.Confusion(fp, tp, tn, fn).mcc, -one.mcc)
    assert close(swapped.precision, one.npv) and close(swapped.recall, one.specificity)
    assert close(swapped.balanced_accuracy, one.balanced_accuracy)


# --- adversarial losses

FLIPPED = ("minimax_d", "least_squares_d", "wasserstein_d")


@about(*(f"gans.{n}{g}" for n in FLIPPED for g in ("", "_grad")))
@given(GOOD["gans.minimax_d"])
def test_a_discriminator_s_two_halves_are_mirror_images(drawn):
    (real, fake), _ = drawn
    mirrors = {
        "minimax_d": lambda a: -a,
        "least_squares_d": lambda d: 1 - d,
        "wasserstein_d": lambda d: -d,
    }
    for name, mirror in mirrors.items():
        f, grad = function(f"gans.{name}"), function(f"gans.{name}_grad")
        assert close(f(mirror(fake), mirror(real)), f(real, fake))
        turned, here = grad(mirror(fake), mirror(real)), grad(real, fake)
        assert close(-turned[0], here[1]) and close(-turned[1], here[0])


@about(
    *(
        f"gans.{n}{g}"
        for n in ("minimax_g", "nonsaturating_g", "least_squares_g", "wasserstein_g")
        for g in ("", "_grad")
    )
)
@given(GOOD["gans.minimax_g"])
def test_a_generator_s_loss_is_a_mean_and_the_discriminator_s_other_side(drawn):
    ((a,), _) = drawn
    assert close(gans.nonsaturating_g(a), -gans.minimax_g(a) - a.mean())
    assert close(gans.nonsaturating_g_grad(a), -gans.minimax_g_grad(a) - 1 / a.size)
    assert close(gans.minimax_d(a, a), gans.nonsaturating_g(a) - gans.minimax_g(a))
    one, zero = np.ones(1), np.zeros(1)
    assert close(gans.least_squares_g(a), gans.least_squares_d(a, zero))
    assert close(gans.least_squares_g_grad(a), gans.least_squares_d_grad(a, zero)[0])
    assert close(gans.wasserstein_g(a), gans.wasserstein_d(a, zero))
    assert close(gans.wasserstein_g_grad(a), gans.wasserstein_d_grad(a, one)[0])
    for name in ("minimax_g", "nonsaturating_g", "least_squares_g", "wasserstein_g"):
        f = function(f"gans.{name}")
        assert close(f(np.concatenate([a.ravel()] * 3)), f(a))


@about(
    "gans.gradient_penalty",
    "gans.gradient_penalty_grad",
    "gans.wasserstein_gp_d",
    "gans.wasserstein_gp_d_grad",
)
@given(GOOD["gans.wasserstein_gp_d"])
def test_a_penalty_sees_lengths_alone_and_is_added(drawn):
    (real, fake, g), named = drawn
    f, grad = gans.gradient_penalty, gans.gradient_penalty_grad
    assert f(-g) == f(g) and close(f(g[::-1, ::-1]), f(g))
    assert np.array_equal(grad(-g), -grad(g))
    assert close(f(g, lam=3), 3 * f(g, lam=1)) and close(grad(g, lam=3), 3 * grad(g, lam=1))
    whole = gans.wasserstein_gp_d(real, fake, g, **named)
    assert close(whole, gans.wasserstein_d(real, fake) + f(g, **named))
    assert same(gans.wasserstein_gp_d_grad(real, fake, g, **named)[2], grad(g, **named))


# --- penalties

PENALTIES = ("l2", "elastic_net", "spectral_norm", "orthogonality", "max_norm")


@each(*(f"regularization.{name}{g}" for name in PENALTIES for g in ("", "_grad")))
@given(W=GOOD["regularization.orthogonality"].map(lambda drawn: drawn[0][0] / 64))
def test_a_penalty_is_proportional_to_its_strength_and_blind_to_signs_and_order(path, W):
    name = path.split(".")[1].removesuffix("_grad")
    strengths = {"elastic_net": ("lam1", "lam2")}.get(name, ("lam",))
    more = {"c": 0.5} if name == "max_norm" else {}
    f = function(path)

    def at(W, lam=1.0):
        return f(W, **dict.fromkeys(strengths, lam), **more)

    assert close(at(W, 3.0), 3 * at(W), rtol=1e-12)
    if path.endswith("_grad"):
        assert close(at(-W), -at(W)) and close(at(W[::-1]), at(W)[::-1], atol=1e-6)
    else:
        assert close(at(-W), at(W)) and close(at(W[::-1]), at(W)) and at(W) >= 0


@about(
    "regularization.l2",
    "regularization.spectral_norm",
    "regularization.elastic_net",
    "regularization.max_norm",
)
@given(GOOD["regularization.spectral_norm"], powers)
def test_a_penalty_grows_by_its_degree(drawn, c):
    ((W,), _) = drawn
    assert close(reg.l2(c * W), c**2 * reg.l2(W))
    assert close(reg.spectral_norm(c * W), c * reg.spectral_norm(W))
    assert close(reg.elastic_net(c * W, lam2=0.0), c * reg.elastic_net(W, lam2=0.0))
    assert close(reg.max_norm(c * W, c=c), c * reg.max_norm(W, c=1.0))
    assert reg.spectral_norm(W) ** 2 <= 2 * reg.l2(W) * (1 + 1e-12)


@about("regularization.soft_threshold", "regularization.max_norm_project")
@given(GOOD["regularization.max_norm_project"], powers)
def test_a_step_without_a_gradient_is_taken_once(drawn, tau):
    (W, c), _ = drawn
    cut = reg.max_norm_project(W, c)
    assert close(reg.max_norm_project(cut, c), cut, rtol=1e-14, atol=0)
    assert (np.linalg.norm(cut, axis=1) <= c * (1 + 1e-12)).all()
    soft = reg.soft_threshold(W, tau)
    assert np.array_equal(reg.soft_threshold(-W, tau), -soft)
    assert close(reg.soft_threshold(soft, tau), reg.soft_threshold(W, 2 * tau))
    assert (np.abs(soft) <= np.abs(W)).all() and (soft * W >= 0).all()


# --- batch normalization


@about("batchnorm.batchnorm_forward")
@given(GOOD["batchnorm.batchnorm_forward"], powers, floats(-50, 50))
def test_a_normalization_takes_out_scale_and_place_and_follows_its_samples(drawn, c, shift):
    (x, gamma, beta), named = drawn
    y, _ = batchnorm.batchnorm_forward(x, gamma, beta, **named)
    moved, _ = batchnorm.batchnorm_forward(c * (x + shift), gamma, beta, eps=c**2 * named["eps"])
    assert close(moved, y, rtol=1e-6, atol=1e-6)
    assert close(batchnorm.batchnorm_forward(x[::-1], gamma, beta, **named)[0], y[::-1])
    axes = (0, *range(2, x.ndim))
    assert close(y.mean(axis=axes), beta) and (y.std(axis=axes) <= np.abs(gamma) + 1e-9).all()


@about("batchnorm.batchnorm_backward", "batchnorm.batchnorm_chain")
@given(GOOD["batchnorm.batchnorm_backward"])
def test_what_comes_back_through_a_normalization_adds_up_to_nothing(drawn):
    (dy, cache), _ = drawn
    grads, chain = batchnorm.batchnorm_backward(dy, cache), batchnorm.batchnorm_chain(dy, cache)
    axes = (0, *range(2, dy.ndim))
    size = 1e-9 * (1 + np.abs(grads.x).max())
    assert (np.abs(grads.x.sum(axis=axes)) <= size).all()
    assert np.abs(chain.x - grads.x).max() <= size
    assert same([grads.gamma, grads.beta], [chain.gamma, chain.beta])
    twice = batchnorm.batchnorm_backward(2 * dy, cache)
    assert same(twice, batchnorm.BatchNormGrads(*(2 * g for g in grads)))


@about("batchnorm.batchnorm_inference", "batchnorm.RunningStatistics")
@given(GOOD["batchnorm.batchnorm_inference"])
def test_at_inference_every_sample_is_alone_and_a_momentum_of_1_repeats_the_batch(drawn):
    (x, gamma, beta, state), named = drawn
    y = batchnorm.batchnorm_inference(x, gamma, beta, state, **named)
    assert same(batchnorm.batchnorm_inference(x[:1], gamma, beta, state, **named), y[:1])
    trained, cache = batchnorm.batchnorm_forward(x, gamma, beta, **named)
    rule = batchnorm.RunningStatistics(momentum=1.0, unbiased=False)
    last = rule.step(cache, state)
    assert close(
        batchnorm.batchnorm_inference(x, gamma, beta, last, **named), trained, rtol=1e-6, atol=1e-6
    )


# --- optimizers


def walk(optimizer, grad, theta, steps=6):
    return np.array([*optimizers.descend(optimizer, grad, theta, steps)])


def pull(theta):
    return 0.5 * theta - np.sin(theta)


THETA = st.integers(1, 4).flatmap(lambda n: numbers(n, -3, 3))


@each(*(f"optimizers.{rule}" for rule in RULES))
def test_a_walk_goes_entry_by_entry_and_its_mirror_image_the_mirrored_way(path):
    @given(THETA, settings_of_named(**RULES[path.split(".")[1]]))
    def test(theta, named):
        assume(named.get("eps") != 0.0)
        optimizer = function(path)(**named)
        here = walk(optimizer, pull, theta)
        assert same(walk(optimizer, lambda v: -pull(-v), -theta), -here)
        assert same(walk(optimizer, pull, theta[::-1]), here[:, ::-1])
        assert same(walk(optimizer, pull, theta, 3), here[:4])

    test()


@each(*(f"optimizers.{rule}" for rule in RULES if rule != "AdamW"))
def test_a_walk_does_not_care_where_0_is(path):
    @given(THETA, floats(-4, 4))
    def test(theta, c):
        # A large eps, so that a gradient next to 0 moves next to nothing.
        eps = {"eps": 0.5} if "eps" in RULES[path.split(".")[1]] else {}
        optimizer = function(path)(lr=0.25, **eps)
        moved = walk(optimizer, lambda v: pull(v - c), theta + c)
        assert close(moved, walk(optimizer, pull, theta) + c, rtol=1e-6, atol=1e-6)

    test()


@about(
    "optimizers.descend",
    *(f"optimizers.{r}" for r in ("RMSProp", "Adam", "AdamW", "AdaMax", "NAdam")),
)
@given(THETA, st.sampled_from(["RMSProp", "Adam", "AdamW", "AdaMax", "NAdam"]), powers)
def test_without_eps_only_the_direction_of_a_gradient_counts(theta, rule, c):
    assume(np.abs(pull(theta)).min() > 1e-3)
    optimizer = function(f"optimizers.{rule}")(lr=0.125, eps=0.0)
    here, scaled = (walk(optimizer, lambda v, c=c: c * pull(v), theta, 3) for c in (1, c))
    assert close(scaled, here)


@about(*(f"optimizers.{r}" for r in ("SGD", "Momentum", "Nesterov", "Polyak")))
@given(THETA, st.sampled_from(["SGD", "Momentum", "Nesterov", "Polyak"]), powers)
def test_a_gradient_times_a_number_is_a_rate_times_it(theta, rule, c):
    make = function(f"optimizers.{rule}")
    assert close(
        walk(make(lr=0.125), lambda v: c * pull(v), theta), walk(make(lr=0.125 * c), pull, theta)
    )


# --- initialization

LAWS = ("lecun", "xavier", "he")


@about(*(f"initialization.{n}_std" for n in LAWS), "initialization.xavier_limit")
@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_the_laws_of_the_first_weights_hang_together(i, o):
    init = initialization
    assert close(init.he_std(i, o), 2**0.5 * init.lecun_std(i, o), rtol=1e-14)
    assert init.xavier_std(i, o) == init.xavier_std(o, i)
    assert close(init.xavier_limit(i, o), 3**0.5 * init.xavier_std(i, o), rtol=1e-14)
    assert close(
        1 / init.xavier_std(i, o) ** 2,
        (init.lecun_std(i, o) ** -2 + init.lecun_std(o, i) ** -2) / 2,
    )


@each("initialization.xavier_uniform", *(f"initialization.{n}_normal" for n in LAWS))
@given(n=st.integers(0, 10**6), sizes=st.tuples(st.integers(40, 60), st.integers(40, 60)))
def test_drawn_weights_have_their_spread_and_belong_to_their_seed(path, n, sizes):
    f, std = (
        function(path),
        function(path.replace("_normal", "_std").replace("_uniform", "_std"))(*sizes),
    )
    W = f(*sizes, rng=np.random.default_rng(n))
    assert W.shape == sizes and same(W, f(*sizes, rng=np.random.default_rng(n)))
    # Six standard deviations of the mean and of the mean square.
    assert abs(W.mean()) <= 6 * std / W.size**0.5
    assert abs((W**2).mean() / std**2 - 1) <= 6 * (2 / W.size) ** 0.5
    if path.endswith("uniform"):
        assert np.abs(W).max() <= initialization.xavier_limit(*sizes)


@about("initialization.preactivation_variance")
@given(GOOD["initialization.preactivation_variance"])
def test_the_variance_of_a_sum_grows_with_its_terms_and_is_symmetric_in_weights_and_inputs(drawn):
    (n, var_w, mean_x, var_x), named = drawn
    f, mean_w = initialization.preactivation_variance, named.get("mean_w", 0.0)
    assert close(
        f(n, var_w, mean_x, var_x, mean_w=mean_w), n * f(1, var_x, mean_w, var_w, mean_w=mean_x)
    )
    assert f(n, var_w, mean_x, var_x) >= n * var_w * var_x


@about("initialization.gain")
@settings(max_examples=5)
@given(powers)
def test_a_gain_falls_as_the_function_grows(c):
    for f in (act.relu, act.tanh, act.silu):
        assert close(initialization.gain(lambda z, f=f: c * f(z)), initialization.gain(f) / c)


@about("initialization.variance_through")
@given(GOOD["initialization.variance_through"], powers)
def test_a_rectified_signal_scales_through_every_layer_and_its_gradient_stays(drawn, c):
    (x, widths, std), _ = drawn
    here, scaled = (
        initialization.variance_through(
            v, widths, std, activation=(act.relu, act.relu_grad), rng=np.random.default_rng(0)
        )
        for v in (x, c * x)
    )
    assert close(scaled.forward, c**2 * here.forward) and close(scaled.backward, here.backward)
    assert here.forward.shape == here.backward.shape == (len(widths) + 1,)


# --- the network


@about("mlp.mlp_init")
@given(GOOD["mlp.mlp_init"])
def test_a_network_has_the_shapes_that_were_asked_for(drawn):
    (sizes, std), named = drawn
    params = call("mlp.mlp_init", [sizes, std], named)
    for k in range(1, len(sizes)):
        assert params[f"W{k}"].shape == sizes[k - 1 : k + 1] and not params[f"b{k}"].any()
    assert ("gamma1" in params) == (named.get("norm", False) and len(sizes) > 2)
    assert same(params, call("mlp.mlp_init", [sizes, std], named))


@about("mlp.mlp_forward", "mlp.mlp_backward")
@given(networks(norm=False), st.integers(0, 4))
def test_a_network_s_rows_are_alone_and_its_gradients_are_their_sum(drawn, seed):
    (x, params), named = drawn
    scores, cache = mlp.mlp_forward(x, params, **named)
    dy = np.random.default_rng(seed).normal(size=scores.shape)
    whole = mlp.mlp_backward(dy, cache)
    parts = []
    for i in range(len(x)):
        row, alone = mlp.mlp_forward(x[i : i + 1], params, **named)
        assert close(row, scores[i : i + 1])
        parts.append(mlp.mlp_backward(dy[i : i + 1], alone))
    assert all(close(whole[k], sum(p[k] for p in parts)) for k in params)
    last = max(k for k in params if k.startswith("b"))
    assert close(whole[last], dy.sum(axis=0))


@about("mlp.mlp_backward")
@given(GOOD["mlp.mlp_backward"])
def test_a_network_s_gradients_double_with_what_arrives(drawn):
    (dy, cache), _ = drawn
    once, twice = mlp.mlp_backward(dy, cache), mlp.mlp_backward(2 * dy, cache)
    assert once.keys() == cache.params.keys()
    assert all(np.array_equal(2 * once[k], twice[k]) for k in once)


# --- recurrent layers


@each("recurrent.rnn_forward", "recurrent.gru_forward", "recurrent.lstm_forward")
def test_a_sequence_is_alone_in_its_batch_and_no_step_knows_the_future(path):
    def test(drawn):
        (x, *first, weights), named = drawn
        h, _ = call(path, [x, *first, weights], named)
        mask = named.get("mask", np.ones(x.shape[:2], bool))
        for i in range(x.shape[1]):
            here = slice(i, i + 1)
            alone = named | {"mask": mask[:, here]}
            assert close(
                call(path, [x[:, here], *(s[here] for s in first), weights], alone)[0], h[:, here]
            )
        assert same(call(path, [x[:1], *first, weights], named | {"mask": mask[:1]})[0], h[:1])
        # What stands at a step that is not taken does not matter, and the state stays.
        other = np.where(mask[..., np.newaxis], x, 7.0)
        assert same(call(path, [other, *first, weights], named)[0], h)
        before = np.concatenate([first[0][np.newaxis], h[:-1]])
        assert np.array_equal(h[~mask], before[~mask])

    tried(path, test)


@each("recurrent.rnn_backward", "recurrent.gru_backward", "recurrent.lstm_backward")
def test_the_way_back_through_time_is_linear_and_passes_by_what_was_not_taken(path):
    def test(drawn):
        (dh, cache), named = drawn
        once = call(path, [dh, cache], named)
        twice = call(path, [2 * dh, cache], changed(named, lambda a: 2 * a))
        assert all(
            np.array_equal(2 * a, b) for a, b in zip(leaves(once), leaves(twice), strict=True)
        )
        assert not once.x[~cache.mask[..., 0]].any()
        assert once.x.shape == cache.x.shape and type(once.weights) is type(cache.weights)

    tried(path, test)


# --- the judge, the films


@about("gradcheck.numerical_gradient", "gradcheck.gradient_gap")
@given(THETA, floats(-4, 4))
def test_a_slope_by_differences_is_exact_for_a_line_and_the_gap_counts_what_is_wrong(x, c):
    assert close(gradcheck.numerical_gradient(lambda v: c * v + 1, x), c, atol=1e-8)
    rng = np.random.default_rng(0)
    for factor, wanted in ((1, 0), (-1, 2), (0, 1), (2, 0.5)):
        gap = gradcheck.gradient_gap(
            np.tanh, lambda v, dy, f=factor: f * act.tanh_grad(v, dy), x, rng=rng
        )
        assert abs(gap - wanted) < 1e-6


@about("film.strip")
@settings(max_examples=2)
@given(st.integers(1, 2), st.integers(2, 3))
def test_a_film_draws_every_frame_once_in_order(rows, columns):
    drawn = []
    made = film.strip(lambda ax, k: drawn.append(k), rows, columns)
    assert drawn == [*range(rows * columns)] and (made.rows, made.columns) == (rows, columns)


@about("interactive.figure")
@given(st.lists(st.integers(-9, 9), min_size=2, max_size=4, unique=True))
def test_an_interactive_figure_draws_every_choice_once_and_says_what_it_shows(slopes):
    drawn = []

    def draw(slope):
        drawn.append(slope)
        return f"it is {slope}", [("point", "a", [0, 1], [slope, 10])]

    made = interactive.figure(draw, {"s": slopes}, x="x", y="y")
    assert drawn == slopes
    assert [*made.told] == [f"s = {s}: it is {s}" for s in slopes]


# --- the registry and the data


@given(st.lists(st.sampled_from(equations.ALL), min_size=1, max_size=5))
def test_the_registry_finds_every_formula_by_every_name_once_and_in_order(several):
    for e in several:
        assert equations.get(e.id) is e is equations.by_tag(e.tag)
        assert e in equations.select(e.section.split()[0])
    chosen = equations.select(*(e.id for e in several))
    assert chosen == tuple(e for e in equations.ALL if e in several)


@pytest.mark.parametrize("name", ["digits", "breast_cancer", "diabetes", "iris", "wine"])
def test_data_are_fresh_in_every_call(name):
    first = getattr(data, name)()
    first.X[:] = first.y[:] = -1
    assert (getattr(data, name)().X != -1).any() and (getattr(data, name)().y != -1).any()
