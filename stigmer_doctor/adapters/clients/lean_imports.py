"""Keeps a library from loading parts of it that are not used here. Only for a process that has nothing else to do."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType


def leave_out(module: str) -> None:
    """Importing it fails from now on, as where it is not installed."""
    sys.modules.setdefault(module, None)  # type: ignore[arg-type] # that is how an import is blocked


def only_below(package: str) -> None:
    """Its subpackages can be imported from now on, and what its own `__init__` does is not done."""
    spec = importlib.util.find_spec(package) if package not in sys.modules else None
    if spec is None or spec.submodule_search_locations is None:
        return
    bare = ModuleType(package)
    bare.__path__ = list(spec.submodule_search_locations)
    bare.__spec__ = spec
    sys.modules[package] = bare
