"""SD302: an address that must be host:port is written as a URL."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.settings.sd302_endpoint_has_scheme import RULE
from tests.healthy import NOT_MEASURED, endpoint, healthy
from tests.rules.altered import passive, shared_host, unshared_host, variables
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.vary import ALIAS, configured, one

GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires(
            "the backend's is a URL",
            variables(STIGMER_BACKEND_ENDPOINT=f"http://{ALIAS}:7234"),
            Told(
                subject="STIGMER_BACKEND_ENDPOINT",
                measured="STIGMER_BACKEND_ENDPOINT=http://host.docker.internal:7234",
                expected="host.docker.internal:7234",
                endpoints=("backend",),
                message="must be host:port: the client takes the scheme http:// for a part of the name",
                advice="Write the address without http://.",
                changes=("+ STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234",),
                evidence=("inspect STIGMER_BACKEND_ENDPOINT: http://host.docker.internal:7234",),
            ),
        ),
        fires(
            "the backend's is one with TLS and a path",
            variables(STIGMER_BACKEND_ENDPOINT=f"https://{ALIAS}/api"),
            Told(
                subject="STIGMER_BACKEND_ENDPOINT",
                measured="STIGMER_BACKEND_ENDPOINT=https://host.docker.internal/api",
                expected="host.docker.internal:443",
                endpoints=("backend",),
                message="the client takes the scheme https://",
                advice="without https://. The runner speaks TLS only to port 443.",
                changes=("+ STIGMER_BACKEND_ENDPOINT=host.docker.internal:443",),
            ),
        ),
        fires(
            "Temporal's is one with TLS",
            variables(TEMPORAL_SERVICE_ADDRESS=f"https://{ALIAS}:7233"),
            Told(
                subject="TEMPORAL_SERVICE_ADDRESS",
                measured="TEMPORAL_SERVICE_ADDRESS=https://host.docker.internal:7233",
                expected="host.docker.internal:7233",
                endpoints=("temporal",),
                message="temporalio wants TLS for https://, which the runner does not set up",
                advice="without https://. The runner",
                changes=("+ TEMPORAL_SERVICE_ADDRESS=host.docker.internal:7233",),
            ),
        ),
        fires(
            "Temporal's is one whose scheme is dropped",
            variables(TEMPORAL_SERVICE_ADDRESS=f"http://{ALIAS}:7233"),
            Told(
                subject="TEMPORAL_SERVICE_ADDRESS",
                measured="TEMPORAL_SERVICE_ADDRESS=http://host.docker.internal:7233",
                expected="host.docker.internal:7233",
                endpoints=("settings",),
                message="temporalio still drops the scheme http://",
                advice="Write the address without http://.",
                severity=Severity.WARNING,
                changes=("+ TEMPORAL_SERVICE_ADDRESS=host.docker.internal:7233",),
            ),
        ),
        fires(
            "both, one of them without a port",
            variables(STIGMER_BACKEND_ENDPOINT=f"http://{ALIAS}", TEMPORAL_SERVICE_ADDRESS=f"grpc://{ALIAS}"),
            Told(
                subject="STIGMER_BACKEND_ENDPOINT",
                measured="STIGMER_BACKEND_ENDPOINT=http://host.docker.internal",
                expected="host.docker.internal:7234",
                endpoints=("backend",),
                message="the client takes the scheme http://",
                advice="without http://.",
                changes=("+ STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234",),
            ),
            Told(
                subject="TEMPORAL_SERVICE_ADDRESS",
                measured="TEMPORAL_SERVICE_ADDRESS=grpc://host.docker.internal",
                expected="host.docker.internal:7233",
                endpoints=("settings",),
                message="temporalio still drops the scheme grpc://",
                advice="without grpc://.",
                severity=Severity.WARNING,
                changes=("+ TEMPORAL_SERVICE_ADDRESS=host.docker.internal:7233",),
            ),
        ),
        fires(
            "no host can be told",
            configured(healthy(), endpoint("backend", "x:7234", raw="http://<hidden 1>@x:7234", scheme="http")),
            Told(
                subject="STIGMER_BACKEND_ENDPOINT",
                measured="STIGMER_BACKEND_ENDPOINT=http://<hidden 1>@x:7234",
                expected="host:port",
                endpoints=("backend",),
                message="the client takes the scheme http://",
                advice="Write the address without http://.",
            ),
        ),
        fires(
            "the loopback of the container, on a network of its own",
            variables(STIGMER_BACKEND_ENDPOINT="http://localhost:7234"),
            Told(
                subject="STIGMER_BACKEND_ENDPOINT",
                measured="STIGMER_BACKEND_ENDPOINT=http://localhost:7234",
                expected="host.docker.internal:7234",
                endpoints=("backend",),
                message="the client takes the scheme http://",
                advice="without http://.",
                changes=("+ STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234",),
            ),
        ),
        fires(
            "this machine's name, on a host network that shares the loopback",
            shared_host(variables(STIGMER_BACKEND_ENDPOINT=f"http://{ALIAS}:7234")),
            Told(
                subject="STIGMER_BACKEND_ENDPOINT",
                measured="STIGMER_BACKEND_ENDPOINT=http://host.docker.internal:7234",
                expected="localhost:7234",
                endpoints=("backend",),
                message="the client takes the scheme http://",
                advice="without http://.",
                changes=("+ STIGMER_BACKEND_ENDPOINT=localhost:7234",),
            ),
        ),
        fires(
            "the loopback, on a host network that does not share it",
            unshared_host(variables(STIGMER_BACKEND_ENDPOINT="http://localhost:7234")),
            Told(
                subject="STIGMER_BACKEND_ENDPOINT",
                measured="STIGMER_BACKEND_ENDPOINT=http://localhost:7234",
                expected="host.docker.internal:7234",
                endpoints=("backend",),
                message="the client takes the scheme http://",
                advice="without http://.",
                changes=("+ STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234",),
            ),
        ),
        fires(
            "the image sets it",
            variables(
                STIGMER_BACKEND_ENDPOINT=f.Variable(
                    name="STIGMER_BACKEND_ENDPOINT", value=f"http://{ALIAS}:7234", from_image=True
                )
            ),
            Told(
                subject="STIGMER_BACKEND_ENDPOINT",
                measured="STIGMER_BACKEND_ENDPOINT=http://host.docker.internal:7234 (set by the image)",
                expected="host.docker.internal:7234",
                endpoints=("backend",),
                message="the client takes the scheme http://",
                advice="without http://.",
                changes=("+ STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234",),
            ),
        ),
        fires(
            "nothing was dialled",
            passive(variables(STIGMER_BACKEND_ENDPOINT="http://[::1]:7234")),
            Told(
                subject="STIGMER_BACKEND_ENDPOINT",
                measured="STIGMER_BACKEND_ENDPOINT=http://[::1]:7234",
                expected="host.docker.internal:7234",
                endpoints=("backend",),
                message="the client takes the scheme http://",
                advice="without http://.",
                changes=("+ STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234",),
            ),
        ),
        does_not_fire("the LLM's is a URL", healthy()),
        does_not_fire("the LLM's is one with TLS", variables(STIGMER_LLM_BASE_URL=f"https://{ALIAS}:11434")),
        not_checked("no configuration", replace(healthy(), configuration=NOT_MEASURED), "the test left it out"),
    ]
}


def test_of_tls_is_spoken_only_where_it_was_asked_for() -> None:
    finding = one(variables(STIGMER_BACKEND_ENDPOINT=f"http://{ALIAS}:7234"), RULE)
    assert finding.remediation.text == "Write the address without http://."


def test_a_scheme_that_is_dropped_breaks_nothing_and_is_not_fixed() -> None:
    assert one(variables(TEMPORAL_SERVICE_ADDRESS=f"http://{ALIAS}:7233"), RULE).remediation.fix is None


@every_case(GRID)
def test_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
