"""Compose files to facts: the services that run the runner, and what compose would make of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from stigmer_doctor.analysis.host_names import HostNames, names_in
from stigmer_doctor.collect.compose_projects import Group
from stigmer_doctor.collect.configuration import configuration
from stigmer_doctor.collect.planned import planned_container
from stigmer_doctor.collect.spans import without_secrets
from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.model.edits import Edit, Span
from stigmer_doctor.model.facts import Configuration, Container, Contract, Place, Variable
from stigmer_doctor.model.ports import Redactor, SourceFiles
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.source import ComposeFiles, ComposeService, ComposeVariable, Problem, Token, UnsetEndpoint
from stigmer_doctor.source.compose import change, splice
from stigmer_doctor.source.compose.document import DocumentProblem as Found
from stigmer_doctor.source.compose.nodes import MappingNode
from stigmer_doctor.source.compose.nodes import Sequence as SequenceNode
from stigmer_doctor.source.compose.project import Project, ProjectService, ProjectSetting

_MAIN = "main.py"
_LOOPBACK = compiled_later(r"(?:[a-z]+://)?(?P<host>localhost|127\.0\.0\.1|\[::1\])(?::|/|$)")


class ComposeReader(msgspec.Struct, frozen=True):
    """What compose files are looked at with."""

    files: SourceFiles
    contract: Contract
    profile: Profile
    redactor: Redactor

    @property
    def names(self) -> HostNames:
        """What the user's machine is called in compose's containers, which an engine runs, wherever that is."""
        return names_in(Place.THIS_MACHINE, self.profile)

    def clean(self, span: Span | None) -> Span | None:
        return without_secrets(span, self.redactor, "compose") if span else None


def compose_files(projects: Sequence[Group], reader: ComposeReader, owner: str = "") -> ComposeFiles:
    """What the projects say of the runner. What was seen in one project is not said again of the next one."""
    services: dict[tuple[str, str], ComposeService] = {}
    problems: dict[Problem, None] = {}
    for group in projects:
        project = Project(group.files, reader.files.read, group.folder)
        found = project.services()
        mine = [
            service
            for service in found.values()
            if _runs_the_runner(service, reader.profile)
            and (service.name not in project.templates or "container_name" in service.fields)
        ]
        for service in mine:
            made = _service(service, project, reader)
            services.setdefault((service.name, made.place), made)
        if mine or owner or group.named:
            problems |= dict.fromkeys(_problem(fault, reader) for fault in _wrong(project, group, reader))
    files = tuple(dict.fromkeys(file for group in projects for file in group.files))
    return ComposeFiles(
        files=files, contract=reader.contract, services=tuple(services.values()), problems=tuple(problems), owner=owner
    )


def _wrong(project: Project, group: Group, reader: ComposeReader) -> list[Found]:
    """Why compose would refuse the files; where it is only likely that they belong together, not what the last one
    alone would be accepted with."""
    found = [*project.problems, *project.refusals()]
    if group.guessed and found:
        alone = Project(group.files[-1:], reader.files.read, group.folder)
        if not (alone.problems or alone.refusals()):
            return []
    return found


def _runs_the_runner(service: ProjectService, profile: Profile) -> bool:
    """By the container's name, or by its image where it runs its program; a service that builds its image, by its own
    name."""
    image, name = service.fields.get("image"), service.fields.get("container_name")
    if name and name.value == profile.container_name:
        return True
    if any(name in service.fields and _MAIN not in _words(service.fields[name]) for name in ("entrypoint", "command")):
        return False
    if image:
        return any(other in (image.value or image.raw) for other in profile.images)
    return "build" in service.fields and service.name in profile.compose_services


def _words(setting: ProjectSetting) -> str:
    """The setting as its file has it, a list as well."""
    node = setting.item.value if setting.item else None
    return setting.document.source.text[node.start : node.end] if setting.document and node else setting.raw


def _problem(problem: Found, reader: ComposeReader) -> Problem:
    message = reader.redactor.text(problem.message, "compose")
    return Problem(file=problem.file, message=message, span=reader.clean(problem.span), certain=problem.certain)


def _service(service: ProjectService, project: Project, reader: ComposeReader) -> ComposeService:
    known = {variable.name: variable.value for variable in service.environment.values() if variable.value is not None}
    shown = reader.redactor.environment(known, "compose")
    variables = {name: Variable(name=name, value=value, hidden=hidden) for name, (value, hidden) in shown.items()}
    planned = _planned(service, tuple(variables.values()), project, reader)
    document, item, _ = service.blocks[0]
    host = project.host_network(service)
    place = document.span(item.key).place
    in_force = configuration(planned, reader.contract, reader.profile)
    return ComposeService(
        name=service.name,
        files=project.files,
        place=place,
        planned=planned,
        configuration=in_force,
        environment=tuple(_variable(variable, variables, reader) for variable in service.environment.values()),
        host_mode=_token(host, service, reader) if host else None,
        without_host_mode=_without_host(service, host, reader) if host else (),
        unset=_unset(service, in_force, reader),
        unreadable=tuple(service.missing),
        mounts=tuple(service.mounts),
        with_alias=_with_alias(service, reader),
        unknown=tuple(variable.name for variable in service.environment.values() if variable.value is None),
    )


def _planned(
    service: ProjectService, environment: tuple[Variable, ...], project: Project, reader: ComposeReader
) -> Container:
    def text(name: str) -> str:
        return reader.redactor.text(_value(service, name), "compose")

    hosts = (f"{host.name}:{host.value}" for host in service.extra_hosts.values() if host.value)
    return planned_container(
        text("container_name") or service.name,
        image=reader.redactor.reference(_value(service, "image"), "compose"),
        restart_policy=text("restart"),
        network_mode="host" if project.host_network(service) else text("network_mode") or "bridge",
        extra_hosts=tuple(hosts),
        environment=environment,
    )


def _value(service: ProjectService, name: str) -> str:
    setting = service.fields.get(name)
    return (setting.value or "") if setting else ""


def _variable(setting: ProjectSetting, known: dict[str, Variable], reader: ComposeReader) -> ComposeVariable:
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


def _scheme(setting: ProjectSetting) -> Span | None:
    """Where `http://` stands in the value."""
    document, whole, before = setting.document, setting.whole, setting.raw.find("://")
    if document is None or whole is None or before < 0:
        return None
    offset = 0 if setting.item else len(setting.name) + 1
    found = splice.part(document, whole, offset, offset + before + 3, "")
    return found.span if found else None


def _token(setting: ProjectSetting, service: ProjectService, reader: ComposeReader) -> Token:
    """Where host networking is asked for; the service itself where the project's default network is the host's."""
    document, item, _ = service.blocks[0]
    whole = setting.document.span(setting.whole) if setting.document and setting.whole else document.span(item.key)
    return Token(name=setting.name, span=reader.clean(whole) or whole, via=setting.via)


def _without_host(service: ProjectService, host: ProjectSetting, reader: ComposeReader) -> tuple[Edit, ...]:
    """How to remove host networking, with what then must not mean the container itself any more: all of it or none."""
    removed, moved = _without_mode(service, host), _moved(service, reader)
    return () if removed is None or moved is None else _cleaned([removed, *moved], reader)


def _without_mode(service: ProjectService, host: ProjectSetting) -> Edit | None:
    """None where it does not stand in the service itself, or in more than one file."""
    key = "network_mode" if host.name == "network_mode" else "networks"
    holders = [(document, block) for document, _, block in service.blocks if document.item(block, key)]
    if host.via or host.document is None or host.item is None or host.whole is None or len(holders) != 1:
        return None
    if key == "networks" and len(service.networks) > 1:
        value = host.item.value
        if isinstance(value, MappingNode):
            return splice.without_entry(host.document, value, host.whole)
        return splice.without_item(host.document, value, host.whole) if isinstance(value, SequenceNode) else None
    return splice.without_entry(host.document, host.item.owner, host.item.key)


def _moved(service: ProjectService, reader: ComposeReader) -> list[Edit] | None:
    """The user's machine in place of `localhost` in the service's own variables; None where one cannot be changed."""
    made = []
    for variable in service.environment.values():
        match = _LOOPBACK.match(variable.value or "")
        if not match or not variable.name.startswith(reader.profile.owned_prefixes):
            continue
        offset = 0 if variable.item else len(variable.name) + 1
        if variable.via or variable.document is None or variable.whole is None or variable.value != variable.raw:
            return None
        alias = reader.names.alias
        edit = splice.part(
            variable.document, variable.whole, offset + match.start("host"), offset + match.end("host"), alias
        )
        if edit is None:
            return None
        made.append(edit)
    return made


def _unset(service: ProjectService, in_force: Configuration, reader: ComposeReader) -> tuple[UnsetEndpoint, ...]:
    """The endpoints that nothing sets and whose default is the container's own loopback, and how to set them."""
    found = [endpoint for endpoint in in_force.endpoints if endpoint.defaulted and endpoint.loopback]
    hosts = [endpoint.host for endpoint in in_force.endpoints if endpoint.host in reader.names.aliases]
    host = next(iter(hosts), reader.names.alias)
    urls = {endpoint.name for endpoint in reader.profile.endpoints if endpoint.url}
    values = {
        service.variable: f"{'http://' if service.name in urls else ''}{host}:{service.standard_port}"
        for service in found
    }
    made = change.settings(service, values)
    return tuple(
        UnsetEndpoint(
            name=service.name,
            variable=service.variable,
            value=values[service.variable],
            edits=_cleaned(made.get(service.variable, ()), reader),
        )
        for service in found
    )


def _cleaned(edits: Iterable[Edit], reader: ComposeReader) -> tuple[Edit, ...]:
    return tuple(Edit(span=span, text=edit.text) for edit in edits if (span := reader.clean(edit.span)))


def _with_alias(service: ProjectService, reader: ComposeReader) -> tuple[Edit, ...]:
    return _cleaned(change.mapping(service, reader.names.alias, "host-gateway"), reader)
