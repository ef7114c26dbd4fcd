"""SD602: the LLM's address refuses connections from the container."""

from __future__ import annotations

from stigmer_doctor.rules.services.table import LLM, refused

RULE = refused(__name__, LLM)
