"""Which files make a compose project, by their names."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from typing import NamedTuple

STANDARD = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
_SUFFIXES = (".yml", ".yaml")


class Group(NamedTuple):
    """The files of one project, as compose is given them, and the folder that it takes for the project's. `named`: they
    are about the runner whatever they say, so what is wrong with them is always worth saying."""

    files: tuple[str, ...]
    folder: str = ""
    named: bool = False


def looks_like_compose(path: str) -> bool:
    """By its name: `compose.yaml`, `docker-compose.prod.yml`, `dev.compose.yml`."""
    name = posixpath.basename(path)
    return name.endswith(_SUFFIXES) and "compose" in name


def groups(paths: Iterable[str]) -> list[Group]:
    """Projects out of the files of a tree: the standard file of a folder with its override, and every other file of the
    folder on top of the standard one."""
    folders: dict[str, list[str]] = {}
    for path in sorted(paths):
        folders.setdefault(posixpath.dirname(path), []).append(posixpath.basename(path))
    found = []
    for folder, names in folders.items():
        base = next((each for each in STANDARD if each in names), "")
        over = [each for each in names if base and each.rpartition(".")[0] == f"{base.rpartition('.')[0]}.override"]
        rest = [each for each in names if each not in (*STANDARD, *over)]
        sets = [[base, *over]] if base else []
        sets += [[*filter(None, [base]), each] for each in rest]
        found += [Group(tuple(posixpath.join(folder, each) for each in names), folder) for names in sets]
    return found
