"""The judge itself: it takes a right gradient and finds out a wrong one."""

import math

import numpy as np
import pytest

from dlnotes import activations, gradcheck

RNG = np.random.default_rng(0)


def square(x):
    return x**2


def square_grad(x, dy=1.0):
    return 2 * x * dy


WRONG = {
    "the sign": (lambda x, dy: -2 * x * dy, 2),
    "a factor of 2": (lambda x, dy: 4 * x * dy, 0.5),
    "one over n": (lambda x, dy: 2 * x * dy / x.size, 5 / 6),
    "the cotangent forgotten": (lambda x, dy: 2 * x, 0.1),
    "the cotangent summed": (lambda x, dy: 2 * x * dy.sum(), 0.1),
    "transposed": (lambda x, dy: (2 * x * dy).T.reshape(3, 2), 0.1),
    "zero": (lambda x, dy: 0 * x, 1),
    "nan": (lambda x, dy: x * np.nan, np.inf),
    "one nan": (lambda x, dy: np.where(x == 4, np.nan, 2 * x * dy), np.inf),
    "infinite": (lambda x, dy: x * np.inf, np.inf),
    "one entry": (lambda x, dy: 2 * x * dy + 1e-3 * (np.arange(6).reshape(3, 2) == 4), 1e-5),
}


@pytest.mark.parametrize("slip", WRONG)
def test_a_wrong_gradient_is_found_out(slip):
    grad, at_least = WRONG[slip]
    x, rng = np.arange(1.0, 7).reshape(3, 2), np.random.default_rng(2)
    right = gradcheck.gradient_gap(square, square_grad, x, rng=rng)
    assert type(right) is float and right < 1e-9
    assert gradcheck.gradient_gap(square, grad, x, rng=rng) >= at_least * (1 - 1e-6)


def test_a_softmax_gradient_of_zero_is_found_out_though_a_summed_output_hides_it():
    z = np.array([0.3, -1.0, 2.0])
    summed = gradcheck.numerical_gradient(activations.softmax, z)
    assert np.abs(summed).max() < 1e-10
    gap = gradcheck.gradient_gap(activations.softmax, lambda x, dy: 0 * x, z, rng=RNG)
    assert gap == 1


def test_every_argument_that_counts_is_judged():
    def f(a, b):
        return a * b**2

    def good(a, b, dy):
        return b**2 * dy, 2 * a * b * dy

    def first_wrong(a, b, dy):
        return -(b**2) * dy, 2 * a * b * dy

    def second_nan(a, b, dy):
        return b**2 * dy, a * np.nan

    def second_only(a, b, dy):
        return 2 * a * b * dy

    a, b = RNG.normal(size=(2, 3))
    both = {"wrt": (0, 1), "rng": RNG}
    assert gradcheck.gradient_gap(f, good, a, b, **both) < 1e-9
    assert math.isclose(gradcheck.gradient_gap(f, first_wrong, a, b, **both), 2)
    assert gradcheck.gradient_gap(f, second_nan, a, b, **both) == math.inf
    assert gradcheck.gradient_gap(f, second_only, a, b, wrt=(1,), rng=RNG) < 1e-9
    assert gradcheck.gradient_gap(f, good, a, b, wrt=(1, 0), rng=RNG) > 0.1


def test_a_gradient_that_is_too_small_is_as_far_off_as_one_too_large():
    for grad in (lambda x, dy: x * dy, lambda x, dy: 4 * x * dy):
        for x in [np.array([1.0, 2.0, -3.0])] + 4 * [2.0, -3.0]:  # slopes of either sign
            gap = gradcheck.gradient_gap(square, grad, x, rng=RNG)
            assert math.isclose(gap, 0.5, rel_tol=1e-7)


def test_two_zero_gradients_agree():
    gap = gradcheck.gradient_gap(lambda x: 0 * x, lambda x, dy: 0 * x, np.ones(3), rng=RNG)
    assert gap == 0


def test_a_numerical_gradient_is_right_to_nine_digits_and_takes_lists_and_numbers():
    slopes = gradcheck.numerical_gradient(np.exp, [0.0, 1.0, -20.0], dy=[1.0, 2.0, 3.0])
    assert np.allclose(slopes, [1, 2 * np.e, 3 * np.exp(-20)], rtol=1e-9, atol=1e-10)
    assert np.isclose(gradcheck.numerical_gradient(np.exp, 1.0), np.e, rtol=1e-9)
    large = gradcheck.numerical_gradient(square, [1e8, -1e8, -1e-8])
    assert np.allclose(large, [2e8, -2e8, -2e-8], rtol=1e-9)


