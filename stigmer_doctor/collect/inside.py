"""A way into the container: its own namespace when it runs, a throwaway copy of its network settings otherwise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from stigmer_doctor.collect.configuration import assumed_contract, contract_of
from stigmer_doctor.collect.options import Ports
from stigmer_doctor.collect.room import shortage
from stigmer_doctor.model.errors import DoctorError, EngineError, NotFound, ProbeError, Refused
from stigmer_doctor.model.facts import Container, Contract, Inside, NotMeasured, Vantage
from stigmer_doctor.model.ports import Channel, ContainerProbe, EngineClient, Json
from stigmer_doctor.model.profile import Profile

NO_INTERPRETER = "the image has no Python interpreter to look with"
_CODE_BYTES = 8 * 1024 * 1024
_MOST_IMAGES = 3


def enter(raw: Json, engine: EngineClient, ports: Ports, *, beside: bool = False) -> ContainerProbe | NotMeasured:
    """Start the probe somewhere: see `_enter`. An engine that does not answer is not asked for another way."""
    try:
        return _enter(raw, engine, ports, beside=beside)
    except EngineError as error:
        return NotMeasured(reason=ports.redactor.text(str(error), "errors"))


def _enter(raw: Json, engine: EngineClient, ports: Ports, *, beside: bool) -> ContainerProbe | NotMeasured:
    """In the container when it runs and has room for it, else in a throwaway container in its network.
    One that does not run has no network to be in, so a copy of its settings stands in for it, and always where it is to
    be looked at from `beside`."""
    status = str((raw.get("State") or {}).get("Status", ""))
    if not beside and status in ("paused", "removing"):
        return NotMeasured(reason=f"the container is {status}, so nothing can run in it")
    if beside or status != "running":
        copied = _start(raw, ports, partial(engine.clone, raw), Vantage.CLONE)
        return _with_other_image(raw, copied, raw, engine, ports) if isinstance(copied, NotMeasured) else copied
    full = shortage(raw, engine)
    entered = NotMeasured(reason=full) if full else _execute(raw, engine, ports)
    return _join(raw, entered, engine, ports) if isinstance(entered, NotMeasured) else entered


def enter_trial(
    planned: Container, run: Callable[[list[str], str], Channel], engine: EngineClient, ports: Ports
) -> ContainerProbe | NotMeasured:
    """Start the probe in a throwaway container, which `run` starts with a command line and an image in place of the
    container's own ("" for none)."""
    own = {"Id": planned.id, "Image": planned.image_id, "Config": {"Entrypoint": planned.argv}}
    try:
        found = _start(own, ports, lambda argv: run(argv, ""), Vantage.CLONE)
        others = images_with_python(own, engine, ports.profile) if found == NotMeasured(reason=NO_INTERPRETER) else []
        for image in others:
            other = _start({}, ports, partial(_with_image, run, image), Vantage.OTHER_IMAGE)
            if not isinstance(other, NotMeasured):
                return other
    except EngineError as error:
        return NotMeasured(reason=ports.redactor.text(str(error), "errors"))
    return found


def _with_image(run: Callable[[list[str], str], Channel], image: str, argv: list[str]) -> Channel:
    return run(argv, image)


def _execute(raw: Json, engine: EngineClient, ports: Ports) -> ContainerProbe | NotMeasured:
    return _start(raw, ports, partial(engine.execute, raw["Id"]), Vantage.CONTAINER)


def _join(raw: Json, refusal: NotMeasured, engine: EngineClient, ports: Ports) -> ContainerProbe | NotMeasured:
    """A probe in the container's network that is not in the container. `refusal` says why there is none in it: it is
    what is reported where there can be none beside it."""
    own = {**raw, "HostConfig": {"NetworkMode": f"container:{raw['Id']}"}, "NetworkSettings": {}}
    last = refusal
    if refusal.reason != NO_INTERPRETER:
        joined = _start(own, ports, partial(engine.clone, own), Vantage.BESIDE)
        if not isinstance(joined, NotMeasured):
            return joined
        last = joined
    found = _with_other_image(own, last, raw, engine, ports)
    return refusal if isinstance(found, NotMeasured) else found


