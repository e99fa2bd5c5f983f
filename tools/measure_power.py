"""Measure what the book's checks refuse: python tools/measure_power.py [TOPIC.NAME ...]

Every reference solution is changed in one place at a time, in all the ways of `changed` below, and
every such mutant is handed to the exercise's own checker, with the stored probes alone: the two that
a check draws afresh come on top. A mutant that passes is equivalent to the solution, which a line of
tests/equivalent_mutants.toml explains, or it is a gap in the probes. The right answers of
tests/right_answers.py must pass, and every formula's check must refute its wrong forms.

Writes tests/checker_power.json, from which the page "How this book is checked" is made, and fails
with a list of complaints if there are any. With names it measures these exercises alone.
"""

import ast
import copy
import dataclasses
import json
import os
import sys
import tomllib
import warnings
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

import dlnotes
from dlnotes import equations, exercises

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "tests" / "checker_power.json"
EXPLAINED = ROOT / "tests" / "equivalent_mutants.toml"
sys.path.append(str(ROOT / "tests"))
from right_answers import ANSWERS  # noqa: E402

DRAWS = 20  # how often a survivor must pass with probes drawn afresh, too

OPERATORS = {
    ast.Add: [ast.Sub],
    ast.Sub: [ast.Add],
    ast.Mult: [ast.Div],
    ast.Div: [ast.Mult],
    ast.Pow: [ast.Mult],
    ast.MatMult: [ast.Mult],
}
COMPARISONS = {
    ast.Lt: [ast.LtE, ast.Gt],
    ast.LtE: [ast.Lt, ast.GtE],
    ast.Gt: [ast.GtE, ast.Lt],
    ast.GtE: [ast.Gt, ast.LtE],
    ast.Eq: [ast.NotEq],
    ast.NotEq: [ast.Eq],
}
# Functions and methods that are taken for each other.
NEIGHBOURS = [
    *(("sum", "mean"), ("min", "max"), ("minimum", "maximum"), ("any", "all"), ("zeros", "ones")),
    *(("exp", "expm1"), ("log", "log1p"), ("log", "log2"), ("sum", "prod"), ("cumsum", "cumprod")),
    *(("var", "std"), ("abs", "sign"), ("tanh", "sin"), ("argmin", "argmax"), ("eigvals", "svd")),
]
OTHERS = {}
for one, other in NEIGHBOURS:
    OTHERS.setdefault(one, []).append(other)
    OTHERS.setdefault(other, []).append(one)


def key(exercise):
    """Two topics may have an exercise of one name."""
    return f"{exercise.topic}.{exercise.name}"


def mutants(exercise):
    """{what it reads: source}: every mutant of the solution, under the exercise's name."""
    original = exercise.source(exercise.solution)
    module = ast.parse(original)
    (function,) = module.body
    names = sorted(
        {n.arg for n in ast.walk(function.args) if isinstance(n, ast.arg)}
        | {
            n.id
            for n in ast.walk(function)
            if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
        }
    )
    found, sources = {}, {ast.unparse(module)}
    given = function.args.args
    for i in range(len(given) - 1):
        given[i : i + 2] = given[i + 1], given[i]
        sources.add(ast.unparse(module))
        found[_headline(function)] = ast.unparse(module)
        given[i : i + 2] = given[i + 1], given[i]
    for statement in _statements(function.body):
        before = _headline(statement)
        for put, node, parent in _places(statement):
            for new in changed(node, parent, names):
                put(new)
                source = ast.unparse(module)
                reads = f"without {before}" if isinstance(new, ast.Pass) else _headline(statement)
                put(node)
                if source in sources:
                    continue
                sources.add(source)
                seen = sum(r == reads or r.startswith(f"{reads}  #") for r in found)
                found[f"{reads}  # {seen + 1}" if seen else reads] = source
    return found


def _statements(body):
    for statement in body:
        yield statement
        for inner in ("body", "orelse"):
            yield from _statements(getattr(statement, inner, []))


def _headline(statement):
    """The statement without the statements in it."""
    return ast.unparse(statement).splitlines()[0]


