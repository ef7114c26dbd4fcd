"""The engine that flags and environment name, not opened yet."""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from stigmer_doctor.model.engine import EngineSearch
from stigmer_doctor.model.engine_ports import EngineClient
from stigmer_doctor.model.errors import EngineError

if TYPE_CHECKING:  # only source files may be asked for
    from concurrent.futures import Future

    from stigmer_doctor.adapters.docker.address import EngineAddress
    from stigmer_doctor.adapters.docker.limits import Deadlines

_ANSWERS_WITHIN_S = 10.0
_LOOKS_FOR_S = 2.0


class NamedEngine:
    """Implements EngineSource."""

    def __init__(self, host: str | None, context: str | None, environ: Mapping[str, str]) -> None:
        self._host, self._context, self._environ = host, context, environ
        self._home = Path(environ.get("HOME") or environ.get("USERPROFILE") or Path.home())
        self._connecting: Future[EngineClient] | None = None

    def search(self) -> EngineSearch:
        address = self._address()
        return EngineSearch(
            endpoint=address.display, source=address.source, local=address.local, context=address.context
        )

    def connect(self) -> None:
        """Begin to connect: `open` gives what comes of it. An engine takes long to say which it is, so that it is asked
        before anything else is loaded."""
        from concurrent.futures import Future

        from stigmer_doctor.adapters.docker import engine, search

        _ = (engine, search)  # the thread would load them while this one loads something else
        self._times, self._connecting = _times(_ANSWERS_WITHIN_S), Future()
        threading.Thread(target=self._connect, args=(self._connecting, self._times), name="engine", daemon=True).start()

    def _connect(self, connecting: Future[EngineClient], times: Deadlines) -> None:
        try:
            connecting.set_result(_opened(self._address(), times))
        except BaseException as error:  # noqa: BLE001 - who opens the engine is told
            connecting.set_exception(error)

    def open(self, *, together: float = math.inf) -> EngineClient:
        connecting, self._connecting = self._connecting, None
        if connecting is None:
            return _opened(self._address(), _times(_ANSWERS_WITHIN_S, together))
        self._times.begin(together)
        return connecting.result()

    def live_sockets(self) -> tuple[str, ...]:
        try:
            asked = self._address().url
        except EngineError:
            asked = ""
        from stigmer_doctor.adapters.docker import search

        return search.live_sockets(self._home, self._environ, besides=asked)

    def open_socket(self, url: str) -> EngineClient:
        from stigmer_doctor.adapters.docker.address import EngineAddress

        return _opened(EngineAddress(url=url, source="a live socket"), _times(_LOOKS_FOR_S))

    def _address(self) -> EngineAddress:
        from stigmer_doctor.adapters.docker import search

        return search.find(host=self._host, context=self._context, environ=self._environ, home=self._home)


def _opened(address: EngineAddress, times: Deadlines) -> EngineClient:
    from stigmer_doctor.adapters.docker.engine import DockerEngine

    return DockerEngine(address, times)


def _times(within: float, together: float = math.inf) -> Deadlines:
    from stigmer_doctor.adapters.docker.limits import Deadlines

    return Deadlines(within, together)
