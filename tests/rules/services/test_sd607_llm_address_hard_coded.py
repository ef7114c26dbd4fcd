"""SD607: the LLM's address in the image's code, which may be right, and variables that have no effect."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.model.topology import BeaconOutcome
from stigmer_doctor.rules.services import sd607_llm_address_hard_coded as sd607
from tests.healthy import ALIAS, NOT_MEASURED, dial, healthy
from tests.rules.altered import altered, reach_of, variables
from tests.rules.contracts import LITERAL, hard_coded, openai, use, used
from tests.rules.different import host_ways, llm, measured
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.vary import failing, unknown

RIGHT = f"http://{ALIAS}:11434"
UNSET = variables(STIGMER_LLM_BASE_URL=None)
ON_HOST = hard_coded(f.Outcome.CONNECTED, altered(UNSET, network_mode="host"))
REFUSED = hard_coded(facts=UNSET)
REACHED = host_ways(BeaconOutcome.REACHED)
ELSEWHERE = "http://198.18.9.9:11434"


def elsewhere_in_code() -> f.Facts:
    """The code dials another machine, which refuses."""
    facts = used(use(literals=(ELSEWHERE,)), facts=UNSET)
    reach = reach_of(facts)
    dials = (*reach.dials, dial("198.18.9.9", 11434, f.Outcome.REFUSED, "198.18.9.9"))
    return replace(facts, container_reach=replace(reach, dials=dials), llm=NOT_MEASURED)


def https() -> f.Facts:
    """The code dials a URL without a port, where the LLM answers."""
    facts = used(use(literals=("https://localhost",)), facts=variables(STIGMER_LLM_BASE_URL="https://localhost/v1"))
    reach = reach_of(facts)
    return replace(facts, container_reach=replace(reach, dials=(*reach.dials, dial("localhost", 443))))


TOLD = Told(
    subject="http://localhost:11434",
    measured=("ChatOllama is constructed with that literal (lib/models.py:9); 198.18.0.1:11434 refused after 0.4 ms"),
    expected=("http://localhost:11434 leads to LLM (Ollama) from the container, or a variable says where it is"),
    endpoints=("llm",),
    message="this image's code dials the LLM at http://localhost:11434, and no variable moves it",
    advice=(
        "Run a newer image, one that hands the variable on to its LLM client; or run the "
        "container in a network in which localhost:11434 leads to LLM (Ollama). Setting a "
        "variable does not help."
    ),
    commands=("docker pull ghcr.io/stigmer/agent-runner:latest", "stigmer server stop", "stigmer server"),
)
RIGHT_TOLD = Told(
    subject="http://localhost:11434",
    measured=("ChatOllama is constructed with that literal (lib/models.py:9); 198.18.0.1:11434 connected in 0.4 ms"),
    expected=("http://localhost:11434 leads to LLM (Ollama) from the container, or a variable says where it is"),
    endpoints=("llm",),
    message="STIGMER_LLM_BASE_URL=http://host.docker.internal:11434 has no effect",
    advice=(
        "Nothing: in this network the address is right. Run a newer image, one that hands the "
        "variable on to its LLM client, before that changes."
    ),
    severity=Severity.INFO,
)

GRID: dict[Rule, list[Case]] = {
    sd607.RULE: [
        fires("it is refused", REFUSED, TOLD._replace(evidence=("code lib/models.py:9: http://localhost:11434",))),
        fires(
            "it is refused, and a variable has no effect",
            hard_coded(facts=variables(STIGMER_LLM_BASE_URL=RIGHT)),
            TOLD._replace(
                message=(
                    "and no variable moves it; STIGMER_LLM_BASE_URL=http://host.docker.internal:11434 has no effect"
                ),
                evidence=(
                    "code lib/models.py:9: http://localhost:11434",
                    "inspect STIGMER_LLM_BASE_URL: http://host.docker.internal:11434",
                ),
            ),
        ),
        fires(
            "it is refused, and three variables have no effect",
            hard_coded(facts=variables(STIGMER_LLM_BASE_URL=RIGHT, OLLAMA_BASE_URL="x:1", OLLAMA_HOST="y")),
            TOLD._replace(
                message=(
                    "STIGMER_LLM_BASE_URL=http://host.docker.internal:11434 has no effect; "
                    "OLLAMA_BASE_URL=x:1 has no effect; OLLAMA_HOST=y has no effect"
                )
            ),
        ),
        fires(
            "it is refused, and a variable says the same",
            hard_coded(facts=variables(STIGMER_LLM_BASE_URL=LITERAL)),
            TOLD,
        ),
        fires(
            "nothing was dialled",
            hard_coded(None, UNSET),
            TOLD._replace(
                measured="ChatOllama is constructed with that literal (lib/models.py:9)", severity=Severity.WARNING
            ),
        ),
        fires(
            "its name does not resolve",
            unknown("localhost", REFUSED),
            TOLD._replace(
                measured="ChatOllama is constructed with that literal (lib/models.py:9); localhost does not resolve"
            ),
        ),
        fires(
            "another protocol answers there",
            replace(hard_coded(f.Outcome.CONNECTED, UNSET), llm=llm(answered=f.Answered.WRONG_PROTOCOL).llm),
            TOLD._replace(
                measured=(
                    "ChatOllama is constructed with that literal (lib/models.py:9); 198.18.0.1:11434 "
                    "connected in 0.4 ms"
                )
            ),
        ),
        fires(
            "it is right, and a variable has no effect",
            hard_coded(f.Outcome.CONNECTED, altered(network_mode="host")),
            RIGHT_TOLD,
        ),
        fires(
            "it accepts, was not asked, and a variable has no effect",
            replace(hard_coded(f.Outcome.CONNECTED, altered(network_mode="host")), llm=NOT_MEASURED),
            RIGHT_TOLD,
        ),
        fires(
            "it is right, and a variable names another port",
            hard_coded(f.Outcome.CONNECTED, variables(STIGMER_LLM_BASE_URL="http://localhost:8080")),
            RIGHT_TOLD._replace(
                message="STIGMER_LLM_BASE_URL=http://localhost:8080 has no effect", advice="Nothing: in this network"
            ),
        ),
        *(
            fires(
                f"it is right, and a variable holds {value}",
                hard_coded(f.Outcome.CONNECTED, variables(STIGMER_LLM_BASE_URL=value)),
                RIGHT_TOLD._replace(message=f"STIGMER_LLM_BASE_URL={value} has no effect"),
            )
            for value in ("https://localhost", "x", "<hidden 1>", "http://[::1", "localhost:x", "http://", "11434")
        ),
        fires(
            "host networking was seen to reach more",
            measured(REFUSED, REACHED),
            TOLD._replace(
                advice=(
                    "Use the host's network, in which localhost:11434 is this machine. Run a newer image, "
                    "one that hands the variable on to its LLM client, to be free of it."
                ),
                commands=(),
                changes=(
                    "+ network host",
                    "+ STIGMER_BACKEND_ENDPOINT=localhost:7234",
                    "+ TEMPORAL_SERVICE_ADDRESS=localhost:7233",
                ),
            ),
        ),
        fires("host networking was seen not to reach it", measured(REFUSED, host_ways(BeaconOutcome.REFUSED)), TOLD),
        fires(
            "host networking was seen to reach more, and the code dials another machine",
            measured(elsewhere_in_code(), REACHED),
            TOLD._replace(
                subject="http://198.18.9.9:11434",
                measured=(
                    "ChatOllama is constructed with that literal (lib/models.py:9); 198.18.9.9:11434 "
                    "refused after 0.4 ms"
                ),
                expected=(
                    "http://198.18.9.9:11434 leads to LLM (Ollama) from the container, or a variable says where it is"
                ),
                message="dials the LLM at http://198.18.9.9:11434",
                advice="leads to LLM (Ollama). Setting a variable does not help.",
            ),
        ),
        fires(
            "host networking reaches it, where it is refused already",
            measured(altered(REFUSED, network_mode="host"), REACHED),
            TOLD,
        ),
        does_not_fire("a variable moves it", healthy()),
        does_not_fire("a variable moves it, and it is refused", failing("llm", f.Outcome.REFUSED)),
        does_not_fire("it is right, has no port, and a variable says the same", https()),
        does_not_fire("it is right, and no variable is set", ON_HOST),
        *(
            does_not_fire(
                f"it is right, and a variable says the same: {value}",
                hard_coded(f.Outcome.CONNECTED, variables(STIGMER_LLM_BASE_URL=value)),
            )
            for value in (
                LITERAL,
                "localhost:11434",
                "localhost",
                "http://localhost",
                "'localhost' ",
                "dns:///localhost:11434",
                f"{LITERAL}/v1",
                "https://localhost:11434",
            )
        ),
        does_not_fire(
            "one of two clients gets a variable",
            used(use(variables=("STIGMER_LLM_BASE_URL",)), use(literals=(LITERAL,))),
        ),
        does_not_fire("it may be something else", used(use(literals=(LITERAL,), known=False))),
        does_not_fire("the LLM is another provider's", hard_coded(facts=openai(STIGMER_LLM_API_KEY="hidden"))),
        not_checked("there is no container", replace(REFUSED, container=NOT_MEASURED), NOT_MEASURED.reason),
    ]
}


@every_case(GRID)
def test_what_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
