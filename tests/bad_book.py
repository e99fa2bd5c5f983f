"""A small book that must not build, built with the book's own extensions."""

import os
import subprocess
import sys
from pathlib import Path

EXTENSIONS = Path(__file__).parent.parent / "book" / "_ext"


def built(tmp_path_factory, files):
    """files: {"index.md": text, ...} -> what Sphinx says of them, and the folder of the pages."""
    source, out = tmp_path_factory.mktemp("bad"), tmp_path_factory.mktemp("html")
    for name, text in files.items():
        (source / name).write_text(text, encoding="utf-8")
    path = [str(EXTENSIONS), *filter(None, [os.environ.get("PYTHONPATH")])]
    run = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-n", "-W", "--keep-going", source, out],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
    )
    assert run.returncode != 0, f"a build of {', '.join(files)} must fail"
    return run.stderr, out
