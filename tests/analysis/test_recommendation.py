"""What is recommended for the ways that were measured."""

from __future__ import annotations

import pytest

from stigmer_doctor import profile
from stigmer_doctor.analysis.recommendation import recommend
from stigmer_doctor.model import facts as f
from stigmer_doctor.model.survey import Recommendation
from stigmer_doctor.model.topology import BeaconOutcome, Route, RouteNetwork, Topology
from tests.healthy import ALIAS, NOT_MEASURED, PORTS, healthy

BRIDGE, LOOPBACK, SIXTH = "172.17.0.1", "127.0.0.1", "fd00::1"
REACHED, REFUSED, DROPPED = BeaconOutcome.REACHED, BeaconOutcome.REFUSED, BeaconOutcome.DROPPED


def route(
    name: str,
    listener: str = LOOPBACK,
    outcome: BeaconOutcome = REACHED,
    network: RouteNetwork = RouteNetwork.BRIDGE,
    address: str = BRIDGE,
) -> Route:
    return Route(network=network, name=name, address=address, listener=listener, outcome=outcome)


def host(
    listener: str = LOOPBACK, outcome: BeaconOutcome = REACHED, network: RouteNetwork = RouteNetwork.HOST
) -> Route:
    return route("localhost", listener, outcome, network, LOOPBACK)


def recommended(*routes: Route, listeners: f.Listeners | f.NotMeasured = NOT_MEASURED) -> Recommendation:
    facts = healthy()
    return recommend(Topology(routes=routes), listeners, facts.search.place, profile.load())


def listening(**addresses: str) -> f.Listeners:
    """The services of these names listen there."""
    items = tuple(f.Listener(address=address, port=PORTS[name]) for name, address in addresses.items())
    return f.Listeners(ports=tuple(PORTS.values()), items=items)


def addresses(name: str) -> dict[str, str]:
    return {
        "STIGMER_BACKEND_ENDPOINT": f"{name}:7234",
        "TEMPORAL_SERVICE_ADDRESS": f"{name}:7233",
        "STIGMER_LLM_BASE_URL": f"http://{name}:11434",
        "OLLAMA_BASE_URL": f"http://{name}:11434",
    }


NO_HOST = "A container on the host network did not reach this machine's loopback."
NOWHERE = (
    "No way from a container to this machine was found: neither host networking nor any name or gateway of a bridge "
    "network reaches a listener here."
)
OTHER = "gateway.docker.internal"
CHOICES: dict[str, tuple[tuple[Route, ...], Recommendation]] = {
    "host networking comes before all that reaches as much": (
        (route(ALIAS), route("host-gateway"), host()),
        Recommendation(
            network="host",
            addresses=addresses("localhost"),
            why=("A listener on this machine's loopback was reached from a container on the host network.",),
        ),
    ),
    "the container's own host networking is as good": (
        (host(network=RouteNetwork.OWN),),
        Recommendation(
            network="host",
            addresses=addresses("localhost"),
            why=("A listener on this machine's loopback was reached from a container on the host network.",),
        ),
    ),
    "a name that the engine provides": (
        (host(outcome=REFUSED), route(ALIAS), route("host-gateway")),
        Recommendation(
            network="bridge",
            addresses=addresses(ALIAS),
            why=(f"A listener on this machine's loopback was reached from a bridge network as {ALIAS}.", NO_HOST),
        ),
    ),
    "another name that it provides": (
        (route(ALIAS, outcome=REFUSED), route(OTHER)),
        Recommendation(
            network="bridge",
            addresses=addresses(OTHER),
            why=(f"A listener on this machine's loopback was reached from a bridge network as {OTHER}.", NO_HOST),
        ),
    ),
    "a name that has to be mapped": (
        (route(ALIAS, outcome=BeaconOutcome.UNRESOLVED), route("host-gateway"), route("gateway")),
        Recommendation(
            network="bridge",
            hosts={ALIAS: "host-gateway"},
            addresses=addresses(ALIAS),
            why=(
                (
                    f"A listener on this machine's loopback was reached from a bridge network as {ALIAS} "
                    "(mapped to host-gateway)."
                ),
                NO_HOST,
            ),
        ),
    ),
    "the gateway's address": (
        (route("gateway", address="172.18.0.1"), route("gateway", address="172.19.0.1"), route("engine-gateway")),
        Recommendation(
            network="bridge",
            addresses=addresses("172.18.0.1"),
            why=("A listener on this machine's loopback was reached from a bridge network as 172.18.0.1.", NO_HOST),
        ),
    ),
    "the engine's gateway, of version 6": (
        (route("engine-gateway", address=SIXTH),),
        Recommendation(
            network="bridge",
            addresses=addresses(f"[{SIXTH}]"),
            why=(f"A listener on this machine's loopback was reached from a bridge network as {SIXTH}.", NO_HOST),
        ),
    ),
    "what reaches the loopback comes before what reaches an address only": (
        (route(ALIAS, BRIDGE), route("gateway")),
        Recommendation(
            network="bridge",
            addresses=addresses(BRIDGE),
            why=(f"A listener on this machine's loopback was reached from a bridge network as {BRIDGE}.", NO_HOST),
        ),
    ),
    "no way at all": (
        (host(outcome=REFUSED), route(ALIAS, outcome=REFUSED), route(ALIAS, "172.18.0.1", REACHED)),
        Recommendation(
            why=(NOWHERE,),
            conditions=(
                (
                    "Let the engine's network lead to this machine's loopback (rootless Docker: start it with "
                    "DOCKERD_ROOTLESS_ROOTLESSKIT_DISABLE_HOST_LOOPBACK=false), or use an engine whose network does."
                ),
            ),
        ),
    ),
    "a firewall": (
        (route(ALIAS, SIXTH, DROPPED), route(ALIAS, BRIDGE, DROPPED), route("gateway", BRIDGE, DROPPED)),
        Recommendation(
            why=(NOWHERE,),
            conditions=(
                f"A firewall drops what containers send to {BRIDGE}, {SIXTH}: let the services' ports in there.",
            ),
        ),
    ),
}


