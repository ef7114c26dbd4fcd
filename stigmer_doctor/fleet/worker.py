"""What runs on every machine: it offers one check, which takes no argument, and answers with a verdict."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import NamedTuple

import msgspec
from temporalio import activity
from temporalio.client import Client
from temporalio.common import RawValue
from temporalio.converter import StorageDriver, StorageDriverStoreContext
from temporalio.worker import Worker

from stigmer_doctor import __version__, app, profile, snapshot
from stigmer_doctor.analysis.verdicts import verdict
from stigmer_doctor.fleet.answers import MOST_INLINE, FleetAnswer, compress, pack
from stigmer_doctor.fleet.codec import sealed_payload
from stigmer_doctor.fleet.connection import meaning
from stigmer_doctor.fleet.history import about
from stigmer_doctor.fleet.hosts import queue
from stigmer_doctor.fleet.keys import TeamKeys
from stigmer_doctor.fleet.sweep import ACTIVITY, SWEEPS, Sweep
from stigmer_doctor.model.errors import CannotDiagnose, DoctorError
from stigmer_doctor.model.verdict import Verdict

_DRAINS_WITHIN = timedelta(minutes=6)
_HEARTBEAT_S = 5.0


class FleetMachine(NamedTuple):
    """What a worker has of its machine: `take` makes a snapshot of it (and raises DoctorError), `keep` saves the last
    verdict (and raises OSError or DoctorError)."""

    name: str
    take: Callable[[], bytes]
    keep: Callable[[Verdict], None]


class HostCheck:
    """The one activity."""

    def __init__(self, machine: FleetMachine, keys: TeamKeys, storage: StorageDriver | None) -> None:
        self._machine, self._keys, self._storage = machine, keys, storage

    @activity.defn(name=ACTIVITY)
    async def check(self) -> RawValue:
        """The answer, sealed for this machine and this sweep alone."""
        info = activity.info()
        async with _heartbeats():
            answer = await self._answer()
        place = about(info.workflow_id or "", info.task_queue)
        return RawValue(sealed_payload(self._keys.seal(pack(answer), place)))

    async def _answer(self) -> FleetAnswer:
        """An exception's text may hold anything, and goes nowhere."""
        try:
            taken = await asyncio.to_thread(self._machine.take)
            found = self._judged(taken)
            answer = await self._with_snapshot(found, taken)
            notes = filter(None, (self._kept(found), answer.problem))
            return msgspec.structs.replace(answer, problem="; ".join(notes))
        except DoctorError as error:
            return FleetAnswer(None, str(error))
        except Exception as error:  # noqa: BLE001 - one check costs itself, the next one may go well
            return FleetAnswer(None, f"internal error: {type(error).__name__}")

    def _judged(self, taken: bytes) -> Verdict:
        facts = snapshot.load(taken, "the snapshot")
        return verdict(app.diagnose(facts, profile.load()), facts, __version__, hashlib.sha256(taken).hexdigest())

    def _kept(self, found: Verdict) -> str:
        """Why the verdict is not kept here; "" where it is."""
        try:
            self._machine.keep(found)
        except (OSError, DoctorError) as error:
            return f"its verdict is not kept there: {getattr(error, 'strerror', None) or error}"
        return ""

    async def _with_snapshot(self, found: Verdict, taken: bytes) -> FleetAnswer:
        """The verdict with the snapshot: in the storage, or with the answer where there is none and it is small."""
        small = compress(taken)
        if self._storage is None:
            return FleetAnswer(found, inline=small if len(small) <= MOST_INLINE else b"")
        payload = sealed_payload(self._keys.seal(small, found.snapshot))
        try:
            [claim] = await self._storage.store(StorageDriverStoreContext(), [payload])
        except OSError as error:
            return FleetAnswer(found, f"its snapshot is not stored: {error.strerror or 'unknown error'}")
        return FleetAnswer(found, claim=dict(claim.claim_data))


@contextlib.asynccontextmanager
async def _heartbeats() -> AsyncIterator[None]:
    """Tell the server meanwhile that the check goes on."""

    async def beat() -> None:
        while True:
            await asyncio.sleep(_HEARTBEAT_S)
            activity.heartbeat()

    beating = asyncio.create_task(beat())
    try:
        yield
    finally:
        beating.cancel()


def host_worker(client: Client, check: HostCheck, host: str) -> Worker:
    """Takes one question at a time from the machine's own queue; what it has taken it answers before it ends."""
    return Worker(
        client,
        task_queue=queue(host),
        activities=[check.check],
        max_concurrent_activities=1,
        max_concurrent_activity_task_polls=1,
        build_id=__version__,
        graceful_shutdown_timeout=_DRAINS_WITHIN,
        max_heartbeat_throttle_interval=timedelta(seconds=_HEARTBEAT_S),
        default_heartbeat_throttle_interval=timedelta(seconds=_HEARTBEAT_S),
    )


def sweep_worker(client: Client) -> Worker:
    """Carries sweeps on, whoever started them."""
    return Worker(client, task_queue=SWEEPS, workflows=[Sweep], max_cached_workflows=20, build_id=__version__)


async def run_until(stopped: asyncio.Event, *workers: Worker) -> None:
    """Run them until the event is set, and until what was taken is done. Raises CannotDiagnose."""
    async with working(*workers):
        await stopped.wait()


@contextlib.asynccontextmanager
async def working(*workers: Worker) -> AsyncIterator[None]:
    """They run meanwhile. Raises CannotDiagnose where Temporal has nothing for one of them any more: the SDK asks again
    for a minute, and then ends the worker."""
    try:
        async with contextlib.AsyncExitStack() as stack:
            for worker in workers:
                await stack.enter_async_context(worker)
            yield
    except RuntimeError as error:
        if not error.__cause__ or not str(error).endswith("worker failed"):
            raise
        raise CannotDiagnose(
            f"Temporal does not take this worker any more ({meaning(error.__cause__).rstrip('.')}): see --api-key-file "
            "and --tls-cert, whose files are read when it is started again"
        ) from error
