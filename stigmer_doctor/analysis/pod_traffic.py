"""What a runner's pod sends to a service, as NetworkPolicies see it: from pod to pod, behind the Service."""

from __future__ import annotations

from stigmer_doctor.analysis.links import Link
from stigmer_doctor.analysis.policies import Traffic
from stigmer_doctor.model.facts import Pod
from stigmer_doctor.model.pod import ClusterService, SelectedPod

_HEADLESS = "None"


def outgoing(pod: Pod, link: Link, service: ClusterService | None) -> Traffic:
    """As what lets it leave the runner's pod sees it; without a Service it goes to the addresses that were dialled."""
    if service is None:
        return Traffic(tuple(dial.address for dial in link.dials), (link.endpoint.port,), None, "")
    ports, named = _ports(link, service), _named(service)
    return Traffic(service.ready or (), ports, service.pods, pod.namespace, named)


def incoming(pod: Pod, link: Link, service: ClusterService) -> Traffic:
    """As what lets it enter the pods behind the Service sees it."""
    runner = SelectedPod(name=pod.name, ready=True, labels=pod.labels)
    addresses = (pod.address,) if pod.address else ()
    return Traffic(addresses, _ports(link, service), (runner,), pod.namespace, _named(service))


def _ports(link: Link, service: ClusterService) -> tuple[int, ...]:
    """The ports of the pods to which the Service hands on what it gets at the port that is dialled."""
    dialled, port = link.endpoint.port, service.port(link.endpoint.port)
    if _HEADLESS in service.addresses:
        return (dialled,)
    if port is not None and port.target.isdecimal():
        return (int(port.target),)
    named = tuple(number for name, number in _named(service) if port is not None and name == port.target)
    return named or service.endpoint_ports or (dialled,)


def _named(service: ClusterService) -> tuple[tuple[str, int], ...]:
    return tuple(dict.fromkeys(port for pod in service.pods or () for port in pod.ports))
