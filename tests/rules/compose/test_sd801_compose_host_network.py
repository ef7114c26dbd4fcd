"""SD801: a compose file puts the runner on the host's network."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.model.topology import BeaconOutcome, RouteNetwork
from stigmer_doctor.rules.compose.sd801_compose_host_network import RULE
from tests.healthy import NOT_MEASURED, healthy
from tests.rules.altered import on_host_network
from tests.rules.compose.files import service_of, with_service
from tests.rules.different import measured, routes
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.sources import AFTER, beside, in_tree, shared

HOST = """services:
  agent-runner:
    image: stigmer-agent-runner
    network_mode: host
    environment:
      STIGMER_BACKEND_ENDPOINT: host.docker.internal:7234
      TEMPORAL_SERVICE_ADDRESS: host.docker.internal:7233
      OLLAMA_BASE_URL: http://host.docker.internal:11434
"""
NOTHING_SET = HOST.partition("    environment:")[0]
ANCHOR = "x-mode: &mode host\n" + HOST.replace("network_mode: host", "network_mode: *mode")
NETWORK = (
    HOST.replace("network_mode: host", "networks: [hostnet]") + "networks: {hostnet: {external: true, name: host}}\n"
)
MISNAMED = HOST.replace("STIGMER_BACKEND_ENDPOINT: ", "STIGMER_BACKEND_URL: http://")
LOCAL = HOST.replace("STIGMER_BACKEND_ENDPOINT: host.docker.internal", "STIGMER_BACKEND_ENDPOINT: localhost")


def heard(outcome: BeaconOutcome) -> f.Facts:
    """What host networking was measured to be."""
    return measured(healthy(), routes(RouteNetwork.HOST, "localhost", "127.0.0.1", loopback=outcome))


def running(owner: str, facts: f.Facts | None = None) -> f.Facts:
    return beside(HOST, owner, facts or on_host_network())


def one_cannot_be_set() -> f.Facts:
    """Of the addresses that only are right there, one cannot be set in its place."""
    facts = in_tree(NOTHING_SET)
    first, *others = service_of(facts).unset
    return with_service(facts, unset=(replace(first, edits=()), *others))


EXPECTED = "no network_mode: then host.docker.internal leads to this machine on every Docker Desktop"
GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires(
            "the host's network, and every address is set",
            in_tree(HOST),
            Told(
                subject="docker-compose.yml:4:19",
                measured='network_mode: "host"',
                expected=EXPECTED,
                endpoints=(),
                message="the service agent-runner is on the host's network, which is not this machine's where",
                advice="Remove the line.",
                evidence=("file docker-compose.yml:4:19: network_mode: host",),
                fix=("safe", "-    network_mode: host"),
            ),
        ),
        fires(
            "an address that only is right there",
            in_tree(LOCAL),
            Told(
                subject="docker-compose.yml:4:19",
                measured='network_mode: "host"',
                expected=EXPECTED,
                endpoints=(),
                message="on the host's network",
                advice="Use the default network, with addresses that lead to this machine.",
                fix=(
                    "safe",
                    "-    network_mode: host",
                    "-      STIGMER_BACKEND_ENDPOINT: localhost:7234",
                    "+      STIGMER_BACKEND_ENDPOINT: host.docker.internal:7234",
                ),
            ),
        ),
        fires(
            "nothing is set, and the defaults only are right there",
            in_tree(NOTHING_SET),
            Told(
                subject="docker-compose.yml:4:19",
                measured='network_mode: "host"',
                expected=EXPECTED,
                endpoints=(),
                message="on the host's network",
                advice="Use the default network, with addresses that lead to this machine.",
                fix=(
                    "safe",
                    "-    network_mode: host",
                    "+    environment:",
                    "+      STIGMER_BACKEND_ENDPOINT: host.docker.internal:7234",
                    "+      TEMPORAL_SERVICE_ADDRESS: host.docker.internal:7233",
                    "+      OLLAMA_BASE_URL: http://host.docker.internal:11434",
                ),
            ),
        ),
        fires(
            "nothing is set, and no code tells the defaults",
            beside(NOTHING_SET),
            Told(
                subject="docker-compose.yml:4:19",
                measured='network_mode: "host"',
                expected=EXPECTED,
                endpoints=(),
                message="on the host's network",
                advice="Remove the line.",
                fix=("safe", "-    network_mode: host"),
            ),
        ),
        fires(
            "an address is set under a wrong name, which SD802 fixes",
            in_tree(MISNAMED),
            Told(
                subject="docker-compose.yml:4:19",
                measured='network_mode: "host"',
                expected=EXPECTED,
                endpoints=(),
                message="on the host's network",
                advice="Remove the line.",
                fix=("safe", "-    network_mode: host"),
            ),
        ),
        fires(
            "one of the addresses cannot be set in its place",
            one_cannot_be_set(),
            Told(
                subject="docker-compose.yml:4:19",
                measured='network_mode: "host"',
                expected=EXPECTED,
                endpoints=(),
                message="on the host's network",
                advice="It comes through a way of writing that cannot be changed in place",
                fix=("manual", "services:", "  agent-runner:", '    network_mode: "bridge"'),
            ),
        ),
        fires(
            "the mode cannot be removed",
            with_service(in_tree(HOST), without_host_mode=()),
            Told(
                subject="docker-compose.yml:4:19",
                measured='network_mode: "host"',
                expected=EXPECTED,
                endpoints=(),
                message="on the host's network",
                advice="It comes through a way of writing",
                fix=("manual", "services:", "  agent-runner:", '    network_mode: "bridge"'),
            ),
        ),
        fires(
            "the mode comes through an anchor",
            in_tree(ANCHOR),
            Told(
                subject="docker-compose.yml:1:9",
                measured='network_mode: "host"',
                expected=EXPECTED,
                endpoints=(),
                message="on the host's network",
                advice="It comes through an anchor: give compose an override file",
                fix=("manual", "services:", "  agent-runner:", '    network_mode: "bridge"'),
            ),
        ),
        fires(
            "a network that is the engine's network host",
            in_tree(NETWORK),
            Told(
                subject="docker-compose.yml:4:16",
                measured="the network hostnet is the engine's network host",
                expected=EXPECTED,
                endpoints=(),
                message="on the host's network",
                advice="Remove the line.",
                evidence=("file docker-compose.yml:4:16: networks: [hostnet]",),
                fix=("safe", "-    networks: [hostnet]"),
            ),
        ),
        fires(
            "a network of another name that is the engine's network host",
            in_tree(NETWORK.replace("hostnet", "outside")),
            Told(
                subject="docker-compose.yml:4:16",
                measured="the network outside is the engine's network host",
                expected=EXPECTED,
                endpoints=(),
                message="on the host's network",
                advice="Remove the line.",
                fix=("safe", "-    networks: [outside]"),
            ),
        ),
        fires(
            "the running container has it from here",
            running("agent-runner"),
            Told(
                subject="docker-compose.yml:4:19",
                measured='network_mode: "host"',
                expected=EXPECTED,
                endpoints=(),
                message="runs in a VM; the running container stigmer-agent-runner got it from here",
                advice="Remove",
                evidence=("file docker-compose.yml:4:19: network_mode: host", "inspect HostConfig.NetworkMode: host"),
            ),
        ),
        fires(
            "the running container is another's",
            running("web"),
            Told(
                subject="docker-compose.yml:4:19",
                measured='network_mode: "host"',
                expected=EXPECTED,
                endpoints=(),
                message="where the engine runs in a VM",
                advice="Remove",
                evidence=("file docker-compose.yml:4:19: network_mode: host",),
            ),
        ),
        fires(
            "the running container is not on it any more",
            running("agent-runner", healthy()),
            Told(
                subject="docker-compose.yml:4:19",
                measured='network_mode: "host"',
                expected=EXPECTED,
                endpoints=(),
                message="where the engine runs in a VM",
                advice="Remove",
                evidence=("file docker-compose.yml:4:19: network_mode: host",),
            ),
        ),
        fires(
            "no container runs",
            running("agent-runner", replace(healthy(), container=NOT_MEASURED)),
            Told(
                subject="docker-compose.yml:4:19",
                measured='network_mode: "host"',
                expected=EXPECTED,
                endpoints=(),
                message="where the engine runs in a VM",
                advice="Remove",
                evidence=("file docker-compose.yml:4:19: network_mode: host",),
            ),
        ),
        fires(
            "it was measured to lead elsewhere",
            beside(HOST, facts=heard(BeaconOutcome.REFUSED)),
            Told(
                subject="docker-compose.yml:4:19",
                measured='network_mode: "host"',
                expected=EXPECTED,
                endpoints=(),
                message="on the host's network",
                advice="Remove",
            ),
        ),
        fires(
            "what it leads to was not measured",
            beside(HOST, facts=replace(healthy(), topology=NOT_MEASURED)),
            Told(
                subject="docker-compose.yml:4:19",
                measured='network_mode: "host"',
                expected=EXPECTED,
                endpoints=(),
                message="on the host's network",
                advice="Remove",
            ),
        ),
        fires(
            "two services, one of them on it",
            in_tree(AFTER + HOST.partition("services:\n")[2].replace("  agent-runner:", "  second:")),
            Told(
                subject="docker-compose.yml:10:19",
                measured='network_mode: "host"',
                expected=EXPECTED,
                endpoints=(),
                message="the service second is on the host's network",
                advice="Remove the line.",
            ),
        ),
        does_not_fire("a network of its own", in_tree(AFTER)),
        does_not_fire("it was measured to be this machine's", beside(HOST, facts=shared())),
        not_checked("no compose file", healthy(), "no compose file was named, and the container has none"),
    ]
}


@every_case(GRID)
def test_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
