"""Python's side of live code: runs a cell in the reader's browser and tells the page what came.

worker.js calls run(code, number) and gets "ok", "error" or "stopped"; meanwhile `send` takes
messages to the page, as JSON: text, html, image, turn, error, checked.
"""

import ast
import base64
import builtins
import io
import itertools
import json
import linecache
import pprint
import struct
import sys
import time
import traceback
import warnings

import matplotlib

import __main__

matplotlib.use("agg")
import matplotlib.pyplot as plt
import notes_figures
import numpy  # noqa: F401  the page's first cell then starts at once

from dlnotes import exercises, film, interactive

MOST_TEXT = 100_000  # characters that a run may print
MOST_IMAGES = 20
WHAT_IS_HERE = "Live code has Python's own modules, NumPy, Matplotlib and dlnotes."
PAUSE = 0.05  # seconds between two messages of text

send = None  # worker.js puts a function here
check = exercises.Exercise.check


class Outbox:
    """What a run has to tell: in messages of some size, and no more than a page can hold."""

    def __init__(self):
        self.open()

    def open(self):
        self.left, self.images, self.waiting, self.name, self.sent = MOST_TEXT, 0, [], "", 0.0

    def tell(self, kind, **content):
        self.flush()
        send(json.dumps({"kind": kind, **content}))

    def text(self, name, text):
        if self.left <= 0:
            return
        if name != self.name:
            self.flush()
            self.name = name
        self.waiting.append(text[: self.left])
        self.left -= len(text)
        if self.left <= 0:
            self.waiting.append(f"\n... cut after {MOST_TEXT:,} characters.\n")
        if self.left <= 0 or time.monotonic() - self.sent > PAUSE:
            self.flush()

    def flush(self):
        if self.waiting:
            send(json.dumps({"kind": "text", "name": self.name, "text": "".join(self.waiting)}))
            self.waiting.clear()
        self.sent = time.monotonic()


class Stream(io.TextIOBase):
    """sys.stdout or sys.stderr."""

    encoding = "utf-8"

    def __init__(self, name):
        self.name = name

    def writable(self):
        return True

    def write(self, text):
        outbox.text(self.name, text)
        return len(text)


def run(code, number):
    """Run a cell as a notebook would: its last expression is shown, and so are its figures."""
    outbox.open()
    place = f"Cell In[{number}]"
    linecache.cache[place] = (len(code), None, code.splitlines(keepends=True), place)
    try:
        tree = ast.parse(code, place)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, place, "exec"), vars(__main__))
        if last is not None and not code.rstrip().endswith(";"):
            show(eval(compile(ast.Expression(last.value), place, "eval"), vars(__main__)))
        show_figures()
        return "ok"
    except BaseException as error:  # also SystemExit, which would end Python
        plt.close("all")
        outbox.tell("error", name=type(error).__name__, text=told(error)[-MOST_TEXT:])
        return "stopped" if isinstance(error, KeyboardInterrupt) else "error"
    finally:
        outbox.flush()


def told(error):
    """An error as Jupyter tells it, from the cell's own line on."""
    frames = error.__traceback__
    while frames and frames.tb_frame.f_code.co_filename == __file__:
        frames = frames.tb_next
    if isinstance(error, ModuleNotFoundError) and error.name:
        error.msg = f"No module named {error.name!r}. {WHAT_IS_HERE}"
    lines = traceback.format_exception(type(error), error, frames)
    return "".join(lines).replace('File "Cell In[', "Cell In[").replace(']", line', "], line")


def show(value):
    if value is None:
        return
    vars(__main__)["_"] = value
    html = getattr(type(value), "_repr_html_", None)
    if isinstance(value, interactive.Figure):
        outbox.tell("turn", html=notes_figures.drawn(value.spec, f"turn-{next(turns)}", ""))
    elif isinstance(value, film.Strip):
        outbox.tell("image", **picture(value.png), frames=[value.rows, value.columns])
    elif html and (html := html(value)) is not None:
        outbox.tell("html", html=html)
    else:
        containers = (dict, list, set, tuple)
        plain = pprint.pformat if type(value) in containers else repr
        outbox.text("result", plain(value) + "\n")


def show_figures(*_, **__):
    for number in plt.get_fignums():
        outbox.images += 1
        if outbox.images <= MOST_IMAGES:
            png = io.BytesIO()
            plt.figure(number).savefig(png, format="png", bbox_inches="tight")
            outbox.tell("image", **picture(png.getvalue()))
        elif outbox.images == MOST_IMAGES + 1:
            outbox.text("stderr", f"... no more than {MOST_IMAGES} figures are shown.\n")
    plt.close("all")


def picture(png):
    width, height = struct.unpack(">II", png[16:24])
    return {"png": base64.b64encode(png).decode(), "width": width, "height": height}


def refuse_input(prompt=""):
    raise RuntimeError("input: a cell cannot ask its reader; write the answer into its code")


def check_and_tell(exercise, candidate):
    verdict = check(exercise, candidate)
    outbox.tell("checked", exercise=f"{exercise.topic}.{exercise.name}", status=verdict.status)
    return verdict


outbox, turns = Outbox(), itertools.count()
sys.stdout, sys.stderr = Stream("stdout"), Stream("stderr")
plt.show = show_figures
builtins.input = refuse_input
exercises.Exercise.check = check_and_tell
warnings.simplefilter("default")
vars(__main__)["display"] = show
