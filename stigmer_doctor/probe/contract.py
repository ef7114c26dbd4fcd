"""Which environment variables a program's code reads, by parsing it. Standard library only, Python 3.8 or later.

Runs inside the container (its source is sent there) and on the user's machine for files fetched out of a container.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import Any

_GETTERS = ("getenv", "get")
_MODE = "mode"
_LOCAL = "local"
_LONGEST_FILE = 1024 * 1024


def read_contract(files: dict[str, bytes]) -> dict[str, Any]:
    """`{"reads": [...], "computed": ["path:line"], "errors": ["path: why"], "files": n}` for sources by path.

    A read is `{name, default, required, when, locator, fallback}`: `default` is the text that is in force when the
    variable is unset (None: there is none, or it is computed), `when` is "local", "cloud" or "" by the mode that guards
    it, `fallback` the variable that is read instead. Never raises: what cannot be parsed goes to `errors`.
    """
    reads: list[dict[str, Any]] = []
    computed: list[str] = []
    errors: list[str] = []
    for path in sorted(files):
        if len(files[path]) > _LONGEST_FILE:
            errors.append("%s: larger than 1 MiB" % path)
            continue
        try:
            reader = _Reader(path, ast.parse(files[path].decode("utf-8", "replace")))
            reads.extend(reader.reads)
            computed.extend(reader.computed)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            errors.append("%s: %s" % (path, type(error).__name__))
    return {"reads": reads, "computed": computed, "errors": errors, "files": len(files)}


class _Reader:
    """The reads of one module."""

    def __init__(self, path: str, tree: ast.Module) -> None:
        self.path = path
        self.reads: list[dict[str, Any]] = []
        self.computed: list[str] = []
        self.constants = _constants(tree)
        self.modules, self.names = _imports(tree)
        self.mode_flags = _mode_flags(tree)
        self.wrappers = self._wrappers(tree)
        self._block(tree.body, "")

    # ---- walking, with the mode that guards what is walked -----------------------------------------------------------

    def _block(self, statements: Iterable[ast.stmt], when: str) -> None:
        for statement in statements:
            if isinstance(statement, ast.If):
                guard = self._guard(statement.test)
                self._expressions(statement.test, when)
                self._block(statement.body, guard or when)
                self._block(statement.orelse, _opposite(guard) or when)
                if guard and _leaves(statement.body):
                    when = _opposite(guard)
            elif isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self._expressions(statement.args, when)
                if statement.name not in self.wrappers:
                    self._block(statement.body, "")
            elif isinstance(statement, ast.ClassDef):
                if any("Settings" in ast.dump(base) for base in statement.bases):
                    self.computed.append(self._locator(statement))
                self._block(statement.body, "")
            else:
                self._statement(statement, when)

    def _statement(self, statement: ast.stmt, when: str) -> None:
        for field, value in ast.iter_fields(statement):
            if field in ("body", "orelse", "finalbody"):
                self._block(value, when)
            elif field in ("handlers", "cases"):
                for each in value:
                    self._block(each.body, when)
            else:
                for node in value if isinstance(value, list) else [value]:
                    if isinstance(node, ast.AST):
                        self._expressions(node, when)

    def _expressions(self, node: ast.AST, when: str, default: str | None = None) -> None:
        if isinstance(node, ast.IfExp):
            guard = self._guard(node.test)
            self._expressions(node.test, when)
            self._expressions(node.body, guard or when)
            self._expressions(node.orelse, _opposite(guard) or when)
            return
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
            self._alternatives(node, when)
            return
        found = self._read(node, when, default)
        if found is not None:
            self.reads.append(found)
        for child in ast.iter_child_nodes(node):
            self._expressions(child, when)

    def _alternatives(self, node: ast.BoolOp, when: str) -> None:
        """`os.getenv("A") or "x"`: what stands on the right is the default, or the variable read instead."""
        following = self._text(node.values[-1])
        for index, value in enumerate(node.values):
            before = len(self.reads)
            self._expressions(value, when, following if index < len(node.values) - 1 else None)
            later = [self._variable(each) for each in node.values[index + 1 :]]
            instead = next((name for name in later if name), "")
            if instead and len(self.reads) > before and self._variable(value):
                self.reads[before].update(fallback=instead, default=None)

    # ---- one expression ----------------------------------------------------------------------------------------------

    def _read(self, node: ast.AST, when: str, default: str | None) -> dict[str, Any] | None:
        """The read that the node is, if it is one."""
        if isinstance(node, ast.Subscript) and self._is_environ(node.value):
            if not isinstance(node.ctx, ast.Load):
                return None
            return self._made(node, node.slice, None, when, required=True)
        if isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], (ast.In, ast.NotIn)):
            return self._made(node, node.left, None, when) if self._is_environ(node.comparators[0]) else None
        if not isinstance(node, ast.Call):
            return None
        position = self._wrapper_position(node)
        if position is not None:
            name, fallback = position
            return self._made(node, _argument(node, name), _argument(node, fallback), when)
        if not self._is_getter(node.func):
            return None
        read = self._made(node, _argument(node, (0, "key")), _argument(node, (1, "default")), when)
        if read is not None and default is not None and read["default"] is None and not read["fallback"]:
            read["default"] = default
        return read

    def _made(
        self, node: ast.AST, name: ast.AST | None, default: ast.AST | None, when: str, required: bool = False
    ) -> dict[str, Any] | None:
        if isinstance(name, ast.Index):  # Python 3.8 wraps a subscript
            name = getattr(name, "value", None)
        text = self._text(name)
        if text is None:
            self.computed.append(self._locator(node))
            return None
        guard = when
        if isinstance(default, ast.IfExp) and self._guard(default.test):
            self._split_default(node, text, default)
            return None
        return {
            "name": text,
            "default": self._text(default),
            "required": required,
            "when": guard,
            "locator": self._locator(node),
            "fallback": self._variable(default) or "",
        }

    def _split_default(self, node: ast.AST, name: str, default: ast.IfExp) -> None:
        """`os.getenv("A", "x" if mode == "local" else "y")` is two reads, one a mode."""
        guard = self._guard(default.test)
        for when, value in ((guard, default.body), (_opposite(guard), default.orelse)):
            self.reads.append(
                {
                    "name": name,
                    "default": self._text(value),
                    "required": False,
                    "when": when,
                    "locator": self._locator(node),
                    "fallback": "",
                }
            )

    def _variable(self, node: ast.AST | None) -> str | None:
        """The variable's name, when the expression reads one."""
        if isinstance(node, ast.Call) and self._is_getter(node.func):
            return self._text(_argument(node, (0, "key")))
        if isinstance(node, ast.Subscript) and self._is_environ(node.value):
            return self._text(node.slice)
        return None

    def _text(self, node: ast.AST | None) -> str | None:
        """The constant's text, as `str()` gives it; None for anything else."""
        if isinstance(node, ast.Name):
            return self.constants.get(node.id)
        if isinstance(node, ast.Constant) and node.value is not None and not isinstance(node.value, bytes):
            return str(node.value)
        return None

    def _is_environ(self, node: ast.AST) -> bool:
        if isinstance(node, ast.Name):
            return self.names.get(node.id) == "environ"
        return (
            isinstance(node, ast.Attribute)
            and node.attr == "environ"
            and isinstance(node.value, ast.Name)
            and node.value.id in self.modules
        )

    def _is_getter(self, node: ast.AST) -> bool:
        """os.getenv, os.environ.get, and both under imported names."""
        if isinstance(node, ast.Name):
            return self.names.get(node.id) == "getenv"
        if not isinstance(node, ast.Attribute) or node.attr not in _GETTERS:
            return False
        if node.attr == "getenv":
            return isinstance(node.value, ast.Name) and node.value.id in self.modules
        return self._is_environ(node.value)

    # ---- functions that pass a name on -------------------------------------------------------------------------------

    def _wrappers(self, tree: ast.Module) -> dict[str, tuple[tuple[int, str], tuple[int, str] | None]]:
        """Functions that read the variable which their parameter names: where name and default stand among theirs."""
        found: dict[str, tuple[tuple[int, str], tuple[int, str] | None]] = {}
        for function in ast.walk(tree):
            if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
                continue
            parameters = [each.arg for each in (*function.args.args, *function.args.kwonlyargs)]
            own = [each for each in parameters if each not in ("self", "cls")]
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and self._is_getter(call.func):
                    name, default = _argument(call, (0, "key")), _argument(call, (1, "default"))
                    if isinstance(name, ast.Name) and name.id in own:
                        second = (
                            default.id if isinstance(default, ast.Name) and default.id in own else _named_default(own)
                        )
                        found[function.name] = (
                            (own.index(name.id), name.id),
                            (own.index(second), second) if second else None,
                        )
        return found

    def _wrapper_position(self, node: ast.Call) -> tuple[tuple[int, str], tuple[int, str] | None] | None:
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        return self.wrappers.get(name)

    # ---- modes -------------------------------------------------------------------------------------------------------

    def _guard(self, test: ast.AST) -> str:
        """The mode in which a condition holds; "" when it says nothing certain about the mode."""
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            return _opposite(self._guard(test.operand))
        if isinstance(test, ast.Name):
            return self.mode_flags.get(test.id, "")
        if isinstance(test, ast.Attribute):
            return self.mode_flags.get(test.attr, "")
        return _compared_mode(test)

    def _locator(self, node: ast.AST) -> str:
        return "%s:%d" % (self.path, getattr(node, "lineno", 0))


