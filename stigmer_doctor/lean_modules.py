"""Loads the project's modules out of one file, in which they are kept compiled.

A check loads three hundred. For each Python looks into folders, opens a file, and makes once more the names that all
others have as well: out of one file it takes a quarter less. It stands where Python itself keeps what it has compiled,
and is made by a check that loaded something else. A module whose source has changed since is loaded as any other.
"""

from __future__ import annotations

import marshal
import os
import sys
from _thread import allocate_lock
from importlib.machinery import ModuleSpec, SourceFileLoader

from stigmer_doctor import lean_expressions

TYPE_CHECKING = False  # as in `cli.main`
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import CodeType, ModuleType
    from typing import BinaryIO

_ROOT = os.path.dirname(__file__)  # noqa: PTH120 - a Path takes as long to load as this saves in ten modules
_OURS = f"{__name__.partition('.')[0]}."
_INITIAL = f"{os.sep}__init__.py"
_HEAD = f"2\0{sys.version}\0{_ROOT}\0".encode("utf-8", "surrogateescape")
"""With which the file begins: what another interpreter has compiled, or what stood elsewhere, is not used."""
_LENGTH = 8
_TOGETHER = 40
"""So many that were loaded one after the other are read at once: nobody needs all."""

PLACE = os.path.join(_ROOT, "__pycache__", f"check.{sys.implementation.cache_tag}.together")  # noqa: PTH118 - as above


class _Kept:
    """Finds the modules that are kept. `known` is the source of each, when it had changed last (ns) and its size, and
    where its group begins and how long that is; `found` are those that were asked for, `before` those that were loaded
    already."""

    def __init__(self) -> None:
        self.before = frozenset(sys.modules)
        self.known: dict[str, tuple[str, int, int, int, int]] = {}
        self.found: set[str] = set()
        self._groups: dict[int, dict[str, CodeType]] = {}
        self._reading = allocate_lock()

    def read(self, stream: BinaryIO) -> None:
        """The beginning of what `whole` made. Raises any error for anything else."""
        if stream.read(len(_HEAD)) == _HEAD:
            length = int.from_bytes(stream.read(_LENGTH), "big")
            known, expressions = marshal.loads(stream.read(length))  # noqa: S302 - as the files beside it
            lean_expressions.use(expressions)
            self.known = dict(known)
            self._stream, self._begin = stream, len(_HEAD) + _LENGTH + length

    def find_spec(
        self,
        name: str,
        path: Sequence[str] | None = None,  # noqa: ARG002 - the import system's signature
        target: ModuleType | None = None,  # noqa: ARG002 - as above
    ) -> ModuleSpec | None:
        """As every finder: None for what it does not know, or what is not whole."""
        try:
            return self._spec(name) if name in self.known else None
        except Exception:  # noqa: BLE001 - as in `use`
            self.known = {}  # all is to be kept again
            return None

    def _spec(self, name: str) -> ModuleSpec | None:
        file, changed, size, begins, length = self.known[name]
        if _state(file) != (changed, size) or (code := self._code(begins, length, name)) is None:
            return None
        self.found.add(name)
        spec = ModuleSpec(name, _Loader(name, file, code), origin=file, is_package=file.endswith(_INITIAL))
        spec.has_location = True
        spec.cached = PLACE  # else Python makes up, for each, the name of a file that nobody reads
        if spec.submodule_search_locations is not None:
            spec.submodule_search_locations.append(file.removesuffix(_INITIAL))
        return spec

    def _code(self, begins: int, length: int, name: str) -> CodeType | None:
        """It is handed out once: a module that was loaded needs it no more."""
        with self._reading:
            if begins not in self._groups:
                self._groups[begins] = self._group(begins, length)
            return self._groups[begins].pop(name, None)

    def _group(self, begins: int, length: int) -> dict[str, CodeType]:
        """None of them where the file is not whole: they are loaded as any other, then."""
        try:
            self._stream.seek(self._begin + begins)
            return dict(marshal.loads(self._stream.read(length)))  # noqa: S302 - as above
        except Exception:  # noqa: BLE001 - as in `use`
            return {}


class _Loader(SourceFileLoader):
    """Has the code of its module, for once."""

    def __init__(self, name: str, file: str, code: CodeType) -> None:
        super().__init__(name, file)
        self._code: CodeType | None = code

    def get_code(self, fullname: str) -> CodeType | None:
        code, self._code = self._code, None
        return code or super().get_code(fullname)


_kept: _Kept | None = None


def use() -> None:
    """Load from now on what is kept; to be asked for once."""
    global _kept  # noqa: PLW0603 - as there is one import system
    _kept = _Kept()
    try:
        stream = open(PLACE, "rb")  # noqa: PTH123, SIM115 - as above; it is read from as long as modules are loaded
    except OSError:
        return
    try:
        _kept.read(stream)
    except Exception:  # noqa: BLE001 - whatever it holds costs no more than time
        stream.close()
        return
    sys.meta_path.insert(0, _kept)


def lacks() -> bool:
    """Whether something was loaded since that is not kept."""
    return _kept is not None and (lean_expressions.lacks() or any(name not in _kept.found for name in _loaded(_kept)))


def whole() -> bytes:
    """What is to be kept instead: what was loaded since, in that order, and what is kept besides. Raises OSError and
    SyntaxError, as importing does."""
    files = {name: sys.modules[name].__file__ or "" for name in _loaded(_kept)} if _kept else {}
    files |= {name: known[0] for name, known in _kept.known.items() if name not in files} if _kept else {}
    states = {name: state for name, file in files.items() if (state := _state(file))}  # not what was taken away
    known: dict[str, tuple[str, int, int, int, int]] = {}
    groups = b""
    for first in range(0, len(states), _TOGETHER):
        names = [*states][first : first + _TOGETHER]
        group = marshal.dumps({name: SourceFileLoader(name, files[name]).get_code(name) for name in names})
        known |= {name: (files[name], *states[name], len(groups), len(group)) for name in names}
        groups += group
    index = marshal.dumps((known, lean_expressions.whole()))
    return _HEAD + len(index).to_bytes(_LENGTH, "big") + index + groups


def _loaded(kept: _Kept) -> Iterator[str]:
    """The project's modules, by the order in which they were asked for."""
    return (name for name in list(sys.modules) if name.startswith(_OURS) and name not in kept.before)


def _state(file: str) -> tuple[int, int] | None:
    """When it had changed last (ns), and its size; None where it cannot be seen."""
    try:
        now = os.stat(file)  # noqa: PTH116 - as above
    except OSError:
        return None
    return now.st_mtime_ns, now.st_size
