"""Compose files to facts: the services that run the runner, and what compose would make of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from stigmer_doctor.collect.compose_projects import Group
from stigmer_doctor.collect.configuration import configuration
from stigmer_doctor.collect.spans import without_secrets
from stigmer_doctor.model.edits import Edit, Span
from stigmer_doctor.model.facts import Container, Contract, State, Variable
from stigmer_doctor.model.ports import Redactor, SourceFiles
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.source import ComposeFiles, ComposeService, ComposeVariable, Problem, Token
from stigmer_doctor.source.compose import change, splice
from stigmer_doctor.source.compose.document import Problem as Found
from stigmer_doctor.source.compose.project import Project, Service, Setting

_MAIN = "main.py"
_NOT_RUN = State(status="created")


class Reader(NamedTuple):
    """What compose files are looked at with."""

    files: SourceFiles
    contract: Contract
    profile: Profile
    redactor: Redactor

    def clean(self, span: Span | None) -> Span | None:
        return without_secrets(span, self.redactor, "compose") if span else None


def compose_files(projects: Sequence[Group], reader: Reader, owner: str = "") -> ComposeFiles:
    """What the projects say of the runner. What was seen in one project is not said again of the next one."""
    services: dict[tuple[str, str], ComposeService] = {}
    problems: dict[Problem, None] = {}
    for group in projects:
        project = Project(group.files, reader.files.read, group.folder)
        found = project.services()
        mine = [
            each
            for each in found.values()
            if _runs_the_runner(each, reader.profile)
            and (each.name not in project.templates or "container_name" in each.fields)
        ]
        for each in mine:
            made = _service(each, project, reader)
            services.setdefault((each.name, made.place), made)
        if mine or owner or group.named:
            problems |= dict.fromkeys(_problem(each, reader) for each in _wrong(project, group, reader))
    files = tuple(dict.fromkeys(each for group in projects for each in group.files))
    return ComposeFiles(
        files=files, contract=reader.contract, services=tuple(services.values()), problems=tuple(problems), owner=owner
    )


def _wrong(project: Project, group: Group, reader: Reader) -> list[Found]:
    """Why compose would refuse the files; where it is only likely that they belong together, not what the last one
    alone would be accepted with."""
    found = [*project.problems, *project.refusals()]
    if group.guessed and found:
        alone = Project(group.files[-1:], reader.files.read, group.folder)
        if not (alone.problems or alone.refusals()):
            return []
    return found


def _runs_the_runner(service: Service, profile: Profile) -> bool:
    """By the container's name, or by its image where it runs its program; a service that builds its image, by its own
    name."""
    image, name = service.fields.get("image"), service.fields.get("container_name")
    if name and name.value == profile.container_name:
        return True
    if any(name in service.fields and _MAIN not in _words(service.fields[name]) for name in ("entrypoint", "command")):
        return False
    if image:
        return any(each in (image.value or image.raw) for each in profile.images)
    return "build" in service.fields and service.name in profile.compose_services


def _words(setting: Setting) -> str:
    """The setting as its file has it, a list as well."""
    node = setting.item.value if setting.item else None
    return setting.document.source.text[node.start : node.end] if setting.document and node else setting.raw


def _problem(problem: Found, reader: Reader) -> Problem:
    message = reader.redactor.text(problem.message, "compose")
    return Problem(file=problem.file, message=message, span=reader.clean(problem.span), certain=problem.certain)


def _service(service: Service, project: Project, reader: Reader) -> ComposeService:
    known = {each.name: each.value for each in service.environment.values() if each.value is not None}
    shown = reader.redactor.environment(known, "compose")
    variables = {name: Variable(name=name, value=value, hidden=hidden) for name, (value, hidden) in shown.items()}
    planned = _planned(service, tuple(variables.values()), reader)
    document, item, _ = service.blocks[0]
    mode = service.fields.get("network_mode")
    return ComposeService(
        name=service.name,
        files=project.files,
        place=document.span(item.key).place,
        planned=planned,
        configuration=configuration(planned, reader.contract, reader.profile),
        environment=tuple(_variable(each, variables, reader) for each in service.environment.values()),
        host_mode=_token(mode, reader) if mode and mode.value == "host" else None,
        without_host_mode=_without_mode(service, mode, reader) if mode and mode.value == "host" else (),
        with_alias=_with_alias(service, reader),
        unknown=tuple(each.name for each in service.environment.values() if each.value is None),
    )


def _planned(service: Service, environment: tuple[Variable, ...], reader: Reader) -> Container:
    def text(name: str) -> str:
        setting = service.fields.get(name)
        return reader.redactor.text(setting.value or "", "compose") if setting else ""

    hosts = (f"{each.name}:{each.value}" for each in service.extra_hosts.values() if each.value)
    return Container(
        id="",
        name=text("container_name") or service.name,
        image=text("image"),
        image_id="",
        created="",
        state=_NOT_RUN,
        restart_policy=text("restart"),
        restart_count=0,
        network_mode=text("network_mode") or "bridge",
        extra_hosts=tuple(hosts),
        environment=environment,
    )


def _variable(setting: Setting, known: dict[str, Variable], reader: Reader) -> ComposeVariable:
    variable = known.get(setting.name) or Variable(name=setting.name, value="")
    name_at = scheme_at = None
    place = f"{setting.file}:{setting.line}" if setting.line else setting.file
    if setting.document and setting.whole:
        place = setting.document.span(setting.item.key if setting.item else setting.whole).place
        name = setting.item.key if setting.item else setting.whole
        named = splice.part(setting.document, name, 0, len(setting.name), "")
        name_at = reader.clean(named.span if named else None)
        scheme_at = reader.clean(_scheme(setting))
    return ComposeVariable(
        variable=variable,
        known=setting.value is not None,
        place=place,
        via=setting.via,
        name_at=name_at,
        scheme_at=scheme_at,
    )


def _scheme(setting: Setting) -> Span | None:
    """Where `http://` stands in the value."""
    document, whole, before = setting.document, setting.whole, setting.raw.find("://")
    if document is None or whole is None or before < 0:
        return None
    offset = 0 if setting.item else len(setting.name) + 1
    found = splice.part(document, whole, offset, offset + before + 3, "")
    return found.span if found else None


def _token(setting: Setting, reader: Reader) -> Token | None:
    if setting.document is None or setting.item is None or setting.whole is None:
        return None
    span = reader.clean(setting.document.span(setting.whole))
    return Token(name=setting.name, span=span, via=setting.via) if span else None


def _without_mode(service: Service, mode: Setting, reader: Reader) -> tuple[Edit, ...]:
    """How to remove host networking: none where it does not stand in the service itself, or in more than one file."""
    holders = [block for document, _, block in service.blocks if document.item(block, "network_mode")]
    if mode.via or mode.document is None or mode.item is None or len(holders) != 1:
        return ()
    edit = splice.without_entry(mode.document, mode.item.owner, mode.item.key)
    span = reader.clean(edit.span) if edit else None
    return (Edit(span=span, text=""),) if span else ()


def _with_alias(service: Service, reader: Reader) -> tuple[Edit, ...]:
    edits = change.mapping(service, reader.profile.host_aliases[0], "host-gateway")
    return tuple(Edit(span=span, text=each.text) for each in edits if (span := reader.clean(each.span)))
