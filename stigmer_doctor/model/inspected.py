"""What an engine says of containers, images and networks, read but not redacted: it may hold secrets.

It lives in memory only. `collect` makes facts of it; nothing here is ever part of a snapshot or a report.
"""

import msgspec

from stigmer_doctor.model.container import Compose, Mount, State
from stigmer_doctor.model.record import Part


class Attachment(Part, frozen=True, kw_only=True):
    """A container's place in one network; addresses are "" where it has none. The last two are settings of it that
    another container in the same network needs as well."""

    name: str
    id: str = ""
    address: str = ""
    gateway: str = ""
    address6: str = ""
    gateway6: str = ""
    aliases: tuple[str, ...] = ()
    driver_options: dict[str, str] = msgspec.field(default_factory=dict)
    priority: int = 0


class NetworkSettings(Part, frozen=True, kw_only=True):
    """What a container sees of the network. `mode` is host, bridge, none, container:<id> or a network's name or id;
    `extra_hosts` are "name:address", `sysctls` all kernel settings that were given to the container."""

    mode: str = "bridge"
    attachments: tuple[Attachment, ...] = ()
    extra_hosts: tuple[str, ...] = ()
    dns: tuple[str, ...] = ()
    dns_options: tuple[str, ...] = ()
    dns_search: tuple[str, ...] = ()
    sysctls: dict[str, str] = msgspec.field(default_factory=dict)


class Limits(Part, frozen=True, kw_only=True):
    """What the container may use: bytes of memory and processes, 0 without a limit; `user_processes`: whether the
    processes of its user are limited."""

    memory: int = 0
    processes: int = 0
    user_processes: bool = False


class Usage(Part, frozen=True, kw_only=True):
    """What a running container uses of its limits, in bytes and processes; a limit is 0 where there is none. None where
    the engine says something that is not a number. Memory that the kernel gives up at once is not in it."""

    memory: int | None = 0
    memory_limit: int | None = 0
    processes: int | None = 0
    processes_limit: int | None = 0


class Throwaway(Part, frozen=True, kw_only=True):
    """What a throwaway container is made of: an image, and the network settings of the container that it stands for.
    `command` is what that one runs, to find an interpreter by; it is not run. `stands_for` is its id, "" for none."""

    image: str
    network: NetworkSettings
    user: str = ""
    working_dir: str = ""
    command: tuple[str, ...] = ()
    stands_for: str = ""


class InspectedContainer(Part, frozen=True, kw_only=True):
    """A container as its engine describes it. What the engine leaves out, or gives in a form that makes no sense, is
    empty here.

    `run_options` and `unsupported_options` are as in the `Container` fact, but that the former still hold what the
    image gives as well.
    """

    id: str
    name: str = ""
    image: str = ""
    image_id: str = ""
    created: str = ""
    state: State = State(status="")
    restart_policy: str = ""
    restart_count: int = 0
    network: NetworkSettings = NetworkSettings()
    hostname: str = ""
    user: str = ""
    working_dir: str = ""
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    environment: dict[str, str] = msgspec.field(default_factory=dict)
    mounts: tuple[Mount, ...] = ()
    compose: Compose | None = None
    labels: dict[str, str] = msgspec.field(default_factory=dict)
    limits: Limits = Limits()
    run_options: tuple[str, ...] = ()
    unsupported_options: tuple[str, ...] = ()

    @property
    def throwaway(self) -> Throwaway:
        """What a container that looks from its network is made of."""
        return Throwaway(
            image=self.image_id,
            network=self.network,
            user=self.user,
            working_dir=self.working_dir,
            command=(*self.entrypoint, *self.command),
            stands_for=self.id,
        )


class InspectedImage(Part, frozen=True, kw_only=True):
    """What an image gives to its containers."""

    id: str = ""
    user: str = ""
    working_dir: str = ""
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    environment: dict[str, str] = msgspec.field(default_factory=dict)
    labels: dict[str, str] = msgspec.field(default_factory=dict)
    run_options: tuple[str, ...] = ()


class ImageSummary(Part, frozen=True, kw_only=True):
    """One line of the image list."""

    id: str
    tags: tuple[str, ...] = ()


class InspectedNetwork(Part, frozen=True, kw_only=True):
    """A network. `internal` is None where the engine does not tell; `gateways` are its own addresses,
    `subnets` its ranges of addresses in CIDR notation."""

    driver: str = ""
    internal: bool | None = None
    gateways: tuple[str, ...] = ()
    subnets: tuple[str, ...] = ()
