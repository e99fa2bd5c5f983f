"""Make Pyodide's packages start faster. build_live.py runs this in Pyodide itself, under Node.

A module's source would be compiled anew in every reader's browser at every start: here it is
replaced by its byte code, which halves the start. What neither a page nor a reader's cell asks for
stays out: tests, headers, type stubs, sample data, fonts that the book does not set.
"""

import importlib._bootstrap_external as loader
import io
import re
import zipfile
from pathlib import Path

UNUSED = re.compile(
    r"/tests?/|^numpy/(f2py|_pyinstaller)/|^matplotlib/backends/web_backend/"
    r"|/mpl-data/(sample_data|images|fonts/(afm|pdfcorefonts))/|/DejaVu(Serif|SansMono-)"
    r"|[.](a|h|ini|pxd|pyi|pyx)$"
)


def prepare(path):
    """Rewrite a wheel, or the standard library, with byte code in place of its sources."""
    archive = io.BytesIO(Path(path).read_bytes())
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            if name.endswith("/") or UNUSED.search(name):
                continue
            data = old.read(name)
            if name.endswith(".py"):
                code = compile(data, name, "exec", dont_inherit=True)
                data = bytes(loader._code_to_hash_pyc(code, bytes(8), False))
                name += "c"
            new.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED, 9)
