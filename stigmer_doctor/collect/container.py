"""What the engine says of the container, to facts; nothing unredacted leaves this module."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.model.facts import Container, Network, State, Variable
from stigmer_doctor.model.inspected import Attachment, InspectedContainer, InspectedImage, InspectedNetwork
from stigmer_doctor.model.ports import Redactor

_ANSI = compiled_later(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_CONTROL = compiled_later(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_CONTROL_IN_HEADERS = frozenset(map(chr, (*range(32), 127)))
_LONGEST_LINE = 8192
_COMPOSE = "com.docker.compose."


def container(
    found: InspectedContainer,
    image: InspectedImage | None,
    networks: Mapping[str, InspectedNetwork],
    redactor: Redactor,
) -> Container:
    """The facts of an inspected container. `image` is its image, None when it was deleted since; `networks` are the
    inspected networks by name, as far as there are any."""
    # First of all, so that every later text is cleaned of what is learnt here.
    environment = _variables(found.environment, image.environment if image else {}, redactor)
    given = image.run_options if image else ()
    return Container(
        id=found.id,
        name=found.name,
        image=redactor.reference(found.image, "image"),
        image_id=found.image_id,
        created=found.created,
        state=_state(found.state, redactor),
        restart_policy=found.restart_policy,
        restart_count=found.restart_count,
        network_mode=found.network.mode,
        networks=tuple(_network(end, networks.get(end.name), found) for end in found.network.attachments),
        extra_hosts=found.network.extra_hosts,
        dns=found.network.dns,
        hostname=found.hostname,
        user=found.user,
        working_dir=found.working_dir or "/",
        argv=redactor.arguments((*found.entrypoint, *found.command), "command"),
        environment=environment,
        mounts=found.mounts,
        compose=found.compose,
        entrypoint=redactor.arguments(found.entrypoint, "command"),
        overrides=None if image is None else _overrides(found, image),
        run_options=tuple(redactor.text(option, "options") for option in found.run_options if option not in given),
        unsupported_options=found.unsupported_options,
        labels=tuple(redactor.text(name, "labels") for name in _labels(found, image)),
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
        Variable(
            name=name,
            value=shown[name][0],
            hidden=shown[name][1],
            from_image=image.get(name) == value,
            unsendable=_unsendable(value) if shown[name][1] else "",
        )
        for name, value in values.items()
    )


def _unsendable(value: str) -> str:
    """What no header can carry, in HTTP or gRPC: told before the value is hidden, after which nobody could."""
    if not _CONTROL_IN_HEADERS.isdisjoint(value):
        return "a line break" if {"\n", "\r"} & set(value) else "a control character"
    return "" if value.isascii() else "a letter that is not ASCII"


def _state(state: State, redactor: Redactor) -> State:
    return replace(
        state, error=redactor.text(state.error, "state"), health_output=redactor.text(state.health_output, "health")
    )


def _network(end: Attachment, inspected: InspectedNetwork | None, found: InspectedContainer) -> Network:
    own = (found.id[:12], found.hostname)  # engines name it so by themselves
    return Network(
        name=end.name,
        driver=inspected.driver if inspected else "",
        internal=inspected.internal if inspected else None,
        address=end.address,
        gateway=end.gateway,
        address6=end.address6,
        gateway6=end.gateway6,
        aliases=tuple(alias for alias in end.aliases if alias not in own),
        subnets=inspected.subnets if inspected else (),
    )


def _labels(found: InspectedContainer, image: InspectedImage | None) -> list[str]:
    """The names of those that neither its image nor compose gave it."""
    given = image.labels if image else {}
    labels = sorted(found.labels.items())
    return [name for name, value in labels if given.get(name) != value and not name.startswith(_COMPOSE)]


def _overrides(found: InspectedContainer, image: InspectedImage) -> tuple[str, ...]:
    """What was given at its creation and is not the image's."""
    names = ("user", "working_dir", "entrypoint", "command")
    return tuple(name for name in names if getattr(found, name) != getattr(image, name))
