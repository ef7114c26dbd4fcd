"""SD406, SD507, SD604: a service that nothing serves on this machine, told from one that only the container misses."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.services import sd402_backend_refused as sd402
from stigmer_doctor.rules.services import sd403_backend_timeout as sd403
from stigmer_doctor.rules.services import sd406_backend_down as sd406
from stigmer_doctor.rules.services import sd502_temporal_refused as sd502
from stigmer_doctor.rules.services import sd503_temporal_timeout as sd503
from stigmer_doctor.rules.services import sd507_temporal_down as sd507
from stigmer_doctor.rules.services import sd602_llm_refused as sd602
from stigmer_doctor.rules.services import sd603_llm_timeout as sd603
from stigmer_doctor.rules.services import sd604_llm_down as sd604
from tests.healthy import ALIAS, NOT_MEASURED, PORTS, dial, endpoint, healthy
from tests.rules.altered import altered
from tests.rules.different import elsewhere
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.services.shared import NO_REACH, TITLES, VARIABLES, in_variable, no_endpoint
from tests.rules.vary import configured, dialled, failing, findings, served_here, stopped, unknown

STARTS = {
    "backend": "stigmer server start",
    "temporal": "temporal server start-dev --port {port}",
    "llm": "ollama serve",
}
OTHER_PORT = 7300


def told(name: str) -> Told:
    port = PORTS[name]
    return Told(
        subject=TITLES[name],
        measured=f"{refused(port)}; no listener on port {port}",
        expected=f"{TITLES[name]} listens on port {port}",
        endpoints=(name,),
        message=f"{TITLES[name]} is not running: nothing serves port {port} on this machine",
        advice=f"Start {TITLES[name]} on this machine.",
        commands=(STARTS[name].format(port=port),),
        evidence=(
            f"inspect {VARIABLES[name]}: {in_variable(name, f'{ALIAS}:{port}')}",
            f"user-machine 127.0.0.1:{port}: refused",
            f"user-machine [::1]:{port}: refused",
        ),
    )


def refused(*ports: int) -> str:
    dials = (f"{host}:{port} refused after 0.4 ms" for port in ports for host in ("127.0.0.1", "[::1]"))
    return f"on this machine: {'; '.join(dials)}"


def listening_at(facts: f.Facts, *items: f.Listener, ports: tuple[int, ...] = tuple(PORTS.values())) -> f.Facts:
    return replace(facts, listeners=f.Listeners(ports=ports, items=items))


def at_other_port(name: str, origin: f.Origin = f.Origin.ENVIRONMENT, host: str = ALIAS) -> f.Facts:
    """Another port is dialled, which this machine refuses; its own answers as ever."""
    facts = configured(healthy(), endpoint(name, f"{host}:{OTHER_PORT}", origin=origin))
    facts = dialled(facts, OTHER_PORT, dial(host, OTHER_PORT, f.Outcome.REFUSED))
    return served_here(replace(facts, **{name: NOT_MEASURED}), OTHER_PORT, f.Outcome.REFUSED)


def none_at_other_port(name: str, origin: f.Origin = f.Origin.ENVIRONMENT) -> f.Facts:
    """And its own does not answer anybody."""
    facts = at_other_port(name, origin)
    facts = dialled(facts, PORTS[name], dial(ALIAS, PORTS[name], f.Outcome.REFUSED))
    return served_here(facts, PORTS[name], f.Outcome.REFUSED)


def cases(name: str) -> list[Case]:
    port, down = PORTS[name], stopped(name)
    both = f"{OTHER_PORT} or {port}"
    at_both = told(name)._replace(
        measured=f"{refused(OTHER_PORT, port)}; no listener on port {both}",
        expected=f"{TITLES[name]} listens on port {OTHER_PORT}",
        message=f"nothing serves port {both} on this machine",
        commands=(STARTS[name].format(port=OTHER_PORT),),
        evidence=None,
    )
    in_general = told(name)._replace(evidence=None)
    unlisted = in_general._replace(measured=refused(port))
    unclear = "this machine's own ports gave no clear answer"
    return [
        fires("it is refused on both sides", down, told(name)),
        fires(
            "it times out there",
            served_here(failing(name, f.Outcome.TIMED_OUT), port, f.Outcome.REFUSED),
            in_general,
        ),
        fires("its name does not resolve", served_here(unknown(ALIAS, healthy()), port, f.Outcome.REFUSED), in_general),
        *(
            fires(f"it is dialled at {host}", configured(down, endpoint(name, f"{host}:{port}")), in_general)
            for host in ("localhost", "127.0.0.1", "198.18.4.1")
        ),
        fires("it is dialled at the network's IPv6 gateway", at_gateway6(name), in_general),
        fires("the listeners are not known", replace(down, listeners=NOT_MEASURED), unlisted),
        fires(
            "one loopback has no answer, and nothing is listed",
            served_here(down, port, f.Outcome.TIMED_OUT),
            in_general._replace(
                measured=f"on this machine: 127.0.0.1:{port} timed out after 0.0 s; [::1]:{port} timed out after 0.0 "
                f"s; no listener on port {port}"
            ),
        ),
        fires(
            "its port was dialled in vain, and it alone was listed",
            undialled(listening_at(down, ports=(port,)), port),
            in_general._replace(measured=f"no listener on port {port}"),
        ),
        fires(
            "its port was not asked for when the listeners were listed",
            listening_at(down, ports=(1,)),
            in_general,
        ),
        fires(
            "its port was not dialled here, and nothing is listed",
            undialled(down, port),
            in_general._replace(measured=f"no listener on port {port}"),
        ),
        fires("another port is dialled, and neither answers", none_at_other_port(name), at_both),
        fires(
            "the code's default is dialled, and neither answers",
            none_at_other_port(name, f.Origin.DEFAULT),
            at_both._replace(
                expected=f"{TITLES[name]} listens on port {port}", commands=(STARTS[name].format(port=port),)
            ),
        ),
        does_not_fire("it answers on this machine", failing(name, f.Outcome.REFUSED)),
        does_not_fire("it answers on this machine, and times out there", failing(name, f.Outcome.TIMED_OUT)),
        does_not_fire(
            "it listens at another address of this machine",
            listening_at(down, f.Listener(address="198.18.4.1", port=port)),
        ),
        does_not_fire("it answers on this machine, and is not listed", listening_at(failing(name, f.Outcome.REFUSED))),
        does_not_fire("another port is dialled, and its own answers", at_other_port(name, f.Origin.DEFAULT)),
        does_not_fire(
            "another address accepts in the container",
            configured(
                dialled(down, port, dial("localhost", port, f.Outcome.REFUSED, "127.0.0.1"), dial(ALIAS, port)),
                endpoint(name, f"localhost:{port}"),
            ),
        ),
        not_checked(
            "dialling the loopback fails, and the listeners are not known",
            replace(served_here(down, port, f.Outcome.FAILED), listeners=NOT_MEASURED),
            unclear,
        ),
        not_checked(
            "the loopback gives no answer, and the listeners are not known",
            replace(served_here(down, port, f.Outcome.TIMED_OUT), listeners=NOT_MEASURED),
            unclear,
        ),
        not_checked(
            "one loopback gives no answer, and the listeners are not known",
            also_here(replace(down, listeners=NOT_MEASURED), dial("::1", port, f.Outcome.TIMED_OUT, "::1")),
            unclear,
        ),
        not_checked(
            "one of two ports was dialled here, and the listeners are not known",
            undialled(replace(none_at_other_port(name), listeners=NOT_MEASURED), OTHER_PORT),
            unclear,
        ),
        not_checked(
            "one of two ports was listed, and it was not dialled here",
            undialled(listening_at(none_at_other_port(name), ports=(port,)), OTHER_PORT),
            unclear,
        ),
        not_checked(
            "the engine is elsewhere",
            elsewhere(down),
            "the engine is on another machine, so this machine's services say nothing",
        ),
        not_checked(
            "its address is elsewhere",
            configured(down, endpoint(name, f"198.18.9.9:{port}")),
            "198.18.9.9 is not this machine, and what runs there cannot be seen from here",
        ),
        not_checked(
            "its address may be the gateway's, and there is no container",
            replace(configured(down, endpoint(name, f"198.18.4.1:{port}")), container=NOT_MEASURED),
            "198.18.4.1 is not this machine, and what runs there cannot be seen from here",
        ),
        not_checked("this machine was not dialled", replace(down, user_reach=NOT_MEASURED), NOT_MEASURED.reason),
        not_checked("nothing was dialled", replace(down, container_reach=NO_REACH), "no interpreter"),
        *no_endpoint(name, down),
    ]


def undialled(facts: f.Facts, port: int) -> f.Facts:
    """This machine's own port was not dialled."""
    assert isinstance(facts.user_reach, f.Reach)
    dials = tuple(other for other in facts.user_reach.dials if other.port != port)
    return replace(facts, user_reach=replace(facts.user_reach, dials=dials))


