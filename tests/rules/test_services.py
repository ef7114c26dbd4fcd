"""The nine rules about dialling, and the three about services that do not run: the same promises for every service."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.changes import SetVariable
from stigmer_doctor.model.findings import CheckStatus, Severity
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.codes import stopping_the_start
from stigmer_doctor.rules.services import sd401_backend_unresolvable as sd401
from stigmer_doctor.rules.services import sd402_backend_refused as sd402
from stigmer_doctor.rules.services import sd403_backend_timeout as sd403
from stigmer_doctor.rules.services import sd406_backend_down as sd406
from stigmer_doctor.rules.services import sd501_temporal_unresolvable as sd501
from stigmer_doctor.rules.services import sd502_temporal_refused as sd502
from stigmer_doctor.rules.services import sd503_temporal_timeout as sd503
from stigmer_doctor.rules.services import sd507_temporal_down as sd507
from stigmer_doctor.rules.services import sd601_llm_unresolvable as sd601
from stigmer_doctor.rules.services import sd602_llm_refused as sd602
from stigmer_doctor.rules.services import sd603_llm_timeout as sd603
from stigmer_doctor.rules.services import sd604_llm_down as sd604
from tests.healthy import ALIAS, NOT_MEASURED, PORTS, dial, endpoint, healthy
from tests.rules.vary import (
    configured,
    diagnose,
    dialled,
    failing,
    findings,
    one,
    outcome,
    served_here,
    stopped,
    unknown,
    without,
)

UNRESOLVABLE = {"backend": sd401.RULE, "temporal": sd501.RULE, "llm": sd601.RULE}
REFUSED = {"backend": sd402.RULE, "temporal": sd502.RULE, "llm": sd602.RULE}
TIMED_OUT = {"backend": sd403.RULE, "temporal": sd503.RULE, "llm": sd603.RULE}
DOWN = {"backend": sd406.RULE, "temporal": sd507.RULE, "llm": sd604.RULE}
ALL = [
    pytest.param(rule, name, id=rule.code)
    for rules in (UNRESOLVABLE, REFUSED, TIMED_OUT, DOWN)
    for name, rule in rules.items()
]
every_service = pytest.mark.parametrize("name", list(PORTS))
every_rule = pytest.mark.parametrize(("rule", "name"), ALL)


# ---- all twelve ------------------------------------------------------------------------------------------------------


@every_rule
def test_a_healthy_runner_passes(rule: Rule, name: str) -> None:
    assert outcome(healthy(), rule).status is CheckStatus.PASS, name


@every_rule
def test_an_endpoint_that_the_runner_does_not_use_is_not_judged(rule: Rule, name: str) -> None:
    check = outcome(without(failing(name, f.Outcome.REFUSED), name), rule)
    assert (check.status, "does not use it" in check.reason) == (CheckStatus.SKIP, True)


@every_rule
def test_an_unusable_address_is_left_to_the_rule_about_addresses(rule: Rule, name: str) -> None:
    broken = replace(endpoint(name, f"{ALIAS}:1"), host="", port=0, problem="it names no port")
    check = outcome(configured(stopped(name), broken), rule)
    assert (check.status, "it names no port" in check.reason) == (CheckStatus.SKIP, True)


@every_rule
def test_without_a_way_into_the_container_nothing_is_said(rule: Rule, name: str) -> None:
    facts = replace(stopped(name), container_reach=f.NotMeasured(reason="no interpreter"))
    assert outcome(facts, rule).status is CheckStatus.SKIP


def test_the_reason_names_the_variable_that_chose_another_llm_provider() -> None:
    facts = without(healthy(), "llm")
    assert isinstance(facts.configuration, f.Configuration)
    settings = tuple(
        replace(setting, value="anthropic") if setting.key == "llm_provider" else setting
        for setting in facts.configuration.settings
    )
    check = outcome(replace(facts, configuration=replace(facts.configuration, settings=settings)), sd602.RULE)
    assert check.reason == "the runner does not use it: STIGMER_LLM_PROVIDER is anthropic"


# ---- unresolvable ----------------------------------------------------------------------------------------------------


@every_service
def test_a_name_without_an_address_in_the_container_is_an_error(name: str) -> None:
    finding = one(unknown(ALIAS, healthy()), UNRESOLVABLE[name])
    assert finding.severity is Severity.ERROR
    assert finding.endpoints == (name,)
    assert finding.measured == f"{ALIAS}: Name or service not known"


@every_service
def test_a_name_that_does_not_resolve_is_neither_refused_nor_timed_out(name: str) -> None:
    facts = unknown(ALIAS, healthy())
    assert [outcome(facts, rules[name]).status for rules in (REFUSED, TIMED_OUT)] == [CheckStatus.SKIP] * 2


@every_service
def test_a_literal_address_has_nothing_to_resolve(name: str) -> None:
    facts = configured(unknown("198.18.0.9", healthy()), endpoint(name, f"198.18.0.9:{PORTS[name]}"))
    assert findings(facts, UNRESOLVABLE[name]) == ()


@every_service
def test_a_name_that_nobody_asked_about_is_not_judged(name: str) -> None:
    facts = configured(healthy(), endpoint(name, f"elsewhere.test:{PORTS[name]}"))
    assert outcome(facts, UNRESOLVABLE[name]).status is CheckStatus.SKIP


def test_a_name_with_shell_characters_is_quoted_in_the_command() -> None:
    host = "a;reboot"
    facts = configured(unknown(host, healthy()), endpoint("backend", f"{host}:7234"))
    assert one(facts, sd401.RULE).remediation.commands == ("nslookup 'a;reboot'",)


# ---- refused ---------------------------------------------------------------------------------------------------------


@every_service
def test_a_refused_connection_is_an_error(name: str) -> None:
    finding = one(failing(name, f.Outcome.REFUSED), REFUSED[name])
    port = PORTS[name]
    assert finding.severity is Severity.ERROR
    assert finding.endpoints == (name,)
    assert finding.subject == f"{ALIAS}:{port}"
    assert finding.measured == f"198.18.0.1:{port} refused after 0.4 ms; answers on this machine at 127.0.0.1:{port}"


@every_service
def test_every_address_is_shown_with_its_own_outcome(name: str) -> None:
    port = PORTS[name]
    facts = dialled(
        healthy(),
        port,
        dial(ALIAS, port, f.Outcome.REFUSED),
        replace(dial(ALIAS, port, f.Outcome.NO_ROUTE, "2001:2::1"), detail="ENETUNREACH"),
    )
    measured = one(facts, REFUSED[name]).measured
    assert f"198.18.0.1:{port} refused" in measured
    assert f"[2001:2::1]:{port} no route (ENETUNREACH)" in measured


@every_service
def test_one_address_that_accepts_is_enough(name: str) -> None:
    port = PORTS[name]
    facts = dialled(healthy(), port, dial(ALIAS, port, f.Outcome.REFUSED, "2001:2::1"), dial(ALIAS, port))
    assert findings(facts, REFUSED[name], TIMED_OUT[name], DOWN[name]) == ()


@every_service
def test_a_timeout_is_not_a_refusal_and_a_refusal_no_timeout(name: str) -> None:
    assert findings(failing(name, f.Outcome.TIMED_OUT), REFUSED[name]) == ()
    assert findings(failing(name, f.Outcome.REFUSED), TIMED_OUT[name]) == ()


def test_a_service_that_answers_on_the_users_machine_is_said_to_be_up() -> None:
    text = one(failing("temporal", f.Outcome.REFUSED), sd502.RULE).remediation.text
    assert "The service is up on this machine, at 127.0.0.1:7233" in text


def test_a_service_that_answers_here_on_its_usual_port_shows_the_wrong_port() -> None:
    facts = configured(healthy(), endpoint("backend", "localhost:50051", origin=f.Origin.DEFAULT))
    facts = dialled(facts, 50051, dial("localhost", 50051, f.Outcome.REFUSED, "127.0.0.1"))
    text = one(facts, sd402.RULE).remediation.text
    assert "dials port 50051, and the service answers on this machine on port 7234" in text


def test_a_refusal_without_the_users_side_claims_nothing_about_it() -> None:
    facts = replace(failing("llm", f.Outcome.REFUSED), user_reach=NOT_MEASURED)
    finding = one(facts, sd602.RULE)
    assert finding.measured == "198.18.0.1:11434 refused after 0.4 ms"
    assert "this machine" not in finding.remediation.text


def test_a_throwaway_container_is_named_as_what_was_measured_from() -> None:
    facts = failing("backend", f.Outcome.REFUSED)
    assert isinstance(facts.container_reach, f.Reach)
    facts = replace(facts, container_reach=replace(facts.container_reach, vantage=f.Vantage.CLONE))
    assert "from a throwaway container with the same network settings" in one(facts, sd402.RULE).message


@pytest.mark.parametrize(
    ("system", "command"),
    [("Ubuntu 24.04", "ss -ltnp 'sport = :7233'"), ("Docker Desktop", "lsof -nP -iTCP:7233 -sTCP:LISTEN")],
)
def test_the_command_that_shows_the_listeners_suits_the_platform(system: str, command: str) -> None:
    facts = failing("temporal", f.Outcome.REFUSED)
    assert isinstance(facts.engine, f.Engine)
    engine = replace(facts.engine, operating_system=system)
    if system != "Docker Desktop":
        engine = replace(engine, name="box", kernel="6.8.0-45-generic")
    assert one(replace(facts, engine=engine), sd502.RULE).remediation.commands == (command,)


# ---- timed out -------------------------------------------------------------------------------------------------------


@every_service
def test_a_connection_that_times_out_is_an_error(name: str) -> None:
    port = PORTS[name]
    silent = replace(dial(ALIAS, port, f.Outcome.TIMED_OUT), latency_ms=3000.0)
    finding = one(dialled(healthy(), port, silent), TIMED_OUT[name])
    assert finding.severity is Severity.ERROR
    assert finding.endpoints == (name,)
    assert finding.message.endswith("the connection times out")
    assert finding.measured.startswith(f"198.18.0.1:{port} timed out after 3.0 s")


@every_service
def test_no_route_is_told_apart_from_a_timeout(name: str) -> None:
    finding = one(failing(name, f.Outcome.NO_ROUTE), TIMED_OUT[name])
    assert finding.message.endswith("there is no route to it")
    assert "firewall" not in finding.remediation.text


@every_service
def test_a_failure_of_another_kind_is_not_called_a_timeout(name: str) -> None:
    finding = one(failing(name, f.Outcome.FAILED), TIMED_OUT[name])
    assert "cannot be connected to" in finding.message


@every_service
@pytest.mark.parametrize("error", ["No route to host (EHOSTUNREACH)", "Permission denied (EACCES)"])
def test_what_is_rejected_on_the_way_is_a_firewalls_doing(name: str, error: str) -> None:
    how = f.Outcome.FAILED if "EACCES" in error else f.Outcome.NO_ROUTE
    finding = one(
        dialled(healthy(), PORTS[name], replace(dial(ALIAS, PORTS[name], how), detail=error)), TIMED_OUT[name]
    )
    assert finding.message.endswith("is rejected on the way")
    assert "firewall" in finding.remediation.text


@every_service
def test_a_mistyped_port_is_corrected_where_the_usual_one_answers(name: str) -> None:
    mistyped = PORTS[name] + 9
    facts = configured(healthy(), endpoint(name, f"{ALIAS}:{mistyped}"))
    facts = served_here(dialled(facts, mistyped, dial(ALIAS, mistyped, f.Outcome.REFUSED)), mistyped, f.Outcome.REFUSED)
    (change,) = one(facts, REFUSED[name]).remediation.changes
    assert isinstance(change, SetVariable)
    assert change.value.endswith(f"{ALIAS}:{PORTS[name]}")


@every_service
def test_no_port_is_guessed_where_the_usual_one_does_not_answer(name: str) -> None:
    mistyped = PORTS[name] + 9
    facts = configured(failing(name, f.Outcome.REFUSED), endpoint(name, f"{ALIAS}:{mistyped}"))
    facts = dialled(facts, mistyped, dial(ALIAS, mistyped, f.Outcome.REFUSED))
    assert not one(facts, REFUSED[name]).remediation.changes


def test_dropped_packets_lead_to_the_firewall_with_the_port() -> None:
    text = one(failing("llm", f.Outcome.TIMED_OUT), sd603.RULE).remediation.text
    assert "a firewall" in text
    assert "TCP port 11434" in text


# ---- down ------------------------------------------------------------------------------------------------------------


@every_service
def test_a_service_that_nothing_serves_on_this_machine_is_down(name: str) -> None:
    finding = one(stopped(name), DOWN[name])
    assert finding.severity is Severity.ERROR
    assert finding.endpoints == (name,)
    assert "nothing serves port" in finding.message
    assert f"127.0.0.1:{PORTS[name]} refused" in finding.measured
    assert "no listener" in finding.measured


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("backend", "stigmer server start"),
        ("temporal", "temporal server start-dev --port 7233"),
        ("llm", "ollama serve"),
    ],
)
def test_the_command_starts_the_service(name: str, command: str) -> None:
    assert one(stopped(name), DOWN[name]).remediation.commands == (command,)


@every_service
@pytest.mark.parametrize("how", [f.Outcome.REFUSED, f.Outcome.TIMED_OUT])
def test_a_service_that_is_down_explains_its_connection_findings(name: str, how: f.Outcome) -> None:
    facts = served_here(failing(name, how), PORTS[name], f.Outcome.REFUSED)
    found = {finding.code: finding.caused_by for finding in findings(facts, REFUSED[name], TIMED_OUT[name], DOWN[name])}
    connection = REFUSED[name].code if how is f.Outcome.REFUSED else TIMED_OUT[name].code
    assert found == {DOWN[name].code: (), connection: (DOWN[name].code,)}


@every_service
def test_a_service_that_answers_on_this_machine_is_not_accused(name: str) -> None:
    assert outcome(failing(name, f.Outcome.REFUSED), DOWN[name]).status is CheckStatus.PASS


@every_service
def test_a_service_that_only_the_list_of_listeners_shows_is_not_accused(name: str) -> None:
    facts = stopped(name)
    assert isinstance(facts.listeners, f.Listeners)
    bound = f.Listener(address="198.18.4.1", port=PORTS[name])
    assert outcome(replace(facts, listeners=replace(facts.listeners, items=(bound,))), DOWN[name]).status is (
        CheckStatus.PASS
    )


@every_service
def test_without_a_list_of_listeners_refusals_on_loopback_decide(name: str) -> None:
    finding = one(replace(stopped(name), listeners=NOT_MEASURED), DOWN[name])
    assert "listener" not in finding.measured


@every_service
def test_a_loopback_port_that_hangs_is_not_called_down(name: str) -> None:
    facts = served_here(failing(name, f.Outcome.REFUSED), PORTS[name], f.Outcome.TIMED_OUT)
    assert outcome(replace(facts, listeners=NOT_MEASURED), DOWN[name]).status is CheckStatus.SKIP


@every_service
def test_without_the_users_side_nothing_is_called_down(name: str) -> None:
    assert outcome(replace(stopped(name), user_reach=NOT_MEASURED), DOWN[name]).status is CheckStatus.SKIP


@every_service
def test_on_a_remote_engine_this_machine_says_nothing(name: str) -> None:
    facts = stopped(name)
    check = outcome(replace(facts, search=replace(facts.search, local=False)), DOWN[name])
    assert (check.status, "another machine" in check.reason) == (CheckStatus.SKIP, True)


@every_service
def test_an_address_elsewhere_is_not_called_down(name: str) -> None:
    facts = configured(stopped(name), endpoint(name, f"198.18.9.9:{PORTS[name]}"))
    check = outcome(facts, DOWN[name])
    assert (check.status, "is not this machine" in check.reason) == (CheckStatus.SKIP, True)


@every_service
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "198.18.4.1", ALIAS])
def test_loopback_gateway_and_alias_stand_for_this_machine(name: str, host: str) -> None:
    facts = configured(stopped(name), endpoint(name, f"{host}:{PORTS[name]}"))
    assert one(facts, DOWN[name]).endpoints == (name,)


@every_service
def test_a_service_that_answers_the_container_elsewhere_on_its_port_is_not_accused(name: str) -> None:
    port = PORTS[name]
    facts = dialled(stopped(name), port, dial("localhost", port, f.Outcome.REFUSED, "127.0.0.1"), dial(ALIAS, port))
    assert findings(configured(facts, endpoint(name, f"localhost:{port}")), DOWN[name]) == ()


def test_a_backend_dialled_at_the_default_port_while_it_is_up_is_not_accused() -> None:
    """The incident: the variable has another name, so the code's default is dialled."""
    facts = configured(healthy(), endpoint("backend", "localhost:50051", origin=f.Origin.DEFAULT))
    facts = dialled(facts, 50051, dial("localhost", 50051, f.Outcome.REFUSED, "127.0.0.1"))
    facts = served_here(facts, 50051, f.Outcome.REFUSED)
    assert findings(facts, sd406.RULE) == ()


