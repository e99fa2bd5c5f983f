"""Deep-learning fundamentals in pure NumPy, each formula checked by an independent route.

Formulas: metrics, losses, activations, optimizers, initialization, regularization, gans,
recurrent. Their judge: gradcheck. A network to try them on: mlp. Imported by name where wanted:
dlnotes.equations (every formula of the notes with its check), dlnotes.exercises, dlnotes.data.
"""

from . import activations, gans, gradcheck, losses, metrics, mlp, optimizers, recurrent

__all__ = [
    "activations",
    "gans",
    "gradcheck",
    "losses",
    "metrics",
    "mlp",
    "optimizers",
    "recurrent",
]
__version__ = "0.1.0"
