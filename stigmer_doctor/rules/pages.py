"""The page that stands beside a rule."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

TYPE_CHECKING = False  # `typing` and the model are not needed to list names
if TYPE_CHECKING:
    from stigmer_doctor.model.rules import Rule


def page(rule: Rule) -> str:
    """The Markdown page of the rule, as it is stored. Raises FileNotFoundError when the rule has none."""
    package, _, stem = rule.check.__module__.rpartition(".")
    return resources.files(package).joinpath(f"{stem}.md").read_text("utf-8")


def names() -> dict[str, str]:
    """The names of all rules by their codes, as the files of their pages have them: no rule is loaded for that."""
    stems = (page.stem.partition("_") for page in Path(__file__).parent.glob("*/sd*.md"))
    return {code.upper(): name.replace("_", "-") for code, _, name in sorted(stems)}
