"""Files that are written by `make docs`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.generated import ROOT, generated


@pytest.mark.parametrize("path", generated(), ids=lambda path: path.name)
def test_generated_files_are_current(path: Path) -> None:
    assert path.read_text("utf-8") == generated()[path], f"{path.relative_to(ROOT)}: run `make docs`"
