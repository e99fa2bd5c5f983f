"""Make dlnotes/data/*.npz from scikit-learn's copies: python tools/make_data.py

The same bytes every time, so that a change of the data shows as one.
"""

import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np
from sklearn import datasets

FOLDER = Path(__file__).parent.parent / "dlnotes" / "data"


def compact(a):
    """The smallest integers that hold the values, or float64."""
    whole = np.array_equal(a, a.astype(int))
    return a.astype(np.min_scalar_type(int(a.max()))) if whole and a.min() >= 0 else a


def save(path, **arrays):
    """Like numpy.savez_compressed, without the time of day."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in arrays.items():
            raw = BytesIO()
            np.lib.format.write_array(raw, np.asarray(array), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0))
            archive.writestr(entry, raw.getvalue(), zipfile.ZIP_DEFLATED)


if __name__ == "__main__":
    digits, cancer = datasets.load_digits(), datasets.load_breast_cancer()
    diabetes, iris = datasets.load_diabetes(scaled=False), datasets.load_iris()
    for name, bunch in dict(
        digits=digits, breast_cancer=cancer, diabetes=diabetes, iris=iris
    ).items():
        names = [str(n) for n in bunch.feature_names]
        targets = [str(n) for n in getattr(bunch, "target_names", [])]
        save(
            FOLDER / f"{name}.npz",
            X=compact(bunch.data),
            y=compact(bunch.target),
            feature_names=names,
            target_names=targets or np.array([], dtype="U1"),
        )
