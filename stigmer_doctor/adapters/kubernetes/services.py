"""Services with their endpoints, and NetworkPolicies, read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stigmer_doctor.adapters.docker.lenient import mapping, mappings, number, strings, text, texts
from stigmer_doctor.model.pod import (
    ClusterService,
    LabelExpression,
    LabelSelector,
    NetworkPolicy,
    PolicyPeer,
    PolicyPort,
    PolicyRule,
    SelectedPod,
    ServicePort,
)
from stigmer_doctor.model.ports import Json

_SERVICE_OF = "kubernetes.io/service-name"
_MOST = 500
_MOST_ADDRESSES = 50


def service(raw: Json, slices: Sequence[Json] | None = None, pods: Sequence[Json] | None = None) -> ClusterService:
    """One Service. `slices` are the EndpointSlices and `pods` the pods of its namespace, None where they are not
    known."""
    metadata, spec = mapping(raw.get("metadata")), mapping(raw.get("spec"))
    name, selector = text(metadata.get("name")), strings(spec.get("selector"))
    own = None if slices is None else [one for one in slices if _labels(one).get(_SERVICE_OF) == name]
    return ClusterService(
        name=name,
        namespace=text(metadata.get("namespace")),
        type=text(spec.get("type")) or "ClusterIP",
        selector=selector,
        ports=tuple(_port(port) for port in mappings(spec.get("ports"))[:_MOST]),
        addresses=texts(spec.get("clusterIPs")) or texts(spec.get("clusterIP")),
        external=text(spec.get("externalName")),
        ready=None if own is None else _addresses(own, ready=True),
        unready=None if own is None else _addresses(own, ready=False),
        endpoint_ports=tuple(dict.fromkeys(number(port.get("port")) for one in own or () for port in _ports(one))),
        pods=None if pods is None or not selector else _selected(selector, pods),
    )


def _port(raw: Json) -> ServicePort:
    return ServicePort(
        port=number(raw.get("port")),
        target=text(raw.get("targetPort")) or text(raw.get("port")),
        name=text(raw.get("name")),
        protocol=text(raw.get("protocol")) or "TCP",
    )


def _addresses(slices: Sequence[Json], *, ready: bool) -> tuple[str, ...]:
    """Of the endpoints that are ready, or are not; one that does not say is."""
    found = [
        address
        for one in slices
        for endpoint in mappings(one.get("endpoints"))
        if (mapping(endpoint.get("conditions")).get("ready") is not False) is ready
        for address in texts(endpoint.get("addresses"))
    ]
    return tuple(dict.fromkeys(found))[:_MOST_ADDRESSES]


def _ports(one: Json) -> list[Mapping[str, object]]:
    return [port for port in mappings(one.get("ports")) if number(port.get("port"))]


def _labels(raw: Json) -> dict[str, str]:
    return strings(mapping(raw.get("metadata")).get("labels"))


def _selected(selector: Mapping[str, str], pods: Sequence[Json]) -> tuple[SelectedPod, ...]:
    found = [raw for raw in pods if selector.items() <= _labels(raw).items()]
    return tuple(_pod(raw) for raw in found[:_MOST_ADDRESSES])


def _pod(raw: Json) -> SelectedPod:
    metadata, status = mapping(raw.get("metadata")), mapping(raw.get("status"))
    conditions = mappings(status.get("conditions"))
    ready = any(line.get("type") == "Ready" and line.get("status") == "True" for line in conditions)
    ports = [
        (text(port.get("name")), number(port.get("containerPort")))
        for container in mappings(mapping(raw.get("spec")).get("containers"))
        for port in mappings(container.get("ports"))
        if text(port.get("protocol")) in ("", "TCP")
    ]
    return SelectedPod(
        name=text(metadata.get("name")), ready=ready, ports=tuple(ports[:_MOST_ADDRESSES]), labels=_labels(raw)
    )


# ---- NetworkPolicies -------------------------------------------------------------------------------------------------


def policy(raw: Json) -> NetworkPolicy:
    spec = mapping(raw.get("spec"))
    kinds = texts(spec.get("policyTypes")) or ("Ingress", *(("Egress",) if "egress" in spec else ()))
    return NetworkPolicy(
        name=text(mapping(raw.get("metadata")).get("name")),
        selector=_selector(spec.get("podSelector")) or LabelSelector(),
        egress=_rules(spec.get("egress"), "to") if "Egress" in kinds else None,
        ingress=_rules(spec.get("ingress"), "from") if "Ingress" in kinds else None,
    )


def _rules(raw: object, peers: str) -> tuple[PolicyRule, ...]:
    return tuple(
        PolicyRule(
            peers=tuple(_peer(peer) for peer in mappings(rule.get(peers))[:_MOST]),
            ports=tuple(
                PolicyPort(
                    protocol=text(port.get("protocol")) or "TCP",
                    port=text(port.get("port")),
                    end=number(port.get("endPort")),
                )
                for port in mappings(rule.get("ports"))[:_MOST]
            ),
        )
        for rule in mappings(raw)[:_MOST]
    )


def _peer(raw: Json) -> PolicyPeer:
    block = mapping(raw.get("ipBlock"))
    return PolicyPeer(
        cidr=text(block.get("cidr")),
        excepted=texts(block.get("except")),
        namespaces=_selector(raw.get("namespaceSelector")),
        pods=_selector(raw.get("podSelector")),
    )


def _selector(raw: object) -> LabelSelector | None:
    if not isinstance(raw, dict):
        return None
    return LabelSelector(
        labels=strings(raw.get("matchLabels")),
        expressions=tuple(
            LabelExpression(
                key=text(line.get("key")), operator=text(line.get("operator")), values=texts(line.get("values"))
            )
            for line in mappings(raw.get("matchExpressions"))
        ),
    )
