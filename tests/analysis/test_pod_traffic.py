"""Packets between the runner's pod and a Service, as policies see them: the ports are those of the pods."""

from __future__ import annotations

import pytest

from stigmer_doctor.analysis.links import Link, Links
from stigmer_doctor.analysis.pod_traffic import incoming, outgoing
from stigmer_doctor.model.pod import SelectedPod, ServicePort
from tests.analysis.deriving import derived
from tests.rules.pods.pod import in_pod, pod, service

PODS = (
    SelectedPod(name="a", ready=True, ports=(("grpc", 7000), ("http", 80))),
    SelectedPod(name="b", ready=True, ports=(("grpc", 7000), ("grpc", 7001))),
)


def link() -> Link:
    """Of Temporal, which is dialled at port 7233."""
    return next(link for link in derived(Links, "links", in_pod()).items if link.endpoint.name == "temporal")


@pytest.mark.parametrize(
    ("port", "more", "ports"),
    [
        (ServicePort(port=7233, target="99"), {}, (99,)),
        (ServicePort(port=7233, target="grpc"), {}, (7000, 7001)),
        (ServicePort(port=7233, target="other"), {}, (5, 6)),
        (ServicePort(port=7233, target="other"), {"endpoint_ports": ()}, (7233,)),
        (ServicePort(port=1, target="99"), {}, (5, 6)),
        (ServicePort(port=1, target="grpc"), {}, (5, 6)),
        (ServicePort(port=7233, target="99"), {"addresses": ("None",)}, (7233,)),
    ],
)
def test_the_ports_are_those_that_the_service_hands_on_to(
    port: ServicePort, more: dict[str, object], ports: tuple[int, ...]
) -> None:
    made = service("temporal", **{"ports": (port,), "pods": PODS, "endpoint_ports": (5, 6), **more})
    out, into = outgoing(pod(), link(), made), incoming(pod(), link(), made)
    assert (out.ports, into.ports) == (ports, ports)
    assert out.named == into.named == (("grpc", 7000), ("http", 80), ("grpc", 7001))


def test_who_is_on_the_other_side() -> None:
    made = service("temporal", ready=("198.18.9.30",), pods=PODS)
    out, into = outgoing(pod(), link(), made), incoming(pod(), link(), made)
    assert (out.addresses, out.pods, out.namespace) == (("198.18.9.30",), PODS, pod().namespace)
    assert (into.addresses, into.namespace) == (("198.18.9.2",), pod().namespace)
    assert into.pods == (SelectedPod(name=pod().name, ready=True, labels=pod().labels),)
    assert incoming(pod(address=""), link(), made).addresses == ()
    assert outgoing(pod(), link(), service("temporal", ready=None)).addresses == ()


def test_without_a_service_what_was_dialled_is_all_that_is_known() -> None:
    traffic = outgoing(pod(), link(), None)
    assert traffic.addresses == tuple(dial.address for dial in link().dials) != ()
    assert (traffic.ports, traffic.pods, traffic.namespace, traffic.named) == ((7233,), None, "", ())
