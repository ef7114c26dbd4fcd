"""`python -m bench.fleet`: a sweep over 10,000 simulated machines on a real Temporal server, against its goals.

Apart from `make bench`: it takes minutes and some gigabytes. Machines and server share the cores that there are. It
says on standard error how far it is, and ends with a line where it does not get on.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from temporalio.client import Client

from bench.__main__ import Row, show
from tests.fleet.processes import Fleet, kill
from tests.fleet.server import Server, started
from tests.lab.install import temporal_binary

MACHINES = 10_000
PROCESSES = 10
_IDLE_S = 60
"""As long as a poll waits, so that each machine's own falls into it once."""
_TOLD_EVERY_S = 10
_SWEPT_WITHIN_S = 480


def measured(machines: int, processes: int) -> list[Row]:
    """One sweep, once all machines wait for questions. Raises RuntimeError where that does not come to its end."""
    with tempfile.TemporaryDirectory() as folder, started(Path(folder)) as server:
        fleet = Fleet(server.address, Path(folder))
        fleet.prepare()
        with fleet.machines(machines, processes, "--prepared", tell=_tell):
            idle = _idle(server)
            return _sweep(fleet, server, machines, idle)


def _idle(server: Server) -> float:
    """Seconds of processor time a second that waiting machines cost the server."""
    _tell(f"what they cost while they wait: {_IDLE_S} s")
    before = server.cpu_s()
    time.sleep(_IDLE_S)
    return (server.cpu_s() - before) / _IDLE_S


def _sweep(fleet: Fleet, server: Server, machines: int, idle: float) -> list[Row]:
    before, began = server.cpu_s(), time.perf_counter()
    asked = fleet.doctor("check", "--hosts", fleet.hosts_file(0, machines), "--wait", "300", "--format", "json")
    document, said = _ended(asked, server)
    took, cpu = time.perf_counter() - began, server.cpu_s() - before
    if asked.returncode:
        raise RuntimeError(f"not every machine has passed: {json.loads(document or '{}').get('title')}; {said.strip()}")
    runs, size = asyncio.run(_history(server.address, said.split()[1]))
    own, detail = cpu - idle * took, f"{cpu:.1f} s in all, {idle * 100:.0f} % of a core while they wait"
    return [
        Row("a machine / second", took / machines * 1000, 1000 / 150, "ms", f"{machines / took:.0f} machines a second"),
        Row("history of a machine", size / machines, 700, "B", f"{runs} runs, {size >> 10} KiB"),
        Row("server CPU of a machine", own / machines * 1000, 5, "ms", detail),
    ]


def _ended(asked: subprocess.Popen[str], server: Server) -> tuple[str, str]:
    """What it has written. Raises RuntimeError where it takes too long."""
    began, cpu = time.monotonic(), server.cpu_s()
    while True:
        try:
            return asked.communicate(timeout=_TOLD_EVERY_S)
        except subprocess.TimeoutExpired:
            took = time.monotonic() - began
            _tell(f"the sweep runs for {took:.0f} s, the server has used {server.cpu_s() - cpu:.1f} s of CPU")
            if took > _SWEPT_WITHIN_S:
                kill(asked)
                raise RuntimeError(f"the sweep has not ended within {_SWEPT_WITHIN_S} s") from None


async def _history(address: str, sweep: str) -> tuple[int, int]:
    """How many runs the sweep had, and the bytes of them all."""
    client, sizes = await Client.connect(address), []
    async for run in client.list_workflows(f"WorkflowId = '{sweep}'"):
        described = await client.get_workflow_handle(sweep, run_id=run.run_id).describe()
        sizes.append(described.raw_description.workflow_execution_info.history_size_bytes)
    return len(sizes), sum(sizes)


def _tell(line: str) -> None:
    """With the load: rates mean nothing where others use the processors too."""
    print(f"{time.strftime('%H:%M:%S')} load {os.getloadavg()[0]:4.1f}  {line}", file=sys.stderr, flush=True)


def main(words: list[str]) -> int:
    """0 where the goals are met, 1 where one is missed, 3 where nothing could be measured."""
    if not temporal_binary().exists():
        print("there is no Temporal server here: python -m tests.lab install builds one")
        return 0
    machines = int(words[0]) if words else MACHINES
    try:
        rows = measured(machines, PROCESSES if machines >= PROCESSES else 1)
    except RuntimeError as error:
        print(f"not measured: {error}", file=sys.stderr)
        return 3
    show(rows)
    return 0 if all(row.met for row in rows) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
