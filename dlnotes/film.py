"""Motion on a page: a film strip of frames in rows, which the site plays and paper shows at once."""

from collections.abc import Callable
from io import BytesIO
from typing import NamedTuple

from . import _require

WIDTH, DPI = 7.2, 300  # of the whole strip, in inches, and its dots per inch
COLOURS = 64


class Strip(NamedTuple):
    """Frames in reading order as one picture, a PNG of exactly equal tiles.

    A cell that ends in a Strip of 3 rows and 4 columns has the tag frames-3x4: by it the site makes
    the picture a player. Everywhere else it reads as twelve small figures.
    """

    rows: int
    columns: int
    png: bytes

    def __repr__(self):
        return f"film strip, {self.rows} x {self.columns} frames"

    def _repr_png_(self):
        return self.png


def strip(draw, rows, columns, *, shape=1.0):
    """Draw rows * columns frames -> Strip.

    draw(ax, k) draws frame k, counted from 0, on Matplotlib axes; shape: a frame's height over its
    width. The letters are small for they grow when a frame is played alone.
    """
    # Only pages draw: the formulas need NumPy and nothing else.
    import matplotlib.pyplot as plt
    from PIL import Image

    _require.instance("strip", "draw", draw, Callable, "a function of axes and frame")
    rows, columns = (
        _require.count("strip", "rows", rows),
        _require.count("strip", "columns", columns),
    )
    if rows * columns < 2:
        raise ValueError(f"strip: rows and columns must make two frames, got {rows} x {columns}")
    shape = _require.positive("strip", "shape", shape)
    small = {"font.size": 6.5, "axes.titlesize": 7, "axes.labelsize": 6.5, "lines.linewidth": 1.2}
    small |= {"xtick.labelsize": 6, "ytick.labelsize": 6, "savefig.bbox": None}
    with plt.rc_context(small):
        fig = plt.figure(figsize=(WIDTH, WIDTH * shape * rows / columns), layout="constrained")
        tiles = fig.subfigures(rows, columns, wspace=0, hspace=0)
        for k, tile in enumerate(tiles.ravel()):
            draw(tile.subplots(), k)
        whole = BytesIO()
        fig.savefig(whole, format="png", dpi=DPI)
        plt.close(fig)
    packed = BytesIO()
    Image.open(whole).convert("RGB").quantize(COLOURS).save(packed, format="png", optimize=True)
    return Strip(rows, columns, packed.getvalue())
