"""The variations of ReLU, sigmoid and softmax over the whole float range."""

import math
from decimal import Decimal, localcontext

import numpy as np
import oracles
import pytest

from dlnotes import activations

EVERYWHERE = [-745.0, -709.5, -40.0, -1.0, -1e-300, 0.0, 1e-9, 0.5, 3.0, 36.8, 40.0, 710.0, 1e4]
INF = math.inf
ALL = (
    *("sigmoid", "softmax", "log_softmax", "tanh"),
    *("relu", "leaky_relu", "elu", "selu", "gelu", "silu"),
)
every_activation = pytest.mark.parametrize("name", ALL)


@pytest.fixture(autouse=True)
def fifty_digits():
    with localcontext(prec=50):
        yield


def exact_sigmoid(x):
    return float(1 / (1 + (-Decimal(x)).exp()))


@pytest.mark.parametrize("x", EVERYWHERE)
def test_the_sigmoid_is_right_to_a_few_ulp_everywhere(x):
    assert math.isclose(activations.sigmoid(x), exact_sigmoid(x), rel_tol=1e-15)


@pytest.mark.parametrize("x", EVERYWHERE)
def test_the_sigmoid_s_slope_keeps_both_tails(x):
    exact = (-Decimal(x)).exp() / (1 + (-Decimal(x)).exp()) ** 2
    assert math.isclose(activations.sigmoid_grad(x), float(exact), rel_tol=4e-15, abs_tol=1e-322)


def test_the_sigmoid_takes_infinities_to_their_limits():
    assert activations.sigmoid([-np.inf, np.inf]).tolist() == [0, 1]
    assert activations.sigmoid_grad([-np.inf, np.inf]).tolist() == [0, 0]
    assert activations.sigmoid([-1e308, 1e308]).tolist() == [0, 1]


def test_what_one_sign_gains_the_other_loses():
    x = np.linspace(-30, 30, 101)
    assert np.allclose(activations.sigmoid(x) + activations.sigmoid(-x), 1, rtol=1e-15)


def test_softmax_by_pencil():
    x = np.log([[1.0, 2.0, 5.0], [3.0, 3.0, 3.0]])
    assert np.allclose(activations.softmax(x), [[1 / 8, 2 / 8, 5 / 8], [1 / 3] * 3], rtol=1e-15)
    assert np.allclose(activations.log_softmax(x)[0], np.log([1 / 8, 2 / 8, 5 / 8]), rtol=1e-14)


@pytest.mark.parametrize("largest", [1e4, 1e308])
def test_softmax_of_any_scores_sums_to_one(largest):
    x = [largest, 0.0, -largest]
    assert activations.softmax(x).tolist() == [1, 0, 0]
    assert activations.log_softmax(x)[0] == 0
    assert activations.log_softmax(x)[1] == -largest


def test_softmax_of_two_scores_is_a_sigmoid():
    x = np.array([2.5, -1.0])
    assert math.isclose(activations.softmax(x)[0], activations.sigmoid(3.5), rel_tol=1e-15)


def test_the_log_of_the_largest_share_keeps_its_tail():
    assert math.isclose(activations.log_softmax([40.0, 0.0])[0], -math.exp(-40), rel_tol=1e-14)


def test_softmax_and_its_logarithm_are_right_relative_to_every_share():
    for x in np.random.default_rng(0).normal(scale=30, size=(20, 4)):
        e = [Decimal(v).exp() for v in x]
        shares = [float(v / sum(e)) for v in e]
        logs = [float((v / sum(e)).ln()) for v in e]
        assert np.allclose(activations.softmax(x), shares, rtol=3e-14, atol=0)
        assert np.allclose(activations.log_softmax(x), logs, rtol=3e-14, atol=0)


def test_shifting_every_score_changes_nothing():
    x = np.array([[1.0, -2.0, 0.5], [3.0, 4.0, 5.0]])
    for function in (activations.softmax, activations.log_softmax):
        assert np.array_equal(function(x), function(x + 64))


