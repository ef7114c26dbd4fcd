"""The table of formats."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

from stigmer_doctor.cli.command_line import parse
from stigmer_doctor.render.formats import FORMATS, renderer


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in FORMATS.items() for name in names])
def test_every_format_takes_a_document_and_how_to_show_it(kind: str, name: str) -> None:
    assert len(inspect.signature(renderer(kind, name)).parameters) == 2


@pytest.mark.parametrize(("command", "kind"), [("check", "report"), ("topology", "topology"), ("rule", "rules")])
def test_the_command_line_offers_exactly_the_formats_of_the_table(command: str, kind: str) -> None:
    for name in FORMATS[kind]:
        assert parse([command, "--format", name], {}).format == name
    with pytest.raises(SystemExit):
        parse([command, "--format", "yaml"], {})


def test_listing_the_formats_loads_none_of_them() -> None:
    code = "import sys, stigmer_doctor.render.formats; print(*(m for m in sys.modules if '.render.' in m))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["stigmer_doctor.render.formats"]
