"""What all facts are made of.

Modules of facts do without `from __future__ import annotations`: msgspec would compile each of 300 annotations when the
first snapshot is read.
"""

import msgspec


class Fact(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag=lambda name: name):
    """Base of every fact that may be missing: tagged, so that it can stand in a union with `NotMeasured`."""


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """Base of what facts are made of."""


class NotMeasured(Fact, frozen=True, kw_only=True):
    """What stands where a fact is missing. The reason is a clause that completes "not measured: ..."."""

    reason: str
