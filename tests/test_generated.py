"""Files that are written by `make docs`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.generated import GENERATED, ROOT


@pytest.mark.parametrize("path", GENERATED, ids=lambda path: path.name)
def test_generated_files_are_current(path: Path) -> None:
    assert path.read_text("utf-8") == GENERATED[path](), f"{path.relative_to(ROOT)}: run `make docs`"
