"""What can be different at a runner that is healthy otherwise, a function each."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.topology import BeaconOutcome, Route, RouteNetwork, Topology
from tests.healthy import NOT_MEASURED, dial, endpoint
from tests.rules.altered import altered, container_of, open_at, reaching, refused, variables
from tests.rules.vary import ALIAS, PORTS, configured, dialled, failing, healthy, in_state, served_here, with_setting

HTTP_LINE = "2026-01-22 03:26:58,001 - activity - ERROR - All connection attempts failed"
GRPC_LINE = "failed to connect to all addresses; last error: UNKNOWN: ipv4:127.0.0.1:50051: Connection refused (111)"
RUST_LINE = "2026-01-22 03:26:58,001 - __main__ - ERROR - Failed client connect: tonic::transport::Error(Transport)"
START_LINE = "2026-01-22 03:26:58,001 - __main__ - ERROR - STARTUP FAILURE: Worker Initialization Error"
ALL_INTERFACES = tuple(f.Listener(address="0.0.0.0", port=port) for port in PORTS.values())
START_LINE = "2026-01-22 03:26:58,001 - __main__ - ERROR - STARTUP FAILURE: Worker Initialization Error"
OTHER = f.ContainerSummary(
    id="c" * 64, name="runner-2", image="stigmer-agent-runner:local", state="running", created=""
)
OWN = f"1@{'a' * 12}"
Situation = Callable[[], f.Facts]


def engine_fault(fault: f.EngineFault) -> f.Facts:
    search = f.EngineSearch(endpoint="unix:///var/run/docker.sock", source="default", local=True, fault=fault)
    return replace(healthy(), search=search, engine=NOT_MEASURED)


def engine_api(version: str) -> f.Facts:
    engine = healthy().engine
    assert isinstance(engine, f.Engine)
    return replace(healthy(), engine=replace(engine, api_version=version))


def native(facts: f.Facts) -> f.Facts:
    """An engine that shares the kernel of the user's machine."""
    assert isinstance(facts.engine, f.Engine)
    engine = replace(facts.engine, operating_system="Ubuntu 24.04", name="box", kernel="6.8.0-45-generic")
    return replace(facts, engine=engine)


def looked_up(match: f.Match = f.Match.FOUND, *runners: f.ContainerSummary) -> f.Facts:
    lookup = healthy().lookup
    assert isinstance(lookup, f.Lookup)
    return replace(healthy(), lookup=replace(lookup, match=match, runners=(*lookup.runners, *runners)))


def on_another_engine(match: f.Match) -> f.Facts:
    lookup = looked_up(match).lookup
    assert isinstance(lookup, f.Lookup)
    other = f.ContainerOnOtherEngine(endpoint="unix:///run/other.sock", container=OTHER)
    return replace(healthy(), lookup=replace(lookup, elsewhere=(other,)))


def restarts(count: int, started_at: str) -> f.Facts:
    return altered(in_state(healthy(), "running", started_at=started_at), restart_count=count)


def recorded(**changes: object) -> f.Facts:
    data_dir = healthy().data_dir
    assert isinstance(data_dir, f.DataDir)
    return replace(healthy(), data_dir=replace(data_dir, **changes))


def elsewhere(facts: f.Facts) -> f.Facts:
    return replace(facts, search=replace(facts.search, local=False))


def docker_socket(mode: str, *, exists: bool, error: str = "") -> f.Facts:
    facts = with_setting(healthy(), "execution_mode", mode)
    assert isinstance(facts.inside, f.Inside)
    return replace(
        facts, inside=replace(facts.inside, docker_socket=f.SocketProbe(path="/s", exists=exists, error=error))
    )


def no_network(mode: str = "none") -> f.Facts:
    isolated = altered(network_mode=mode, networks=())
    return reaching(isolated, *refused("localhost", *PORTS.values()), lost=(ALIAS,))


def internal_network(how: f.Outcome) -> f.Facts:
    network = f.Network(name="inner", driver="bridge", internal=True, address="198.18.9.2")
    facts = altered(network_mode="inner", networks=(network,))
    return reaching(facts, *(dial(ALIAS, port, how) for port in PORTS.values()))


def addressed(name: str, address: str) -> f.Facts:
    return configured(healthy(), endpoint(name, address))


def loopback_of(name: str) -> f.Facts:
    variable = "STIGMER_LLM_BASE_URL" if name == "llm" else "TEMPORAL_SERVICE_ADDRESS"
    scheme = "http://" if name == "llm" else ""
    facts = variables(healthy(), **{variable: f"{scheme}localhost:{PORTS[name]}"})
    others = [port for other, port in PORTS.items() if other != name]
    return reaching(facts, *open_at(ALIAS, *others), *refused("localhost", *PORTS.values()))


def loopback_word(word: str) -> f.Facts:
    """Temporal at another spelling of the loopback."""
    facts = variables(TEMPORAL_SERVICE_ADDRESS=f"{word}:7233")
    return reaching(facts, *open_at(ALIAS, 7234, 11434), *refused(word.strip("[]"), 7233))


def backend(answered: f.Answered, status: str = "UNAVAILABLE", detail: str = "") -> f.Facts:
    return replace(healthy(), backend=f.BackendAnswer(answered=answered, status=status, detail=detail))


