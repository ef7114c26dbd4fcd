"""Source files judged without an engine."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from stigmer_doctor import app, profile
from stigmer_doctor.collect.run import collect
from stigmer_doctor.model import facts as f
from stigmer_doctor.model.edits import Edit
from stigmer_doctor.model.findings import CheckStatus, Finding
from stigmer_doctor.probe.contract import read_contract
from stigmer_doctor.source.edits import applied
from tests.fakes import collect_options, ports

FILE = "docker-compose.yml"


def facts_of(files: Mapping[str, bytes]) -> f.Facts:
    """The facts of a tree."""
    given = replace(ports(files=dict(files)), read_contract=read_contract)
    return collect(collect_options(source="tree", engine=False), given)


def found(files: Mapping[str, bytes], *codes: str) -> list[Finding]:
    """The findings about source files, of these codes when some are given. No rule may crash on them."""
    diagnosis = app.diagnose(facts_of(files), profile.load())
    assert [check for check in diagnosis.checks if check.status == CheckStatus.CRASH] == []
    return [finding for finding in diagnosis.findings if finding.code.startswith(codes or ("SD8", "SD9"))]


def edits(findings: list[Finding]) -> list[Edit]:
    return [edit for finding in findings for edit in finding.remediation.edits]


def touched(made: list[Edit]) -> set[int]:
    """The numbers of the lines that the edits replace."""
    return {number for edit in made for number in range(edit.span.line, edit.span.end_line + 1)}


def repaired(raw: bytes, made: list[Edit]) -> bytes:
    """The file's bytes with the edits made."""
    mark = b"\xef\xbb\xbf" if raw.startswith(b"\xef\xbb\xbf") else b""
    return mark + applied(raw[len(mark) :].decode(), made).encode()
