"""The order of the steps of `fix` and `undo`, and nothing else."""

from __future__ import annotations

import dataclasses
import datetime as dt
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from stigmer_doctor import app
from stigmer_doctor.collect import proof
from stigmer_doctor.collect.configuration import assumed_contract
from stigmer_doctor.collect.question import Outside, Question
from stigmer_doctor.heal import plan as planning
from stigmer_doctor.heal import specification, verdict
from stigmer_doctor.heal.transaction import Transaction
from stigmer_doctor.model.errors import DoctorError, NotFound
from stigmer_doctor.model.facts import Container, Contract, DataDir, Facts
from stigmer_doctor.model.findings import Diagnosis, Status
from stigmer_doctor.model.fixes import Journal, Outcome, Plan, Step
from stigmer_doctor.model.merged import Changes
from stigmer_doctor.model.ports import EngineClient, EngineHands, Files, Json, StateStore

DONE, LEFT, REFUSED, NO_DIAGNOSIS, ROLLED_BACK, INCOMPLETE = 0, 1, 2, 3, 4, 5
_VERIFIES_WITHIN_S = 60.0
_BETWEEN_S = 1.0
_PROVEN = (Step.POLICY, Step.RECORD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the user wants. `consent` asks for the plan's sake; `keep_days` is how long the old container is kept."""

    select: tuple[str, ...] = ()
    dry_run: bool = False
    keep_days: float = 7.0
    consent: Callable[[str], bool] = lambda _: False


class Repair:
    """One run of `fix` or `undo`. `say` prints a line of progress, `show` a plan."""

    def __init__(
        self,
        question: Question,
        outside: Outside,
        state: StateStore,
        files: Files,
        say: Callable[[str], None],
        show: Callable[[Plan], None],
    ) -> None:
        self._question, self._outside, self._state, self._files = question, outside, state, files
        self._say, self._show = say, show
        self._profile = outside.profile

    # ---- fix ---------------------------------------------------------------------------------------------------------

    def fix(self, wishes: Wishes) -> int:
        """Diagnose, plan, prove, apply, verify; the exit code."""
        facts, diagnosis = self._diagnosed(self._question.container)
        if diagnosis.status is Status.INCONCLUSIVE or not isinstance(facts.container, Container):
            found = next((each.message for each in diagnosis.findings), "there is nothing to look at")
            self._say(f"Cannot diagnose: {found}.")
            return NO_DIAGNOSIS
        changes, causes = planning.wanted(diagnosis, wishes.select)
        if not causes:
            self._say("Nothing to repair: no cause was found.")
            return DONE
        with self._outside.engine.open() as engine:
            raw = engine.container(facts.container.id)
            image = _image(engine, str(raw["Image"]))
            dependents = _dependents(engine, raw)
            written = engine.hands().written(facts.container.id)
            plan = planning.plan(causes, changes, facts, raw, image, written, dependents)
            self._show(plan)
            if plan.refusal:
                self._say(f"Nothing was changed: {plan.refusal}.")
                return LEFT
            if wishes.dry_run:
                return DONE
            if not wishes.consent("Apply this"):
                self._say("Nothing was changed: it takes your consent, on a terminal or with --yes.")
                return REFUSED
            with self._state.locked(facts.container.name):
                return self._carry_out(plan, changes, raw, image or {}, facts, diagnosis, engine, wishes)

    def _carry_out(
        self,
        plan: Plan,
        changes: Changes,
        raw: Json,
        image: Json,
        facts: Facts,
        before: Diagnosis,
        engine: EngineClient,
        wishes: Wishes,
    ) -> int:
        body = specification.body(raw, changes, image, by_id=_moved(engine, raw))
        self._say("Trying it in a throwaway container ...")
        if problems := self._unproved(facts, changes, body, raw, engine):
            self._say(f"Nothing was changed: the plan did not prove itself. {'; '.join(problems)}.")
            return LEFT
        journal = self._journal(plan, raw, body, facts)
        transaction = Transaction(journal, engine.hands(), self._files, self._save)
        try:
            self._say("Every service that runs answered there. Replacing the container ...")
            transaction.apply(specification.endpoints(raw, changes)[1:])
            self._say("Verifying the new container ...")
            problems = self._verified(transaction, plan, before, raw, changes, engine)
        except BaseException as error:
            self._say(f"It failed: {error if isinstance(error, DoctorError) else type(error).__name__}.")
            code = self._back(transaction, journal)
            if isinstance(error, DoctorError):
                return code
            raise
        if problems:
            self._say(f"It did not help: {'; '.join(problems)}.")
            return self._back(transaction, journal)
        try:
            transaction.complete(_later(self._outside.now(), wishes.keep_days))
        except DoctorError as error:
            self._say(f"Repaired and verified, but for the last steps: {error}. `stigmer-doctor fix` finishes them.")
            return INCOMPLETE
        self._say(
            f"Repaired and verified. The old container is kept, stopped, as {journal.kept}; `stigmer-doctor undo` puts "
            f"it back. What starts the runner anew (the daemon) does so with its own settings: upgrade it as well."
        )
        return DONE

    def _unproved(self, facts: Facts, changes: Changes, body: Json, raw: Json, engine: EngineClient) -> tuple[str, ...]:
        assert isinstance(facts.container, Container)  # noqa: S101 - planned for it
        contract = facts.contract if isinstance(facts.contract, Contract) else assumed_contract(self._profile, "")
        config, links = proof.rehearse(
            facts.container, contract, changes, body, raw, engine, self._question, self._outside
        )
        answers = {"backend": links.backend, "temporal": links.temporal, "llm": links.llm}
        return verdict.unproved(config, answers, links.user_reach, links.listeners)

    def _verified(
        self,
        transaction: Transaction,
        plan: Plan,
        before: Diagnosis,
        raw: Json,
        changes: Changes,
        engine: EngineClient,
    ) -> tuple[str, ...]:
        """Why the new container is not good enough; empty when it is."""
        problems: list[tuple[str, ...]] = [()]

        def good(new_id: str) -> bool:
            ends = time.monotonic() + _VERIFIES_WITHIN_S
            while True:
                facts, after = self._diagnosed(plan.container)
                unplanned = verdict.unplanned(raw, engine.container(new_id), changes)
                problems[0] = (
                    *verdict.shortcomings(plan, before, after, facts),
                    *(f"{each} differs" for each in unplanned),
                )
                if not problems[0] or unplanned or time.monotonic() > ends:
                    return not problems[0]
                time.sleep(_BETWEEN_S)

        transaction.verify(good)
        return problems[0]

    # ---- recovery ----------------------------------------------------------------------------------------------------

    def interrupted(self) -> list[Journal]:
        """Fixes on this engine that were begun and neither finished nor rolled back."""
        engine = self._outside.engine.search().endpoint
        return [
            each
            for each in self._state.journals()
            if each.engine == engine and each.outcome in (Outcome.OPEN, Outcome.INCOMPLETE)
        ]

    def recover(self, journal: Journal) -> int:
        """Finish what was verified; roll back everything else."""
        with self._state.locked(journal.name), self._outside.engine.open() as engine:
            transaction = Transaction(journal, engine.hands(), self._files, self._save)
            if journal.begun in _PROVEN or (journal.begun is Step.VERIFY and journal.finished):
                transaction.complete(_later(self._outside.now(), 7.0))
                self._say(f"The interrupted fix of {journal.name} had been verified; it is finished now.")
                return DONE
            return self._back(transaction, journal)

    def clean_up(self) -> None:
        """Remove old containers whose time is over."""
        now, engine_name = self._outside.now(), self._outside.engine.search().endpoint
        due = [
            each
            for each in self._state.journals()
            if each.engine == engine_name and each.outcome is Outcome.DONE and "" < each.keep_until < now
        ]
        if not due:
            return
        with self._outside.engine.open() as engine:
            for each in due:
                if _there(engine.hands(), each.old_id):
                    engine.hands().remove(each.old_id)
                self._state.forget(each)

    # ---- undo --------------------------------------------------------------------------------------------------------

    def fixes(self) -> list[Journal]:
        """What can be undone on this engine, the newest first."""
        engine = self._outside.engine.search().endpoint
        return [each for each in self._state.journals() if each.engine == engine and each.outcome is Outcome.DONE][::-1]

    def undo(self, journal: Journal) -> int:
        """Put the old container back in the new one's place."""
        with self._state.locked(journal.name), self._outside.engine.open() as engine:
            if not _there(engine.hands(), journal.old_id):
                self._say(f"The old container {journal.kept} is gone: nothing can be put back.")
                return LEFT
            return self._back(Transaction(journal, engine.hands(), self._files, self._save), journal, Outcome.UNDONE)

    def _back(self, transaction: Transaction, journal: Journal, outcome: Outcome = Outcome.ROLLED_BACK) -> int:
        left = transaction.roll_back(outcome)
        if left:
            self._say(f"The way back is incomplete. Left to do: {'; '.join(left)}. Or run `stigmer-doctor fix` again.")
            return INCOMPLETE
        self._say(f"The container {journal.name} is back as it was ({journal.old_id[:12]}).")
        return DONE if outcome is Outcome.UNDONE else ROLLED_BACK

    # ---- small things ------------------------------------------------------------------------------------------------

    def _diagnosed(self, container: str) -> tuple[Facts, Diagnosis]:
        facts = app.gather(dataclasses.replace(self._question, container=container, passive=False), self._outside)
        return facts, app.diagnose(facts, self._profile)

    def _journal(self, plan: Plan, raw: Json, body: Json, facts: Facts) -> Journal:
        nonce = secrets.token_hex(4)
        data = facts.data_dir
        recorded = isinstance(data, DataDir) and data.recorded_id == raw["Id"]
        return Journal(
            id=f"{self._outside.now()[:10]}-{nonce}",
            at=self._outside.now(),
            engine=facts.search.endpoint,
            name=plan.container,
            old_id=str(raw["Id"]),
            temporary=f"{plan.container}.new-{nonce}",
            kept=f"{plan.container}.old-{nonce}",
            old=dict(raw),
            body=dict(body),
            plan=plan,
            id_file=f"{data.path.rstrip('/')}/{data.id_file}" if recorded and isinstance(data, DataDir) else "",
            id_before=data.recorded_id if recorded and isinstance(data, DataDir) else None,
        )

    def _save(self, journal: Journal) -> None:
        self._state.save(journal)


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
    listed = engine.containers()
    return [
        str(each["Names"][0]).lstrip("/")
        for each in listed
        if (each.get("HostConfig") or {}).get("NetworkMode") in modes
    ]


def _there(hands: EngineHands, container_id: str) -> bool:
    try:
        hands.container(container_id)
    except NotFound:
        return False
    return True


def _later(now: str, days: float) -> str:
    moment = dt.datetime.fromisoformat(now) + dt.timedelta(days=days)
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
