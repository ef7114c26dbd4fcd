"""What the other commands print: `topology`, a plan of `fix` as it stands, `undo --list`, and what an incomplete
roll-back leaves to the user."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec
from msgspec.structs import replace

from stigmer_doctor import app, profile
from stigmer_doctor.cli.output import say
from stigmer_doctor.fix.apply import roll_back
from stigmer_doctor.fix.compose_transaction import ComposeTransaction
from stigmer_doctor.fix.container_transaction import ContainerTransaction
from stigmer_doctor.fix.file_transaction import FileTransaction
from stigmer_doctor.fix.transaction import FixTransaction
from stigmer_doctor.model import facts as f
from stigmer_doctor.model.blueprint import Blueprint, Description
from stigmer_doctor.model.container import Compose
from stigmer_doctor.model.errors import DoctorError
from stigmer_doctor.model.fixes import FileChange, FileDiff, Journal, Plan, Planned
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.survey import Survey
from stigmer_doctor.model.topology import BeaconOutcome, Route, RouteNetwork, Topology
from stigmer_doctor.render.formats import FORMATS, renderer
from stigmer_doctor.render.topology import TopologyDocument
from tests import fakes
from tests.healthy import healthy
from tests.injection.reports import WIDE, plan_pages, reported

# ---- topology --------------------------------------------------------------------------------------------------------


@cache
def surveys() -> tuple[tuple[Survey, Profile], ...]:
    """The host's network works, the alias, a gateway while a service listens on the loopback, and nothing."""
    return tuple((_survey(*routes), profile.load()) for routes in ((_HOST,), (_ALIAS,), (_GATEWAY,), (_DROPPED,)))


def survey_pages(given: tuple[Survey, Profile], _before: object) -> Mapping[str, str]:
    survey, known = given
    document = TopologyDocument(survey=survey, recommendation=app.recommend(survey, known))
    return {f"topology {name}": renderer("topology", name)(document, WIDE) for name in FORMATS["topology"]}


def _survey(*routes: Route) -> Survey:
    facts = healthy()
    assert isinstance(facts.engine, f.Engine)
    return Survey(
        tool_version="1",
        collected_at="2026-01-22T03:27:23Z",
        search=facts.search,
        engine=facts.engine,
        topology=Topology(routes=routes, listened=("127.0.0.1",), image="runner:1", missing=("the rest",)),
        listeners=facts.listeners,
    )


def _route(network: RouteNetwork, name: str, address: str, listener: str, *, reached: bool = True) -> Route:
    outcome = BeaconOutcome.REACHED if reached else BeaconOutcome.DROPPED
    return Route(network=network, name=name, address=address, listener=listener, outcome=outcome)


_HOST = _route(RouteNetwork.HOST, "localhost", "127.0.0.1", "127.0.0.1")
_ALIAS = _route(RouteNetwork.BRIDGE, "host.docker.internal", "198.18.0.1", "127.0.0.1")
_GATEWAY = _route(RouteNetwork.BRIDGE, "host-gateway", "198.18.0.1", "198.18.0.1")
_DROPPED = _route(RouteNetwork.BRIDGE, "host-gateway", "198.18.0.1", "198.18.0.1", reached=False)

# ---- fix -------------------------------------------------------------------------------------------------------------

_PLAN = Plan(
    container="runner",
    container_id="a" * 64,
    changes=(Planned(what="it is wrong", codes=("SD204",)),),
    diff=("- A=b", "+ A=c"),
    files=(FileDiff(path="/x/compose.yml", diff="@@ -1 +1 @@\n-a\n+b"),),
    fixes=("SD204",),
    manual=(Planned(what="start it", codes=("SD604",)),),
    writable_layer_paths=("/x",),
    notes=("it has changes",),
)


def plans() -> tuple[tuple[Plan], ...]:
    return ((_PLAN,), (replace(_PLAN, files=()),), (replace(_PLAN, refusal="it cannot be done"),))


def plan_alone(given: tuple[Plan], _before: object) -> Mapping[str, str]:
    return plan_pages(given[0], _healthy())


@cache
def _healthy() -> Any:
    return reported((healthy(), profile.load()))


# ---- undo ------------------------------------------------------------------------------------------------------------


class Undoing(msgspec.Struct, frozen=True, kw_only=True):
    """A fix that cannot be taken back, and what the engine says to it."""

    journal: Journal
    old: Blueprint
    error: str


def undoing() -> tuple[tuple[Undoing], ...]:
    """Of a container, of one that compose owns, and of files."""
    old = Blueprint(
        id="a" * 64, name="runner", image="runner:1", status="running", restart_policy="always",
        description={}, labels={},
    )  # fmt: skip
    alone = Journal(
        id="1", at="2026-01-22T03:27:23Z", engine="unix:///x.sock", name="runner", old_id="a" * 64, plan=_PLAN,
        temporary="runner.new", kept="runner.old", id_file="~/.stigmer/data/id", id_before="a", keep_until="2026-02-01",
    )  # fmt: skip
    owner = Compose(project="p", service="runner", config_files=("/x/compose.yml",), working_dir="/x")
    files = (FileChange(path="/x/compose.yml", before=b"a", after=b"b"),)
    journals = (alone, replace(alone, owner=owner), replace(alone, files=files, old_id=""))
    return tuple((Undoing(journal=journal, old=old, error="it is gone"),) for journal in journals)


def undo_pages(given: tuple[Undoing], _before: object) -> Mapping[str, str]:
    """The list, and what is said where the first step fails."""
    told = io.StringIO()
    with contextlib.redirect_stderr(told):
        roll_back(_transaction(given[0]), _Saying())  # type: ignore[arg-type] # it says, and does nothing else
    return {"undo --list": renderer("fixes", "text")([given[0].journal], WIDE), "undo": told.getvalue()}


def _transaction(given: Undoing) -> FixTransaction:
    journal = msgspec.structs.replace(given.journal)
    manager, files = _Failing(given), _NoFiles(given)
    if not journal.old_id:
        return FileTransaction(journal, lambda _: None, files)
    if journal.owner:
        return ComposeTransaction(journal, lambda _: None, manager, _NoCompose(given), files)
    return ContainerTransaction(journal, lambda _: None, manager, files)


class _Saying:
    say = staticmethod(say)
    engine_options = staticmethod(tuple[str, ...])


class _Failing(fakes.FakeManager):
    def __init__(self, given: Undoing) -> None:
        self._given = given

    def recall(self, description: Description) -> Blueprint:  # noqa: ARG002 - the port's signature
        return self._given.old

    def blueprint(self, name_or_id: str) -> Blueprint:  # noqa: ARG002 - the port's signature
        raise DoctorError(self._given.error)


class _NoCompose:
    def __init__(self, given: Undoing) -> None:
        self._given = given

    def check(self, owner: Compose) -> str:  # noqa: ARG002 - the port's signature
        return self._given.error

    def up(self, owner: Compose) -> None:  # noqa: ARG002 - the port's signature
        raise DoctorError(self._given.error)


class _NoFiles:
    """Implements Files: somebody has changed them since."""

    def __init__(self, given: Undoing) -> None:
        self._given = given

    def read(self, path: str) -> bytes:  # noqa: ARG002 - the port's signature
        return b"changed"

    def write(self, path: str, data: bytes) -> None:  # noqa: ARG002 - the port's signature
        raise DoctorError(self._given.error)
