"""Which files make a compose project, by their names."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

import msgspec

STANDARD = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
_OVERRIDES = (
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
)
_SUFFIXES = (".yml", ".yaml")


class Group(msgspec.Struct, frozen=True):
    """The files of one project, as compose is given them, and the folder that it takes for the project's. `named`: they
    are about the runner whatever they say, so what is wrong with them is always worth saying. `guessed`: that the last
    one belongs on top of the others is only likely."""

    files: tuple[str, ...]
    folder: str = ""
    named: bool = False
    guessed: bool = False


def looks_like_compose(path: str) -> bool:
    """By its name: `compose.yaml`, `docker-compose.prod.yml`, `dev.compose.yml`."""
    return "compose" in path and path.endswith(_SUFFIXES) and "compose" in posixpath.basename(path)


def groups(paths: Iterable[str]) -> list[Group]:
    """Projects out of the files of a tree: the standard file of a folder with the override that compose takes by
    itself, and every other file of the folder on top of the standard one."""
    folders: dict[str, list[str]] = {}
    for path in sorted(paths):
        folders.setdefault(posixpath.dirname(path), []).append(posixpath.basename(path))
    found = []
    for folder, names in folders.items():
        base = [name for name in STANDARD if name in names][:1]
        over = [override for override in _OVERRIDES if base and override in names][:1]
        rest = [name for name in names if name not in (*STANDARD, *over)]
        sets = [*([[*base, *over]] if base else []), *([*base, word] for word in rest)]
        found += [
            Group(
                tuple(posixpath.join(folder, name) for name in names), folder, guessed=bool(base) and names[-1] in rest
            )
            for names in sets
        ]
    return found
