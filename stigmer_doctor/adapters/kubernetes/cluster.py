"""What surrounds a pod in its namespace, of one reading."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from msgspec.structs import replace

from stigmer_doctor.adapters.docker.lenient import mapping, number, strings, text
from stigmer_doctor.adapters.kubernetes import bundle, inspection, services, workloads
from stigmer_doctor.adapters.kubernetes.bundle import Bundle, named
from stigmer_doctor.adapters.kubernetes.environment import SpecifiedEnvironment
from stigmer_doctor.adapters.kubernetes.inspection import PodReading
from stigmer_doctor.adapters.kubernetes.kubectl import Kubectl
from stigmer_doctor.analysis.alike import did_you_mean
from stigmer_doctor.model.errors import NotFound, Refused
from stigmer_doctor.model.pod import (
    ClusterService,
    ClusterServices,
    EnvironmentSource,
    NetworkPolicies,
    Pod,
    PodEvents,
    PodWorkload,
    Replica,
)
from stigmer_doctor.model.ports import Json


class _Told:
    """How the variables of a pod became known."""

    def __init__(self, source: EnvironmentSource, detail: str = "", opaque: tuple[str, ...] = ()) -> None:
        self.source, self.detail, self.opaque = source, detail, opaque


class NamespaceReading:
    """Implements Cluster. `read` is how a pod of it is read."""

    def __init__(self, kubectl: Kubectl, found: Bundle, read: Callable[[Json], PodReading]) -> None:
        self._kubectl, self._bundle, self._read = kubectl, found, read
        self._told: dict[str, _Told] = {}
        self.debug_containers: dict[str, str] = {}

    def pod(self, name: str) -> Pod:
        reading = self._reading(name)
        told = self._told.get(name) or _Told(EnvironmentSource.SPECIFICATION)
        return replace(
            inspection.pod(reading, workloads.workload_of(reading.raw, self._bundle)),
            environment=told.source,
            environment_detail=told.detail,
            opaque=told.opaque,
            debug_container=self.debug_containers.get(name, ""),
        )

    def events(self, about: Sequence[tuple[str, str]]) -> PodEvents:
        return PodEvents(items=workloads.events(self._bundle.items("Event"), about))

    def makers(self, name: str) -> tuple[tuple[str, str], ...]:
        reading = self._reading(name)
        made = workloads.owner(reading.raw), workloads.workload_of(reading.raw, self._bundle)
        return (("Pod", name), *(one for one in dict.fromkeys(made) if one[1]))

    def workload(self, kind: str, name: str, pod: str) -> PodWorkload:
        if kind != "Deployment":
            raise Refused(
                f"what makes it is the {kind} {name}, of which no more is read" if kind else "nothing makes it"
            )
        raw = self._bundle.item("Deployment", name)
        if raw is None:
            raise Refused(f"there is no Deployment {name} any more")
        return workloads.deployment(raw, self._reading(pod).raw if pod else None, self._bundle)

    def replica_sets(self, deployment: str) -> tuple[str, ...]:
        items = self._bundle.items("ReplicaSet")
        return tuple(named(raw) for raw in items if workloads.owner(raw) == ("Deployment", deployment))

    def pods_of(self, deployment: str) -> tuple[str, ...]:
        readings = [self._read(raw) for raw in self._bundle.items("Pod")]
        found = tuple(one.name for one in workloads.pods_of(deployment, "Deployment", readings, self._bundle))
        items = () if found else self._bundle.items("Deployment")
        if not found and not any(named(raw) == deployment for raw in items):
            near = did_you_mean(
                deployment, map(named, items), f"it has {len(items)} others" if items else "it has none"
            )
            raise NotFound(f"there is no Deployment {deployment} in the namespace {self._kubectl.namespace}: {near}")
        return found

    def siblings(self, pod: Pod) -> tuple[Replica, ...]:
        if not pod.workload:
            return ()
        readings = [self._read(raw) for raw in self._bundle.items("Pod")]
        found = workloads.pods_of(pod.workload, pod.workload_kind, readings, self._bundle)
        return tuple(_replica(reading) for reading in found if reading.name != pod.name)

    def services(self) -> ClusterServices:
        items, pods = self._bundle.items("Service"), self._or_none("Pod")
        try:
            slices: Sequence[Json] | None = self._bundle.items("EndpointSlice")
            why = ""
        except Refused as error:
            slices, why = None, str(error)
        found = tuple(services.service(raw, slices, pods) for raw in items)
        return ClusterServices(items=found, endpoints=why)

    def services_elsewhere(self, names: Sequence[str]) -> tuple[ClusterService, ...]:
        found = (services.service(raw) for raw in bundle.everywhere(self._kubectl, "Service") if named(raw) in names)
        return tuple(one for one in found if one.namespace != self._kubectl.namespace)

    def network_policies(self) -> NetworkPolicies:
        return NetworkPolicies(items=tuple(map(services.policy, self._bundle.items("NetworkPolicy"))))

    def config_maps(self) -> Mapping[str, Mapping[str, str]]:
        return {named(raw): strings(raw.get("data")) for raw in self._bundle.items("ConfigMap")}

    # ---- for the engine ----------------------------------------------------------------------------------------------

    def config_map_data(self) -> Mapping[str, Mapping[str, str]] | None:
        """None where they could not be read."""
        return None if self._or_none("ConfigMap") is None else self.config_maps()

    def unready_message(self, reading: PodReading) -> str:
        """What its failing probe said last, "" where the events tell of none."""
        found = self._or_none("Event") or ()
        mine = workloads.events(found, (("Pod", reading.name),))
        return next((event.message for event in reversed(mine) if event.reason == "Unhealthy"), "")

    def tell_process(self, reading: PodReading) -> None:
        """The variables of the pod came from its process."""
        self._told[reading.name] = _Told(EnvironmentSource.PROCESS)

    def tell_specified(self, reading: PodReading, given: SpecifiedEnvironment, why: str) -> dict[str, str]:
        """They came from its specification: why, and which of them are not known."""
        whole = [one.name for one in inspection.references(reading) if one.kind == "Secret" and not one.variable]
        detail = f"{why}; all that the Secret {whole[0]} gives is unknown" if whole and not given.complete else why
        self._told[reading.name] = _Told(EnvironmentSource.SPECIFICATION, detail, given.opaque)
        return given.values

    def _or_none(self, kind: str) -> Sequence[Json] | None:
        try:
            return self._bundle.items(kind)
        except Refused:
            return None

    def _reading(self, name: str) -> PodReading:
        items = self._or_none("Pod")
        if items is None:
            return self._read(bundle.one(self._kubectl, "Pod", name))
        raw = next((raw for raw in items if named(raw) == name), None)
        if raw is None:
            raise NotFound(f"there is no pod {name}")
        return self._read(raw)


def _replica(reading: PodReading) -> Replica:
    status = reading.container_status
    return Replica(
        name=reading.name,
        image=text(reading.container.get("image")),
        image_id=text(status.get("imageID")),
        state=inspection.state(reading),
        restarts=number(mapping(status).get("restartCount")),
    )
