"""Manifests to facts: the containers that run the runner, with what is in force in each build."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from stigmer_doctor.collect.configuration import configuration
from stigmer_doctor.collect.planned import planned_container
from stigmer_doctor.collect.spans import without_secrets
from stigmer_doctor.model.facts import Contract, NotMeasured, Variable
from stigmer_doctor.model.manifests import ManifestContainer, ManifestFiles, ManifestVariable
from stigmer_doctor.model.ports import Redactor, SourceFiles
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.source.manifests.builds import KUSTOMIZATIONS, Build, Builds
from stigmer_doctor.source.manifests.workload import ManifestValue, Runs, Workload

_LATER = "(filled in later)"


class ManifestReader(msgspec.Struct, frozen=True):
    """What manifests are looked at with."""

    files: SourceFiles
    contract: Contract
    profile: Profile
    redactor: Redactor


def manifest_files(paths: Sequence[str], reader: ManifestReader) -> ManifestFiles | NotMeasured:
    """What the manifests among the files say of the runner; `paths` are the tree's YAML files."""
    words = [service.encode() for service in (*reader.profile.compose_services, *reader.profile.images)]
    mine = [path for path in paths if _speaks(reader.files.read(path) or b"", words)]
    if not mine:
        return NotMeasured(reason="no manifest of the source tree runs the runner")
    kustomizations = [path for path in paths if path.rpartition("/")[2] in KUSTOMIZATIONS]
    builds = Builds(reader.files.read, kustomizations).all(mine)
    found = [container for build in builds for container in _containers(build, reader)]
    if not found:
        return NotMeasured(reason="no manifest of the source tree runs the runner")
    return ManifestFiles(files=tuple(mine), contract=reader.contract, containers=tuple(found))


def _speaks(raw: bytes, words: list[bytes]) -> bool:
    return (b"kind:" in raw or b"newName:" in raw) and any(word in raw for word in words)


def _containers(build: Build, reader: ManifestReader) -> list[ManifestContainer]:
    return [
        _container(build, workload, container, reader)
        for workload in build.workloads
        for container in workload.containers.values()
        if any(_runs_the_runner(image, reader.profile) for image in (container.image, container.renamed))
    ]


def _runs_the_runner(image: str, profile: Profile) -> bool:
    name = image.partition("@")[0].rpartition("/")[2].partition(":")[0]
    return name in profile.compose_services or any(other in image for other in profile.images)


def _container(build: Build, workload: Workload, runs: Runs, reader: ManifestReader) -> ManifestContainer:
    variables = _variables(runs, reader)
    planned = planned_container(
        workload.name,
        image=reader.redactor.reference(runs.renamed or runs.image, "manifests"),
        network_mode="host" if workload.host_network else "pod",
        environment=tuple(variables.values()),
    )
    return ManifestContainer(
        build=build.place,
        place=runs.document.span(runs.place).place,
        planned=planned,
        configuration=configuration(planned, reader.contract, reader.profile),
        environment=tuple(
            _variable(variable, variables[variable.name], reader) for variable in runs.environment.values()
        ),
        base=build.base,
        alone=not workload.host_network and len(workload.containers) == 1,
        open_ended=runs.open_ended,
        unread=workload.unread,
    )


def _variables(runs: Runs, reader: ManifestReader) -> dict[str, Variable]:
    """By name. What stands for a value that is filled in later is our own word, and no secret to be learnt."""
    texts = {variable.name: variable.text for variable in runs.environment.values()}
    shown = reader.redactor.environment({name: text for name, text in texts.items() if text is not None}, "manifests")
    found = {name: shown.get(name, (_LATER, False)) for name in texts}
    return {name: Variable(name=name, value=value, hidden=hidden) for name, (value, hidden) in found.items()}


def _variable(value: ManifestValue, variable: Variable, reader: ManifestReader) -> ManifestVariable:
    span = value.document.span(value.key)
    clean = without_secrets(span, reader.redactor, "manifests")
    editable = not value.via and value.key.value == value.document.source.text[value.key.start : value.key.end]
    return ManifestVariable(
        variable=variable,
        place=span.place,
        opaque=value.text is None,
        name_at=clean if editable else None,
        line=reader.redactor.text(span.lines[0].strip(), "manifests"),
    )
