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
    folder = owner.working_dir or posixpath.dirname(owner.config_files[0])
    found = {file: resolved(file) for file in owner.config_files}
    odd = [file for file, at in found.items() if at and at not in vouched and not _below(at, resolved(folder))]
    if not odd:
        return ""
    return (
        f"the container's labels name {', '.join(odd)}, which is not a YAML file below its project's folder "
        f"{folder}: it is read where --compose names it"
    )


def _below(file: str, folder: str) -> bool:
    """Whether it is a YAML file in the folder. The root is nobody's project."""
    home = PurePath(folder)
    return (
        file.endswith(_SUFFIXES) and home.is_absolute() and home != home.parent and PurePath(file).is_relative_to(home)
    )
