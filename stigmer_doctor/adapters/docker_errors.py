"""What the Docker library raises, as errors of our own: one sentence, without credentials."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from stigmer_doctor.model.errors import DoctorError, EngineError, NotFound, Refused
from stigmer_doctor.model.facts import EngineFault


@contextlib.contextmanager
def translated(shown: str, deadline: float) -> Iterator[None]:
    """Translate everything that a call of the engine at `shown` can raise; `deadline` is in seconds."""
    import docker.errors
    import requests
    import urllib3

    try:
        yield
    except DoctorError:
        raise
    except docker.errors.NotFound as error:
        raise NotFound(_explained(error)) from error
    except docker.errors.APIError as error:
        raise Refused(f"the engine refused: {_explained(error)}") from error
    except docker.errors.TLSParameterError as error:
        raise EngineError(EngineFault.TLS, f"the TLS files for {shown} cannot be used: {_line(error)}") from error
    except (requests.exceptions.Timeout, TimeoutError, urllib3.exceptions.TimeoutError) as error:
        raise EngineError(
            EngineFault.TIMED_OUT,
            f"the engine at {shown} accepted the connection and did not answer within {deadline:g} s",
        ) from error
    except (
        docker.errors.DockerException,
        requests.exceptions.RequestException,
        urllib3.exceptions.HTTPError,
        OSError,
        ValueError,
        KeyError,
        AttributeError,  # docker-py expects a Docker engine's JSON, and another server's answer has other types
        TypeError,
    ) as error:
        raise _unreachable(error, shown) from error


def _unreachable(error: BaseException, shown: str) -> EngineError:
    cause = _system_error(error)
    if cause is None:
        if "read timed out" in str(error).lower():
            return EngineError(EngineFault.TIMED_OUT, f"the engine at {shown} did not answer in time")
        if "ssl" in str(error).lower() or "certificate" in str(error).lower():
            return EngineError(EngineFault.TLS, f"TLS with {shown} failed: {_line(error)}")
        return EngineError(EngineFault.UNREACHABLE, f"what answers at {shown} is no Docker engine, or it broke off")
    if cause.errno in (errno.EACCES, errno.EPERM):
        return EngineError(EngineFault.PERMISSION_DENIED, f"this user may not use {shown}{_owner(shown)}")
    reasons = {
        errno.ENOENT: "there is no such socket: the engine does not run, or it listens elsewhere",
        errno.ECONNREFUSED: "nothing listens there: the engine does not run",
    }
    reason = reasons.get(cause.errno or 0, cause.strerror or _line(cause))
    return EngineError(EngineFault.UNREACHABLE, f"no engine answers at {shown}: {reason}")


def _system_error(error: BaseException | None) -> OSError | None:
    """The operating system's error at the bottom of the libraries' wrappings."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        each = waiting.pop(0)
        if not isinstance(each, BaseException) or id(each) in seen:
            continue
        seen.add(id(each))
        if isinstance(each, OSError) and isinstance(each.errno, int):
            return each
        waiting += [*each.args, each.__cause__, each.__context__, getattr(each, "reason", None)]
    return None


def _owner(shown: str) -> str:
    """Who may use the socket, where the system tells."""
    path = Path(urlsplit(shown).path)
    try:
        import grp

        found = path.stat()
        group = grp.getgrgid(found.st_gid).gr_name
    except (OSError, ImportError, KeyError):
        return ""
    user = os.environ.get("USER") or "YOU"
    return f"; its group is {group}: run `sudo usermod -aG {group} {user}` and log in again, or use sudo"


def _explained(error: BaseException) -> str:
    return " ".join(str(getattr(error, "explanation", None) or error).split())[:500]


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:300]
