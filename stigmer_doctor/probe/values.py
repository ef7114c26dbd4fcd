"""What an expression of a program can be, without running it. Standard library only, Python 3.8 or later.

Values are followed through names, branches, parameters, fields, properties and returns. A value is a tuple:

    ("const", value)                a constant
    ("env", name, defaults, line)   what a variable holds; `defaults` are the values when it is unset, `line` its "path:line"
    ("object", class, frame)        an instance of a class of the program; the frame holds its constructor's arguments
    ("made", "library.Class")       what a call into a library returns
    ("foreign", "library.name")     something of a library itself
    ("def", scope, object), ("class", scope), ("module", path)
    ("dict", pairs), ("list", values), ("fields", object)
    ("mixed", values)               made of these, nobody knows how
    ("unknown",)
"""

from __future__ import annotations

import ast
import time
from typing import Any, Dict, Iterable, List, Optional, Tuple

from stigmer_doctor.probe.program import (
    Binding,
    Guards,
    Place,
    Program,
    Scope,
    called,
    decorators,
    first_parameter,
    index_of,
)

Value = Tuple[Any, ...]
Values = Tuple[Value, ...]

UNKNOWN: Value = ("unknown",)
NOTHING: Value = ("const", None)
_DEEPEST = 40
_MOST_VALUES = 12
_CLEANERS = frozenset(
    "strip lstrip rstrip lower upper casefold removeprefix removesuffix encode decode get_secret_value".split()
)
_CASTS = frozenset("builtins.int builtins.str builtins.float typing.cast builtins.repr pydantic.SecretStr".split())
_AS_FIELDS = frozenset("dataclasses.asdict builtins.vars attr.asdict attrs.asdict".split())
_DUMPS = frozenset(("model_dump", "dict", "_asdict"))
GETTERS = frozenset(("os.getenv", "os.environ.get", "os.environ.setdefault", "os.environ.pop"))
_FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


class OutOfTime(Exception):  # noqa: N818 - reads as what it is
    """The reading took as long as it may."""


class Frame:
    """A scope that is executed: for one call (with the frame it stands in), or for any of them (`call` is None)."""

    def __init__(
        self, scope: Scope, call: Optional[ast.Call], caller: "Optional[Frame]", this: Optional[Value]
    ) -> None:
        self.scope, self.call, self.caller, self.this = scope, call, caller, this
        self.depth: int = caller.depth + 1 if caller else 0
        self.known: Dict[int, Optional[Values]] = {}
        self.names: Dict[Tuple[str, int], Optional[Values]] = {}


