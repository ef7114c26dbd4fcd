"""SD408: a backend that does not have the service that the runner asked for."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.services import sd408_backend_of_another_version as sd408
from tests.healthy import NOT_MEASURED
from tests.rules.different import other_backend
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.services.shared import no_endpoint
from tests.rules.vary import failing

SERVICE = "ai.stigmer.agentic.agentinstance.v1.AgentInstanceQueryService"
_AT = "2026-01-22 03:27:01,000 - temporalio.activity"
FAILED = (
    f"{_AT} - ERROR - ExecuteGraphton failed for execution aex-1: <AioRpcError of RPC that terminated with:",
    "\tstatus = StatusCode.UNIMPLEMENTED",
    f'\tdetails = "unknown service {SERVICE}"',
    "> ({'attempt': 1})",
)
WENT_ON = (f"{_AT} - ERROR - Failed to merge environments: <AioRpcError of RPC that terminated with:", *FAILED[1:])
DONE = f"{_AT} - INFO - ExecuteGraphton completed for execution aex-2"


def denied(*lines: str, lacks: tuple[str, ...] = (SERVICE,), before_start: int = 0, has: bool | None = True) -> f.Facts:
    facts = other_backend(has_service=has, lacks=lacks)
    return replace(facts, logs=f.Logs(lines=lines, before_start=before_start))


TOLD = Told(
    subject="AgentInstanceQueryService",
    measured="1 line in the log since the container's start; asked now, the backend answers the same (UNIMPLEMENTED)",
    expected=f"a runner and a backend of the same version: both with {SERVICE}, or neither",
    endpoints=("backend",),
    message=f"asks the backend for {SERVICE}, which this version of it does not have: executions fail",
    advice="Run the runner's image and the server of the same release: take",
    commands=("docker pull ghcr.io/stigmer/agent-runner:latest", "stigmer server stop", "stigmer server"),
)
LEFT_OUT = TOLD._replace(severity=Severity.WARNING, message="what the runner needs it for is left out")

GRID: dict[Rule, list[Case]] = {
    sd408.RULE: [
        fires(
            "an execution failed of it",
            denied(*FAILED),
            TOLD._replace(
                evidence=(
                    "inspect STIGMER_BACKEND_ENDPOINT: host.docker.internal:7234",
                    f'logs line 3 of 4: \tdetails = "unknown service {SERVICE}"',
                )
            ),
        ),
        fires("it is not known whether that is the backend", denied(*FAILED, has=None), TOLD),
        fires("the runner went on without it", denied(*WENT_ON), LEFT_OUT),
        fires("an execution went through since", denied(*FAILED, DONE), LEFT_OUT),
        fires("one went through, and the next failed", denied(DONE, *FAILED), TOLD),
        fires("the beginning of the error was not kept", denied(*FAILED[1:]), LEFT_OUT),
        does_not_fire("the backend has it by now", denied(*FAILED, lacks=())),
        does_not_fire("that was before the container's last start", denied(*FAILED, before_start=4)),
        does_not_fire("the log is of a service whose name is longer", denied(FAILED[0], f"unknown service {SERVICE}s")),
        does_not_fire("it is another server", denied(*FAILED, has=False)),
        not_checked("it was not asked", failing("backend", f.Outcome.REFUSED), NOT_MEASURED.reason),
        not_checked("there is no log", replace(denied(), logs=NOT_MEASURED), NOT_MEASURED.reason),
        not_checked("there is no container", replace(denied(), container=NOT_MEASURED), NOT_MEASURED.reason),
        *no_endpoint("backend", denied(*FAILED)),
    ]
}


@every_case(GRID)
def test_what_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
