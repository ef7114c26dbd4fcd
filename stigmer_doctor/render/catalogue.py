"""The catalogue of rules, `docs/rules.md`."""

from __future__ import annotations

from collections.abc import Sequence

from stigmer_doctor.model.rules import Rule

_PROBLEM = "## Problem"
_HEAD = """\
# Rules

Written by `make docs` from the rules and their pages; `stigmer-doctor rule CODE` prints the whole page.

| code | name | severity | problem |
|---|---|---|---|
"""


def catalogue(chosen: Sequence[tuple[Rule, str]]) -> str:
    """One row for each rule, with the first sentence of its page's Problem."""
    return _HEAD + "".join(
        f"| {rule.code} | {rule.name} | {rule.severity.value} | {problem(page)} |\n" for rule, page in chosen
    )


def problem(page: str) -> str:
    """The first sentence under "Problem", on one line, safe in a table; "" where there is none."""
    paragraph = page.partition(_PROBLEM)[2].strip().partition("\n\n")[0]
    text = " ".join(paragraph.split())
    end = text.find(". ")
    return (text if end < 0 else text[: end + 1]).replace("|", "\\|")
