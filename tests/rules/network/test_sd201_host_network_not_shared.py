"""SD201: host networking whose loopback is not this machine's, told by ports or by the doctor's own listener."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.changes import UseNetwork
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.model.topology import BeaconOutcome, RouteNetwork
from stigmer_doctor.rules.network import sd201_host_network_not_shared as sd201
from tests.healthy import ALIAS, NOT_MEASURED, PORTS, dial, endpoint, healthy
from tests.rules.altered import LOOPBACK, local_loopbacks, reach_of, reaching, refused, shared_host, unshared_host
from tests.rules.different import elsewhere, measured, routes, served_nowhere
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.vary import configured, one

LOCAL = local_loopbacks(unshared_host())
GATEWAY = "gateway.docker.internal"
LOST = (*reach_of(LOCAL).resolutions, f.Resolution(host=GATEWAY, error="unknown"))


def at_loopback(outcome: f.Outcome, *ports: int) -> f.Facts:
    """Its 127.0.0.1 answers so at these ports, and was not dialled at others."""
    dials = tuple(dial(LOOPBACK, port, outcome, LOOPBACK) for port in ports)
    return reaching(LOCAL, *dials, *refused("localhost", *PORTS.values()), lost=(ALIAS,))


def reached_as(*dials: f.Dial, facts: f.Facts = LOCAL) -> f.Facts:
    """The container has dialled this as well."""
    reach = reach_of(facts)
    return replace(facts, container_reach=replace(reach, dials=(*reach.dials, *dials)))


def looked_up(*resolutions: f.Resolution, facts: f.Facts) -> f.Facts:
    """The container has looked up nothing else."""
    return replace(facts, container_reach=replace(reach_of(facts), resolutions=resolutions))


def beacon(outcome: BeaconOutcome, facts: f.Facts = LOCAL) -> f.Facts:
    """What the container heard of the doctor's own listener on the loopback; at ::1 it heard nothing."""
    return measured(
        facts,
        routes(RouteNetwork.OWN, "localhost", "::1", itself=BeaconOutcome.UNRESOLVED),
        routes(RouteNetwork.OWN, "localhost", LOOPBACK, itself=outcome),
    )


def all_elsewhere() -> f.Facts:
    return configured(LOCAL, *(endpoint(name, f"198.18.9.9:{port}") for name, port in PORTS.items()))


TOLD = Told(
    subject="network mode host",
    measured=(
        "from inside the container 127.0.0.1:7233 refused after 0.4 ms, from this machine "
        "127.0.0.1:7233 connected in 0.4 ms; from inside the container 127.0.0.1:7234 refused "
        "after 0.4 ms, from this machine 127.0.0.1:7234 connected in 0.4 ms; from inside the "
        "container 127.0.0.1:11434 refused after 0.4 ms, from this machine 127.0.0.1:11434 "
        "connected in 0.4 ms"
    ),
    expected="what answers at 127.0.0.1 here answers at 127.0.0.1 in the container",
    endpoints=("backend", "temporal", "llm"),
    message="localhost in the container is another loopback",
    advice="address this machine as host.docker.internal",
    changes=(
        "+ network bridge",
        "+ add-host host.docker.internal:host-gateway",
        "+ STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234",
        "+ TEMPORAL_SERVICE_ADDRESS=host.docker.internal:7233",
        "+ STIGMER_LLM_BASE_URL=http://host.docker.internal:11434",
    ),
)

