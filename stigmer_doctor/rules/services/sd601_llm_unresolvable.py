"""SD601: the LLM's name does not resolve from the container."""

from __future__ import annotations

from stigmer_doctor.rules.services.table import LLM, unresolvable

RULE = unresolvable(__name__, LLM)
