"""The built book, _build/html, as a reader's browser gets it. `make book` builds it.

Every test runs over the pages that _toc.yml lists, so a new chapter is covered when it is listed.
The tests in a browser need a Chromium; without one they are skipped, and fail where the variable
DLNOTES_REQUIRE names "browser", as it does in CI.
"""

import contextlib
import functools
import gzip
import html
import http.server
import importlib
import inspect
import json
import re
import subprocess
import sys
import threading
import time
from base64 import b64decode
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import bad_book
import figures
import nbformat
import numpy as np
import pytest
import requires
import yaml
from PIL import Image

from dlnotes import equations

bs4 = pytest.importorskip("bs4")

ROOT = Path(__file__).parent.parent
SITE = ROOT / "_build" / "html"
OURS = ROOT / "book" / "site"


def listed(node):
    """The pages of _toc.yml, in its order."""
    names = [node[key] for key in ("root", "file") if key in node]
    for key in ("parts", "chapters", "sections"):
        for child in node.get(key, []):
            names += listed(child)
    return names


CHAPTERS = listed(yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8")))
PAGES = [f"{name}.html" for name in CHAPTERS]
ALL_PAGES = [*PAGES, "search.html", "index.html"]
every_page = pytest.mark.parametrize("page", ALL_PAGES)
every_view = pytest.mark.parametrize("page", [*PAGES, "search.html"])
every_chapter = pytest.mark.parametrize("page", PAGES)
NOTEBOOKS = [page for page in PAGES if (ROOT / Path(page).with_suffix(".ipynb")).is_file()]
every_notebook = pytest.mark.parametrize("page", NOTEBOOKS)


@functools.cache
def soup(page):
    path = SITE / page
    assert path.is_file(), f"{path} is missing: `make book` builds it"
    return bs4.BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


@functools.cache
def ids(page):
    return [tag["id"] for tag in soup(page).find_all(id=True)]


def is_elsewhere(url):
    """Whether a URL leads to another host; data: and the page's own files do not."""
    parts = urlsplit(url.strip())
    return bool(parts.netloc) or parts.scheme in ("http", "https", "ftp", "ws", "wss")


# ---------- the files ----------


@every_page
def test_the_page_exists_and_says_what_it_is(page):
    html = soup(page)
    assert html.html["lang"] == "en"
    assert html.title, "no title"
    assert len(html.title.get_text(strip=True)) > 3
    descriptions = [m["content"] for m in html.find_all("meta", attrs={"name": "description"})]
    assert len(descriptions) == 1, descriptions
    assert 10 <= len(descriptions[0]) <= 200, descriptions
    assert not re.search(r"[\\$`{]", descriptions[0]), f"markup in it: {descriptions[0]}"
    assert html.find("link", rel="icon"), "no favicon"


def test_no_two_pages_have_the_same_title_or_description():
    titles = [soup(page).title.get_text(strip=True) for page in PAGES]
    texts = [soup(page).find("meta", attrs={"name": "description"})["content"] for page in PAGES]
    assert len(set(titles)) == len(titles), titles
    assert len(set(texts)) == len(texts), texts


@every_page
def test_the_page_loads_nothing_from_another_host(page):
    html = soup(page)
    loads = [
        (tag.name, name, url)
        for tag in html.find_all(True)
        for name in ("src", "srcset", "href", "data", "poster", "action", "xlink:href", "style")
        if (url := tag.get(name)) and not (tag.name == "a" and name == "href")
    ]
    outside = [load for load in loads if load[1] != "style" and is_elsewhere(load[2])]
    written = [load[2] for load in loads if load[1] == "style"]
    written += [style.get_text() for style in html.find_all("style")]
    written += [m["content"] for m in html.find_all("meta", attrs={"http-equiv": True})]
    outside += [url for text in written for url in urls_of_css(text) if is_elsewhere(url)]
    assert not outside, outside


def urls_of_css(text):
    found = re.findall(r"""url\(\s*["']?([^"')]+)|@import\s+["']([^"']+)""", text)
    return [a or b for a, b in found]


def test_no_style_sheet_loads_from_another_host_or_a_file_that_is_missing():
    sheets = sorted(SITE.rglob("*.css"))
    assert sheets
    wrong = [
        f"{sheet.relative_to(SITE)}: {url}"
        for sheet in sheets
        for url in urls_of_css(sheet.read_text(encoding="utf-8"))
        if not url.startswith("data:")
        and (is_elsewhere(url) or not (sheet.parent / url.split("?")[0]).is_file())
    ]
    assert not wrong, wrong


@every_page
def test_every_internal_link_and_anchor_resolves(page):
    broken = []
    for tag in soup(page).find_all(True):
        for name in ("href", "src"):
            url = tag.get(name)
            if not url or is_elsewhere(url) or url.startswith(("data:", "mailto:")):
                continue
            path, anchor = urldefrag(unquote(url))
            path = path.split("?")[0]
            target = ((SITE / page).parent / path).resolve() if path else SITE / page
            if not target.is_file():
                broken.append(f"{url}: no such file")
                continue
            there = target.relative_to(SITE.resolve()).as_posix()
            if anchor and there.endswith(".html") and anchor not in ids(there):
                broken.append(f"{url}: no such place on that page")
    assert not broken, broken


@every_page
def test_no_two_places_on_a_page_have_the_same_name(page):
    twice = {name for name in ids(page) if ids(page).count(name) > 1}
    assert not twice, twice


@every_chapter
def test_every_figure_is_told_in_words_that_its_author_wrote(page):
    images = soup(page).article.find_all("img")
    source = ROOT / Path(page).with_suffix(".ipynb")
    written = []
    if source.is_file():
        for cell in nbformat.read(source, as_version=4).cells:
            written.append(cell.metadata.get("mystnb", {}).get("image", {}).get("alt"))
            written += re.findall(r"!\[([^\]]+)\]\(", cell.source)
    else:
        written += re.findall(r"!\[([^\]]+)\]\(", source.with_suffix(".md").read_text("utf-8"))
    for image in images:
        alt = image.get("alt", "")
        assert len(alt.split()) >= 5, f"{image['src']} is told as {alt!r}"
        assert alt in written, f"{image['src']}: {alt!r} is not its author's"


@every_chapter
def test_every_picture_keeps_its_place_free(page):
    for image in soup(page).article.find_all("img"):
        assert int(image["width"]) > 1, image
        assert int(image["height"]) > 1, image


@every_notebook
def test_the_figures_that_the_notebook_stores_are_those_that_its_code_drew_for_the_page(page):
    """Another processor draws long trainings a little differently: 3.3 % of a picture at most."""
    notebook = Path(page).with_suffix(".ipynb")
    stored, drawn = (pictures(path / notebook) for path in (ROOT, SITE.parent / "jupyter_execute"))
    assert stored and stored.keys() == drawn.keys()
    for cell, picture in stored.items():
        assert picture.shape == drawn[cell].shape, cell
        assert (np.abs(picture - drawn[cell]).max(axis=2) > 8).mean() < 0.05, cell


def pictures(notebook):
    """The pictures of a notebook's outputs by cell and output."""
    return {
        (cell.id, k): np.asarray(Image.open(BytesIO(b64decode(png))).convert("RGB"), dtype=int)
        for cell in nbformat.read(notebook, as_version=4).cells
        for k, output in enumerate(cell.get("outputs", []))
        if (png := output.get("data", {}).get("image/png"))
    }


@every_page
def test_no_markup_is_left_over_in_the_text(page):
    html = bs4.BeautifulSoup(str(soup(page).body), "html.parser")
    assert not html.select(".katex-error, .problematic, .system-message")
    for tag in html.select("pre, code, script, style, .katex"):
        tag.decompose()
    text = html.get_text(" ")
    left = re.findall(r".{0,30}(?:\$|\\[a-zA-Z(\[]|\{[a-z:]+\}|:::|```|\]\().{0,30}", text)
    assert not left, left


def test_the_power_of_every_exercise_s_checker_stands_on_its_page_as_measured():
    rows = {}
    for tr in soup("book/checking.html").select("details table.checks:not(.accuracy) tbody tr"):
        name, *numbers = (cell.get_text(strip=True) for cell in tr.find_all("td"))
        rows.setdefault(name, []).append([int(n.replace(",", "")) for n in numbers])
    measured = json.loads((ROOT / "tests" / "checker_power.json").read_text(encoding="utf-8"))
    wanted = {}
    for key, found in measured["exercises"].items():
        numbers = [found[k] for k in ("mistakes", "mutants", "refused", "named", "as convention")]
        wanted.setdefault(key.split(".")[1], []).append([*numbers, len(found["survivors"])])
    assert rows == wanted


def test_the_accuracy_of_every_function_stands_on_its_page_as_measured():
    rows = [
        [" ".join(cell.get_text().split()) for cell in tr.find_all("td")]
        for tr in soup("book/checking.html").select("table.accuracy tbody tr")
    ]
    measured = json.loads((ROOT / "tests" / "accuracy.json").read_text(encoding="utf-8"))
    wanted = []
    for name, found in (row for module in measured.values() for row in module.items()):
        bounds = [found[kind][i] for i in (0, 1) for kind in ("float64", "float32")]
        star = " *" * found["cancels"]
        wanted.append([name + star, *("–" if n is None else str(n) for n in bounds)])
    assert rows == wanted


# ---------- the formulas ----------


def tex_at(page, anchor):
    """The TeX of the equation at an anchor without its tag and spaces, and the tag."""
    place = soup(page).find(id=anchor)
    tex = place.find("annotation", encoding="application/x-tex").get_text()
    tags = re.findall(r"\\tag\{([^{}]*)\}", tex)
    return squeezed(re.sub(r"\\tag\{[^{}]*\}", "", tex)), tags


def squeezed(tex):
    return re.sub(r"\s+", "", tex)


def pages_with(anchor):
    return [page for page in PAGES for name in ids(page) if name == anchor]


@pytest.mark.parametrize("equation", equations.ALL, ids=lambda e: e.id)
def test_the_formula_stands_once_in_the_book_under_its_number_as_the_registry_has_it(equation):
    pages = pages_with(f"equation-{equation.id}")
    assert len(pages) == 1, f"({equation.tag}) stands on {pages or 'no page'}"
    tex, tags = tex_at(pages[0], f"equation-{equation.id}")
    assert tex == squeezed(equation.latex)
    assert tags == [equation.tag]

    mended = pages_with(f"equation-{equation.id}-mended")
    if equation.verdict == "wrong":
        assert mended == pages, f"({equation.tag}) is wrong: its mended form belongs beside it"
    if mended:
        tex, tags = tex_at(mended[0], f"equation-{equation.id}-mended")
        assert tex == squeezed(equation.mended)
        assert tags == [f"{equation.tag}'"]


@every_chapter
def test_every_formula_is_there_for_eyes_and_for_ears(page):
    for math in soup(page).article.select(".math"):
        assert math.select_one(".katex-html[aria-hidden=true]"), math
        assert math.select_one(".katex-mathml math"), math


def test_the_style_of_the_math_is_of_the_version_that_rendered_it():
    katex = pytest.importorskip("sphinxcontrib.katex")
    css = (OURS / "katex" / "katex.min.css").read_text(encoding="utf-8")
    assert f'content:"{katex.katex_version}"' in css
    fonts = {Path(url).name for url in urls_of_css(css)}
    assert fonts == {path.name for path in (OURS / "katex" / "fonts").iterdir()}


BAD_BOOK = {
    "conf.py": """
extensions = ["myst_parser", "notes_math"]
myst_enable_extensions = ["amsmath", "dollarmath"]
html_math_renderer = "katex"
""",
    "index.md": r"""
# Bad formulas

```{toctree}
second
```

A dangling reference {eq}`eq-3`, and a good one {eq}`eq-1`, and on the next page {eq}`u-1.3-f1`.

$$ \frac{1 $$

An unknown command $\fraction{1}{2}$ in a line, and a letter that LaTeX would not set, $é$.

$$ a = b \tag{no such formula} $$

$$ a = b \tag{1} $$

$$ a = b \tag{1'} $$

\begin{align}
a &= b
\end{align}
""",
    "second.md": r"""
# The second page

$$ a = b \tag{F1} $$

$$ a = b \tag{1} $$

$$ a = b $$ (my-label)
""",
}


@pytest.fixture(scope="module")
def bad_build(tmp_path_factory):
    """What Sphinx says of a book of bad formulas, and the folder of its pages."""
    pytest.importorskip("sphinxcontrib.katex")
    return bad_book.built(tmp_path_factory, BAD_BOOK)


@pytest.mark.parametrize(
    "complaint",
    [
        r"index\.md:\d+: .*KaTeX parse error: .*the formula is: \\frac\{1\b",
        r"index\.md:\d+: .*Undefined control sequence: \\fraction.*the formula is: \\fraction",
        r"index\.md:\d+: .*LaTeX-incompatible input.*the formula is: é",
        r"index\.md:\d+: .*no formula has the tag 'no such formula'",
        r"index\.md:\d+: .*\(1\) has no mended form",
        r"index\.md:\d+: .*equation not found: eq-3",
        r"index\.md:\d+: .*numbers its rows",
        r"second\.md:\d+: .*equation \(1\) is tagged twice, also in index",
        r"second\.md:\d+: .*label an equation by its tag, not by 'my-label'",
    ],
)
def test_a_bad_formula_fails_the_build_by_page_and_name(bad_build, complaint):
    assert re.search(complaint, bad_build[0]), bad_build[0]


def test_a_reference_shows_the_notes_number_and_leads_to_the_formula_on_any_page(bad_build):
    first, second = (
        bs4.BeautifulSoup((bad_build[1] / name).read_text(encoding="utf-8"), "html.parser")
        for name in ("index.html", "second.html")
    )
    links = {link.get_text(): link["href"] for link in first.find_all("a", class_="reference")}
    assert links["(1)"].endswith("#equation-eq-1")
    assert first.find(id="equation-eq-1")
    assert links["(F1)"] == "second.html#equation-u-1.3-f1"
    assert second.find(id="equation-u-1.3-f1")


# ---------- in a browser ----------


def chromium():
    """The path of a Chromium; without one a skip, or a failure where it is required."""
    if path := requires.script("chromium").path():
        return path
    requires.missing("browser", "no Chromium on the PATH: the pages are not tried in a browser")


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


class HeldFonts(QuietHandler):
    """Files as they are, but no font before it is let go."""

    let_go = threading.Event()

    def do_GET(self):
        if self.path.endswith(".woff2"):
            self.let_go.wait(timeout=60)
        super().do_GET()


def served(handler):
    """The address of a plain file server of the book."""
    handler = functools.partial(handler, directory=SITE)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as httpd:
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{httpd.server_port}/"
        httpd.shutdown()


@pytest.fixture(scope="module")
def server():
    yield from served(QuietHandler)


@pytest.fixture(scope="module")
def server_of_late_fonts():
    yield from served(HeldFonts)


@pytest.fixture(scope="module")
def browser():
    path = chromium()
    playwright = requires.library("playwright.sync_api", of="browser")
    with playwright.sync_playwright() as p:
        # No name is looked up: whatever is not on this machine cannot be reached.
        offline = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
        browser = p.chromium.launch(executable_path=path, args=["--no-sandbox", offline])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def window(browser):
    """One window for all pages, so that what they share is loaded once."""
    with browser.new_context(color_scheme="light") as window:
        yield window


@pytest.fixture
def visit(window, server):
    """visit("book/intro.html", width=360) opens the page from the server in a tab."""

    @contextlib.contextmanager
    def opened(page, *, width=1440):
        with window.new_page() as tab:
            tab.set_viewport_size({"width": width, "height": 900})
            tab.goto(server + page)
            tab.evaluate("document.fonts.ready.then(() => true)")
            yield tab

    return opened


@contextlib.contextmanager
def watched(window):
    """A tab, what was asked for in it, and what went wrong."""
    urls, troubles = [], []

    def heard(message):
        if message.type in ("error", "warning"):
            troubles.append(f"console: {message.text}")

    with window.new_page() as tab:
        tab.on("request", lambda request: urls.append(request.url))
        tab.on("requestfailed", lambda request: troubles.append(f"not loaded: {request.url}"))
        tab.on("pageerror", lambda error: troubles.append(f"script: {error}"))
        tab.on("console", heard)
        yield tab, urls, troubles


def open_all_details(tab):
    """And let them be open at once: what fades in is pale for as long as a busy machine takes."""
    tab.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    ends = "a.effect.getComputedTiming().endTime < Infinity"  # an editor's cursor blinks for ever
    tab.evaluate(f"document.getAnimations().filter(a => {ends}).forEach(a => a.finish())")


def read_through(tab):
    """Scroll down as a reader does: what is far from the window is laid out when it comes near."""
    tab.evaluate(
        """async () => {
            const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 10)));
            for (let y = 0; y < document.documentElement.scrollHeight; y += 1200) {
                scrollTo(0, y);
                await frame();
            }
        }"""
    )


def settle(tab, condition, *, within=2):
    """Wait up to some seconds for what scripts do late; the test itself then judges.

    Playwright's own wait runs its condition in the page by eval, which the pages forbid.
    """
    end = time.monotonic() + within
    while not tab.evaluate(condition) and time.monotonic() < end:
        tab.wait_for_timeout(20)


@pytest.fixture(params=["from files", "from a server"])
def base(request):
    if request.param == "from files":
        return SITE.as_uri() + "/"
    return request.getfixturevalue("server")


@every_view
def test_the_page_opens_without_a_network_and_without_a_complaint(window, base, page):
    with watched(window) as (tab, urls, troubles):
        tab.goto(base + page)
        tab.evaluate("document.fonts.ready.then(() => true)")
        assert not troubles, troubles
        outside = [url for url in urls if not url.startswith((base, "data:"))]
        assert not outside, outside


@every_chapter
def test_the_math_is_set_in_its_own_fonts(visit, page):
    with visit(page) as tab:
        open_all_details(tab)
        formulas = tab.evaluate(
            """[...document.querySelectorAll(".katex")].map(k => {
                const shown = k.querySelector(".katex-html").getBoundingClientRect();
                const spoken = k.querySelector(".katex-mathml").getBoundingClientRect();
                return [shown.width, shown.height, spoken.width];
            })"""
        )
        assert all(w > 3 and h > 5 and s <= 1 for w, h, s in formulas), formulas
        if formulas:
            fonts = "[...document.fonts].filter(f => f.status == 'loaded').map(f => f.family)"
            settle(tab, f"({fonts}).join().includes('KaTeX_Main')")
            assert "KaTeX_Main" in ",".join(tab.evaluate(fonts))


@every_view
def test_nothing_hangs_over_the_edge_of_a_phone_a_tablet_or_a_desk(visit, page):
    with visit(page) as tab:
        open_all_details(tab)
        for width in (360, 768, 1440):
            tab.set_viewport_size({"width": width, "height": 800})
            excess = tab.evaluate("document.documentElement.scrollWidth - innerWidth")
            widest = tab.evaluate(
                """[...document.querySelectorAll("body *")]
                    .map(e => [Math.round(e.getBoundingClientRect().right), e])
                    .sort((a, b) => b[0] - a[0])
                    .slice(0, 3).map(([right, e]) => [right, e.outerHTML.slice(0, 120)])"""
            )
            assert excess <= 0, f"at {width} px the page is {excess} px too wide: {widest}"


@every_chapter
def test_no_line_begins_with_the_punctuation_after_a_formula(visit, page):
    with visit(page) as tab:
        tab.evaluate("document.documentElement.classList.add('whole')")
        open_all_details(tab)
        for width in (360, 390, 768):
            tab.set_viewport_size({"width": width, "height": 800})
            alone = tab.evaluate(
                r"""[...document.querySelectorAll("article span.math")].flatMap((math) => {
                    const after = math.nextSibling;
                    if (after?.nodeType !== Node.TEXT_NODE || !/^[.,:;?!)]/.test(after.data)) return [];
                    const sign = document.createRange();
                    sign.setStart(after, 0);
                    sign.setEnd(after, 1);
                    const { top, width } = sign.getBoundingClientRect();
                    const last = [...math.querySelectorAll(".base")].at(-1).getBoundingClientRect();
                    const words = math.parentElement.textContent.slice(-60);
                    return width && top >= last.bottom - 2 ? [words] : [];
                })"""
            )
            assert not alone, f"at {width} px: {alone}"


def test_some_page_has_a_wide_picture():
    assert any(soup(page).select(".wide > img") for page in NOTEBOOKS)


@every_notebook
def test_on_a_phone_the_letters_of_a_wide_picture_can_be_read_and_the_keyboard_moves_it(
    visit, page
):
    with visit(page, width=390) as tab:
        tab.evaluate("document.documentElement.classList.add('whole')")
        pictures = tab.locator("article figure img:visible")
        inch = "i => i.clientWidth / i.getAttribute('width') * 192"  # at 192 dots per inch
        smallest = min(p.evaluate(inch) * 10.5 / 72 for p in pictures.all())
        assert smallest > 8, f"letters of {smallest:.1f} px"
        boxes = tab.locator(".wide:has(> img:not(.strip):visible)")
        if not boxes.count():
            return
        box = boxes.first
        box.scroll_into_view_if_needed()
        settle(tab, "document.querySelector('.wide:has(> img:not(.strip))').tabIndex == 0")
        assert box.get_attribute("aria-label") == "Figure, scrolls sideways"
        box.focus()
        tab.keyboard.press("ArrowRight")
        settle(tab, "document.activeElement.scrollLeft > 0")
        assert tab.evaluate("document.activeElement.scrollLeft") > 0
        tab.set_viewport_size({"width": 1440, "height": 800})
        settle(tab, "document.querySelectorAll('.wide[tabindex]').length == 0")
        assert tab.locator(".wide[tabindex]").count() == 0


@every_chapter
def test_the_keyboard_reaches_whatever_scrolls_sideways(visit, page):
    with visit(page, width=360) as tab:
        open_all_details(tab)
        missed = """[...document.querySelectorAll("article *")]
            .filter(e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0)
            .filter(e => ["auto", "scroll"].includes(getComputedStyle(e).overflowX))
            .filter(e => e.tabIndex < 0 && !e.querySelector("a, button, [tabindex='0']"))
            .map(e => e.outerHTML.slice(0, 120))"""
        read_through(tab)
        settle(tab, f"({missed}).length == 0")
        assert tab.evaluate(missed) == []


@every_chapter
def test_details_open_by_keyboard(visit, page):
    with visit(page) as tab:
        summaries = tab.locator("article details > summary")
        for number in range(min(summaries.count(), 3)):
            summary = summaries.nth(number)
            summary.focus()
            tab.keyboard.press("Enter")
            assert summary.evaluate("s => s.parentElement.open"), summary.inner_text()


@every_chapter
def test_the_search_finds_the_page_without_a_network(window, base, page):
    title = soup(page).h1.get_text(" ", strip=True)
    word = max(re.findall(r"[A-Za-z]+", title), key=len)
    with watched(window) as (tab, _, troubles):
        tab.goto(f"{base}search.html?q={word}")
        settle(tab, f"document.querySelector('#search-results a[href*=\"{page}\"]') !== null")
        links = tab.eval_on_selector_all("#search-results li a", "all => all.map(a => a.href)")
        assert any(url.split("?")[0] == base + page for url in links), (word, links)
        assert not troubles, troubles


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("(75)", "book/batch-norm.html#equation-eq-75"),
        ("75", "book/batch-norm.html#equation-eq-75"),
        ("eq. 75", "book/batch-norm.html#equation-eq-75"),
        ("formula (7)", "book/losses.html#equation-eq-7"),
        ("MCC", "book/metrics.html#equation-u-1.9-mcc"),
        ("huber_grad", "book/code.html#losses.huber_grad"),
        ("optimizers.Adam", "book/code.html#optimizers.Adam"),
        ("subgradient", "book/glossary.html#term-subgradient"),
    ],
)
def test_the_search_finds_a_formula_by_number_and_a_function_or_term_by_name_first(
    window, base, query, found
):
    with watched(window) as (tab, _, troubles):
        tab.goto(f"{base}search.html")
        tab.fill("article input[name=q]", query)
        tab.press("article input[name=q]", "Enter")
        first = "document.querySelector('#search-results li a')"
        settle(tab, f"{first} !== null")
        assert tab.evaluate(f"{first}?.href") == base + found
        if query.strip("()").isdigit():
            numbers = tab.locator("#search-results li a").all_inner_texts()
            assert set(numbers) <= {"(75)", "(75')"}, "a number that only contains 75"
        assert not troubles, troubles


