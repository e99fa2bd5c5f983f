"""Copy the README's figure out of the notebook that draws it: python tools/readme_figure.py"""

import base64
from pathlib import Path

import nbformat

ROOT = Path(__file__).parent.parent
FIGURE = ROOT / "docs" / "one-typo.png"


def stored():
    """The figure as the page on losses stores it."""
    for cell in nbformat.read(ROOT / "book" / "losses.ipynb", as_version=4).cells:
        if cell.metadata.get("mystnb", {}).get("figure", {}).get("name") == "fig-typo":
            return base64.b64decode(cell.outputs[0].data["image/png"])
    raise ValueError("readme_figure: book/losses.ipynb must hold the figure fig-typo, it does not")


if __name__ == "__main__":
    FIGURE.write_bytes(stored())
