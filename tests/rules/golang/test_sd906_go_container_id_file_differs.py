"""SD906: the container's id is written to another file than the one that the stop command reads."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.golang.sd906_go_container_id_file_differs import RULE
from tests.healthy import healthy
from tests.rules.golang.trees import NO_TREE, go_of, with_go
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.sources import KEEPING, started

(FILE,) = go_of(started(KEEPING)).id_files

GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires(
            "another name",
            started(KEEPING),
            Told(
                subject="daemon/daemon.go:20:22",
                measured="agent-runner.containerid",
                expected="agent-runner-container.id",
                endpoints=(),
                message=(
                    "the container's id is written to agent-runner.containerid, and what stops the container "
                    "reads agent-runner-container.id (daemon/daemon.go:24:23)"
                ),
                advice="Write the id to agent-runner-container.id.",
                severity=Severity.WARNING,
                evidence=(
                    'file daemon/daemon.go:20:22: return os.WriteFile("/data/agent-runner.containerid", id, 0o644)',
                    'file daemon/daemon.go:24:23: id, _ := os.ReadFile("/data/agent-runner-container.id")',
                ),
                fix=(
                    "unsafe",
                    '-\treturn os.WriteFile("/data/agent-runner.containerid", id, 0o644)',
                    '+\treturn os.WriteFile("/data/agent-runner-container.id", id, 0o644)',
                ),
            ),
        ),
        fires(
            "it is killed, not stopped",
            started(KEEPING.replace('"docker", "stop"', '"docker", "kill"')),
            Told(
                subject="daemon/daemon.go:20:22",
                measured="agent-runner.containerid",
                expected="agent-runner-container.id",
                endpoints=(),
                message="is written to agent-runner.containerid",
                advice="Write the id",
                severity=Severity.WARNING,
            ),
        ),
        fires(
            "it cannot be changed in its place",
            with_go(started(KEEPING), id_files=(replace(FILE, edits=()),)),
            Told(
                subject="daemon/daemon.go:20:22",
                measured="agent-runner.containerid",
                expected="agent-runner-container.id",
                endpoints=(),
                message="is written to agent-runner.containerid",
                advice="Write the id",
                severity=Severity.WARNING,
                fix=("manual",),
            ),
        ),
        does_not_fire("the same name", started(KEEPING.replace("runner.containerid", "runner-container.id"))),
        not_checked("no tree", healthy(), NO_TREE),
    ]
}


@every_case(GRID)
def test_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
