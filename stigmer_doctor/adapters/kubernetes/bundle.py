"""Everything that is read of a namespace, in one call of kubectl."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from stigmer_doctor.adapters.docker.lenient import mapping, mappings, text
from stigmer_doctor.adapters.docker.limits import parsed
from stigmer_doctor.adapters.kubernetes.errors import TooMuch, translated
from stigmer_doctor.adapters.kubernetes.kubectl import Kubectl
from stigmer_doctor.model.errors import Nonsense, NotFound, Refused
from stigmer_doctor.model.ports import Json

RESOURCES = {
    "Pod": "pods",
    "Service": "services",
    "Event": "events",
    "ConfigMap": "configmaps",
    "EndpointSlice": "endpointslices.discovery.k8s.io",
    "NetworkPolicy": "networkpolicies.networking.k8s.io",
    "Deployment": "deployments.apps",
    "ReplicaSet": "replicasets.apps",
}
"""By the kind of their items. Secrets are not among them, ever."""
_MOST_PODS, _MOST_OF_A_KIND = 12 * 1024 * 1024, 4 * 1024 * 1024
"""Bytes, where the kinds are asked for one by one: together not much more than at once."""
_OPTIONS = ("--output=json", "--request-timeout=15s")
_APART = ("(Forbidden)", "doesn't have a resource type")


class Bundle:
    """The items of a namespace by their kind, or why those of a kind could not be read."""

    def __init__(self, found: Mapping[str, Sequence[Json] | Refused]) -> None:
        self._found = found

    def items(self, kind: str) -> Sequence[Json]:
        """Raises Refused where they could not be read."""
        found = self._found.get(kind, ())
        if isinstance(found, Refused):
            raise Refused(str(found))
        return found

    def item(self, kind: str, name: str) -> Json | None:
        """The one of that name. Raises Refused as `items` does."""
        return next((item for item in self.items(kind) if named(item) == name), None)


def read(kubectl: Kubectl) -> Bundle:
    """One `kubectl get` of everything, or one for each kind where that did not give all of it. Raises EngineError."""
    try:
        answer = kubectl.answer("get", ",".join(RESOURCES.values()), *_OPTIONS)
        if not answer.code:
            return Bundle(_by_kind(_listed(answer.output)))
        if not any(words in answer.said for words in _APART):
            raise translated(answer.said, kubectl.context)
    except (TooMuch, Nonsense):
        pass  # of one kind there may be too much, and not of the others
    with ThreadPoolExecutor(max_workers=4, thread_name_prefix="kubectl") as pool:
        return Bundle(dict(zip(RESOURCES, pool.map(lambda kind: _alone(kubectl, kind), RESOURCES), strict=True)))


def one(kubectl: Kubectl, kind: str, name: str) -> Json:
    """One item as it is now. `name` is one of a cluster. Raises NotFound, Refused and EngineError."""
    return _object(kubectl.ask("get", f"{RESOURCES[kind]}/{name}", *_OPTIONS))


def everywhere(kubectl: Kubectl, kind: str) -> Sequence[Json]:
    """Those of all namespaces. Raises Refused."""
    return _listed(kubectl.ask("get", RESOURCES[kind], "--all-namespaces", *_OPTIONS))


def named(item: Json) -> str:
    return text(mapping(item.get("metadata")).get("name"))


def _alone(kubectl: Kubectl, kind: str) -> Sequence[Json] | Refused:
    try:
        most = _MOST_PODS if kind == "Pod" else _MOST_OF_A_KIND
        return _listed(kubectl.ask("get", RESOURCES[kind], *_OPTIONS, most=most))
    except NotFound as error:
        return Refused(str(error))
    except Refused as error:
        return error


def _by_kind(items: Sequence[Json]) -> dict[str, list[Json]]:
    found: dict[str, list[Json]] = {kind: [] for kind in RESOURCES}
    for item in items:
        found.get(text(item.get("kind")), []).append(item)
    return found


def _listed(output: bytes) -> Sequence[Json]:
    return mappings(_object(output).get("items"))


def _object(output: bytes) -> Mapping[str, Any]:
    try:
        answer = parsed(output)
    except (ValueError, RecursionError) as error:
        raise Nonsense("what kubectl printed is not JSON of a cluster") from error
    if not isinstance(answer, dict):
        raise Nonsense("what kubectl printed is not an object of a cluster")
    return answer
