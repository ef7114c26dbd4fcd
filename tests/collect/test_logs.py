"""The log as the engine gives it: lines behind its own times."""

from __future__ import annotations

import pytest

from stigmer_doctor.collect.logs import logs
from stigmer_doctor.model import facts as f
from stigmer_doctor.redaction.redactor import SecretRedactor

EARLIER = b"2026-01-22T03:00:00.100000000Z old one\n2026-01-22T03:00:09.500000000Z old two\n"
LATER = b"2026-01-22T03:00:10.200000000Z new one\n2026-01-22T03:00:11.000000000Z new two\n"


def read(raw: bytes, **state: str) -> f.Logs:
    known = {"started_at": "2026-01-22T03:00:10.123456789Z", "finished_at": "2026-01-22T03:00:09.900Z"} | state
    return logs(raw, f.State(status="running", **known), SecretRedactor((), ()), truncated=False)  # type: ignore[arg-type]


def test_lines_of_an_earlier_start_are_counted_apart() -> None:
    found = read(EARLIER + LATER)
    assert found.lines == ("old one", "old two", "new one", "new two")
    assert found.before_start == 2
    assert found.last_at == "2026-01-22T03:00:11.000Z"


def test_what_was_written_just_before_the_engine_noted_the_start_belongs_to_it() -> None:
    early = b"2026-01-22T03:00:10.000000000Z early\n"
    assert read(early + LATER, finished_at="0001-01-01T00:00:00Z").before_start == 0


def test_an_exited_container_has_the_lines_of_its_last_run() -> None:
    assert read(EARLIER + LATER, finished_at="2026-01-22T03:00:12Z").before_start == 2


def test_a_start_that_wrote_nothing_yet_has_no_lines_of_its_own() -> None:
    assert read(EARLIER).before_start == 2


@pytest.mark.parametrize("raw", [b"", b"no time\n", b"2026-99-22T03:00:10Z a\n", b"\xff\x00\n"])
def test_without_times_nothing_is_said_about_them(raw: bytes) -> None:
    found = read(raw)
    assert (found.before_start, found.last_at) == (None, "")
    assert len(found.lines) == raw.count(b"\n")


def test_never_started_is_no_boundary() -> None:
    assert read(LATER, started_at="0001-01-01T00:00:00Z").before_start is None
