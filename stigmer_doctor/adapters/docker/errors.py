"""What asking an engine raises, as errors of our own: one sentence, without credentials."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from stigmer_doctor.adapters.docker.address import EngineAddress
from stigmer_doctor.adapters.docker.limits import CutOff, Deadlines, OversizedAnswer, parsed
from stigmer_doctor.adapters.docker.secured import tls_failure
from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.model.engine import EngineFault
from stigmer_doctor.model.errors import DoctorError, EngineError, Nonsense, NotFound, Refused

_IDENTITY = compiled_later(r"\b([0-9a-f]{12})[0-9a-f]{52}\b")
_HTTPS_EXPECTED = "HTTP request to an HTTPS server"


@contextlib.contextmanager
def translated(address: EngineAddress, times: Deadlines, complaint: Callable[[], str] = lambda: "") -> Iterator[None]:
    """Translate what a call of the engine at `address` raises, also where what came is not a Docker engine's or used up
    the stack or the memory. `times` are for the message; `complaint` says why a program on the way to the engine
    failed, "" when none did."""
    try:
        yield
    except DoctorError:
        raise
    except Exception as error:  # of any library, and of readers of what an engine said: all become one of ours
        raise translation(error, address, times, complaint()) from error


def translation(error: Exception, address: EngineAddress, times: Deadlines, complaint: str = "") -> DoctorError:
    """The error of our own that says what happened."""
    if complaint:
        return EngineError(EngineFault.UNREACHABLE, f"ssh could not reach the engine at {address.display}: {complaint}")
    return _unanswered(error, address, times)


def answered(status: int, explanation: str, question: str) -> DoctorError:
    """The engine's own refusal of a question ("GET /info"), by its HTTP status. It is not cut here: of half a secret
    nobody could tell."""
    sentence = " ".join(explanation.split())
    if _HTTPS_EXPECTED in sentence:
        return EngineError(EngineFault.TLS, "the engine expects TLS: set DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH")
    if status == 404:
        return NotFound(sentence)
    asked = _IDENTITY.sub(r"\1", question)
    return Refused(f"the engine refused {asked}: {sentence or f'HTTP {status}'}")


def explanation(content: bytes) -> str:
    """What the engine says in the body of a refusal: its `message`, or the body as it is."""
    try:
        answer = parsed(content)
    except (ValueError, RecursionError):
        answer = None
    message = answer.get("message") if isinstance(answer, dict) else None
    return message if isinstance(message, str) else content.decode("utf-8", "replace")


def _unanswered(error: Exception, address: EngineAddress, times: Deadlines) -> DoctorError:
    where = address.display
    if isinstance(error, TimeoutError):
        return EngineError(EngineFault.TIMED_OUT, f"the engine at {where} did not answer {times.told(error)}")
    if (reason := tls_failure(error)) is not None:
        return EngineError(EngineFault.TLS, f"TLS with the engine at {where} failed: {reason}")
    if isinstance(error, socket.gaierror):
        return EngineError(EngineFault.UNREACHABLE, f"the engine's host name in {where} does not resolve")
    if isinstance(error, OSError) and error.errno:
        return _system(error, address)
    if isinstance(error, OversizedAnswer):
        return Nonsense(f"what answers at {where} says more than any Docker engine would")
    if isinstance(error, CutOff):
        return EngineError(EngineFault.UNREACHABLE, f"what listens at {where} closed the connection in the middle")
    return Nonsense(no_engine(address))


def no_engine(address: EngineAddress) -> str:
    """Something answers there that does not speak the Docker API."""
    return f"what answers at {address.display} is not a Docker engine"


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
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a user id without a name
        if sys.platform == "win32":
            return ""
        return str(os.getuid())