class Evaluator:
    """Evaluates in one mode. `assumed` are variables whose value is taken for granted."""

    def __init__(self, program: Program, assumed: Dict[str, str], deadline: float) -> None:
        self.program, self.assumed, self._deadline = program, assumed, deadline
        self._frames: Dict[Any, Frame] = {}
        self._steps = 0

    # ---- frames ------------------------------------------------------------------------------------------------------

    def frame(
        self,
        scope: Scope,
        call: Optional[ast.Call] = None,
        caller: Optional[Frame] = None,
        this: Optional[Value] = None,
    ) -> Frame:
        key = (id(scope), id(call), id(caller), this)
        if key not in self._frames:
            self._frames[key] = Frame(scope, call, caller, this)
        return self._frames[key]

    def reached(self, guards: Guards, frame: Frame) -> Optional[bool]:
        """Whether the place behind these tests is reached; None where nobody can tell."""
        certain = True
        for test, wanted in guards:
            outcome = None if test is None else self.truth(test, frame)
            if outcome is None:
                certain = False
            elif outcome is not wanted:
                return False
        return True if certain else None

    # ---- expressions -------------------------------------------------------------------------------------------------

    def values(self, node: Optional[ast.AST], frame: Frame) -> Values:
        """Everything that the expression can be; nothing where it can only be itself. Raises OutOfTime."""
        if node is None:
            return (UNKNOWN,)
        if id(node) in frame.known:
            return frame.known[id(node)] or ()  # None: it is being evaluated, and is part of itself
        self._steps += 1
        if self._steps % 256 == 0 and time.process_time() > self._deadline:
            raise OutOfTime
        if frame.depth > _DEEPEST:
            return (UNKNOWN,)
        frame.known[id(node)] = None
        found = _distinct(self._evaluate(node, frame))
        frame.known[id(node)] = found
        return found

    def _evaluate(self, node: Any, frame: Frame) -> Iterable[Value]:
        kind = type(node).__name__
        if kind == "Constant":
            return [("const", node.value)]
        special = getattr(self, "_of_" + kind, None)
        return special(node, frame) if special else [UNKNOWN]

    def _of_Name(self, node: ast.Name, frame: Frame) -> Values:
        return self.name(node.id, frame, node.lineno)

    def _of_Await(self, node: ast.Await, frame: Frame) -> Values:
        return self.values(node.value, frame)

    _of_NamedExpr = _of_Starred = _of_Await

    def _of_IfExp(self, node: ast.IfExp, frame: Frame) -> Iterable[Value]:
        outcome = self.truth(node.test, frame)
        chosen = [] if outcome is False else list(self.values(node.body, frame))
        return chosen if outcome else [*chosen, *self.values(node.orelse, frame)]

    def _of_BoolOp(self, node: ast.BoolOp, frame: Frame) -> Iterable[Value]:
        if isinstance(node.op, ast.And):
            return self.values(node.values[-1], frame)
        following: Values = ()
        for operand in reversed(node.values):
            following = _distinct(_or(each, following) for each in self.values(operand, frame))
            following = _distinct(part for each in following for part in _alternatives(each))
        return following

    def _of_Compare(self, node: ast.Compare, frame: Frame) -> Iterable[Value]:
        outcome = self._compared(node, frame)
        return [UNKNOWN] if outcome is None else [("const", outcome)]

    def _of_UnaryOp(self, node: ast.UnaryOp, frame: Frame) -> Iterable[Value]:
        outcome = self.truth(node, frame) if isinstance(node.op, ast.Not) else None
        return [UNKNOWN] if outcome is None else [("const", outcome)]

    def _of_BinOp(self, node: ast.BinOp, frame: Frame) -> Iterable[Value]:
        return self._joined([node.left, node.right], frame)

    def _of_JoinedStr(self, node: ast.JoinedStr, frame: Frame) -> Iterable[Value]:
        return self._joined(
            [each.value if isinstance(each, ast.FormattedValue) else each for each in node.values], frame
        )

    def _joined(self, nodes: List[ast.AST], frame: Frame) -> Iterable[Value]:
        parts = [self.values(each, frame) for each in nodes]
        if all(len(each) == 1 and each[0][0] == "const" and isinstance(each[0][1], (str, int)) for each in parts):
            return [("const", "".join(str(each[0][1]) for each in parts))]
        return [("mixed", tuple(value for each in parts for value in each))]

    def _of_Lambda(self, node: ast.Lambda, frame: Frame) -> Iterable[Value]:
        return [("lambda", node, frame)]

    def _of_Tuple(self, node: Any, frame: Frame) -> Iterable[Value]:
        return [("list", tuple(value for each in node.elts for value in self.values(each, frame)))]

    _of_List = _of_Set = _of_Tuple

    def _of_Dict(self, node: ast.Dict, frame: Frame) -> Iterable[Value]:
        pairs: List[Tuple[Any, Values]] = []
        for key, value in zip(node.keys, node.values):
            if key is None:
                spread = self.values(value, frame)
                pairs.extend(pair for each in spread if each[0] == "dict" for pair in each[1])
                pairs.extend(("**", (each,)) for each in spread if each[0] == "fields")
            else:
                text = key.value if isinstance(key, ast.Constant) else None
                pairs.append((text, self.values(value, frame)))
        return [("dict", tuple(pairs))]

    def _of_Subscript(self, node: ast.Subscript, frame: Frame) -> Iterable[Value]:
        found: List[Value] = []
        for base in self.values(node.value, frame):
            if base == ("foreign", "os.environ"):
                found.extend(self._variable(self.values(index_of(node), frame), (), node, frame))
            elif base[0] in ("dict", "fields"):
                for key in self.values(index_of(node), frame):
                    found.extend(self.entry(base, key[1]) if key[0] == "const" else [UNKNOWN])
            else:
                found.append(_mixed([base]))
        return found

    def _of_Attribute(self, node: ast.Attribute, frame: Frame) -> Iterable[Value]:
        return [value for base in self.values(node.value, frame) for value in self.attribute(base, node.attr)]

    def attribute(self, base: Value, name: str) -> Values:
        """What `base.name` can be."""
        kind = base[0]
        if kind in ("foreign", "made"):
            return (("foreign" if kind == "foreign" else "made", "%s.%s" % (base[1], name)),)
        if kind == "module":
            module = self.program.module(base[1])
            return self.name(name, self.frame(module.scope)) if module else (UNKNOWN,)
        if kind == "object":
            return self.field(base, name)
        if kind == "class":
            return self._of_class(base[1], name, base)
        return (UNKNOWN,)

    # ---- names -------------------------------------------------------------------------------------------------------

    def name(self, name: str, frame: Frame, line: int = 0) -> Values:
        """What a name stands for in a line of a frame; 0 is the end of the scope."""
        key = (name, line)
        if key in frame.names:
            return frame.names[key] or ()
        frame.names[key] = None
        found = _distinct(self._named(name, frame, line))
        frame.names[key] = found
        return found

    def _named(self, name: str, frame: Frame, line: int) -> Iterable[Value]:
        scope = frame.scope
        bound = scope.bindings.get(name)
        parameter = self._parameter(name, frame)
        if bound:
            found = self._latest(bound, frame, line, parameter or ())
            return self._with_entries(name, found, frame) or (UNKNOWN,)
        if parameter is not None:
            return self._with_entries(name, parameter, frame)
        outer = scope.parent
        while outer is not None and outer.is_class:
            outer = outer.parent
        if outer is not None:
            return self.name(name, self.frame(outer))
        return self._imported(name, frame)

    def _latest(self, bound: List[Binding], frame: Frame, line: int, before: Values) -> Values:
        """The values of those bindings that can be in force: a certain one ends all that came before it."""
        standing: List[Tuple[int, Values]] = [(0, before)] if before else []
        split: Dict[int, int] = {}
        for binding in bound:
            if line and binding.line > line:
                continue
            outcome = self.reached(binding.guards, frame)
            if outcome is False:
                continue
            found = self._bound(binding, frame)
            if outcome:
                standing = []
            else:
                test, side = next((each for each in reversed(binding.guards) if each[0] is not None), (None, True))
                if split.get(id(test)) == (not side):  # both branches bind it
                    start = getattr(test, "lineno", 0)
                    standing = [each for each in standing if each[0] >= start]
                split[id(test)] = side
            standing.append((binding.line, found))
        return _distinct(value for _, values in standing for value in values)

    def _bound(self, binding: Binding, frame: Frame) -> Values:
        node = binding.value
        if isinstance(node, ast.ClassDef):
            return (("class", frame.scope.scopes[id(node)]),)
        if isinstance(node, _FUNCTION):
            return (("def", frame.scope.scopes[id(node)], None),)
        found = self.values(node, frame)
        if not binding.each:
            return found
        return _distinct(value for each in found for value in (each[1] if each[0] == "list" else (UNKNOWN,)))

    def _with_entries(self, name: str, found: Values, frame: Frame) -> Values:
        """A dictionary together with what is put into it by key."""
        entries = frame.scope.entries.get(name)
        if not entries:
            return found
        pairs = tuple(
            (key.value, self.values(binding.value, frame))
            for key, binding in entries
            if isinstance(key, ast.Constant) and self.reached(binding.guards, frame) is not False
        )
        return tuple(("dict", each[1] + pairs) if each[0] == "dict" else each for each in found)

    def _imported(self, name: str, frame: Frame) -> Values:
        origin = frame.scope.module.imports.get(name)
        if origin is None:
            return (("foreign", "builtins." + name),)
        dotted, member = origin
        if not member:
            path = self.program.find(dotted)
            return (("module", path),) if path else (("foreign", dotted),)
        whole = self.program.find("%s.%s" % (dotted, member)) if dotted else self.program.find(member)
        path = self.program.find(dotted)
        if path is not None and path != frame.scope.module.path:
            module = self.program.module(path)
            if module is not None and (member in module.scope.bindings or member in module.imports):
                return self.name(member, self.frame(module.scope))
        if whole:
            return (("module", whole),)
        return (UNKNOWN,) if path else (("foreign", "%s.%s" % (dotted, member)),)

    # ---- parameters --------------------------------------------------------------------------------------------------

    def _parameter(self, name: str, frame: Frame) -> Optional[Values]:
        """The parameter's values; None where the scope has none of that name."""
        node: Any = frame.scope.node
        if not isinstance(node, _FUNCTION):
            return None
        if name == first_parameter(frame.scope):
            return (frame.this or self._any_this(frame.scope),)
        if not any(each.arg == name for each in _parameters(node)):
            return self._gathered(name, frame)
        if frame.call is not None and frame.caller is not None:
            return self._argument(name, frame)
        return self._any_argument(name, frame)

    def _any_this(self, scope: Scope) -> Value:
        assert scope.owner is not None  # noqa: S101 - first_parameter has said so
        if "classmethod" in decorators(scope):
            return ("class", scope.owner)
        return ("object", scope.owner, None)

    def _gathered(self, name: str, frame: Frame) -> Optional[Values]:
        """`**name`, `*name`: keywords that no parameter takes."""
        node: Any = frame.scope.node
        rest = node.args.kwarg
        if rest is None or rest.arg != name:
            return (UNKNOWN,) if node.args.vararg is not None and node.args.vararg.arg == name else None
        if frame.call is None or frame.caller is None:
            return (UNKNOWN,)
        caller, own = frame.caller, {each.arg for each in _parameters(node)}
        pairs = [
            (each.arg, self.values(each.value, caller))
            for each in frame.call.keywords
            if each.arg and each.arg not in own
        ]
        return (("dict", tuple(pairs)),)

    def _argument(self, name: str, frame: Frame) -> Values:
        assert frame.call is not None and frame.caller is not None  # noqa: S101 - by its caller
        given = self.argument(frame.call, frame.caller, *position_of(name, frame.scope))
        return self._default(name, frame) if given is None else given

    def argument(self, call: ast.Call, caller: Frame, position: int, name: str) -> Optional[Values]:
        """What a call passes by position (-1: by name only) or by name; None where it does not."""
        plain = [each for each in call.args if not isinstance(each, ast.Starred)]
        if 0 <= position < len(call.args):
            return self.values(call.args[position], caller) if len(plain) == len(call.args) else (UNKNOWN,)
        for keyword in call.keywords:
            if keyword.arg == name:
                return self.values(keyword.value, caller)
        spread = [value for each in call.keywords if each.arg is None for value in self.values(each.value, caller)]
        found = [
            value
            for each in spread
            if each[0] in ("dict", "fields")
            for value in self.entry(each, name)
            if value != UNKNOWN
        ]
        return _distinct(found) if found else None

    def _default(self, name: str, frame: Frame) -> Values:
        node: Any = frame.scope.node
        default = _default_of(name, node)
        home = self.frame(frame.scope.parent) if frame.scope.parent else frame
        return (UNKNOWN,) if default is None else self.values(default, home)

    def _any_argument(self, name: str, frame: Frame) -> Values:
        """What any call of the function passes; without one, the default or what the annotation says."""
        found: List[Value] = []
        for place in self.callers(frame.scope):
            outer = self.frame(place.scope)
            if self.reached(place.guards, outer) is False:
                continue
            assert isinstance(place.node, ast.Call)  # noqa: S101 - `callers` says so
            given = self.argument(place.node, outer, *position_of(name, frame.scope))
            found.extend(self._default(name, frame) if given is None else given)
        if found:
            return _distinct(found)
        default = self._default(name, frame)
        if default != (UNKNOWN,):
            return default
        annotation = next(each.annotation for each in _parameters(frame.scope.node) if each.arg == name)
        return self._instance(annotation, self.frame(frame.scope.parent) if frame.scope.parent else frame)

    def _instance(self, annotation: Optional[ast.AST], frame: Frame) -> Values:
        if isinstance(annotation, (ast.Name, ast.Attribute)):
            return _distinct(
                ("object", each[1], None) if each[0] == "class" else UNKNOWN for each in self.values(annotation, frame)
            )
        return (UNKNOWN,)

    def callers(self, scope: Scope) -> Iterable[Place]:
        """The calls that may be of this function, or of this class."""
        owner = scope.owner if scope.name == "__init__" else None
        wanted = owner or scope
        names = [wanted.name]
        if wanted.is_class:
            names.append("cls")
        for name in names:
            for place in self.program.calls(name):
                if name == "cls" and (place.scope.owner is not wanted):
                    continue
                if place.scope is not scope and self._may_be(place, wanted):
                    yield place

    def _may_be(self, place: Place, wanted: Scope) -> bool:
        callee = getattr(place.node, "func", None)
        if isinstance(callee, ast.Attribute) and wanted.owner is None and not wanted.is_class:
            found = self.values(callee.value, self.frame(place.scope))
            if all(each[0] != "module" and each != UNKNOWN for each in found):
                return False
        found = self.values(callee, self.frame(place.scope))
        return any(each[0] not in ("def", "class", "foreign", "made") or each[1] is wanted for each in found)

    # ---- objects -----------------------------------------------------------------------------------------------------

    def entry(self, base: Value, key: Any) -> Values:
        """What stands under a key."""
        if base[0] == "fields":
            return self.field(base[1], str(key))
        found: Values = (UNKNOWN,)
        for name, values in base[1]:
            if name == key:
                found = values
            elif name == "**":
                inner = self.field(values[0][1], str(key))
                found = inner if inner != (UNKNOWN,) else found
        return found

    def field(self, base: Value, name: str) -> Values:
        """What an attribute of an instance can be."""
        cls: Scope = base[1]
        assigned = cls.attributes.get(name)
        if assigned:
            found: List[Value] = []
            for scope, binding in assigned:
                inner = self._method_frame(scope, base)
                if self.reached(binding.guards, inner) is not False:
                    found.extend(self.values(binding.value, inner))
            return self._settled(found)
        method = next((each for each in cls.scopes.values() if each.name == name and not each.is_class), None)
        if method is not None:
            if any("property" in each for each in decorators(method)):
                return self._returned(self.frame(method, None, None, base))
            return (("def", method, ("class", cls) if "classmethod" in decorators(method) else base),)
        if name in cls.bindings and "__init__" not in cls.bindings:
            return self._constructed(base, name)
        return self._of_class(cls, name, base)

    @staticmethod
    def _settled(found: List[Value]) -> Values:
        """`self.x = None` in a constructor only says that it is set later."""
        distinct = _distinct(found)
        return tuple(each for each in distinct if each != NOTHING) or distinct

    def _method_frame(self, scope: Scope, base: Value) -> Frame:
        """The frame of a method of the object: its constructor's arguments are known where its construction is."""
        made: Optional[Frame] = base[2]
        if scope.name == "__init__" and made is not None:
            return self.frame(scope, made.call, made.caller, base)
        return self.frame(scope, None, None, base)

    def _constructed(self, base: Value, name: str) -> Values:
        """A field of a dataclass (or what is like one): an argument of its construction, else its default."""
        cls: Scope = base[1]
        fields = [each for each in cls.bindings if not isinstance(cls.bindings[each][0].value, _FUNCTION)]
        made: Optional[Frame] = base[2]
        if made is not None and made.call is not None and made.caller is not None:
            given = self.argument(made.call, made.caller, fields.index(name), name)
            return self._of_class(cls, name, base) if given is None else given
        found: List[Value] = []
        for place in self.callers(cls):
            outer = self.frame(place.scope)
            if self.reached(place.guards, outer) is not False:
                given = self.argument(place.node, outer, fields.index(name), name)  # type: ignore[arg-type]
                found.extend(self._of_class(cls, name, base) if given is None else given)
        return _distinct(found) if found else self._of_class(cls, name, base)

    def _of_class(self, cls: Scope, name: str, base: Value) -> Values:
        if name in cls.bindings:
            found = self._latest(cls.bindings[name], self.frame(cls), 0, ())
            return tuple(self._bound_to(each, base) for each in found) or (UNKNOWN,)
        for parent in getattr(cls.node, "bases", ()):
            for each in self.values(parent, self.frame(cls.parent) if cls.parent else self.frame(cls)):
                if each[0] == "class" and each[1] is not cls:
                    return (
                        self.field((base[0], each[1], base[2]), name)
                        if base[0] == "object"
                        else self._of_class(each[1], name, base)
                    )
        return (UNKNOWN,)

    @staticmethod
    def _bound_to(value: Value, base: Value) -> Value:
        if value[0] != "def":
            return value
        return ("def", value[1], base if "staticmethod" not in decorators(value[1]) else None)

    # ---- calls -------------------------------------------------------------------------------------------------------

    def _of_Call(self, node: ast.Call, frame: Frame) -> Iterable[Value]:
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
        if func.attr in _CLEANERS and all(each[0] in ("env", "const", "mixed") for each in bases):
            return [("const", getattr(each[1], func.attr)()) if _plain(each, node) else each for each in bases]
        if func.attr == "copy":
            return bases
        if func.attr == "get" and bases and all(each[0] in ("dict", "fields") for each in bases):
            keys = self.values(node.args[0], frame) if node.args else ()
            found = [value for base in bases for key in keys if key[0] == "const" for value in self.entry(base, key[1])]
            default = self.argument(node, frame, 1, "default") or (NOTHING,)
            return [value for each in found for value in (default if each == UNKNOWN else (each,))]
        if (
            func.attr in _DUMPS
            and bases
            and all(each[0] == "object" and func.attr not in each[1].bindings for each in bases)
        ):
            return [("fields", each) for each in bases]
        if any(each[0] in ("env", "mixed") for each in bases):
            return [_mixed(bases)]
        return None

    def _called(self, callee: Value, node: ast.Call, frame: Frame) -> Iterable[Value]:
        kind = callee[0]
        if kind == "def":
            return self._returned(self.frame(callee[1], node, frame, callee[2]))
        if kind == "class":
            return [("object", callee[1], self.frame(callee[1], node, frame))]
        if kind == "lambda":
            return self.values(callee[1].body, callee[2])
        if kind in ("foreign", "made"):
            return self._library(callee[1], node, frame)
        return [_mixed([value for each in node.args for value in self.values(each, frame)])]

    def _returned(self, frame: Frame) -> Values:
        """What a function returns."""
        if frame.depth > _DEEPEST:
            return (UNKNOWN,)
        found: List[Value] = []
        for binding in frame.scope.returns:
            outcome = self.reached(binding.guards, frame)
            if outcome is not False:
                found.extend(self.values(binding.value, frame))
            if outcome:
                break
        return _distinct(found) if found or not frame.scope.returns else ()

    def _library(self, dotted: str, node: ast.Call, frame: Frame) -> Iterable[Value]:
        if dotted in GETTERS:
            default = self.argument(node, frame, 1, "default") or (NOTHING,)
            return self._variable(self.argument(node, frame, 0, "key") or (), default, node, frame)
        if dotted in _CASTS and node.args:
            return self.values(node.args[-1], frame)
        if dotted in _AS_FIELDS and node.args:
            return [("fields", each) if each[0] == "object" else UNKNOWN for each in self.values(node.args[0], frame)]
        if dotted == "builtins.dict":
            return [("dict", tuple((each.arg, self.values(each.value, frame)) for each in node.keywords if each.arg))]
        if dotted == "builtins.getattr" and len(node.args) > 1 and isinstance(node.args[1], ast.Constant):
            name = str(node.args[1].value)
            return [value for each in self.values(node.args[0], frame) for value in self.attribute(each, name)]
        if dotted.rpartition(".")[2] in ("field", "Field", "Factory", "attrib", "ib"):
            return self._field_default(node, frame)
        given = [*node.args, *(each.value for each in node.keywords)]
        parts = [value for each in given for value in self.values(each, frame)] if _plain_name(dotted) else []
        return [_mixed(parts)] if any(each[0] in ("env", "mixed") for each in parts) else [("made", dotted)]

    def _field_default(self, node: ast.Call, frame: Frame) -> Values:
        factory = self.argument(node, frame, -1, "default_factory")
        if factory is None:
            return self.argument(node, frame, 0, "default") or (UNKNOWN,)
        return _distinct(value for each in factory for value in self._called(each, ast.Call(node.func, [], []), frame))

    def _variable(self, names: Values, default: Values, node: Any, frame: Frame) -> Iterable[Value]:
        place = "%s:%d" % (frame.scope.module.path, node.lineno)
        for each in names:
            if each[0] != "const" or not isinstance(each[1], str):
                yield UNKNOWN
            elif each[1] in self.assumed:
                yield ("const", self.assumed[each[1]])
            else:
                yield ("env", each[1], default, place)

    # ---- conditions --------------------------------------------------------------------------------------------------

    def truth(self, test: Any, frame: Frame) -> Optional[bool]:
        """Whether a condition holds; None where nobody can tell."""
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            inner = self.truth(test.operand, frame)
            return None if inner is None else not inner
        if isinstance(test, ast.BoolOp):
            outcomes = [self.truth(each, frame) for each in test.values]
            decisive = isinstance(test.op, ast.Or)
            if decisive in outcomes:
                return decisive
            return None if None in outcomes else not decisive
        if isinstance(test, ast.Compare):
            return self._compared(test, frame)
        if isinstance(test, ast.Call) and called(test) == "isinstance" and len(test.args) == 2:
            return self._is_instance(test, frame)
        return _only(_true(each) for each in self.values(test, frame))

    def _compared(self, test: ast.Compare, frame: Frame) -> Optional[bool]:
        if len(test.ops) != 1:
            return None
        left, right = self.values(test.left, frame), self.values(test.comparators[0], frame)
        outcomes = [_holds(type(test.ops[0]).__name__, one, other) for one in left for other in right]
        return _only(outcomes)

    def _is_instance(self, test: ast.Call, frame: Frame) -> Optional[bool]:
        wanted = self.values(test.args[1], frame)
        if wanted != (("foreign", "builtins.str"),):
            return None
        return _only(_is_text(each) for each in self.values(test.args[0], frame))


