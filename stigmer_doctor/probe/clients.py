"""Where a program constructs the clients of its services, and what it hands them. Python 3.8 or later."""

from __future__ import annotations

import _ast as ast
import os
import sys
from typing import Any, Dict, Iterable, List, Optional, Tuple

from stigmer_doctor.probe.evaluator import Evaluator
from stigmer_doctor.probe.module import CodePlace, called
from stigmer_doctor.probe.program import Program
from stigmer_doctor.probe.value import NOTHING, Value


class _Argument:
    """What carries an address: `part` is "address", "host" or "port"."""

    def __init__(self, position: int, name: str, part: str) -> None:
        self.position, self.name, self.part = position, name, part


class _Client:
    """A client of a library: the dotted names that construct it, and the packages that it is made of."""

    def __init__(
        self, protocol: str, names: Tuple[str, ...], arguments: Tuple[_Argument, ...], packages: Tuple[str, ...] = ()
    ) -> None:
        self.protocol, self.names, self.arguments, self.packages = protocol, names, arguments, packages


_HOST_AND_PORT = (_Argument(0, "host", "host"), _Argument(1, "port", "port"))
_OLLAMA = ("langchain_ollama", "ollama")
_CLIENTS = (
    _Client(
        "ollama",
        ("langchain_ollama.ChatOllama", "langchain_ollama.OllamaLLM", "langchain_community.chat_models.ChatOllama"),
        (_Argument(-1, "base_url", "address"),),
        _OLLAMA,
    ),
    _Client("ollama", ("ollama.Client", "ollama.AsyncClient"), (_Argument(0, "host", "address"),), _OLLAMA),
    _Client(
        "grpc",
        ("grpc.insecure_channel", "grpc.secure_channel", "grpc.aio.insecure_channel", "grpc.aio.secure_channel"),
        (_Argument(0, "target", "address"),),
    ),
    _Client("temporal", ("temporalio.client.Client.connect",), (_Argument(0, "target_host", "address"),)),
    _Client(
        "redis",
        ("redis.Redis", "redis.StrictRedis", "redis.asyncio.Redis", "redis.client.Redis", "redis.asyncio.client.Redis"),
        _HOST_AND_PORT,
    ),
    _Client(
        "redis",
        ("redis.from_url", "redis.Redis.from_url", "redis.asyncio.from_url", "redis.asyncio.Redis.from_url"),
        (_Argument(0, "url", "address"),),
    ),
)
_BY_NAME = {name: client for client in _CLIENTS for name in client.names}
_WORDS = sorted({name.rpartition(".")[2] for name in _BY_NAME})
_VERSIONED = {"ChatOllama": "langchain_ollama", "OllamaLLM": "langchain_ollama"}
MODES = ("local", "cloud")
_LONGEST_LIBRARY_FILE = 512 * 1024
_INSTALLED = ("site-packages", "dist-packages")


def client_uses(program: Program, evaluators: Dict[str, Evaluator]) -> Iterable[Dict[str, Any]]:
    """Each construction of a client that the program reaches, by mode:

    `{protocol, client, part, when, locator, variables, skipped, defaults, literals, omitted, known}`. `variables` are
    those that decide, the preferred first, `skipped` those of them that count for nothing when they are empty,
    `defaults` what is in force when none is set, `literals` addresses that no variable moves, `omitted`: no address is
    given; `known`: nothing else can be handed over.
    """
    told: List[Dict[str, Any]] = []
    for word in _WORDS:
        for place in program.calls(word):
            for use in _at(place, evaluators):
                # Six clients that are constructed alike say the same.
                alike = dict(use, locator="", client="")
                if alike not in told:
                    told.append(alike)
                    yield use


def _at(place: CodePlace, evaluators: Dict[str, Evaluator]) -> Iterable[Dict[str, Any]]:
    found: List[Tuple[str, Dict[str, Any]]] = []
    for mode in MODES:
        evaluator = evaluators[mode]
        client = _constructed(place, evaluator)
        if client is not None and reachable(place, evaluator):
            found.extend((mode, value) for value in _handed_over(place, client, evaluator))
    told = [use for _, use in found]
    for mode, use in found:
        if told.count(use) == 2:
            if mode == MODES[0]:
                yield dict(use, when="")
        else:
            yield dict(use, when=mode)


def _constructed(place: CodePlace, evaluator: Evaluator) -> Optional[_Client]:
    callee: Any = getattr(place.node, "func", None)
    for value in evaluator.values(callee, evaluator.frame(place.scope)):
        if value[0] in ("foreign", "made") and value[1] in _BY_NAME:
            return _BY_NAME[value[1]]
    return None


