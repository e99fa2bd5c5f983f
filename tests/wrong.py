"""What is wrong for every argument that wants numbers: (value, error, words)."""

import numpy as np

NAN, INF = float("nan"), float("inf")

NEVER = [
    ([], ValueError, r"must hold at least one number, got shape \(0,\)$"),
    (["a", "b"], TypeError, "must hold real numbers, got text$"),
    ([NAN, 0.5], ValueError, r"must not hold nan, got nan at \(0,\)$"),
    ([[1.0, 2.0], [3.0]], ValueError, "must be an array, got rows of unequal length$"),
    (None, TypeError, "must hold real numbers, got objects$"),
    ([1j, 0.5], TypeError, "must hold real numbers, got complex numbers$"),
    ({"a": 1}, TypeError, "must hold real numbers, got objects$"),
    ([b"a", b"b"], TypeError, "must hold real numbers, got bytes$"),
    (np.array(["2025-04-10"], dtype="M8[D]"), TypeError, "must hold real numbers, got datetime64"),
]
NEVER_IN_A_PAIR = [*NEVER, ([INF, 0.5], ValueError, r"must be finite, got inf at \(0,\)$")]
