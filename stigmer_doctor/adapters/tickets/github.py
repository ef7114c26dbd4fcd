"""Issues on GitHub, through the `gh` command and the login that the user has there."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping
from tempfile import TemporaryFile
from typing import IO

import msgspec

from stigmer_doctor.model.errors import TicketNotFiled
from stigmer_doctor.model.tickets import OpenIssue

WITHIN_S = 30.0
"""For one call."""
_NOT_LOGGED_IN = 4
_MOST_FOUND = 10
_LONGEST_REASON = 200
_MOST_READ = 4 * 1024 * 1024
_QUIET = {"GH_PROMPT_DISABLED": "1", "GH_NO_UPDATE_NOTIFIER": "1", "NO_COLOR": "1"}


class _Listed(msgspec.Struct):
    number: int
    title: str
    body: str = ""


class GitHub:
    """Implements Tracker for one repository, HOST/OWNER/NAME. Texts go to `gh` on its standard input, never in an
    argument; the title, which has to be one, is made of what the report's first line says."""

    def __init__(self, program: str, repository: str, environ: Mapping[str, str]) -> None:
        self._program, self._repository = program, repository
        self._environ = {**environ, **_QUIET}

    def find(self, fingerprint: str) -> OpenIssue | None:
        fields = ("--state=open", f"--limit={_MOST_FOUND}", "--json=number,title,body", f"--search={fingerprint}")
        said = self._gh("list", *fields)
        try:
            listed = msgspec.json.decode(said, type=list[_Listed])
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise TicketNotFiled("gh answered with something else than a list of issues") from error
        # A search finds what is similar too: a comment goes nowhere else than to the same fault.
        found = (OpenIssue(one.number, one.title) for one in listed if fingerprint in f"{one.title} {one.body}")
        return next(found, None)

    def comment(self, issue: OpenIssue, body: str) -> None:
        self._gh("comment", str(issue.number), "--body-file=-", given=body)

    def create(self, title: str, body: str) -> str:
        said = self._gh("create", f"--title={title}", "--body-file=-", given=body)
        host = re.escape(self._repository.partition("/")[0])
        found = re.search(rf"https://{host}/[\w./-]+/issues/\d+", said.decode("utf-8", "replace"))
        return found[0] if found else ""

    def _gh(self, verb: str, *more: str, given: str = "") -> bytes:
        command = [self._program, "issue", verb, f"--repo={self._repository}", *more]
        try:
            # Files, not pipes: what gh itself started may live on after it, and would hold a pipe open.
            with TemporaryFile() as text, TemporaryFile() as said, TemporaryFile() as complaint:
                text.write(given.encode())
                text.seek(0)
                done = subprocess.run(  # noqa: S603 - no shell, and every argument is one option
                    command, env=self._environ, stdin=text, stdout=said, stderr=complaint, timeout=WITHIN_S, check=False
                )
                if done.returncode:
                    raise TicketNotFiled(_reason(done.returncode, _read(complaint)))
                return _read(said)
        except subprocess.TimeoutExpired as error:
            raise TicketNotFiled(f"gh did not answer within {WITHIN_S:g} s") from error
        except OSError as error:
            raise TicketNotFiled(f"gh cannot be started: {error.strerror or error}") from error


def github(repository: str, environ: Mapping[str, str]) -> GitHub | None:
    """None where there is no `gh` on the path."""
    program = shutil.which("gh", path=environ.get("PATH", ""))
    return GitHub(program, repository, environ) if program else None


def _read(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read(_MOST_READ)


def _reason(code: int, complaint: bytes) -> str:
    """What is wrong: the first line of what it complained about."""
    if code == _NOT_LOGGED_IN:
        return "gh is not logged in: gh auth login does that"
    lines = complaint.decode("utf-8", "replace").split("\n")
    said = next((line.strip() for line in lines if line.strip()), f"exit code {code}")
    return f"gh failed: {said[:_LONGEST_REASON]}"
