"""SD210: a bridge network, where host networking was seen to reach more of this machine."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.model.topology import BeaconOutcome, RouteNetwork
from stigmer_doctor.rules.network import sd210_bridge_where_host_is_better as sd210
from tests.healthy import ALIAS, NOT_MEASURED, PORTS, endpoint, healthy
from tests.rules.altered import LOOPBACK, altered
from tests.rules.different import host_ways, measured, own_ways, routes
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.vary import configured

REFUSED = own_ways(BeaconOutcome.REFUSED, BeaconOutcome.REACHED)
BETTER = measured(healthy(), REFUSED, host_ways(BeaconOutcome.REACHED))
AT_ADDRESS = tuple(f.Listener(address="198.18.8.1", port=port) for port in PORTS.values())


def with_bridge(*items: f.Listener) -> f.Facts:
    """The services listen where a bridge network leads."""
    mapped = routes(RouteNetwork.BRIDGE, "host-gateway", "198.18.8.1", itself=BeaconOutcome.REACHED)
    facts = measured(healthy(), REFUSED, host_ways(BeaconOutcome.REACHED), mapped)
    return replace(facts, listeners=f.Listeners(ports=tuple(PORTS.values()), items=items))


TOLD = Told(
    subject="network mode bridge",
    measured=("a listener of the doctor's own at 127.0.0.1: reached from the host network, not from a bridge"),
    expected="network mode host, with localhost addresses",
    endpoints=(),
    message="host networking reaches this machine's loopback here, and a bridge network does not",
    advice="On the host's network services need not listen beyond the loopback, and no name is mapped.",
    severity=Severity.INFO,
    changes=(
        "+ network host",
        "+ STIGMER_BACKEND_ENDPOINT=localhost:7234",
        "+ TEMPORAL_SERVICE_ADDRESS=localhost:7233",
        "+ STIGMER_LLM_BASE_URL=http://localhost:11434",
    ),
)

GRID: dict[Rule, list[Case]] = {
    sd210.RULE: [
        fires("the loopback is reached from the host's network alone", BETTER, TOLD),
        fires(
            "on a network of the user's",
            altered(BETTER, network_mode="mine"),
            TOLD._replace(subject="network mode mine"),
        ),
        fires("the listeners are not known", replace(BETTER, listeners=NOT_MEASURED), TOLD),
        fires(
            "nothing was dialled, and one service is elsewhere",
            configured(replace(BETTER, container_reach=NOT_MEASURED), endpoint("llm", "198.18.9.9:11434")),
            TOLD._replace(
                changes=(
                    "+ network host",
                    "+ STIGMER_BACKEND_ENDPOINT=localhost:7234",
                    "+ TEMPORAL_SERVICE_ADDRESS=localhost:7233",
                )
            ),
        ),
        fires(
            "an address in the code, and a default elsewhere",
            configured(
                BETTER,
                endpoint("llm", f"{ALIAS}:11434", origin=f.Origin.LITERAL),
                endpoint("backend", "198.18.9.9:7234", origin=f.Origin.DEFAULT),
            ),
            TOLD._replace(changes=("+ network host", "+ TEMPORAL_SERVICE_ADDRESS=localhost:7233")),
        ),
        does_not_fire(
            "host networking does not reach it either", measured(healthy(), REFUSED, host_ways(BeaconOutcome.REFUSED))
        ),
        does_not_fire("a bridge network reaches where the services listen", with_bridge(*AT_ADDRESS)),
        does_not_fire("on the host's network", altered(BETTER, network_mode="host")),
        does_not_fire("in another container's network", altered(BETTER, network_mode="container:x")),
        does_not_fire("without a network", altered(BETTER, network_mode="none")),
        does_not_fire(
            "its own ways lead to the loopback of its network, and the host's do not",
            measured(
                healthy(),
                routes(RouteNetwork.OWN, "localhost", LOOPBACK, itself=BeaconOutcome.REFUSED),
                host_ways(BeaconOutcome.REFUSED),
            ),
        ),
        does_not_fire(
            "host networking reaches another loopback only",
            measured(healthy(), REFUSED, routes(RouteNetwork.HOST, "localhost", "::1", itself=BeaconOutcome.REACHED)),
        ),
        not_checked(
            "host networking was not tried",
            measured(healthy(), REFUSED),
            "host networking was not tried, as every address answers; stigmer-doctor topology tries it",
        ),
        not_checked("no listener was set up", replace(BETTER, topology=NOT_MEASURED), NOT_MEASURED.reason),
    ]
}


@every_case(GRID)
def test_what_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
