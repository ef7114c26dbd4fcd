"""A container as its engine describes it, to be made again."""

from __future__ import annotations

from enum import StrEnum

from stigmer_doctor.model.record import Part

Description = dict[str, object]
"""An engine's own description of a container: only its adapter reads it. It may hold secrets."""

_WITH_PROCESS = ("running", "restarting", "paused")


class ImageState(StrEnum):
    """What has become of the image that a container was created from."""

    SAME = "its name still means it"
    MOVED = "its name means another image by now"
    DELETED = "it was deleted"


class Blueprint(Part, frozen=True, kw_only=True):
    """What it takes to make a container again. `image` is the reference that it was created from; `status` and the
    policy's name as in the `Container` fact. Stopping it takes at most `stop_seconds`, and with `auto_remove` deletes
    it; where it is `read_only`, nothing can be written but into what is `mounted`, as paths in the container."""

    id: str
    name: str
    image: str
    status: str
    restart_policy: str
    description: Description
    labels: dict[str, str]
    stop_seconds: int = 10
    auto_remove: bool = False
    read_only: bool = False
    mounted: tuple[str, ...] = ()

    @property
    def has_process(self) -> bool:
        return self.status in _WITH_PROCESS
