"""What changes containers on a Docker engine."""

from __future__ import annotations

import posixpath
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, cast
from urllib.parse import quote

from stigmer_doctor.adapters.docker.session import Session
from stigmer_doctor.model.errors import Refused
from stigmer_doctor.model.ports import Json

_CHANGED, _ADDED = 0, 1
_CHUNK = 65536
_ATTEMPTS, _PAUSE_S = 12, 0.25


class DockerContainerManager:
    """Implements ContainerManager. `translated` turns what the library raises into errors of ours."""

    def __init__(self, session: Session, translated: Callable[[], AbstractContextManager[None]]) -> None:
        self._session, self._translated = session, translated

    def container(self, name_or_id: str) -> Json:
        with self._translated():
            return cast("dict[str, Any]", self._session.inspect_container(name_or_id))

    def create(self, name: str, body: Json) -> str:
        with self._translated():
            create: Callable[..., Json] = self._session.create_container_from_config
            return str(create(dict(body), name)["Id"])

    def connect(self, network: str, container_id: str, endpoint: Json) -> None:
        path = f"/networks/{quote(network, safe='')}/connect"
        with self._translated():
            self._session.ask("POST", path, {"Container": container_id, "EndpointConfig": dict(endpoint)}).close()

    def start(self, container_id: str) -> None:
        with self._translated():
            self._session.start(container_id)

    def stop(self, container_id: str, seconds: int) -> None:
        with self._translated():
            self._session.stop(container_id, timeout=seconds)

    def pause(self, container_id: str) -> None:
        with self._translated():
            self._session.pause(container_id)

    def rename(self, container_id: str, name: str) -> None:
        self._patiently(lambda: self._session.rename(container_id, name))

    def restart_policy(self, container_id: str, policy: Json) -> None:
        wanted = cast("Any", dict(policy))
        self._patiently(lambda: self._session.update_container(container_id, restart_policy=wanted))

    def remove(self, container_id: str) -> None:
        with self._translated():
            self._session.remove_container(container_id, force=True, v=False)

    def written(self, container_id: str) -> list[tuple[bool, str]]:
        with self._translated():
            changes: list[dict[str, Any]] = cast("Any", self._session.diff(container_id)) or []
        kinds = (_CHANGED, _ADDED)
        return [(change["Kind"] == _ADDED, str(change["Path"])) for change in changes if change.get("Kind") in kinds]

    def _patiently(self, change: Callable[[], object]) -> None:
        """An engine refuses to change a container whose program ends in that very moment, as one that keeps crashing
        does again and again ("cannot update a stopped container"): a moment later it does as it was told."""
        for _ in range(_ATTEMPTS - 1):
            try:
                with self._translated():
                    change()
            except Refused:
                time.sleep(_PAUSE_S)
            else:
                return
        with self._translated():
            change()

    def copy(self, source_id: str, target_id: str, path: str) -> None:
        with self._translated():
            response = self._session.ask("GET", f"/containers/{quote(source_id)}/archive?path={quote(path)}")
            with response:
                self._session.put_archive(target_id, posixpath.dirname(path) or "/", response.iter_content(_CHUNK))