def _places(statement):
    """(put, node, parent) for a statement and its expressions: put(other) replaces the node."""
    yield _deleter(statement), statement, None
    waiting = [statement]
    while waiting:
        parent = waiting.pop(0)
        for field, value in ast.iter_fields(parent):
            for place, node in enumerate(value if isinstance(value, list) else [value]):
                if not isinstance(node, ast.AST) or isinstance(node, ast.stmt):
                    continue
                put = _putter(parent, field, place if isinstance(value, list) else None)
                yield put, node, parent
                waiting.append(node)


def _putter(parent, field, place):
    def put(node):
        if place is None:
            setattr(parent, field, node)
        else:
            getattr(parent, field)[place] = node

    return put


def _deleter(statement):
    """A statement is replaced by taking over the other's class and fields."""
    kept_class, kept = statement.__class__, dict(vars(statement))

    def put(node):
        state = (kept_class, kept) if node is statement else (node.__class__, dict(vars(node)))
        statement.__dict__.clear()
        statement.__class__ = state[0]
        statement.__dict__.update(state[1])

    return put


def _deleted(statement):
    """A statement that is left out, or that adds to nothing."""
    if isinstance(statement, ast.Return):
        return
    yield ast.Pass()
    if isinstance(statement, ast.AugAssign):
        target = copy.deepcopy(statement.target)
        yield ast.Assign([target], statement.value, lineno=statement.lineno)
        for op in OPERATORS.get(type(statement.op), []):
            yield ast.AugAssign(statement.target, op(), statement.value)


def changed(node, parent, names):
    """Everything that is tried in the place of a statement or an expression."""
    kind = type(node)
    if isinstance(node, ast.stmt):
        yield from _deleted(node)
    elif kind is ast.Constant:
        yield from _constants(node.value)
    elif kind is ast.Name and isinstance(node.ctx, ast.Load) and node.id in names:
        yield from (ast.Name(n, ast.Load()) for n in names if n != node.id)
        if not (isinstance(parent, ast.Attribute) or _is_len(parent)):
            yield ast.UnaryOp(ast.USub(), node)
    elif kind is ast.BinOp:
        left, right = node.left, node.right
        yield from (ast.BinOp(left, op(), right) for op in OPERATORS.get(type(node.op), []))
        yield from (left, right, ast.UnaryOp(ast.USub(), node))
        if not isinstance(node.op, (ast.Add, ast.Mult)):
            yield ast.BinOp(right, node.op, left)
    elif kind is ast.UnaryOp:
        yield node.operand
    elif kind is ast.BoolOp:
        yield from node.values
        yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    elif kind is ast.Compare and len(node.ops) == 1:
        for op in COMPARISONS.get(type(node.ops[0]), []):
            yield ast.Compare(node.left, [op()], node.comparators)
        yield from (ast.Constant(True), ast.Constant(False))
    elif kind is ast.IfExp:
        yield from (node.body, node.orelse, ast.IfExp(node.test, node.orelse, node.body))
    elif kind is ast.Call:
        yield from _calls(node)
    elif kind is ast.Attribute:
        yield from _attributes(node)
    elif kind is ast.Subscript and isinstance(node.ctx, ast.Load):
        yield node.value
        if isinstance(node.slice, (ast.Name, ast.BinOp)):
            for op in (ast.Add(), ast.Sub()):
                index = ast.BinOp(node.slice, op, ast.Constant(1))
                yield ast.Subscript(node.value, index, ast.Load())
    elif kind is ast.Slice:
        yield from _slices(node)
    elif kind in (ast.Tuple, ast.List) and isinstance(node.ctx, ast.Load):
        for i in range(len(node.elts) - 1):
            swapped = [*node.elts]
            swapped[i : i + 2] = swapped[i + 1], swapped[i]
            yield kind(swapped, ast.Load())
    elif kind is ast.comprehension:
        for i in range(len(node.ifs)):
            left = node.ifs[:i] + node.ifs[i + 1 :]
            yield ast.comprehension(node.target, node.iter, left, node.is_async)
    if isinstance(parent, (ast.If, ast.IfExp)) and node is parent.test:
        yield from (ast.Constant(True), ast.Constant(False))
    read = not isinstance(getattr(node, "ctx", None), ast.Store)
    if kind in (ast.Call, ast.IfExp, ast.Subscript) and read:
        if isinstance(parent, (ast.Return, ast.Tuple)):
            yield ast.UnaryOp(ast.USub(), node)


