"""SD115: more than one agent-runner container runs."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.container.sd115_duplicate_runner_containers import RULE
from tests.healthy import NOT_MEASURED, healthy
from tests.rules.different import OTHER, looked_up
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked


def listed_last() -> f.Facts:
    """The engine lists the other runner first."""
    facts = looked_up(f.Match.FOUND, OTHER)
    assert isinstance(facts.lookup, f.Lookup)
    return replace(facts, lookup=replace(facts.lookup, runners=facts.lookup.runners[::-1]))


def by_id() -> f.Facts:
    facts = looked_up(f.Match.FOUND, OTHER)
    assert isinstance(facts.lookup, f.Lookup)
    return replace(facts, lookup=replace(facts.lookup, asked="aaaa"))


GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires(
            "a second one runs",
            looked_up(f.Match.FOUND, OTHER),
            Told(
                subject="stigmer-agent-runner and runner-2",
                measured=(
                    "stigmer-agent-runner (aaaaaaaaaaaa, stigmer-agent-runner:local, running) and runner-2 "
                    "(cccccccccccc, stigmer-agent-runner:local, running)"
                ),
                expected="one",
                endpoints=("temporal",),
                message="2 agent-runner containers run at once",
                advice="Stop those that are not wanted",
                severity=Severity.WARNING,
                commands=("docker stop runner-2",),
                evidence=(
                    "engine aaaaaaaaaaaa: stigmer-agent-runner (aaaaaaaaaaaa, stigmer-agent-runner:local, running)",
                    "engine cccccccccccc: runner-2 (cccccccccccc, stigmer-agent-runner:local, running)",
                ),
            ),
        ),
        fires(
            "two more run, and one that does not",
            looked_up(
                f.Match.FOUND, replace(OTHER, name="old", state="exited"), OTHER, replace(OTHER, name="runner-3")
            ),
            Told(
                subject="stigmer-agent-runner, runner-2 and runner-3",
                measured=(
                    "stigmer-agent-runner (aaaaaaaaaaaa, stigmer-agent-runner:local, running), runner-2 "
                    "(cccccccccccc, stigmer-agent-runner:local, running) and runner-3 (cccccccccccc, "
                    "stigmer-agent-runner:local, running)"
                ),
                expected="one",
                endpoints=("temporal",),
                message="3 agent-runner containers run at once",
                advice="With the same task queue they share",
                severity=Severity.WARNING,
                commands=("docker stop runner-2 runner-3",),
                evidence=(
                    "engine aaaaaaaaaaaa: stigmer-agent-runner (aaaaaaaaaaaa, stigmer-agent-runner:local, running)",
                    "engine cccccccccccc: runner-2 (cccccccccccc, stigmer-agent-runner:local, running)",
                    "engine cccccccccccc: runner-3 (cccccccccccc, stigmer-agent-runner:local, running)",
                ),
            ),
        ),
        fires(
            "the other one is listed first",
            listed_last(),
            Told(
                subject="runner-2 and stigmer-agent-runner",
                measured=(
                    "runner-2 (cccccccccccc, stigmer-agent-runner:local, running) and stigmer-agent-runner "
                    "(aaaaaaaaaaaa, stigmer-agent-runner:local, running)"
                ),
                expected="one",
                endpoints=("temporal",),
                message="2 agent-runner containers run",
                advice="Stop those",
                severity=Severity.WARNING,
                commands=("docker stop runner-2",),
            ),
        ),
        fires(
            "two have the name that was asked for",
            looked_up(f.Match.FOUND, replace(OTHER, name="stigmer-agent-runner")),
            Told(
                subject="stigmer-agent-runner and stigmer-agent-runner",
                measured=(
                    "stigmer-agent-runner (aaaaaaaaaaaa, stigmer-agent-runner:local, running) and "
                    "stigmer-agent-runner (cccccccccccc, stigmer-agent-runner:local, running)"
                ),
                expected="one",
                endpoints=("temporal",),
                message="2 agent-runner containers run at once",
                advice="Stop those",
                severity=Severity.WARNING,
                commands=("docker stop stigmer-agent-runner",),
            ),
        ),
        fires(
            "the one that is meant was asked for by the beginning of its id",
            by_id(),
            Told(
                subject="stigmer-agent-runner and runner-2",
                measured=(
                    "stigmer-agent-runner (aaaaaaaaaaaa, stigmer-agent-runner:local, running) and runner-2 "
                    "(cccccccccccc, stigmer-agent-runner:local, running)"
                ),
                expected="one",
                endpoints=("temporal",),
                message="2 agent-runner containers run at once",
                severity=Severity.WARNING,
                commands=("docker stop runner-2",),
            ),
        ),
        does_not_fire("it is the only one", healthy()),
        does_not_fire("the other one does not run", looked_up(f.Match.FOUND, replace(OTHER, state="exited"))),
        not_checked("nobody looked", replace(healthy(), lookup=NOT_MEASURED), "the test left it out"),
    ]
}


@every_case(GRID)
def test_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
