"""A way into the container: its own namespace when it runs, a throwaway copy of its network settings otherwise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from stigmer_doctor.collect.kept import attempt
from stigmer_doctor.collect.options import Ports
from stigmer_doctor.collect.room import shortage
from stigmer_doctor.model.engine_ports import Channel, EngineClient
from stigmer_doctor.model.errors import DoctorError, EngineError, NotFound, ProbeError, Refused
from stigmer_doctor.model.inspected import InspectedContainer, NetworkSettings, Throwaway
from stigmer_doctor.model.ports import ContainerProbe
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.reach import Vantage
from stigmer_doctor.model.record import NotMeasured

if TYPE_CHECKING:  # what is found out inside is not needed to get there
    from stigmer_doctor.model.facts import Contract, Inside

NO_INTERPRETER = "the image has no Python interpreter to look with"
_CODE_BYTES = 8 * 1024 * 1024
_MOST_IMAGES = 3


def enter(
    container: InspectedContainer, engine: EngineClient, ports: Ports, *, beside: bool = False
) -> ContainerProbe | NotMeasured:
    """Start the probe in the container when it runs and has room for it, else in a throwaway container in its network.
    One that does not run has no network to be in, so a copy of its settings stands in for it, and always where it is to
    be looked at from `beside`."""
    return _unless_silent(partial(_enter, container, engine, ports, beside=beside), ports)


def enter_copy(settings: Throwaway, engine: EngineClient, ports: Ports) -> ContainerProbe | NotMeasured:
    """Start the probe in a throwaway container with these settings, of another image where theirs has no
    interpreter."""
    return _unless_silent(partial(_copy, settings, engine, ports), ports)


def enter_throwaway(settings: Throwaway, engine: EngineClient, ports: Ports) -> ContainerProbe | NotMeasured:
    """The same with no other image."""
    return _unless_silent(partial(_start_beside, settings, engine, ports, Vantage.CLONE), ports)


def _unless_silent(start: Callable[[], ContainerProbe | NotMeasured], ports: Ports) -> ContainerProbe | NotMeasured:
    """An engine that does not answer is not asked for another way."""
    try:
        return start()
    except EngineError as error:
        return NotMeasured(reason=ports.redactor.error(error))


def _enter(
    container: InspectedContainer, engine: EngineClient, ports: Ports, *, beside: bool
) -> ContainerProbe | NotMeasured:
    status = container.state.status
    if not beside and status in ("paused", "removing"):
        return NotMeasured(reason=f"the container is {status}, so nothing can run in it")
    if beside or status != "running":
        return _copy(container.throwaway, engine, ports)
    full = shortage(container, engine)
    entered = NotMeasured(reason=full) if full else _execute(container, engine, ports)
    return _join(container, entered, engine, ports) if isinstance(entered, NotMeasured) else entered


def _copy(settings: Throwaway, engine: EngineClient, ports: Ports) -> ContainerProbe | NotMeasured:
    copied = _start_beside(settings, engine, ports, Vantage.CLONE)
    return _with_other_image(settings, copied, engine, ports) if isinstance(copied, NotMeasured) else copied


def _execute(container: InspectedContainer, engine: EngineClient, ports: Ports) -> ContainerProbe | NotMeasured:
    return _start(container.throwaway.command, ports, partial(engine.execute, container.id), Vantage.CONTAINER)


def _join(
    container: InspectedContainer, refusal: NotMeasured, engine: EngineClient, ports: Ports
) -> ContainerProbe | NotMeasured:
    """A probe in the container's network that is not in the container. `refusal` says why there is none in it: it is
    what is reported where there can be none beside it."""
    settings = replace(container.throwaway, network=NetworkSettings(mode=f"container:{container.id}"))
    last = refusal
    if refusal.reason != NO_INTERPRETER:
        joined = _start_beside(settings, engine, ports, Vantage.BESIDE)
        if not isinstance(joined, NotMeasured):
            return joined
        last = joined
    found = _with_other_image(settings, last, engine, ports)
    return refusal if isinstance(found, NotMeasured) else found


def _with_other_image(
    settings: Throwaway, refusal: NotMeasured, engine: EngineClient, ports: Ports
) -> ContainerProbe | NotMeasured:
    """A probe with these settings and a local image that has an interpreter, where their own has none."""
    if refusal.reason != NO_INTERPRETER:
        return refusal
    for image in images_with_python(settings.image, engine, ports.profile):
        other = Throwaway(image=image, network=settings.network)
        found = _start_beside(other, engine, ports, Vantage.OTHER_IMAGE)
        if not isinstance(found, NotMeasured):
            return found
    return refusal


def images_with_python(besides: str, engine: EngineClient, profile: Profile) -> list[str]:
    """Local images, `besides` the one of that id, that most likely have an interpreter, those of other runners first.
    None is ever pulled."""
    try:
        others = [image for image in engine.images() if image.id != besides]
    except Refused:
        return []
    tags = [tag for other in others for tag in other.tags]
    runners = [tag for tag in tags if any(known in tag for known in profile.images)]
    return list(dict.fromkeys([*runners, *(tag for tag in tags if "python" in tag)]))[:_MOST_IMAGES]


def image_of(probe: ContainerProbe | NotMeasured, image_id: str, engine: EngineClient, profile: Profile) -> str:
    """The image to make further throwaway containers of: the container's, or what stood in for it."""
    foreign = isinstance(probe, NotMeasured) or probe.vantage is Vantage.OTHER_IMAGE
    return next(iter(images_with_python(image_id, engine, profile) if foreign else ()), image_id)


