"""The one place that writes commands: for a POSIX shell, every word quoted, on lines that nothing from outside can end.

What an image, a container, a file or a person chose (a name, a path, an address) is one word of a command, and never an
option of it. Where that cannot be had there is a comment in the command's place, which says why.
"""

from __future__ import annotations

import shlex
import unicodedata
from collections.abc import Iterable, Mapping

import msgspec

from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.model.engine import EngineSearch
from stigmer_doctor.model.place import Place

_REFUSED = "# no command here: "
_KNOW_NO_END_OF_OPTIONS = frozenset({"nslookup"})
# Docker takes the next word as the value of a short option; "=" after its long form leaves nothing to a parser.
_LONG = {"-e": "--env", "-f": "--file", "-p": "--project-name", "-v": "--volume"}
# Half a character of UTF-16; the others stand for bytes that are not UTF-8.
_UNENCODABLE = compiled_later("[\ud800-\udc7f\udd00-\udfff]")
_UNSHOWN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


class Output(msgspec.Struct, frozen=True):
    """A word that ends with what a command prints."""

    before: str
    command: str


def command(*words: str | Output, operands: Iterable[str] = (), environment: Mapping[str, str] | None = None) -> str:
    """One command, or a part of one for `continued`. `operands` come last; where one of them looks like an option, "--"
    stands before them."""
    last = tuple(operands)
    dashed = any(operand.startswith("-") for operand in last)
    if dashed and words and words[0] in _KNOW_NO_END_OF_OPTIONS:
        return f"{_REFUSED}{words[0]} would take a name in it for an option"
    settings = [f"{name}={_word(value)}" for name, value in (environment or {}).items()]
    return _joined(" ", [*settings, *map(_word, (*words, *(("--",) if dashed else ()), *last))])


def docker(*words: str, operands: Iterable[str] = ()) -> str:
    """A docker command. The report adds the options that lead to the engine which was diagnosed."""
    return command("docker", *words, operands=operands)


def kubectl(*words: str, operands: Iterable[str] = ()) -> str:
    """A kubectl command. The report adds the context and the namespace that were looked into."""
    return command("kubectl", *words, operands=operands)


def option(name: str, value: str) -> tuple[str, ...]:
    """An option and its value; one word where the value looks like an option itself."""
    return (f"{_LONG.get(name, name)}={value}",) if value.startswith("-") else (name, value)


def engine_options(search: EngineSearch) -> tuple[str, ...]:
    """What makes docker talk to the same engine, or kubectl to the same namespace; what DOCKER_HOST, DOCKER_CONTEXT or
    the current context say is in force for the user's own as well."""
    if search.place is Place.POD:
        context = option("--context", search.context) if search.source == "--kube-context" else ()
        return (*context, *option("--namespace", search.namespace))
    if search.source == "--context" and search.context:
        return option("--context", search.context)
    return option("--host", search.endpoint) if search.source in ("--host", "--context") else ()


def addressed(printed: str, engine: Iterable[str]) -> str:
    """A docker or kubectl command with the options that lead to an engine or a cluster; any other one as it is."""
    program = printed.partition(" ")[0]
    if program not in ("docker", "kubectl") or printed.startswith("kubectl config "):
        return printed
    return _joined("", [command(program, *engine), printed.removeprefix(program)])


def of_profile(line: str, port: int | None = None) -> str:
    """A command that a profile has, word by word, with the port in the place of `{port}`."""
    try:
        words = shlex.split(line)
    except ValueError:
        return f"{_REFUSED}what the profile has is not one"
    return command(*(word.replace("{port}", str(port)) for word in words))


def continued(*parts: str, indent: int = 2) -> str:
    """One command on several lines."""
    return _joined(f" \\\n{' ' * indent}", parts)


def in_turn(*commands: str) -> str:
    """Commands that are each run only where the one before succeeded."""
    return _joined(" &&\n  ", commands)


def export(name: str, printed: str) -> str:
    """Makes a variable of the shell of what the command prints behind `name=`. `name` is an identifier."""
    return _joined("", [f'export {name}="$(', printed, f" |\n  sed -n 's/^{name}=//p')\""])


def remark(text: str) -> str:
    """A line beside commands: who copies it with them runs nothing."""
    return f"# {' '.join(text.split())}"


def into_file(printed: str, path: str, *, two_lines: bool = False) -> str:
    """Writes what a command prints into a file, without the end of the line. A leading ~/ is the home folder."""
    file = f"~/{_word(path[2:])}" if path.startswith("~/") else _word(path)
    return _joined(" |\n  " if two_lines else " | ", [printed, _joined("", ["tr -d '\\n' > ", file])])


def _word(text: str | Output) -> str:
    if isinstance(text, Output):
        return _joined("", [_word(text.before), '"$(', text.command, ')"'])
    if all(unicodedata.category(char) not in _UNSHOWN for char in text):
        return shlex.quote(text)
    if "\0" in text or text.endswith("\n") or _UNENCODABLE.search(text):
        return f"{_REFUSED}a name in it ends with a line break or holds what no argument can"
    return f"\"$(printf %b '{''.join(map(_escaped, text))}')\""


def _escaped(char: str) -> str:
    """For printf's %b: no word of a command is spread over lines, and no terminal hides what is in it."""
    if char.isascii() and char.isprintable() and char not in "'\\":
        return char
    return "".join(f"\\0{byte:03o}" for byte in char.encode("utf-8", "surrogateescape"))


def _joined(between: str, parts: Iterable[str]) -> str:
    """A part that could not be written leaves nothing of the whole."""
    found = list(parts)
    return next((part for part in found if part.startswith(_REFUSED)), between.join(found))
