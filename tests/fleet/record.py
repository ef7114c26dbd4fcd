"""Records the history of a sweep on a real server, for the replay test: `python -m tests.fleet record`."""

from __future__ import annotations

import asyncio
import json
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

from temporalio.client import Client

from stigmer_doctor.fleet.connection import Address, connect
from stigmer_doctor.fleet.keys import TeamKeys
from stigmer_doctor.fleet.storage import FolderStorage
from stigmer_doctor.fleet.sweep import SweepOrder
from stigmer_doctor.fleet.sweeping import carried_out, start
from stigmer_doctor.fleet.worker import FleetMachine, HostCheck, host_worker
from tests.fleet import hostile
from tests.fleet.keys import TEAM
from tests.fleet.server import started
from tests.fleet.simulated import SNAPSHOTS

ROOT = Path(__file__).parents[2]
FIXTURE = ROOT / "fixtures" / "fleet" / "sweep-1.json"
SAID = {"well": "healthy", "broken": "incident"}
"""Machines, and the snapshot that each has."""
HOSTILE = [name for name in hostile.ANSWERS if name != "large"]
"""Without the one that would make a large file."""
HOSTS = [*SAID, "silent", *HOSTILE]


async def _recorded(address: str, folder: Path) -> str:
    keys = TeamKeys([TEAM])
    client = await connect(Address(address), keys, print)
    async with AsyncExitStack() as stack:
        for name, saved in SAID.items():
            machine = FleetMachine(name, (SNAPSHOTS / f"{saved}.json").read_bytes, lambda _: None)
            await stack.enter_async_context(host_worker(client, HostCheck(machine, keys, FolderStorage(folder)), name))
        for worker in hostile.workers(await Client.connect(address), HOSTILE):
            await stack.enter_async_context(worker)
        sweep = await start(client, SweepOrder(HOSTS, at_once=3, wait_s=5))
        await carried_out(client, keys, sweep, lambda _: None)
        history = await client.get_workflow_handle(sweep).fetch_history()
    text = history.to_json().replace(str(ROOT), "/opt/stigmer-doctor")  # in the traces of failures
    return json.dumps({"id": sweep, "history": json.loads(text)}, indent=1) + "\n"


def record() -> None:
    """Written again only where the sweep's commands change on purpose: older files stay, and are replayed too."""
    with tempfile.TemporaryDirectory() as folder, started(Path(folder)) as server:
        text = asyncio.run(_recorded(server.address, Path(folder)))
    FIXTURE.parent.mkdir(exist_ok=True)
    FIXTURE.write_text(text, "utf-8")
