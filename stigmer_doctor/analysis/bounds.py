"""How much is judged of what a snapshot or an engine says without measure. The rest is left out, and that is said:
nothing that a real runner has comes near these bounds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from msgspec.structs import replace

from stigmer_doctor.analysis.unread_variables import known_names
from stigmer_doctor.model.facts import Container, Contract, Facts, Logs, NotMeasured
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.record import Fact

MOST_VARIABLES, MOST_READS, MOST_LINES, LONGEST_LINE = 1_000, 2_000, 50_000, 8_192
MOST_PARTS = 2_000
"""Of any other fact: addresses, dials, listeners, pollers, models, ..."""
_OF_A_TREE = 10
"""A source tree may have so many times more."""
_SOURCES = frozenset({"compose", "go", "manifests"})
_IN_PART = {"container": "environment", "contract": "reads", "logs": "lines"}
"""What can be judged in part."""


class Bounded(msgspec.Struct, frozen=True):
    """The facts that are judged, and what was left out of them, in words."""

    facts: Facts
    left_out: tuple[str, ...]


def measurable(facts: Facts) -> Facts:
    """The facts, but for those that have too many parts: they are not measured then, as no part of them can be left out
    without saying what is not so."""
    for name in facts.__struct_fields__:
        fact, most = getattr(facts, name), MOST_PARTS * (_OF_A_TREE if name in _SOURCES else 1)
        if isinstance(fact, NotMeasured) or not isinstance(fact, Fact):
            continue
        rest = replace(fact, **{_IN_PART[name]: ()}) if name in _IN_PART else fact
        if _parts(rest, most) > most:
            reason = f"there is more of it than is judged (over {most:,} parts)"
            facts = replace(facts, **{name: NotMeasured(reason=reason)})
    return facts


def bounded(facts: Facts, profile: Profile) -> Bounded:
    """What is judged of the facts: so many variables, of which those come first that somebody reads, so many places
    that read one, and the end of the log."""
    contract, container, logs = facts.contract, facts.container, facts.logs
    cut: list[str] = []
    if isinstance(contract, Contract) and len(contract.reads) > MOST_READS:
        contract = _contract(contract, known_names(profile) | _names(container), cut)
    if isinstance(container, Container) and len(container.environment) > MOST_VARIABLES:
        container = _container(container, contract, profile, cut)
    if isinstance(logs, Logs):
        logs = _logs(logs, cut)
    if cut:
        facts = replace(facts, contract=contract, container=container, logs=logs)
    return Bounded(facts, tuple(cut))


def _names(container: Container | NotMeasured) -> set[str]:
    return set() if isinstance(container, NotMeasured) else {variable.name for variable in container.environment}


def _contract(contract: Contract, first: set[str], cut: list[str]) -> Contract:
    kept = _lowest([read.name not in first for read in contract.reads], MOST_READS)
    reads = tuple(contract.reads[at] for at in kept)
    said = f"{len(reads):,} of {len(contract.reads):,} places that read a variable were judged"
    cut.append(said)
    return replace(contract, reads=reads, complete=False, detail=said)


def _container(container: Container, contract: Contract | NotMeasured, profile: Profile, cut: list[str]) -> Container:
    """With the variables that somebody reads, then those that look as if they were meant for the runner."""
    known = known_names(profile) | set(profile.shown_variables)
    read = known if isinstance(contract, NotMeasured) else known | {read.name for read in contract.reads}
    ranks = [
        (variable.name not in read) + (not variable.name.startswith(profile.owned_prefixes))
        for variable in container.environment
    ]
    kept = _lowest(ranks, MOST_VARIABLES)
    cut.append(f"{len(kept):,} of {len(container.environment):,} variables were judged, those that are read first")
    return replace(container, environment=tuple(container.environment[at] for at in kept))


def _logs(logs: Logs, cut: list[str]) -> Logs:
    """The last lines, as of a live container."""
    dropped = max(len(logs.lines) - MOST_LINES, 0)
    lines = logs.lines[dropped:]
    if any(len(line) > LONGEST_LINE for line in lines):
        cut.append(f"of each line of the log the first {LONGEST_LINE:,} characters were judged")
        lines = tuple(line[:LONGEST_LINE] for line in lines)
    if dropped:
        cut.append(f"the last {MOST_LINES:,} of {len(logs.lines):,} lines of the log were judged")
    before = None if logs.before_start is None else max(logs.before_start - dropped, 0)
    return replace(logs, lines=lines, truncated=logs.truncated or bool(dropped), before_start=before)


def _lowest(ranks: Sequence[int], most: int) -> list[int]:
    """Where so many of the lowest ranks stand, in their order."""
    return sorted(sorted(range(len(ranks)), key=ranks.__getitem__)[:most])


def _parts(fact: object, enough: int) -> int:
    """How many items its lists have altogether; counted until there are more than `enough`."""
    count, waiting = 0, [fact]
    while waiting and count <= enough:
        items: Iterable[object]
        match waiting.pop():
            case msgspec.Struct() as struct:
                items = [getattr(struct, name) for name in struct.__struct_fields__]
            case tuple() | list() as items:
                count += len(items)
            case dict() as mapping:
                count += len(mapping)
                items = mapping.values()
            case _:
                continue
        waiting.extend(item for item in items if isinstance(item, (msgspec.Struct, tuple, list, dict)))
    return count