def reachable(place: CodePlace, evaluator: Evaluator, depth: int = 6) -> bool:
    """Whether nothing that decides against the place is known, up to some callers of callers."""
    scope = place.scope
    if evaluator.reached(place.guards, evaluator.frame(scope)) is False:
        return False
    if depth == 0 or not isinstance(scope.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return True
    callers = list(evaluator.callers(scope))
    return not callers or any(reachable(caller, evaluator, depth - 1) for caller in callers)


def _handed_over(place: CodePlace, client: _Client, evaluator: Evaluator) -> Iterable[Dict[str, Any]]:
    call: Any = place.node
    for argument in client.arguments:
        given = evaluator.argument(call, evaluator.frame(place.scope), argument.position, argument.name)
        values = (NOTHING,) if given is None else given
        yield {
            "protocol": client.protocol,
            "client": called(call),
            "part": argument.part,
            "locator": "%s:%d" % (place.scope.module.path, call.lineno),
            "variables": list(dict.fromkeys(name for value in values for name in _variables(value))),
            "skipped": list(dict.fromkeys(name for value in values for name in _skipped(value))),
            "defaults": list(dict.fromkeys(text for value in values for text in _defaults(value))),
            "literals": [str(value[1]) for value in values if value[0] == "const" and value[1] not in (None, "")],
            "omitted": values == (NOTHING,),
            "known": all(_told(value) for value in values),
        }


def _told(value: Value) -> bool:
    return value[0] == "const" or (value[0] == "env" and all(_told(part) for part in value[2]))


def _variables(value: Value) -> Iterable[str]:
    if value[0] == "env":
        yield value[1]
        for part in value[2]:
            for name in _variables(part):
                yield name
    elif value[0] == "mixed":
        for part in value[1]:
            for name in _variables(part):
                yield name


def _skipped(value: Value) -> Iterable[str]:
    if value[0] == "env" and len(value) > 4:
        yield value[1]
    for part in value[2] if value[0] == "env" else value[1] if value[0] == "mixed" else ():
        for name in _skipped(part):
            yield name


def _defaults(value: Value) -> Iterable[str]:
    """The constants at the end of a variable's chain of defaults."""
    for part in value[2] if value[0] == "env" else ():
        if part[0] == "const":
            if part[1] is not None:
                yield str(part[1])
        else:
            for text in _defaults(part):
                yield text


# ---- what libraries read by themselves -----------------------------------------------------------------------------


def library_files(uses: List[Dict[str, Any]], packages: Iterable[str]) -> Dict[str, bytes]:
    """The files of those libraries' packages that read variables, where a client was given no address. They lie beside
    the interpreter that reads this."""
    wanted = {
        package
        for use in uses
        if use["omitted"]
        for client in _CLIENTS
        if client.protocol == use["protocol"]
        for package in client.packages
    }
    files: Dict[str, bytes] = {}
    for folder in packages:
        for package in sorted(wanted):
            for name in _listed(os.path.join(folder, package), ending=".py"):
                data = _content(os.path.join(folder, package, name))
                if b"getenv" in data or b"environ" in data:
                    files["%s/%s" % (package, name)] = data
    return files


def versions_into(uses: List[Dict[str, Any]], packages: Iterable[str]) -> None:
    """Add to each use of a client whose versions differ in what they take the `version` that is installed."""
    for use in uses:
        package = _VERSIONED.get(use["client"], "")
        start = package + "-"
        found = [name for folder in packages if package for name in _listed(folder, start, ".dist-info")]
        use["version"] = found[0][len(start) : -len(".dist-info")] if found else ""


def _content(path: str) -> bytes:
    try:
        with open(path, "rb") as stream:
            data = stream.read(_LONGEST_LIBRARY_FILE + 1)
    except OSError:
        return b""
    return data if len(data) <= _LONGEST_LIBRARY_FILE else b""


def package_folders() -> List[str]:
    """Where the libraries of the interpreter that runs this are installed, in a virtual environment or without one."""
    roots = dict.fromkeys([os.path.dirname(os.path.dirname(sys.executable or "")), sys.prefix])
    libraries = [os.path.join(root, "lib") for root in roots if root]
    return [
        folder
        for library in libraries
        for version in _listed(library, "python3")
        for folder in (os.path.join(library, version, name) for name in _INSTALLED)
        if os.path.isdir(folder)
    ]


def _listed(folder: str, start: str = "", ending: str = "") -> List[str]:
    """The names in a folder that start and end so, in order, without those that are hidden."""
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return []
    return [name for name in names if name.startswith(start) and name.endswith(ending) and not name.startswith(".")]
