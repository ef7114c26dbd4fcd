"""`stigmer-doctor fleet`: many machines, through a Temporal server that they share."""

from __future__ import annotations

import argparse
import asyncio
import platform
import signal
import sys
from collections.abc import Callable, Coroutine, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stigmer_doctor.cli import output
from stigmer_doctor.cli.actions import expect_words
from stigmer_doctor.cli.options import FLEET
from stigmer_doctor.cli.progress import progress
from stigmer_doctor.cli.read import read
from stigmer_doctor.model.errors import UsageError
from stigmer_doctor.model.exit_codes import ExitCode

if TYPE_CHECKING:
    from stigmer_doctor.fleet.connection import Connection
    from stigmer_doctor.fleet.keys import TeamKeys
    from stigmer_doctor.fleet.results import HostResult, SweepState
    from stigmer_doctor.fleet.storage import FolderStorage
    from stigmer_doctor.fleet.sweep import SweepOrder

_PASSED_ON = ("container", "host", "context", "data_dir", "source", "timeout")
"""Options of a worker that its checks have."""


def run(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Of `check` and `status`: 0 all machines pass, 1 one has findings, 3 one has no verdict. Of `worker` 0 once it was
    told to end."""
    expect_words(options, FLEET, "argument")
    try:
        from stigmer_doctor.fleet import answers, keys

        _ = answers  # it has zstd, and the keys have the ciphers
    except ModuleNotFoundError as error:
        raise UsageError(
            "fleet needs cryptography and zstd: install stigmer-doctor with the extra fleet, stigmer-doctor[fleet]"
        ) from error
    if options.action == "key":
        return _key(options.words[0])
    if not options.temporal:
        raise UsageError("fleet needs a Temporal server that the machines share: --temporal HOST:7233")
    team = keys.read_keys(keys.refuse_missing(options.key_file))
    return asyncio.run(_ACTIONS[options.action](options, environ, team))


def _key(file: str) -> int:
    from stigmer_doctor.fleet.keys import add_key

    known = Path(file).exists()
    name = add_key(file)
    output.say(f"{'added' if known else 'made'} the key {name} in {file}")
    if known:
        output.say("give the file to every machine; once all have it, move the new line up: the first key is used")
    return ExitCode.OK


async def _connect(options: argparse.Namespace, team: TeamKeys) -> Connection:
    from stigmer_doctor.fleet.connection import Address, connect

    address = Address(
        target=options.temporal,
        namespace=options.namespace,
        tls=options.tls,
        ca_file=options.tls_ca,
        cert_file=options.tls_cert,
        cert_key_file=options.tls_key,
        server_name=options.tls_server_name,
        api_key_file=options.api_key_file,
    )
    return await connect(address, team, output.say)


def _storage(options: argparse.Namespace) -> FolderStorage | None:
    from stigmer_doctor.fleet.storage import FolderStorage

    if not options.storage:
        return None
    folder = Path(options.storage).expanduser()
    if not folder.is_dir():
        raise UsageError(f"{options.storage} is not a folder: --storage takes one that all machines share")
    return FolderStorage(folder)


# ---- a machine -------------------------------------------------------------------------------------------------------


async def _worker(options: argparse.Namespace, environ: Mapping[str, str], team: TeamKeys) -> int:
    from stigmer_doctor.cli import composition
    from stigmer_doctor.fleet.hosts import HOST
    from stigmer_doctor.fleet.worker import HostCheck, host_worker, run_until, sweep_worker

    name = options.name or platform.node()
    if not HOST.fullmatch(name):
        raise UsageError(f"{name!r} cannot be a machine's name: --name NAME, of letters, digits, '.', '_' and '-'")
    machine, storage = composition.machine(name, list(_words(options)), environ), _storage(options)
    client = await _connect(options, team)
    workers = [host_worker(client, HostCheck(machine, team, storage), name)]
    workers += [sweep_worker(client)] if options.sweeps else []
    output.say(f"{name} waits for questions on {options.temporal}{', and carries out sweeps' * options.sweeps}")
    await run_until(_stopped(), *workers)
    output.say(f"{name} has answered what it had taken, and ends")
    return ExitCode.OK


def _words(options: argparse.Namespace) -> Iterable[str]:
    """The command line of a check here: nothing of it comes from Temporal."""
    for name in _PASSED_ON:
        value = getattr(options, name)
        if value is not None:
            yield f"--{name.replace('_', '-')}={value}"
    yield from (f"--compose={file}" for file in options.compose)
    yield from (f"--{flag}" for flag in ("passive", "anonymize") if getattr(options, flag))


def _stopped() -> asyncio.Event:
    """Set when the process is told to end."""
    event, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        if sys.platform == "win32":
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(event.set))
        else:
            loop.add_signal_handler(number, event.set)
    return event


# ---- a sweep ---------------------------------------------------------------------------------------------------------


async def _check(options: argparse.Namespace, environ: Mapping[str, str], team: TeamKeys) -> int:
    from stigmer_doctor.fleet.sweeping import carried_out, start

    if bool(options.hosts) == bool(options.sweep):
        raise UsageError("fleet check needs the machines, --hosts FILE, or a sweep to carry on, --sweep ID")
    output.check_writable(options.output)
    order, bad = _order(options) if options.hosts else (None, [])
    client = await _connect(options, team)
    sweep = await start(client, order) if order else options.sweep
    output.say(f"sweep {sweep}")
    state = await carried_out(client, team, sweep, progress())
    return await _publish(state, bad, options, environ, team)


async def _status(options: argparse.Namespace, environ: Mapping[str, str], team: TeamKeys) -> int:
    from stigmer_doctor.fleet.sweeping import latest, so_far

    client = await _connect(options, team)
    sweep = options.words[0] if options.words else await latest(client)
    state = await so_far(client, team, sweep)
    return await _publish(state, [], options, environ, team)


def _order(options: argparse.Namespace) -> tuple[SweepOrder, list[HostResult]]:
    """What to ask, and a result for each line that names no machine."""
    from stigmer_doctor.fleet.hosts import MOST_HOSTS, read_hosts
    from stigmer_doctor.fleet.results import HostResult, HostStatus
    from stigmer_doctor.fleet.sweep import SweepOrder

    found = read_hosts(read(options.hosts).decode("utf-8-sig", "replace"))
    if not found.names:
        raise UsageError(f"{options.hosts} names no machine: it has a name on each line")
    if len(found.names) > MOST_HOSTS:
        raise UsageError(f"{options.hosts} names {len(found.names)} machines: a sweep has {MOST_HOSTS} at most")
    bad = [HostResult(f"({line})", HostStatus.NOT_REACHED, "it is not a machine's name") for line in found.bad_lines]
    return SweepOrder(list(found.names), options.at_once, options.wait), bad


async def _publish(
    state: SweepState, bad: list[HostResult], options: argparse.Namespace, environ: Mapping[str, str], team: TeamKeys
) -> int:
    from stigmer_doctor.fleet.results import exit_code, table

    state.results |= {result.host: result for result in bad}
    output.publish("table", table(state, wide=options.format == "json"), options, environ)
    if options.save:
        await _save(state, options, team)
    return exit_code(state.results.values(), options.fail_on)


async def _save(state: SweepState, options: argparse.Namespace, team: TeamKeys) -> None:
    from stigmer_doctor.fleet.saving import make, save

    make(Path(options.save))
    written, problems = await save(state.results.values(), Path(options.save), team, _storage(options))
    more = output.say_some(problems)
    output.say(f"{written} snapshots in {options.save}, {len(problems)} missing{more}")


# ---- every day -------------------------------------------------------------------------------------------------------


async def _schedule(options: argparse.Namespace, environ: Mapping[str, str], team: TeamKeys) -> int:
    from stigmer_doctor.fleet import schedule

    (what,) = options.words
    if what not in ("create", "show", "delete"):
        raise UsageError(f"fleet schedule takes create, show or delete, not {what!r}")
    order, bad = _order(options) if what == "create" and options.hosts else (None, [])
    if what == "create" and order is None:
        raise UsageError("fleet schedule create needs the machines: --hosts FILE")
    client = await _connect(options, team)
    if what == "delete":
        await schedule.delete(client)
        output.say("deleted: no sweep is begun by itself any more")
        return ExitCode.OK
    if order:
        await schedule.create(client, order, options.at)
    for result in bad:
        output.say(f"{result.host} of {options.hosts}: {result.note}")
    output.publish("table", await schedule.show(client), options, environ)
    return ExitCode.OK


_ACTIONS: Mapping[str, Callable[[argparse.Namespace, Mapping[str, str], TeamKeys], Coroutine[Any, Any, int]]] = {
    "worker": _worker,
    "check": _check,
    "status": _status,
    "schedule": _schedule,
}
