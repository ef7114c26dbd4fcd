"""Which environment variables a program reads, and which client gets them, by parsing it. Python 3.8 or later.

Runs inside the container (its source is sent there) and on the user's machine for files fetched out of a container.
Standard library only.
"""

from __future__ import annotations

import _ast as ast
import os
import time
from typing import Any, Dict, Iterable, Iterator, List, Optional, Sequence, Tuple

from stigmer_doctor.probe.calls import GETTERS
from stigmer_doctor.probe.clients import MODES, client_uses, library_files, package_folders, versions_into
from stigmer_doctor.probe.evaluator import Evaluator, OutOfTime
from stigmer_doctor.probe.frames import parameter_names, position_of
from stigmer_doctor.probe.module import CodePlace, called, index_of
from stigmer_doctor.probe.program import Program
from stigmer_doctor.probe.syntax import names_in
from stigmer_doctor.probe.value import NOTHING, Value, Values
from stigmer_doctor.probe.variable_files import loaded_below

_LONGEST_FILE = 1024 * 1024
_LONGEST_S = 2.0
_FIRST = ("main.py", "config.py", "worker.py")
_GENERATED = ("_pb2.py", "_pb2_grpc.py")
_SKIPPED = frozenset(("venv", "site-packages", "node_modules", "__pycache__", "tests"))
_READING = ("getenv", "environ", "BaseSettings")
_READERS = ("getenv", "get", "setdefault", "pop")
_ENVIRONMENT = (("foreign", "os.environ"),)
_WRAPPERS_DEEP = 4
# In which the runner is read: a client of one provider is constructed only when that provider is chosen.
_PROVIDER = {"STIGMER_LLM_PROVIDER": "ollama"}


def read_contract(files: Dict[str, bytes], packages: Sequence[str] = (), seconds: float = _LONGEST_S) -> Dict[str, Any]:
    """`{"reads": [...], "uses": [...], "computed": ["path:line"], "errors": ["path: why"], "files": n}`, of sources by
    path.

    A read is `{name, default, others, known, required, when, locator, fallback, library}`: `default` is the text in
    force when the variable is unset (None: there is none, or it is not `known`), `others` are further ones where no
    one can tell which; `when` is "local", "cloud" or "" by the mode that leads there, `fallback` the variable that is
    read instead, `library` the package in `packages` (folders) that reads it. `uses` is what `client_uses` gives.
    Never raises: what cannot be parsed, or takes more than `seconds` of CPU time, goes to `errors`.
    """
    own = {path: files[path] for path in sorted(files, key=_order) if not path.endswith(_GENERATED)}
    large = sorted(path for path in own if len(own[path]) > _LONGEST_FILE)
    found: Dict[str, Any] = {"reads": [], "uses": [], "computed": [], "errors": [], "files": len(files)}
    program = Program({path: own[path] for path in own if path not in large})
    deadline = time.process_time() + seconds
    try:
        _read_into(found, program, deadline)
        versions_into(found["uses"], packages)
        libraries = library_files(found["uses"], packages)
        if libraries:
            _read_library(found, libraries, deadline)
    except OutOfTime:
        found["errors"].append("not all was read within %g s" % seconds)
    except (RecursionError, MemoryError) as error:
        found["errors"].append("not all was read: %s" % type(error).__name__)
    found["errors"] += ["%s: larger than 1 MiB" % path for path in large] + program.errors
    return found


def contract_below(root: str, most_bytes: int) -> Dict[str, Any]:
    """What `read_contract` says of the program below a folder, with the libraries of the interpreter that runs this.
    `variables` is what a file sets that the program loads, of those that it reads: `loaded_below` says how."""
    files = dict(source_files(root, most_bytes))
    found = read_contract(files, package_folders())
    names = {read["name"] for read in found["reads"]}
    found["variables"] = [row for row in loaded_below(root, files) if row["name"] in names]
    return found


def _order(path: str) -> Tuple[bool, int, str]:
    """Entry modules first, shallow before deep."""
    return path.rpartition("/")[2] not in _FIRST, path.count("/"), path