def _constants(value):
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, (int, float)):
        yield from (ast.Constant(v) for v in (value + 1, value - 1, 2 * value, 0) if v != value)


def _calls(node):
    function, given, keywords = node.func, node.args, node.keywords
    yield from given  # the call is gone
    if isinstance(function, ast.Attribute) and not _is_numpy(function.value):
        yield function.value
    for i in range(len(given) - 1):
        swapped = [*given]
        swapped[i : i + 2] = swapped[i + 1], swapped[i]
        yield ast.Call(function, swapped, keywords)
    for i in range(len(keywords)):
        yield ast.Call(function, given, keywords[:i] + keywords[i + 1 :])
        if keywords[i].arg == "axis":
            none = ast.keyword("axis", ast.Constant(None))
            yield ast.Call(function, given, [*keywords[:i], none, *keywords[i + 1 :]])
    name = getattr(function, "attr", getattr(function, "id", ""))
    for other in OTHERS.get(name, []):
        if isinstance(function, ast.Attribute):
            yield ast.Call(ast.Attribute(function.value, other, ast.Load()), given, keywords)
        elif other in ("sum", "min", "max", "any", "all", "abs"):
            yield ast.Call(ast.Name(other, ast.Load()), given, keywords)
    if name == "range":
        for by in (-1, 1):
            end = ast.BinOp(given[-1], ast.Add() if by > 0 else ast.Sub(), ast.Constant(1))
            yield ast.Call(function, [*given[:-1], end], keywords)
        first = given[0] if len(given) > 1 else ast.Constant(0)
        later = ast.BinOp(first, ast.Add(), ast.Constant(1))
        yield ast.Call(function, [later, given[min(1, len(given) - 1)]], keywords)
        yield ast.Call(ast.Name("reversed", ast.Load()), [node], [])


def _is_numpy(node):
    return ast.unparse(node).split(".")[0] == "np"


def _is_len(node):
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "len"


def _attributes(node):
    if _is_numpy(node):
        return
    if node.attr in ("T", "real", "imag"):
        yield node.value
    elif node.attr == "size":
        for axis in (0, -1):
            shape = ast.Attribute(node.value, "shape", ast.Load())
            yield ast.Subscript(shape, ast.Constant(axis), ast.Load())


def _slices(node):
    bounds = {"lower": node.lower, "upper": node.upper, "step": node.step}
    for name, bound in bounds.items():
        if bound is not None:
            yield ast.Slice(**{**bounds, name: None})
    for name, by in (("lower", 1), ("upper", -1)):
        if bounds[name] is None:
            yield ast.Slice(**{**bounds, name: ast.Constant(by)})


def compiled(exercise, source):
    """A mutant as a reader would have it, with np and nothing else."""
    namespace = {"np": np}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(source, "<mutant>", "exec"), namespace)
    return namespace[exercise.name]


def measure(exercise):
    """What the checker says to everything that is known to be wrong, and to every mutant.

    {"mistakes": how many it calls by their names, "conventions", "mutants", "as
    convention": mutants taken for one, "refused", "named": how many of these as a known mistake,
    "survivors": what each of them reads, "chance": survivors that a fresh draw refuses, "right": how
    many right answers in other styles it accepts, "alarms": how many it does not}
    """
    alone = dataclasses.replace(exercise, fresh=None)
    sources = mutants(exercise)
    refused, named, survivors, by_chance, conventions = 0, 0, [], [], 0
    for reads, source in sources.items():
        verdict = alone.check(compiled(exercise, source))
        if verdict.status == "right":
            survivors.append(reads)
            again = (exercise.check(compiled(exercise, source)) for _ in range(DRAWS))
            if not all(again):
                by_chance.append(reads)
        elif verdict:
            conventions += 1
        else:
            refused += 1
            named += verdict.mistake is not None

    def answered(known):
        return alone.check(compiled(exercise, exercise.source(known.answer)))

    others = ANSWERS.get(key(exercise), [])
    right = sum(all(exercise.check(a).status == "right" for _ in range(DRAWS)) for a in others)
    return {
        "mistakes": sum(answered(m).mistake is m for m in exercise.mistakes),
        "conventions": sum(c.name in answered(c).message for c in exercise.conventions),
        "mutants": len(sources),
        "as convention": conventions,
        "refused": refused,
        "named": named,
        "survivors": survivors,
        "chance": by_chance,
        "right": right,
        "alarms": len(others) - right,
    }


