"""Which Service a link leads to: the rules about Services begin here."""

from __future__ import annotations

from collections.abc import Iterator

from stigmer_doctor.analysis.cluster_addresses import service_of
from stigmer_doctor.analysis.links import Link, Links
from stigmer_doctor.model.facts import ClusterServices
from stigmer_doctor.model.pod import ClusterService


def failing(links: Links, services: ClusterServices, namespace: str) -> Iterator[tuple[Link, ClusterService]]:
    """The links that do not lead through, each with the Service that it is to lead to."""
    for link in links.with_address:
        service = behind(link.endpoint.host, services, namespace)
        if service is not None and not link.connects:
            yield link, service


def behind(host: str, services: ClusterServices, namespace: str) -> ClusterService | None:
    """The Service that a host name, or an address, means in the namespace."""
    by_address = (service for service in services.items if host in service.addresses)
    return next(by_address, None) or services.named(service_of(host, namespace))
