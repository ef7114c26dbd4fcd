"""SD116: the daemon's record of the container's id names another container."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.container.sd116_container_id_file_stale import RULE
from tests.healthy import NOT_MEASURED, healthy
from tests.rules.altered import altered
from tests.rules.different import OTHER, elsewhere, looked_up, recorded
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked


def of_another_runner() -> f.Facts:
    return replace(looked_up(f.Match.FOUND, OTHER), data_dir=recorded(recorded_id="c" * 12).data_dir)


GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires(
            "the id of a container that is gone",
            recorded(recorded_id="d" * 64),
            Told(
                subject="~/.stigmer/data/agent-runner-container.id",
                measured="dddddddddddd",
                expected="aaaaaaaaaaaa (stigmer-agent-runner)",
                endpoints=(),
                message="the id in ~/.stigmer/data/agent-runner-container.id is that of no agent-runner on this engine",
                advice="Write the id of the container that runs into the file.",
                severity=Severity.WARNING,
                commands=(
                    (
                        "docker inspect --format '{{.Id}}' stigmer-agent-runner | tr -d '\\n' > "
                        "~/.stigmer/data/agent-runner-container.id"
                    ),
                ),
                evidence=(
                    (
                        "file ~/.stigmer/data/agent-runner-container.id: "
                        "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"
                    ),
                ),
            ),
        ),
        fires(
            "the id of another runner, and its short form",
            of_another_runner(),
            Told(
                subject="~/.stigmer/data/agent-runner-container.id",
                measured="cccccccccccc",
                expected="aaaaaaaaaaaa (stigmer-agent-runner)",
                endpoints=(),
                message="is that of runner-2 (cccccccccccc, stigmer-agent-runner:local, running)",
                advice="Write the id",
                severity=Severity.WARNING,
                commands=(
                    (
                        "docker inspect --format '{{.Id}}' stigmer-agent-runner | tr -d '\\n' > "
                        "~/.stigmer/data/agent-runner-container.id"
                    ),
                ),
            ),
        ),
        fires(
            "the id with a line end, and nobody looked for other runners",
            replace(recorded(recorded_id=f"{'d' * 64}\n", path="/data dir/"), lookup=NOT_MEASURED),
            Told(
                subject="/data dir/agent-runner-container.id",
                measured="dddddddddddd",
                expected="aaaaaaaaaaaa (stigmer-agent-runner)",
                endpoints=(),
                message="the id in /data dir/agent-runner-container.id is that of no agent-runner",
                advice="Write",
                severity=Severity.WARNING,
                commands=(
                    (
                        "docker inspect --format '{{.Id}}' stigmer-agent-runner | tr -d '\\n' > '/data "
                        "dir/agent-runner-container.id'"
                    ),
                ),
                evidence=(
                    (
                        "file /data dir/agent-runner-container.id: "
                        "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"
                    ),
                ),
            ),
        ),
        does_not_fire("its own id", healthy()),
        does_not_fire("its own id in the short form", recorded(recorded_id=f"{'a' * 12}\n")),
        does_not_fire("no file", recorded(recorded_id=None)),
        does_not_fire("an empty file", recorded(recorded_id=" \n")),
        does_not_fire("another container than the daemon's", altered(recorded(recorded_id="d" * 64), name="mine")),
        does_not_fire(
            "another container, on another machine", altered(elsewhere(recorded(recorded_id="d" * 64)), name="mine")
        ),
        not_checked(
            "the daemon is on another machine",
            elsewhere(recorded(recorded_id="d" * 64)),
            "the engine is on another machine, and so is the daemon that keeps the file",
        ),
        not_checked(
            "the file cannot be read",
            recorded(recorded_id="d" * 64, error="permission denied"),
            "permission denied",
        ),
        not_checked("no data folder", replace(healthy(), data_dir=NOT_MEASURED), "the test left it out"),
    ]
}


@every_case(GRID)
def test_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