def _with_other_image(
    settings: Json, refusal: NotMeasured, raw: Json, engine: EngineClient, ports: Ports
) -> ContainerProbe | NotMeasured:
    """A probe with these settings and a local image that has an interpreter, where the container's own has none."""
    if refusal.reason != NO_INTERPRETER or "Id" not in raw:
        return refusal
    for image in images_with_python(raw, engine, ports.profile):
        other = {**settings, "Image": image, "Config": {}}
        found = _start(other, ports, partial(engine.clone, other), Vantage.OTHER_IMAGE)
        if not isinstance(found, NotMeasured):
            return found
    return refusal


def images_with_python(raw: Json, engine: EngineClient, profile: Profile) -> list[str]:
    """Local images that most likely have an interpreter, those of other runners first. None is ever pulled."""
    try:
        others = [image for image in engine.images() if image.get("Id") != raw.get("Image")]
    except Refused:
        return []
    tags = [str(tag) for other in others for tag in other.get("RepoTags") or ()]
    runners = [tag for tag in tags if any(known in tag for known in profile.images)]
    return list(dict.fromkeys([*runners, *(tag for tag in tags if "python" in tag)]))[:_MOST_IMAGES]


def image_of(probe: ContainerProbe | NotMeasured, raw: Json, engine: EngineClient, profile: Profile) -> str:
    """The image to make further throwaway containers of: the container's, or what stood in for it."""
    foreign = isinstance(probe, NotMeasured) or probe.vantage is Vantage.OTHER_IMAGE
    return next(iter(images_with_python(raw, engine, profile) if foreign else ()), str(raw.get("Image", "")))


def _start(
    raw: Json, ports: Ports, run: Callable[[list[str]], Channel], vantage: Vantage
) -> ContainerProbe | NotMeasured:
    """Start the probe with the first interpreter that is there."""
    last = ""
    for interpreter in _interpreters(raw, ports.profile.interpreters):
        try:
            return ports.start_probe(run(ports.probe_command(interpreter)), vantage)
        except (Refused, ProbeError, NotFound) as error:
            last = str(error)
            if not _no_such_program(last):
                break
    reason = NO_INTERPRETER if _no_such_program(last) else last
    return NotMeasured(reason=ports.redactor.text(reason, "errors"))


def _interpreters(raw: Json, known: Sequence[str]) -> list[str]:
    """The program that the container itself runs comes first, when it is a Python."""
    config = raw.get("Config") or {}
    own = [word for word in (*(config.get("Entrypoint") or ()), *(config.get("Cmd") or ()))[:1] if "python" in word]
    return list(dict.fromkeys([*own, *known]))


def _no_such_program(message: str) -> bool:
    return any(words in message for words in ("no such file", "not found", "executable file"))


def contract(
    raw: Json, probe: ContainerProbe | NotMeasured, engine: EngineClient, passive: bool, ports: Ports
) -> Contract:
    """What the image's code reads: parsed inside, else from the container's files, else assumed."""
    profile = ports.profile
    if passive:
        return assumed_contract(profile, "--passive reads no code")
    try:
        if isinstance(probe, NotMeasured) or probe.vantage is Vantage.OTHER_IMAGE:
            files = engine.read_files(raw["Id"], profile.code_root, suffix=".py", max_bytes=_CODE_BYTES)
            answer = ports.read_contract(files)
        else:
            answer = probe.contract(profile.code_root)
    except DoctorError as error:
        return assumed_contract(profile, ports.redactor.text(str(error), "errors"))
    found = contract_of(answer)
    if not found.reads:
        return assumed_contract(profile, f"no code below {profile.code_root} reads a variable")
    return found


def look(probe: ContainerProbe | NotMeasured, ports: Ports) -> Inside | NotMeasured:
    """The interpreter, the user and the Docker socket, as the runner's process sees them. A throwaway container has no
    mounts, so it cannot tell."""
    if isinstance(probe, NotMeasured):
        return probe
    if probe.vantage is not Vantage.CONTAINER:
        return NotMeasured(reason=f"it was looked at from {probe.vantage.value}")
    try:
        python, uid, socket = probe.look(ports.profile.docker_socket)
    except DoctorError as error:
        return NotMeasured(reason=ports.redactor.text(str(error), "errors"))
    return Inside(python=python, uid=uid, docker_socket=socket)
