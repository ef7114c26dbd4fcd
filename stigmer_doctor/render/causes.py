"""Causes as people read them: the same fault of several services is one cause, with their ports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.model.facts import Facts
from stigmer_doctor.model.findings import Diagnosis, Finding, Severity
from stigmer_doctor.render import links, outline
from stigmer_doctor.rules.wording import listed

_TOKENS = compiled_later(r"\w+|\W")
_PORTS = compiled_later(r"\bport (?=\d+(?:, \d+)* and \d)")
_MOST_DIFFERENCES = 2


class Cause(msgspec.Struct, frozen=True):
    """One fault, and the branches that it consists of: more than one where only names and ports differ."""

    branches: tuple[outline.Branch, ...]
    likewise: tuple[str, ...]
    """What else it is about, beside what the first message names."""

    @property
    def finding(self) -> Finding:
        """The first of its findings."""
        return self.branches[0].finding

    @property
    def severity(self) -> Severity:
        return self.branches[0].severity

    @property
    def message(self) -> str:
        """What is wrong."""
        also = f"; likewise {listed(self.likewise)}" if self.likewise else ""
        return f"{self.finding.message}{also}"

    @property
    def advice(self) -> str:
        """What to do about it, for all that it is about."""
        return _merged([branch.finding.remediation.text for branch in self.branches])

    @property
    def consequences(self) -> tuple[Finding, ...]:
        """What it explains."""
        return tuple(finding for branch in self.branches for finding in branch.consequences)

    @property
    def explained(self) -> tuple[str, ...]:
        """The codes of that."""
        return tuple(sorted({finding.code for finding in self.consequences}))


def causes(diagnosis: Diagnosis, facts: Facts) -> tuple[Cause, ...]:
    """Every finding that follows from no other one; those that say the same of several services are one."""
    groups: list[list[outline.Branch]] = []
    for branch in outline.branches(diagnosis):
        group = next((other for other in groups if _same(other, branch)), None)
        if group is None:
            groups.append([branch])
        else:
            group.append(branch)
    return tuple(Cause(tuple(group), tuple(_about(branch.finding, facts) for branch in group[1:])) for group in groups)


def _same(group: Sequence[outline.Branch], other: outline.Branch) -> bool:
    """Whether it is the same fault of another service, with the same advice but for names and numbers."""
    first = group[0].finding
    texts = [branch.finding.remediation.text for branch in (*group, other)]
    about = {branch.finding.endpoints for branch in group}
    return (
        (first.code, group[0].severity) == (other.finding.code, other.severity)
        and bool(other.finding.endpoints)
        and other.finding.endpoints not in about
        and bool(_merged(texts))
    )


def _about(finding: Finding, facts: Facts) -> str:
    """The services of a finding, with the ports of those that are in force."""
    named = {endpoint.name: f"{endpoint.title} ({endpoint.service_port})" for endpoint in links.endpoints(facts)}
    return listed(named.get(name, name) for name in finding.endpoints)


def _merged(texts: Iterable[str]) -> str:
    """One text in the place of several that differ in few words, "ports 1 and 2"; "" where they differ in more."""
    distinct = list(dict.fromkeys(texts))
    if len(distinct) == 1:
        return distinct[0]
    columns = [_TOKENS.findall(text) for text in distinct]
    if len({len(column) for column in columns}) > 1:
        return ""
    words = [list(dict.fromkeys(word)) for word in zip(*columns, strict=True)]
    if sum(len(word) > 1 for word in words) > _MOST_DIFFERENCES:
        return ""
    return _PORTS.sub("ports ", "".join(listed(word) for word in words))
