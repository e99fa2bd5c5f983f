"""Five small real data sets, a text, and stored runs. Sources and licences: README.md beside this.

The values of the data sets are scikit-learn's copies; a test compares them. Each call returns fresh
arrays. `measured` is no data set: it has what long trainings of the book gave.
"""

from importlib.resources import files
from io import BytesIO
from typing import NamedTuple

import numpy as np

from .. import _require


class Dataset(NamedTuple):
    """n samples with d features.

    X: (n, d) float64; y: (n,), int64 classes or a float64 measurement; feature_names: d names;
    target_names: the classes' names, class 0 first, empty for a measurement; about: the section
    of README.md: what a row and its numbers are, source and licence
    """

    X: np.ndarray
    y: np.ndarray
    feature_names: tuple[str, ...]
    target_names: tuple[str, ...]
    about: str

    def __repr__(self):
        return f"{self.about}\nX {self.X.shape}, y {self.y.shape}"


def digits():
    """1797 handwritten digits of 8 x 8 pixels -> Dataset, y the digit 0 to 9."""
    return _load("digits")


def breast_cancer():
    """569 tumours, 30 measurements each -> Dataset, y 0 for MALIGNANT and 1 for benign."""
    return _load("breast_cancer")


def diabetes():
    """442 patients, 10 measurements each -> Dataset, y the progression after a year."""
    return _load("diabetes")


def iris():
    """150 irises, 4 lengths each -> Dataset, y the species 0, 1 or 2."""
    return _load("iris")


def wine():
    """178 Italian wines, 13 measurements each -> Dataset, y the grower's variety 0, 1 or 2."""
    return _load("wine")


def measured(table):
    """Results of trainings too long for a page -> {(setting, T): one number for each seed}.

    setting: what was varied, as text; T: the length of the sequences; what is measured, and how,
    says tools/make_measured.py, which makes the file. Raises KeyError for an unknown table.
    """
    _require.instance("measured", "table", table, str, "the name of a table")
    lines = (files(__package__) / "measured.csv").read_text(encoding="utf-8").splitlines()[1:]
    found = {}
    for name, setting, T, _, value in (line.split(",") for line in lines):
        if name == table:
            found.setdefault((setting, int(T)), []).append(float(value))
    if not found:
        known = ", ".join(sorted({line.split(",")[0] for line in lines}))
        raise KeyError(f"measured: table must be one of {known}, got {table!r}")
    return found


def zen_of_python():
    """The Zen of Python as `import this` prints it -> str of 857 characters.

    Source: T. Peters, PEP 20, 2004. In the public domain.
    """
    return (files(__package__) / "zen_of_python.txt").read_text(encoding="utf-8")


def _load(name):
    # Read as bytes, so that it also works where the package is a zip file.
    raw = (files(__package__) / f"{name}.npz").read_bytes()
    sections = (files(__package__) / "README.md").read_text(encoding="utf-8").split("\n## ")
    (about,) = (s.removeprefix(name).strip() for s in sections if s.startswith(f"{name}\n"))
    with np.load(BytesIO(raw)) as stored:
        target_names = tuple(map(str, stored["target_names"]))
        return Dataset(
            # Decimal figures as whole numbers: one division gives back the very float of each.
            X=stored["X"] / 10 ** stored["decimals"],
            y=stored["y"].astype(np.int64 if target_names else np.float64),
            feature_names=tuple(map(str, stored["feature_names"])),
            target_names=target_names,
            about=about,
        )
