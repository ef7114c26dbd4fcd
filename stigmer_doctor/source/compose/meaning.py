"""What compose files say, without how it is written: before a change, and as it has to be after it."""

from __future__ import annotations

from stigmer_doctor.model.changes import Changes
from stigmer_doctor.source.compose import splice
from stigmer_doctor.source.compose.document import Document
from stigmer_doctor.source.compose.nodes import MappingNode, Node, Scalar, Sequence
from stigmer_doctor.source.compose.project import Project

HOST_FORBIDS = ("networks", "ports")
"""Keys that compose does not accept beside host networking."""
Said = dict[str, dict[str, str | None]]


def said(project: Project) -> Said:
    """Everything that the files say, service by service, as text; other top-level keys under the file's name."""
    found: Said = {}
    for name, service in project.services().items():
        found[name] = {
            **{f"environment {variable.name}": variable.raw for variable in service.environment.values()},
            **{f"extra_hosts {host.name}": host.raw for host in service.extra_hosts.values()},
            **{
                key: _whole(item.document, item.item.value) if item.item and item.document else item.raw
                for key, item in service.fields.items()
            },
            **({"networks": "some"} if service.networks else {}),
        }
    for document in project.documents:
        if isinstance(document.root, MappingNode):
            found[document.file] = {
                item.name: _whole(document, item.value)
                for item in document.items(document.root)
                if item.name != "services"
            }
    return found


def _whole(document: Document, node: Node) -> str:
    """What a node says, without its style."""
    node = document.resolve(node)
    if isinstance(node, Scalar):
        return repr(node.value)
    if isinstance(node, Sequence):
        return f"[{', '.join(_shallow(document, item) for item in node.items)}]"
    if isinstance(node, MappingNode):
        return f"{{{', '.join(f'{item.name}: {_shallow(document, item.value)}' for item in document.items(node))}}}"
    return ""


def _shallow(document: Document, node: Node) -> str:
    """A level down the text itself will do; an alias could be followed for ever."""
    node = document.resolve(node)
    return repr(node.value) if isinstance(node, Scalar) else document.source.text[node.start : splice.last(node)]


def expected_of(before: Project, name: str, wanted: Changes) -> Said:
    """What the files have to say once the changes of that service are made."""
    found = said(before)
    service = before.service(name)
    mine = found[name]
    if wanted.network == "host":
        mine["network_mode"] = repr("host")
        for key in HOST_FORBIDS:
            mine.pop(key, None)
    elif wanted.network and (mode := service.fields.get("network_mode")):
        mine.pop("network_mode")
        if mode.via:
            mine["network_mode"] = repr(wanted.network)
    for variable, value in wanted.variables.items():
        if value is not None:
            mine[f"environment {variable}"] = value.replace("$", "$$")
        elif (setting := service.environment.get(variable)) and setting.own:
            mine.pop(f"environment {variable}")
    for host, target in wanted.hosts.items():
        mine[f"extra_hosts {host}"] = target
    return found
