"""What the rules of the three services share: which endpoint is judged, and what became of dialling it."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from stigmer_doctor.analysis.addresses import value
from stigmer_doctor.model.addresses import host_port
from stigmer_doctor.model.changes import SetVariable
from stigmer_doctor.model.facts import (
    Configuration,
    Dial,
    Endpoint,
    Engine,
    NotMeasured,
    Origin,
    Outcome,
    Reach,
)
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Skip
from stigmer_doctor.model.rules import Judgement
from stigmer_doctor.rules.commands import command

# An engine that says one of these of itself runs in a VM, so the user's own machine is most likely no Linux.
_REJECTIONS = ("EHOSTUNREACH", "EACCES", "EPERM", "ENOPROTOOPT")
_TOO_MANY = "more have to be dialled than can be at once"
_VM_MARKS = ("docker desktop", "docker-desktop", "linuxkit", "orbstack", "colima", "lima", "rancher-desktop")


class View(NamedTuple):
    """The facts about dialling. `user_reach` and `engine` only make the advice better."""

    configuration: Configuration
    container_reach: Reach
    user_reach: Reach | NotMeasured
    engine: Engine | NotMeasured


# ---- the three ways in which dialling fails --------------------------------------------------------------------------


def unresolvable(name: str, view: View) -> Judgement:
    """The endpoint's host name has no address where the container looks it up."""
    endpoint = usable(name, view.configuration)
    if isinstance(endpoint, Skip):
        yield endpoint
        return
    resolution = view.container_reach.resolution(endpoint.host)
    if resolution is None:
        yield Skip(reason=f"nobody asked what {endpoint.host} resolves to")
    elif not resolution.addresses and not is_literal(endpoint.host):
        yield Finding(
            subject=endpoint.address,
            message=f"{endpoint.title}: the name {endpoint.host} does not resolve {where(view.container_reach)}",
            measured=f"{endpoint.host}: {resolution.error or 'no address'}",
            expected=f"{endpoint.host} resolves to the address of the machine that runs {endpoint.title}",
            remediation=_name_advice(endpoint),
            evidence=(in_force(endpoint),),
            endpoints=(name,),
        )


def refused(name: str, view: View) -> Judgement:
    """Every address of the endpoint that answers at all refuses the connection."""
    endpoint = _dialled(name, view)
    if isinstance(endpoint, Skip):
        yield endpoint
        return
    if view.container_reach.verdict(endpoint.host, endpoint.port) is Outcome.REFUSED:
        message = f"{endpoint.title} refuses connections at {endpoint.address} {where(view.container_reach)}"
        yield _finding(endpoint, view, message, _refusal_advice(endpoint, view))
    yield from _not_dialled(endpoint, view)


def timed_out(name: str, view: View) -> Judgement:
    """No address of the endpoint answers: packets are dropped, there is no way to it, or dialling it fails."""
    endpoint = _dialled(name, view)
    if isinstance(endpoint, Skip):
        yield endpoint
        return
    vantage = where(view.container_reach)
    match view.container_reach.verdict(endpoint.host, endpoint.port):
        case Outcome.TIMED_OUT:
            message = f"{endpoint.title} at {endpoint.address} does not answer {vantage}: the connection times out"
            yield _finding(endpoint, view, message, _silence_advice(endpoint, view))
        case Outcome.NO_ROUTE | Outcome.FAILED if rejected(_dials(endpoint, view)):
            message = f"what is sent to {endpoint.title} at {endpoint.address} {vantage} is rejected on the way"
            yield _finding(endpoint, view, message, _rejection_advice(endpoint, view))
        case Outcome.NO_ROUTE:
            message = f"{endpoint.title} at {endpoint.address} cannot be reached {vantage}: there is no route to it"
            yield _finding(endpoint, view, message, _route_advice(endpoint))
        case Outcome.FAILED:
            message = f"{endpoint.title} at {endpoint.address} cannot be connected to {vantage}"
            yield _finding(endpoint, view, message, _failure_advice(endpoint))
    yield from _not_dialled(endpoint, view)


def _not_dialled(endpoint: Endpoint, view: View) -> Iterator[Skip]:
    """What an endpoint that nothing accepted for may still do at addresses that were left out."""
    reach = view.container_reach
    if (missing := reach.undialled(endpoint.host, endpoint.port)) and not reach.connects(endpoint.host, endpoint.port):
        yield Skip(reason=f"{missing} more addresses of {endpoint.host} were not dialled: {_TOO_MANY}")


