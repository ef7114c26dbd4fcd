"""A fix: what is planned, how far it went, and how it ended."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from stigmer_doctor.model.blueprint import Description
from stigmer_doctor.model.container import Compose
from stigmer_doctor.model.record import Part


class Planned(Part, frozen=True, kw_only=True):
    """One change of the container, in words, and the codes of the findings that it fixes. `commands` are for the user
    to run."""

    what: str
    codes: tuple[str, ...]
    commands: tuple[str, ...] = ()


class FileDiff(Part, frozen=True, kw_only=True):
    """A file that would be changed, and how, as a unified diff without secrets."""

    path: str
    diff: str


class Plan(Part, frozen=True, kw_only=True, rename={"writable_layer_paths": "lost", "fixes": "repairs"}):
    """What would be done to a container. `diff` are lines with a leading "-" or "+", `files` the
    files to change; `manual` is what only
    the user can do, with the code that asks for each; `writable_layer_paths` are paths of the writable layer
    that the new container would not have; `refusal` is why nothing can be done, "" when it can; `notes` is what
    to know before it is done."""

    container: str
    container_id: str
    changes: tuple[Planned, ...] = ()
    diff: tuple[str, ...] = ()
    files: tuple[FileDiff, ...] = ()
    fixes: tuple[str, ...] = ()
    manual: tuple[Planned, ...] = ()
    writable_layer_paths: tuple[str, ...] = ()
    refusal: str = ""
    notes: tuple[str, ...] = ()


class FixStep(StrEnum):
    """The steps of applying a plan, in their order. Each is written down before it is taken."""

    CREATE = "create the new container beside the old one"
    CONNECT = "attach it to the other networks"
    DISABLE_RESTART = "keep the engine from restarting the old container"
    STOP = "stop the old container"
    COPY_LAYER = "copy what was written in the old container"
    RENAME_OLD = "rename the old container"
    RENAME_NEW = "give the new container the old one's name"
    START = "start the new container"
    VERIFY = "verify the new container"
    KEEP = "keep what was written in the old container"
    WRITE = "write the files"
    RECREATE = "let compose recreate the container"
    POLICY = "restore the restart policy"
    RECORD = "tell the daemon the new id"


CONTAINER_STEPS = (
    FixStep.CREATE, FixStep.CONNECT, FixStep.DISABLE_RESTART, FixStep.STOP, FixStep.COPY_LAYER, FixStep.RENAME_OLD,
    FixStep.RENAME_NEW, FixStep.START, FixStep.VERIFY, FixStep.POLICY, FixStep.RECORD,
)  # fmt: skip
COMPOSE_STEPS = (FixStep.KEEP, FixStep.WRITE, FixStep.RECREATE, FixStep.COPY_LAYER, FixStep.VERIFY, FixStep.RECORD)
FILE_STEPS = (FixStep.WRITE, FixStep.VERIFY)


class FileChange(Part, frozen=True, kw_only=True):
    """A file with its bytes before and after."""

    path: str
    before: bytes
    after: bytes


class FixOutcome(StrEnum):
    OPEN = "open"
    DONE = "done"
    ROLLED_BACK = "rolled back"
    INCOMPLETE = "incomplete"
    UNDONE = "undone"


class Journal(msgspec.Struct, kw_only=True):
    """What a fix writes down, in a file that only its user may read: it holds the container's whole configuration.

    `begun` is the last step that was begun, `finished` whether it was finished; `old` is the engine's description of
    the container as it was, `body` that of what was created in its place. `files` are the files that were changed;
    `owner` is the compose project that recreates the container, `holder` the container that keeps what was written in
    the old one.
    """

    id: str
    at: str
    engine: str
    name: str
    old_id: str = ""
    plan: Plan
    temporary: str = ""
    kept: str = ""
    old: Description = {}
    body: Description = {}
    files: tuple[FileChange, ...] = ()
    owner: Compose | None = None
    holder: str = ""
    new_id: str = ""
    id_file: str = ""
    id_before: str | None = None
    begun: FixStep | None = None
    finished: bool = False
    outcome: FixOutcome = FixOutcome.OPEN
    keep_until: str = ""
    """When the old container may be removed; ISO 8601 in UTC."""
