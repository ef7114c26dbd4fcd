"""Changes compose files and lets compose recreate the container of a service; and how that is rolled back.

Compose removes the old container, so what was written in it is kept in another one that never runs. The way back is the
same way with the old files: the container is then as it was, under another id.
"""

from __future__ import annotations

from stigmer_doctor.fix.file_transaction import unwritten, write
from stigmer_doctor.fix.transaction import FixTransaction, Save, record
from stigmer_doctor.model.container import Compose
from stigmer_doctor.model.engine_ports import ContainerManager
from stigmer_doctor.model.errors import DoctorError, NotFound
from stigmer_doctor.model.fixes import FixOutcome, FixStep, Journal
from stigmer_doctor.model.ports import ComposeTool, Files
from stigmer_doctor.rules.commands import docker, remark


class ComposeTransaction(FixTransaction):
    """One fix of one service, which the journal names."""

    def __init__(
        self, journal: Journal, save: Save, manager: ContainerManager, tool: ComposeTool, files: Files
    ) -> None:
        super().__init__(journal, save)
        self._manager, self._tool, self._files = manager, tool, files
        self._old = manager.recall(journal.old)

    @property
    def _owner(self) -> Compose:
        assert self.journal.owner is not None  # noqa: S101 - that makes it a fix of this kind
        return self.journal.owner

    def apply(self) -> None:
        """Up to the recreated container. Raises what the engine or the tool says."""
        if self.journal.plan.writable_layer_paths:
            self._take(FixStep.KEEP, self._keep)
        self._take(FixStep.WRITE, lambda: write(self.journal.files, self._files))
        self._take(FixStep.RECREATE, self._recreate)
        if self.journal.plan.writable_layer_paths:
            self._take(FixStep.COPY_LAYER, self._carry)

    def complete(self, keep_until: str) -> None:
        self._take(FixStep.RECORD, lambda: record(self.journal, self._files, self.journal.new_id))
        self.journal.keep_until = keep_until
        self._close(FixOutcome.DONE)

    def roll_back(self, outcome: FixOutcome = FixOutcome.ROLLED_BACK) -> tuple[str, ...]:
        left = [*map(remark, unwritten(self.journal.files, self._files))]
        if not left:
            try:
                self._back()
            except DoctorError as error:
                again = docker(
                    "compose", f"--project-name={self._owner.project}", "up", "-d", operands=(self._owner.service,)
                )
                left += [remark(f"{error}:"), again]
        self._close(FixOutcome.INCOMPLETE if left else outcome)
        return tuple(left)

    # ---- steps -------------------------------------------------------------------------------------------------------

    def _keep(self) -> None:
        """In a container of the same image that never runs."""
        journal = self.journal
        journal.holder = self._manager.create_idle(journal.kept, self._old)
        for path in journal.plan.writable_layer_paths:
            self._manager.copy(journal.old_id, journal.holder, path)

    def _recreate(self) -> None:
        self._quiet(self.journal.old_id)
        self._tool.up(self._owner)
        self.journal.new_id = self._manager.blueprint(self.journal.name).id

    def _quiet(self, container_id: str) -> None:
        """Stop it, and keep the engine from starting it: compose fails to replace a container that keeps crashing when
        it does so at that very moment."""
        self._manager.disable_restart(container_id)
        self._manager.stop(container_id, self._old.stop_seconds)

    def _carry(self) -> None:
        for path in self.journal.plan.writable_layer_paths:
            self._manager.copy(self.journal.holder, self.journal.new_id, path)

    # ---- roll-back ---------------------------------------------------------------------------------------------------

    def _back(self) -> None:
        """Compose leaves a container alone that is what its files say, and starts it."""
        if (there := self._there(self.journal.name)) and there != self.journal.old_id:
            self._quiet(there)
        self._tool.up(self._owner)
        now = self._manager.blueprint(self.journal.name).id
        if now == self.journal.old_id:
            self._manager.restore_restart(now, self._old)
        else:
            for path in self.journal.plan.writable_layer_paths if self._there(self.journal.kept) else ():
                self._manager.copy(self.journal.kept, now, path)
            record(self.journal, self._files, now)
        if not self._old.has_process:
            self._manager.stop(now, self._old.stop_seconds)
        if self._there(self.journal.kept):
            self._manager.remove(self.journal.kept)

    def _there(self, name: str) -> str:
        """The id of the container of that name, "" where there is none."""
        try:
            return self._manager.blueprint(name).id
        except NotFound:
            return ""
