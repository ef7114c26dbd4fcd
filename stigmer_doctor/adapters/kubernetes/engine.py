"""The pods of a namespace, asked as an engine's containers are. Each call has a deadline and raises our errors only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Self

from stigmer_doctor.adapters.docker.channel import CommandChannel
from stigmer_doctor.adapters.docker.lenient import mapping, strings, text
from stigmer_doctor.adapters.docker.limits import parsed
from stigmer_doctor.adapters.docker.streams import tail
from stigmer_doctor.adapters.kubernetes import bundle, environment, inspection, usage
from stigmer_doctor.adapters.kubernetes.cluster import NamespaceReading
from stigmer_doctor.adapters.kubernetes.debugging import DebugContainers
from stigmer_doctor.adapters.kubernetes.errors import translated
from stigmer_doctor.adapters.kubernetes.inspection import PodReading
from stigmer_doctor.adapters.kubernetes.kubectl import Kubectl
from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.model.engine_ports import Channel, Cluster, ContainerManager
from stigmer_doctor.model.errors import DoctorError, Nonsense, NotFound, Refused
from stigmer_doctor.model.facts import ContainerSummary, Engine
from stigmer_doctor.model.inspected import (
    ImageSummary,
    InspectedContainer,
    InspectedImage,
    InspectedNetwork,
    Throwaway,
    Usage,
)

_SILENCE_S = 60.0
_ABSENT = compiled_later(r"executable file not found|no such file or directory|exit code 127")
_NOT_ALLOWED = (
    "it cannot be looked at from inside, as it does not run or has no room; --debug-container allows an ephemeral "
    "container in the pod, which stays listed until the pod goes"
)


class KubernetesEngine:
    """Implements EngineClient. `images` and `names` tell the runner's container in a pod of several, `interpreters` are
    where Python may be in it. May be used by several threads."""

    def __init__(
        self,
        kubectl: Kubectl,
        images: Sequence[str],
        names: Sequence[str],
        interpreters: Sequence[str],
        *,
        debug: bool,
    ) -> None:
        self._kubectl, self._images, self._names, self._interpreters = kubectl, images, names, interpreters
        self._bundle = bundle.read(kubectl)
        self._debugging = DebugContainers(kubectl) if debug else None
        self._given: dict[str, environment.SpecifiedEnvironment] = {}
        self._namespace = NamespaceReading(kubectl, self._bundle, self._reading)
        self._seen: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Every call was a process of its own."""

    def describe(self) -> Engine:
        """From `/version`, which every user of a cluster may ask for."""
        server = strings(parsed(self._kubectl.ask("get", "--raw", "/version", "--request-timeout=10s")))
        platform = server.get("platform", "").partition("/")
        return Engine(
            version=server.get("gitVersion", ""),
            api_version="v1",
            operating_system=platform[0],
            name="Kubernetes",
            kernel="",
            architecture=platform[2],
            platform=f"Kubernetes {server.get('gitVersion', '')}".strip(),
        )

    def containers(self) -> tuple[ContainerSummary, ...]:
        """The namespace's pods."""
        return tuple(inspection.summary(self._reading(raw)) for raw in self._bundle.items("Pod"))

    def container(self, name_or_id: str) -> InspectedContainer:
        """The runner's container in the pod of that name or uid, as it is now."""
        reading = self._find(name_or_id)
        values = self._environment(reading)
        return inspection.container(reading, values, self._namespace.unready_message(reading))

    def stats(self, container_id: str) -> Usage:
        reading = self._find(container_id)
        return usage.usage(self._printed(reading, usage.COMMAND, usage.PROGRAM, usage.FILES))

    def image(self, image_id: str) -> InspectedImage:
        """What its image gives to the container is what the process has and the pod's specification does not give;
        nothing where that takes all variables of a Secret."""
        given = self._given.get(image_id)
        if given is None:
            raise NotFound("a cluster does not describe images")
        return InspectedImage(id=image_id, environment=given.values)

    def images(self) -> tuple[ImageSummary, ...]:
        return ()

    def network(self, network_id: str) -> InspectedNetwork:
        raise NotFound(f"a cluster has no network {network_id}")

    def logs(self, container_id: str, *, lines: int, max_bytes: int) -> tuple[bytes, bool]:
        """With the end of what was logged before the last restart, where the container runs again."""
        reading = self._find(container_id)
        earlier = b""
        if inspection.state(reading).status == "running" and inspection.container(reading, {}, "").restart_count:
            earlier = self._log(reading, lines, "--previous")
        return tail((earlier, self._log(reading, lines)), lines, max_bytes)

    def _log(self, reading: PodReading, lines: int, *options: str) -> bytes:
        words = ("logs", reading.name, f"--container={reading.container_name}", "--timestamps", f"--tail={lines + 1}")
        try:
            return self._kubectl.ask(*words, *options)
        except Refused:
            if options:
                return b""  # the log of the run before is gone
            raise

    def execute(self, container_id: str, argv: list[str]) -> Channel:
        reading = self._find(container_id)
        return self._channel(*self._exec(reading), *argv)

    def clone(self, settings: Throwaway, argv: list[str]) -> Channel:
        """An ephemeral container in the pod, of its own image, where that is allowed."""
        if self._debugging is None:
            raise Refused(_NOT_ALLOWED)
        reading = self._find(settings.stands_for)
        added = self._debugging.added(reading, argv[0])
        self._namespace.debug_containers[reading.name] = added
        return self._channel("exec", "--stdin", reading.name, f"--container={added}", "--", *argv)

    def manager(self) -> ContainerManager:
        raise Refused("the doctor changes nothing in a cluster")

    def read_files(self, container_id: str, folder: str, *, suffix: str, max_bytes: int) -> dict[str, bytes]:
        del container_id, folder, suffix, max_bytes
        raise Refused("a cluster shows no files of an image")

    def cluster(self) -> Cluster:
        return self._namespace

    def _channel(self, *words: str) -> Channel:
        return CommandChannel(self._kubectl.command(*words), silence=_SILENCE_S, end=self._kubectl.times.end)

    def _exec(self, reading: PodReading) -> tuple[str, ...]:
        return ("exec", "--stdin", reading.name, f"--container={reading.container_name}", "--")

    # ---- which pod -------------------------------------------------------------------------------------------------

    def _reading(self, raw: Mapping[str, object]) -> PodReading:
        return PodReading(raw, self._images, self._names)

    def _find(self, name_or_id: str) -> PodReading:
        """From what was read of all, the first time; later as it is then."""
        raw = self._listed(name_or_id)
        if raw is None or name_or_id in self._seen:
            name = name_or_id if raw is None else bundle.named(raw)
            raw = bundle.one(self._kubectl, "Pod", name)
        return self._reading(raw)

    def _listed(self, name_or_id: str) -> Mapping[str, object] | None:
        try:
            items = self._bundle.items("Pod")
        except Refused:
            return None
        for raw in items:
            if name_or_id in (bundle.named(raw), text(mapping(raw.get("metadata")).get("uid"))):
                return raw
        raise NotFound(f"there is no pod {name_or_id}")

    # ---- its variables -----------------------------------------------------------------------------------------------

    def _environment(self, reading: PodReading) -> dict[str, str]:
        given = environment.specified(reading, self._namespace.config_map_data())
        if mapping(mapping(reading.container_status.get("state")).get("running")):
            try:
                found = self._of_process(reading)
            except DoctorError as error:
                return self._namespace.tell_specified(reading, given, str(error))
            self._keep_image(reading, found, given)
            self._namespace.tell_process(reading)
            return found
        return self._namespace.tell_specified(reading, given, "its process does not run")

    def _of_process(self, reading: PodReading) -> dict[str, str]:
        """Process 1 is the container's own, unless the pod's containers share their processes: then what is started in
        the container is given the same variables."""
        process = "self" if reading.shares_processes else "1"
        path = f"/proc/{process}/environ"
        found = environment.of_process(self._printed(reading, ("cat", path), environment.PROGRAM, (path,)))
        if not found:
            raise Nonsense("its process has no variables")
        return found

    def _printed(self, reading: PodReading, command: Sequence[str], program: str, arguments: Sequence[str]) -> bytes:
        """What a command prints in the container, or the program with the first interpreter that is there."""
        own = [word for word in inspection.container(reading, {}, "").throwaway.command[:1] if "python" in word]
        interpreters = dict.fromkeys((*own, *self._interpreters))
        ways = (command, *((one, "-I", "-S", "-c", program, *arguments) for one in interpreters))
        said = ""
        for words in ways:
            answer = self._kubectl.answer(*self._exec(reading), *words, most=environment.MOST_BYTES)
            if answer.output:
                return answer.output
            said = said or answer.said
            if not _ABSENT.search(answer.said):
                break
        raise translated(answer.said or said, self._kubectl.context)

    def _keep_image(
        self, reading: PodReading, found: Mapping[str, str], given: environment.SpecifiedEnvironment
    ) -> None:
        if given.complete:
            own = {
                name: value
                for name, value in found.items()
                if name not in given.values and name not in given.opaque and name != "HOSTNAME"
            }
            image = text(reading.container_status.get("imageID")) or text(reading.container.get("image"))
            self._given[image] = environment.SpecifiedEnvironment(own, (), complete=True)
