"""A Docker engine, asked over HTTP. Every call has a deadline and raises our errors only."""

from __future__ import annotations

from contextlib import AbstractContextManager, suppress
from typing import Any, Self
from urllib.parse import quote

from stigmer_doctor.adapters.docker import inspection, lenient, reading, streams
from stigmer_doctor.adapters.docker.address import EngineAddress
from stigmer_doctor.adapters.docker.dial import Dialer
from stigmer_doctor.adapters.docker.errors import no_engine, translated
from stigmer_doctor.adapters.docker.exchange import Answer
from stigmer_doctor.adapters.docker.limits import Deadlines
from stigmer_doctor.adapters.docker.program import Programs
from stigmer_doctor.adapters.docker.session import Session, connected, of_container, of_image
from stigmer_doctor.model.container import ContainerSummary
from stigmer_doctor.model.engine import Engine, EngineFault
from stigmer_doctor.model.engine_ports import Channel, ContainerManager
from stigmer_doctor.model.errors import DoctorError, EngineError, Nonsense, NotFound, Refused
from stigmer_doctor.model.inspected import (
    ImageSummary,
    InspectedContainer,
    InspectedImage,
    InspectedNetwork,
    Throwaway,
    Usage,
)
from stigmer_doctor.model.ports import Json

_ARCHIVED_WITHIN_S = 20.0
_CLEANED_WITHIN_S = 2.0
_SAYS_WHETHER_FRAMED = (1, 42)
_ONE_SAMPLE = {"stream": 0, "one-shot": 1}
# With the engine's own time of each line: what the program prints names no zone.
_LOG = {"stdout": 1, "stderr": 1, "timestamps": 1}


