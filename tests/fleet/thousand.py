"""1,000 machines on a real server: 200 are killed while they are asked, 50 were never there, and who carries the sweep
out is killed too. Every machine that lives has a verdict, every other one is not reached, and nothing is readable."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.fleet.processes import Fleet, kill, rows
from tests.fleet.server import Server, started
from tests.fleet.simulated import name

MACHINES, PROCESSES, KILLED, NEVER = 1000, 20, 200, 50
AT_ONCE, WAIT_S = "50", "60"
CANARIES = (b"stigmer-agent-runner", b"STIGMER_BACKEND", b"host.docker.internal", b"docker-desktop", b"healthy")


def main() -> int:
    """0 where all of that holds."""
    with tempfile.TemporaryDirectory() as folder, started(Path(folder)) as server:
        fleet = Fleet(server.address, Path(folder))
        fleet.prepare()
        return _swept(fleet, server)


def _swept(fleet: Fleet, server: Server) -> int:
    share = MACHINES // PROCESSES
    with fleet.machines(MACHINES, PROCESSES) as machines:
        asked = fleet.doctor("check", "--hosts", fleet.hosts_file(0, MACHINES + NEVER), "--at-once", AT_ONCE,
                             "--wait", WAIT_S, "--format", "json")  # fmt: skip
        assert asked.stderr
        sweep = asked.stderr.readline().removeprefix("sweep ").strip()
        dead = {process: range(index * share, (index + 1) * share) for index, process in enumerate(machines)}
        gone = [process for process in dead if list(dead).index(process) % (PROCESSES * share // KILLED) == 1]
        _await_answers(fleet, sweep, 150)
        for process in gone:
            kill(process)
        kill(asked)
        print(f"killed {len(gone) * share} machines and the sweep's own worker", flush=True)
        time.sleep(3)
        again = fleet.doctor("check", "--sweep", sweep, "--format", "json", "--save", str(fleet.folder / "saved"))
        document, said = again.communicate(timeout=3600)
    return _judged(rows(document), {name(number) for process in gone for number in dead[process]}, said, fleet, server)


def _await_answers(fleet: Fleet, sweep: str, least: int) -> None:
    """Until so many have answered."""
    for _ in range(600):
        document, _said = fleet.doctor("status", sweep, "--format", "json").communicate(timeout=600)
        if document and sum(1 for row in rows(document).values() if row["status"] == "pass") >= least:
            return
        time.sleep(0.2)
    raise TimeoutError("the sweep does not get on")


def _judged(found: dict[str, dict[str, str]], dead: set[str], said: str, fleet: Fleet, server: Server) -> int:
    never = {name(MACHINES + number) for number in range(NEVER)}
    alive = {name(number) for number in range(MACHINES)} - dead
    saved = len(list((fleet.folder / "saved").glob("*.json")))
    wrong = [host for host in alive if found[host]["status"] != "pass"]
    wrong += [host for host in never if found[host]["status"] != "not reached"]
    wrong += [host for host in dead if found[host]["status"] not in ("pass", "not reached")]
    written = server.database_bytes()
    readable = [canary for canary in CANARIES if canary in written]
    wrong += [] if name(0).encode() in written else ["the search itself: names of queues stand there as they are"]
    stored = b"".join(file.read_bytes() for file in fleet.storage.iterdir())
    readable += [canary for canary in CANARIES if canary in stored]
    print(said.strip())
    print(f"{Counter(row['status'] for row in found.values())} of {len(found)}; {saved} snapshots saved")
    print(f"of the {len(dead)} killed: {Counter(found[host]['status'] for host in dead)}")
    print(f"wrong: {wrong[:10] or 'none'}; readable in {len(written)} bytes: {readable or 'nothing'}")
    return 1 if wrong or readable or len(found) != MACHINES + NEVER or saved < len(alive) else 0
