"""Four small real data sets, shipped with the book. Sources and licences: README.md beside this.

The values are scikit-learn's copies; a test compares them. Each call returns fresh arrays.
"""

from importlib.resources import files
from io import BytesIO
from typing import NamedTuple

import numpy as np


class Dataset(NamedTuple):
    """n samples with d features.

    X: (n, d) float64; y: (n,), integer classes or a float64 measurement; feature_names: d names;
    target_names: the classes' names, class 0 first, empty for a measurement; about: what a row
    and its numbers are, source and licence
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
    return _load(
        "digits",
        "Handwritten digits, 8 x 8 pixels of darkness 0 to 16, row by row; y is the digit. "
        "Source: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine "
        "Learning Repository, 1998 (the test set). Licence: CC BY 4.0.",
    )


def breast_cancer():
    """569 tumours, 30 measurements each -> Dataset, y 0 for malignant and 1 for benign."""
    return _load(
        "breast_cancer",
        "Tumours of the breast: mean, standard error and worst value of ten measurements of the "
        "cell nuclei in an image, lengths in pixels. y is 0 for malignant, 1 for benign. Source: "
        "W. Wolberg, O. Mangasarian, N. Street and W. Street, Breast Cancer Wisconsin "
        "(Diagnostic), UCI Machine Learning Repository, 1993. Licence: CC BY 4.0.",
    )


def diabetes():
    """442 patients, 10 measurements each -> Dataset, y the progression after a year."""
    return _load(
        "diabetes",
        "Patients with diabetes: age in years, sex (1 or 2), body mass index in kg/m2, mean blood "
        "pressure in mmHg and six blood serum measurements; y measures how far the disease "
        "progressed in a year, 25 to 346. Source: B. Efron, T. Hastie, I. Johnstone and "
        "R. Tibshirani, Least Angle Regression, Annals of Statistics 32, 2004. Published with the "
        "paper for anybody's use, without a stated licence; redistributed by scikit-learn.",
        float,
    )


def iris():
    """150 irises, 4 lengths each -> Dataset, y the species 0, 1 or 2."""
    return _load(
        "iris",
        "Irises: length and width of sepal and petal in cm; y is the species. Source: R. A. Fisher, "
        "The use of multiple measurements in taxonomic problems, Annals of Eugenics 7, 1936; UCI "
        "Machine Learning Repository, 1988. Licence: CC BY 4.0.",
    )


def _load(name, about, kind=np.int64):
    # Read as bytes, so that it also works where the package is a zip file.
    raw = (files(__package__) / f"{name}.npz").read_bytes()
    with np.load(BytesIO(raw), allow_pickle=False) as stored:
        return Dataset(
            X=stored["X"].astype(np.float64),
            y=stored["y"].astype(kind),
            feature_names=tuple(map(str, stored["feature_names"])),
            target_names=tuple(map(str, stored["target_names"])),
            about=about,
        )
