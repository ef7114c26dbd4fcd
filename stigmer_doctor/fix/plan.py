"""From the causes that were found to the changes of one container, and what speaks against making them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from stigmer_doctor.analysis.drift import drift
from stigmer_doctor.analysis.merging import merge
from stigmer_doctor.model.blueprint import Blueprint, ImageState
from stigmer_doctor.model.changes import Changes
from stigmer_doctor.model.facts import Container, Facts, NotMeasured
from stigmer_doctor.model.findings import Diagnosis, Finding, Severity
from stigmer_doctor.model.fixes import FileDiff, Plan, Planned
from stigmer_doctor.rules.codes import about_source, knowing_the_value

_TRIVIAL = ("/tmp", "/run", "/var/run", "/proc", "/sys", "/dev", "/var/tmp")  # noqa: S108 - paths in a container
_TRIVIAL_NAMES = ("__pycache__", ".pytest_cache")
_COMPOSE, _SERVICE = "com.docker.compose.project", "com.docker.compose.service"
_ORCHESTRATED = ("com.docker.swarm.", "io.kubernetes.")


class Wanted(NamedTuple):
    """Root causes, and the changes that they ask for together."""

    changes: Changes
    causes: tuple[Finding, ...]


def wanted(diagnosis: Diagnosis, select: Sequence[str]) -> Wanted:
    """What can be done about a container; of the selected codes (prefixes), all when empty."""
    causes = tuple(
        finding
        for finding in diagnosis.findings
        if finding.root_cause
        and not finding.suppressed
        and not about_source(finding.code)
        and finding.severity is Severity.ERROR
        and (not select or finding.code.startswith(tuple(select)))
    )
    return Wanted(merge(causes, knowing_the_value()), causes)


def plan(
    asked: Wanted, container: Container, *, kept: Sequence[str] = (), files: Sequence[FileDiff] = (), refusal: str = ""
) -> Plan:
    """What would be done, in words. `kept` are the paths to carry over, `files` are compose's."""
    found = asked.causes
    return Plan(
        container=container.name,
        container_id=container.id,
        changes=tuple(Planned(what=cause.message, codes=(cause.code,)) for cause in found if cause.remediation.changes),
        diff=tuple(_diff(container, asked.changes)),
        fixes=tuple(dict.fromkeys(cause.code for cause in found if cause.remediation.changes)),
        manual=tuple(
            Planned(what=cause.remediation.text, codes=(cause.code,), commands=cause.remediation.commands)
            for cause in found
            if not cause.remediation.changes
        ),
        writable_layer_paths=tuple(kept),
        files=tuple(files),
        refusal=refusal,
    )


def drifted(facts: Facts) -> str:
    """Why compose must not recreate the container: its file says something else by now. "" where nothing differs."""
    compose, container = facts.compose, facts.container
    if isinstance(compose, NotMeasured) or not isinstance(container, Container):
        return ""
    service = next((other for other in compose.services if other.name == compose.owner), None)
    found = [difference.what for difference in drift(service, container)] if service else []
    return (
        f"its compose file says something else by now ({', '.join(found)}): let compose recreate it first"
        if found
        else ""
    )


def _diff(container: Container, changes: Changes) -> Iterable[str]:
    if changes.network and changes.network != container.network_mode:
        yield f"- network {container.network_mode}"
        yield f"+ network {changes.network}"
    if changes.network != "host":
        mapped = {host.partition(":")[0]: host for host in container.extra_hosts}
        for name, target in changes.hosts.items():
            if name in mapped:
                yield f"- add-host {mapped[name]}"
            yield f"+ add-host {name}:{target}"
    for name, value in changes.variables.items():
        old = container.variable(name)
        if old is not None:
            yield f"- {name}={old.value}"
        if value is not None:
            yield f"+ {name}={value}"


def kept_paths(old: Blueprint, written: Sequence[tuple[bool, str]]) -> tuple[str, ...]:
    """What is worth carrying over: new folders and files as a whole, and changed files; not what mounts hold, and not
    what programs write for themselves. `written` is what is in the container's own layer."""
    if old.read_only:
        return ()
    new = {path for added, path in written if added}
    parents = {posixpath.dirname(path) for _, path in written}
    kept = [
        path
        for added, path in written
        if not _trivial(path, old.mounted)
        and (posixpath.dirname(path) not in new if added else path not in parents and path not in new)
    ]
    return tuple(sorted(kept))


def _trivial(path: str, mounts: Sequence[str]) -> bool:
    below = any(path == folder or path.startswith(f"{folder}/") for folder in (*_TRIVIAL, *mounts))
    return below or any(name in path.split("/") for name in _TRIVIAL_NAMES) or path.endswith(".pyc")


def refusal_reason(changes: Changes, old: Blueprint, image: ImageState, dependents: Sequence[str]) -> str:
    """What speaks against changing the container, "" for nothing. `dependents` are names of containers that use its
    network."""
    if _COMPOSE in old.labels and not old.labels.get(_SERVICE):
        return "compose owns the container, and its labels do not say of which service it is: change its compose file"
    if any(name.startswith(_ORCHESTRATED) for name in old.labels):
        return "an orchestrator (Swarm, Kubernetes) owns the container: change it there"
    if old.auto_remove:
        return "the container was started with --rm: stopping it would delete it, and nothing could be undone"
    if old.status in ("paused", "removing", "dead"):
        return f"the container is {old.status}" + (": `docker unpause` it first" if old.status == "paused" else "")
    if image is ImageState.DELETED:
        return "the image of the container was deleted: it cannot be created again. Pull or build the image first"
    if dependents:
        return f"{', '.join(dependents)} use its network and would lose it: stop or recreate them first"
    return "" if changes else "no cause that was found is fixed by changing the container"
