"""The address of an engine: parsed as the docker CLI parses it, and shown without credentials."""

from __future__ import annotations

import sys
from urllib.parse import urlsplit

import msgspec

from stigmer_doctor.model.engine import EngineFault
from stigmer_doctor.model.errors import EngineError
from stigmer_doctor.model.loopback import is_loopback

WINDOWS = sys.platform == "win32"
DEFAULT = "npipe:////./pipe/docker_engine" if WINDOWS else "unix:///var/run/docker.sock"
_PORT, _TLS_PORT = 2375, 2376


class Tls(msgspec.Struct, frozen=True, kw_only=True):
    """Paths of the TLS files. Without `ca` the system's certificates count; `cert` and `key` come together or not at
    all; `verify` is whether the engine's certificate is checked."""

    ca: str = ""
    cert: str = ""
    key: str = ""
    verify: bool = True


class EngineAddress(msgspec.Struct, frozen=True, kw_only=True):
    """Where the engine is, and who said so (`source` as in `model.facts.EngineSearch`).

    `url` is complete (host and port, or a path) and holds no password; `tls` is None where plain HTTP is spoken.
    """

    url: str
    source: str
    context: str = ""
    tls: Tls | None = None

    @property
    def scheme(self) -> str:
        return self.url.partition("://")[0]

    @property
    def path(self) -> str:
        """The path of the socket or pipe."""
        return self.url.partition("://")[2]

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        """0 where the URL has none: ssh's own default."""
        return urlsplit(self.url).port or 0

    @property
    def prefix(self) -> str:
        """What stands before the API's own paths, where the engine is behind something that wants it."""
        return urlsplit(self.url).path.rstrip("/") if self.scheme == "tcp" else ""

    @property
    def local(self) -> bool:
        """Whether the endpoint is on this machine. One behind ssh is not, even on localhost: it is another user's."""
        return self.scheme in ("unix", "npipe") or (self.scheme == "tcp" and is_loopback(self.host))

    @property
    def display(self) -> str:
        return without_credentials(self.url)


def without_credentials(url: str) -> str:
    """The URL without its user and password, whatever characters they have."""
    scheme, separator, rest = url.rpartition("://")
    if not separator:
        scheme, rest = "", url
    return scheme + separator + rest.rpartition("@")[2]


def normalise(text: str, *, named_by: str, tls: bool = False) -> str:
    """A complete URL from what the docker CLI accepts: `unix://path`, `tcp://host[:port]`, `host:port`,
    `ssh://[user@]host`, `npipe://path`; "" is the platform's default. Raises EngineError(INVALID_ADDRESS)."""
    text = text.strip()
    if not text:
        return DEFAULT
    scheme, separator, rest = text.partition("://")
    if not separator:
        scheme, rest = "tcp", text
    try:
        match scheme:
            case "unix":
                return f"unix://{rest or '/var/run/docker.sock'}"
            case "npipe" if WINDOWS:
                return f"npipe://{rest or DEFAULT.partition('://')[2]}"
            case "tcp":
                return _tcp(rest, _TLS_PORT if tls else _PORT)
            case "ssh":
                return _ssh(rest)
    except ValueError as error:
        raise _invalid(text, named_by, str(error)) from error
    reason = "named pipes exist on Windows only" if scheme == "npipe" else "an engine has unix://, tcp:// or ssh://"
    raise _invalid(text, named_by, reason)


def _tcp(rest: str, default_port: int) -> str:
    parts = urlsplit(f"tcp://{rest}")
    host = parts.hostname or "localhost"
    port = _number(parts.netloc, parts.port) or default_port
    return f"tcp://{f'[{host}]' if ':' in host else host}:{port}{parts.path.rstrip('/')}"


def _ssh(rest: str) -> str:
    parts = urlsplit(f"ssh://{rest}")
    if not parts.hostname:
        raise ValueError("it names no host")
    if parts.password is not None:
        raise ValueError("a password cannot be given in it, use a key")
    if parts.query or parts.fragment:
        raise ValueError("it has more than user, host, port and path")
    _number(parts.netloc, parts.port)
    return f"ssh://{rest}"


def _number(netloc: str, port: int | None) -> int | None:
    if port == 0 or (port is None and netloc.endswith(":")):
        raise ValueError("its port is not a port number")
    return port


def _invalid(text: str, named_by: str, reason: str) -> EngineError:
    # urlsplit's own messages quote the text, which may hold a password.
    reason = "its port is not a port number" if "Port" in reason else reason
    reason = "it is malformed" if "@" in reason else reason
    return EngineError(
        EngineFault.INVALID_ADDRESS, f'"{without_credentials(text)}" ({named_by}) is not an engine address: {reason}'
    )
