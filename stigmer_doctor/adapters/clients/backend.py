"""Asks the backend who it is: by a method that does not exist, of a service that only the backend has."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import grpc

from stigmer_doctor.adapters.clients.grpc_channel import channel, detail, meaning, padded, status
from stigmer_doctor.model.answers import Answered, BackendAnswer

_HEALTH = "/grpc.health.v1.Health/Check"
# HealthCheckResponse: field 1, a varint; 1 is SERVING.
_SERVING = b"\x08\x01"
_NO_METHOD = "NoSuchMethod"
_TEMPORAL = "/temporal.api.workflowservice.v1.WorkflowService/NoSuchMethod"


def ask(
    port: int,
    authority: str,
    *,
    tls: bool,
    timeout: float,
    method: str = "",
    padding: int = 0,
    services: Sequence[str] = (),
) -> BackendAnswer:
    """What the health service says, whether the server has the `method` ("service/method") and which of the `services`;
    each call within `timeout` seconds. `padding` bytes are sent along with the first one.

    UNIMPLEMENTED is an answer: stigmer-server has no health service. A method that does not exist runs nothing and is
    written to no log; a server that does not say what it lacks, the service or the method, is asked for it with
    an empty request, which stigmer-server rejects before it looks for anything.
    """
    service, _, method = method.partition("/")
    started = time.monotonic()
    with channel(port, authority, tls=tls) as opened:
        # Asked at once, and heard only where the first answer is one: they take one way there and back together.
        asked = _call(opened, f"/{service}/{_NO_METHOD}", timeout) if service else None
        others = {name: _call(opened, f"/{name}/{_NO_METHOD}", timeout) for name in services}
        answered, code, said = _health(opened, timeout, padding)
        took = _milliseconds(started)
        known = _has(asked, opened, f"/{service}/{method}", timeout) if asked and answered is Answered.YES else None
        other = _is_temporal(opened, timeout) if known is False else False
        told = {name: _told(call) for name, call in others.items()} if answered is Answered.YES else {}
    return BackendAnswer(
        answered=answered,
        status=code,
        detail=said,
        latency_ms=took,
        has_service=known,
        other="Temporal" if other else "",
        serves=tuple(name for name, has in told.items() if has),
        lacks=tuple(name for name, has in told.items() if has is False),
    )


def _health(opened: grpc.Channel, timeout: float, padding: int) -> tuple[Answered, str, str]:
    """What the health service says: whether the peer answers, the status and its details."""
    try:
        call: Callable[..., bytes] = opened.unary_unary(_HEALTH)
        reply = call(b"", timeout=timeout, metadata=padded(padding))
    except grpc.RpcError as error:
        return meaning(error), status(error), detail(error)
    return (Answered.YES, "SERVING", "") if reply.startswith(_SERVING) else (Answered.UNAVAILABLE, "NOT_SERVING", "")


def _has(asked: Any, opened: grpc.Channel, method: str, timeout: float) -> bool | None:
    """Whether the server has the service of which it was `asked` for a method that does not exist, or else the
    `method`; None where its answers do not tell."""
    if (told := _told(asked)) is not None:
        return told
    if _error(asked)[0] != "UNIMPLEMENTED":
        return None  # something before it answers for all methods: no credentials, no connection
    code, _ = _error(_call(opened, method, timeout))
    return None if code in ("UNAVAILABLE", "DEADLINE_EXCEEDED") else code != "UNIMPLEMENTED"


def _told(asked: Any) -> bool | None:
    """Whether the server says that it has the service of which it was `asked` for a method that does not exist."""
    code, said = _error(asked)
    if code != "UNIMPLEMENTED":
        return None
    return False if "unknown service" in said else True if "unknown method" in said else None


def _is_temporal(opened: grpc.Channel, timeout: float) -> bool:
    code, said = _error(_call(opened, _TEMPORAL, timeout))
    return code == "UNIMPLEMENTED" and "unknown method" in said


def _call(opened: grpc.Channel, method: str, timeout: float) -> Any:
    """A call that is under way, with nothing in it."""
    call: Any = opened.unary_unary(method)
    return call.future(b"", timeout=timeout)


def _error(call: Any) -> tuple[str, str]:
    """The status and the lower-case details of a call, once it has ended; "OK" where the method exists."""
    error = call.exception()
    return (status(error), detail(error).lower()) if error else ("OK", "")


def _milliseconds(started: float) -> float:
    return round((time.monotonic() - started) * 1000, 1)
