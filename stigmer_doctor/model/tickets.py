"""A ticket: what a maintainer needs to know of one fault, and where it goes."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from stigmer_doctor.lean_objects import compiled_later

GITHUB = "github.com"
_HOST = r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z]{2,63}"
_OWNER_AND_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,37}[A-Za-z0-9])?/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}"
REPOSITORY = compiled_later(rf"(?:{_HOST}/)?{_OWNER_AND_NAME}")
"""OWNER/NAME, as GitHub allows them, with the HOST of a GitHub Enterprise before it where it is not github.com."""
HOST = compiled_later(_HOST)


def on_host(repository: str, host: str = GITHUB) -> str:
    """HOST/OWNER/NAME; `host` where the repository names none."""
    return repository if repository.count("/") > 1 else f"{host}/{repository}"


def shown(repository: str) -> str:
    """The repository as people write it."""
    return repository.removeprefix(f"{GITHUB}/")


class Ticket(NamedTuple):
    """`title` is one line, `body` the report as Markdown, `short` what fits into an address."""

    title: str
    body: str
    short: str
    fingerprint: str


class OpenIssue(NamedTuple):
    """An issue that is open. The title is what anybody may have written."""

    number: int
    title: str


class Tracker(Protocol):
    """Where tickets go. Every call has a time limit, and raises TicketNotFiled with the reason."""

    def find(self, fingerprint: str) -> OpenIssue | None:
        """The first open issue that carries the fingerprint."""
        ...

    def comment(self, issue: OpenIssue, body: str) -> None:
        """Add to it."""
        ...

    def create(self, title: str, body: str) -> str:
        """A new one; its address, "" where it was not said."""
        ...