def _compared_mode(test: ast.AST) -> str:
    """`mode == "local"`, `"cloud" != self.mode`, and the like."""
    if not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return ""
    sides = [test.left, test.comparators[0]]
    values = [str(side.value) for side in sides if isinstance(side, ast.Constant)]
    names = [side for side in sides if _MODE in ast.dump(side).lower()]
    if len(values) != 1 or not names or values[0] not in (_LOCAL, "cloud"):
        return ""
    if isinstance(test.ops[0], ast.Eq):
        return values[0]
    return _opposite(values[0]) if isinstance(test.ops[0], ast.NotEq) else ""


def _opposite(mode: str) -> str:
    return {"": "", _LOCAL: "cloud", "cloud": _LOCAL}[mode]


def _leaves(body: list[ast.stmt]) -> bool:
    """Whether nothing after the block is reached from it."""
    return bool(body) and isinstance(body[-1], (ast.Return, ast.Raise))


def _constants(tree: ast.Module) -> dict[str, str]:
    """Module-level names with one constant value."""
    found: dict[str, str] = {}
    for statement in tree.body:
        targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        value = getattr(statement, "value", None)
        if isinstance(value, ast.Constant) and isinstance(value.value, (str, int, float)):
            for target in targets:
                if isinstance(target, ast.Name):
                    found[target.id] = str(value.value)
    return found


