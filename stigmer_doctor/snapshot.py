"""A snapshot is the redacted facts as JSON: judged anywhere, it gives the report of the machine it comes from."""

import codecs
from collections import Counter

import msgspec

from stigmer_doctor.analysis.bounds import MOST_PARTS, measurable
from stigmer_doctor.model.errors import CannotDiagnose
from stigmer_doctor.model.facts import SCHEMA_VERSION, Facts

_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_GZIP = b"\x1f\x8b"
_OLDEST = 1


class _Header(msgspec.Struct):
    """What a snapshot begins with. `checks` are a report's: of JSON as well, and easily taken for one."""

    schema_version: int
    tool_version: str = ""
    checks: msgspec.Raw = msgspec.Raw()


def dump(facts: Facts) -> bytes:
    """The snapshot's text, in UTF-8, with a newline at the end."""
    return msgspec.json.format(on_one_line(facts), indent=1) + b"\n"


def on_one_line(facts: object) -> bytes:
    """The same, without a line's end or a blank that it could do without."""
    return msgspec.json.encode(facts, order="deterministic")


def load(raw: bytes, name: str) -> Facts:
    """The facts of a snapshot; `name` is what messages call it.

    Raises CannotDiagnose when it is truncated, comes from a newer schema, says a thing twice, or is not a snapshot at
    all.
    """
    if raw.startswith(_MARKS):
        raise CannotDiagnose(
            f"{name} begins with a byte order mark: another program has written it (a shell's redirection, an editor). "
            "Save it again with `stigmer-doctor snapshot FILE`"
        )
    if raw.startswith(_GZIP):
        raise CannotDiagnose(f"{name} is compressed: unpack it first, or pipe it in (--snapshot - is standard input)")
    try:
        facts = _read(raw, name)
        return facts if most_parts(raw) <= MOST_PARTS else measurable(facts)
    except RecursionError as error:
        raise CannotDiagnose(f"{name} is nested deeper than any snapshot") from error
    except UnicodeDecodeError as error:
        raise CannotDiagnose(f"{name} is not a snapshot: it is not in UTF-8 ({error.reason})") from error


def _read(raw: bytes, name: str) -> Facts:
    try:
        header = msgspec.json.decode(raw, type=_Header)
    except msgspec.ValidationError as error:
        raise CannotDiagnose(f"{name} is JSON, but no stigmer-doctor snapshot ({error})") from error
    except msgspec.DecodeError as error:
        raise CannotDiagnose(f"{name} is not a snapshot, or only a part of one: {error}. Save it again") from error
    if header.checks and not header.tool_version:
        raise CannotDiagnose(
            f"{name} is the report of a check (--format json), not the facts that it rests on: have them saved with "
            "`stigmer-doctor snapshot FILE`, or `check --save-snapshot FILE`"
        )
    if header.schema_version < _OLDEST:
        raise CannotDiagnose(f"{name} is JSON, but no stigmer-doctor snapshot (schema {header.schema_version})")
    if header.schema_version > SCHEMA_VERSION:
        raise CannotDiagnose(
            f"{name} was written by stigmer-doctor {header.tool_version or 'of a later version'} (schema "
            f"{header.schema_version}, this one reads up to {SCHEMA_VERSION}): upgrade stigmer-doctor to read it"
        )
    try:
        facts = msgspec.json.decode(raw, type=Facts)
        _refuse_doubles(raw, facts)
    except (msgspec.ValidationError, _DuplicateKeyError) as error:
        raise CannotDiagnose(f"{name} is not a snapshot that can be judged: {error}") from error
    return facts


class _DuplicateKeyError(ValueError):
    """An object has a key twice."""


def most_parts(raw: bytes) -> int:
    """More items than all lists and objects of the document have: each but the first of one stands behind a comma."""
    return raw.count(b",") + raw.count(b"[") + raw.count(b"{")


def _refuse_doubles(raw: bytes, facts: Facts) -> None:
    """Of a key that stands twice, each program takes another one: what is judged is not what was looked at. Raises
    _DuplicateKeyError."""
    if as_written(raw, on_one_line(facts)):
        return
    import json  # only for what another program has changed

    json.loads(raw, object_pairs_hook=_once, parse_int=len, parse_float=len)


def as_written(raw: bytes, again: bytes) -> bool:
    """Whether all that stands there is still there when it is read and written again: as facts, on one line, or as what
    another version of the doctor had."""
    try:
        text = msgspec.json.format(raw, indent=-1)
        return text == again or text == msgspec.json.encode(msgspec.json.decode(raw))
    except msgspec.MsgspecError:  # a number too large, where nothing of ours reads one
        return False


def _once(pairs: list[tuple[str, object]]) -> None:
    if len(dict(pairs)) < len(pairs):
        often = Counter(name for name, _ in pairs)
        raise _DuplicateKeyError(f"it says {next(name for name in often if often[name] > 1)!r} twice")
