"""What an import brings along: the formulas need NumPy and nothing else."""

import subprocess
import sys

import pytest

PARTS = {
    # an import: parts of dlnotes that it must leave alone
    "dlnotes": {"data", "equations", "exercises"},
    "dlnotes.data": {"equations", "exercises"},
    "dlnotes.equations": {"data", "exercises"},
    "dlnotes.exercises": {"data"},
}


def modules_after(statement):
    """The names of the modules that a fresh interpreter has loaded after a statement."""
    code = f"import sys; {statement}; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(ran.stdout.split())


@pytest.fixture(scope="module")
def before():
    return modules_after("import numpy.random")  # NumPy itself loads it late, and in Cython


@pytest.mark.parametrize("part", PARTS)
def test_an_import_brings_numpy_the_standard_library_and_itself(part, before):
    brought = modules_after(f"import {part}") - before
    assert part in brought
    owners = {name.split(".")[0] for name in brought}
    assert owners - sys.stdlib_module_names - {"numpy"} == {"dlnotes"}
    assert not {f"dlnotes.{other}" for other in PARTS[part]} & brought


def test_the_formulas_are_a_small_import(before):
    """In place of a stopwatch, which a busy machine would stop late."""
    assert len(modules_after("import dlnotes") - before) < 20