def rejected(dials: Iterable[Dial]) -> bool:
    """Whether somebody on the way said that the packets must not pass: a REJECT rule, or a router that knows no such
    host. Without a route of its own the container's system says so in other words (ENETUNREACH, EADDRNOTAVAIL)."""
    return any(f"({name})" in dial.detail for dial in dials for name in _REJECTIONS)


def usable(name: str, configuration: Configuration) -> Endpoint | Skip:
    """The endpoint, when the runner dials it and its address is one."""
    endpoint = configuration.endpoint(name)
    if endpoint is None:
        provider = configuration.setting("llm_provider")
        why = f": {provider.variable} is {provider.value}" if provider and name == "llm" else ""
        return Skip(reason=f"the runner does not use it{why}")
    if endpoint.problem:
        return Skip(reason=f"{endpoint.variable} holds no usable address: {endpoint.problem}")
    return endpoint


def _dialled(name: str, view: View) -> Endpoint | Skip:
    endpoint = usable(name, view.configuration)
    if isinstance(endpoint, Skip) or view.container_reach.to(endpoint.host, endpoint.port):
        return endpoint
    if view.container_reach.resolves(endpoint.host) is False:
        return Skip(reason=f"{endpoint.host} does not resolve, so nothing was dialled")
    if view.container_reach.undialled(endpoint.host, endpoint.port):
        return Skip(reason=f"{endpoint.address} was not dialled: {_TOO_MANY}")
    return Skip(reason=f"{endpoint.address} was not dialled")


def _dials(endpoint: Endpoint, view: View) -> tuple[Dial, ...]:
    return view.container_reach.to(endpoint.host, endpoint.port)


def _finding(endpoint: Endpoint, view: View, message: str, remediation: Remediation) -> Finding:
    dials, own = _dials(endpoint, view), user_dials(endpoint, view.user_reach)
    return Finding(
        subject=endpoint.address,
        message=message,
        measured="; ".join(filter(None, (_measured(endpoint, view), on_this_machine(endpoint, view.user_reach)))),
        expected=f"{endpoint.address} accepts a TCP connection {where(view.container_reach)}",
        remediation=remediation,
        evidence=(
            in_force(endpoint),
            *(_seen("container", dial) for dial in dials),
            *(_seen("user-machine", dial) for dial in own),
        ),
        endpoints=(endpoint.name,),
    )


def _measured(endpoint: Endpoint, view: View) -> str:
    missing = view.container_reach.undialled(endpoint.host, endpoint.port)
    return dial_list(_dials(endpoint, view)) + (f"; {missing} more addresses were not dialled" if missing else "")


# ---- wording ---------------------------------------------------------------------------------------------------------


def where(reach: Reach) -> str:
    """ "from inside the container", or from what stood in for it."""
    return f"from {reach.vantage.value}"


def is_literal(host: str) -> bool:
    """Whether the host is an address already, so that there is nothing to resolve."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def dial_list(dials: Iterable[Dial]) -> str:
    """Every address with its own outcome."""
    return "; ".join(f"{dial.at} {_outcome(dial)}" for dial in dials)


def _outcome(dial: Dial) -> str:
    match dial.outcome:
        case Outcome.CONNECTED:
            return f"connected in {dial.latency_ms:.1f} ms"
        case Outcome.REFUSED:
            return f"refused after {dial.latency_ms:.1f} ms"
        case Outcome.TIMED_OUT:
            return f"timed out after {dial.latency_ms / 1000:.1f} s" if dial.latency_ms else "timed out"
        case _:
            return f"{dial.outcome.value} ({dial.detail})" if dial.detail else dial.outcome.value


def ports(endpoint: Endpoint) -> tuple[int, ...]:
    """The port that is dialled, and the one where the service normally listens."""
    return tuple(dict.fromkeys((endpoint.port, endpoint.standard_port)))


def user_dials(endpoint: Endpoint, user_reach: Reach | NotMeasured) -> tuple[Dial, ...]:
    """What the endpoint's ports do on the user's own machine."""
    if isinstance(user_reach, NotMeasured):
        return ()
    return tuple(dial for port in ports(endpoint) for dial in user_reach.dials if dial.port == port)


def answering_here(endpoint: Endpoint, user_reach: Reach | NotMeasured) -> Dial | None:
    """The first of them that was accepted."""
    return next((dial for dial in user_dials(endpoint, user_reach) if dial.outcome is Outcome.CONNECTED), None)


def on_this_machine(endpoint: Endpoint, user_reach: Reach | NotMeasured) -> str:
    """ "answers on this machine at ...", its contrary, or "" where it was not measured."""
    own = user_dials(endpoint, user_reach)
    if not own:
        return ""
    answering = answering_here(endpoint, user_reach)
    if answering:
        return f"answers on this machine at {answering.at}"
    tried = " or ".join(dict.fromkeys(str(dial.port) for dial in own))
    return f"does not answer on this machine on port {tried}"


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
    if setting.origin in (Origin.ENVIRONMENT, Origin.IMAGE_ENVIRONMENT):
        return f"{setting.variable}={setting.value}"
    place = "assumed" if setting.origin is Origin.ASSUMED else setting.locator
    return f"{setting.variable}, unset: its default is {setting.value}{f' ({place})' if place else ''}"


def _seen(source: str, dial: Dial) -> Evidence:
    return Evidence(source=source, locator=f"{host_port(dial.host, dial.port)} at {dial.address}", value=_outcome(dial))


# ---- advice ----------------------------------------------------------------------------------------------------------


def native_linux(engine: Engine | NotMeasured) -> bool:
    """Whether the engine seems to share the user's kernel: only used to choose which command to print."""
    if isinstance(engine, NotMeasured):
        return False
    text = f"{engine.operating_system} {engine.name} {engine.kernel}".lower()
    return not any(mark in text for mark in _VM_MARKS)


