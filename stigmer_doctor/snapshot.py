"""A snapshot is the redacted facts as JSON: judged anywhere, it gives the report of the machine it comes from."""

from __future__ import annotations

import msgspec

from stigmer_doctor.model.errors import CannotDiagnose
from stigmer_doctor.model.facts import SCHEMA_VERSION, Facts


class _Header(msgspec.Struct):
    schema_version: int
    tool_version: str = ""


def dump(facts: Facts) -> bytes:
    """The snapshot's text, in UTF-8, with a newline at the end."""
    return msgspec.json.format(msgspec.json.encode(facts, order="deterministic"), indent=1) + b"\n"


def load(raw: bytes, name: str) -> Facts:
    """The facts of a snapshot; `name` is what messages call it.

    Raises CannotDiagnose when it is truncated, comes from a newer schema, or is not a snapshot at all.
    """
    try:
        header = msgspec.json.decode(raw, type=_Header)
    except msgspec.ValidationError as error:
        raise CannotDiagnose(f"{name} is JSON, but no stigmer-doctor snapshot ({error})") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise CannotDiagnose(f"{name} is not a snapshot, or only a part of one: {error}. Save it again") from error
    if header.schema_version > SCHEMA_VERSION:
        raise CannotDiagnose(
            f"{name} was written by stigmer-doctor {header.tool_version or 'of a later version'} (schema "
            f"{header.schema_version}, this one reads up to {SCHEMA_VERSION}): upgrade stigmer-doctor to read it"
        )
    try:
        return msgspec.json.decode(raw, type=Facts)
    except msgspec.ValidationError as error:
        raise CannotDiagnose(f"{name} is not a snapshot that can be judged: {error}") from error
