"""Which product an engine is a part of."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from stigmer_doctor.analysis.product import numbers, product
from stigmer_doctor.model import facts as f
from tests.healthy import healthy


def engine(**more: object) -> f.Engine:
    plain = replace(healthy().engine, operating_system="Debian GNU/Linux 12", name="box", kernel="6.1.0")
    assert isinstance(plain, f.Engine)
    return replace(plain, **more)


@pytest.mark.parametrize(
    ("found", "named"),
    [
        (engine(), "Docker Engine 28.2.2"),
        (engine(rootless=True), "Docker Engine 28.2.2 (rootless)"),
        (engine(platform="Docker Engine - Community"), "Docker Engine 28.2.2"),
        (engine(operating_system="Docker Desktop", platform="Docker Desktop 4.57.0 (215387)"), "Docker Desktop 4.57.0"),
        (engine(name="docker-desktop"), "Docker Desktop"),
        (engine(operating_system="OrbStack", kernel="6.12-orbstack-0037"), "OrbStack"),
        (engine(name="lima-rancher-desktop"), "Rancher Desktop"),
        (engine(name="colima-work"), "Colima"),
        (engine(components=("Podman Engine", "Conmon"), version="5.3.1"), "Podman 5.3.1"),
    ],
)
def test_it_is_named_as_people_know_it(found: f.Engine, named: str) -> None:
    assert str(product(found)) == named


@pytest.mark.parametrize(
    ("text", "parts"),
    [("4.57.0", (4, 57, 0)), ("28.2.2-rd", (28, 2, 2)), ("", ()), ("dev", ()), ("5", ())],
)
def test_versions_are_compared_as_numbers(text: str, parts: tuple[int, ...]) -> None:
    assert numbers(text) == parts
