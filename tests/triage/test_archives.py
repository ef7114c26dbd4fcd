"""Archives that mean harm cost themselves, and bounded time and memory."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from stigmer_doctor.triage import archives
from stigmer_doctor.triage.archives import ReadSnapshot
from stigmer_doctor.triage.reading import snapshots

MIB = 1024 * 1024


def read(path: Path) -> list[ReadSnapshot]:
    return list(snapshots([path]))


def problems(path: Path) -> list[str]:
    return [found.problem for found in read(path)]


def tar(path: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    with tarfile.open(path, "w:gz", compresslevel=1) as archive:
        for info, data in members:
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def link(name: str, to: str, kind: bytes) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, to
    return info, b""


def test_members_stay_where_they_are_and_links_lead_nowhere(tmp_path: Path) -> None:
    path = tar(
        tmp_path / "x.tar.gz",
        (tarfile.TarInfo("../../out.json"), b"one"),
        (tarfile.TarInfo("/etc/out.json"), b"two"),
        link("passwd.json", "/etc/passwd", tarfile.SYMTYPE),
        link("pipe.json", "", tarfile.FIFOTYPE),
    )
    assert [found.data for found in read(path)] == [b"one", b"two"]
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.tar.gz"]


def test_a_member_that_grows_costs_itself(tmp_path: Path) -> None:
    bomb = bytes(archives.MOST_BYTES + 1)
    path = tar(tmp_path / "x.tgz", (tarfile.TarInfo("a.json"), bomb), (tarfile.TarInfo("b.json"), b"good"))
    assert problems(path) == ["it is larger than 16 MiB", ""]
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.json", bomb)
        archive.writestr("b.json.gz", gzip.compress(bomb, 1))
        archive.writestr("c.json", b"good")
    assert problems(tmp_path / "x.zip") == ["it is larger than 16 MiB"] * 2 + [""]


def test_a_header_that_is_longer_than_a_snapshot_is_not_read(tmp_path: Path) -> None:
    """The library would take memory for all of it."""
    info = tarfile.TarInfo("name")
    info.type = tarfile.GNUTYPE_LONGNAME
    path = tar(tmp_path / "x.tar.gz", (info, bytes(archives.MOST_BYTES + 1)))
    assert problems(path) == ["a part of it is larger than 16 MiB"]


def test_what_is_passed_over_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_UNPACKED", MIB)
    path = tar(tmp_path / "x.tgz", (tarfile.TarInfo("a.json"), b"good"), (tarfile.TarInfo("b.bin"), bytes(2 * MIB)))
    assert [found.problem[:16] for found in read(path)] == ["", "it has more than"]
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("a.json", "b.json", "c.json"):
            archive.writestr(name, bytes(MIB))
    assert [found.problem[:16] for found in read(tmp_path / "x.zip")] == ["", "", "it has more than"]


def test_so_many_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_MEMBERS", 2)
    path = tar(tmp_path / "x.tgz", *((tarfile.TarInfo(f"{number}.json"), b"good") for number in range(3)))
    assert [found.problem[:16] for found in read(path)] == ["", "", "it has more than"]


def test_methods_whose_unpackers_take_any_memory_are_not_used(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.json", b"{}")
    assert problems(tmp_path / "x.zip") == ["it is compressed in a way that is not read: use deflate"]


def test_a_member_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.json", b"secret")
        archive.writestr("b.json", b"good")
    raw = bytearray(path.read_bytes())
    raw[raw.find(b"PK\x01\x02") + 8] |= 1  # it is encrypted, as the directory has it
    path.write_bytes(raw)
    first, second = read(path)
    assert "encrypted" in first.problem
    assert first.name.endswith("x.zip:a.json")
    assert second.data == b"good"


@pytest.mark.parametrize("ending", [".tar", ".tar.gz", ".tgz", ".zip", ".json.gz"])
@pytest.mark.parametrize("raw", [b"", b"x", b"PK\x05\x06", b"\x1f\x8b\x08", b"BZh91AY", b"\xfd7zXZ\x00"])
def test_what_is_no_archive_is_named(tmp_path: Path, ending: str, raw: bytes) -> None:
    path = tmp_path / f"x{ending}"
    path.write_bytes(raw)
    (found,) = read(path)
    assert found.problem or not found.data


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are none")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    for name in ("x.tar", "x.zip", "x.json"):
        os.mkfifo(tmp_path / name)
        assert problems(tmp_path / name) == ["it is not a regular file"]