def controls():
    """Of every topic's formulas: how many wrong forms their checks refute, and the closest call.

    {topic: {"formulas", "refuted", "closest": [id, wrong form, gap, gap in tolerances]}}
    """
    found = {}
    for topic in exercises.TOPICS:
        name = topic.__name__.rsplit(".", 1)[-1]
        if not hasattr(equations, name):
            continue
        findings = [e.verify() for e in getattr(equations, name).EQUATIONS]
        forms = [
            (gap / f.equation.tolerance, f.equation.id, form, gap)
            for f in findings
            for form, gap in f.refuted.items()
        ]
        times, id, form, gap = min(forms)
        found[name] = {
            "formulas": sum(f.ok for f in findings),
            "refuted": len(forms),
            "closest": [id, form, f"{gap:.2g}", f"{times:.2g}"],
        }
    return found


def explanations():
    """{exercise: {what a mutant reads: why it is the solution in other words}}"""
    return tomllib.loads(EXPLAINED.read_text(encoding="utf-8"))


def complaints(results, explained):
    """What is wrong with the results of some exercises, in words."""
    for name, found in results.items():
        known = explained.get(name, {})
        for reads in found["chance"]:
            yield f"{name}: the stored probes let through what a drawn one refuses: {reads}"
        for reads in found["survivors"]:
            if reads not in known and reads not in found["chance"]:
                yield f"{name}: passes and is not explained: {reads}"
        for reads in known.keys() - set(found["survivors"]):
            yield f"{name}: explained, but it does not pass: {reads}"
        if found["alarms"]:
            yield f"{name}: refuses {found['alarms']} right answers"
        if not found["right"]:
            yield f"{name}: has no right answer in another style in tests/right_answers.py"


def stored():
    return json.loads(RESULTS.read_text(encoding="utf-8"))


def _limit():
    """A mutant may ask for a gigabyte, and must not take the machine with it."""
    if os.name != "posix":
        return
    import resource

    os.nice(10)
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))


def _measured(name):
    (exercise,) = (e for e in exercises.ALL if key(e) == name)
    return measure(exercise)


def main(names):
    everything = [key(e) for e in exercises.ALL]
    wanted = names or everything
    if unknown := set(wanted) - set(everything):
        sys.exit(f"measure_power: no such exercise: {', '.join(sorted(unknown))}")
    with ProcessPoolExecutor(2, initializer=_limit) as pool:
        results = dict(zip(wanted, pool.map(_measured, wanted), strict=True))
    before = stored() if RESULTS.exists() else {}
    known = {**before.get("exercises", {}), **results}
    versions = {
        "dlnotes": dlnotes.__version__,
        "numpy": np.__version__,
        "python": ".".join(map(str, sys.version_info[:2])),
    }
    written = {
        **before,
        "versions": versions,
        "exercises": {n: known[n] for n in everything if n in known},
        "equations": before["equations"] if names else controls(),
    }
    RESULTS.write_text(json.dumps(written, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    explained = explanations()
    said = [*complaints(results, explained)]
    said += [f"{n}: explained, but there is no such exercise" for n in {*explained} - {*everything}]
    for line in said:
        print(line)
    mutated = sum(r["mutants"] for r in results.values())
    passed = sum(len(r["survivors"]) for r in results.values())
    print(f"{mutated} mutants, {passed} pass, {len(said)} complaints")
    sys.exit(bool(said))


if __name__ == "__main__":
    main(sys.argv[1:])
