"""The shipped data are scikit-learn's copies, described, and fresh at every call."""

import subprocess
import sys
import zipfile
from importlib.resources import files
from pathlib import Path

import numpy as np
import oracles
import pytest
import requires

from dlnotes import data

ROOT = Path(__file__).parent.parent
SETS = {
    "digits": (1797, 64),
    "breast_cancer": (569, 30),
    "diabetes": (442, 10),
    "iris": (150, 4),
    "wine": (178, 13),
}
every_set = pytest.mark.parametrize("name", SETS)


@every_set
def test_a_data_set_says_what_it_is_where_it_is_from_and_its_licence(name):
    d = getattr(data, name)()
    assert d.X.shape == SETS[name] and d.y.shape == SETS[name][:1]
    assert d.X.dtype == np.float64 and len(d.feature_names) == SETS[name][1]
    readme = (ROOT / "dlnotes" / "data" / "README.md").read_text(encoding="utf-8")
    assert f"\n## {name}\n\n{d.about}\n" in readme and "\n## " not in d.about
    assert "Source: " in d.about and "icence" in d.about and "`y`" in d.about
    assert repr(d) == f"{d.about}\nX {d.X.shape}, y {d.y.shape}"
    assert len(d.target_names) == (0 if name == "diabetes" else len(np.unique(d.y)))


@every_set
def test_changing_one_copy_leaves_the_next_alone(name):
    load = getattr(data, name)
    first = load()
    first.X[:], first.y[:] = 0, 0
    assert load().X.any() and load().y.any()


@every_set
def test_the_values_are_scikit_learn_s(name):
    oracles.need("sklearn")
    from sklearn import datasets

    load = getattr(datasets, f"load_{name}")
    theirs = load(scaled=False) if name == "diabetes" else load()
    ours = getattr(data, name)()
    assert np.array_equal(ours.X, theirs.data) and np.array_equal(ours.y, theirs.target)
    assert list(ours.feature_names) == list(theirs.feature_names)
    assert list(ours.target_names) == [str(n) for n in getattr(theirs, "target_names", [])]


def test_the_files_are_what_the_script_makes(tmp_path):
    oracles.need("sklearn")
    requires.script("make_data").make(tmp_path)
    assert sorted(p.stem for p in tmp_path.iterdir()) == sorted(SETS)
    for made in tmp_path.iterdir():
        # What is inside: another zlib may pack the same in other bytes.
        with zipfile.ZipFile(made) as new, zipfile.ZipFile(files(data) / made.name) as stored:
            assert new.namelist() == stored.namelist()
            assert all(new.read(name) == stored.read(name) for name in new.namelist())


def test_the_data_are_small_and_each_has_its_section_in_the_readme():
    folder = ROOT / "dlnotes" / "data"
    assert sum(p.stat().st_size for p in folder.glob("*.npz")) < 120_000
    sections = (folder / "README.md").read_text(encoding="utf-8").split("\n## ")[1:]
    assert [s.splitlines()[0] for s in sections] == [*SETS, "zen_of_python", "measured"]
    assert all("Source: " in s and "icence" in s for s in sections)


def test_the_data_load_from_a_package_that_is_a_zip_file(tmp_path):
    archive = tmp_path / "dlnotes.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for pattern in ("*.py", "data/*.py", "data/*.npz", "data/*.txt", "data/*.csv", "data/*.md"):
            for path in (ROOT / "dlnotes").glob(pattern):
                packed.write(path, path.relative_to(ROOT))
    code = (
        f"import sys; sys.path.insert(0, {str(archive)!r}); from dlnotes import data;"
        f"assert {str(archive)!r} in data.__file__;"
        "print(data.digits().X.sum(), data.iris().y.sum());"
        "print(len(data.zen_of_python()), len(data.measured('gru-recall')))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    sizes = data.digits().X.sum(), data.iris().y.sum(), 857, len(data.measured("gru-recall"))
    assert ran.stdout.split() == [str(size) for size in sizes]


def test_the_text_is_what_python_itself_prints():
    ran = subprocess.run(
        [sys.executable, "-c", "import this"], capture_output=True, text=True, check=True
    )
    assert ran.stdout == data.zen_of_python()


def test_the_figures_are_in_the_units_that_the_description_names():
    pixels, d = data.digits().X, data.diabetes()
    assert set(np.unique(pixels)) == set(range(17))
    age, sex, bmi = d.X[:, 0], d.X[:, 1], d.X[:, 2]
    assert (age.min(), age.max(), bmi.min(), bmi.max()) == (19, 79, 18, 42.2)
    assert set(sex) == {1, 2}
    assert (d.y.dtype, d.y.min(), d.y.max()) == (np.float64, 25, 346)


def test_malignant_is_coded_zero_as_the_page_says():
    d = data.breast_cancer()
    assert d.target_names == ("malignant", "benign")
    assert int((d.y == 0).sum()) == 212


def test_a_table_is_read_as_one_list_of_numbers_a_setting_and_length():
    table = data.measured("lstm-recall")
    assert table["3", 20] == [1.0] * 5
    assert np.shape(list(table.values())) == (8 * 4, 5)
    rows = (files(data) / "measured.csv").read_text(encoding="utf-8").splitlines()[1:]
    tables = [data.measured(name) for name in {row.split(",")[0] for row in rows}]
    assert sum(len(v) for table in tables for v in table.values()) == len(rows)


def test_an_unknown_table_is_refused_with_the_known_ones():
    with pytest.raises(
        KeyError, match=r"measured: table must be one of capstone-bugs, capstone-grid.* got 'gru'"
    ):
        data.measured("gru")
    with pytest.raises(TypeError, match=r"^measured: table must be the name of a table, got 1$"):
        data.measured(1)
