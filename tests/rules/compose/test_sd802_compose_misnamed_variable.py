"""SD802: a compose file sets a variable under a name that the runner does not read, and leaves the right one unset."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.model.source import ComposeVariable
from stigmer_doctor.rules.compose.sd802_compose_misnamed_variable import RULE
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
    read_by,
    service_of,
    with_service,
)
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.sources import CODE, beside, in_tree

OTHERS = HEAD + TEMPORAL + LLM
URL = f"      STIGMER_BACKEND_URL: http://{ALIAS}:7234\n"


def unplaced() -> ComposeVariable:
    variable = service_of(in_tree(OTHERS + URL)).variable("STIGMER_BACKEND_URL")
    assert variable
    return replace(variable, name_at=None)


GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires(
            "the backend's address as a URL",
            in_tree(OTHERS + URL),
            Told(
                subject="docker-compose.yml:7:7",
                measured="STIGMER_BACKEND_URL=http://host.docker.internal:7234, so localhost:50051 is in force",
                expected="STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234",
                endpoints=(),
                message=(
                    "STIGMER_BACKEND_URL is set for the service agent-runner, and the runner does not read it; "
                    "STIGMER_BACKEND_ENDPOINT, which it reads, is unset"
                ),
                advice="Rename STIGMER_BACKEND_URL to STIGMER_BACKEND_ENDPOINT, without the scheme.",
                evidence=("file docker-compose.yml:7:7: STIGMER_BACKEND_URL: http://host.docker.internal:7234",),
                fix=(
                    "safe",
                    "-      STIGMER_BACKEND_URL: http://host.docker.internal:7234",
                    "+      STIGMER_BACKEND_ENDPOINT: host.docker.internal:7234",
                ),
            ),
        ),
        fires(
            "no code tells the default",
            beside(OTHERS + URL),
            Told(
                subject="docker-compose.yml:7:7",
                measured="STIGMER_BACKEND_URL=http://host.docker.internal:7234, so localhost:8080 is in force",
                expected="STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234",
                endpoints=(),
                message="STIGMER_BACKEND_URL is set",
                advice="Rename",
            ),
        ),
        fires(
            "the backend's address without a scheme",
            in_tree(OTHERS + URL.replace("http://", "")),
            Told(
                subject="docker-compose.yml:7:7",
                measured="STIGMER_BACKEND_URL=host.docker.internal:7234, so localhost:50051 is in force",
                expected="STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234",
                endpoints=(),
                message="STIGMER_BACKEND_URL is set",
                advice="Rename STIGMER_BACKEND_URL to STIGMER_BACKEND_ENDPOINT.",
                fix=(
                    "safe",
                    "-      STIGMER_BACKEND_URL: host.docker.internal:7234",
                    "+      STIGMER_BACKEND_ENDPOINT: host.docker.internal:7234",
                ),
            ),
        ),
        fires(
            "it comes through interpolation",
            in_tree(OTHERS + "      STIGMER_BACKEND_URL: ${U:-http://x:7234}\n"),
            Told(
                subject="docker-compose.yml:7:7",
                measured="STIGMER_BACKEND_URL=http://x:7234, so localhost:50051 is in force",
                expected="STIGMER_BACKEND_ENDPOINT=x:7234",
                endpoints=(),
                message="STIGMER_BACKEND_URL is set",
                advice="without the scheme. It comes through interpolation",
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
            "its scheme cannot be removed in its place",
            in_tree(OTHERS + "      STIGMER_BACKEND_URL: >-\n        http://x:7234\n"),
            Told(
                subject="docker-compose.yml:7:7",
                measured="STIGMER_BACKEND_URL=http://x:7234, so localhost:50051 is in force",
                expected="STIGMER_BACKEND_ENDPOINT=x:7234",
                endpoints=(),
                message="STIGMER_BACKEND_URL is set",
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
        fires(
            "the LLM's address, under the other image's name",
            in_tree(WHOLE.replace("OLLAMA_BASE_URL", "STIGMER_LLM_BASE_URL")),
            Told(
                subject="docker-compose.yml:7:7",
                measured=f"STIGMER_LLM_BASE_URL=http://{ALIAS}:11434, so http://localhost:11434 is in force",
                expected="OLLAMA_BASE_URL=http://host.docker.internal:11434",
                endpoints=(),
                message="STIGMER_LLM_BASE_URL is set",
                advice="Rename STIGMER_LLM_BASE_URL to OLLAMA_BASE_URL.",
                fix=(
                    "safe",
                    "-      STIGMER_LLM_BASE_URL: http://host.docker.internal:11434",
                    "+      OLLAMA_BASE_URL: http://host.docker.internal:11434",
                ),
            ),
        ),
        fires(
            "another setting",
            in_tree(WHOLE + "      SANDBOX_ROOT_DRI: cloud\n"),
            Told(
                subject="docker-compose.yml:8:7",
                measured="SANDBOX_ROOT_DRI=<hidden 1>",
                expected="SANDBOX_ROOT_DIR=<hidden 1>",
                endpoints=(),
                message="SANDBOX_ROOT_DRI is set",
                advice="Rename SANDBOX_ROOT_DRI to SANDBOX_ROOT_DIR.",
                severity=Severity.WARNING,
            ),
        ),
        fires(
            "another setting, which comes through an anchor, and whose value is hidden",
            in_tree("x-all: &all\n  SANDBOX_ROOT_DRI: ${X:-/workspace}\n" + WHOLE + "      <<: *all\n"),
            Told(
                subject="docker-compose.yml:2:3",
                measured="SANDBOX_ROOT_DRI=<hidden 1>",
                expected="SANDBOX_ROOT_DIR=<hidden 1>",
                endpoints=(),
                message="SANDBOX_ROOT_DRI is set",
                advice="an override file as the last -f, that sets it to the value that is hidden here.",
                severity=Severity.WARNING,
                fix=("manual",),
            ),
        ),
        fires(
            "another setting, whose value is a URL",
            in_tree(WHOLE + f"      STIGMER_BACKEND_ENDPIONT: http://{ALIAS}:1\n      SANDBOX_ROOT_DRI: file:///x\n"),
            Told(
                subject="docker-compose.yml:9:7",
                measured="SANDBOX_ROOT_DRI=<hidden 1>",
                expected="SANDBOX_ROOT_DIR=<hidden 1>",
                endpoints=(),
                message="SANDBOX_ROOT_DRI is set",
                advice="Rename SANDBOX_ROOT_DRI to SANDBOX_ROOT_DIR.",
                severity=Severity.WARNING,
            ),
        ),
        fires(
            "nothing is in force in its place",
            read_by(OTHERS + URL, CODE.replace(b', "localhost:50051"', b"")),
            Told(
                subject="docker-compose.yml:7:7",
                measured="STIGMER_BACKEND_URL=http://host.docker.internal:7234",
                expected="STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234",
                endpoints=(),
                message="STIGMER_BACKEND_ENDPOINT, which it reads, is unset",
                advice="Rename",
            ),
        ),
        fires(
            "where its name stands is not known",
            with_service(in_tree(OTHERS + URL), environment=(unplaced(),)),
            Told(
                subject="docker-compose.yml:7:7",
                measured="STIGMER_BACKEND_URL=http://host.docker.internal:7234, so localhost:50051 is in force",
                expected="STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234",
                endpoints=(),
                message="STIGMER_BACKEND_URL is set",
                advice="It comes through a way of writing",
                fix=(
                    "manual",
                    "services:",
                    "  agent-runner:",
                    "    environment:",
                    '      STIGMER_BACKEND_ENDPOINT: "host.docker.internal:7234"',
                ),
            ),
        ),
        fires(
            "two services have it",
            in_tree(OTHERS + URL + (OTHERS + URL).partition("services:\n")[2].replace("agent-runner:", "second:", 1)),
            Told(
                subject="docker-compose.yml:13:7",
                measured="STIGMER_BACKEND_URL=http://host.docker.internal:7234, so localhost:50051 is in force",
                expected="STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234",
                endpoints=(),
                message="for the service second",
                advice="Rename",
            ),
            Told(
                subject="docker-compose.yml:7:7",
                measured="STIGMER_BACKEND_URL=http://host.docker.internal:7234, so localhost:50051 is in force",
                expected="STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234",
                endpoints=(),
                message="for the service agent-runner",
                advice="Rename",
            ),
        ),
        does_not_fire("the right name", in_tree(WHOLE)),
        does_not_fire("where it is written is not known", with_service(in_tree(OTHERS + URL), environment=())),
        does_not_fire("both names: SD808", in_tree(WHOLE + URL.replace(ALIAS, "x"))),
        does_not_fire("the right name is passed through", in_tree(OTHERS + URL + "      STIGMER_BACKEND_ENDPOINT:\n")),
        does_not_fire("a name that is near to none", in_tree(WHOLE + "      WORKSPACE_ROOT: /workspace\n")),
        does_not_fire("the wrong name is passed through", in_tree(OTHERS + "      STIGMER_BACKEND_URL:\n")),
        not_checked(
            "an env file cannot be read",
            in_tree(OTHERS + URL + "    env_file: [a.env, b.env]\n"),
            "STIGMER_BACKEND_ENDPOINT may be set in a.env, which cannot be read here",
        ),
        not_checked(
            "the code was not read to its end",
            cut_off(in_tree(OTHERS + URL)),
            f"STIGMER_BACKEND_URL may be read: {CUT_OFF}",
        ),
        not_checked("no compose file", healthy(), NO_FILE),
    ]
}


@every_case(GRID)
def test_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
