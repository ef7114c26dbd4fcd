"""A snapshot's bytes to a row, in processes of their own: one that hangs or crashes costs itself."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
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
from stigmer_doctor.model.verdict import Verdict
from stigmer_doctor.redaction.harmless import HarmlessTexts
from stigmer_doctor.redaction.redactor import SecretRedactor
from stigmer_doctor.rules.registry import RULES
from stigmer_doctor.triage.reading import ReadSnapshot
from stigmer_doctor.triage.rows import Judged, UnreadableSnapshot

_BATCH = 16


def judged(found: Iterable[ReadSnapshot], processes: int) -> Iterator[Judged | UnreadableSnapshot]:
    """A row for each, as they are done. At most a few batches wait: what is read is not all in memory."""
    with ProcessPoolExecutor(processes) as pool:
        waiting = iter(found)
        while batch := list(islice(waiting, _BATCH * processes * 4)):
            for rows in pool.map(_rows, _parts(batch)):
                yield from rows


def content_hash(data: bytes) -> str:
    """What tells a snapshot from others, wherever it lies."""
    return hashlib.sha256(data).hexdigest()


def diagnosis_of(data: bytes, name: str) -> tuple[Facts, Diagnosis]:
    """As `check --snapshot` judges it. Raises CannotDiagnose."""
    facts = snapshot.load(data, name)
    return facts, judge(facts, RULES, profile.load())


def _parts(batch: list[ReadSnapshot]) -> Iterator[list[ReadSnapshot]]:
    for start in range(0, len(batch), _BATCH):
        yield batch[start : start + _BATCH]


def _rows(batch: list[ReadSnapshot]) -> list[Judged | UnreadableSnapshot]:
    return [_row(found) for found in batch]


def _row(found: ReadSnapshot) -> Judged | UnreadableSnapshot:
    if found.problem:
        return UnreadableSnapshot(found.name, found.problem)
    try:
        facts, diagnosis = diagnosis_of(found.data, found.name)
        kept = snapshot.on_one_line(_swept(facts))
        return Judged(_verdict(facts, diagnosis, found.data), tuple(_codes(diagnosis)), kept.decode())
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


def _verdict(facts: Facts, diagnosis: Diagnosis, data: bytes) -> Verdict:
    return verdict(diagnosis, facts, __version__, content_hash(data))


def _codes(diagnosis: Diagnosis) -> list[str]:
    return sorted({finding.code for finding in diagnosis.findings})


def line(row: Judged, added: str) -> bytes:
    """The row as a line of JSON."""
    return json.encode({**asdict(row.verdict), "codes": row.codes, "added": added, "facts": row.facts})
