"""What every format has in common: what it is given, and how the reader wants it shown.

Without `from __future__ import annotations`, as in `model.record`: a named tuple compiles its annotations, too.
"""

from typing import NamedTuple, Protocol, TypeVar

from stigmer_doctor.model.facts import Facts
from stigmer_doctor.model.findings import Diagnosis

Document_contra = TypeVar("Document_contra", contravariant=True)


class Display(NamedTuple):
    """How text is shown: in `width` columns; `unicode`: with more than ASCII; `verbose`: with evidence and every check.
    Formats for programs ignore it."""

    width: int = 80
    color: bool = False
    unicode: bool = True
    verbose: bool = False


class Report(NamedTuple):
    """A diagnosis, with the facts that it rests on."""

    diagnosis: Diagnosis
    facts: Facts


class Renderer(Protocol[Document_contra]):
    """Writes one kind of document in one format. Nothing in the data is interpreted as markup or as a terminal
    sequence."""

    def __call__(self, document: Document_contra, display: Display, /) -> str:
        """The whole text, with the line break at its end."""
        ...
