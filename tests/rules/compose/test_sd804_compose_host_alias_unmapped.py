"""SD804: a compose file uses a name for the user's machine that the engine here does not provide, and maps none."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.model.topology import BeaconOutcome, Route, RouteNetwork
from stigmer_doctor.rules.compose.sd804_compose_host_alias_unmapped import RULE
from tests.healthy import NOT_MEASURED, healthy
from tests.rules.altered import altered, on_host_network
from tests.rules.compose.files import ALIAS, HEAD, NO_FILE, WHOLE
from tests.rules.different import measured
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.sources import beside
from tests.rules.vary import findings

GATEWAY = "gateway.docker.internal"
MAPPED = f'    extra_hosts:\n      - "{ALIAS}:host-gateway"\n'
UNKNOWN = f"whether the engine provides {ALIAS} was not measured"


def knows(
    outcome: BeaconOutcome, *names: str, network: RouteNetwork = RouteNetwork.BRIDGE, facts: f.Facts | None = None
) -> f.Facts:
    """What a network of this engine knows of the names."""
    heard = (
        Route(network=network, name=name, address="", listener="", outcome=outcome)
        for name in names or (ALIAS, GATEWAY)
    )
    return measured(facts or healthy(), tuple(heard))


UNRESOLVED = knows(BeaconOutcome.UNRESOLVED)
OWN = knows(BeaconOutcome.UNRESOLVED, network=RouteNetwork.OWN)
BOTH = WHOLE.replace(f"{ALIAS}:7233", f"{GATEWAY}:7233")


def one_of_two() -> f.Facts:
    """The one address at which the name was dialled answers, the other does not resolve."""
    found = [
        Route(network=RouteNetwork.BRIDGE, name=ALIAS, address="x", listener="", outcome=outcome)
        for outcome in (BeaconOutcome.UNRESOLVED, BeaconOutcome.REFUSED)
    ]
    return measured(healthy(), tuple(found))


GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires(
            "the name does not resolve in a bridge network",
            beside(WHOLE, facts=UNRESOLVED),
            Told(
                subject="docker-compose.yml:2:3",
                measured="host.docker.internal does not resolve in a container of this engine",
                expected='extra_hosts: ["host.docker.internal:host-gateway"]',
                endpoints=(),
                message=(
                    "the service agent-runner uses host.docker.internal, which this engine does not provide, "
                    "and maps it"
                ),
                advice="Map host.docker.internal in the service.",
                evidence=("file docker-compose.yml:2:3: agent-runner: no extra_hosts for host.docker.internal",),
                fix=("safe", "+    extra_hosts:", '+      - "host.docker.internal:host-gateway"'),
            ),
        ),
        fires(
            "it does not resolve in the container's own network, and no other was measured",
            beside(WHOLE, facts=OWN),
            Told(
                subject="docker-compose.yml:2:3",
                measured="host.docker.internal does not resolve in a container of this engine",
                expected='extra_hosts: ["host.docker.internal:host-gateway"]',
                endpoints=(),
                message="uses host.docker.internal",
                advice="Map host.docker.internal",
            ),
        ),
        fires(
            "two names, of which one is mapped by hand",
            beside(BOTH, facts=UNRESOLVED),
            Told(
                subject="docker-compose.yml:2:3",
                measured="gateway.docker.internal does not resolve in a container of this engine",
                expected='extra_hosts: ["gateway.docker.internal:host-gateway"]',
                endpoints=(),
                message="uses gateway.docker.internal",
                advice="Map gateway.docker.internal in the service.",
                fix=(
                    "manual",
                    "services:",
                    "  agent-runner:",
                    "    extra_hosts:",
                    '      - "gateway.docker.internal:host-gateway"',
                ),
            ),
            Told(
                subject="docker-compose.yml:2:3",
                measured="host.docker.internal does not resolve in a container of this engine",
                expected='extra_hosts: ["host.docker.internal:host-gateway"]',
                endpoints=(),
                message="uses host.docker.internal",
                advice="Map host.docker.internal in the service.",
                fix=("safe", "+    extra_hosts:", '+      - "host.docker.internal:host-gateway"'),
            ),
        ),
        fires(
            "two names, of which one is not mapped",
            beside(BOTH + MAPPED, facts=UNRESOLVED),
            Told(
                subject="docker-compose.yml:2:3",
                measured="gateway.docker.internal does not resolve in a container of this engine",
                expected='extra_hosts: ["gateway.docker.internal:host-gateway"]',
                endpoints=(),
                message="uses gateway.docker.internal",
                advice="Map gateway.docker.internal",
            ),
        ),
        fires(
            "another name was measured as well",
            beside(WHOLE, facts=knows(BeaconOutcome.UNRESOLVED, ALIAS)),
            Told(
                subject="docker-compose.yml:2:3",
                measured="host.docker.internal does not resolve in a container of this engine",
                expected='extra_hosts: ["host.docker.internal:host-gateway"]',
                endpoints=(),
                message="uses host.docker.internal",
                advice="Map host.docker.internal",
            ),
        ),
        fires(
            "of one of two names it was not measured",
            beside(BOTH, facts=knows(BeaconOutcome.UNRESOLVED, ALIAS)),
            Told(
                subject="docker-compose.yml:2:3",
                measured="host.docker.internal does not resolve in a container of this engine",
                expected='extra_hosts: ["host.docker.internal:host-gateway"]',
                endpoints=(),
                message="uses host.docker.internal",
                advice="Map host.docker.internal",
            ),
            reason=f"whether the engine provides {GATEWAY} was not measured",
        ),
        does_not_fire("it leads to this machine", beside(WHOLE, facts=knows(BeaconOutcome.REACHED))),
        does_not_fire("it leads elsewhere", beside(WHOLE, facts=knows(BeaconOutcome.REFUSED))),
        does_not_fire("one address of it is known", beside(WHOLE, facts=one_of_two())),
        does_not_fire(
            "it resolves in the container's own network",
            beside(WHOLE, facts=knows(BeaconOutcome.REFUSED, network=RouteNetwork.OWN)),
        ),
        does_not_fire("it is mapped", beside(WHOLE + MAPPED, facts=UNRESOLVED)),
        does_not_fire("the host's network: SD801", beside(WHOLE + "    network_mode: host\n", facts=UNRESOLVED)),
        does_not_fire("no address is a name of this machine", beside(WHOLE.replace(ALIAS, "x"), facts=UNRESOLVED)),
        not_checked("no network was measured", beside(WHOLE, facts=replace(healthy(), topology=NOT_MEASURED)), UNKNOWN),
        not_checked(
            "another network was",
            beside(WHOLE, facts=knows(BeaconOutcome.UNRESOLVED, network=RouteNetwork.HOST)),
            UNKNOWN,
        ),
        not_checked(
            "the container maps it itself",
            beside(WHOLE, facts=altered(OWN, extra_hosts=("web:198.18.0.9", f"{ALIAS}:host-gateway"))),
            UNKNOWN,
        ),
        not_checked("the container is on the host's network", beside(WHOLE, facts=on_host_network(OWN)), UNKNOWN),
        not_checked("no container", beside(WHOLE, facts=replace(OWN, container=NOT_MEASURED)), UNKNOWN),
        not_checked("no compose file", healthy(), NO_FILE),
        does_not_fire("no address at all", beside(HEAD + "      MODE: local\n", facts=UNRESOLVED)),
    ]
}


def test_the_containers_own_mapping_of_another_name_tells_nothing() -> None:
    facts = beside(WHOLE, facts=altered(OWN, extra_hosts=("web:198.18.0.9",)))
    assert_told(RULE, GRID[RULE][1]._replace(facts=facts))


@every_case(GRID)
def test_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)


def test_what_else_the_container_maps_says_nothing_of_the_name() -> None:
    facts = beside(WHOLE, facts=OWN)
    assert isinstance(facts.container, f.Container)
    mapped = replace(facts, container=replace(facts.container, extra_hosts=("a.example:198.18.0.9",)))
    assert [finding.code for finding in findings(mapped, RULE)] == ["SD804"]
