"""Wording that the rules about engines and containers share."""

from __future__ import annotations

from stigmer_doctor.model.facts import Container, ContainerSummary
from stigmer_doctor.model.findings import Evidence
from stigmer_doctor.rules import commands

_SHORT_ID = 12


def check_command(option: str, value: str) -> str:
    """How to diagnose again, with this option."""
    return commands.command("stigmer-doctor", "check", *commands.option(option, value))


def short(container_id: str) -> str:
    """An id as docker prints it."""
    return container_id[:_SHORT_ID]


def summary(word: ContainerSummary) -> str:
    """A container in one phrase."""
    return f"{word.name} ({short(word.id)}, {word.image}, {word.state})"


def seen(word: ContainerSummary) -> Evidence:
    """A line of the container list as evidence."""
    return Evidence(source="engine", locator=short(word.id), value=summary(word))


def state(container: Container, locator: str, value: str) -> Evidence:
    """A key of the inspected container as evidence."""
    return Evidence(source="inspect", locator=locator, value=f"{container.name}: {value}")
