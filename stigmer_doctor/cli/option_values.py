"""What the values of options are read as. What is wrong with one is said in a line."""

from __future__ import annotations

import argparse
from collections.abc import Callable


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


seconds = _number("seconds between 0 and 600", lambda value: 0 < value <= 600)
wait_seconds = _number("seconds between 0 and 86400", lambda value: 0 < value <= 86400)
days = _number("days", lambda value: 0 <= value <= 3650)


def rows(text: str) -> int:
    """How many rows of a table."""
    return int(_number("rows between 1 and 1000", lambda value: 1 <= value <= 1000 and value == int(value))(text))


def machines(text: str) -> int:
    """How many machines at once."""
    return int(_number("machines between 1 and 1000", lambda value: 1 <= value <= 1000 and value == int(value))(text))


def time_of_day(text: str) -> tuple[int, int]:
    """Hour and minute."""
    hour, _, minute = text.partition(":")
    if not (hour.isdecimal() and minute.isdecimal() and int(hour) < 24 and int(minute) < 60):
        raise argparse.ArgumentTypeError(f"{text!r} is not a time of day such as 06:00")
    return int(hour), int(minute)


def resource(kind: str) -> Callable[[str], str]:
    """Reads the name of something in a cluster: it can be taken for no option, and for no other kind of thing."""

    def read(text: str) -> str:
        import re

        if not re.fullmatch(r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?", text):
            raise argparse.ArgumentTypeError(
                f"{text!r} is not the name of a {kind}: those are small letters, digits, - and ."
            )
        return text

    return read


def repository(text: str) -> str:
    """OWNER/NAME, with a host before it where it is not github.com."""
    from stigmer_doctor.model.tickets import REPOSITORY  # `typing` takes longer to load than the help to print

    if not REPOSITORY.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a repository on GitHub, such as stigmer/stigmer")
    return text


def codes(text: str) -> tuple[str, ...]:
    """Codes of rules, or beginnings of them, behind commas."""
    words = [word.strip() for word in text.split(",") if word.strip()]
    return tuple(map(_code, words))


def _code(word: str) -> str:
    code = word.upper()
    if not code.startswith("SD") or not (code[2:] == "" or code[2:].isdigit()):
        raise argparse.ArgumentTypeError(f"{word!r} is not a rule code or prefix such as {_meant(word)}")
    _must_match(code)
    return code


def _meant(word: str) -> str:
    """The code of the rule that has the word for a name, or examples."""
    from stigmer_doctor.rules.registry import RULES

    return next((rule.code for rule in RULES if rule.name == word.lower()), "SD2 or SD201")


def _must_match(code: str) -> None:
    """A selection that matches no rule would select or ignore nothing, and nobody would know."""
    from stigmer_doctor import app

    known = app.codes()
    if not any(name.startswith(code) for name in known):
        raise argparse.ArgumentTypeError(f"no rule's code begins with {code}: did you mean {app.nearest(code, known)}?")