GRID: dict[Rule, list[Case]] = {
    sd201.RULE: [
        fires(
            "every port that answers here is refused there",
            LOCAL,
            TOLD._replace(
                evidence=(
                    "inspect HostConfig.NetworkMode: host",
                    "container 127.0.0.1:7233: 127.0.0.1:7233 refused after 0.4 ms",
                    "user-machine 127.0.0.1:7233: 127.0.0.1:7233 connected in 0.4 ms",
                    "container 127.0.0.1:7234: 127.0.0.1:7234 refused after 0.4 ms",
                    "user-machine 127.0.0.1:7234: 127.0.0.1:7234 connected in 0.4 ms",
                    "container 127.0.0.1:11434: 127.0.0.1:11434 refused after 0.4 ms",
                    "user-machine 127.0.0.1:11434: 127.0.0.1:11434 connected in 0.4 ms",
                )
            ),
        ),
        fires(
            "the name of this machine has no address there",
            unshared_host(),
            TOLD._replace(changes=("+ network bridge", "+ add-host host.docker.internal:host-gateway")),
        ),
        fires(
            "one port that answers here times out there",
            at_loopback(f.Outcome.TIMED_OUT, 7233),
            TOLD._replace(
                measured=(
                    "from inside the container 127.0.0.1:7233 timed out after 0.0 s, from this machine "
                    "127.0.0.1:7233 connected in 0.4 ms"
                )
            ),
        ),
        fires(
            "one service answers at its ::1",
            reached_as(dial("localhost", 7233, address="::1")),
            TOLD._replace(endpoints=("backend", "llm")),
        ),
        fires("no listener was set up", replace(LOCAL, topology=NOT_MEASURED), TOLD),
        fires(
            "a name of another machine does not resolve",
            configured(
                looked_up(f.Resolution(host="db.internal", error="unknown"), facts=LOCAL),
                endpoint("temporal", "db.internal:7233"),
            ),
            TOLD._replace(
                endpoints=("backend", "llm"),
                changes=(
                    "+ network bridge",
                    "+ add-host host.docker.internal:host-gateway",
                    "+ STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234",
                    "+ STIGMER_LLM_BASE_URL=http://host.docker.internal:11434",
                ),
            ),
        ),
        fires(
            "one address is elsewhere",
            configured(LOCAL, endpoint("temporal", "198.18.9.9:7233")),
            TOLD._replace(
                endpoints=("backend", "llm"),
                changes=(
                    "+ network bridge",
                    "+ add-host host.docker.internal:host-gateway",
                    "+ STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234",
                    "+ STIGMER_LLM_BASE_URL=http://host.docker.internal:11434",
                ),
            ),
        ),
        fires(
            "a default, a mistyped port and another name of this machine are in force",
            configured(
                looked_up(*LOST, facts=LOCAL),
                endpoint("backend", "localhost:50051", origin=f.Origin.DEFAULT),
                endpoint("temporal", "localhost:7244"),
                endpoint("llm", f"{GATEWAY}:11434"),
            ),
            TOLD._replace(
                changes=(
                    "+ network bridge",
                    "+ add-host gateway.docker.internal:host-gateway",
                    "+ add-host host.docker.internal:host-gateway",
                    "+ STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234",
                    "+ TEMPORAL_SERVICE_ADDRESS=host.docker.internal:7233",
                )
            ),
        ),
        fires(
            "an address in the code, which no variable moves",
            configured(LOCAL, endpoint("llm", "localhost:11434", origin=f.Origin.LITERAL)),
            TOLD._replace(
                changes=(
                    "+ network bridge",
                    "+ add-host host.docker.internal:host-gateway",
                    "+ STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234",
                    "+ TEMPORAL_SERVICE_ADDRESS=host.docker.internal:7233",
                )
            ),
        ),
        fires(
            "the doctor's own listener was refused there",
            beacon(BeaconOutcome.REFUSED),
            TOLD._replace(
                measured=(
                    "a listener of the doctor's own at 127.0.0.1 of this machine, from inside the "
                    "container: refused; from inside the container 127.0.0.1:7233 refused after 0.4 ms, "
                    "from this machine 127.0.0.1:7233 connected in 0.4 ms; from inside the container "
                    "127.0.0.1:7234 refused after 0.4 ms, from this machine 127.0.0.1:7234 connected in "
                    "0.4 ms; from inside the container 127.0.0.1:11434 refused after 0.4 ms, from this "
                    "machine 127.0.0.1:11434 connected in 0.4 ms"
                )
            ),
        ),
        fires(
            "the doctor's own listener was not reached, and no service runs here",
            replace(beacon(BeaconOutcome.DROPPED), user_reach=served_nowhere()),
            TOLD._replace(
                measured=(
                    "a listener of the doctor's own at 127.0.0.1 of this machine, from inside the container: dropped"
                )
            ),
        ),
        fires(
            "this engine was seen to provide the name on a bridge network",
            measured(
                replace(LOCAL, user_reach=served_nowhere()),
                routes(RouteNetwork.OWN, "localhost", LOOPBACK, itself=BeaconOutcome.REFUSED),
                routes(RouteNetwork.BRIDGE, ALIAS, "198.18.0.1", loopback=BeaconOutcome.REACHED),
            ),
            TOLD._replace(
                measured=(
                    "a listener of the doctor's own at 127.0.0.1 of this machine, from inside the container: refused"
                ),
                changes=(
                    "+ network bridge",
                    "+ STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234",
                    "+ TEMPORAL_SERVICE_ADDRESS=host.docker.internal:7233",
                    "+ STIGMER_LLM_BASE_URL=http://host.docker.internal:11434",
                ),
            ),
        ),
        fires(
            "this engine was seen not to provide the name on a bridge network",
            measured(
                replace(LOCAL, user_reach=served_nowhere()),
                routes(RouteNetwork.OWN, "localhost", LOOPBACK, itself=BeaconOutcome.REFUSED),
                routes(RouteNetwork.BRIDGE, ALIAS, "198.18.0.1", loopback=BeaconOutcome.REFUSED),
            ),
            TOLD._replace(
                measured=(
                    "a listener of the doctor's own at 127.0.0.1 of this machine, from inside the container: refused"
                )
            ),
        ),
        does_not_fire("the loopback is shared", local_loopbacks(shared_host())),
        does_not_fire(
            "one port that answers here answers there",
            reaching(LOCAL, *refused(LOOPBACK, 7233), dial(LOOPBACK, 11434), *refused("localhost", *PORTS.values())),
        ),
        does_not_fire("the doctor's own listener was reached", beacon(BeaconOutcome.REACHED)),
        does_not_fire(
            "the listener was refused, and every address is elsewhere", beacon(BeaconOutcome.REFUSED, all_elsewhere())
        ),
        does_not_fire("the loopback differs, and every address is elsewhere", all_elsewhere()),
        does_not_fire(
            "the name has an address there, at which nothing answers",
            looked_up(f.Resolution(host=ALIAS, addresses=("198.18.0.1",)), facts=unshared_host()),
        ),
        does_not_fire("nobody looked the name up", looked_up(facts=unshared_host())),
        does_not_fire("a network of its own", local_loopbacks()),
        does_not_fire("a network of its own on a remote engine", elsewhere(healthy())),
        not_checked(
            "the engine is elsewhere",
            elsewhere(LOCAL),
            "the engine is on another machine, so its host network is that machine's",
        ),
        not_checked(
            "nothing was dialled", replace(LOCAL, container_reach=f.NotMeasured(reason="--passive")), "--passive"
        ),
        not_checked("this machine was not dialled", replace(LOCAL, user_reach=NOT_MEASURED), NOT_MEASURED.reason),
        not_checked(
            "nothing runs on this machine",
            replace(LOCAL, user_reach=served_nowhere()),
            "no service answers on this machine, so there is nothing to compare",
        ),
        not_checked(
            "what runs on this machine answers at its ::1 alone",
            replace(LOCAL, user_reach=f.Reach(vantage=f.Vantage.USER, dials=(dial("::1", 7233, address="::1"),))),
            "no service answers on this machine, so there is nothing to compare",
        ),
        not_checked(
            "the loopback was not dialled there",
            at_loopback(f.Outcome.REFUSED),
            "127.0.0.1 was not dialled on both sides, or gave no clear answer",
        ),
        not_checked(
            "the loopback failed for another reason there",
            at_loopback(f.Outcome.NO_ROUTE, *PORTS.values()),
            "127.0.0.1 was not dialled on both sides, or gave no clear answer",
        ),
    ]
}


@every_case(GRID)
def test_what_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)


def test_a_bridge_network_makes_no_name_localhost() -> None:
    assert one(LOCAL, sd201.RULE).remediation.changes[0] == UseNetwork(mode="bridge")
