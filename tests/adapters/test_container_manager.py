"""What changes containers, when the engine is of two minds."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, cast

import pytest

from stigmer_doctor.adapters.docker import container_manager
from stigmer_doctor.adapters.docker.container_manager import DockerContainerManager
from stigmer_doctor.model.errors import Refused


class Crashing:
    """An engine whose container ends `times` times in the very moment in which it is to be changed."""

    def __init__(self, times: int) -> None:
        self.times, self.asked = times, 0

    def do(self, method: str, path: str, body: dict[str, Any], **_: object) -> None:
        assert (method, path, body) == ("POST", "/containers/c/update", {"RestartPolicy": {"Name": "no"}})
        self.asked += 1
        if self.asked <= self.times:
            raise Refused("cannot update a stopped container")


@contextlib.contextmanager
def translated() -> Iterator[None]:
    yield


def manager(engine: object) -> DockerContainerManager:
    return DockerContainerManager(cast("Any", engine), translated)


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container_manager, "_PAUSE_S", 0)


def test_a_container_that_keeps_crashing_is_changed_a_moment_later() -> None:
    engine = Crashing(times=3)
    manager(engine).disable_restart("c")
    assert engine.asked == 4


def test_a_refusal_that_stays_is_told() -> None:
    engine = Crashing(times=1000)
    with pytest.raises(Refused):
        manager(engine).disable_restart("c")
    assert engine.asked < 100
