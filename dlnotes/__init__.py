"""Deep-learning fundamentals in pure NumPy, each formula checked by an independent route.

Formulas: metrics, losses, activations, optimizers, initialization, regularization, recurrent. Their
judge: gradcheck. A network to try them on: mlp. Imported by name where wanted: dlnotes.equations
(every formula of the notes with its check), dlnotes.exercises, dlnotes.data, dlnotes.film.
"""

from . import (
    activations,
    gradcheck,
    initialization,
    losses,
    metrics,
    mlp,
    optimizers,
    recurrent,
    regularization,
)

__all__ = [
    "activations",
    "gradcheck",
    "initialization",
    "losses",
    "metrics",
    "mlp",
    "optimizers",
    "recurrent",
    "regularization",
]
__version__ = "0.1.0"
