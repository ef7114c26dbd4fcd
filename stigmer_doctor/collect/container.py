"""The engine's raw JSON to facts about the container; nothing unredacted leaves this module."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence

from stigmer_doctor.collect.recreation import recreation
from stigmer_doctor.model.facts import Compose, Container, ContainerSummary, Mount, Network, State, Variable
from stigmer_doctor.model.ports import Json, Redactor

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LONGEST_LINE = 8192


def summary(listed: Json) -> ContainerSummary:
    """One entry of `GET /containers/json`. `created` is ISO 8601 only in inspect; here it is the engine's number."""
    names = listed.get("Names") or ["/"]
    return ContainerSummary(
        id=str(listed.get("Id", "")),
        name=str(names[0]).lstrip("/"),
        image=str(listed.get("Image", "")),
        state=str(listed.get("State", "")),
        created=str(listed.get("Created", "")),
    )


def pairs(entries: Iterable[str] | None) -> dict[str, str]:
    """`NAME=value` entries as a mapping; an entry without "=" has the empty value."""
    split = (entry.partition("=") for entry in entries or ())
    return {name: value for name, _, value in split}


def container(raw: Json, image: Json | None, networks: Mapping[str, Json], redactor: Redactor) -> Container:
    """The facts of an inspected container. `image` is the config of its image, None when it was deleted since;
    `networks` are the inspected networks by name, as far as there are any."""
    config, host = raw.get("Config") or {}, raw.get("HostConfig") or {}
    # First of all, so that every later text is cleaned of what is learnt here.
    environment = _variables(pairs(config.get("Env")), pairs((image or {}).get("Env")), redactor)
    return Container(
        id=raw["Id"],
        name=str(raw.get("Name", "")).lstrip("/"),
        image=str(config.get("Image") or raw.get("Image", "")),
        image_id=str(raw.get("Image", "")),
        created=str(raw.get("Created", "")),
        state=_state(raw.get("State") or {}, redactor),
        restart_policy=str((host.get("RestartPolicy") or {}).get("Name", "")),
        restart_count=int(raw.get("RestartCount") or 0),
        network_mode=_network_mode(host),
        networks=_networks(raw, networks),
        extra_hosts=tuple(host.get("ExtraHosts") or ()),
        dns=tuple(host.get("Dns") or ()),
        hostname=str(config.get("Hostname", "")),
        user=str(config.get("User", "")),
        working_dir=str(config.get("WorkingDir") or "/"),
        argv=redactor.arguments([*(config.get("Entrypoint") or ()), *(config.get("Cmd") or ())], "command"),
        environment=environment,
        mounts=tuple(_mount(mount) for mount in raw.get("Mounts") or ()),
        compose=_compose(config.get("Labels") or {}),
        **recreation(raw, image, redactor)._asdict(),
    )


def log_lines(raw: bytes, redactor: Redactor) -> tuple[str, ...]:
    """Log output as clean lines: no ANSI sequences or control characters, invalid UTF-8 replaced, no secrets."""
    text = raw.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    clean = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", _ANSI.sub("", text))
    lines = redactor.text(clean, "logs").split("\n")
    return tuple(line[:_LONGEST_LINE] for line in (lines[:-1] if lines[-1] == "" else lines))


def _variables(values: Mapping[str, str], image: Mapping[str, str], redactor: Redactor) -> tuple[Variable, ...]:
    shown = redactor.environment(values, "environment")
    return tuple(
        Variable(name=name, value=shown[name][0], hidden=shown[name][1], from_image=image.get(name) == value)
        for name, value in values.items()
    )


def _state(raw: Json, redactor: Redactor) -> State:
    health = raw.get("Health") or {}
    probes: Sequence[Json] = health.get("Log") or ()
    status = str(health.get("Status", ""))
    return State(
        status=str(raw.get("Status", "")),
        exit_code=int(raw.get("ExitCode") or 0),
        error=redactor.text(str(raw.get("Error", "")), "state"),
        oom_killed=bool(raw.get("OOMKilled")),
        started_at=str(raw.get("StartedAt", "")),
        finished_at=str(raw.get("FinishedAt", "")),
        health="" if status == "none" else status,
        health_output=redactor.text(str(probes[-1].get("Output", ""))[:1000], "health") if probes else "",
    )


def _network_mode(host: Json) -> str:
    mode = str(host.get("NetworkMode") or "bridge")
    return "bridge" if mode == "default" else mode


def _networks(raw: Json, inspected: Mapping[str, Json]) -> tuple[Network, ...]:
    attached: Mapping[str, Json] = (raw.get("NetworkSettings") or {}).get("Networks") or {}
    return tuple(
        Network(
            name=name,
            driver=str(inspected.get(name, {}).get("Driver", "")),
            internal=inspected[name].get("Internal") if name in inspected else None,
            address=str(end.get("IPAddress") or ""),
            gateway=str(end.get("Gateway") or ""),
            address6=str(end.get("GlobalIPv6Address") or ""),
            gateway6=str(end.get("IPv6Gateway") or ""),
        )
        for name, end in sorted(attached.items())
    )


def _mount(raw: Json) -> Mount:
    return Mount(
        type=str(raw.get("Type", "")),
        source=str(raw.get("Name") or raw.get("Source", "")),
        destination=str(raw.get("Destination", "")),
        writable=bool(raw.get("RW")),
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
