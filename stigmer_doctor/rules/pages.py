"""The page that stands beside a rule."""

from __future__ import annotations

from importlib import resources

from stigmer_doctor.model.rules import Rule


def page(rule: Rule) -> str:
    """The Markdown page of the rule, as it is stored. Raises FileNotFoundError when the rule has none."""
    package, _, stem = rule.check.__module__.rpartition(".")
    return resources.files(package).joinpath(f"{stem}.md").read_text("utf-8")
