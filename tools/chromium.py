"""Where this machine has a Chromium: what prints, measures and tests the pages drives it."""

import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def path():
    """The path of the first of them on the PATH, None if there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)
