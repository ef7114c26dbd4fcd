"""SD206: a firewall of this machine, told from a service that does not listen and from a network that leads nowhere."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.model.topology import BeaconOutcome, RouteNetwork
from stigmer_doctor.rules.network import sd206_host_firewall_drops as sd206
from tests.healthy import ALIAS, ALIAS_ADDRESS, NOT_MEASURED, PORTS, dial, endpoint, healthy
from tests.rules.altered import altered, passive, reach_of
from tests.rules.different import (
    bound_to_loopback,
    elsewhere,
    host_ways,
    measured,
    native,
    own_ways,
    rejecting,
    routes,
    tried_again,
)
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.vary import configured, dialled, failing, served_here

DROPPED = own_ways(BeaconOutcome.DROPPED, BeaconOutcome.DROPPED)
SILENT = failing("llm", f.Outcome.TIMED_OUT)
DROPS = measured(SILENT, DROPPED)
ALL_REFUSED = own_ways(BeaconOutcome.REFUSED, BeaconOutcome.REFUSED)
HOST_REACHED = own_ways(BeaconOutcome.REFUSED, BeaconOutcome.REACHED)


def listening_at(facts: f.Facts, *items: f.Listener) -> f.Facts:
    return replace(facts, listeners=f.Listeners(ports=tuple(PORTS.values()), items=items))


def unlisted(facts: f.Facts) -> f.Facts:
    return replace(facts, listeners=NOT_MEASURED)


def on_networks(facts: f.Facts, *internal: bool | None) -> f.Facts:
    names = tuple(f.Network(name=f"n{number}", internal=other) for number, other in enumerate(internal))
    return altered(facts, network_mode="n0", networks=names)


def two_addresses() -> f.Facts:
    """The name has a second address, which drops as the first."""
    reach = reach_of(DROPS)
    found = (f.Resolution(host=ALIAS, addresses=(ALIAS_ADDRESS, "198.18.0.2")),)
    facts = replace(DROPS, container_reach=replace(reach, resolutions=found))
    return measured(facts, DROPPED, routes(RouteNetwork.OWN, ALIAS, "198.18.0.2", itself=BeaconOutcome.NO_ROUTE))


def at_address(address: str) -> f.Facts:
    """The LLM and a listener at that address, and what is sent there is dropped."""
    facts = configured(healthy(), endpoint("llm", f"{address}:11434"))
    facts = dialled(facts, 11434, dial(address, 11434, f.Outcome.TIMED_OUT, address))
    reach = reach_of(facts)
    found = (*reach.resolutions, f.Resolution(host=address, addresses=(address,)))
    facts = replace(facts, container_reach=replace(reach, resolutions=found))
    return measured(facts, routes(RouteNetwork.OWN, "gateway", address, itself=BeaconOutcome.DROPPED))


TOLD = Told(
    subject="198.18.0.1:11434",
    measured=(
        "from inside the container 198.18.0.1:11434 timed out after 0.0 s; a listener of the "
        "doctor's own at 198.18.0.1 was not reached either: dropped"
    ),
    expected="198.18.0.1:11434 accepts a connection from inside the container",
    endpoints=("llm",),
    message=(
        "a firewall on this machine drops everything that containers send to it: LLM (Ollama) "
        "runs, and its connections time out"
    ),
    advice=("Let TCP port 11434 in from the container's network; the listing shows which rule drops or rejects it."),
)

GRID: dict[Rule, list[Case]] = {
    sd206.RULE: [
        fires(
            "what is sent here is dropped",
            DROPS,
            TOLD._replace(
                evidence=(
                    "inspect STIGMER_LLM_BASE_URL: http://host.docker.internal:11434",
                    "container 198.18.0.1 to 127.0.0.1: dropped",
                    "container 198.18.0.1 to 198.18.0.1: dropped",
                )
            ),
        ),
        fires("the engine is native", native(DROPS), TOLD._replace(commands=("sudo iptables -nvL INPUT",))),
        fires("the engine is not known", replace(DROPS, engine=NOT_MEASURED), TOLD),
        fires(
            "host networking was seen to reach it",
            measured(SILENT, DROPPED, host_ways(BeaconOutcome.REACHED)),
            TOLD._replace(
                advice=(
                    "Run the container on the host's network, past the firewall; or: Let TCP port 11434 in "
                    "from the container's network."
                ),
                changes=(
                    "+ network host",
                    "+ STIGMER_BACKEND_ENDPOINT=localhost:7234",
                    "+ TEMPORAL_SERVICE_ADDRESS=localhost:7233",
                    "+ STIGMER_LLM_BASE_URL=http://localhost:11434",
                ),
            ),
        ),
        fires(
            "host networking was seen to reach it, on a native engine",
            native(measured(SILENT, DROPPED, host_ways(BeaconOutcome.REACHED))),
            TOLD._replace(
                advice="Run the container on the host's network, past the firewall",
                changes=(
                    "+ network host",
                    "+ STIGMER_BACKEND_ENDPOINT=localhost:7234",
                    "+ TEMPORAL_SERVICE_ADDRESS=localhost:7233",
                    "+ STIGMER_LLM_BASE_URL=http://localhost:11434",
                ),
            ),
        ),
        fires(
            "another port of the loopback is reached",
            measured(SILENT, own_ways(BeaconOutcome.REACHED, BeaconOutcome.REFUSED)),
            TOLD._replace(
                measured=(
                    "from inside the container 198.18.0.1:11434 timed out after 0.0 s; a listener of the "
                    "doctor's own at 198.18.0.1 was reached at another port"
                ),
                message="drops what containers send to port 11434: LLM (Ollama) runs, and its connections time out",
            ),
        ),
        fires(
            "another port of the address is reached",
            measured(SILENT, HOST_REACHED),
            TOLD._replace(
                measured=(
                    "from inside the container 198.18.0.1:11434 timed out after 0.0 s; a listener of the "
                    "doctor's own at 198.18.0.1 was reached at another port"
                ),
                message="drops what containers send to port 11434",
            ),
        ),
        fires(
            "what is sent to the loopback is dropped, and the address refuses",
            measured(SILENT, own_ways(BeaconOutcome.DROPPED, BeaconOutcome.REFUSED)),
            TOLD,
        ),
        fires(
            "a rule rejects it as an unknown host",
            measured(rejecting("llm", "EHOSTUNREACH"), own_ways(BeaconOutcome.NO_ROUTE, BeaconOutcome.NO_ROUTE)),
            TOLD._replace(
                measured=(
                    "from inside the container 198.18.0.1:11434 no route (rejected (EHOSTUNREACH)); a "
                    "listener of the doctor's own at 198.18.0.1 was not reached either: no route"
                ),
                message=(
                    "a firewall on this machine rejects everything that containers send to it: LLM "
                    "(Ollama) runs, and its connections fail at once"
                ),
            ),
        ),
        fires(
            "a rule rejects it as not permitted",
            measured(rejecting("llm", "EACCES"), own_ways(BeaconOutcome.NO_ROUTE, BeaconOutcome.NO_ROUTE)),
            TOLD._replace(
                measured=(
                    "from inside the container 198.18.0.1:11434 failed (rejected (EACCES)); a listener of "
                    "the doctor's own at 198.18.0.1 was not reached either: no route"
                ),
                message=(
                    "rejects everything that containers send to it: LLM (Ollama) runs, and its connections fail at once"
                ),
            ),
        ),
        fires(
            "the port has no way, and another port is reached",
            measured(failing("llm", f.Outcome.NO_ROUTE), HOST_REACHED),
            TOLD._replace(
                measured=(
                    "from inside the container 198.18.0.1:11434 no route; a listener of the doctor's own "
                    "at 198.18.0.1 was reached at another port"
                ),
                message="rejects what containers send to port 11434",
            ),
        ),
        fires(
            "a rule resets every connection",
            measured(bound_to_loopback(), ALL_REFUSED),
            TOLD._replace(
                measured=(
                    "from inside the container 198.18.0.1:11434 refused after 0.4 ms; a listener of the "
                    "doctor's own at 198.18.0.1 was not reached either: refused"
                ),
                message=(
                    "a firewall on this machine rejects everything that containers send to it: LLM "
                    "(Ollama) runs, and its connections are refused"
                ),
            ),
        ),
        fires(
            "a rule resets one of two addresses",
            measured(
                dialled(
                    healthy(),
                    11434,
                    dial(ALIAS, 11434, f.Outcome.REFUSED),
                    dial(ALIAS, 11434, f.Outcome.TIMED_OUT, "198.18.0.2"),
                ),
                ALL_REFUSED,
            ),
            TOLD._replace(
                measured=(
                    "from inside the container 198.18.0.1:11434 refused after 0.4 ms; 198.18.0.2:11434 "
                    "timed out after 0.0 s; a listener of the doctor's own at 198.18.0.1 was not reached "
                    "either: refused"
                ),
                message="and its connections fail at once",
            ),
        ),
        fires(
            "a rule resets the port of a service that listens everywhere",
            measured(failing("backend", f.Outcome.REFUSED), HOST_REACHED),
            TOLD._replace(
                subject="198.18.0.1:7234",
                measured=(
                    "from inside the container 198.18.0.1:7234 refused after 0.4 ms; a listener of the "
                    "doctor's own at 198.18.0.1 was reached at another port"
                ),
                expected="198.18.0.1:7234 accepts a connection from inside the container",
                endpoints=("backend",),
                message=(
                    "rejects what containers send to port 7234: Stigmer backend runs, and its connections are refused"
                ),
                advice="Let TCP port 7234 in",
            ),
        ),
        fires(
            "a rule resets the port of a service that listens at the address",
            listening_at(measured(bound_to_loopback(), HOST_REACHED), f.Listener(address=ALIAS_ADDRESS, port=11434)),
            TOLD._replace(
                measured=(
                    "from inside the container 198.18.0.1:11434 refused after 0.4 ms; a listener of the "
                    "doctor's own at 198.18.0.1 was reached at another port"
                ),
                message="rejects what containers send to port 11434",
            ),
        ),
        fires("nobody may list the listeners, and it answers here", unlisted(DROPS), TOLD),
        fires("it is listed, and this machine was not dialled", replace(DROPS, user_reach=NOT_MEASURED), TOLD),
        fires("one of its networks leads out", on_networks(DROPS, True, False), TOLD),
        fires("its network could not be inspected", on_networks(DROPS, None), TOLD),
        fires("its networks are not known", altered(DROPS, networks=()), TOLD),
        fires("no dial of it was accepted", replace(tried_again("llm", accepted=0), topology=DROPS.topology), TOLD),
        fires(
            "another service accepts at times",
            replace(DROPS, comparison=tried_again("temporal", accepted=5).comparison),
            TOLD,
        ),
        fires(
            "two services are dropped",
            measured(failing("backend", f.Outcome.TIMED_OUT, SILENT), DROPPED),
            TOLD,
            TOLD._replace(
                subject="198.18.0.1:7234",
                measured=(
                    "from inside the container 198.18.0.1:7234 timed out after 0.0 s; a listener of the "
                    "doctor's own at 198.18.0.1 was not reached either: dropped"
                ),
                expected="198.18.0.1:7234 accepts a connection from inside the container",
                endpoints=("backend",),
                message="Stigmer backend runs, and its connections time out",
                advice="Let TCP port 7234 in",
            ),
        ),
        fires(
            "the backend has no usable address",
            configured(DROPS, endpoint("backend", f"{ALIAS}:1", problem="no")),
            TOLD,
        ),
        fires("the backend does not run", served_here(DROPS, 7234, f.Outcome.REFUSED), TOLD),
        fires(
            "the backend accepts at times",
            replace(DROPS, comparison=tried_again("backend", accepted=5).comparison),
            TOLD,
        ),
        fires(
            "the name has two addresses",
            two_addresses(),
            TOLD._replace(
                evidence=(
                    "inspect STIGMER_LLM_BASE_URL: http://host.docker.internal:11434",
                    "container 198.18.0.1 to 127.0.0.1: dropped",
                    "container 198.18.0.1 to 198.18.0.1: dropped",
                    "container 198.18.0.2 to 198.18.0.2: no route",
                )
            ),
        ),
        fires(
            "it is dialled at the gateway's address",
            at_address("198.18.4.1"),
            TOLD._replace(
                subject="198.18.4.1:11434",
                measured=(
                    "from inside the container 198.18.4.1:11434 timed out after 0.0 s; a listener of the "
                    "doctor's own at 198.18.4.1 was not reached either: dropped"
                ),
                expected="198.18.4.1:11434 accepts a connection from inside the container",
            ),
        ),
        does_not_fire("it accepts at times", replace(tried_again("llm", accepted=5), topology=DROPS.topology)),
        does_not_fire("it answers the container", measured(healthy(), DROPPED)),
        does_not_fire("it was not dialled", measured(dialled(healthy(), 11434), DROPPED)),
        does_not_fire("it is refused, and the listener's packets are dropped", measured(bound_to_loopback(), DROPPED)),
        does_not_fire("it is refused, and listens on the loopback only", measured(bound_to_loopback(), HOST_REACHED)),
        does_not_fire(
            "another port is reached, at which it would not listen",
            listening_at(
                measured(bound_to_loopback(), own_ways(BeaconOutcome.REACHED, BeaconOutcome.REFUSED)),
                f.Listener(address="198.18.7.7", port=11434),
            ),
        ),
        does_not_fire("it is another machine, which drops everything", at_address("198.18.9.9")),
        does_not_fire(
            "it has no way, and the listener is refused", measured(failing("llm", f.Outcome.NO_ROUTE), ALL_REFUSED)
        ),
        does_not_fire(
            "one of two addresses is rejected, one refuses, and the listener's packets are dropped",
            measured(
                dialled(
                    healthy(),
                    11434,
                    dial(ALIAS, 11434, f.Outcome.REFUSED),
                    replace(dial(ALIAS, 11434, f.Outcome.FAILED, "198.18.0.2"), detail="(EACCES)"),
                ),
                DROPPED,
            ),
        ),
        does_not_fire(
            "it has no way, as the listener has",
            measured(failing("llm", f.Outcome.NO_ROUTE), own_ways(BeaconOutcome.NO_ROUTE, BeaconOutcome.NO_ROUTE)),
        ),
        does_not_fire(
            "it is refused, and one listener's packets are dropped",
            measured(bound_to_loopback(), own_ways(BeaconOutcome.REFUSED, BeaconOutcome.DROPPED)),
        ),
        does_not_fire(
            "the address may be another machine's",
            measured(SILENT, routes(RouteNetwork.OWN, ALIAS, ALIAS_ADDRESS, loopback=BeaconOutcome.DROPPED)),
        ),
        does_not_fire(
            "the address that refuses may be another machine's",
            measured(
                bound_to_loopback(), routes(RouteNetwork.OWN, ALIAS, ALIAS_ADDRESS, loopback=BeaconOutcome.REFUSED)
            ),
        ),
        does_not_fire(
            "the address that rejects may be another machine's",
            measured(
                rejecting("llm", "EACCES"),
                routes(RouteNetwork.OWN, ALIAS, ALIAS_ADDRESS, loopback=BeaconOutcome.NO_ROUTE),
            ),
        ),
        does_not_fire("nothing was tried there", measured(SILENT)),
        does_not_fire(
            "it does not run", listening_at(measured(served_here(SILENT, 11434, f.Outcome.REFUSED), DROPPED))
        ),
        does_not_fire(
            "it is dialled elsewhere", measured(configured(SILENT, endpoint("llm", "198.18.9.9:11434")), DROPPED)
        ),
        does_not_fire(
            "it is dialled at the loopback",
            measured(
                dialled(
                    configured(SILENT, endpoint("llm", "127.0.0.1:11434")),
                    11434,
                    dial("127.0.0.1", 11434, f.Outcome.TIMED_OUT, "127.0.0.1"),
                ),
                routes(RouteNetwork.OWN, "x", "127.0.0.1", itself=BeaconOutcome.DROPPED),
            ),
        ),
        does_not_fire("it has no usable address", configured(DROPS, endpoint("llm", f"{ALIAS}:11434", problem="no"))),
        does_not_fire("its networks are internal", on_networks(DROPS, True, True)),
        does_not_fire("on the host's network", altered(DROPS, network_mode="host")),
        does_not_fire("in another container's network", altered(DROPS, network_mode="container:x")),
        not_checked(
            "the engine is elsewhere", elsewhere(DROPS), "the engine is on another machine, and so is its firewall"
        ),
        not_checked("nothing was dialled", passive(DROPS), "--passive"),
        not_checked("no listener was set up", replace(DROPS, topology=NOT_MEASURED), NOT_MEASURED.reason),
    ]
}


@every_case(GRID)
def test_what_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
