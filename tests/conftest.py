"""Lab tests run last; where they could not run, a closing line counts them, and REQUIRE_LAB=1 makes that a failure."""

from __future__ import annotations

import gc
import os

import pytest
from hypothesis import settings

from tests.lab import install

_MARK = "lab"

# How long an example takes is the machine's business.
settings.register_profile("any-machine", deadline=None)
settings.load_profile("any-machine")


class SkippedLabTests:
    """Counts them from the reports, which come from other processes where the tests run in parallel."""

    def __init__(self) -> None:
        self._names: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and _MARK in report.keywords:
            self._names.add(report.nodeid)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A skipped lab test has proved nothing: where the lab has to run, it is a failure."""
        if self._names and _required() and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._names:
            failure = ": a failure, as REQUIRE_LAB is set and this machine can run them" if _required() else ""
            line = f"{len(self._names)} lab tests were skipped{failure}."
            terminalreporter.write_line(line, red=_required(), yellow=True)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(SkippedLabTests())


def pytest_collection(session: pytest.Session) -> None:  # noqa: ARG001 - the name is the hook's
    """Nothing that is collected is garbage, and looking for some in so much takes a third of the time."""
    gc.disable()


def pytest_collection_finish(session: pytest.Session) -> None:  # noqa: ARG001 - the name is the hook's
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    reasons = install.missing() if any(other.get_closest_marker(_MARK) for other in items) else []
    for item in items:
        if reasons and item.get_closest_marker(_MARK):
            item.add_marker(pytest.mark.skip(reason=f"the lab cannot run here: {'; '.join(reasons)}"))
    items.sort(key=_place)


def _place(item: pytest.Item) -> tuple[int, str]:
    """Lab tests come last, in the lab's own order."""
    if not item.get_closest_marker(_MARK):
        return -2, ""
    from tests.lab import standing  # with the engine's library, which most of the tests do without

    return standing.place(item)


def _required() -> bool:
    return os.environ.get("REQUIRE_LAB") == "1" and install.expected()
