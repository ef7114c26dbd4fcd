"""Repairs a container: by replacing it, or where compose owns it by changing its files and letting compose do that."""

from __future__ import annotations

import time
from dataclasses import dataclass

from stigmer_doctor.analysis.startup import USUAL
from stigmer_doctor.collect.configuration import assumed_contract
from stigmer_doctor.fix import file_changes as rewriting
from stigmer_doctor.fix import plan as planning
from stigmer_doctor.fix import rehearsal, specification, verification
from stigmer_doctor.fix.carry_out import apply_and_verify, transaction_for
from stigmer_doctor.fix.context import DONE, INCOMPLETE, LEFT, NO_CONSENT, REFUSED, FixContext, FixOptions
from stigmer_doctor.fix.readiness import Readiness, Waiting
from stigmer_doctor.fix.steps import FixTransaction
from stigmer_doctor.model.changes import Changes
from stigmer_doctor.model.errors import DoctorError, NotFound
from stigmer_doctor.model.facts import Compose, Container, Contract, DataDir, Facts
from stigmer_doctor.model.findings import Diagnosis
from stigmer_doctor.model.fixes import FileChange, Journal, Plan
from stigmer_doctor.model.ports import EngineClient, Json

_LOOKS = 2
_BETWEEN_S = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One container with what was found about it, and what is to become of it."""

    facts: Facts
    container: Container
    diagnosis: Diagnosis
    changes: Changes
    raw: Json
    image: Json
    plan: Plan
    files: tuple[FileChange, ...] = ()

    @property
    def owner(self) -> Compose | None:
        return self.container.compose

    def contract(self, context: FixContext) -> Contract:
        """What the image's code reads, or is assumed to."""
        known = self.facts.contract
        contract = known if isinstance(known, Contract) else assumed_contract(context.ports.profile, "")
        assert isinstance(contract, Contract)  # noqa: S101 - either way
        return contract


class ContainerFix:
    """One run on one engine."""

    def __init__(self, context: FixContext, engine: EngineClient) -> None:
        self._context, self._engine = context, engine

    def run(self, facts: Facts, diagnosis: Diagnosis, options: FixOptions) -> int:
        """Plan, ask, prove, apply, verify; the exit code."""
        context = self._context
        case = self._case(facts, diagnosis, options)
        context.show(case.plan)
        if case.plan.refusal:
            context.say(f"Nothing was changed: {case.plan.refusal}.")
            return LEFT
        if options.dry_run:
            return DONE
        if not options.consent("Apply this"):
            context.say(NO_CONSENT)
            return REFUSED
        with context.state.locked(case.container.name):
            return self._carry_out(case, options)

    # ---- the plan ----------------------------------------------------------------------------------------------------

    def _case(self, facts: Facts, diagnosis: Diagnosis, options: FixOptions) -> Case:
        container, engine = facts.container, self._engine
        assert isinstance(container, Container)  # noqa: S101 - it was diagnosed
        changes, causes = planning.wanted(diagnosis, options.select)
        raw = engine.container(container.id)
        image = _image(engine, str(raw["Image"]))
        refusal_reason = planning.refusal_reason(changes, raw, image, _dependents(engine, raw))
        files: tuple[FileChange, ...] = ()
        if not refusal_reason and container.compose:
            files, refusal_reason = self._compose_files(container.compose, changes, facts, raw)
        written = engine.manager().written(container.id)
        shown = rewriting.shown(files, self._context.ports.redactor)
        plan = planning.plan(causes, changes, container, raw, written, shown, refusal_reason)
        return Case(
            facts=facts,
            container=container,
            diagnosis=diagnosis,
            changes=changes,
            raw=raw,
            image=image or {},
            plan=plan,
            files=files,
        )

    def _compose_files(
        self, owner: Compose, changes: Changes, facts: Facts, raw: Json
    ) -> tuple[tuple[FileChange, ...], str]:
        """The changes of the project's files, or why there are none."""
        if _moved(self._engine, raw):
            return (), f"{raw['Config']['Image']} means another image by now, and compose would use that one"
        refusal_reason = planning.drifted(facts) or self._context.compose.check(owner)
        if refusal_reason:
            return (), refusal_reason
        return rewriting.compose(owner, changes, self._context.ports.source.read)

    # ---- carrying it out ---------------------------------------------------------------------------------------------

    def _carry_out(self, case: Case, options: FixOptions) -> int:
        say = self._context.say
        body = specification.body(case.raw, case.changes, case.image, by_id=_moved(self._engine, case.raw))
        say("Trying it in a throwaway container ...")
        if problems := self._unproved(case, body):
            say(f"Nothing was changed: the plan did not prove itself. {'; '.join(problems)}.")
            return LEFT
        journal = self._journal(case, body)
        further = specification.endpoints(case.raw, case.changes)[1:]
        fix = transaction_for(journal, self._context, self._engine.manager(), further)
        say("Every service that runs answered there. Replacing the container ...")
        verification = _Verification(self._context, self._engine, case, options.wait_s)
        code = apply_and_verify(fix, journal, self._context, lambda: verification.problems(fix))
        if code is not None:
            return code
        try:
            fix.complete(self._context.later(options.keep_days))
        except DoctorError as error:
            say(f"Repaired and verified, but for the last steps: {error}. `stigmer-doctor fix` finishes them.")
            return INCOMPLETE
        if verification.left:
            say(_kept(case, journal))
            say(f"The runner still does not work: {'; '.join(verification.left)}.")
            return LEFT
        say(f"Repaired and verified{_done(case, journal)}")
        return DONE

    def _unproved(self, case: Case, body: Json) -> tuple[str, ...]:
        context = self._context
        config, links = rehearsal.rehearse(
            case.container,
            case.contract(context),
            case.changes,
            body,
            case.raw,
            self._engine,
            context.collect_options,
            context.ports,
        )
        answers = {"backend": links.backend, "temporal": links.temporal, "llm": links.llm, "redis": links.redis}
        return verification.unreachable_endpoints(config, answers, links.user_reach, links.listeners)

    def _journal(self, case: Case, body: Json) -> Journal:
        identifier, nonce = self._context.journal_id()
        data, raw, plan = case.facts.data_dir, case.raw, case.plan
        recorded = isinstance(data, DataDir) and data.recorded_id == raw["Id"]
        return Journal(
            id=identifier,
            at=self._context.ports.now(),
            engine=case.facts.search.endpoint,
            name=plan.container,
            old_id=str(raw["Id"]),
            temporary=f"{plan.container}.new-{nonce}",
            kept=f"{plan.container}.old-{nonce}",
            old=dict(raw),
            body=dict(body),
            plan=plan,
            files=case.files,
            owner=case.owner,
            id_file=f"{data.path.rstrip('/')}/{data.id_file}" if recorded and isinstance(data, DataDir) else "",
            id_before=data.recorded_id if recorded and isinstance(data, DataDir) else None,
        )