def _read_into(found: Dict[str, Any], program: Program, deadline: float) -> None:
    reader = _Reader(program, deadline)
    seen: List[str] = []
    for word in _READING:
        for module in program.holding(word):
            if module.path not in seen:
                seen.append(module.path)
                for place in module.places:
                    found["reads"].extend(reader.reads(place))
                found["computed"].extend(reader.settings(module.scope))
    found["computed"].extend(reader.computed)
    plain = _evaluators(program, _PROVIDER, deadline)
    found["uses"].extend(client_uses(program, plain))


def _read_library(found: Dict[str, Any], files: Dict[str, bytes], deadline: float) -> None:
    reader = _Reader(Program(files), deadline)
    for word in _READING[:2]:
        for module in reader.program.holding(word):
            for place in module.places:
                for read in reader.reads(place):
                    read["library"] = module.path.partition("/")[0]
                    if read not in found["reads"]:
                        found["reads"].append(read)


def _evaluators(program: Program, assumed: Dict[str, str], deadline: float) -> Dict[str, Evaluator]:
    return {mode: Evaluator(program, dict(assumed, MODE=mode), deadline) for mode in MODES}


class _Reader:
    """The reads of a program. `computed` are those under names that are made at run time."""

    def __init__(self, program: Program, deadline: float) -> None:
        self.program = program
        self.computed: List[str] = []
        self._plain = Evaluator(program, {}, deadline)
        self._moded = _evaluators(program, {}, deadline)

    def reads(self, place: CodePlace) -> Iterable[Dict[str, Any]]:
        """What the place reads: one read for both modes, or one a mode. A function that reads what its parameter names
        reads where it is called."""
        name = self._name_of(place)
        if name is None:
            return
        found = self._plain.values(name, self._plain.frame(place.scope))
        texts = [found_one[1] for found_one in found if found_one[0] == "const" and isinstance(found_one[1], str)]
        if self._is_parameter(name, place):
            places = list(self._calls(place, name, _WRAPPERS_DEEP))
        else:
            places = [(text, place) for text in texts]
            if not texts:
                self.computed.append(_locator(place))
        for text, where in places:
            for read in self._by_mode(text, where, isinstance(place.node, ast.Subscript)):
                yield read

    def settings(self, scope: Any) -> Iterable[str]:
        """Classes that read a variable a field by themselves."""
        for inner in scope.scopes.values():
            if inner.is_class and any("Settings" in name for base in inner.node.bases for name in names_in(base)):
                yield "%s:%d" % (inner.module.path, inner.node.lineno)

    def _name_of(self, place: CodePlace) -> Optional[ast.AST]:
        """The expression that says which variable the place reads; None where it reads none."""
        node: Any = place.node
        frame = self._plain.frame(place.scope)
        if isinstance(node, ast.Subscript):
            reads = isinstance(node.ctx, ast.Load) and self._plain.values(node.value, frame) == _ENVIRONMENT
            return index_of(node) if reads else None
        if isinstance(node, ast.Compare):
            inside = len(node.ops) == 1 and isinstance(node.ops[0], (ast.In, ast.NotIn))
            reads = inside and self._plain.values(node.comparators[0], frame) == _ENVIRONMENT
            return node.left if reads else None
        if called(node) not in _READERS and called(node) not in place.scope.module.imports:
            return None
        if not any(value[0] == "foreign" and value[1] in GETTERS for value in self._plain.values(node.func, frame)):
            return None
        named = [keyword.value for keyword in node.keywords if keyword.arg == "key"]
        given: List[Optional[ast.AST]] = [*node.args, *named, None]
        return given[0]

    def _is_parameter(self, name: ast.AST, place: CodePlace) -> bool:
        return (
            isinstance(name, ast.Name)
            and name.id not in place.scope.bindings
            and name.id in parameter_names(place.scope)
        )

    def _calls(self, place: CodePlace, name: Any, depth: int) -> Iterable[Tuple[str, CodePlace]]:
        """Where a function that reads what its parameter names is called, and with which name."""
        for caller in self._plain.callers(place.scope):
            call: Any = caller.node
            position, word = position_of(name.id, place.scope)
            given = [keyword.value for keyword in call.keywords if keyword.arg == word]
            passed = call.args[position] if 0 <= position < len(call.args) else (given or [None])[0]
            if passed is not None and depth and self._is_parameter(passed, caller):
                for found in self._calls(caller, passed, depth - 1):
                    yield found
                continue
            texts = [
                value[1]
                for value in self._plain.values(passed, self._plain.frame(caller.scope))
                if value[0] == "const" and isinstance(value[1], str)
            ]
            if not texts:
                self.computed.append(_locator(caller))
            for text in texts:
                yield text, caller

    def _by_mode(self, name: str, place: CodePlace, required: bool) -> Iterable[Dict[str, Any]]:
        told: List[Tuple[str, Dict[str, Any]]] = []
        for mode, evaluator in self._moded.items():
            if evaluator.reached(place.guards, evaluator.frame(place.scope)) is not False:
                told.append((mode, self._read(name, place, required, self._plain if name == "MODE" else evaluator)))
        if len(told) == 2 and told[0][1] == told[1][1]:
            return [dict(told[0][1], when="")]
        return [dict(read, when=mode) for mode, read in told]

    def _read(self, name: str, place: CodePlace, required: bool, evaluator: Evaluator) -> Dict[str, Any]:
        frame = evaluator.frame(place.scope)
        defaults: Values = ()
        for node in (place.outer, place.node):
            held = [part for value in evaluator.values(node, frame) for part in _held(value, name)]
            if held:
                defaults = tuple(part for value in held for part in value[2])
                break
        texts = list(
            dict.fromkeys(str(default[1]) for default in defaults if default[0] == "const" and default != NOTHING)
        )
        instead = next((default[1] for default in defaults if default[0] == "env"), "")
        single = len(texts) == 1 and all(default[0] == "const" and default != NOTHING for default in defaults)
        return {
            "name": name,
            "default": texts[0] if single and not instead else None,
            "others": [] if single or instead else texts,
            "known": all(default[0] in ("const", "env") for default in defaults),
            "required": required,
            "locator": _locator(place),
            "fallback": instead,
            "library": "",
        }


