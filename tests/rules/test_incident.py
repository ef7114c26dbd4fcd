"""The situations of the incident, judged by all rules together."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.changes import MapHost, RemoveVariable, SetVariable, UseNetwork
from stigmer_doctor.model.findings import Severity, Status
from stigmer_doctor.rules.registry import RULES
from tests.healthy import ALIAS, PORTS, healthy
from tests.rules.altered import (
    LOOPBACK,
    altered,
    in_force,
    local_loopbacks,
    of,
    open_at,
    reaching,
    reading,
    refused,
    roots,
    shared_host,
    unshared_host,
    variables,
)
from tests.rules.vary import diagnose, in_state, logging, stopped

STARTUP = "2026-01-22 03:00:03,000 - root - ERROR - STARTUP FAILURE: Worker Initialization Error"
HTTPX = (
    "2026-01-22 21:40:22,197 - temporalio.activity - ERROR - "
    "ExecuteGraphton failed for execution aex-1: All connection attempts failed"
)
CONNECTIONS = ("SD4", "SD5", "SD6", "SD7")


def crashing(facts: f.Facts) -> f.Facts:
    """It cannot reach Temporal at its start, and is started again and again."""
    return logging(altered(in_state(facts, "restarting", exit_code=1), restart_count=7), STARTUP)


def incident() -> f.Facts:
    """The compose file of the day, on an engine in a VM."""
    return crashing(
        unshared_host(
            variables(
                STIGMER_BACKEND_ENDPOINT=None,
                STIGMER_BACKEND_URL=f"http://{ALIAS}:7234",
                STIGMER_LLM_BASE_URL="http://localhost:11434",
            )
        )
    )


def report_fix() -> f.Facts:
    """After the incident report's own fix."""
    facts = variables(STIGMER_LLM_BASE_URL="http://localhost:11434")
    ports = tuple(PORTS.values())
    return logging(reaching(facts, *open_at(ALIAS, *ports), *refused("localhost", 11434)), HTTPX)


def linux_bridge() -> f.Facts:
    """A bridge network on a native engine, the host alias not mapped."""
    return crashing(reaching(healthy(), lost=(ALIAS,)))


def test_the_healthy_runner_has_no_finding() -> None:
    diagnosis = diagnose(healthy(), *RULES)
    assert diagnosis.findings == ()
    assert diagnosis.status is Status.PASS


def test_the_incident_has_two_causes() -> None:
    assert roots(incident(), RULES) == {"SD201", "SD301"}


def test_every_connection_finding_of_the_incident_is_a_consequence() -> None:
    found = [finding for finding in diagnose(incident(), *RULES).findings if finding.code.startswith(CONNECTIONS)]
    assert found
    assert all(finding.caused_by for finding in found)


def test_the_incident_accuses_no_service() -> None:
    codes = {finding.code for finding in diagnose(incident(), *RULES).findings}
    assert not codes & {"SD404", "SD405", "SD406", "SD504", "SD507", "SD604", "SD605"}


def test_the_incidents_remedy_is_a_bridge_with_right_addresses() -> None:
    changes = {
        *of(incident(), RULES, "SD201").remediation.changes,
        *of(incident(), RULES, "SD301").remediation.changes,
    }
    assert changes == {
        UseNetwork(mode="bridge"),
        MapHost(name=ALIAS, target="host-gateway"),
        SetVariable(name="STIGMER_BACKEND_ENDPOINT", value=f"{ALIAS}:7234"),
        RemoveVariable(name="STIGMER_BACKEND_URL"),
        SetVariable(name="STIGMER_LLM_BASE_URL", value=f"http://{ALIAS}:11434"),
    }


def test_the_daemon_of_the_day_has_one_cause() -> None:
    assert roots(crashing(unshared_host(local_loopbacks())), RULES) == {"SD201"}


def test_after_the_reports_own_fix_the_llm_address_is_the_one_cause() -> None:
    assert roots(report_fix(), RULES) == {"SD204"}
    assert of(report_fix(), RULES, "SD204").subject == "STIGMER_LLM_BASE_URL"
    assert of(report_fix(), RULES, "SD701").caused_by == ("SD204",)


