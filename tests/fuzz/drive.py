"""Runs the doctor on a case in this process, through its command line, and says what it should not have done."""

from __future__ import annotations

import contextlib
import io
import json
import tomllib
import traceback
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple
from unittest import mock
from xml.etree import ElementTree as ET

import msgspec

from stigmer_doctor import app, profile
from stigmer_doctor.analysis.known import Known
from stigmer_doctor.cli import main
from stigmer_doctor.collect import kept
from stigmer_doctor.fix.file_changes import compose
from stigmer_doctor.model.changes import Changes
from stigmer_doctor.model.container import Compose
from stigmer_doctor.model.errors import DoctorError
from stigmer_doctor.model.facts import Facts, NotMeasured
from stigmer_doctor.model.findings import CheckStatus, Diagnosis, Finding
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.redaction.redactor import SecretRedactor
from stigmer_doctor.render.formats import FORMATS as TABLE
from stigmer_doctor.rules.registry import RULES
from tests.fuzz import case as cases
from tests.fuzz.case import Case
from tests.fuzz.limits import TooLong, TooMuch, limited

FORMATS = tuple(TABLE["report"])
SOURCES = ("--select", "SD8,SD9")
_ENOUGH_STACK = (RecursionError, MemoryError)
_OBEYED = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_OTHER = Path(__file__).parents[2] / "fixtures" / "snapshots" / "incident.json"
_DESIGNED = range(6)
_CHANGES = Changes(
    network="bridge", variables={"STIGMER_BACKEND_URL": None, "A": "b: #c$"}, hosts={"h": "host-gateway"}
)


class Failure(NamedTuple):
    """What went wrong, where in the code, and the traceback as far as there is one."""

    problem: str
    where: str
    detail: str

    @property
    def key(self) -> tuple[str, str]:
        """Two of the same key are one fault."""
        return self.problem, self.where


class Outcome(NamedTuple):
    """`behaviour` are traits of what the doctor made of it, in words of its own; `commands` is how many were run, and
    `bytes` the most memory that they took beyond what there was."""

    failure: Failure | None
    behaviour: frozenset[str]
    commands: int
    seconds: float
    bytes: int


