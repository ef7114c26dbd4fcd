"""Small shards become few, and whatever ends that, no row is lost and none is there twice."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from stigmer_doctor.adapters.files.lock import try_lock
from stigmer_doctor.model.errors import CannotDiagnose

pytest.importorskip("duckdb")
from stigmer_doctor.triage import shards
from stigmer_doctor.triage.rows import COLUMNS
from stigmer_doctor.triage.store import Store

Rows = list[tuple[object, ...]]
_ALL = "SELECT snapshot, added, codes, facts FROM verdicts JOIN snapshots USING (snapshot) ORDER BY ALL"


class Killed(BaseException):
    """Nothing contains it."""


def row(snapshot: int, added: str = "2026-01-01") -> bytes:
    empty = {name: [] if kind.endswith("[]") else "" for name, kind in COLUMNS.items()}
    kept = {"snapshot": f"{snapshot:064x}", "added": added, "codes": ["SD206"], "facts": f"{{{snapshot}}}"}
    return json.dumps({**empty, **kept}).encode()


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with so many shards of two rows."""
    store = Store(tmp_path_factory.mktemp("store"))
    for at in range(3):
        store.shards.add([row(2 * at + 1), row(2 * at)])
    return store.shards.verdicts.parent


@pytest.fixture
def store(three: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The same, where three are many."""
    monkeypatch.setattr(shards, "_MOST_SMALL", 3)
    shutil.copytree(three, tmp_path / "store")
    return Store(tmp_path / "store")


def test_many_small_shards_become_one(store: Store) -> None:
    before = store.asked(_ALL)
    store.shards.tidy()
    assert (len(store.shards.names()), len(before), store.asked(_ALL)) == (1, 6, before)
    assert [path.stem for path in store.shards.snapshots.iterdir()] == store.shards.names()
    store.shards.tidy()
    assert store.asked(_ALL) == before


def test_few_stay_and_none_becomes_too_large(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "SHARD", 4)  # twice two rows, and not three times
    store.shards.tidy()
    assert len(store.shards.names()) == 2
    store.shards.tidy()
    assert len(store.shards.names()) == 2


def test_what_another_process_has_added_meanwhile_is_not_added_again(store: Store) -> None:
    before = store.asked(_ALL)
    store.shards.add([row(number, "2026-02-02") for number in range(4, 8)])
    assert [line for line in store.asked(_ALL) if line[1] == "2026-01-01"] == before
    assert [line[1] for line in store.asked(_ALL)][6:] == ["2026-02-02"] * 2


@pytest.mark.parametrize("last", range(11))
def test_a_process_that_is_killed_while_it_merges_costs_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch, last: int
) -> None:
    """Whichever move or removal is the last that it made."""
    before = store.asked(_ALL)
    with monkeypatch.context() as killing:
        left = [last]

        def counted(change: str) -> None:
            whole = getattr(Path, change)

            def perhaps(self: Path, *given: object, **named: object) -> object:
                if not left[0]:
                    raise Killed
                left[0] -= 1
                return whole(self, *given, **named)

            killing.setattr(Path, change, perhaps)

        counted("replace")
        counted("unlink")
        try:
            store.shards.tidy()
        except Killed:
            assert last < 10
    assert store.asked(_ALL) == before
    store.shards.add([row(1000)])
    assert [line for line in store.asked(_ALL) if line[3] != "{1000}"] == before
    names = [path.stem for path in store.shards.snapshots.iterdir()]
    assert sorted(names) == store.shards.names(), "snapshots without verdicts are swept up"


def test_what_a_killed_process_left_is_swept_up(store: Store) -> None:
    unfinished = store.shards.verdicts.parent / ".adding-x"
    unfinished.mkdir()
    (unfinished / "rows.ndjson").write_text("{")
    (store.shards.snapshots / "orphan.parquet").write_text("")
    store.shards.add([row(500)])
    assert len(list(store.shards.snapshots.iterdir())) == 4
    assert not unfinished.exists()


def test_two_do_not_write_at_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    handle = os.open(store.shards.verdicts.parent / "writing.lock", os.O_RDWR)
    assert try_lock(handle)
    monkeypatch.setattr(shards, "_LONGEST_WAIT_S", 0)
    with pytest.raises(CannotDiagnose, match="another process"):
        store.shards.add([row(700)])
    os.close(handle)
    store.shards.add([row(700)])


def test_what_the_disk_refuses_is_said_and_leaves_the_store_as_it_was(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = store.asked(_ALL)
    with monkeypatch.context() as full:
        full.setattr(Path, "write_bytes", lambda *_: os.open(os.devnull, os.O_CREAT | os.O_EXCL))
        with pytest.raises(CannotDiagnose, match="cannot be written: File exists"):
            store.shards.add([row(700)])
    assert store.asked(_ALL) == before
    assert [path.name for path in store.shards.verdicts.parent.iterdir() if path.name.startswith(".")] == []


def test_a_store_that_is_a_file_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotDiagnose, match="cannot be written"):
        Store(tmp_path / "file").shards.add([row(1)])


def test_a_damaged_shard_is_named_and_the_others_are_there_without_it(store: Store) -> None:
    name, *others = store.shards.names()
    damaged = [folder / f"{name}.parquet" for folder in (store.shards.verdicts, store.shards.snapshots)]
    damaged[0].write_bytes(damaged[0].read_bytes()[:300])
    with pytest.raises(CannotDiagnose, match=rf"cannot be read: .*{name}\.parquet'?$"):
        store.hashes()
    for file in damaged:
        file.unlink()
    assert len(store.hashes()) == 2 * len(others)
