"""SD605: what answers at the LLM's address is not an Ollama server."""

from __future__ import annotations

from stigmer_doctor.rules.services.table import LLM, wrong_protocol

RULE = wrong_protocol(__name__, LLM)
