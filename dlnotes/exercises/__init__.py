"""Exercises that check themselves: exercises.losses.mae_grad.check(your_function).

A topic has its exercises under their names, and `questions` for a self-test.
"""

from . import (
    activations,
    adam,
    adam_variants,
    batch_norm,
    capstone,
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
from ._answer import probe
from ._engine import Convention, Exercise, Mistake, Option, Question, Verdict

TOPICS = (
    metrics,
    losses,
    activations,
    optimizers,
    adam,
    adam_variants,
    initialization,
    regularization,
    batch_norm,
    gans,
    rnn,
    gru,
    lstm,
    gradient_flow,
    capstone,
)
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
    "activations",
    "adam",
    "adam_variants",
    "batch_norm",
    "capstone",
    "gans",
    "gradient_flow",
    "gru",
    "initialization",
    "losses",
    "lstm",
    "metrics",
    "optimizers",
    "probe",
    "regularization",
    "rnn",
]
