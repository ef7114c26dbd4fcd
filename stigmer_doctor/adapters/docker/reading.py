"""The engine's other answers, read: what is missing or makes no sense costs no more than itself."""

from __future__ import annotations

from stigmer_doctor.adapters.docker.lenient import (
    is_number,
    limit,
    mapping,
    mappings,
    number,
    pairs,
    strings,
    text,
    texts,
    uncrowded,
)
from stigmer_doctor.adapters.docker.run_options import image_options
from stigmer_doctor.model.container import ContainerSummary
from stigmer_doctor.model.engine import Engine
from stigmer_doctor.model.inspected import ImageSummary, InspectedImage, InspectedNetwork, Usage
from stigmer_doctor.model.ports import Json

_AS_IMAGES_SAY = {"x86_64": "amd64", "aarch64": "arm64"}
"""Architectures, which `/info` calls as the kernel does."""
_LONGEST_NAME = 300


def engine(info: Json, api_version: str, version: Json) -> Engine:
    """`GET /info`, with what `GET /version` adds, if it was asked."""
    architecture = _name(info.get("Architecture"))
    return Engine(
        version=_name(version.get("Version")) or _name(info.get("ServerVersion")),
        api_version=_name(version.get("ApiVersion")) or api_version,
        operating_system=_name(info.get("OperatingSystem")),
        name=_name(info.get("Name")),
        kernel=_name(version.get("KernelVersion")) or _name(info.get("KernelVersion")),
        architecture=_name(version.get("Arch")) or _AS_IMAGES_SAY.get(architecture, architecture),
        components=tuple(_name(component.get("Name")) for component in mappings(version.get("Components"))),
        platform=_name(mapping(version.get("Platform")).get("Name")),
        rootless=any("name=rootless" in option for option in texts(info.get("SecurityOptions"))),
    )


def _name(value: object) -> str:
    """What is short, as all names and versions are. It is not cut: of half a secret nobody could tell."""
    told = text(value)
    return told if len(told) <= _LONGEST_NAME else ""


def is_plain(info: Json) -> bool:
    """Whether it is an engine without a product around it, as far as `GET /info` tells."""
    said = f"{text(info.get('OperatingSystem'))} {text(info.get('Name'))}".lower()
    return bool(said.strip()) and "desktop" not in said


def summaries(listed: object) -> tuple[ContainerSummary, ...]:
    """`GET /containers/json`. `created` is ISO 8601 only in inspect; here it is the engine's number."""
    return tuple(
        ContainerSummary(
            id=text(container.get("Id")),
            name=next(iter(texts(container.get("Names"))), "").lstrip("/"),
            image=text(container.get("Image")),
            state=text(container.get("State")),
            created=text(container.get("Created")),
            network_mode=text(mapping(container.get("HostConfig")).get("NetworkMode")),
        )
        for container in mappings(listed)
    )


def images(listed: object) -> tuple[ImageSummary, ...]:
    """`GET /images/json`."""
    return tuple(
        ImageSummary(id=text(image.get("Id")), tags=texts(image.get("RepoTags"))) for image in mappings(listed)
    )


def image(raw: Json) -> InspectedImage:
    """`GET /images/{id}/json`. Raises ValueError as `inspection.container` does."""
    config = uncrowded(mapping(raw.get("Config")))
    return InspectedImage(
        id=text(raw.get("Id")),
        user=text(config.get("User")),
        working_dir=text(config.get("WorkingDir")),
        entrypoint=texts(config.get("Entrypoint")),
        command=texts(config.get("Cmd")),
        labels=strings(config.get("Labels")),
        environment=pairs(config.get("Env")),
        run_options=image_options(config),
    )


def network(raw: Json) -> InspectedNetwork:
    """`GET /networks/{id}`."""
    internal = raw.get("Internal")
    ranges = mappings(mapping(raw.get("IPAM")).get("Config"))
    return InspectedNetwork(
        driver=text(raw.get("Driver")),
        internal=internal if isinstance(internal, bool) else None,
        gateways=tuple(filter(None, (text(config.get("Gateway")) for config in ranges))),
        subnets=tuple(filter(None, (text(config.get("Subnet")) for config in ranges))),
    )


def usage(raw: Json) -> Usage:
    """One sample of `GET /containers/{id}/stats`. Without the files that the kernel keeps for later and gives up at
    once (cgroup 1 and 2 name them differently)."""
    memory, processes = mapping(raw.get("memory_stats")), mapping(raw.get("pids_stats"))
    detail = mapping(memory.get("stats"))
    kept = number(detail.get("total_inactive_file", detail.get("inactive_file")))
    used = _told(memory.get("usage"))
    return Usage(
        memory=None if used is None else used - kept,
        memory_limit=_told(memory.get("limit")),
        processes=_told(processes.get("current")),
        processes_limit=_told(processes.get("limit")),
    )


def _told(value: object) -> int | None:
    """What is left out, or below 0, counts as 0; what is not a number tells nothing."""
    return limit(value) if value is None or is_number(value) else None
