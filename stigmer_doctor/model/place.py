"""Where the runner's container runs, as seen from the user's machine."""

from __future__ import annotations

from enum import StrEnum


class Place(StrEnum):
    """The kind of place. It decides what the user's machine is called there."""

    THIS_MACHINE = "this machine's engine"
    ENGINE_ELSEWHERE = "an engine elsewhere"
    POD = "a pod"

    @property
    def here(self) -> bool:
        """Whether the services that the runner is to reach are meant to be this machine's."""
        return self is Place.THIS_MACHINE

    @property
    def apart(self) -> str:
        """Why they are not: a clause to begin a sentence with."""
        return "the runner is in a cluster" if self is Place.POD else "the engine is on another machine"