@pytest.mark.parametrize("case", CHOICES)
def test_the_choice(case: str) -> None:
    routes, expected = CHOICES[case]
    assert recommended(*routes) == expected


EVERYWHERE = listening(backend="0.0.0.0", temporal="::", llm="*")
ON_BRIDGE = listening(backend=BRIDGE, temporal=BRIDGE, llm=BRIDGE)
ON_LOOPBACK = listening(backend="127.0.0.1", temporal="127.0.0.2", llm="127.0.0.1")

ON_BOTH = f.Listeners(ports=ON_BRIDGE.ports, items=(*ON_BRIDGE.items, *ON_LOOPBACK.items))


@pytest.mark.parametrize(
    ("listeners", "network", "name"),
    [
        (ON_LOOPBACK, "host", "localhost"),
        (EVERYWHERE, "host", "localhost"),
        (ON_BOTH, "host", "localhost"),
        (ON_BRIDGE, "bridge", ALIAS),
        (listening(backend=BRIDGE, temporal=BRIDGE), "bridge", ALIAS),
        (listening(backend=BRIDGE), "host", "localhost"),
    ],
)
def test_what_reaches_the_most_services_is_chosen(listeners: f.Listeners, network: str, name: str) -> None:
    found = recommended(host(), route(ALIAS, BRIDGE), listeners=listeners)
    assert (found.network, found.addresses) == (network, addresses(name))


def conditions(
    listener: str, address: str = BRIDGE, listeners: f.Listeners | f.NotMeasured = NOT_MEASURED
) -> tuple[str, ...]:
    """What the services have to do where a bridge network leads to this address only."""
    return recommended(route("host-gateway", listener, address=address), listeners=listeners).conditions


def test_a_service_that_is_not_reached_is_told_where_to_listen() -> None:
    found = recommended(route("host-gateway", BRIDGE), listeners=listening(backend=BRIDGE, llm="127.0.0.1"))
    assert found.why[0] == (
        f"From a bridge network {ALIAS} (mapped to host-gateway) leads to {BRIDGE} on this machine, and not to its "
        "loopback."
    )
    assert found.conditions == (
        "Temporal has to listen on 0.0.0.0, port 7233: on 127.0.0.1 a container does not reach it",
        f"LLM (Ollama) has to listen on {BRIDGE}, port 11434: on 127.0.0.1 a container does not reach it",
    )


def test_a_service_that_listens_on_several_addresses_is_said_once_for_each() -> None:
    twice = f.Listeners(
        ports=(11434,),
        items=tuple(f.Listener(address=address, port=11434) for address in ("127.0.0.1", "::1", "127.0.0.1")),
    )
    (llm,) = (told for told in conditions(BRIDGE, listeners=twice) if told.startswith("LLM"))
    assert llm.endswith("on 127.0.0.1 and ::1 a container does not reach it")


def test_the_backend_listens_on_all_addresses_where_it_does_not_run() -> None:
    assert not [told for told in conditions(BRIDGE) if told.startswith("Stigmer backend")]


def test_what_listens_on_version_6_of_the_loopback_only_is_not_reached_over_version_4() -> None:
    found = recommended(host(), listeners=listening(backend="::1", temporal="127.0.0.1", llm="127.0.0.1"))
    assert [told.partition(" has")[0] for told in found.conditions] == ["Stigmer backend"]


def test_over_version_6_temporal_has_to_listen_on_all_of_that() -> None:
    (temporal,) = (condition for condition in conditions(SIXTH, SIXTH) if condition.startswith("Temporal"))
    assert "listen on ::, port 7233" in temporal


def test_nothing_has_to_listen_elsewhere_where_the_loopback_is_reached() -> None:
    assert conditions("127.0.0.1") == ()
