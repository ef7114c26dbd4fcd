"""SD807: a compose file sets no address for a service, and the default in force is the container itself."""

from __future__ import annotations

from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.compose.sd807_compose_endpoint_unset import RULE
from stigmer_doctor.rules.files import override
from tests.healthy import healthy
from tests.rules.compose.files import (
    ALIAS,
    BACKEND,
    HEAD,
    NO_FILE,
    TEMPORAL,
    WHOLE,
    read_by,
    service_of,
    with_service,
)
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.sources import CODE, beside, in_tree

NO_LLM = HEAD + BACKEND + TEMPORAL
NOTHING = HEAD.replace("    environment:\n", "")
URL = f"      STIGMER_BACKEND_URL: http://{ALIAS}:7234\n"
UNTOLD = "{} comes from the environment of whoever starts the service agent-runner"

NO_LLM_USED = service_of(in_tree(NO_LLM + "      STIGMER_LLM_PROVIDER: anthropic\n")).configuration

GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires(
            "the LLM's",
            in_tree(NO_LLM),
            Told(
                subject="docker-compose.yml:2:3",
                measured="OLLAMA_BASE_URL is unset, its default is http://localhost:11434",
                expected="OLLAMA_BASE_URL=http://host.docker.internal:11434",
                endpoints=("llm",),
                message=(
                    "the service agent-runner sets no OLLAMA_BASE_URL: http://localhost:11434 is in force, "
                    "which in a container is the container itself"
                ),
                advice="Set OLLAMA_BASE_URL to where LLM (Ollama) listens.",
                evidence=("file docker-compose.yml:2:3: agent-runner: no OLLAMA_BASE_URL",),
                fix=("safe", "+      OLLAMA_BASE_URL: http://host.docker.internal:11434"),
            ),
        ),
        fires(
            "none at all",
            in_tree(NOTHING),
            Told(
                subject="docker-compose.yml:2:3",
                measured="STIGMER_BACKEND_ENDPOINT is unset, its default is localhost:50051",
                expected="STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234",
                endpoints=("backend",),
                message="sets no STIGMER_BACKEND_ENDPOINT",
                advice="to where Stigmer backend listens.",
                fix=(
                    "safe",
                    "+    environment:",
                    "+      STIGMER_BACKEND_ENDPOINT: host.docker.internal:7234",
                    "+      TEMPORAL_SERVICE_ADDRESS: host.docker.internal:7233",
                    "+      OLLAMA_BASE_URL: http://host.docker.internal:11434",
                ),
            ),
            Told(
                subject="docker-compose.yml:2:3",
                measured="TEMPORAL_SERVICE_ADDRESS is unset, its default is localhost:7233",
                expected="TEMPORAL_SERVICE_ADDRESS=host.docker.internal:7233",
                endpoints=("temporal",),
                message="sets no TEMPORAL_SERVICE_ADDRESS",
                advice="to where Temporal listens.",
            ),
            Told(
                subject="docker-compose.yml:2:3",
                measured="OLLAMA_BASE_URL is unset, its default is http://localhost:11434",
                expected="OLLAMA_BASE_URL=http://host.docker.internal:11434",
                endpoints=("llm",),
                message="sets no OLLAMA_BASE_URL",
                advice="Set OLLAMA_BASE_URL",
            ),
        ),
        fires(
            "it cannot be set in its place",
            with_service(
                in_tree(NO_LLM),
                unset=(
                    service_of(in_tree(NO_LLM))
                    .unset[0]
                    .__class__(name="llm", variable="OLLAMA_BASE_URL", value="http://x:1"),
                ),
            ),
            Told(
                subject="docker-compose.yml:2:3",
                measured="OLLAMA_BASE_URL is unset, its default is http://localhost:11434",
                expected="OLLAMA_BASE_URL=http://x:1",
                endpoints=("llm",),
                message="sets no OLLAMA_BASE_URL",
                advice="Set OLLAMA_BASE_URL",
                fix=(
                    "manual",
                    "services:",
                    "  agent-runner:",
                    "    environment:",
                    '      OLLAMA_BASE_URL: "http://x:1"',
                ),
            ),
        ),
        fires(
            "the backend's, which SD802 fixes, and the LLM's",
            in_tree(HEAD + TEMPORAL + URL),
            Told(
                subject="docker-compose.yml:2:3",
                measured="OLLAMA_BASE_URL is unset, its default is http://localhost:11434",
                expected="OLLAMA_BASE_URL=http://host.docker.internal:11434",
                endpoints=("llm",),
                message="sets no OLLAMA_BASE_URL",
                advice="Set OLLAMA_BASE_URL",
            ),
        ),
        fires(
            "another setting under a wrong name, and the LLM's",
            in_tree(NO_LLM + "      SANDBOX_ROOT_DRI: /x\n"),
            Told(
                subject="docker-compose.yml:2:3",
                measured="OLLAMA_BASE_URL is unset, its default is http://localhost:11434",
                expected="OLLAMA_BASE_URL=http://host.docker.internal:11434",
                endpoints=("llm",),
                message="sets no OLLAMA_BASE_URL",
                advice="Set OLLAMA_BASE_URL",
            ),
        ),
        fires(
            "the wrong name of one that is set, and the LLM's",
            in_tree(NO_LLM + URL.replace(ALIAS, "x")),
            Told(
                subject="docker-compose.yml:2:3",
                measured="OLLAMA_BASE_URL is unset, its default is http://localhost:11434",
                expected="OLLAMA_BASE_URL=http://host.docker.internal:11434",
                endpoints=("llm",),
                message="sets no OLLAMA_BASE_URL",
                advice="Set OLLAMA_BASE_URL",
            ),
        ),
        fires(
            "a variable of no importance is passed through",
            in_tree(NO_LLM + "      TEMPORAL_NAMESPACE:\n"),
            Told(
                subject="docker-compose.yml:2:3",
                measured="OLLAMA_BASE_URL is unset, its default is http://localhost:11434",
                expected="OLLAMA_BASE_URL=http://host.docker.internal:11434",
                endpoints=("llm",),
                message="sets no OLLAMA_BASE_URL",
                advice="Set OLLAMA_BASE_URL",
            ),
        ),
        fires(
            "a network of compose",
            in_tree(NO_LLM + "    network_mode: bridge\n"),
            Told(
                subject="docker-compose.yml:2:3",
                measured="OLLAMA_BASE_URL is unset, its default is http://localhost:11434",
                expected="OLLAMA_BASE_URL=http://host.docker.internal:11434",
                endpoints=("llm",),
                message="sets no OLLAMA_BASE_URL",
                advice="Set OLLAMA_BASE_URL",
            ),
        ),
        fires(
            "two services, one on the host's network",
            in_tree(
                NO_LLM.replace("    image", "    network_mode: host\n    image")
                + NO_LLM.partition("services:\n")[2].replace("agent-runner:", "second:", 1)
            ),
            Told(
                subject="docker-compose.yml:8:3",
                measured="OLLAMA_BASE_URL is unset, its default is http://localhost:11434",
                expected="OLLAMA_BASE_URL=http://host.docker.internal:11434",
                endpoints=("llm",),
                message="the service second sets no OLLAMA_BASE_URL",
                advice="Set OLLAMA_BASE_URL",
            ),
        ),
        does_not_fire("all are set", in_tree(WHOLE)),
        does_not_fire("the LLM is not used", in_tree(NO_LLM + "      STIGMER_LLM_PROVIDER: anthropic\n")),
        does_not_fire(
            "a default that is not the container itself",
            read_by(NO_LLM, CODE.replace(b"http://localhost", b"http://llm")),
        ),
        does_not_fire("the host's network", in_tree(NO_LLM + "    network_mode: host\n")),
        does_not_fire("the network of another container", in_tree(NO_LLM + "    network_mode: container:web\n")),
        does_not_fire(
            "the network of another service", in_tree(NO_LLM + "    network_mode: service:web\n  web: {image: web}\n")
        ),
        does_not_fire("no network", in_tree(NO_LLM + "    network_mode: none\n")),
        does_not_fire(
            "what is unset is not an endpoint in force",
            with_service(
                in_tree(NO_LLM),
                configuration=service_of(in_tree(NO_LLM + "      STIGMER_LLM_PROVIDER: anthropic\n")).configuration,
            ),
        ),
        not_checked(
            "no code of the runner was read",
            beside(NO_LLM + "      MODE: local\n"),
            "the default of STIGMER_LLM_BASE_URL is not known: no code of the runner was read",
        ),
        not_checked(
            "it is passed through",
            in_tree(NO_LLM + "      OLLAMA_BASE_URL: ${URL}\n"),
            UNTOLD.format("OLLAMA_BASE_URL"),
        ),
        not_checked(
            "its other name is",
            in_tree(NO_LLM + "      STIGMER_LLM_BASE_URL:\n"),
            UNTOLD.format("STIGMER_LLM_BASE_URL"),
        ),
        not_checked(
            "the mode is",
            in_tree(NO_LLM + "      MODE:\n"),
            UNTOLD.format("MODE"),
        ),
        not_checked(
            "the provider is", in_tree(NO_LLM + "      STIGMER_LLM_PROVIDER:\n"), UNTOLD.format("STIGMER_LLM_PROVIDER")
        ),
        not_checked(
            "an env file cannot be read",
            in_tree(NO_LLM + "    env_file: [a.env, b.env]\n"),
            "OLLAMA_BASE_URL may be set in a.env",
        ),
        not_checked("no compose file", healthy(), NO_FILE),
    ]
}


@every_case(GRID)
def test_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)


def test_an_override_has_the_value_as_compose_reads_it() -> None:
    assert override("runner", "NAME", 'gr\u00fc\u00df "$x"') == (
        'services:\n  runner:\n    environment:\n      NAME: "gr\u00fc\u00df \\"$$x\\""\n'
    )
    assert override("runner", "NAME", "<hidden 3>") == ""