def test_the_search_knows_every_formula_and_every_public_function(visit):
    with visit("search.html") as tab:
        settle(tab, "Search.hasIndex()")
        known = tab.evaluate(
            """Object.entries(Search._index.objects).flatMap(([prefix, found]) =>
                found.map(object => (prefix ? prefix + "." : "") + object[4]))"""
        )
    tags = {f"({e.tag})" for e in equations.ALL}
    tags |= {f"({e.tag}')" for e in equations.ALL if pages_with(f"equation-{e.id}-mended")}
    assert {html.unescape(name) for name in known if name.startswith("(")} == tags
    names = {id for id in ids(CODE) if re.fullmatch(r"\w+(\.[A-Za-z]\w*)+", id)}
    assert len(names) > 100
    assert names <= set(known)


def test_the_front_door_leads_to_the_first_page(window, base):
    with window.new_page() as tab:
        tab.goto(base + "index.html")
        tab.wait_for_url(base + PAGES[0], timeout=5000)
        assert tab.url == base + PAGES[0]


def test_the_theme_button_goes_through_light_and_dark_and_is_remembered(browser, server):
    with browser.new_context(color_scheme="light") as window, window.new_page() as tab:
        tab.goto(server + PAGES[0])
        mode = "document.documentElement.dataset.mode"
        modes = []
        for _ in range(3):
            tab.click(".theme-switch-button")
            modes.append(tab.evaluate(mode))
        assert sorted(modes) == ["auto", "dark", "light"]

        while tab.evaluate(mode) != "dark":
            tab.click(".theme-switch-button")
        tab.reload()
        paper = tab.evaluate("getComputedStyle(document.body).backgroundColor")
        assert max(map(int, re.findall(r"\d+", paper)[:3])) < 60, paper


