"""What is in force in the container: the contract of the image's code, applied to its environment.

Works on redacted values only: a URL's credentials are tokens by now, and host and port are read from what is left.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from msgspec.structs import replace

from stigmer_doctor.collect.addresses import TLS_PORT, ParsedAddress, parse_address, taken_address
from stigmer_doctor.collect.banners import leads_elsewhere
from stigmer_doctor.collect.contract import assumed_contract
from stigmer_doctor.model.addresses import host_port
from stigmer_doctor.model.facts import (
    ClientUse,
    Configuration,
    Container,
    Contract,
    ContractSource,
    Endpoint,
    Origin,
    Read,
    Setting,
)
from stigmer_doctor.model.profile import EndpointProfile, Profile


class _Effective(msgspec.Struct, frozen=True):
    """A value that is in force; `use` is the client that gets it."""

    variable: str
    value: str | None
    origin: Origin
    locator: str
    use: ClientUse | None = None


class _Sources(msgspec.Struct, frozen=True):
    """What decides: `logged` are addresses that the runner's log names, by endpoint, `skipped` variables that count for
    nothing when they are empty."""

    container: Container
    contract: Contract
    profile: Profile
    mode: str
    logged: Mapping[str, str]
    skipped: tuple[str, ...] = ()


def configuration(
    container: Container, contract: Contract, profile: Profile, logged: Mapping[str, str] | None = None
) -> Configuration:
    """Every endpoint that the runner dials and every setting that rules read, with where the value comes from.
    `logged` are the addresses that its log names, by endpoint: they overrule what would be assumed."""
    mode = "local" if _mode(container, contract, profile) == "local" else "cloud"
    sources = _Sources(container, contract, profile, mode, logged or {})
    settings = tuple(
        Setting(
            key=setting.key, variable=setting.variable, value=found.value, origin=found.origin, locator=found.locator
        )
        for setting in profile.settings
        if setting.mode in ("", mode) and (found := _effective(setting.variable, sources)).value is not None
    )
    provider = next((setting.value for setting in settings if setting.key == "llm_provider"), "ollama")
    endpoints = [
        _endpoint(endpoint, sources)
        for endpoint in profile.endpoints
        if endpoint.mode in ("", mode) and (endpoint.name != "llm" or provider == "ollama")
    ]
    return Configuration(endpoints=tuple(endpoints), settings=settings)


def _mode(container: Container, contract: Contract, profile: Profile) -> str | None:
    found = _effective("MODE", _Sources(container, contract, profile, "", {}))
    # A default in capitals is one that the code brings into lower case.
    return found.value.strip().lower() if found.value and found.origin is Origin.DEFAULT else found.value


def _endpoint(profile: EndpointProfile, sources: _Sources) -> Endpoint:
    found = _in_force(profile, sources)
    value = _with_port(found.value, profile, sources)
    if value is None:
        address = ParsedAddress(problem="nothing sets it, and its default could not be read from the image's code")
    else:
        address = taken_address(value, profile, found.use)
    usable = not address.problem
    return Endpoint(
        name=profile.name,
        title=profile.title,
        protocol=profile.protocol,
        variable=found.variable,
        raw=value or "",
        origin=found.origin,
        host=address.host if usable else "",
        port=address.port if usable else 0,
        standard_port=profile.port,
        scheme=address.scheme,
        tls=address.scheme == "https" or (not profile.url and address.port == TLS_PORT),
        problem=address.problem,
        locator=found.locator,
        port_variable=profile.port_variable,
        client=found.use.client if found.use else "",
        client_locator=found.use.locator if found.use else "",
    )


def _with_port(host: str | None, profile: EndpointProfile, sources: _Sources) -> str | None:
    """The host together with the port, where another variable holds that. One that is not a number makes no host wrong:
    the standard port stands in for it, and SD306 names the variable."""
    if not host or not profile.port_variable or host == sources.logged.get(profile.name):
        return host
    return host_port(host, _port(profile, sources))


def _port(profile: EndpointProfile, sources: _Sources) -> str:
    uses = sources.contract.ports_of(profile.protocol, sources.mode)
    if uses and all(use.hard_coded for use in uses):
        return uses[0].literals[0]
    if uses and all(use.omitted for use in uses):
        return str(profile.port)
    skipped = tuple(name for use in uses for name in use.skipped)
    given = (_effective(profile.port_variable, replace(sources, skipped=skipped)).value or "").strip()
    return given if given.isdecimal() else str(profile.port)


def _in_force(profile: EndpointProfile, sources: _Sources) -> _Effective:
    """What the service's client gets: a literal of the code, else the variable that decides, else its default."""
    uses = sources.contract.uses_of(profile.protocol, sources.mode)
    moved = next((other for other in uses if other.variables), None)
    if uses and all(other.hard_coded for other in uses):
        return _literal(profile, uses[0], sources)
    omitted = next((other for other in uses if other.omitted), None)
    use: ClientUse | None
    if moved is not None:
        names, use = list(dict.fromkeys(_variables(uses))), moved
        names = [name for name in names if name != profile.port_variable]
    elif omitted is not None and len(uses) == 1:
        names, use = list(profile.library_variables), omitted
    else:
        names, use = [], uses[0] if uses else None
    skipped = tuple(name for other in uses for name in other.skipped)
    sources = replace(sources, skipped=(*skipped, *profile.library_variables))
    found = _decisive(names or _named(profile, sources.contract), sources)
    found = _doubted(profile, _emptied(profile, found, uses, sources), use)
    return replace(_overruled(profile, _assumed(profile, found, sources), sources), use=use)


