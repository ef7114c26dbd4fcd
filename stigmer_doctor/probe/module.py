"""One module as it is looked up: names, scopes, branches and calls. Standard library only, Python 3.8 or later."""

from __future__ import annotations

import _ast as ast
import posixpath
from typing import Any, Dict, Iterable, List, Optional, Tuple, TypeAlias

from stigmer_doctor.probe.syntax import children, fields

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break)
# Nothing is looked up in these, and they are most of a tree.
_LEAVES = (ast.Name, ast.Constant, ast.expr_context, ast.operator, ast.cmpop, ast.unaryop)

Guards: TypeAlias = "Tuple[Tuple[Optional[ast.AST], bool], ...]"
"""What has to hold for a place to be reached: a test and its outcome; a test of None holds or not, nobody knows."""


class Binding:
    """A value that a name is given: `elementwise` is set where the name stands for every element of it in turn."""

    __slots__ = ("elementwise", "guards", "line", "value")

    def __init__(self, line: int, value: Optional[ast.AST], guards: Guards, elementwise: bool = False) -> None:
        self.line, self.value, self.guards, self.elementwise = line, value, guards, elementwise


class CodePlace:
    """An expression where it stands; `outer` is the whole `... or ...` that it is an operand of, else itself."""

    __slots__ = ("guards", "node", "outer", "scope")

    def __init__(self, node: ast.AST, scope: "Scope", guards: Guards, outer: ast.AST) -> None:
        self.node, self.scope, self.guards, self.outer = node, scope, guards, outer


class Scope:
    """A module, a class or a function: what is bound in it."""

    def __init__(self, module: "Module", node: ast.AST, parent: "Optional[Scope]") -> None:
        self.module, self.node, self.parent = module, node, parent
        self.name: str = getattr(node, "name", "")
        self.bindings: Dict[str, List[Binding]] = {}
        self.entries: Dict[str, List[Tuple[ast.AST, Binding]]] = {}
        self.attributes: Dict[str, List[Tuple[Scope, Binding]]] = {}
        self.returns: List[Binding] = []
        self.scopes: Dict[int, Scope] = {}
        self.elsewhere: Dict[str, Scope] = {}

    @property
    def is_class(self) -> bool:
        return isinstance(self.node, ast.ClassDef)

    @property
    def owner(self) -> "Optional[Scope]":
        """The class whose method this is."""
        return self.parent if self.parent and self.parent.is_class and not self.is_class else None

    def bind(self, name: str, binding: Binding) -> None:
        """What is bound in another scope (`global`) is bound at some time to something."""
        if name in self.elsewhere:
            self.elsewhere[name].bind(name, Binding(binding.line, None, ((None, True),)))
        else:
            self.bindings.setdefault(name, []).append(binding)

    def declare(self, statement: ast.AST) -> None:
        """`global` and `nonlocal`."""
        home = self.module.scope if isinstance(statement, ast.Global) else self.parent
        if isinstance(statement, (ast.Global, ast.Nonlocal)) and home is not None and home is not self:
            self.elsewhere.update(dict.fromkeys(statement.names, home))


class Module:
    """One file. `places` are its calls, subscripts and comparisons."""

    def __init__(self, path: str, tree: ast.Module) -> None:
        self.path = path
        self.imports: Dict[str, Tuple[str, str]] = {}
        self.places: List[CodePlace] = []
        self._calls: Dict[str, List[CodePlace]] = {}
        self.scope = Scope(self, tree, None)
        _Walk(self).block(tree.body, self.scope, ())

    def calls(self, name: str) -> Iterable[CodePlace]:
        """The calls of something of that name."""
        if not self._calls:
            for place in self.places:
                if isinstance(place.node, ast.Call):
                    self._calls.setdefault(called(place.node), []).append(place)
        return self._calls.get(name, ())


def called(call: ast.Call) -> str:
    """The last word of what is called."""
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


