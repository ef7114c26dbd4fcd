"""The state folder: ours alone, and what is wrong with it in one line."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from stigmer_doctor.adapters.files.state import StateFolder
from stigmer_doctor.cli.main import main
from stigmer_doctor.model.errors import DoctorError
from stigmer_doctor.model.exit_codes import ExitCode
from stigmer_doctor.model.fixes import Journal, Plan

posix = pytest.mark.skipif(sys.platform == "win32", reason="owners and modes are POSIX's")
root = pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root can be somebody else too")
NOBODY = 65534


def journal(journal_id: str = "2026-11-28-0a", at: str = "2026-11-28T00:00:00Z") -> Journal:
    return Journal(id=journal_id, at=at, engine="", name="runner", plan=Plan(container="runner", container_id=""))


@pytest.fixture
def state(tmp_path: Path) -> StateFolder:
    return StateFolder({"HOME": str(tmp_path), "LOCALAPPDATA": str(tmp_path)})


def test_a_journal_comes_back_until_it_is_forgotten(state: StateFolder) -> None:
    state.save(journal())
    state.save(journal("2026-11-28-0b", "2026-11-27T00:00:00Z"))
    assert [found.id for found in state.journals()] == ["2026-11-28-0b", "2026-11-28-0a"]
    state.forget(journal())
    state.forget(journal())
    assert [found.id for found in state.journals()] == ["2026-11-28-0b"]
    assert not state.unreadable()


def test_without_a_folder_there_is_no_journal_and_none_is_made(state: StateFolder) -> None:
    assert not state.journals()
    assert not state.folder.exists()


@posix
def test_the_folder_and_its_files_are_for_their_user_only(state: StateFolder) -> None:
    kept = os.umask(0)
    try:
        state.save(journal())
        with state.locked("runner"):
            pass
    finally:
        os.umask(kept)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (state.folder, *state.folder.iterdir())}
    assert modes == {"stigmer-doctor": 0o700, "2026-11-28-0a.json": 0o600, "runner.lock": 0o600}


@posix
def test_a_folder_that_others_could_look_into_is_closed_to_them(state: StateFolder) -> None:
    state.save(journal())
    state.folder.chmod(0o755)
    assert state.journals()
    assert stat.S_IMODE(state.folder.stat().st_mode) == 0o700


def _writable(state: StateFolder) -> None:
    state.folder.mkdir(parents=True)
    state.folder.chmod(0o777)


def _link(state: StateFolder) -> None:
    (state.folder.parent / "other").mkdir(parents=True)
    state.folder.symlink_to(state.folder.parent / "other")


def _file(state: StateFolder) -> None:
    state.folder.parent.mkdir(parents=True)
    state.folder.touch()


@posix
@pytest.mark.parametrize(
    ("made", "said"),
    [(_writable, r"others may write to it \(mode 0777\)"), (_link, "it is a link"), (_file, "File exists|no folder")],
)
def test_a_folder_that_is_not_ours_alone_is_refused(
    made: Callable[[StateFolder], None], said: str, state: StateFolder
) -> None:
    made(state)
    for use in (lambda: state.save(journal()), state.journals, state.unreadable, lambda: state.locked("x").__enter__()):
        with pytest.raises(DoctorError, match=f"cannot be used: .*({said})"):
            use()


@root
def test_another_users_folder_is_refused(state: StateFolder) -> None:
    state.save(journal())
    os.chown(state.folder, NOBODY, NOBODY)
    with pytest.raises(DoctorError, match=f"belongs to another user .uid {NOBODY}"):
        state.journals()


@root
def test_a_folder_that_may_not_be_written_to_is_one_line(state: StateFolder) -> None:
    os.seteuid(NOBODY)
    try:
        with pytest.raises(DoctorError, match="cannot be used: Permission denied"):
            state.save(journal())
    finally:
        os.seteuid(0)


@root
@pytest.mark.parametrize("what", ["owner", "mode", "link"])
def test_a_file_in_it_that_is_somebody_elses_is_named(what: str, state: StateFolder) -> None:
    state.save(journal())
    path = state.folder / "2026-11-28-0a.json"
    if what == "owner":
        os.chown(path, NOBODY, NOBODY)
    elif what == "mode":
        path.chmod(0o666)
    else:
        path.rename(state.folder.parent / "elsewhere")
        path.symlink_to(state.folder.parent / "elsewhere")
    assert not state.journals()
    (line,) = state.unreadable()
    assert str(path) in line


@posix
def test_a_lock_is_no_way_out_of_the_folder(state: StateFolder) -> None:
    state.save(journal())
    target = state.folder.parent / "target"
    target.write_bytes(b"kept")
    (state.folder / "runner.lock").symlink_to(target)
    with pytest.raises(DoctorError, match="cannot be used"), state.locked("runner"):
        pass
    assert target.read_bytes() == b"kept"


def test_a_name_of_any_length_can_be_locked(state: StateFolder) -> None:
    with state.locked("../" + "x" * 5000):
        assert [path.parent for path in state.folder.iterdir()] == [state.folder]


@pytest.mark.parametrize("journal_id", ["../x", "/etc/x", "", ".x", "a/b", "x" * 300, "x\0", "x\n"])
def test_an_id_does_not_lead_out_of_the_folder(journal_id: str, state: StateFolder) -> None:
    for use in (state.save, state.forget):
        state.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with pytest.raises(DoctorError, match="not the id of a fix"):
            use(journal(journal_id))
    assert not list(state.folder.iterdir())


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "truncated"),
        (b"{}", "missing required field"),
        (b"\xff", "malformed"),
        (b'{"id": "\xff"}', "utf-8"),
        (b'{"old": ' + b'{"a": ' * 100_000, "deserializing"),
        (msgspec.json.encode(journal("../../x")), "not the id of a fix"),
        (msgspec.json.encode(journal("another")), "called otherwise"),
    ],
)
def test_a_journal_that_cannot_be_read_is_named(raw: bytes, said: str, state: StateFolder) -> None:
    state.save(journal())
    (state.folder / "bad.json").write_bytes(raw)
    assert [found.id for found in state.journals()] == [journal().id]
    (line,) = state.unreadable()
    assert str(state.folder / "bad.json") in line
    assert said in line.casefold()


def test_undo_names_a_journal_that_cannot_be_read_and_fix_stops(
    state: StateFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    state.save(journal())
    (state.folder / "bad.json").write_bytes(b"{")
    home = str(state.folder.parents[2])
    environ = {"HOME": home, "LOCALAPPDATA": home, "DOCKER_HOST": "unix:///nonexistent.sock"}
    assert main(["undo", "--list"], environ) == ExitCode.OK
    assert "bad.json cannot be read" in capsys.readouterr().err
    assert main(["fix", "--yes"], environ) == ExitCode.USAGE
    assert "bad.json cannot be read" in capsys.readouterr().err


@posix
def test_a_folder_that_is_refused_is_one_line_and_exit_code_2(
    state: StateFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    _writable(state)
    environ = {"HOME": str(state.folder.parents[2]), "DOCKER_HOST": "unix:///nonexistent.sock"}
    for arguments in (["undo", "--list"], ["undo"], ["fix"], ["fix", "--dry-run"]):
        assert main(arguments, environ) == ExitCode.USAGE
        said = capsys.readouterr().err
        assert said.count("\n") == 1
        assert "others may write to it" in said


@posix
def test_a_relative_folder_of_the_environment_counts_for_nothing(tmp_path: Path) -> None:
    folder = StateFolder({"XDG_STATE_HOME": "state", "HOME": str(tmp_path)}).folder
    assert folder == tmp_path / ".local" / "state" / "stigmer-doctor"


def test_a_full_disk_is_one_line(state: StateFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    state.save(journal())

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(DoctorError, match="cannot be used: No space left on device"):
        state.save(journal("2026-11-28-0b"))
    assert [path.name for path in state.folder.iterdir()] == ["2026-11-28-0a.json"]


def test_a_lock_does_not_need_room(state: StateFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.write", full)
    with state.locked("runner"), pytest.raises(DoctorError, match="another fix of runner"), state.locked("runner"):
        pass
