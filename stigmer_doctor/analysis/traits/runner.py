"""Traits of the container: what it is made of, how it was started, and how it is."""

from __future__ import annotations

from collections.abc import Iterator

from stigmer_doctor.analysis.traits.trait import Traits, joined, neutral
from stigmer_doctor.model.facts import (
    Configuration,
    Container,
    Contract,
    DataDir,
    Facts,
    Lookup,
    Match,
    Mount,
    Network,
    NotMeasured,
    Variable,
)
from stigmer_doctor.model.profile import Profile

_DIGEST = 19  # "sha256:" and twelve digits


def image(facts: Facts, _: Profile) -> Traits | NotMeasured:
    """Its name and its content."""
    container = facts.container
    if isinstance(container, NotMeasured):
        return container
    return {"image": f"{container.image} ({container.image_id[:_DIGEST]})"}


def variables(facts: Facts, _: Profile) -> Traits | NotMeasured:
    """The variables: those that decide an address first, then those that the code reads."""
    if isinstance(facts.container, NotMeasured):
        return facts.container
    deciding, read = _read(facts)

    def rank(variable: Variable) -> tuple[bool, bool, bool]:
        return variable.from_image, variable.name not in deciding, variable.name not in read

    return of_variables(sorted(facts.container.environment, key=rank))


def _read(facts: Facts) -> tuple[set[str], set[str]]:
    """The variables that hold addresses, and all that the code reads."""
    endpoints = facts.configuration.endpoints if isinstance(facts.configuration, Configuration) else ()
    reads = facts.contract.reads if isinstance(facts.contract, Contract) else ()
    return {endpoint.variable for endpoint in endpoints}, {read.name for read in reads}


def of_variables(environment: list[Variable]) -> Traits:
    """Values by "variable NAME"."""
    return {f"variable {variable.name}": neutral(variable.value) or "(empty)" for variable in environment}


def settings(facts: Facts, _: Profile) -> Traits | NotMeasured:
    """How it was started."""
    return facts.container if isinstance(facts.container, NotMeasured) else dict(of_container(facts.container))


def of_container(container: Container) -> Iterator[tuple[str, str]]:
    """What decides how it runs, the network first."""
    yield "network mode", neutral(container.network_mode)
    # The network of its mode is there by itself.
    yield from (
        (f"network {net.name}", _network(net)) for net in container.networks if net.name != container.network_mode
    )
    for host in container.extra_hosts:
        name, _, target = host.partition(":")
        yield f"added host {name}", target
    yield "DNS servers", joined(container.dns)
    yield from ((f"mount at {mount.destination}", _mount(mount)) for mount in container.mounts)
    yield "command", neutral(" ".join(container.argv))
    yield "user", container.user or "the image's"
    yield "working folder", container.working_dir or "/"
    yield "restart policy", container.restart_policy or "no"
    yield "options of docker run", neutral(joined(container.run_options))
    yield "labels", joined(container.labels)
    if container.compose:
        yield "compose project", f"{container.compose.project}, service {container.compose.service}"
        yield "compose files", joined(container.compose.config_files)


def _network(network: Network) -> str:
    internal = ", internal" if network.internal else ""
    names = [name for name in map(neutral, network.aliases) if name != "<id>"]
    return f"{network.driver}{internal}, aliases {joined(names)}"


def _mount(mount: Mount) -> str:
    return f"{mount.type} {neutral(mount.source)}{'' if mount.writable else ', read-only'}"


def gateways(facts: Facts, _: Profile) -> Traits | NotMeasured:
    """Where its networks lead; an address of its own is another one after every start."""
    if isinstance(facts.container, NotMeasured):
        return facts.container
    networks = {net.name: [*filter(None, (net.gateway, net.gateway6))] for net in facts.container.networks}
    return {f"gateway of network {name}": joined(addresses) for name, addresses in networks.items() if addresses}


def state(facts: Facts, _: Profile) -> Traits:
    """Whether it is there, and runs."""
    return {"the container": _state(facts.container, facts.lookup)}


def around(facts: Facts, _: Profile) -> Traits | NotMeasured:
    """How it is, and what is there beside it."""
    container, lookup = facts.container, facts.lookup
    if isinstance(container, NotMeasured):
        return container
    traits = {"health check": "failing" if container.state.health == "unhealthy" else "not failing"}
    if isinstance(lookup, Lookup):
        traits["other runners"] = joined(runner.name for runner in lookup.runners if runner.id != container.id)
    if isinstance(facts.data_dir, DataDir):
        traits["the file with the container's id"] = _id_file(facts.data_dir, container)
    return traits


def _state(container: Container | NotMeasured, lookup: Lookup | NotMeasured) -> str:
    if isinstance(container, Container):
        how = container.state
        killed = ", killed for its memory" if how.oom_killed else ""
        code = f" (exit code {how.exit_code})" if how.status == "exited" else ""
        return f"{how.status}{code}{killed}{f': {neutral(how.error)}' if how.error else ''}"
    if isinstance(lookup, Lookup) and lookup.match is not Match.FOUND:
        return lookup.match.value
    return f"not looked at: {neutral(container.reason)}"


def _id_file(folder: DataDir, container: Container) -> str:
    if folder.recorded_id is None:
        return "cannot be read" if folder.error else "not there"
    return "names this container" if folder.recorded_id == container.id else "names another container"
