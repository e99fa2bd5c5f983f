"""Print the built book, all pages in their order, as one PDF: python tools/make_pdf.py [FILE]

Needs a Chromium on the PATH and the book in _build/html. The file is _build/dlnotes.pdf unless said.
"""

import functools
import http.server
import sys
import threading
from pathlib import Path

import chromium
import yaml
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parent.parent
SITE = ROOT / "_build" / "html"
FOOT = """<p style="width: 100%; font-size: 8px; text-align: center; color: #555">
<span class="pageNumber"></span></p>"""

# The other pages' texts follow the first one's. Every place gets its page's name before its own, and
# links lead to places in the same document. Names, brackets and spaces in code have the ink's colour
# without an element for each, which would be most of what a PDF's structure lists.
JOIN = """
async (pages) => {
  const first = document.querySelector("article.bd-article");
  const articles = [first];
  for (const page of pages.slice(1)) {
    const text = await (await fetch(`${page}.html`)).text();
    articles.push(new DOMParser().parseFromString(text, "text/html").querySelector("article.bd-article"));
  }
  const here = (page, id) => (id ? `${page}--${id}` : page);
  articles.forEach((article, i) => {
    for (const place of article.querySelectorAll("[id]")) place.id = here(pages[i], place.id);
    article.id = pages[i];
    for (const link of article.querySelectorAll("a[href]")) {
      const [, path, id] = link.getAttribute("href").match(/^([^#]*)#?(.*)$/);
      const page = path === "" ? pages[i] : path.replace(/\\.html$/, "");
      if (pages.includes(page)) link.href = `#${here(page, id)}`;
    }
    for (const image of article.querySelectorAll("img")) image.loading = "eager";
    for (const part of article.querySelectorAll("svg [hidden]")) part.remove();  // other choices
    for (const token of article.querySelectorAll("pre span:is(.n, .p, .w, .nn):not([id])"))
      token.replaceWith(...token.childNodes);
    article.normalize();
    article.style.breakBefore = i ? "page" : "auto";
    if (i) first.parentElement.append(article);
  });
  await Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
  await document.fonts.ready;
}
"""


def listed(node):
    """The pages of _toc.yml in its order."""
    own = [node[key] for key in ("root", "file") if key in node]
    below = [child for key in ("parts", "chapters", "sections") for child in node.get(key, [])]
    return own + [page for child in below for page in listed(child)]


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def wait_for_fonts(route):
    """Fetch the style; a screen does without a font that comes late, paper waits for it."""
    fetched = route.fetch()
    style = fetched.text().replace("font-display: optional", "font-display: block")
    route.fulfill(response=fetched, body=style)


def main(target):
    browser_path = chromium.path()
    if browser_path is None:
        names = ", ".join(chromium.NAMES)
        sys.exit(f"make_pdf: needs a Chromium on the PATH, one of {names}; found none")
    pages = listed(yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8")))
    missing = [page for page in pages if not (SITE / f"{page}.html").is_file()]
    if missing:
        sys.exit(
            f"make_pdf: wanted the built book in {SITE}, but {missing[0]}.html is missing: run `make book`"
        )
    folder = Path(pages[0]).parent
    names = [Path(page).relative_to(folder).as_posix() for page in pages]

    handler = functools.partial(Quiet, directory=SITE)
    with (
        http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server,
        sync_playwright() as p,
    ):
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = p.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        tab = browser.new_page(color_scheme="light")
        tab.set_default_timeout(900_000)
        tab.route("**/book.css*", wait_for_fonts)
        tab.goto(f"http://127.0.0.1:{server.server_port}/{pages[0]}.html")
        tab.evaluate(JOIN, names)
        target.parent.mkdir(parents=True, exist_ok=True)
        tab.pdf(
            path=target,
            format="A4",
            margin={"top": "18mm", "bottom": "20mm", "left": "20mm", "right": "20mm"},
            display_header_footer=True,
            header_template="<span></span>",
            footer_template=FOOT,
            print_background=True,
            outline=True,
            tagged=True,
        )
        browser.close()
        server.shutdown()
    print(target)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "_build" / "dlnotes.pdf")
