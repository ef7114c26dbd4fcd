"""SD305: a variable is set for the runner, and nothing in the image reads it."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.settings.sd305_unread_variable import RULE
from tests.healthy import NOT_MEASURED, healthy
from tests.rules.altered import altered, assumed, container_of, contract_of, reading, variables
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.vary import ALIAS, with_setting


def hidden(name: str) -> f.Variable:
    return f.Variable(name=name, value="<hidden 1>", hidden=True)


def without_root() -> f.Facts:
    """The sandbox's folder is not a setting that is known."""
    facts = variables(WORKSPACE_ROOT="/elsewhere")
    assert isinstance(facts.configuration, f.Configuration)
    return replace(facts, configuration=replace(facts.configuration, settings=()))


def locked(folder: str = "/workspace", *options: str, **of_mount: object) -> f.Facts:
    """Its own file system is read-only, and the variable that is not read names the folder of a mount."""
    facts = with_setting(variables(SANDBOX_ROOT_DIR=None, WORKSPACE_ROOT=folder), "sandbox_root", "./workspace")
    mounts = tuple(replace(mount, **of_mount) for mount in container_of(facts).mounts)
    return altered(facts, mounts=mounts, run_options=("--read-only", *options))


LOCKED = Told(
    subject="WORKSPACE_ROOT",
    measured="WORKSPACE_ROOT=/workspace",
    expected="SANDBOX_ROOT_DIR says what is meant",
    endpoints=("workspace",),
    message="SANDBOX_ROOT_DIR is what it reads",
    advice="Set SANDBOX_ROOT_DIR in its place.",
    changes=("+ SANDBOX_ROOT_DIR=/workspace", "- WORKSPACE_ROOT"),
)
LOST = LOCKED._replace(severity=Severity.WARNING)

GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires("without it nothing can be written: every execution fails", locked(), LOCKED),
        fires("its folder is in memory", locked("/workspace", "--tmpfs=/app"), LOST),
        fires("what it names cannot be written to", locked("/workspace", writable=False), LOST),
        fires(
            "the runner has a folder, which cannot be written to either",
            variables(locked(), SANDBOX_ROOT_DIR="/opt"),
            LOST._replace(
                message="SANDBOX_ROOT_DIR is what it reads", advice="SANDBOX_ROOT_DIR is set as well", changes=()
            ),
        ),
        fires(
            "what it names is on no mount",
            locked("/elsewhere"),
            LOST._replace(
                measured="WORKSPACE_ROOT=/elsewhere", changes=("+ SANDBOX_ROOT_DIR=/elsewhere", "- WORKSPACE_ROOT")
            ),
        ),
        fires(
            "a name that nothing is near to",
            variables(STIGMER_BAKCEND="x"),
            Told(
                subject="STIGMER_BAKCEND",
                measured="STIGMER_BAKCEND=x",
                expected="STIGMER_BAKCEND is read, or not set",
                endpoints=("settings",),
                message="STIGMER_BAKCEND is set, and the runner's own code does not read it",
                advice="Remove it, or correct its name",
                severity=Severity.INFO,
                evidence=("inspect STIGMER_BAKCEND: x",),
            ),
        ),
        fires(
            "a name that a library may read",
            variables(STIGMER_RUN_LABEL=hidden("STIGMER_RUN_LABEL")),
            Told(
                subject="STIGMER_RUN_LABEL",
                measured="STIGMER_RUN_LABEL=<hidden 1>",
                expected="STIGMER_RUN_LABEL is read, or not set",
                endpoints=("settings",),
                message="the runner's own code does not read it",
                advice="unless a library",
                severity=Severity.INFO,
            ),
        ),
        fires(
            "another address than the one that is read",
            variables(STIGMER_BACKEND_URL="http://x:1"),
            Told(
                subject="STIGMER_BACKEND_URL",
                measured="STIGMER_BACKEND_URL=http://x:1",
                expected="STIGMER_BACKEND_ENDPOINT says what is meant",
                endpoints=("backend",),
                message=(
                    "STIGMER_BACKEND_URL is set, and nothing in the image reads it; STIGMER_BACKEND_ENDPOINT is "
                    "what it reads"
                ),
                advice=(
                    "STIGMER_BACKEND_ENDPOINT is set as well, to another value: keep that one and remove "
                    "STIGMER_BACKEND_URL"
                ),
                severity=Severity.WARNING,
                evidence=("inspect STIGMER_BACKEND_URL: http://x:1",),
            ),
        ),
        fires(
            "another folder than the one that is read",
            variables(WORKSPACE_ROOT="/elsewhere"),
            Told(
                subject="WORKSPACE_ROOT",
                measured="WORKSPACE_ROOT=/elsewhere",
                expected="SANDBOX_ROOT_DIR says what is meant",
                endpoints=("workspace",),
                message="WORKSPACE_ROOT is set",
                advice="SANDBOX_ROOT_DIR is set as well, to another value",
                severity=Severity.WARNING,
            ),
        ),
        fires(
            "a folder, and the one that is read is unset",
            variables(SANDBOX_ROOT_DIR=None),
            Told(
                subject="WORKSPACE_ROOT",
                measured="WORKSPACE_ROOT=/workspace",
                expected="SANDBOX_ROOT_DIR says what is meant",
                endpoints=("workspace",),
                message="SANDBOX_ROOT_DIR is what it reads",
                advice="Set SANDBOX_ROOT_DIR in its place.",
                severity=Severity.WARNING,
                changes=("+ SANDBOX_ROOT_DIR=/workspace", "- WORKSPACE_ROOT"),
            ),
        ),
        fires(
            "a hidden folder, and the one that is read is unset",
            variables(SANDBOX_ROOT_DIR=None, WORKSPACE_ROOT=hidden("WORKSPACE_ROOT")),
            Told(
                subject="WORKSPACE_ROOT",
                measured="WORKSPACE_ROOT=<hidden 1>",
                expected="SANDBOX_ROOT_DIR says what is meant",
                endpoints=("workspace",),
                message="SANDBOX_ROOT_DIR is what it reads",
                advice="Set SANDBOX_ROOT_DIR in its place.",
                severity=Severity.WARNING,
            ),
        ),
        fires(
            "the daemon's name of the queue",
            variables(TASK_QUEUE="mine"),
            Told(
                subject="TASK_QUEUE",
                measured="TASK_QUEUE=mine",
                expected="TEMPORAL_AGENT_EXECUTION_RUNNER_TASK_QUEUE says what is meant",
                endpoints=("settings",),
                message="TEMPORAL_AGENT_EXECUTION_RUNNER_TASK_QUEUE is what it reads",
                advice="Set TEMPORAL_AGENT_EXECUTION_RUNNER_TASK_QUEUE in its place.",
                severity=Severity.WARNING,
                changes=("+ TEMPORAL_AGENT_EXECUTION_RUNNER_TASK_QUEUE=mine", "- TASK_QUEUE"),
            ),
        ),
        fires(
            "no folder is known",
            without_root(),
            Told(
                subject="WORKSPACE_ROOT",
                measured="WORKSPACE_ROOT=/elsewhere",
                expected="SANDBOX_ROOT_DIR says what is meant",
                endpoints=("settings",),
                message="SANDBOX_ROOT_DIR is what it reads",
                advice="is set as well",
                severity=Severity.WARNING,
            ),
        ),
        fires(
            "a setting that is set under both names",
            variables(TEMPORAL_NAMESPCE="mine"),
            Told(
                subject="TEMPORAL_NAMESPCE",
                measured="TEMPORAL_NAMESPCE=mine",
                expected="TEMPORAL_NAMESPACE says what is meant",
                endpoints=("settings",),
                message="TEMPORAL_NAMESPACE is what it reads",
                advice="TEMPORAL_NAMESPACE is set as well",
                severity=Severity.WARNING,
            ),
        ),
        fires(
            "two",
            variables(STIGMER_A="1", SANDBOX_B="2"),
            Told(
                subject="SANDBOX_B",
                measured="SANDBOX_B=2",
                expected="SANDBOX_B is read, or not set",
                endpoints=("settings",),
                message="SANDBOX_B is set",
                advice="Remove it",
                severity=Severity.INFO,
            ),
            Told(
                subject="STIGMER_A",
                measured="STIGMER_A=1",
                expected="STIGMER_A is read, or not set",
                endpoints=("settings",),
                message="STIGMER_A is set",
                advice="Remove it",
                severity=Severity.INFO,
            ),
        ),
        does_not_fire("all that is set is read, or the same", healthy()),
        does_not_fire(
            "names of a library, of the doctor and of others",
            variables(HOME="/root", OLLAMA_HOST="x", STIGMER_DOCTOR_TIMEOUT="1", TEMPORAL_TLS_CERT="x"),
        ),
        does_not_fire("a hidden one that is read", variables(STIGMER_LLM_API_KEY=hidden("STIGMER_LLM_API_KEY"))),
        does_not_fire("an empty one", variables(STIGMER_NEW="  ")),
        does_not_fire(
            "one of the image", variables(STIGMER_NEW=f.Variable(name="STIGMER_NEW", value="1", from_image=True))
        ),
        does_not_fire("the same setting under both names", variables(TEMPORAL_NAMESPCE="default")),
        does_not_fire("the default under another name", variables(STIGMER_SANDBOX_TLT="3600")),
        does_not_fire("the default of what is not a setting", variables(SANDBOX_TYPE=None, SANDBOX_TYPES="filesystem")),
        does_not_fire(
            "an address under a wrong name: SD301",
            variables(STIGMER_BACKEND_ENDPOINT=None, STIGMER_BACKEND_URL=f"{ALIAS}:1"),
        ),
        not_checked(
            "the code was not read",
            assumed(variables(STIGMER_NEW_SETTING="x")),
            "the image's code was not read (the test left the code out)",
        ),
        not_checked(
            "the code was not read, and nobody said why",
            replace(healthy(), contract=replace(contract_of(assumed()), detail="")),
            "the image's code was not read",
        ),
        not_checked(
            "the code reads names that it makes itself",
            variables(reading(computed=("a.py:1",)), STIGMER_A="1", SANDBOX_B="2"),
            "STIGMER_A, SANDBOX_B may be read: the image's code reads variables under names made at run time (a.py:1)",
        ),
        does_not_fire("it does, and everything is read", reading(computed=("a.py:1",))),
        not_checked("no contract", replace(healthy(), contract=NOT_MEASURED), "the test left it out"),
        not_checked("no configuration", replace(healthy(), configuration=NOT_MEASURED), "the test left it out"),
        not_checked("no container", replace(healthy(), container=NOT_MEASURED), "the test left it out"),
    ]
}


@every_case(GRID)
def test_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
