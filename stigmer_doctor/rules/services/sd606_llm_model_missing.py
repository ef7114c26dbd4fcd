"""SD606: Ollama does not have the model that the runner asks for, so every execution fails."""

from __future__ import annotations

import re
import shlex

from stigmer_doctor.model.facts import Answered, Configuration, Container, Endpoint, LlmAnswer, NotMeasured, Setting
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity, Skip
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.commands import command
from stigmer_doctor.rules.dialling import setting_origin, usable
from stigmer_doctor.rules.services.answers import meant_for_this_machine

_LIBRARY = re.compile(r"^(?:[^/]+\.[^/]+/)?library/")


def check(
    configuration: Configuration, llm: LlmAnswer, profile: Profile, *, container: Container | NotMeasured
) -> Judgement:
    endpoint = usable("llm", configuration)
    model = configuration.setting("llm_model")
    if isinstance(endpoint, Skip):
        yield endpoint
    elif llm.answered is not Answered.YES:
        yield Skip(reason=f"Ollama did not list its models ({llm.answered})")
    elif model is None or not model.value:
        yield Skip(reason="the name of the model is not known")
    elif _full(model.value) not in {_full(other) for other in llm.models}:
        remote = "" if meant_for_this_machine(endpoint, container, profile) else endpoint.address
        yield _finding(endpoint, model, llm, configuration, remote)


def _full(name: str) -> str:
    """The name as Ollama compares it: any case, without its own library's prefix, `latest` where there is no tag."""
    short = _LIBRARY.sub("", name.strip().lower())
    return short if ":" in short.rpartition("/")[2] else f"{short}:latest"


def _finding(endpoint: Endpoint, model: Setting, llm: LlmAnswer, configuration: Configuration, remote: str) -> Finding:
    there = ", ".join(llm.models) or "none"
    pull = command("ollama", "pull", operands=(model.value,))
    return Finding(
        subject=model.value,
        message=f"Ollama at {endpoint.address} does not have the model {model.value}: every execution fails",
        measured=f"models there: {there}",
        expected=f"{_full(model.value)} among them",
        remediation=Remediation(
            text=f"Pull the model, or name one that is there ({setting_origin(configuration, 'llm_model')}).",
            commands=(f"OLLAMA_HOST={shlex.quote(remote)} {pull}" if remote else pull,),
        ),
        evidence=(Evidence(source="container", locator=f"GET {endpoint.raw}/api/tags", value=there),),
        endpoints=("llm",),
    )


RULE = Rule(code="SD606", severity=Severity.ERROR, check=check)
