"""A snapshot's bytes to a row, in processes of their own: one that hangs or crashes costs itself."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from functools import cache
from itertools import islice

from msgspec import json
from msgspec.structs import asdict

from stigmer_doctor import __version__, profile, snapshot
from stigmer_doctor.analysis.verdicts import verdict
from stigmer_doctor.judge import judge
from stigmer_doctor.model.errors import DoctorError
from stigmer_doctor.model.facts import Facts
from stigmer_doctor.model.findings import Diagnosis
from stigmer_doctor.redaction.harmless import HarmlessTexts
from stigmer_doctor.redaction.redactor import SecretRedactor
from stigmer_doctor.rules.registry import RULES
from stigmer_doctor.triage.archives import ReadSnapshot
from stigmer_doctor.triage.rows import Judged, UnreadableSnapshot

_BATCH = 16
_AHEAD = 4
"""Batches for each process."""


def judged(found: Iterable[ReadSnapshot], processes: int, added: str) -> Iterator[Judged | UnreadableSnapshot]:
    """A row for each, in their order. At most a few batches wait: what is read is not all in memory."""
    snapshots, running = iter(found), deque[Future[list[Judged | UnreadableSnapshot]]]()
    with ProcessPoolExecutor(processes) as pool:
        while batch := list(islice(snapshots, _BATCH)):
            running.append(pool.submit(_rows, batch, added))
            if len(running) > _AHEAD * processes:
                yield from running.popleft().result()
        while running:
            yield from running.popleft().result()


def content_hash(data: bytes) -> str:
    """What tells a snapshot from others, wherever it lies."""
    return hashlib.sha256(data).hexdigest()


def diagnosis_of(data: bytes, name: str) -> tuple[Facts, Diagnosis]:
    """As `check --snapshot` judges it. Raises CannotDiagnose."""
    facts = snapshot.load(data, name)
    return facts, judge(facts, RULES, profile.load())


def _rows(batch: list[ReadSnapshot], added: str) -> list[Judged | UnreadableSnapshot]:
    return [_row(found, added) for found in batch]


def _row(found: ReadSnapshot, added: str) -> Judged | UnreadableSnapshot:
    if found.problem:
        return UnreadableSnapshot(found.name, found.problem)
    try:
        facts, diagnosis = diagnosis_of(found.data, found.name)
        row = verdict(diagnosis, facts, __version__, content_hash(found.data))
        codes = sorted({finding.code for finding in diagnosis.findings})
        kept = snapshot.on_one_line(_swept(facts)).decode()
        return Judged(json.encode({**asdict(row), "codes": codes, "added": added, "facts": kept}))
    except DoctorError as error:
        return UnreadableSnapshot(found.name, str(error))
    except Exception as error:  # noqa: BLE001 - it costs itself alone
        return UnreadableSnapshot(found.name, f"internal error: {type(error).__name__}")


def _swept(facts: Facts) -> Facts:
    """Without secrets that the doctor which collected it did not know yet."""
    if _harmless().covers(facts):
        return facts
    known = profile.load()
    return SecretRedactor(known.shown_variables, known.vocabulary).sweep(facts)


@cache
def _harmless() -> HarmlessTexts:
    """Of this process."""
    return HarmlessTexts()
