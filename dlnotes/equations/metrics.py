"""Section 1.1 to 1.10: ten measures of a binary confusion table, checked on the labels themselves.

Each measure is computed from four counts; its route never counts them, but averages over the
samples that the measure speaks of.
"""

import math
from statistics import harmonic_mean

import numpy as np

from ..metrics import Confusion, _ratio, confusion
from ._equation import Equation


def _labels():
    """Truth and prediction, 0 or 1 a sample: the pencil table, drawn ones, and every empty margin."""
    pencil = [(1, 1)] * 3 + [(0, 1)] + [(1, 0)] * 2 + [(0, 0)] * 14
    yield tuple(np.array(pencil).T)
    rng = np.random.default_rng(0)
    for prevalence, alarm in [(0.1, 0.3), (0.5, 0.2), (0.8, 0.9)]:
        truth = (rng.random(200) < prevalence).astype(int)
        yield truth, np.where(rng.random(200) < alarm, 1 - truth, truth)
    some = np.array([0, 1, 1])
    for constant in (np.zeros(3, int), np.ones(3, int)):
        yield some, constant
        yield constant, some
        yield constant, constant


def _largest_gap(form, route):
    """The largest gap where both have a value; inf if that is 0 but only one of them has one."""
    pairs = [(form(confusion(*labels)), route(*labels)) for labels in _labels()]
    gaps = [abs(got - wanted) for got, wanted in pairs if not math.isnan(got + wanted)]
    same_domain = all(math.isnan(got) == math.isnan(wanted) for got, wanted in pairs)
    return max(gaps) if max(gaps) > 1e-9 or same_domain else math.inf


def _mean(values):
    return float(values.mean()) if values.size else math.nan


def _precision(truth, said):
    return _mean(truth[said == 1])


def _recall(truth, said):
    return _mean(said[truth == 1])


def _specificity(truth, said):
    return _mean(1 - said[truth == 0])


def _f1(truth, said):
    hits = (truth & said).any()
    if not hits:
        return 0.0 if (truth | said).any() else math.nan
    return harmonic_mean([_precision(truth, said), _recall(truth, said)])


def _mcc(truth, said):
    if np.ptp(truth) == 0 or np.ptp(said) == 0:
        return 0.0
    return float(np.corrcoef(truth, said)[0, 1])


def _mcc_gap(form):
    """The correlation of the labels, and the same for a table so large that int64 products wrap."""
    large = form(Confusion(50_000, 20_000, 20_000, 50_000)) - 3 / 7
    return max(_largest_gap(form, _mcc), abs(large))


def _balanced(truth, said):
    """Accuracy with every sample weighted by one over the size of its class."""
    if np.ptp(truth) == 0:
        return math.nan
    return float(np.average(truth == said, weights=1 / np.bincount(truth)[truth]))


def _int64_mcc(c):
    tp, fp, fn, tn = np.array([[c.tp], [c.fp], [c.fn], [c.tn]], np.int64)
    with np.errstate(invalid="ignore", divide="ignore"):
        root = np.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))
        return float(((tp * tn - fp * fn) / root)[0]) if root else 0.0


def _metric(id, tag, section, title, latex, why, code, route, of_labels, refutes, **more):
    """An entry whose route is a function of the labels."""
    return Equation(
        id=id,
        tag=tag,
        section=section,
        title=title,
        latex=latex,
        why=why,
        code=f"metrics.Confusion.{code}",
        form=lambda c: getattr(c, code),
        route=route,
        refutes=refutes,
        **(
            {"verdict": "holds with conditions", "check": lambda f: _largest_gap(f, of_labels)}
            | more
        ),
    )