def test_the_classes_are_along_the_last_axis_and_one_class_is_certain():
    x = np.random.default_rng(0).normal(size=(2, 3, 4))
    for function in (activations.softmax, activations.log_softmax):
        assert np.array_equal(function(x)[1, 2], function(x[1, 2]))
    assert np.allclose(activations.softmax(x).sum(axis=-1), 1, rtol=1e-15)
    assert activations.softmax([7.0]).tolist() == [1]
    assert (
        activations.log_softmax([7.0]).tolist() == activations.softmax_grad([7.0]).tolist() == [0]
    )


@every_activation
def test_float32_stays_lists_serve_and_nothing_is_changed(name):
    function, grad = getattr(activations, name), getattr(activations, f"{name}_grad")
    double, dy = np.array([[1.0, -2.0], [300.0, -1e4]]), np.array([[0.5, 1.0], [2.0, -1.0]])
    single = double.astype(np.float32)
    assert function(single).dtype == grad(single).dtype == grad(single, dy).dtype == np.float32
    assert function(double.astype(np.float16)).dtype == np.float64
    assert np.allclose(function(single), function(double), rtol=1e-6)
    assert np.allclose(grad(single, dy), grad(double, dy), rtol=1e-5, atol=1e-7)
    whole = double.astype(int).tolist()
    assert np.array_equal(function(whole), function(double))
    assert np.array_equal(grad(whole, dy.tolist()), grad(double, dy))
    assert np.array_equal(double, whole) and np.array_equal(dy, [[0.5, 1.0], [2.0, -1.0]])


@every_activation
def test_no_score_is_too_large_for_a_slope(name):
    x = [[1e308, -1e308, 0.0], [-1e4, 1e4, 1e4], [-1e-308, 745.0, -745.0]]
    slopes = getattr(activations, f"{name}_grad")(x, [[1.0, 2.0, 3.0]] * 3)
    assert np.isfinite(slopes).all()


# --- the variations of ReLU, by pencil


def test_a_rectifier_keeps_what_is_positive():
    assert activations.relu([-2, 3, 0]).tolist() == [0, 3, 0]
    assert activations.relu_grad([-2, 3, 0], [5, 7, 11]).tolist() == [0, 7, 0]


def test_a_leak_by_pencil():
    assert activations.leaky_relu([-2, 3], alpha=0.25).tolist() == [-0.5, 3]
    assert activations.leaky_relu_grad([-2, 3], [8, 5], alpha=0.25).tolist() == [2, 5]
    assert activations.leaky_relu(-1) == -0.01


def test_a_learned_leak_by_pencil():
    dx, da = activations.prelu_grad([-2, 3], 0.5)
    assert (dx.tolist(), float(da)) == ([0.5, 1], -2)
    assert activations.prelu(-1.0, 2) == -2  # and not -1, the larger of x and a x
    assert activations.prelu([[-1, -1], [-2, 4]], [2, -3]).tolist() == [[-2, 3], [-4, 4]]


def test_one_slope_for_each_column_has_the_sum_of_its_column():
    x, dy = [[-1.0, -2.0], [-3.0, 4.0]], [[1.0, 10.0], [100.0, 1000.0]]
    dx, da = activations.prelu_grad(x, [0.5, 2.0], dy)
    assert da.tolist() == [-1 - 300, -20]
    assert dx.tolist() == [[0.5, 20], [50, 1000]]
    assert float(activations.prelu_grad(x, 0.5, dy)[1]) == -321


def test_an_elu_at_minus_log_two_is_half_way_down():
    x = -math.log(2)
    assert math.isclose(activations.elu(x, alpha=3), -1.5, rel_tol=1e-15)
    assert math.isclose(activations.elu_grad(x, 4, alpha=3), 6, rel_tol=1e-15)
    assert activations.elu(-1e-17) == -1e-17


