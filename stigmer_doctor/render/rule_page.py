"""The pages of rules, for `stigmer-doctor rule`."""

from __future__ import annotations

import json
from collections.abc import Sequence

from stigmer_doctor.model.rules import Rule


def render(chosen: Sequence[tuple[Rule, str]], format: str, *, width: int, color: bool) -> str:  # noqa: A002 - the option's name
    """The rules with their pages as text, markdown or json; json is an object for one rule, else a list."""
    if format == "json":
        objects = [_object(rule, page) for rule, page in chosen]
        return json.dumps(objects[0] if len(objects) == 1 else objects, indent=2, ensure_ascii=False) + "\n"
    if format == "markdown":
        return "\n".join(page.rstrip() + "\n" for _, page in chosen)
    from stigmer_doctor.render.terminal_markdown import terminal

    return "\n".join(terminal(page, width=width, color=color) for _, page in chosen)


def _object(rule: Rule, page: str) -> dict[str, object]:
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity.value,
        "causes": list(rule.causes),
        "page": page,
    }
