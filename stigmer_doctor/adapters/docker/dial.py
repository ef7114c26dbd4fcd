"""Connects to an engine: a Unix socket, TCP with or without TLS, a named pipe, or its socket elsewhere through ssh."""

from __future__ import annotations

import contextlib
import shlex
import socket
import subprocess
import threading
import time
from collections import deque
from concurrent.futures import Future
from typing import IO, Any
from urllib.parse import urlsplit

from stigmer_doctor.adapters.docker.address import EngineAddress
from stigmer_doctor.adapters.docker.limits import Connection
from stigmer_doctor.adapters.docker.pipe import open_pipe
from stigmer_doctor.adapters.docker.secured import secured
from stigmer_doctor.adapters.docker.streams import Tail
from stigmer_doctor.model.engine import EngineFault
from stigmer_doctor.model.errors import EngineError

_CHUNK = 65536
_GRACE_S = 0.5
_SHORTEST_S = 0.001


class Dialer:
    """Makes connections to one address. `timeout` is the most that one may take, in seconds. Raises EngineError and
    OSError."""

    def __init__(self, address: EngineAddress, timeout: float) -> None:
        self._address, self._timeout = address, timeout
        self._tunnels: deque[_SshTunnel] = deque(maxlen=16)

    @property
    def plain(self) -> bool:
        """Whether connections are sockets that two threads may use at once, one for each direction."""
        return self._address.tls is None and self._address.scheme != "npipe"

    @property
    def host(self) -> str:
        """What requests name as their host."""
        return urlsplit(self._address.url).netloc if self._address.scheme == "tcp" else "engine"

    @property
    def prefix(self) -> str:
        return self._address.prefix

    def __call__(self, within: float) -> Connection:
        if self._address.scheme == "npipe":
            return open_pipe(self._address.path, within)
        ends = time.monotonic() + within
        connection = self.stream(within)
        tls = self._address.tls
        return connection if tls is None else secured(connection, tls, self._address.host, ends)

    def stream(self, within: float) -> socket.socket:
        """Without what TLS adds."""
        match self._address.scheme:
            case "unix":
                return self._unix(within)
            case "ssh":
                tunnel = _SshTunnel(ssh_command(self._address.url, self._timeout))
                self._tunnels.append(tunnel)
                return tunnel.near
            case _:
                return _tcp(self._address.host, self._address.port, within)

    def complaint(self) -> str:
        """Why ssh gave up, in its own words; "" when it did not."""
        ends = time.monotonic() + _GRACE_S
        said = (tunnel.complaint(max(ends - time.monotonic(), 0)) for tunnel in reversed(self._tunnels))
        return next(filter(None, said), "")

    def _unix(self, within: float) -> socket.socket:
        if not hasattr(socket, "AF_UNIX"):
            message = f"{self._address.display} is a Unix socket, which Python cannot use on this system"
            raise EngineError(EngineFault.INVALID_ADDRESS, message)
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(within)
        try:
            connection.connect(self._address.path)
        except OSError:
            connection.close()
            raise
        return connection


def _tcp(host: str, port: int, within: float) -> socket.socket:
    """To the first of its addresses that answers, all of them within the time."""
    ends = time.monotonic() + within
    refusal = OSError(f"{host} has no address")
    for family, kind, protocol, _, address in _resolved(host, port, within):
        connection = socket.socket(family, kind, protocol)
        try:
            connection.settimeout(max(ends - time.monotonic(), _SHORTEST_S))
            connection.connect(address)
        except OSError as error:
            connection.close()
            refusal = error
        else:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # short frames
            return connection
    raise refusal


def _resolved(host: str, port: int, within: float) -> list[Any]:
    """What `getaddrinfo` returns. It takes as long as the system's name servers do, so that a thread waits for it."""
    found: Future[list[Any]] = Future()

    def resolve() -> None:
        try:
            found.set_result(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except Exception as error:  # noqa: BLE001 - it is raised to the caller
            found.set_exception(error)

    threading.Thread(target=resolve, name="resolve", daemon=True).start()
    return found.result(within)


def ssh_command(url: str, timeout: float) -> list[str]:
    """What the docker CLI runs for `ssh://[user@]host[:port][/socket]`. It never asks for a password: nobody would see
    the question."""
    parts = urlsplit(url)
    command = ["ssh", "-o", "BatchMode=yes", "-o", f"ConnectTimeout={max(1, round(timeout))}", "-T"]
    command += ["-l", parts.username] if parts.username else []
    command += ["-p", str(parts.port)] if parts.port else []
    elsewhere = ["--host", shlex.quote(f"unix://{parts.path}")] if parts.path.strip("/") else []
    return [*command, "--", parts.hostname or "", "docker", *elsewhere, "system", "dial-stdio"]


class _SshTunnel:
    """A socket whose other end is ssh's standard input and output. It ends when either side does."""

    def __init__(self, command: list[str]) -> None:
        self.near, self._far = socket.socketpair()
        self._said = Tail()
        try:
            self._process = subprocess.Popen(  # noqa: S603 - ssh, with the host after "--"
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
            )
        except OSError as error:
            self.near.close()
            self._far.close()
            message = f"ssh, which this engine is reached through, cannot be run: {error.strerror or error}"
            raise EngineError(EngineFault.UNREACHABLE, message) from error
        self._threads = [
            threading.Thread(target=target, name="ssh", daemon=True)
            for target in (self._outward, self._inward, self._listen)
        ]
        for thread in self._threads:
            thread.start()

    def complaint(self, within: float) -> str:
        """The last line that ssh wrote to stderr before it failed; "" where it runs so many seconds later."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            if self._process.wait(within):
                self._threads[-1].join(_GRACE_S)
                lines = self._said.text().strip().splitlines()
                return lines[-1].strip() if lines else ""
        return ""

    def _outward(self) -> None:
        stdin = _pipe(self._process.stdin)
        with contextlib.suppress(OSError):
            while data := self._far.recv(_CHUNK):
                stdin.write(data)
                stdin.flush()
        with contextlib.suppress(OSError):
            stdin.close()

    def _inward(self) -> None:
        stdout = self._process.stdout
        with contextlib.suppress(OSError):
            while data := _pipe(stdout).read1(_CHUNK):  # type: ignore[attr-defined] # a buffered pipe has it
                self._far.sendall(data)
        with contextlib.suppress(OSError):
            self._far.shutdown(socket.SHUT_RDWR)
        self._far.close()
        _pipe(stdout).close()  # ends an ssh that still writes
        self._process.wait()

    def _listen(self) -> None:
        for line in _pipe(self._process.stderr):
            self._said.add(line)


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise ValueError("the process was started without this pipe")
    return stream
