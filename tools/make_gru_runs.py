"""Make dlnotes/data/gru_runs.csv: python tools/make_gru_runs.py

What the networks of the page on gated units reach, for three seeds each. It runs the page's own
cells, so that there is one copy of their code, and takes some two minutes.
"""

import csv
import sys
from pathlib import Path

import nbformat

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "book" / "gru.ipynb"
TARGET = ROOT / "dlnotes" / "data" / "gru_runs.csv"
CELLS = ("setup", "weights", "recall", "learn", "remember", "latest", "text", "memorise")
SEEDS = range(3)
BIASES = (1, 0, -1, -2, -3, -4, -6)
RECALL = [("RNN", None), ("GRU", None), *(("GRU", b) for b in BIASES)]
LATEST = [("RNN", None), *(("GRU", b) for b in (0, -2, -4, -6))]
TEXT = [("RNN", None), ("GRU", 0), ("GRU", -2)]


def page():
    """The names that the page's cells define."""
    cells = {cell.id: cell.source for cell in nbformat.read(PAGE, as_version=4).cells}
    names = {}
    for cell in CELLS:
        exec(compile(cells[cell], f"{PAGE.name}, cell {cell}", "exec"), names)
    return names


def runs(names):
    """Yield (task, cell, b_z, T, seed, value)."""
    for seed in SEEDS:
        for cell, b_z in RECALL:
            for T in 10, 20, 40, 80:
                yield "recall", cell, b_z, T, seed, names["remember"](cell, T, b_z, seed=seed)
        for cell, b_z in LATEST:
            settings = {"task": names["latest"], "steps": 100, "seed": seed}
            yield "latest", cell, b_z, 20, seed, names["remember"](cell, 20, b_z, **settings)
        for cell, b_z in TEXT:
            bits = names["bits"](names["memorise"](cell, b_z, seed=seed))
            yield "text", cell, b_z, 40, seed, bits.mean()
            yield "after than", cell, b_z, 40, seed, bits[names["after_than"]].mean()


def make(path):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("task", "cell", "b_z", "T", "seed", "value"))
        for *key, value in runs(page()):
            writer.writerow((*key, f"{value:.3f}"))


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET)
