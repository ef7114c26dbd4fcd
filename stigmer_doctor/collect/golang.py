"""Go files to facts. Only files that can have to do with the runner are parsed."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from stigmer_doctor.collect.configuration import configuration
from stigmer_doctor.collect.question import Outside
from stigmer_doctor.collect.spans import without_secrets
from stigmer_doctor.model.edits import Edit, Span
from stigmer_doctor.model.facts import Container, Contract, NotMeasured, State, Variable
from stigmer_doctor.model.source import GoCall, GoFiles, GoHostNetwork, GoVariable, Problem
from stigmer_doctor.source.text import SourceText, Unreadable

if TYPE_CHECKING:  # the parser is loaded only where there is Go code to parse
    from stigmer_doctor.source.golang.docker_run import Written
    from stigmer_doctor.source.golang.syntax import GoFile

_MOST_BYTES = 512 * 1024
"""The parser takes its time with a broken file that is larger; one that starts a container is not."""


def go_files(paths: Sequence[str], contract: Contract, outside: Outside) -> GoFiles | NotMeasured:
    """What the Go files of a tree say of the runner."""
    markers = [each.encode() for each in outside.profile.go_markers]
    raw = {path: found for path in paths if _matters(found := outside.source.read(path) or b"", markers)}
    if not raw:
        return NotMeasured(reason="no Go file of the source tree has to do with the runner")
    try:
        return _Collection(paths, raw, outside).facts(contract)
    except ImportError:
        return NotMeasured(reason="Go code cannot be parsed here: tree-sitter is not installed")


def _matters(raw: bytes, markers: Iterable[bytes]) -> bool:
    return any(each in raw for each in markers) or (b'"run"' in raw and b"STIGMER_" in raw)


class _Collection:
    """The files that matter, and those of their packages as far as they are needed."""

    def __init__(self, paths: Sequence[str], raw: dict[str, bytes], outside: Outside) -> None:
        from stigmer_doctor.source.golang.packages import Packages

        self._raw, self._outside = raw, outside
        self._parsed: dict[str, GoFile | None] = {}
        self._unread: list[Problem] = []
        self._folders: dict[str, list[str]] = {}
        for path in paths:
            self._folders.setdefault(posixpath.dirname(path), []).append(path)
        self._packages = Packages(self._package, outside.source.read)

    def facts(self, contract: Contract) -> GoFiles:
        files = [file for path in self._raw if (file := self._file(path))]
        starting = [each for each in files if self._starts_the_runner(each)]
        variables = tuple(found for each in starting for found in self._variables(each))
        planned = self._planned(variables)
        return GoFiles(
            files=tuple(self._raw),
            contract=contract,
            planned=planned,
            configuration=configuration(planned, contract, self._outside.profile),
            host_networks=tuple(found for each in self._beside(starting) for found in self._host_networks(each)),
            variables=variables,
            calls=tuple(found for each in files for found in self._calls(each)),
            problems=(*self._unread, *(found for each in files for found in self._problems(each))),
        )

    def _planned(self, variables: Iterable[GoVariable]) -> Container:
        environment = {each.name: Variable(name=each.name, value=each.format) for each in variables}
        return Container(
            id="",
            name=self._outside.profile.container_name,
            image="",
            image_id="",
            created="",
            state=State(status="created"),
            restart_policy="",
            restart_count=0,
            network_mode="bridge",
            environment=tuple(environment.values()),
        )

    # ---- files -------------------------------------------------------------------------------------------------------

    def _file(self, path: str) -> GoFile | None:
        from stigmer_doctor.source.golang.syntax import parse

        if path not in self._parsed:
            raw = self._raw.get(path) or self._outside.source.read(path) or b""
            try:
                self._parsed[path] = parse(SourceText(path, raw, most_bytes=_MOST_BYTES))
            except Unreadable as error:
                self._parsed[path] = None
                self._unread.append(Problem(file=path, message=str(error), certain=False))
        return self._parsed[path]

    def _package(self, folder: str) -> list[GoFile]:
        return [file for path in self._folders.get(folder, ()) if (file := self._file(path))]

    def _beside(self, files: Iterable[GoFile]) -> list[GoFile]:
        """The files with all others of their packages, each once."""
        folders = dict.fromkeys(posixpath.dirname(each.file) for each in files)
        return [file for folder in folders for file in self._package(folder)]

    def _starts_the_runner(self, file: GoFile) -> bool:
        from stigmer_doctor.source.golang.docker_run import concerns

        return concerns(file.body)

    # ---- facts -------------------------------------------------------------------------------------------------------

    def _host_networks(self, file: GoFile) -> Iterator[GoHostNetwork]:
        from stigmer_doctor.source.golang.docker_run import host_networks

        for found in host_networks(file, self._package(posixpath.dirname(file.file))):
            span = file.between(found.node.start_byte, found.last.end_byte)
            yield GoHostNetwork(span=self._clean(span), mend=self._edits(found.mend))

    def _variables(self, file: GoFile) -> Iterator[GoVariable]:
        from stigmer_doctor.source.golang.docker_run import variables

        for written in variables(file):
            yield self._variable(written, file)

    def _variable(self, written: Written, file: GoFile) -> GoVariable:
        from stigmer_doctor.source.golang.addresses import resolver, unresolved

        package = self._package(posixpath.dirname(file.file))
        through = resolver(package)
        found = unresolved(written, file, package, through)
        body = file.body[written.literal.start_byte : written.literal.end_byte].decode("utf-8", "replace")
        start = written.literal.start_byte + body.find(f"{written.name}=")
        value = start + len(written.name) + 1
        scheme = written.format.find("://")
        return GoVariable(
            name=written.name,
            format=self._outside.redactor.text(written.format, "source"),
            name_at=self._clean(file.between(start, start + len(written.name))),
            scheme_at=self._clean(file.between(value, value + scheme + 3)) if scheme > 0 else None,
            address=found.address if found else "",
            address_at=self._clean(file.span(found.value)) if found else None,
            resolver=through,
            mend=self._edits(found.mend) if found else (),
        )

    def _calls(self, file: GoFile) -> Iterator[GoCall]:
        from stigmer_doctor.source.golang.methods import unknown_methods

        if file.fault and not file.fault.right:
            return  # what is read of a broken file may be wrong
        for found in unknown_methods(file, self._packages):
            package = posixpath.basename(found.type.folder)
            yield GoCall(
                span=self._clean(file.span(found.node)),
                receiver=found.receiver,
                type=f"{package}.{found.type.name}" if package else found.type.name,
                method=found.method,
                methods=found.members,
                mend=self._edits(found.mend),
            )

    def _problems(self, file: GoFile) -> Iterator[Problem]:
        """The first syntax error: where and as gofmt says it, where there is a gofmt; none where that finds none."""
        if file.fault is None:
            return
        start, end, message, right = file.fault
        said = self._outside.gofmt(file.source.raw)
        span = file.between(start, end)
        mend = (Edit(span=self._clean(span), text=right.decode()),) if right else ()
        if said is not None:
            if not said.message:
                return
            lines = file.body.split(b"\n")[: said.line - 1]
            at = sum(len(each) + 1 for each in lines) + said.column - 1
            span = file.between(at, at)
            message = f"{said.message} ({message})" if right else said.message
        yield Problem(file=file.file, message=message, span=self._clean(span), mend=mend)

    # ---- secrets -----------------------------------------------------------------------------------------------------

    def _edits(self, edits: Iterable[Edit]) -> tuple[Edit, ...]:
        return tuple(Edit(span=self._clean(each.span), text=each.text) for each in edits)

    def _clean(self, span: Span) -> Span:
        return without_secrets(span, self._outside.redactor, "source")