def _start_beside(
    settings: Throwaway, engine: EngineClient, ports: Ports, vantage: Vantage
) -> ContainerProbe | NotMeasured:
    return _start(settings.command, ports, partial(engine.clone, settings), vantage)


def _start(
    command: Sequence[str], ports: Ports, run: Callable[[list[str]], Channel], vantage: Vantage
) -> ContainerProbe | NotMeasured:
    """Start the probe with the first interpreter that is there."""
    last = ""
    for interpreter in _interpreters(command, ports.profile.interpreters):
        try:
            return ports.start_probe(run(ports.probe_command(interpreter)), vantage)
        except (Refused, ProbeError, NotFound) as error:
            last = str(error)
            if not _no_such_program(last):
                break
    reason = NO_INTERPRETER if _no_such_program(last) else last
    return NotMeasured(reason=ports.redactor.text(reason, "errors"))


def _interpreters(command: Sequence[str], known: Sequence[str]) -> list[str]:
    """The program that the container itself runs comes first, when it is a Python."""
    own = [word for word in command[:1] if "python" in word]
    return list(dict.fromkeys([*own, *known]))


def _no_such_program(message: str) -> bool:
    return any(words in message for words in ("no such file", "not found", "executable file"))


def contract(
    container_id: str, probe: ContainerProbe | NotMeasured, engine: EngineClient, passive: bool, ports: Ports
) -> Contract:
    """What the image's code reads: parsed inside, else from the container's files, else assumed."""
    from stigmer_doctor.collect.contract import assumed_contract, contract_of
    from stigmer_doctor.collect.variable_files import laid_under

    profile = ports.profile
    if passive:
        return assumed_contract(profile, "--passive reads no code")
    try:
        if isinstance(probe, NotMeasured) or probe.vantage is Vantage.OTHER_IMAGE:
            files = engine.read_files(container_id, profile.code_root, suffix=".py", max_bytes=_CODE_BYTES)
            answer = ports.read_contract(files)
        else:
            answer = probe.contract(profile.code_root)
        found = laid_under(contract_of(answer), answer.get("variables", ()), ports.redactor)
    except DoctorError as error:
        return assumed_contract(profile, ports.redactor.error(error))
    except Exception as error:  # noqa: BLE001 - what reads the code, and the code, are the container's
        return assumed_contract(profile, f"what was read there made no sense ({type(error).__name__})")
    if not found.reads:
        return assumed_contract(profile, f"no code below {profile.code_root} reads a variable")
    return found


def look(probe: ContainerProbe | NotMeasured, ports: Ports) -> Inside | NotMeasured:
    """The interpreter, the user and the Docker socket, as the runner's process sees them. A throwaway container has no
    mounts, so it cannot tell."""
    from stigmer_doctor.model.answers import Inside

    if isinstance(probe, NotMeasured):
        return probe
    if probe.vantage not in (Vantage.CONTAINER, Vantage.POD):
        return NotMeasured(reason=f"it was looked at from {probe.vantage.value}")
    looked = attempt(ports.redactor, partial(probe.look, ports.profile.docker_socket))
    if isinstance(looked, NotMeasured):
        return looked
    python, uid, socket = looked
    return Inside(python=python, uid=uid, docker_socket=socket)
