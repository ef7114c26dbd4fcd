"""Whether the engine is on the user's machine, so that this machine's services and firewall are those that count."""

from __future__ import annotations

from stigmer_doctor.model.facts import EngineSearch


def engine_is_local(search: EngineSearch) -> bool:
    """As the search for it came out."""
    return search.local
