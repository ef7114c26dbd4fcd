"""SD805: a compose file cannot be read, or not as it was meant."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.model.source import ComposeFiles, Problem
from stigmer_doctor.rules.compose.sd805_compose_invalid import RULE
from tests.healthy import healthy
from tests.rules.compose.files import NO_FILE, WHOLE
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.sources import beside


def with_problems(*problems: Problem) -> f.Facts:
    facts = beside(WHOLE)
    assert isinstance(facts.compose, ComposeFiles)
    return replace(facts, compose=replace(facts.compose, problems=problems))


GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires(
            "a key twice",
            beside(WHOLE.replace("image:", "restart: a\n    restart: b\n    image:")),
            Told(
                subject="docker-compose.yml:4:5",
                measured="restart: b",
                expected="a file that compose accepts",
                endpoints=(),
                message="docker-compose.yml has the key restart twice",
                advice="Correct the file",
                evidence=("file docker-compose.yml:4:5: restart: b",),
                fix=("manual",),
            ),
        ),
        fires(
            "no YAML",
            beside("agent-runner: ["),
            Told(
                subject="docker-compose.yml:1:16",
                measured="agent-runner: [",
                expected="a file that compose accepts",
                endpoints=(),
                message="docker-compose.yml ",
                advice="docker compose config",
                evidence=("file docker-compose.yml:1:16: agent-runner: [",),
            ),
        ),
        fires(
            "it was not looked at as a whole",
            with_problems(Problem(file="a.yml", message="is too large", certain=False)),
            Told(
                subject="a.yml",
                measured="is too large",
                expected="a file that could be looked at as a whole",
                endpoints=(),
                message="a.yml is too large",
                advice="Correct the file",
                severity=Severity.INFO,
                evidence=("file a.yml: ",),
                fix=("manual",),
            ),
        ),
        fires(
            "two",
            with_problems(Problem(file="b.yml", message="is wrong"), Problem(file="a.yml", message="is wrong")),
            Told(
                subject="a.yml",
                measured="is wrong",
                expected="a file that compose accepts",
                endpoints=(),
                message="a.yml is wrong",
                advice="Correct",
            ),
            Told(
                subject="b.yml",
                measured="is wrong",
                expected="a file that compose accepts",
                endpoints=(),
                message="b.yml is wrong",
                advice="Correct",
            ),
        ),
        does_not_fire("a file that compose accepts", beside(WHOLE)),
        does_not_fire("a file without services", beside("services: {}  # agent-runner")),
        not_checked("no compose file", healthy(), NO_FILE),
    ]
}


@every_case(GRID)
def test_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
