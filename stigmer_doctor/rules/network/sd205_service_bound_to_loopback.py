"""SD205: a service listens on the loopback only, and the container's way to this machine does not lead there."""

from __future__ import annotations

from stigmer_doctor.analysis.addressing import Addressing
from stigmer_doctor.analysis.links import Link
from stigmer_doctor.analysis.listening import on_loopback_only, to_listen_on
from stigmer_doctor.analysis.routes import Routes
from stigmer_doctor.model.addresses import host_port
from stigmer_doctor.model.facts import Listeners, Place
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity, Skip
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules import linking, wording


def check(
    addressing: Addressing,
    routes: Routes,
    listeners: Listeners,
    place: Place,
    host_network_better: bool,
) -> Judgement:
    if not place.here:
        yield Skip(reason="the engine is on another machine, so this machine's services do not matter")
        return
    if not addressing.container.own_network:
        return
    advice = _to_host(addressing) if host_network_better else None
    for link in addressing.links.with_address:
        found = listeners.on(link.endpoint.service_port)
        if not link.to_this_machine or link.connects or not on_loopback_only(item.address for item in found):
            continue
        if address := routes.past_loopback(link.endpoint):
            yield _finding(link, address, advice)


def _finding(link: Link, address: str, to_host: Remediation | None) -> Finding:
    endpoint = link.endpoint
    process = next((f" ({listener.process})" for listener in link.listening if listener.process), "")
    right = to_listen_on(address, endpoint.protocol)
    return Finding(
        subject=endpoint.title,
        message=f"{endpoint.title}{process} listens on this machine's loopback only, which a container with a network "
        "of its own does not reach here",
        measured=f"{endpoint.title} listens on {wording.listed(listener.at for listener in link.listening)}; "
        f"{link.vantage} {address} leads to this machine and not to its loopback",
        expected=f"a listener on {host_port(right, endpoint.service_port)}, or a container on the host's network",
        remediation=to_host or _manual(endpoint.title, address, right),
        evidence=(
            wording.in_force(endpoint),
            *(
                Evidence(source="user-machine", locator=listener.at, value=listener.process)
                for listener in link.listening
            ),
        ),
        endpoints=(endpoint.name,),
    )


def _to_host(addressing: Addressing) -> Remediation:
    """Nothing has to be opened where host networking shares the loopback."""
    return Remediation(
        text="Run the container on the host's network, whose loopback is this machine's: nothing has to listen more "
        "widely for that.",
        changes=addressing.to_host(),
    )


def _manual(title: str, address: str, right: str) -> Remediation:
    if right != address:
        return Remediation(
            text=f"Let {title} listen on {right}, behind a firewall, for that is open to the whole network: "
            "on one address other than the loopback the parts of its development server do not find one another.",
        )
    return Remediation(
        text=f"Let {title} listen on {address} as well. That is open to every container on this "
        "machine; 0.0.0.0 would be open to the whole network.",
    )


RULE = Rule(
    code="SD205",
    severity=Severity.ERROR,
    check=check,
    not_in_pods="no service of this machine is meant",
    causes=(*linking.REFUSED, *linking.TIMED_OUT, *linking.LOGGED, *linking.START_UP),
)