def _emptied(profile: EndpointProfile, found: _Effective, uses: tuple[ClientUse, ...], sources: _Sources) -> _Effective:
    """What is in force in place of an empty value: a client that reads a variable of its own takes it for none, and
    code that has further values for the client may have replaced it."""
    if found.value != "":
        return found
    if profile.library_variables:
        own = _decisive(list(profile.library_variables), sources)
        return own if own.value and uses else _profile_default(profile, found, sources)
    replaced = any(use.literals or not use.known for use in uses) or len({*_variables(uses)}) > 1
    return _profile_default(profile, found, sources) if replaced else found


def _variables(uses: tuple[ClientUse, ...]) -> tuple[str, ...]:
    return tuple(name for use in uses for name in use.variables)


def _doubted(profile: EndpointProfile, found: _Effective, use: ClientUse | None) -> _Effective:
    """A default of which the client gets something else, or may get it."""
    if use is None or use.known or found.origin is not Origin.DEFAULT or found.value is None:
        return found
    usable = profile.port_variable or not parse_address(found.value, profile).problem
    return replace(found, value=found.value if usable else None, origin=Origin.ASSUMED)


def _literal(profile: EndpointProfile, use: ClientUse, sources: _Sources) -> _Effective:
    """An address in the code; the variable is the one that is read for it, and dropped."""
    read = _named(profile, sources.contract)
    dropped = next((name for name in read if sources.container.variable(name)), read[0])
    return _Effective(dropped, use.literals[0], Origin.LITERAL, use.locator, use)


def _named(profile: EndpointProfile, contract: Contract) -> list[str]:
    return [name for name in profile.variables if contract.knows(name)] or list(profile.variables[:1])


def _decisive(names: list[str], sources: _Sources) -> _Effective:
    """The variable that decides: of those that the client gets the first one that is set, else one with a default."""
    found = [_effective(name, sources) for name in names]
    if sources.contract.source is ContractSource.PROFILE:
        found.sort(key=lambda effective: effective.origin is Origin.ASSUMED)
    fallbacks = {read.fallback for read in sources.contract.reads}
    found.sort(
        key=lambda effective: (effective.origin in (Origin.DEFAULT, Origin.ASSUMED), effective.variable in fallbacks)
    )
    return next((effective for effective in found if effective.value is not None), found[0])


def _assumed(profile: EndpointProfile, found: _Effective, sources: _Sources) -> _Effective:
    """The default that some version of the runner is known to have, where this one's could not be told."""
    read = _read_in_force(found.variable, sources)
    told = read is not None and read.known and not read.others and not read.library
    if found.value is not None or (told and found.origin is not Origin.ASSUMED):
        return found
    return _profile_default(profile, found, sources)


def _profile_default(profile: EndpointProfile, found: _Effective, sources: _Sources) -> _Effective:
    known = assumed_contract(sources.profile, "")
    values = [
        _effective(name, replace(sources, contract=known, skipped=profile.variables)).value
        for name in profile.variables
    ]
    return replace(found, value=next((value for value in values if value is not None), None), origin=Origin.ASSUMED)


def _overruled(profile: EndpointProfile, found: _Effective, sources: _Sources) -> _Effective:
    """What the log says, in place of what would be assumed, and of a default that the runner did not take."""
    logged = sources.logged.get(profile.name, "")
    other = found.origin is Origin.DEFAULT and leads_elsewhere(logged, found.value or "", profile)
    told = logged and (other or found.origin is Origin.ASSUMED)
    return replace(found, value=logged, origin=Origin.LOGGED) if told else found


def _read_in_force(name: str, sources: _Sources) -> Read | None:
    """The read that the mode leads to: one with a default before others."""
    led = [read for read in sources.contract.of(name) if read.when == sources.mode]
    found = led or [read for read in sources.contract.of(name) if not read.when]
    return next((read for read in found if read.default is not None), found[0] if found else None)


def _effective(name: str, sources: _Sources) -> _Effective:
    decisive = _read_in_force(name, sources)
    locator = next((read.locator for read in (decisive, *sources.contract.of(name)) if read), "")
    variable = sources.container.variable(name)
    if variable is not None and (variable.value or name not in sources.skipped):
        origin = Origin.IMAGE_ENVIRONMENT if variable.from_image else Origin.ENVIRONMENT
        return _Effective(name, variable.value, origin, locator)
    origin = Origin.DEFAULT if sources.contract.source is ContractSource.IMAGE else Origin.ASSUMED
    return _Effective(name, decisive.default if decisive else None, origin, locator)
