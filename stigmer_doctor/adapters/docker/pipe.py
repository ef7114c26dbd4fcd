"""A Windows named pipe to an engine, as the Docker library opens it."""

from __future__ import annotations

import importlib
from typing import Any

from stigmer_doctor.adapters.docker.address import WINDOWS
from stigmer_doctor.adapters.docker.limits import Connection
from stigmer_doctor.model.engine import EngineFault
from stigmer_doctor.model.errors import EngineError


def open_pipe(path: str, within: float) -> Connection:
    """Raises OSError, and EngineError where there are no named pipes."""
    if not WINDOWS:
        raise EngineError(EngineFault.INVALID_ADDRESS, f"{path} is a named pipe, which exist on Windows only")
    pipe = importlib.import_module("docker.transport.npipesocket").NpipeSocket()
    pipe.settimeout(within)
    _asked(pipe.connect, path)
    return _Pipe(pipe)


class _Pipe:
    """The library's own pipe, of which only reading into a buffer keeps to the time."""

    def __init__(self, pipe: Any) -> None:
        self._pipe = pipe

    def settimeout(self, seconds: float | None, /) -> None:
        self._pipe.settimeout(seconds)

    def recv(self, length: int, /) -> bytes:
        buffer = bytearray(length)
        return bytes(buffer[: _asked(self._pipe.recv_into, buffer)])

    def sendall(self, data: bytes, /) -> None:
        _asked(self._pipe.sendall, data)

    def close(self) -> None:
        self._pipe.close()


def _asked(ask: Any, *arguments: object) -> Any:
    """The library's errors are Windows' own, which OSError does not cover."""
    try:
        return ask(*arguments)
    except OSError:
        raise
    except Exception as error:  # of pywin32: Windows has its own class
        number = getattr(error, "winerror", None)
        raise OSError(None, str(getattr(error, "strerror", error)), None, number) from error
