"""A film strip is a picture of exactly equal tiles, one a frame, in reading order."""

from io import BytesIO

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from dlnotes import film

COLOURS = ["#ff0000", "#00ff00", "#0000ff", "#000000", "#ffff00", "#ff00ff"]


@pytest.fixture(scope="module")
def strip():
    def draw(ax, k):
        ax.set_facecolor(COLOURS[k])
        ax.set_title(f"step {k}")

    before = dict(mpl.rcParams)
    yield film.strip(draw, 2, 3, shape=0.75)
    assert dict(mpl.rcParams) == before


def test_the_frames_stand_in_reading_order_in_equal_tiles(strip):
    picture = np.asarray(Image.open(BytesIO(strip._repr_png_())).convert("RGB")).astype(int)
    height, width = picture.shape[0] / 2, picture.shape[1] / 3
    assert height / width == 0.75
    for k, colour in enumerate(COLOURS):
        middle = picture[int((k // 3 + 0.5) * height), int((k % 3 + 0.5) * width)]
        assert np.abs(middle - [int(colour[i : i + 2], 16) for i in (1, 3, 5)]).max() < 16


def test_equal_frames_make_equal_tiles_with_their_words_inside():
    def draw(ax, k):
        ax.plot([0, 1])
        ax.set(title="title", xlabel="to the right", ylabel="upwards")

    picture = np.asarray(Image.open(BytesIO(film.strip(draw, 3, 2, shape=0.5).png)).convert("L"))
    tiles = [tile for row in np.split(picture, 3) for tile in np.split(row, 2, axis=1)]
    for tile in tiles:
        assert (tile == tiles[0]).all()
        assert np.concatenate([tile[0], tile[-1], tile[:, 0], tile[:, -1]]).min() == 255


def test_the_words_for_a_strip_are_the_same_on_every_machine(strip):
    assert repr(strip) == "film strip, 2 x 3 frames"


def test_the_same_frames_make_the_same_bytes_whatever_the_reader_has_set():
    def draw(ax, k):
        ax.plot([0, k])

    open_before, png = plt.get_fignums(), film.strip(draw, 1, 2).png
    own = {"savefig.dpi": 50, "savefig.format": "pdf", "savefig.bbox": "tight", "figure.dpi": 50}
    with plt.rc_context(own | {"figure.constrained_layout.use": True}):
        assert film.strip(draw, 1, 2).png == png
    assert plt.get_fignums() == open_before


def test_a_strip_is_sharp_and_light_and_its_letters_are_those_of_a_frame_alone():
    seen = []

    def draw(ax, k):
        names = ("font.size", "axes.titlesize", "axes.labelsize", "lines.linewidth")
        seen.append([mpl.rcParams[n] for n in (*names, "xtick.labelsize", "ytick.labelsize")])
        more = np.arange(10_000).reshape(100, 100) * 37 % 9973
        ax.imshow(more, cmap="hsv", aspect="auto")

    picture = Image.open(BytesIO(film.strip(draw, 1, 2).png))
    assert picture.size == (2160, 1080)  # 7.2 inches of 300 dots, and square frames
    assert picture.mode == "P" and 56 < len(picture.getcolors()) <= 64
    again = BytesIO()
    picture.save(again, format="png", optimize=True)
    assert film.strip(draw, 1, 2).png == again.getvalue()
    assert seen[:2] == [[6.5, 7, 6.5, 1.2, 6, 6]] * 2
