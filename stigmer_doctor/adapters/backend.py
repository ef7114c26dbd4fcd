"""Asks the backend whether a gRPC server is there, by a health call: any answer of a server will do."""

from __future__ import annotations

import time
from collections.abc import Callable

import grpc

from stigmer_doctor.adapters.grpc_channel import channel, detail, meaning, status
from stigmer_doctor.model.facts import Answered, BackendAnswer

_HEALTH = "/grpc.health.v1.Health/Check"
# HealthCheckResponse: field 1, a varint; 1 is SERVING.
_SERVING = b"\x08\x01"


def ask(port: int, authority: str, *, tls: bool, timeout: float) -> BackendAnswer:
    """One call, within `timeout` seconds in all. UNIMPLEMENTED is an answer: stigmer-server has no health service."""
    started = time.monotonic()
    with channel(port, authority, tls=tls) as opened:
        try:
            call: Callable[..., bytes] = opened.unary_unary(_HEALTH)
            reply = call(b"", timeout=timeout)
        except grpc.RpcError as error:
            answered, code, said = meaning(error), status(error), detail(error)
        else:
            serving = reply.startswith(_SERVING)
            answered, code, said = (
                (Answered.YES, "SERVING", "") if serving else (Answered.UNAVAILABLE, "NOT_SERVING", "")
            )
    return BackendAnswer(answered=answered, status=code, detail=said, latency_ms=_milliseconds(started))


def _milliseconds(started: float) -> float:
    return round((time.monotonic() - started) * 1000, 1)
