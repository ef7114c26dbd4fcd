"""What is found below a folder, by one process and by several."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import psutil
import pytest

from stigmer_doctor.adapters.files import tree_walk
from stigmer_doctor.adapters.files.source_files import SourceTree
from stigmer_doctor.adapters.files.tree_walk import files_below

FEW, MANY = 3, 300
SUFFIXES = (".go", ".yml")


def made(root: Path, folders: int) -> Path:
    for number in range(folders):
        folder = root / f"d{number % 40}" / f"e{number}" / ".git"
        folder.mkdir(parents=True)
        for name in ("x.go", "x.txt", "y.yml", ".git/z.go"):
            (folder.parent / name).touch()
        (folder.parent / "folder.go").mkdir()
        (folder.parent / "folder.go" / "x.go").touch()
    return root


def below(root: Path, suffixes: Iterable[str] = SUFFIXES) -> set[str]:
    """The same as the standard library tells it."""
    return {
        str(path)
        for path in root.rglob("*")
        if path.is_file() and not path.is_symlink() and path.suffix in suffixes and ".git" not in path.parts
    }


@pytest.mark.parametrize("folders", [FEW, MANY])
def test_all_files_are_found_once(folders: int, tmp_path: Path) -> None:
    found = files_below(str(made(tmp_path, folders)), SUFFIXES)
    assert len(found) == len(set(found)) == 3 * folders
    assert set(found) == below(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="such names and links are POSIX's")
def test_odd_names_come_through_whole_and_links_are_not_followed(tmp_path: Path) -> None:
    made(tmp_path, MANY)
    for name in (b"line\nbreak", b"latin-\xe9", b"-c"):
        folder = tmp_path / "d7" / os.fsdecode(name)
        folder.mkdir()
        (folder / "x.go").touch()
    (tmp_path / "d7" / "link").symlink_to(tmp_path)
    (tmp_path / "d7" / "link.go").symlink_to(tmp_path / "d0" / "e0" / "x.go")
    found = files_below(str(tmp_path), SUFFIXES)
    assert len(found) == 3 * MANY + 3
    assert set(found) == below(tmp_path)


@pytest.mark.parametrize("program", [None, "", "/nothing/here", "/bin/true", "/bin/false", "/bin/cat"])
def test_without_a_program_that_comes_to_its_end_one_process_finds_all(
    program: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", program)
    assert len(files_below(str(made(tmp_path, MANY)), SUFFIXES)) == 3 * MANY


class Ending:
    """A walk through a tree without end, of which the walkers' ids are known."""

    def __init__(self, root: Path) -> None:
        program = (
            "import os, subprocess, sys\n"
            "class Told(subprocess.Popen):\n"
            "    def __init__(self, *given, **named):\n"
            "        super().__init__(*given, **named)\n"
            "        print(self.pid, flush=True)\n"
            "subprocess.Popen = Told\n"
            "from stigmer_doctor.adapters.files import tree_walk\n"
            "tree_walk._look = lambda *_: print('here', flush=True) or _[2].clear()\n"
            f"tree_walk._by_processes([{str(root)!r}] * 8, ('.go',))\n"
        )
        self.process = subprocess.Popen(
            [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self.process.stdout
        self.walkers = [int(self.process.stdout.readline()) for _ in range(4)]

    def gone(self) -> bool:
        ends = time.monotonic() + 20
        while any(map(_runs, self.walkers)) and time.monotonic() < ends:
            time.sleep(0.05)
        return not any(map(_runs, self.walkers))


def _runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it is not known how long / takes")
@pytest.mark.parametrize("ends_by", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
def test_no_process_outlives_the_one_that_asked(ends_by: signal.Signals) -> None:
    asking = Ending(Path("/"))
    asking.process.send_signal(ends_by)
    for walker in asking.walkers if ends_by is signal.SIGINT else ():  # a terminal's goes to all of them
        with contextlib.suppress(ProcessLookupError):
            os.kill(walker, ends_by)
    asking.process.wait(20)
    assert asking.gone()
    assert asking.process.stdout
    assert "here" not in asking.process.stdout.read()


def test_a_program_that_reads_nothing_costs_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(tmp_path, FEW)
    monkeypatch.setattr(sys, "executable", "/bin/true")
    folders = [
        str(tmp_path),
        *(f"{tmp_path}/{'x' * 200}{number}" for number in range(20_000)),
    ]  # more than a pipe holds
    assert len(tree_walk._by_processes(folders, SUFFIXES)) == 3 * FEW


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert files_below(str(tmp_path / "none"), SUFFIXES) == []


@pytest.mark.parametrize("end", ["", "/"])
def test_a_source_tree_tells_paths_from_its_root_on(end: str, tmp_path: Path) -> None:
    made(tmp_path, 1)
    assert set(SourceTree(f"{tmp_path}{end}").paths((".go",))) == {"d0/e0/x.go", "d0/e0/folder.go/x.go"}
