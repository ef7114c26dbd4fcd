"""The three ways in which dialling a service fails, and what to do about each."""

from __future__ import annotations

import ipaddress

from stigmer_doctor.analysis.addresses import value
from stigmer_doctor.analysis.links import Link
from stigmer_doctor.model.addresses import host_port
from stigmer_doctor.model.changes import SetVariable
from stigmer_doctor.model.facts import Dial, Endpoint, Outcome, Place
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Skip
from stigmer_doctor.model.rules import Judgement
from stigmer_doctor.rules import wording
from stigmer_doctor.rules.commands import command, kubectl

_NO_NAME = (
    "Correct the name in {variable}: it has to be that of a Service of the pod's namespace, or NAME.NAMESPACE for one "
    "of another; the command lists those that there are. Where it is one already, the cluster's name server does not "
    "answer this pod: look at it, and at NetworkPolicies that keep port 53 in."
)
_CLOSED = (
    "{title} has to run behind the Service, and to listen on the port that it hands on to: the commands show its ports "
    "and the pods behind it. Otherwise correct {variable}."
)
_SILENT = (
    "Something on the way drops the packets: a NetworkPolicy that does not let them out of this pod or into that of "
    "{title}, or a Service without the port {port}. The commands show both."
)
_TOO_MANY = "more have to be dialled than can be at once"


def unresolvable(link: Link, place: Place) -> Judgement:
    """The endpoint's host name has no address where the container looks it up."""
    endpoint, resolution = link.endpoint, link.resolution
    if resolution is None:
        yield Skip(reason=f"nobody asked what {endpoint.host} resolves to")
    elif not resolution.addresses and not _is_literal(endpoint.host):
        yield Finding(
            subject=endpoint.address,
            message=f"{endpoint.title}: the name {endpoint.host} does not resolve {link.vantage}",
            measured=f"{endpoint.host}: {resolution.error or 'no address'}",
            expected=f"{endpoint.host} resolves to the address of the machine that runs {endpoint.title}",
            remediation=_service_advice(endpoint, _NO_NAME) if place is Place.POD else _name_advice(endpoint),
            evidence=(wording.in_force(endpoint),),
            endpoints=(endpoint.name,),
        )


def refused(link: Link, place: Place, *, native_linux: bool) -> Judgement:
    """Every address of the endpoint that answers at all refuses the connection."""
    endpoint = link.endpoint
    if not link.dials:
        yield _not_dialled(link)
        return
    if link.refused:
        message = f"{endpoint.title} refuses connections at {endpoint.address} {link.vantage}"
        in_pod = place is Place.POD
        advice = _service_advice(endpoint, _CLOSED) if in_pod else _refusal_advice(link, native_linux=native_linux)
        yield _finding(link, message, advice)
    yield from _left_out(link)


def timed_out(link: Link, place: Place, *, native_linux: bool) -> Judgement:
    """No address of the endpoint answers: packets are dropped, there is no way to it, or dialling it fails."""
    endpoint, vantage = link.endpoint, link.vantage
    if not link.dials:
        yield _not_dialled(link)
        return
    match link.verdict:
        case Outcome.TIMED_OUT:
            message = f"{endpoint.title} at {endpoint.address} does not answer {vantage}: the connection times out"
            in_pod = place is Place.POD
            advice = _service_advice(endpoint, _SILENT) if in_pod else _silence_advice(link, native_linux=native_linux)
            yield _finding(link, message, advice)
        case Outcome.NO_ROUTE | Outcome.FAILED if link.rejected:
            message = f"what is sent to {endpoint.title} at {endpoint.address} {vantage} is rejected on the way"
            in_pod = place is Place.POD
            advice = (
                _service_advice(endpoint, _CLOSED) if in_pod else _rejection_advice(endpoint, native_linux=native_linux)
            )
            yield _finding(link, message, advice)
        case Outcome.NO_ROUTE:
            message = f"{endpoint.title} at {endpoint.address} cannot be reached {vantage}: there is no route to it"
            yield _finding(
                link, message, _service_advice(endpoint, _SILENT) if place is Place.POD else _route_advice(endpoint)
            )
        case Outcome.FAILED:
            message = f"{endpoint.title} at {endpoint.address} cannot be connected to {vantage}"
            yield _finding(link, message, _failure_advice(endpoint))
    yield from _left_out(link)


