"""`triage`: what is added once is there once, whatever happens meanwhile, and questions are answered of it."""

from __future__ import annotations

import gzip
import io
import json
import os
import tarfile
import zipfile
from pathlib import Path

import pytest
from msgspec.structs import replace

from stigmer_doctor import snapshot
from stigmer_doctor.cli.main import main
from stigmer_doctor.model import facts as f
from stigmer_doctor.rules.registry import RULES
from stigmer_doctor.triage import judging
from stigmer_doctor.triage.archives import ReadSnapshot
from stigmer_doctor.triage.rows import Judged, UnreadableSnapshot
from tests.healthy import healthy
from tests.rules.vary import failing

pytest.importorskip("duckdb")
NOBODY: dict[str, str] = {}
SHARD = "stigmer_doctor.triage.shards.SHARD"


def saved(number: int, facts: f.Facts) -> bytes:
    """A snapshot of that day of January."""
    return snapshot.dump(replace(facts, collected_at=f"2026-01-{number:02}T10:00:00Z"))


@pytest.fixture(scope="module")
def tickets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three that pass and four whose Temporal is refused, in every kind of container; and what is none."""
    folder = tmp_path_factory.mktemp("tickets")
    refused = failing("temporal", f.Outcome.REFUSED)
    (folder / "a.json").write_bytes(saved(1, healthy()))
    (folder / "same.json").write_bytes(saved(1, healthy()))
    (folder / "deeper").mkdir()
    (folder / "deeper" / "b.json.gz").write_bytes(gzip.compress(saved(2, healthy())))
    with tarfile.open(folder / "more.tar.gz", "w:gz") as archive:
        for number in (3, 4):
            member = tarfile.TarInfo(f"../{number}.json")
            member.size = len(data := saved(number, refused))
            archive.addfile(member, io.BytesIO(data))
    with zipfile.ZipFile(folder / "more.zip", "w") as zipped:
        zipped.writestr("5.json", saved(5, refused))
        zipped.writestr("6.json", saved(6, refused))
        zipped.writestr("7.json", saved(7, healthy()))
    (folder / "broken.json").write_text("{")
    (folder / "notes.txt").write_text("not a snapshot, and not looked at")
    (folder / "cut.zip").write_bytes(b"PK\x03\x04")
    return folder


@pytest.fixture(scope="module")
def store(tickets: Path) -> str:
    name = str(tickets.parent / "store")
    assert main(["triage", "add", str(tickets), "--store", name], NOBODY) == 1
    return name


def asked(capsys: pytest.CaptureFixture[str], store: str, *words: str) -> dict[str, list[dict[str, object]]]:
    main(["triage", *words, "--store", store, "--json"], NOBODY)
    found: dict[str, list[dict[str, object]]] = json.loads(capsys.readouterr().out)
    return found


def rows(capsys: pytest.CaptureFixture[str], store: str) -> list[dict[str, object]]:
    return asked(capsys, store, "sql", "SELECT snapshot, status, causes FROM verdicts ORDER BY snapshot")["rows"]


def test_everything_is_found_once_and_what_is_none_is_named(
    tickets: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = str(tmp_path / "store")
    assert main(["triage", "add", str(tickets), "--store", place], NOBODY) == 1
    said = capsys.readouterr().err
    assert "7 added, 1 known before, 2 unreadable" in said
    assert "cannot read" in said
    assert "broken.json" in said
    assert "cut.zip" in said
    before = rows(capsys, place)
    assert main(["triage", "add", str(tickets), "--store", place], NOBODY) == 1
    assert "0 added, 8 known before, 2 unreadable" in capsys.readouterr().err
    assert rows(capsys, place) == before


def test_an_interrupted_run_and_its_repetition_give_the_same_tables(
    tickets: Path, store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from stigmer_doctor.triage.shards import Shards

    monkeypatch.setattr(SHARD, 2)
    whole, add = Shards.add, []

    def killed(self: Shards, *given: object) -> None:
        add.append(given)
        if len(add) == 3:
            raise KeyboardInterrupt
        whole(self, *given)  # type: ignore[arg-type] # as they came

    monkeypatch.setattr(Shards, "add", killed)
    place = str(tmp_path / "store")
    assert main(["triage", "add", str(tickets), "--store", place], NOBODY) == 130
    monkeypatch.setattr(Shards, "add", whole)
    main(["triage", "add", str(tickets), "--store", place], NOBODY)
    capsys.readouterr()
    assert rows(capsys, place) == rows(capsys, store)
    assert [path.name for path in Path(place).iterdir() if path.name.startswith(".")] == []


def _ended(found: ReadSnapshot, added: str) -> Judged | UnreadableSnapshot:
    if b"poison" in found.data:
        os._exit(9)
    return UnreadableSnapshot(found.name, added)


def test_a_snapshot_that_ends_its_process_costs_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "_row", _ended)  # before the processes are forked
    monkeypatch.setattr(judging, "_BATCH", 2)
    found = [ReadSnapshot(str(number), b"poison" if number == 3 else b"") for number in range(30)]
    made = [(row.name, row.problem) for row in judging.judged(found, 1, "well") if isinstance(row, UnreadableSnapshot)]
    assert made == [(str(n), "the process that judged it has ended" if n == 3 else "well") for n in range(30)]


def test_top_counts_tickets(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    (row,) = asked(capsys, store, "top")["rows"]
    assert (row["code"], row["tickets"], row["fingerprints"]) == ("SD206", 4, 1)
    assert (row["first"], row["last"]) == ("2026-01-03", "2026-01-06")
    faults = asked(capsys, store, "top", "--by-fingerprint")["rows"]
    assert [(fault["status"], fault["tickets"]) for fault in faults] == [("fail", 4), ("pass", 3)]


def test_trend_and_diff_see_the_time(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    (row,) = asked(capsys, store, "trend")["rows"]
    assert row["by day"] == "▁▁████▁".replace("█", str(row["by day"])[2])
    (change,) = asked(capsys, store, "diff", "2026-01-01..2026-01-02", "2026-01-03..2026-01-07")["rows"]
    assert (change["before"], change["after"], change["change"]) == (0.0, 800.0, 800.0)
    (same,) = asked(capsys, store, "diff", "0.0.0-test", "0.0.0-test")["rows"]
    assert same["change"] == 0.0


def test_a_stored_snapshot_is_shown_as_check_shows_it(
    store: str, tickets: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (row, *_) = asked(capsys, store, "sql", "SELECT snapshot, fingerprint FROM verdicts WHERE status = 'pass'")["rows"]
    assert main(["triage", "show", str(row["snapshot"])[:12], "--store", store], NOBODY) == 0
    assert capsys.readouterr().out.startswith("PASS  ")
    assert main(["triage", "show", str(row["fingerprint"]), "--store", store], NOBODY) == 0
    assert "the newest of 3" in capsys.readouterr().err
    del tickets


def test_rejudge_finds_exactly_the_rule_that_was_changed(
    store: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["triage", "rejudge", "--store", store], NOBODY) == 0
    assert "0 of 7 verdicts change" in capsys.readouterr().out
    less = tuple(rule for rule in RULES if rule.code != "SD206")
    monkeypatch.setattr("stigmer_doctor.triage.judging.RULES", less)  # before the processes are forked
    assert main(["triage", "rejudge", "--store", store, "--json"], NOBODY) == 1
    (change,) = json.loads(capsys.readouterr().out)["rows"]
    assert (change["before"], change["tickets"]) == ("fail SD206", 4)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_text('/etc/hostname')",
        "COPY verdicts TO '/tmp/out.csv'",
        "DROP VIEW verdicts",
        "SELECT 1; SELECT 2",
        "EXPLAIN ANALYZE SELECT 1",
        "SET enable_external_access = true",
        "INSTALL httpfs",
        "ATTACH '/tmp/other.db'",
        "nonsense",
    ],
)
def test_a_question_reads_the_tables_and_nothing_else(
    query: str, store: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["triage", "sql", query, "--store", store], NOBODY) == 2
    assert capsys.readouterr().err.startswith("stigmer-doctor: cannot answer that: ")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["add"], "takes 1 path or more"),
        (["top", "x"], "takes no argument"),
        (["diff", "a"], "takes 2 arguments"),
        (["show", "x"], "is too short"),
        (["show", "abcdefabcdef"], "the store has no snapshot"),
        (["diff", "yesterday", "today"], "no ticket is of yesterday"),
        (["diff", "2026..2027", "today"], "is not a time"),
    ],
)
def test_mistakes_get_one_line(words: list[str], said: str, store: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["triage", *words, "--store", store], NOBODY) == 2
    assert said in capsys.readouterr().err


def test_a_store_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["triage", "top", "--store", str(tmp_path / "other")], NOBODY) == 0
    assert "other has no snapshot yet: `triage add PATH` fills it" in capsys.readouterr().err


def test_a_store_that_is_broken_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "verdicts").mkdir()
    (tmp_path / "verdicts" / "x.parquet").write_text("nonsense")
    assert main(["triage", "top", "--store", str(tmp_path)], NOBODY) == 3
    assert "cannot be read" in capsys.readouterr().err
