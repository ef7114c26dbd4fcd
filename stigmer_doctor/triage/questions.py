"""What the store is asked: which causes, since when, what is new."""

from __future__ import annotations

from itertools import groupby

from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.model.errors import UsageError
from stigmer_doctor.model.tabular import Tabular
from stigmer_doctor.rules.pages import names
from stigmer_doctor.triage.store import Store

_DAY = compiled_later(r"\d{4}-\d\d-\d\d")
_SPARKS = "▁▂▃▄▅▆▇█"
_MOST_DAYS = 60
_ALL = "SELECT count(*) FROM verdicts"


def top(store: Store, most: int) -> Tabular:
    """Root causes by the tickets that they are in."""
    rows = store.asked(
        "SELECT cause, count(*), count(DISTINCT fingerprint), min(checked_at)[:10], max(checked_at)[:10] FROM "
        "(SELECT unnest(causes) AS cause, fingerprint, checked_at FROM verdicts) "
        "GROUP BY cause ORDER BY 2 DESC, 1 LIMIT ?",
        [most],
    )
    known = names()
    return Tabular(
        title=f"Root causes of {_count(store)} tickets",
        columns=("code", "name", "tickets", "fingerprints", "first", "last"),
        rows=tuple((code, known.get(code, ""), *rest) for code, *rest in rows),
        bar="tickets",
    )


def fingerprints(store: Store, most: int) -> Tabular:
    """Faults, each with all that it is made of, by the tickets that have it."""
    rows = store.asked(
        "SELECT fingerprint, any_value(status), any_value(array_to_string(causes, ' ')), count(*), "
        "max(checked_at)[:10] FROM verdicts GROUP BY fingerprint ORDER BY 4 DESC, 1 LIMIT ?",
        [most],
    )
    return Tabular(
        title=f"Faults of {_count(store)} tickets",
        columns=("fingerprint", "status", "causes", "tickets", "last"),
        rows=tuple(rows),
        bar="tickets",
    )


def trend(store: Store, most: int) -> Tabular:
    """Tickets a day for each cause, the last days of those that there are."""
    days = [
        day
        for (day,) in store.asked("SELECT DISTINCT checked_at[:10] FROM verdicts ORDER BY 1 DESC LIMIT ?", [_MOST_DAYS])
    ]
    days.reverse()
    counted = store.asked(
        "SELECT cause, day, count(*) FROM (SELECT unnest(causes) AS cause, checked_at[:10] AS day FROM verdicts) "
        "WHERE list_contains(?, day) GROUP BY ALL ORDER BY 1, 2",
        [days],
    )
    by_cause = {
        code: {day: number for _, day, number in found} for code, found in groupby(counted, key=lambda row: row[0])
    }
    ranked = sorted(by_cause.items(), key=lambda item: (-sum(item[1].values()), item[0]))[:most]
    return Tabular(
        title=f"Tickets a day, {days[0]} to {days[-1]}" if days else "Tickets a day",
        columns=("code", "tickets", "by day"),
        rows=tuple((code, sum(found.values()), _spark([found.get(day, 0) for day in days])) for code, found in ranked),
    )


def compare(store: Store, before: str, after: str) -> Tabular:
    """Root causes of two sets of tickets, in parts of a thousand, what changed most first."""
    one, other = _shares(store, before), _shares(store, after)
    rows = [(code, one.get(code, 0.0), other.get(code, 0.0)) for code in {*one, *other}]
    rows.sort(key=lambda row: (-abs(row[2] - row[1]), row[0]))
    return Tabular(
        title=f"Root causes, tickets in a thousand: {before} and {after}",
        columns=("code", "before", "after", "change"),
        rows=tuple((code, round(was, 1), round(now, 1), round(now - was, 1)) for code, was, now in rows),
    )


def found(store: Store, name: str) -> list[str]:
    """The hashes of the snapshots that are meant: a fingerprint, or the beginning of a hash of 6 characters or more."""
    if len(name) < 6:
        raise UsageError(f"{name!r} is too short for a hash or a fingerprint: give 6 characters or more")
    rows = store.asked(
        "SELECT snapshot FROM verdicts WHERE fingerprint = ? OR starts_with(snapshot, ?) "
        "ORDER BY checked_at DESC, snapshot",
        [name, name.lower()],
    )
    return [row[0] for row in rows]


def facts_of(store: Store, snapshot: str) -> bytes:
    """The snapshot itself."""
    ((facts,),) = store.asked("SELECT facts FROM snapshots WHERE snapshot = ?", [snapshot])
    return str(facts).encode()


def _shares(store: Store, which: str) -> dict[str, float]:
    condition, parameters = _condition(which)
    ((whole,),) = store.asked(f"{_ALL} WHERE {condition}", parameters)
    if not whole:
        raise UsageError(
            f"no ticket is of {which}: name two versions of the doctor, or times such as 2026-01-01..2026-01-31"
        )
    rows = store.asked(
        "SELECT cause, count(*) FROM "  # noqa: S608 - the condition is one of two of ours
        f"(SELECT unnest(causes) AS cause FROM verdicts WHERE {condition}) GROUP BY cause",
        parameters,
    )
    return {code: number * 1000 / whole for code, number in rows}


def _condition(which: str) -> tuple[str, list[object]]:
    first, dots, last = which.partition("..")
    if dots:
        if not (_DAY.fullmatch(first) and _DAY.fullmatch(last)):
            raise UsageError(f"{which!r} is not a time: write days as in 2026-01-01..2026-01-31")
        return "checked_at[:10] BETWEEN ? AND ?", [first, last]
    return "collected_by = ?", [which]


def _count(store: Store) -> int:
    ((number,),) = store.asked(_ALL)
    return int(number)


def _spark(numbers: list[int]) -> str:
    most = max(numbers, default=0)
    return "".join(
        _SPARKS[min(number * len(_SPARKS) // (most + 1), len(_SPARKS) - 1)] if most else " " for number in numbers
    )
