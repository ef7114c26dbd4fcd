"""Variables that the user sets and the runner does not read: which one each of them stands for.

One classifier for SD301 and SD305, so that a variable is never both.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice

import msgspec

from stigmer_doctor.analysis.addresses import parse
from stigmer_doctor.model.facts import Configuration, Container, Contract, ContractSource, Endpoint, Variable
from stigmer_doctor.model.profile import EndpointProfile, Profile

_ADDRESS_WORDS = frozenset({"URL", "URI", "ENDPOINT", "ADDRESS", "ADDR", "HOST", "SERVICE", "BASE", "PORT"})
# "SERVICE" and "BASE" alone do not make a name that of an address.
_TELLING_WORDS = _ADDRESS_WORDS - {"SERVICE", "BASE"}
_ALIKE = 0.93
"""One or two letters of a name of usual length."""
_MOST_COMPARED = 50
_CACHED = 4096
_ROUNDING = 1e-9


class UnreadVariable(msgspec.Struct, frozen=True):
    """A variable that is set and not read. `meant` is the one it probably stands for, "" where none is near;
    `endpoint` is that one's endpoint; `misnamed`: nobody sets the meant one, so this value is lost."""

    variable: Variable
    meant: str
    endpoint: Endpoint | None
    misnamed: bool


class _Decisive(msgspec.Struct, frozen=True):
    """The facts that decide."""

    container: Container
    configuration: Configuration
    contract: Contract
    profile: Profile


def unread_variables(
    container: Container, configuration: Configuration, contract: Contract, profile: Profile
) -> tuple[UnreadVariable, ...]:
    """Every variable that is set and not read, but for those whose value is in force anyway: a derived fact of the
    running container, and a plain function for one that a file plans.

    Says nothing about variables of an endpoint that is not in use, and nothing about variables that cannot have been
    meant for the runner.
    """
    facts = _Decisive(container, configuration, contract, profile)
    found = (_judge(variable, facts) for variable in container.environment if _unread(variable, facts))
    return tuple(unread for unread in found if unread)


def unused_variables(
    container: Container, configuration: Configuration, contract: Contract, profile: Profile
) -> tuple[UnreadVariable, ...]:
    """Variables that are not read, of an endpoint that is not in use here."""
    facts = _Decisive(container, configuration, contract, profile)
    found = ((variable, _near_endpoint(variable.name, profile)) for variable in container.environment)
    return tuple(
        UnreadVariable(variable, "", None, misnamed=False)
        for variable, near in found
        if near and configuration.endpoint(near.name) is None and _unread(variable, facts)
    )


def _unread(variable: Variable, facts: _Decisive) -> bool:
    contract, profile = facts.contract, facts.profile
    if variable.from_image or not variable.value.strip():
        return False
    if contract.knows(variable.name) and not _dropped(variable.name, facts):
        return False
    if profile.read_by_a_library(variable.name):
        return False
    return contract.source is ContractSource.IMAGE or variable.name not in known_names(profile)


def _dropped(name: str, facts: _Decisive) -> bool:
    """Whether the code reads the variable, and another one decides about the address that the client gets."""
    known = next((other for other in facts.profile.endpoints if name in other.variables), None)
    endpoint = facts.configuration.endpoint(known.name) if known else None
    if known is None or endpoint is None or not endpoint.client or endpoint.variable == name:
        return False
    uses = [use for use in facts.contract.uses if use.protocol == known.protocol]
    return all(use.known and name not in use.variables for use in uses)


def known_names(profile: Profile) -> set[str]:
    """Every name that some version of the runner or its daemon is known to use."""
    return {
        *(read.name for read in profile.reads),
        *(pattern.name for pattern in profile.unread),
        *(setting.variable for setting in profile.settings),
        *(name for endpoint in profile.endpoints for name in endpoint.variables),
    }


def _judge(variable: Variable, facts: _Decisive) -> UnreadVariable | None:
    """What it stands for, or None when the variable is harmless or none of the runner's business."""
    profile = facts.profile
    stands_for = next((pattern.meant for pattern in profile.unread if pattern.name == variable.name), None)
    if stands_for:
        equal = variable.value == _in_force(stands_for, facts)
        return None if equal else UnreadVariable(variable, stands_for, None, misnamed=False)
    if near := _near_endpoint(variable.name, profile):
        return _address(variable, near, facts)
    if meant := _near_read(variable.name, facts.contract):
        equal = variable.value == _in_force(meant, facts)
        return None if equal else UnreadVariable(variable, meant, None, misnamed=_unset(meant, facts.container))
    return UnreadVariable(variable, "", None, misnamed=False) if _owned(variable.name, profile) else None


