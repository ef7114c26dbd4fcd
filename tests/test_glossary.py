"""One word a thing: names and words that were given up stand nowhere, neither in code nor in prose."""

from __future__ import annotations

import io
import re
import tokenize
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

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


def tokens(path: Path) -> Iterator[tuple[int, str]]:
    """The kind of each, and its text."""
    for token in tokenize.generate_tokens(io.StringIO(path.read_text("utf-8")).readline):
        yield token.type, token.string


def given_up(path: Path) -> list[str]:
    """Old names in the code, and old words in its texts and comments but for keys of JSON documents: those are
    promises."""
    found = []
    for kind, text in tokens(path):
        if kind == tokenize.NAME and text in OLD_NAMES:
            found.append(text)
        elif kind in (tokenize.STRING, tokenize.COMMENT) and not KEY.fullmatch(text):
            found += [match.group() for match in OLD_WORDS.finditer(text)]
    return found


def test_code_has_no_name_and_no_word_that_was_given_up() -> None:
    assert len(CODE) > 900
    assert {path: found for path in CODE if (found := given_up(path))} == {}


def test_pages_have_no_word_that_was_given_up() -> None:
    assert len(PAGES) > 100
    prose = {path: re.sub(r"`[^`]*`", "", path.read_text("utf-8")) for path in PAGES}
    found = {path: [match.group() for match in OLD_WORDS.finditer(text)] for path, text in prose.items()}
    assert {path: words for path, words in found.items() if words} == {}


def test_no_name_of_a_class_stands_for_two_things() -> None:
    found = Counter(name for path in CODE if path.is_relative_to(ROOT / "stigmer_doctor") for name in classes(path))
    assert [name for name, times in found.items() if times > 1] == []


def classes(path: Path) -> list[str]:
    return re.findall(r"^class ([A-Za-z]\w*)", path.read_text("utf-8"), re.MULTILINE)
