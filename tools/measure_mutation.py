"""Measure what the tests refuse of the package: python tools/measure_mutation.py [MODULE ...]

Every module of formulas is changed in one place at a time, in all the ways that mutmut knows, and the
module's tests run on every such mutant, each in a process of its own, until one of them fails. A
mutant that no test refuses is equivalent to the module, which a line of
tests/equivalent_package_mutants.toml explains, or it is a gap in the tests.

The mutants are mutmut's, and mutmut leaves the bodies of decorated functions out; here they are
in, because every metric is a property. It also copies all mutants of a function beside it; here
the module is imported as a mutant, as if somebody had typed it, so that defaults of a class and
constants are mutated, too.

Writes tests/package_mutation.json, from which the page "How this book is checked" is made, module
by module, and fails if a survivor is not explained. A module without a name takes minutes.
"""

import ast
import hashlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import multiprocessing
import os
import resource
import sys
import tempfile
import time
import tomllib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "tests" / "package_mutation.json"
EXPLAINED = ROOT / "tests" / "equivalent_package_mutants.toml"

# What each module's mutants are shown, in this order. Beside their own, the tables that all share.
TESTS = {
    "_require": ["bad_input", "losses", "metrics", "optimizers"],
    "activations": ["activations", "gradients", "bad_input", "equations", "parity"],
    "batchnorm": ["batch_norm", "gradients", "bad_input", "equations", "parity"],
    "cli": ["cli"],
    "film": ["film", "bad_input"],
    "gans": ["gans", "gradients", "bad_input", "equations", "parity"],
    "gradcheck": ["gradcheck", "bad_input"],
    "initialization": ["initialization", "bad_input", "equations", "parity"],
    "losses": ["losses", "gradients", "bad_input", "equations", "parity"],
    "metrics": ["metrics", "bad_input", "equations", "parity"],
    "mlp": ["gradients", "optimizers", "initialization", "batch_norm", "bad_input"],
    "optimizers": ["optimizers", "adam", "adam_variants", "bad_input", "equations", "parity"],
    "recurrent": ["recurrent", "rnn", "gru", "lstm", "gradients", "gradient_flow", "bad_input"]
    + ["equations", "parity"],
    "regularization": ["regularization", "gradients", "bad_input", "equations", "parity"],
}
PROCESSES = 2
ENOUGH = 0.95  # of the mutants that are not equivalent


def path(module):
    return ROOT / "dlnotes" / f"{module}.py"


def digest(module):
    """What tells one state of a module from another, on every system."""
    return hashlib.sha256(path(module).read_text(encoding="utf-8").encode()).hexdigest()[:16]


# ---------- the mutants ----------


def mutants(module):
    """[{"in": function, "was": line, "reads": line, "source": the whole module}], in order."""
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
    scopes, found, seen = functions(code), [], Counter()
    for line, m in zip(lines, visitor.mutations, strict=True):
        source = deep_replace(tree, m.original_node, m.mutated_node).code
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


# ---------- what a process of its own does ----------


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
    """Leaves the tests that call a function, the shortest first."""

    def __init__(self, seconds):
        self.seconds = seconds

    def pytest_collection_modifyitems(self, items):
        items[:] = [i for i in items if i.nodeid in self.seconds]
        items.sort(key=lambda item: self.seconds[item.nodeid])


class Watch:
    """Which functions of the module each test calls, and how long it takes."""

    def __init__(self, module):
        self.file, self.test = str(path(module)), ""
        self.scopes = functions(path(module).read_text(encoding="utf-8"))
        self.calls, self.seconds = {}, {}  # {function: {tests}}, {test: seconds}
        sys.setprofile(self.profile)

    def profile(self, frame, event, _):
        if event == "call" and frame.f_code.co_filename == self.file:
            for scope in self.scopes:
                if frame.f_code.co_firstlineno in scope.lines:
                    self.calls.setdefault(scope.name, set()).add(self.test)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item):
        self.test, start = item.nodeid, time.process_time()
        result = yield
        self.seconds[self.test], self.test = time.process_time() - start, ""
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef, request):
        """What a fixture calls that several tests share, is called outside of them."""
        before = self.test
        if fixturedef.scope != "function":
            self.test = ""
        try:
            return (yield)
        finally:
            self.test = before


