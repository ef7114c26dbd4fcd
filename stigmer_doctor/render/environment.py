"""What was looked at, and where, on one line: the same in every report for people."""

from __future__ import annotations

from collections.abc import Iterator

from stigmer_doctor.analysis.product import product
from stigmer_doctor.model.facts import Container, Engine, Facts, NotMeasured, Pod, UserSystem
from stigmer_doctor.model.findings import Diagnosis


def parts(diagnosis: Diagnosis, facts: Facts) -> Iterator[str]:
    """Container and image, the engine's product, the user's system, the doctor, when, and the fingerprint: whatever is
    known of them. What else belongs on that line is added here."""
    yield _container(diagnosis, facts)
    if isinstance(facts.pod, Pod) and facts.pod.debug_container:
        yield f"looked at from the ephemeral container {facts.pod.debug_container}, listed until the pod goes"
    if isinstance(facts.engine, Engine) and diagnosis.target.container:
        yield _engine(facts.engine)
    if isinstance(facts.user_system, UserSystem):
        yield _system(facts.user_system)
    yield f"{diagnosis.tool.name} {diagnosis.tool.version}"
    yield f"seen {diagnosis.generated_at}"
    if diagnosis.fingerprint:
        yield f"fingerprint {diagnosis.fingerprint}"


def _container(diagnosis: Diagnosis, facts: Facts) -> str:
    target, container = diagnosis.target, facts.container
    if not target.container:
        return "No container" if isinstance(facts.compose, NotMeasured) else "Source files only"
    if isinstance(container, Container) and container.planned:
        return f"{target.container}, not started yet: {_settings(container)}"
    image = f" ({target.image})" if target.image else ""
    where = f"namespace {facts.pod.namespace}" if isinstance(facts.pod, Pod) else ""
    state = (
        f", {container.state.status}, {where or f'network {container.network_mode}'}"
        if isinstance(container, Container)
        else ""
    )
    return f"{target.container}{image}{state}"


def _settings(container: Container) -> str:
    """What it would be started with, as `docker run` says it."""
    return " ".join((f"--network {container.network_mode}", *(f"--add-host {host}" for host in container.extra_hosts)))


def _engine(engine: Engine) -> str:
    """The product as people know it, with the engine's own version and system where it does not hold them."""
    named = product(engine)
    version = "" if named.version == engine.version else f", engine {engine.version}"
    system = "" if named.name in engine.operating_system else f" on {engine.operating_system}"
    return f"{named}{version}{system}"


def _system(system: UserSystem) -> str:
    networking = f", {system.wsl_networking} networking" if system.wsl_networking else ""
    wsl = f" in WSL{networking}" if system.wsl else ""
    return f"{system.release or system.system}{wsl}"
