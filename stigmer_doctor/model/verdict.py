"""One check in one row: what fleets, ticket stores and monitoring keep of it."""

from __future__ import annotations

import msgspec

VERDICT_VERSION = 1


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """`host` is the machine of the engine, as it names itself; `place` where the container ran. `causes` are the codes
    of the root causes in order, `services` the names of the endpoints that do not answer. `checked_at` is when the
    facts were collected (ISO 8601, UTC), `version` the doctor's that judged, `collected_by` the one that collected.
    `snapshot` is the SHA-256 of the snapshot's bytes, "" where it was not kept."""

    schema_version: int = VERDICT_VERSION
    host: str
    place: str
    container: str
    status: str
    fingerprint: str
    causes: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    product: str = ""
    system: str = ""
    checked_at: str
    version: str
    collected_by: str
    snapshot: str = ""
