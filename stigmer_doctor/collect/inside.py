"""A way into the container: its own namespace when it runs, a throwaway copy of its network settings otherwise."""

from __future__ import annotations

from collections.abc import Sequence

from stigmer_doctor.collect.configuration import assumed_contract, contract_of
from stigmer_doctor.collect.question import Outside
from stigmer_doctor.model.errors import DoctorError, ProbeError, Refused
from stigmer_doctor.model.facts import Contract, Inside, NotMeasured, Vantage
from stigmer_doctor.model.ports import ContainerProbe, EngineClient, Json

_CODE_BYTES = 8 * 1024 * 1024


def enter(raw: Json, engine: EngineClient, outside: Outside, *, beside: bool = False) -> ContainerProbe | NotMeasured:
    """Start the probe with the first interpreter that the image has; `beside` the container even when it runs."""
    status = "" if beside else str((raw.get("State") or {}).get("Status", ""))
    if status in ("paused", "removing"):
        return NotMeasured(reason=f"the container is {status}, so nothing can run in it")
    last = ""
    for interpreter in _interpreters(raw, outside.profile.interpreters):
        try:
            return _start(raw, status, interpreter, engine, outside)
        except (Refused, ProbeError) as error:
            last = str(error)
            if not _no_such_program(last):
                break
        except DoctorError as error:
            return NotMeasured(reason=str(error))
    reason = "the image has no Python interpreter to look with" if _no_such_program(last) else last
    return NotMeasured(reason=outside.redactor.text(reason, "errors"))


def _start(raw: Json, status: str, interpreter: str, engine: EngineClient, outside: Outside) -> ContainerProbe:
    argv = outside.probe_command(interpreter)
    if status == "running":
        return outside.start_probe(engine.execute(raw["Id"], argv), Vantage.CONTAINER)
    return outside.start_probe(engine.clone(raw, argv), Vantage.CLONE)


def _interpreters(raw: Json, known: Sequence[str]) -> list[str]:
    """The program that the container itself runs comes first, when it is a Python."""
    config = raw.get("Config") or {}
    own = [each for each in (*(config.get("Entrypoint") or ()), *(config.get("Cmd") or ()))[:1] if "python" in each]
    return list(dict.fromkeys([*own, *known]))


def _no_such_program(message: str) -> bool:
    return any(words in message for words in ("no such file", "not found", "executable file"))


def contract(
    raw: Json, probe: ContainerProbe | NotMeasured, engine: EngineClient, passive: bool, outside: Outside
) -> Contract:
    """What the image's code reads: parsed inside, else from the container's files, else assumed."""
    profile = outside.profile
    if passive:
        return assumed_contract(profile, "--passive reads no code")
    try:
        if isinstance(probe, NotMeasured):
            files = engine.read_files(raw["Id"], profile.code_root, suffix=".py", max_bytes=_CODE_BYTES)
            answer = outside.read_contract(files)
        else:
            answer = probe.contract(profile.code_root)
    except DoctorError as error:
        return assumed_contract(profile, outside.redactor.text(str(error), "errors"))
    found = contract_of(answer)
    if not found.reads:
        return assumed_contract(profile, f"no code below {profile.code_root} reads a variable")
    return found


def look(probe: ContainerProbe | NotMeasured, outside: Outside) -> Inside | NotMeasured:
    """The interpreter, the user and the Docker socket, as the runner's process sees them. A throwaway copy has no
    mounts, so it cannot tell."""
    if isinstance(probe, NotMeasured):
        return probe
    if probe.vantage is not Vantage.CONTAINER:
        return NotMeasured(reason="the container does not run")
    try:
        python, uid, socket = probe.look(outside.profile.docker_socket)
    except DoctorError as error:
        return NotMeasured(reason=outside.redactor.text(str(error), "errors"))
    return Inside(python=python, uid=uid, docker_socket=socket)
