"""Every formula of the notes, with its verdict and a check that could refute it.

>>> from dlnotes import equations
>>> equations.verify("1.12")        # shows (3) and (4)
>>> equations.verify("eq-4")        # (4) alone
>>> equations.get("eq-2").mended    # LaTeX
"""

from .. import _require
from . import (
    activations,
    adam,
    adam_variants,
    batch_norm,
    gans,
    gradient_flow,
    gru,
    initialization,
    losses,
    lstm,
    metrics,
    optimizers,
    regularization,
    rnn,
)
from ._equation import VERDICTS, Counterexample, Equation, Finding, Report

__all__ = [
    "ALL",
    "VERDICTS",
    "Counterexample",
    "Equation",
    "Finding",
    "Report",
    "by_tag",
    "get",
    "select",
    "verify",
]

ALL = (
    *metrics.EQUATIONS,
    *losses.EQUATIONS,
    *activations.EQUATIONS,
    *optimizers.EQUATIONS,
    *adam.EQUATIONS,
    *adam_variants.EQUATIONS,
    *initialization.EQUATIONS,
    *regularization.EQUATIONS,
    *batch_norm.EQUATIONS,
    *gans.EQUATIONS,
    *rnn.EQUATIONS,
    *gru.EQUATIONS,
    *lstm.EQUATIONS,
    *gradient_flow.EQUATIONS,
)

_BY_ID = {e.id: e for e in ALL}
_BY_TAG = {e.tag: e for e in ALL}


def get(id):
    """The Equation of an id: "eq-2" or "u-1.3-f1". Raises KeyError for an unknown one, TypeError for no text."""
    _require.instance("get", "id", id, str, "text such as 'eq-2'")
    if id not in _BY_ID:
        raise KeyError(f"get: no formula has the id {id!r}; ids are like 'eq-2', 'u-1.3-f1'")
    return _BY_ID[id]


def by_tag(tag):
    """The Equation that stands on its page as (tag): "2" or "F1". Raises as get does."""
    _require.instance("by_tag", "tag", tag, str, "text such as 'F1'")
    if tag not in _BY_TAG:
        raise KeyError(f"by_tag: no formula has the tag {tag!r}; tags are like '2', 'F1'")
    return _BY_TAG[tag]


def select(*names):
    """The formulas of sections ("1.12"), of chapters ("1"), of ids ("eq-2"), or all.

    They stand in the notes' order, each formula once. Raises TypeError for a name that is
    no text, ValueError for one that the notes do not have.
    """
    return selected("select", names)


def verify(*names):
    """Check the formulas that select(*names) gives -> Report."""
    return Report(tuple(e.verify() for e in selected("verify", names)))


def selected(who, names):
    """select(*names), its errors in another function's name."""
    for name in names:
        _require.instance(who, "sections and ids", name, str, "text such as '1.12', 'eq-2'")
        if not any(_named(e, name) for e in ALL):
            raise ValueError(
                f"{who}: sections and ids must be the notes' own, such as '1.12', 'eq-2', "
                f"got {name!r}"
            )
    return tuple(e for e in ALL if not names or any(_named(e, name) for name in names))


def _named(equation, name):
    number = equation.section.split()[0]
    return name in (equation.id, number) or number.startswith(name + ".")
