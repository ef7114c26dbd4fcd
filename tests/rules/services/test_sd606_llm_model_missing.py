"""SD606: a model that Ollama does not have, told from other spellings of one that it has."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.services import sd606_llm_model_missing as sd606
from tests.healthy import NOT_MEASURED, endpoint, healthy
from tests.rules.different import llm
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.services.shared import no_endpoint
from tests.rules.vary import configured, failing, with_setting

NONE = llm(models=())
GATEWAY = configured(NONE, endpoint("llm", "198.18.4.1:11434"))


def asked(model: str, *there: str) -> f.Facts:
    return replace(with_setting(healthy(), "llm_model", model), llm=llm(models=there).llm)


def without_model() -> f.Facts:
    assert isinstance(NONE.configuration, f.Configuration)
    return replace(NONE, configuration=replace(NONE.configuration, settings=()))


TOLD = Told(
    subject="qwen2.5-coder:7b",
    measured="models there: none",
    expected="qwen2.5-coder:7b among them",
    endpoints=("llm",),
    message=("Ollama at host.docker.internal:11434 does not have the model qwen2.5-coder:7b: every execution fails"),
    advice="Pull the model, or name one that is there (STIGMER_LLM_MODEL=qwen2.5-coder:7b).",
    commands=("ollama pull qwen2.5-coder:7b",),
)

GRID: dict[Rule, list[Case]] = {
    sd606.RULE: [
        fires(
            "Ollama has none",
            NONE,
            TOLD._replace(evidence=("container GET http://host.docker.internal:11434/api/tags: none",)),
        ),
        fires(
            "Ollama has others",
            llm(models=("qwen2.5-coder:1.5b", "llama3")),
            TOLD._replace(
                measured="models there: qwen2.5-coder:1.5b, llama3",
                evidence=("container GET http://host.docker.internal:11434/api/tags: qwen2.5-coder:1.5b, llama3",),
            ),
        ),
        fires(
            "the tag is missing, and Ollama has another than the latest",
            asked("llama3", "llama3:8b"),
            TOLD._replace(
                subject="llama3",
                measured="models there: llama3:8b",
                expected="llama3:latest among them",
                message="does not have the model llama3:",
                advice="(STIGMER_LLM_MODEL=llama3)",
                commands=("ollama pull llama3",),
            ),
        ),
        fires(
            "the tag is missing, and the registry has a port",
            asked("hub.test:5000/llama3", "hub.test:5000/llama3:8b"),
            TOLD._replace(
                subject="hub.test:5000/llama3",
                measured="models there: hub.test:5000/llama3:8b",
                expected="hub.test:5000/llama3:latest among them",
                message="does not have the model hub.test:5000/llama3:",
                advice="(STIGMER_LLM_MODEL=hub.test",
                commands=("ollama pull hub.test:5000/llama3",),
            ),
        ),
        fires(
            "it is another registry's library",
            asked("hub.test/library/a/llama3", "llama3"),
            TOLD._replace(
                subject="hub.test/library/a/llama3",
                measured="models there: llama3",
                expected="a/llama3:latest among them",
                message="does not have the model hub",
                advice="(STIGMER_LLM_MODEL=hub.test",
                commands=("ollama pull hub.test/library/a/llama3",),
            ),
        ),
        fires(
            "its name begins with a dash",
            asked("-x;reboot"),
            TOLD._replace(
                subject="-x;reboot",
                expected="-x;reboot:latest among them",
                message="does not have the model -x;reboot",
                advice="(STIGMER_LLM_MODEL=-x;reboot)",
                commands=("ollama pull -- '-x;reboot'",),
            ),
        ),
        fires(
            "Ollama is elsewhere",
            configured(NONE, endpoint("llm", "198.18.9.9:11434")),
            TOLD._replace(
                message="Ollama at 198.18.9.9:11434 does",
                commands=("OLLAMA_HOST=198.18.9.9:11434 ollama pull qwen2.5-coder:7b",),
            ),
        ),
        fires("Ollama is at the gateway", GATEWAY, TOLD._replace(message="Ollama at 198.18.4.1:11434 does")),
        fires(
            "Ollama is at a gateway, and there is no container",
            replace(GATEWAY, container=NOT_MEASURED),
            TOLD._replace(
                message="Ollama at 198.18.4.1:11434 does",
                commands=("OLLAMA_HOST=198.18.4.1:11434 ollama pull qwen2.5-coder:7b",),
            ),
        ),
        does_not_fire("Ollama has it", healthy()),
        does_not_fire("Ollama has it in capitals", llm(models=("QWEN2.5-coder:7b",))),
        does_not_fire("the tag is missing, and Ollama has the latest", asked("llama3", "x", "llama3:latest")),
        does_not_fire("Ollama names no tag", asked("llama3:latest", "llama3")),
        does_not_fire("it is Ollama's own library", asked("library/llama3", "llama3")),
        does_not_fire("it is the library of Ollama's registry", asked("registry.ollama.ai/library/llama3", "llama3")),
        does_not_fire("there are spaces around it", asked(" llama3 ", "llama3")),
        *(
            not_checked(
                f"Ollama did not answer: {answered.value}",
                llm(answered=answered, models=()),
                f"Ollama did not list its models ({answered.value})",
            )
            for answered in (f.Answered.WRONG_PROTOCOL, f.Answered.UNAVAILABLE)
        ),
        not_checked("no model is named", asked(""), "the name of the model is not known"),
        not_checked("it is not known which model is named", without_model(), "the name of the model is not known"),
        not_checked("Ollama was not asked", failing("llm", f.Outcome.REFUSED), NOT_MEASURED.reason),
        *no_endpoint("llm", NONE),
    ]
}


@every_case(GRID)
def test_what_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
