"""Film strips: bad arguments."""

from dlnotes import film


def bad_input():
    """(module, function, arguments, keywords, error, words after the function's name)."""

    def draw(ax, k):
        pass

    words = "draw must be a function of axes and frame, got None"
    yield film, "strip", [None, 1, 2], {}, TypeError, words
    for rows, columns, error, words in [
        (1.5, 2, TypeError, "rows must be a whole number, got 1.5"),
        (1, -2, ValueError, "columns must not be negative, got -2"),
        (1, 1, ValueError, "rows and columns must make two frames, got 1 x 1"),
    ]:
        yield film, "strip", [draw, rows, columns], {}, error, words
    for shape in (0, -1, float("nan")):
        words = "shape must be a finite number above 0, got"
        yield film, "strip", [draw, 1, 2], {"shape": shape}, ValueError, words
