"""What was looked at, and where, on one line: the same in every report for people."""

from __future__ import annotations

from collections.abc import Iterator

from stigmer_doctor.model.facts import Container, Engine, Facts, NotMeasured
from stigmer_doctor.model.findings import Diagnosis


def parts(diagnosis: Diagnosis, facts: Facts) -> Iterator[str]:
    """Container and image, engine, the doctor, and when: whatever is known of them. What else belongs on that line is
    added here."""
    yield _container(diagnosis, facts)
    if isinstance(facts.engine, Engine) and diagnosis.target.container:
        yield f"{facts.engine.operating_system} engine {facts.engine.version}"
    yield f"{diagnosis.tool.name} {diagnosis.tool.version}"
    yield f"seen {diagnosis.generated_at}"


def _container(diagnosis: Diagnosis, facts: Facts) -> str:
    target, container = diagnosis.target, facts.container
    if not target.container:
        return "No container" if isinstance(facts.compose, NotMeasured) else "Source files only"
    image = f" ({target.image})" if target.image else ""
    state = f", {container.state.status}, network {container.network_mode}" if isinstance(container, Container) else ""
    return f"{target.container}{image}{state}"
