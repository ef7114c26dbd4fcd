"""Ways to configure the healthy runner differently: variables, network, what the image reads, what it reaches."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor import profile
from stigmer_doctor.collect.configuration import configuration
from stigmer_doctor.collect.contract import assumed_contract
from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Finding
from stigmer_doctor.model.rules import Rule
from tests.healthy import ALIAS, ALIAS_ADDRESS, NOT_MEASURED, PORTS, dial, healthy
from tests.rules.vary import diagnose

PROFILE = profile.load()
LOOPBACK = "127.0.0.1"
PASSIVE = f.NotMeasured(reason="--passive")


def container_of(facts: f.Facts) -> f.Container:
    assert isinstance(facts.container, f.Container)
    return facts.container


def contract_of(facts: f.Facts) -> f.Contract:
    assert isinstance(facts.contract, f.Contract)
    return facts.contract


def reach_of(facts: f.Facts) -> f.Reach:
    assert isinstance(facts.container_reach, f.Reach)
    return facts.container_reach


def altered(facts: f.Facts | None = None, **changes: object) -> f.Facts:
    """The container inspected with other fields."""
    facts = facts or healthy()
    return replace(facts, container=replace(container_of(facts), **changes))


def variables(facts: f.Facts | None = None, /, **changes: str | f.Variable | None) -> f.Facts:
    """Other variables in the container, None removes one; what is in force follows from them and the contract."""
    facts = facts or healthy()
    environment = {variable.name: variable for variable in container_of(facts).environment}
    for name, value in changes.items():
        environment.pop(name, None)
        if value is not None:
            environment[name] = value if isinstance(value, f.Variable) else f.Variable(name=name, value=value)
    return in_force(altered(facts, environment=tuple(environment.values())))


def in_force(facts: f.Facts) -> f.Facts:
    """What the container's variables and the contract come to."""
    return replace(facts, configuration=configuration(container_of(facts), contract_of(facts), PROFILE))


def reading(facts: f.Facts | None = None, *, renamed: dict[str, str] | None = None, **changes: object) -> f.Facts:
    """An image whose code reads these variables under other names, or whose contract differs otherwise."""
    facts = facts or healthy()
    names = renamed or {}
    reads = tuple(replace(read, name=names.get(read.name, read.name)) for read in contract_of(facts).reads)
    return in_force(replace(facts, contract=replace(contract_of(facts), reads=reads, **changes)))


def assumed(facts: f.Facts | None = None) -> f.Facts:
    """A runner whose code could not be read: the built-in profile stands in."""
    return in_force(replace(facts or healthy(), contract=assumed_contract(PROFILE, "the test left the code out")))


def passive(facts: f.Facts) -> f.Facts:
    """The same with nothing dialled or run."""
    unmeasured = ("container_reach", "user_reach", "inside", "backend", "temporal", "llm")
    return replace(facts, passive=True, **dict.fromkeys(unmeasured, PASSIVE))


def reaching(facts: f.Facts, *dials: f.Dial, names: tuple[str, ...] = (), lost: tuple[str, ...] = ()) -> f.Facts:
    """What the container reaches: these dials and names that resolve, those that do not, and nothing else.

    An endpoint whose address does not connect has no answer.
    """
    hosts = dict.fromkeys((*(other.host for other in dials), *names))
    resolutions = (
        *(f.Resolution(host=host, addresses=(ALIAS_ADDRESS,)) for host in hosts if host not in lost),
        *(f.Resolution(host=host, error="Name or service not known") for host in lost),
    )
    reach = replace(reach_of(facts), resolutions=resolutions, dials=dials)
    assert isinstance(facts.configuration, f.Configuration)
    gone = {
        endpoint.name for endpoint in facts.configuration.endpoints if not reach.connects(endpoint.host, endpoint.port)
    }
    return replace(facts, container_reach=reach, **dict.fromkeys(gone, NOT_MEASURED))


def refused(host: str, *ports: int) -> tuple[f.Dial, ...]:
    return tuple(dial(host, port, f.Outcome.REFUSED, LOOPBACK) for port in ports)


def open_at(host: str, *ports: int) -> tuple[f.Dial, ...]:
    return tuple(dial(host, port, address=ALIAS_ADDRESS if host == ALIAS else LOOPBACK) for port in ports)


def on_host_network(facts: f.Facts | None = None) -> f.Facts:
    return altered(facts, network_mode="host", networks=())


def unshared_host(facts: f.Facts | None = None) -> f.Facts:
    """Host networking on an engine in a VM: every loopback refuses, and the host alias is not known."""
    facts = on_host_network(facts)
    ports = (*PORTS.values(), 50051)
    return reaching(facts, *refused(LOOPBACK, *ports), *refused("localhost", *ports), lost=(ALIAS,))


def shared_host(facts: f.Facts | None = None) -> f.Facts:
    """Host networking on a native engine: the user's loopback is the container's."""
    facts = on_host_network(facts)
    ports = tuple(PORTS.values())
    closed = refused("localhost", 50051)
    return reaching(facts, *open_at(LOOPBACK, *ports), *open_at("localhost", *ports), *closed, lost=(ALIAS,))


def local_loopbacks(facts: f.Facts | None = None) -> f.Facts:
    """Every address at localhost, with the right port."""
    return variables(
        facts,
        STIGMER_BACKEND_ENDPOINT="localhost:7234",
        TEMPORAL_SERVICE_ADDRESS="localhost:7233",
        STIGMER_LLM_BASE_URL="http://localhost:11434",
    )


def roots(facts: f.Facts, rules: tuple[Rule, ...]) -> set[str]:
    """The codes of the root causes."""
    return {finding.code for finding in diagnose(facts, *rules).findings if finding.root_cause}


def of(facts: f.Facts, rules: tuple[Rule, ...], code: str) -> Finding:
    """The only finding of that code."""
    (found,) = (finding for finding in diagnose(facts, *rules).findings if finding.code == code)
    return found