def _held(value: Value, name: str) -> Iterable[Value]:
    """The variable, wherever it stands in a value."""
    if value[0] == "env" and value[1] == name:
        yield value
    inner = value[2] if value[0] == "env" else value[1] if value[0] == "mixed" else ()
    for part in inner:
        for found in _held(part, name):
            yield found


def _locator(place: CodePlace) -> str:
    return "%s:%d" % (place.scope.module.path, getattr(place.node, "lineno", 0))


def source_files(root: str, most_bytes: int) -> Iterator[Tuple[str, bytes]]:
    """The Python files below a folder that are the program's own and not generated, by relative path, up to so many
    bytes in all; entry modules are in the topmost folders, which come first."""
    total, start = 0, os.path.join(root, "")
    pending = [root]
    while pending:
        folder = pending.pop(0)
        names, folders = _listed_in(folder)
        pending.extend(folders)
        for path in names:
            data = _data(path)
            total += len(data)
            if total > most_bytes:
                return
            yield path[len(start) :].replace(os.sep, "/"), data


def _listed_in(folder: str) -> Tuple[List[str], List[str]]:
    """The program's files in a folder, and its folders, of which none is left that belongs to somebody else."""
    files: List[str] = []
    folders: List[str] = []
    try:
        entries = sorted(os.scandir(folder), key=lambda other: other.name)
    except OSError:
        return files, folders
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if entry.name not in _SKIPPED and not entry.name.startswith("."):
                folders.append(entry.path)
        elif is_own(entry.name):
            files.append(entry.path)
    return files, folders


def is_own(name: str) -> bool:
    """Whether a file of that name is code of the program, not generated and not a test."""
    return name.endswith(".py") and not name.endswith(_GENERATED) and not name.startswith("test_")


def _data(path: str) -> bytes:
    try:
        with open(path, "rb") as stream:
            return stream.read(_LONGEST_FILE + 1)
    except OSError:
        return b""
