"""A pod as its cluster describes it, read: what is missing or makes no sense costs no more than itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stigmer_doctor.adapters.docker.lenient import limit, mapping, mappings, number, strings, text, texts, uncrowded
from stigmer_doctor.model.facts import ContainerSummary, Mount, State
from stigmer_doctor.model.inspected import InspectedContainer, Limits, NetworkSettings
from stigmer_doctor.model.pod import Pod, PodCondition, Reference
from stigmer_doctor.model.ports import Json

_DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container"
_LONGEST_NAME = 63
_UNITS = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40, "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
_VOLUMES = {"configMap": "configMap", "secret": "secret", "emptyDir": "tmpfs", "hostPath": "bind"}


class PodReading:
    """One pod, and which of its containers is the runner's: the one of a runner's image, else the one that is called
    as runners are, else the one that kubectl takes by default."""

    def __init__(self, raw: Json, images: Sequence[str], names: Sequence[str]) -> None:
        self.raw = raw
        self.metadata, self.spec, self.status = (mapping(raw.get(key)) for key in ("metadata", "spec", "status"))
        self.name, self.uid = text(self.metadata.get("name")), text(self.metadata.get("uid"))
        containers = mappings(self.spec.get("containers"))
        by_image = [one for one in containers if any(image in text(one.get("image")) for image in images)]
        by_name = [one for one in containers if text(one.get("name")) in names]
        default = strings(self.metadata.get("annotations")).get(_DEFAULT_CONTAINER, "")
        by_default = [one for one in containers if text(one.get("name")) == default]
        self.container: Json = next(iter([*by_image, *by_name, *by_default, *containers]), {})

    @property
    def container_name(self) -> str:
        return text(self.container.get("name"))

    @property
    def labels(self) -> dict[str, str]:
        return strings(self.metadata.get("labels"))

    @property
    def container_status(self) -> Json:
        statuses = mappings(self.status.get("containerStatuses"))
        return next((status for status in statuses if text(status.get("name")) == self.container_name), {})

    @property
    def waiting(self) -> Json:
        return mapping(mapping(self.container_status.get("state")).get("waiting"))

    @property
    def ready(self) -> bool:
        return self.container_status.get("ready") is True

    @property
    def shares_processes(self) -> bool:
        """Whether process 1 is the pod's, and not the container's."""
        return self.spec.get("shareProcessNamespace") is True or self.spec.get("hostPID") is True

    @property
    def hostname(self) -> str:
        """What its processes are called by: in identities of pollers, too."""
        if self.spec.get("hostNetwork") is True:
            return text(self.spec.get("nodeName"))
        return (text(self.spec.get("hostname")) or self.name)[:_LONGEST_NAME].rstrip("-.")


def state(reading: PodReading, said: str = "") -> State:
    """The container's state in an engine's words. `said` is what a failing readiness probe said last."""
    status = reading.container_status
    running, ended, waiting = (
        mapping(mapping(status.get("state")).get(kind)) for kind in ("running", "terminated", "waiting")
    )
    last = ended or mapping(mapping(status.get("lastState")).get("terminated"))
    evicted = text(reading.status.get("phase")) == "Failed" and not ended
    word = _word(reading, running=bool(running), ended=bool(ended) or evicted, crashed=bool(last))
    return State(
        status=word,
        exit_code=number(last.get("exitCode")),
        error=_error(reading, ended, waiting) if word in ("exited", "created") else "",
        oom_killed=text(last.get("reason")) == "OOMKilled" and word != "running",
        started_at=text(running.get("startedAt")) or text(last.get("startedAt")),
        finished_at=text(last.get("finishedAt")),
        health=_health(reading, said) if word == "running" else "",
        health_output=said if word == "running" and not reading.ready else "",
    )


def _word(reading: PodReading, *, running: bool, ended: bool, crashed: bool) -> str:
    if text(reading.metadata.get("deletionTimestamp")):
        return "removing"
    if running:
        return "running"
    always = text(reading.spec.get("restartPolicy")) in ("", "Always")
    if ended and not (always and text(reading.status.get("phase")) != "Failed"):
        return "exited"
    return "restarting" if crashed else "created"


def _error(reading: PodReading, ended: Json, waiting: Json) -> str:
    """Why it was ended by the cluster, or was not started by it; "" where it ended by itself."""
    if ended:
        return text(ended.get("message")) if text(ended.get("reason")) == "ContainerCannotRun" else ""
    parts = (text(waiting.get("reason")), text(waiting.get("message")))
    own = (text(reading.status.get("reason")), text(reading.status.get("message")))
    return ": ".join(filter(None, parts)) or ": ".join(filter(None, own))


def _health(reading: PodReading, said: str) -> str:
    probed = any(mapping(reading.container.get(kind)) for kind in ("readinessProbe", "livenessProbe", "startupProbe"))
    if not probed:
        return ""
    if reading.ready:
        return "healthy"
    return "unhealthy" if said else "starting"


def container(reading: PodReading, environment: Mapping[str, str], said: str) -> InspectedContainer:
    """The runner's container, as every engine describes one. Raises ValueError where it has more of anything than any
    container."""
    uncrowded(reading.container)
    status = reading.container_status
    spec = reading.container
    return InspectedContainer(
        id=reading.uid or reading.name,
        name=reading.name,
        image=text(spec.get("image")),
        image_id=text(status.get("imageID")) or text(spec.get("image")),
        created=text(reading.metadata.get("creationTimestamp")),
        state=state(reading, said),
        restart_policy=text(reading.spec.get("restartPolicy")),
        restart_count=number(status.get("restartCount")),
        network=NetworkSettings(
            mode="host" if reading.spec.get("hostNetwork") is True else "pod",
            extra_hosts=tuple(_aliases(reading.spec)),
            dns=texts(mapping(reading.spec.get("dnsConfig")).get("nameservers")),
        ),
        hostname=reading.hostname,
        working_dir=text(spec.get("workingDir")),
        entrypoint=texts(spec.get("command")),
        command=texts(spec.get("args")),
        environment=dict(environment),
        mounts=tuple(_mounts(reading)),
        limits=_limits(spec),
    )


def summary(reading: PodReading) -> ContainerSummary:
    """The pod as a line of a list."""
    return ContainerSummary(
        id=reading.uid or reading.name,
        name=reading.name,
        image=text(reading.container.get("image")),
        state=state(reading).status,
        created=text(reading.metadata.get("creationTimestamp")),
    )


def _aliases(spec: Json) -> list[str]:
    aliases = mappings(spec.get("hostAliases"))
    return [f"{name}:{text(alias.get('ip'))}" for alias in aliases for name in texts(alias.get("hostnames"))]


def _mounts(reading: PodReading) -> list[Mount]:
    volumes = {text(volume.get("name")): volume for volume in mappings(reading.spec.get("volumes"))}
    found = []
    for mount in mappings(reading.container.get("volumeMounts")):
        name = text(mount.get("name"))
        volume = volumes.get(name, {})
        kind = next((word for key, word in _VOLUMES.items() if key in volume), "volume")
        path, writable = text(mount.get("mountPath")), mount.get("readOnly") is not True
        found.append(Mount(type=kind, source=name, destination=path, writable=writable))
    return found


def _limits(spec: Json) -> Limits:
    given = mapping(mapping(spec.get("resources")).get("limits"))
    return Limits(memory=quantity(text(given.get("memory"))), processes=0)


def quantity(written: str) -> int:
    """An amount such as 512Mi or 1e9, in whole units; 0 where it is none."""
    unit = next((unit for unit in _UNITS if written.endswith(unit)), "")
    try:
        return limit(float(written.removesuffix(unit)) * _UNITS.get(unit, 1))
    except (ValueError, OverflowError):
        return 0


# ---- the pod itself --------------------------------------------------------------------------------------------------


def pod(reading: PodReading, workload: tuple[str, str]) -> Pod:
    """The pod as a fact, whose environment is still to be told. `workload` is what made it, by kind and name."""
    waiting = reading.waiting
    return Pod(
        name=reading.name,
        namespace=text(reading.metadata.get("namespace")),
        container=reading.container_name,
        phase=text(reading.status.get("phase")),
        reason=text(reading.status.get("reason")),
        message=text(reading.status.get("message")),
        waiting=text(waiting.get("reason")),
        waiting_message=text(waiting.get("message")),
        conditions=conditions(reading.status),
        labels=reading.labels,
        workload_kind=workload[0],
        workload=workload[1],
        address=text(reading.status.get("podIP")),
        node=text(reading.spec.get("nodeName")),
        references=tuple(references(reading)),
        fixed=tuple(text(one.get("name")) for one in mappings(reading.container.get("env")) if "value" in one),
    )


def conditions(status: Json) -> tuple[PodCondition, ...]:
    """Those of a pod's or a workload's status."""
    return tuple(
        PodCondition(
            type=text(line.get("type")),
            status=text(line.get("status")),
            reason=text(line.get("reason")),
            message=text(line.get("message")),
        )
        for line in mappings(status.get("conditions"))
    )


def references(reading: PodReading) -> list[Reference]:
    """What the runner's container takes from ConfigMaps and Secrets."""
    found = [_whole(source) for source in mappings(reading.container.get("envFrom"))]
    found += [_single(variable) for variable in mappings(reading.container.get("env"))]
    mounted = {text(mount.get("name")) for mount in mappings(reading.container.get("volumeMounts"))}
    volumes = (volume for volume in mappings(reading.spec.get("volumes")) if text(volume.get("name")) in mounted)
    found += [_volume(volume) for volume in volumes]
    return [reference for reference in found if reference is not None and reference.name]


def _whole(source: Json) -> Reference | None:
    prefix = text(source.get("prefix"))
    for key, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
        if given := mapping(source.get(key)):
            optional = given.get("optional") is True
            return Reference(kind=kind, name=text(given.get("name")), prefix=prefix, optional=optional)
    return None


def _single(variable: Json) -> Reference | None:
    origin = mapping(variable.get("valueFrom"))
    for key, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
        if given := mapping(origin.get(key)):
            return Reference(
                kind=kind,
                name=text(given.get("name")),
                key=text(given.get("key")),
                variable=text(variable.get("name")),
                optional=given.get("optional") is True,
            )
    return None


def _volume(volume: Json) -> Reference | None:
    for key, kind, field in (("configMap", "ConfigMap", "name"), ("secret", "Secret", "secretName")):
        if given := mapping(volume.get(key)):
            optional = given.get("optional") is True
            return Reference(kind=kind, name=text(given.get(field)), optional=optional, volume=True)
    return None
