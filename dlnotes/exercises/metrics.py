"""The exercises of the page on metrics. An answer stands by itself: it may use np and nothing else.

A confusion table is an array C = [[TN, FP], [FN, TP]]: the truth in rows, the prediction in columns.
"""

import numpy as np

from ..metrics import Confusion, confusion
from ._answer import probe
from ._engine import Convention, Exercise, Mistake, Option, Question

PENCIL = np.array([[14, 1], [2, 3]])
LOPSIDED = np.array([[3, 7], [1, 9]])


def _table(C):
    (tn, fp), (fn, tp) = C
    return Confusion(tp=tp, fp=fp, fn=fn, tn=tn)


def _random_table(rng):
    return (rng.integers(1, 40, size=(2, 2)),)


def _confusion_matrix(*, truth, pred):
    C = np.zeros((2, 2))
    for t, p in zip(truth, pred, strict=True):
        C[t, p] += 1
    return C


def _random_labels(rng):
    n = rng.integers(9, 15)
    return probe(truth=rng.integers(0, 2, n), pred=rng.integers(0, 2, n))


def _count(truth, pred):
    c = confusion(truth, pred)
    return np.array([[c.tn, c.fp], [c.fn, c.tp]])


confusion_matrix = Exercise(
    name="confusion_matrix",
    stars=1,
    task="Count the four outcomes. `truth`, `pred`: arrays of $n$ labels, 0 or 1. Return the table "
    "`[[TN, FP], [FN, TP]]`: truth in rows, prediction in columns.",
    hint="The row is the truth and the column the prediction, so sample $i$ belongs in the cell "
    "`C[truth[i], pred[i]]`.",
    solution=_confusion_matrix,
    book=lambda *, truth, pred: _count(truth, pred),
    probes=(
        probe(
            truth=np.array([1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0]),
            pred=np.array([1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]),
        ),
        probe(truth=np.array([0, 1, 1, 0, 1, 1]), pred=np.array([1, 1, 1, 1, 0, 1])),
        probe(truth=np.array([0, 1, 0, 1]), pred=np.array([1, 0, 0, 0])),
    ),
    fresh=_random_labels,
    mistakes=(
        Mistake(
            "the predictions stand in the rows: here the rows are the truth, transpose it",
            lambda *, truth, pred: np.array(
                [[np.sum((truth == t) & (pred == p)) for t in (0, 1)] for p in (0, 1)]
            ),
        ),
        Mistake(
            "class 1 comes first: here row and column 0 belong to class 0, so TN stands top left",
            lambda *, truth, pred: np.array(
                [[np.sum((truth == t) & (pred == p)) for p in (1, 0)] for t in (1, 0)]
            ),
        ),
        Mistake(
            "these are shares of all samples: counts are wanted",
            lambda *, truth, pred: np.array(
                [[np.mean((truth == t) & (pred == p)) for p in (0, 1)] for t in (0, 1)]
            ),
        ),
        Mistake(
            "each row was divided by its sum, which makes rates of the counts",
            lambda *, truth, pred: np.array(
                [
                    [np.sum((truth == t) & (pred == p)) / np.sum(truth == t) for p in (0, 1)]
                    for t in (0, 1)
                ]
            ),
        ),
        Mistake(
            "each column was divided by its sum, which makes predictive values of the counts",
            lambda *, truth, pred: np.array(
                [
                    [np.sum((truth == t) & (pred == p)) / np.sum(pred == p) for p in (0, 1)]
                    for t in (0, 1)
                ]
            ),
        ),
        Mistake(
            "C[truth, pred] += 1 counts each kind of pair once, however often it occurs: np.add.at "
            "counts them all",
            lambda *, truth, pred: np.array(
                [[np.any((truth == t) & (pred == p)) for p in (0, 1)] for t in (0, 1)]
            ),
        ),
        Mistake(
            "the four counts are right but stand in a row: the table has shape (2, 2)",
            lambda *, truth, pred: np.array(
                [np.sum((truth == t) & (pred == p)) for t in (0, 1) for p in (0, 1)]
            ),
        ),
    ),
)