class _Walk:
    """Fills a module."""

    def __init__(self, module: Module) -> None:
        self._module = module

    def block(self, statements: Iterable[ast.stmt], scope: Scope, guards: Guards) -> None:
        for statement in statements:
            if isinstance(statement, ast.If):
                self._expressions(statement.test, scope, guards)
                self.block(statement.body, scope, (*guards, (statement.test, True)))
                self.block(statement.orelse, scope, (*guards, (statement.test, False)))
                # What follows a branch that leaves is reached from the other one only.
                if _leaves(statement.body):
                    guards = (*guards, (statement.test, False))
                elif _leaves(statement.orelse):
                    guards = (*guards, (statement.test, True))
            elif isinstance(statement, (*_FUNCTIONS, ast.ClassDef)):
                self._definition(statement, scope, guards)
            elif isinstance(statement, (ast.Global, ast.Nonlocal)):
                scope.declare(statement)
            elif type(statement).__name__ == "Match":
                self._match(statement, scope, guards)
            else:
                self._statement(statement, scope, guards)

    def _definition(self, node: Any, scope: Scope, guards: Guards) -> None:
        inner = Scope(self._module, node, scope)
        scope.scopes[id(node)] = inner
        scope.bind(node.name, Binding(node.lineno, node, guards))
        around = [*node.decorator_list, *(node.bases if isinstance(node, ast.ClassDef) else [node.args])]
        for name in around:
            self._expressions(name, scope, guards)
        self.block(node.body, inner, ())

    def _match(self, node: Any, scope: Scope, guards: Guards) -> None:
        self._expressions(node.subject, scope, guards)
        before: Guards = guards
        for case in node.cases:
            pattern = case.pattern
            value = getattr(pattern, "value", None)
            test: Optional[ast.AST] = None
            if type(pattern).__name__ == "MatchValue" and isinstance(value, ast.expr) and case.guard is None:
                test = ast.Compare(node.subject, [ast.Eq()], [value])
            wild = type(pattern).__name__ == "MatchAs" and pattern.pattern is None and case.guard is None
            self.block(case.body, scope, before if wild else (*before, (test, True)))
            before = (*before, (test, False))

    def _statement(self, statement: ast.stmt, scope: Scope, guards: Guards) -> None:
        self._bindings(statement, scope, guards)
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            self._entered(statement.value, scope, guards)
        for field, value in fields(statement):
            if field in ("body", "orelse", "finalbody"):
                self.block(value, scope, guards)
            elif field == "handlers":
                for part in value:
                    self.block(part.body, scope, (*guards, (None, True)))
            else:
                for node in value if isinstance(value, list) else [value]:
                    if isinstance(node, ast.AST):
                        self._expressions(node, scope, guards)

    def _bindings(self, statement: Any, scope: Scope, guards: Guards) -> None:
        if isinstance(statement, ast.Assign):
            for target in statement.targets:
                self._bind(target, statement.value, scope, guards)
        elif isinstance(statement, ast.AnnAssign):
            self._bind(statement.target, statement.value, scope, guards, annotated=True)
        elif isinstance(statement, ast.AugAssign):
            self._bind(statement.target, None, scope, guards)
        elif isinstance(statement, (ast.For, ast.AsyncFor)):
            self._bind(statement.target, statement.iter, scope, guards, elementwise=True)
        elif isinstance(statement, ast.Return):
            scope.returns.append(Binding(statement.lineno, statement.value or ast.Constant(None), guards))
        elif isinstance(statement, (ast.Import, ast.ImportFrom)):
            self._module.imports.update(_imported_names(self._module.path, statement))
        for item in getattr(statement, "items", ()):
            if item.optional_vars is not None:
                self._bind(item.optional_vars, item.context_expr, scope, guards)

    def _bind(
        self,
        target: Any,
        value: Optional[ast.AST],
        scope: Scope,
        guards: Guards,
        elementwise: bool = False,
        annotated: bool = False,
    ) -> None:
        binding = Binding(target.lineno, value, guards, elementwise)
        if isinstance(target, ast.Name):
            if not (annotated and value is None and not scope.is_class):
                scope.bind(target.id, binding)
        elif isinstance(target, (ast.Tuple, ast.List)):
            parts: List[Optional[ast.AST]] = [None] * len(target.elts)
            if isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(parts) and not elementwise:
                parts = list(value.elts)
            for inner, part in zip(target.elts, parts):
                self._bind(inner, part, scope, guards)
        elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
            scope.entries.setdefault(target.value.id, []).append((index_of(target), binding))
        elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
            self._attribute(target, binding, scope)

    def _entered(self, call: ast.Call, scope: Scope, guards: Guards) -> None:
        """`name.setdefault(key, value)` and `name.update(key=value)`."""
        func = call.func
        if not isinstance(func, ast.Attribute) or not isinstance(func.value, ast.Name):
            return
        entries = scope.entries.setdefault(func.value.id, [])
        if func.attr == "setdefault" and len(call.args) == 2:
            entries.append((call.args[0], Binding(call.lineno, call.args[1], guards)))
        elif func.attr == "update":
            given = [keyword for keyword in call.keywords if keyword.arg]
            entries.extend((ast.Constant(value.arg), Binding(call.lineno, value.value, guards)) for value in given)

    def _attribute(self, target: ast.Attribute, binding: Binding, scope: Scope) -> None:
        """`self.name = value` belongs to the class of the method."""
        if scope.owner is not None and target.value.id == first_parameter(scope):  # type: ignore[attr-defined]
            scope.owner.attributes.setdefault(target.attr, []).append((scope, binding))

    def _expressions(self, node: ast.AST, scope: Scope, guards: Guards, outer: Optional[ast.AST] = None) -> None:
        if isinstance(node, ast.IfExp):
            self._expressions(node.test, scope, guards)
            self._expressions(node.body, scope, (*guards, (node.test, True)))
            self._expressions(node.orelse, scope, (*guards, (node.test, False)))
            return
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
            for value in node.values:
                self._expressions(value, scope, guards, outer or node)
            return
        if isinstance(node, ast.NamedExpr) and isinstance(node.target, ast.Name):
            scope.bind(node.target.id, Binding(node.lineno, node.value, guards))
        elif isinstance(node, (ast.Call, ast.Subscript, ast.Compare)):
            self._module.places.append(CodePlace(node, scope, guards, outer or node))
        for child in children(node):
            if not isinstance(child, _LEAVES):
                self._expressions(child, scope, guards)


