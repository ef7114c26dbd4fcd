"""What a server offers to other programs: commands that only look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ServerTool:
    """A command of ours as a tool. `words` begin its command line; `options` are the names of those that may be added,
    with what they mean; `argument` is the name and the meaning of what must follow, ("", "") for nothing."""

    name: str
    description: str
    words: tuple[str, ...]
    options: Mapping[str, str] = field(default_factory=dict)
    argument: tuple[str, str] = ("", "")

    @property
    def parameters(self) -> Mapping[str, str]:
        """Everything that can be given, with what it means. All are strings."""
        name, meaning = self.argument
        return {**self.options, name: meaning} if name else self.options
