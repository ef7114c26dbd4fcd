"""argparse, with errors in one line that say what was probably meant, and with help for 80 columns."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Collection, Sequence

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
        tell_error(f"error: {message}")
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


def unknown_words(words: Sequence[str], parser: Parser, commands: Collection[str], formats: Collection[str]) -> str:
    """What to say of words that a command does not take."""
    word = words[0].partition("=")[0]
    if not word.startswith("-"):
        way = f": a container is named with --container {word}" if "--container" in parser.options() else ""
        return f"{parser.prog.split()[-1]} takes no argument {word!r}{way}"
    bare = word.lstrip("-")
    if bare in commands:
        return f"unknown option {word}: did you mean the command {bare}?"
    if bare in formats:
        return f"unknown option {word}: did you mean --format {bare}?"
    if len(bare) == 1:
        word = f"--{bare}"
    return f"unknown option {words[0]}: {_did_you_mean(word, parser.options(), f'see {parser.prog} --help')}"


def _did_you_mean(word: str, known: Collection[str], otherwise: str) -> str:
    from stigmer_doctor.analysis.alike import did_you_mean  # only where there was a mistake

    return did_you_mean(word, known, otherwise)