def other_backend(**changes: object) -> f.Facts:
    answer = healthy().backend
    assert isinstance(answer, f.BackendAnswer)
    return replace(healthy(), backend=replace(answer, **changes))


def served_nowhere() -> f.Reach | f.NotMeasured:
    """What this machine's own dials come to when nothing runs on it."""
    facts = healthy()
    for port in PORTS.values():
        facts = served_here(facts, port, f.Outcome.REFUSED)
    return facts.user_reach


def temporal(**changes: object) -> f.Facts:
    answer = healthy().temporal
    assert isinstance(answer, f.TemporalAnswer)
    return replace(healthy(), temporal=replace(answer, **changes))


def llm(**changes: object) -> f.Facts:
    answer = healthy().llm
    assert isinstance(answer, f.LlmAnswer)
    return replace(healthy(), llm=replace(answer, **changes))


def polled(*identities: str, at: str = "2026-01-22T03:27:20Z") -> f.Facts:
    return temporal(
        pollers=tuple(f.Poller(identity=identity, last_access=at, kinds=("workflow",)) for identity in identities)
    )


ALIAS_ADDRESS = "198.18.0.1"


def routes(network: RouteNetwork, name: str, address: str, **heard: BeaconOutcome) -> tuple[Route, ...]:
    """`loopback` and `itself` are what was heard of beacons on 127.0.0.1 and on the address."""
    listeners = {"loopback": "127.0.0.1", "itself": address}
    return tuple(
        Route(network=network, name=name, address=address, listener=listeners[key], outcome=item)
        for key, item in heard.items()
    )


def measured(facts: f.Facts, *seen: tuple[Route, ...]) -> f.Facts:
    return replace(facts, topology=Topology(routes=tuple(route for routes in seen for route in routes)))


def own_ways(loopback: BeaconOutcome, itself: BeaconOutcome) -> tuple[Route, ...]:
    return routes(RouteNetwork.OWN, ALIAS, ALIAS_ADDRESS, loopback=loopback, itself=itself)


def host_ways(heard: BeaconOutcome) -> tuple[Route, ...]:
    return routes(RouteNetwork.HOST, "localhost", "127.0.0.1", loopback=heard)


def bound_to_loopback() -> f.Facts:
    return failing("llm", f.Outcome.REFUSED)


def rejecting(name: str, error: str) -> f.Facts:
    """A firewall's REJECT, as the system calls it."""
    how = f.Outcome.FAILED if error == "EACCES" else f.Outcome.NO_ROUTE
    return dialled(healthy(), PORTS[name], replace(dial(ALIAS, PORTS[name], how), detail=f"rejected ({error})"))


def strange(here: str = "another cluster", **changes: object) -> f.Facts:
    """No listener of this machine's is reached at the alias; Temporal here says that it is the cluster `here`, the one
    in the container "cluster"."""
    facts = measured(
        temporal(cluster_id="cluster"), routes(RouteNetwork.OWN, ALIAS, ALIAS_ADDRESS, loopback=BeaconOutcome.REFUSED)
    )
    assert isinstance(facts.temporal, f.TemporalAnswer)
    comparison = f.Comparison(temporal=replace(facts.temporal, cluster_id=here))
    return replace(facts, **{"comparison": comparison, **changes})


def alias_to_nothing(*services: str) -> f.Facts:
    """The alias leads to a machine on which nothing answers, as the engine's VM; these services run on this one."""
    facts = measured(healthy(), routes(RouteNetwork.OWN, ALIAS, ALIAS_ADDRESS, loopback=BeaconOutcome.REFUSED))
    for name, port in PORTS.items():
        facts = failing(name, f.Outcome.REFUSED, facts)
        if name not in services:
            facts = served_here(facts, port, f.Outcome.REFUSED)
    return facts


def degraded(name: str, trouble: f.Trouble = f.Trouble.NONE, **changes: object) -> f.Facts:
    """The service was asked more than once."""
    return replace(healthy(), **{name: replace(getattr(healthy(), name), trouble=trouble, **changes)})


def compared(name: str, facts: f.Facts, **changes: object) -> f.Facts:
    """The service asked on this machine as well."""
    return replace(facts, comparison=f.Comparison(**{name: replace(getattr(healthy(), name), **changes)}))


def tried_again(name: str, accepted: int, resent: int = 0) -> f.Facts:
    """The endpoint dialled eight more times."""
    trial = f.Trial(endpoint=name, address=ALIAS_ADDRESS, port=PORTS[name], tried=8, accepted=accepted, resent=resent)
    return replace(failing(name, f.Outcome.TIMED_OUT), comparison=f.Comparison(trials=(trial,)))


def proxied(**more: str) -> f.Facts:
    return altered(
        environment=(
            *container_of(healthy()).environment,
            *(f.Variable(name=name, value=value) for name, value in more.items()),
        )
    )


def two_families(v6: f.Outcome, detail: str = "") -> f.Facts:
    reach = healthy().container_reach
    assert isinstance(reach, f.Reach)
    sixth = replace(dial(ALIAS, 7233, v6, "fd00::1"), detail=detail)
    return replace(
        healthy(),
        container_reach=replace(reach, dials=(*reach.dials, sixth)),
    )
