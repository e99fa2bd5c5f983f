"""Other libraries to compare with."""

import requires


def need(name):
    """The library; where it is not installed a skip, or in CI a failure."""
    return requires.library(name, of="oracles")
