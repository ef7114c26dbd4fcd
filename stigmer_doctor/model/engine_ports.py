"""What the doctor needs of an engine or a cluster, as protocols, as in `model.ports`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:  # who asks an engine loads what it answers with
    from stigmer_doctor.model.blueprint import Blueprint, Description, ImageState
    from stigmer_doctor.model.changes import Changes
    from stigmer_doctor.model.facts import (
        ClusterServices,
        ContainerSummary,
        Engine,
        NetworkPolicies,
        Pod,
        PodEvents,
        PodWorkload,
    )
    from stigmer_doctor.model.inspected import (
        ImageSummary,
        InspectedContainer,
        InspectedImage,
        InspectedNetwork,
        Throwaway,
        Usage,
    )
    from stigmer_doctor.model.pod import ClusterService, Replica


class Channel(Protocol):
    """A duplex byte stream to a program in a container: its stdin and stdout."""

    def send(self, data: bytes) -> None: ...

    def receive(self) -> bytes:
        """The next bytes of stdout; b"" at its end. Raises ProbeError on a broken stream."""
        ...

    def close(self) -> None:
        """End the stream and what was started for it. May be called twice."""
        ...

    def stderr(self) -> str:
        """What the program wrote to stderr so far (its last 4 KiB): why it could not start."""
        ...


class EngineClient(Protocol):
    """A container engine, closed on leaving the context. Raises EngineError, NotFound, Refused. What it says in a form
    that makes no sense is left out of the answer, and costs nothing else."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def describe(self) -> Engine: ...

    def containers(self) -> tuple[ContainerSummary, ...]:
        """All containers, stopped ones too."""
        ...

    def container(self, name_or_id: str) -> InspectedContainer: ...

    def stats(self, container_id: str) -> Usage:
        """What a running container uses now."""
        ...

    def image(self, image_id: str) -> InspectedImage: ...

    def images(self) -> tuple[ImageSummary, ...]:
        """All images with a tag."""
        ...

    def network(self, network_id: str) -> InspectedNetwork: ...

    def logs(self, container_id: str, *, lines: int, max_bytes: int) -> tuple[bytes, bool]:
        """The last log output, stdout and stderr in order, each line behind the engine's time of it (RFC 3339) and a
        blank; and whether there was more of it."""
        ...

    def execute(self, container_id: str, argv: list[str]) -> Channel:
        """Start a program in a running container, attached. Raises Refused when it cannot be started."""
        ...

    def clone(self, settings: Throwaway, argv: list[str]) -> Channel:
        """Start a program in a throwaway container of these settings, which has no environment, mounts, ports or
        restart policy. Closing the channel removes it."""
        ...

    def manager(self) -> ContainerManager:
        """What changes containers on this engine."""
        ...

    def cluster(self) -> Cluster | None:
        """What surrounds the containers where they are pods; None on a container engine."""
        ...

    def read_files(self, container_id: str, folder: str, *, suffix: str, max_bytes: int) -> dict[str, bytes]:
        """Files below a folder of the container's file system, running or not, by path relative to the folder."""
        ...


class Cluster(Protocol):
    """A namespace of a cluster, from one reading of it. Raises Refused where this user may not read what is asked for,
    and NotFound. Texts are the cluster's own, and not redacted."""

    def pod(self, name: str) -> Pod: ...

    def makers(self, pod: str) -> tuple[tuple[str, str], ...]:
        """The pod and what made it, by kind and name: events are about each of them."""
        ...

    def events(self, about: Sequence[tuple[str, str]]) -> PodEvents: ...

    def workload(self, kind: str, name: str, pod: str) -> PodWorkload:
        """`pod` is one of its pods, "" for none."""
        ...

    def replica_sets(self, deployment: str) -> tuple[str, ...]:
        """The names of what a Deployment makes its pods through."""
        ...

    def pods_of(self, deployment: str) -> tuple[str, ...]: ...

    def siblings(self, pod: Pod) -> tuple[Replica, ...]:
        """The other pods of its workload, without their variables."""
        ...

    def services(self) -> ClusterServices: ...

    def services_elsewhere(self, names: Sequence[str]) -> tuple[ClusterService, ...]:
        """Services of these names in other namespaces."""
        ...

    def network_policies(self) -> NetworkPolicies: ...

    def config_maps(self) -> Mapping[str, Mapping[str, str]]:
        """Their data by name and key."""
        ...


class ContainerManager(Protocol):
    """What changes containers, apart from what only looks. Raises EngineError, NotFound, Refused."""

    def blueprint(self, name_or_id: str) -> Blueprint:
        """A container as it is now."""
        ...

    def recall(self, description: Description) -> Blueprint:
        """The blueprint whose description that is: what a journal has kept of it. Asks nobody."""
        ...

    def image_state(self, old: Blueprint) -> ImageState: ...

    def dependents(self, old: Blueprint) -> tuple[str, ...]:
        """The names of containers that run in this one's network."""
        ...

    def replacement(self, old: Blueprint, changes: Changes) -> Description:
        """The container that is to replace it: all its settings with the changes made, but not restarted yet."""
        ...

    def unexpected_changes(
        self, before: Blueprint, after: Blueprint, changes: Changes, *, by_compose: bool
    ) -> tuple[str, ...]:
        """The engine's names of settings that differ and were not to. Asks nobody."""
        ...

    def throwaway(self, old: Blueprint, description: Description) -> Throwaway:
        """What a throwaway container (see `EngineClient.clone`) is made of that has the network, hosts and name servers
        of a replacement."""
        ...

    def create(self, name: str, description: Description) -> str:
        """Create what is described, without starting it; the new id."""
        ...

    def create_idle(self, name: str, old: Blueprint) -> str:
        """Create a container of the same image that has nothing to do; the new id."""
        ...

    def connect(self, container_id: str, old: Blueprint, description: Description) -> None:
        """Attach what was created of the description to those networks of the old container that it still lacks."""
        ...

    def start(self, container_id: str) -> None: ...

    def stop(self, container_id: str, seconds: int) -> None:
        """Stop it within its own time to stop; nothing where it does not run."""
        ...

    def pause(self, container_id: str) -> None: ...

    def rename(self, container_id: str, name: str) -> None: ...

    def disable_restart(self, container_id: str) -> None:
        """Keep the engine from starting it."""
        ...

    def restore_restart(self, container_id: str, old: Blueprint) -> None:
        """Give it the restart policy that the old one had."""
        ...

    def remove(self, container_id: str) -> None:
        """Kill and remove it, its anonymous volumes stay."""
        ...

    def written(self, container_id: str) -> list[tuple[bool, str]]:
        """What was written into its own layer: whether it is new there, and the path."""
        ...

    def copy(self, source_id: str, target_id: str, path: str) -> None:
        """Copy a file or folder from one container's file system into the other's, at the same path."""
        ...