def test_silu_and_gelu_have_slope_one_half_at_zero():
    assert activations.silu_grad(0) == activations.gelu_grad(0) == 0.5
    assert activations.gelu_grad(0, approximate="tanh") == 0.5
    x = math.log(3)
    assert math.isclose(activations.silu(x), 0.75 * x, rel_tol=1e-15)


def test_a_gate_at_zero_is_half_open():
    assert activations.glu(2, 0) == 1
    assert [float(g) for g in activations.glu_grad(2, 0, 3)] == [1.5, 1.5]
    gates = np.log([2.0, 3.0])
    assert np.allclose(activations.glu([3, -4], gates), [2, -3], rtol=1e-15)


# --- identities


def test_special_slopes_give_the_rectifier_and_the_line():
    x = np.linspace(-3, 3, 25)
    assert np.array_equal(activations.leaky_relu(x, alpha=0), activations.relu(x))
    assert np.array_equal(activations.prelu(x, 1), x)
    assert np.array_equal(activations.prelu(x, -1), np.abs(x))
    assert np.array_equal(activations.rrelu(x, 0.3), activations.leaky_relu(x, alpha=0.3))
    assert np.array_equal(activations.rrelu_grad(x, 0.3), activations.leaky_relu_grad(x, alpha=0.3))


def test_the_slope_of_an_elu_is_its_value_raised_by_alpha():
    x = np.linspace(-5, -0.1, 25)
    raised = activations.elu(x, alpha=0.7) + 0.7
    assert np.allclose(activations.elu_grad(x, alpha=0.7), raised, rtol=1e-13)
    scale = activations.SELU_LAMBDA
    stretched = scale * activations.elu(x, alpha=activations.SELU_ALPHA)
    assert np.allclose(activations.selu(x), stretched, rtol=1e-15)


@pytest.mark.parametrize("settings", [{}, {"approximate": "tanh"}])
def test_what_a_gate_keeps_of_x_and_of_minus_x_differ_by_x(settings):
    x = np.linspace(0, 6, 50)
    for f in (activations.silu, lambda x: activations.gelu(x, **settings)):
        assert np.allclose(f(x) - f(-x), x, rtol=1e-15)


def test_a_gate_of_its_own_value_is_a_silu():
    x = np.linspace(-5, 5, 21)
    assert np.array_equal(activations.glu(x, x), activations.silu(x))
    both = np.add(*activations.glu_grad(x, x))
    assert np.allclose(both, activations.silu_grad(x), rtol=1e-13, atol=1e-16)


def test_the_constants_of_selu_carry_mean_0_and_variance_1_over():
    """Its two equations, their areas by Python's own erfc."""
    below_1, below_2 = (math.erfc(k / math.sqrt(2)) / 2 for k in (1, 2))
    a, b = math.exp(0.5) * below_1, math.exp(2) * below_2
    alpha = 1 / math.sqrt(2 * math.pi) / (0.5 - a)
    assert math.isclose(activations.SELU_ALPHA, alpha, rel_tol=1e-14)
    square = 0.5 + alpha**2 * (b - 2 * a + 0.5)
    assert math.isclose(activations.SELU_LAMBDA, square**-0.5, rel_tol=1e-14)


def test_the_tanh_form_of_gelu_is_off_by_less_than_5e_4_and_its_slope_by_less_than_9e_4():
    x = np.linspace(-8, 8, 16001)
    tanh = {"approximate": "tanh"}
    off = np.abs(activations.gelu(x, **tanh) - activations.gelu(x))
    assert math.isclose(off.max(), 4.7324e-4, rel_tol=1e-4)
    assert math.isclose(abs(x[off.argmax()]), 2.699, abs_tol=2e-3)
    slopes = np.abs(activations.gelu_grad(x, **tanh) - activations.gelu_grad(x))
    assert math.isclose(slopes.max(), 8.6845e-4, rel_tol=1e-4)


