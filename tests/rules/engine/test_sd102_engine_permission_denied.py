"""SD102: the Docker engine is there, and this user may not talk to it."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.engine.sd102_engine_permission_denied import RULE
from tests.healthy import healthy
from tests.rules.different import engine_fault
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked


def denied(**changes: object) -> f.Facts:
    facts = engine_fault(f.EngineFault.PERMISSION_DENIED)
    return replace(facts, search=replace(facts.search, **changes))


GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires(
            "a socket that this user may not open",
            denied(),
            Told(
                subject="unix:///var/run/docker.sock",
                measured="permission-denied",
                expected="the socket can be opened for reading and writing",
                endpoints=(),
                message="this user may not talk to the Docker engine at unix:///var/run/docker.sock",
                advice="The command shows which group may use the socket",
                commands=("ls -l /var/run/docker.sock",),
                evidence=("engine default: unix:///var/run/docker.sock",),
            ),
        ),
        fires(
            "what the system said is what was measured",
            denied(detail="[Errno 13] Permission denied"),
            Told(
                subject="unix:///var/run/docker.sock",
                measured="[Errno 13] Permission denied",
                expected="the socket can be opened for reading and writing",
                endpoints=(),
                message="may not talk",
                advice="Become a member of it",
                commands=("ls -l /var/run/docker.sock",),
            ),
        ),
        fires(
            "an engine over TCP has no socket to look at",
            denied(endpoint="tcp://198.18.0.7:2375", source="DOCKER_HOST"),
            Told(
                subject="tcp://198.18.0.7:2375",
                measured="permission-denied",
                expected="the socket can be opened for reading and writing",
                endpoints=(),
                message="the Docker engine at tcp://198.18.0.7:2375",
                advice="or run the doctor as a user who may",
                commands=("docker version",),
                evidence=("engine DOCKER_HOST: tcp://198.18.0.7:2375",),
            ),
        ),
        fires(
            "a path that looks like an option, and other engines",
            denied(endpoint="unix://-rf", live_sockets=("unix:///run/a.sock", "unix:///run/b.sock")),
            Told(
                subject="unix://-rf",
                measured="permission-denied",
                expected="the socket can be opened for reading and writing",
                endpoints=(),
                message="this user may not talk to the Docker engine at unix://-rf",
                advice="as good as root",
                commands=(
                    "ls -l -- -rf",
                    "stigmer-doctor check --host unix:///run/a.sock",
                    "stigmer-doctor check --host unix:///run/b.sock",
                ),
            ),
        ),
        does_not_fire("nothing answers: SD101", engine_fault(f.EngineFault.UNREACHABLE)),
        does_not_fire("it answers", healthy()),
        does_not_fire("there is no such context", denied(endpoint="", fault=f.EngineFault.UNKNOWN_CONTEXT)),
        not_checked("no engine was asked", denied(endpoint="", fault=None), "no engine was asked"),
    ]
}


@every_case(GRID)
def test_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