class _Verification:
    """Looks whether the new container is good enough. `left` is what keeps the runner from working all the same."""

    def __init__(self, context: FixContext, engine: EngineClient, case: Case, wait_s: float) -> None:
        self._context, self._engine, self._case, self._wait_s = context, engine, case, wait_s
        self._problems: tuple[str, ...] = ()
        self.left: tuple[str, ...] = ()

    def problems(self, fix: FixTransaction) -> tuple[str, ...]:
        """Why the new container is not good enough; empty when it is."""
        fix.verify(self._good)
        return self._problems

    def _good(self, new_id: str) -> bool:
        raw = self._engine.container(new_id)
        by_compose = self._case.owner is not None
        unexpected_changes = verification.unexpected_changes(
            self._case.raw, raw, self._case.changes, by_compose=by_compose
        )
        self._problems = tuple(f"{difference} differs" for difference in unexpected_changes)
        if not self._problems and verification.may_start(self._case.plan):
            self._problems = tuple(filter(None, (self._unready(new_id),)))
        if not self._problems:
            self._check()
        return not self._problems

    def _unready(self, new_id: str) -> str:
        context = self._context
        context.say(f"Waiting until its worker is ready and polls, at most {self._wait_s:.0f} s ({USUAL}) ...")
        waiting = Waiting(
            seconds=self._wait_s,
            contract=self._case.contract(context),
            collect_options=context.collect_options,
            ports=context.ports,
            say=context.say,
        )
        return Readiness(new_id, self._engine, waiting).problem()

    def _check(self) -> None:
        """The whole check. What it finds is looked at once more before everything is put back."""
        self._context.say("Verifying the new container ...")
        for looked in range(_LOOKS):
            time.sleep(_BETWEEN_S if looked else 0)
            facts, after = self._context.diagnosed(self._case.plan.container)
            self._problems = verification.verification_failures(self._case.plan, self._case.diagnosis, after, facts)
            self.left = verification.still_wrong(after)
            if not self._problems:
                return


def _done(case: Case, journal: Journal) -> str:
    if case.owner:
        return ", in the compose files too. `stigmer-doctor undo` puts both back."
    return (
        f". The old container is kept, stopped, as {journal.kept}; `stigmer-doctor undo` puts "
        f"it back. What starts the runner anew (the daemon) does so with its own settings: upgrade it as well."
    )


def _kept(case: Case, journal: Journal) -> str:
    return f"Repaired, as far as the container goes ({', '.join(case.plan.fixes)}){_done(case, journal)}"


def _image(engine: EngineClient, image_id: str) -> Json | None:
    try:
        return engine.image(image_id)
    except NotFound:
        return None


def _moved(engine: EngineClient, raw: Json) -> bool:
    """Whether the container's image tag means another image by now."""
    named = _image(engine, str(raw["Config"]["Image"]))
    return named is None or named["Id"] != raw["Image"]


def _dependents(engine: EngineClient, raw: Json) -> list[str]:
    """Containers that run in this one's network."""
    modes = {f"container:{raw['Id']}", f"container:{str(raw['Name']).lstrip('/')}"}
    return [
        str(container["Names"][0]).lstrip("/")
        for container in engine.containers()
        if (container.get("HostConfig") or {}).get("NetworkMode") in modes
    ]
