"""Make dlnotes/data/measured.csv, the results of trainings too long for a page.

python tools/make_measured.py [TABLE ...] makes these tables anew, without names all of them, which
takes some twenty minutes. What is trained stands on the pages: their own cells are run here, for more
seeds, lengths and settings. tests/test_measured.py trains a sample again.
"""

import csv
import sys
from functools import cache
from itertools import product
from pathlib import Path

import nbformat
import numpy as np

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "dlnotes" / "data" / "measured.csv"
FIELDS = ("table", "setting", "T", "seed", "value")


@cache
def cells(page, *ids):
    """What the named cells of a page define."""
    notebook = nbformat.read(ROOT / "book" / f"{page}.ipynb", as_version=4)
    source, names = {cell.id: cell.source for cell in notebook.cells}, {}
    for id in ids:
        exec(source[id], names)
    return names


def gru_page():
    ids = ("setup", "weights", "recall", "learn", "remember", "latest", "text", "memorise")
    return cells("gru", *ids)


def gru_network(setting):
    """The page's arguments: the kind of network, and the bias of its update gate or None."""
    named = {"plain": ("RNN", None), "none": ("GRU", None)}
    return named.get(setting) or ("GRU", int(setting))


def gru_recall(setting, T, seed):
    """The share of first symbols named."""
    kind, b_z = gru_network(setting)
    return gru_page()["remember"](kind, T, b_z, seed=seed)


def gru_latest(setting, T, seed):
    """The share of latest symbols named, after 100 training steps."""
    kind, b_z = gru_network(setting)
    page = gru_page()
    return page["remember"](kind, T, b_z, task=page["latest"], steps=100, seed=seed)


@cache
def gru_bits(setting, T, seed):
    """Bits for every character of the text, learned in windows of T."""
    kind, b_z = gru_network(setting)
    page = gru_page()
    return page["bits"](page["memorise"](kind, b_z, seed=seed, T=T))


def gru_text(setting, T, seed):
    """Bits a character."""
    return gru_bits(setting, T, seed).mean()


def gru_after_than(setting, T, seed):
    """Bits a character at the seven that follow "is better than"."""
    return gru_bits(setting, T, seed)[gru_page()["after_than"]].mean()


def lstm_page():
    ids = ("setup", "draw-adding", "networks", "learn", "learn-adding", "recall", "latest")
    return cells("lstm", *ids)


def weights(setting, D):
    """A draw of the page's plain network, or of its LSTM with the forget bias `setting`."""
    page = lstm_page()
    if setting == "plain":
        return lambda rng: page["plain"](rng, D)
    return lambda rng: page["lstm"](rng, D, float(setting))


def adding(setting, T, seed, last=None):
    """The squared error on the adding problem, after eight training steps for each of its T."""
    return lstm_page()["learn_adding"](weights(setting, 2), seed, T, 8 * T, last)[0]


def early(setting, T, seed):
    """The same with both marks in the first ten steps."""
    return adding(setting, T, seed, 10)


def recall(setting, T, seed):
    """The share of first symbols named."""
    page = lstm_page()
    return page["right"](weights(setting, 6), page["recall"], T, seed=seed)


def latest(setting, T, seed):
    """The share of latest symbols named."""
    page = lstm_page()
    return page["right"](weights(setting, 6), page["latest"], T, 150, 0.005, seed)


def clipping(setting, T, seed):
    """The share of first symbols named after plain gradient descent, clipped to `setting`."""
    return cells("gradient-flow", "setup", "descent")["train"](seed, float(setting))[0]


def capstone():
    ids = (
        "setup",
        "split",
        "parts",
        "network",
        "train",
        "bugs",
        "watched",
        "reader",
        "learn-reader",
    )
    return cells("capstone", *ids)


def planted(setting, steps, seed):
    """The share of validation images read, with one of the page's bugs or by the right code."""
    page = capstone()
    with np.errstate(all="ignore"):
        net = page["train"](seed, steps, **({"right": {}} | page["bugs"])[setting])
        return page["share"](page["validation"], *net)