def _address(variable: Variable, near: EndpointProfile, facts: _Decisive) -> UnreadVariable | None:
    endpoint = facts.configuration.endpoint(near.name)
    if endpoint is None or endpoint.variable == variable.name or not endpoint.movable:
        return None  # what no variable moves is SD607's
    deciding = facts.container.variable(endpoint.variable)
    if deciding is not None and deciding.value == variable.value:
        return None
    if parse(variable.value, endpoint.standard_port) == (endpoint.host, endpoint.port):
        return None
    return UnreadVariable(variable, endpoint.variable, endpoint, misnamed=_unset(endpoint.variable, facts.container))


def _unset(name: str, container: Container) -> bool:
    """Whether the user sets it; what the image itself sets is a default."""
    variable = container.variable(name)
    return variable is None or variable.from_image


def _in_force(name: str, facts: _Decisive) -> str | None:
    """The value that the runner works with, None when it is not known."""
    variable = facts.container.variable(name)
    if variable is not None:
        return variable.value
    setting = next((other for other in facts.configuration.settings if other.variable == name), None)
    if setting is not None:
        return setting.value
    return next((read.default for read in facts.contract.of(name) if read.default is not None), None)


# ---- nearness of names -----------------------------------------------------------------------------------------------


def _owned(name: str, profile: Profile) -> bool:
    return _plain(name).startswith(profile.owned_prefixes)


@lru_cache(_CACHED)
def _plain(name: str) -> str:
    return re.sub(r"[^A-Z0-9]+", "_", name.upper())


def _near_endpoint(name: str, profile: Profile) -> EndpointProfile | None:
    """The endpoint that the name is about: one of its known names, the same words but for those for "address", or
    spelled almost like it."""
    for near in (_listed, _same_words, _same_words_but_one, _spelled_alike):
        found = [
            endpoint
            for endpoint in profile.endpoints
            if any(near(name, known, profile) for known in endpoint.variables)
        ]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _near_read(name: str, contract: Contract) -> str:
    """The variable that the code reads under almost this name, "" when there is none. Of names that are made of the
    same letters, only the first are compared letter by letter."""
    near = (read.name for read in contract.reads if _may_be_alike(_plain(name), _plain(read.name)))
    alike = {other: _likeness(name, other) for other in islice(near, _MOST_COMPARED)}
    best = max(alike, key=lambda other: alike[other], default="")
    return best if best and alike[best] >= _ALIKE else ""


def _listed(name: str, known: str, _: Profile) -> bool:
    return name == known


def _same_words(name: str, known: str, profile: Profile) -> bool:
    return _about_an_address(name) and _owned(name, profile) and _subject(name) == _subject(known)


def _same_words_but_one(name: str, known: str, profile: Profile) -> bool:
    """BACKEND_URL for STIGMER_BACKEND_ENDPOINT, STIGMER_TEMPORAL_ADDRESS for TEMPORAL_SERVICE_ADDRESS."""
    if not (_about_an_address(name) and _owned(name, profile)):
        return False
    one, other = _subject(name), _subject(known)
    return bool(one[1:] and one[1:] == other) or bool(other[1:] and other[1:] == one)


def _spelled_alike(name: str, known: str, _: Profile) -> bool:
    return _likeness(name, known) >= _ALIKE


def _about_an_address(name: str) -> bool:
    return bool(_TELLING_WORDS & set(_plain(name).split("_")))


def _subject(name: str) -> list[str]:
    """The words of the name that do not say "address"."""
    return [word for word in _plain(name).split("_") if word not in _ADDRESS_WORDS]


def _likeness(name: str, known: str) -> float:
    """Between 0 and 1; 1 also for the same words in another order."""
    one, other = _plain(name), _plain(known)
    if not _may_be_alike(one, other):
        return 0.0
    if sorted(one.split("_")) == sorted(other.split("_")):
        return 1.0
    from difflib import SequenceMatcher  # only where a variable is not read

    return SequenceMatcher(None, one, other).ratio()


def _may_be_alike(one: str, other: str) -> bool:
    """Whether the two can be as alike as `_ALIKE` asks: the difference of their lengths, and each letter that only one
    of them has, counts against it. Much faster than to compare them."""
    differ = max(abs(len(one) - len(other)), (_letters(one) ^ _letters(other)).bit_count())
    return differ <= (1 - _ALIKE) * (len(one) + len(other)) + _ROUNDING


@lru_cache(_CACHED)
def _letters(plain: str) -> int:
    """A bit for each character that the name has."""
    return sum(1 << ord(char) for char in set(plain))
