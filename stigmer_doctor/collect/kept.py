"""What becomes of an answer that makes no sense: it costs the fact that it would have been, never the report."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from stigmer_doctor.model.errors import DoctorError
from stigmer_doctor.model.ports import Redactor
from stigmer_doctor.model.record import NotMeasured

T = TypeVar("T")


def attempt(redactor: Redactor, ask: Callable[[], T]) -> T | NotMeasured:
    """An answer that can be done without."""
    try:
        return kept(redactor, ask)
    except DoctorError as error:
        return NotMeasured(reason=reason(error, redactor))


def kept(redactor: Redactor, ask: Callable[[], T | NotMeasured]) -> T | NotMeasured:
    """A fact, or why there is none where what came for it made no sense: it costs no more than itself, be it the
    memory or the stack that it used up. What the engine itself says against it is for the caller."""
    try:
        return ask()
    except DoctorError:
        raise
    except Exception as error:  # noqa: BLE001 - what comes from outside may break anything that reads it
        return NotMeasured(reason=reason(error, redactor))


def reason(error: Exception, redactor: Redactor) -> str:
    """What went wrong, in words. The text of an error that is none of ours may hold anything."""
    if isinstance(error, DoctorError):
        return redactor.error(error)
    return f"an answer made no sense ({type(error).__name__})"
