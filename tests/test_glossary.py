"""One word a thing: names and words that were given up stand nowhere, neither in code nor in prose."""

from __future__ import annotations

import io
import re
import tokenize
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# The glossary's old names, as far as they are not ordinary words with a meaning of their own.
OLD_NAMES = {
    "Desk", "Wishes", "Undertaking", "undertaking", "EngineHands", "DockerHands", "hands", "Outside", "outside",
    "Question", "Way", "Heard", "hear", "FirstWords", "Sight", "sight", "sights", "Ground", "View", "Now", "Sources",
    "Brief", "Elsewhere", "Stray", "stray", "strays", "uncarried", "HOLD", "SET_ASIDE", "TAKE_NAME", "CARRY",
    "unproved", "shortcomings", "unplanned", "mend", "treatment", "remedy", "_complain", "marked", "Asked", "Replied",
    "heal", "repair", "prove", "proved", "proof", "each",
}  # fmt: skip
OLD_WORDS = re.compile(
    r"\b(anew|likest|remedy|remedies|heals?|healed|mends?|mended|repairs?|repaired|repairing|treatments?|hangs? on|"
    r"stays? quiet)\b|(?<!there )\b(is|are|was|were) no (?!longer|more|other|such|better|wonder|way|unknown)\w",
    re.IGNORECASE,
)
# Of what others wrote, or the version before, and of this list itself.
EXCEPT = ("tests/test_glossary.py", "tests/adapters/test_blueprint.py", "tests/lab/runner")
KEY = re.compile(r"[a-z]*([\"'])\w+/?\1")


def files(pattern: str, *tops: str) -> list[Path]:
    found = [path for top in tops for path in (ROOT / top).rglob(pattern)]
    return sorted(path for path in found if not str(path.relative_to(ROOT)).startswith(EXCEPT))


CODE = files("*.py", "stigmer_doctor", "tests", "bench")
PAGES = files("*.md", "stigmer_doctor", "docs") + [
    ROOT / f"{name}.md" for name in ("AGENTS", "README", "CONTRIBUTING", "CHANGELOG")
]


def tokens(path: Path, *kinds: int) -> Iterator[str]:
    for token in tokenize.generate_tokens(io.StringIO(path.read_text("utf-8")).readline):
        if token.type in kinds:
            yield token.string


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_code_has_no_name_that_was_given_up(path: Path) -> None:
    assert not OLD_NAMES & set(tokens(path, tokenize.NAME))


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_texts_and_comments_have_no_word_that_was_given_up(path: Path) -> None:
    """But for keys of JSON documents: those are promises."""
    texts = (text for text in tokens(path, tokenize.STRING, tokenize.COMMENT) if not KEY.fullmatch(text))
    assert not [match.group() for text in texts for match in OLD_WORDS.finditer(text)]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_pages_have_no_word_that_was_given_up(path: Path) -> None:
    prose = re.sub(r"`[^`]*`", "", path.read_text("utf-8"))
    assert not [match.group() for match in OLD_WORDS.finditer(prose)]


def test_no_name_of_a_class_stands_for_two_things() -> None:
    found = Counter(name for path in CODE if path.is_relative_to(ROOT / "stigmer_doctor") for name in classes(path))
    assert [name for name, times in found.items() if times > 1] == []


def classes(path: Path) -> list[str]:
    return re.findall(r"^class ([A-Za-z]\w*)", path.read_text("utf-8"), re.MULTILINE)
