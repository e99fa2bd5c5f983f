"""What the tests measured is told at the end of a run."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

MEASURES = """
import figures


def test_a_page():
    figures.note("bytes", "losses", 1234, at_most=2000)


def test_a_page_and_a_time():
    figures.note("bytes", "metrics", 567, at_most=2000)
    figures.note("score", "losses", 97, at_least=90)
    figures.note("score", "metrics", 100, at_least=90)
    figures.note("seconds", "here", 1.23456)
"""

TABLE = """
measured  times  worst    limit  where
bytes         2  1,234  <= 2,000  losses
score         2     97    >= 90  losses
seconds       1  1.235     none  here
"""


@pytest.mark.parametrize("processes", ["0", "2"])
def test_a_run_ends_with_a_table_of_the_worst_value_of_every_figure(tmp_path, processes):
    for name in ("conftest.py", "figures.py"):
        shutil.copy(ROOT / "tests" / name, tmp_path)
    (tmp_path / "test_some.py").write_text(MEASURES, encoding="utf-8")
    run = [sys.executable, "-m", "pytest", "-q", "-n", processes, "--rootdir", tmp_path, tmp_path]
    said = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, timeout=100).stdout
    told = said.partition("measured figures ")[2].splitlines()[1:5]
    assert [line.split() for line in told] == [line.split() for line in TABLE.split("\n")[1:5]], (
        said
    )
