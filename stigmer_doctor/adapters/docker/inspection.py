"""`docker inspect` of a container, read: what is missing or makes no sense costs no more than itself."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

from stigmer_doctor.adapters.docker.lenient import (
    entries,
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
from stigmer_doctor.adapters.docker.run_options import run_options
from stigmer_doctor.model.container import Compose, Mount, State
from stigmer_doctor.model.inspected import Attachment, InspectedContainer, Limits, NetworkSettings
from stigmer_doctor.model.ports import Json

_LONGEST_OUTPUT = 1000


def container(raw: Json, asked: str) -> InspectedContainer:
    """`GET /containers/{id}/json`. `asked` is under what it was asked for, which stands in for a missing id.

    Raises ValueError where it has more variables, labels or words than any container."""
    config, host = uncrowded(mapping(raw.get("Config"))), uncrowded(mapping(raw.get("HostConfig")))
    options = run_options(config, host)
    return InspectedContainer(
        id=text(raw.get("Id")) or asked,
        name=text(raw.get("Name")).lstrip("/"),
        image=text(config.get("Image")) or text(raw.get("Image")),
        image_id=text(raw.get("Image")),
        created=text(raw.get("Created")),
        state=_state(mapping(raw.get("State"))),
        restart_policy=text(mapping(host.get("RestartPolicy")).get("Name")),
        restart_count=number(raw.get("RestartCount")),
        network=network_settings(host, mapping(raw.get("NetworkSettings"))),
        hostname=text(config.get("Hostname")),
        user=text(config.get("User")),
        working_dir=text(config.get("WorkingDir")),
        entrypoint=texts(config.get("Entrypoint")),
        command=texts(config.get("Cmd")),
        environment=pairs(config.get("Env")),
        mounts=tuple(_mount(mount) for mount in mappings(raw.get("Mounts"))),
        compose=_compose(strings(config.get("Labels"))),
        labels=strings(config.get("Labels")),
        limits=_limits(host),
        run_options=options.options,
        unsupported_options=options.unsupported,
    )


def network_settings(host: Json, settings: Json) -> NetworkSettings:
    """`host` is `HostConfig` and `settings` is `NetworkSettings` of the inspected container."""
    mode = text(host.get("NetworkMode")) or "default"
    return NetworkSettings(
        mode="bridge" if mode == "default" else mode,
        attachments=tuple(
            _attachment(name, mapping(end)) for name, end in sorted(mapping(settings.get("Networks")).items())
        ),
        extra_hosts=texts(host.get("ExtraHosts")),
        dns=texts(host.get("Dns")),
        dns_options=texts(host.get("DnsOptions")),
        dns_search=texts(host.get("DnsSearch")),
        sysctls=strings(host.get("Sysctls")),
    )


def _attachment(name: str, end: Json) -> Attachment:
    return Attachment(
        name=name,
        id=text(end.get("NetworkID")),
        address=text(end.get("IPAddress")),
        gateway=text(end.get("Gateway")),
        address6=text(end.get("GlobalIPv6Address")),
        gateway6=text(end.get("IPv6Gateway")),
        aliases=texts(end.get("Aliases")),
        driver_options=strings(end.get("DriverOpts")),
        priority=number(end.get("GwPriority")),
    )


def _state(raw: Json) -> State:
    health = mapping(raw.get("Health"))
    probes = entries(health.get("Log"))
    status = text(health.get("Status"))
    return State(
        status=text(raw.get("Status")),
        exit_code=number(raw.get("ExitCode")),
        error=text(raw.get("Error")),
        oom_killed=raw.get("OOMKilled") is True,
        started_at=text(raw.get("StartedAt")),
        finished_at=text(raw.get("FinishedAt")),
        health="" if status == "none" else status,
        health_output=text(mapping(probes[-1]).get("Output"))[:_LONGEST_OUTPUT] if probes else "",
    )


def _mount(raw: Json) -> Mount:
    return Mount(
        type=text(raw.get("Type")),
        source=text(raw.get("Name")) or text(raw.get("Source")),
        destination=text(raw.get("Destination")),
        writable=raw.get("RW") is True,
    )


def _limits(host: Json) -> Limits:
    return Limits(
        memory=limit(host.get("Memory")),
        processes=limit(host.get("PidsLimit")),
        user_processes=any(ulimit.get("Name") == "nproc" for ulimit in mappings(host.get("Ulimits"))),
    )


def _compose(labels: Mapping[str, str]) -> Compose | None:
    def of(name: str) -> str:
        return labels.get(f"com.docker.compose.{name}", "")

    if not of("project") or not of("service"):
        return None
    return Compose(
        project=of("project"),
        service=of("service"),
        config_files=_paths(of("project.config_files"), of("project.working_dir")),
        working_dir=of("project.working_dir"),
        environment_files=_paths(of("project.environment_file"), of("project.working_dir")),
        version=of("version"),
        hash=of("config-hash"),
    )


def _paths(label: str, folder: str) -> tuple[str, ...]:
    """The files of a label; the first compose tools wrote them as they were given, relative to the project's folder."""
    return tuple(posixpath.join(folder, word) for word in label.split(",") if word)
