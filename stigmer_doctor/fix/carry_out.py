"""Carries one fix out: applied and verified, or everything put back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from stigmer_doctor.fix.compose_transaction import ComposeTransaction
from stigmer_doctor.fix.container_transaction import Transaction
from stigmer_doctor.fix.context import DONE, INCOMPLETE, ROLLED_BACK, Desk
from stigmer_doctor.fix.file_transaction import FileTransaction
from stigmer_doctor.fix.steps import Undertaking
from stigmer_doctor.model.errors import DoctorError
from stigmer_doctor.model.fixes import Journal, Outcome
from stigmer_doctor.model.ports import EngineHands

Networks = Sequence[tuple[str, dict[str, object]]]


def undertaking(journal: Journal, desk: Desk, hands: EngineHands | None, further: Networks = ()) -> Undertaking:
    """The kind of fix that a journal is of. `hands` are needed where it is about a container; `further` are networks
    to attach a new one to."""
    if hands is None or not journal.old_id:
        return FileTransaction(journal, desk.files, desk.save)
    if journal.owner:
        return ComposeTransaction(journal, journal.owner, hands, desk.compose, desk.files, desk.save)
    return Transaction(journal, hands, desk.files, desk.save, further)


def succeeded(fix: Undertaking, journal: Journal, desk: Desk, verify: Callable[[], Sequence[str]]) -> int | None:
    """Apply it, and `verify`, which says what is wrong then. None when all is well; otherwise what was there has been
    put back, and this is the exit code."""
    try:
        fix.apply()
        problems = verify()
    except BaseException as error:  # also what ends the program, such as Ctrl-C: first, everything is put back
        desk.say(f"It failed: {error if isinstance(error, DoctorError) else type(error).__name__}.")
        code = back(fix, journal, desk)
        if isinstance(error, DoctorError):
            return code
        raise
    if problems:
        desk.say(f"It did not help: {'; '.join(problems)}.")
        return back(fix, journal, desk)
    return None


def back(fix: Undertaking, journal: Journal, desk: Desk, outcome: Outcome = Outcome.ROLLED_BACK) -> int:
    """The way back; the exit code."""
    left = fix.roll_back(outcome)
    if left:
        desk.say(f"The way back is incomplete. Left to do: {'; '.join(left)}. Or run `stigmer-doctor fix` again.")
        return INCOMPLETE
    if journal.old_id:
        desk.say(f"The container {journal.name} is back as it was ({journal.old_id[:12]}).")
    if journal.files:
        desk.say(f"As they were: {', '.join(file.path for file in journal.files)}.")
    return DONE if outcome is Outcome.UNDONE else ROLLED_BACK
