"""SD118: the runner works in a folder of the container's writable layer, which recreating the container deletes."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.container.sd118_workspace_outside_volume import RULE
from tests.healthy import NOT_MEASURED, healthy
from tests.rules.altered import altered, container_of, variables
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.vary import with_setting

MOUNT = container_of(healthy()).mounts[0]


def working_in(folder: str, facts: f.Facts | None = None) -> f.Facts:
    return with_setting(facts or healthy(), "sandbox_root", folder)


def mounted(*destinations: str, **changes: object) -> f.Facts:
    return altered(mounts=tuple(replace(MOUNT, destination=folder, **changes) for folder in destinations))


def only(*keys: str) -> f.Facts:
    """The settings of these keys, and no others."""
    facts = working_in("/tmp")
    assert isinstance(facts.configuration, f.Configuration)
    kept = tuple(setting for setting in facts.configuration.settings if setting.key in keys)
    return replace(facts, configuration=replace(facts.configuration, settings=kept))


GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires(
            "a folder beside the mount",
            working_in("/app/workspace"),
            Told(
                subject="SANDBOX_ROOT_DIR",
                measured="SANDBOX_ROOT_DIR=/app/workspace; mounts: /workspace",
                expected="a folder on a mount, such as /workspace",
                endpoints=("workspace",),
                message="the runner works in /app/workspace, which is on no mount",
                advice="Then let the runner work on its mount.",
                severity=Severity.WARNING,
                commands=("docker cp stigmer-agent-runner:/app/workspace ./stigmer-workspace",),
                changes=("+ SANDBOX_ROOT_DIR=/workspace",),
                evidence=("inspect mount /workspace: bind /home/me/.stigmer/data/workspace",),
            ),
        ),
        fires(
            "a folder below the runner's own",
            working_in("./work/../files"),
            Told(
                subject="SANDBOX_ROOT_DIR",
                measured="SANDBOX_ROOT_DIR=./work/../files; mounts: /workspace",
                expected="a folder on a mount, such as /workspace",
                endpoints=("workspace",),
                message="the runner works in /app/files, which",
                advice="Then let the runner work on its mount.",
                severity=Severity.WARNING,
                commands=("docker cp stigmer-agent-runner:/app/files ./stigmer-workspace",),
                changes=("+ SANDBOX_ROOT_DIR=/workspace",),
            ),
        ),
        fires(
            "a folder whose name only begins as the mount's",
            working_in("/workspace2"),
            Told(
                subject="SANDBOX_ROOT_DIR",
                measured="SANDBOX_ROOT_DIR=/workspace2; mounts: /workspace",
                expected="a folder on a mount, such as /workspace",
                endpoints=("workspace",),
                message="the runner works in /workspace2",
                advice="let the runner work on its mount",
                severity=Severity.WARNING,
                commands=("docker cp stigmer-agent-runner:/workspace2 ./stigmer-workspace",),
                changes=("+ SANDBOX_ROOT_DIR=/workspace",),
            ),
        ),
        fires(
            "the mount is below it",
            mounted("/workspace/deeper"),
            Told(
                subject="SANDBOX_ROOT_DIR",
                measured="SANDBOX_ROOT_DIR=/workspace; mounts: /workspace/deeper",
                expected="a folder on a mount, such as /workspace",
                endpoints=("workspace",),
                message="the runner works in /workspace, which",
                advice="Then mount a folder at /workspace",
                severity=Severity.WARNING,
                commands=("docker cp stigmer-agent-runner:/workspace ./stigmer-workspace",),
            ),
        ),
        fires(
            "a folder beside the mount, in a file system that is read-only",
            altered(working_in("/app/workspace"), run_options=("--read-only", "--tmpfs=/tmp:size=1m")),
            Told(
                subject="SANDBOX_ROOT_DIR",
                measured="SANDBOX_ROOT_DIR=/app/workspace; mounts: /workspace",
                expected="a folder on a mount, such as /workspace",
                endpoints=("workspace",),
                message="on no mount: the container's file system is read-only",
                advice="^Let the runner work on its mount.",
                changes=("+ SANDBOX_ROOT_DIR=/workspace",),
            ),
        ),
        fires(
            "a folder of memory, in a file system that is read-only otherwise",
            altered(working_in("/app/workspace"), run_options=("--read-only", "--tmpfs=/app/workspace:uid=1000")),
            Told(
                subject="SANDBOX_ROOT_DIR",
                measured="SANDBOX_ROOT_DIR=/app/workspace; mounts: /workspace",
                expected="a folder on a mount, such as /workspace",
                endpoints=("workspace",),
                message="recreating the container deletes that work",
                advice="Then let the runner work on its mount.",
                severity=Severity.WARNING,
                commands=("docker cp stigmer-agent-runner:/app/workspace ./stigmer-workspace",),
                changes=("+ SANDBOX_ROOT_DIR=/workspace",),
            ),
        ),
        fires(
            "no mount at all",
            altered(mounts=()),
            Told(
                subject="SANDBOX_ROOT_DIR",
                measured="SANDBOX_ROOT_DIR=/workspace; mounts: none",
                expected="a folder on a mount, such as /workspace",
                endpoints=("workspace",),
                message="the runner works in /workspace, which",
                advice="and set SANDBOX_ROOT_DIR to /workspace.",
                severity=Severity.WARNING,
                commands=("docker cp stigmer-agent-runner:/workspace ./stigmer-workspace",),
            ),
        ),
        fires(
            "a mount of memory",
            altered(working_in("/tmp/x"), mounts=(replace(MOUNT, destination="/tmp", type="tmpfs"),)),
            Told(
                subject="SANDBOX_ROOT_DIR",
                measured="SANDBOX_ROOT_DIR=/tmp/x; mounts: none",
                expected="a folder on a mount, such as /workspace",
                endpoints=("workspace",),
                message="the runner works in /tmp/x, which",
                advice="Then mount a folder at /workspace",
                severity=Severity.WARNING,
                commands=("docker cp stigmer-agent-runner:/tmp/x ./stigmer-workspace",),
            ),
        ),
        fires(
            "the folder that should be mounted is one of memory",
            mounted("/workspace", type="tmpfs"),
            Told(
                subject="SANDBOX_ROOT_DIR",
                measured="SANDBOX_ROOT_DIR=/workspace; mounts: none",
                expected="a folder on a mount, such as /workspace",
                endpoints=("workspace",),
                message="the runner works in /workspace, which",
                advice="Then mount a folder at /workspace",
                severity=Severity.WARNING,
                commands=("docker cp stigmer-agent-runner:/workspace ./stigmer-workspace",),
            ),
        ),
        fires(
            "the mount is written in another way",
            working_in("/tmp", mounted("/data", "/workspace/")),
            Told(
                subject="SANDBOX_ROOT_DIR",
                measured="SANDBOX_ROOT_DIR=/tmp; mounts: /data and /workspace/",
                expected="a folder on a mount, such as /workspace",
                endpoints=("workspace",),
                message="the runner works in /tmp, which",
                advice="let the runner work on its mount",
                severity=Severity.WARNING,
                commands=("docker cp stigmer-agent-runner:/tmp ./stigmer-workspace",),
                changes=("+ SANDBOX_ROOT_DIR=/workspace",),
            ),
        ),
        fires(
            "the default of the image, where it starts in no folder",
            altered(variables(SANDBOX_ROOT_DIR=None), working_dir="", mounts=(replace(MOUNT, destination="/app"),)),
            Told(
                subject="SANDBOX_ROOT_DIR",
                measured="SANDBOX_ROOT_DIR, unset: its default is ./workspace (worker/config.py:47); mounts: /app",
                expected="a folder on a mount, such as /workspace",
                endpoints=("workspace",),
                message="the runner works in /workspace, which",
                advice="Then mount a folder",
                severity=Severity.WARNING,
                commands=("docker cp stigmer-agent-runner:/workspace ./stigmer-workspace",),
            ),
        ),
        fires(
            "no mode is known",
            only("sandbox_root"),
            Told(
                subject="SANDBOX_ROOT_DIR",
                measured="SANDBOX_ROOT_DIR=/tmp; mounts: /workspace",
                expected="a folder on a mount, such as /workspace",
                endpoints=("workspace",),
                message="works in /tmp",
                advice="let the runner work on its mount",
                severity=Severity.WARNING,
                commands=("docker cp stigmer-agent-runner:/tmp ./stigmer-workspace",),
                changes=("+ SANDBOX_ROOT_DIR=/workspace",),
            ),
        ),
        does_not_fire("the mount", healthy()),
        does_not_fire("a folder on the mount", working_in("/workspace/deeper")),
        does_not_fire("a folder on the second of two mounts", working_in("/data/x", mounted("/workspace", "/data/"))),
        does_not_fire("everything is a mount", working_in("/tmp", mounted("/"))),
        does_not_fire("a volume", mounted("/workspace", type="volume")),
        does_not_fire("the cloud's runner works elsewhere", with_setting(working_in("/tmp"), "mode", "cloud")),
        does_not_fire("no folder is known", only("mode")),
        not_checked("no configuration", replace(healthy(), configuration=NOT_MEASURED), "the test left it out"),
    ]
}


@every_case(GRID)
def test_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
