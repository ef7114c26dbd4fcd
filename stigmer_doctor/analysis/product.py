"""Which product the engine is a part of, and its version: what issue trackers go by."""

from __future__ import annotations

import re

import msgspec

from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.model.facts import Engine

KUBERNETES = "Kubernetes"
_VERSION = compiled_later(r"\d+(?:\.\d+)+", re.ASCII)


class Product(msgspec.Struct, frozen=True):
    """`name` as people know it; `version` "" where the engine does not tell; `rootless`: it runs as a user."""

    name: str
    version: str = ""
    rootless: bool = False

    @property
    def numbers(self) -> tuple[int, ...]:
        """The version to compare by, empty where there is none."""
        return numbers(self.version)

    def __str__(self) -> str:
        words = [self.name, self.version, "(rootless)" if self.rootless else ""]
        return " ".join(filter(None, words))


def product(engine: Engine) -> Product:
    """By what the engine says of itself: its platform, its system, its name, its components."""
    if engine.name == KUBERNETES:
        return Product(KUBERNETES, engine.version)
    said = f"{engine.platform} {engine.operating_system} {engine.name} {engine.kernel}".lower()
    if "docker desktop" in said or "docker-desktop" in said:
        found = _VERSION.search(engine.platform)
        return Product("Docker Desktop", found.group() if found else "")
    for word, name in (("orbstack", "OrbStack"), ("rancher-desktop", "Rancher Desktop"), ("colima", "Colima")):
        if word in said:
            return Product(name)
    if any("podman" in component.lower() for component in engine.components):
        return Product("Podman", engine.version, engine.rootless)
    return Product("Docker Engine", engine.version, engine.rootless)


def numbers(version: str) -> tuple[int, ...]:
    """ "4.57.0" as (4, 57, 0); empty for what is none."""
    found = _VERSION.match(version)
    return tuple(int(part) for part in found.group().split(".")) if found else ()
