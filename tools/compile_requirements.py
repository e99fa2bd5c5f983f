"""Compile requirements.txt from pyproject.toml: python tools/compile_requirements.py [--upgrade]

One set of exact versions for every Python and system that pyproject.toml admits; versions already
pinned stay unless --upgrade is given. Needs uv, which it installs beside itself if it is missing.
"""

import importlib.util
import subprocess
import sys
from pathlib import Path

FILE = Path(__file__).parent.parent / "requirements.txt"
HEADER = (
    '# Exact versions of the extras "book" and "test", for Python 3.11 to 3.13: '
    "`make requirements` compiles them from pyproject.toml.\n"
)

if importlib.util.find_spec("uv") is None:
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "uv"], check=True)
command = (
    "-m uv pip compile pyproject.toml --output-file requirements.txt --extra book --extra test"
)
quietly = "--universal --python-version 3.11 --quiet --no-header --no-annotate --no-emit-index-url"
subprocess.run(
    [sys.executable, *command.split(), *quietly.split(), *sys.argv[1:]],
    cwd=FILE.parent,
    check=True,
)
FILE.write_text(HEADER + FILE.read_text(encoding="utf-8"), encoding="utf-8")
