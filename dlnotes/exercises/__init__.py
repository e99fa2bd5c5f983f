"""Exercises that check themselves: exercises.losses.mae_grad.check(your_function).

A topic has its exercises under their names, and `questions` for a self-test.
"""

from . import adam, gans, losses, metrics
from ._answer import probe
from ._engine import Convention, Exercise, Mistake, Option, Question, Verdict

TOPICS = (metrics, losses, adam, gans)
ALL = tuple(e for topic in TOPICS for e in vars(topic).values() if isinstance(e, Exercise))

__all__ = [
    "ALL",
    "TOPICS",
    "Convention",
    "Exercise",
    "Mistake",
    "Option",
    "Question",
    "Verdict",
    "adam",
    "gans",
    "losses",
    "metrics",
    "probe",
]
