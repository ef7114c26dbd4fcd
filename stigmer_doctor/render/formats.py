"""What can be printed, and in which formats: the one table of renderers."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

TYPE_CHECKING = False  # `typing` takes longer to load than `--help` takes to list the formats
if TYPE_CHECKING:
    from typing import Any

    from stigmer_doctor.render.renderer import Renderer

# "module:function", as entry points are: `--help` lists the formats and loads none of them, a check loads one.
FORMATS: Mapping[str, Mapping[str, str]] = {
    "report": {
        "text": "text:render",
        "markdown": "markdown:render",
        "html": "html:render",
        "json": "json:render",
        "sarif": "sarif:render",
        "junit": "junit:render",
        "github": "github:render",
        "prometheus": "prometheus:render",
    },
    "topology": {"text": "topology:text", "markdown": "topology:markdown", "json": "topology:json"},
    "diff": {"text": "diff:text", "markdown": "diff:markdown", "json": "diff:json"},
    "rules": {"text": "rule_page:text", "markdown": "rule_page:markdown", "json": "rule_page:json"},
    "table": {
        "text": "tabular:text",
        "markdown": "tabular:markdown",
        "html": "tabular:html",
        "json": "tabular:json",
    },
    "live": {"screen": "live:screen", "line": "live:line"},
    "plan": {"text": "fix:plan"},
    "fixes": {"text": "fix:fixes"},
}


def renderer(kind: str, name: str) -> Renderer[Any]:
    """What writes documents of that kind in that format. Raises KeyError where the table has none."""
    module, _, function = FORMATS[kind][name].partition(":")
    found: Renderer[Any] = getattr(import_module(f"stigmer_doctor.render.{module}"), function)
    return found
