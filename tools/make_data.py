"""Make dlnotes/data/*.npz from scikit-learn's copies: python tools/make_data.py

The same bytes every time (for one version of zlib), so that a change of the data shows as one.
"""

import sys
import zipfile
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import numpy as np
from sklearn import datasets

FOLDER = Path(__file__).parent.parent / "dlnotes" / "data"


def decimals(column):
    """How many digits behind the point the figures of a column have."""
    return max(0, *(-Decimal(repr(v)).normalize().as_tuple().exponent for v in column.tolist()))


def compact(a):
    """Whole numbers in the smallest type that holds them."""
    return a.astype(np.min_scalar_type(int(a.max())))


def save(path, **arrays):
    """Like numpy.savez_compressed, without the time of day."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, array in arrays.items():
            raw = BytesIO()
            np.lib.format.write_array(raw, np.asarray(array), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy")
            entry.create_system = 3  # as on Unix, wherever it is made
            archive.writestr(entry, raw.getvalue(), zipfile.ZIP_DEFLATED, compresslevel=9)


def make(folder):
    bunches = {
        "digits": datasets.load_digits(),
        "breast_cancer": datasets.load_breast_cancer(),
        "diabetes": datasets.load_diabetes(scaled=False),
        "iris": datasets.load_iris(),
        "wine": datasets.load_wine(),
    }
    for name, bunch in bunches.items():
        behind = np.array([decimals(column) for column in bunch.data.T])
        save(
            folder / f"{name}.npz",
            X=compact(np.rint(bunch.data * 10**behind)),
            decimals=behind,
            y=compact(bunch.target),
            feature_names=np.array(bunch.feature_names, dtype=str),
            target_names=np.array(bunch.get("target_names", []), dtype=str),
        )


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
