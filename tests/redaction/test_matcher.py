"""Many strings are found at once, whatever their case, and what overlaps is replaced as one."""

from __future__ import annotations

import pytest

from stigmer_doctor.redaction import matcher
from stigmer_doctor.redaction.matcher import Matcher, fold

TOKENS = {"Secret-One": "<1>", "one-and-two": "<2>", "TWO-THREE-FOUR": "<3>", "aaaa": "<4>"}


@pytest.mark.parametrize("most_looks", [0, 2**27])
@pytest.mark.parametrize(
    ("text", "replaced", "count"),
    [
        ("nothing here", "nothing here", 0),
        ("a SECRET-one b", "a <1> b", 1),
        ("secret-one secret-one", "<1> <1>", 2),
        ("secret-one-and-two", "<2>", 1),
        ("one-and-two-three-four", "<3>", 1),
        ("secret-one-and-two-three-four.", "<3>.", 1),
        ("secret-onesecret-one", "<1><1>", 2),
        ("xaaaaaaaay", "x<4><4>y", 2),
        ("aaaaaa", "<4>aa", 1),
        ("\u0130 Secret-One", "\u0130 <1>", 1),
    ],
)
def test_what_is_found_is_replaced_and_counted(
    text: str, replaced: str, count: int, most_looks: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same where so much is looked for that what cannot be there is sorted out first."""
    monkeypatch.setattr(matcher, "_MOST_LOOKS", most_looks)
    found: list[None] = []
    made = Matcher(TOKENS)
    assert made.replace(text, lambda: found.append(None)) == replaced
    assert made.occurs(text) is bool(count)
    assert len(found) == count


@pytest.mark.parametrize(("text", "folded"), [("ABC", "abc"), ("\u0130ABC\u00c4", "\u0130abc\u00e4"), ("", "")])
def test_folding_keeps_the_length(text: str, folded: str) -> None:
    assert fold(text) == folded
