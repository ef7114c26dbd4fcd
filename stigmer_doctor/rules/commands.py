"""Commands that rules print: what an image, a variable or a container chose is one word in them, and no option."""

from __future__ import annotations

import shlex
from collections.abc import Iterable


def command(*words: str, operands: Iterable[str] = ()) -> str:
    """A command for a POSIX shell, each word quoted. `operands` come last; where one of them looks like an option,
    "--" stands before them."""
    last = tuple(operands)
    end = ("--",) if any(operand.startswith("-") for operand in last) else ()
    return shlex.join((*words, *end, *last))


def docker(*words: str, operands: Iterable[str] = ()) -> str:
    """A docker command. The report adds the options that lead to the engine which was diagnosed."""
    return command("docker", *words, operands=operands)


def file_name(path: str) -> str:
    """A path for a shell, which expands a leading ~ only where it is not quoted."""
    return f"~/{shlex.quote(path[2:])}" if path.startswith("~/") else shlex.quote(path)
