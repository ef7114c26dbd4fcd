"""gRPC channels through a tunnel, and what their errors mean."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import grpc

from stigmer_doctor.model.answers import Answered

_LONGEST_DETAIL = 300
# What grpc-core says when the peer is there and does not speak HTTP/2 (or closes before it did).
_NOT_HTTP2 = (
    "http2",
    "settings frame",
    "connection reset",
    "socket closed",
    "end of file",
    "endpoint closed",
    "trying to connect an http1.x server",
    "handshake",
    "ssl_error",
    "protocol error",
    "connection closed",
)


@contextlib.contextmanager
def channel(port: int, authority: str, *, tls: bool = False) -> Iterator[grpc.Channel]:
    """A channel to the tunnel's port that believes to speak to `authority` (host:port)."""
    # The doctor's own calls must not go through the proxy of the doctor's environment.
    options = [("grpc.enable_http_proxy", 0), ("grpc.enable_retries", 0), ("grpc.default_authority", authority)]
    target = f"127.0.0.1:{port}"
    if tls:
        host = authority.rpartition(":")[0].strip("[]")
        credentials = grpc.ssl_channel_credentials()
        opened = grpc.secure_channel(target, credentials, [*options, ("grpc.ssl_target_name_override", host)])
    else:
        opened = grpc.insecure_channel(target, options)
    try:
        yield opened
    finally:
        opened.close()


def padded(size: int) -> tuple[tuple[str, str], ...]:
    """Metadata that makes a call's first packet larger by so many bytes; none for 0."""
    return (("stigmer-doctor-padding", "0" * size),) if size else ()


def meaning(error: grpc.RpcError) -> Answered:
    """What a failed call says about the peer.

    A status that a server's application sent proves that a gRPC server is there. UNAVAILABLE is also what the client
    makes of a connection that never became HTTP/2: its wording tells.
    """
    code, said = status(error), detail(error).lower()
    if code == "DEADLINE_EXCEEDED":
        return Answered.TIMED_OUT
    if code in ("UNAVAILABLE", "INTERNAL", "UNKNOWN"):
        if any(words in said for words in _NOT_HTTP2) or "http status" in said or "content-type" in said:
            return Answered.WRONG_PROTOCOL
        return Answered.UNAVAILABLE
    return Answered.YES


def status(error: grpc.RpcError) -> str:
    """The code's name, such as UNIMPLEMENTED."""
    code = getattr(error, "code", None)  # every error of a call has it, and the base class does not promise it
    return str(code().name) if code and code() else "UNKNOWN"


def detail(error: grpc.RpcError) -> str:
    """One bounded line."""
    details = getattr(error, "details", None)
    text = str(details() or "") if details else str(error)
    return " ".join(text.split())[:_LONGEST_DETAIL]
