"""Traits of source files: what they say of the runner, wherever in them it stands."""

from __future__ import annotations

from collections.abc import Iterator

from stigmer_doctor.analysis.traits.runner import of_container, of_variables
from stigmer_doctor.analysis.traits.trait import Traits, joined, neutral
from stigmer_doctor.model.container import Container
from stigmer_doctor.model.facts import Facts, NotMeasured
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.source import Problem


def compose(facts: Facts, _: Profile) -> Traits | NotMeasured:
    """The services that run the runner."""
    found = facts.compose
    if isinstance(found, NotMeasured):
        return found
    traits = {f"problem in {place}": message for place, message in _problems(found.problems)}
    for service in found.services:
        traits |= _planned(f"service {service.name} in {joined(service.files)}", service.planned)
    return traits


def golang(facts: Facts, _: Profile) -> Traits | NotMeasured:
    """The Go code that starts it."""
    found = facts.go
    if isinstance(found, NotMeasured):
        return found
    traits = {f"problem in {place}": message for place, message in _problems(found.problems)}
    traits |= {f"host networking in {other.span.file}": joined(other.systems) for other in found.host_networks}
    traits |= {f"call of {call.type}.{call.method} in {call.span.file}": "unknown method" for call in found.calls}
    traits |= {f"id file written in {other.span.file}": other.name for other in found.id_files}
    traits |= {f"name not freed in {other.span.file}": other.name for other in found.taken_names}
    for container in found.containers:
        for variable in container.variables:
            traits[f"variable {variable.name} of {container.function}"] = neutral(variable.address or variable.format)
    return traits


def manifests(facts: Facts, _: Profile) -> Traits | NotMeasured:
    """The manifests for Kubernetes."""
    found = facts.manifests
    if isinstance(found, NotMeasured):
        return found
    traits: dict[str, str] = {}
    for container in found.containers:
        traits |= _planned(container.build, container.planned)
    return traits


def _planned(where: str, planned: Container) -> Traits:
    """What the container would be made of."""
    traits = {**of_variables([*planned.environment]), "image": planned.image, **dict(of_container(planned))}
    return {f"{where}: {what}": value for what, value in traits.items()}


def _problems(problems: tuple[Problem, ...]) -> Iterator[tuple[str, str]]:
    return ((problem.file, neutral(problem.message)) for problem in problems)
