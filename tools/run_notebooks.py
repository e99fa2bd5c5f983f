"""Run notebooks in place, outputs in normal form: python tools/run_notebooks.py FILE ...

Normal form: execution counts 1 to n, no timings, no versions of the machine that ran them. A
notebook that fails is left as it was.
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def run(path):
    """Execute one notebook and write it back. Raises CellExecutionError, writing nothing."""
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata = nbformat.from_dict(METADATA)
    NotebookClient(
        notebook,
        timeout=120,
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(path.parent)}},
    ).execute()
    notebook.metadata = nbformat.from_dict(METADATA)
    nbformat.validate(notebook)
    nbformat.write(notebook, path)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("run_notebooks: name at least one notebook")
    for name in sys.argv[1:]:
        print(name, flush=True)
        run(Path(name))