def test_on_paper_the_page_is_light_and_stands_alone(visit):
    with visit(PAGES[0]) as tab:
        tab.emulate_media(media="print", color_scheme="dark")
        settle(tab, "document.documentElement.dataset.theme == 'dark'")
        tab.evaluate("dispatchEvent(new Event('beforeprint'))")
        ink = tab.evaluate("getComputedStyle(document.body).color")
        assert max(map(int, re.findall(r"\d+", ink)[:3])) < 80, ink
        assert tab.evaluate("document.documentElement.dataset.theme") == "light"
        assert not tab.locator("nav[aria-label=Chapters]").is_visible()
        assert not tab.locator(".theme-switch-button").is_visible()


def test_on_a_phone_the_chapters_are_a_drawer_that_escape_closes(visit):
    with visit(PAGES[0], width=360) as tab:
        link = tab.locator("nav[aria-label=Chapters] a").first
        assert not link.is_visible()
        tab.focus("button.primary-toggle")
        tab.keyboard.press("Enter")
        assert link.is_visible()
        tab.keyboard.press("Escape")
        assert not link.is_visible()


def has_film(page):
    return soup(page).select_one("div.cell[class*='tag_frames-']") is not None


def test_some_page_has_a_film():
    assert any(map(has_film, PAGES))


