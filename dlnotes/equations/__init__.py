"""Every formula of the notes, with its verdict and a check that could refute it.

>>> from dlnotes import equations
>>> equations.verify("1.12")        # shows (3) and (4)
>>> equations.get("eq-2").mended    # LaTeX
"""

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
    """The Equation of an id: "eq-2" or "u-1.3-f1". Raises KeyError for an unknown one."""
    if id not in _BY_ID:
        raise KeyError(f"equations: no formula has the id {id!r}; ids are like 'eq-2', 'u-1.3-f1'")
    return _BY_ID[id]


def by_tag(tag):
    """The Equation that stands on its page as (tag): "2" or "F1". Raises KeyError."""
    if tag not in _BY_TAG:
        raise KeyError(f"equations: no formula has the tag {tag!r}; tags are like '2', 'F1'")
    return _BY_TAG[tag]


def select(*sections):
    """The formulas of some sections ("1.12") or chapters ("1"), or all, in the notes' order.

    Raises ValueError for a section without formulas.
    """
    for section in sections:
        if not isinstance(section, str):
            raise TypeError(f"verify: sections must be text such as '1.12', got {section!r}")
        if not any(_within(e, section) for e in ALL):
            raise ValueError(
                f"verify: sections must be the notes' own, such as '1.12', got {section!r}"
            )
    return tuple(e for e in ALL if not sections or any(_within(e, s) for s in sections))


def verify(*sections):
    """Check the formulas that select(*sections) names -> Report."""
    return Report(tuple(e.verify() for e in select(*sections)))


def _within(equation, section):
    number = equation.section.split()[0]
    return number == section or number.startswith(section + ".")
