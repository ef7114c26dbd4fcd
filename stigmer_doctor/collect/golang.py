"""Go files to facts. Only files that can have to do with the runner are parsed, and those that they lead to."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from stigmer_doctor.collect.go_variables import GoVariables
from stigmer_doctor.collect.options import Ports
from stigmer_doctor.collect.spans import without_secrets
from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.model.edits import Edit, Span
from stigmer_doctor.model.facts import Contract, NotMeasured
from stigmer_doctor.model.source import (
    GoCall,
    GoContainer,
    GoFiles,
    GoHostNetwork,
    GoIdFile,
    GoTakenName,
    Problem,
)
from stigmer_doctor.source.golang.kept_texts import KeptTexts
from stigmer_doctor.source.text import SourceText, Unreadable

if TYPE_CHECKING:  # the parser is loaded only where there is Go code to parse
    from stigmer_doctor.source.golang.containers import Start
    from stigmer_doctor.source.golang.syntax import GoFile

_MOST_BYTES = 512 * 1024
"""The parser takes its time with a broken file that is larger; one that starts a container is not."""
_TOGETHER, _AT_ONCE = 50, 4
"""How many files one thread reads in a row, and how many threads read."""
_STARTING = compiled_later(
    rb'"run"|"create"|\b(?:docker|podman|nerdctl)\s+(?:container\s+)?(?:run|create)\b|HostConfig'
)


def go_files(paths: Sequence[str], contract: Contract, ports: Ports) -> GoFiles | NotMeasured:
    """What the Go files of a tree say of the runner."""
    markers = [marker.encode() for marker in ports.profile.go_markers]
    texts = KeptTexts(ports.source.read)
    found = _mattering(paths, texts, markers)
    if not found:
        return NotMeasured(reason="no Go file of the source tree has to do with the runner")
    try:
        return _Collection(paths, found, ports, texts).facts(contract)
    except ImportError:
        return NotMeasured(reason="Go code cannot be parsed here: tree-sitter is not installed")


def _mattering(paths: Sequence[str], texts: KeptTexts, markers: Sequence[bytes]) -> list[str]:
    """Those of the files that have to do with the runner. What is not in memory the disk gives to several who ask
    faster than to one."""

    def some(start: int) -> list[str]:
        return [path for path in paths[start : start + _TOGETHER] if _matters(texts.of(path), markers)]

    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="go") as pool:
        return [path for found in pool.map(some, range(0, len(paths), _TOGETHER)) for path in found]


def _matters(raw: bytes, markers: Iterable[bytes]) -> bool:
    return any(marker in raw for marker in markers) or (b'"run"' in raw and b"STIGMER_" in raw)


class _Collection:
    """The files that matter, and those of their packages as far as they are needed."""

    def __init__(self, paths: Sequence[str], found: list[str], ports: Ports, texts: KeptTexts) -> None:
        from stigmer_doctor.source.golang.containers import Starts
        from stigmer_doctor.source.golang.tree import GoTree

        self._found, self._ports = found, ports
        self._parsed: dict[str, GoFile | None] = {}
        self._unread: list[Problem] = []
        self._tree = GoTree(paths, self._file, texts)
        starting = [path for path in found if _STARTING.search(self._tree.bytes_of(path))]
        self._starts = Starts(self._tree, starting)

    def facts(self, contract: Contract) -> GoFiles:
        from stigmer_doctor.source.golang.following import deeply

        return deeply(lambda: self._facts(contract))

    def _facts(self, contract: Contract) -> GoFiles:
        files = [file for path in self._found if (file := self._file(path))]
        starts = self._starts.all
        return GoFiles(
            files=tuple(self._found),
            contract=contract,
            containers=tuple(self._containers(starts, contract)),
            host_networks=tuple(self._host_networks(starts)),
            calls=tuple(found for file in files for found in self._calls(file)),
            id_files=tuple(self._id_files(starts)),
            taken_names=tuple(self._taken_names(starts)),
            problems=(*self._unread, *(found for file in files for found in self._problems(file))),
        )

    def _file(self, path: str) -> GoFile | None:
        from stigmer_doctor.source.golang.syntax import parse

        if path not in self._parsed:
            try:
                self._parsed[path] = parse(SourceText(path, self._tree.bytes_of(path), most_bytes=_MOST_BYTES))
            except Unreadable as error:
                self._parsed[path] = None
                if path in self._found:
                    self._unread.append(Problem(file=path, message=str(error), certain=False))
        return self._parsed[path]

    # ---- facts -------------------------------------------------------------------------------------------------------

    def _containers(self, starts: list[Start], contract: Contract) -> Iterator[GoContainer]:
        reader = GoVariables(self._starts, self._ports, self._clean)
        seen: set[tuple[str, int, str]] = set()
        for start in starts:
            made = reader.container(start, contract)
            own = [one for one in made.variables if (one.name_at.file, one.name_at.start, one.name) not in seen]
            seen |= {(one.name_at.file, one.name_at.start, one.name) for one in own}
            yield GoContainer(
                function=made.function,
                planned=made.planned,
                configuration=made.configuration,
                variables=tuple(own),
            )

    def _host_networks(self, starts: list[Start]) -> Iterator[GoHostNetwork]:
        from stigmer_doctor.source.golang.containers import host_networks
        from stigmer_doctor.source.golang.guarded_form import guarded

        seen: set[object] = set()
        for found in (network for start in starts for network in host_networks(start)):
            if found.first.key in seen:
                continue
            seen.add(found.first.key)
            start, end = found.first.node.start_byte, max(found.last.node.end_byte, found.first.node.end_byte)
            one_file = found.first.file is found.last.file and found.last.node.start_byte >= start
            span = found.first.file.between(start, end if one_file else found.first.node.end_byte)
            edits = guarded(found.first, found.last) if found.certain else ()
            yield GoHostNetwork(
                span=self._clean(span), systems=found.systems, certain=found.certain, edits=self._edits(edits)
            )

    def _calls(self, file: GoFile) -> Iterator[GoCall]:
        from stigmer_doctor.source.golang.methods import unknown_methods

        if file.fault and not file.fault.right:
            return  # what is read of a broken file may be wrong
        for found in unknown_methods(file, self._starts.machines["linux"]):
            package = posixpath.basename(found.type.folder)
            yield GoCall(
                span=self._clean(file.span(found.node)),
                receiver=found.receiver,
                type=f"{package}.{found.type.name}" if package else found.type.name,
                method=found.method,
                methods=found.members,
                edits=self._edits(found.edits),
            )

    def _id_files(self, starts: list[Start]) -> Iterator[GoIdFile]:
        from stigmer_doctor.source.golang.stopping import trusted_id_files, written_id_files

        written = {file.place.key: file for start in starts for file in written_id_files(start)}
        trusted = trusted_id_files(self._starts) if written else []
        names = {call.name for call in trusted}
        for variable in written.values():
            if names and variable.name not in names:
                place, read = variable.place, trusted[0]
                node = place.node
                known = place.file.body[node.start_byte : node.end_byte].decode("utf-8", "replace")
                at = node.start_byte + len(known[: known.find(variable.name)].encode())
                edits = (
                    (place.file.edit(at, at + len(variable.name.encode()), read.name),)
                    if variable.name in known
                    else ()
                )
                yield GoIdFile(
                    span=self._clean(place.file.span(node)),
                    name=variable.name,
                    trusted=read.name,
                    read_at=self._clean(read.place.file.span(read.place.node)),
                    edits=self._edits(edits),
                )

    def _taken_names(self, starts: list[Start]) -> Iterator[GoTakenName]:
        from stigmer_doctor.source.golang.stopping import taken_names

        for found in (name for start in starts for name in taken_names(start, self._starts)):
            span = found.option.file.span(found.option.node)
            yield GoTakenName(span=self._clean(span), name=found.name, edits=self._edits(found.edits))

    def _problems(self, file: GoFile) -> Iterator[Problem]:
        """The first syntax error: where and as gofmt says it, where there is a gofmt; none where that finds none."""
        if file.fault is None:
            return
        start, end, message, right = file.fault
        said = self._ports.gofmt(file.source.raw)
        span = file.between(start, end)
        edits = (Edit(span=self._clean(span), text=right.decode()),) if right else ()
        if said is not None:
            if not said.message:
                return
            lines = file.body.split(b"\n")[: said.line - 1]
            at = sum(len(line) + 1 for line in lines) + said.column - 1
            span = file.between(at, at)
            message = f"{said.message} ({message})" if right else said.message
        yield Problem(file=file.file, message=message, span=self._clean(span), edits=edits)

    # ---- secrets -----------------------------------------------------------------------------------------------------

    def _edits(self, edits: Iterable[Edit]) -> tuple[Edit, ...]:
        return tuple(Edit(span=self._clean(edit.span), text=edit.text) for edit in edits)

    def _clean(self, span: Span) -> Span:
        return without_secrets(span, self._ports.redactor, "source")