def test_drawn_slopes_lie_in_their_range_one_for_each_entry_and_their_mean_is_the_test_slope():
    slopes = activations.rrelu_slopes((200, 300), rng=np.random.default_rng(0))
    assert slopes.shape == (200, 300) and np.unique(slopes).size == slopes.size
    assert slopes.min() >= 1 / 8 and slopes.max() <= 1 / 3
    # Six standard errors of the mean of 60000 uniform numbers.
    error = (1 / 3 - 1 / 8) / math.sqrt(12 * slopes.size)
    assert abs(slopes.mean() - activations.rrelu_test_slope()) < 6 * error
    assert math.isclose(activations.rrelu_test_slope(), 11 / 48, rel_tol=1e-15)
    assert activations.rrelu_test_slope(lower=0.25, upper=0.75) == 0.5
    again = activations.rrelu_slopes((200, 300), rng=np.random.default_rng(0))
    assert np.array_equal(slopes, again)
    same = activations.rrelu_slopes((3,), lower=0.5, upper=0.5, rng=np.random.default_rng(0))
    assert same.tolist() == [0.5] * 3


# --- kinks and infinities

# (name, arguments after x, settings, slopes at 0 from the left and from the right)
KINKS = [
    ("relu", (), {}, 0, 1),
    ("leaky_relu", (), {"alpha": 0.2}, 0.2, 1),
    ("prelu", (0.25,), {}, 0.25, 1),
    ("prelu", (1.5,), {}, 1.5, 1),
    ("rrelu", (0.3,), {}, 0.3, 1),
    ("elu", (), {"alpha": 2.5}, 2.5, 1),
    ("elu", (), {}, 1, 1),
    ("selu", (), {}, activations.SELU_LAMBDA * activations.SELU_ALPHA, activations.SELU_LAMBDA),
]
each_kink = pytest.mark.parametrize(("name", "more", "settings", "left", "right"), KINKS)


@each_kink
def test_at_the_kink_the_slope_is_the_left_one(name, more, settings, left, right):
    def slope(x):
        grads = getattr(activations, f"{name}_grad")(x, *more, **settings)
        return float(grads[0] if isinstance(grads, tuple) else grads)

    assert slope(0.0) == slope(-0.0) == left
    assert math.isclose(slope(-1e-300), left) and math.isclose(slope(1e-300), right)
    assert getattr(activations, name)(0.0, *more, **settings) == 0


def test_the_slope_in_a_learned_leak_is_0_at_the_kink():
    assert float(activations.prelu_grad(0.0, 0.5)[1]) == 0


def test_pytorch_takes_the_left_slope_too_and_has_three_for_the_rectifier():
    torch = oracles.need("torch")
    F = torch.nn.functional

    def slope(f):
        x = torch.zeros(1, dtype=torch.float64, requires_grad=True)
        f(x).sum().backward()
        return x.grad.item()

    a = torch.tensor([1.5], dtype=torch.float64)
    theirs = [
        *(torch.relu, lambda x: F.leaky_relu(x, 0.2), lambda x: F.prelu(x, a / 6)),
        *(lambda x: F.prelu(x, a), lambda x: F.rrelu(x, 0.3, 0.3), lambda x: F.elu(x, 2.5)),
        *(F.elu, F.selu),
    ]
    for f, (_, _, _, left, _) in zip(theirs, KINKS, strict=True):
        assert math.isclose(slope(f), left)
    assert slope(lambda x: x.clamp(min=0)) == 1
    assert slope(lambda x: torch.maximum(x, torch.zeros(1, dtype=torch.float64))) == 0.5


