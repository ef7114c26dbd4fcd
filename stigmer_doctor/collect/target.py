"""Which container is meant: the engine's list and what was asked for, to a `Lookup`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from stigmer_doctor.analysis.alike import by_likeness
from stigmer_doctor.collect.options import EngineSource
from stigmer_doctor.model.container import ContainerOnOtherEngine, ContainerSummary, Lookup, Match
from stigmer_doctor.model.errors import DoctorError
from stigmer_doctor.model.inspected import InspectedContainer
from stigmer_doctor.model.profile import Profile

if TYPE_CHECKING:
    from stigmer_doctor.model.facts import Contract


def lookup(asked: str, summaries: Sequence[ContainerSummary], profile: Profile) -> Lookup:
    """Resolve a name, an id or an unambiguous id prefix as the engine does: name first, then id, then prefix."""
    runners = tuple(other for other in summaries if is_runner(other, profile))
    exact = [other for other in summaries if asked.lstrip("/") == other.name or asked == other.id]
    matches = exact or [other for other in summaries if asked and other.id.startswith(asked)]
    if len(matches) == 1:
        return Lookup(asked=asked, match=Match.FOUND, runners=runners, candidates=tuple(matches))
    if matches:
        return Lookup(asked=asked, match=Match.AMBIGUOUS, runners=runners, candidates=tuple(matches))
    nearest = _nearest_first(asked, summaries)
    similar = tuple(other for other in nearest if other not in runners)
    others = tuple(runner for runner in runners if runner not in nearest)
    return Lookup(
        asked=asked,
        match=Match.MISSING,
        runners=(*(runner for runner in nearest if runner in runners), *others),
        candidates=similar,
    )


def _nearest_first(asked: str, summaries: Sequence[ContainerSummary]) -> list[ContainerSummary]:
    """The containers whose names could be meant: those that are alike, then those of which it is a part."""
    alike = by_likeness(asked, {other.name for other in summaries})
    by_name = {name: number for number, name in enumerate(alike)}
    found = [other for other in summaries if asked and (other.name in by_name or asked in other.name)]
    return sorted(found, key=lambda other: by_name.get(other.name, len(alike)))


def lookup_unlisted(asked: str, found: InspectedContainer, reason: str) -> Lookup:
    """The container that the engine inspects under that name, where it does not list its containers."""
    candidate = ContainerSummary(id=found.id, name=found.name, image=found.image, state=found.state.status, created="")
    return Lookup(asked=asked, match=Match.FOUND, detail=reason, candidates=(candidate,))


def elsewhere(asked: str, engines: EngineSource) -> tuple[ContainerOnOtherEngine, ...]:
    """Containers of exactly that name or id on other engines of this machine, which are asked but never used."""
    found = []
    for url in engines.live_sockets():
        with suppress(DoctorError), engines.open_socket(url) as engine:
            found += [
                ContainerOnOtherEngine(endpoint=url, container=other)
                for other in engine.containers()
                if asked in (other.name, other.id)
            ]
    return tuple(found)


def is_runner(container: ContainerSummary, profile: Profile) -> bool:
    """Whether its name or image says that it is an agent-runner."""
    return container.name == profile.container_name or any(image in container.image for image in profile.images)


def is_another(container: ContainerSummary, profile: Profile) -> bool:
    """Whether its name or image is that of another part of Stigmer."""
    return any(word in container.image for word in profile.other_images) or any(
        word in container.name for word in profile.other_containers
    )


def looks_like_runner(given: Collection[str], found: ContainerSummary, contract: Contract, profile: Profile) -> bool:
    """Whether anything says that this is an agent-runner: name, image, an endpoint variable, or code that reads one;
    and nothing says that it is another part of Stigmer, which reads the same variables. `given` are the names of the
    variables that the container has."""
    from stigmer_doctor.model.runner import ContractSource  # who looks for a container does without

    if is_runner(found, profile):
        return True
    names = {name for endpoint in profile.endpoints for name in endpoint.variables}
    if is_another(found, profile) or any(name.startswith(profile.other_variables) for name in given):
        return False
    if names & set(given):
        return True
    return contract.source is ContractSource.IMAGE and any(contract.knows(name) for name in names)