def _precision(C):
    (_, fp), (_, tp) = C
    return tp / (tp + fp) if tp + fp else np.nan


precision = Exercise(
    name="precision",
    stars=1,
    task="Of the samples predicted positive, the share that is positive. "
    "`C = [[TN, FP], [FN, TP]]`. Return one number, `nan` where nothing is predicted positive.",
    hint="Which column of the table holds everything that was predicted positive?",
    solution=_precision,
    book=lambda C: _table(C).precision,
    probes=(
        (PENCIL,),
        (LOPSIDED,),
        (np.array([[5, 0], [4, 0]]),),
        (np.array([[5, 2], [4, 0]]),),
        (np.array([[5, 0], [1, 3]]),),
        (np.array([[3, 2], [1, 2]]),),
        (np.array([[4, 0], [0, 5]]),),
        (np.array([[4, 3], [0, 0]]),),
    ),
    fresh=_random_table,
    mistakes=(
        Mistake(
            "divided by the actual positives: that is recall, precision reads down a column",
            lambda C: C[1, 1] / (C[1, 1] + C[1, 0]),
        ),
        Mistake(
            "this is the negative class's: TN / (TN + FN) is the negative predictive value",
            lambda C: C[0, 0] / (C[0, 0] + C[1, 0]),
        ),
        Mistake(
            "this is specificity: the share of the actual negatives that was left alone",
            lambda C: C[0, 0] / (C[0, 0] + C[0, 1]),
        ),
        Mistake(
            "everything was counted: this is accuracy",
            lambda C: (C[0, 0] + C[1, 1]) / C.sum(),
        ),
        Mistake(
            "divided by all samples: only the predicted positives are asked about",
            lambda C: C[1, 1] / C.sum(),
        ),
        Mistake(
            "the false ones were counted: this is the false discovery rate, 1 - precision",
            lambda C: C[0, 1] / (C[0, 1] + C[1, 1]),
        ),
    ),
    conventions=(
        Convention(
            "scikit-learn returns 0 where nothing is predicted positive",
            lambda C: C[1, 1] / max(C[1, 1] + C[0, 1], 1),
        ),
    ),
)


def _f1(C):
    (_, fp), (fn, tp) = C
    return 2 * tp / (2 * tp + fp + fn) if tp + fp + fn else np.nan


f1 = Exercise(
    name="f1",
    stars=2,
    task="The F1 score of `C = [[TN, FP], [FN, TP]]`: 0 where no positive is hit though there were "
    "some or some were claimed, `nan` where TP, FP and FN are all 0. Return one number.",
    hint="Put $P = TP/(TP+FP)$ and $R = TP/(TP+FN)$ into $2PR/(P+R)$ and cancel a factor $TP$: the "
    "form that remains is defined almost everywhere.",
    solution=_f1,
    book=lambda C: _table(C).f1,
    probes=(
        (PENCIL,),
        (LOPSIDED,),
        (np.array([[5, 1], [4, 0]]),),
        (np.array([[4, 0], [0, 0]]),),
        (np.array([[5, 0], [4, 0]]),),
        (np.array([[5, 2], [0, 0]]),),
        (np.array([[5, 0], [0, 3]]),),
        (np.array([[2, 3], [1, 2]]),),
        (np.array([[2, 1], [3, 2]]),),
        (np.array([[0, 0], [3, 0]]),),
        (np.array([[0, 0], [0, 4]]),),
        (np.array([[0, 3], [0, 0]]),),
    ),
    fresh=_random_table,
    mistakes=(
        Mistake(
            "this is the arithmetic mean of precision and recall: the harmonic one stays near the "
            "smaller",
            lambda C: (C[1, 1] / (C[1, 1] + C[0, 1]) + C[1, 1] / (C[1, 1] + C[1, 0])) / 2,
        ),
        Mistake(
            "this is the geometric mean of precision and recall",
            lambda C: np.sqrt(C[1, 1] / (C[1, 1] + C[0, 1]) * C[1, 1] / (C[1, 1] + C[1, 0])),
        ),
        Mistake(
            "this is the Jaccard index: the hits count twice in F1",
            lambda C: C[1, 1] / (C[1, 1] + C[0, 1] + C[1, 0]),
        ),
        Mistake(
            "2PR / (P + R) is 0/0 where TP is 0: the count form 2TP / (2TP + FP + FN) is 0 there",
            lambda C: (
                2
                * (C[1, 1] / (C[1, 1] + C[0, 1]))
                * (C[1, 1] / (C[1, 1] + C[1, 0]))
                / (C[1, 1] / (C[1, 1] + C[0, 1]) + C[1, 1] / (C[1, 1] + C[1, 0]))
            ),
        ),
        Mistake(
            "this is the other class's: F1 knows the positives and leaves TN out",
            lambda C: 2 * C[0, 0] / (2 * C[0, 0] + C[0, 1] + C[1, 0]),
        ),
        Mistake(
            "the 2 is missing: precision and recall both 1 must give 1, not 1/2",
            lambda C: C[1, 1] / (2 * C[1, 1] + C[0, 1] + C[1, 0]),
        ),
    ),
    conventions=(
        Convention(
            "scikit-learn returns 0 where TP, FP and FN are all 0",
            lambda C: 2 * C[1, 1] / max(2 * C[1, 1] + C[0, 1] + C[1, 0], 1),
        ),
    ),
)


