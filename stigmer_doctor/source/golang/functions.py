"""The functions of a tree on one operating system: by name, and by what stands in their text. Files without it stay
unparsed."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from itertools import islice

from stigmer_doctor.source.golang.forms import Form, Naming, stands
from stigmer_doctor.source.golang.packages import Declared
from stigmer_doctor.source.golang.syntax import GoFile
from stigmer_doctor.source.golang.tree import GoTree

_MOST_FILES = 80


class GoFunctions:
    """Where they are looked for."""

    def __init__(self, tree: GoTree, system: str) -> None:
        self._tree, self._system = tree, system

    def built(self, found: list[Declared] | None) -> Declared | None:
        """The one of them that is built on the system."""
        return next((function for function in found or () if self._tree.built_for(function.file, self._system)), None)

    def beside(self, file: GoFile, name: str) -> Declared | None:
        """The function of this name in the file's package."""
        return self.of_package(file.file.rpartition("/")[0], name)

    def of_package(self, folder: str, name: str) -> Declared | None:
        return self.built(self._tree.package(folder).functions(name))

    def holding(self, words: bytes, forms: tuple[Form, ...], paths: Iterable[str]) -> Iterator[Declared]:
        """The functions for this system in whose text the words stand so; other files stay unparsed."""
        holding = (path for path in paths if stands(forms, self._tree.bytes_of(path)))
        for path in islice(holding, _MOST_FILES):
            file = self._tree.file(path)
            if file is not None and self._tree.built_for(file, self._system):
                for other in self._tree.around(file, words):
                    if stands(forms, file.body, other.node.start_byte, other.node.end_byte):
                        yield other

    def naming(self, wanted: Declared, words: bytes, form: Naming) -> Iterator[Declared]:
        """The functions that may name one: those of its package, and of packages that import it; a method anybody."""
        naming = self._tree.naming(wanted.name)
        own = [path for path in naming if posixpath.dirname(path) == wanted.folder]
        yield from self.holding(words, form(wanted.name, plain=not wanted.receiver), own)
        others = [path for path in naming if posixpath.dirname(path) != wanted.folder]
        if not wanted.receiver:
            imported = self._tree.import_paths(wanted.folder)
            others = [path for path in others if any(other in self._tree.bytes_of(path) for other in imported)]
        yield from self.holding(words, form(wanted.name, plain=False), others)
