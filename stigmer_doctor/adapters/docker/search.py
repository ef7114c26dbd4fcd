"""Finds the engine as the docker CLI does, and says who named it."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from stigmer_doctor.adapters.docker.address import WINDOWS, EngineAddress, Tls, normalise
from stigmer_doctor.adapters.docker.limits import parsed
from stigmer_doctor.adapters.files.regular import read_whole
from stigmer_doctor.model.engine import EngineFault
from stigmer_doctor.model.errors import EngineError

_DEFAULT_CONTEXT = "default"
_CONNECTS_WITHIN = 0.2


def find(*, host: str | None, context: str | None, environ: Mapping[str, str], home: Path) -> EngineAddress:
    """The engine that `docker --host HOST --context CONTEXT` would ask. Reads files, connects to nothing.

    A host that is given counts before all. Raises EngineError: UNKNOWN_CONTEXT, TLS, INVALID_ADDRESS."""
    if host:
        return _direct(host, "--host", environ, home)
    name, source = _context_name(context, environ, home)
    if name != _DEFAULT_CONTEXT:
        return _of_context(name, source, _folder(environ, home))
    if environ.get("DOCKER_HOST"):
        return _direct(environ["DOCKER_HOST"], "DOCKER_HOST", environ, home)
    return _direct("", source if source == "--context" else "default", environ, home)


def _context_name(context: str | None, environ: Mapping[str, str], home: Path) -> tuple[str, str]:
    """The name of the context in force, and who named it; "default" means no context."""
    if context:
        return context, "--context"
    if environ.get("DOCKER_HOST"):
        return _DEFAULT_CONTEXT, "DOCKER_HOST"
    if environ.get("DOCKER_CONTEXT"):
        return environ["DOCKER_CONTEXT"], "DOCKER_CONTEXT"
    file = _folder(environ, home) / "config.json"
    if not file.exists():
        return _DEFAULT_CONTEXT, "default"
    current = _json(file, "the docker CLI's configuration", home).get("currentContext") or _DEFAULT_CONTEXT
    return str(current), f"currentContext of {_tilde(file, home)}"


def _direct(address: str, source: str, environ: Mapping[str, str], home: Path) -> EngineAddress:
    """An address that was given itself: TLS is then asked for by the environment."""
    verify = bool(environ.get("DOCKER_TLS_VERIFY"))
    wanted = verify or bool(environ.get("DOCKER_TLS"))
    url = normalise(address, named_by=source, tls=wanted)
    if not wanted or not url.startswith("tcp://"):
        return EngineAddress(url=url, source=source)
    folder = Path(environ.get("DOCKER_CERT_PATH") or _folder(environ, home))
    if verify and not (folder / "ca.pem").is_file():
        raise _no_tls_file(folder / "ca.pem", "DOCKER_TLS_VERIFY is set; DOCKER_CERT_PATH says where the files are")
    return EngineAddress(url=url, source=source, tls=_tls(folder, "DOCKER_CERT_PATH says where the files are", verify))


def _of_context(name: str, source: str, folder: Path) -> EngineAddress:
    import hashlib  # loads OpenSSL, which nobody needs who names no context

    identity = hashlib.sha256(name.encode()).hexdigest()
    file = folder / "contexts" / "meta" / identity / "meta.json"
    if not file.is_file():
        message = f'there is no docker context "{name}" ({source}); `docker context ls` lists those that exist'
        raise EngineError(EngineFault.UNKNOWN_CONTEXT, message)
    endpoint = _endpoint(_json(file, f'the docker context "{name}"'), name)
    files = folder / "contexts" / "tls" / identity / "docker"
    skip = bool(endpoint.get("SkipTLSVerify"))
    url = normalise(str(endpoint.get("Host") or ""), named_by=f'docker context "{name}"', tls=files.is_dir() or skip)
    tls = None
    if url.startswith("tcp://") and (skip or files.is_dir()):
        tls = _tls(files, f'it belongs to the docker context "{name}"', not skip)
    return EngineAddress(url=url, source=source, context=name, tls=tls)


def _endpoint(metadata: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    endpoints = metadata.get("Endpoints")
    endpoint = endpoints.get("docker") if isinstance(endpoints, dict) else None
    if not isinstance(endpoint, dict):
        raise EngineError(EngineFault.INVALID_ADDRESS, f'the docker context "{name}" names no Docker engine')
    return endpoint


def _tls(folder: Path, hint: str, verify: bool) -> Tls:
    """The files of a folder that exist. As in the docker CLI, an engine may want no client certificate."""
    ca, cert, key = (folder / f"{part}.pem" for part in ("ca", "cert", "key"))
    if cert.is_file() != key.is_file():
        raise _no_tls_file(key if cert.is_file() else cert, hint)
    ours = cert.is_file()
    return Tls(
        ca=str(ca) if ca.is_file() else "", cert=str(cert) if ours else "", key=str(key) if ours else "", verify=verify
    )


def _no_tls_file(file: Path, hint: str) -> EngineError:
    return EngineError(EngineFault.TLS, f"{file} is missing, which TLS with this engine needs ({hint})")


def _json(file: Path, title: str, home: Path | None = None) -> dict[str, Any]:
    name = _tilde(file, home) if home else str(file)
    try:
        content = parsed(read_whole(file))
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise EngineError(EngineFault.INVALID_ADDRESS, f"cannot read {title}, {name}: {reason}") from error
    except Exception as error:  # a codec's, a parser's, or that it is nested too deeply
        raise EngineError(EngineFault.INVALID_ADDRESS, f"{title}, {name}, is not valid JSON") from error
    if not isinstance(content, dict):
        raise EngineError(EngineFault.INVALID_ADDRESS, f"{title}, {name}, is not a JSON object")
    return content


def _folder(environ: Mapping[str, str], home: Path) -> Path:
    return Path(environ.get("DOCKER_CONFIG") or home / ".docker")


def _tilde(path: Path, home: Path) -> str:
    return f"~/{path.relative_to(home).as_posix()}" if path.is_relative_to(home) else str(path)


def live_sockets(home: Path, environ: Mapping[str, str], *, besides: str = "") -> tuple[str, ...]:
    """Addresses of other engine sockets of this machine that accept connections: to be reported, never used instead.
    `besides` is the URL that was tried."""
    candidates = _pipes() if WINDOWS else (f"unix://{path}" for path in _sockets(home, environ) if _accepts(path))
    return tuple(url for url in dict.fromkeys(candidates) if url != besides)


def _sockets(home: Path, environ: Mapping[str, str]) -> Iterator[Path]:
    yield Path("/var/run/docker.sock")
    yield from (home / ".docker" / part / "docker.sock" for part in ("run", "desktop"))
    for runtime in _runtime_folders(environ):
        yield from (Path(runtime, "docker.sock"), Path(runtime, "podman", "podman.sock"))
    yield from (home / ".orbstack" / "run" / "docker.sock", home / ".rd" / "docker.sock")
    yield from _matching(home / ".colima", "*/docker.sock")
    yield from _matching(home / ".local" / "share" / "containers" / "podman" / "machine", "**/podman.sock")


def _runtime_folders(environ: Mapping[str, str]) -> Iterable[str]:
    if sys.platform == "win32":
        return ()
    own = f"/run/user/{os.getuid()}"
    return dict.fromkeys((environ.get("XDG_RUNTIME_DIR") or own, own))


def _matching(folder: Path, pattern: str) -> list[Path]:
    try:
        return sorted(folder.glob(pattern))
    except OSError:  # a folder of another user: nothing to report
        return []


def _accepts(path: Path) -> bool:
    if sys.platform == "win32":  # Python has no Unix sockets there
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(_CONNECTS_WITHIN)
        try:
            connection.connect(str(path))
        except OSError:
            return False
        return True


def _pipes() -> Iterator[str]:
    # Listing does not take a pipe's one free instance, as opening it would.
    known = ("docker_engine", "dockerDesktopLinuxEngine", "podman-machine-default")
    try:
        present = set(os.listdir(r"\\.\pipe"))  # noqa: PTH208 - the name space of pipes is not a folder to pathlib
    except OSError:
        return
    yield from (f"npipe:////./pipe/{name}" for name in known if name in present)
