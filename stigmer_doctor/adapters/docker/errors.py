"""What the Docker library and all below it raise, as errors of our own: one sentence, without credentials."""

from __future__ import annotations

import contextlib
import errno
import getpass
import os
import socket
import ssl
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from stigmer_doctor.adapters.docker.address import EngineAddress
from stigmer_doctor.adapters.docker.limits import OversizedAnswer, parsed
from stigmer_doctor.model.errors import DoctorError, EngineError, NotFound, Refused
from stigmer_doctor.model.facts import EngineFault

_LONGEST = 500
_EXHAUSTED = (RecursionError, MemoryError, OverflowError)
_HTTPS_EXPECTED = "HTTP request to an HTTPS server"


@contextlib.contextmanager
def translated(address: EngineAddress, deadline: float, complaint: Callable[[], str] = lambda: "") -> Iterator[None]:
    """Translate what a call of the engine at `address` raises. `deadline` is in seconds, for the message;
    `complaint` says why a program on the way to the engine failed, "" when none did."""
    try:
        yield
    except _foreign() as error:
        raise translation(error, address, deadline, complaint()) from error


def _foreign() -> tuple[type[Exception], ...]:
    """Everything that asking can raise: docker, requests and urllib3 each have a tree of their own. The last ones
    are how docker-py takes an answer that is not a Docker engine's."""
    import docker.errors
    import requests
    import urllib3

    libraries = (docker.errors.DockerException, requests.RequestException, urllib3.exceptions.HTTPError)
    return (*libraries, OSError, EOFError, ValueError, LookupError, TypeError, AttributeError, *_EXHAUSTED)


def translation(error: Exception, address: EngineAddress, deadline: float, complaint: str = "") -> DoctorError:
    """The error of our own that says what happened."""
    import docker.errors

    chain = list(_chain(error))
    own = next((link for link in chain if isinstance(link, DoctorError)), None)
    if own is not None:  # the library wraps what it is told
        return own
    answer = next((link for link in chain if isinstance(link, docker.errors.APIError)), None)
    if answer is not None:
        return answered(int(answer.status_code or 0), str(answer.explanation or answer))
    if complaint:
        return EngineError(EngineFault.UNREACHABLE, f"ssh could not reach the engine at {address.display}: {complaint}")
    return _unanswered(chain, address, deadline)


def answered(status: int, explanation: str) -> DoctorError:
    """The engine's own refusal, by its HTTP status."""
    sentence = " ".join(explanation.split())[:_LONGEST]
    if _HTTPS_EXPECTED in sentence:
        return EngineError(EngineFault.TLS, "the engine expects TLS: set DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH")
    return NotFound(sentence) if status == 404 else Refused(f"the engine refused: {sentence or f'HTTP {status}'}")


def explanation(content: bytes) -> str:
    """What the engine says in the body of a refusal: its `message`, or the body as it is."""
    try:
        answer = parsed(content)
    except (ValueError, RecursionError):
        answer = None
    message = answer.get("message") if isinstance(answer, dict) else None
    return message if isinstance(message, str) else content[:_LONGEST].decode("utf-8", "replace")


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and everything that it wraps, outermost first."""
    waiting: list[object] = [error]
    seen: set[int] = set()
    while waiting:
        link = waiting.pop(0)
        if isinstance(link, BaseException) and id(link) not in seen:
            seen.add(id(link))
            yield link
            waiting += [link.__cause__, link.__context__, getattr(link, "reason", None), *link.args]


def _unanswered(chain: list[BaseException], address: EngineAddress, deadline: float) -> EngineError:
    where = address.display
    if any(_is_timeout(link) for link in chain):
        return EngineError(EngineFault.TIMED_OUT, f"the engine at {where} did not answer within {deadline:g} s")
    if refusal := next((link for link in chain if isinstance(link, ssl.SSLError)), None):
        return EngineError(EngineFault.TLS, f"TLS with the engine at {where} failed: {refusal.reason or refusal}")
    if any(isinstance(link, socket.gaierror) for link in chain):
        return EngineError(EngineFault.UNREACHABLE, f"the engine's host name in {where} does not resolve")
    if cause := next((link for link in chain if isinstance(link, OSError) and link.errno), None):
        return _system(cause, address)
    if any(isinstance(link, OversizedAnswer) for link in chain):
        return EngineError(EngineFault.UNREACHABLE, f"what answers at {where} says more than any Docker engine would")
    if any("RemoteDisconnected" in type(link).__name__ or "IncompleteRead" in type(link).__name__ for link in chain):
        return EngineError(EngineFault.UNREACHABLE, f"what listens at {where} closed the connection in the middle")
    return no_engine(address)


def no_engine(address: EngineAddress) -> EngineError:
    """Something answers there that does not speak the Docker API."""
    return EngineError(EngineFault.UNREACHABLE, f"what answers at {address.display} is not a Docker engine")


def _is_timeout(error: BaseException) -> bool:
    # urllib3 and requests name theirs so; a timeout while a body is read only says it in words.
    named = type(error).__name__ in ("ReadTimeoutError", "ConnectTimeoutError", "ReadTimeout", "ConnectTimeout")
    return named or isinstance(error, TimeoutError) or getattr(error, "errno", None) == errno.ETIMEDOUT


def _system(error: OSError, address: EngineAddress) -> EngineError:
    where = address.display
    match error.errno:
        case errno.EACCES | errno.EPERM:
            message = f"this user may not use the engine at {where}"
            return EngineError(EngineFault.PERMISSION_DENIED, message + _permission(address))
        case errno.ENOENT:
            reason = "there is no such socket; the engine is not running, or it listens elsewhere"
        case errno.ECONNREFUSED:
            reason = "nothing accepts connections there; the engine is not running"
        case errno.ECONNRESET | errno.EPIPE:
            reason = "it closed the connection in the middle"
        case _:
            reason = error.strerror or type(error).__name__
    return EngineError(EngineFault.UNREACHABLE, f"no engine at {where}: {reason}")


def _permission(address: EngineAddress) -> str:
    """Who may use the socket, and how to become one of them."""
    if sys.platform == "win32":
        return ""
    import grp
    import pwd

    try:
        found = Path(address.path).stat()
        owner, group = pwd.getpwuid(found.st_uid).pw_name, grp.getgrgid(found.st_gid).gr_name
    except (OSError, KeyError):
        return "; a folder on the way to the socket is closed to it"
    if not found.st_mode & stat.S_IWGRP or group == "root":
        return f", which belongs to {owner}: run the doctor as that user"
    return f", which is open to the group {group}: `sudo usermod -aG {group} {_user()}`, then log in again"


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a user id without a name
        if sys.platform == "win32":
            return ""
        return str(os.getuid())