class DockerEngine:
    """Implements EngineClient. Connects when it is made; `times` are how long it is waited for, from then on.

    Raises EngineError: UNREACHABLE, PERMISSION_DENIED, TLS, TIMED_OUT, REFUSES. May be used by several threads. What
    only throwaway containers and fixes need is imported by them.
    """

    def __init__(self, address: EngineAddress, times: Deadlines, dialer: Dialer | None = None) -> None:
        self._address, self._times = address, times
        self._dialer = dialer or Dialer(address, times.answer)
        try:
            with self._translated():
                self._session = Session(self._dialer, times)
        except NotFound as error:
            raise EngineError(EngineFault.UNREACHABLE, no_engine(address)) from error
        except Nonsense as error:
            raise EngineError(EngineFault.UNREACHABLE, str(error)) from error
        except Refused as error:
            # An engine has an answer to this question; a plugin or a proxy in front of it may refuse.
            raise EngineError(EngineFault.REFUSES, str(error)) from error
        self._programs = Programs(address, self._session, self._dialer)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections. Channels have their own."""
        with suppress(OSError):
            self._session.close()

    def describe(self) -> Engine:
        """From `/info`, and, but for one that is Docker's own and no more, from `/version`: for either an engine starts
        three programs, and only a product has more to say there."""
        with self._translated():
            info = _object(self._session.get("/info"))
            is_docker = self._session.server.startswith("Docker/")
            version = {} if is_docker and reading.is_plain(info) else self._session.version()
            return reading.engine(info, self._session.api_version, version)

    def containers(self) -> tuple[ContainerSummary, ...]:
        with self._translated():
            return reading.summaries(_list(self._session.get("/containers/json", all=1)))

    def container(self, name_or_id: str) -> InspectedContainer:
        with self._translated():
            return inspection.container(_object(self._session.get(of_container(name_or_id, "/json"))), name_or_id)

    def stats(self, container_id: str) -> Usage:
        with self._translated():
            return reading.usage(_object(self._session.get(of_container(container_id, "/stats"), **_ONE_SAMPLE)))

    def image(self, image_id: str) -> InspectedImage:
        with self._translated():
            return reading.image(_object(self._session.get(of_image(image_id))))

    def images(self) -> tuple[ImageSummary, ...]:
        with self._translated():
            return reading.images(_list(self._session.get("/images/json")))

    def network(self, network_id: str) -> InspectedNetwork:
        with self._translated():
            return reading.network(_object(self._session.get(f"/networks/{quote(network_id, safe='')}")))

    def logs(self, container_id: str, *, lines: int, max_bytes: int) -> tuple[bytes, bool]:
        """Holds at most twice `max_bytes`, however long the log and its lines are."""
        # One line more than is wanted tells whether there is more.
        path = of_container(container_id, "/logs")
        with self._translated(), self._session.ask("GET", path, **_LOG, tail=lines + 1) as answer:
            framed = self._framed(answer.fields.get("content-type", ""), container_id)
            chunks = answer.pieces()
            return streams.tail(streams.unframed(chunks) if framed else chunks, lines, max_bytes)

    def execute(self, container_id: str, argv: list[str]) -> Channel:
        with self._translated():
            return self._programs.execute(container_id, argv)

    def clone(self, settings: Throwaway, argv: list[str]) -> Channel:
        """As promised by the port; what earlier runs left behind is removed first. Raises Refused when the same network
        cannot be had: measuring in another would be worse than not measuring."""
        self.remove_leftovers()
        try:
            with self._translated():
                return self._clone(settings, argv)
        except NotFound as error:
            raise Refused(f"a throwaway container could not be made: {error}") from error

    def _clone(self, settings: Throwaway, argv: list[str]) -> Channel:
        from stigmer_doctor.adapters.docker import clone, throwaway

        container = throwaway.as_inspected(settings)
        specification = clone.specification(container, argv)
        made = str(self._session.do("POST", "/containers/create", specification, name=clone.name())["Id"])
        try:
            for network, endpoint in clone.further_networks(container):
                self._connect(made, network, endpoint)
        except BaseException:  # whatever ends it, no container is left behind
            self._discard(made)
            raise
        return self._programs.start(made, lambda: self._discard(made))

    def remove_leftovers(self) -> None:
        """Remove throwaway containers of runs that were killed. What cannot be removed now is left to the next run."""
        from stigmer_doctor.adapters.docker import clone

        with suppress(DoctorError), self._translated():
            for leftover in clone.leftovers(self._session):
                self._discard(leftover)

    def cluster(self) -> None:
        """A Docker engine has no pods."""

    def manager(self) -> ContainerManager:
        from stigmer_doctor.adapters.docker.container_manager import DockerContainerManager

        return DockerContainerManager(self._session, self._translated)

    def read_files(self, container_id: str, folder: str, *, suffix: str, max_bytes: int) -> dict[str, bytes]:
        """As promised by the port. Raises Refused where there is no such folder or too much in it."""
        from stigmer_doctor.adapters.docker import tar_stream

        try:
            with self._translated(), self._get_archive(container_id, folder) as answer:
                return tar_stream.regular_files(answer.pieces(), suffix, max_bytes)
        except NotFound as error:
            if "o such container" in str(error):
                raise
            raise Refused(str(error)) from error

    def _get_archive(self, container_id: str, folder: str) -> Answer:
        path = of_container(container_id, "/archive")
        return self._session.ask("GET", path, within=_ARCHIVED_WITHIN_S, path=folder)

    def _framed(self, content_type: str, container_id: str) -> bool:
        """Whether a log is framed. Engines say so themselves since API 1.42; before, it depends on the TTY."""
        if content_type.endswith("multiplexed-stream"):
            return True
        if self._session.api >= _SAYS_WHETHER_FRAMED:
            return False
        inspected = _object(self._session.get(of_container(container_id, "/json")))
        return not lenient.mapping(inspected.get("Config")).get("Tty")

    def _connect(self, container_id: str, network: str, endpoint: dict[str, Any]) -> None:
        self._session.do("POST", *connected(network, container_id, endpoint))

    def _discard(self, container_id: str) -> None:
        """Kill and remove, also when all time is over; the engine may be doing so already."""
        with suppress(DoctorError), self._translated():
            self._session.do("DELETE", of_container(container_id, ""), spare=_CLEANED_WITHIN_S, force=1, v=1)

    def _translated(self) -> AbstractContextManager[None]:
        return translated(self._address, self._times, self._dialer.complaint)


def _object(answer: Any) -> Json:
    if not isinstance(answer, dict):
        raise TypeError("a Docker engine answers with an object")
    return answer


def _list(answer: Any) -> list[Any]:
    """Go writes a list without entries as null."""
    if not isinstance(answer, (list, type(None))):
        raise TypeError("a Docker engine answers with a list")
    return answer or []
