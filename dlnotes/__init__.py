"""Deep-learning fundamentals in pure NumPy, each formula checked by an independent route.

Formulas: metrics, losses, activations, optimizers, initialization, regularization, batchnorm, gans,
recurrent. Their judge: gradcheck. A network to try them on: mlp. Imported by name where wanted:
dlnotes.equations (every formula of the notes with its check), dlnotes.exercises, dlnotes.data,
dlnotes.film, dlnotes.interactive.
"""

import importlib

__all__ = [
    "activations",
    "batchnorm",
    "gans",
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


def __getattr__(name):
    """A module of __all__ is loaded when it is first asked for: `import dlnotes` alone costs nothing."""
    if name in __all__:
        return importlib.import_module(f".{name}", __name__)
    raise AttributeError(f"module 'dlnotes' has no attribute {name!r}")
