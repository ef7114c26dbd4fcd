"""A process that stands for many machines: real workers, with a recorded snapshot in place of a check."""

from __future__ import annotations

import argparse
import asyncio
import resource
import sys
from contextlib import AsyncExitStack
from pathlib import Path

from stigmer_doctor.fleet.answers import FleetAnswer
from stigmer_doctor.fleet.connection import Address, connect
from stigmer_doctor.fleet.keys import read_keys
from stigmer_doctor.fleet.storage import FolderStorage
from stigmer_doctor.fleet.worker import FleetMachine, HostCheck, host_worker
from tests.fleet.polled import until_polled

SNAPSHOTS = Path(__file__).parents[2] / "fixtures" / "snapshots"


_AT_A_TIME = 50
"""As many queues a server is given to make before the next ones come."""


def name(number: int) -> str:
    return f"machine-{number:05}"


class PreparedCheck(HostCheck):
    """Answers with what was found once: what a sweep costs is measured without what judging costs."""

    found: FleetAnswer

    async def prepare(self) -> None:
        self.found = await super()._answer()

    async def _answer(self) -> FleetAnswer:
        return self.found


async def serve(options: argparse.Namespace) -> None:
    """Says "ready" once all poll; serves until it is killed."""
    keys, taken = read_keys(options.key_file), (SNAPSHOTS / f"{options.snapshot}.json").read_bytes()
    client = await connect(Address(options.address), keys, lambda line: print(line, file=sys.stderr))
    storage = FolderStorage(Path(options.storage)) if options.storage else None
    prepared = PreparedCheck(FleetMachine("any", lambda: taken, lambda _: None), keys, storage)
    await prepared.prepare()
    async with AsyncExitStack() as stack:
        for number in range(options.first, options.first + options.count):
            machine = FleetMachine(name(number), lambda: taken, lambda _: None)
            check = prepared if options.prepared else HostCheck(machine, keys, storage)
            worker = host_worker(client, check, name(number))
            await stack.enter_async_context(worker)
            if number % _AT_A_TIME == 0 or number == options.first + options.count - 1:
                await until_polled(client, name(number))
        print("ready", flush=True)
        await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--address", required=True)
    parser.add_argument("--key-file", required=True)
    parser.add_argument("--storage")
    parser.add_argument("--snapshot", default="healthy")
    parser.add_argument("--prepared", action="store_true")
    parser.add_argument("--first", type=int, required=True)
    parser.add_argument("--count", type=int, required=True)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