def test_pytorch_s_own_draws_give_the_same_values_and_slopes():
    torch = oracles.need("torch")
    torch.manual_seed(0)
    x = torch.linspace(-3, 3, 40, dtype=torch.float64, requires_grad=True)
    y = torch.nn.functional.rrelu(x, training=True)
    dy = torch.linspace(-1, 2, 40, dtype=torch.float64)
    (theirs,) = torch.autograd.grad(y, x, dy)
    x, y = x.detach().numpy(), y.detach().numpy()
    slopes = np.where(x > 0, 0.2, y / x)
    assert slopes.min() >= 1 / 8 and slopes.max() <= 1 / 3
    assert np.allclose(activations.rrelu(x, slopes), y, rtol=1e-15)
    assert np.allclose(activations.rrelu_grad(x, slopes, dy.numpy()), theirs.numpy(), rtol=1e-13)
    at_test = torch.nn.functional.rrelu(torch.from_numpy(x), training=False).numpy()
    assert np.allclose(activations.rrelu(x, activations.rrelu_test_slope()), at_test, rtol=1e-15)


# (name, arguments after x, settings, limits of the value at -inf and inf, and of the slope)
LIMITS = [
    ("relu", (), {}, (0, INF), (0, 1)),
    ("leaky_relu", (), {"alpha": 0.2}, (-INF, INF), (0.2, 1)),
    ("leaky_relu", (), {"alpha": 0}, (0, INF), (0, 1)),
    ("prelu", (-0.5,), {}, (INF, INF), None),
    ("prelu", (0.0,), {}, (0, INF), None),
    ("rrelu", (0.3,), {}, (-INF, INF), (0.3, 1)),
    ("elu", (), {"alpha": 2.5}, (-2.5, INF), (0, 1)),
    ("selu", (), {}, (-1.7580993408473768, INF), (0, activations.SELU_LAMBDA)),
    ("gelu", (), {}, (0, INF), (0, 1)),
    ("gelu", (), {"approximate": "tanh"}, (0, INF), (0, 1)),
    ("silu", (), {}, (0, INF), (0, 1)),
]


@pytest.mark.parametrize(("name", "more", "settings", "values", "slopes"), LIMITS)
def test_infinities_go_to_their_limits(name, more, settings, values, slopes):
    for dtype in (np.float64, np.float32):
        x = np.array([-INF, INF], dtype)
        value = getattr(activations, name)(x, *more, **settings)
        assert value.dtype == dtype and np.allclose(value, values, rtol=1e-6)
        if slopes:
            slope = getattr(activations, f"{name}_grad")(x, *more, **settings)
            assert slope.dtype == dtype and np.allclose(slope, slopes, rtol=1e-6)


def test_a_gate_may_be_wide_open_or_shut():
    assert activations.glu([3.0, 3.0], [-INF, INF]).tolist() == [0, 3]
    da, db = activations.glu_grad([3.0, 3.0], [-INF, INF])
    assert da.tolist() == [0, 1] and db.tolist() == [0, 0]


def test_what_passes_the_largest_float_is_infinite_without_a_warning():
    assert activations.selu(1.79e308) == INF
    assert activations.prelu(-1.79e308, 2) == -INF
    assert activations.leaky_relu(-1.79e308, alpha=2) == -INF
    assert float(activations.prelu_grad(-1e200, 1, 1e200)[1]) == -INF
    # The sum of the two is inf, and a share of 0 in it is nan.
    assert np.isnan(activations.log_softmax_grad([0.0, -2000.0], [1e308, 1e308])[1])


# --- to the last digits, by mpmath

FAR = np.concatenate(
    [np.geomspace(1e-320, 1e308, 150), np.linspace(0.05, 45, 300), np.linspace(600, 760, 41)]
)
FAR = np.concatenate([-FAR, [0.0], FAR])


