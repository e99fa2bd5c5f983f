"""The command `dlnotes`: what it prints, where, and with which exit code."""

import dataclasses
import io
import json
import re
import subprocess
import sys
import tomllib
import types
from importlib import import_module
from pathlib import Path

import pytest

from dlnotes import __version__, cli, equations, exercises

ROOT = Path(__file__).parent.parent


@pytest.fixture
def run(capsys):
    """run("verify", "1.11") -> (exit code, standard output, standard error)."""

    def command(*arguments):
        try:
            code = cli.main(arguments)
        except SystemExit as exit:
            code = exit.code
        return code, *capsys.readouterr()

    return command


@pytest.fixture
def breaks(monkeypatch):
    """breaks("eq-2", form=...) spoils one entry of the registry."""

    def spoil(id, **changes):
        spoilt = [dataclasses.replace(e, **changes) if e.id == id else e for e in equations.ALL]
        monkeypatch.setattr(equations, "ALL", tuple(spoilt))

    return spoil


class Terminal(io.StringIO):
    flushed = 0

    def isatty(self):
        return True

    def flush(self):
        self.flushed += 1


def test_verify_checks_every_formula_and_ends_with_a_summary(run):
    refuted = sum(len(e.refutes) for e in equations.ALL)
    summary = (
        f"{len(equations.ALL)} formulas agree with their routes; {refuted} wrong forms are refuted."
    )
    assert run("verify") == (0, summary + "\n", "")


def test_verify_takes_sections_and_tells_each_formula_when_asked_to(run):
    code, out, err = run("verify", "-v", "1.11", "3.3")
    *lines, summary = out.splitlines()
    assert (code, err) == (0, "")
    assert [re.search(r"\((.*?)\)", line).group(1) for line in lines] == ["1", "2", "38", "39"]
    assert all(line.startswith("ok ") for line in lines)
    assert "wrong, mended as (2')" in lines[1]
    assert summary == "4 formulas agree with their routes; 12 wrong forms are refuted."


def test_a_formula_that_its_check_contradicts_is_named_and_the_exit_code_is_1(run, breaks):
    breaks("eq-2", form=equations.get("eq-2").refutes["as printed"])
    code, out, _ = run("verify", "1.11")
    failing, summary = out.splitlines()
    assert code == 1
    assert failing.startswith("FAILS (2) Derivative of MAE [eq-2, losses.mae_grad]")
    assert "gap 2, allowed 1e-07" in failing
    assert summary == "1 of 2 formulas: their checks fail."


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"check": lambda form: 0.0}, "FAILS to refute: as printed"),
        ({"refutes": {}}, "FAILS: nothing to refute"),
    ],
)
def test_a_check_that_refutes_nothing_fails(run, breaks, changes, complaint):
    breaks("eq-2", **changes)
    code, out, _ = run("verify", "1.11")
    assert code == 1
    assert complaint in out


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["verify", "1.99"], "dlnotes verify: sections and ids must be the notes' own.*got '1.99'"),
        (["verify", "1.11", "nonsense"], "got 'nonsense'"),
        (["verify", "--quickly"], "unrecognized arguments: --quickly"),
        (["prove"], "invalid choice: 'prove'"),
        ([], "the following arguments are required: COMMAND"),
    ],
)
def test_misuse_is_explained_on_standard_error_and_the_exit_code_is_2(run, arguments, complaint):
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert re.search(complaint, err), err
    assert "Traceback" not in err


@pytest.fixture
def progress_file(tmp_path):
    """progress_file(exercises={"losses.kl": "right"}, version=2) -> the path of such a file."""

    def written(**changes):
        told = {"format": "dlnotes progress", "version": 1, "exercises": {}, "code": {}}
        path = tmp_path / "progress.json"
        path.write_text(json.dumps(told | changes), encoding="utf-8")
        return str(path)

    return written


