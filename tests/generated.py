"""`make docs`: writes the generated files again. A test keeps each of them current."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from stigmer_doctor import profile
from stigmer_doctor.cli.options import SHELLS
from stigmer_doctor.render.catalogue import catalogue
from stigmer_doctor.render.json import schema_text
from stigmer_doctor.rules.pages import page
from stigmer_doctor.rules.registry import RULES
from tests.redaction.own_words import own_words
from tests.render.golden import diagnosed
from tests.render.pictures import terminal
from tests.shell_files import completion, man_page
from tests.temporal_descriptors import text as temporal_messages

ROOT = Path(__file__).parents[1]
_FIRST_PAGE = 46
"""Lines of the incident's report, up to the command that fixes it."""
_SHARE = ROOT / "stigmer_doctor" / "share"


def _profile() -> str:
    written = tomllib.loads((Path(profile.FOLDER) / "stigmer.toml").read_text(encoding="utf-8"))
    return json.dumps(written, indent=1, ensure_ascii=False) + "\n"


GENERATED: Mapping[Path, Callable[[], str]] = {
    ROOT / "docs" / "rules.md": lambda: catalogue([(rule, page(rule)) for rule in RULES]),
    ROOT / "stigmer_doctor" / "render" / "report.schema.json": schema_text,
    Path(profile.FOLDER) / "stigmer.json": _profile,
    ROOT / "stigmer_doctor" / "redaction" / "own_words.txt": own_words,
    ROOT / "stigmer_doctor" / "adapters" / "clients" / "temporal_messages.txt": temporal_messages,
    _SHARE / "stigmer-doctor.1": man_page,
    ROOT / "docs" / "pictures" / "incident.svg": lambda: terminal(diagnosed("incident"), most=_FIRST_PAGE),
    **{_SHARE / f"completion.{shell}": partial(completion, shell) for shell in SHELLS},
}
"""What makes the text of each generated file."""


if __name__ == "__main__":
    for path, text in GENERATED.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text(), encoding="utf-8")
