"""Measure what the tests refuse of the package: python tools/measure_mutation.py [MODULE ...]

Every module but the topics' entries is changed in one place at a time, in all the ways that mutmut knows, and the
module's tests run on every such mutant, each time in a process of its own, until one of them
fails. A mutant that none refuses is a gap in the tests, which a test closes, or a line of
tests/package_mutants.toml explains it: under "equivalent" what computes the same, under "left" what
differs where the book promises nothing.

The mutants are mutmut's, the run is not. mutmut leaves decorated functions out, and what stands outside
of functions; here both are in, because every metric is a property, and every optimizer's defaults
are a class's fields. A mutant is imported as if somebody had typed it; where that makes no
difference, in the body of a function that is not called before the tests run, the tests are
collected once and the function's code is swapped. Of the tests only those that call it are run, the
shortest first.

Writes tests/package_mutation.json, from which the page "How this book is checked" is made, module
by module, and fails with a list of complaints if there are any. With names it measures these
modules alone. `--survivors` asks only those that survived before, which is enough after a new test;
`--sample 12` draws so many of the killed and one survivor, and fails if one fares otherwise now. Needs
mutmut (`pip install -e .[mutation]`), and a system that can fork.
"""

import ast
import gc
import hashlib
import importlib.abc
import importlib.machinery
import importlib.util
import inspect
import json
import os
import pickle
import random
import sys
import tempfile
import time
import tomllib
import types
from collections import Counter
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

if __name__ == "__main__":
    # A process that has threads should not be forked, and plugins would only be loaded to idle.
    os.environ |= {"OPENBLAS_NUM_THREADS": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}

import numpy  # noqa: F401 (every mutant's process begins with it)
import pytest

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "tests" / "package_mutation.json"
EXPLAINED = ROOT / "tests" / "package_mutants.toml"

# What each module's mutants are shown, in this order. Beside their own, the tables that all share.
TESTS = {
    "_require": ["bad_input", "losses", "metrics", "optimizers"],
    "activations": ["activations", "gradients", "bad_input"],
    "batchnorm": ["batch_norm", "gradients", "bad_input"],
    "cli": ["cli"],
    "film": ["film", "bad_input"],
    "gans": ["gans", "gradients", "bad_input"],
    "gradcheck": ["gradcheck", "bad_input"],
    "initialization": ["initialization", "bad_input"],
    "interactive": ["interactive", "bad_input"],
    "losses": ["losses", "gradients", "bad_input"],
    "metrics": ["metrics", "bad_input"],
    "mlp": ["gradients", "optimizers", "initialization", "batch_norm", "bad_input"],
    "optimizers": ["optimizers", "adam", "adam_variants", "bad_input"],
    "recurrent": [
        *("recurrent", "rnn", "gru", "lstm", "gradient_flow"),
        *("gradients", "bad_input"),
    ],
    "regularization": ["regularization", "gradients", "bad_input"],
    "data": ["data"],
    "equations": ["equations", "cli"],
    "equations._equation": ["equations"],
    "exercises": ["checker", "cli"],
    "exercises._answer": ["answer", "checker"],
    "exercises._engine": ["checker"],
    "exercises._explain": ["checker"],
}
PROCESSES = 2
ENOUGH = 0.95  # of the mutants that are not equivalent


def path(module):
    """The file of "losses", "exercises._engine" or, a package, "exercises"."""
    place = ROOT.joinpath("dlnotes", *module.split("."))
    return place / "__init__.py" if place.is_dir() else place.with_suffix(".py")


def module_of(function):
    """The module in TESTS of a place as the explanations name it."""
    return max((m for m in TESTS if f"{function}.".startswith(f"{m}.")), key=len, default=None)


def digest(module):
    """What tells one state of a module from another, on every system."""
    return hashlib.sha256(path(module).read_text(encoding="utf-8").encode()).hexdigest()[:16]


# ---------- the mutants ----------


