"""Wording that the rules about containers, networks and configuration share."""

from __future__ import annotations

from collections.abc import Iterable

from stigmer_doctor.model.facts import Container, ContainerSummary, Endpoint, NotMeasured, Origin, Reach
from stigmer_doctor.model.findings import Evidence
from stigmer_doctor.rules import commands
from stigmer_doctor.rules.dialling import dial_list

_SHORT_ID = 12


def docker(*arguments: str) -> str:
    """A docker command. The report adds the options that lead to the engine which was diagnosed."""
    return commands.docker(*arguments)


def check_command(*arguments: str) -> str:
    """How to diagnose again, with these options."""
    return commands.command("stigmer-doctor", "check", *arguments)


def listed(words: Iterable[str], last: str = "and") -> str:
    """ "a, b and c"."""
    items = list(words)
    return f"{', '.join(items[:-1])} {last} {items[-1]}" if len(items) > 1 else "".join(items)


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


def in_words(endpoint: Endpoint) -> str:
    """ "VARIABLE=value", or what is in force when nothing sets it."""
    match endpoint.origin:
        case Origin.ENVIRONMENT:
            return f"{endpoint.variable}={endpoint.raw}"
        case Origin.IMAGE_ENVIRONMENT:
            return f"{endpoint.variable}={endpoint.raw} (set by the image)"
        case Origin.DEFAULT:
            place = f" ({endpoint.locator})" if endpoint.locator else ""
            return f"{endpoint.variable} unset, the image's default is {endpoint.raw}{place}"
        case Origin.ASSUMED:
            return f"{endpoint.variable} unset, the default is assumed to be {endpoint.raw}"
        case Origin.LOGGED:
            return f"{endpoint.variable} unset, {endpoint.raw} is in force, as the runner's log says"
        case Origin.LITERAL:
            return f"{endpoint.raw} stands in the image's code ({endpoint.locator})"


def outcome(endpoint: Endpoint, reach: Reach | NotMeasured) -> str:
    """What became of dialling the endpoint, address by address; "" where nothing was dialled."""
    if isinstance(reach, NotMeasured):
        return ""
    if dials := reach.to(endpoint.host, endpoint.port):
        return dial_list(dials)
    return f"{endpoint.host} does not resolve" if reach.resolves(endpoint.host) is False else ""
