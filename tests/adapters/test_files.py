"""Files that others name: real ones, in a temporary folder."""

import ast
import os
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest

import stigmer_doctor
from stigmer_doctor.adapters.files.local_files import LocalFiles
from stigmer_doctor.adapters.files.regular import MOST_BYTES, read_regular, read_whole
from stigmer_doctor.adapters.files.source_files import SourceTree
from stigmer_doctor.adapters.machine.user_machine import LocalMachine
from stigmer_doctor.model.errors import DoctorError

posix = pytest.mark.skipif(sys.platform == "win32", reason="named pipes and devices are files on POSIX only")

# What may open a file by itself, and why.
OPENERS = {
    "adapters/files/atomic.py": "the new file that takes the old one's place",
    "adapters/files/private.py": "our own folder, and the locks in it",
    "adapters/files/regular.py": "the one function",
    "adapters/machine/beacons.py": "/proc",
    "adapters/machine/linux_sockets.py": "/proc",
    "adapters/machine/routing.py": "/proc",
    "adapters/machine/system.py": "/etc/os-release",
    "cli/completion.py": "our own package",
    "cli/output.py": "the user's --output",
    "cli/read.py": "the user's snapshot, which may be a pipe",
    "cli/streams.py": "the null device",
    "lean_modules.py": "our own package, compiled",
    "profile.py": "our own package",
    "redaction/words.py": "our own package",
    "render/html_page.py": "our own package",
    "rules/pages.py": "our own package",
    "triage/archives.py": "the members of archives that the user names, from memory",
    "triage/shards.py": "the shards of the store, and its lock",
}


@posix
@pytest.mark.parametrize("kind", ["pipe", "device", "folder", "link to a device"])
def test_only_regular_files_are_read(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "odd"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "link to a device":
        path.symlink_to("/dev/zero")
    else:
        path = Path("/dev/zero")
    with pytest.raises(OSError, match="not a regular file"):
        read_whole(path)
    assert SourceTree(str(tmp_path)).read(str(path)) is None
    with pytest.raises(DoctorError, match="not a regular file"):
        LocalFiles().read(str(path))


@posix
def test_a_pipe_in_the_place_of_an_id_file_is_an_error(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "id")
    assert "not a regular file" in (LocalMachine().data_dir(str(tmp_path), ("id",)).error or "")


def test_a_file_is_read_up_to_the_cap(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"12345")
    assert read_regular(tmp_path / "file", 3) == b"123"


def test_a_file_that_is_to_be_changed_is_never_cut(tmp_path: Path) -> None:
    with (tmp_path / "file").open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(DoctorError, match="larger than 64 MiB"):
        LocalFiles().read(str(tmp_path / "file"))


def test_the_home_of_nobody_is_an_error() -> None:
    with pytest.raises(DoctorError, match="no such user"):
        LocalFiles().read("~nobody-of-this-name/x")
    with pytest.raises(DoctorError, match="no such user"):
        LocalFiles().write("~nobody-of-this-name/x", b"")
    assert SourceTree().read("~nobody-of-this-name/x") is None


@posix
def test_a_link_is_followed_only_where_that_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"1")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    assert read_whole(tmp_path / "link") == b"1"
    with pytest.raises(OSError, match="not a regular file"):
        read_regular(tmp_path / "link", 1, follow=False)


