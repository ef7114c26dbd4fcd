"""What a machine answers: its verdict, and where its snapshot is. Small: it stands in Temporal's history.

An array of MessagePack: a field that a later version has is appended, with a default, and an earlier one reads the
answer without it.
"""

from __future__ import annotations

import sys
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from stigmer_doctor.model.errors import DoctorError
from stigmer_doctor.model.verdict import Verdict

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MOST_UNPACKED = 16 * 1024 * 1024
"""Of a snapshot, in bytes."""
MOST_INLINE = 64 * 1024
"""Of a compressed snapshot that goes along with the answer, where the team has no storage."""
_MOST_PACKED = 256 * 1024
_Word = Annotated[str, Meta(max_length=200)]
_Words = Annotated[tuple[_Word, ...], Meta(max_length=200)]


class FleetAnswer(msgspec.Struct, frozen=True):
    """`verdict`, or the `problem` that kept the machine from one. `claim` is what the storage's driver needs to find
    the snapshot; `inline` is the compressed snapshot itself, b"" where there is none."""

    verdict: Verdict | None
    problem: str = ""
    claim: dict[str, str] = {}
    inline: bytes = b""


class UnreadableAnswerError(DoctorError):
    """Another worker, or another version, has answered with something else."""


class _Packed(msgspec.Struct, array_like=True, frozen=True):
    """The fields of `Verdict` in an order that never changes, and those of the answer."""

    host: _Word
    place: _Word
    container: _Word
    status: Literal["pass", "warn", "fail", "inconclusive", ""]
    fingerprint: _Word
    causes: _Words
    services: _Words
    product: _Word
    system: _Word
    checked_at: _Word
    version: _Word
    collected_by: _Word
    snapshot: Annotated[bytes, Meta(max_length=32)]
    schema_version: int
    problem: Annotated[str, Meta(max_length=400)] = ""
    claim: Annotated[dict[_Word, _Word], Meta(max_length=10)] = {}
    inline: bytes = b""


NO_VERDICT = Verdict(
    host="", place="", container="", status="", fingerprint="", checked_at="", version="", collected_by=""
)
"""What stands where there is none."""


def pack(answer: FleetAnswer) -> bytes:
    """The answer's bytes; words that are too long are cut."""
    verdict = answer.verdict or NO_VERDICT
    fields = {name: _cut(getattr(verdict, name)) for name in Verdict.__struct_fields__}
    fields["snapshot"] = bytes.fromhex(verdict.snapshot)
    packed = _Packed(**fields, problem=answer.problem[:400], claim=answer.claim, inline=answer.inline)  # type: ignore[arg-type] # by name
    return msgspec.msgpack.encode(packed)


def unpack(data: bytes) -> FleetAnswer:
    """Raises UnreadableAnswerError."""
    if len(data) > _MOST_PACKED:
        raise UnreadableAnswerError("its answer is too large")
    try:
        packed = msgspec.msgpack.decode(data, type=_Packed)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise UnreadableAnswerError("its answer is not one that this version can read") from error
    fields = {name: getattr(packed, name) for name in Verdict.__struct_fields__}
    verdict = Verdict(**{**fields, "snapshot": packed.snapshot.hex()}) if packed.status else None
    return FleetAnswer(verdict, packed.problem, packed.claim, packed.inline)


def compress(snapshot: bytes) -> bytes:
    """With zstd."""
    return zstd.compress(snapshot, level=9)


def decompress(data: bytes) -> bytes:
    """Raises UnreadableAnswerError, also for what would be larger than any snapshot."""
    try:
        stream = zstd.ZstdDecompressor()
        snapshot = stream.decompress(data, MOST_UNPACKED)
    except zstd.ZstdError as error:
        raise UnreadableAnswerError("its snapshot is not compressed with zstd") from error
    if not stream.eof:
        raise UnreadableAnswerError("its snapshot is cut, or larger than any snapshot")
    return snapshot


def _cut(value: object) -> object:
    if isinstance(value, str):
        return value[:200]
    return tuple(str(word)[:200] for word in value[:200]) if isinstance(value, tuple) else value