@every_chapter
def test_a_film_plays_by_button_and_slider_and_is_a_strip_on_paper(visit, page):
    if not has_film(page):
        return
    with visit(page) as tab:
        film, strip = tab.locator(".film").first, tab.locator("img.strip").first
        told, slider = tab.locator(".player output").first, tab.locator(".player input").first
        button = tab.locator(".player button").first
        read_through(tab)
        film.scroll_into_view_if_needed()
        frames = int(slider.get_attribute("max")) + 1
        first = film.evaluate("f => f.style.backgroundPosition")
        assert film.get_attribute("aria-label") == strip.get_attribute("alt")
        assert film.is_visible() and not strip.is_visible()
        assert told.inner_text() == f"1 of {frames}"

        slider.focus()
        tab.keyboard.press("ArrowRight")
        assert told.inner_text() == f"2 of {frames}"
        assert film.evaluate("f => f.style.backgroundPosition") != first
        tab.keyboard.press("End")
        assert told.inner_text() == f"{frames} of {frames}"
        button.click()
        assert (button.inner_text(), told.inner_text()) == ("Pause", f"1 of {frames}")
        settle(tab, "!document.querySelector('.player output').value.startsWith('1 ')")
        assert int(told.inner_text().split()[0]) > 1
        button.press("Enter")
        assert button.inner_text() == "Play"

        tab.emulate_media(media="print")
        assert strip.is_visible() and not film.is_visible()


