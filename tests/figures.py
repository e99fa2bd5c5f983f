"""The figures that tests measure; conftest.py prints them in one table at the end of the run.

figures.note("bytes of a first visit", page, size, at_most=400_000)
"""

NOTED = []  # by the test that is running


def note(what, where, value, *, at_most=None, at_least=None):
    """Keep a measured value for the table. The limit is shown there; the caller asserts it."""
    NOTED.append((what, at_most, at_least, value, str(where)))


def table(noted):
    """Its lines: of every figure how often it was measured, the worst value, where, the limit."""
    by_figure = {}
    for *figure, value, where in sorted(noted, key=lambda n: n[0]):
        by_figure.setdefault(tuple(figure), []).append((value, where))
    rows = [("measured", "times", "worst", "limit", "where")]
    for (what, at_most, at_least), found in by_figure.items():
        value, where = (max if at_least is None else min)(found)
        limit = "none" if at_most is None else f"<= {at_most:,}"
        if at_least is not None:
            limit = f">= {at_least:,}"
        rows.append((what, str(len(found)), f"{round(value, 3):,}", limit, where))
    wide, *widths = [max(map(len, column)) for column in list(zip(*rows, strict=True))[:-1]]
    return [
        "  ".join([what.ljust(wide), *map(str.rjust, cells, widths), where])
        for what, *cells, where in rows
    ]
