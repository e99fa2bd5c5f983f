"""nbval runs every stored notebook and compares its outputs; this closes its gaps (nbval 0.11).

What it cannot see in a notebook (a cell that was never run, a figure without words) is the matter
of tests/test_hygiene.py; tests/test_gate.py shows that both notice what they should.
"""

import time
from queue import Empty

import pytest
from nbval.kernel import RunningKernel
from nbval.plugin import IPyNbCell


def await_reply(kernel, msg_id, timeout=None):
    """Wait for a cell's end. RuntimeError soon after its kernel died, Empty when time is up.

    nbval's own goes on waiting for a dead kernel until time is up.
    """
    end = None if timeout is None else time.monotonic() + timeout
    while True:
        try:
            message = kernel.get_message("shell", timeout=0.5)
        except Empty:
            if not kernel.is_alive():
                raise RuntimeError("the kernel died in this cell") from None
            if end is not None and time.monotonic() > end:
                raise
            continue
        if message["parent_header"].get("msg_id") == msg_id:
            if message["content"]["status"] == "aborted":
                raise RuntimeError("the kernel refused to run this cell")
            return


RunningKernel.await_reply = await_reply


def pytest_ignore_collect(collection_path):
    """The copies that Jupyter keeps are not the book."""
    return True if collection_path.name == ".ipynb_checkpoints" else None


def pytest_collection_modifyitems(items):
    for item in items:
        if isinstance(item, IPyNbCell):
            item.output_timeout = 30  # nbval's own 5 s are too few on a busy machine


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    """Name a failing cell as its page does; nbval counts from 0 and knows no ids."""
    report = yield
    if isinstance(item, IPyNbCell) and report.failed:
        cell = item.cell
        report.sections.append(("the cell", f"id {cell.get('id')}, In [{cell.execution_count}]"))
    return report