def tests(files, plugin):
    """pytest's exit code for some files, in silence. The pages' cells are not asked."""
    options = ["-x", "-q", "-p", "no:nbval", f"--confcutdir={ROOT / 'tests'}", f"--rootdir={ROOT}"]
    settings = ["-o", "addopts=", "-o", f"cache_dir={tempfile.gettempdir()}/dlnotes-mutation"]
    return pytest.main([*options, *settings, *files], plugins=[plugin])


def alone(limit):
    """A process may take so many seconds and 6 GiB, and says nothing."""
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
    resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
    os.chdir(ROOT)
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)


def watch(module, answer):
    """Send {function: {tests}} and {test: seconds} of the module as it is."""
    alone(3600)
    plugin = Watch(module)
    code = tests(files_of(module), plugin)
    answer.send((int(code), plugin.calls, plugin.seconds))


def refuse(module, source, seconds, limit):
    """End with 1 if a test refuses the mutant, with 0 if none does."""
    alone(limit)
    sys.meta_path.insert(0, AsMutant(module, source))
    for file in files_of(module):
        if any(test.startswith(f"{file}::") for test in seconds):
            if tests([file], Chosen(seconds)):
                os._exit(1)
    os._exit(0)


def files_of(module):
    return [f"tests/test_{name}.py" for name in TESTS[module]]


# ---------- the measurement ----------


def verdict(context, module, mutant, calls, seconds):
    """"killed", "timeout" or "survived"."""
    callers = calls.get(mutant.called, set()) if mutant.called else {""}
    chosen = seconds if "" in callers else {test: seconds[test] for test in callers}
    limit = int(10 + 5 * sum(chosen.values()))
    process = context.Process(target=refuse, args=(module, mutant.source, chosen, limit))
    process.start()
    process.join(60 * limit)
    if process.is_alive():
        process.kill()
        process.join()
    code = process.exitcode
    return "survived" if code == 0 else "killed" if code > 0 else "timeout"


def started():
    """The context whose processes begin with all that a test needs but the package."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["__main__", "numpy", "numpy.random", "pytest", "matplotlib.pyplot"])
    return context


def watched(context, module):
    here, there = context.Pipe()
    process = context.Process(target=watch, args=(module, there))
    process.start()
    there.close()
    code, calls, seconds = here.recv()
    process.join()
    if code:
        sys.exit(f"measure_mutation: the tests of {module} fail as it is: pytest says {code}")
    return calls, seconds


def measure(module, only=None):
    """{"source": its digest, "mutants", "killed", "timeouts", "survivors": [[in, was, reads]]}

    only: those that survived before; the others are taken for killed.
    """
    context = started()
    calls, seconds = watched(context, module)
    every = mutants(module)
    asked = [m for m in every if only is None or [m.function, m.was, m.reads] in only]

    def of(mutant):
        said = verdict(context, module, mutant, calls, seconds)
        return said

    with ThreadPoolExecutor(PROCESSES) as pool:
        said = dict(zip(asked, pool.map(of, asked), strict=True))
    survivors = [[m.function, m.was, m.reads] for m in asked if said[m] == "survived"]
    return {
        "source": digest(module),
        "mutants": len(every),
        "killed": len(every) - len(survivors),
        "timeouts": sum(s == "timeout" for s in said.values()),
        "survivors": survivors,
    }


def stored():
    return json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}


def main(arguments):
    again = "--survivors" in arguments
    names = [a for a in arguments if a != "--survivors"] or [*TESTS]
    if unknown := {*names} - {*TESTS}:
        sys.exit(f"measure_mutation: no such module: {', '.join(sorted(unknown))}")
    for name in names:
        before = stored().get(name, {})
        only = before["survivors"] if again and before.get("source") == digest(name) else None
        start = time.time()
        found = measure(name, only)
        results = {**stored(), name: found}
        written = {n: results[n] for n in TESTS if n in results}
        RESULTS.write_text(json.dumps(written, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        print(name, found["mutants"], found["killed"], found["timeouts"], round(time.time() - start))
        for f, was, reads in found["survivors"]:
            print(f"  {f}: {was}\n     -> {reads}")


if __name__ == "__main__":
    main(sys.argv[1:])
