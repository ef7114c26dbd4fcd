"""What whoever started the container wrote down on this machine."""

from __future__ import annotations

import os
from pathlib import Path

from stigmer_doctor.adapters.machine.user_machine import LocalMachine

FILES = ("agent-runner-container.id", "agent-runner.containerid")


def test_either_container_id_file_is_read(tmp_path: Path) -> None:
    for name in FILES:
        (tmp_path / name).write_text("a" * 64 + "\n")
        found = LocalMachine().data_dir(str(tmp_path), FILES)
        assert (found.id_file, found.recorded_id) == (name, "a" * 64)
        (tmp_path / name).unlink()


def test_of_both_the_one_that_was_written_last_counts(tmp_path: Path) -> None:
    for age, name in enumerate(FILES):
        (tmp_path / name).write_text(name[-2:])
        os.utime(tmp_path / name, (1000 - age, 1000 - age))
    assert LocalMachine().data_dir(str(tmp_path), FILES).id_file == FILES[0]


def test_none_is_no_record(tmp_path: Path) -> None:
    found = LocalMachine().data_dir(str(tmp_path), FILES)
    assert (found.recorded_id, found.error) == (None, "")