EQUATIONS = (
    _metric(
        "u-1.1-precision",
        "precision",
        "1.1 Precision",
        "Precision (positive predictive value)",
        r"\text{Precision} = \frac{TP}{TP + FP}",
        "0/0 where nothing is predicted positive; scikit-learn then returns 0 with a warning.",
        "precision",
        "the mean truth among the predicted positives",
        _precision,
        {
            "recall, FN for FP": lambda c: _ratio(c.tp, c.tp + c.fn),
            "0 where it is undefined": lambda c: c.tp / max(c.tp + c.fp, 1),
        },
        mended=r"\text{Precision} = \frac{TP}{TP + FP} \quad (TP + FP > 0)",
    ),
    _metric(
        "u-1.2-recall",
        "recall",
        "1.2 Recall",
        "Recall (sensitivity, true positive rate)",
        r"\text{Recall} = \frac{TP}{TP + FN}",
        "0/0 where no sample is positive; scikit-learn then returns 0 with a warning.",
        "recall",
        "the mean prediction among the actual positives",
        _recall,
        {
            "precision, FP for FN": lambda c: _ratio(c.tp, c.tp + c.fp),
            "0 where it is undefined": lambda c: c.tp / max(c.tp + c.fn, 1),
        },
        mended=r"\text{Recall} = \frac{TP}{TP + FN} \quad (TP + FN > 0)",
    ),
    _metric(
        "u-1.3-f1",
        "F1",
        "1.3 F1 Score",
        "F1 score",
        r"F1 \text{ Score} = 2 \times \frac{\text{Precision} \times \text{Recall}}"
        r"{\text{Precision} + \text{Recall}}",
        "0/0 where precision and recall are both 0; the count form is 0 there, and 0/0 only where "
        "TP, FP and FN are all 0.",
        "f1",
        "the harmonic mean of the two shares, 0 where no positive is hit",
        _f1,
        {
            "the printed ratio at TP = 0": lambda c: _ratio(
                2 * c.precision * c.recall, c.precision + c.recall
            ),
            "arithmetic mean": lambda c: (c.precision + c.recall) / 2,
            "Jaccard index": lambda c: _ratio(c.tp, c.tp + c.fp + c.fn),
        },
        mended=r"F_1 = \frac{2\,TP}{2\,TP + FP + FN} \quad (TP + FP + FN > 0)",
    ),
    _metric(
        "u-1.4-accuracy",
        "accuracy",
        "1.4 Accuracy",
        "Accuracy",
        r"\text{Accuracy} = \frac{TP + TN}{TP + TN + FP + FN}",
        "Defined for every table that is not empty.",
        "accuracy",
        "the share of samples whose prediction equals the truth",
        lambda truth, said: _mean(truth == said),
        {
            "TN left out of the numerator": lambda c: _ratio(c.tp, c.tp + c.tn + c.fp + c.fn),
            "balanced accuracy": lambda c: c.balanced_accuracy,
        },
        verdict="holds",
    ),
    _metric(
        "u-1.5-specificity",
        "specificity",
        "1.5 Specificity",
        "Specificity (true negative rate)",
        r"\text{Specificity} = \frac{TN}{TN + FP}",
        "0/0 where no sample is negative. In scikit-learn it is recall_score with pos_label=0.",
        "specificity",
        "one less the mean prediction among the actual negatives",
        _specificity,
        {"NPV, FN for FP": lambda c: _ratio(c.tn, c.tn + c.fn), "recall": lambda c: c.recall},
        mended=r"\text{Specificity} = \frac{TN}{TN + FP} \quad (TN + FP > 0)",
    ),
    _metric(
        "u-1.6-npv",
        "NPV",
        "1.6 Negative Predictive Value (NPV)",
        "Negative predictive value",
        r"\text{NPV} = \frac{TN}{TN + FN}",
        "0/0 where nothing is predicted negative. In scikit-learn it is precision_score with "
        "pos_label=0.",
        "npv",
        "one less the mean truth among the predicted negatives",
        lambda truth, said: _mean(1 - truth[said == 0]),
        {
            "specificity, FP for FN": lambda c: _ratio(c.tn, c.tn + c.fp),
            "precision": lambda c: c.precision,
        },
        mended=r"\text{NPV} = \frac{TN}{TN + FN} \quad (TN + FN > 0)",
    ),
    _metric(
        "u-1.7-fpr",
        "FPR",
        "1.7 False Positive Rate (FPR)",
        "False positive rate",
        r"\text{FPR} = \frac{FP}{FP + TN}",
        "One less the specificity; 0/0 where no sample is negative.",
        "fpr",
        "the mean prediction among the actual negatives",
        lambda truth, said: _mean(said[truth == 0]),
        {
            "false discovery rate, TP for TN": lambda c: _ratio(c.fp, c.fp + c.tp),
            "share of all samples": lambda c: _ratio(c.fp, c.tp + c.tn + c.fp + c.fn),
        },
        mended=r"\text{FPR} = \frac{FP}{FP + TN} = 1 - \text{Specificity} \quad (FP + TN > 0)",
    ),
    _metric(
        "u-1.8-fnr",
        "FNR",
        "1.8 False Negative Rate (FNR)",
        "False negative rate",
        r"\text{FNR} = \frac{FN}{FN + TP}",
        "One less the recall; 0/0 where no sample is positive.",
        "fnr",
        "one less the mean prediction among the actual positives",
        lambda truth, said: _mean(1 - said[truth == 1]),
        {
            "false omission rate, TN for TP": lambda c: _ratio(c.fn, c.fn + c.tn),
            "share of all samples": lambda c: _ratio(c.fn, c.tp + c.tn + c.fp + c.fn),
        },
        mended=r"\text{FNR} = \frac{FN}{FN + TP} = 1 - \text{Recall} \quad (FN + TP > 0)",
    ),
    _metric(
        "u-1.9-mcc",
        "MCC",
        "1.9 Matthews Correlation Coefficient (MCC)",
        "Matthews correlation coefficient",
        r"\text{MCC} = \frac{(TP \times TN) - (FP \times FN)}"
        r"{\sqrt{(TP + FP)(TP + FN)(TN + FP)(TN + FN)}}",
        "0/0 where a margin is empty, taken as 0 like scikit-learn; the product of the margins "
        "passes the range of 64-bit integers from margins of about 55,000.",
        "mcc",
        "NumPy's correlation of the two label vectors, and 3/7 for margins of 70,000",
        _mcc,
        {
            "margins multiplied in int64": _int64_mcc,
            "Youden's J": lambda c: c.recall + c.specificity - 1,
            "without the root": lambda c: (
                (c.tp * c.tn - c.fp * c.fn)
                / ((c.tp + c.fp) * (c.tp + c.fn) * (c.tn + c.fp) * (c.tn + c.fn) or math.inf)
            ),
        },
        check=_mcc_gap,
        mended=r"\text{MCC} = \begin{cases} \frac{TP \cdot TN - FP \cdot FN}"
        r"{\sqrt{(TP+FP)(TP+FN)(TN+FP)(TN+FN)}} & \text{if all four margins are positive} \\ "
        r"0 & \text{otherwise (scikit-learn)} \end{cases}",
    ),
    _metric(
        "u-1.10-balanced-accuracy",
        "balanced accuracy",
        "1.10 Balanced Accuracy",
        "Balanced accuracy (binary)",
        r"\text{Balanced Accuracy} = \frac{\text{Sensitivity} + \text{Specificity}}{2}",
        "Needs both classes among the true labels; scikit-learn averages over those present.",
        "balanced_accuracy",
        "accuracy with each sample weighted by one over the size of its class",
        _balanced,
        {
            "accuracy": lambda c: c.accuracy,
            "mean of precision and recall": lambda c: (c.precision + c.recall) / 2,
            "geometric mean of the rates": lambda c: math.sqrt(c.recall * c.specificity),
        },
        mended=r"\text{Balanced Accuracy} = \frac{\text{Sensitivity} + \text{Specificity}}{2} "
        r"\quad (TP + FN > 0,\ TN + FP > 0)",
    ),
)
