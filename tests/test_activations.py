"""Sigmoid and softmax over the whole float range."""

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest

from dlnotes import activations

EVERYWHERE = [-745.0, -709.5, -40.0, -1.0, -1e-300, 0.0, 1e-9, 0.5, 3.0, 36.8, 40.0, 710.0, 1e4]
ALL = ("sigmoid", "softmax", "log_softmax")
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
