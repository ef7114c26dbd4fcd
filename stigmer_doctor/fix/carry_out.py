"""Carries one fix out: applied and verified, or everything put back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from stigmer_doctor.fix.compose_transaction import ComposeTransaction
from stigmer_doctor.fix.container_transaction import Transaction
from stigmer_doctor.fix.context import DONE, INCOMPLETE, ROLLED_BACK, FixContext
from stigmer_doctor.fix.file_transaction import FileTransaction
from stigmer_doctor.fix.steps import FixTransaction
from stigmer_doctor.model.errors import DoctorError
from stigmer_doctor.model.fixes import Journal, Outcome
from stigmer_doctor.model.ports import ContainerManager

Networks = Sequence[tuple[str, dict[str, object]]]


def transaction_for(
    journal: Journal, context: FixContext, manager: ContainerManager | None, further: Networks = ()
) -> FixTransaction:
    """The kind of fix that a journal is of. `manager` are needed where it is about a container; `further` are networks
    to attach a new one to."""
    if manager is None or not journal.old_id:
        return FileTransaction(journal, context.files, context.save)
    if journal.owner:
        return ComposeTransaction(journal, journal.owner, manager, context.compose, context.files, context.save)
    return Transaction(journal, manager, context.files, context.save, further)


def apply_and_verify(
    fix: FixTransaction, journal: Journal, context: FixContext, verify: Callable[[], Sequence[str]]
) -> int | None:
    """Apply it, and `verify`, which says what is wrong then. None when all is well; otherwise what was there has been
    put back, and this is the exit code."""
    try:
        fix.apply()
        problems = verify()
    except BaseException as error:  # also what ends the program, such as Ctrl-C: first, everything is put back
        context.say(f"It failed: {error if isinstance(error, DoctorError) else type(error).__name__}.")
        code = roll_back(fix, journal, context)
        if isinstance(error, DoctorError):
            return code
        raise
    if problems:
        context.say(f"It did not help: {'; '.join(problems)}.")
        return roll_back(fix, journal, context)
    return None


def roll_back(
    fix: FixTransaction, journal: Journal, context: FixContext, outcome: Outcome = Outcome.ROLLED_BACK
) -> int:
    """The way back; the exit code."""
    left = fix.roll_back(outcome)
    if left:
        context.say(f"The way back is incomplete. Left to do: {'; '.join(left)}. Or run `stigmer-doctor fix` again.")
        return INCOMPLETE
    if journal.old_id:
        context.say(f"The container {journal.name} is back as it was ({journal.old_id[:12]}).")
    if journal.files:
        context.say(f"As they were: {', '.join(file.path for file in journal.files)}.")
    return DONE if outcome is Outcome.UNDONE else ROLLED_BACK
