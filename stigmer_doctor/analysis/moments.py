"""Times in facts: ISO 8601 in UTC, as the engine and Temporal write them."""

from __future__ import annotations

from datetime import UTC, datetime

from stigmer_doctor.lean_objects import compiled_later

_FRACTION = compiled_later(r"\.\d+(?=Z|[+-]|$)")


def instant(text: str) -> datetime | None:
    """The moment, in UTC where the text names no zone; None for the engine's "never" and for what is not a time."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None if aware.year == 1 else aware


def written(moment: datetime) -> str:
    """A moment as a fact has it, to the second."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def seconds(earlier: str, later: str) -> float | None:
    """How many seconds lie between two times; None when one of them is unknown."""
    start, end = instant(earlier), instant(later)
    return None if start is None or end is None else (end - start).total_seconds()


def to_the_second(time: str) -> str:
    """The time without its parts of a second, as people read it."""
    return _FRACTION.sub("", time)
