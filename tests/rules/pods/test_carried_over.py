"""Rules about containers, asked about a runner in a pod: they speak of pods, Services and kubectl."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from stigmer_doctor import profile
from stigmer_doctor.judge import judge
from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import CheckStatus, Severity, Status
from stigmer_doctor.model.pod import Replica
from stigmer_doctor.render import remediation_steps
from stigmer_doctor.rules.registry import RULES
from tests.rules.altered import assumed, variables
from tests.rules.pods.pod import NAME, SIBLING, failing, in_pod, in_state, unresolved, with_pod
from tests.rules.vary import diagnose

WORDS = ("docker", "host.docker.internal", "container engine", "this machine as")


def polled_by(*hosts: str, started: str = "2026-01-22T03:00:01Z") -> f.Facts:
    """Temporal lists these, and the cluster one sibling."""
    facts = in_state("running", in_pod(), started_at=started)
    assert isinstance(facts.temporal, f.TemporalAnswer)
    pollers = tuple(
        f.Poller(identity=f"1@{host}", last_access="2026-01-22T03:27:20Z", kinds=("activity",)) for host in hosts
    )
    sibling = Replica(name=SIBLING, image="x", image_id="", state=f.State(status="running"))
    return replace(facts, temporal=replace(facts.temporal, pollers=pollers), replicas=f.Replicas(items=(sibling,)))


def found(facts: f.Facts) -> dict[str, Severity | None]:
    return {finding.code: finding.severity for finding in diagnose(facts, *RULES).findings}


def test_a_healthy_pod_passes() -> None:
    diagnosis = diagnose(in_pod(), *RULES)
    assert diagnosis.status is Status.PASS
    assert {check.status for check in diagnosis.checks} == {CheckStatus.PASS, CheckStatus.SKIP}


def test_rules_about_one_machine_say_why_they_say_nothing() -> None:
    checks = {check.code: check for check in diagnose(in_pod(), *RULES).checks}
    for rule in RULES:
        if rule.not_in_pods:
            assert (checks[rule.code].status, checks[rule.code].reason) == (CheckStatus.SKIP, rule.not_in_pods)


@pytest.mark.parametrize(
    "facts",
    [
        in_state("exited", exit_code=1),
        in_state("restarting", exit_code=1, oom_killed=True),
        in_state("removing"),
        in_state("running", health="unhealthy", health_output="probe failed"),
        *(failing(name, how) for name in ("backend", "temporal", "llm") for how in f.Outcome if how != "connected"),
        unresolved("temporal"),
        variables(in_pod(), STIGMER_BACKEND_ENDPOINT="localhost:8080", STIGMER_LLM_BASE_URL=None),
        variables(in_pod(), STIGMER_BACKEND_ENDPOINT=None, STIGMER_BACKEND_URL="http://host.docker.internal:7234"),
        variables(in_pod(), MODE="cloud", TEMPORAL_SERVICE_ADDRESS="http://temporal:7233"),
    ],
)  # fmt: skip
def test_nothing_that_is_to_be_done_is_about_a_container_engine(facts: f.Facts) -> None:
    diagnosis = judge(facts, RULES, profile.load())
    assert diagnosis.findings
    steps = remediation_steps.commands(diagnosis, facts)
    said = [line for step in steps for line in (step.title, *step.lines, *step.commands, *step.notes)]
    said += [
        text for one in diagnosis.findings for text in (one.expected, one.remediation.text, *one.remediation.commands)
    ]
    assert not [line for line in said for word in WORDS if word in line.lower()]


def test_a_misnamed_address_is_set_where_the_pods_are_made() -> None:
    facts = variables(in_pod(), STIGMER_BACKEND_ENDPOINT=None, STIGMER_BACKEND_URL="http://localhost:7234")
    steps = remediation_steps.commands(diagnose(facts, *RULES), facts)
    assert any(
        "kubectl --namespace stigmer set env --containers=agent-runner deployment/agent-runner "
        "STIGMER_BACKEND_ENDPOINT=backend:7234 STIGMER_BACKEND_URL-" in command
        for step in steps
        for command in step.commands
    )


def test_a_pod_that_nothing_makes_is_changed_in_its_manifest() -> None:
    facts = variables(with_pod(workload="", workload_kind=""), STIGMER_BACKEND_ENDPOINT="localhost:7234")
    steps = remediation_steps.commands(diagnose(facts, *RULES), facts)
    assert [step.lines for step in steps if step.lines] == [("+ STIGMER_BACKEND_ENDPOINT: backend:7234",)]


def test_a_variable_that_a_service_link_sets_is_not_taken_for_a_mistake_of_the_user() -> None:
    facts = assumed(variables(in_pod(), MODE="cloud", REDIS_PORT="tcp://198.18.9.9:6379"))
    (finding,) = (one for one in diagnose(facts, *RULES).findings if one.code == "SD306")
    assert "enableServiceLinks" in finding.remediation.text


def test_siblings_are_no_other_workers() -> None:
    assert "SD508" not in found(polled_by(NAME, SIBLING, "agent-runner-574d4d7ff8-24m4s"))
    assert "SD508" in found(polled_by(NAME, "other-runner-574d4d7ff8-24m4s"))


def test_a_pod_that_does_not_poll_beside_siblings_that_do_is_a_warning() -> None:
    assert found(polled_by(SIBLING)).get("SD506") is Severity.WARNING
    assert "SD506" not in found(polled_by(SIBLING, started="2026-01-22T03:26:00Z"))
    assert found(polled_by("other")).get("SD506") is Severity.ERROR
