"""Workers that offer the same check on a machine's queue, and answer with something else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping

import temporalio.api.common.v1 as api
from temporalio import activity
from temporalio.client import Client
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

from stigmer_doctor.fleet.codec import sealed_payload
from stigmer_doctor.fleet.hosts import queue
from stigmer_doctor.fleet.keys import TeamKeys
from stigmer_doctor.fleet.sweep import ACTIVITY
from tests.fleet.keys import OTHER, TEAM

Answer = Callable[[], Awaitable[RawValue]]
_REFERENCE = b"temporal.api.sdk.v1.ExternalStorageReference"


def _payload(data: bytes, **metadata: bytes) -> Answer:
    async def answer() -> RawValue:
        return RawValue(api.Payload(metadata=metadata, data=data))

    return answer


async def _another_key() -> RawValue:
    return RawValue(sealed_payload(TeamKeys([OTHER]).seal(b"answer", "anything")))


async def _another_machine() -> RawValue:
    """Sealed by the team, for another sweep."""
    return RawValue(sealed_payload(TeamKeys([TEAM]).seal(b"answer", "yesterday\nstigmer-doctor/machine-00000")))


async def _failure() -> RawValue:
    details = RawValue(api.Payload(metadata={"encoding": b"odd"}, data=b"\xff"))
    raise ApplicationError("an error with <b>markup</b>", details)


ANSWERS: Mapping[str, Answer] = {
    "plain-text": _payload(b'"a text that is readable"', encoding=b"json/plain"),
    "odd-encoding": _payload(b"\xff", encoding=b"odd"),
    "reference": _payload(b'{"driverName": "other"}', encoding=b"json/protobuf", messageType=_REFERENCE),
    "marked-reference": _payload(b"{}", encoding=b"json/plain", __temporal_external_storage_reference=b"true"),
    "too-short": _payload(b"x", encoding=b"binary/sealed"),
    "large": _payload(b"x" * 300_000, encoding=b"binary/sealed"),
    "another-key": _another_key,
    "another-machine": _another_machine,
    "failure": _failure,
}
"""By the name of the machine that answers so."""


def workers(client: Client, names: Iterable[str] = tuple(ANSWERS)) -> list[Worker]:
    return [
        Worker(client, task_queue=queue(name), activities=[activity.defn(name=ACTIVITY)(ANSWERS[name])])
        for name in names
    ]