def who_listens(port: int, engine: Engine | NotMeasured) -> str:
    """The command that shows what listens on a port of the user's machine."""
    return f"ss -ltnp 'sport = :{port}'" if native_linux(engine) else f"lsof -nP -iTCP:{port} -sTCP:LISTEN"


def _name_advice(endpoint: Endpoint) -> Remediation:
    return Remediation(
        text=f"Correct the name in {endpoint.variable}, or make it known to the container. The command shows whether "
        "this machine knows it; what only this machine knows, such as a line of its hosts file, a container does not.",
        commands=(command("nslookup", operands=(endpoint.host,)),),
    )


def _refusal_advice(endpoint: Endpoint, view: View) -> Remediation:
    answering = answering_here(endpoint, view.user_reach)
    if answering and answering.port != endpoint.port:
        known = view.container_reach.connects(endpoint.host, answering.port)
        text = (
            f"The runner dials port {endpoint.port}, and the service answers on this machine on port {answering.port}: "
            f"correct {endpoint.variable}."
        )
        right = value(endpoint, endpoint.host, answering.port)
        settable = endpoint.movable and not endpoint.port_variable
        return Remediation(
            text=text,
            commands=() if known else (who_listens(answering.port, view.engine),),
            changes=(SetVariable(name=endpoint.variable, value=right),) if known and settable else (),
        )
    if answering:
        text = (
            f"The service is up on this machine, at {answering.at}. So either it listens on "
            f"loopback only, where a container with a network of its own cannot reach it, or {endpoint.host} is "
            "another machine as seen from the container. The command shows on which addresses it listens."
        )
    elif user_dials(endpoint, view.user_reach):
        text = f"Nothing answers on this machine either: start {endpoint.title}, or correct {endpoint.variable}."
    else:
        text = f"Look at {endpoint.host}, whether {endpoint.title} runs there and on which addresses it listens."
    return Remediation(text=text, commands=(who_listens(endpoint.port, view.engine),))


def _silence_advice(endpoint: Endpoint, view: View) -> Remediation:
    answering = answering_here(endpoint, view.user_reach)
    up = f"The service answers on this machine at {answering.at}. " if answering else ""
    text = (
        f"{up}Something on the way drops the packets: a firewall, as a port that is merely closed would refuse. "
        f"Let TCP port {endpoint.port} in from the container's network; on a native Linux engine that is the docker0 "
        "or br-... bridge, whose packets ufw and firewalld drop in INPUT."
    )
    listing = who_listens(endpoint.port, view.engine)
    rules = ("sudo iptables -nvL INPUT",) if native_linux(view.engine) else ()
    return Remediation(text=text, commands=(listing, *rules))


def _route_advice(endpoint: Endpoint) -> Remediation:
    return Remediation(
        text=f"The container's network has no way to {endpoint.host}: it is an internal network, or it lacks the "
        f"address family (IPv6). Put an address that it can reach into {endpoint.variable}, or attach the container "
        "to a network that leads there."
    )


def _rejection_advice(endpoint: Endpoint, view: View) -> Remediation:
    return Remediation(
        text=f"A firewall rejects the packets, or a router knows no machine of that address. Let TCP port "
        f"{endpoint.port} in from the container's network, or correct {endpoint.variable}.",
        commands=("sudo iptables -nvL INPUT",) if native_linux(view.engine) else (),
    )


def _failure_advice(endpoint: Endpoint) -> Remediation:
    return Remediation(
        text="The container's system would not make the connection: a firewall or a security policy that rejects it, "
        f"or an address that is none. Let it through, or correct {endpoint.variable}."
    )
