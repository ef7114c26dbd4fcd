"""SD907: the runner is started under a name that a container of an earlier run may still have."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.golang.sd907_go_container_name_not_freed import RULE
from tests.healthy import healthy
from tests.rules.golang.trees import NO_TREE, go_of, with_go
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.sources import KEEPING, started
from tests.source.go_idioms import UNGUARDED


def changed(**changes: object) -> f.Facts:
    """The one name that is taken, changed."""
    facts = started(UNGUARDED["appended"])
    (taken,) = go_of(facts).taken_names
    return with_go(facts, taken_names=(replace(taken, **changes),))


def unseen() -> f.Facts:
    (taken,) = go_of(started(UNGUARDED["appended"])).taken_names
    return changed(span=replace(taken.span, lines=()))


GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires(
            "it is started at once",
            started(UNGUARDED["given to the command"]),
            Told(
                subject="daemon/daemon.go:15:67",
                measured='_ = exec.Command("docker", "run", "--network", "host", "--name", AgentRunnerContainerName)',
                expected="the container stigmer-agent-runner is removed before docker run, on every way to it",
                endpoints=(),
                message="stigmer-agent-runner is started without freeing its name before",
                advice="Remove a container of that name first.",
                severity=Severity.WARNING,
                evidence=(
                    (
                        'file daemon/daemon.go:15:67: _ = exec.Command("docker", "run", "--network", "host", '
                        '"--name", AgentRunnerContainerName)'
                    ),
                ),
                fix=("unsafe", '+\t_ = exec.Command("docker", "rm", "-f", AgentRunnerContainerName).Run()'),
            ),
        ),
        fires(
            "where it is started is not in the code",
            started(UNGUARDED["appended"]),
            Told(
                subject="daemon/daemon.go:14:42",
                measured='args := []string{"run", "-d", "--name", AgentRunnerContainerName}',
                expected="the container stigmer-agent-runner is removed before docker run, on every way to it",
                endpoints=(),
                message="stigmer-agent-runner is started without freeing its name",
                advice="Remove a container of that name",
                severity=Severity.WARNING,
                fix=("manual",),
            ),
        ),
        fires(
            "its line is not known",
            unseen(),
            Told(
                subject="daemon/daemon.go:14:42",
                measured="--name stigmer-agent-runner",
                expected="the container stigmer-agent-runner is removed before docker run, on every way to it",
                endpoints=(),
                message="stigmer-agent-runner is started",
                advice="Remove a container",
                severity=Severity.WARNING,
            ),
        ),
        fires(
            "a name that looks like an option",
            changed(name="-f oo"),
            Told(
                subject="daemon/daemon.go:14:42",
                measured='args := []string{"run", "-d", "--name", AgentRunnerContainerName}',
                expected="the container -f oo is removed before docker run, on every way to it",
                endpoints=(),
                message="-f oo is started without freeing",
                advice="Remove a container",
                severity=Severity.WARNING,
            ),
        ),
        does_not_fire("its name is freed before", started(KEEPING)),
        not_checked("no tree", healthy(), NO_TREE),
    ]
}


@every_case(GRID)
def test_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
