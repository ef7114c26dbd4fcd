"""What a diagnosis says. These structs are the JSON report: their keys are promises."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from stigmer_doctor.model.changes import AnyChange
from stigmer_doctor.model.edits import Edit
from stigmer_doctor.model.facts import Redaction
from stigmer_doctor.model.fixes import Plan

REPORT_SCHEMA_VERSION = 1


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """Base of the report's objects."""


class Evidence(Record, frozen=True, kw_only=True):
    """One thing that was seen. `source` is inspect, logs, code, container, user-machine, engine, temporal, file;
    `locator` says where in it (a key, a line, an address)."""

    source: str
    locator: str
    value: str


class Remediation(Record, frozen=True, kw_only=True):
    """What to do. `commands` run as printed on the user's machine (starting a service, pulling a model);
    `changes` are what must become different about the container: the report turns those of all causes together into
    one command that recreates it. `edits` are what must become different in source files; `fix` is how `fix` would do
    that."""

    text: str
    commands: tuple[str, ...] = ()
    changes: tuple[AnyChange, ...] = ()
    edits: tuple[Edit, ...] = ()
    fix: FixView | None = None


class FixView(Record, frozen=True, kw_only=True):
    """How `fix` would fix it: `safety` is safe, unsafe or manual."""

    safety: str
    diff: str


class Finding(Record, frozen=True, kw_only=True):
    """A fault. A rule fills in what it saw; the judge stamps `code`, `name`, `severity`, `caused_by` and `doc`.

    `subject` is what the finding is about (a variable, an address, a container); `endpoints` the endpoints it breaks
    or belongs to (empty: the whole container). `measured` and `expected` are short and concrete: numbers, addresses,
    values. `caused_by` are the codes of the root causes that explain it.
    """

    subject: str
    message: str
    measured: str
    expected: str
    remediation: Remediation
    evidence: tuple[Evidence, ...] = ()
    endpoints: tuple[str, ...] = ()
    severity: Severity | None = None
    code: str = ""
    name: str = ""
    caused_by: tuple[str, ...] = ()
    doc: str = ""
    suppressed: bool = False

    @property
    def root_cause(self) -> bool:
        return self.severity is Severity.ERROR and not self.caused_by and not self.suppressed


class Skip(Record, frozen=True, kw_only=True):
    """What a rule yields when it could not check (all or part): the reason completes "not checked: ..."."""

    reason: str


class CheckStatus(StrEnum):
    PASS = "pass"
    WARN = "warn"
    FAIL = "fail"
    SKIP = "skip"
    CRASH = "crash"


class Check(Record, frozen=True, kw_only=True):
    """What became of one rule. Every rule has one, always."""

    code: str
    name: str
    status: CheckStatus
    reason: str = ""
    duration_ms: float = 0.0
    suppressed: bool = False
    """Not selected: its findings count for nothing."""


class ServiceStatus(StrEnum):
    """What became of asking a service from the container."""

    ANSWERS = "answers"
    """By its own protocol."""
    FAILS = "fails"
    """It was dialled or asked, and does not answer."""
    NOT_ASKED = "not-asked"
    """It could not be asked."""


class Service(Record, frozen=True, kw_only=True):
    """An endpoint in force. `reason` says what became of it where it does not answer; `explained_by` are the codes of
    the errors that explain that. `suppressed`: no selected rule is about it."""

    name: str
    title: str
    address: str
    status: ServiceStatus
    reason: str = ""
    explained_by: tuple[str, ...] = ()
    suppressed: bool = False

    @property
    def unexplained(self) -> bool:
        """Whether it was asked for, does not answer, and nothing that was found says why: no pass can be given."""
        return not (self.suppressed or self.explained_by or self.status is ServiceStatus.ANSWERS)


class Tool(Record, frozen=True, kw_only=True):
    name: str
    version: str


class Target(Record, frozen=True, kw_only=True):
    """What was looked at; "" where it is not known."""

    container: str
    image: str
    engine: str
    platform: str


class Status(StrEnum):
    PASS = "pass"
    WARN = "warn"
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    """There was no engine or no runner to look at, or nothing was found and not every service answered."""


class Summary(Record, frozen=True, kw_only=True, rename={"passed": "pass"}):
    passed: int
    warn: int
    fail: int
    skip: int
    crash: int
    root_causes: int


class FixRun(Record, frozen=True, kw_only=True):
    """What `fix` did before this report: its exit code, its plans for container and files, and what it said."""

    exit_code: int
    plans: tuple[Plan, ...] = ()
    said: tuple[str, ...] = ()


class Diagnosis(Record, frozen=True, kw_only=True):
    """The report. `generated_at` is when the facts were collected, so that a snapshot gives the same report."""

    schema_version: int = REPORT_SCHEMA_VERSION
    tool: Tool
    generated_at: str
    target: Target
    status: Status
    fingerprint: str = ""
    """What tells this fault from others on any machine and at any time; "" in reports from before there was one."""
    pre: bool = False
    """It says what a runner would meet: none was looked at."""
    summary: Summary
    checks: tuple[Check, ...]
    findings: tuple[Finding, ...]
    services: tuple[Service, ...] = ()
    """Every endpoint in force; those of the profile where the configuration is not known."""
    redactions: tuple[Redaction, ...] = ()
    left_out: tuple[str, ...] = ()
    """What was not measured because there was too much of it, in words."""
    fix_run: FixRun | None = None