def test_a_numerical_gradient_at_a_kink_is_the_mean_of_the_slopes():
    assert gradcheck.numerical_gradient(np.abs, [0.0])[0] == 0


def test_a_numerical_gradient_changes_nothing():
    x = np.array([1.0, 2.0])
    gradcheck.numerical_gradient(square, x)
    assert x.tolist() == [1.0, 2.0]


def test_every_entry_is_moved_alone():
    x = np.array([2.0, -3.0, 5.0])
    assert np.allclose(gradcheck.numerical_gradient(np.prod, x), [-15, 10, -6], rtol=1e-9)


def test_settings_reach_the_function_and_its_gradient():
    def power(x, *, n):
        return x**n

    def power_grad(x, dy, *, n):
        return n * x ** (n - 1) * dy

    x = RNG.normal(size=4)
    assert gradcheck.gradient_gap(power, power_grad, x, rng=RNG, n=3) < 1e-9
    slopes = gradcheck.numerical_gradient(power, x, n=3)
    assert np.allclose(slopes, 3 * x**2, rtol=1e-9, atol=1e-9)


def test_a_number_may_depend_on_a_whole_matrix_and_an_array_on_a_number():
    w = RNG.normal(size=(2, 3))
    slopes = gradcheck.numerical_gradient(lambda w: (w**2).sum(), w, dy=0.5)
    assert slopes.shape == w.shape and np.allclose(slopes, w, rtol=1e-8)
    x, dy = RNG.normal(size=(2, 4))
    slope = gradcheck.numerical_gradient(lambda a, x: a * x, 3.0, x, dy=dy)
    assert slope.shape == () and math.isclose(slope, dy @ x, rel_tol=1e-9)


def test_the_cotangent_comes_from_rng_and_from_nothing_else():
    seen = []

    def remember(x, dy):
        seen.append(dy)
        return 2 * x * dy

    for seed in (0, 0, 1):
        gradcheck.gradient_gap(square, remember, np.ones(3), rng=np.random.default_rng(seed))
    assert np.array_equal(seen[0], np.random.default_rng(0).standard_normal(3))
    assert np.array_equal(seen[0], seen[1])
    assert not np.array_equal(seen[0], seen[2])


def test_float32_arguments_are_judged_in_double_precision():
    x = np.array([0.1, 20.0, -3.0], dtype=np.float32)
    slopes = gradcheck.numerical_gradient(square, x)
    assert slopes.dtype == np.float64
    assert np.allclose(slopes, 2 * x.astype(float), rtol=1e-9)


def test_an_output_that_is_not_finite_just_beside_the_argument_is_refused_by_name():
    def cliff(x):
        return np.where(x > 1, np.nan, x)

    for judge, more in [
        (gradcheck.gradient_gap, [lambda x, dy: dy]),
        (gradcheck.numerical_gradient, []),
    ]:
        rng = {"rng": np.random.default_rng(0)} if more else {}
        with pytest.raises(ValueError, match=f"^{judge.__name__}: f's output must not hold nan"):
            judge(cliff, *more, np.ones(1), **rng)


def test_a_difference_beyond_the_largest_float_is_an_infinite_slope_without_a_warning():
    def jump(x):
        return 1.5e308 * np.sign(x)

    assert gradcheck.numerical_gradient(jump, 0.0) == math.inf
    assert np.isnan(gradcheck.numerical_gradient(jump, 0.0, dy=0.0))


def test_the_step_grows_with_arguments_above_1_and_not_below():
    for x, scale in [(0.5, 1), (1.0, 1), (-4.0, 4)]:
        seen = []
        gradcheck.numerical_gradient(lambda x, seen=seen: seen.append(float(x)) or 0.0, x)
        step = gradcheck.STEP * scale
        assert sorted(seen) == [x - step, x + step]


def test_a_step_beyond_the_largest_float_is_refused_without_a_warning():
    words = r"^numerical_gradient: args\[0\] and its neighbour must be finite, got inf at \(0,\)"
    with pytest.raises(ValueError, match=words):
        gradcheck.numerical_gradient(np.tanh, np.array([np.finfo(np.float64).max]))
