"""`check --wait` and `check --watch`: look again until all services answer, or for ever."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stigmer_doctor.render.renderer import Report

BETWEEN_S = 2.0
"""From the end of a look to the next: what was just started takes seconds, and a look costs half of one."""


def looks(look: Callable[[], Report], sleep: Callable[[float], None] = time.sleep) -> Iterator[Report]:
    """One look after another, for ever."""
    while True:
        yield look()
        sleep(BETWEEN_S)


def until_it_works(
    reports: Iterator[Report],
    works: Callable[[Report], bool],
    told: Callable[[Report], None],
    seconds: float,
    clock: Callable[[], float] = time.monotonic,
) -> Report:
    """The first report of something that works, or the last one after `seconds`. `told` is given the others."""
    ends = clock() + seconds
    for report in reports:
        if works(report) or clock() >= ends:
            return report
        told(report)
    raise AssertionError("looks end with one that works, or with the time")


def changes(line: Callable[[Report], str], tell: Callable[[str], None]) -> Callable[[Report], None]:
    """Tells a report's line where it is another one than before."""
    last = ""

    def told(report: Report) -> None:
        nonlocal last
        now = line(report)
        if now != last:
            last = now
            tell(now)

    return told
