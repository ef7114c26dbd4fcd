"""What the documents name exists, and every decision says when, why and instead of what."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from stigmer_doctor.cli.command_line import parse

ROOT = Path(__file__).parents[1]
DECISIONS = sorted((ROOT / "docs" / "adr").glob("*.md"))
DOCUMENTS = [
    *sorted((ROOT / "docs").glob("*.md")),
    *DECISIONS,
    *(ROOT / f"{name}.md" for name in ("AGENTS", "CONTRIBUTING", "README")),
]
PAGES = sorted((ROOT / "stigmer_doctor" / "rules").glob("*/*.md"))
_PATH = re.compile(r"`(\.?\w[\w./-]*(?:/|\.(?:py|md|json|toml|ya?ml)))`")
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)\)")
_COMMANDS = re.compile(r"`(stigmer-doctor [^`]+)`|^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_GONE = {"heal/"}
"""Named as what was there before."""
_PARTS = ("Context", "Decision", "Alternatives", "Consequences")


def named(document: Path) -> Iterator[str]:
    """The paths in backticks, but for patterns such as `rules/AREA/sdNNN_name.py`."""
    for path in _PATH.findall(document.read_text("utf-8")):
        if path not in _GONE and not re.search(r"AREA|NNN", path):
            yield path


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_path_in_a_document_exists(document: Path) -> None:
    """From the root of the project, or of the package."""
    missing = [
        path for path in named(document) if not any((top / path).exists() for top in (ROOT, ROOT / "stigmer_doctor"))
    ]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_in_a_document_leads_to_a_file(document: Path) -> None:
    links = _LINK.findall(document.read_text("utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


def commands(text: str) -> Iterator[str]:
    """The commands of ours: in backticks, and at the beginning of a block's lines, without the remark behind them."""
    for quoted, block in _COMMANDS.findall(text):
        yield from (
            [quoted]
            if quoted
            else [
                re.split(r"\s{2,}|\s#", line.strip())[0]
                for line in block.splitlines()
                if line.startswith("stigmer-doctor ")
            ]
        )


@pytest.mark.parametrize("document", [*DOCUMENTS, *PAGES], ids=lambda path: path.name)
def test_every_command_in_a_document_is_one(document: Path) -> None:
    """But for those with a part left out, and what prints help or the version and ends."""
    for command in commands(document.read_text("utf-8")):
        words = shlex.split(re.sub(r"(--(?:pod|deployment)) NAME", r"\1 name", command))[1:]
        if not re.search(r"\.\.\.|\[|help|--version", command) and words not in (["fleet"], ["triage"]):
            assert parse(words, {}).command


def test_the_documents_name_paths_at_all() -> None:
    assert len({path for document in DOCUMENTS for path in named(document)}) > 30


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.name)
def test_a_decision_has_a_date_a_status_and_alternatives(decision: Path) -> None:
    title, _, status, *rest = decision.read_text("utf-8").splitlines()
    assert title.startswith(f"# {int(decision.name[:4])}. ")
    assert re.match(r"Date: \d{4}-\d\d-\d\d\. Status: accepted", status)
    parts = [part for line in rest for part in re.findall(r"^\*\*(.+?)\.\*\*", line)]
    assert parts in ([*_PARTS], [*_PARTS, "Since then"])
