"""argparse, with errors in one line that say what was probably meant, and with help for 80 columns."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Collection, Mapping, Sequence

from stigmer_doctor.cli.streams import tell_error
from stigmer_doctor.cli.terminal import columns
from stigmer_doctor.model.exit_codes import ExitCode

TYPE_CHECKING = False  # as in `cli.main`
if TYPE_CHECKING:
    from typing import Any, NoReturn

_WIDEST = 80


class Parser(argparse.ArgumentParser):
    """A parser of the whole command line or of one command."""

    def __init__(self, **more: Any) -> None:
        super().__init__(formatter_class=_Help, allow_abbrev=False, **more)

    def error(self, message: str) -> NoReturn:
        """One line, without the usage that argparse puts before it."""
        more = f": see {self.prog} --help" if message.startswith("the following arguments are required") else ""
        tell_error(f"error: {message}{more}")
        raise SystemExit(ExitCode.USAGE)

    def options(self) -> list[str]:
        """The long options of this parser."""
        return [word for action in self._actions for word in action.option_strings if word.startswith("--")]


class _Help(argparse.RawDescriptionHelpFormatter):
    def __init__(self, prog: str, **more: Any) -> None:
        more["width"] = min(columns(_WIDEST), _WIDEST) - 1
        super().__init__(prog, **more)

    def add_text(self, text: str | None) -> None:
        """A sentence is wrapped, when it is printed; what has lines of its own keeps them."""
        if text and "\n" not in text:
            from textwrap import fill

            text = fill(text, _WIDEST - 1)
        super().add_text(text)


def one_of(choices: Collection[str]) -> Callable[[str], str]:
    """Reads a word that is one of them; another one is a usage error that names the nearest."""

    def read(text: str) -> str:
        if text not in choices:
            hint = _did_you_mean(text, choices, f"choose from {', '.join(choices)}")
            raise argparse.ArgumentTypeError(f"there is no {text!r}: {hint}")
        return text

    return read


def unknown_command(word: str, commands: Collection[str]) -> str:
    """What to say of a first word that names no command."""
    if word.endswith(".json"):
        return f"unknown command {word!r}: did you mean check --snapshot {word}?"
    hint = _did_you_mean(word, commands, f"choose from {', '.join(commands)}; a container is named with --container")
    return f"unknown command {word!r}: {hint}"


def unknown_words(words: Sequence[str], parser: Parser, parsers: Mapping[str, Parser], formats: Collection[str]) -> str:
    """What to say of words that a command does not take; `parsers` are those of all commands."""
    word, known = words[0].partition("=")[0], parser.options()
    command = parser.prog.split()[-1]
    if not word.startswith("-"):
        return f"{command} takes no argument {word!r}{_named_by(word, known)}"
    having = [name for name, other in parsers.items() if word in other.options()]
    if having:
        return (
            f"unknown option {word}: {', '.join(having)} {'has' if len(having) == 1 else 'have'} it, {command} has not"
        )
    bare = word.lstrip("-")
    if bare in parsers:
        return f"unknown option {word}: did you mean the command {bare}?"
    if bare in formats and "--format" in known:
        return f"unknown option {word}: did you mean --format {bare}?"
    if len(bare) == 1:
        word = f"--{bare}"
    return f"unknown option {words[0]}: {_did_you_mean(word, known, f'see {parser.prog} --help')}"


def _named_by(word: str, options: Collection[str]) -> str:
    """Which of the options takes such a word; "" where none does."""
    if word.endswith(".json") and "--snapshot" in options:
        return f": a snapshot is named with --snapshot {word}"
    if re.fullmatch(r"SD\d*", word.upper()) and "--select" in options:
        return f": rules are chosen with --select {word}"
    return f": a container is named with --container {word}" if "--container" in options else ""


def _did_you_mean(word: str, known: Collection[str], otherwise: str) -> str:
    from stigmer_doctor.analysis.alike import did_you_mean  # only where there was a mistake

    return did_you_mean(word, known, otherwise)
