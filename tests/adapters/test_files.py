"""Files that others name: real ones, in a temporary folder."""

import ast
import os
import sys
from pathlib import Path

import pytest

import stigmer_doctor
from stigmer_doctor.adapters.files.regular import MOST_BYTES, read_regular, read_whole
from stigmer_doctor.adapters.files.source_files import SourceTree
from stigmer_doctor.adapters.files.state import LocalFiles
from stigmer_doctor.adapters.machine.user_machine import LocalMachine
from stigmer_doctor.model.errors import DoctorError

posix = pytest.mark.skipif(sys.platform == "win32", reason="named pipes and devices are files on POSIX only")

# What may open a file by itself, and why.
OPENERS = {
    "adapters/files/regular.py": "the one function",
    "adapters/files/state.py": "the lock in our own folder",
    "adapters/machine/beacons.py": "/proc",
    "adapters/machine/routing.py": "/proc",
    "adapters/machine/system.py": "/etc/os-release",
    "adapters/tickets/browser.py": "a page, not a file",
    "cli/completion.py": "our own package",
    "cli/output.py": "the user's --output",
    "cli/read.py": "the user's snapshot, which may be a pipe",
    "cli/streams.py": "the null device",
    "profile.py": "our own package",
    "rules/pages.py": "our own package",
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
