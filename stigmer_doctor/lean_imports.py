"""Keeps a library from loading parts of it that are not used here."""

from __future__ import annotations

import contextlib
import importlib
import sys
from collections.abc import Iterator
from types import ModuleType

TYPE_CHECKING = False  # as in `cli.main`
if TYPE_CHECKING:
    from typing import Any


@contextlib.contextmanager
def without(module: str) -> Iterator[None]:
    """Importing it fails meanwhile, as where it is not installed."""
    hidden = module not in sys.modules
    leave_out(module)
    try:
        yield
    finally:
        if hidden:
            del sys.modules[module]


def leave_out(module: str) -> None:
    """Importing it fails from now on, as where it is not installed. For a process that has nothing else to do."""
    sys.modules.setdefault(module, None)  # type: ignore[arg-type] # that is how an import is blocked


def only_below(package: str) -> None:
    """Its subpackages can be imported from now on, and what its own `__init__` does is not done. For such a process."""
    from importlib.util import find_spec  # the help does without

    spec = find_spec(package) if package not in sys.modules else None
    if spec is None or spec.submodule_search_locations is None:
        return
    bare = ModuleType(package)
    bare.__path__ = list(spec.submodule_search_locations)
    bare.__spec__ = spec
    sys.modules[package] = bare


def later(module: str) -> None:
    """Whoever imports it gets a stand-in from now on, which loads it when something of it is used. For such a
    process."""
    if module not in sys.modules:
        sys.modules[module] = _Later(module)


class _Later(ModuleType):
    """A module that is loaded when one of its names is asked for; the import system's own questions load nothing."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name != "__path__":
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)
