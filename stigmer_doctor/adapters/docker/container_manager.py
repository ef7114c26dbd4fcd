"""What changes containers on a Docker engine."""

from __future__ import annotations

import posixpath
import time
from collections.abc import Callable
from contextlib import AbstractContextManager

from stigmer_doctor.adapters.docker import blueprint, reading, specification
from stigmer_doctor.adapters.docker.differences import unexpected_changes
from stigmer_doctor.adapters.docker.session import Session, connected, of_container, of_image
from stigmer_doctor.model.blueprint import Blueprint, Description, ImageState
from stigmer_doctor.model.changes import Changes
from stigmer_doctor.model.errors import NotFound, Refused
from stigmer_doctor.model.inspected import InspectedImage, Throwaway
from stigmer_doctor.model.ports import Json

_CHANGED, _ADDED = 0, 1
_COPIED_WITHIN_S = 3600
_ATTEMPTS, _PAUSE_S = 12, 0.25
_NO_RESTART = {"Name": "no"}


class DockerContainerManager:
    """Implements ContainerManager. A description is an inspect, or the body of `POST /containers/create`.

    `translated` turns what the session raises, and what makes no sense of what the engine said, into errors of ours.
    """

    def __init__(
        self,
        session: Session,
        translated: Callable[[], AbstractContextManager[None]],
    ) -> None:
        self._session, self._translated = session, translated

    # ---- descriptions ------------------------------------------------------------------------------------------------

    def blueprint(self, name_or_id: str) -> Blueprint:
        with self._translated():
            return blueprint.blueprint(self._session.get(of_container(name_or_id, "/json")))

    def recall(self, description: Description) -> Blueprint:
        with self._translated():
            return blueprint.blueprint(description)

    def image_state(self, old: Blueprint) -> ImageState:
        with self._translated():
            created_from = old.description["Image"]
            if self._image(str(created_from)) is None:
                return ImageState.DELETED
            named = self._image(old.image)
            return ImageState.SAME if named is not None and named.id == created_from else ImageState.MOVED

    def dependents(self, old: Blueprint) -> tuple[str, ...]:
        modes = {f"container:{old.id}", f"container:{old.name}"}
        with self._translated():
            listed = reading.summaries(self._session.get("/containers/json", all=1))
            return tuple(other.name for other in listed if other.network_mode in modes)

    def replacement(self, old: Blueprint, changes: Changes) -> Description:
        with self._translated():
            image = self._image(str(old.description["Image"])) or InspectedImage()
            by_id = self.image_state(old) is not ImageState.SAME
            return specification.body(old.description, changes, image, by_id=by_id)

    def unexpected_changes(
        self, before: Blueprint, after: Blueprint, changes: Changes, *, by_compose: bool
    ) -> tuple[str, ...]:
        with self._translated():
            return unexpected_changes(before.description, after.description, changes, by_compose=by_compose)

    # ---- containers --------------------------------------------------------------------------------------------------

    def throwaway(self, old: Blueprint, description: Description) -> Throwaway:
        with self._translated():
            return blueprint.throwaway(old.description, description)

    def create(self, name: str, description: Description) -> str:
        with self._translated():
            return str(self._session.do("POST", "/containers/create", description, name=name)["Id"])

    def create_idle(self, name: str, old: Blueprint) -> str:
        with self._translated():
            return self.create(name, blueprint.idle(old.description))

    def connect(self, container_id: str, old: Blueprint, description: Description) -> None:
        with self._translated():
            for network, endpoint in blueprint.further_networks(old.description, description):
                self._session.do("POST", *connected(network, container_id, endpoint))

    def start(self, container_id: str) -> None:
        self._do("POST", of_container(container_id, "/start"))

    def stop(self, container_id: str, seconds: int) -> None:
        within = self._session.times.answer + seconds
        self._do("POST", of_container(container_id, "/stop"), within=within, t=seconds)

    def pause(self, container_id: str) -> None:
        self._do("POST", of_container(container_id, "/pause"))

    def rename(self, container_id: str, name: str) -> None:
        self._patiently(lambda: self._do("POST", of_container(container_id, "/rename"), name=name))

    def disable_restart(self, container_id: str) -> None:
        self._restart_policy(container_id, _NO_RESTART)

    def restore_restart(self, container_id: str, old: Blueprint) -> None:
        with self._translated():
            self._restart_policy(container_id, blueprint.restart_policy(old.description))

    def remove(self, container_id: str) -> None:
        self._do("DELETE", of_container(container_id, ""), force=1, v=0)

    def written(self, container_id: str) -> list[tuple[bool, str]]:
        with self._translated():
            changes = self._session.get(of_container(container_id, "/changes")) or []
            kinds = (_CHANGED, _ADDED)
            return [(change["Kind"] == _ADDED, str(change["Path"])) for change in changes if change["Kind"] in kinds]

    def copy(self, source_id: str, target_id: str, path: str) -> None:
        with self._translated():
            archive = self._session.ask("GET", of_container(source_id, "/archive"), within=_COPIED_WITHIN_S, path=path)
            with archive:
                folder = posixpath.dirname(path) or "/"
                self._session.put(of_container(target_id, "/archive"), archive.pieces(), path=folder)

    def _restart_policy(self, container_id: str, policy: Json) -> None:
        wanted = {"RestartPolicy": dict(policy)}
        self._patiently(lambda: self._do("POST", of_container(container_id, "/update"), wanted))

    def _do(
        self, method: str, path: str, body: object = None, /, *, within: float = 0, **parameters: str | int
    ) -> None:
        with self._translated():
            self._session.do(method, path, body, within=within, spare=0, **parameters)

    def _image(self, name_or_id: str) -> InspectedImage | None:
        """None where there is none."""
        try:
            with self._translated():
                return reading.image(self._session.get(of_image(name_or_id)))
        except NotFound:
            return None

    def _patiently(self, change: Callable[[], object]) -> None:
        """An engine refuses to change a container whose program ends in that very moment, as one that keeps crashing
        does again and again ("cannot update a stopped container"): a moment later it does as it was told."""
        for _ in range(_ATTEMPTS - 1):
            try:
                change()
            except Refused:
                time.sleep(_PAUSE_S)
            else:
                return
        change()
