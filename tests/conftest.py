"""A run ends with a table of what its tests measured, in whichever process: see figures.py."""

import figures
import pytest


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    report = yield
    report.user_properties += [("figure", figure) for figure in figures.NOTED]
    figures.NOTED.clear()
    return report


def pytest_terminal_summary(terminalreporter):
    told = [getattr(r, "user_properties", []) for s in terminalreporter.stats.values() for r in s]
    noted = [figure for properties in told for name, figure in properties if name == "figure"]
    if noted:
        terminalreporter.section("measured figures")
        for line in figures.table(noted):
            terminalreporter.write_line(line)