def _imported_names(path: str, statement: Any) -> Iterable[Tuple[str, Tuple[str, str]]]:
    """Each name that an import binds, with the module and what is taken of it ("" for the module itself)."""
    if isinstance(statement, ast.Import):
        for name in statement.names:
            whole = name.name if name.asname else name.name.partition(".")[0]
            yield name.asname or whole, (whole, "")
    else:
        origin = _origin(path, statement.level, statement.module or "")
        for name in statement.names:
            yield name.asname or name.name, (origin, name.name)


def _leaves(body: List[ast.stmt]) -> bool:
    """Whether nothing after the block is reached from it."""
    return bool(body) and isinstance(body[-1], _LEAVING)


def first_parameter(scope: Scope) -> str:
    """The name that a method gives to its object (or class); "" where it has none."""
    node: Any = scope.node
    if scope.owner is None or not isinstance(node, _FUNCTIONS) or "staticmethod" in decorators(scope):
        return ""
    positional = [*getattr(node.args, "posonlyargs", []), *node.args.args]
    return positional[0].arg if positional else ""


def decorators(scope: Scope) -> List[str]:
    """The last words of what decorates a definition."""
    names = [
        decorator.func if isinstance(decorator, ast.Call) else decorator
        for decorator in getattr(scope.node, "decorator_list", [])
    ]
    return [name.id if isinstance(name, ast.Name) else getattr(name, "attr", "") for name in names]


def index_of(node: ast.Subscript) -> ast.AST:
    """What stands in the brackets; Python 3.8 wraps it."""
    inner: ast.AST = node.slice
    return getattr(inner, "value", inner) if type(inner).__name__ == "Index" else inner


def _origin(path: str, level: int, module: str) -> str:
    """The dotted name of a module that is imported, relative ones made absolute as seen from the root."""
    if not level:
        return module
    folder = posixpath.dirname(path)
    for _ in range(level - 1):
        folder = posixpath.dirname(folder)
    return ".".join(filter(None, [*folder.split("/"), module]))