def mutants(module):
    """Every mutant of a module, in order."""
    import libcst
    from libcst.metadata import MetadataWrapper, PositionProvider
    from mutmut.mutation.file_mutation import MutationVisitor, deep_replace
    from mutmut.mutation.mutators import mutation_operators
    from mutmut.mutation.pragma_handling import IgnoredCode

    class Everywhere(MutationVisitor):
        """mutmut's, in decorated functions, too."""

        def _skip_node_and_children(self, node):
            decorated = isinstance(node, libcst.FunctionDef) and node.decorators
            return False if decorated else super()._skip_node_and_children(node)

        def _create_mutations(self, node):
            before = len(self.mutations)
            super()._create_mutations(node)
            line = self.get_metadata(PositionProvider, node).start.line
            lines.extend([line] * (len(self.mutations) - before))

    code, lines = path(module).read_text(encoding="utf-8"), []
    visitor = Everywhere(mutation_operators, IgnoredCode(set(), set(), set()))
    tree = MetadataWrapper(libcst.parse_module(code)).visit(visitor)
    parts = [tree.code_for_node(part) for part in (*tree.header, *tree.body, *tree.footer)]
    assert "".join(parts) == code, module
    places, waiting = {}, [(n, i) for i, n in enumerate(tree.body, start=len(tree.header))]
    while waiting:
        node, place = waiting.pop()
        places[id(node)] = place
        waiting += [(child, place) for child in node.children]
    scopes, found, seen = functions(code), [], Counter()
    for line, m in zip(lines, visitor.mutations, strict=True):
        place = places[id(m.original_node)]
        whole = tree.body[place - len(tree.header)]
        changed = tree.code_for_node(deep_replace(whole, m.original_node, m.mutated_node))
        source = "".join([*parts[:place], changed, *parts[place + 1 :]])
        scope = next((s for s in scopes if line in s.lines), None)
        name = scope.name if scope else ""
        was, reads = difference(code, source)
        seen[name, reads] += 1
        reads = f"{reads}  # {seen[name, reads]}" if seen[name, reads] > 1 else reads
        called = name if scope and line >= scope.body else None
        found.append(Mutant(name, was, reads, source, called))
    return found


class Mutant(NamedTuple):
    function: str  # "" outside of all functions
    was: str
    reads: str
    source: str  # the whole module
    called: str | None  # the function without whose call nothing changes


class Scope(NamedTuple):
    name: str
    lines: range
    body: int  # the line where its body begins


def functions(code):
    """The scopes of a module's functions and methods; what is in a function belongs to it."""
    found = []

    def visit(body, prefix):
        for node in body:
            if isinstance(node, ast.ClassDef):
                visit(node.body, f"{prefix}{node.name}.")
            elif isinstance(node, ast.FunctionDef):
                first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
                lines = range(first, node.end_lineno + 1)
                found.append(Scope(prefix + node.name, lines, node.body[0].lineno))

    visit(ast.parse(code).body, "")
    return found


def difference(code, source):
    """(what the changed lines were, what they read now), each on one line."""
    a, b = code.splitlines(), source.splitlines()
    same = next(i for i, (x, y) in enumerate(zip_longest(a, b)) if x != y)
    ends = zip_longest(a[same:][::-1], b[same:][::-1])
    tail = next(i for i, (x, y) in enumerate(ends) if x != y)
    was, reads = (" ".join(map(str.strip, x[same : len(x) - tail])) for x in (a, b))
    return was, reads or f"without {was}"


# ---------- the tests, in processes of their own ----------


def forked(work, *arguments, limit=None):
    """Begin work(*arguments) in a copy of this process, which says nothing. Its id, and a pipe
    that has the pickled result, or nothing if it ended early."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, reading
    os.close(reading)
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    if limit:
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
        resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
    code = 1
    try:
        result = pickle.dumps(work(*arguments))
        with open(writing, "wb") as pipe:
            pipe.write(result)
        code = 0
    finally:
        os._exit(code)


def result_of(pid, reading):
    """What a forked process sends, None if it was killed for its time; else an error."""
    with open(reading, "rb") as pipe:
        sent = pipe.read()
    _, status = os.waitpid(pid, 0)
    code = os.waitstatus_to_exitcode(status)
    if code > 0:
        raise RuntimeError("measure_mutation: a process failed")
    return pickle.loads(sent) if code == 0 else None


def tests(files, plugin):
    """pytest's exit code for some files, in silence. The pages' cells are not asked."""
    options = ["-x", "-q", "-p", "no:nbval", f"--confcutdir={ROOT / 'tests'}", f"--rootdir={ROOT}"]
    settings = ["-o", "addopts=", "-o", f"cache_dir={tempfile.gettempdir()}/dlnotes-mutation"]
    return int(pytest.main([*options, *settings, *files], plugins=[plugin]))


def files_of(module):
    return [f"tests/test_{name}.py" for name in TESTS[module]]


class Watch:
    """Which functions of the module each test calls, and how long it takes."""

    def __init__(self, module):
        self.file, self.now = str(path(module)), ""
        self.scopes = functions(path(module).read_text(encoding="utf-8"))
        self.calls, self.seconds = {}, {}  # {function: {tests or files}}, {test: seconds}
        self.collected = {}  # {function: {files that call it while they are collected}}
        self.noted = self.collected
        sys.setprofile(self.profile)

    def profile(self, frame, event, _):
        if event == "call" and frame.f_code.co_filename == self.file:
            for scope in self.scopes:
                if frame.f_code.co_firstlineno in scope.lines:
                    self.noted.setdefault(scope.name, set()).add(self.now)

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self, collector):
        before, self.now = self.now, file_of(collector.nodeid)
        result = yield
        self.now = before
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item):
        sys.setprofile(self.profile)  # a test may have set another, or stopped this one by a signal
        self.noted, self.now, start = self.calls, item.nodeid, time.process_time()
        result = yield
        self.seconds[item.nodeid] = time.process_time() - start
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef):
        """What a fixture calls that several tests share, is called by its whole file."""
        before = self.now
        if fixturedef.scope != "function":
            self.now = file_of(before)
        try:
            return (yield)
        finally:
            self.now = before


def file_of(test):
    return test.split("::")[0]


def watch(module):
    """What the watch saw when the tests met the module as it is, or pytest's exit code."""
    plugin = Watch(module)
    code = tests(files_of(module), plugin)
    return code or (plugin.calls, plugin.collected, plugin.seconds)