def _is_literal(host: str) -> bool:
    """Whether the host is an address already, so that there is nothing to resolve."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _not_dialled(link: Link) -> Skip:
    if link.resolves is False:
        return Skip(reason=f"{link.endpoint.host} does not resolve, so nothing was dialled")
    if link.undialled:
        return Skip(reason=f"{link.endpoint.address} was not dialled: {_TOO_MANY}")
    return Skip(reason=f"{link.endpoint.address} was not dialled")


def _left_out(link: Link) -> Judgement:
    """What an endpoint that nothing accepted for may still do at addresses that were left out."""
    if link.undialled and not link.connects:
        yield Skip(reason=f"{link.undialled} more addresses of {link.endpoint.host} were not dialled: {_TOO_MANY}")


def _finding(link: Link, message: str, remediation: Remediation) -> Finding:
    endpoint = link.endpoint
    left_out = f"{link.undialled} more addresses were not dialled" if link.undialled else ""
    return Finding(
        subject=endpoint.address,
        message=message,
        measured=wording.joined(wording.dial_list(link.dials), left_out, wording.on_this_machine(link.user_dials)),
        expected=f"{endpoint.address} accepts a TCP connection {link.vantage}",
        remediation=remediation,
        evidence=(
            wording.in_force(endpoint),
            *(_seen("container", dial) for dial in link.dials),
            *(_seen("user-machine", dial) for dial in link.user_dials),
        ),
        endpoints=(endpoint.name,),
    )


def _seen(source: str, dial: Dial) -> Evidence:
    locator = f"{host_port(dial.host, dial.port)} at {dial.address}"
    return Evidence(source=source, locator=locator, value=wording.dial_outcome(dial))


# ---- advice ----------------------------------------------------------------------------------------------------------


def _service_advice(endpoint: Endpoint, text: str) -> Remediation:
    """In a cluster names and addresses are those of Services, and what lies between are NetworkPolicies."""
    name = endpoint.host.partition(".")[0]
    seen = {
        _NO_NAME: (kubectl("get", "services"),),
        _CLOSED: (
            kubectl("get", "service", operands=(name,)),
            kubectl("get", "endpointslices", f"--selector=kubernetes.io/service-name={name}"),
        ),
        _SILENT: (kubectl("get", "service", operands=(name,)), kubectl("get", "networkpolicies")),
    }
    return Remediation(
        text=text.format(variable=endpoint.variable, title=endpoint.title, port=endpoint.port),
        commands=() if _is_literal(endpoint.host) else seen[text],
    )


def _who_listens(port: int, *, native_linux: bool) -> str:
    """The command that shows what listens on a port of the user's machine."""
    if native_linux:
        return command("ss", "-ltnp", f"sport = :{port}")
    return command("lsof", "-nP", f"-iTCP:{port}", "-sTCP:LISTEN")


def _name_advice(endpoint: Endpoint) -> Remediation:
    return Remediation(
        text=f"Correct the name in {endpoint.variable}, or make it known to the container. The command shows whether "
        "this machine knows it; what only this machine knows, such as a line of its hosts file, a container does not.",
        commands=(command("nslookup", operands=(endpoint.host,)),),
    )


def _refusal_advice(link: Link, *, native_linux: bool) -> Remediation:
    endpoint, answering = link.endpoint, link.answering_here
    if answering and answering.port != endpoint.port:
        return _port_advice(link, answering.port, native_linux=native_linux)
    if answering:
        text = (
            f"The service is up on this machine, at {answering.at}. So either it listens on "
            f"loopback only, where a container with a network of its own cannot reach it, or {endpoint.host} is "
            "another machine as seen from the container. The command shows on which addresses it listens."
        )
    elif link.user_dials:
        text = f"Nothing answers on this machine either: start {endpoint.title}, or correct {endpoint.variable}."
    else:
        text = f"Look at {endpoint.host}, whether {endpoint.title} runs there and on which addresses it listens."
    return Remediation(text=text, commands=(_who_listens(endpoint.port, native_linux=native_linux),))


def _port_advice(link: Link, answering: int, *, native_linux: bool) -> Remediation:
    """The other port, set where the container is known to reach it."""
    endpoint = link.endpoint
    known = link.inside.connects(endpoint.host, answering)
    settable = endpoint.movable and not endpoint.port_variable
    right = value(endpoint, endpoint.host, answering)
    return Remediation(
        text=f"The runner dials port {endpoint.port}, and the service answers on this machine on port {answering}: "
        f"correct {endpoint.variable}.",
        commands=() if known else (_who_listens(answering, native_linux=native_linux),),
        changes=(SetVariable(name=endpoint.variable, value=right),) if known and settable else (),
    )


def _silence_advice(link: Link, *, native_linux: bool) -> Remediation:
    port, answering = link.endpoint.port, link.answering_here
    up = f"The service answers on this machine at {answering.at}. " if answering else ""
    text = (
        f"{up}Something on the way drops the packets: a firewall, as a port that is merely closed would refuse. "
        f"Let TCP port {port} in from the container's network; on a native Linux engine that is the docker0 "
        "or br-... bridge, whose packets ufw and firewalld drop in INPUT."
    )
    listing = _who_listens(port, native_linux=native_linux)
    return Remediation(text=text, commands=(listing, *(("sudo iptables -nvL INPUT",) if native_linux else ())))


def _route_advice(endpoint: Endpoint) -> Remediation:
    return Remediation(
        text=f"The container's network has no way to {endpoint.host}: it is an internal network, or it lacks the "
        f"address family (IPv6). Put an address that it can reach into {endpoint.variable}, or attach the container "
        "to a network that leads there."
    )


def _rejection_advice(endpoint: Endpoint, *, native_linux: bool) -> Remediation:
    return Remediation(
        text=f"A firewall rejects the packets, or a router knows no machine of that address. Let TCP port "
        f"{endpoint.port} in from the container's network, or correct {endpoint.variable}.",
        commands=("sudo iptables -nvL INPUT",) if native_linux else (),
    )


def _failure_advice(endpoint: Endpoint) -> Remediation:
    return Remediation(
        text="The container's system would not make the connection: a firewall or a security policy that rejects it, "
        f"or an address that is none. Let it through, or correct {endpoint.variable}."
    )
