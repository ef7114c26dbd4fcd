"""SD205: a service that listens on the loopback only, where the container's way does not lead there."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.model.topology import BeaconOutcome, Route, RouteNetwork
from stigmer_doctor.rules.network import sd205_service_bound_to_loopback as sd205
from tests.healthy import ALIAS, ALIAS_ADDRESS, PORTS, dial, endpoint, healthy
from tests.rules.altered import LOOPBACK, altered, passive, reach_of
from tests.rules.different import bound_to_loopback, elsewhere, host_ways, measured, own_ways, routes
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.vary import configured, dialled, failing, unknown

REFUSING = own_ways(BeaconOutcome.REFUSED, BeaconOutcome.REACHED)
REFUSED = measured(bound_to_loopback(), REFUSING)


def mapped_way(address: str = "198.18.8.1", loopback: BeaconOutcome = BeaconOutcome.REFUSED) -> tuple[Route, ...]:
    return routes(RouteNetwork.BRIDGE, "host-gateway", address, loopback=loopback, itself=BeaconOutcome.REACHED)


def listening_at(facts: f.Facts, *items: f.Listener) -> f.Facts:
    return replace(facts, listeners=f.Listeners(ports=tuple(PORTS.values()), items=items))


def ollama_at(*addresses: str, process: str = "") -> f.Facts:
    return listening_at(REFUSED, *(f.Listener(address=address, port=11434, process=process) for address in addresses))


def local_llm(*ways: tuple[Route, ...]) -> f.Facts:
    """The LLM at localhost, which is the container itself; the others answer."""
    facts = dialled(healthy(), 11434, dial("localhost", 11434, f.Outcome.REFUSED, LOOPBACK))
    return measured(configured(facts, endpoint("llm", "localhost:11434")), *ways)


def at_gateway() -> f.Facts:
    """The LLM at the address of the network's gateway, which is this machine's."""
    facts = dialled(healthy(), 11434, dial("198.18.4.1", 11434, f.Outcome.REFUSED, "198.18.4.1"))
    reach = reach_of(facts)
    found = (*reach.resolutions, f.Resolution(host="198.18.4.1", addresses=("198.18.4.1",)))
    facts = replace(facts, container_reach=replace(reach, resolutions=found))
    facts = configured(facts, endpoint("llm", "198.18.4.1:11434"))
    heard = {"loopback": BeaconOutcome.REFUSED, "itself": BeaconOutcome.REACHED}
    return measured(facts, routes(RouteNetwork.OWN, "gateway", "198.18.4.1", **heard), REFUSING)


TOLD = Told(
    subject="LLM (Ollama)",
    measured=(
        "LLM (Ollama) listens on 127.0.0.1:11434; from inside the container 198.18.0.1 leads "
        "to this machine and not to its loopback"
    ),
    expected="a listener on 198.18.0.1:11434, or a container on the host's network",
    endpoints=("llm",),
    message="LLM (Ollama) (ollama) listens on this machine's loopback only",
    advice="Let LLM (Ollama) listen on 198.18.0.1 as well. That is open to every container",
)

GRID: dict[Rule, list[Case]] = {
    sd205.RULE: [
        fires(
            "the LLM is refused at an address of this machine",
            REFUSED,
            TOLD._replace(
                evidence=(
                    "inspect STIGMER_LLM_BASE_URL: http://host.docker.internal:11434",
                    "user-machine 127.0.0.1:11434: ollama",
                )
            ),
        ),
        fires(
            "Temporal is refused there",
            measured(failing("temporal", f.Outcome.REFUSED), REFUSING),
            TOLD._replace(
                subject="Temporal",
                measured=(
                    "Temporal listens on 127.0.0.1:7233; from inside the container 198.18.0.1 leads to "
                    "this machine and not to its loopback"
                ),
                expected="a listener on 0.0.0.0:7233, or a container on the host's network",
                endpoints=("temporal",),
                message="Temporal (temporal) listens",
                advice="Let Temporal listen on 0.0.0.0, behind a firewall, for that is open to the whole network",
            ),
        ),
        fires(
            "it listens on both loopbacks, and its process is not known",
            ollama_at("127.0.0.1", "::1"),
            TOLD._replace(
                measured=(
                    "LLM (Ollama) listens on 127.0.0.1:11434 and [::1]:11434; from inside the container "
                    "198.18.0.1 leads to this machine and not to its loopback"
                ),
                message="LLM (Ollama) listens",
                evidence=(
                    "inspect STIGMER_LLM_BASE_URL: http://host.docker.internal:11434",
                    "user-machine 127.0.0.1:11434: ",
                    "user-machine [::1]:11434: ",
                ),
            ),
        ),
        fires(
            "it listens on another loopback",
            ollama_at("127.0.0.53"),
            TOLD._replace(
                measured=(
                    "LLM (Ollama) listens on 127.0.0.53:11434; from inside the container 198.18.0.1 leads "
                    "to this machine and not to its loopback"
                ),
                message="LLM (Ollama) listens",
            ),
        ),
        fires(
            "its name is not known, and a mapped one would lead here",
            measured(unknown(ALIAS, healthy()), mapped_way()),
            TOLD._replace(
                measured=(
                    "LLM (Ollama) listens on 127.0.0.1:11434; from inside the container 198.18.8.1 leads "
                    "to this machine and not to its loopback"
                ),
                expected="a listener on 198.18.8.1:11434, or a container on the host's network",
                advice="Let LLM (Ollama) listen on 198.18.8.1 as well",
            ),
            TOLD._replace(
                subject="Temporal",
                measured=(
                    "Temporal listens on 127.0.0.1:7233; from inside the container 198.18.8.1 leads to "
                    "this machine and not to its loopback"
                ),
                expected="a listener on 0.0.0.0:7233, or a container on the host's network",
                endpoints=("temporal",),
                message="Temporal (temporal) listens",
                advice="Let Temporal listen on 0.0.0.0",
            ),
        ),
        fires(
            "its name is not known, as the listeners were told as well",
            measured(
                unknown(ALIAS, healthy()),
                routes(RouteNetwork.OWN, ALIAS, "", loopback=BeaconOutcome.UNRESOLVED),
                mapped_way(),
            ),
            TOLD._replace(
                measured=(
                    "LLM (Ollama) listens on 127.0.0.1:11434; from inside the container 198.18.8.1 leads "
                    "to this machine and not to its loopback"
                ),
                expected="a listener on 198.18.8.1:11434, or a container on the host's network",
                advice="Let LLM (Ollama) listen on 198.18.8.1 as well",
            ),
            TOLD._replace(
                subject="Temporal",
                measured=(
                    "Temporal listens on 127.0.0.1:7233; from inside the container 198.18.8.1 leads to "
                    "this machine and not to its loopback"
                ),
                expected="a listener on 0.0.0.0:7233, or a container on the host's network",
                endpoints=("temporal",),
                message="Temporal (temporal) listens",
                advice="Let Temporal listen on 0.0.0.0",
            ),
        ),
        fires("the LLM at localhost, and the name of this machine leads here", local_llm(REFUSING, mapped_way()), TOLD),
        fires(
            "the LLM at localhost, and no name is known",
            local_llm(mapped_way()),
            TOLD._replace(
                measured=(
                    "LLM (Ollama) listens on 127.0.0.1:11434; from inside the container 198.18.8.1 leads "
                    "to this machine and not to its loopback"
                ),
                expected="a listener on 198.18.8.1:11434, or a container on the host's network",
                advice="listen on 198.18.8.1 as well",
            ),
        ),
        fires(
            "the LLM at localhost, where the container itself was heard",
            local_llm(REFUSING, routes(RouteNetwork.OWN, "x", "127.0.0.1", itself=BeaconOutcome.REACHED)),
            TOLD,
        ),
        fires(
            "the LLM at the gateway's address",
            at_gateway(),
            TOLD._replace(
                measured=(
                    "LLM (Ollama) listens on 127.0.0.1:11434; from inside the container 198.18.4.1 leads "
                    "to this machine and not to its loopback"
                ),
                expected="a listener on 198.18.4.1:11434, or a container on the host's network",
                advice="listen on 198.18.4.1 as well",
            ),
        ),
        fires(
            "the way is an IPv6 address",
            local_llm(mapped_way("fd00::1")),
            TOLD._replace(
                measured=(
                    "LLM (Ollama) listens on 127.0.0.1:11434; from inside the container fd00::1 leads to "
                    "this machine and not to its loopback"
                ),
                expected="a listener on [fd00::1]:11434, or a container on the host's network",
                advice="listen on fd00::1 as well",
            ),
        ),
        fires(
            "the LLM at a default port",
            configured(
                dialled(REFUSED, 8080, dial(ALIAS, 8080, f.Outcome.REFUSED)),
                endpoint("llm", f"{ALIAS}:8080", origin=f.Origin.DEFAULT),
            ),
            TOLD._replace(
                evidence=(
                    "code STIGMER_LLM_BASE_URL (default, worker/config.py:40): http://host.docker.internal:8080",
                    "user-machine 127.0.0.1:11434: ollama",
                )
            ),
        ),
        fires(
            "host networking was seen to share the loopback",
            measured(bound_to_loopback(), REFUSING, host_ways(BeaconOutcome.REACHED)),
            TOLD._replace(
                advice="Run the container on the host's network, whose loopback is this machine's",
                changes=(
                    "+ network host",
                    "+ STIGMER_BACKEND_ENDPOINT=localhost:7234",
                    "+ TEMPORAL_SERVICE_ADDRESS=localhost:7233",
                    "+ STIGMER_LLM_BASE_URL=http://localhost:11434",
                ),
            ),
        ),
        fires(
            "host networking was seen not to share the loopback",
            measured(bound_to_loopback(), REFUSING, host_ways(BeaconOutcome.REFUSED)),
            TOLD,
        ),
        does_not_fire("it listens on the loopback and elsewhere", ollama_at("127.0.0.1", "198.18.4.1")),
        does_not_fire("it listens everywhere", ollama_at("0.0.0.0")),
        does_not_fire("nothing listens", ollama_at()),
        does_not_fire(
            "the loopback is reached",
            measured(bound_to_loopback(), own_ways(BeaconOutcome.REACHED, BeaconOutcome.REACHED)),
        ),
        does_not_fire(
            "the other loopback is reached",
            measured(
                bound_to_loopback(),
                REFUSING,
                (
                    Route(
                        network=RouteNetwork.OWN,
                        name=ALIAS,
                        address=ALIAS_ADDRESS,
                        listener="::1",
                        outcome=BeaconOutcome.REACHED,
                    ),
                ),
            ),
        ),
        does_not_fire(
            "another address is reached",
            measured(
                bound_to_loopback(),
                routes(RouteNetwork.OWN, ALIAS, ALIAS_ADDRESS, loopback=BeaconOutcome.REFUSED),
                (
                    Route(
                        network=RouteNetwork.OWN,
                        name=ALIAS,
                        address=ALIAS_ADDRESS,
                        listener="198.18.7.7",
                        outcome=BeaconOutcome.REACHED,
                    ),
                ),
            ),
        ),
        does_not_fire(
            "the address itself is not reached",
            measured(bound_to_loopback(), own_ways(BeaconOutcome.REFUSED, BeaconOutcome.DROPPED)),
        ),
        does_not_fire("nothing was tried there", measured(bound_to_loopback())),
        does_not_fire("it answers the container", measured(healthy(), REFUSING)),
        does_not_fire(
            "it is dialled elsewhere",
            measured(configured(bound_to_loopback(), endpoint("llm", "198.18.9.9:11434")), REFUSING),
        ),
        does_not_fire("it has no usable address", configured(REFUSED, endpoint("llm", f"{ALIAS}:11434", problem="no"))),
        does_not_fire("on the host's network", altered(REFUSED, network_mode="host")),
        not_checked(
            "the engine is elsewhere",
            elsewhere(REFUSED),
            "the engine is on another machine, so this machine's services do not matter",
        ),
        not_checked(
            "nobody may list the listeners",
            replace(REFUSED, listeners=f.NotMeasured(reason="not permitted")),
            "not permitted",
        ),
        not_checked("nothing was dialled", passive(REFUSED), "--passive"),
    ]
}


@every_case(GRID)
def test_what_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
