"""The file of variables that a program loads: what counts of it, and where."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from stigmer_doctor.probe.contract import contract_below
from stigmer_doctor.probe.variable_files import loaded_below

LOADS = {"main.py": b"from dotenv import load_dotenv\nload_dotenv()\n"}


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=b:1", "b:1"),
        ("  export A = b:1  # the backend", "b:1"),
        ("A='b # 1' # c", "b # 1"),
        ('A="b:1"', "b:1"),
        ("A=http://b/#top", "http://b/#top"),
        ("A=#none", ""),
        ("A=b\t# c # d", "b"),
        ("A=", ""),
        ("A=1\nA=2", "2"),
        ('A="b', '"b'),
    ],
)
def test_a_line_is_read_as_what_loads_the_file_reads_it(tmp_path: Path, line: str, value: str) -> None:
    (tmp_path / ".env").write_text(f"# ours\n{line}\n")
    (found,) = loaded_below(str(tmp_path), LOADS)
    assert (found["name"], found["value"]) == ("A", value)
    assert found["locator"] == f".env:{1 + len(line.splitlines())}"


@pytest.mark.parametrize("line", ["A", "# A=1", "A=${B}:1", "1A=2", ""])
def test_what_sets_nothing_that_can_be_told_is_passed_over(tmp_path: Path, line: str) -> None:
    (tmp_path / ".env").write_text(line)
    assert loaded_below(str(tmp_path), LOADS) == []


def test_a_file_that_nobody_loads_or_that_is_none_counts_for_nothing(tmp_path: Path) -> None:
    assert loaded_below(str(tmp_path), LOADS) == []
    os.mkfifo(tmp_path / ".env")
    assert loaded_below(str(tmp_path), LOADS) == []
    (tmp_path / ".env").unlink()
    (tmp_path / ".env").write_text("A=1")
    assert loaded_below(str(tmp_path), {"main.py": b"import os"}) == []


def test_of_the_file_comes_only_what_the_program_reads(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_bytes(LOADS["main.py"] + b"import os\nos.getenv('A', 'x')\n")
    (tmp_path / ".env").write_text("A=1\nB=2\n")
    assert [row["name"] for row in contract_below(str(tmp_path), 1 << 20)["variables"]] == ["A"]
