"""What every page's HTML needs around its text: a description, a card, our styles, a front door.

Two variables tell where the book will stand, both optional. DLNOTES_URL is its address, for the
cards, the sitemap and the page for what is not found. DLNOTES_REPOSITORY, "owner/name" on GitHub,
adds links that open a page's notebook in Colab and in Binder.
"""

import html
import os
import re
import shutil
import textwrap
from pathlib import Path, PurePosixPath

import imagesize
import numpy as np
from docutils import nodes
from matplotlib.figure import Figure
from sphinx.util import logging

LOG = logging.getLogger(__name__)
LONGEST = 160  # characters of a description that search engines show
WIDE = 1150  # pixels; on a phone, the letters of a wider picture would be too small to read

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
    description = description_of(doctree) if doctree else f"{app.config.html_title}: {pagename}"
    if not description:
        LOG.warning("no description and no paragraph to take one from", location=pagename)
    if 'name="description"' not in meta:
        meta += f'\n<meta name="description" content="{html.escape(description)}" />'
    if doctree:
        title = app.env.titles[pagename].astext()
        card = draw_card(app, pagename, title, description)
        meta += card_tags(app, pagename, title, description, card)
    context["metatags"] = meta
    context["base_url"] = app.config.html_baseurl or "/"
    context["repository"] = os.environ.get("DLNOTES_REPOSITORY")
    if "body" in context:
        body = re.sub(r'<img (?=[^>]*src="([^"]+)")', sized(app), context["body"])
        # Pictures below the first one are fetched when the reader comes near.
        before, first, after = body.partition("<img ")
        body = before + first + after.replace("<img ", '<img loading="lazy" ')
        body = re.sub(r'<img [^>]*\bwidth="(\d+)"[^>]*>', scrollable, body)
        for written, better in MENDED.items():
            body = re.sub(written, better, body)
        context["body"] = with_room(body)
    context["css_files"] = [
        css for css in context["css_files"] if not str(css.filename).endswith(UNUSED_STYLE)
    ]


def with_room(body):
    """Tell every section how long its text is: book.css keeps room for it until it is laid out."""
    around, found = [], []
    for tag in re.finditer(r"<(/?)section\b", body):
        if not tag[1]:
            around.append(tag.end())
            continue
        start = around.pop()
        if len(around) == 1:
            found.append((start, len(re.sub(r"<[^>]+>", "", body[start : tag.start()]))))
    for start, letters in reversed(found):
        body = f'{body[:start]} style="--letters: {letters}"{body[start:]}'
    return body


# ---------- the card that is shown where somebody links to a page ----------


def draw_card(app, pagename, title, description):
    """Draw a page's card and return its path below the site's root."""
    path = PurePosixPath("_static", "cards", pagename.replace("/", "-") + ".png")
    figure = Figure(figsize=(12, 6.3), dpi=100, facecolor="#0b4f7d")
    figure.text(0.07, 0.86, app.config.html_title, size=26, weight="bold", color="#f2a541")
    bowl = figure.add_axes((0.68, 0.42, 0.26, 0.46))
    bowl.set_axis_off()
    x = np.linspace(-1, 1, 101)
    bowl.plot(x, x**2, color="white", lw=7, solid_capstyle="round")
    bowl.plot(0.45, 0.45**2, "o", color="#f2a541", ms=26)
    lines = textwrap.wrap(title, 18)[:3]
    figure.text(0.07, 0.76, "\n".join(lines), size=46, weight="bold", color="white", va="top")
    told = textwrap.wrap(description, 62)[:3]
    figure.text(0.07, 0.08, "\n".join(told), size=24, color="#dbe9f4", va="bottom", linespacing=1.4)
    target = Path(app.outdir, path)
    target.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(target)
    return path


def card_tags(app, pagename, title, description, card):
    base = app.config.html_baseurl or "../" * pagename.count("/")
    told = {
        "og:type": "article",
        "og:site_name": app.config.html_title,
        "og:title": title,
        "og:description": description,
        "og:image": f"{base}{card}",
        "og:image:alt": f"{app.config.html_title}: {title}",
        "twitter:card": "summary_large_image",
    }
    if app.config.html_baseurl:
        told["og:url"] = f"{base}{pagename}.html"
    return "".join(
        f'\n<meta property="{name}" content="{html.escape(text)}" />' for name, text in told.items()
    )


# ---------- pictures ----------


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


def scrollable(img):
    """Put a wide picture into a box that scrolls where the window is narrow."""
    return f'<div class="wide">{img[0]}</div>' if int(img[1]) > WIDE else img[0]


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


def set_address(app, config):
    if url := os.environ.get("DLNOTES_URL"):
        config.html_baseurl = url.rstrip("/") + "/"


def setup(app):
    app.connect("config-inited", set_address)
    app.connect("html-page-context", add_to_page, priority=900)
    app.connect("build-finished", open_front_door)
    app.connect("build-finished", remove_unused)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
