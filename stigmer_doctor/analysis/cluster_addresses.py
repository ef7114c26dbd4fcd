"""Where the runner's services listen in a cluster: a pod reaches none of the user's machine's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from stigmer_doctor.model.facts import ClusterServices, Endpoint, NotMeasured, Place, is_loopback
from stigmer_doctor.model.pod import ClusterService
from stigmer_doctor.model.profile import EndpointProfile, Profile


class ClusterAddresses(msgspec.Struct, frozen=True):
    """`in_pod`: the runner is in one. `known` are host and port of the Service that is most likely an endpoint's, by
    the endpoint's name; `meaningless` are names of the user's machine, which lead nowhere in a pod."""

    in_pod: bool
    known: Mapping[str, tuple[str, int]] = msgspec.field(default_factory=dict)
    meaningless: frozenset[str] = frozenset()

    def of(self, endpoint: Endpoint) -> tuple[str, int] | None:
        return self.known.get(endpoint.name)

    def lost(self, host: str) -> bool:
        """Whether in a pod the host cannot be what was meant."""
        return self.in_pod and (is_loopback(host) or host in self.meaningless)


def cluster_addresses(
    place: Place, profile: Profile, *, cluster_services: ClusterServices | NotMeasured
) -> ClusterAddresses:
    """The Services of the pod's namespace, by what they are called, or by their port where only one has it."""
    if place is not Place.POD:
        return ClusterAddresses(in_pod=False)
    items = () if isinstance(cluster_services, NotMeasured) else cluster_services.items
    found = {endpoint.name: _best(endpoint, items) for endpoint in profile.endpoints}
    known = {name: address for name, address in found.items() if address is not None}
    return ClusterAddresses(in_pod=True, known=known, meaningless=frozenset(profile.host_aliases))


def _best(endpoint: EndpointProfile, items: Sequence[ClusterService]) -> tuple[str, int] | None:
    usable = [service for service in items if any(port.protocol == "TCP" for port in service.ports)]
    by_name = [service for name in endpoint.cluster_names for service in usable if service.name == name]
    by_port = [service for service in usable if service.port(endpoint.port)]
    alike = [service for service in by_port if any(name in service.name for name in endpoint.cluster_names)]
    only = by_port if len(by_port) == 1 else []
    service = next(iter((*by_name, *alike, *only)), None)
    if service is None:
        return None
    first = next(port.port for port in service.ports if port.protocol == "TCP")
    return service.name, endpoint.port if service.port(endpoint.port) else first


def service_of(host: str, namespace: str) -> str:
    """The name of the Service of the namespace that a host name means there; "" where it means none."""
    name, _, rest = host.rstrip(".").partition(".")
    own = not rest or rest == namespace or rest.startswith(f"{namespace}.svc")
    return name if own and not name.isdigit() and ":" not in name else ""
