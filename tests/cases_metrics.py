"""The metrics: bad arguments."""

import numpy as np
from wrong import NAN, NEVER_IN_A_PAIR

from dlnotes import metrics


def bad_input():
    """(module, function, arguments, keywords, error, words after the function's name)."""
    for i, name in enumerate(("y_true", "y_pred")):
        for bad, error, words in [
            *NEVER_IN_A_PAIR,
            ([0, 2], ValueError, r"must hold only 0 and 1, got 2 at \(1,\)"),
            ([0, 0.5], ValueError, r"must hold only 0 and 1, got 0\.5 at \(1,\)"),
            ([1, -1], ValueError, r"must hold only 0 and 1, got -1 at \(1,\)"),
        ]:
            arguments = [[0, 1], [0, 1]]
            arguments[i] = bad
            yield metrics, "confusion", arguments, {}, error, f"{name} {words}"
    words = r"y_pred must have shape \(2,\) like y_true, got \(3,\)"
    yield metrics, "confusion", [[0, 1], [0, 1, 1]], {}, ValueError, words
    for i, name in enumerate(("tp", "fp", "fn", "tn")):
        for bad, error, words in [
            (-1, ValueError, "must not be negative, got -1"),
            (1.0, TypeError, r"must be a whole number, got 1\.0"),
            (True, TypeError, "must be a whole number, got True"),
            (np.bool_(True), TypeError, "must be a whole number, got np.True_"),
            ("1", TypeError, "must be a whole number, got '1'"),
            (NAN, TypeError, "must be a whole number, got nan"),
            (None, TypeError, "must be a whole number, got None"),
            ([1], TypeError, r"must be a whole number, got \[1\]"),
        ]:
            counts = [1, 1, 1, 1]
            counts[i] = bad
            yield metrics, "Confusion", counts, {}, error, f"{name} {words}"
    words = "the counts must not all be 0, got an empty table$"
    yield metrics, "Confusion", [0, 0, 0, 0], {}, ValueError, words