def _mcc(C):
    (tn, fp), (fn, tp) = np.asarray(C, dtype=float)
    root = np.prod(np.sqrt([tp + fp, tp + fn, tn + fp, tn + fn]))
    return (tp * tn - fp * fn) / root if root else 0.0


mcc = Exercise(
    name="mcc",
    stars=3,
    task="The Matthews correlation coefficient of `C = [[TN, FP], [FN, TP]]`, whole numbers up to "
    "100,000 each; 0 where a row or a column is empty. Return one number.",
    hint="The product of four margins of 70,000 is about $2.4 \\cdot 10^{19}$; the largest 64-bit "
    "integer is about $9.2 \\cdot 10^{18}$. Take the root of each factor, in floating point.",
    solution=_mcc,
    book=lambda C: _table(C).mcc,
    probes=(
        (PENCIL,),
        (LOPSIDED,),
        (np.array([[4, 0], [3, 0]]),),
        (np.array([[50_000, 20_000], [20_000, 50_000]]),),
        (np.array([[70_000, 5_000], [30_000, 40_000]]),),
        (np.array([[2, 7], [6, 3]]),),
        (np.array([[0, 0], [2, 3]]),),
        (np.array([[2, 3], [0, 0]]),),
        (np.array([[0, 2], [0, 3]]),),
        (np.array([[0, 4], [3, 0]]),),
    ),
    fresh=_random_table,
    mistakes=(
        Mistake(
            "the sign was lost: a detector that is mostly wrong correlates negatively",
            lambda C: (
                abs(C[1, 1] * C[0, 0] - C[0, 1] * C[1, 0])
                / np.sqrt(np.prod(C.sum(0), dtype=float) * np.prod(C.sum(1), dtype=float))
                if C.sum(0).all() and C.sum(1).all()
                else 0.0
            ),
        ),
        Mistake(
            "the product of the margins wrapped around: int64 ends at 9.2e18; compute in floats",
            lambda C: (
                (C[1, 1] * C[0, 0] - C[0, 1] * C[1, 0])
                / (
                    np.sqrt(np.prod(C.sum(0), dtype=np.int64) * np.prod(C.sum(1), dtype=np.int64))
                    or 1
                )
            ),
        ),
        Mistake(
            "errors are rewarded: the products are subtracted, TP TN - FP FN",
            lambda C: (
                (C[1, 1] * C[0, 0] + C[0, 1] * C[1, 0])
                / (np.prod(np.sqrt(C.sum(0))) * np.prod(np.sqrt(C.sum(1))) or 1)
            ),
        ),
        Mistake(
            "the root is missing: a correlation is divided by standard deviations, not variances",
            lambda C: (
                (C[1, 1] * C[0, 0] - C[0, 1] * C[1, 0])
                / (np.prod(C.sum(0) * 1.0) * np.prod(C.sum(1) * 1.0) or 1)
            ),
        ),
        Mistake(
            "this is Youden's J, recall + specificity - 1: it reads the rows only",
            lambda C: C[1, 1] / C[1].sum() + C[0, 0] / C[0].sum() - 1,
        ),
        Mistake(
            "this is Cohen's kappa: the same numerator over a mean of products, not over their root",
            lambda C: (
                2
                * (C[1, 1] * C[0, 0] - C[0, 1] * C[1, 0])
                / (C[:, 1].sum() * C[0].sum() + C[1].sum() * C[:, 0].sum())
            ),
        ),
        Mistake(
            "the sign: hits must raise the correlation",
            lambda C: (
                (C[0, 1] * C[1, 0] - C[1, 1] * C[0, 0])
                / (np.prod(np.sqrt(C.sum(0))) * np.prod(np.sqrt(C.sum(1))) or 1)
            ),
        ),
    ),
    conventions=(
        Convention(
            "a correlation with a constant is undefined, so many leave nan there, as np.corrcoef does",
            lambda C: (
                (C[1, 1] * C[0, 0] - C[0, 1] * C[1, 0])
                / (np.prod(np.sqrt(C.sum(0))) * np.prod(np.sqrt(C.sum(1))) or np.nan)
            ),
        ),
    ),
)


