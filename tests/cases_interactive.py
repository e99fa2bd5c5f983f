"""Interactive figures: bad arguments."""

from dlnotes import interactive


def bad_input():
    """(module, function, arguments, keywords, error, words after the function's name)."""

    def straight(slope):
        return "a line", [("line", "a", [0, 1], [0, slope])]

    def draws(*mark):
        return lambda slope: ("a mark", [mark])

    good, axes = {"slope": (1, 2)}, {"x": "time", "y": "place"}

    def case(error, words, draw=straight, controls=good, **settings):
        return interactive, "figure", [draw, controls], {**axes, **settings}, error, words

    yield case(TypeError, "draw must be a function of a value of each control, got 3", draw=3)
    yield case(TypeError, "x must be the axis in words, got 3", x=3)
    yield case(TypeError, "y must be the axis in words, got 3", y=3)
    words = "colours must be a dictionary of colours by name, got 'C0'"
    yield case(TypeError, words, colours="C0")
    yield case(
        ValueError, "the colour of a must be one of 'C0', .* got 'red'", colours={"a": "red"}
    )
    yield case(TypeError, "start must be a tuple of values, got 1", start=1)
    yield case(TypeError, "slope must be a tuple of values, got 3", controls={"slope": 3})
    words = r"controls must be a dictionary of values by name, got \[1, 2\]"
    yield case(TypeError, words, controls=[1, 2])
    yield case(ValueError, "controls must hold one control or more, got none", controls={})
    for values in (), (1,), (1, 1), (1, "two"):
        words = (
            "slope must have two or more different values, all of them numbers or all texts, got"
        )
        yield case(ValueError, words, controls={"slope": values})
    words = r"slope must not hold nan, got nan at \(1,\)"
    yield case(ValueError, words, controls={"slope": (1, float("nan"))})
    for start in (3,), (1, 2), ():
        words = "start must have a value of each control, got"
        yield case(ValueError, words, start=start)
    yield case(ValueError, "log must be one of '', 'x', 'y', 'xy', got 'z'", log="z")
    words = "a mark must be one of 'line', 'point', 'bar', got 'pie'"
    yield case(ValueError, words, draw=draws("pie", "a", [1], [1]))
    words = r"a must have x and y of one length, got \[\[0, 1\], \[1\]\]"
    yield case(ValueError, words, draw=draws("line", "a", [0, 1], [1]))
    words = r"y of a must be finite, got inf at \(1,\)"
    yield case(ValueError, words, draw=draws("line", "a", [0, 1], [1, float("inf")]))
    yield case(ValueError, r"y of a must be finite", draw=draws("bar", "a", ["b"], [float("inf")]))
    words = "y of a must be above 0 on a logarithmic axis, got 0"
    yield case(ValueError, words, draw=draws("line", "a", [0, 1], [1, 0]), log="y")
    words = "the x of a bar must be a text, got 1"
    yield case(TypeError, words, draw=draws("bar", "a", [1], [1]))
    words = "the x of a bar must be without a comma, got '1,5'"
    yield case(ValueError, words, draw=draws("bar", "a", ["1,5"], [1]))
    words = "draw must draw something, got no marks"
    yield case(ValueError, words, draw=lambda slope: ("nothing", []))
    words = "time must have two different values, got 1.0 alone"
    yield case(ValueError, words, draw=draws("line", "a", [1, 1], [0, 1]))

    def both(slope):
        return "two kinds", [("bar", "a", ["b"], [1]), ("line", "a", [0, 1], [0, 1])]

    words = "bars must have a figure for themselves, got other marks beside"
    yield case(ValueError, words, draw=both)
