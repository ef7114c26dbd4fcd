"""What changed between two sets of facts, the most telling first: what a person changes before what follows from it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from stigmer_doctor.analysis.traits import machine, pods, runner, services, source
from stigmer_doctor.analysis.traits.trait import TraitGroup, Traits, neutral
from stigmer_doctor.model.differences import FactChange
from stigmer_doctor.model.facts import Facts, NotMeasured
from stigmer_doctor.model.profile import Profile

GROUPS = (
    TraitGroup("container", ("container",), runner.image),
    TraitGroup("variables", ("container",), runner.variables),
    TraitGroup("container", ("container",), runner.settings),
    TraitGroup("source", ("compose",), source.compose, shared=True),
    TraitGroup("source", ("go",), source.golang, shared=True),
    TraitGroup("source", ("manifests",), source.manifests, shared=True),
    TraitGroup("engine", ("search", "place"), machine.engine_in_use),
    TraitGroup("engine", ("engine",), machine.engine),
    TraitGroup("container", ("container",), runner.gateways, shared=True),
    TraitGroup("this machine", ("user_system",), machine.system),
    TraitGroup("this machine", ("listeners",), machine.listeners, " on this machine", shared=True),
    TraitGroup("this machine", ("user_reach",), machine.user_names, " as resolved on this machine", shared=True),
    TraitGroup("code", ("contract",), services.code),
    TraitGroup("container", ("container", "lookup"), runner.state),
    TraitGroup("container", ("container", "lookup", "data_dir"), runner.around, shared=True),
    TraitGroup("this machine", ("user_system",), machine.system_routes),
    TraitGroup("network", ("topology",), machine.routes, " as the way from the container to this machine", shared=True),
    TraitGroup("network", ("container_reach",), services.names, " as resolved in the container", shared=True),
    TraitGroup("services", ("configuration",), services.in_force, missing="the configuration"),
    TraitGroup(
        "services", ("container_reach", "configuration"), services.links, " from the container", shared=True,
        missing="what the container reaches",
    ),
    TraitGroup("services", ("backend", "temporal", "llm", "redis"), services.answers, ", asked with a real client"),
    *(TraitGroup("services", (name,), services.answers_of(name)) for name in ("backend", "temporal", "llm", "redis")),
    TraitGroup("services", ("temporal", "container", "lookup"), services.polled, shared=True),
    TraitGroup("container", ("inside",), services.inside, shared=True),
    TraitGroup(
        "cluster", ("pod", "workload", "replicas", "cluster_services", "network_policies", "config_maps"),
        pods.surroundings, shared=True,
    ),
)  # fmt: skip
"""In the order of relevance."""

NOT_COMPARED = {
    "schema_version": "of the file",
    "tool_version": "said of both",
    "collected_at": "said of both",
    "passive": "said of both",
    "pre": "how it was measured",
    "timeout_s": "how it was measured",
    "source": "how it was measured",
    "named": "how it was measured",
    "logs": "every line has a time of its own; what follows from them is among the findings",
    "comparison": "measured at need only, and in numbers",
    "pod_events": "every event has a time of its own; what follows from them is among the findings",
    "redactions": "counts",
}
"""The facts that no group reads, and why."""

_LONGEST = 300


def fact_changes(before: Facts, after: Facts, profile: Profile) -> Iterator[FactChange]:
    """Every change, in the order of relevance."""
    for group in GROUPS:
        was, now = group.read(before, profile), group.read(after, profile)
        if isinstance(was, NotMeasured) or isinstance(now, NotMeasured):
            if group.missing and type(was) is not type(now):
                yield _change(group, group.missing, _measured(was), _measured(now))
        else:
            yield from _together(group, [*_changed(group, was, now)])


def _measured(traits: Traits | NotMeasured) -> str:
    return f"not measured: {neutral(traits.reason)}" if isinstance(traits, NotMeasured) else "measured"


def _changed(group: TraitGroup, was: Traits, now: Traits) -> Iterator[FactChange]:
    for what in dict.fromkeys((*now, *was)):
        before, after = was.get(what), now.get(what)
        if before != after and not (group.shared and None in (before, after)):
            yield _change(group, what, before, after)


def _together(group: TraitGroup, changes: list[FactChange]) -> Iterator[FactChange]:
    """Several of the same change as one, where the group says so."""
    if not group.suffix:
        yield from changes
        return
    changes.sort(key=lambda change: (change.before or "", change.after or ""))
    for (before, after), same in groupby(changes, lambda change: (change.before, change.after)):
        names = [change.what for change in same]
        several = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
        yield _change(group, several + group.suffix, before, after)


def _change(group: TraitGroup, what: str, before: str | None, after: str | None) -> FactChange:
    return FactChange(area=group.area, what=_short(what) or "", before=_short(before), after=_short(after))


def _short(text: str | None) -> str | None:
    return text if text is None or len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
