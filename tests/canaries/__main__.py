"""`python -m tests.canaries` prints what every command writes where, and what leaks."""

from __future__ import annotations

import sys

from tests.canaries.invented import Invented
from tests.canaries.planted import Planted
from tests.canaries.written import leaks, outcomes


def main() -> int:
    """0 where nothing leaked."""
    written, found, canaries = [], set(), 0
    for planted in (Planted(), Invented()):
        here = outcomes(planted)
        written += here
        found |= leaks(planted, here)
        canaries += len(planted.canaries)
    for channel in dict.fromkeys(outcome.channel for outcome in written):
        size = sum(len(outcome.text) for outcome in written if outcome.channel == channel)
        print(f"{channel:40}{size:10} characters {sum(1 for leak in found if leak[1] == channel):4} leaks")
    for leak in sorted(found):
        print("LEAK", *leak)
    channels = {outcome.channel for outcome in written}
    print(f"{canaries} canaries, {len(channels)} channels, {len(found)} leaks")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
