"""SD222: a Service is dialled at a port that it does not have, or hands on to a port that its pods do not have."""

from __future__ import annotations

from collections.abc import Iterable

from stigmer_doctor.analysis.addressing import Addressing
from stigmer_doctor.analysis.links import Link
from stigmer_doctor.model.addresses import host_port
from stigmer_doctor.model.facts import ClusterServices, Pod
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity
from stigmer_doctor.model.pod import ClusterService, ServicePort
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules import linking, wording
from stigmer_doctor.rules.commands import kubectl
from stigmer_doctor.rules.pods.behind import failing


def check(pod: Pod, addressing: Addressing, cluster_services: ClusterServices) -> Judgement:
    for link, service in failing(addressing.links, cluster_services, pod.namespace):
        if service.external or not service.ports:
            continue
        dialled = service.port(link.endpoint.port)
        if dialled is None:
            yield _no_such_port(link, service, addressing)
        elif service.ready and _judgeable(dialled, service) and not _hits(dialled, service):
            yield _wrong_target(link, service, dialled, _declared(service))


def _no_such_port(link: Link, service: ClusterService, addressing: Addressing) -> Finding:
    endpoint, numbers = link.endpoint, [port.port for port in service.ports if port.protocol == "TCP"]
    right = endpoint.standard_port if endpoint.standard_port in numbers else numbers[0] if len(numbers) == 1 else 0
    known = bool(right) and endpoint.movable and not endpoint.port_variable
    return Finding(
        subject=endpoint.address,
        message=f"{endpoint.title} is dialled at port {endpoint.port} of the Service {service.name}, which has "
        f"{_ports(numbers)}",
        measured=wording.joined(f"{service.name} has {_ports(numbers)}", wording.outcome(link)),
        expected=host_port(endpoint.host, right) if right else f"one of the ports of {service.name}",
        remediation=Remediation(
            text=f"Give {endpoint.port_variable or endpoint.variable} the Service's port.",
            changes=addressing.move(endpoint, endpoint.host, right) if known else (),
            commands=() if known else (kubectl("get", "service", operands=(service.name,)),),
        ),
        evidence=_evidence(link, service),
        endpoints=(endpoint.name,),
    )


def _wrong_target(link: Link, service: ClusterService, dialled: ServicePort, declared: list[int]) -> Finding:
    title = link.endpoint.title
    return Finding(
        subject=service.name,
        message=f"the Service {service.name} hands port {dialled.port} on to {dialled.target}, a port that its pods do "
        f"not declare: they have {_ports(declared)}",
        measured=wording.joined(
            f"targetPort {dialled.target}; containerPort {_ports(declared)}", wording.outcome(link)
        ),
        expected=f"a targetPort on which {title} listens",
        remediation=Remediation(
            text=f"Correct targetPort in the manifest of the Service {service.name}, or the port on which {title} "
            "listens.",
            commands=(kubectl("get", "service", "--output=yaml", operands=(service.name,)),),
        ),
        evidence=_evidence(link, service),
        endpoints=(link.endpoint.name,),
    )


def _declared(service: ClusterService) -> list[int]:
    """The ports that the pods behind it say they have; a manifest need not say any."""
    return sorted({number for pod in service.pods or () for _, number in pod.ports})


def _judgeable(dialled: ServicePort, service: ClusterService) -> bool:
    """A name leads nowhere unless a pod declares it; a number may be one that none declares."""
    named = bool(dialled.target) and not dialled.target.isdecimal()
    return bool(_declared(service)) or (named and service.pods is not None)


def _hits(dialled: ServicePort, service: ClusterService) -> bool:
    ports = {port for pod in service.pods or () for port in pod.ports}
    return any(dialled.target in (name, str(number)) for name, number in ports)


def _ports(numbers: Iterable[int]) -> str:
    items = list(numbers)
    return f"{'port' if len(items) == 1 else 'ports'} {wording.listed(map(str, items))}" if items else "no TCP port"


def _evidence(link: Link, service: ClusterService) -> tuple[Evidence, ...]:
    ports = ", ".join(f"{port.port} to {port.target}" for port in service.ports)
    return (
        wording.in_force(link.endpoint),
        Evidence(source="engine", locator=f"Service {service.name}", value=f"ports {ports}"),
    )


RULE = Rule(
    code="SD222",
    severity=Severity.ERROR,
    check=check,
    causes=("SD303", *linking.CONNECTION, *linking.LOGGED, *linking.START_UP),
)
