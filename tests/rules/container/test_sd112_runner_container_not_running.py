"""SD112: the runner's container exists and does not run."""

from __future__ import annotations

from functools import partial

import pytest
from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.container.sd112_runner_container_not_running import RULE
from tests.healthy import NOT_MEASURED, healthy
from tests.rules.altered import altered
from tests.rules.different import START_LINE
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.pods import pod
from tests.rules.vary import findings, in_state, logging, one

exited = partial(in_state, healthy(), "exited")

GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires(
            "it failed",
            exited(exit_code=1, finished_at="2026-01-22T03:20:00Z"),
            Told(
                subject="stigmer-agent-runner",
                measured="exited at 2026-01-22T03:20:00Z, exit code 1, restart policy unless-stopped",
                expected="running",
                endpoints=("temporal", "start"),
                message="the runner failed (exit code 1)",
                advice="The end of its log says why",
                commands=("docker logs --tail 50 stigmer-agent-runner", "docker start stigmer-agent-runner"),
                evidence=(
                    (
                        "inspect State: stigmer-agent-runner: exited at 2026-01-22T03:20:00Z, exit code 1, restart "
                        "policy unless-stopped"
                    ),
                ),
            ),
        ),
        fires(
            "it failed, and its log says at what",
            logging(exited(exit_code=1), START_LINE, "RuntimeError: All connection attempts failed"),
            Told(
                subject="stigmer-agent-runner",
                measured="exited, exit code 1, restart policy unless-stopped",
                expected="running",
                endpoints=("llm",),
                message="the runner failed (exit code 1)",
                advice="The end of its log says why",
                commands=("docker logs --tail 50 stigmer-agent-runner", "docker start stigmer-agent-runner"),
            ),
        ),
        fires(
            "it failed, and nothing restarts it",
            altered(exited(exit_code=1), restart_policy=""),
            Told(
                subject="stigmer-agent-runner",
                measured="exited, exit code 1, restart policy no",
                expected="running",
                endpoints=("temporal", "start"),
                message="the runner failed",
                advice="Correct that, then start it.",
                commands=("docker logs --tail 50 stigmer-agent-runner", "docker start stigmer-agent-runner"),
            ),
        ),
        fires(
            "it ended by itself",
            exited(exit_code=0),
            Told(
                subject="stigmer-agent-runner",
                measured="exited, exit code 0, restart policy unless-stopped",
                expected="running",
                endpoints=(),
                message="the runner was stopped (exit code 0)",
                advice="Start it.",
                commands=("docker start stigmer-agent-runner",),
            ),
        ),
        fires(
            "it ran out of memory",
            exited(exit_code=137, oom_killed=True),
            Told(
                subject="stigmer-agent-runner",
                measured="exited, exit code 137, out of memory, restart policy unless-stopped",
                expected="running",
                endpoints=(),
                message="the runner ran out of memory and was killed",
                advice="more memory, then start it.",
                commands=("docker start stigmer-agent-runner",),
            ),
        ),
        fires(
            "memory ran out, and it ended with a code of its own",
            exited(exit_code=1, oom_killed=True),
            Told(
                subject="stigmer-agent-runner",
                measured="exited, exit code 1, out of memory, restart policy unless-stopped",
                expected="running",
                endpoints=(),
                message="the runner ran out of memory and was killed",
                advice="more memory, then start it.",
                commands=("docker start stigmer-agent-runner",),
            ),
        ),
        fires(
            "the engine could not start it",
            exited(exit_code=127, error="exec: no such file"),
            Told(
                subject="stigmer-agent-runner",
                measured="exited, exit code 127, restart policy unless-stopped",
                expected="running",
                endpoints=(),
                message="the engine could not start the runner: exec: no such file",
                advice="Clear away what the engine complains about",
                commands=("docker start stigmer-agent-runner",),
            ),
        ),
        fires(
            "it was never started",
            in_state(healthy(), "created"),
            Told(
                subject="stigmer-agent-runner",
                measured="created",
                expected="running",
                endpoints=(),
                message="the runner was created and never started",
                advice="Start it.",
                commands=("docker start stigmer-agent-runner",),
            ),
        ),
        fires(
            "it could not be started",
            in_state(healthy(), "created", error="port is taken"),
            Told(
                subject="stigmer-agent-runner",
                measured="created",
                expected="running",
                endpoints=(),
                message="the runner was created and never started: port is taken",
                advice="Clear away",
                commands=("docker start stigmer-agent-runner",),
            ),
        ),
        fires(
            "it is paused",
            in_state(healthy(), "paused", exit_code=1),
            Told(
                subject="stigmer-agent-runner",
                measured="paused",
                expected="running",
                endpoints=(),
                message="the runner's container is paused",
                advice="Let it go on.",
                commands=("docker unpause stigmer-agent-runner",),
                evidence=("inspect State: stigmer-agent-runner: paused",),
            ),
        ),
        fires(
            "it is dead",
            in_state(healthy(), "dead"),
            Told(
                subject="stigmer-agent-runner",
                measured="dead",
                expected="running",
                endpoints=(),
                message="the runner's container is dead",
                advice="The engine is removing it or failed to",
                commands=("docker rm --force stigmer-agent-runner",),
            ),
        ),
        fires(
            "it is being removed",
            in_state(healthy(), "removing"),
            Told(
                subject="stigmer-agent-runner",
                measured="removing",
                expected="running",
                endpoints=(),
                message="the runner's container is removing",
                advice="Remove it, and the daemon makes a new one",
                commands=("docker rm --force stigmer-agent-runner",),
            ),
        ),
        does_not_fire("it runs", healthy()),
        does_not_fire("it is restarting: SD113", in_state(healthy(), "restarting", exit_code=1)),
        not_checked("no container", replace(healthy(), container=NOT_MEASURED), "the test left it out"),
    ]
}


def test_an_error_is_said_only_where_there_is_one() -> None:
    assert one(in_state(healthy(), "created"), RULE).message == "the runner was created and never started"


@pytest.mark.parametrize("exit_code", [0, 137, 143])
def test_who_ended_it_wanted_it_and_no_service_is_accused(exit_code: int) -> None:
    (finding,) = findings(exited(exit_code=exit_code), RULE)
    assert f"was stopped (exit code {exit_code})" in finding.message
    assert finding.endpoints == ()


@pytest.mark.parametrize("exit_code", [1, 2, 136, 138, 144])
def test_a_failure_accuses_what_it_dials_at_its_start(exit_code: int) -> None:
    facts = replace(exited(exit_code=exit_code), logs=f.NotMeasured(reason="not readable"))
    (finding,) = findings(facts, RULE)
    assert f"failed (exit code {exit_code})" in finding.message
    assert finding.endpoints == ("temporal", "start")


@every_case(GRID)
def test_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)


@pytest.mark.parametrize(("status", "codes"), [("exited", ["SD112"]), ("created", [])])
def test_why_a_pod_was_not_started_is_said_elsewhere_and_that_one_ended_here(status: str, codes: list[str]) -> None:
    assert [finding.code for finding in findings(pod.in_state(status), RULE)] == codes