def _balanced_accuracy(C):
    (tn, fp), (fn, tp) = np.asarray(C, dtype=float)
    return (tp / (tp + fn) + tn / (tn + fp)) / 2


balanced_accuracy = Exercise(
    name="balanced_accuracy",
    stars=1,
    task="The mean of the two classes' recalls. `C = [[TN, FP], [FN, TP]]`. Return one number, `nan` "
    "where the truth holds one class only.",
    hint="The recall of the negative class has a name of its own. Both are read along a row.",
    solution=_balanced_accuracy,
    book=lambda C: _table(C).balanced_accuracy,
    probes=(
        (PENCIL,),
        (LOPSIDED,),
        (np.array([[3, 2], [0, 0]]),),
        (np.array([[0, 0], [2, 3]]),),
    ),
    fresh=_random_table,
    mistakes=(
        Mistake(
            "the majority rules: this is accuracy, which weighs a class by its size",
            lambda C: (C[0, 0] + C[1, 1]) / C.sum() if C[0].sum() and C[1].sum() else np.nan,
        ),
        Mistake(
            "one class was asked twice: precision and recall both speak of the positives",
            lambda C: (C[1, 1] / C[:, 1].sum() + C[1, 1] / C[1].sum()) / 2,
        ),
        Mistake(
            "the columns were read: precision and NPV depend on how common the classes are",
            lambda C: (C[1, 1] / C[:, 1].sum() + C[0, 0] / C[:, 0].sum()) / 2,
        ),
        Mistake(
            "this is the geometric mean of the two recalls",
            lambda C: np.sqrt(C[1, 1] / C[1].sum() * C[0, 0] / C[0].sum()),
        ),
        Mistake(
            "the recalls were added: their mean is wanted",
            lambda C: C[1, 1] / C[1].sum() + C[0, 0] / C[0].sum(),
        ),
        Mistake(
            "this is plain accuracy, also where a class is missing",
            lambda C: (C[0, 0] + C[1, 1]) / C.sum(),
        ),
    ),
    conventions=(
        Convention(
            "scikit-learn averages over the classes that are present",
            lambda C: np.nanmean([C[0, 0] / C[0].sum(), C[1, 1] / C[1].sum()]),
        ),
    ),
)


def _ppv_at(prevalence, *, tpr, fpr):
    hits = prevalence * tpr
    return hits / (hits + (1 - prevalence) * fpr)


