"""Changes compose files and lets compose recreate the container of a service; and the way back.

Compose removes the old container, so what was written in it is kept in another one that never runs. The way back is the
same way with the old files: the container is then as it was, under another id.
"""

from __future__ import annotations

from stigmer_doctor.fix.file_transaction import unwritten, write
from stigmer_doctor.fix.steps import Save, Steps, ran, record, restart_policy, status
from stigmer_doctor.model.container import Compose
from stigmer_doctor.model.errors import DoctorError, NotFound
from stigmer_doctor.model.fixes import Journal, Outcome, Step
from stigmer_doctor.model.ports import ComposeTool, ContainerManager, Files


class ComposeTransaction(Steps):
    """One fix of one service."""

    def __init__(
        self, journal: Journal, owner: Compose, manager: ContainerManager, tool: ComposeTool, files: Files, save: Save
    ) -> None:
        super().__init__(journal, save)
        self._owner, self._manager, self._tool, self._files = owner, manager, tool, files

    def apply(self) -> None:
        """Up to the recreated container. Raises what the engine or the tool says."""
        if self._journal.plan.writable_layer_paths:
            self._take(Step.KEEP, self._keep)
        self._take(Step.WRITE, lambda: write(self._journal.files, self._files))
        self._take(Step.RECREATE, self._recreate)
        if self._journal.plan.writable_layer_paths:
            self._take(Step.COPY_LAYER, self._carry)

    def complete(self, keep_until: str) -> None:
        self._take(Step.RECORD, lambda: record(self._journal, self._files, self._journal.new_id))
        self._journal.keep_until = keep_until
        self._close(Outcome.DONE)

    def roll_back(self, outcome: Outcome = Outcome.ROLLED_BACK) -> tuple[str, ...]:
        left = list(unwritten(self._journal.files, self._files))
        if not left:
            try:
                self._back()
            except DoctorError as error:
                left.append(f"docker compose -p {self._owner.project} up -d {self._owner.service} ({error})")
        self._close(Outcome.INCOMPLETE if left else outcome)
        return tuple(left)

    # ---- steps -------------------------------------------------------------------------------------------------------

    def _keep(self) -> None:
        """A container of the same image that never runs. The labels of the old one would make it compose's."""
        journal = self._journal
        journal.holder = self._manager.create(journal.kept, {"Image": journal.old["Image"], "Cmd": ["true"]})
        for path in journal.plan.writable_layer_paths:
            self._manager.copy(journal.old_id, journal.holder, path)

    def _recreate(self) -> None:
        self._quiet(self._journal.old_id)
        self._tool.up(self._owner)
        self._journal.new_id = str(self._manager.container(self._journal.name)["Id"])

    def _quiet(self, container_id: str) -> None:
        """Stop it, and keep the engine from starting it: compose fails to replace a container that keeps crashing when
        it does so at that very moment."""
        self._manager.restart_policy(container_id, {"Name": "no"})
        self._manager.stop(container_id, 10)

    def _carry(self) -> None:
        for path in self._journal.plan.writable_layer_paths:
            self._manager.copy(self._journal.holder, self._journal.new_id, path)

    # ---- the way back ------------------------------------------------------------------------------------------------

    def _back(self) -> None:
        """Compose leaves a container alone that is what its files say, and starts it."""
        if (there := self._there(self._journal.name)) and there != self._journal.old_id:
            self._quiet(there)
        self._tool.up(self._owner)
        now = str(self._manager.container(self._journal.name)["Id"])
        if now == self._journal.old_id:
            self._manager.restart_policy(now, restart_policy(self._journal.old))
        else:
            for path in self._journal.plan.writable_layer_paths if self._there(self._journal.kept) else ():
                self._manager.copy(self._journal.kept, now, path)
            record(self._journal, self._files, now)
        if not ran(status(self._journal.old)):
            self._manager.stop(now, 10)
        if self._there(self._journal.kept):
            self._manager.remove(self._journal.kept)

    def _there(self, name: str) -> str:
        """The id of the container of that name, "" where there is none."""
        try:
            return str(self._manager.container(name)["Id"])
        except NotFound:
            return ""