def test_a_backend_that_is_down_at_the_default_port_and_its_own_is_accused_of_its_own() -> None:
    facts = configured(stopped("backend"), endpoint("backend", "localhost:50051", origin=f.Origin.DEFAULT))
    facts = dialled(facts, 50051, dial("localhost", 50051, f.Outcome.REFUSED, "127.0.0.1"))
    finding = one(served_here(facts, 50051, f.Outcome.REFUSED), sd406.RULE)
    assert "50051 or 7234" in finding.message
    assert finding.expected == "Stigmer backend listens on port 7234"


def test_temporal_on_a_port_of_its_own_is_started_there() -> None:
    facts = configured(healthy(), endpoint("temporal", f"{ALIAS}:7300"))
    facts = served_here(stopped("temporal"), 7300, f.Outcome.REFUSED)
    facts = configured(facts, endpoint("temporal", f"{ALIAS}:7300"))
    facts = dialled(facts, 7300, dial(ALIAS, 7300, f.Outcome.REFUSED))
    assert one(facts, sd507.RULE).remediation.commands == ("temporal server start-dev --port 7300",)


@every_service
def test_a_name_that_does_not_resolve_does_not_hide_that_the_service_is_down(name: str) -> None:
    facts = served_here(unknown(ALIAS, healthy()), PORTS[name], f.Outcome.REFUSED)
    found = findings(facts, UNRESOLVABLE[name], DOWN[name])
    assert {finding.code: finding.caused_by for finding in found} == {
        UNRESOLVABLE[name].code: (),
        DOWN[name].code: (),
    }


