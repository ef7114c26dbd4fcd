"""What the rules of the three services share beyond dialling: what the service answered, and whether it runs at all."""

from __future__ import annotations

from typing import NamedTuple

from stigmer_doctor.model.addresses import host_port
from stigmer_doctor.model.changes import SetVariable
from stigmer_doctor.model.facts import (
    Answered,
    BackendAnswer,
    Comparison,
    Configuration,
    Container,
    Endpoint,
    EngineSearch,
    Listeners,
    LlmAnswer,
    NotMeasured,
    Outcome,
    Protocol,
    Reach,
    RedisAnswer,
    TemporalAnswer,
)
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Skip
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement
from stigmer_doctor.rules.dialling import (
    answering_here,
    dial_list,
    in_force,
    on_this_machine,
    ports,
    usable,
    user_dials,
)

Answer = BackendAnswer | TemporalAnswer | LlmAnswer | RedisAnswer

NOT_SERVING = (Answered.UNAVAILABLE, Answered.TIMED_OUT)


class Machine(NamedTuple):
    """The facts that say whether a service of the user's machine runs."""

    search: EngineSearch
    container: Container | NotMeasured
    container_reach: Reach | NotMeasured
    user_reach: Reach | NotMeasured
    listeners: Listeners | NotMeasured
    profile: Profile


# ---- something answers -----------------------------------------------------------------------------------------------


def wrong_protocol(
    name: str, speaks: str, answer: Answer, configuration: Configuration, reach: Reach | NotMeasured, profile: Profile
) -> Judgement:
    """What accepts connections at the endpoint does not speak its protocol."""
    endpoint = usable(name, configuration)
    if isinstance(endpoint, Skip):
        yield endpoint
    elif answer.answered is Answered.WRONG_PROTOCOL:
        yield Finding(
            subject=endpoint.address,
            message=f"what answers at {endpoint.address} is not {endpoint.title}: it does not speak {speaks}",
            measured=_said(answer),
            expected=f"an answer in {speaks}",
            remediation=address_advice(endpoint, reach, profile),
            evidence=(in_force(endpoint),),
            endpoints=(name,),
        )


def answers_here(name: str, comparison: Comparison | NotMeasured) -> Answer | None:
    """What the service answered on this machine, where it was asked there and did answer."""
    here = None if isinstance(comparison, NotMeasured) else comparison.here(name)
    return here if here and here.answered is Answered.YES else None


def not_serving(
    name: str,
    answer: Answer,
    configuration: Configuration,
    user_reach: Reach | NotMeasured,
    comparison: Comparison | NotMeasured,
    start: Remediation,
) -> Judgement:
    """The endpoint accepts connections, and its service gives no answer or says that it is unavailable. What answers on
    this machine runs: then it is the way to it that is at fault."""
    endpoint = usable(name, configuration)
    if isinstance(endpoint, Skip):
        yield endpoint
    elif answers_here(name, comparison):
        return
    elif answer.answered in NOT_SERVING:
        yield Finding(
            subject=endpoint.address,
            message=f"{endpoint.title} at {endpoint.address} accepts connections and does not answer",
            measured="; ".join(filter(None, (_said(answer), on_this_machine(endpoint, user_reach)))),
            expected=f"{endpoint.title} answers",
            remediation=start,
            evidence=(in_force(endpoint),),
            endpoints=(name,),
        )


def restart_advice(name: str, profile: Profile) -> Remediation:
    """What to do about a service that hangs."""
    return Remediation(
        text="Look at the service's own log, then restart it. Where nothing answers on this machine, something else "
        "(a forwarder of the engine, a proxy) accepted the connection: start the service.",
        commands=start_commands(name, profile),
    )


def start_commands(name: str, profile: Profile, port: int | None = None) -> tuple[str, ...]:
    """How the service is started on the user's machine."""
    known = next((endpoint for endpoint in profile.endpoints if endpoint.name == name and endpoint.start), None)
    return () if known is None else (known.start.format(port=port or known.port),)


def _said(answer: Answer) -> str:
    """The answer in one line: "unavailable: status UNAVAILABLE, connection reset"."""
    status = f"status {answer.status}" if answer.status else ""
    return ": ".join(filter(None, (answer.answered.value, ", ".join(filter(None, (status, answer.detail))))))


