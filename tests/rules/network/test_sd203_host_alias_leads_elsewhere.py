"""SD203: a name for this machine that leads to another one, told by who answers there and who answers here."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.model.topology import BeaconOutcome, RouteNetwork
from stigmer_doctor.rules.network import sd203_host_alias_leads_elsewhere as sd203
from tests.healthy import ALIAS, ALIAS_ADDRESS, NOT_MEASURED, PORTS, dial, endpoint, healthy
from tests.rules.altered import altered, passive, reach_of
from tests.rules.contracts import cloud
from tests.rules.different import alias_to_nothing, elsewhere, measured, own_ways, routes, served_nowhere, strange
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.vary import configured, failing, served_here

HERE = healthy()
FORWARDED = (
    f"{ALIAS} does not lead to this machine itself, and whether what answers there is what answers here could not be "
    "told: a machine between may forward the ports"
)


def not_here(facts: f.Facts, *more: BeaconOutcome) -> f.Facts:
    """The name leads to a machine on which no listener of the doctor's is."""
    heard = routes(RouteNetwork.OWN, ALIAS, ALIAS_ADDRESS, loopback=BeaconOutcome.REFUSED)
    return measured(facts, heard, *(routes(RouteNetwork.OWN, ALIAS, ALIAS_ADDRESS, loopback=other) for other in more))


def answers(inside: f.Answer, here: f.Answer | None, name: str) -> f.Facts:
    """What one service answered in the container and on this machine; the others were not asked here."""
    return replace(not_here(HERE), **{name: inside, "comparison": replace(f.Comparison(), **{name: here})})


def temporal(cluster: str, answered: f.Answered = f.Answered.YES) -> f.TemporalAnswer:
    return f.TemporalAnswer(answered=answered, namespace="default", task_queue="q", cluster_id=cluster)


def llm(fingerprint: str) -> f.LlmAnswer:
    return f.LlmAnswer(answered=f.Answered.YES, status=200, fingerprint=fingerprint)


def backend(has_service: bool | None) -> f.BackendAnswer:
    return f.BackendAnswer(answered=f.Answered.YES, status="UNIMPLEMENTED", has_service=has_service)


def bridge_ways(mapped: BeaconOutcome, facts: f.Facts, **gateways: tuple[str, BeaconOutcome]) -> f.Facts:
    """What a mapped name and the gateways of a bridge network lead to, beside what the container's own way does."""
    return measured(
        facts,
        routes(RouteNetwork.OWN, ALIAS, ALIAS_ADDRESS, loopback=BeaconOutcome.REFUSED),
        routes(RouteNetwork.BRIDGE, "host-gateway", ALIAS_ADDRESS, loopback=mapped),
        *(
            routes(RouteNetwork.BRIDGE, name.replace("_", "-"), address, loopback=outcome)
            for name, (address, outcome) in gateways.items()
        ),
    )


def colima(facts: f.Facts) -> f.Facts:
    assert isinstance(facts.engine, f.Engine)
    return replace(facts, engine=replace(facts.engine, name="Colima-x"))


def half_refused() -> f.Facts:
    """One of the services does not answer there at all."""
    return failing("backend", f.Outcome.TIMED_OUT, alias_to_nothing("temporal"))


def one_forwarded() -> f.Facts:
    """The LLM answers there, and it is this machine's; whether the others are is not known."""
    return answers(llm("x"), llm("x"), "llm")


def two_addresses(facts: f.Facts | None = None) -> f.Facts:
    """The name has a second address, at which no listener of this machine is either."""
    facts = facts or strange()
    reach = reach_of(facts)
    found = (f.Resolution(host=ALIAS, addresses=(ALIAS_ADDRESS, "198.18.0.2")),)
    facts = replace(facts, container_reach=replace(reach, resolutions=found))
    heard = (routes(RouteNetwork.OWN, ALIAS, other, loopback=BeaconOutcome.REFUSED) for other in found[0].addresses)
    return measured(facts, *heard)


def second_name(*others: f.Endpoint, itself: BeaconOutcome = BeaconOutcome.REACHED) -> f.Facts:
    """Temporal at another name of this machine, which leads elsewhere; of the first name, what it leads to."""
    second = "gateway.docker.internal"
    elsewhere = (endpoint(name, f"198.18.9.9:{PORTS[name]}") for name in ("backend", "llm"))
    facts = configured(configured(strange(), *elsewhere), endpoint("temporal", f"{second}:7233"), *others)
    reach = reach_of(facts)
    found = (*reach.resolutions, f.Resolution(host=second, addresses=("198.18.0.5",)))
    dials = (*reach.dials, dial(second, 7233, address="198.18.0.5"))
    return measured(
        replace(facts, container_reach=replace(reach, resolutions=found, dials=dials)),
        routes(RouteNetwork.OWN, ALIAS, ALIAS_ADDRESS, loopback=BeaconOutcome.REFUSED, itself=itself),
        routes(RouteNetwork.OWN, second, "198.18.0.5", loopback=BeaconOutcome.REFUSED),
    )


