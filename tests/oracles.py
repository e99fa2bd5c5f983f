"""Other libraries to compare with, and the scripts of tools/ that stored what they give."""

import importlib.util
from pathlib import Path

import requires


def need(name):
    """The library; where it is not installed a skip, or in CI a failure."""
    return requires.library(name, of="oracles")


def tool(name):
    """The script tools/<name>.py, as a module."""
    path = Path(__file__).parent.parent / "tools" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
