"""Other libraries to compare with: a missing one is a skip that is seen, and in CI a failure."""

import os

import pytest


def need(name):
    """The library, or a skip; a failure where the variable DLNOTES_REQUIRE names the oracles."""
    if "oracles" in os.environ.get("DLNOTES_REQUIRE", ""):
        try:
            return __import__(name)
        except ImportError:
            pytest.fail(f"DLNOTES_REQUIRE names the oracles, and {name} is not installed")
    return pytest.importorskip(name)
