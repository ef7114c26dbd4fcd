"""What a report has behind its first page, line by line, for every format that folds it, in its own marks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

from stigmer_doctor.model.facts import Container, Engine, Facts, NotMeasured
from stigmer_doctor.model.findings import CheckStatus, Diagnosis, Finding, Severity
from stigmer_doctor.render import links, outline
from stigmer_doctor.render.causes import Cause
from stigmer_doctor.render.places import place
from stigmer_doctor.render.renderer import Report
from stigmer_doctor.rules.wording import listed


class Mark(StrEnum):
    """How a piece of text is shown."""

    PROSE = "prose"
    VALUE = "value"
    """As it was measured."""
    CODE = "code"
    """The code of a rule."""


class DetailLine(NamedTuple):
    """One line of a list; `below` the line before."""

    pieces: tuple[tuple[Mark, str], ...]
    below: bool = False


_Piece = str | tuple[Mark, str]


def worth_knowing(found: Iterable[Cause]) -> Iterator[DetailLine]:
    """What is neither a fault nor a warning."""
    for cause in found:
        if cause.severity is Severity.INFO:
            yield _line(*_named(cause.finding), ": ", *_message(cause.message, cause.finding), f". {cause.advice}")


def _consequences(found: Iterable[Cause]) -> Iterator[DetailLine]:
    for cause in found:
        for finding in cause.consequences:
            from_ = listed(finding.caused_by)
            yield _line(*_named(finding), f", from {from_}: ", *_message(finding.message, finding))


def evidence(report: Report, found: Iterable[Cause]) -> Iterator[DetailLine]:
    """What causes explain, and what was seen of the links and for each finding."""
    diagnosis, facts = report
    yield from _consequences(found)
    for row in links.rows(diagnosis, facts):
        seen = f"from the container {row.inside}, on this machine {row.here}, answer: {row.answer}"
        yield _line(f"{row.title} ", _value(row.address), f" ({row.origin}): {seen}")
    for finding in diagnosis.findings:
        if not finding.suppressed:
            measured, expected = _value(finding.measured), _value(finding.expected)
            yield _line(*_named(finding), ": measured ", measured, ", expected ", expected)
            for shown in finding.evidence:
                pieces = (f"{shown.source} ", _value(shown.locator), ": ", _value(shown.value))
                yield _line(*pieces)._replace(below=True)


def checks(diagnosis: Diagnosis) -> Iterator[DetailLine]:
    """What was not checked, and why; and what was hidden."""
    yield from (_line(f"not measured as a whole: {line}") for line in diagnosis.left_out)
    for status, said in ((CheckStatus.SKIP, "not checked"), (CheckStatus.CRASH, "the check itself failed")):
        for reason in outline.unchecked(diagnosis, status):
            yield _line(f"{outline.runs(reason.codes, diagnosis)}, {said}: {reason.reason}")
    yield _line(outline.aside(diagnosis))


def environment(diagnosis: Diagnosis, facts: Facts) -> Iterator[DetailLine]:
    """The doctor, the engine and the container, as they were found."""
    made = f"{diagnosis.tool.name} {diagnosis.tool.version}, facts of {diagnosis.generated_at}"
    yield _line(f"{made}, fingerprint ", _value(diagnosis.fingerprint))
    yield _line("engine endpoint ", _value(facts.search.endpoint), f", named by {facts.search.source}")
    match facts.engine:
        case Engine() as engine:
            yield _line("engine ", _value(engine.version), ", API ", _value(engine.api_version), *_system(engine))
        case NotMeasured(reason=reason):
            yield _line(f"engine: not measured: {reason}")
    match facts.container:
        case Container() as container:
            yield from _container(container)
        case NotMeasured(reason=reason):
            yield _line(f"container: not measured: {reason}")


def message(cause: Cause) -> DetailLine:
    """What is wrong, with the place in a file that it is about."""
    return _line(*_message(cause.message, cause.finding))


def _message(text: str, finding: Finding) -> tuple[_Piece, ...]:
    at = place(finding)
    return (text, " at ", _value(at.place)) if at else (text,)


def _system(engine: Engine) -> Iterator[_Piece]:
    yield from (", ", _value(engine.operating_system), ", kernel ", _value(engine.kernel))
    yield from (", ", _value(engine.architecture))


def _container(container: Container) -> Iterator[DetailLine]:
    name, image, image_id = map(_value, (container.name, container.image, container.image_id))
    yield _line("container ", name, ", image ", image, " (", image_id, ")")
    policy, network, user = map(_value, (container.restart_policy, container.network_mode, container.user))
    state = f"{container.state.status}, {container.restart_count} restarts, restart policy "
    yield _line(state, policy, ", network ", network, ", user ", user)
    for mount in container.mounts:
        access = "" if mount.writable else ", read-only"
        yield _line(f"{mount.type} ", _value(mount.source), " at ", _value(mount.destination), access)
    for variable in container.environment:
        if not variable.from_image:
            yield _line(_value(f"{variable.name}={variable.value}"))


def _named(finding: Finding) -> tuple[_Piece, ...]:
    return (Mark.CODE, finding.code), f" {finding.name}"


def _value(text: str) -> tuple[Mark, str]:
    return Mark.VALUE, text


def _line(*pieces: _Piece) -> DetailLine:
    return DetailLine(tuple((Mark.PROSE, piece) if isinstance(piece, str) else piece for piece in pieces))