def _imports(tree: ast.Module) -> tuple[dict[str, str], dict[str, str]]:
    """The names that stand for the module `os`, and those that stand for something of it."""
    modules: dict[str, str] = {}
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules.update({each.asname or each.name: "os" for each in node.names if each.name == "os"})
        elif isinstance(node, ast.ImportFrom) and node.module == "os":
            names.update({each.asname or each.name: each.name for each in node.names})
    return modules, names


def _mode_flags(tree: ast.Module) -> dict[str, str]:
    """`is_local = mode == "local"`: names that hold such a comparison."""
    flags: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and _compared_mode(node.value):
            for target in node.targets:
                name = target.id if isinstance(target, ast.Name) else getattr(target, "attr", None)
                if name:
                    flags[name] = _compared_mode(node.value)
    return flags


def _argument(call: ast.Call, where: tuple[int, str] | None) -> ast.AST | None:
    if where is None:
        return None
    index, name = where
    if index < len(call.args):
        return call.args[index]
    return next((each.value for each in call.keywords if each.arg == name), None)


def _named_default(parameters: list[str]) -> str:
    return "default" if "default" in parameters else ""


def source_files(root: str, most_bytes: int) -> Iterator[tuple[str, bytes]]:
    """The Python files below a folder that are the program's own, by relative path, up to so many bytes in all."""
    import os

    skipped = {"venv", "site-packages", "node_modules", "__pycache__", "tests"}
    total = 0
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(each for each in folders if each not in skipped and not each.startswith("."))
        for name in sorted(names):
            if not name.endswith(".py"):
                continue
            path = os.path.join(folder, name)
            try:
                with open(path, "rb") as stream:
                    data = stream.read(_LONGEST_FILE + 1)
            except OSError:
                continue
            total += len(data)
            if total > most_bytes:
                return
            yield os.path.relpath(path, root).replace(os.sep, "/"), data