SHOWN = "f => [...f.querySelectorAll('path[data-at]:not([hidden])')].map(p => p.outerHTML).join()"


@every_notebook
def test_a_chapter_has_a_figure_that_its_reader_turns_by_keyboard(visit, page):
    with visit(page, width=360) as tab:
        figures = tab.locator("figure div.turned")
        assert figures.count() > 0
        read_through(tab)
        for figure in figures.all():
            told, drawing = figure.locator("output"), figure.locator("svg[role=img]")
            for dial in figure.locator("input, select").all():
                before = told.inner_text(), figure.evaluate(SHOWN)
                dial.focus()
                last = dial.evaluate("d => +d.value === (d.options?.length ?? +d.max + 1) - 1")
                tab.keyboard.press("ArrowUp" if last and is_choice(dial) else "ArrowDown")
                if not is_choice(dial):
                    tab.keyboard.press("Home" if last else "End")
                after = told.inner_text(), figure.evaluate(SHOWN)
                assert before[0] != after[0] and before[1] != after[1], after[0]
                name = dial.evaluate("d => d.labels[0].textContent")
                words = dial.evaluate("d => (d.selectedOptions?.[0] ?? d.nextSibling).textContent")
                assert f"{name} = {words}" in after[0]
                if not is_choice(dial):
                    assert dial.get_attribute("aria-valuetext") == words
                alt = figure.get_attribute("data-alt")
                assert drawing.get_attribute("aria-label") == f"{alt} {after[0]}"
            letters = drawing.evaluate("s => 12 * s.getBoundingClientRect().width / 340")
            assert letters > 10, f"letters of {letters} px on a phone"


def is_choice(dial):
    return dial.evaluate("d => d.tagName") == "SELECT"


@every_notebook
def test_without_scripts_and_on_paper_the_figure_is_a_still(browser, server, page):
    with browser.new_context(java_script_enabled=False) as window, window.new_page() as tab:
        tab.goto(server + page)
        for media in ("screen", "print"):
            tab.emulate_media(media=media)
            figure = tab.locator("div.turned").first
            figure.scroll_into_view_if_needed()
            assert figure.locator("svg[role=img] path[data-at]:visible").count() > 0
            assert figure.locator("output").is_visible()
            assert not figure.locator("input, select").first.is_visible()


