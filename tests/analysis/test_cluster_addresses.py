"""Which Service of a pod's namespace is most likely an endpoint's, and which one a host name means."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from stigmer_doctor import profile
from stigmer_doctor.analysis.cluster_addresses import ClusterAddresses, cluster_addresses, service_of
from stigmer_doctor.model import facts as f
from stigmer_doctor.model.pod import ClusterService, ServicePort

LOADED = profile.load()
KNOWN = replace(
    LOADED,
    endpoints=tuple(
        replace(endpoint, port=port, cluster_names=names)
        for endpoint, port, names in zip(
            LOADED.endpoints, (7234, 7233), (("back", "server"), ("temporal",)), strict=False
        )
    ),
)
BACKEND = KNOWN.endpoints[0].name


def service(name: str, *ports: int, protocol: str = "TCP") -> ClusterService:
    made = tuple(ServicePort(port=port, protocol=protocol) for port in ports)
    return ClusterService(name=name, namespace="agents", ports=made)


def found(*services: ClusterService, place: f.Place = f.Place.POD) -> ClusterAddresses:
    return cluster_addresses(place, KNOWN, cluster_services=f.ClusterServices(items=services))


@pytest.mark.parametrize(
    ("services", "address"),
    [
        ((service("server", 7234), service("back", 7234)), ("back", 7234)),
        ((service("x", 7234), service("server", 7234)), ("server", 7234)),
        ((service("x", 7234), service("back", 80, 81)), ("back", 80)),
        ((service("x", 7234), service("back", 80, 7234)), ("back", 7234)),
        ((service("x", 7234), service("my-back-end", 7234)), ("my-back-end", 7234)),
        ((service("x", 7234), service("my-back-end", 80)), ("x", 7234)),
        ((service("x", 7234), service("y", 7234)), None),
        ((service("x", 7234),), ("x", 7234)),
        ((service("x", 80),), None),
        ((service("back", 7234, protocol="UDP"),), None),
        ((), None),
    ],
)
def test_a_service_is_known_by_its_name_or_by_a_port_that_only_one_has(
    services: tuple[ClusterService, ...], address: tuple[str, int] | None
) -> None:
    assert found(*services).known.get(BACKEND) == address


def test_only_in_a_pod_are_names_of_the_users_machine_lost() -> None:
    inside, elsewhere = found(service("back", 7234)), found(service("back", 7234), place=f.Place.THIS_MACHINE)
    assert (inside.in_pod, elsewhere.in_pod, elsewhere.known) == (True, False, {})
    for host, lost in (("localhost", True), ("127.0.0.1", True), ("host.docker.internal", True), ("back", False)):
        assert inside.lost(host) is lost
        assert not elsewhere.lost(host)
    unread = cluster_addresses(f.Place.POD, KNOWN, cluster_services=f.NotMeasured(reason="nobody looked"))
    assert (unread.in_pod, unread.known) == (True, {})


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("back", "back"),
        ("back.agents", "back"),
        ("back.agents.svc", "back"),
        ("back.agents.svc.cluster.local.", "back"),
        ("back.agentsx", ""),
        ("back.agents.example", ""),
        ("back.other", ""),
        ("10.0.0.1", ""),
        ("10", ""),
        ("fd00::1", ""),
    ],
)
def test_a_host_name_means_a_service_of_the_namespace(host: str, name: str) -> None:
    assert service_of(host, "agents") == name
