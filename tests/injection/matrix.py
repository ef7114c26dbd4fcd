"""Fields x styles x formats: what the doctor prints where somebody chose the content of one field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from stigmer_doctor import profile
from stigmer_doctor.judge import judge
from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Diagnosis
from stigmer_doctor.model.profile import EndpointProfile, Profile
from stigmer_doctor.render import remediation_steps
from stigmer_doctor.render.formats import FORMATS, renderer
from stigmer_doctor.render.renderer import Display, Report
from stigmer_doctor.rules.registry import RULES
from tests.injection.extraction import EXTRACT, normal
from tests.injection.fields import Field, changed, fields
from tests.injection.payloads import PAYLOADS, changes
from tests.injection.shell import Ran, problems, run
from tests.render.samples import incident_facts, native_linux
from tests.rules.situations import FIRING

_WIDE = Display(width=1_000_000)
REFUSED = "# no command here: "
MISSED = "in no format"
# The profile says which programs start the services: what stands there is a command, of any program.
PROGRAMS_OF_A_PROFILE = (Field(EndpointProfile, "start"), Field(Profile, "pull_commands"))


class Cell(NamedTuple):
    """One thing that is tried."""

    field: Field
    style: str
    situation: int
    beside: bool


class Printed(NamedTuple):
    """A command as it stands in one format."""

    cell: Cell
    format: str
    command: str


@cache
def situations() -> tuple[f.Facts, ...]:
    """Facts of which the doctor prints commands: one for each rule, and those of whole reports; a container of compose
    and one without, an engine that was named and one that was not."""
    found = [incident_facts(), native_linux().facts, *(make() for makes in FIRING.values() for make in makes[:1])]
    printing = [facts for facts in found if list(truth(_diagnosis(facts), facts))]
    named = f.EngineSearch(endpoint="unix:///named.sock", source="--context", context="named", local=True)
    return tuple(replace(facts, search=named) if n % 3 == 0 else facts for n, facts in enumerate(printing))


def cells() -> list[Cell]:
    """All of them; some change nothing, as not every situation has every field."""
    return [
        Cell(field, style, situation, beside)
        for field in fields()
        for style in PAYLOADS
        for situation in range(len(situations()))
        for beside in (False, True)
    ]


def report(cell: Cell) -> Report | None:
    """None where the situation has no such field."""
    facts, known = situations()[cell.situation], profile.load()
    change = changes(cell.style)[cell.beside]
    other, chosen = changed(facts, cell.field, change), changed(known, cell.field, change)
    if other is facts and chosen is known:
        return None
    return Report(judge(other, RULES, chosen), other)


def _diagnosis(facts: f.Facts) -> Diagnosis:
    return judge(facts, RULES, profile.load())


def truth(diagnosis: Diagnosis, facts: f.Facts) -> Iterator[str]:
    """The commands that the text has to have."""
    for step in remediation_steps.commands(diagnosis, facts):
        yield from step.commands


def printed(cell: Cell, made: Report) -> list[Printed]:
    """The commands in every format."""
    pages = {name: renderer("report", name)(made, _WIDE) for name in FORMATS["report"]}
    found = [Printed(cell, name, command) for name, page in pages.items() for command in EXTRACT[name](page)]
    lost = missed(made, found, whole="further steps: see" not in pages["markdown"])
    return found + [Printed(cell, MISSED, command) for command in lost if cell.field not in PROGRAMS_OF_A_PROFILE]


def missed(made: Report, found: Iterable[Printed], *, whole: bool) -> list[str]:
    """Commands that were not found in the text, or in Markdown where no step was too long for it: then the whole would
    prove nothing."""
    lines = {normal(other.command) for other in found if other.format == "text"}
    blocks = "\n".join(normal(other.command) for other in found if other.format == "markdown")
    wanted = [normal(command) for command in truth(*made) if not command.startswith(REFUSED)]
    return [command for command in wanted if command not in lines or (whole and command not in blocks)]


def judged(found: Iterable[Printed], folder: Path, batch: int = 5000) -> Iterator[tuple[Printed, list[str]]]:
    """What is wrong with each, as far as anything is. The same command is run once."""
    once = {(other.command, other.cell.style): other for other in found}
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


def _wrong(printed: Printed, ran: Ran) -> list[str]:
    if all(line.startswith("#") for line in printed.command.split("\n")):
        return []
    found = problems(ran, PAYLOADS[printed.cell.style])
    return [problem for problem in found if problem != "nothing ran" or printed.cell.field not in PROGRAMS_OF_A_PROFILE]
