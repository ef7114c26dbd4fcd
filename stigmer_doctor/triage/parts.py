"""Snapshots read fact by fact: one that stood in a snapshot before, byte for byte, is the same object again, and what
was found out about it is known."""

from __future__ import annotations

from typing import Any, NamedTuple, get_type_hints

import msgspec
from msgspec import json

from stigmer_doctor import snapshot
from stigmer_doctor.analysis.bounds import MOST_PARTS
from stigmer_doctor.analysis.recent import RecentValues
from stigmer_doctor.model.facts import SCHEMA_VERSION, Facts
from stigmer_doctor.redaction.walk import strings

_MOST_BYTES = 128 * 1024
"""Of a snapshot that is read in this way."""
_LONGEST = 2_000
"""Of a text: one that is longer could make what is kept of a snapshot many times as large as that."""
_MOST_KEPT = 4 * 1024 * 1024
"""Bytes of the facts that are known."""
_FORMS = ((b'{\n "', b'": ', b',\n "', b"\n}\n"), (b'{"', b'":', b',"', b"}"))
"""What stands before, within, between and after facts: as a snapshot is saved, and on one line."""


class KnownFact(msgspec.Struct, eq=False):
    """A field's value, as it is written on one line, and how many items its lists can have at the most."""

    value: Any
    text: bytes
    items: int
    harmless: bool = False
    """Whether a redactor's sweep would leave it as it is."""


class ReadFacts(NamedTuple):
    """The facts of a snapshot, and each of them by its name; none, where it was read as a whole."""

    facts: Facts
    known: dict[str, KnownFact]

    def on_one_line(self) -> bytes:
        """As `snapshot.on_one_line`."""
        known = self.known
        if len(known) == len(_DECODERS) and all(
            getattr(self.facts, name) is fact.value for name, fact in known.items()
        ):
            return json.encode({name: msgspec.Raw(known[name].text) for name in Facts.__struct_fields__})
        return snapshot.on_one_line(self.facts)


class KnownFacts:
    """Those of the snapshots that were read."""

    def __init__(self) -> None:
        self._known: RecentValues[tuple[str, bytes], KnownFact] = RecentValues(_MOST_KEPT, lambda key: len(key[1]))

    def read(self, data: bytes, name: str) -> ReadFacts:
        """As `snapshot.load`. Raises what that does."""
        found = self._in_parts(data) if len(data) <= _MOST_BYTES else None
        return found or ReadFacts(snapshot.load(data, name), {})

    def _in_parts(self, data: bytes) -> ReadFacts | None:
        """None where only the whole shows what it is, and what may be wrong with it."""
        try:
            parts = {name: bytes(raw) for name, raw in _PARTS.decode(data).items()}
            if parts.get("schema_version") != _VERSION or not _is_all(parts, data):
                return None
            known = {name: self._fact(name, part) for name, part in parts.items()}
            if sum(fact.items for fact in known.values()) + len(known) > MOST_PARTS:
                return None
            return ReadFacts(Facts(**{name: fact.value for name, fact in known.items()}), known)
        except (msgspec.MsgspecError, RecursionError, LookupError, TypeError, ValueError):
            return None

    def _fact(self, name: str, part: bytes) -> KnownFact:
        """Raises KeyError for a field that there is not, ValueError for what is not known as it is written."""
        known = self._known.get((name, part))
        if known is None:
            known = _looked_at(name, part)
            self._known.put((name, part), known)
        return known


def _looked_at(name: str, part: bytes) -> KnownFact:
    value = _DECODERS[name].decode(part)
    text = snapshot.on_one_line(value)
    if not snapshot.as_written(part, text) or (len(part) > _LONGEST and max(map(len, strings(value))) > _LONGEST):
        raise ValueError
    return KnownFact(value=value, text=text, items=snapshot.most_parts(part))


def _is_all(parts: dict[str, bytes], data: bytes) -> bool:
    """Whether nothing else stands there, such as a field that is there twice."""
    return any(
        before + between.join([name.encode() + within + part for name, part in parts.items()]) + after == data
        for before, within, between, after in _FORMS
    )


_PARTS = json.Decoder(dict[str, msgspec.Raw])
_DECODERS = {name: json.Decoder(kind) for name, kind in get_type_hints(Facts).items()}
_VERSION = str(SCHEMA_VERSION).encode()
