"""SD202: a name for this machine that the container does not know, and what makes it known."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.changes import UseNetwork
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.model.topology import BeaconOutcome, RouteNetwork
from stigmer_doctor.rules.network import sd202_host_alias_unresolvable as sd202
from tests.healthy import ALIAS, NOT_MEASURED, PORTS, dial, endpoint, healthy
from tests.rules.altered import LOOPBACK, PROFILE, altered, on_host_network, passive, reach_of
from tests.rules.different import ALL_INTERFACES, host_ways, measured, native, routes
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.vary import configured, failing, one, unknown

LOST = unknown(ALIAS, healthy())
GATEWAY = "gateway.docker.internal"
AT_ADDRESS = tuple(f.Listener(address="198.18.8.1", port=port) for port in PORTS.values())
ON_LOOPBACK = (f.Listener(address="127.0.0.1", port=7233), f.Listener(address="::1", port=11434))
HOST_IS_BETTER = measured(LOST, host_ways(BeaconOutcome.REACHED))


def elsewhere_but(*names: str) -> f.Facts:
    """Only these are dialled by the name."""
    others = (endpoint(name, f"198.18.9.9:{port}") for name, port in PORTS.items() if name not in names)
    return configured(LOST, *others)


def listening_at(facts: f.Facts, *items: f.Listener) -> f.Facts:
    return replace(facts, listeners=f.Listeners(ports=tuple(PORTS.values()), items=items))


def bridge_way(address: str = "198.18.8.1") -> f.Facts:
    """A mapped name leads to that address of this machine, and the host's network to its loopback."""
    return measured(
        LOST,
        routes(RouteNetwork.HOST, "localhost", LOOPBACK, itself=BeaconOutcome.REACHED),
        routes(RouteNetwork.BRIDGE, "host-gateway", address, itself=BeaconOutcome.REACHED),
    )


def without_error() -> f.Facts:
    reach = reach_of(LOST)
    lost = tuple(replace(other, error="") for other in reach.resolutions)
    return replace(LOST, container_reach=replace(reach, resolutions=lost))


def on_host(outcome: f.Outcome) -> f.Facts:
    """On the host's network, where the loopback answers so at Temporal's port and refuses elsewhere."""
    reach = reach_of(LOST)
    dials = tuple(
        dial(LOOPBACK, port, outcome if port == 7233 else f.Outcome.REFUSED, LOOPBACK) for port in PORTS.values()
    )
    return on_host_network(replace(LOST, container_reach=replace(reach, dials=dials)))


TOLD = Told(
    subject="host.docker.internal",
    measured=(
        "host.docker.internal: Name or service not known; extra hosts: none; "
        "STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234; "
        "TEMPORAL_SERVICE_ADDRESS=host.docker.internal:7233; "
        "STIGMER_LLM_BASE_URL=http://host.docker.internal:11434"
    ),
    expected="host.docker.internal has an address in the container",
    endpoints=("backend", "temporal", "llm"),
    message="Stigmer backend, Temporal and LLM (Ollama) are dialled by that name",
    advice="Map host.docker.internal to the engine's way to this machine, host-gateway.",
    changes=("+ add-host host.docker.internal:host-gateway",),
)

