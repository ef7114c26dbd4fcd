"""A program's files, and what is found in them. Standard library only, Python 3.8 or later.

A module is parsed when something of it is needed for the first time: most files of an image never are.
"""

from __future__ import annotations

import posixpath
from typing import Dict, Iterable, List, Optional

from stigmer_doctor.probe.module import CodePlace, Module
from stigmer_doctor.probe.syntax import parsed


class Program:
    """All files of a program, by relative path. Never raises for what is in them."""

    def __init__(self, files: Dict[str, bytes]) -> None:
        self.files = files
        self.errors: List[str] = []
        self._modules: Dict[str, Optional[Module]] = {}
        self._found: Dict[str, Optional[str]] = {}
        self._holding: Dict[str, List[str]] = {}
        self._by_tail: Dict[str, List[str]] = {}
        for path in files:
            self._by_tail.setdefault(posixpath.basename(path), []).append(path)

    def module(self, path: str) -> Optional[Module]:
        """The module, parsed now or before; None where it cannot be."""
        if path not in self._modules:
            self._modules[path] = None  # a module that imports itself while it is read
            try:
                self._modules[path] = Module(path, parsed(self.files[path].decode("utf-8", "replace")))
            except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
                self.errors.append("%s: %s" % (path, type(error).__name__))
        return self._modules[path]

    def holding(self, word: str) -> Iterable[Module]:
        """The modules whose text holds the word."""
        if word not in self._holding:  # the same few words are looked for again and again, in megabytes
            raw = word.encode("utf-8", "replace")
            self._holding[word] = [path for path, text in self.files.items() if raw in text]
        for path in self._holding[word]:
            module = self.module(path)
            if module is not None:
                yield module

    def calls(self, name: str) -> Iterable[CodePlace]:
        """Every call of something of that name, wherever it stands."""
        for module in self.holding(name):
            for place in module.calls(name):
                yield place

    def find(self, dotted: str) -> Optional[str]:
        """The path of the program's own module of that name; None where it is somebody else's."""
        if dotted not in self._found:
            self._found[dotted] = self._find(dotted.replace(".", "/")) if dotted else None
        return self._found[dotted]

    def _find(self, wanted: str) -> Optional[str]:
        found = []
        for tail in (wanted + ".py", wanted + "/__init__.py"):
            for path in self._by_tail.get(posixpath.basename(tail), ()):
                if path == tail or path.endswith("/" + tail):
                    root = path[: -len(tail)]
                    # An absolute import starts where packages start.
                    if not root or root + "__init__.py" not in self.files:
                        found.append(path)
        return min(found, key=len) if found else None
