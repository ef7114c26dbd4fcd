"""SD803: a compose file gives an address as a URL where the runner takes host:port."""

from __future__ import annotations

from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.compose.sd803_compose_endpoint_has_scheme import RULE
from tests.healthy import healthy
from tests.rules.compose.files import ALIAS, HEAD, LLM, NO_FILE, TEMPORAL, WHOLE, read_by
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.sources import CODE, in_tree

OTHERS = HEAD + TEMPORAL + LLM

GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires(
            "the backend's",
            in_tree(OTHERS + f"      STIGMER_BACKEND_ENDPOINT: http://{ALIAS}:7234/\n"),
            Told(
                subject="docker-compose.yml:7:7",
                measured="STIGMER_BACKEND_ENDPOINT=http://host.docker.internal:7234/",
                expected="STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234",
                endpoints=("backend",),
                message=(
                    "STIGMER_BACKEND_ENDPOINT of the service agent-runner must be host:port: the client takes "
                    "the scheme http:// for a part of the name"
                ),
                advice="Write the address without http://.",
                evidence=("file docker-compose.yml:7:7: STIGMER_BACKEND_ENDPOINT: http://host.docker.internal:7234/",),
                fix=(
                    "safe",
                    "-      STIGMER_BACKEND_ENDPOINT: http://host.docker.internal:7234/",
                    "+      STIGMER_BACKEND_ENDPOINT: host.docker.internal:7234/",
                ),
            ),
        ),
        fires(
            "Temporal's",
            in_tree(WHOLE.replace("TEMPORAL_SERVICE_ADDRESS: ", "TEMPORAL_SERVICE_ADDRESS: grpc://")),
            Told(
                subject="docker-compose.yml:6:7",
                measured="TEMPORAL_SERVICE_ADDRESS=grpc://host.docker.internal:7233",
                expected="TEMPORAL_SERVICE_ADDRESS=host.docker.internal:7233",
                endpoints=("temporal",),
                message="TEMPORAL_SERVICE_ADDRESS of the service agent-runner",
                advice="without grpc://.",
                fix=(
                    "safe",
                    "-      TEMPORAL_SERVICE_ADDRESS: grpc://host.docker.internal:7233",
                    "+      TEMPORAL_SERVICE_ADDRESS: host.docker.internal:7233",
                ),
            ),
        ),
        fires(
            "it comes through interpolation",
            in_tree(OTHERS + "      STIGMER_BACKEND_ENDPOINT: ${B:-http://x:7234}\n"),
            Told(
                subject="docker-compose.yml:7:7",
                measured="STIGMER_BACKEND_ENDPOINT=http://x:7234",
                expected="STIGMER_BACKEND_ENDPOINT=x:7234",
                endpoints=("backend",),
                message="must be host:port",
                advice="without http://. It comes through interpolation: give",
                fix=(
                    "manual",
                    "services:",
                    "  agent-runner:",
                    "    environment:",
                    '      STIGMER_BACKEND_ENDPOINT: "x:7234"',
                ),
            ),
        ),
        fires(
            "it comes through a merge key",
            in_tree("x-b: &b {STIGMER_BACKEND_ENDPOINT: 'http://x:7234'}\n" + OTHERS + "      <<: *b\n"),
            Told(
                subject="docker-compose.yml:1:10",
                measured="STIGMER_BACKEND_ENDPOINT=http://x:7234",
                expected="STIGMER_BACKEND_ENDPOINT=x:7234",
                endpoints=("backend",),
                message="must be host:port",
                advice="without http://. It comes through a merge key",
                fix=(
                    "manual",
                    "services:",
                    "  agent-runner:",
                    "    environment:",
                    '      STIGMER_BACKEND_ENDPOINT: "x:7234"',
                ),
            ),
        ),
        fires(
            "it is written over lines",
            in_tree(OTHERS + "      STIGMER_BACKEND_ENDPOINT: >-\n        http://x:7234\n"),
            Told(
                subject="docker-compose.yml:7:7",
                measured="STIGMER_BACKEND_ENDPOINT=http://x:7234",
                expected="STIGMER_BACKEND_ENDPOINT=x:7234",
                endpoints=("backend",),
                message="must be host:port",
                advice="It comes through a way of writing",
                fix=(
                    "manual",
                    "services:",
                    "  agent-runner:",
                    "    environment:",
                    '      STIGMER_BACKEND_ENDPOINT: "x:7234"',
                ),
            ),
        ),
        does_not_fire("host:port", in_tree(WHOLE)),
        does_not_fire(
            "a default of the code, which the file does not set",
            read_by(OTHERS, CODE.replace(b"localhost:50051", b"http://x:1")),
        ),
        does_not_fire("the LLM's, which is a URL", in_tree(WHOLE.replace("http:", "https:"))),
        does_not_fire("a wrong name: SD802", in_tree(OTHERS + f"      STIGMER_BACKEND_URL: http://{ALIAS}:7234\n")),
        not_checked("no compose file", healthy(), NO_FILE),
    ]
}


@every_case(GRID)
def test_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
