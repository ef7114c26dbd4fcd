"""A snapshot's bytes to a row, in processes of their own: one that ends its process costs itself."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from itertools import islice
from typing import NamedTuple, Self

from msgspec import json
from msgspec.structs import asdict

from stigmer_doctor import __version__, profile, snapshot
from stigmer_doctor.analysis.remembered import RememberedAnswers
from stigmer_doctor.analysis.verdicts import verdict
from stigmer_doctor.judge import judge
from stigmer_doctor.model.errors import DoctorError
from stigmer_doctor.model.facts import Facts
from stigmer_doctor.model.findings import Diagnosis
from stigmer_doctor.redaction.harmless import HarmlessTexts
from stigmer_doctor.redaction.redactor import SecretRedactor
from stigmer_doctor.rules.registry import RULES
from stigmer_doctor.triage.archives import ReadSnapshot
from stigmer_doctor.triage.parts import KnownFacts, ReadFacts
from stigmer_doctor.triage.processes import pool
from stigmer_doctor.triage.rows import Judged, UnreadableSnapshot

_BATCH = 16
_AHEAD = 4
"""Batches for each process."""


def judged(found: Iterable[ReadSnapshot], processes: int, added: str) -> Iterator[Judged | UnreadableSnapshot]:
    """A row for each, in their order. At most a few batches wait: what is read is not all in memory."""
    snapshots, running = iter(found), deque[_Running]()
    with _Judges(processes, added) as judges:
        while batch := list(islice(snapshots, _BATCH)):
            running.append(judges.begin(batch))
            if len(running) > _AHEAD * processes:
                yield from judges.rows(running.popleft())
        while running:
            yield from judges.rows(running.popleft())


class _Running(NamedTuple):
    """A batch that is being judged."""

    batch: list[ReadSnapshot]
    future: Future[list[Judged | UnreadableSnapshot]]


class _Judges:
    """The processes; others, once one of them has ended: memory that is not there, a crash."""

    def __init__(self, processes: int, added: str) -> None:
        self._processes, self._added = processes, added
        self._pool = pool(processes)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def begin(self, batch: list[ReadSnapshot]) -> _Running:
        """Judge them meanwhile."""
        try:
            return _Running(batch, self._pool.submit(_rows, batch, self._added))
        except BrokenProcessPool:
            self._pool = pool(self._processes)
            return self.begin(batch)

    def rows(self, running: _Running) -> list[Judged | UnreadableSnapshot]:
        """What became of them; one at a time where a process ended, to find which of them did that."""
        try:
            return running.future.result()
        except BrokenProcessPool:
            return [self._alone(found) for found in running.batch]

    def _alone(self, found: ReadSnapshot) -> Judged | UnreadableSnapshot:
        with pool(1) as single:
            try:
                return single.submit(_row, found, self._added).result()
            except BrokenProcessPool:
                return UnreadableSnapshot(found.name, "the process that judged it has ended")


def content_hash(data: bytes) -> str:
    """What tells a snapshot from others, wherever it lies."""
    return hashlib.sha256(data).hexdigest()


def diagnosis_of(data: bytes, name: str) -> tuple[Facts, Diagnosis]:
    """As `check --snapshot` judges it. Raises CannotDiagnose."""
    read, diagnosis = _seen().diagnosed(data, name)
    return read.facts, diagnosis


def _rows(batch: list[ReadSnapshot], added: str) -> list[Judged | UnreadableSnapshot]:
    return [_row(found, added) for found in batch]


def _row(found: ReadSnapshot, added: str) -> Judged | UnreadableSnapshot:
    if found.problem:
        return UnreadableSnapshot(found.name, found.problem)
    try:
        read, diagnosis = _seen().diagnosed(found.data, found.name)
        row = verdict(diagnosis, read.facts, __version__, found.digest or content_hash(found.data))
        codes = sorted({finding.code for finding in diagnosis.findings})
        kept = _seen().swept(read).decode()
        return Judged(json.encode({**asdict(row), "codes": codes, "added": added, "facts": kept}))
    except DoctorError as error:
        return UnreadableSnapshot(found.name, str(error))
    except Exception as error:  # noqa: BLE001 - it costs itself alone
        return UnreadableSnapshot(found.name, f"internal error: {type(error).__name__}")


class _Seen:
    """What this process knows of the snapshots that it has judged: most of what one says stood in another before."""

    def __init__(self) -> None:
        self._facts, self._answers, self._texts = KnownFacts(), RememberedAnswers(), HarmlessTexts()

    def diagnosed(self, data: bytes, name: str) -> tuple[ReadFacts, Diagnosis]:
        """Raises CannotDiagnose."""
        read = self._facts.read(data, name)
        return read, judge(read.facts, RULES, profile.load(), remembered=self._answers if read.known else None)

    def swept(self, read: ReadFacts) -> bytes:
        """The facts as they are kept: without secrets that the doctor which collected it did not know yet."""
        unknown = [fact for fact in read.known.values() if not fact.harmless]
        if self._texts.covers([fact.value for fact in unknown] if read.known else read.facts):
            for fact in unknown:
                fact.harmless = True
            return read.on_one_line()
        known = profile.load()
        return snapshot.on_one_line(SecretRedactor(known.shown_variables, known.vocabulary).sweep(read.facts))


@cache
def _seen() -> _Seen:
    """Of this process."""
    return _Seen()
