"""The stored results of long trainings: complete, read as written, and what a training gives today."""

import pytest
import requires

from dlnotes import data

make = requires.script("make_measured")


def test_the_file_has_every_setting_length_and_seed_of_every_table():
    stored = make.stored()
    for table, (_, settings, lengths, seeds) in make.TABLES.items():
        wanted = [
            (table, s, str(T), str(seed)) for s in settings for T in lengths for seed in seeds
        ]
        assert [row[:4] for row in stored[table]] == wanted


# Of each table a training that is quick, and the room that the rounding of another machine may take: a
# few of 1000 answers or of 297 images, a fraction of a bit. Plain gradient descent that is clipped
# loosely or not at all is left out: there rounding decides where it ends.
EXACT, ANSWERS, IMAGES = {"abs": 5e-5}, {"abs": 0.03}, {"abs": 6 / 297}


@pytest.mark.parametrize(
    ("table", "setting", "T", "seed", "room"),
    [
        ("lstm-adding", "plain", 50, 0, EXACT),
        ("lstm-recall", "plain", 10, 0, EXACT),
        ("lstm-recall", "0", 10, 3, EXACT),
        ("lstm-recall", "1", 20, 4, EXACT),
        ("lstm-latest", "0", 20, 2, EXACT),
        ("lstm-latest", "6", 20, 0, EXACT),
        ("flow-clipping", "1", 15, 0, EXACT),
        ("gru-recall", "plain", 10, 1, ANSWERS),
        ("gru-recall", "none", 20, 2, ANSWERS),
        ("gru-recall", "1", 20, 0, ANSWERS),
        ("gru-recall", "-3", 10, 0, ANSWERS),
        ("gru-latest", "-2", 20, 1, ANSWERS),
        ("gru-text", "plain", 40, 2, {"rel": 0.15}),
        ("gru-after-than", "plain", 40, 2, {"rel": 0.3}),
        ("capstone-bugs", "right", 400, 0, IMAGES),
        ("capstone-bugs", "loss: sign reversed", 400, 1, IMAGES),
        ("capstone-bugs", "BN: running variance never moves", 400, 2, IMAGES),
        ("capstone-grid", "0.01/relu/plain/SGD", 400, 0, IMAGES),
        ("capstone-grid", "He/tanh/norm/momentum", 400, 1, IMAGES),
        ("capstone-lies", "plain/1", 1000, 0, IMAGES),
        ("capstone-lies", "norm/0", 1000, 1, IMAGES),
        ("capstone-memory", "RNN", 8, 0, IMAGES),
        ("capstone-memory", "GRU", 8, 1, IMAGES),
    ],
)
def test_training_again_gives_the_stored_number(table, setting, T, seed, room):
    measure = make.TABLES[table][0]
    stored = data.measured(table)[setting, T][seed]
    assert measure(setting, T, seed) == pytest.approx(stored, **room)