def _ppv(prevalence, tpr, fpr):
    """Among a hundred million people."""
    ill = round(1e8 * prevalence)
    tp, fp = round(ill * tpr), round((10**8 - ill) * fpr)
    return Confusion(tp=tp, fp=fp, fn=ill - tp, tn=10**8 - ill - fp).precision


ppv_at = Exercise(
    name="ppv_at",
    stars=2,
    task="The precision that a test with rates `tpr` and `fpr` has where a share `prevalence` of "
    "the people is ill. All three lie strictly between 0 and 1. Return one number.",
    hint="Take 10,000 people. How many are ill, how many of those are flagged, and how many of the "
    "healthy are flagged beside them?",
    solution=_ppv_at,
    book=lambda prevalence, *, tpr, fpr: _ppv(prevalence, tpr, fpr),
    rtol=1e-6,
    probes=(probe(0.01, tpr=0.76, fpr=0.03), probe(0.3, tpr=0.9, fpr=0.2)),
    fresh=lambda rng: probe(
        round(rng.uniform(0.05, 0.4), 3),
        tpr=round(rng.uniform(0.6, 0.9), 3),
        fpr=round(rng.uniform(0.05, 0.3), 3),
    ),
    mistakes=(
        Mistake(
            "the condition was inverted: this is the chance of a flag for the ill, not of illness "
            "for the flagged",
            lambda prevalence, *, tpr, fpr: tpr,
        ),
        Mistake(
            "the prevalence was forgotten: this is right where half of the people are ill",
            lambda prevalence, *, tpr, fpr: tpr / (tpr + fpr),
        ),
        Mistake(
            "this is the joint chance of being ill and flagged: divide by the chance of a flag",
            lambda prevalence, *, tpr, fpr: prevalence * tpr,
        ),
        Mistake(
            "prevalence was taken for the healthy share",
            lambda prevalence, *, tpr, fpr: (
                (1 - prevalence) * tpr / ((1 - prevalence) * tpr + prevalence * fpr)
            ),
        ),
        Mistake(
            "fpr is a rate among the healthy: weigh it by their share, 1 - prevalence",
            lambda prevalence, *, tpr, fpr: prevalence * tpr / (prevalence * tpr + fpr),
        ),
        Mistake(
            "this is the chance of being healthy though flagged, 1 - precision",
            lambda prevalence, *, tpr, fpr: (
                (1 - prevalence) * fpr / (prevalence * tpr + (1 - prevalence) * fpr)
            ),
        ),
        Mistake(
            "the healthy were flagged at the rate 1 - fpr: that is the share that is left alone",
            lambda prevalence, *, tpr, fpr: (
                prevalence * tpr / (prevalence * tpr + (1 - prevalence) * (1 - fpr))
            ),
        ),
    ),
)


def _threshold_for_recall(score, truth, r):
    positives = score[truth == 1]
    return max(cut for cut in score if np.mean(positives >= cut) >= r)


def _random_scores(rng):
    truth = rng.permutation([1] * 6 + [0] * 7)
    return (
        rng.choice(np.arange(40), 13, replace=False) / 40,
        truth,
        float(rng.choice([0.4, 0.6, 0.75])),
    )


