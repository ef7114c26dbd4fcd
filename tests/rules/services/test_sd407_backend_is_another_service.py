"""SD407: a gRPC server at the backend's address that does not have the backend's service."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.services import sd407_backend_is_another_service as sd407
from tests.healthy import ALIAS, NOT_MEASURED, endpoint, healthy
from tests.rules.different import other_backend
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.services.shared import NO_REACH, no_endpoint
from tests.rules.vary import configured, failing

ANOTHER = other_backend(has_service=False)
ADDRESS = f"{ALIAS}:7234"

TOLD = Told(
    subject="host.docker.internal:7234",
    measured=("it does not know the service ai.stigmer.agentic.agentexecution.v1.AgentExecutionQueryController"),
    expected="a server of ai.stigmer.agentic.agentexecution.v1.AgentExecutionQueryController",
    endpoints=("backend",),
    message=(
        "what answers at host.docker.internal:7234 is another gRPC server, not Stigmer "
        "backend: every call of the runner fails there"
    ),
    advice="Put the address of Stigmer backend into STIGMER_BACKEND_ENDPOINT",
)

GRID: dict[Rule, list[Case]] = {
    sd407.RULE: [
        fires(
            "it is not known what it is",
            ANOTHER,
            TOLD._replace(
                evidence=(
                    "inspect STIGMER_BACKEND_ENDPOINT: host.docker.internal:7234",
                    "container host.docker.internal:7234: UNIMPLEMENTED",
                )
            ),
        ),
        fires(
            "it is Temporal, which says that it serves",
            other_backend(has_service=False, other="Temporal", status="SERVING"),
            TOLD._replace(
                measured=(
                    "it does not know the service "
                    "ai.stigmer.agentic.agentexecution.v1.AgentExecutionQueryController; its health "
                    "service says SERVING"
                ),
                message="is Temporal, not Stigmer backend",
                evidence=(
                    "inspect STIGMER_BACKEND_ENDPOINT: host.docker.internal:7234",
                    "container host.docker.internal:7234: SERVING",
                ),
            ),
        ),
        fires(
            "the backend's usual port accepts",
            replace(
                configured(ANOTHER, endpoint("backend", f"{ALIAS}:7233")), container_reach=healthy().container_reach
            ),
            TOLD._replace(
                subject="host.docker.internal:7233",
                message="what answers at host.docker.internal:7233 is another",
                advice=(
                    "Port 7233 is where Temporal listens. The container reaches host.docker.internal:7234, "
                    "where Stigmer backend normally listens"
                ),
                changes=("+ STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234",),
            ),
        ),
        fires(
            "nothing was dialled",
            replace(configured(ANOTHER, endpoint("backend", f"{ALIAS}:7233")), container_reach=NO_REACH),
            TOLD._replace(
                subject="host.docker.internal:7233",
                message="what answers at host.docker.internal:7233 is another",
                advice="Port 7233 is where Temporal listens. Put the address of",
            ),
        ),
        does_not_fire("it has the service", other_backend(has_service=True)),
        does_not_fire("it did not say", other_backend(has_service=None)),
        not_checked("it was not asked", failing("backend", f.Outcome.REFUSED), NOT_MEASURED.reason),
        *no_endpoint("backend", ANOTHER),
    ]
}


@every_case(GRID)
def test_what_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
