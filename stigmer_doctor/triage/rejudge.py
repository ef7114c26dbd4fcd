"""Which verdicts are others under this version of the rules, and how: the regression test of rules on real tickets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stigmer_doctor.model.tabular import Tabular
from stigmer_doctor.triage.judging import diagnosis_of
from stigmer_doctor.triage.processes import pool
from stigmer_doctor.triage.store import Store

_BATCH = 256
_EXAMPLES = 3
_ROWS = (
    "SELECT snapshot, status, array_to_string(causes, ' '), facts FROM verdicts JOIN snapshots USING (snapshot) "
    "ORDER BY snapshot"
)
Kept = tuple[str, str, str, str]


def rejudge(store: Store, processes: int) -> Tabular:
    """Every verdict that changes, with how many do so in the same way."""
    changes: dict[tuple[str, str], list[str]] = {}
    whole = 0
    with pool(processes) as judges:
        for batches in _batches(store):
            for results in judges.map(_again, batches):
                for snapshot, before, after in results:
                    whole += 1
                    if before != after:
                        changes.setdefault((before, after), []).append(snapshot[:12])
    ranked = sorted(changes.items(), key=lambda item: (-len(item[1]), item[0]))
    return Tabular(
        title=f"{sum(map(len, changes.values()))} of {whole} verdicts change under these rules",
        columns=("before", "after", "tickets", "such as"),
        rows=tuple((*way, len(names), " ".join(names[:_EXAMPLES])) for way, names in ranked),
        bar="tickets",
    )


def _batches(store: Store) -> Iterator[list[list[Kept]]]:
    """Shard by shard, as the store may hold more than the memory does: each snapshot once, also where shards are merged
    meanwhile."""
    done: set[str] = set()
    seen: set[str] = set()
    while names := sorted(set(store.shards.names()) - done):
        done.add(names[0])
        rows = [(row[0], row[1], row[2], row[3]) for row in store.asked(_ROWS, shard=names[0]) if row[0] not in seen]
        seen.update(row[0] for row in rows)
        yield [rows[at : at + _BATCH] for at in range(0, len(rows), _BATCH)]


def _again(batch: Sequence[Kept]) -> list[tuple[str, str, str]]:
    found = []
    for snapshot, status, causes, facts in batch:
        _, diagnosis = diagnosis_of(facts.encode(), snapshot)
        codes = sorted({finding.code for finding in diagnosis.findings if finding.root_cause})
        found.append((snapshot, f"{status} {causes}".strip(), f"{diagnosis.status.value} {' '.join(codes)}".strip()))
    return found
