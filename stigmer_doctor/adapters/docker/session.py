"""The engine's API: requests on connections that are kept, each answered completely within its time or not at all."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn
from urllib.parse import quote, urlencode

from stigmer_doctor.adapters.docker import exchange
from stigmer_doctor.adapters.docker.dial import Dialer
from stigmer_doctor.adapters.docker.errors import answered, explanation
from stigmer_doctor.adapters.docker.exchange import Answer
from stigmer_doctor.adapters.docker.limits import (
    MOST_OF_A_HEAD,
    Connection,
    CutOff,
    Deadlines,
    LimitedReader,
    is_stream,
    most_of,
    parsed,
    remaining,
)
from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.model.errors import NotFound, Refused

_OLDEST_API = (1, 24)
_VERSION = compiled_later(r"(\d{1,4})\.(\d{1,4})")
_KEPT_CONNECTIONS = 16
_REDIRECTS, _NOT_MODIFIED, _REFUSALS = 300, 304, 400


class Session:
    """Asks for the API's version when it is made; `server` is what the engine calls itself there. `times` are how long
    an answer may take from the connection to its last byte, and all of them. May be used by several threads.

    Raises Refused and NotFound with the engine's words, and OSError, EOFError, ValueError and TypeError, which
    `errors.translated` turns into ours. Redirects are not followed: an engine sends nobody elsewhere.
    """

    def __init__(self, dialer: Dialer, times: Deadlines) -> None:
        self._dialer, self.times = dialer, times
        self._idle: deque[socket.socket] = deque()
        self._keeping = threading.Lock()
        self._closed = False
        self.api: tuple[int, int] = (0, 0)
        self.server = ""
        try:
            api = self._pinged() or _api(self.version().get("ApiVersion")) or _no_engine()
            self.api_version = f"{api[0]}.{api[1]}"
            # An engine that is too old is described all the same; what it cannot do it refuses.
            self.api = max(_OLDEST_API, api)
        except BaseException:  # whatever ends it, no connection is left open
            self.close()
            raise

    def close(self) -> None:
        """Answers that are still being read close their connections themselves."""
        self._closed = True
        while connection := self._kept():
            connection.close()

    def target(self, path: str) -> str:
        """Where the version's paths are."""
        version = f"/v{self.api[0]}.{self.api[1]}" if any(self.api) else ""
        return f"{self._dialer.prefix}{version}{path}"

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        /,
        *,
        within: float = 0,
        spare: float = 0,
        **parameters: str | int,
    ) -> Answer:
        """The answer to a request below the version's path, its body unread; `within` and `spare` are as
        `Deadlines.until` has them."""
        target, within = _with(path, parameters), within or self.times.answer
        ends = self.times.until(within, spare)

        def asked(connection: Connection) -> Answer:
            connection.settimeout(remaining(ends))
            exchange.send(connection, method, self.target(target), self._dialer.host, body)
            return self._answer(connection, target, ends, within)

        kept = self._reusable()
        if kept is not None and method == "GET":
            # It may have been closed in this very moment, and asking again changes nothing.
            with contextlib.suppress(ConnectionError, CutOff):
                return _accepted(self._closing(kept, asked), method, target)
            kept = None
        connection = kept or self._dialer(min(self.times.answer, remaining(ends)))
        return _accepted(self._closing(connection, asked), method, target)

    def put(self, path: str, pieces: Iterable[bytes], /, **parameters: str | int) -> None:
        """Send a body in pieces. It takes as long as it takes: the answer alone is timed."""
        target = _with(path, parameters)

        def asked(connection: Connection) -> Answer:
            connection.settimeout(self.times.answer)
            exchange.send_stream(connection, "PUT", self.target(target), self._dialer.host, pieces)
            return self._answer(connection, target, self.times.until(), self.times.answer)

        connection = self._reusable() or self._dialer(self.times.left())
        with _accepted(self._closing(connection, asked), "PUT", target) as answer:
            answer.read()

    def get(self, path: str, /, **parameters: str | int) -> Any:
        """The JSON that is answered to a GET."""
        with self.ask("GET", _with(path, parameters)) as answer:
            return parsed(answer.read())

    def do(
        self,
        method: str,
        path: str,
        body: object = None,
        /,
        *,
        within: float = 0,
        spare: float = 0,
        **parameters: str | int,
    ) -> Any:
        """Have something changed. Returns the JSON that is answered, None where there is none."""
        with self.ask(method, path, body, within=within, spare=spare, **parameters) as answer:
            content = answer.read()
            return parsed(content) if content.strip() else None

    def version(self) -> Mapping[str, Any]:
        """What the engine says of itself and its parts. It starts a program for most of them."""
        told = self.get("/version")
        return dict(told) if isinstance(told, dict) else _no_engine()

    def _pinged(self) -> tuple[int, int] | None:
        """The API's version as an engine has it at hand; None where it has not, or something before it refuses."""
        with contextlib.suppress(Refused, NotFound), self.ask("GET", "/_ping") as answer:
            answer.read()
            self.server = answer.fields.get("server", "")
            return _api(answer.fields.get("api-version"))
        return None

    def _closing(self, connection: Connection, asked: Callable[[Connection], Answer]) -> Answer:
        """What is asked on the connection; it is closed where that fails."""
        try:
            return asked(connection)
        except BaseException:  # whatever ends it, no connection is left open
            connection.close()
            raise

    def _answer(self, connection: Connection, target: str, ends: float, within: float) -> Answer:
        def done(reusable: bool) -> None:
            if reusable and not self._closed and isinstance(connection, socket.socket):
                self._keep(connection)
            else:
                connection.close()

        silence = self.times.answer if is_stream(target) else within
        reader = LimitedReader(connection, ends=ends, most=most_of(target), silence=silence, within=within)
        return Answer(reader, done)

    def _reusable(self) -> Connection | None:
        """A connection that is kept; None where there is none."""
        while connection := self._kept():
            if not _readable(connection):
                return connection
            connection.close()
        return None

    def _keep(self, connection: socket.socket) -> None:
        with self._keeping:
            if len(self._idle) < _KEPT_CONNECTIONS:
                self._idle.append(connection)
                return
        connection.close()

    def _kept(self) -> socket.socket | None:
        try:
            return self._idle.pop()
        except IndexError:
            return None


