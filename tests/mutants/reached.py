"""A pytest plugin that records which lines every test reaches (`-p tests.mutants.reached`), and how it is read.

What runs while a file of tests is collected, or is set up for the first of its tests, counts for the whole file; what
runs while the doctor is imported, for all tests. A test that starts the doctor as a program may reach anything. What is
cached is forgotten before each test: the later ones depend on it as well.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import _lru_cache_wrapper
from pathlib import Path

import pytest
from coverage import Coverage, CoverageData

import stigmer_doctor

FOLDER = "MUTANTS_REACHED"
"""Names the folder that the records are written to: one of coverage, one of the tests, for every process."""

_DOCTOR = frozenset({"stigmer_doctor", "tests.lab.killed"})
"""Modules that are the doctor as a program."""
_IMPORTED = "import"
"""In place of a test."""


class Recorder:
    def __init__(self, folder: Path) -> None:
        self._name = f"{os.getpid()}"
        self._folder = folder
        self._context = ""
        self._starting: set[str] = set()
        self._caches: list[_lru_cache_wrapper[object]] = []
        self._tests: list[str] = []
        self._coverage = Coverage(str(folder / f"{self._name}.lines"), config_file=False, source=["stigmer_doctor"])
        self._coverage.start()
        sys.addaudithook(self._hear)

    def import_doctor(self) -> None:
        """Before any test does, whose file alone would otherwise be said to depend on what runs then."""
        self._enter(_IMPORTED)
        for module in pkgutil.walk_packages(stigmer_doctor.__path__, "stigmer_doctor."):
            found = vars(importlib.import_module(module.name)).values()
            self._caches += [value for value in found if isinstance(value, _lru_cache_wrapper)]
        self._enter("")

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
        for cache in self._caches:
            cache.cache_clear()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> None:
        self._enter(item.nodeid)

    def pytest_unconfigure(self) -> None:
        self._enter("")
        self._coverage.stop()
        self._coverage.save()
        (self._folder / f"{self._name}.tests").write_text("\n".join(self._tests), "utf-8")
        (self._folder / f"{self._name}.starting").write_text("\n".join(self._starting), "utf-8")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """They import the doctor."""
    if folder := os.environ.get(FOLDER):
        recorder = Recorder(Path(folder))
        recorder.import_doctor()
        early_config.pluginmanager.register(recorder)


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
        """The tests to run, those that reach the least first. None, and a line that runs on import: all of them in the
        end, as whoever imports what it defines depends on it.
        """
        file = self.lines.get(path, {})
        if lines is not None and any(_IMPORTED in file.get(line, ()) for line in lines):
            lines = None
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
