"""Scopes that are executed, and what all parts of the evaluation know of each other. Python 3.8 or later."""

from __future__ import annotations

import _ast as ast
from typing import Any, Dict, Iterable, List, Optional, Tuple

from stigmer_doctor.probe.module import Binding, CodePlace, Guards, Scope, first_parameter
from stigmer_doctor.probe.program import Program
from stigmer_doctor.probe.value import Value, Values

DEEPEST = 40
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


class Frame:
    """A scope that is executed: for one call (with the frame it stands in), or for any of them (`call` is None)."""

    def __init__(
        self, scope: Scope, call: Optional[ast.Call], caller: "Optional[Frame]", this: Optional[Value]
    ) -> None:
        self.scope, self.call, self.caller, self.this = scope, call, caller, this
        self.depth: int = caller.depth + 1 if caller else 0
        self.known: Dict[int, Optional[Values]] = {}
        self.names: Dict[Tuple[str, int], Optional[Values]] = {}


class Evaluation:
    """What each part of the evaluation asks the others; `Evaluator` puts them together."""

    program: Program
    assumed: Dict[str, str]

    def frame(
        self,
        scope: Scope,
        call: Optional[ast.Call] = None,
        caller: Optional[Frame] = None,
        this: Optional[Value] = None,
    ) -> Frame:
        raise NotImplementedError

    def reached(self, guards: Guards, frame: Frame) -> Optional[bool]:
        raise NotImplementedError

    def values(self, node: Optional[ast.AST], frame: Frame) -> Values:
        raise NotImplementedError

    def truth(self, test: Any, frame: Frame) -> Optional[bool]:
        raise NotImplementedError

    def name(self, name: str, frame: Frame, line: int = 0) -> Values:
        raise NotImplementedError

    def latest(self, bound: List[Binding], frame: Frame, line: int, before: Values) -> Values:
        raise NotImplementedError

    def parameter(self, name: str, frame: Frame) -> Optional[Values]:
        raise NotImplementedError

    def argument(self, call: ast.Call, caller: Frame, position: int, name: str) -> Optional[Values]:
        raise NotImplementedError

    def callers(self, scope: Scope) -> Iterable[CodePlace]:
        raise NotImplementedError

    def attribute(self, base: Value, name: str) -> Values:
        raise NotImplementedError

    def entry(self, base: Value, key: Any) -> Values:
        raise NotImplementedError

    def field(self, base: Value, name: str, above: Optional[Scope] = None) -> Values:
        raise NotImplementedError

    def returned(self, frame: Frame) -> Values:
        raise NotImplementedError

    def variable(self, names: Values, default: Values, node: Any, frame: Frame) -> Iterable[Value]:
        raise NotImplementedError

    def compared(self, test: ast.Compare, frame: Frame) -> Optional[bool]:
        raise NotImplementedError


def parameters_of(node: Any) -> List[ast.arg]:
    return [*getattr(node.args, "posonlyargs", []), *node.args.args, *node.args.kwonlyargs]


def parameter_names(scope: Scope) -> List[str]:
    """The names of a function's parameters."""
    return [parameter.arg for parameter in parameters_of(scope.node)] if isinstance(scope.node, FUNCTION) else []


def position_of(name: str, scope: Scope) -> Tuple[int, str]:
    """Where a call passes a parameter: by position (-1: never), and by name."""
    node: Any = scope.node
    positional = [argument.arg for argument in (*getattr(node.args, "posonlyargs", []), *node.args.args)]
    if name not in positional:
        return -1, name
    return positional.index(name) - bool(first_parameter(scope)), name


def default_of(name: str, node: Any) -> Optional[ast.AST]:
    positional = [*getattr(node.args, "posonlyargs", []), *node.args.args]
    with_default = positional[len(positional) - len(node.args.defaults) :]
    for argument, default in [
        *zip(with_default, node.args.defaults),
        *zip(node.args.kwonlyargs, node.args.kw_defaults),
    ]:
        if argument.arg == name:
            return default  # type: ignore[no-any-return]
    return None
