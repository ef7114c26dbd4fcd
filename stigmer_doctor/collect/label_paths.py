"""Which paths that a container's labels name may be read. A label is what an image says, or whoever made the container:
it does not decide which of the user's files are opened."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection
from pathlib import PurePath

from stigmer_doctor.model.container import Compose

_SUFFIXES = (".yml", ".yaml")


def withheld(owner: Compose, named: Collection[str], resolved: Callable[[str], str]) -> str:
    """Why the project's compose files are not read; "" where they lie below the project's folder, or are `named` by the
    user. `resolved` is a path with its links followed, "" where there is nothing."""
    if not owner.config_files:
        return ""
    vouched = {resolved(file) for file in named}
    folder = _folder(owner)
    found = {file: resolved(file) for file in owner.config_files}
    home = resolved(folder)
    odd = [
        file
        for file, at in found.items()
        if at and at not in vouched and not (at.endswith(_SUFFIXES) and _below(at, home))
    ]
    if not odd:
        return ""
    return (
        f"the container's labels name {', '.join(odd)}, which is not a YAML file below its project's folder "
        f"{folder}: it is read where --compose names it"
    )


def withheld_from_compose(owner: Compose, resolved: Callable[[str], str]) -> str:
    """Why compose is not given the files of variables that the labels name; "" where they lie below the project's
    folder. `resolved` as in `withheld`."""
    home = resolved(_folder(owner))
    odd = [file for file in owner.environment_files if (at := resolved(file)) and not _below(at, home)]
    if not odd:
        return ""
    return f"the container's labels name {', '.join(odd)} as files of variables, outside its project's folder"


def _folder(owner: Compose) -> str:
    return owner.working_dir or (posixpath.dirname(owner.config_files[0]) if owner.config_files else "")


def _below(file: str, folder: str) -> bool:
    """Whether it is in the folder. The root is nobody's project."""
    home = PurePath(folder)
    return home.is_absolute() and home != home.parent and PurePath(file).is_relative_to(home)