def _accepted(answer: Answer, method: str, target: str) -> Answer:
    """The answer. Raises Refused and NotFound for one that is none."""
    if answer.status >= _REFUSALS or (answer.status >= _REDIRECTS and answer.status != _NOT_MODIFIED):
        with answer:
            question = f"{method} {target.partition('?')[0]}"
            raise answered(answer.status, explanation(answer.read(MOST_OF_A_HEAD)), question)
    return answer


def _api(told: object) -> tuple[int, int] | None:
    match = _VERSION.fullmatch(told) if isinstance(told, str) else None
    return (int(match[1]), int(match[2])) if match else None


def _no_engine() -> NoReturn:
    raise TypeError("this is not an answer of a Docker engine")


def _readable(connection: socket.socket) -> bool:
    """What is readable before it was asked was closed meanwhile."""
    with selectors.DefaultSelector() as ready:
        ready.register(connection, selectors.EVENT_READ)
        return bool(ready.select(0))


def of_container(container_id: str, rest: str) -> str:
    """A path below that of a container."""
    return f"/containers/{quote(container_id, safe='')}{rest}"


def of_image(name_or_id: str) -> str:
    """The path that describes an image; slashes belong to its name."""
    return f"/images/{quote(name_or_id)}/json"


def connected(network: str, container_id: str, endpoint: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Path and body with which a container gets one more network."""
    path = f"/networks/{quote(network, safe='')}/connect"
    return path, {"Container": container_id, "EndpointConfig": endpoint}


def _with(path: str, parameters: Mapping[str, str | int]) -> str:
    return f"{path}?{urlencode(parameters)}" if parameters else path
