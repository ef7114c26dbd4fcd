"""Where the runner works, and whether what it writes there is kept, lost or refused."""

from __future__ import annotations

import posixpath

from stigmer_doctor.model.facts import Configuration, Container, Setting


def root(configuration: Configuration) -> Setting | None:
    """The setting that says where it works in its container; None where it has none, as in the cloud."""
    mode = configuration.setting("mode")
    return None if mode is not None and mode.value == "cloud" else configuration.setting("sandbox_root")


def folder(container: Container, setting: Setting) -> str:
    """The folder that the setting stands for, as a path in the container."""
    return posixpath.normpath(posixpath.join(container.working_dir or "/", setting.value))


def kept(container: Container) -> list[str]:
    """Where something is mounted that outlives the container."""
    return [mount.destination for mount in container.mounts if mount.type != "tmpfs"]


def is_kept(path: str, container: Container) -> bool:
    """Whether what is written there outlives the container."""
    return any(_below(path, mount) for mount in kept(container))


def is_mounted(path: str, container: Container) -> bool:
    """Whether it is on a mount that can be written to."""
    return any(mount.writable and _below(posixpath.normpath(path), mount.destination) for mount in container.mounts)


def is_locked(path: str, container: Container) -> bool:
    """Whether nothing can be written there: the container's own file system is read-only, and nothing is mounted."""
    memory = [mount.destination for mount in container.mounts if mount.type == "tmpfs"]
    memory += [option.partition("=")[2].partition(":")[0] for option in container.run_options if "--tmpfs=" in option]
    unmounted = not is_kept(path, container) and not any(_below(path, mount) for mount in memory)
    return "--read-only" in container.run_options and unmounted


def _below(path: str, mount: str) -> bool:
    top = posixpath.normpath(mount)
    return path == top or path.startswith(f"{top.rstrip('/')}/")
