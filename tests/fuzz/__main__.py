"""`python -m tests.fuzz` breaks what the doctor reads for a while, and prints what broke the doctor."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from tests.fuzz.campaign import Campaign, Found, Tally
from tests.fuzz.case import KINDS, dump, load
from tests.fuzz.drive import Driver


def main() -> int:
    """0 where nothing was found."""
    options = _options()
    if options.replay:
        return _replayed(options.replay)
    kinds = KINDS if options.what == "all" else (options.what,)
    print(f"seed {options.seed}, {options.workers} processes, {options.seconds:g} s of {', '.join(kinds)}", flush=True)
    started = time.monotonic()
    work = partial(_worked, kinds, options.seconds)
    with ProcessPoolExecutor(options.workers) as pool:
        tallies = list(pool.map(work, [f"{options.seed}/{number}" for number in range(options.workers)]))
    found = _once(tallies)
    for number, one in enumerate(found):
        _show(one, options.save / f"{options.seed}-{number}.json" if options.save else None)
    print(_summary(tallies, found, time.monotonic() - started))
    return int(bool(found))


def _worked(kinds: Sequence[str], seconds: float, seed: str) -> Tally:
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        return Campaign(kinds, seed, Path(folder)).run(seconds=seconds)


def _once(tallies: Iterable[Tally]) -> list[Found]:
    return list({one.failure.key: one for tally in tallies for one in tally.found}.values())


def _show(one: Found, file: Path | None) -> None:
    print(f"\n{one.failure.problem} at {one.failure.where}\n{one.failure.detail[-3000:]}")
    print(dump(one.case).decode("utf-8", "backslashreplace")[:4000])
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(dump(one.case))
        print(f"saved as {file}")


def _summary(tallies: Sequence[Tally], found: Sequence[Found], seconds: float) -> str:
    runs, commands, kept = (sum(getattr(tally, name) for tally in tallies) for name in ("runs", "commands", "kept"))
    slowest, most, grown = (max(getattr(tally, n) for tally in tallies) for n in ("slowest_s", "most_bytes", "grown"))
    return (
        f"{len(found)} failures; {runs} cases and {commands} commands in {seconds:.0f} s, {kept} cases kept; "
        f"slowest {slowest:.2f} s, most memory {most >> 20} MiB, grown by {grown >> 20} MiB"
    )


def _replayed(files: Sequence[Path]) -> int:
    """Each case once."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        driver = Driver(Path(folder))
        outcomes = {file: driver.run(load(file.read_bytes())) for file in files}
    for file, outcome in outcomes.items():
        print(f"{file}: {outcome.failure or 'well'} {outcome.seconds:.2f} s {outcome.bytes >> 20} MiB")
    return int(any(outcome.failure for outcome in outcomes.values()))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--what", choices=(*KINDS, "all"), default="all")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--save", type=Path, help="a folder for the smallest cases of what is found")
    parser.add_argument("--replay", type=Path, nargs="+", help="run these saved cases instead")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
