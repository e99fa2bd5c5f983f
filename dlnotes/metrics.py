"""Section 1.1 to 1.10: what the four counts of a binary confusion table tell.

A ratio whose denominator is 0 is nan: with no positive prediction, precision has no value. The
counts are Python integers, so no product of them overflows.
"""

import math
from dataclasses import dataclass

import numpy as np

from . import _require


def _ratio(a, b):
    return a / b if b else math.nan


@dataclass(frozen=True)
class Confusion:
    """How often a binary prediction was right and wrong, for each of the two classes.

    tp, fp, fn, tn: counts of true positives, false positives, false negatives, true negatives;
    whole numbers of any size. Every measure is a float without unit, nan where it is undefined.
    Raises TypeError for a count that is no whole number, ValueError for a negative one or four
    zeros.
    """

    tp: int
    fp: int
    fn: int
    tn: int

    def __post_init__(self):
        for name in ("tp", "fp", "fn", "tn"):
            object.__setattr__(self, name, _require.count("Confusion", name, getattr(self, name)))
        if self.tp + self.fp + self.fn + self.tn == 0:
            raise ValueError("Confusion: the counts must not all be 0, got an empty table")

    @property
    def precision(self):
        """1.1  TP / (TP + FP): of the predicted positives, the share that is positive."""
        return _ratio(self.tp, self.tp + self.fp)

    @property
    def recall(self):
        """1.2  TP / (TP + FN): of the actual positives, the share that was found."""
        return _ratio(self.tp, self.tp + self.fn)

    @property
    def f1(self):
        """1.3  Harmonic mean of precision and recall, as 2 TP / (2 TP + FP + FN).

        The count form is defined, and 0, where TP = 0 leaves the notes' own form at 0/0.
        """
        return _ratio(2 * self.tp, 2 * self.tp + self.fp + self.fn)

    @property
    def accuracy(self):
        """1.4  (TP + TN) / (TP + TN + FP + FN): the share of right predictions."""
        return (self.tp + self.tn) / (self.tp + self.tn + self.fp + self.fn)

    @property
    def specificity(self):
        """1.5  TN / (TN + FP): of the actual negatives, the share that was left alone."""
        return _ratio(self.tn, self.tn + self.fp)

    @property
    def npv(self):
        """1.6  TN / (TN + FN): of the predicted negatives, the share that is negative."""
        return _ratio(self.tn, self.tn + self.fn)

    @property
    def fpr(self):
        """1.7  FP / (FP + TN): of the actual negatives, the share raised as a false alarm."""
        return _ratio(self.fp, self.fp + self.tn)

    @property
    def fnr(self):
        """1.8  FN / (FN + TP): of the actual positives, the share that was missed."""
        return _ratio(self.fn, self.fn + self.tp)

    @property
    def mcc(self):
        """1.9  Matthews correlation coefficient: Pearson's correlation of truth and prediction.

        0 where a margin is empty, as scikit-learn has it. Source: Matthews 1975.
        """
        tp, fp, fn, tn = self.tp, self.fp, self.fn, self.tn
        margins = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
        if margins == 0:
            return 0.0
        covariance = tp * tn - fp * fn
        # One correctly rounded division of exact integers: nothing overflows, nothing cancels.
        size = math.sqrt(covariance**2 / margins)
        return -size if covariance < 0 else size

    @property
    def balanced_accuracy(self):
        """1.10  (recall + specificity) / 2: accuracy if both classes were equally frequent."""
        return (self.recall + self.specificity) / 2


def confusion(y_true, y_pred):
    """Count the four outcomes of binary predictions y_pred against the truth y_true.

    y_true, y_pred: same shape, n values, each 0 or 1 (or False, True; 1 is the positive class)
    -> Confusion
    Raises ValueError on different shapes, no values or other labels; TypeError on text.
    """
    y_true, y_pred = _require.same_shape("confusion", y_true=y_true, y_pred=y_pred)
    _require.member("confusion", "y_true", y_true, 0, 1)
    _require.member("confusion", "y_pred", y_pred, 0, 1)
    truth, said = y_true == 1, y_pred == 1
    return Confusion(
        tp=np.count_nonzero(truth & said),
        fp=np.count_nonzero(~truth & said),
        fn=np.count_nonzero(truth & ~said),
        tn=np.count_nonzero(~truth & ~said),
    )
