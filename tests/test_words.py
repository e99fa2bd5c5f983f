"""What the registry says in a terminal's letters is set in type on the page: book/_ext/notes_words.py."""

import pytest
import requires

pytest.importorskip("docutils")


@pytest.fixture(scope="module")
def notes_words():
    return requires.script("notes_words")


@pytest.mark.parametrize(
    ("said", "formulas"),
    [
        ("1/(1 - beta1^t)", [r"\beta_1^{t}"]),
        ("weights beta2^(t-s)", [r"\beta_2^{t-s}"]),
        ("differences in sigma2 alone", [r"\sigma^2"]),
        ("y_hat - y, and x_norm", [r"\hat{y}", r"x_{\text{norm}}"]),
        ("W W^T in R^D", [r"W^{\top}", r"\mathbb{R}^{D}"]),
        ("(r - u)^2 where t <= 1", ["{}^{2}", r"\le"]),
        ("gap below 1e-09 (gap 4e+03)", ["10^{-9}", r"4 \cdot 10^{3}"]),
        ("nan or inf", [r"\infty"]),
        ("Phi + phi", [r"\Phi", r"\varphi"]),
        ("phi of the state alone", [r"\phi"]),
        ("from gamma functions of a random meta score", []),
    ],
)
def test_spelled_letters_become_formulas(notes_words, said, formulas):
    assert [words for kind, words in notes_words.pieces(said) if kind == "math"] == formulas


@pytest.mark.parametrize(
    "name",
    ["recall_score", "pos_label=0", "l1_ratio", "dampening=beta", "SGD(weight_decay=lambda)"],
)
def test_a_library_s_name_stays_code(notes_words, name):
    assert notes_words.pieces(f"with {name}.") == [("text", "with "), ("code", name), ("text", ".")]


def test_no_word_is_lost(notes_words):
    said = "with (28) and the log-odds of -x, 3 to 2"
    assert "".join(words for _, words in notes_words.pieces(said)) == said


def test_a_hyphen_that_means_minus_becomes_one(notes_words):
    assert notes_words.minus("T - t, -1 and log-odds") == "T \u2212 t, \u22121 and log-odds"
    assert notes_words.minus("its slope is -") == "its slope is \u2212"  # in front of a formula
