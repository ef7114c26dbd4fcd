"""SD603: the LLM's address does not answer the container: packets are dropped, or there is no route."""

from __future__ import annotations

from stigmer_doctor.rules.services.table import LLM, timed_out

RULE = timed_out(__name__, LLM)
