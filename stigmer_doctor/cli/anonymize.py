"""`--anonymize`: what is written does not tell whose it is."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

TYPE_CHECKING = False  # as in `cli.main`
if TYPE_CHECKING:
    from typing import TypeVar

    T = TypeVar("T")


def anonymized(document: T, options: argparse.Namespace, environ: Mapping[str, str]) -> T:
    """The document as it is, or, where it was asked for, with stable words for whose it is."""
    if not options.anonymize:
        return document
    import platform

    from stigmer_doctor import profile
    from stigmer_doctor.redaction.anonymous import Person, anonymous

    known = profile.load()
    person = Person(
        home=environ.get("HOME") or environ.get("USERPROFILE") or "",
        user=environ.get("USER") or environ.get("USERNAME") or "",
        machine=platform.node(),
    )
    return anonymous(document, person, frozenset(known.host_aliases))