NOWHERE = bridge_ways(BeaconOutcome.REFUSED, strange())
TOLD = Told(
    subject="host.docker.internal",
    measured=(
        "host.docker.internal is 198.18.0.1 in the container; listeners of the doctor's own, "
        "dialled there: 127.0.0.1 refused"
    ),
    expected="a listener of this machine is reached at host.docker.internal",
    endpoints=("backend", "temporal", "llm"),
    message="leads to another machine (198.18.0.1), which answers in place of this one: Temporal",
    advice="Map host.docker.internal to host-gateway, or correct the name server.",
    changes=("+ add-host host.docker.internal:host-gateway",),
)
NOTHING = Told(
    subject="host.docker.internal",
    measured=(
        "host.docker.internal is 198.18.0.1 in the container; listeners of the doctor's own, "
        "dialled there: 127.0.0.1 refused"
    ),
    expected="a listener of this machine is reached at host.docker.internal",
    endpoints=("backend", "temporal", "llm"),
    message="(198.18.0.1), on which nothing answers; Temporal runs on this one",
    advice="Map host.docker.internal to host-gateway, or correct the name server.",
    changes=("+ add-host host.docker.internal:host-gateway",),
)

GRID: dict[Rule, list[Case]] = {
    sd203.RULE: [
        fires(
            "Temporal there is another cluster than here",
            strange(),
            TOLD._replace(
                evidence=(
                    "inspect HostConfig.ExtraHosts: none",
                    "inspect STIGMER_BACKEND_ENDPOINT: host.docker.internal:7234",
                    "inspect TEMPORAL_SERVICE_ADDRESS: host.docker.internal:7233",
                    "inspect STIGMER_LLM_BASE_URL: http://host.docker.internal:11434",
                )
            ),
        ),
        fires(
            "another machine answered the listener's question",
            measured(strange(), routes(RouteNetwork.OWN, ALIAS, ALIAS_ADDRESS, loopback=BeaconOutcome.OTHER)),
            TOLD._replace(
                measured=(
                    "host.docker.internal is 198.18.0.1 in the container; listeners of the doctor's own, "
                    "dialled there: 127.0.0.1 another machine"
                )
            ),
        ),
        fires(
            "two listeners were not reached",
            not_here(strange(), BeaconOutcome.OTHER),
            TOLD._replace(
                measured=(
                    "host.docker.internal is 198.18.0.1 in the container; listeners of the doctor's own, "
                    "dialled there: 127.0.0.1 refused and 127.0.0.1 another machine"
                )
            ),
        ),
        fires(
            "the LLM there has other models than here",
            answers(llm("x"), llm("y"), "llm"),
            TOLD._replace(message="in place of this one: LLM (Ollama)"),
        ),
        fires(
            "the LLM there has none",
            answers(llm(""), llm("y"), "llm"),
            TOLD._replace(message="in place of this one: LLM (Ollama)"),
        ),
        fires(
            "what answers there is no backend",
            answers(backend(False), backend(True), "backend"),
            TOLD._replace(message="in place of this one: Stigmer backend"),
        ),
        fires(
            "what answers there does not work, and here it does",
            answers(temporal("x", f.Answered.UNAVAILABLE), temporal("x"), "temporal"),
            TOLD,
        ),
        fires(
            "nothing runs here, and all are answered there",
            replace(not_here(HERE), user_reach=served_nowhere()),
            TOLD._replace(message="in place of this one: Stigmer backend, Temporal and LLM (Ollama)"),
        ),
        fires(
            "one is not running here, and is answered there",
            served_here(not_here(HERE), 7234, f.Outcome.REFUSED),
            TOLD._replace(message="in place of this one: Stigmer backend"),
        ),
        fires(
            "one is this machine's, and another is not",
            served_here(one_forwarded(), 7234, f.Outcome.REFUSED),
            TOLD._replace(message="in place of this one: Stigmer backend"),
        ),
        fires(
            "one is dialled elsewhere, and one has no usable address",
            configured(
                strange(), endpoint("backend", "198.18.9.9:7234"), endpoint("llm", f"{ALIAS}:11434", problem="no")
            ),
            TOLD._replace(endpoints=("temporal",)),
        ),
        fires("nothing answers there, and one service runs here", alias_to_nothing("temporal"), NOTHING),
        fires(
            "nothing answers there, and all services run here",
            alias_to_nothing(*PORTS),
            NOTHING._replace(message="nothing answers; Stigmer backend, Temporal and LLM (Ollama) run on this one"),
        ),
        fires(
            "it has two addresses, and is mapped to both",
            altered(two_addresses(), extra_hosts=(f"{ALIAS}:198.18.0.1", f"{ALIAS}:198.18.0.2")),
            TOLD._replace(
                measured=(
                    "host.docker.internal is 198.18.0.1 in the container; listeners of the doctor's own, "
                    "dialled there: 127.0.0.1 refused and 127.0.0.1 refused"
                ),
                advice="to host-gateway instead of 198.18.0.1.",
            ),
        ),
        fires(
            "it has two addresses, at which nothing answers",
            two_addresses(alias_to_nothing("temporal")),
            NOTHING._replace(
                measured=(
                    "host.docker.internal is 198.18.0.1 in the container; listeners of the doctor's own, "
                    "dialled there: 127.0.0.1 refused and 127.0.0.1 refused"
                )
            ),
        ),
        fires(
            "another name of this machine is in use",
            second_name(),
            TOLD._replace(
                subject="gateway.docker.internal",
                measured=(
                    "gateway.docker.internal is 198.18.0.5 in the container; listeners of the doctor's "
                    "own, dialled there: 127.0.0.1 refused"
                ),
                expected="a listener of this machine is reached at gateway.docker.internal",
                endpoints=("temporal",),
                message="gateway.docker.internal leads to another machine (198.18.0.5)",
                advice="Map gateway.docker.internal to host-gateway, or correct the name server.",
                changes=("+ add-host gateway.docker.internal:host-gateway",),
            ),
        ),
        fires(
            "two names are in use, and the first leads here",
            second_name(endpoint("llm", f"{ALIAS}:11434")),
            TOLD._replace(
                subject="gateway.docker.internal",
                measured=(
                    "gateway.docker.internal is 198.18.0.5 in the container; listeners of the doctor's "
                    "own, dialled there: 127.0.0.1 refused"
                ),
                expected="a listener of this machine is reached at gateway.docker.internal",
                endpoints=("temporal",),
                message="gateway.docker.internal leads to another machine (198.18.0.5)",
                advice="Map gateway.docker.internal to host-gateway, or correct the name server.",
                changes=("+ add-host gateway.docker.internal:host-gateway",),
            ),
        ),
        fires(
            "two names are in use, and the first is this machine's address",
            second_name(endpoint("llm", f"{ALIAS}:11434"), itself=BeaconOutcome.REFUSED),
            TOLD._replace(
                subject="gateway.docker.internal",
                measured=(
                    "gateway.docker.internal is 198.18.0.5 in the container; listeners of the doctor's "
                    "own, dialled there: 127.0.0.1 refused"
                ),
                expected="a listener of this machine is reached at gateway.docker.internal",
                endpoints=("temporal",),
                message="gateway.docker.internal leads to another machine (198.18.0.5)",
                advice="Map gateway.docker.internal to host-gateway, or correct the name server.",
                changes=("+ add-host gateway.docker.internal:host-gateway",),
            ),
        ),
        fires(
            "it is mapped to an address",
            altered(strange(), extra_hosts=("db:198.18.0.7", f"{ALIAS}:198.18.0.1")),
            TOLD._replace(
                advice="to host-gateway instead of 198.18.0.1.",
                evidence=(
                    "inspect HostConfig.ExtraHosts: host.docker.internal:198.18.0.1",
                    "inspect STIGMER_BACKEND_ENDPOINT: host.docker.internal:7234",
                    "inspect TEMPORAL_SERVICE_ADDRESS: host.docker.internal:7233",
                    "inspect STIGMER_LLM_BASE_URL: http://host.docker.internal:11434",
                ),
            ),
        ),
        fires("host-gateway was seen to lead here", bridge_ways(BeaconOutcome.REACHED, strange()), TOLD),
        fires(
            "host-gateway was not, and the gateway was seen to lead here",
            bridge_ways(BeaconOutcome.REFUSED, strange(), gateway=("198.18.8.1", BeaconOutcome.REACHED)),
            TOLD._replace(advice="to 198.18.8.1, or", changes=("+ add-host host.docker.internal:198.18.8.1",)),
        ),
        fires(
            "the engine's gateway was seen to lead here",
            bridge_ways(
                BeaconOutcome.REFUSED,
                strange(),
                gateway=("198.18.8.1", BeaconOutcome.REFUSED),
                engine_gateway=("198.18.8.2", BeaconOutcome.REACHED),
            ),
            TOLD._replace(advice="to 198.18.8.2, or", changes=("+ add-host host.docker.internal:198.18.8.2",)),
        ),
        fires(
            "only the very address was seen to lead here",
            bridge_ways(BeaconOutcome.REFUSED, strange(), gateway=(ALIAS_ADDRESS, BeaconOutcome.REACHED)),
            TOLD._replace(advice="No address by which a container reaches this machine was found. Fix", changes=()),
        ),
        fires(
            "nothing was seen to lead here",
            NOWHERE,
            TOLD._replace(advice="or map host.docker.internal to this machine's address.", changes=()),
        ),
        fires(
            "nothing was seen to lead here, in Colima's VM",
            colima(NOWHERE),
            TOLD._replace(
                advice="was found (the address is Colima's VM; Lima's name for this machine is host.lima.internal)",
                changes=(),
            ),
        ),
        fires(
            "nothing was seen to lead here, on an unknown engine",
            replace(NOWHERE, engine=NOT_MEASURED),
            TOLD._replace(advice="No address by which a container reaches this machine was found. Fix", changes=()),
        ),
        does_not_fire(
            "this machine's loopback is reached", measured(HERE, own_ways(BeaconOutcome.REACHED, BeaconOutcome.REFUSED))
        ),
        does_not_fire(
            "another listener is reached", measured(strange(), own_ways(BeaconOutcome.REFUSED, BeaconOutcome.REACHED))
        ),
        does_not_fire(
            "the address is this machine's, and refuses",
            measured(alias_to_nothing("temporal"), own_ways(BeaconOutcome.REFUSED, BeaconOutcome.REFUSED)),
        ),
        does_not_fire(
            "what is sent there is dropped",
            measured(strange(), routes(RouteNetwork.OWN, ALIAS, ALIAS_ADDRESS, loopback=BeaconOutcome.DROPPED)),
        ),
        does_not_fire(
            "nobody looked the name up",
            replace(strange(), container_reach=replace(reach_of(strange()), resolutions=())),
        ),
        does_not_fire("nothing was tried there", measured(strange())),
        does_not_fire("Temporal there is the cluster that is here", strange(here="cluster")),
        does_not_fire("the LLM there is the one that is here", one_forwarded()),
        does_not_fire("nothing answers there, and nothing runs here", alias_to_nothing()),
        does_not_fire(
            "nothing answers there, and this machine was not dialled",
            replace(alias_to_nothing("temporal"), user_reach=NOT_MEASURED),
        ),
        does_not_fire("one is refused there, and another gets no answer", half_refused()),
        does_not_fire(
            "nothing is dialled by the name",
            configured(strange(), *(endpoint(name, f"198.18.9.9:{port}") for name, port in PORTS.items())),
        ),
        not_checked("the services were not asked here", strange(comparison=NOT_MEASURED), FORWARDED),
        not_checked(
            "neither they nor this machine were asked",
            replace(strange(comparison=NOT_MEASURED), user_reach=NOT_MEASURED),
            FORWARDED,
        ),
        not_checked(
            "Redis answers on both sides",
            replace(
                not_here(cloud()), comparison=f.Comparison(redis=f.RedisAnswer(answered=f.Answered.YES, status="PONG"))
            ),
            FORWARDED,
        ),
        not_checked("the service was not asked here", answers(llm("x"), None, "llm"), FORWARDED),
        not_checked(
            "the service did not answer here",
            answers(temporal("x"), temporal("y", f.Answered.TIMED_OUT), "temporal"),
            FORWARDED,
        ),
        not_checked("the service was not asked there", replace(strange(), temporal=NOT_MEASURED), FORWARDED),
        not_checked("neither cluster has an id", answers(temporal(""), temporal(""), "temporal"), FORWARDED),
        not_checked("the cluster there has no id", answers(temporal(""), temporal("x"), "temporal"), FORWARDED),
        not_checked("the cluster here has no id", answers(temporal("x"), temporal(""), "temporal"), FORWARDED),
        not_checked("neither LLM has a model", answers(llm(""), llm(""), "llm"), FORWARDED),
        not_checked("both are backends", answers(backend(True), backend(True), "backend"), FORWARDED),
        not_checked(
            "what answers there did not say whether it is a backend",
            answers(backend(None), backend(True), "backend"),
            FORWARDED,
        ),
        not_checked("neither is a backend", answers(backend(False), backend(False), "backend"), FORWARDED),
        not_checked(
            "the engine is elsewhere",
            elsewhere(strange()),
            "the engine is on another machine, whose name for its host leads there",
        ),
        not_checked("nothing was dialled", passive(strange()), "--passive"),
        not_checked(
            "no listener was set up",
            replace(strange(), topology=f.NotMeasured(reason="no beacon was set up")),
            "no beacon was set up",
        ),
    ]
}


@every_case(GRID)
def test_what_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
