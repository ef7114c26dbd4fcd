"""What parameters get: from one call, or from any. Standard library only, Python 3.8 or later."""

from __future__ import annotations

import _ast as ast
from typing import Any, Iterable, List, Optional

from stigmer_doctor.probe.frames import FUNCTION, Evaluation, Frame, default_of, parameters_of, position_of
from stigmer_doctor.probe.module import CodePlace, Scope, decorators, first_parameter
from stigmer_doctor.probe.value import UNKNOWN, Value, Values, distinct


class Parameters(Evaluation):
    """Binds arguments."""

    def parameter(self, name: str, frame: Frame) -> Optional[Values]:
        """The parameter's values; None where the scope has none of that name."""
        node: Any = frame.scope.node
        if not isinstance(node, FUNCTION):
            return None
        if name == first_parameter(frame.scope):
            return (frame.this,) if frame.this else self._any_this(frame.scope)
        if not any(parameter.arg == name for parameter in parameters_of(node)):
            return self._gathered(name, frame)
        if frame.call is not None and frame.caller is not None:
            return self._argument(name, frame)
        return self._any_argument(name, frame)

    def _any_this(self, scope: Scope) -> Values:
        assert scope.owner is not None  # noqa: S101 - first_parameter has said so
        if "classmethod" in decorators(scope):
            return (("class", scope.owner),)
        derived = [owner for owner in self._derived(scope.owner) if any(self._constructions(owner))]
        if derived and not any(self._constructions(scope.owner)):
            return tuple(("object", owner, None) for owner in derived)
        return tuple(("object", owner, None) for owner in (scope.owner, *derived))

    def _derived(self, cls: Scope) -> List[Scope]:
        """The classes that name it as what they are derived from."""
        return [
            scope
            for module in self.program.holding("(" + cls.name)
            for scope in module.scope.scopes.values()
            if scope is not cls and cls.name in [getattr(base, "id", "") for base in getattr(scope.node, "bases", ())]
        ]

    def _constructions(self, cls: Scope) -> Iterable[CodePlace]:
        return (
            caller for caller in self.callers(cls) if self.reached(caller.guards, self.frame(caller.scope)) is not False
        )

    def _gathered(self, name: str, frame: Frame) -> Optional[Values]:
        """`**name`, `*name`: keywords that no parameter takes."""
        node: Any = frame.scope.node
        rest = node.args.kwarg
        if rest is None or rest.arg != name:
            return (UNKNOWN,) if node.args.vararg is not None and node.args.vararg.arg == name else None
        if frame.call is not None and frame.caller is not None:
            return (self._keywords(frame.call, frame.caller, node),)
        places = [caller for caller in self.callers(frame.scope) if isinstance(caller.node, ast.Call)]
        found = [self._keywords(place.node, self.frame(place.scope), node) for place in places]  # type: ignore[arg-type]
        return distinct(found) if found else (UNKNOWN,)

    def _keywords(self, call: ast.Call, caller: Frame, node: Any) -> Value:
        own = {parameter.arg for parameter in parameters_of(node)}
        pairs: List[Any] = []
        for keyword in call.keywords:
            if keyword.arg is None:
                spread = self.values(keyword.value, caller)
                pairs.extend(pair for one in spread if one[0] == "dict" for pair in one[1])
                pairs.extend(("**", (one,)) for one in spread if one[0] != "dict")
            elif keyword.arg not in own:
                pairs.append((keyword.arg, self.values(keyword.value, caller)))
        return ("dict", tuple(pairs))

    def _argument(self, name: str, frame: Frame) -> Values:
        assert frame.call is not None  # noqa: S101 - by its caller
        assert frame.caller is not None  # noqa: S101 - the same
        given = self.argument(frame.call, frame.caller, *position_of(name, frame.scope))
        return self._default(name, frame) if given is None else given

    def argument(self, call: ast.Call, caller: Frame, position: int, name: str) -> Optional[Values]:
        """What a call passes by position (-1: by name only) or by name; None where it does not."""
        plain = [argument for argument in call.args if not isinstance(argument, ast.Starred)]
        if 0 <= position < len(call.args):
            return self.values(call.args[position], caller) if len(plain) == len(call.args) else (UNKNOWN,)
        for keyword in call.keywords:
            if keyword.arg == name:
                return self.values(keyword.value, caller)
        spread = [value for other in call.keywords if other.arg is None for value in self.values(other.value, caller)]
        found = [
            value
            for other in spread
            for value in (self.entry(other, name) if other[0] in ("dict", "fields") else (UNKNOWN,))
        ]
        return distinct(found) if found else None

    def _default(self, name: str, frame: Frame) -> Values:
        node: Any = frame.scope.node
        default = default_of(name, node)
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
            return distinct(found)
        default = self._default(name, frame)
        if default != (UNKNOWN,):
            return default
        annotation = next(
            parameter.annotation for parameter in parameters_of(frame.scope.node) if parameter.arg == name
        )
        return self._instance(annotation, self.frame(frame.scope.parent) if frame.scope.parent else frame)

    def _instance(self, annotation: Optional[ast.AST], frame: Frame) -> Values:
        if isinstance(annotation, (ast.Name, ast.Attribute)):
            return distinct(
                ("object", value[1], None) if value[0] == "class" else UNKNOWN
                for value in self.values(annotation, frame)
            )
        return (UNKNOWN,)

    def callers(self, scope: Scope) -> Iterable[CodePlace]:
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

    def _may_be(self, place: CodePlace, wanted: Scope) -> bool:
        callee = getattr(place.node, "func", None)
        if isinstance(callee, ast.Attribute) and wanted.owner is None and not wanted.is_class:
            found = self.values(callee.value, self.frame(place.scope))
            if all(found_one[0] != "module" and found_one != UNKNOWN for found_one in found):
                return False
        found = self.values(callee, self.frame(place.scope))
        return any(
            found_one[0] not in ("def", "class", "foreign", "made") or found_one[1] is wanted for found_one in found
        )
