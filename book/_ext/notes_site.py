"""What every page's HTML needs around its text: a description, our styles alone, a front door."""

import html
import re
import shutil
from pathlib import Path, PurePosixPath

import imagesize
from docutils import nodes
from sphinx.util import logging

LOG = logging.getLogger(__name__)
LONGEST = 160  # characters of a description that search engines show

# book.css styles the theme's templates by itself: 420 kB of its style sheets are not linked, and
# what else no page asks for is not published.
UNUSED_STYLE = "styles/sphinx-book-theme.css"
UNUSED = [
    *("basic.css", "styles", "vendor", "locales", "images", "*webpack-macros.html"),
    *("scripts/*.map", "scripts/*.LICENSE.txt", "scripts/bootstrap.js", "scripts/fontawesome.js"),
    *("file.png", "minus.png", "plus.png", "check-solid.svg", "copy-button.svg"),
]

# What docutils and MyST-NB write, and what a screen reader understands: the standard's name for an
# item, a toggle that is called what it shows, an empty corner of a table that heads nothing.
MENDED = {
    ' role="doc-biblioentry"': ' role="listitem"',
    ' aria-label="Toggle hidden content"': "",
    r"<th [^>]*>\s*(?:<p>\s*</p>)?\s*</th>": "<td></td>",
}

FRONT_DOOR = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<meta name="description" content="{description}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="0; url={first}">
<link rel="icon" href="_static/favicon.svg">
</head>
<body><main><h1>{title}</h1><p><a href="{first}">Open the book.</a></p></main></body>
</html>
"""


def described(text):
    """One paragraph, cut at a word, in at most LONGEST characters."""
    text = " ".join(text.split())
    if len(text) <= LONGEST:
        return text
    return text[: LONGEST - 1].rsplit(" ", 1)[0].rstrip(",;:.") + "…"


def description_of(doctree):
    """The page's own description (`html_meta` in its front matter), or its first paragraph."""
    for meta in doctree.findall(nodes.meta):
        if meta.get("name") == "description":
            return meta["content"]
    for paragraph in doctree.findall(nodes.paragraph):
        if isinstance(paragraph.parent, nodes.section):
            return described(paragraph.astext())
    return ""


def add_to_page(app, pagename, templatename, context, doctree):
    meta = context.get("metatags", "")
    if 'name="description"' not in meta:
        description = description_of(doctree) if doctree else f"Search {app.config.html_title}."
        if not description:
            LOG.warning("no description and no paragraph to take one from", location=pagename)
        meta += f'\n<meta name="description" content="{html.escape(description)}" />'
    context["metatags"] = meta
    if "body" in context:
        body = re.sub(r'<img (?=[^>]*src="([^"]+)")', sized(app), context["body"])
        # Pictures below the first one are fetched when the reader comes near.
        before, first, after = body.partition("<img ")
        body = before + first + after.replace("<img ", '<img loading="lazy" ')
        for written, better in MENDED.items():
            body = re.sub(written, better, body)
        context["body"] = body
    context["css_files"] = [
        css for css in context["css_files"] if not str(css.filename).endswith(UNUSED_STYLE)
    ]


def sized(app):
    """Give an <img> its size, so that nothing moves when the picture arrives."""
    paths = {name: Path(app.srcdir, uri) for uri, name in app.builder.images.items()}

    def with_size(img):
        path = paths.get(PurePosixPath(img[1]).name)
        if path is None:
            return img[0]
        width, height = imagesize.get(path)
        return f'{img[0]}width="{width}" height="{height}" '

    return with_size


def remove_unused(app, exception):
    for pattern in UNUSED:
        for path in Path(app.outdir, "_static").glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def open_front_door(app, exception):
    """index.html leads to the first page, with a language and a title of its own."""
    if exception or app.builder.name != "html":
        return
    first = app.config.root_doc
    doctree = app.env.get_doctree(first)
    page = FRONT_DOOR.format(
        title=html.escape(app.config.html_title),
        description=html.escape(description_of(doctree)),
        first=app.builder.get_target_uri(first),
    )
    Path(app.outdir, "index.html").write_text(page, encoding="utf-8")


def setup(app):
    app.connect("html-page-context", add_to_page, priority=900)
    app.connect("build-finished", open_front_door)
    app.connect("build-finished", remove_unused)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