def test_the_whole_book_prints_as_one_pdf_with_an_outline(browser, tmp_path):
    target = tmp_path / "book.pdf"
    run = [sys.executable, ROOT / "tools" / "make_pdf.py", target]
    subprocess.run(run, check=True, timeout=900)
    pdf = target.read_bytes()
    assert pdf.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) > 5 * len(PAGES)
    assert b"/Outlines" in pdf


WIDTH = """() => {
    const text = document.createRange();
    text.selectNodeContents(document.querySelector("h1"));
    return text.getBoundingClientRect().width;
}"""


@pytest.mark.parametrize("on_paper", [True, False])
def test_paper_waits_for_its_fonts_and_a_screen_does_not(browser, server_of_late_fonts, on_paper):
    HeldFonts.let_go.clear()
    with browser.new_context() as window:
        tab = window.new_page()
        if on_paper:
            tab.route("**/book.css*", requires.script("make_pdf").wait_for_fonts)
        tab.goto(server_of_late_fonts + "book/notation.html", wait_until="commit")
        tab.wait_for_timeout(500)
        before = tab.evaluate(WIDTH)
        HeldFonts.let_go.set()
        tab.wait_for_load_state("networkidle")
        assert (tab.evaluate(WIDTH) != before) == on_paper


@every_view
def test_the_page_forbids_whatever_comes_from_elsewhere(visit, page):
    with visit(page) as tab:
        refused = tab.evaluate(
            """async () => {
                const refused = [];
                addEventListener("securitypolicyviolation", (e) => refused.push(e.effectiveDirective));
                const script = document.createElement("script");
                script.textContent = "window.ran = true";
                document.body.append(script);
                const image = new Image();
                image.src = "https://example.org/pixel.png";
                await fetch("https://example.org/").catch(() => {});
                await new Promise((done) => setTimeout(done, 50));
                return [window.ran, refused.sort()];
            }"""
        )
    assert refused == [None, ["connect-src", "img-src", "script-src-elem"]]


@every_chapter
def test_a_link_to_a_place_lands_there(browser, server, page):
    """The last places from another page, what is above them not laid out yet; the others from their own."""
    places = [
        id for id in ids(page) if soup(page).select_one(f"article section section[id='{id}']")
    ]
    tried = places[1:-1:4]
    for width in (390, 1440):
        with browser.new_context(viewport={"width": width, "height": 900}) as window:
            for arrival in tried[-2:]:
                with window.new_page() as tab:
                    tab.goto(f"{server}{page}#{arrival}")
                    tab.evaluate("document.fonts.ready.then(() => true)")
                    for place in (arrival, *(tried if arrival == tried[-1] else [])):
                        tab.evaluate("place => { location.hash = place }", place)
                        where = f"document.getElementById({place!r}).getBoundingClientRect().top"
                        settle(tab, f"0 <= {where} && {where} <= 200")
                        assert -1 <= tab.evaluate(where) <= 200, place


HEAVIEST = 400_000  # bytes that a page may cost over the network, text compressed
LARGEST_SHIFT = 0.01  # Lighthouse calls a layout shift of 0.1 good


@every_view
def test_the_page_is_light(browser, server, page):
    """What a first visit transfers: a file of text counts as gzip makes it."""
    sizes = {}

    def weigh(response):
        if response.url.startswith(server):
            body = response.body()
            text = not response.url.split("?")[0].endswith((".webp", ".woff2", ".png"))
            sizes[response.url] = len(gzip.compress(body)) if text else len(body)

    with browser.new_context(viewport={"width": 412, "height": 823}) as window:
        tab = window.new_page()
        tab.on("response", weigh)
        tab.goto(server + page)
        tab.wait_for_load_state("networkidle")
    figures.note("bytes of a first visit", page, sum(sizes.values()), at_most=HEAVIEST)
    assert sum(sizes.values()) <= HEAVIEST, sorted(sizes.items(), key=lambda s: -s[1])[:9]


@every_view
def test_the_style_that_is_asked_for_first_is_the_one_that_the_page_links(page):
    head = soup(page).head
    early = re.findall(r'as: "style", href: "(.*?)"', head.script.string)
    assert early == [link["href"] for link in head.find_all("link", rel="stylesheet")]


@every_view
def test_nothing_moves_however_late_the_fonts_come(browser, server_of_late_fonts, page):
    HeldFonts.let_go.clear()
    with browser.new_context(viewport={"width": 412, "height": 823}) as window:
        tab = window.new_page()
        tab.add_init_script(
            """window.moved = [];
            new PerformanceObserver((list) => {
                for (const { hadRecentInput, value, sources } of list.getEntries())
                    if (!hadRecentInput)
                        moved.push([value, ...sources.map(({ node }) => node?.textContent.trim())]);
            }).observe({ type: "layout-shift", buffered: true });"""
        )
        tab.goto(server_of_late_fonts + page, wait_until="commit")
        painted = "performance.getEntriesByName('first-contentful-paint').length"
        settle(tab, painted, within=30)
        assert tab.evaluate(painted), "nothing is shown before the fonts are there"
        HeldFonts.let_go.set()
        tab.wait_for_load_state("networkidle")
        moved = tab.evaluate("moved")
    shift = sum(value for value, *_ in moved)
    figures.note("layout shift", page, shift, at_most=LARGEST_SHIFT)
    assert shift <= LARGEST_SHIFT, moved


def test_where_the_address_is_known_a_sitemap_lists_the_pages(tmp_path):
    notes_publish = requires.script("notes_publish")
    notes_publish.write_sitemap(tmp_path, "https://example.org/dlnotes/", CHAPTERS)
    found = re.findall("<loc>(.*)</loc>", (tmp_path / "sitemap.xml").read_text("utf-8"))
    assert found == [f"https://example.org/dlnotes/{name}.html" for name in sorted(CHAPTERS)]
    assert "sitemap.xml" in (tmp_path / "robots.txt").read_text("utf-8")


