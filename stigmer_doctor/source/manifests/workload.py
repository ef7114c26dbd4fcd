"""One object of a manifest: its containers with their variables, where each stands."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec.structs import replace

from stigmer_doctor.source.compose.document import Document, Item
from stigmer_doctor.source.compose.nodes import MappingNode, Node, Scalar, Sequence

_POD = {
    "Pod": ("spec",),
    "Deployment": ("spec", "template", "spec"),
    "StatefulSet": ("spec", "template", "spec"),
    "DaemonSet": ("spec", "template", "spec"),
    "ReplicaSet": ("spec", "template", "spec"),
    "Job": ("spec", "template", "spec"),
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
}
_OF_PODS = ("containers", "hostNetwork")
_PLANTON = "KubernetesDeployment"
_LATER = ("$variables-group/", "$secrets-group/", "$(")
_MAIN = "app"
_LISTS = ("List", "DeploymentList", "StatefulSetList", "DaemonSetList", "PodList")
_MOST_LEVELS = 5


class ManifestValue(msgspec.Struct, frozen=True):
    """A variable's value; None where it is filled in later. `key` is the node of its name."""

    name: str
    text: str | None
    document: Document
    key: Scalar
    via: str = ""


class Runs(msgspec.Struct, frozen=True):
    """A container of a workload. `removed` are variables that an overlay takes away; `renamed` is what a kustomization
    has in place of its image, "" where it leaves it."""

    name: str
    document: Document
    place: Node
    image: str = ""
    environment: dict[str, ManifestValue] = msgspec.field(default_factory=dict)
    removed: frozenset[str] = frozenset()
    open_ended: bool = False
    renamed: str = ""

    def with_images(self, names: dict[str, str]) -> Runs:
        """This one where images have other names."""
        image = self.renamed or self.image
        name, tag, rest = _named(image)
        return replace(self, renamed=f"{names[name]}{tag}{rest}") if name in names else self


def _named(image: str) -> tuple[str, str, str]:
    """An image's name without its tag, and what follows."""
    whole, at, digest = image.partition("@")
    folder, slash, last = whole.rpartition("/")
    last, colon, tag = last.partition(":")
    return f"{folder}{slash}{last}", f"{colon}{tag}", f"{at}{digest}"


class Workload(msgspec.Struct, frozen=True):
    """What a manifest says of one object, or what a patch says of it. `unread` is the file of a patch that may change
    its containers and is not followed, "" where there is none."""

    kind: str
    name: str
    document: Document
    containers: dict[str, Runs] = msgspec.field(default_factory=dict)
    host_network: bool = False
    unread: str = ""

    def under(self, patch: Workload) -> Workload:
        """This one with a patch of it over it."""
        found = dict(self.containers)
        for name, over in patch.containers.items():
            own = found.get(name)
            found[name] = _merged(own, over) if own else over
        return replace(self, containers=found, host_network=self.host_network or patch.host_network)

    def with_images(self, names: dict[str, str]) -> Workload:
        return replace(self, containers={name: item.with_images(names) for name, item in self.containers.items()})

    def left_open(self, patch: str) -> Workload:
        """This one where a patch of it could not be followed."""
        return replace(self, unread=patch)


def _merged(base: Runs, over: Runs) -> Runs:
    kept = {name: item for name, item in base.environment.items() if name not in over.removed}
    return replace(
        base,
        image=over.image or base.image,
        environment={**kept, **over.environment},
        open_ended=base.open_ended or over.open_ended,
    )


def workloads(document: Document) -> Iterator[Workload]:
    """The workloads that the file's documents describe."""
    for part in document.parts:
        for root in _objects(part, part.root, 0):
            yield from _workload(part, root)


def _objects(document: Document, node: Node, level: int) -> Iterator[Node]:
    """The object itself, or those that a list of objects holds."""
    if text_at(document, node, "kind") not in _LISTS:
        yield node
    elif level < _MOST_LEVELS:
        for entry in _entries(document, node, "items"):
            yield from _objects(document, entry, level + 1)


