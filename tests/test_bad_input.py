"""Bad input gets an error that says who, what was wanted and what came.

The cases stand in tests/cases_<topic>.py.
"""

import inspect

import pytest
import topics

from dlnotes import data, equations
from dlnotes.metrics import Confusion

CASES = [case for module in topics.CASES for case in module.bad_input()]


@pytest.mark.parametrize(
    ("module", "name", "arguments", "settings", "error", "words"),
    CASES,
    ids=[f"{c[1]}-{i}" for i, c in enumerate(CASES)],
)
def test_bad_input_is_refused_by_name(module, name, arguments, settings, error, words):
    with pytest.raises(error, match=f"^{name}: {words}"):
        getattr(module, name)(*arguments, **settings)


@pytest.mark.parametrize("module", topics.MODULES, ids=lambda m: m.__name__)
def test_no_public_function_is_left_out(module):
    assert topics.public(module) == {c[1] for c in CASES if c[0] is module}


def test_what_takes_no_arrays_takes_no_arrays():
    """The data take nothing; errors of stored results and of the registry are in their own tests."""
    for name in topics.public(data) - {"Dataset", "measured"}:
        assert not inspect.signature(getattr(data, name)).parameters
    assert callable(equations.verify)


def test_a_table_cannot_be_changed():
    table = Confusion(1, 2, 3, 4)
    with pytest.raises(AttributeError):
        table.tp = 5