@every_chapter
def test_the_page_has_a_card_for_whoever_links_to_it(page):
    told = {m.get("property"): m["content"] for m in soup(page).find_all("meta", content=True)}
    assert told["og:title"] and told["og:description"]
    card = ((SITE / page).parent / told["og:image"]).resolve()
    assert card.read_bytes().startswith(b"\x89PNG")


@pytest.fixture(scope="module")
def axe():
    return requires.library("axe_playwright_python.sync_playwright", of="browser").Axe()


# Axe looks at every element, and takes seconds over a chapter's formulas and code. What KaTeX drew
# is hidden from assistive technology and inherits its colour, and one token of a kind is enough.
THINNED = """
    document.querySelectorAll(".katex").forEach(formula => formula.remove());
    const seen = new Set();
    for (const token of document.querySelectorAll("pre span")) {
        const kind = [token, token.closest("details, .cell_input")].map(e => e?.className).join();
        if (seen.has(kind)) token.replaceWith(...token.childNodes);
        seen.add(kind);
    }
"""


def violations(axe, tab, rules=None):
    """What axe finds, a line a case."""
    spoken = {"label-content-name-mismatch": {"enabled": True}}  # off by default
    options = {"resultTypes": ["violations"], "rules": spoken}
    if rules:
        options["runOnly"] = {"type": "rule", "values": rules}
    return [
        f"{rule['id']}: {node['html'][:160]} ({node['failureSummary'].splitlines()[-1].strip()})"
        for rule in axe.run(tab, options=options).response["violations"]
        for node in rule["nodes"][:3]
    ]


@every_view
def test_axe_finds_no_barrier_in_the_light_in_the_dark_or_on_a_phone(visit, axe, page):
    """All of axe's rules in the light: WCAG A and AA, and what it calls best practice."""
    with visit(page) as tab:
        tab.evaluate("document.documentElement.classList.add('whole')")
        open_all_details(tab)
        tab.evaluate(THINNED)
        read_through(tab)  # what scrolls is told from what does not when the reader is near
        assert violations(axe, tab) == []

        tab.emulate_media(color_scheme="dark")
        settle(tab, "document.documentElement.dataset.theme == 'dark'")
        assert violations(axe, tab, ["color-contrast", "link-in-text-block"]) == []

        tab.set_viewport_size({"width": 360, "height": 800})
        read_through(tab)
        assert violations(axe, tab, ["scrollable-region-focusable", "target-size", "region"]) == []


# ---------- the back matter ----------

INDEX, ERRATA, CODE = "book/equations.html", "book/errata.html", "book/code.html"
each_equation = pytest.mark.parametrize("equation", equations.ALL, ids=lambda e: e.id)


def entry_of(page, place):
    """An entry of a list of formulas, and its formulas, each as TeX without what only spaces or groups."""
    entry = soup(page).find(id=place)
    assert entry, f"{page} has no {place}"
    shown = entry.select(".katex-display annotation, .claim")
    return entry, [bare(spelled(form)) for form in shown]


def bare(tex):
    return re.sub(r"\\text\b|\\q?quad\b|\\ |[{}\s]", "", tex)


def spelled(node):
    """A node's text, its formulas as TeX."""
    node = bs4.BeautifulSoup(str(node), "html.parser")
    for formula in node.select(".katex"):
        formula.replace_with(formula.annotation.get_text())
    return node.get_text()


# What TeX has for a terminal's letters, and what it sets apart.
LETTERS = {"epsilon": "eps", "varphi": "phi", "infty": "inf", "le": "<=", "top": "T"}
TYPESET = str.maketrans("\u2018\u2019\u201c\u201d\u2013\u2212", "''\"\"--")


def as_typed(text):
    """A text as a terminal has it, typeset or not, without spaces, brackets, dots and marks of scripts."""
    text = re.sub(r"\\hat\{(\w)\}", r"\1_hat", text.translate(TYPESET).replace("--", "-"))
    text = re.sub(
        r"(?:(\d(?:\.\d+)?) \\cdot )?10\^\{(-?\d+)\}", lambda m: f"{m[1] or 1}e{m[2]}", text
    )
    text = re.sub(r"(\d)e([+-]\d+)", lambda m: f"{m[1]}e{int(m[2])}", text)
    text = re.sub(r"\\(?:text|mathbb)\b", "", text)
    text = re.sub(r"\\(\w+?)(?![a-zA-Z])", lambda m: LETTERS.get(m[1], m[1]), text)
    return re.sub(r"[\s_^{}().\u2026]", "", text)


def test_the_index_has_every_formula_once_in_the_notes_order():
    places = [entry["id"] for entry in soup(INDEX).select(".formula-index > li")]
    assert places == [f"index-{e.id}" for e in equations.ALL]


@each_equation
def test_an_entry_of_the_index_tells_formula_page_code_verdict_and_check(equation):
    entry, tex = entry_of(INDEX, f"index-{equation.id}")
    assert tex == [bare(equation.latex)]
    number = entry.find("a")
    assert number.get_text() == f"({equation.tag})"
    assert urldefrag(number["href"]).fragment == f"equation-{equation.id}"
    assert entry.select_one(".verdict").get_text() == equation.verdict
    finding = equation.verify()
    said = [as_typed(spelled(dd)) for dd in entry.select("dl.facts dd")]
    assert said == [as_typed(t) for t in (equation.code, finding.agreement, finding.control)]


@each_equation
def test_the_link_to_a_formula_s_code_lands_on_its_definition(equation):
    entry, _ = entry_of(INDEX, f"index-{equation.id}")
    link = entry.select_one("dl.facts a:has(code)")
    target, place = urldefrag(link["href"])
    assert (Path(INDEX).parent / target).as_posix() == CODE
    name = equation.code.split(".")[-1]
    head = re.compile(rf"^ *(def|class) {name}\b.*", re.MULTILINE | re.DOTALL)
    source = head.search(inspect.getsource(named(equation.code))).group().strip()
    text = text_at(place)
    assert head.search(text).group().strip().startswith(source), text[:200]
    others = re.findall(r"^ *(?:def|class) (\w+)", text, re.MULTILINE)
    assert others[0] == name, f"{place} lands on {others[0]}"


def named(path):
    """What "metrics.Confusion.f1" names in dlnotes."""
    module, *names = path.split(".")
    found = importlib.import_module(f"dlnotes.{module}")
    for name in names:
        found = getattr(found, name)
    return found.fget if isinstance(found, property) else found


