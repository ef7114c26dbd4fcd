"""Lab tests run last; where they could not run, a closing line counts them, and REQUIRE_LAB=1 makes that a failure."""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

from tests.lab import install

_skipped = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_skipped] = []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    reasons = install.missing() if any(each.get_closest_marker("lab") for each in items) else []
    for item in items:
        if reasons and item.get_closest_marker("lab"):
            item.add_marker(pytest.mark.skip(reason=f"the lab cannot run here: {'; '.join(reasons)}"))
    items.sort(key=lambda item: item.get_closest_marker("lab") is not None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and item.get_closest_marker("lab"):
        item.config.stash[_skipped].append(item.nodeid)
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A skipped lab test has proved nothing: where the lab has to run, it is a failure."""
    if session.config.stash[_skipped] and _required() and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    count = len(config.stash[_skipped])
    if count:
        failure = ": a failure, as REQUIRE_LAB is set and this machine can run them" if _required() else ""
        terminalreporter.write_line(f"{count} lab tests were skipped{failure}.", red=_required(), yellow=True)


def _required() -> bool:
    return os.environ.get("REQUIRE_LAB") == "1" and install.expected()
