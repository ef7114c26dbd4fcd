"""One fix: applied and verified, or everything put back."""

from __future__ import annotations

from stigmer_doctor.fix.compose_transaction import ComposeTransaction
from stigmer_doctor.fix.container_transaction import ContainerTransaction
from stigmer_doctor.fix.context import FixContext
from stigmer_doctor.fix.file_transaction import FileTransaction
from stigmer_doctor.fix.result import FixResult
from stigmer_doctor.fix.transaction import Check, FixTransaction
from stigmer_doctor.model.engine_ports import ContainerManager
from stigmer_doctor.model.errors import DoctorError
from stigmer_doctor.model.fixes import FixOutcome, Journal
from stigmer_doctor.rules.commands import addressed, remark


def transaction_for(journal: Journal, context: FixContext, manager: ContainerManager | None) -> FixTransaction:
    """The kind of fix that a journal is of. `manager` is needed where it is about a container."""
    if manager is None or not journal.old_id:
        return FileTransaction(journal, context.save, context.files)
    if journal.owner:
        return ComposeTransaction(journal, context.save, manager, context.compose, context.files)
    return ContainerTransaction(journal, context.save, manager, context.files)


def apply_and_verify(fix: FixTransaction, context: FixContext, check: Check) -> FixResult:
    """Apply it, and let `check` say what is wrong then. VERIFIED when that is nothing; otherwise how far what was there
    has been put back."""
    context.save(fix.journal)  # where that cannot be written, nothing is begun
    try:
        fix.apply()
        problems = fix.verify(check)
    except BaseException as error:  # also what ends the program, such as Ctrl-C: first, everything is put back
        context.say(f"It failed: {error if isinstance(error, DoctorError) else type(error).__name__}.")
        result = roll_back(fix, context)
        if isinstance(error, DoctorError):
            return result
        raise
    if problems:
        context.say(f"It did not help: {'; '.join(problems)}.")
        return roll_back(fix, context)
    return FixResult.VERIFIED


def roll_back(fix: FixTransaction, context: FixContext, outcome: FixOutcome = FixOutcome.ROLLED_BACK) -> FixResult:
    """The way back, and how far it led."""
    journal = fix.journal
    try:
        left = fix.roll_back(outcome)
    except DoctorError as error:  # all is back, and that cannot be written down
        left = (remark(str(error)),)
    if left:
        context.say("The roll-back is incomplete. Run `stigmer-doctor fix` again, or do what is left:")
        for line in left:  # a line each, so that nothing but the command is copied with a command
            context.say(f"  {addressed(line, context.engine_options())}")
        return FixResult.INCOMPLETE
    if journal.old_id:
        context.say(f"The container {journal.name} is back as it was ({journal.old_id[:12]}).")
    if journal.files:
        context.say(f"As they were: {', '.join(file.path for file in journal.files)}.")
    return FixResult.UNDONE if outcome is FixOutcome.UNDONE else FixResult.ROLLED_BACK
