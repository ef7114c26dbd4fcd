"""The addresses of one lab: 32 networks of 198.18.0.0/15, which no other lab of the machine has at the same time."""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path

BLOCKS = 16
_NETWORKS = 32
_LOCKS = Path("/run/lock")


@dataclass(frozen=True)
class Addresses:
    """One block, and the open file whose lock says that it is taken: as long as a process holds it, also the reaper."""

    block: int
    handle: int

    @classmethod
    def take(cls) -> Addresses:
        """The first block that is free. Raises RuntimeError when there is none."""
        for block in range(BLOCKS):
            handle = os.open(_LOCKS / f"sdlab-block-{block}", os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(handle)
                continue
            return cls(block, handle)
        raise RuntimeError(f"{BLOCKS} labs run on this machine already")

    def release(self) -> None:
        """Let go of it here; it is free when the reaper has ended too."""
        os.close(self.handle)

    def network(self, number: int) -> str:
        """The first three bytes of one of the 32 networks."""
        second, third = divmod(self.block * _NETWORKS + number, 256)
        return f"198.{18 + second}.{third}"

    @property
    def user(self) -> str:
        return f"{self.network(0)}.1"

    @property
    def vm(self) -> str:
        return f"{self.network(0)}.2"

    @property
    def bridge(self) -> str:
        """The default bridge's gateway."""
        return f"{self.network(8)}.1"

    @property
    def slirp(self) -> str:
        """The network of a rootless engine."""
        return f"{self.network(9)}.0/24"

    @property
    def pool(self) -> str:
        """What an engine takes its further networks from."""
        return f"{self.network(16)}.0/20"