def test_after_the_reports_own_fix_nothing_else_is_found() -> None:
    codes = {finding.code for finding in diagnose(report_fix(), *RULES).findings}
    assert codes == {"SD204", "SD602", "SD701"}


def test_a_native_engine_without_the_mapping_has_the_alias_as_its_cause() -> None:
    assert roots(linux_bridge(), RULES) == {"SD202"}


def test_a_native_engine_with_host_networking_has_no_finding() -> None:
    assert diagnose(shared_host(local_loopbacks()), *RULES).findings == ()


def test_a_stopped_temporal_is_the_cause_and_no_network_rule_accuses() -> None:
    facts = stopped("temporal")
    assert roots(facts, RULES) == {"SD507"}
    assert not [finding for finding in diagnose(facts, *RULES).findings if finding.code.startswith(("SD2", "SD3"))]


@pytest.mark.parametrize(("service", "code"), [("backend", "SD406"), ("temporal", "SD507"), ("llm", "SD604")])
def test_a_stopped_service_is_the_cause_on_host_networking_too(service: str, code: str) -> None:
    facts = shared_host(local_loopbacks(stopped(service)))
    port = PORTS[service]
    others = tuple(other for other in PORTS.values() if other != port)
    facts = reaching(
        facts,
        *open_at(LOOPBACK, *others),
        *open_at("localhost", *others),
        *refused(LOOPBACK, port),
        *refused("localhost", port),
    )
    assert roots(facts, RULES) == {code}


@pytest.mark.parametrize(
    ("read", "written"),
    [("OLLAMA_BASE_URL", "STIGMER_LLM_BASE_URL"), ("STIGMER_LLM_BASE_URL", "OLLAMA_BASE_URL")],
)
def test_the_llm_variable_under_the_other_images_name_is_the_cause(read: str, written: str) -> None:
    facts = reading(renamed={"STIGMER_LLM_BASE_URL": read})
    facts = variables(facts, **{read: None, written: f"http://{ALIAS}:11434"})
    facts = reaching(facts, *open_at(ALIAS, *PORTS.values()), *refused("localhost", 11434))
    assert roots(facts, RULES) == {"SD301"}
    assert of(facts, RULES, "SD301").subject == written


def test_the_llm_address_under_both_names_is_no_finding() -> None:
    facts = reading(renamed={"STIGMER_LLM_BASE_URL": "OLLAMA_BASE_URL"})
    facts = variables(facts, OLLAMA_BASE_URL=f"http://{ALIAS}:11434")
    assert diagnose(facts, *RULES).findings == ()


def test_an_invalid_setting_explains_the_crash_loop() -> None:
    facts = variables(STIGMER_EXECUTION_MODE="everywhere")
    failure = STARTUP.replace("Worker Initialization", "Configuration")
    temporal = facts.temporal
    assert isinstance(temporal, f.TemporalAnswer)
    facts = replace(
        logging(altered(in_state(facts, "restarting", exit_code=1), restart_count=7), failure),
        temporal=replace(temporal, pollers=()),
    )
    assert roots(facts, RULES) == {"SD306"}


def test_a_runner_that_was_stopped_is_the_cause_of_its_missing_poller() -> None:
    facts = in_state(healthy(), "exited", exit_code=0)
    temporal = facts.temporal
    assert isinstance(temporal, f.TemporalAnswer)
    facts = replace(facts, temporal=replace(temporal, pollers=()))
    assert roots(facts, RULES) == {"SD112"}


def test_a_runner_without_a_network_is_isolated() -> None:
    facts = altered(network_mode="none", networks=())
    assert roots(crashing(reaching(facts, *refused("localhost", *PORTS.values()), lost=(ALIAS,))), RULES) == {"SD207"}


def test_a_daemon_that_sets_the_unread_workspace_gets_warnings_only() -> None:
    facts = in_force(variables(SANDBOX_ROOT_DIR=None))
    found = diagnose(facts, *RULES).findings
    assert {finding.code: finding.severity for finding in found} == {
        "SD118": Severity.WARNING,
        "SD305": Severity.WARNING,
    }
    assert of(facts, RULES, "SD118").caused_by == ("SD305",)
