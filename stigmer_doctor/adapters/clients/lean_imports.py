"""Keeps a library from loading parts of it that are not used here."""

from __future__ import annotations

import contextlib
import importlib.util
import sys
import warnings
from collections.abc import Iterator
from types import ModuleType


def leave_out(module: str) -> None:
    """Importing it fails from now on, as where it is not installed. For a process that has nothing else to do."""
    sys.modules.setdefault(module, None)  # type: ignore[arg-type] # that is how an import is blocked


@contextlib.contextmanager
def without(*modules: str) -> Iterator[None]:
    """Libraries imported inside do without these, where nobody has imported them before, and do not complain."""
    absent = [name for name in modules if name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type] # the same
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for name in absent:
            del sys.modules[name]


def only_below(package: str) -> None:
    """Its subpackages can be imported from now on, and what its own `__init__` does is not done. For such a process."""
    spec = importlib.util.find_spec(package) if package not in sys.modules else None
    if spec is None or spec.submodule_search_locations is None:
        return
    bare = ModuleType(package)
    bare.__path__ = list(spec.submodule_search_locations)
    bare.__spec__ = spec
    sys.modules[package] = bare
