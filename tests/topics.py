"""The package's modules of formulas, and of each the cases that its tests share.

tests/cases_<topic>.py has bad_input(), and GRADIENTS where the module has gradients.
"""

import importlib
import pkgutil
from pathlib import Path

import dlnotes

CASES = [
    importlib.import_module(path.stem) for path in sorted(Path(__file__).parent.glob("cases_*.py"))
]
MODULES = [
    importlib.import_module(f"dlnotes.{module.name}")
    for module in pkgutil.iter_modules(dlnotes.__path__)
    if not module.ispkg and not module.name.startswith("_") and module.name != "cli"
]


def public(module):
    """Its functions and classes, but for the records that they hand back."""
    return {
        name
        for name, thing in vars(module).items()
        if callable(thing)
        and thing.__module__ == module.__name__
        and not name.startswith("_")
        and not (isinstance(thing, type) and issubclass(thing, tuple))
    }