def _workload(document: Document, root: Node) -> Iterator[Workload]:
    kind, name = text_at(document, root, "kind"), text_at(document, root, "metadata", "name")
    if kind == _PLANTON:
        yield Workload(kind, name, document, dict(_planton(document, root)))
    elif kind in _POD:
        spec = node_at(document, root, *_POD[kind])
        host = text_at(document, spec, "hostNetwork") == "true"
        yield Workload(kind, name, document, dict(_pod(document, spec)), host)


def concerns(pointer: str) -> bool:
    """Whether a change at a JSON pointer of an object may change its containers; "" is the pointer of none."""
    heads = {"/" + "/".join((*path, part)) for path in _POD.values() for part in _OF_PODS} | {"/spec/container"}
    return bool(pointer) and any(
        f"{head}/".startswith(f"{pointer}/") or pointer.startswith(f"{head}/") for head in heads
    )


def node_at(document: Document, node: Node | None, *path: str) -> Node | None:
    for name in path:
        item = document.item(node, name) if isinstance(node, MappingNode) else None
        node = item.value if item else None
    return node


def text_at(document: Document, node: Node | None, *path: str) -> str:
    found = node_at(document, node, *path)
    return found.value if isinstance(found, Scalar) else ""


def _items(document: Document, node: Node | None) -> list[Item]:
    return document.items(node) if isinstance(node, MappingNode) else []


# ---- project-planton -------------------------------------------------------------------------------------------------


def _planton(document: Document, root: Node) -> Iterator[tuple[str, Runs]]:
    container = node_at(document, root, "spec", "container")
    app = node_at(document, container, _MAIN)
    if app is not None:
        yield _MAIN, _app(document, app)
    sidecars = node_at(document, container, "sidecars")
    for at, item in enumerate(sidecars.items if isinstance(sidecars, Sequence) else []):
        yield f"sidecar {at}", Runs(f"sidecar {at}", document, item)


def _app(document: Document, app: Node) -> Runs:
    values: dict[str, ManifestValue] = {}
    removed: set[str] = set()
    for section, secret in (("variables", False), ("secrets", True)):
        for item in _items(document, node_at(document, app, "env", section)):
            node = item.value
            inner = node_at(document, node, "value") if isinstance(node, MappingNode) else node
            if isinstance(node, Scalar) and node.null:
                removed.add(item.name)
            else:
                values[item.name] = ManifestValue(item.name, _text(inner, secret=secret), document, item.key, item.via)
    image = text_at(document, app, "image", "repo")
    return Runs(_MAIN, document, app, image, values, frozenset(removed))


def _text(node: Node | None, *, secret: bool = False) -> str | None:
    if not isinstance(node, Scalar) or secret or node.value.startswith(_LATER):
        return None
    return node.value


# ---- Kubernetes ------------------------------------------------------------------------------------------------------


def _pod(document: Document, spec: Node | None) -> Iterator[tuple[str, Runs]]:
    containers = node_at(document, spec, "containers")
    for item in containers.items if isinstance(containers, Sequence) else []:
        node = document.resolve(item)
        name = text_at(document, node, "name")
        more = bool(_entries(document, node, "envFrom"))
        values = dict(_environment(document, node))
        removed = frozenset(entry for entry in _removed(document, node))
        yield name, Runs(name, document, node, text_at(document, node, "image"), values, removed, more)


def _entries(document: Document, node: Node, key: str) -> list[Node]:
    found = node_at(document, node, key)
    return [document.resolve(item) for item in found.items] if isinstance(found, Sequence) else []


def _environment(document: Document, node: Node) -> Iterator[tuple[str, ManifestValue]]:
    for entry in _entries(document, node, "env"):
        key = node_at(document, entry, "name")
        if isinstance(key, Scalar) and not text_at(document, entry, "$patch"):
            yield key.value, ManifestValue(key.value, _text(node_at(document, entry, "value")), document, key)


def _removed(document: Document, node: Node) -> Iterator[str]:
    for entry in _entries(document, node, "env"):
        if text_at(document, entry, "$patch") == "delete":
            yield text_at(document, entry, "name")
