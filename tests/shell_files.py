"""The completion of each shell, and the manual page: made from the options of the command line."""

from __future__ import annotations

import argparse
import re

import shtab

from stigmer_doctor.cli.command_line import COMMANDS, command_line
from stigmer_doctor.cli.examples import epilog

_COMPLETED_AS = {"FILE": shtab.FILE, "DIR": shtab.DIRECTORY}


def completion(shell: str) -> str:
    """What the shell reads."""
    whole, parsers = command_line({})
    for parser in parsers.values():
        for action in parser._actions:
            if action.metavar in _COMPLETED_AS:
                action.complete = _COMPLETED_AS[action.metavar]  # type: ignore[attr-defined] # what shtab reads
    return str(shtab.complete(whole, shell=shell))


def man_page() -> str:
    """The manual page, in roff. Of our own: argparse-manpage runs examples into paragraphs, and prints the usage that
    each version of Python wraps in its own way."""
    whole, parsers = command_line({})
    lines = [
        '.TH STIGMER\\-DOCTOR 1 "" "stigmer\\-doctor" "User Commands"',
        ".SH NAME",
        "stigmer\\-doctor \\- find out why a Stigmer agent\\-runner container cannot reach its services",
        ".SH SYNOPSIS",
        ".B stigmer\\-doctor",
        "[\\fICOMMAND\\fR] [\\fIOPTION\\fR]...",
        ".SH DESCRIPTION",
        _plain(whole.description or ""),
        ".SH COMMANDS",
    ]
    for name in COMMANDS:
        lines += [f".SS {_plain(name)}", _plain(" ".join((parsers[name].description or "").split()))]
        for action in parsers[name]._actions:
            if action.dest != "help":
                lines += [".TP", _invocation(action), _plain(_help(action))]
        lines += [".PP", ".nf", *map(_plain, _examples(name)), ".fi"]
    codes, _, environment = epilog("").partition("exit codes:\n")[2].partition("\n\n")
    lines += [".SH EXIT STATUS"]
    for number, text in re.findall(r"^  (\d)  (.+(?:\n     .+)*)", codes, re.MULTILINE):
        lines += [".TP", f"\\fB{number}\\fR", _plain(" ".join(text.split()))]
    lines += [".SH ENVIRONMENT", _plain(" ".join(environment.split())), ".SH SEE ALSO", ".BR docker (1)"]
    return "\n".join(lines) + "\n"


def _examples(name: str) -> list[str]:
    return epilog(name).partition("\n\n")[0].partition("\n")[2].splitlines()


def _invocation(action: argparse.Action) -> str:
    names = ", ".join(f"\\fB{_plain(word)}\\fR" for word in action.option_strings)
    value = action.metavar if action.nargs != 0 and isinstance(action.metavar, str) else ""
    return " ".join(filter(None, [names, f"\\fI{_plain(value)}\\fR" if value else ""]))


def _help(action: argparse.Action) -> str:
    return (action.help or "") % {"default": action.default} if "%(" in (action.help or "") else action.help or ""


def _plain(text: str) -> str:
    """The text so that roff prints it as it is."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")
    return f"\\&{text}" if text.startswith(".") else text
