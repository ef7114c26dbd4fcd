"""The command line as a whole: which command is meant, and what is wrong with it."""

from __future__ import annotations

import argparse
from collections.abc import Collection, Iterator, Mapping, Sequence

from stigmer_doctor import __version__
from stigmer_doctor.cli.environment import PREFIX, misspelt
from stigmer_doctor.cli.examples import epilog
from stigmer_doctor.cli.options import Options
from stigmer_doctor.cli.parser import Parser, unknown_command, unknown_words
from stigmer_doctor.cli.streams import tell_error
from stigmer_doctor.render.formats import FORMATS

COMMANDS = {
    "check": "diagnose the runner container; the default command",
    "fix": "fix what was found: rehearse it in a throwaway container, apply it, verify it, or roll back",
    "undo": "put back what the last fix, or the named one, replaced: container or files",
    "topology": "measure which ways lead from a container to this machine, and say what to use",
    "snapshot": "collect and save the redacted facts, to be judged elsewhere",
    "ticket": "write report and snapshot for a bug ticket, and file it where you agree",
    "diff": "say what changed between two snapshots, or since a check last passed",
    "rule": "explain a rule, or all of them",
    "triage": "keep many snapshots, and ask which faults there are (extra: triage)",
    "fleet": "check many machines at once through a Temporal server that they share (extra: fleet)",
    "mcp": "serve the commands that only look to a coding agent, over standard input and output",
    "completion": "print what a shell reads to complete this command line",
}
_WHOLE = ("-h", "--help", "-V", "--version")
"""Options that need no command."""


def parse(argv: Sequence[str], environ: Mapping[str, str]) -> argparse.Namespace:
    """The options of one run; `command` is always set. Exits with 2 and one line when they are wrong."""
    words = _with_command(list(argv))
    known = words[0] in COMMANDS
    whole, parsers = command_line(environ, words[:1] if known else COMMANDS, filled=known)
    if not known and not words[0].startswith("-"):
        whole.error(unknown_command(words[0], COMMANDS))
    options, rest = whole.parse_known_args(words)
    if rest:
        _, every = command_line({})
        whole.error(unknown_words(rest, parsers[words[0]] if known else whole, every, FORMATS["report"]))
    for line in _misspelt(environ):
        tell_error(line)
    return options


def command_line(
    environ: Mapping[str, str], names: Collection[str] = tuple(COMMANDS), *, filled: bool = True
) -> tuple[Parser, dict[str, Parser]]:
    """The parser of the whole command line, and those of the named commands: one run needs no more than its own. They
    have their options where they are `filled`."""
    whole = Parser(
        prog="stigmer-doctor",
        description="Finds out why a Stigmer agent-runner container cannot reach its services.",
        epilog=epilog(""),
    )
    whole.add_argument("-V", "--version", action="version", version=f"stigmer-doctor {__version__}")
    commands = whole.add_subparsers(dest="command", metavar="COMMAND")
    parsers = {}
    for name in names:
        parsers[name] = commands.add_parser(
            name,
            help=COMMANDS[name],
            description=f"{COMMANDS[name][:1].upper()}{COMMANDS[name][1:]}.",
            epilog=epilog(name),
        )
        if filled:
            getattr(Options(parsers[name], environ), name)()
    return whole, parsers


def _with_command(words: list[str]) -> list[str]:
    """`check` is the default command, and `help COMMAND` another way to say `COMMAND --help`."""
    if words[:1] == ["help"]:
        return [*words[1:2], "--help"]
    if words and (words[0] in _WHOLE or not words[0].startswith("-")):
        return words
    return ["check", *words]


def _misspelt(environ: Mapping[str, str]) -> Iterator[str]:
    """Warnings about variables of ours that set nothing. A machine's environment is for every command: those that
    another command reads are right."""
    if any(name.startswith(PREFIX) for name in environ):
        _, parsers = command_line({})
        yield from misspelt(environ, {option for parser in parsers.values() for option in parser.options()})
