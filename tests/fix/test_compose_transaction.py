"""Compose files that are changed and a container that compose recreates, and the way back, where compose may fail."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field

import pytest

from stigmer_doctor.fix.compose_transaction import ComposeTransaction
from stigmer_doctor.model.container import Compose
from stigmer_doctor.model.errors import DoctorError, EngineError
from stigmer_doctor.model.fixes import FileChange, FixOutcome, FixStep, Journal, Plan
from tests.fix.test_container_transaction import FILE, NAME, OLD, Engine, Files

COMPOSE, BEFORE, AFTER = "/src/compose.yaml", b"before", b"after"
HOLDER = "n" * 64
QUIET = ("no", {"Status": "exited", "Waited": 3})
OWNER = Compose(project="p", service="runner", config_files=(COMPOSE,))


@dataclass
class Tool:
    """Compose: it recreates the service's container where its file has changed, and starts it."""

    engine: Engine
    files: Files
    fails: bool = False
    made: list[str] = field(default_factory=list)
    found: list[tuple[object, object]] = field(default_factory=list)
    """Policy and state of the container that it was to recreate."""
    created_of: bytes = BEFORE

    def check(self, owner: Compose) -> str:
        raise NotImplementedError

    def up(self, owner: Compose) -> None:
        assert owner == OWNER
        if self.fails:
            raise DoctorError("compose failed")
        running = next((key for key, found in self.engine.containers.items() if found["Name"] == f"/{NAME}"), "")
        if running:
            there = self.engine.containers[running]
            self.found.append((there["Policy"], dict(there["State"])))
        if self.files.texts[COMPOSE] != self.created_of or not running:
            self.engine.containers.pop(running, None)
            running = f"{len(self.made)}" * 64
            self.made.append(running)
            self.created_of = self.files.texts[COMPOSE]
            self.engine.containers[running] = {"Id": running, "Name": f"/{NAME}", "Policy": "always"}
        self.engine.containers[running]["State"] = {"Status": "running"}


class Case:
    """A container of a service, and the transaction that lets compose replace it."""

    def __init__(self, status: str = "running", fails: int = 0, lost: tuple[str, ...] = ("/app/work",)) -> None:
        state = {"Id": OLD, "Name": f"/{NAME}", "State": {"Status": status}, "Policy": "always"}
        self.engine = Engine({OLD: copy.deepcopy(state)}, fails)
        self.files = Files({FILE: OLD.encode(), COMPOSE: BEFORE})
        self.tool = Tool(self.engine, self.files)
        self.saved: list[tuple[FixStep | None, bool]] = []
        self.journal = Journal(
            id="1", at="", engine="e", name=NAME, old_id=OLD, kept="runner.old", old={"status": status}, owner=OWNER,
            plan=Plan(container=NAME, container_id=OLD, writable_layer_paths=lost), id_file=FILE, id_before=OLD,
            files=(FileChange(path=COMPOSE, before=BEFORE, after=AFTER),),
        )  # fmt: skip
        self.transaction = ComposeTransaction(self.journal, self._save, self.engine, self.tool, self.files)

    def _save(self, journal: Journal) -> None:
        self.saved.append((journal.begun, journal.finished))

    def run(self) -> None:
        self.transaction.apply()
        assert self.transaction.verify(lambda _: ()) == ()
        self.transaction.complete("later")

    def runner(self) -> dict[str, object]:
        """The container that has the service's name."""
        (found,) = (item for item in self.engine.containers.values() if item["Name"] == f"/{NAME}")
        return found


def test_the_new_container_has_what_was_written_in_the_old_one() -> None:
    case = Case()
    case.run()
    assert case.files.texts == {FILE: case.tool.made[0].encode(), COMPOSE: AFTER}
    assert (case.journal.new_id, case.journal.holder) == (case.tool.made[0], HOLDER)
    assert case.runner()["Copied"] == ["/app/work"]
    assert (case.journal.outcome, case.journal.keep_until) == (FixOutcome.DONE, "later")
    holder = case.engine.containers[HOLDER]
    assert (holder["Body"], holder["Copied"]) == ({"idle": "runner:1"}, ["/app/work"])
    steps = [FixStep.KEEP, FixStep.WRITE, FixStep.RECREATE, FixStep.COPY_LAYER, FixStep.VERIFY, FixStep.RECORD]
    assert [begun for begun, finished in case.saved[:-1] if not finished] == steps


def test_where_nothing_was_written_nothing_is_kept() -> None:
    case = Case(lost=())
    case.run()
    assert HOLDER not in case.engine.containers
    assert [begun for begun, finished in case.saved if finished][:2] == [FixStep.WRITE, FixStep.RECREATE]


def test_the_old_container_is_quiet_while_compose_replaces_it() -> None:
    case = Case()
    case.transaction.apply()
    assert case.tool.found == [QUIET]


@pytest.mark.parametrize("status", ["running", "exited"])
@pytest.mark.parametrize("lost", [(), ("/app/work",)], ids=["nothing written", "something written"])
def test_the_way_back_lets_compose_make_the_old_container_again(status: str, lost: tuple[str, ...]) -> None:
    case = Case(status, lost=lost)
    case.transaction.apply()
    assert case.transaction.roll_back() == ()
    assert case.files.texts == {FILE: case.tool.made[1].encode(), COMPOSE: BEFORE}
    assert case.runner().get("Copied", []) == list(lost)
    assert case.runner()["State"] == (
        {"Status": "running"} if status == "running" else {"Status": "exited", "Waited": 3}
    )
    assert case.tool.found == [QUIET, QUIET]
    assert list(case.engine.containers) == [case.tool.made[1]]
    assert case.journal.outcome is FixOutcome.ROLLED_BACK


@pytest.mark.parametrize("fails", range(1, 6))
def test_before_compose_has_replaced_it_the_old_container_itself_stays(fails: int) -> None:
    case = Case(fails=fails)
    with pytest.raises(EngineError):
        case.transaction.apply()
    case.engine.fails = 0
    assert case.transaction.roll_back(FixOutcome.UNDONE) == ()
    assert case.engine.containers == {
        OLD: {"Id": OLD, "Name": f"/{NAME}", "State": {"Status": "running"}, "Policy": "always"}
    }
    assert case.files.texts == {FILE: OLD.encode(), COMPOSE: BEFORE}
    assert case.journal.outcome is FixOutcome.UNDONE


def test_a_way_back_that_compose_does_not_take_is_said_as_a_command_and_may_be_repeated() -> None:
    case = Case()
    case.transaction.apply()
    case.tool.fails = True
    assert case.transaction.roll_back() == ("# compose failed:", "docker compose --project-name=p up -d runner")
    assert case.journal.outcome is FixOutcome.INCOMPLETE
    case.tool.fails = False
    assert case.transaction.roll_back() == ()
    assert case.files.texts[COMPOSE] == BEFORE


def test_a_container_that_is_gone_is_made_again_by_the_way_back() -> None:
    case = Case(lost=())
    case.transaction.apply()
    case.engine.remove(case.journal.new_id)
    assert case.transaction.roll_back() == ()
    assert case.runner()["State"] == {"Status": "running"}


def test_a_file_that_somebody_changed_is_left_alone_and_compose_too() -> None:
    case = Case()
    case.transaction.apply()
    case.files.texts[COMPOSE] = b"somebody else's"
    (left,) = case.transaction.roll_back()
    assert left.startswith(f"# {COMPOSE}")
    assert (case.files.texts[COMPOSE], case.journal.outcome) == (b"somebody else's", FixOutcome.INCOMPLETE)
    assert len(case.tool.made) == 1
