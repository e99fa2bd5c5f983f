"""No function is further off than the page "How this book is checked" says, with new instructions or old."""

import math

import numpy as np
import oracles
import pytest
import requires
import topics

from dlnotes import activations, gans, losses

# What adds, multiplies and divides alone, or takes a root: there are no digits to lose in a tail.
ALGEBRAIC = {
    *("relu", "leaky_relu", "prelu", "rrelu", "rrelu_slopes", "rrelu_test_slope"),
    *("mae", "mse", "huber", "hinge", "least_squares_d", "least_squares_g", "wasserstein_d"),
    *("wasserstein_g", "wasserstein_gp_d", "gradient_penalty"),
}
DIVISIONS = {"cross_entropy_grad", "kl_divergence_grad", "nll_grad"}


@pytest.fixture(scope="module")
def tool():
    oracles.need("mpmath")
    return requires.script("measure_accuracy")


@pytest.fixture(scope="module")
def found(tool):
    return tool.measured([tool.values(), *map(tool.values_without, tool.OLDER)])


def test_nothing_is_further_off_than_published(tool, found):
    published = tool.stored()
    assert {m: [*rows] for m, rows in found.items()} == {
        m: [*rows] for m, rows in published.items()
    }
    for module, rows in found.items():
        for name, row in rows.items():
            told = published[module][name]
            assert row["cancels"] == told["cancels"], name
            for kind in tool.FAINT:
                for error, most in zip(row[kind], told[kind], strict=True):
                    assert (error is None) == (most is None), (name, kind)
                    assert error is None or error <= most, (name, kind, error)
                    assert error is None or most <= tool.bound(2 * error + 1), (name, kind, error)


@pytest.mark.parametrize("module", [activations, losses, gans])
def test_every_function_with_an_exponential_or_a_logarithm_is_measured(tool, module):
    rows = tool.stored()[module.__name__.removeprefix("dlnotes.")]
    algebraic = ALGEBRAIC | {f"{name}_grad" for name in ALGEBRAIC} | DIVISIONS
    public = {name for name in topics.public(module) if name not in algebraic}
    assert {name.split(",")[0] for name in rows} == public


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_tail_that_is_lost_would_be_found(tool, dtype):
    lossy = tool.Case(lambda x: 1 - activations.sigmoid(-x), lambda x: [tool.s(x)])
    late = tool.Case(lambda x: np.nextafter(activations.sigmoid(x), 2), lambda x: [tool.s(x)])
    nowhere = tool.Case(lambda x: np.full_like(x, math.nan), lambda x: [tool.s(x)])
    for case, (least, most) in (
        (lossy, (1e6, math.inf)),
        (late, (1, 4)),
        (nowhere, (math.inf,) * 2),
    ):
        x = tool.points(dtype, case.share)
        (error, _), _ = tool.worst(case, dtype, [case.f(x).astype(float)])
        assert least <= error <= most