def address_advice(endpoint: Endpoint, reach: Reach | NotMeasured, profile: Profile) -> Remediation:
    """What to do where the address leads to another service: the usual one where it accepts connections."""
    owner = next(
        (other for other in profile.endpoints if other.port == endpoint.port and other.name != endpoint.name), None
    )
    whose = f"Port {endpoint.port} is where {owner.title} listens. " if owner else ""
    standard = host_port(endpoint.host, endpoint.standard_port)
    moved = endpoint.port != endpoint.standard_port and endpoint.movable and not endpoint.port_variable
    if moved and not isinstance(reach, NotMeasured) and reach.connects(endpoint.host, endpoint.standard_port):
        value = f"http://{standard}" if endpoint.protocol is Protocol.OLLAMA else standard
        return Remediation(
            text=f"{whose}The container reaches {standard}, where {endpoint.title} normally listens: "
            f"set {endpoint.variable} to it.",
            changes=(SetVariable(name=endpoint.variable, value=value),),
        )
    return Remediation(
        text=f"{whose}Put the address of {endpoint.title} into {endpoint.variable} (it normally listens on port "
        f"{endpoint.standard_port}), or stop what occupies port {endpoint.port} and start {endpoint.title}."
    )


# ---- nothing answers -------------------------------------------------------------------------------------------------


def down(name: str, configuration: Configuration, machine: Machine) -> Judgement:
    """The endpoint is meant for this machine, and nothing serves it here either."""
    endpoint = usable(name, configuration)
    if isinstance(endpoint, Skip):
        yield endpoint
        return
    reach = machine.container_reach
    if isinstance(reach, NotMeasured):
        yield Skip(reason=reach.reason)
    elif not _accepted(endpoint, reach):
        yield from _down_here(endpoint, machine)


def _down_here(endpoint: Endpoint, machine: Machine) -> Judgement:
    if why := _elsewhere(endpoint, machine):
        yield Skip(reason=why)
    elif isinstance(machine.user_reach, NotMeasured):
        yield Skip(reason=machine.user_reach.reason)
    elif answering_here(endpoint, machine.user_reach) or _listed(endpoint, machine):
        return
    elif not _certain(endpoint, machine.user_reach, machine.listeners):
        yield Skip(reason="this machine's own ports gave no clear answer")
    else:
        yield _down_finding(endpoint, machine.user_reach, machine)


def _accepted(endpoint: Endpoint, reach: Reach) -> bool:
    """Whether the service's ports were accepted from the container, at whatever address was tried."""
    return any(dial.outcome is Outcome.CONNECTED for dial in reach.dials if dial.port in ports(endpoint))


def _elsewhere(endpoint: Endpoint, machine: Machine) -> str:
    """Why the endpoint is none of this machine's business; "" when it is."""
    if not machine.search.local:
        return "the engine is on another machine, so this machine's services say nothing"
    if not meant_for_this_machine(endpoint, machine.container, machine.profile):
        return f"{endpoint.host} is not this machine, and what runs there cannot be seen from here"
    return ""


def meant_for_this_machine(endpoint: Endpoint, container: Container | NotMeasured, profile: Profile) -> bool:
    """Whether the address stands for the user's machine: a loopback, an alias of the host, or a network's gateway."""
    networks = () if isinstance(container, NotMeasured) else container.networks
    gateways = {gateway for network in networks for gateway in (network.gateway, network.gateway6) if gateway}
    return endpoint.loopback or endpoint.host in profile.host_aliases or endpoint.host in gateways


def _listed(endpoint: Endpoint, machine: Machine) -> bool:
    listeners = machine.listeners
    return not isinstance(listeners, NotMeasured) and any(listeners.on(port) for port in ports(endpoint))


def _certain(endpoint: Endpoint, user_reach: Reach, listeners: Listeners | NotMeasured) -> bool:
    """Whether "nothing serves it" was measured: the listing is complete, or every loopback port was refused.

    A loopback that times out has a listener that hangs, or a firewall before it.
    """
    if not isinstance(listeners, NotMeasured) and set(ports(endpoint)) <= set(listeners.ports):
        return True
    dials = user_dials(endpoint, user_reach)
    refused = {dial.port for dial in dials if dial.outcome is Outcome.REFUSED}
    return refused >= set(ports(endpoint)) and not any(dial.outcome is Outcome.TIMED_OUT for dial in dials)


def _down_finding(endpoint: Endpoint, user_reach: Reach, machine: Machine) -> Finding:
    tried = " or ".join(map(str, ports(endpoint)))
    dials = user_dials(endpoint, user_reach)
    listing = "" if isinstance(machine.listeners, NotMeasured) else f"no listener on port {tried}"
    # The default port of the code in the image is not where the service listens; a configured one is meant.
    port = None if endpoint.defaulted else endpoint.port
    return Finding(
        subject=endpoint.title,
        message=f"{endpoint.title} is not running: nothing serves port {tried} on this machine",
        measured="; ".join(filter(None, (f"on this machine: {dial_list(dials)}" if dials else "", listing))),
        expected=f"{endpoint.title} listens on port {port or endpoint.standard_port}",
        remediation=Remediation(
            text=f"Start {endpoint.title} on this machine.",
            commands=start_commands(endpoint.name, machine.profile, port),
        ),
        evidence=(
            in_force(endpoint),
            *(Evidence(source="user-machine", locator=dial.at, value=dial.outcome.value) for dial in dials),
        ),
        endpoints=(endpoint.name,),
    )
