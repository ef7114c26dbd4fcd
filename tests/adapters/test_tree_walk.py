"""What is found below a folder, by one process and by several."""

import os
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

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


@pytest.mark.parametrize("program", ["", "/nothing/here", sys.executable + "-not"])
def test_without_a_program_to_start_one_process_finds_all(
    program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", program)
    assert len(files_below(str(made(tmp_path, MANY)), SUFFIXES)) == 3 * MANY


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert files_below(str(tmp_path / "none"), SUFFIXES) == []


@pytest.mark.parametrize("end", ["", "/"])
def test_a_source_tree_tells_paths_from_its_root_on(end: str, tmp_path: Path) -> None:
    made(tmp_path, 1)
    assert set(SourceTree(f"{tmp_path}{end}").paths((".go",))) == {"d0/e0/x.go", "d0/e0/folder.go/x.go"}