# ---- values --------------------------------------------------------------------------------------------------------


def _distinct(values: Iterable[Value]) -> Values:
    found = tuple(dict.fromkeys(values))
    return found if len(found) <= _MOST_VALUES else (*found[:_MOST_VALUES], UNKNOWN)


def _mixed(parts: Iterable[Value]) -> Value:
    told = tuple(each for each in parts if each[0] in ("env", "mixed"))
    return ("mixed", told) if told else UNKNOWN


def _or(value: Value, following: Values) -> Value:
    """`value or following`."""
    if not following:
        return value
    if value[0] == "env":
        kept = tuple(each for each in value[2] if _true(each) is not False)
        return ("env", value[1], kept or following, value[3])
    outcome = _true(value)
    return value if outcome else ("either", following if outcome is False else (value, *following))


def _alternatives(value: Value) -> Values:
    return value[1] if value[0] == "either" else (value,)


def _true(value: Value) -> Optional[bool]:
    if value[0] == "const":
        return bool(value[1])
    return True if value[0] in ("object", "class", "def", "module") else None


def _is_text(value: Value) -> Optional[bool]:
    if value[0] == "const":
        return isinstance(value[1], str)
    if value[0] == "made":
        return None if _plain_name(value[1]) else False
    return False if value[0] in ("object", "dict", "list", "fields") else None


