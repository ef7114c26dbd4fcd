"""What somebody writes into a field so that a command of the report does something else."""

from __future__ import annotations

from collections.abc import Callable, Mapping

CANARY = "CANARY"
_MARK = "Zq9"


def _payload(text: str) -> str:
    return f"{_MARK}{text}{_MARK}"


PAYLOADS: Mapping[str, str] = {
    "single quotes": _payload(f"'; touch {CANARY}; '"),
    "double quotes": _payload(f'"; touch {CANARY}; "$(touch {CANARY})'),
    "backticks": _payload(f"`touch {CANARY}`"),
    "substitution": _payload(f"$(touch {CANARY})"),
    "line break": _payload(f"\ntouch {CANARY}\n```\n"),
    "option": f"--config={_payload(CANARY)}",
    "short option": f"-{_payload(CANARY)}",
    "terminal": _payload(f"\r\x1b[2K\u202etouch {CANARY};\x07\u2028"),
}

Change = Callable[[str], str]


def changes(style: str) -> tuple[Change, Change]:
    """The payload instead of what was there, and beside it: at the end, or, of an option, at the beginning."""
    payload = PAYLOADS[style]
    beside: Change = (lambda old: payload + old) if payload.startswith("-") else (lambda old: old + payload)
    return lambda _: payload, beside


def concerns(command: str) -> bool:
    """Whether a payload is in it, or what quoting has made of one."""
    return _MARK in command


def cut(word: str, payload: str) -> bool:
    """Whether the word holds a part of the payload, or nothing but what a short id leaves of it."""
    return _MARK in word and payload not in word and not payload.startswith(word)
