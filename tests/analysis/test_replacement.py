"""What a container is made again with, where its engine says it in words of its own."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from stigmer_doctor.analysis.replacement import replacement
from stigmer_doctor.model import facts as f
from stigmer_doctor.model.changes import Changes
from tests.healthy import healthy
from tests.rules.altered import altered, container_of


@pytest.mark.parametrize(
    ("system", "kind", "source"),
    [
        ("Docker Desktop", "bind", "/work"),
        ("Docker Desktop", "volume", "/host_mnt/work"),
        ("Ubuntu 24.04", "bind", "/host_mnt/work"),
    ],
)
def test_only_docker_desktop_has_another_path_and_only_of_a_folder(system: str, kind: str, source: str) -> None:
    mount = f.Mount(type=kind, source="/host_mnt/work", destination="/work", writable=True)
    engine = healthy().engine
    assert isinstance(engine, f.Engine)
    facts = replace(altered(mounts=(mount,)), engine=replace(engine, operating_system=system))
    (made,) = replacement(container_of(facts), Changes(), facts).mounts
    assert made == replace(mount, source=source)
