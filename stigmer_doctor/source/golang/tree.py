"""The Go files of a source tree: packages, what they declare, and where a name stands. Each file is read once."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.source.golang.imports import imports
from stigmer_doctor.source.golang.kept_texts import KeptTexts
from stigmer_doctor.source.golang.packages import Declared, Package, running
from stigmer_doctor.source.golang.syntax import GoFile
from stigmer_doctor.source.golang.systems import systems_of
from stigmer_doctor.source.golang.touching import Touching

_MODULE = compiled_later(r"^module\s+\"?([^\s\"]+)", re.MULTILINE)
_OF_WORDS = frozenset(number for number in range(256) if number >= 0x80 or chr(number).isalnum() or chr(number) == "_")


class GoTree:
    """`paths` are all Go files but tests; `parsed` gives a file's tree or None, `texts` any file's text."""

    def __init__(self, paths: Iterable[str], parsed: Callable[[str], GoFile | None], texts: KeptTexts) -> None:
        self._parsed = parsed
        self.bytes_of, self._texts = texts.of, texts
        self.folders: dict[str, list[str]] = {}
        for path in paths:
            self.folders.setdefault(posixpath.dirname(path), []).append(path)
        self._packages: dict[str, Package] = {}
        self._systems: dict[str, frozenset[str]] = {}
        self._imports: dict[str, dict[str, str]] = {}
        self._functions: dict[str, list[Declared]] = {}
        self._holding: dict[bytes, list[str]] = {}
        self._naming: dict[str, list[str]] = {}

    # ---- files and packages ------------------------------------------------------------------------------------------

    def file(self, path: str) -> GoFile | None:
        return self._parsed(path)

    def people_wrote(self, folder: str) -> list[str]:
        """The files of a folder, but for those that a program wrote: they start no container."""
        return [path for path in self.folders.get(folder, ()) if not self._generated(path)]

    def _generated(self, path: str) -> bool:
        return path in self._texts.noted(path).generated

    @cached_property
    def for_one_system(self) -> list[str]:
        """The files that say that they are built for some systems only, in order."""
        return [path for path in self._written if path in self._texts.built]

    @cached_property
    def asking(self) -> list[str]:
        """The files that ask which system it is, in order."""
        return [path for path in self._written if path in self._texts.asking]

    def imports(self, file: GoFile) -> dict[str, str]:
        if file.file not in self._imports:
            self._imports[file.file] = imports(file)
        return self._imports[file.file]

    def built_for(self, file: GoFile, system: str) -> bool:
        if file.file not in self._systems:
            self._systems[file.file] = systems_of(file.file, file.body[:8192])
        return system in self._systems[file.file]

    def package(self, folder: str) -> Package:
        if folder not in self._packages:
            self._packages[folder] = Package(self.people_wrote(folder), self.bytes_of, self._parsed)
        return self._packages[folder]

    @cached_property
    def _modules(self) -> list[tuple[str, str]]:
        """Paths and folders of the modules, the longest path first."""
        above: dict[str, None] = {}
        for other in self.folders:
            here = other
            while here not in above:
                above[here] = None
                here = posixpath.dirname(here)
        found = []
        for folder in above:
            raw = self.bytes_of(posixpath.join(folder, "go.mod"))
            if raw and (match := _MODULE.search(raw.decode("utf-8", "replace"))):
                found.append((match[1], folder))
        return sorted(found, key=lambda match: (-len(match[0]), match[1]))

    def folder_of(self, path: str) -> str | None:
        """The folder of an import path that is in the tree; None for others."""
        for name, root in self._modules:
            if path == name or path.startswith(f"{name}/"):
                folder = posixpath.normpath(posixpath.join(root, path[len(name) + 1 :]))
                return "" if folder == "." else (folder if folder in self.folders else None)
        return None

    @cached_property
    def systems(self) -> Touching:
        """What of the tree depends on the system, by name."""
        return Touching(self)

    @cached_property
    def _written(self) -> list[str]:
        """The files that people wrote, in order."""
        return sorted(path for inside in self.folders.values() for path in inside if not self._generated(path))

    def import_paths(self, folder: str) -> list[bytes]:
        """The import paths that lead to a folder of the tree."""
        found = []
        for name, root in self._modules:
            below = posixpath.relpath(folder or ".", root or ".")
            path = name if below == "." else f"{name}/{below}"
            if not below.startswith("..") and self.folder_of(path) == folder:
                found.append(path.encode())
        return found

    # ---- names -------------------------------------------------------------------------------------------------------

    def holding(self, words: bytes) -> list[str]:
        """The files whose text has these bytes in it."""
        self.look_for([words])
        return self._holding[words]

    def look_for(self, words: Iterable[bytes]) -> None:
        """Find out which files hold each of these, all at once: that takes a look at every file."""
        new = [word for word in words if word not in self._holding]
        self._holding |= {word: [] for word in new}
        for path in self._written if new else ():
            text = self.bytes_of(path)
            for word in new:
                if word in text:
                    self._holding[word].append(path)

    def naming(self, name: str) -> list[str]:
        """The files in whose text the name stands as a word."""
        if name not in self._naming:
            word = name.encode()
            self._naming[name] = [path for path in self.holding(word) if _has_word(self.bytes_of(path), word)]
        return self._naming[name]

    def functions(self, file: GoFile) -> list[Declared]:
        """The functions and methods of a file, and its variables (whose values hold functions), in the text's order."""
        if file.file not in self._functions:
            found = [running(child, file) for child in file.root.named_children]
            self._functions[file.file] = [match for match in found if match]
        return self._functions[file.file]

    def around(self, file: GoFile, words: bytes) -> Iterator[Declared]:
        """The functions of a file that have these bytes in them."""
        for function in self.functions(file):
            if file.body.find(words, function.node.start_byte, function.node.end_byte) >= 0:
                yield function


def _has_word(text: bytes, word: bytes) -> bool:
    """Whether the word stands in the text as a whole. A search for its bytes is much faster than an expression."""
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        if not {*text[max(at - 1, 0) : at], *text[end : end + 1]} & _OF_WORDS:
            return True
        at = text.find(word, at + 1)
    return False
