"""What single expressions can be. Standard library only, Python 3.8 or later."""

from __future__ import annotations

import _ast as ast
from typing import Any, Iterable, List, Optional, Tuple

from stigmer_doctor.probe.frames import Evaluation, Frame
from stigmer_doctor.probe.module import called, index_of
from stigmer_doctor.probe.value import (
    UNKNOWN,
    Value,
    Values,
    alternatives,
    distinct,
    either_of,
    holds,
    is_text,
    mixed,
    truthy,
    unanimous,
)


class Expressions(Evaluation):
    """Evaluates by the kind of the node, and conditions to what is certain."""

    def _of_name(self, node: ast.Name, frame: Frame) -> Values:
        return self.name(node.id, frame, node.lineno)

    def _of_await(self, node: ast.Await, frame: Frame) -> Values:
        return self.values(node.value, frame)

    _of_namedexpr = _of_starred = _of_await

    def _of_ifexp(self, node: ast.IfExp, frame: Frame) -> Iterable[Value]:
        outcome = self.truth(node.test, frame)
        chosen = [] if outcome is False else list(self.values(node.body, frame))
        return chosen if outcome else [*chosen, *self.values(node.orelse, frame)]

    def _of_boolop(self, node: ast.BoolOp, frame: Frame) -> Iterable[Value]:
        if isinstance(node.op, ast.And):
            return self._all_of(node, frame)
        following: Values = ()
        for operand in reversed(node.values):
            following = distinct(either_of(value, following) for value in self.values(operand, frame))
            following = distinct(part for value in following for part in alternatives(value))
        return following

    def _all_of(self, node: ast.BoolOp, frame: Frame) -> Iterable[Value]:
        if any(self.truth(value, frame) is False for value in node.values[:-1]):
            return [("const", False)]
        return self.values(node.values[-1], frame)

    def _of_compare(self, node: ast.Compare, frame: Frame) -> Iterable[Value]:
        outcome = self.compared(node, frame)
        return [UNKNOWN] if outcome is None else [("const", outcome)]

    def _of_unaryop(self, node: ast.UnaryOp, frame: Frame) -> Iterable[Value]:
        outcome = self.truth(node, frame) if isinstance(node.op, ast.Not) else None
        return [UNKNOWN] if outcome is None else [("const", outcome)]

    def _of_binop(self, node: ast.BinOp, frame: Frame) -> Iterable[Value]:
        return self._joined([node.left, node.right], frame)

    def _of_joinedstr(self, node: ast.JoinedStr, frame: Frame) -> Iterable[Value]:
        return self._joined(
            [value.value if isinstance(value, ast.FormattedValue) else value for value in node.values], frame
        )

    def _joined(self, nodes: List[ast.AST], frame: Frame) -> Iterable[Value]:
        parts = [self.values(node, frame) for node in nodes]
        if all(len(part) == 1 and part[0][0] == "const" and isinstance(part[0][1], (str, int)) for part in parts):
            return [("const", "".join(str(part[0][1]) for part in parts))]
        return [("mixed", tuple(value for part in parts for value in part))]

    def _of_lambda(self, node: ast.Lambda, frame: Frame) -> Iterable[Value]:
        return [("lambda", node, frame)]

    def _of_tuple(self, node: Any, frame: Frame) -> Iterable[Value]:
        return [("list", tuple(value for elt in node.elts for value in self.values(elt, frame)))]

    _of_list = _of_set = _of_tuple

    def _of_dict(self, node: ast.Dict, frame: Frame) -> Iterable[Value]:
        pairs: List[Tuple[Any, Values]] = []
        for key, value in zip(node.keys, node.values):
            if key is None:
                spread = self.values(value, frame)
                pairs.extend(pair for other in spread if other[0] == "dict" for pair in other[1])
                pairs.extend(("**", (other,)) for other in spread if other[0] != "dict")
            else:
                text = key.value if isinstance(key, ast.Constant) else None
                pairs.append((text, self.values(value, frame)))
        return [("dict", tuple(pairs))]

    def _of_subscript(self, node: ast.Subscript, frame: Frame) -> Iterable[Value]:
        found: List[Value] = []
        for base in self.values(node.value, frame):
            if base == ("foreign", "os.environ"):
                found.extend(self.variable(self.values(index_of(node), frame), (), node, frame))
            elif base[0] in ("dict", "fields"):
                for key in self.values(index_of(node), frame):
                    found.extend((self.entry(base, key[1]) if key[0] == "const" else ()) or [UNKNOWN])
            else:
                found.append(mixed([base]))
        return found

    def _of_attribute(self, node: ast.Attribute, frame: Frame) -> Iterable[Value]:
        return [value for base in self.values(node.value, frame) for value in self.attribute(base, node.attr)]

    def truth(self, test: Any, frame: Frame) -> Optional[bool]:
        """Whether a condition holds; None where nobody can tell."""
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            inner = self.truth(test.operand, frame)
            return None if inner is None else not inner
        if isinstance(test, ast.BoolOp):
            outcomes = [self.truth(value, frame) for value in test.values]
            decisive = isinstance(test.op, ast.Or)
            if decisive in outcomes:
                return decisive
            return None if None in outcomes else not decisive
        if isinstance(test, ast.Compare):
            return self.compared(test, frame)
        if isinstance(test, ast.Call) and called(test) == "isinstance" and len(test.args) == 2:
            return self._is_instance(test, frame)
        return unanimous(truthy(value) for value in self.values(test, frame))

    def compared(self, test: ast.Compare, frame: Frame) -> Optional[bool]:
        if len(test.ops) != 1:
            return None
        left, right = self.values(test.left, frame), self.values(test.comparators[0], frame)
        outcomes = [holds(type(test.ops[0]).__name__, one, other) for one in left for other in right]
        return unanimous(outcomes)

    def _is_instance(self, test: ast.Call, frame: Frame) -> Optional[bool]:
        wanted = self.values(test.args[1], frame)
        if wanted != (("foreign", "builtins.str"),):
            return None
        return unanimous(is_text(value) for value in self.values(test.args[0], frame))