GRID: dict[Rule, list[Case]] = {
    sd202.RULE: [
        fires(
            "all three are dialled by the name",
            LOST,
            TOLD._replace(
                evidence=(
                    "container host.docker.internal: Name or service not known",
                    "inspect HostConfig.ExtraHosts: none",
                    "inspect STIGMER_BACKEND_ENDPOINT: host.docker.internal:7234",
                    "inspect TEMPORAL_SERVICE_ADDRESS: host.docker.internal:7233",
                    "inspect STIGMER_LLM_BASE_URL: http://host.docker.internal:11434",
                )
            ),
        ),
        fires(
            "one is dialled by the name",
            elsewhere_but("temporal"),
            TOLD._replace(
                measured=(
                    "host.docker.internal: Name or service not known; extra hosts: none; "
                    "TEMPORAL_SERVICE_ADDRESS=host.docker.internal:7233"
                ),
                endpoints=("temporal",),
                message="inside the container, and Temporal is dialled by that name",
            ),
        ),
        fires(
            "the resolver gives no reason",
            without_error(),
            TOLD._replace(
                measured=(
                    "host.docker.internal: no address; extra hosts: none; "
                    "STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234; "
                    "TEMPORAL_SERVICE_ADDRESS=host.docker.internal:7233; "
                    "STIGMER_LLM_BASE_URL=http://host.docker.internal:11434"
                )
            ),
        ),
        fires(
            "other names are mapped",
            altered(LOST, extra_hosts=("db:198.18.0.7", "cache:198.18.0.8")),
            TOLD._replace(
                measured=(
                    "host.docker.internal: Name or service not known; extra hosts: db:198.18.0.7, "
                    "cache:198.18.0.8; STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234; "
                    "TEMPORAL_SERVICE_ADDRESS=host.docker.internal:7233; "
                    "STIGMER_LLM_BASE_URL=http://host.docker.internal:11434"
                )
            ),
        ),
        fires(
            "two names of this machine are in use, and only the second is not known",
            configured(unknown(GATEWAY, healthy()), endpoint("llm", f"{GATEWAY}:11434")),
            TOLD._replace(
                subject="gateway.docker.internal",
                measured=(
                    "gateway.docker.internal: Name or service not known; extra hosts: none; "
                    "STIGMER_LLM_BASE_URL=http://gateway.docker.internal:11434"
                ),
                expected="gateway.docker.internal has an address in the container",
                endpoints=("llm",),
                message="gateway.docker.internal does not resolve from inside the container",
                advice="Map gateway.docker.internal to",
                changes=("+ add-host gateway.docker.internal:host-gateway",),
            ),
        ),
        fires(
            "two names of this machine are in use",
            configured(unknown(GATEWAY, LOST), endpoint("llm", f"{GATEWAY}:11434")),
            TOLD._replace(
                subject="gateway.docker.internal",
                measured=(
                    "gateway.docker.internal: Name or service not known; extra hosts: none; "
                    "STIGMER_LLM_BASE_URL=http://gateway.docker.internal:11434"
                ),
                expected="gateway.docker.internal has an address in the container",
                endpoints=("llm",),
                message=(
                    "gateway.docker.internal does not resolve from inside the container, and LLM (Ollama) is dialled"
                ),
                advice="Map gateway.docker.internal to",
                changes=("+ add-host gateway.docker.internal:host-gateway",),
            ),
            TOLD._replace(
                measured=(
                    "host.docker.internal: Name or service not known; extra hosts: none; "
                    "STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234; "
                    "TEMPORAL_SERVICE_ADDRESS=host.docker.internal:7233"
                ),
                endpoints=("backend", "temporal"),
                message=(
                    "host.docker.internal does not resolve from inside the container, and Stigmer backend "
                    "and Temporal are dialled"
                ),
            ),
        ),
        fires(
            "a native engine, and two services listen on the loopback only",
            listening_at(native(LOST), *ON_LOOPBACK, *ALL_INTERFACES[:1]),
            TOLD._replace(
                advice=(
                    "host-gateway. Temporal (port 7233) and LLM (Ollama) (port 11434) listen on the "
                    "loopback only and will refuse"
                )
            ),
        ),
        fires(
            "a native engine, and one service listens on the loopback only",
            listening_at(native(LOST), *ON_LOOPBACK[:1]),
            TOLD._replace(advice="host-gateway. Temporal (port 7233) listens on the loopback only"),
        ),
        fires(
            "a native engine, and a service listens on the loopback and elsewhere",
            listening_at(native(LOST), *ON_LOOPBACK[:1], *AT_ADDRESS[1:2]),
            TOLD._replace(advice="host-gateway."),
        ),
        fires("a native engine, and the listeners are not known", replace(native(LOST), listeners=NOT_MEASURED), TOLD),
        fires("an engine that is not known", replace(listening_at(LOST, *ON_LOOPBACK), engine=NOT_MEASURED), TOLD),
        fires(
            "on the host's network, whose loopback is this machine's",
            on_host(f.Outcome.CONNECTED),
            TOLD._replace(
                advice="localhost leads to this machine",
                changes=(
                    "+ STIGMER_BACKEND_ENDPOINT=localhost:7234",
                    "+ TEMPORAL_SERVICE_ADDRESS=localhost:7233",
                    "+ STIGMER_LLM_BASE_URL=http://localhost:11434",
                ),
            ),
        ),
        fires("on the host's network, whose loopback refuses", on_host(f.Outcome.REFUSED), TOLD),
        fires(
            "in another container's network",
            altered(LOST, network_mode=f"container:{'e' * 64}"),
            TOLD._replace(advice="map host.docker.internal to host-gateway there", changes=()),
        ),
        fires(
            "no network at all",
            altered(LOST, network_mode="none"),
            TOLD._replace(
                advice="The container has no network: give it one, with host.docker.internal mapped to host-gateway.",
                changes=(),
            ),
        ),
        fires(
            "a network of its own, in which the loopback answers",
            replace(on_host(f.Outcome.CONNECTED), container=LOST.container),
            TOLD,
        ),
        fires(
            "host networking was seen to reach more",
            HOST_IS_BETTER,
            TOLD._replace(
                advice="Run the container on the host's network and address this machine as localhost",
                changes=(
                    "+ network host",
                    "+ STIGMER_BACKEND_ENDPOINT=localhost:7234",
                    "+ TEMPORAL_SERVICE_ADDRESS=localhost:7233",
                    "+ STIGMER_LLM_BASE_URL=http://localhost:11434",
                ),
            ),
        ),
        fires(
            "host networking was seen to reach more, and a default and an address in the code mean the loopback",
            configured(
                HOST_IS_BETTER,
                endpoint("backend", "localhost:50051", origin=f.Origin.DEFAULT),
                endpoint("llm", "localhost:11434", origin=f.Origin.LITERAL),
            ),
            TOLD._replace(
                measured=(
                    "host.docker.internal: Name or service not known; extra hosts: none; "
                    "TEMPORAL_SERVICE_ADDRESS=host.docker.internal:7233"
                ),
                endpoints=("temporal",),
                message="and Temporal is dialled",
                advice="Run the container on the host's network",
                changes=(
                    "+ network host",
                    "+ STIGMER_BACKEND_ENDPOINT=localhost:7234",
                    "+ TEMPORAL_SERVICE_ADDRESS=localhost:7233",
                ),
            ),
        ),
        fires(
            "host networking was seen to reach more, and a variable means the loopback",
            configured(HOST_IS_BETTER, endpoint("backend", "localhost:7234"), endpoint("llm", "198.18.9.9:11434")),
            TOLD._replace(
                measured=(
                    "host.docker.internal: Name or service not known; extra hosts: none; "
                    "TEMPORAL_SERVICE_ADDRESS=host.docker.internal:7233"
                ),
                endpoints=("temporal",),
                message="and Temporal is dialled",
                advice="Run the container on the host's network",
                changes=("+ network host", "+ TEMPORAL_SERVICE_ADDRESS=localhost:7233"),
            ),
        ),
        fires(
            "the name is in the code",
            configured(elsewhere_but(), endpoint("llm", f"{ALIAS}:11434", origin=f.Origin.LITERAL)),
            TOLD._replace(
                measured=(
                    "host.docker.internal: Name or service not known; extra hosts: none; "
                    "http://host.docker.internal:11434 stands in the image's code (worker/config.py:40)"
                ),
                endpoints=("llm",),
                message="and LLM (Ollama) is dialled",
                evidence=(
                    "container host.docker.internal: Name or service not known",
                    "inspect HostConfig.ExtraHosts: none",
                    "code worker/config.py:40: http://host.docker.internal:11434",
                ),
            ),
        ),
        fires("the host's network does not reach this machine", measured(LOST, host_ways(BeaconOutcome.REFUSED)), TOLD),
        fires("a bridge network reaches where the services listen", listening_at(bridge_way(), *AT_ADDRESS), TOLD),
        fires(
            "the services listen at another address",
            listening_at(bridge_way("198.18.8.2"), *AT_ADDRESS),
            TOLD._replace(
                advice="Run the container on the host's network",
                changes=(
                    "+ network host",
                    "+ STIGMER_BACKEND_ENDPOINT=localhost:7234",
                    "+ TEMPORAL_SERVICE_ADDRESS=localhost:7233",
                    "+ STIGMER_LLM_BASE_URL=http://localhost:11434",
                ),
            ),
        ),
        fires(
            "the listeners are not known, and one service listens everywhere",
            replace(bridge_way(), listeners=NOT_MEASURED),
            TOLD._replace(
                advice="Run the container on the host's network",
                changes=(
                    "+ network host",
                    "+ STIGMER_BACKEND_ENDPOINT=localhost:7234",
                    "+ TEMPORAL_SERVICE_ADDRESS=localhost:7233",
                    "+ STIGMER_LLM_BASE_URL=http://localhost:11434",
                ),
            ),
        ),
        fires("it is on the host's network already", altered(HOST_IS_BETTER, network_mode="host"), TOLD),
        fires("the ways were not measured", replace(HOST_IS_BETTER, topology=NOT_MEASURED), TOLD),
        does_not_fire("the name resolves", healthy()),
        does_not_fire("the name resolves, and is refused", failing("temporal", f.Outcome.REFUSED)),
        does_not_fire("nothing is dialled by the name", elsewhere_but()),
        does_not_fire(
            "a name of another machine does not resolve",
            configured(unknown("db.internal", healthy()), endpoint("backend", "db.internal:7234")),
        ),
        not_checked("nothing was looked up", passive(LOST), "--passive"),
    ]
}


@every_case(GRID)
def test_what_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)


def test_on_the_hosts_network_the_names_become_localhost() -> None:
    network = one(HOST_IS_BETTER, sd202.RULE).remediation.changes[0]
    assert network == UseNetwork(mode="host", as_localhost=tuple(PROFILE.host_aliases))