def also_here(facts: f.Facts, *dials: f.Dial) -> f.Facts:
    """This machine was dialled so as well."""
    assert isinstance(facts.user_reach, f.Reach)
    return replace(facts, user_reach=replace(facts.user_reach, dials=(*facts.user_reach.dials, *dials)))


def at_gateway6(name: str) -> f.Facts:
    network = f.Network(name="bridge", gateway6="fd00::1")
    return altered(configured(stopped(name), endpoint(name, f"fd00::1:{PORTS[name]}")), networks=(network,))


RULES = {"backend": sd406.RULE, "temporal": sd507.RULE, "llm": sd604.RULE}
CONNECTION = {
    "backend": (sd402.RULE, sd403.RULE),
    "temporal": (sd502.RULE, sd503.RULE),
    "llm": (sd602.RULE, sd603.RULE),
}


GRID: dict[Rule, list[Case]] = {rule: cases(name) for name, rule in RULES.items()}


@every_case(GRID)
def test_what_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)


@pytest.mark.parametrize("name", list(PORTS))
@pytest.mark.parametrize("number", [0, 1])
def test_a_service_that_is_down_explains_that_it_is_not_reached(name: str, number: int) -> None:
    outcome = (f.Outcome.REFUSED, f.Outcome.TIMED_OUT)[number]
    facts = served_here(failing(name, outcome), PORTS[name], f.Outcome.REFUSED)
    found = {finding.code: finding.caused_by for finding in findings(facts, *CONNECTION[name], RULES[name])}
    assert found == {RULES[name].code: (), CONNECTION[name][number].code: (RULES[name].code,)}


def test_the_three_services_are_judged_separately() -> None:
    connection = (rule for rules in CONNECTION.values() for rule in rules)
    found = findings(stopped("temporal"), *connection, *RULES.values())
    assert {finding.code for finding in found} == {"SD502", "SD507"}
