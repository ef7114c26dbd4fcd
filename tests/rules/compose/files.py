"""Compose files with one service, to vary."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.source import ComposeFiles, ComposeService
from tests.healthy import healthy
from tests.rules.sources import CODE
from tests.source.judged import FILE, facts_of

ALIAS = "host.docker.internal"
HEAD = "services:\n  agent-runner:\n    image: stigmer-agent-runner\n    environment:\n"
BACKEND = f"      STIGMER_BACKEND_ENDPOINT: {ALIAS}:7234\n"
TEMPORAL = f"      TEMPORAL_SERVICE_ADDRESS: {ALIAS}:7233\n"
LLM = f"      OLLAMA_BASE_URL: http://{ALIAS}:11434\n"
WHOLE = HEAD + BACKEND + TEMPORAL + LLM
"""Every address that the code of the tree reads is set."""


def read_by(text: str, code: bytes = CODE, **more: str) -> f.Facts:
    """A compose file in a tree whose code of the runner is this, and further files beside it."""
    files = {name.replace("_", "."): other.encode() for name, other in more.items()}
    compose = facts_of({FILE: text.encode(), "runner/worker/config.py": code, **files}).compose
    return replace(healthy(), compose=compose)


def service_of(facts: f.Facts) -> ComposeService:
    """The only service."""
    assert isinstance(facts.compose, ComposeFiles)
    (service,) = facts.compose.services
    return service


def with_service(facts: f.Facts, **changes: object) -> f.Facts:
    """The only service, as it was read, changed."""
    assert isinstance(facts.compose, ComposeFiles)
    service = replace(service_of(facts), **changes)
    return replace(facts, compose=replace(facts.compose, services=(service,)))


def contract(facts: f.Facts, **changes: object) -> f.Facts:
    """What the tree's code is taken to read, changed."""
    assert isinstance(facts.compose, ComposeFiles)
    compose = replace(facts.compose, contract=replace(facts.compose.contract, **changes))
    return replace(facts, compose=compose)


def cut_off(facts: f.Facts) -> f.Facts:
    """The tree's code was not read to its end."""
    return contract(facts, complete=False, detail="not all was read within 2 s")


CUT_OFF = "the image's code was not read to its end (not all was read within 2 s)"
NO_FILE = "no compose file was named, and the container has none"
