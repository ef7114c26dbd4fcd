"""The probe's modules as an interpreter runs them, kept beside what Python itself has compiled.

What dials takes 3 ms to compile there, and what reads the code of an image 25. An interpreter of this one's version is
sent them compiled.
"""

from __future__ import annotations

import marshal
import os
import sys
from collections.abc import Callable, Sequence
from importlib.util import MAGIC_NUMBER, cache_from_source
from pathlib import Path

from stigmer_doctor.adapters.files.atomic import replace_file
from stigmer_doctor.adapters.files.regular import read_whole

MARK = f"{sys.implementation.name} {MAGIC_NUMBER.hex()}"
"""Which compiled code this interpreter runs, as the one in the container says it there."""


def code_of(source: str) -> bytes:
    """The source compiled, as `marshal` writes code."""
    return marshal.dumps(compile(source, "<stigmer-doctor>", "exec", dont_inherit=True))


def kept(name: str, files: Sequence[str], make: Callable[[], bytes]) -> bytes | None:
    """What `make` gives, kept under a name of its own beside the files that it is made of. None where nothing is kept
    there: to compile something once takes as long here as where it runs."""
    try:
        path = Path(cache_from_source(os.path.join(os.path.dirname(files[0]), f"{name}.py")))  # noqa: PTH118, PTH120 - as the import system does
        made_of = repr([(known.st_mtime_ns, known.st_size) for known in map(os.stat, files)]).encode()
        return _kept(path, made_of) or _made(path, made_of, make)
    except (OSError, NotImplementedError):  # an archive has no such folder, and an interpreter may keep nothing
        return None


def _kept(path: Path, made_of: bytes) -> bytes | None:
    """What was kept, where it was made of the same."""
    try:
        head, _, code = read_whole(path).partition(b"\n")
    except FileNotFoundError:
        return None
    return code if head == made_of else None


def _made(path: Path, made_of: bytes, make: Callable[[], bytes]) -> bytes | None:
    """Make it and keep it. Raises OSError."""
    if sys.dont_write_bytecode or not os.access(path.parent, os.W_OK):
        return None
    made = make()
    replace_file(path, made_of + b"\n" + made, 0o644, durable=False)
    return made