def chosen(setting, steps, seed):
    """The same for one start, activation, normalization and rule: "He/relu/norm/AdamW"."""
    page, (std, f, norm, rule) = capstone(), setting.split("/")
    initialization, optimizers = page["initialization"], page["optimizers"]
    starts = {"Xavier": initialization.xavier_std, "He": initialization.he_std}
    rules = {
        "SGD": optimizers.SGD(lr=0.1),
        "momentum": optimizers.Momentum(lr=0.03),
        "AdamW": page["book"]["rule"],
    }
    net = page["train"](
        seed,
        steps,
        std=starts.get(std) or (lambda fan_in, fan_out: float(std)),
        f=getattr(page["activations"], f),
        f_grad=getattr(page["activations"], f"{f}_grad"),
        norm=norm == "norm",
        rule=rules[rule],
    )
    return page["share"](page["validation"], *net)


def lied_to(setting, steps, seed):
    """The same after a training with wrong labels, for a kind of network and a decay."""
    kind, decay = setting.split("/")
    seen, _ = capstone()["watched"](seed, steps, norm=kind == "norm", decay=float(decay))
    return seen[-1]


def remembered(setting, T, seed):
    """The share of images named after the noise that makes T steps of the eight rows."""
    return capstone()["remembered"](setting, T - 8, seed)


# Each table: what is measured, for which settings, lengths T and seeds.
GRID = tuple(
    "/".join(parts)
    for parts in product(
        ("0", "0.01", "Xavier", "He", "1"),
        ("sigmoid", "tanh", "relu", "silu"),
        ("plain", "norm"),
        ("SGD", "momentum", "AdamW"),
    )
)
LIES = tuple("/".join(parts) for parts in product(("plain", "norm"), ("0", "0.3", "1", "3", "10")))
BIASES = ("-1", "0", "1", "2", "3", "4", "6")
UPDATES = ("1", "0", "-1", "-2", "-3", "-4", "-6")
TEXT = (("plain", "0", "-2"), (40,), range(3))
TABLES = {
    "gru-recall": (gru_recall, ("plain", "none", *UPDATES), (10, 20, 40, 80), range(3)),
    "gru-latest": (gru_latest, ("plain", "0", "-2", "-4", "-6"), (20,), range(3)),
    "gru-text": (gru_text, *TEXT),
    "gru-after-than": (gru_after_than, *TEXT),
    "lstm-adding": (adding, ("plain", "0", "1", "3"), (50,), range(10)),
    "lstm-adding-100": (adding, ("plain", "0", "1", "3"), (100,), range(5)),
    "lstm-adding-early": (early, ("0", "1", "3", "5"), (50,), range(5)),
    "lstm-recall": (recall, ("plain", *BIASES), (10, 20, 40, 80), range(5)),
    "lstm-latest": (latest, ("0", "1", "2", "3", "4", "6"), (20,), range(5)),
    "flow-clipping": (clipping, ("inf", "5", "1"), (15,), range(10)),
    "capstone-bugs": (planted, ("right", *capstone()["bugs"]), (400,), range(5)),
    "capstone-grid": (chosen, GRID, (400,), range(3)),
    "capstone-lies": (lied_to, LIES, (1000,), range(3)),
    "capstone-memory": (remembered, ("RNN", "GRU", "LSTM"), (8, 24, 40), range(3)),
}


def rows(table):
    """Train all of a table, row by row in the order of FIELDS."""
    measure, settings, lengths, seeds = TABLES[table]
    for setting in settings:
        for T in lengths:
            for seed in seeds:
                yield table, setting, str(T), str(seed), f"{measure(setting, T, seed):.4f}"


def stored():
    """The rows of the file, by table."""
    with TARGET.open(encoding="utf-8", newline="") as file:
        header, *all_rows = csv.reader(file)
    assert tuple(header) == FIELDS
    return {table: [tuple(row) for row in all_rows if row[0] == table] for table in TABLES}


def write(tables):
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(FIELDS)
        for table in TABLES:
            writer.writerows(tables[table])


if __name__ == "__main__":
    tables = stored() if TARGET.exists() else dict.fromkeys(TABLES, ())
    for table in sys.argv[1:] or TABLES:
        print(table, flush=True)
        tables[table] = list(rows(table))
        write(tables)
