"""The steps of `python -m tests.triage`: each prints what it measures, and returns what is wrong."""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

from stigmer_doctor.cli.main import main
from stigmer_doctor.rules.registry import RULES
from stigmer_doctor.triage.judging import content_hash
from stigmer_doctor.triage.rows import COLUMNS
from stigmer_doctor.triage.store import Store
from tests.triage.mutated import BROKEN

Step = Callable[[Path, Sequence[Path], argparse.Namespace], list[str]]
_TRIALS = 600
_KEPT = ", ".join(name for name in COLUMNS if name != "added")
_DIGEST = (
    f"SELECT count(*), bit_xor(hash({_KEPT}, facts)), sum(hash({_KEPT}, facts)) "
    "FROM verdicts JOIN snapshots USING (snapshot)"
)
"""Of both tables together, but for the time of the run, which differs."""


class Spent(NamedTuple):
    """What a process took with all that it started, or of which `seconds` a kill let it."""

    code: int
    seconds: float
    cpu_s: float
    most_bytes: int


def triage(*words: object, kill_after: float | None = None) -> Spent:
    """Run the command; `kill_after` is in seconds."""
    started = time.monotonic()
    command = [sys.executable, "-m", "stigmer_doctor", "triage", *map(str, words)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    if kill_after is not None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(kill_after)
            return Spent(process.returncode, time.monotonic() - started, 0, 0)
        process.kill()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    cpu = usage.ru_utime + usage.ru_stime
    seconds = time.monotonic() - started
    _none_left(process.pid)
    return Spent(process.returncode, seconds, cpu, usage.ru_maxrss * 1024)


def _none_left(session: int) -> None:
    """Wait for the processes of a killed command, which end by themselves. Raises TimeoutError."""
    for _ in range(_TRIALS):
        try:
            os.killpg(session, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    raise TimeoutError("processes are left of a command that was killed")


def digest(store: Path) -> tuple[object, ...]:
    """What two stores with the same tables have in common."""
    (row,) = Store(store).asked(_DIGEST)
    return row


# ---- the steps -------------------------------------------------------------------------------------------------------


def at_once(folder: Path, files: Sequence[Path], _: argparse.Namespace) -> list[str]:
    """One run, from an empty store."""
    spent = triage("add", folder / "tickets", "--store", folder / "whole")
    size = sum(file.stat().st_size for file in (folder / "whole").rglob("*.parquet"))
    number = len(files)
    print(
        f"add: {spent.cpu_s:.1f} CPU s ({number / spent.cpu_s:.0f} snapshots a CPU second), {spent.seconds:.1f} s, "
        f"{size / 1e6:.1f} MB on disk, {spent.most_bytes >> 20} MiB in the largest process"
    )
    again = triage("add", folder / "tickets", "--store", folder / "whole")
    print(f"add of the same: {again.cpu_s:.1f} CPU s, {again.most_bytes >> 20} MiB")
    expected = int(number >= BROKEN)
    return [] if spent.code == again.code == expected else [f"add ended with {spent.code} and {again.code}"]


def questions(folder: Path, _: Sequence[Path], __: argparse.Namespace) -> list[str]:
    """What each costs, with the start of the program."""
    wrong = []
    for words in (("top",), ("top", "--by-fingerprint"), ("trend",), ("diff", "0.1.0", "0.2.0"), ("sql", _SQL)):
        spent = triage(*words, "--store", folder / "whole")
        print(f"{words[0]}: {spent.cpu_s:.2f} CPU s, {spent.seconds:.2f} s, {spent.most_bytes >> 20} MiB")
        wrong += [f"{words[0]} ended with {spent.code}"] if spent.code else []
    return wrong


_SQL = "SELECT status, count(*), max(length(facts)) FROM verdicts JOIN snapshots USING (snapshot) GROUP BY ALL"


def killed(folder: Path, _: Sequence[Path], options: argparse.Namespace) -> list[str]:
    """Killed at moments that are spread over the time that is left, then to the end."""
    rng, store = random.Random(options.seed), folder / "killed"
    whole_s = 1.0 + options.count / 500
    moments = [0.5 + rng.uniform(0.2, 1.8) * whole_s / options.kills for _ in range(options.kills)]
    codes = [triage("add", folder / "tickets", "--store", store, kill_after=moment).code for moment in moments]
    spent = triage("add", folder / "tickets", "--store", store)
    print(f"killed {codes.count(-signal.SIGKILL)} times, then {spent.cpu_s:.1f} CPU s to the end")
    return [] if digest(store) == digest(folder / "whole") else ["another table after kills"]


def in_pieces(folder: Path, files: Sequence[Path], options: argparse.Namespace) -> list[str]:
    """A few snapshots at a time, half of the runs killed, so that shards are merged and kills hit that too."""
    rng, few = random.Random(options.seed), [*files[: options.pieces * 20]]
    pieces = [few[at : at + 20] for at in range(0, len(few), 20)]
    for piece in pieces:
        triage("add", *piece, "--store", folder / "pieces", kill_after=rng.uniform(0.3, 2.5))
    for piece in pieces:
        triage("add", *piece, "--store", folder / "pieces")
    triage("add", *few, "--store", folder / "few")
    shards = len(Store(folder / "pieces").shards.names())
    print(f"{len(pieces)} additions, killed and repeated: {shards} shards")
    wrong = [] if digest(folder / "pieces") == digest(folder / "few") else ["another table after pieces"]
    return wrong if shards < max(len(pieces), 8) else [*wrong, "small shards were not merged"]


def compared(folder: Path, files: Sequence[Path], options: argparse.Namespace) -> list[str]:
    """Verdicts are those of `check --snapshot`."""
    rows = {
        row[0]: row[1:]
        for row in Store(folder / "whole").asked("SELECT snapshot, status, fingerprint, causes, codes FROM verdicts")
    }
    some = random.Random(options.seed).sample(list(files), min(options.compared, len(files)))
    different = [file.name for file in some if rows.get(content_hash(file.read_bytes())) != checked(file)]
    print(f"{len(some) - len(different)} of {len(some)} verdicts are those of check")
    return [f"verdicts differ from check's: {' '.join(different[:5])}"] if different else []


def checked(file: Path) -> tuple[object, ...] | None:
    """Status, fingerprint, causes and codes as `check --snapshot` says them; None where it cannot read the file."""
    report = _said("check", "--snapshot", str(file), "--format", "json")
    if not report:
        return None
    causes = {finding["code"] for finding in report["findings"] if _root_cause(finding)}
    codes = {finding["code"] for finding in report["findings"]}
    return report["status"], report["fingerprint"], sorted(causes), sorted(codes)


def _root_cause(finding: dict[str, Any]) -> bool:
    return finding["severity"] == "error" and not finding["caused_by"]


def judged_again(folder: Path, _: Sequence[Path], options: argparse.Namespace) -> list[str]:
    """Nothing changes under the same rules; without one of them, what it was a cause of."""
    started = time.monotonic()
    same = _rejudged(folder / "whole")
    print(f"rejudge: {time.monotonic() - started:.1f} s")
    with mock.patch("stigmer_doctor.triage.judging.RULES", tuple(rule for rule in RULES if rule.code != options.rule)):
        changes = _rejudged(folder / "whole")
    changed = sum(tickets for _, tickets in changes)
    ((causes,),) = Store(folder / "whole").asked(
        "SELECT count(*) FROM verdicts WHERE list_contains(causes, ?)", [options.rule]
    )
    print(f"rejudge without {options.rule}: {changed} verdicts change, it is a cause of {causes}")
    others = [before for before, _ in changes if options.rule not in before]
    return [
        *(["verdicts change under the same rules"] if same else []),
        *([f"{changed} verdicts change without {options.rule}, not {causes}"] if changed != causes else []),
        *([f"a verdict without {options.rule} changes: {others[0]}"] if others else []),
    ]


def _rejudged(store: Path) -> list[tuple[str, int]]:
    return [
        (row["before"], row["tickets"]) for row in _said("triage", "rejudge", "--store", str(store), "--json")["rows"]
    ]


def _said(*words: str) -> Any:
    """The JSON that a command of this process prints; None where it prints nothing."""
    out = io.BytesIO()
    with contextlib.redirect_stdout(io.TextIOWrapper(out, "utf-8")), contextlib.redirect_stderr(io.StringIO()):
        main(words, {})
        return json.loads(out.getvalue()) if out.getvalue() else None


STEPS: tuple[Step, ...] = (at_once, questions, compared, judged_again, in_pieces, killed)