class AsMutant(importlib.abc.MetaPathFinder):
    """Imports the module from another source."""

    def __init__(self, module, source):
        self.name, self.file, self.source = f"dlnotes.{module}", str(path(module)), source

    def find_spec(self, name, *_):
        if name == self.name:
            loader = importlib.machinery.SourceFileLoader(name, self.file)
            loader.get_code = lambda _: compile(self.source, self.file, "exec", dont_inherit=True)
            return importlib.util.spec_from_file_location(name, self.file, loader=loader)
        return None


class Chosen:
    """Leaves the tests in seconds, the shortest first; all for None."""

    def __init__(self, seconds):
        self.seconds = seconds

    def pytest_collection_modifyitems(self, items):
        if self.seconds is not None:
            items[:] = [i for i in items if i.nodeid in self.seconds]
            items.sort(key=lambda item: self.seconds[item.nodeid])


def imported(module, mutant, seconds=None):
    """What becomes of a mutant that the tests, all or those in seconds, import."""
    sys.meta_path.insert(0, AsMutant(module, mutant.source))
    for file in files_of(module):
        if seconds is None or any(file_of(test) == file for test in seconds):
            code = tests([file], Chosen(seconds))
            if code in (pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED):
                return "killed"
            assert code == pytest.ExitCode.OK, code
    return "survived"


class Swap:
    """When the tests are collected, swaps a function's code for the mutant's, again and again."""

    def __init__(self, module, work):
        self.module, self.work = module, work

    def pytest_runtestloop(self, session):
        gc.collect()
        gc.freeze()
        self.items = {item.nodeid: item for item in session.items}
        self.work(self.swapped)
        return True

    def pytest_runtest_logreport(self, report):
        self.failed |= report.failed

    def swapped(self, mutant, seconds):
        """What becomes of a mutant that the tests call: "killed" or "survived"."""
        module = sys.modules[f"dlnotes.{self.module}"]
        other = types.ModuleType(module.__name__)
        other.__dict__.update(__file__=module.__file__, __package__=module.__package__)
        exec(compile(mutant.source, module.__file__, "exec", dont_inherit=True), other.__dict__)
        found(module, mutant.function).__code__ = found(other, mutant.function).__code__
        self.failed = False
        chosen = [self.items[test] for test in sorted(seconds, key=seconds.get)]
        for item, following in zip_longest(chosen, chosen[1:]):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self.failed:
                return "killed"
        return "survived"


def swapping(module, mutants, chosen):
    """What becomes of each mutant, one after the other, when its code is swapped in."""
    said = []

    def work(swapped):
        all_said = verdicts(mutants, swapped, chosen)
        said.extend(all_said[m] for m in mutants)

    code = tests(files_of(module), Swap(module, work))
    if len(said) != len(mutants):
        raise RuntimeError(f"measure_mutation: pytest says {code}")
    return said


def found(module, name):
    """The function of a dotted name, under a property, too."""
    thing = module
    for part in name.split("."):
        thing = inspect.getattr_static(thing, part)
    thing = getattr(thing, "fget", getattr(thing, "__func__", thing))
    return inspect.unwrap(thing)


# ---------- the measurement ----------


def verdicts(mutants, refuse, chosen):
    """{mutant: "killed", "timeout" or "survived"}, by a few processes at once."""
    said, running, waiting = {}, [], [*mutants]
    while waiting or running:
        while waiting and len(running) < PROCESSES:
            mutant = waiting.pop(0)
            seconds = chosen(mutant)
            limit = int(10 + 5 * sum(seconds.values()))
            running.append((mutant, forked(refuse, mutant, seconds, limit=limit)))
        mutant, process = running.pop(0)
        said[mutant] = result_of(*process) or "timeout"
    return said


