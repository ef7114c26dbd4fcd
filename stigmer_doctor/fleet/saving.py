"""Writes the snapshots of a sweep into a folder, for `triage add`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from temporalio.converter import StorageDriver, StorageDriverClaim, StorageDriverRetrieveContext

from stigmer_doctor.adapters.files.atomic import replace_file
from stigmer_doctor.fleet.answers import FleetAnswer, UnreadableAnswerError, decompress
from stigmer_doctor.fleet.hosts import HOST
from stigmer_doctor.fleet.keys import SealedError, TeamKeys
from stigmer_doctor.fleet.results import HostResult
from stigmer_doctor.model.errors import UsageError


async def save(
    results: Iterable[HostResult], folder: Path, keys: TeamKeys, storage: StorageDriver | None
) -> tuple[int, list[str]]:
    """How many were written, and a line for each that could not be."""
    written, problems = 0, []
    for result in results:
        if result.answer is None or result.answer.verdict is None or not HOST.fullmatch(result.host):
            continue
        try:
            replace_file(folder / f"{result.host}.json", await _snapshot(result.answer, keys, storage), 0o600)
            written += 1
        except (OSError, SealedError, UnreadableAnswerError) as error:
            problems.append(f"no snapshot of {result.host}: {getattr(error, 'strerror', None) or error}")
    return written, problems


def make(folder: Path) -> None:
    """Raises UsageError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot make the folder {folder}: {error.strerror or error}") from error


async def _snapshot(answer: FleetAnswer, keys: TeamKeys, storage: StorageDriver | None) -> bytes:
    known = answer.verdict.snapshot if answer.verdict else ""
    packed = answer.inline
    if answer.claim:
        if storage is None:
            raise UnreadableAnswerError("it is in the team's storage: --storage DIR names that")
        [payload] = await storage.retrieve(StorageDriverRetrieveContext(), [StorageDriverClaim(answer.claim)])
        packed = keys.unseal(payload.data, known)
    if not packed:
        raise UnreadableAnswerError("it was too large to go along: give its worker --storage DIR")
    snapshot = decompress(packed)
    if hashlib.sha256(snapshot).hexdigest() != known:
        raise UnreadableAnswerError("it is not the snapshot that the verdict is of")
    return snapshot
