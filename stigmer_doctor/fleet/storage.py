"""Snapshots outside Temporal's history: a driver of the SDK's external storage over a folder that machines share."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import temporalio.api.common.v1 as api
from temporalio.converter import (
    StorageDriver,
    StorageDriverClaim,
    StorageDriverRetrieveContext,
    StorageDriverStoreContext,
)

from stigmer_doctor.adapters.files.atomic import replace_file
from stigmer_doctor.adapters.files.regular import read_regular
from stigmer_doctor.fleet.answers import UnreadableAnswerError
from stigmer_doctor.lean_objects import compiled_later

_MOST_BYTES = 16 * 1024 * 1024
_NAME = compiled_later(r"[0-9a-f]{32}")
_FILE = "file"


class FolderStorage(StorageDriver):
    """A file for each payload, named by its content; what is in it is sealed before it comes here."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def name(self) -> str:
        return "folder"

    async def store(
        self, context: StorageDriverStoreContext, payloads: Sequence[api.Payload]
    ) -> list[StorageDriverClaim]:
        """Raises OSError."""
        del context  # a file is named by its content alone
        return [StorageDriverClaim({_FILE: self._write(payload.SerializeToString())}) for payload in payloads]

    async def retrieve(
        self, context: StorageDriverRetrieveContext, claims: Sequence[StorageDriverClaim]
    ) -> list[api.Payload]:
        """Raises OSError, and UnreadableAnswerError for a claim that names no file of such a storage."""
        del context
        return [self._read(claim.claim_data.get(_FILE, "")) for claim in claims]

    def _write(self, data: bytes) -> str:
        name = hashlib.sha256(data).hexdigest()[:32]
        replace_file(self._folder / name, data, 0o640)
        return name

    def _read(self, name: str) -> api.Payload:
        if not _NAME.fullmatch(name):  # a machine has said it: it may not name any other file
            raise UnreadableAnswerError("what it says of its snapshot's place is not a name in the storage")
        return api.Payload.FromString(read_regular(self._folder / name, _MOST_BYTES, follow=False))
