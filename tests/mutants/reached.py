"""A pytest plugin that records which lines every test reaches (`-p tests.mutants.reached`), and how it is read.

What runs while a file of tests is collected, or is set up for the first of its tests, counts for the whole file. A test
that starts the doctor as a program may reach anything.
"""

from __future__ import annotations

import os
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from coverage import Coverage, CoverageData

FOLDER = "MUTANTS_REACHED"
"""Names the folder that the records are written to: one of coverage, one of the tests, for every process."""

_DOCTOR = frozenset({"stigmer_doctor", "tests.lab.killed"})
"""Modules that are the doctor as a program."""


class Recorder:
    def __init__(self, folder: Path) -> None:
        self._name = f"{os.getpid()}"
        self._folder = folder
        self._context = ""
        self._starting: set[str] = set()
        self._tests: list[str] = []
        self._coverage = Coverage(str(folder / f"{self._name}.lines"), config_file=False, source=["stigmer_doctor"])
        self._coverage.start()
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[object, ...]) -> None:
        if event == "subprocess.Popen" and self._context:
            command = arguments[1]
            if isinstance(command, Sequence) and _DOCTOR.intersection(command):
                self._starting.add(self._context)

    def _enter(self, context: str) -> None:
        self._context = context
        self._coverage.switch_context(context)

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self, collector: pytest.Collector) -> Iterator[None]:
        self._enter(collector.nodeid if isinstance(collector, pytest.File) else "")
        return (yield)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self._tests = [item.nodeid for item in session.items]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        self._enter(item.nodeid.partition("::")[0])

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> None:
        self._enter(item.nodeid)

    def pytest_unconfigure(self) -> None:
        self._enter("")
        self._coverage.stop()
        self._coverage.save()
        (self._folder / f"{self._name}.tests").write_text("\n".join(self._tests), "utf-8")
        (self._folder / f"{self._name}.starting").write_text("\n".join(self._starting), "utf-8")


def pytest_configure(config: pytest.Config) -> None:
    if folder := os.environ.get(FOLDER):
        config.pluginmanager.register(Recorder(Path(folder)))


@dataclass(frozen=True, slots=True)
class Reached:
    """Tests and files of tests, by path below the root and line; `breadth` is how many lines each of them reaches."""

    lines: dict[str, dict[int, set[str]]]
    breadth: Counter[str]
    tests: tuple[str, ...]
    starting: frozenset[str]

    @classmethod
    def load(cls, folder: Path, root: Path) -> Reached:
        lines: dict[str, dict[int, set[str]]] = {}
        breadth: Counter[str] = Counter()
        for record in folder.glob("*.lines"):
            data = CoverageData(str(record))
            data.read()
            for file in data.measured_files():
                reached = lines.setdefault(str(Path(file).relative_to(root)), defaultdict(set))
                for line, contexts in data.contexts_by_lineno(file).items():
                    reached[line].update(filter(None, contexts))
                    breadth.update(filter(None, contexts))
        return cls(lines, breadth, tuple(_named(folder, "tests")), frozenset(_named(folder, "starting")))

    def by(self, path: str, lines: Sequence[int] | None) -> list[str]:
        """The tests to run, those that reach the least first. None, where a line runs on import: all of them in the
        end, as whoever imports what it defines depends on it.
        """
        file = self.lines.get(path, {})
        found = {context for line in (file if lines is None else lines) for context in file.get(line, ())}
        if not found and lines is not None and not self.starting:
            return []
        first = self._tests(sorted(found, key=lambda context: (self.breadth[context], context)))
        rest = self.tests if lines is None else [test for test in self.tests if test in self.starting]
        return list(dict.fromkeys([*first, *rest]))

    def _tests(self, contexts: Iterable[str]) -> Iterator[str]:
        for context in contexts:
            if "::" in context:
                yield context
            else:
                yield from (test for test in self.tests if test.startswith(f"{context}::"))


def _named(folder: Path, kind: str) -> list[str]:
    names = [record.read_text("utf-8").splitlines() for record in sorted(folder.glob(f"*.{kind}"))]
    return list(dict.fromkeys(name for record in names for name in record))
