"""What is in force in the container: the contract of the image's code, applied to its environment.

Works on redacted values only: a URL's credentials are tokens by now, and host and port are read from what is left.
"""

from __future__ import annotations

from typing import NamedTuple

from stigmer_doctor.collect.addresses import TLS_PORT, Address, parse_address
from stigmer_doctor.model.facts import (
    Configuration,
    Container,
    Contract,
    ContractSource,
    Endpoint,
    Origin,
    Read,
    Setting,
)
from stigmer_doctor.model.ports import Json
from stigmer_doctor.model.profile import EndpointProfile, Profile


class _Effective(NamedTuple):
    variable: str
    value: str | None
    origin: Origin
    locator: str


def contract_of(answer: Json, detail: str = "") -> Contract:
    """The contract from what `probe.contract` found in the image's code."""
    reads = tuple(
        Read(
            name=str(each["name"]),
            default=each.get("default"),
            required=bool(each.get("required")),
            when=str(each.get("when") or ""),
            locator=str(each.get("locator", "")),
            fallback=str(each.get("fallback") or ""),
        )
        for each in answer["reads"]
    )
    return Contract(source=ContractSource.IMAGE, reads=reads, computed=tuple(answer.get("computed", ())), detail=detail)


def assumed_contract(profile: Profile, reason: str) -> Contract:
    """The built-in knowledge, for when the image's code cannot be read."""
    reads: list[Read] = []
    for each in profile.reads:
        by_mode = [("local", each.local), ("cloud", each.cloud)]
        guarded = [Read(name=each.name, default=value, when=when) for when, value in by_mode if value is not None]
        reads.extend(guarded or [Read(name=each.name, default=each.default)])
    return Contract(source=ContractSource.PROFILE, reads=tuple(reads), detail=reason)


def configuration(container: Container, contract: Contract, profile: Profile) -> Configuration:
    """Every endpoint that the runner dials and every setting that rules read, with where the value comes from."""
    mode = _effective("MODE", container, contract, "").value
    guard = "local" if mode == "local" else "cloud"
    settings = tuple(
        Setting(key=each.key, variable=each.variable, value=found.value, origin=found.origin, locator=found.locator)
        for each in profile.settings
        if (found := _effective(each.variable, container, contract, guard)).value is not None
    )
    provider = next((each.value for each in settings if each.key == "llm_provider"), "ollama")
    endpoints = [
        _endpoint(each, container, contract, guard)
        for each in profile.endpoints
        if each.name != "llm" or provider == "ollama"
    ]
    return Configuration(endpoints=tuple(endpoints), settings=settings)


def _endpoint(profile: EndpointProfile, container: Container, contract: Contract, guard: str) -> Endpoint:
    found = _in_force(profile, container, contract, guard)
    if found.value is None:
        address = Address(problem="nothing sets it, and its default could not be read from the image's code")
    else:
        address = parse_address(found.value, profile)
    usable = not address.problem
    return Endpoint(
        name=profile.name,
        title=profile.title,
        protocol=profile.protocol,
        variable=found.variable,
        raw=found.value or "",
        origin=found.origin,
        host=address.host if usable else "",
        port=address.port if usable else 0,
        standard_port=profile.port,
        scheme=address.scheme,
        tls=address.scheme == "https" or (not profile.url and address.port == TLS_PORT),
        problem=address.problem,
        locator=found.locator,
    )


def _in_force(profile: EndpointProfile, container: Container, contract: Contract, guard: str) -> _Effective:
    """The variable that decides: of those that the image reads the first one that is set, else one with a default."""
    read = [name for name in profile.variables if contract.knows(name)] or list(profile.variables[:1])
    found = [_effective(name, container, contract, guard) for name in read]
    if contract.source is ContractSource.PROFILE:
        found.sort(key=lambda each: each.origin is Origin.ASSUMED)
    fallbacks = {each.fallback for each in contract.reads}
    found.sort(key=lambda each: (each.origin in (Origin.DEFAULT, Origin.ASSUMED), each.variable in fallbacks))
    return next((each for each in found if each.value is not None), found[0])


def _effective(name: str, container: Container, contract: Contract, guard: str) -> _Effective:
    reads = contract.of(name)
    decisive = next((each for each in reads if each.when == guard), None) or next(
        (each for each in reads if not each.when), None
    )
    locator = decisive.locator if decisive else (reads[0].locator if reads else "")
    variable = container.variable(name)
    if variable is not None:
        origin = Origin.IMAGE_ENVIRONMENT if variable.from_image else Origin.ENVIRONMENT
        return _Effective(name, variable.value, origin, locator)
    origin = Origin.DEFAULT if contract.source is ContractSource.IMAGE else Origin.ASSUMED
    return _Effective(name, decisive.default if decisive else None, origin, locator)
