"""Keeps a library from loading parts of it that are not used here."""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
from collections.abc import Iterator
from functools import partial
from types import ModuleType

TYPE_CHECKING = False  # as in `cli.main`
if TYPE_CHECKING:
    from typing import Any


@contextlib.contextmanager
def only_what_is_used() -> Iterator[None]:
    """What argparse, msgspec and the Go grammar import and do not use is not loaded meanwhile: `typing_extensions`,
    which msgspec prefers to `typing`, fails to be imported, the others are loaded when something of them is used."""
    before = set(sys.modules)
    leave_out("typing_extensions")
    # There are no translations of what argparse says, and looking for them loads `locale` too.
    later("gettext", gettext=lambda message: message, ngettext=lambda one, many, count: one if count == 1 else many)
    for module in _USED_BY_FEW:
        later(module)
    schemas = "msgspec._json_schema"
    later(schemas, **{name: partial(_call, schemas, name) for name in ("schema", "schema_components")})
    # Who logs nothing makes loggers and handlers all the same; without those, what is logged goes where Python puts it.
    later("logging", getLogger=_Logger, NullHandler=lambda: None, StreamHandler=lambda: None)
    resources = [os.path.join(*importlib.__path__, "resources")]  # noqa: PTH118 - a Path takes 1 ms to load
    later("importlib.resources", __path__=resources, files=lambda *of: _loaded("importlib.resources").files(*of))
    # Types that msgspec would write if there were any; whoever imports more of these gets the modules themselves.
    later("uuid", UUID=type("UUID", (), {}), SafeUUID=_NoUUID)
    later("decimal", Decimal=type("Decimal", (), {}))
    try:
        yield
    finally:
        for name in _STOOD_IN - before:
            if sys.modules.get(name) is None or isinstance(sys.modules[name], _Later):
                sys.modules.pop(name, None)


def msgspec_untried() -> None:
    """Load msgspec without its trial of what `typing.ForwardRef` takes: for the first expression that is compiled
    Python makes all types of syntax trees, which takes as long as a tenth of msgspec. From Python 3.14 on nothing is
    compiled for it. For one thread."""
    if sys.version_info >= (3, 14):
        return
    import typing

    class Untried(typing.ForwardRef, _root=True):  # type: ignore[call-arg, misc] # as `typing` itself makes final classes
        def __init__(self, *_: object, **__: object) -> None:
            pass

    known, typing.ForwardRef = typing.ForwardRef, Untried  # type: ignore[misc] # put back at once
    try:
        import msgspec

        _ = msgspec
    finally:
        typing.ForwardRef = known  # type: ignore[misc] # as above


class _NoUUID:
    unknown = None


_USED_BY_FEW = ("textwrap", "locale", "json", "ipaddress", "msgspec.inspect")
_STOOD_IN = {
    *("typing_extensions", "importlib.resources", "uuid", "decimal", "gettext", "logging", "msgspec._json_schema"),
    *_USED_BY_FEW,
}


def leave_out(module: str) -> None:
    """Importing it fails from now on, as where it is not installed. For a process that has nothing else to do."""
    sys.modules.setdefault(module, None)  # type: ignore[arg-type] # that is how an import is blocked


def later(module: str, **known: Any) -> None:
    """Whoever imports it gets a stand-in from now on, which loads it when something of it is used that is not `known`.
    For such a process."""
    if module not in sys.modules:
        sys.modules[module] = _Later(module, known)


def types_only(module: str) -> None:
    """Whatever is imported from it is `Any` from now on: for a module that only holds what annotations are made of."""
    sys.modules.setdefault(module, _Types(module))


def _loaded(module: str) -> ModuleType:
    """The module itself, where there may be a stand-in."""
    if isinstance(sys.modules.get(module), _Later):
        del sys.modules[module]
    return importlib.import_module(module)


def _call(module: str, name: str, *given: Any, **named: Any) -> Any:
    return getattr(_loaded(module), name)(*given, **named)


class _Logger:
    """A logger of which nothing but a handler was wanted yet."""

    def __init__(self, name: str | None = None) -> None:
        self._name = name

    def addHandler(self, handler: object) -> None:  # noqa: N802 - as a logger has it
        pass

    def __getattr__(self, name: str) -> Any:
        return getattr(_call("logging", "getLogger", self._name), name)


class _Types(ModuleType):
    def __getattr__(self, name: str) -> Any:
        from typing import Any

        if name.startswith("__"):
            raise AttributeError(name)
        return Any


class _Later(ModuleType):
    """A module that is loaded when one of its names is asked for; the import system's own questions load nothing."""

    def __init__(self, name: str, known: dict[str, Any]) -> None:
        super().__init__(name)
        vars(self).update(known)
        self._part_known = bool(known)  # who imports such a name asks for submodules first

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and (name != "__path__" or self._part_known):
            raise AttributeError(name)
        return getattr(_loaded(self.__name__), name)
