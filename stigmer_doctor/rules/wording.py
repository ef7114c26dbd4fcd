"""Wording that the rules about addresses and services share."""

from __future__ import annotations

from collections.abc import Iterable

from stigmer_doctor.analysis.links import Link
from stigmer_doctor.model.facts import Configuration, Dial, Endpoint, Origin, Outcome
from stigmer_doctor.model.findings import Evidence


def listed(words: Iterable[str], last: str = "and") -> str:
    """ "a, b and c"."""
    items = list(words)
    return f"{', '.join(items[:-1])} {last} {items[-1]}" if len(items) > 1 else "".join(items)


def joined(*parts: str) -> str:
    """What there is of them, as one line: "a; b"."""
    return "; ".join(filter(None, parts))


# ---- what is in force ------------------------------------------------------------------------------------------------


def in_words(endpoint: Endpoint) -> str:
    """ "VARIABLE=value", or what is in force when nothing sets it."""
    match endpoint.origin:
        case Origin.ENVIRONMENT:
            return f"{endpoint.variable}={endpoint.raw}"
        case Origin.IMAGE_ENVIRONMENT:
            return f"{endpoint.variable}={endpoint.raw} (set by the image)"
        case Origin.DEFAULT if endpoint.in_file:
            return f"{endpoint.variable} unset, {endpoint.locator} says {endpoint.raw}"
        case Origin.DEFAULT:
            place = f" ({endpoint.locator})" if endpoint.locator else ""
            return f"{endpoint.variable} unset, the image's default is {endpoint.raw}{place}"
        case Origin.ASSUMED:
            return f"{endpoint.variable} unset, the default is assumed to be {endpoint.raw}"
        case Origin.LOGGED:
            return f"{endpoint.variable} unset, {endpoint.raw} is in force, as the runner's log says"
        case Origin.LITERAL:
            return f"{endpoint.raw} stands in the image's code ({endpoint.locator})"


def in_force(endpoint: Endpoint) -> Evidence:
    """The value that decides the address, and where it comes from."""
    if endpoint.origin is Origin.LOGGED:
        return Evidence(source="logs", locator=endpoint.variable, value=endpoint.raw)
    if endpoint.origin is Origin.LITERAL:
        return Evidence(source="code", locator=endpoint.locator, value=endpoint.raw)
    if endpoint.defaulted:
        locator = f"{endpoint.variable} ({endpoint.origin.value}{', ' * bool(endpoint.locator)}{endpoint.locator})"
        return Evidence(source="code", locator=locator, value=endpoint.raw)
    return Evidence(source="inspect", locator=endpoint.variable, value=endpoint.raw)


def setting_origin(configuration: Configuration, key: str) -> str:
    """ "VARIABLE=value", or "VARIABLE, unset: its default is value (path:line)"."""
    setting = configuration.setting(key)
    if setting is None:
        return f"{key}, which nothing sets"
    if setting.given:
        return f"{setting.variable}={setting.value}"
    place = "assumed" if setting.origin is Origin.ASSUMED else setting.locator
    return f"{setting.variable}, unset: its default is {setting.value}{f' ({place})' if place else ''}"


# ---- what became of dialling -----------------------------------------------------------------------------------------


def dial_list(dials: Iterable[Dial]) -> str:
    """Every address with its own outcome."""
    return "; ".join(f"{dial.at} {dial_outcome(dial)}" for dial in dials)


def dial_outcome(dial: Dial) -> str:
    """What became of one dial, and after what time."""
    match dial.outcome:
        case Outcome.CONNECTED:
            return f"connected in {dial.latency_ms:.1f} ms"
        case Outcome.REFUSED:
            return f"refused after {dial.latency_ms:.1f} ms"
        case Outcome.TIMED_OUT:
            return f"timed out after {dial.latency_ms / 1000:.1f} s" if dial.latency_ms else "timed out"
        case _:
            return f"{dial.outcome.value} ({dial.detail})" if dial.detail else dial.outcome.value


def outcome(link: Link) -> str:
    """What became of dialling the endpoint, address by address; "" where nothing was dialled."""
    if link.dials:
        return dial_list(link.dials)
    return f"{link.endpoint.host} does not resolve" if link.resolves is False else ""


def on_this_machine(user_dials: tuple[Dial, ...]) -> str:
    """ "answers on this machine at ...", its contrary, or "" where it was not measured."""
    if not user_dials:
        return ""
    if answering := next((dial for dial in user_dials if dial.outcome is Outcome.CONNECTED), None):
        return f"answers on this machine at {answering.at}"
    tried = " or ".join(dict.fromkeys(str(dial.port) for dial in user_dials))
    return f"does not answer on this machine on port {tried}"
