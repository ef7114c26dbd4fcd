"""Replaces a container by another one, step by step, each written down before it is taken; and how that is rolled back.

Every step and the whole roll-back may be repeated: whatever was interrupted, the same code ends it.
"""

from __future__ import annotations

from stigmer_doctor.fix.transaction import FixTransaction, Save, record
from stigmer_doctor.model.blueprint import Blueprint
from stigmer_doctor.model.engine_ports import ContainerManager
from stigmer_doctor.model.errors import DoctorError, NotFound
from stigmer_doctor.model.fixes import FixOutcome, FixStep, Journal
from stigmer_doctor.model.ports import Files
from stigmer_doctor.rules.commands import docker, remark


class ContainerTransaction(FixTransaction):
    """One fix of one container, which is replaced by a new one."""

    def __init__(self, journal: Journal, save: Save, manager: ContainerManager, files: Files) -> None:
        super().__init__(journal, save)
        self._manager, self._files = manager, files
        self._old = manager.recall(journal.old)

    def apply(self) -> None:
        """Up to the started new container. Raises what the engine raises."""
        journal, manager = self.journal, self._manager
        self._take(FixStep.CREATE, self._create)
        self._take(FixStep.CONNECT, self._connect)
        self._take(FixStep.DISABLE_RESTART, lambda: manager.disable_restart(journal.old_id))
        self._take(FixStep.STOP, lambda: manager.stop(journal.old_id, self._old.stop_seconds))
        self._take(FixStep.COPY_LAYER, self._carry)
        self._take(FixStep.RENAME_OLD, lambda: manager.rename(journal.old_id, journal.kept))
        self._take(FixStep.RENAME_NEW, lambda: manager.rename(journal.new_id, journal.name))
        self._take(FixStep.START, lambda: manager.start(journal.new_id))

    def complete(self, keep_until: str) -> None:
        """What is left once the new container was verified."""
        journal = self.journal
        self._take(FixStep.POLICY, self._policy)
        self._take(FixStep.RECORD, self._record)
        journal.keep_until = keep_until
        self._close(FixOutcome.DONE)

    def roll_back(self, outcome: FixOutcome = FixOutcome.ROLLED_BACK) -> tuple[str, ...]:
        """Put the old container back as it was; what could not be done, as commands after a remark why. It stops at the
        first thing that fails: the old container must not run beside the new one."""
        journal = self.journal
        way_back = [
            (docker("rm", "-f", operands=(journal.temporary,)), self._remove_new),
            (docker("rename", operands=(journal.kept, journal.name)), self._rename_back),
            (docker("update", f"--restart={self._old.restart_policy}", operands=(journal.name,)), self._policy_back),
            (docker("start", operands=(journal.name,)), self._state_back),
            (remark(f"write {journal.old_id} into {journal.id_file}"), self._record_back),
        ]
        for done, (what, action) in enumerate(way_back):
            try:
                action()
            except DoctorError as error:
                self._close(FixOutcome.INCOMPLETE)
                return (
                    remark(f"{error}:"),
                    what,
                    *(later for later, _ in way_back[done + 1 :] if "into " not in later),
                )
        self._close(outcome)
        return ()

    # ---- steps -------------------------------------------------------------------------------------------------------

    def _create(self) -> None:
        self.journal.new_id = self._manager.create(self.journal.temporary, self.journal.body)

    def _connect(self) -> None:
        self._manager.connect(self.journal.new_id, self._old, self.journal.body)

    def _carry(self) -> None:
        for path in self.journal.plan.writable_layer_paths:
            self._manager.copy(self.journal.old_id, self.journal.new_id, path)

    def _policy(self) -> None:
        """Started again as well: without a policy, an engine that was restarted meanwhile has left it stopped."""
        self._manager.start(self.journal.new_id)
        self._manager.restore_restart(self.journal.new_id, self._old)

    def _record(self) -> None:
        record(self.journal, self._files, self.journal.new_id)

    # ---- roll-back ---------------------------------------------------------------------------------------------------

    def _remove_new(self) -> None:
        """By its id where that is known, and by its temporary name where the doctor died before it knew."""
        for name in filter(None, (self.journal.new_id, self.journal.temporary)):
            if name != self.journal.old_id and self._find(name) is not None:
                self._manager.remove(name)

    def _rename_back(self) -> None:
        old = self._find(self.journal.old_id)
        if old is None:
            raise NotFound(f"the old container {self.journal.old_id[:12]} is gone")
        if old.name != self.journal.name:
            self._manager.rename(self.journal.old_id, self.journal.name)

    def _policy_back(self) -> None:
        self._manager.restore_restart(self.journal.old_id, self._old)

    def _state_back(self) -> None:
        now = self._find(self.journal.old_id)
        if self._old.has_process and not (now and now.has_process):
            self._manager.start(self.journal.old_id)
        if self._old.status == "paused" and not (now and now.status == "paused"):
            self._manager.pause(self.journal.old_id)

    def _record_back(self) -> None:
        record(self.journal, self._files, self.journal.id_before or "")

    def _find(self, name: str) -> Blueprint | None:
        try:
            return self._manager.blueprint(name)
        except NotFound:
            return None
