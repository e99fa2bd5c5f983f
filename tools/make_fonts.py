"""Make book/site/fonts from Adobe's Source fonts: python tools/make_fonts.py

Needs npm, and fonttools and brotli (pip install fonttools brotli). The fonts come as the packages of
Fontsource, Latin letters, of variable weight. What the book does not use goes: weights below 400 and
above 700 (of the slanted letters all but 400), small capitals and the like, and hints. The fonts'
licence keeps the name "Source" for the originals, so these are called Book.
"""

import io
import subprocess
import tarfile
import tempfile
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

FONTS = Path(__file__).parent.parent / "book" / "site" / "fonts"
FEATURES = ["kern", "liga", "calt", "ccmp", "locl", "mark", "mkmk", "tnum"]
SOURCES = {  # our file: package, style, our name, weights
    "serif": ("source-serif-4@5.3.1", "normal", "Book Serif", (400, 700)),
    "serif-italic": ("source-serif-4@5.3.1", "italic", "Book Serif", 400),
    "sans": ("source-sans-3@5.3.1", "normal", "Book Sans", (400, 700)),
    "code": ("source-code-pro@5.3.1", "normal", "Book Code", (400, 700)),
}


def original(package, style, folder):
    """Fetch a package and return its font of a style."""
    command = ["npm", "pack", "--silent", f"@fontsource-variable/{package}"]
    archive = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout
    name = f"package/files/{package.split('@')[0]}-latin-wght-{style}.woff2"
    with tarfile.open(folder / archive.strip()) as files:
        files.extract(name, folder, filter="data")
    return TTFont(folder / name)


def lightened(font, name, weights):
    narrower = io.BytesIO()
    font.flavor = None
    instancer.instantiateVariableFont(font, {"wght": weights}).save(narrower)
    font = TTFont(narrower)
    options = subset.Options(layout_features=FEATURES, hinting=False, name_IDs=["*"])
    cut = subset.Subsetter(options)
    cut.populate(unicodes=font.getBestCmap())
    cut.subset(font)
    for record in list(font["name"].names):
        if record.nameID in (1, 3, 4, 6, 16, 25):
            said = name.replace(" ", "") if record.nameID in (3, 6, 25) else name
            font["name"].setName(said, record.nameID, *_place(record))
    font.flavor = "woff2"
    return font


def _place(record):
    return record.platformID, record.platEncID, record.langID


def main():
    with tempfile.TemporaryDirectory() as folder:
        for file, (package, style, name, weights) in SOURCES.items():
            path = FONTS / f"{file}.woff2"
            lightened(original(package, style, Path(folder)), name, weights).save(path)
            print(path.name, path.stat().st_size)


if __name__ == "__main__":
    main()
