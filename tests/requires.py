"""What may be missing on a reader's machine: then a skip that is seen, and in CI a failure.

The variable DLNOTES_REQUIRE names what must be there: DLNOTES_REQUIRE=browser,live. The word
`training` asks for tests that take minutes: the pages that train networks, in a browser.
"""

import importlib
import os
import sys
from pathlib import Path

import pytest

OPTIONAL = {"browser", "lighthouse", "live", "mutation", "oracles", "training"}


def script(name):
    """The module of that name in tools/ or in book/_ext/."""
    root = Path(__file__).parent.parent
    sys.path[:0] = folders = [str(root / "tools"), str(root / "book" / "_ext")]
    try:
        return importlib.import_module(name)
    finally:
        for folder in folders:
            sys.path.remove(folder)


def required():
    """What DLNOTES_REQUIRE names; a word that it does not know is an error, not a wish granted."""
    named = {word.strip() for word in os.environ.get("DLNOTES_REQUIRE", "").split(",")} - {""}
    if unknown := named - OPTIONAL:
        pytest.fail(f"DLNOTES_REQUIRE knows {sorted(OPTIONAL)}, not {sorted(unknown)}")
    return named


def missing(what, why):
    """Skip for a reason; fail for it where DLNOTES_REQUIRE names what is missing."""
    if what in required():
        pytest.fail(f"DLNOTES_REQUIRE names {what}: {why}")
    pytest.skip(why)


def asked(what, why):
    """Skip for a reason what DLNOTES_REQUIRE does not ask for."""
    if what not in required():
        pytest.skip(f"{why}: DLNOTES_REQUIRE={what} asks for it")


def library(name, *, of):
    """The module of that name, or, where it is not installed, a skip or a failure."""
    try:
        return importlib.import_module(name)
    except ImportError:
        missing(of, f"{name} is not installed")
