"""Command lines: where in an argument a secret begins that only its place tells of."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from stigmer_doctor.redaction.patterns import SAYS_WHERE, SECRET_WORDS

_FLAG = re.compile(
    rf"--?(?:[\w.-]{{0,40}}(?:{SECRET_WORDS})[\w.-]{{0,40}}|(?:[\w.-]{{0,40}}[.-])?(?:auth|pass|passin|pwd|cookie))",
    re.IGNORECASE,
)
_ASSIGNED = re.compile(r"(?P<flag>--?[\w.-]+)=(?P<given>.+)|(?P<name>[A-Za-z_]\w*)=(?P<value>.+)", re.DOTALL)
_IN_A_SCRIPT = re.compile(r"(?<![\w./-])(?P<name>[A-Z][A-Z0-9_]*)=[\"']?(?P<value>[^\s\"';&|]+)")
_LOGIN = re.compile(r"(?:-u|--user=)?[^\s:/]*:(?P<secret>\S+)")
_ATTACHED = re.compile(r"-p(?P<secret>(?=\S*[A-Za-z])(?=\S*\d)[^\s:/=.]{6,})")
_PASSWORD_OPTIONS = {
    "mysql": "-p", "mysqldump": "-p", "mysqladmin": "-p", "mariadb": "-p", "mariadb-dump": "-p", "sshpass": "-p",
    "redis-cli": "-a", "ldapsearch": "-w", "mongo": "-p", "mongosh": "-p", "curl": "-b",
}  # fmt: skip
"""Which option of a program takes a secret; attached to it, or as the next argument."""
_ONLY_ATTACHED = frozenset({"mysql", "mysqldump", "mysqladmin", "mariadb", "mariadb-dump"})


def secret_spans(argv: Sequence[str], is_shown: Callable[[str], bool]) -> list[list[tuple[int, int]]]:
    """For each argument, from where to where it is a secret. `is_shown` tells which variables may be shown."""
    programs = {word.rpartition("/")[2] for word in argv} & _PASSWORD_OPTIONS.keys()
    spans = []
    for index, argument in enumerate(argv):
        start = _from(argument, argv[index - 1] if index else "", programs, is_shown)
        whole = [] if start is None else [(start, len(argument))]
        spans.append(whole or _assigned_in_script(argument, is_shown))
    return spans


def _from(argument: str, before: str, programs: set[str], is_shown: Callable[[str], bool]) -> int | None:
    """Where the secret begins that goes on to the end of the argument."""
    if _tells(before) and not (argument.startswith("-") and _FLAG.match(argument)):
        return 0
    for program in programs:
        option = _PASSWORD_OPTIONS[program]
        if before == option and program not in _ONLY_ATTACHED:
            return 0
        if argument.startswith(option) and len(argument) > len(option):
            return len(option)
    if "curl" in programs and (before in ("-u", "--user") or argument.startswith(("-u", "--user="))):
        login = _LOGIN.fullmatch(argument)
        return login.start("secret") if login else None
    if attached := _ATTACHED.fullmatch(argument):
        return attached.start("secret")
    return _value_from(argument, is_shown)


def _value_from(argument: str, is_shown: Callable[[str], bool]) -> int | None:
    assigned = _ASSIGNED.fullmatch(argument)
    if assigned and assigned["flag"] and _tells(assigned["flag"]):
        return assigned.start("given")
    if assigned and assigned["name"] and not is_shown(assigned["name"]):
        return assigned.start("value")
    return None


def _tells(flag: str) -> bool:
    """Whether the option's value is a secret: how many tokens there may be is none, nor where one is."""
    return bool(_FLAG.fullmatch(flag)) and not SAYS_WHERE.search(flag) and not flag.lower().endswith("max-tokens")


def _assigned_in_script(argument: str, is_shown: Callable[[str], bool]) -> list[tuple[int, int]]:
    if " " not in argument and "=" not in argument:
        return []
    return [match.span("value") for match in _IN_A_SCRIPT.finditer(argument) if not is_shown(match["name"])]