@posix
@pytest.mark.parametrize("kind", ["read-only", "hard links"])
def test_a_protected_or_shared_file_is_not_replaced(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "compose.yaml"
    path.write_bytes(b"old")
    if kind == "read-only":
        path.chmod(0o444)
    else:
        (tmp_path / "other").hardlink_to(path)
    with pytest.raises(DoctorError, match=kind):
        LocalFiles().write(str(path), b"new")
    assert path.read_bytes() == b"old"


@pytest.mark.skipif(sys.platform != "linux", reason="Python offers extended attributes on Linux only")
def test_extended_attributes_lists_and_the_owner_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "compose.yaml"
    path.write_bytes(b"old")
    # Version 2: the owner 6, the user 1000 4, the group 4, the mask 6, others 4, as acl(5) lays them out.
    entries = "01000600ffffffff 02000400e8030000 04000400ffffffff 10000600ffffffff 20000400ffffffff"
    attributes = {"user.note": b"kept", "system.posix_acl_access": bytes.fromhex("02000000" + entries.replace(" ", ""))}
    try:
        for name, value in attributes.items():
            os.setxattr(path, name, value)
    except OSError:
        pytest.skip("this file system has no extended attributes")
    if os.geteuid() == 0:
        os.chown(path, 65534, 65534)
    before = path.stat()
    LocalFiles().write(str(path), b"new")
    after = path.stat()
    assert path.read_bytes() == b"new"
    assert {name: os.getxattr(path, name) for name in attributes} == attributes
    assert (after.st_uid, after.st_gid, after.st_mode) == (before.st_uid, before.st_gid, before.st_mode)
    assert after.st_ino != before.st_ino


@pytest.mark.skipif(sys.platform != "linux", reason="Python offers extended attributes on Linux only")
def test_a_file_whose_attributes_cannot_be_kept_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "compose.yaml"
    path.write_bytes(b"old")
    try:
        os.setxattr(path, "user.note", b"kept")
    except OSError:
        pytest.skip("this file system has no extended attributes")

    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("os.setxattr", refuse)
    with pytest.raises(DoctorError, match=r"its attribute user.note cannot be kept \(Operation not permitted\)"):
        LocalFiles().write(str(path), b"new")
    assert path.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["compose.yaml"]


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root can be somebody else too")
def test_a_file_of_another_user_is_left_alone() -> None:
    with tempfile.TemporaryDirectory() as folder:  # pytest's own are for their user only
        Path(folder).chmod(0o777)
        path = Path(folder, "compose.yaml")
        path.write_bytes(b"old")
        path.chmod(0o666)
        os.seteuid(65534)
        try:
            with pytest.raises(DoctorError, match="its owner or group cannot be kept"):
                LocalFiles().write(str(path), b"new")
        finally:
            os.seteuid(0)
        assert path.read_bytes() == b"old"


def test_on_macos_the_system_copies_attributes_and_lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As far as that can be said elsewhere: what is called, and that a failure refuses the file."""
    calls: list[tuple[object, ...]] = []

    def fcopyfile(*given: object) -> int:
        calls.append(given)
        return int(len(calls) > 1)

    monkeypatch.setattr("sys.platform", "darwin")
    monkeypatch.setattr("ctypes.CDLL", lambda *_, **__: SimpleNamespace(fcopyfile=fcopyfile))
    path = tmp_path / "compose.yaml"
    path.write_bytes(b"old")
    LocalFiles().write(str(path), b"new")
    assert path.read_bytes() == b"new"
    assert calls[0][2:] == (None, 5)
    with pytest.raises(DoctorError, match="attributes and access control list cannot be kept"):
        LocalFiles().write(str(path), b"newer")
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize("path", ["a\0b", "x" * 5000])
def test_a_path_that_is_none_is_one_line(path: str) -> None:
    for use in (lambda: LocalFiles().read(path), lambda: LocalFiles().write(path, b"")):
        with pytest.raises(DoctorError, match=r"^cannot "):
            use()


def test_nothing_else_opens_files() -> None:
    root = Path(stigmer_doctor.__file__).parent
    found = {
        name
        for path in root.rglob("*.py")
        if not (name := path.relative_to(root).as_posix()).startswith("probe/")  # runs inside the container
        and any(_opens(node) for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    }
    assert found == set(OPENERS)


def _opens(node: ast.AST) -> bool:
    """A call of open, os.open, read_bytes and the like; `engine.open()` has no argument."""
    if not isinstance(node, ast.Call):
        return False
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    return name in ("read_text", "read_bytes", "write_text", "write_bytes") or (name == "open" and _has_arguments(node))


def _has_arguments(node: ast.Call) -> bool:
    """`tarfile.open(fileobj=...)` opens no path."""
    return bool(node.args)