def measure(module, asked):
    """The mutants that survive; or what is wrong, in words."""
    os.chdir(ROOT)
    watched = result_of(*forked(watch, module))
    if isinstance(watched, int):
        return f"the tests of {module} fail as it is, pytest says {watched}"
    calls, collected, seconds = watched

    def marked(mutant):
        """The files on which the function has left its mark when they were collected."""
        files = {*files_of(module)}
        here = collected.get(mutant.called, set()) if mutant.called else files
        return here if here <= files else files

    def calling(mutant):
        by, marks = calls.get(mutant.called, set()), marked(mutant)
        return {
            test: took
            for test, took in seconds.items()
            if (test in by or file_of(test) in by) and file_of(test) not in marks
        }

    def importing(mutant):
        return {t: took for t, took in seconds.items() if file_of(t) in marked(mutant)}

    first = [m for m in asked if calling(m)]
    said = dict(zip(first, result_of(*forked(swapping, module, first, calling)), strict=True))
    second = [m for m in asked if said.get(m, "survived") == "survived" and importing(m)]
    said |= verdicts(second, lambda m, some: imported(module, m, some), importing)
    return [m for m in asked if said.get(m, "survived") == "survived"]


# ---------- what is published ----------


def stored():
    return json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}


def explanations():
    """{"equivalent" or "left": {function: {what its mutant reads: why}}}"""
    return tomllib.loads(EXPLAINED.read_text(encoding="utf-8"))


def place(module, function):
    return f"{module}.{function}" if function else module


def counted(module, found, explained):
    """{"mutants", "killed", "equivalent", "left", "score"} of a module's results."""
    known = explained["equivalent"]
    same = sum(reads in known.get(place(module, f), {}) for f, _, reads in found["survivors"])
    mutants, survivors = found["mutants"], len(found["survivors"])
    return {
        "mutants": mutants,
        "killed": mutants - survivors,
        "equivalent": same,
        "left": survivors - same,
        "score": (mutants - survivors) / (mutants - same),
    }


def complaints(results, explained):
    """What is wrong with the results of some modules, in words."""
    known = {
        (function, reads)
        for kind in explained.values()
        for function, mutants in kind.items()
        for reads in mutants
    }
    for module, found in results.items():
        survivors = {(place(module, f), reads) for f, _, reads in found["survivors"]}
        mine = {k for k in known if module_of(k[0]) == module}
        for function, reads in sorted(survivors - mine):
            yield f"{function}: no test refuses it, and it is not explained: {reads}"
        for function, reads in sorted(mine - survivors):
            yield f"{function}: explained, but it does not survive: {reads}"
        score = counted(module, found, explained)["score"]
        if score < ENOUGH:
            yield f"{module}: {score:.1%} of the mutants are killed, less than {ENOUGH:.0%}"


def sample(count):
    """Measure a few mutants of the whole package again, and one survivor: what is told otherwise."""
    os.chdir(ROOT)
    rng, results = random.Random(0), stored()
    every = {module: mutants(module) for module in results}
    lived = {(n, f, reads) for n, found in results.items() for f, _, reads in found["survivors"]}
    drawn = [(n, m) for n in every for m in every[n]]
    dead = [(n, m) for n, m in drawn if (n, m.function, m.reads) not in lived]
    alive = [(n, m) for n, m in drawn if (n, m.function, m.reads) in lived]
    for found, what in ((rng.sample(dead, count), "killed"), (rng.sample(alive, 1), "survived")):
        for module, mutant in found:
            said = result_of(*forked(imported, module, mutant, limit=300)) or "timeout"
            if (said == "survived") != (what == "survived"):
                yield f"{place(module, mutant.function)}: {what} once, now {said}: {mutant.reads}"


def main(arguments):
    if arguments[:1] == ["--sample"]:
        said = [*sample(int(arguments[1]))]
        print(*said, sep="\n")
        sys.exit(bool(said))
    again = "--survivors" in arguments
    names = [a for a in arguments if a != "--survivors"] or [*TESTS]
    if unknown := {*names} - {*TESTS}:
        sys.exit(f"measure_mutation: no such module: {', '.join(sorted(unknown))}")
    for name in names:
        before, every = stored().get(name, {}), mutants(name)
        asked = every
        if again and before.get("source") == digest(name):
            lived = {(f, reads) for f, _, reads in before["survivors"]}
            asked = [m for m in every if (m.function, m.reads) in lived]
        survivors = measure(name, asked)
        if isinstance(survivors, str):
            sys.exit(f"measure_mutation: {survivors}")
        found = {
            "source": digest(name),
            "mutants": len(every),
            "survivors": [[m.function, m.was, m.reads] for m in survivors],
        }
        known = {**stored(), name: found}
        written = {n: known[n] for n in TESTS if n in known}
        RESULTS.write_text(
            json.dumps(written, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )
        print(f"{name}: {len(every)} mutants, {len(survivors)} survive", flush=True)
    said = [*complaints({n: stored()[n] for n in names}, explanations())]
    print(*said, sep="\n")
    sys.exit(bool(said))


if __name__ == "__main__":
    main(sys.argv[1:])
