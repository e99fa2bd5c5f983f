"""The stored results of long trainings: complete, read as written, and what a training gives today."""

import numpy as np
import oracles
import pytest

from dlnotes import data

make = oracles.tool("make_measured")


def test_the_file_has_every_setting_length_and_seed_of_every_table():
    stored = make.stored()
    for table, (_, settings, lengths, seeds) in make.TABLES.items():
        wanted = [
            (table, s, str(T), str(seed)) for s in settings for T in lengths for seed in seeds
        ]
        assert [row[:4] for row in stored[table]] == wanted


# Of each table a training that is quick. Plain gradient descent that is clipped loosely or not at all is
# left out: rounding, which differs between processors, decides where it ends.
@pytest.mark.parametrize(
    ("table", "setting", "T", "seed"),
    [
        ("lstm-adding", "plain", 50, 0),
        ("lstm-recall", "plain", 10, 0),
        ("lstm-recall", "0", 10, 3),
        ("lstm-recall", "1", 20, 4),
        ("lstm-latest", "0", 20, 2),
        ("lstm-latest", "6", 20, 0),
        ("flow-clipping", "1", 15, 0),
    ],
)
def test_training_again_gives_the_stored_number(table, setting, T, seed):
    measure = make.TABLES[table][0]
    stored = data.measured(table)[setting, T][seed]
    assert round(measure(setting, T, seed), 4) == stored


# What ends as a share of 297 images may differ by a few of them where rounding does.
@pytest.mark.parametrize(
    ("table", "setting", "T", "seed"),
    [
        ("capstone-bugs", "right", 400, 0),
        ("capstone-bugs", "loss: sign reversed", 400, 1),
        ("capstone-bugs", "BN: running variance never moves", 400, 2),
        ("capstone-grid", "0.01/relu/plain/SGD", 400, 0),
        ("capstone-grid", "He/tanh/norm/momentum", 400, 1),
        ("capstone-lies", "plain/10", 1000, 0),
        ("capstone-lies", "norm/0", 1000, 1),
        ("capstone-memory", "RNN", 8, 0),
        ("capstone-memory", "GRU", 8, 1),
    ],
)
def test_a_network_of_the_capstone_trained_again_reads_as_many_images(table, setting, T, seed):
    measure = make.TABLES[table][0]
    stored = data.measured(table)[setting, T][seed]
    assert abs(measure(setting, T, seed) - stored) < 12 / 297


# What the page on gated units stores, with room for the rounding of other machines: over 200 steps it
# may turn some of 1000 answers, over 500 it moves a fraction of a bit.
@pytest.mark.parametrize(
    ("table", "setting", "T", "seed", "room"),
    [
        ("gru-recall", "plain", 10, 1, {"abs": 0.03}),
        ("gru-recall", "none", 20, 2, {"abs": 0.03}),
        ("gru-recall", "1", 20, 0, {"abs": 0.03}),
        ("gru-recall", "-3", 10, 0, {"abs": 0.03}),
        ("gru-latest", "-2", 20, 1, {"abs": 0.03}),
        ("gru-text", "plain", 40, 2, {"rel": 0.15}),
        ("gru-after-than", "plain", 40, 2, {"rel": 0.3}),
    ],
)
def test_training_a_gated_unit_again_gives_about_the_stored_number(table, setting, T, seed, room):
    measure = make.TABLES[table][0]
    stored = data.measured(table)[setting, T][seed]
    assert measure(setting, T, seed) == pytest.approx(stored, **room)


def test_a_table_is_read_as_one_list_of_numbers_a_setting_and_length():
    table = data.measured("lstm-recall")
    assert table["3", 20] == [1.0] * 5
    assert np.shape(list(table.values())) == (8 * 4, 5)


def test_an_unknown_table_is_refused_with_the_known_ones():
    with pytest.raises(
        KeyError, match="measured: table must be one of capstone-bugs, capstone-grid"
    ):
        data.measured("gru")