threshold_for_recall = Exercise(
    name="threshold_for_recall",
    stars=3,
    task="A sample is called positive if its score is at least the threshold. Find the largest "
    "score in use as a threshold at which recall reaches `r`. `score`: $n$ numbers; `truth`: $n$ "
    "labels, 0 or 1, not all 0; `r`: above 0, at most 1. Return one of the scores.",
    hint="Recall looks at the positive samples alone. Which scores, taken as "
    "the threshold, have enough of them at or above?",
    solution=_threshold_for_recall,
    probes=(
        (np.array([0.9, 0.8, 0.6, 0.4]), np.array([1, 0, 1, 1]), 0.6),
        (np.array([0.9, 0.8, 0.8, 0.7, 0.6, 0.4, 0.3]), np.array([1, 1, 0, 1, 0, 1, 0]), 0.5),
        (np.array([0.2, 0.7, 0.7, 0.7, 0.5, 0.1, 0.6]), np.array([1, 1, 1, 0, 1, 0, 1]), 0.4),
        (np.array([-1.5, -0.5, -2.0, -0.25, -3.0]), np.array([1, 0, 1, 1, 1]), 0.3),
    ),
    fresh=_random_scores,
    mistakes=(
        Mistake(
            "a score equal to the threshold is positive: with > a tie is lost",
            lambda score, truth, r: max(
                c for c in [*score, score.min() - 1] if np.mean(score[truth == 1] > c) >= r
            ),
        ),
        Mistake(
            "the wrong rate reaches r: this is precision",
            lambda score, truth, r: max(c for c in score if np.mean(truth[score >= c]) >= r),
        ),
        Mistake(
            "the quantile was taken of everyone: recall looks at the positives alone",
            lambda score, truth, r: np.quantile(score, 1 - r),
        ),
        Mistake(
            "this always has recall 1: the smallest positive score catches every positive",
            lambda score, truth, r: score[truth == 1].min(),
        ),
        Mistake(
            "the smallest threshold that serves was returned: the largest makes the fewest alarms",
            lambda score, truth, r: score.min(),
        ),
        Mistake(
            "the quantile runs between two scores: a threshold there may miss a positive",
            lambda score, truth, r: np.quantile(score[truth == 1], 1 - r),
        ),
        Mistake(
            "the quantile was taken from the wrong end: the top r of the positives, not the bottom",
            lambda score, truth, r: np.sort(score[truth == 1])[
                int(np.ceil(r * np.sum(truth == 1))) - 1
            ],
        ),
    ),
)


questions = (
    Question(
        "A test finds 90% of the ill and flags 20% of the healthy; 1% of the people are ill. Someone "
        "is flagged. How likely is illness?",
        (
            Option("0.9", ppv_at.mistakes[0]),
            Option("0.818", ppv_at.mistakes[1]),
            Option(
                "0.043",
                "of 10,000 people 100 are ill and 90 of them flagged, beside 1,980 of the 9,900 "
                "healthy: 90 of 2,070.",
                True,
            ),
            Option("0.009", ppv_at.mistakes[2]),
        ),
    ),
    Question(
        "Rename the classes, so that positive becomes negative. Which number stays the same?",
        (
            Option("precision", "it becomes the negative predictive value."),
            Option("recall", "it becomes specificity."),
            Option("F1", "it leaves TN out, which now is what TP was."),
            Option(
                "MCC",
                "swapping TP with TN and FP with FN leaves its numerator and its margins as they are.",
                True,
            ),
        ),
    ),
    Question(
        'Always answering "no" has accuracy 0.909, the detector 0.895. What follows?',
        (
            Option(
                'Answering "no" is better', "by accuracy alone, which weighs both errors alike."
            ),
            Option("The detector is better", "that cannot be said before the errors have a price."),
            Option(
                "Accuracy is computed wrongly", "the formula holds; it answers another question."
            ),
            Option(
                "It depends on what the two errors cost",
                "a missed eight and a false one need not be equally bad, and accuracy assumes it.",
                True,
            ),
        ),
    ),
    Question(
        "A model never predicts positive. What is its precision?",
        (
            Option("0", "that is a library's choice, scikit-learn's with a warning."),
            Option("1", "it raised no false alarm, but no alarm either."),
            Option("undefined", "it is 0/0: there is nothing of which to take a share.", True),
            Option(
                "the prevalence", "that is the precision of a model that always predicts positive."
            ),
        ),
    ),
    Question(
        "A detector is moved to a clinic where illness is ten times rarer, and its threshold is left "
        "alone. Which of its numbers will be the same there?",
        (
            Option(
                "recall and specificity",
                "each is read within one class of the truth, and the classes' sizes do not enter.",
                True,
            ),
            Option("precision", "with fewer ill among the flagged it falls."),
            Option(
                "accuracy", "it drifts towards specificity, the rate of the class that now rules."
            ),
            Option("MCC", "it correlates truth with prediction, and both margins have changed."),
        ),
    ),
)
