"""SD808: a compose file sets a variable that the runner does not read, and its value is lost."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.model.source import ComposeVariable
from stigmer_doctor.rules.compose.sd808_compose_unread_variable import RULE
from tests.healthy import healthy
from tests.rules.compose.files import (
    ALIAS,
    CUT_OFF,
    HEAD,
    LLM,
    NO_FILE,
    TEMPORAL,
    WHOLE,
    cut_off,
    service_of,
    with_service,
)
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.sources import in_tree
from tests.rules.vary import one

ROOT = "      WORKSPACE_ROOT: /workspace\n"


def unplaced() -> ComposeVariable:
    variable = service_of(in_tree(WHOLE + ROOT)).variable("WORKSPACE_ROOT")
    assert variable
    return replace(variable, name_at=None)


GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires(
            "the folder, on which something is mounted",
            in_tree(WHOLE + ROOT + "    volumes: [./workspace:/workspace]\n"),
            Told(
                subject="docker-compose.yml:8:7",
                measured="WORKSPACE_ROOT=/workspace",
                expected="SANDBOX_ROOT_DIR=/workspace",
                endpoints=(),
                message=(
                    "WORKSPACE_ROOT is set for the service agent-runner, and the runner does not read it: what "
                    "is mounted there stays empty, and the work is lost with the container"
                ),
                advice="Rename WORKSPACE_ROOT to SANDBOX_ROOT_DIR.",
                severity=Severity.WARNING,
                evidence=("file docker-compose.yml:8:7: WORKSPACE_ROOT: /workspace",),
                fix=("safe", "-      WORKSPACE_ROOT: /workspace", "+      SANDBOX_ROOT_DIR: /workspace"),
            ),
        ),
        fires(
            "the folder, and the one that is read is set",
            in_tree(WHOLE + ROOT + "      SANDBOX_ROOT_DIR: /x\n"),
            Told(
                subject="docker-compose.yml:8:7",
                measured="WORKSPACE_ROOT=/workspace",
                expected="no WORKSPACE_ROOT, or code that reads it",
                endpoints=(),
                message="WORKSPACE_ROOT is set",
                advice="Remove WORKSPACE_ROOT.",
                severity=Severity.WARNING,
                fix=("manual",),
            ),
        ),
        fires(
            "the folder, and the one that is read is passed through",
            in_tree(WHOLE + ROOT + "      SANDBOX_ROOT_DIR: ${X}\n"),
            Told(
                subject="docker-compose.yml:8:7",
                measured="WORKSPACE_ROOT=/workspace",
                expected="no WORKSPACE_ROOT, or code that reads it",
                endpoints=(),
                message="WORKSPACE_ROOT is set",
                advice="Remove WORKSPACE_ROOT.",
                severity=Severity.WARNING,
                fix=("manual",),
            ),
        ),
        fires(
            "the folder, and the one that is read is passed through by its name",
            in_tree(WHOLE + ROOT + "      SANDBOX_ROOT_DIR:\n"),
            Told(
                subject="docker-compose.yml:8:7",
                measured="WORKSPACE_ROOT=/workspace",
                expected="no WORKSPACE_ROOT, or code that reads it",
                endpoints=(),
                message="WORKSPACE_ROOT is set",
                advice="Remove WORKSPACE_ROOT.",
                severity=Severity.WARNING,
                fix=("manual",),
            ),
        ),
        fires(
            "where its name stands is not known",
            with_service(in_tree(WHOLE + ROOT), environment=(unplaced(),)),
            Told(
                subject="docker-compose.yml:8:7",
                measured="WORKSPACE_ROOT=/workspace",
                expected="SANDBOX_ROOT_DIR=/workspace",
                endpoints=(),
                message="WORKSPACE_ROOT is set",
                advice="It comes through a way of writing",
                severity=Severity.WARNING,
                fix=(
                    "manual",
                    "services:",
                    "  agent-runner:",
                    "    environment:",
                    '      SANDBOX_ROOT_DIR: "/workspace"',
                ),
            ),
        ),
        fires(
            "the folder, and an env file may set the one that is read",
            in_tree(WHOLE + ROOT + "    env_file: a.env\n"),
            Told(
                subject="docker-compose.yml:8:7",
                measured="WORKSPACE_ROOT=/workspace",
                expected="SANDBOX_ROOT_DIR=/workspace",
                endpoints=(),
                message="WORKSPACE_ROOT is set",
                advice="Remove WORKSPACE_ROOT.",
                severity=Severity.WARNING,
                fix=("manual",),
            ),
        ),
        fires(
            "the folder comes through interpolation",
            in_tree(WHOLE + "      WORKSPACE_ROOT: ${X:-/workspace}\n"),
            Told(
                subject="docker-compose.yml:8:7",
                measured="WORKSPACE_ROOT=/workspace",
                expected="SANDBOX_ROOT_DIR=/workspace",
                endpoints=(),
                message="WORKSPACE_ROOT is set",
                advice="Rename WORKSPACE_ROOT to SANDBOX_ROOT_DIR. It comes through interpolation",
                severity=Severity.WARNING,
                fix=(
                    "manual",
                    "services:",
                    "  agent-runner:",
                    "    environment:",
                    '      SANDBOX_ROOT_DIR: "/workspace"',
                ),
            ),
        ),
        fires(
            "the folder comes through a merge key",
            in_tree("x-r: &r {WORKSPACE_ROOT: /workspace}\n" + WHOLE + "      <<: *r\n"),
            Told(
                subject="docker-compose.yml:1:10",
                measured="WORKSPACE_ROOT=/workspace",
                expected="SANDBOX_ROOT_DIR=/workspace",
                endpoints=(),
                message="WORKSPACE_ROOT is set",
                advice="It comes through a merge key",
                severity=Severity.WARNING,
                fix=(
                    "manual",
                    "services:",
                    "  agent-runner:",
                    "    environment:",
                    '      SANDBOX_ROOT_DIR: "/workspace"',
                ),
            ),
        ),
        fires(
            "a name that nothing is near to",
            in_tree(WHOLE + "      STIGMER_X: something-long\n"),
            Told(
                subject="docker-compose.yml:8:7",
                measured="STIGMER_X=<hidden 1>",
                expected="no STIGMER_X, or code that reads it",
                endpoints=(),
                message="STIGMER_X is set",
                advice="Remove STIGMER_X.",
                severity=Severity.WARNING,
                fix=("manual",),
            ),
        ),
        fires(
            "two",
            in_tree(WHOLE + ROOT + "      STIGMER_X: something-long\n"),
            Told(
                subject="docker-compose.yml:8:7",
                measured="WORKSPACE_ROOT=/workspace",
                expected="SANDBOX_ROOT_DIR=/workspace",
                endpoints=(),
                message="WORKSPACE_ROOT is set",
                advice="Rename",
                severity=Severity.WARNING,
            ),
            Told(
                subject="docker-compose.yml:9:7",
                measured="STIGMER_X=<hidden 1>",
                expected="no STIGMER_X, or code that reads it",
                endpoints=(),
                message="STIGMER_X is set",
                advice="Remove",
                severity=Severity.WARNING,
            ),
        ),
        does_not_fire("names that are read", in_tree(WHOLE + "      SANDBOX_ROOT_DIR: /x\n      TZ: UTC\n")),
        does_not_fire("the same as the default", in_tree(WHOLE + "      WORKSPACE_ROOT: ./workspace\n")),
        does_not_fire(
            "an address under a wrong name: SD802",
            in_tree(HEAD + TEMPORAL + LLM + f"      STIGMER_BACKEND_URL: {ALIAS}:7234\n"),
        ),
        does_not_fire("where it is written is not known", with_service(in_tree(WHOLE + ROOT), environment=())),
        not_checked(
            "the code was not read to its end",
            cut_off(in_tree(WHOLE + ROOT)),
            f"WORKSPACE_ROOT may be read: {CUT_OFF}",
        ),
        not_checked("no compose file", healthy(), NO_FILE),
    ]
}


def test_of_a_mount_is_spoken_only_where_there_is_one() -> None:
    assert one(in_tree(WHOLE + ROOT), RULE).message.endswith("and the runner does not read it")


@every_case(GRID)
def test_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