def test_progress_counts_what_is_right_by_chapter(run, progress_file):
    path = progress_file(
        exercises={
            "losses.mae_grad": "right",
            "losses.kl": "right by another convention",
            "losses.nll": "wrong",
            "losses.mse_grad": "wrong",
            "losses.huber": "not attempted",
            "adam.adam_step_of_old": "right",
            "adam.adam_step_of_yore": "right",
        }
    )
    code, out, err = run("progress", path)
    assert (code, err) == (0, "")
    *chapters, total, gone = out.splitlines()
    assert len(chapters) == len(exercises.TOPICS)
    of_losses = len([e for e in exercises.ALL if e.topic == "losses"])
    (losses,) = (line for line in chapters if "wrong" in line)
    assert losses == f"{'losses':14} 2 of {of_losses} right; wrong: mse_grad, nll"
    assert sum(int(line.split()[3]) for line in chapters) == len(exercises.ALL)
    assert total == f"2 of {len(exercises.ALL)} exercises are right."
    assert gone == "Not in this edition: adam.adam_step_of_old, adam.adam_step_of_yore."


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"format": "n" * 60}, f'"format": "dlnotes progress", got {{"format": "{"n" * 48}$'),
        ({"version": 2}, "must be of version 1, got 2"),
        (
            {"exercises": ["losses.kl"]},
            "exercises must be names with a status each, got \\['losses.kl'",
        ),
        ({"exercises": {"losses.kl": 1}}, "exercises must be names with a status each"),
    ],
)
def test_a_file_that_is_no_progress_file_is_refused_by_what_is_wrong(
    run, progress_file, changes, complaint
):
    code, out, err = run("progress", progress_file(**changes))
    assert (code, out) == (2, "")
    assert re.search(f"dlnotes progress: .*progress.json.*{complaint}", err), err


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "cannot be read: No such file or directory"),
        (b"[1, 2", "must be a progress file in JSON: Expecting"),
        (b"{\xff}", "must be a progress file in JSON: .*codec"),
        (b"[1, 2]", "got \\[1, 2\\]"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(run, tmp_path, content, complaint):
    path = tmp_path / "p.json"
    if content is not None:
        path.write_bytes(content)
    code, out, err = run("progress", str(path))
    assert (code, out) == (2, "")
    assert re.search(f"dlnotes progress: .*p.json.*{complaint}", err), err


def test_on_a_terminal_a_bar_tells_how_far_it_is_and_leaves_the_line_empty(run, monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    code, out, _ = run("verify", "-v", "1.11")
    shown = terminal.getvalue().split("\r\x1b[K")
    bar = cli.BAR
    half = bar // 2
    assert code == 0
    assert shown == ["", f"[{'.' * bar}] 0/2", "", f"[{'#' * half}{'.' * half}] 1/2", ""]
    assert "\r" not in out and "\x1b" not in out


def test_a_line_is_never_written_beside_the_bar(monkeypatch):
    together = Terminal()
    monkeypatch.setattr(sys, "stderr", together)
    monkeypatch.setattr(sys, "stdout", together)
    cli.main(["verify", "-v", "1.11"])
    left = [line.rpartition("\r\x1b[K")[2] for line in together.getvalue().split("\n")]
    assert [line[:6] for line in left] == ["ok    ", "ok    ", "2 form", ""]
    # What stands there is seen at once: two bars, drawn and taken away, and two lines.
    assert together.flushed == 6


def test_the_module_is_the_command_and_writes_no_control_characters_into_a_pipe():
    ran = subprocess.run(
        [sys.executable, "-m", "dlnotes", "verify", "-v", "1.11"],
        capture_output=True,
        cwd=ROOT,
    )
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert not [byte for byte in ran.stdout if byte < 32 and byte not in b"\r\n"]
    assert b"\x1b" not in ran.stdout
    ran = subprocess.run([sys.executable, "-m", "dlnotes", "verify", "0"], cwd=ROOT, stderr=-1)
    assert ran.returncode == 2


def test_the_project_installs_the_command():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    module, function = project["scripts"]["dlnotes"].split(":")
    assert getattr(import_module(module), function) is cli.main


def test_the_help_needs_none_of_the_formulas():
    code = "import sys; from dlnotes import cli; cli._parser(); print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"numpy", "dlnotes.equations"} & set(ran.stdout.split())


HELP = """usage: dlnotes [-h] [--version] COMMAND ...

The book's commands.

options:
  -h, --help  show this help message and exit
  --version   show program's version number and exit

commands:
  COMMAND
    verify    check the formulas of the notes
    progress  show which exercises are right, from a file that the book's first page
              saved
"""
HELP_OF_VERIFY = """usage: dlnotes verify [-h] [-v] [SECTION ...]

Compare every formula with its independent route, and see that the check refutes the
wrong forms of it. Exit code 0 if all is well, 1 if a check fails.

positional arguments:
  SECTION        as the notes have it, such as 1.12 or 4; all

options:
  -h, --help     show this help message and exit
  -v, --verbose  a line for every formula
"""
HELP_OF_PROGRESS = """usage: dlnotes progress [-h] FILE

Show, chapter by chapter, which exercises a progress file has as right. Such a file is
saved on the first page of the book, where its code runs in the browser.

positional arguments:
  FILE        dlnotes-progress.json, or as you named it

options:
  -h, --help  show this help message and exit
"""


def test_help_reads_as_here_under_any_name_of_the_program(run, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["another name"])
    monkeypatch.setenv("COLUMNS", "90")
    assert run("--help") == (0, HELP, "")
    assert run("verify", "--help") == (0, HELP_OF_VERIFY, "")
    assert run("progress", "--help") == (0, HELP_OF_PROGRESS, "")
    assert run("--version") == (0, f"dlnotes {__version__}\n", "")


def test_a_check_that_refutes_nothing_says_so():
    (finding,) = (e.verify() for e in equations.ALL if e.id == "eq-1")
    finding = types.SimpleNamespace(
        ok=False, equation=finding.equation, agreement="agrees", control=""
    )
    assert cli._line(finding).endswith(". agrees. Refutes: FAILS: nothing to refute")
