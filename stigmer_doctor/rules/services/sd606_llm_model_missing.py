"""SD606: Ollama does not have the model that the runner asks for, so every execution fails."""

from __future__ import annotations

from stigmer_doctor.analysis.links import Link, Links
from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.model.facts import Answered, LlmAnswer, NotMeasured, Place
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity, Skip
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules import wording
from stigmer_doctor.rules.commands import command

_IN_POD = " (in a pod of Ollama, or where its Service is forwarded to)"
_LIBRARY = compiled_later(r"^(?:[^/]+\.[^/]+/)?library/")


def check(links: Links, llm: LlmAnswer, place: Place) -> Judgement:
    link = links.usable("llm")
    model = links.configuration.setting("llm_model")
    if isinstance(link, NotMeasured):
        yield Skip(reason=link.reason)
    elif llm.answered is not Answered.YES:
        yield Skip(reason=f"Ollama did not list its models ({llm.answered})")
    elif model is None or not model.value:
        yield Skip(reason="the name of the model is not known")
    elif _full(model.value) not in {_full(other) for other in llm.models}:
        origin = wording.setting_origin(links.configuration, "llm_model")
        where = _IN_POD if place is Place.POD else ""
        yield _finding(link, model.value, llm, f"Pull the model{where}, or name one that is there ({origin}).")


def _full(name: str) -> str:
    """The name as Ollama compares it: any case, without its own library's prefix, `latest` where there is no tag."""
    short = _LIBRARY.sub("", name.strip().lower())
    return short if ":" in short.rpartition("/")[2] else f"{short}:latest"


def _finding(link: Link, model: str, llm: LlmAnswer, advice: str) -> Finding:
    endpoint, there = link.endpoint, ", ".join(llm.models) or "none"
    where = {} if link.to_this_machine else {"OLLAMA_HOST": endpoint.address}
    return Finding(
        subject=model,
        message=f"Ollama at {endpoint.address} does not have the model {model}: every execution fails",
        measured=f"models there: {there}",
        expected=f"{_full(model)} among them",
        remediation=Remediation(
            text=advice,
            commands=(command("ollama", "pull", operands=(model,), environment=where),),
        ),
        evidence=(Evidence(source="container", locator=f"GET {endpoint.raw}/api/tags", value=there),),
        endpoints=("llm",),
    )


RULE = Rule(code="SD606", severity=Severity.ERROR, check=check)