def exact(mp):
    """(name, settings, its terms as a function of x) of each smooth function."""

    root, cubic = mp.sqrt(2 / mp.pi), mp.mpf("0.044715")

    def Phi(x):
        return mp.mpf(x > 0) if abs(x) > 100 else mp.erfc(-x / mp.sqrt(2)) / 2

    def phi(x):
        return mp.mpf(0) if abs(x) > 100 else mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)

    def s(x):
        return mp.mpf(x > 0) if abs(x) > 1e5 else 1 / (1 + mp.exp(-x))

    def bell(x):
        return s(x) * s(-x)

    def twice(x):
        return 2 * root * (x + cubic * x**3)

    def below(x):
        return activations.SELU_ALPHA * mp.expm1(max(x, -1000))

    tanh = {"approximate": "tanh"}
    return [
        ("gelu", {}, lambda x: [x * Phi(x)]),
        ("gelu_grad", {}, lambda x: [Phi(x), x * phi(x)]),
        ("gelu", tanh, lambda x: [x * s(twice(x))]),
        (
            "gelu_grad",
            tanh,
            lambda x: [s(twice(x)), x * bell(twice(x)) * 2 * root * (1 + 3 * cubic * x * x)],
        ),
        ("silu", {}, lambda x: [x * s(x)]),
        ("silu_grad", {}, lambda x: [s(x), x * bell(x)]),
        ("elu", {"alpha": 0.7}, lambda x: [x if x > 0 else 0.7 * mp.expm1(max(x, -1000))]),
        ("elu_grad", {"alpha": 0.7}, lambda x: [1 if x > 0 else 0.7 * mp.exp(max(x, -1000))]),
        ("selu", {}, lambda x: [activations.SELU_LAMBDA * (x if x > 0 else below(x))]),
    ]


def test_smooth_functions_and_their_slopes_are_right_to_a_few_ulp_of_their_terms():
    """Where two terms cancel, at a zero of the slope, the ulp is that of the larger term; below the
    normal floats it is a few dozen of the smallest float."""
    mp = oracles.need("mpmath").mp
    with mp.workdps(60):
        for name, settings, terms in exact(mp):
            ours = getattr(activations, name)(FAR, **settings)
            for x, y in zip(FAR.tolist(), ours.tolist(), strict=True):
                parts = terms(mp.mpf(x))
                allowed = 4 * 2.0**-52 * sum(map(abs, parts)) + 40 * 5e-324
                assert abs(y - sum(parts)) <= allowed, (name, settings, x)


def test_single_precision_is_double_precision_rounded():
    x = np.linspace(-12, 12, 4001).astype(np.float32)
    for name, settings in (
        ("gelu", {}),
        ("gelu_grad", {}),
        ("gelu", {"approximate": "tanh"}),
        ("gelu_grad", {"approximate": "tanh"}),
    ):
        f = getattr(activations, name)
        single, double = f(x, **settings), f(x.astype(np.float64), **settings)
        assert single.dtype == np.float32
        assert np.array_equal(single, double.astype(np.float32))
    for name in ("silu", "silu_grad", "elu", "selu"):
        f = getattr(activations, name)
        single, double = f(x), f(x.astype(np.float64))
        assert single.dtype == np.float32
        assert np.allclose(single, double, rtol=1e-6, atol=1e-7)


def test_the_type_of_x_decides_whatever_the_type_of_a_slope():
    x, slopes = np.array([-1.0, 2.0], np.float32), np.array([0.25, 0.5])
    assert activations.prelu(x, slopes).dtype == activations.rrelu(x, slopes).dtype == np.float32
    assert activations.rrelu_grad(x, 0.25).dtype == np.float32
    for slope in (0.25, slopes):
        assert [g.dtype for g in activations.prelu_grad(x, slope)] == [np.float32] * 2
    assert activations.prelu([-1, 2], slopes.astype(np.float32)).dtype == np.float64
    assert [g.dtype for g in activations.glu_grad(x, x, slopes)] == [np.float32] * 2
    assert activations.glu(x, x).dtype == np.float32 and activations.glu(x, slopes).dtype == float


def test_the_arguments_of_two_stay_as_they_were():
    x, other = np.array([-1.0, 2.0]), np.array([0.25, 0.5])
    for name in ("prelu", "rrelu", "glu"):
        getattr(activations, name)(x, other)
        getattr(activations, f"{name}_grad")(x, other, [1.0, 2.0])
    assert x.tolist() == [-1, 2] and other.tolist() == [0.25, 0.5]
