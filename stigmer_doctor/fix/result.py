"""How a run of `fix` or `undo` ended, and the exit code for it."""

from __future__ import annotations

from enum import Enum, auto

from stigmer_doctor.model.exit_codes import ExitCode


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
    def exit_code(self) -> ExitCode:
        return _EXIT_CODES[self]


_EXIT_CODES = {
    FixResult.NOTHING_TO_FIX: ExitCode.OK,
    FixResult.PLANNED: ExitCode.OK,
    FixResult.VERIFIED: ExitCode.OK,
    FixResult.UNDONE: ExitCode.OK,
    FixResult.LEFT: ExitCode.FINDINGS,
    FixResult.NO_CONSENT: ExitCode.USAGE,
    FixResult.NO_DIAGNOSIS: ExitCode.NO_DIAGNOSIS,
    FixResult.ROLLED_BACK: ExitCode.ROLLED_BACK,
    FixResult.INCOMPLETE: ExitCode.INCOMPLETE,
}


def worst(*results: FixResult) -> FixResult:
    """The one with the highest exit code, the first of equals."""
    return max(results, key=lambda result: result.exit_code)