def text_at(place):
    """The code that a place names: a whole piece, or from the place in a piece on."""
    target = soup(CODE).find(id=place)
    assert target, f"no {place} on the page of the package"
    if "piece" in target.get("class", []):
        return target.pre.get_text()
    pre = target.find_parent("pre")
    return "".join(s for s in target.find_all_next(string=True) if s.find_parent("pre") is pre)


def test_every_function_and_class_of_the_formulas_modules_has_its_place():
    modules = dict.fromkeys(e.code.split(".")[0] for e in equations.ALL)
    missing = [
        f"{module}.{name}"
        for module in modules
        for name, member in vars(importlib.import_module(f"dlnotes.{module}")).items()
        if getattr(member, "__module__", None) == f"dlnotes.{module}"
        and not isinstance(member, functools.partial)
        and f"{module}.{name}" not in ids(CODE)
    ]
    assert not missing, missing


def test_the_page_of_the_package_has_every_line_of_its_modules():
    shown = "\n".join(pre.get_text() for pre in soup(CODE).select(".piece pre"))
    lines = {line.rstrip() for line in shown.splitlines()}
    for module in dict.fromkeys(e.code.split(".")[0] for e in equations.ALL):
        source = (ROOT / "dlnotes" / f"{module}.py").read_text(encoding="utf-8")
        missing = {line.rstrip() for line in source.splitlines()} - lines - {""}
        assert not missing, (module, missing)


def test_the_errata_have_every_formula_that_does_not_simply_hold_and_no_other():
    places = [entry["id"] for entry in soup(ERRATA).select(".formulas > li")]
    order = ("wrong", "convention", "holds with conditions")
    assert places == [f"errata-{e.id}" for v in order for e in equations.ALL if e.verdict == v]


@each_equation
def test_an_erratum_has_the_forms_the_reason_and_of_a_wrong_one_numbers_and_source(equation):
    if equation.verdict == "holds":
        return
    entry, tex = entry_of(ERRATA, f"errata-{equation.id}")
    both = [bare(equation.latex), bare(equation.mended)]
    assert tex == both[equation.verdict == "holds with conditions" :]
    facts = {dt.get_text(): dt.find_next("dd") for dt in entry.select("dl.facts dt")}
    cited = entry.select("a[href*='bibliography.html#']")
    assert len(cited) == len(equation.sources)
    if equation.verdict != "wrong":
        return
    printed, truth = (facts[at].strong.get_text() for at in ("As printed", "In truth"))
    case = equation.counterexample
    for shown, value in (
        (printed, case.measure(equation.refutes["as printed"])),
        (truth, case.truth()),
    ):
        if isinstance(value, str):
            assert shown == value
        else:
            assert float(shown.replace("\u2212", "-")) == pytest.approx(value, rel=1e-3)
    assert printed != truth
    assert f"which gives {truth} in this case" in " ".join(facts["Mended"].get_text().split())
    assert cited


@pytest.mark.parametrize("page", [INDEX, ERRATA])
def test_no_letter_is_spelled_as_in_a_terminal(page):
    """beta1^t, x_hat, t <= 1 and 1e-09 are formulas where there is room for them."""
    spelling = re.compile(
        r"\b(?:alpha|beta|gamma(?! functions)|delta|eps|eta|theta|lambda|mu|rho|sigma|tau|[Pp]hi)\d?\b"
        r"|[_^]|<=|>=|\binf\b|\de[+-]\d|(?<![\w.])-(?=\d)"
    )
    for entry in soup(page).select(".formulas > li"):
        text = bs4.BeautifulSoup(str(entry), "html.parser")
        for apart in text.select(".katex, code, a"):
            apart.replace_with(" ")
        found = spelling.findall(text.get_text())
        assert found == [], (entry["id"], found)


def test_a_figure_that_the_errata_quote_stands_on_the_page_that_they_name():
    said = soup(ERRATA).find(id="what-is-said-in-words").select("li")
    assert len(said) >= 6
    for item in said:
        named = [link["href"] for link in item.select("a") if link["href"].endswith(".html")]
        there = " ".join(spelled(soup(f"book/{page}").article) for page in named)
        text = re.sub(r"Section \d\S*|L2", "", spelled(item))
        missing = set(re.findall(r"\d+\.\d+|\d{2,}", text)) - set(
            re.findall(r"\d+\.\d+|\d+", there)
        )
        assert not missing, (item.get_text(), missing)


@every_chapter
def test_a_page_is_quickly_there(page):
    """In the form in which servers send it."""
    size = len(gzip.compress((SITE / page).read_bytes()))
    assert size < 400_000, f"{page} has {size} bytes"


def shown_formulas(tab):
    return tab.locator(".formula-index > li:visible").count()


def test_the_index_is_all_there_without_scripts(browser, server):
    with browser.new_context(java_script_enabled=False) as window, window.new_page() as tab:
        tab.goto(server + INDEX)
        assert shown_formulas(tab) == len(equations.ALL)
        assert tab.locator("form.filters").count() == 0


def test_the_index_is_filtered_by_verdict_and_chapter_from_the_keyboard(visit):
    with visit(INDEX) as tab:
        verdict, chapter = tab.locator("form.filters").get_by_role("combobox").all()
        assert [box.evaluate("b => b.labels[0].firstChild.data") for box in (verdict, chapter)] == [
            "Verdict",
            "Chapter",
        ]
        told = tab.locator("form.filters output")
        total = len(equations.ALL)
        assert told.inner_text() == f"{total} of {total} formulas"
        assert set(verdict.locator("option").all_inner_texts()) == {"all", *equations.VERDICTS}

        verdict.focus()
        tab.keyboard.type("wrong")
        wrong = [e for e in equations.ALL if e.verdict == "wrong"]
        assert told.inner_text() == f"{len(wrong)} of {total} formulas"
        assert shown_formulas(tab) == len(wrong)

        tab.keyboard.press("Tab")
        assert chapter.evaluate("select => select === document.activeElement")
        tab.keyboard.type("Losses")
        assert told.inner_text() == f"1 of {total} formulas"
        assert tab.locator("article h2:visible").all_inner_texts() == ["Losses#"]
        tab.keyboard.press("Home")
        verdict.focus()
        tab.keyboard.press("Home")
        assert shown_formulas(tab) == total