def _plain_name(dotted: str) -> bool:
    """Whether the last word is not that of a class: whatever such a function returns may be text."""
    return not dotted.rpartition(".")[2][:1].isupper()


def _holds(operator: str, one: Value, other: Value) -> Optional[bool]:
    if operator in ("In", "NotIn"):
        if one[0] != "const" or other[0] != "list" or any(each[0] != "const" for each in other[1]):
            return None
        return (one in other[1]) is (operator == "In")
    if one[0] != "const" or other[0] != "const":
        never = NOTHING in (one, other) and any(each[0] in ("object", "class", "def") for each in (one, other))
        return {"Is": False, "IsNot": True, "Eq": False, "NotEq": True}.get(operator) if never else None
    same = type(one[1]) is type(other[1]) and one[1] == other[1]
    return {"Eq": same, "Is": same, "NotEq": not same, "IsNot": not same}.get(operator)


def _only(outcomes: Iterable[Optional[bool]]) -> Optional[bool]:
    """What all of them say; None where they differ, or there is none."""
    found = set(outcomes)
    return found.pop() if len(found) == 1 else None


def _plain(value: Value, call: ast.Call) -> bool:
    return value[0] == "const" and isinstance(value[1], str) and not call.args and hasattr(value[1], call.func.attr)  # type: ignore[attr-defined]


def _parameters(node: Any) -> List[ast.arg]:
    return [*getattr(node.args, "posonlyargs", []), *node.args.args, *node.args.kwonlyargs]


def parameter_names(scope: Scope) -> List[str]:
    """The names of a function's parameters."""
    return [each.arg for each in _parameters(scope.node)] if isinstance(scope.node, _FUNCTION) else []


def position_of(name: str, scope: Scope) -> Tuple[int, str]:
    """Where a call passes a parameter: by position (-1: never), and by name."""
    node: Any = scope.node
    positional = [each.arg for each in (*getattr(node.args, "posonlyargs", []), *node.args.args)]
    if name not in positional:
        return -1, name
    return positional.index(name) - bool(first_parameter(scope)), name


def _default_of(name: str, node: Any) -> Optional[ast.AST]:
    positional = [*getattr(node.args, "posonlyargs", []), *node.args.args]
    with_default = positional[len(positional) - len(node.args.defaults) :]
    for argument, default in [
        *zip(with_default, node.args.defaults),
        *zip(node.args.kwonlyargs, node.args.kw_defaults),
    ]:
        if argument.arg == name:
            return default  # type: ignore[no-any-return]
    return None