class Driver:
    """Runs cases in a folder of its own. It notices errors that the doctor keeps to itself."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._environ = {"HOME": str(folder / "home"), "XDG_STATE_HOME": str(folder / "state"), "PATH": "/usr/bin:/bin"}
        self._failures: list[Failure] = []
        self._said: list[str] = []
        self._commands = 0
        (folder / "home").mkdir(parents=True)

    def run(self, case: Case) -> Outcome:
        """Run it once, within limits of time and memory."""
        self._failures, self._said, self._commands = [], [], 0
        spent = limited(lambda: self._run(case))
        if isinstance(spent.error, TooLong | TooMuch):
            self._failures.insert(0, _failure(type(spent.error).__name__, spent.error))
        elif spent.error is not None:
            self._failures.append(_failure("exception", spent.error))
        failure = next(iter(self._failures), None)
        return Outcome(failure, frozenset(self._said), self._commands, spent.seconds, spent.bytes)

    def _run(self, case: Case) -> None:
        files = self._written(case.files)
        with self._watched(case):
            if case.kind == cases.SNAPSHOT:
                self._snapshot(files / cases.FILE, case)
            elif case.kind == cases.PROFILE:
                self._profile(files, case)
            else:
                self._sources(files, case)

    def _written(self, files: Mapping[str, bytes]) -> Path:
        """A folder with these files and no others."""
        folder = self._folder / "files"
        known = {path for path in folder.rglob("*") if path.is_file()}
        for name, raw in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(raw)
            known.discard(path)
        for path in known:
            path.unlink()
        return folder

    # ---- what is run -------------------------------------------------------------------------------------------------

    def _snapshot(self, file: Path, case: Case) -> None:
        self._check(case, "--snapshot", str(file))
        for name in TABLE["diff"] if case.thorough else ():
            self._command("diff", str(_OTHER), str(file), "--format", name)

    def _profile(self, files: Path, case: Case) -> None:
        try:
            known = msgspec.convert(tomllib.loads((files / cases.TOML).read_text("utf-8")), Profile)
        except (ValueError, RecursionError):  # a malformed profile is the project's own fault, and is told so
            return
        if _expressions(known) != _expressions(profile.load()):  # those are code
            return
        with mock.patch.object(profile, "load", return_value=known):
            self._snapshot(files / cases.FILE, case)

    def _sources(self, tree: Path, case: Case) -> None:
        code = self._check(case, "--source", str(tree), *SOURCES)
        if case.kind == cases.COMPOSE:
            _recreated(case)
        if code == 1 and case.thorough:
            self._fixed_and_undone(tree, case)

    def _check(self, case: Case, *words: str) -> int:
        code = self._command("check", *words, *case.options)
        for name in FORMATS if case.thorough else ():
            self._command("check", *words, "--verbose", "--format", name)
        return code

    def _fixed_and_undone(self, tree: Path, case: Case) -> None:
        """What a fix writes, `undo` takes back."""
        code = self._command("fix", "--source", str(tree), *SOURCES, "--unsafe", "--yes")
        self._command("undo", "--list")
        if code != 4:
            self._command("undo", "--yes")
        if {path: (tree / path).read_bytes() for path in case.files} != dict(case.files):
            self._failures.append(Failure("not as it was", "after undo", ""))

    def _command(self, *argv: str) -> int:
        """One command; returns its exit code."""
        self._commands += 1
        out, errors = io.BytesIO(), io.StringIO()
        stdout = io.TextIOWrapper(out, "utf-8")
        with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(errors):
            try:
                code = main.main(argv, self._environ)
            except SystemExit as ended:
                code = ended.code if isinstance(ended.code, int) else -1
            stdout.flush()
        self._look(argv, code, out.getvalue(), errors.getvalue())
        return code

    def _look(self, argv: tuple[str, ...], code: int, out: bytes, errors: str) -> None:
        self._said.append(f"{argv[0]} {int(code)}")
        if code not in _DESIGNED or code == 5:
            self._failures.append(Failure(f"exit code {code}", argv[0], errors))
        if _strange(errors) or (argv[0] == "check" and errors.count("\n") > 1):
            self._failures.append(Failure("not a line", argv[0], errors))
        if code in (0, 1) and (wrong := malformed(out.decode(), argv)):
            self._failures.append(Failure("malformed", argv[-1], f"{wrong}\n{out[:2000]!r}"))

    # ---- what is noticed ---------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _watched(self, case: Case) -> Iterator[None]:
        failed, reason, diagnose = main._failed, kept.reason, app.diagnose

        def noticed(error: Exception) -> int:
            self._notice("internal error", error)
            return failed(error)

        def contained(error: Exception, *more: Any) -> str:
            self._notice("contained", error)
            return reason(error, *more)

        def diagnosed(facts: Facts, known: Profile, *more: Any) -> Diagnosis:
            diagnosis = diagnose(facts, known, *more)
            self._crashes(diagnosis, facts, known)
            if case.thorough:
                _swept(facts, known)
            return diagnosis

        with (
            mock.patch.object(main, "_failed", noticed),
            mock.patch.object(kept, "reason", contained),
            mock.patch.object(app, "diagnose", diagnosed),
        ):
            yield

    def _notice(self, problem: str, error: Exception) -> None:
        if isinstance(error, DoctorError):
            self._said.append(type(error).__name__)
        elif problem != "contained" or not isinstance(error, _ENOUGH_STACK):
            self._failures.append(_failure(problem, error))

    def _crashes(self, diagnosis: Diagnosis, facts: Facts, known: Profile) -> None:
        self._said += [trait for finding in diagnosis.findings for trait in _traits(finding)]
        self._said += [f"{check.code} {check.reason[:20]}" for check in diagnosis.checks if check.reason]
        for check in diagnosis.checks:
            if check.status is CheckStatus.CRASH:
                self._failures.append(_crash(check.code, facts, known))


def _traits(finding: Finding) -> Iterator[str]:
    todo = finding.remediation
    yield f"{finding.code} {finding.severity} {len(todo.commands)} {len(todo.edits)} {len(todo.changes)}"
    yield from (f"{finding.code} {cause}" for cause in finding.caused_by)


def _swept(facts: Facts, known: Profile) -> None:
    """As a snapshot is redacted when it is made."""
    redactor = SecretRedactor(known.shown_variables, known.vocabulary)
    container = facts.container
    if not isinstance(container, NotMeasured):
        redactor.environment({other.name: other.value for other in container.environment}, "container")
        redactor.arguments(container.argv, "command")
    if not isinstance(facts.logs, NotMeasured):
        for line in facts.logs.lines:
            redactor.text(line, "logs")
    redactor.sweep(facts)


def _expressions(known: Profile) -> tuple[str, ...]:
    found = [text for signature in known.signatures for text in (signature.pattern, signature.success)]
    return (known.startup_failure, *found, *(endpoint.banner for endpoint in known.endpoints))


def _recreated(case: Case) -> None:
    """What `fix` writes into the files of a container that compose has created."""
    files = tuple(path for path in case.files if path.endswith("compose.yml"))
    owner = Compose(project="p", service="agent-runner", config_files=files, working_dir="")
    with contextlib.suppress(DoctorError):
        compose(owner, _CHANGES, dict(case.files).get)


def _crash(code: str, facts: Facts, known: Profile) -> Failure:
    """The rule once more, for the place where it crashes."""
    rule = next(rule for rule in RULES if rule.code == code)
    try:
        given = Known(facts, known).arguments(rule.check)
        list(rule.check(**given)) if not isinstance(given, NotMeasured) else None
    except Exception as error:  # noqa: BLE001 - that is what is looked for
        return _failure("crash", error)
    return Failure("crash", code, "")


def _failure(problem: str, error: BaseException) -> Failure:
    return Failure(
        f"{problem}, {type(error).__name__}", _where(error.__traceback__), "".join(traceback.format_exception(error))
    )


def _where(trace: TracebackType | None) -> str:
    """The deepest place in the doctor."""
    frames = [frame for frame in traceback.extract_tb(trace) if "stigmer_doctor" in frame.filename]
    return f"{frames[-1].filename.partition('stigmer_doctor/')[2]}:{frames[-1].lineno}" if frames else "elsewhere"


def malformed(document: str, argv: tuple[str, ...]) -> str:
    """Why the document of a check is not one of its format; "" where it is."""
    form = argv[argv.index("--format") + 1] if "--format" in argv else "text"
    try:
        if form in ("json", "sarif"):
            json.loads(document)
        elif form == "junit":
            ET.fromstring(document)
    except (ValueError, ET.ParseError) as error:
        return f"{form}: {error}"
    strange = _strange(document) if form in ("text", "github", "junit") else []
    return f"{form}: {strange[:5]!r}" if strange else ""


def _strange(text: str) -> list[str]:
    """What a terminal would obey, and what has no place in a line."""
    return [char for char in text if unicodedata.category(char) in _OBEYED and char != "\n"]
