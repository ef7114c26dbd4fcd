"""Fixes a container: by replacing it, or where compose owns it by changing its files and letting compose do that."""

from __future__ import annotations

from stigmer_doctor.collect.label_paths import withheld, withheld_from_compose
from stigmer_doctor.fix import file_changes
from stigmer_doctor.fix import plan as planning
from stigmer_doctor.fix.apply import apply_and_verify, transaction_for
from stigmer_doctor.fix.case import Case
from stigmer_doctor.fix.container_check import ContainerCheck
from stigmer_doctor.fix.context import NO_CONSENT, FixContext, FixOptions
from stigmer_doctor.fix.rehearsal import rehearse
from stigmer_doctor.fix.result import FixResult
from stigmer_doctor.model.blueprint import Blueprint, Description, ImageState
from stigmer_doctor.model.changes import Changes
from stigmer_doctor.model.engine_ports import EngineClient
from stigmer_doctor.model.errors import DoctorError
from stigmer_doctor.model.facts import Compose, Container, DataDir, Facts
from stigmer_doctor.model.findings import Diagnosis
from stigmer_doctor.model.fixes import FileChange, Journal


class ContainerFix:
    """One run on one engine."""

    def __init__(self, context: FixContext, engine: EngineClient) -> None:
        self._context, self._engine, self._manager = context, engine, engine.manager()

    def run(self, facts: Facts, diagnosis: Diagnosis, options: FixOptions) -> FixResult:
        """Plan, ask, rehearse, apply, verify."""
        context = self._context
        case = self._case(facts, diagnosis, options)
        context.show(case.plan)
        if case.plan.refusal:
            context.say(f"Nothing was changed: {case.plan.refusal}.")
            return FixResult.LEFT
        if options.dry_run:
            return FixResult.PLANNED
        if not options.consent("Apply this"):
            context.say(NO_CONSENT)
            return FixResult.NO_CONSENT
        with context.state.locked(case.container.name):
            return self._carry_out(case, options)

    # ---- the plan ----------------------------------------------------------------------------------------------------

    def _case(self, facts: Facts, diagnosis: Diagnosis, options: FixOptions) -> Case:
        container, manager = facts.container, self._manager
        assert isinstance(container, Container)  # noqa: S101 - it was diagnosed
        asked = planning.wanted(diagnosis, options.select)
        old = manager.blueprint(container.id)
        image = manager.image_state(old)
        refusal = planning.refusal_reason(asked.changes, old, image, manager.dependents(old))
        files: tuple[FileChange, ...] = ()
        if not refusal and container.compose:
            files, refusal = self._compose_files(container.compose, asked.changes, facts, old, image)
        plan = planning.plan(
            asked,
            container,
            kept=planning.kept_paths(old, manager.written(container.id)),
            files=file_changes.shown(files, self._context.ports.redactor),
            refusal=refusal,
        )
        return Case(
            facts=facts,
            container=container,
            diagnosis=diagnosis,
            changes=asked.changes,
            old=old,
            plan=plan,
            files=files,
        )

    def _compose_files(
        self, owner: Compose, changes: Changes, facts: Facts, old: Blueprint, image: ImageState
    ) -> tuple[tuple[FileChange, ...], str]:
        """The changes of the project's files, or why there are none."""
        if image is ImageState.MOVED:
            return (), f"{old.image} means another image by now, and compose would use that one"
        source = self._context.ports.source
        why = withheld(owner, self._context.collect_options.compose, source.resolved)
        why = why or withheld_from_compose(owner, source.resolved)
        refusal = why or planning.drifted(facts) or self._context.compose.check(owner)
        return ((), refusal) if refusal else file_changes.compose(owner, changes, source.read)

    # ---- carrying it out ---------------------------------------------------------------------------------------------

    def _carry_out(self, case: Case, options: FixOptions) -> FixResult:
        say = self._context.say
        new = self._manager.replacement(case.old, case.changes)
        say("Trying it in a throwaway container ...")
        if problems := rehearse(case, new, self._engine, self._context):
            say(f"Nothing was changed: the rehearsal failed. {'; '.join(problems)}.")
            return FixResult.LEFT
        fix = transaction_for(self._journal(case, new), self._context, self._manager)
        say("Every service that runs answered there. Replacing the container ...")
        check = ContainerCheck(self._context, self._engine, case, options.wait_s)
        result = apply_and_verify(fix, self._context, check.problems)
        if result is not FixResult.VERIFIED:
            return result
        try:
            fix.complete(self._context.later(options.keep_days))
        except DoctorError as error:
            say(f"Fixed and verified, but for the last steps: {error}. `stigmer-doctor fix` finishes them.")
            return FixResult.INCOMPLETE
        if check.left:
            say(f"Fixed, as far as the container goes ({', '.join(case.plan.fixes)}){_done(case, fix.journal)}")
            say(f"The runner still does not work: {'; '.join(check.left)}.")
            return FixResult.LEFT
        say(f"Fixed and verified{_done(case, fix.journal)}")
        return FixResult.VERIFIED

    def _journal(self, case: Case, new: Description) -> Journal:
        identifier, nonce = self._context.journal_id()
        data, old, plan = case.facts.data_dir, case.old, case.plan
        recorded = data if isinstance(data, DataDir) and data.recorded_id == old.id else None
        return Journal(
            id=identifier,
            at=self._context.ports.now(),
            engine=case.facts.search.endpoint,
            name=plan.container,
            old_id=old.id,
            temporary=f"{plan.container}.new-{nonce}",
            kept=f"{plan.container}.old-{nonce}",
            old=old.description,
            body=new,
            plan=plan,
            files=case.files,
            owner=case.owner,
            id_file=f"{recorded.path.rstrip('/')}/{recorded.id_file}" if recorded else "",
            id_before=recorded.recorded_id if recorded else None,
        )


def _done(case: Case, journal: Journal) -> str:
    if case.owner:
        return ", in the compose files too. `stigmer-doctor undo` puts both back."
    return (
        f". The old container is kept, stopped, as {journal.kept}; `stigmer-doctor undo` puts "
        f"it back. What starts the runner again (the daemon) does so with its own settings: upgrade it as well."
    )
