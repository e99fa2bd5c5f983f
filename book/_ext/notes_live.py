"""Live code: the bar at the top of a page with code, the reader's progress on the first page.

What the button of the bar loads is put together by tools/build_live.py, in _build/live; here it is
copied into the site. Where it is missing, the pages say so.
"""

import html
import json
import re
import shutil
from pathlib import Path

import nbformat
from docutils import nodes

CHECK = re.compile(r"^exercises\.(\w+\.\w+)\.check\(", re.MULTILINE)

BAR = """
<div class="live-bar pst-js-only" role="region" aria-label="Live code" {data}>
<div class="live-buttons"><button type="button" class="live-start">Live code</button></div>
<p class="live-said" role="status">Change and run this page’s code. Loads {megabytes} MB, once.</p>
<p class="live-progress">{count} exercises</p>
</div>
"""
NO_BAR = """
<div class="live-bar" role="region" aria-label="Live code" {data}>
<p class="live-said">This copy of the book was built without a network: its code does not run here.
After <code>make clean</code>, <code>make serve</code> builds and shows one in which it does.</p>
<p class="live-progress">{count} exercises</p>
</div>
"""
PROGRESS = """
<div class="progress">
<ul>{pages}</ul>
<div class="live-buttons pst-js-only"><button type="button">Save to a file</button>
<button type="button">Read from a file</button>
<input type="file" accept=".json" aria-label="Progress file" hidden></div>
<p class="live-said" role="status"></p>
</div>
"""
PAGE = '<li data-exercises="{names}"><a href="{url}">{title}</a> {progress}</li>'


def name_cells(app, doctree):
    """Give a cell of code the id that it has in its notebook."""
    path = Path(app.env.doc2path(app.env.docname))
    if path.suffix != ".ipynb":
        return
    cells = nbformat.read(path, as_version=4).cells
    for node in doctree.findall(nodes.container):
        if node.get("nb_element") == "cell_code":
            node["ids"].append(f"cell-{cells[node['cell_index']].id}")


def exercises_of(app, docname):
    """The exercises of a page as they are named in progress files: losses.mae_grad, ..."""
    path = Path(app.env.doc2path(docname))
    if path.suffix != ".ipynb":
        return []
    cells = nbformat.read(path, as_version=4).cells
    return [
        name for cell in cells if cell.cell_type == "code" for name in CHECK.findall(cell.source)
    ]


def add_to_page(app, pagename, templatename, context, doctree):
    if doctree is None or "body" not in context:
        return
    if app.env.doc2path(pagename).endswith(".ipynb"):
        bar = bar_of(app, pagename)
        context["body"] = context["body"].replace("</h1>", f"</h1>{bar}", 1)
    elif pagename == app.config.root_doc:
        place = '<div class="progress-place"></div>'
        assert place in context["body"], f"{pagename} has no {place}"
        context["body"] = context["body"].replace(place, progress_of_all(app))
    else:
        return
    app.add_js_file("live.js", loading_method="defer")


def bar_of(app, pagename):
    exercises = exercises_of(app, pagename)
    data = {"name": pagename, "exercises": " ".join(exercises)}
    files = live_files(app)
    if files:
        data |= {key: files[key] for key in ("page", "python", "wheel")}
        data["live"] = f"{'../' * pagename.count('/')}_static/live/"
    told = " ".join(f'data-{key}="{html.escape(value)}"' for key, value in data.items())
    megabytes = files["megabytes"] if files else None
    return (BAR if files else NO_BAR).format(data=told, count=len(exercises), megabytes=megabytes)


def progress_of_all(app):
    pages = []
    for docname in app.env.toctree_includes[app.config.root_doc]:
        if names := exercises_of(app, docname):
            pages.append(
                PAGE.format(
                    names=" ".join(names),
                    url=app.builder.get_relative_uri(app.config.root_doc, docname),
                    title=html.escape(app.env.titles[docname].astext()),
                    progress=f'<span class="live-progress">{len(names)} exercises</span>',
                )
            )
    return PROGRESS.format(pages="".join(pages))


def live_files(app):
    """What tools/build_live.py says of its work, or None."""
    path = Path(app.confdir, "_build", "live", "live.json")
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def copy_files(app, exception):
    files = live_files(app)
    if exception or app.builder.name != "html" or not files:
        return
    for name in (files["page"], files["python"]):
        source = Path(app.confdir, "_build", "live", name)
        shutil.copytree(source, Path(app.outdir, "_static", "live", name), dirs_exist_ok=True)


def setup(app):
    app.connect("doctree-read", name_cells)
    app.connect("html-page-context", add_to_page, priority=800)
    app.connect("build-finished", copy_files)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
