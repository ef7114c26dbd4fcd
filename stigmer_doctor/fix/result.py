"""How a run of `fix` or `undo` ended, and the exit code for it."""

from __future__ import annotations

from enum import Enum, auto


class FixResult(Enum):
    NOTHING_TO_FIX = auto()
    PLANNED = auto()
    """A plan was shown, and --dry-run asks for no more."""
    VERIFIED = auto()
    UNDONE = auto()
    LEFT = auto()
    """Nothing was changed, or not all that the runner needs to work."""
    NO_CONSENT = auto()
    NO_DIAGNOSIS = auto()
    ROLLED_BACK = auto()
    INCOMPLETE = auto()
    """What was changed is neither finished nor rolled back."""

    @property
    def exit_code(self) -> int:
        return _EXIT_CODES[self]


_EXIT_CODES = {
    FixResult.NOTHING_TO_FIX: 0,
    FixResult.PLANNED: 0,
    FixResult.VERIFIED: 0,
    FixResult.UNDONE: 0,
    FixResult.LEFT: 1,
    FixResult.NO_CONSENT: 2,
    FixResult.NO_DIAGNOSIS: 3,
    FixResult.ROLLED_BACK: 4,
    FixResult.INCOMPLETE: 5,
}


def worst(*results: FixResult) -> FixResult:
    """The one with the highest exit code, the first of equals."""
    return max(results, key=lambda result: result.exit_code)