def test_the_three_services_are_judged_separately() -> None:
    diagnosis = diagnose(stopped("temporal"), *REFUSED.values(), *TIMED_OUT.values(), *DOWN.values())
    assert {finding.code for finding in diagnosis.findings} == {"SD502", "SD507"}


# ---- more addresses than can be dialled ------------------------------------------------------------------------------


def left_out(facts: f.Facts, port: int, *dials: f.Dial) -> f.Facts:
    """With two more addresses of the service that were not dialled."""
    facts = dialled(facts, port, *dials)
    assert isinstance(facts.container_reach, f.Reach)
    more = tuple(f.LeftOut(host=ALIAS, address=f"198.18.0.{last}", port=port) for last in (8, 9))
    return replace(facts, container_reach=replace(facts.container_reach, left_out=more))


@every_service
def test_addresses_that_were_not_dialled_are_said_where_nothing_accepted(name: str) -> None:
    port = PORTS[name]
    facts = left_out(healthy(), port, dial(ALIAS, port, f.Outcome.REFUSED))
    assert "2 more addresses were not dialled" in one(facts, REFUSED[name]).measured
    assert outcome(facts, TIMED_OUT[name]).status is CheckStatus.SKIP
    assert f"2 more addresses of {ALIAS} were not dialled" in outcome(facts, TIMED_OUT[name]).reason


@every_service
def test_a_service_none_of_whose_addresses_was_dialled_is_not_checked(name: str) -> None:
    check = outcome(left_out(healthy(), PORTS[name]), REFUSED[name])
    assert check.status is CheckStatus.SKIP
    assert "more have to be dialled than can be at once" in check.reason


@every_service
def test_what_was_left_out_does_not_matter_where_one_accepts(name: str) -> None:
    port = PORTS[name]
    assert outcome(left_out(healthy(), port, dial(ALIAS, port)), REFUSED[name]).status is CheckStatus.PASS


def test_only_a_service_that_the_start_needs_stops_it() -> None:
    stopping = {code for code in stopping_the_start() if code.startswith(("SD4", "SD5", "SD6"))}
    assert stopping == {"SD505", "SD507", "SD651", "SD652"}
