"""Three machines, each with an engine of its own in a network of its own, and a Temporal that they share."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from stigmer_doctor.cli.main import main
from stigmer_doctor.fleet.connection import Address, connect
from stigmer_doctor.fleet.keys import TeamKeys
from stigmer_doctor.fleet.results import HostStatus, SweepState
from stigmer_doctor.fleet.sweep import SweepOrder
from stigmer_doctor.fleet.sweeping import carried_out, start
from stigmer_doctor.fleet.worker import FleetMachine, HostCheck, host_worker, run_until
from tests.fleet.keys import TEAM
from tests.fleet.processes import Fleet, rows
from tests.fleet.server import Server, started
from tests.fleet.simulated import SNAPSHOTS
from tests.lab.lab import WITHIN_S, Lab
from tests.lab.scenarios import ALL, SCENARIOS, daemon_environment

pytestmark = pytest.mark.lab

PORT = "17233"
DOCTOR = (sys.executable, "-m", "stigmer_doctor", "fleet", "worker", "--temporal", f"127.0.0.1:{PORT}")
CANARY = "Canary-5f0c8e7a91"
RELAY = (sys.executable, "-m", "tests.fleet.relay")


class Swept(NamedTuple):
    """The table's rows, where the snapshots are, and the exit codes of the workers."""

    rows: dict[str, dict[str, Any]]
    saved: Path
    ended: list[int]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with started(tmp_path) as server:
        yield server


@pytest.fixture
def fleet(server: Server, tmp_path: Path) -> Iterator[Fleet]:
    """A way out of the machines' networks leads to the server."""
    fleet = Fleet(server.address, tmp_path)
    fleet.prepare()
    way = subprocess.Popen([*RELAY, f"unix:{tmp_path}/way", f"tcp:{server.address.rpartition(':')[2]}"])
    deadline = time.monotonic() + WITHIN_S
    while not (tmp_path / "way").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    yield fleet
    way.kill()
    way.wait()


def joined(lab: Lab, name: str, fleet: Fleet) -> list[subprocess.Popen[bytes]]:
    """The relay and the worker of one machine, once it waits for questions."""
    relay = lab.start_on_user_machine([*RELAY, f"tcp:{PORT}", f"unix:{fleet.folder}/way"])
    lab.wait_port("127.0.0.1", int(PORT))
    log = lab.home / "worker.log"
    words = [*DOCTOR, "--key-file", fleet.key_file, "--storage", str(fleet.storage), "--name", name]
    environment = " ".join(f"{key}={value}" for key, value in lab.environment.items())
    worker = lab.start_on_user_machine(["/bin/sh", "-c", f"exec env -i {environment} {' '.join(words)} 2> {log}"])
    deadline = time.monotonic() + WITHIN_S
    while "waits for questions" not in (said := log.read_text("utf-8") if log.exists() else ""):
        assert worker.poll() is None, said
        assert time.monotonic() < deadline, said
        time.sleep(0.1)
    return [worker, relay]


@pytest.fixture
def machines(desktop: Lab, linux: Lab, shared: Lab) -> dict[str, Lab]:
    """One with secrets, one with a fault, one that is well."""
    desktop.services.start(*ALL)
    desktop.wait_polled(desktop.run(env=daemon_environment(ANTHROPIC_API_KEY=CANARY, SOME_UNKNOWN_VARIABLE=CANARY)))
    SCENARIOS["linux-bridge"].bring_up(linux)
    SCENARIOS["shared-host"].bring_up(shared)
    return {"secrets": desktop, "fault": linux, "well": shared}


@pytest.fixture
def swept(machines: dict[str, Lab], fleet: Fleet) -> Swept:
    """A sweep over them and one that was never there, and how their workers ended that were told to."""
    running: list[list[subprocess.Popen[bytes]]] = []
    try:
        running += [joined(lab, name, fleet) for name, lab in machines.items()]
        hosts, saved = fleet.folder / "hosts.txt", fleet.folder / "saved"
        hosts.write_text("\n".join([*machines, "never-there"]), "ascii")
        asked = fleet.doctor("check", "--hosts", str(hosts), "--format", "json", "--save", str(saved), "--wait", "10")
        document, said = asked.communicate(timeout=WITHIN_S)
        assert asked.returncode == 1, said
        for worker, _ in running:
            worker.send_signal(signal.SIGTERM)
        return Swept(rows(document), saved, [worker.wait(WITHIN_S) for worker, _ in running])
    finally:
        for process in (process for pair in running for process in pair):
            process.kill()
            process.wait()


def test_three_engines_are_three_machines(
    swept: Swept, machines: dict[str, Lab], fleet: Fleet, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    statuses = {host: row["status"] for host, row in swept.rows.items()}
    assert statuses == {"secrets": "pass", "fault": "fail", "well": "pass", "never-there": "not reached"}
    assert swept.rows["fault"]["causes"].split()[0] == "SD202"
    assert swept.rows["never-there"]["note"] == "no worker took the question"
    assert swept.ended == [0, 0, 0]
    kept = json.loads((machines["fault"].home / ".local/state/stigmer-doctor/fleet/fault.json").read_text("utf-8"))
    assert (kept["status"], kept["fingerprint"]) == ("fail", swept.rows["fault"]["fingerprint"])
    written = server.database_bytes() + b"".join(file.read_bytes() for file in fleet.storage.iterdir())
    assert [word for word in (CANARY.encode(), b"stigmer-agent-runner", b"SD202") if word in written] == []
    assert b"stigmer-doctor/secrets" in written, "the search finds what is not sealed"
    assert CANARY not in "".join(file.read_text("utf-8") for file in swept.saved.iterdir())
    capsys.readouterr()
    assert main(["triage", "add", str(swept.saved), "--store", str(fleet.folder / "store")], {}) == 0
    assert "3 added" in capsys.readouterr().err
    assert main(["check", "--snapshot", str(swept.saved / "well.json")], {}) == 0


def test_what_a_worker_has_taken_it_answers_before_it_ends(server: Server) -> None:
    """Told to end in the middle of a check."""
    begun = threading.Event()

    def slow() -> bytes:
        begun.set()
        time.sleep(3)
        return (SNAPSHOTS / "healthy.json").read_bytes()

    async def drained() -> SweepState:
        keys, stopped = TeamKeys([TEAM]), asyncio.Event()
        client = await connect(Address(server.address), keys, print)
        check = HostCheck(FleetMachine("slow", slow, lambda _: None), keys, None)
        working = asyncio.create_task(run_until(stopped, host_worker(client, check, "slow")))
        sweeping = asyncio.create_task(carried_out(client, keys, await start(client, SweepOrder(["slow"])), print))
        await asyncio.to_thread(begun.wait, WITHIN_S)
        stopped.set()
        await working
        return await sweeping

    assert asyncio.run(drained()).results["slow"].status is HostStatus.PASS
