"""Command lines: where in an argument a secret begins that only its place tells of."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import takewhile

from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.redaction.names import SAYS_WHERE, SECRET_WORDS
from stigmer_doctor.redaction.words import COMMON, explains_itself, is_own

_FLAG = compiled_later(
    rf"--?(?:[\w.-]{{0,40}}(?:{SECRET_WORDS})[\w.-]{{0,40}}|(?:[\w.-]{{0,40}}[.-])?"
    r"(?:auth|pass|passin|passout|pwd?|cookie|jwt|bearer|pin|otp|dsn|creds?|pat|signature|hmac|psk|userpass))",
    re.IGNORECASE,
)
_OF_MANY_KINDS = compiled_later(r"--?(?:licen[cs]e|session|community)", re.IGNORECASE)
"""Options that take a name as often as a secret: its letters and digits tell."""
_KEY = compiled_later(r"--?key", re.IGNORECASE)
_OF_A_FILE = compiled_later(
    r"(?:[./~]|@)\S*|\S*[/.](?:pem|key|crt|cer|json|p12|pub|txt|ya?ml)|\d{1,3}(?:,\d{1,3}){0,2}"
)
"""What is given to an option that takes the file of a key; or the columns by which is sorted."""
_ASSIGNED = compiled_later(r"(?P<flag>--?[\w.-]+)=(?P<given>.+)|(?P<name>[A-Za-z_]\w*)=(?P<value>.+)", re.DOTALL)
_IN_A_SCRIPT = compiled_later(r"(?<![\w./-])(?P<name>[A-Z][A-Z0-9_]*)=[\"']?(?P<value>[^\s\"';&|]+)")
_LOGIN = compiled_later(r"(?:-u|--user=)?[^\s:/]*:(?P<secret>\S+)")
_LOGINS = frozenset(
    {"-u", "--user", "--proxy-user", "-a", "--auth", "--login", "--userpass", "--user-pass", "--basic-auth", "--creds"}
)
_ATTACHED = compiled_later(r"-p(?P<secret>(?=\S*[A-Za-z])(?=\S*\d)[^\s:/=.]{6,})")
_PASSWORD_OPTIONS = {
    "mysql": "-p", "mysqldump": "-p", "mysqladmin": "-p", "mariadb": "-p", "mariadb-dump": "-p", "sshpass": "-p",
    "redis-cli": "-a", "ldapsearch": "-w", "mongo": "-p", "mongosh": "-p", "curl": "-b", "login": "-p",
    "vault": "login", "snmpget": "-c", "snmpwalk": "-c", "snmpbulkwalk": "-c",
}  # fmt: skip
"""Which option of a program takes a secret; attached to it, or as the next argument."""
_NEVER_ATTACHED = frozenset({"login", "vault"})
_SHORTEST_OF_MANY_KINDS, _LONGEST_OF_A_LETTER = 8, 2
_ONLY_ATTACHED = frozenset({"mysql", "mysqldump", "mysqladmin", "mariadb", "mariadb-dump"})


def secret_spans(argv: Sequence[str], is_shown: Callable[[str], bool]) -> list[list[tuple[int, int]]]:
    """For each argument, from where to where it is a secret. `is_shown` tells which variables may be shown."""
    programs = {word.rpartition("/")[2] for word in argv} & _PASSWORD_OPTIONS.keys()
    programs |= {"login"} & set(argv)
    last = _given_to_htpasswd(argv) if "htpasswd" in argv else None
    spans = []
    for index, argument in enumerate(argv):
        start = 0 if index == last else _from(argument, argv[index - 1] if index else "", programs, is_shown)
        whole = [] if start is None else [(start, len(argument))]
        spans.append(whole or _assigned_in_script(argument, is_shown))
    return spans


def _from(argument: str, before: str, programs: set[str], is_shown: Callable[[str], bool]) -> int | None:
    """Where the secret begins that goes on to the end of the argument."""
    if _tells(before) and not (argument.startswith("-") and _FLAG.match(argument)):
        return 0
    if _OF_MANY_KINDS.fullmatch(before) and _is_mixed(argument):
        return 0
    if _KEY.fullmatch(before) and not (argument.startswith("-") or _is_no_key(argument)):
        return 0
    for program in programs:
        option = _PASSWORD_OPTIONS[program]
        if before == option and program not in _ONLY_ATTACHED and not argument.startswith("-"):
            return 0
        if argument.startswith(option) and len(argument) > len(option) and program not in _NEVER_ATTACHED:
            return len(option)
    if "curl" in programs and (before in ("-u", "--user") or argument.startswith(("-u", "--user="))):
        login = _LOGIN.fullmatch(argument)
        return login.start("secret") if login else None
    if before in _LOGINS and (login := _LOGIN.fullmatch(argument)) and _is_odd(login["secret"]):
        return login.start("secret")
    if attached := _ATTACHED.fullmatch(argument):
        return attached.start("secret")
    return _value_from(argument, is_shown)


def _value_from(argument: str, is_shown: Callable[[str], bool]) -> int | None:
    assigned = _ASSIGNED.fullmatch(argument)
    if assigned and assigned["flag"]:
        is_key = _KEY.fullmatch(assigned["flag"]) and not _is_no_key(assigned["given"])
        return assigned.start("given") if is_key or _tells(assigned["flag"]) else None
    if assigned and assigned["name"] and not is_shown(assigned["name"]):
        return assigned.start("value")
    return None


def _tells(flag: str) -> bool:
    """Whether the option's value is a secret: how many tokens there may be is none, nor where one is."""
    is_option = flag.startswith("-") and len(flag) > _LONGEST_OF_A_LETTER
    return (
        is_option
        and bool(_FLAG.fullmatch(flag))
        and not SAYS_WHERE.search(flag)
        and not flag.lower().endswith("max-tokens")
    )


def _is_no_key(value: str) -> bool:
    """Whether what an option called `key` is given is a file, columns or a common word."""
    if _OF_A_FILE.fullmatch(value) or value.lower() in COMMON or explains_itself(value):
        return True
    return is_own(value) or (value.isidentifier() and value.islower() and not any(map(str.isdigit, value)))


def _is_odd(secret: str) -> bool:
    """Whether what stands behind a user's name is a password, and neither a group nor a port."""
    return not (secret.isdigit() or re.fullmatch(r"[a-z_-]{1,16}", secret) or explains_itself(secret))


def _given_to_htpasswd(argv: Sequence[str]) -> int | None:
    """Which argument is the password: with `-b` the last of the file (but with `-n`), the name and itself."""
    first = argv.index("htpasswd") + 1
    options = "".join(takewhile(lambda word: word.startswith("-"), argv[first:]))
    if "b" not in options:
        return None
    return first + options.count("-") + (1 if "n" in options else 2)


def _is_mixed(value: str) -> bool:
    return len(value) >= _SHORTEST_OF_MANY_KINDS and any(map(str.isdigit, value)) and any(map(str.isalpha, value))


def _assigned_in_script(argument: str, is_shown: Callable[[str], bool]) -> list[tuple[int, int]]:
    if " " not in argument and "=" not in argument:
        return []
    return [match.span("value") for match in _IN_A_SCRIPT.finditer(argument) if not is_shown(match["name"])]
