"""Sigmoid and softmax over the whole float range."""

import math
from decimal import Decimal, getcontext

import numpy as np
import pytest

from dlnotes import activations

getcontext().prec = 50
EVERYWHERE = [-745.0, -709.5, -40.0, -1.0, -1e-300, 0.0, 1e-9, 0.5, 3.0, 36.8, 40.0, 710.0, 1e4]


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


@pytest.mark.parametrize("function", [activations.sigmoid, activations.softmax])
def test_float32_stays_and_nothing_is_changed(function):
    x = np.array([1.0, -2.0], dtype=np.float32)
    assert function(x).dtype == np.float32 and x.tolist() == [1.0, -2.0]
    assert function([1, -2]).dtype == np.float64
