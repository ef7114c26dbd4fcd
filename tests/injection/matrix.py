"""Fields x styles x formats: what the doctor prints where somebody chose the content of one field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from stigmer_doctor.model.facts import Facts
from stigmer_doctor.model.fixes import Plan
from stigmer_doctor.model.profile import EndpointProfile, Profile
from stigmer_doctor.model.survey import Survey
from tests.injection import others, reports
from tests.injection.extraction import EXTRACT, broken_out, normal
from tests.injection.fields import Field, changed, fields
from tests.injection.payloads import PAYLOADS, changes, concerns
from tests.injection.shell import Ran, problems, run

REFUSED = "# no command here: "
MISSED = "in no format"
# The profile says which programs start the services: what stands there is a command, of any program and words.
PROGRAMS_OF_A_PROFILE = (Field(EndpointProfile, "start"), Field(Profile, "pull_commands"))


class Kind(NamedTuple):
    """One kind of document: the types that it is made of, examples of them, and what is printed of one that was
    changed, by format, given what it was before."""

    roots: tuple[type, ...]
    bases: Callable[[], Sequence[Any]]
    pages: Callable[[Any, Any], Mapping[str, str]]


KINDS: Mapping[str, Kind] = {
    "report": Kind((Facts, Profile), reports.situations, reports.pages),
    "topology": Kind((Survey, Profile), others.surveys, others.survey_pages),
    "fix": Kind((Plan,), others.plans, others.plan_alone),
    "undo": Kind((others.Undoing,), others.undoing, others.undo_pages),
}


class Cell(NamedTuple):
    """One thing that is tried."""

    kind: str
    field: Field
    style: str
    base: int
    beside: bool


class Printed(NamedTuple):
    """A command as it stands in one format."""

    cell: Cell
    format: str
    command: str


@cache
def fields_of(kind: str) -> tuple[Field, ...]:
    return fields(*KINDS[kind].roots)


def cells() -> list[Cell]:
    """All of them; some change nothing, as not every document has every field."""
    return [
        Cell(kind, field, style, base, beside)
        for kind in KINDS
        for field in fields_of(kind)
        for style in PAYLOADS
        for base in range(len(KINDS[kind].bases()))
        for beside in (False, True)
    ]


def made(cell: Cell) -> Any:
    """The document; None where it has no such field."""
    before = KINDS[cell.kind].bases()[cell.base]
    after = changed(before, cell.field, changes(cell.style)[cell.beside])
    return None if after is before else after


def printed(cell: Cell, document: Any) -> list[Printed]:
    """The commands in every format."""
    pages = KINDS[cell.kind].pages(document, KINDS[cell.kind].bases()[cell.base])
    found = [
        Printed(cell, name, command)
        for name, page in pages.items()
        for command in (*EXTRACT[name](page), *broken_out(page))
    ]
    if cell.kind != "report" or not pages or cell.field in PROGRAMS_OF_A_PROFILE:
        return found
    whole = "further steps: see" not in pages["markdown"]
    return found + [Printed(cell, MISSED, command) for command in missed(document, found, whole=whole)]


def missed(document: reports.Given, found: Iterable[Printed], *, whole: bool) -> list[str]:
    """Commands that were not found in the text, or in Markdown where no step was too long for it: then the whole would
    prove nothing."""
    lines = {normal(other.command) for other in found if other.format == "text"}
    blocks = "\n".join(normal(other.command) for other in found if other.format == "markdown")
    commands = reports.truth(reports.reported(document))
    wanted = [normal(command) for command in commands if not command.startswith(REFUSED)]
    return [command for command in wanted if command not in lines or (whole and command not in blocks)]


Known = set[tuple[str, str, bool]]


def judged(
    found: Iterable[Printed], folder: Path, known: Known, batch: int = 5000
) -> Iterator[tuple[Printed, list[str]]]:
    """What is wrong with each, as far as anything is. A command is run once: none that is `known`, which grows."""
    once = {key: other for other in found if (key := _key(other)) not in known}
    known.update(once)
    yield from ((other, ["not found by the extraction"]) for other in once.values() if other.format == MISSED)
    rest = (other for other in once.values() if other.format != MISSED)
    number = 0
    while some := list(islice(rest, batch)):
        here = folder / str(number)
        here.mkdir()
        number += 1
        for other, ran in zip(some, run([one.command for one in some], here), strict=True):
            if wrong := _wrong(other, ran):
                yield other, wrong


def _key(printed: Printed) -> tuple[str, str, bool]:
    """Where no payload is in it, it does not matter which one there was."""
    style = printed.cell.style if concerns(printed.command) else ""
    return printed.command, style, printed.format == MISSED


def _wrong(printed: Printed, ran: Ran) -> list[str]:
    if all(line.startswith("#") for line in printed.command.split("\n")):
        return ["canary"] if ran.canary else []
    found = problems(ran, PAYLOADS[printed.cell.style])
    return [problem for problem in found if problem == "canary" or printed.cell.field not in PROGRAMS_OF_A_PROFILE]
