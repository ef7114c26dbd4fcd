"""SD105: what answers as the Docker engine answers with an error where every engine has an answer."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.engine.sd105_engine_refuses import RULE
from tests.healthy import healthy
from tests.rules.different import engine_fault
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked


def refused(**changes: object) -> f.Facts:
    facts = engine_fault(f.EngineFault.REFUSES)
    return replace(facts, search=replace(facts.search, **changes))


def in_cluster(**changes: object) -> f.Facts:
    return refused(**{"endpoint": "https://10.0.0.1:6443", "source": "kubectl", "namespace": "agents", **changes})


def told(message: str, subject: str) -> Told:
    return Told(
        subject=subject,
        measured="refuses",
        expected="a cluster that answers kubectl",
        endpoints=(),
        message=message,
        commands=("kubectl auth can-i --list",),
        evidence=("engine kubectl: https://10.0.0.1:6443",),
    )


GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires(
            "its own words are what was measured",
            refused(detail="the engine refused: authorization denied by plugin"),
            Told(
                subject="unix:///var/run/docker.sock",
                measured="the engine refused: authorization denied by plugin",
                expected="an engine that says its version and lists or inspects its containers",
                endpoints=(),
                message="the Docker engine at unix:///var/run/docker.sock answers with an error where an engine has to",
                advice="Where an authorization plugin or a proxy stands before the engine",
                commands=("docker version",),
                evidence=("engine default: unix:///var/run/docker.sock",),
            ),
        ),
        fires(
            "without words, and other engines answer",
            refused(live_sockets=("unix:///run/a.sock",)),
            Told(
                subject="unix:///var/run/docker.sock",
                measured="refuses",
                expected="an engine that says its version and lists or inspects its containers",
                endpoints=(),
                message="answers with an error",
                advice="restart Docker",
                commands=("docker version", "stigmer-doctor check --host unix:///run/a.sock"),
            ),
        ),
        fires(
            "of a cluster, what kubectl says is the message",
            in_cluster(context="here", detail="pods is forbidden"),
            told("^pods is forbidden$", "here"),
        ),
        fires(
            "a cluster without words or a context",
            in_cluster(),
            told("^the cluster of https://10.0.0.1:6443 could not be asked$", "https://10.0.0.1:6443"),
        ),
        does_not_fire("nothing answers: SD101", engine_fault(f.EngineFault.UNREACHABLE)),
        does_not_fire("it may not be asked: SD102", engine_fault(f.EngineFault.PERMISSION_DENIED)),
        does_not_fire("it answers", healthy()),
        not_checked("no engine was asked", refused(endpoint="", fault=None), "no engine was asked"),
    ]
}


@every_case(GRID)
def test_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
