"""What is done once to the finished HTML: one style sheet, light pictures, a security policy.

- The style sheets that the pages ask for become one, without the rules that no page can use.
- A picture becomes a WebP, a third as large as the PNG that Matplotlib writes: a colour moves by 2 of
  255 at most, which no eye sees.
- The theme no longer measures all code and tables when a page opens, which would lay all of it out;
  book.js measures what the reader comes near.
- Scripts wait until the page is read; only the search page's own follow each other at once.
- Every page gets a policy by which a browser refuses whatever would come from another host, and
  every script that was not there when the book was built.
- Where the book's address is known (the variable DLNOTES_URL), a sitemap lists the pages.
"""

import base64
import hashlib
import html
import re
from pathlib import Path

import tinycss2
from PIL import Image
from sphinx.util.display import status_iterator

STYLE = "_static/book.css"
SHEET = re.compile(r'\s*<link rel="stylesheet"[^>]*href="([^"?]+)[^"]*"[^>]*>')
THEME = "_static/scripts/pydata-sphinx-theme.js"
LOOK = ".forEach(e=>{e.tabIndex=e.scrollWidth>e.clientWidth||e.scrollHeight>e.clientHeight?0:-1})"
SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
WORD = re.compile(r"[\w-]+")

# Style attributes come with KaTeX and tables; Python in the page is WebAssembly, in a worker.
POLICY = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval' {scripts}; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "worker-src 'self'; object-src 'none'; form-action 'self'"
)


def publish(app, exception):
    if exception or app.builder.name != "html":
        return
    out = Path(app.outdir)
    pages = {path: path.read_text(encoding="utf-8") for path in sorted(out.rglob("*.html"))}
    if any("Content-Security-Policy" in page for page in pages.values()):
        return  # nothing was written anew
    pages = with_one_style(out, pages)
    pages = with_light_pictures(out, pages)
    let_theme_measure_nothing(out / THEME)
    for path, page in pages.items():
        if path.name != "search.html":
            page = with_patient_scripts(page)
        path.write_text(with_policy(page), encoding="utf-8")
    if app.config.html_baseurl:
        write_sitemap(out, app.config.html_baseurl, app.env.found_docs)


# ---------- style ----------


def with_one_style(out, pages):
    """Merge the style sheets that pages link into one, and let the pages link that."""
    sheets = {}  # in the order in which pages name them
    for path, page in pages.items():
        for url in SHEET.findall(page):
            sheets.setdefault((path.parent / url).resolve())
    own = (out / STYLE).resolve()
    assert own in sheets, f"no page links {STYLE}"

    scripts = (p.read_text(encoding="utf-8") for p in out.rglob("*.js") if p.stat().st_size < 1e6)
    used = set(WORD.findall(" ".join([*pages.values(), *scripts])))
    css = "\n".join(purged(moved(sheet, own), used) for sheet in sheets)
    for sheet in sheets:
        sheet.unlink()
    own.write_text(css, encoding="utf-8")

    version = hashlib.sha256(css.encode()).hexdigest()[:8]
    linked = {}
    for path, page in pages.items():
        if first := SHEET.search(page):
            root = "../" * (len(path.relative_to(out).parts) - 1)
            url = f"{root}{STYLE}?v={version}"
            link = f'\n    <link rel="stylesheet" href="{url}" />'
            head = page[: first.start()].replace(f'"{root}{STYLE}"', f'"{url}"')  # asked for early
            page = head + link + SHEET.sub("", page[first.end() :])
        linked[path] = page
    return linked


def moved(sheet, to):
    """A style sheet's text, its files named as from another sheet's folder."""
    here = sheet.parent.relative_to(to.parent).as_posix()
    css = sheet.read_text(encoding="utf-8")
    if here == ".":
        return css
    return re.sub(r"url\((?!data:|/|#)[\"']?", lambda m: f"{m[0]}{here}/", css)


def purged(css, used):
    """A style sheet without comments and without selectors of classes and ids not in `used`."""
    rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    return "\n".join(filter(None, (kept(rule, used) for rule in rules)))


def kept(rule, used):
    """A rule's text with the selectors that can match something, "" if there is none."""
    if rule.type == "at-rule":
        if rule.lower_at_keyword not in ("media", "supports"):
            return rule.serialize()
        inner = purged(tinycss2.serialize(rule.content), used)
        return inner and f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{\n{inner}\n}}"
    selectors, selector = [], []
    for token in [*rule.prelude, None]:
        if token is None or token == ",":
            if names_in(selector) <= used:
                selectors.append(tinycss2.serialize(selector).strip())
            selector = []
        else:
            selector.append(token)
    return selectors and f"{', '.join(selectors)} {{{tinycss2.serialize(rule.content)}}}"


def names_in(selector):
    """The classes and ids that a selector asks for; those in :not(...) it does not."""
    return {
        token.value
        for before, token in zip([None, *selector], selector, strict=False)
        if token.type == "hash" or (token.type == "ident" and before == ".")
    }


# ---------- pictures ----------


def with_light_pictures(out, pages):
    names = {}
    pictures = sorted((out / "_images").glob("*.png"))
    for png in status_iterator(pictures, "making pictures light... ", "green", len(pictures)):
        webp = png.with_suffix(".webp")
        with Image.open(png) as image:
            image.convert("RGBA").point(rounded).save(webp, lossless=True, method=6)
        png.unlink()
        names[png.name] = webp.name
    if not names:
        return pages
    named = re.compile("|".join(map(re.escape, names)))
    return {path: named.sub(lambda m: names[m[0]], page) for path, page in pages.items()}


def rounded(shade):
    """The nearest multiple of 4: the soft edges of lines and letters have fewer shades then."""
    return min((shade + 2) // 4 * 4, 255)


# ---------- scripts ----------


def let_theme_measure_nothing(path):
    script = path.read_text(encoding="utf-8")
    if script.count(LOOK) != 1:
        raise ValueError(f"{path} no longer has {LOOK}")
    path.write_text(script.replace(LOOK, ""), encoding="utf-8")


def with_patient_scripts(page):
    """The page whose script files wait, without the theme's lines that would not."""
    page = re.sub(r"\s*<script>DOCUMENTATION_OPTIONS\.\w+ = [^<]*</script>", "", page)
    return re.sub(r"<script src=", "<script defer src=", page)


# ---------- security and search engines ----------


def with_policy(page):
    """The page, whose own scripts and nothing else may run."""
    hashes = {
        base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in SCRIPT.findall(page)
    }
    scripts = " ".join(f"'sha256-{code}'" for code in sorted(hashes))
    policy = html.escape(POLICY.format(scripts=scripts), quote=False)
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    return re.sub(r'<meta charset="utf-8"[^>]*>', lambda m: f"{m[0]}\n    {meta}", page, count=1)


def write_sitemap(out, base, docs):
    places = "".join(
        f"<url><loc>{html.escape(base + doc)}.html</loc></url>\n" for doc in sorted(docs)
    )
    (out / "sitemap.xml").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{places}</urlset>\n',
        encoding="utf-8",
    )
    (out / "robots.txt").write_text(f"Sitemap: {base}sitemap.xml\n", encoding="utf-8")


def setup(app):
    app.connect("build-finished", publish, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
