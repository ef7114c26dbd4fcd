"""The pages of rules, for `stigmer-doctor rule`."""

from __future__ import annotations

import json as codec
from collections.abc import Sequence

from stigmer_doctor.model.rules import Rule
from stigmer_doctor.render.renderer import Display

Chosen = Sequence[tuple[Rule, str]]
"""Rules, each with its page."""


def text(chosen: Chosen, display: Display) -> str:
    """The pages for a terminal."""
    from stigmer_doctor.render.terminal_markdown import terminal

    return "\n".join(terminal(page, display) for _, page in chosen)


def markdown(chosen: Chosen, _: Display) -> str:
    """The pages as they are."""
    return "\n".join(page.rstrip() + "\n" for _, page in chosen)


def json(chosen: Chosen, _: Display) -> str:
    """An object for one rule, a list of them otherwise."""
    objects = [_object(rule, page) for rule, page in chosen]
    return codec.dumps(objects[0] if len(objects) == 1 else objects, indent=2, ensure_ascii=False) + "\n"


def _object(rule: Rule, page: str) -> dict[str, object]:
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity.value,
        "causes": list(rule.causes),
        "page": page,
    }
