"""The container that a source file describes, as a fact."""

from __future__ import annotations

from stigmer_doctor.model.facts import Container, State, Variable


def planned_container(
    name: str,
    *,
    environment: tuple[Variable, ...],
    image: str = "",
    restart_policy: str = "",
    network_mode: str = "bridge",
    extra_hosts: tuple[str, ...] = (),
) -> Container:
    """Nobody has made it yet: it has no id and no time, and its state is "created"."""
    return Container(
        id="",
        name=name,
        image=image,
        image_id="",
        created="",
        state=State(status="created"),
        restart_policy=restart_policy,
        restart_count=0,
        network_mode=network_mode,
        environment=environment,
        extra_hosts=extra_hosts,
    )
