"""Lighthouse's judgement of built pages, as `make serve` serves them, on its slow phone and its desk.

All is to be perfect but the performance, which hangs on what else the machine does meanwhile.
Lighthouse comes from npm, by `python tools/measure_lighthouse.py --fetch`; without it, or without a
Chromium, its tests are skipped, and fail where the variable DLNOTES_REQUIRE names "lighthouse".
"""

import threading

import figures
import pytest
import requires
import test_site as site

measure, serve = requires.script("measure_lighthouse"), requires.script("serve")
pytestmark = pytest.mark.alone

PAGES = {
    "the first page": lambda: site.PAGES[0],
    "the heaviest chapter": lambda: max(
        site.NOTEBOOKS, key=lambda p: (site.SITE / p).stat().st_size
    ),
    "the index of formulas": lambda: site.INDEX,
}


@pytest.fixture(scope="module")
def lighthouse():
    if modules := measure.fetched():
        return modules
    requires.missing("lighthouse", "no Lighthouse: `python tools/measure_lighthouse.py --fetch`")


@pytest.fixture(scope="module")
def server():
    with serve.server(site.SITE) as httpd:
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{httpd.server_port}/"
        httpd.shutdown()


@pytest.mark.parametrize("device", measure.LEAST)
@pytest.mark.parametrize("which", PAGES)
def test_lighthouse_finds_a_page_fast_accessible_and_in_order(lighthouse, server, which, device):
    page = PAGES[which]()
    report = measure.best_report(lighthouse, site.chromium(), server + page, device)
    found, least = measure.scores(report), measure.LEAST[device]
    for category, score in found.items():
        figures.note(f"Lighthouse {category}, {device}", page, score, at_least=least[category])
    assert all(found[category] >= least[category] for category in least), measure.amiss(report)
