"""Replaces a container by another one, step by step, each written down before it is taken; and the way back.

Every step and the whole way back may be repeated: whatever was interrupted, the same code ends it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stigmer_doctor.fix.steps import Save, Steps, ran, record, restart_policy, status
from stigmer_doctor.model.errors import DoctorError, NotFound
from stigmer_doctor.model.fixes import Journal, Outcome, Step
from stigmer_doctor.model.ports import ContainerManager, Files, Json


class Transaction(Steps):
    """One fix of one container, which is replaced by a new one. `further` are networks to attach that one to."""

    def __init__(
        self,
        journal: Journal,
        manager: ContainerManager,
        files: Files,
        save: Save,
        further: Sequence[tuple[str, dict[str, Any]]] = (),
    ) -> None:
        super().__init__(journal, save)
        self._manager, self._files, self._further = manager, files, further

    def apply(self) -> None:
        """Up to the started new container. Raises what the engine raises."""
        journal, manager = self._journal, self._manager
        self._take(Step.CREATE, self._create)
        self._take(Step.CONNECT, self._connect)
        self._take(Step.DISABLE_RESTART, lambda: manager.restart_policy(journal.old_id, {"Name": "no"}))
        self._take(Step.STOP, lambda: self._stop(journal.old_id))
        self._take(Step.COPY_LAYER, self._carry)
        self._take(Step.RENAME_OLD, lambda: manager.rename(journal.old_id, journal.kept))
        self._take(Step.RENAME_NEW, lambda: manager.rename(journal.new_id, journal.name))
        self._take(Step.START, lambda: manager.start(journal.new_id))

    def complete(self, keep_until: str) -> None:
        """What is left once the new container was verified."""
        journal = self._journal
        self._take(Step.POLICY, self._policy)
        self._take(Step.RECORD, self._record)
        journal.keep_until = keep_until
        self._close(Outcome.DONE)

    def roll_back(self, outcome: Outcome = Outcome.ROLLED_BACK) -> tuple[str, ...]:
        """Put the old container back as it was; what could not be done, as commands. It stops at the first thing that
        fails: the old container must not run beside the new one."""
        journal = self._journal
        way_back = [
            (f"docker rm -f {journal.temporary}", self._remove_new),
            (f"docker rename {journal.kept} {journal.name}", self._rename_back),
            (f"docker update --restart {restart_policy(journal.old)['Name']} {journal.name}", self._policy_back),
            (f"docker start {journal.name}", self._state_back),
            (f"write {journal.old_id} into {journal.id_file}", self._record_back),
        ]
        for done, (what, action) in enumerate(way_back):
            try:
                action()
            except DoctorError as error:
                self._close(Outcome.INCOMPLETE)
                return (f"{what} ({error})", *(later for later, _ in way_back[done + 1 :] if "into " not in later))
        self._close(outcome)
        return ()

    # ---- steps -------------------------------------------------------------------------------------------------------

    def _create(self) -> None:
        self._journal.new_id = self._manager.create(self._journal.temporary, self._journal.body)

    def _connect(self) -> None:
        for network, settings in self._further:
            self._manager.connect(network, self._journal.new_id, settings)

    def _stop(self, container_id: str) -> None:
        config = self._journal.old.get("Config")
        timeout = config.get("StopTimeout") if isinstance(config, dict) else None
        self._manager.stop(container_id, int(timeout) if isinstance(timeout, int) else 10)

    def _carry(self) -> None:
        for path in self._journal.plan.writable_layer_paths:
            self._manager.copy(self._journal.old_id, self._journal.new_id, path)

    def _policy(self) -> None:
        """Started again as well: without a policy, an engine that was restarted meanwhile has left it stopped."""
        self._manager.start(self._journal.new_id)
        self._manager.restart_policy(self._journal.new_id, restart_policy(self._journal.old))

    def _record(self) -> None:
        record(self._journal, self._files, self._journal.new_id)

    # ---- the way back ------------------------------------------------------------------------------------------------

    def _remove_new(self) -> None:
        """By its id where that is known, and by its temporary name where the doctor died before it knew."""
        for name in filter(None, (self._journal.new_id, self._journal.temporary)):
            if name != self._journal.old_id and self._find(name) is not None:
                self._manager.remove(name)

    def _rename_back(self) -> None:
        old = self._find(self._journal.old_id)
        if old is None:
            raise NotFound(f"the old container {self._journal.old_id[:12]} is gone")
        if str(old["Name"]).lstrip("/") != self._journal.name:
            self._manager.rename(self._journal.old_id, self._journal.name)

    def _policy_back(self) -> None:
        self._manager.restart_policy(self._journal.old_id, restart_policy(self._journal.old))

    def _state_back(self) -> None:
        was = status(self._journal.old)
        now = status(self._find(self._journal.old_id) or {})
        if ran(was) and not ran(now):
            self._manager.start(self._journal.old_id)
        if was == "paused" and now != "paused":
            self._manager.pause(self._journal.old_id)

    def _record_back(self) -> None:
        record(self._journal, self._files, self._journal.id_before or "")

    def _find(self, name: str) -> Json | None:
        try:
            return self._manager.container(name)
        except NotFound:
            return None
