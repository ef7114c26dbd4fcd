"""The command line. Every option can also be given as `STIGMER_DOCTOR_<OPTION>`."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Mapping, Sequence

from stigmer_doctor import __version__
from stigmer_doctor.render.formats import FORMATS

COMMANDS = {
    "check": "diagnose the runner container; the default command",
    "fix": "fix what was found: rehearse it in a throwaway container, apply it, verify it, or roll back",
    "undo": "put back the container that the last fix replaced",
    "topology": "measure which ways lead from a container to this machine, and say what to use",
    "snapshot": "collect and save the redacted facts, to be judged elsewhere",
    "rule": "explain a rule, or all of them",
}
_PREFIX = "STIGMER_DOCTOR_"
_EPILOG = """\
exit codes:
  0  every service answered, and nothing is at or above --fail-on
  1  findings                             2  usage, configuration or internal error
  3  could not diagnose: no engine, no such container, bad snapshot, or a service could not be asked
  4  a fix was rolled back                5  a roll-back is incomplete

Every option can also be set in the environment: --timeout 5 is STIGMER_DOCTOR_TIMEOUT=5."""


def parse(argv: Sequence[str], environ: Mapping[str, str]) -> argparse.Namespace:
    """The options of one run; `command` is always set. Exits with 2 and one line when they are wrong."""
    parser = _parser(environ)
    words = list(argv)
    if not {"-h", "--help", "--version"} & set(words[:1]) and not (words and words[0] in COMMANDS):
        if words and not words[0].startswith("-"):
            parser.error(f"unknown command {words[0]!r} (choose from {', '.join(COMMANDS)})")
        words.insert(0, "check")
    return parser.parse_args(words)


def _parser(environ: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="stigmer-doctor",
        description="Finds out why a Stigmer agent-runner container cannot reach its services.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"stigmer-doctor {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, text in COMMANDS.items():
        command = commands.add_parser(
            name, help=text, description=text.capitalize() + ".", epilog=_EPILOG, allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )  # fmt: skip
        _Options(command, environ).add(name)
    return parser


class _Options:
    """Adds options to one command's parser, each with its default from the environment."""

    def __init__(self, parser: argparse.ArgumentParser, environ: Mapping[str, str]) -> None:
        self._parser, self._environ = parser, environ

    def add(self, command: str) -> None:
        if command == "rule":
            self._rule()
            return
        if command == "snapshot":
            self._parser.add_argument("file", metavar="FILE", help="where to write it; - is standard output")
        elif command in ("fix", "undo"):
            self._fix(command)
            return
        elif command == "topology":
            self._value("--image", metavar="IMAGE", help="a local image with Python (default: the runner's)")
            self._format("topology")
        else:
            self._value("--snapshot", metavar="FILE", help="judge a saved snapshot instead of a live engine")
            self._report()
        self._target(command)
        self._output()

    def _target(self, command: str) -> None:
        self._value("--container", metavar="NAME|ID", help="the container (default: stigmer-agent-runner)")
        self._value("--host", metavar="URL", help="the Docker engine to ask, as docker --host")
        self._value("--context", metavar="NAME", help="the docker context to use, as docker --context")
        self._value("--data-dir", metavar="DIR", help="the daemon's data directory (default: ~/.stigmer/data)")
        self._value("--source", metavar="DIR", help="a Stigmer checkout to look at too (default: the one around here)")
        self._value(
            "--compose", metavar="FILE", action="append", default=[],
            help="a compose file to look at too; repeat it as for compose",
        )  # fmt: skip
        self._value(
            "--timeout", type=_seconds, default=3.0, metavar="SECONDS", help="per connection (default: %(default)g)"
        )
        if command not in ("fix", "undo"):
            self._flag("--passive", help="inspect and logs only: run nothing, dial nothing")
        if command != "undo":
            self._flag("--anonymize", help="stable words for home folder, user, host names and public addresses too")

    def _fix(self, command: str) -> None:
        if command == "fix":
            self._flag("--dry-run", help="print the plan and change nothing")
            self._value("--select", type=_codes, default=(), metavar="CODES", help="fix only these; prefixes allowed")
            self._value(
                "--format", choices=("text", "json"), default="text",
                help="json: a report of how things are afterwards, with what was done (default: %(default)s)",
            )  # fmt: skip
            self._flag("--unsafe", help="make changes too that may not be what was meant")
            self._value(
                "--keep", type=_days, default=7.0, metavar="DAYS",
                help="keep the old container for so long (default: %(default)g)",
            )  # fmt: skip
            self._value(
                "--wait", type=_wait, default=600.0, metavar="SECONDS",
                help="how long the fixed runner may take until its worker polls (default: %(default)g)",
            )  # fmt: skip
        else:
            self._parser.add_argument("id", nargs="?", metavar="ID", help="of the fix (default: the last one)")
            self._flag("--list", help="list what can be undone")
        self._flag("--yes", help="do it without asking")
        self._target(command)
        self._output()

    def _format(self, kind: str) -> None:
        self._value(
            "--format",
            choices=tuple(FORMATS[kind]),
            default="text",
            help="of the report (default: %(default)s)",
        )
        self._value("--output", metavar="FILE", help="write the report there instead of to standard output")

    def _report(self) -> None:
        self._format("report")
        self._value("--save-snapshot", metavar="FILE", help="save the facts of this very report too")
        self._value("--select", type=_codes, default=(), metavar="CODES", help="only these rules; prefixes allowed")
        self._value("--ignore", type=_codes, default=(), metavar="CODES", help="not these rules; prefixes allowed")
        self._value(
            "--fail-on", choices=("error", "warning", "never"), default="error",
            help="what makes the exit code 1 (default: %(default)s)",
        )  # fmt: skip
        self._flag("--verbose", help="show evidence, and every check with its time")

    def _output(self) -> None:
        self._flag("--no-color", help="no colours (also: NO_COLOR)")

    def _rule(self) -> None:
        self._parser.add_argument("code", nargs="?", metavar="CODE", help="such as SD201")
        self._flag("--all", help="every rule")
        self._value("--format", choices=tuple(FORMATS["rules"]), default="text", help="(default: %(default)s)")
        self._output()

    def _value(self, option: str, **more: object) -> None:
        value = self._environ.get(_variable(option))
        if value:
            choices = more.get("choices")
            if isinstance(choices, tuple) and value not in choices:
                self._parser.error(f"{_variable(option)}: {value!r} is none of {', '.join(choices)}")
            more["default"] = value.split(os.pathsep) if more.get("action") == "append" else value
        self._parser.add_argument(option, **more)  # type: ignore[arg-type] # argparse's own keywords, passed through

    def _flag(self, option: str, **more: object) -> None:
        default = self._environ.get(_variable(option), "").lower() in ("1", "true", "yes", "on")
        self._parser.add_argument(option, action="store_true", default=default, **more)  # type: ignore[arg-type] # as above


