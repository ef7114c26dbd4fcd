"""What calls return. Standard library only, Python 3.8 or later."""

from __future__ import annotations

import _ast as ast
from typing import Any, Iterable, List, Optional

from stigmer_doctor.probe.frames import DEEPEST, Evaluation, Frame
from stigmer_doctor.probe.value import NOTHING, UNKNOWN, Value, Values, distinct, is_plain, mixed, plain_name

_CLEANERS = frozenset(
    ("strip", "lstrip", "rstrip", "lower", "upper", "casefold", "removeprefix", "removesuffix", "get_secret_value")
)
_CASTS = frozenset(("builtins.int", "builtins.str", "builtins.float", "builtins.repr", "typing.cast"))
_AS_FIELDS = frozenset(["dataclasses.asdict", "builtins.vars", "attr.asdict", "attrs.asdict"])
_DUMPS = frozenset(("model_dump", "dict", "_asdict"))
GETTERS = frozenset(("os.getenv", "os.environ.get", "os.environ.setdefault", "os.environ.pop"))


class Calls(Evaluation):
    """Follows calls into the program; what a library returns is known of a few."""

    def _of_call(self, node: ast.Call, frame: Frame) -> Iterable[Value]:
        if isinstance(node.func, ast.Attribute):
            found = self._of_method(node, node.func, frame)
            if found is not None:
                return found
        results: List[Value] = []
        for callee in self.values(node.func, frame):
            results.extend(self._called(callee, node, frame))
        return results

    def _of_method(self, node: ast.Call, func: ast.Attribute, frame: Frame) -> Optional[Iterable[Value]]:
        """A call of a method of plain data; None where it is another."""
        bases = self.values(func.value, frame)
        if func.attr in _CLEANERS and all(base[0] in ("env", "const", "mixed") for base in bases):
            return [("const", getattr(base[1], func.attr)()) if is_plain(base, node) else base for base in bases]
        if func.attr == "copy":
            return bases
        if func.attr == "get" and bases and all(base[0] in ("dict", "fields") for base in bases):
            keys = self.values(node.args[0], frame) if node.args else ()
            default = self.argument(node, frame, 1, "default") or (NOTHING,)
            told = [self.entry(base, key[1]) or default for base in bases for key in keys if key[0] == "const"]
            return [value for other in told for value in other] or [UNKNOWN]
        if (
            func.attr in _DUMPS
            and bases
            and all(base[0] == "object" and func.attr not in base[1].bindings for base in bases)
        ):
            return [("fields", base) for base in bases]
        if any(base[0] in ("env", "mixed") for base in bases):
            return [mixed(bases)]
        return None

    def _called(self, callee: Value, node: ast.Call, frame: Frame) -> Iterable[Value]:
        kind = callee[0]
        if kind == "def":
            return self.returned(self.frame(callee[1], node, frame, callee[2]))
        if kind == "class":
            return [("object", callee[1], self.frame(callee[1], node, frame))]
        if kind == "lambda":
            return self.values(callee[1].body, callee[2])
        if kind in ("foreign", "made"):
            return self._library(callee[1], node, frame)
        return [mixed([value for argument in node.args for value in self.values(argument, frame)])]

    def returned(self, frame: Frame) -> Values:
        """What a function returns."""
        if frame.depth > DEEPEST:
            return (UNKNOWN,)
        found: List[Value] = []
        for binding in frame.scope.returns:
            outcome = self.reached(binding.guards, frame)
            if outcome is not False:
                found.extend(self.values(binding.value, frame))
            if outcome:
                break
        return distinct(found) if found or not frame.scope.returns else ()

    def _library(self, dotted: str, node: ast.Call, frame: Frame) -> Iterable[Value]:
        if dotted in GETTERS:
            default = self.argument(node, frame, 1, "default") or (NOTHING,)
            return self.variable(self.argument(node, frame, 0, "key") or (), default, node, frame)
        if dotted in _CASTS and node.args:
            return self.values(node.args[-1], frame)
        if dotted in _AS_FIELDS and node.args:
            return [
                ("fields", value) if value[0] == "object" else UNKNOWN for value in self.values(node.args[0], frame)
            ]
        if dotted == "builtins.dict":
            return self._dictionary(node, frame)
        if dotted == "builtins.getattr" and len(node.args) > 1 and isinstance(node.args[1], ast.Constant):
            name = str(node.args[1].value)
            return [value for other in self.values(node.args[0], frame) for value in self.attribute(other, name)]
        if dotted.rpartition(".")[2] in ("field", "Field", "Factory", "attrib", "ib"):
            return self._field_default(node, frame)
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        parts = [value for other in given for value in self.values(other, frame)] if plain_name(dotted) else []
        return [mixed(parts)] if any(part[0] in ("env", "mixed") for part in parts) else [("made", dotted)]

    def _dictionary(self, node: ast.Call, frame: Frame) -> Iterable[Value]:
        pairs = tuple((keyword.arg, self.values(keyword.value, frame)) for keyword in node.keywords if keyword.arg)
        if not node.args:
            return [("dict", pairs)]
        started = self.values(node.args[0], frame)
        return [("dict", value[1] + pairs) if value[0] == "dict" else UNKNOWN if pairs else value for value in started]

    def _field_default(self, node: ast.Call, frame: Frame) -> Values:
        factory = self.argument(node, frame, -1, "default_factory")
        if factory is None:
            return self.argument(node, frame, 0, "default") or (UNKNOWN,)
        return distinct(value for other in factory for value in self._called(other, ast.Call(node.func, [], []), frame))

    def variable(self, names: Values, default: Values, node: Any, frame: Frame) -> Iterable[Value]:
        place = "%s:%d" % (frame.scope.module.path, node.lineno)
        for name in names:
            if name[0] != "const" or not isinstance(name[1], str):
                yield UNKNOWN
            elif name[1] in self.assumed:
                yield ("const", self.assumed[name[1]])
            else:
                yield ("env", name[1], default, place)
