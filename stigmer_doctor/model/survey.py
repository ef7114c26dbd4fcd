"""What `stigmer-doctor topology` reports."""

from __future__ import annotations

import msgspec

from stigmer_doctor.model.facts import Engine, EngineSearch, Listeners
from stigmer_doctor.model.record import NotMeasured, Part
from stigmer_doctor.model.topology import Topology


class Survey(Part, frozen=True, kw_only=True):
    """The measured ways, and what listens on this machine."""

    schema_version: int = 1
    tool_version: str
    collected_at: str
    search: EngineSearch
    engine: Engine
    topology: Topology
    listeners: Listeners | NotMeasured


class Recommendation(Part, frozen=True, kw_only=True):
    """The configuration to use. `network` is "" where none works; `addresses` are values by variable, `hosts` what has
    to be mapped (name to target), `why` sentences, `conditions` what has to be done on this machine first."""

    network: str = ""
    hosts: dict[str, str] = msgspec.field(default_factory=dict)
    addresses: dict[str, str] = msgspec.field(default_factory=dict)
    why: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