def _variable(option: str) -> str:
    return _PREFIX + option.lstrip("-").replace("-", "_").upper()


def _number(what: str, allowed: Callable[[float], bool]) -> Callable[[str], float]:
    """Reads a number of `what`; what is none, or is not allowed, is a usage error."""

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = -1
        if not allowed(value):
            raise argparse.ArgumentTypeError(f"{text!r} is not a number of {what}")
        return value

    return read


_seconds = _number("seconds between 0 and 600", lambda value: 0 < value <= 600)
_wait = _number("seconds between 0 and 86400", lambda value: 0 < value <= 86400)
_days = _number("days", lambda value: 0 <= value <= 3650)


def _codes(text: str) -> tuple[str, ...]:
    codes = tuple(filter(None, (word.strip().upper() for word in text.split(","))))
    for code in codes:
        if not code.startswith("SD") or not (code[2:] == "" or code[2:].isdigit()):
            raise argparse.ArgumentTypeError(f"{code!r} is not a rule code or prefix such as SD2 or SD201")
        _must_match(code)
    return codes


def _must_match(code: str) -> None:
    """A selection that matches no rule would select or ignore nothing, and nobody would know."""
    from stigmer_doctor.app import codes, nearest

    known = codes()
    if not any(name.startswith(code) for name in known):
        raise argparse.ArgumentTypeError(f"no rule's code begins with {code}: did you mean {nearest(code, known)}?")
