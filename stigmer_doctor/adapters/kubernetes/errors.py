"""What kubectl says when it fails, as errors of our own: one sentence, without credentials."""

from __future__ import annotations

import re

from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.model.errors import DoctorError, EngineError, NotFound, Refused
from stigmer_doctor.model.facts import EngineFault

_LONGEST = 400
_KLOG = compiled_later(r"^[EWIF]\d{4} \d\d:\d\d:\d\d")
_LEAD = compiled_later(r"^(?:error: |Error from server(?: \(\w+\))?: )+")
_LOGIN = compiled_later(
    r"must be logged in|Unauthorized|provide credentials|getting credentials|Please enter Username|"
    r"token (?:has|is) expired",
    re.IGNORECASE,
)
_CONTEXT = compiled_later(r"context .{0,300}does not exist|cannot locate context|no context exists")
_TLS = compiled_later(r"\bx509: |\btls: |certificate")
_LATE = compiled_later(r"i/o timeout|deadline exceeded|Client\.Timeout|TLS handshake timeout")
_AWAY = compiled_later(
    r"was refused|Unable to connect|no such host|connection refused|connection reset|unreachable|no route to host|"
    r"no configuration has been provided|ServiceUnavailable|\bEOF$"
)


class TooMuch(Refused):
    """There is more of it than is read."""


def translated(said: str, context: str) -> DoctorError:
    """The error for what kubectl wrote to stderr."""
    sentence = last_words(said)
    where = f"the cluster of the context {context}" if context else "the cluster"
    if "(Forbidden)" in said:
        return Refused(f"the cluster forbids it: {sentence}")
    if "(NotFound)" in said:
        return NotFound(sentence)
    if _CONTEXT.search(said):
        return EngineError(EngineFault.UNKNOWN_CONTEXT, sentence)
    if _LOGIN.search(said):
        return EngineError(EngineFault.PERMISSION_DENIED, f"kubectl is not logged in to {where}: {sentence}")
    for pattern, fault in ((_LATE, EngineFault.TIMED_OUT), (_TLS, EngineFault.TLS), (_AWAY, EngineFault.UNREACHABLE)):
        if pattern.search(said):
            return EngineError(fault, f"kubectl does not reach {where}: {sentence}")
    return Refused(f"kubectl failed: {sentence}")


def last_words(said: str) -> str:
    """The last line that is a sentence for a person."""
    lines = [line.strip() for line in said.splitlines() if line.strip() and not _KLOG.match(line)]
    whole = lines[-1] if lines else " ".join(said.split())
    return _LEAD.sub("", whole)[:_LONGEST] or "it said nothing"
