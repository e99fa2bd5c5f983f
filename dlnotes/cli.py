"""The command `dlnotes`, also `python -m dlnotes`. Each subcommand is a function run(arguments).

Exit codes: 0 all is well, 1 a check fails, 2 the command was misused or a file is not what it must be.
"""

import argparse
import sys

from . import __version__

BAR = 30  # characters


def main(argv=None):
    """Run the command that argv names (sys.argv's if None) -> exit code."""
    arguments = _parser().parse_args(argv)
    return arguments.run(arguments)


def _parser():
    parser = argparse.ArgumentParser(prog="dlnotes", description="The book's commands.")
    parser.add_argument("--version", action="version", version=f"dlnotes {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    command = commands.add_parser(
        "verify",
        help="check the formulas of the notes",
        description="Compare every formula with its independent route, and see that the check "
        "refutes the wrong forms of it. Exit code 0 if all is well, 1 if a check fails.",
    )
    command.add_argument(
        "sections",
        nargs="*",
        metavar="SECTION",
        help="as the notes have it, such as 1.12 or 4; all",
    )
    command.add_argument("-v", "--verbose", action="store_true", help="a line for every formula")
    command.set_defaults(run=verify)

    command = commands.add_parser(
        "progress",
        help="show which exercises are right, from a file that the book's first page saved",
        description="Show, chapter by chapter, which exercises a progress file has as right. Such "
        "a file is saved on the first page of the book, where its code runs in the browser.",
    )
    command.add_argument("file", metavar="FILE", help="dlnotes-progress.json, or as you named it")
    command.set_defaults(run=progress)
    return parser


def verify(arguments):
    """Check formulas: a line for each that fails (with -v for each), and a summary."""
    from . import equations  # what a command needs is loaded when it runs

    try:
        chosen = equations.selected("verify", arguments.sections)
    except ValueError as unknown:
        print(f"dlnotes {unknown}", file=sys.stderr)
        return 2

    failed = 0
    for finding in _with_bar(equations.Equation.verify, chosen):
        failed += not finding.ok
        if arguments.verbose or not finding.ok:
            print(_line(finding), flush=True)

    refuted = sum(len(e.refutes) for e in chosen)
    if failed:
        print(f"{failed} of {len(chosen)} formulas: their checks fail.")
        return 1
    print(f"{len(chosen)} formulas agree with their routes; {refuted} wrong forms are refuted.")
    return 0


def progress(arguments):
    """A line for each chapter, and one for all of them."""
    from . import exercises

    try:
        found = _statuses(arguments.file)
    except ValueError as problem:
        print(f"dlnotes progress: {problem}", file=sys.stderr)
        return 2

    right = 0
    for topic in dict.fromkeys(e.topic for e in exercises.ALL):
        mine = [e.name for e in exercises.ALL if e.topic == topic]
        states = {name: found.pop(f"{topic}.{name}", "not attempted") for name in mine}
        todo = [name for name, status in states.items() if not status.startswith("right")]
        right += len(mine) - len(todo)
        line = f"{topic:14} {len(mine) - len(todo)} of {len(mine)} right"
        wrong = [name for name in todo if states[name] == "wrong"]
        print(f"{line}; wrong: {', '.join(wrong)}" if wrong else line)
    print(f"{right} of {len(exercises.ALL)} exercises are right.")
    if found:
        print(f"Not in this edition: {', '.join(sorted(found))}.")
    return 0


def _statuses(path):
    """{"losses.mae_grad": "right", ...} of a progress file. ValueError on any other file."""
    import json
    from pathlib import Path

    try:
        told = json.loads(Path(path).read_bytes())
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from None
    except ValueError as error:  # not text, or not JSON
        raise ValueError(f"{path} must be a progress file in JSON: {error}") from None
    wanted = f'{path} must be a progress file, with "format": "dlnotes progress"'
    if not isinstance(told, dict) or told.get("format") != "dlnotes progress":
        raise ValueError(f"{wanted}, got {json.dumps(told)[:60]}")
    if told.get("version") != 1:
        raise ValueError(f"{path} must be of version 1, got {told.get('version')!r}")
    statuses = told.get("exercises")
    if not isinstance(statuses, dict) or not all(isinstance(s, str) for s in statuses.values()):
        raise ValueError(f"{path}: exercises must be names with a status each, got {statuses!r}")
    return dict(statuses)


def _line(finding):
    """A finding in one line."""
    e = finding.equation
    name = f"{'ok   ' if finding.ok else 'FAILS'} ({e.tag}) {e.title}"
    if finding.ok:
        return f"{name}: {finding.verdict}. {finding.agreement}"
    control = finding.control or "FAILS: nothing to refute"
    return f"{name} [{e.id}, {e.code}]. {finding.agreement}. Refutes: {control}"


def _with_bar(work, items):
    """work(item) one by one. While it runs a bar tells how far it is, if standard error is a
    terminal; it is gone whenever somebody else may write there."""
    shown = sys.stderr.isatty()
    for done, item in enumerate(items):
        if shown:
            full = BAR * done // len(items)
            _rewrite(f"[{'#' * full}{'.' * (BAR - full)}] {done}/{len(items)}")
        result = work(item)
        if shown:
            _rewrite("")
        yield result


def _rewrite(text):
    """Replace the terminal's last line."""
    print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)
