"""SD207: a network that leads nowhere, or another container's, told from services that do not run."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.network import sd207_network_isolated as sd207
from tests.healthy import ALIAS, NOT_MEASURED, PORTS, dial, endpoint, healthy
from tests.rules.altered import altered, local_loopbacks, open_at, passive, reaching, refused, unshared_host
from tests.rules.different import OTHER, internal_network, no_network, served_nowhere
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.vary import configured, failing

NONE = no_network()
INTERNAL = internal_network(f.Outcome.NO_ROUTE)
OWNER = "e" * 64
REMOTE = tuple(endpoint(name, f"198.18.9.9:{port}") for name, port in PORTS.items())


def shared(outcome: f.Outcome = f.Outcome.REFUSED) -> f.Facts:
    """The network of another container, in which dialling comes to this."""
    facts = altered(network_mode=f"container:{OWNER}", networks=())
    return reaching(facts, *(dial(ALIAS, port, outcome) for port in PORTS.values()))


def listed_owner(**where: tuple[f.ContainerSummary, ...]) -> f.Facts:
    facts = shared()
    assert isinstance(facts.lookup, f.Lookup)
    return replace(facts, lookup=replace(facts.lookup, **where))


def only(facts: f.Facts, name: str) -> f.Facts:
    """The others answer."""
    dials = (
        dial(ALIAS, port, f.Outcome.CONNECTED if other != name else f.Outcome.NO_ROUTE) for other, port in PORTS.items()
    )
    return reaching(facts, *dials)


NO_NETWORK = Told(
    subject="network mode none",
    measured=(
        "network mode none; host.docker.internal does not resolve; host.docker.internal does "
        "not resolve; host.docker.internal does not resolve"
    ),
    expected="a network that leads to this machine",
    endpoints=("backend", "temporal", "llm"),
    message="the container has no network: Stigmer backend, Temporal and LLM (Ollama) cannot be reached",
    advice="Run the container on a bridge network.",
    changes=("+ network bridge", "+ add-host host.docker.internal:host-gateway"),
)
INNER = Told(
    subject="network mode inner",
    measured=(
        "network mode inner, internal: inner; 198.18.0.1:7234 no route; 198.18.0.1:7233 no "
        "route; 198.18.0.1:11434 no route"
    ),
    expected="a network that leads to this machine",
    endpoints=("backend", "temporal", "llm"),
    message=(
        "the container is only on networks that are internal (inner): Stigmer backend, "
        "Temporal and LLM (Ollama) cannot be reached through it"
    ),
    advice="Attach it to a network that leads out as well; the internal ones stay.",
    commands=("docker network connect bridge stigmer-agent-runner",),
)
SHARED = Told(
    subject="network mode container:eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee",
    measured=(
        "network mode "
        "container:eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee; "
        "198.18.0.1:7234 refused after 0.4 ms; 198.18.0.1:7233 refused after 0.4 ms; "
        "198.18.0.1:11434 refused after 0.4 ms"
    ),
    expected="a network that leads to this machine",
    endpoints=("backend", "temporal", "llm"),
    message=(
        "the container uses the network of the container eeeeeeeeeeee: Stigmer backend, "
        "Temporal and LLM (Ollama) cannot"
    ),
    advice="Run the container on a bridge network.",
    changes=("+ network bridge", "+ add-host host.docker.internal:host-gateway"),
)

GRID: dict[Rule, list[Case]] = {
    sd207.RULE: [
        fires("no network at all", NONE, NO_NETWORK._replace(evidence=("inspect HostConfig.NetworkMode: none",))),
        fires(
            "no network, of which the engine has one by that name",
            altered(NONE, networks=(f.Network(name="none", internal=False),)),
            NO_NETWORK,
        ),
        fires("no network, and nothing was dialled", passive(NONE), NO_NETWORK._replace(measured="network mode none")),
        fires(
            "no network, and one service at its loopback answers",
            reaching(configured(NONE, endpoint("llm", "localhost:11434")), dial("localhost", 11434), lost=(ALIAS,)),
            NO_NETWORK._replace(
                measured=(
                    "network mode none; host.docker.internal does not resolve; host.docker.internal does not resolve"
                ),
                endpoints=("backend", "temporal"),
                message="no network: Stigmer backend and Temporal cannot",
                changes=(
                    "+ network bridge",
                    "+ add-host host.docker.internal:host-gateway",
                    "+ STIGMER_LLM_BASE_URL=http://host.docker.internal:11434",
                ),
            ),
        ),
        fires("no network, and the services do not run either", replace(NONE, user_reach=served_nowhere()), NO_NETWORK),
        fires(
            "no network, and addresses at its loopback",
            reaching(local_loopbacks(NONE), *refused("localhost", *PORTS.values())),
            NO_NETWORK._replace(
                measured=(
                    "network mode none; 127.0.0.1:7234 refused after 0.4 ms; 127.0.0.1:7233 refused after "
                    "0.4 ms; 127.0.0.1:11434 refused after 0.4 ms"
                ),
                changes=(
                    "+ network bridge",
                    "+ add-host host.docker.internal:host-gateway",
                    "+ STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234",
                    "+ TEMPORAL_SERVICE_ADDRESS=host.docker.internal:7233",
                    "+ STIGMER_LLM_BASE_URL=http://host.docker.internal:11434",
                ),
            ),
        ),
        fires(
            "an internal network that has no way out",
            INTERNAL,
            INNER._replace(evidence=("inspect HostConfig.NetworkMode: inner",)),
        ),
        fires(
            "an internal network, and what is sent there is lost",
            internal_network(f.Outcome.TIMED_OUT),
            INNER._replace(
                measured=(
                    "network mode inner, internal: inner; 198.18.0.1:7234 timed out after 0.0 s; "
                    "198.18.0.1:7233 timed out after 0.0 s; 198.18.0.1:11434 timed out after 0.0 s"
                )
            ),
        ),
        fires(
            "an internal network, in which the name does not resolve",
            reaching(internal_network(f.Outcome.TIMED_OUT), lost=(ALIAS,)),
            INNER._replace(
                measured=(
                    "network mode inner, internal: inner; host.docker.internal does not resolve; "
                    "host.docker.internal does not resolve; host.docker.internal does not resolve"
                )
            ),
        ),
        fires(
            "an internal network, from which one service is not reached",
            only(INTERNAL, "llm"),
            INNER._replace(
                measured="network mode inner, internal: inner; 198.18.0.1:11434 no route",
                endpoints=("llm",),
                message="(inner): LLM (Ollama) cannot",
            ),
        ),
        fires(
            "an internal network whose name is behind none in the alphabet",
            altered(INTERNAL, network_mode="outer"),
            INNER._replace(subject="network mode outer", measured=INNER.measured.replace("mode inner", "mode outer")),
        ),
        fires(
            "two internal networks",
            altered(INTERNAL, networks=(f.Network(name="inner", internal=True), f.Network(name="back", internal=True))),
            INNER._replace(
                measured=(
                    "network mode inner, internal: inner and back; 198.18.0.1:7234 no route; "
                    "198.18.0.1:7233 no route; 198.18.0.1:11434 no route"
                ),
                message="internal (inner and back)",
            ),
        ),
        fires(
            "an internal network, and this machine was not dialled", replace(INTERNAL, user_reach=NOT_MEASURED), INNER
        ),
        fires(
            "an internal network, one service is elsewhere, and none runs here",
            reaching(
                replace(configured(INTERNAL, REMOTE[0]), user_reach=served_nowhere()),
                dial("198.18.9.9", 7234, f.Outcome.NO_ROUTE, "198.18.9.9"),
                dial(ALIAS, 7233, f.Outcome.NO_ROUTE),
            ),
            INNER._replace(
                measured="network mode inner, internal: inner; 198.18.9.9:7234 no route",
                endpoints=("backend",),
                message="(inner): Stigmer backend cannot",
            ),
        ),
        fires(
            "another container's network",
            shared(),
            SHARED._replace(
                evidence=(
                    (
                        "inspect HostConfig.NetworkMode: "
                        "container:eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee"
                    ),
                )
            ),
        ),
        fires(
            "another container's network, from which nothing is reached",
            shared(f.Outcome.NO_ROUTE),
            SHARED._replace(
                measured=(
                    "network mode "
                    "container:eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee; "
                    "198.18.0.1:7234 no route; 198.18.0.1:7233 no route; 198.18.0.1:11434 no route"
                )
            ),
        ),
        fires(
            "a runner's network",
            listed_owner(runners=(replace(OTHER, id="f" * 64), replace(OTHER, id=OWNER, name="gateway"))),
            SHARED._replace(message="the container gateway:"),
        ),
        fires(
            "a similar container's network",
            listed_owner(candidates=(replace(OTHER, id=OWNER, name="gateway"),)),
            SHARED._replace(message="the container gateway:"),
        ),
        fires("another container's network, and the list is not known", replace(shared(), lookup=NOT_MEASURED), SHARED),
        does_not_fire("an internal network, and a refusal comes back", internal_network(f.Outcome.REFUSED)),
        does_not_fire("an internal network, and every address answers", internal_network(f.Outcome.CONNECTED)),
        does_not_fire("an internal network, and nothing was dialled", reaching(INTERNAL)),
        does_not_fire(
            "an internal network, and an address that is none",
            configured(INTERNAL, *(endpoint(name, f"{ALIAS}:{port}", problem="no") for name, port in PORTS.items())),
        ),
        does_not_fire("an internal network, and nothing runs here", replace(INTERNAL, user_reach=served_nowhere())),
        does_not_fire(
            "another container's network, and nothing runs here", replace(shared(), user_reach=served_nowhere())
        ),
        does_not_fire("another container's network, and every address answers", shared(f.Outcome.CONNECTED)),
        does_not_fire(
            "no network, and every address answers",
            reaching(local_loopbacks(NONE), *open_at("localhost", *PORTS.values())),
        ),
        does_not_fire(
            "one of two networks is internal",
            altered(INTERNAL, networks=(f.Network(name="inner", internal=True), f.Network(name="out", internal=False))),
        ),
        does_not_fire("the network could not be inspected", altered(INTERNAL, networks=(f.Network(name="inner"),))),
        does_not_fire("on the host's network", unshared_host()),
        does_not_fire("a network that leads out", failing("backend", f.Outcome.TIMED_OUT)),
        does_not_fire("a network that leads out, and nothing was dialled", passive(healthy())),
        not_checked("an internal network, and nothing was dialled at all", passive(INTERNAL), "--passive"),
        not_checked("another container's network, and nothing was dialled at all", passive(shared()), "--passive"),
    ]
}


@every_case(GRID)
def test_what_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
