"""Attributes, fields and entries. Standard library only, Python 3.8 or later."""

from __future__ import annotations

import _ast as ast
from typing import Any, Iterable, List, Optional

from stigmer_doctor.probe.frames import FUNCTION, Evaluation, Frame
from stigmer_doctor.probe.module import Scope, decorators
from stigmer_doctor.probe.value import NOTHING, UNKNOWN, Value, Values, distinct


class Objects(Evaluation):
    """Looks into instances, classes, modules and dictionaries."""

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

    def entry(self, base: Value, key: Any) -> Values:
        """What stands under a key; nothing where the key is not there."""
        if base[0] == "fields":
            inner = self.field(base[1], str(key))
            return inner if inner != (UNKNOWN,) else ()
        found: Values = ()
        for name, values in base[1]:
            if name == key:
                found = values
            elif name == "**":
                found = (self.entry(values[0], key) or found) if values[0][0] == "fields" else (UNKNOWN,)
        return found

    def field(self, base: Value, name: str, above: Optional[Scope] = None) -> Values:
        """What an attribute of an instance can be; `above` is the class to look in, where that is not its own."""
        cls: Scope = above or base[1]
        assigned = cls.attributes.get(name)
        if assigned:
            found: List[Value] = []
            for scope, binding in assigned:
                inner = self._method_frame(scope, base)
                if self.reached(binding.guards, inner) is not False:
                    found.extend(self.values(binding.value, inner))
            return self._settled(found)
        method = next((other for other in cls.scopes.values() if other.name == name and not other.is_class), None)
        if method is not None:
            if any("property" in decorator for decorator in decorators(method)):
                return self.returned(self.frame(method, None, None, base))
            return (("def", method, ("class", cls) if "classmethod" in decorators(method) else base),)
        if name in cls.bindings and "__init__" not in cls.bindings:
            return self._constructed(base, name, cls)
        return self._of_class(cls, name, base)

    @staticmethod
    def _settled(found: List[Value]) -> Values:
        """`self.x = None` in a constructor only says that it is set later."""
        values = distinct(found)
        return tuple(value for value in values if value != NOTHING) or values

    def _method_frame(self, scope: Scope, base: Value) -> Frame:
        """The frame of a method of the object: its constructor's arguments are known where its construction is."""
        made: Optional[Frame] = base[2]
        own: Scope = base[1]
        if scope.name != "__init__":
            return self.frame(scope, None, None, base)
        if scope.owner is not own and "__init__" in own.bindings:
            for place in own.module.calls("__init__"):
                if place.scope.owner is own and isinstance(place.node, ast.Call):
                    return self.frame(scope, place.node, self._method_frame(place.scope, base), base)
        if made is not None:
            return self.frame(scope, made.call, made.caller, base)
        return self.frame(scope, None, None, base)

    def _constructed(self, base: Value, name: str, cls: Scope) -> Values:
        """A field of a dataclass (or what is like one): an argument of its construction, else its default."""
        fields = [binding for binding in cls.bindings if not isinstance(cls.bindings[binding][0].value, FUNCTION)]
        made: Optional[Frame] = base[2]
        if made is not None and made.call is not None and made.caller is not None:
            given = self.argument(made.call, made.caller, fields.index(name), name)
            return self._of_class(cls, name, base) if given is None else given
        found: List[Value] = []
        for place in self.callers(base[1]):
            outer = self.frame(place.scope)
            if self.reached(place.guards, outer) is not False:
                given = self.argument(place.node, outer, fields.index(name), name)  # type: ignore[arg-type]
                found.extend(self._of_class(cls, name, base) if given is None else given)
        return distinct(found) if found else self._of_class(cls, name, base)

    def _of_class(self, cls: Scope, name: str, base: Value) -> Values:
        if name in cls.bindings:
            found = self.latest(cls.bindings[name], self.frame(cls), 0, ())
            told = tuple(self._bound_to(found_one, base) for found_one in found) or (UNKNOWN,)
            return (*told, UNKNOWN) if base[0] == "object" and self._fills_itself(base[1]) else told
        for above in self._above(cls):
            return self.field(base, name, above) if base[0] == "object" else self._of_class(above, name, base)
        return (UNKNOWN,)

    def _above(self, cls: Scope) -> Iterable[Scope]:
        """The classes of the program that it is derived from."""
        for parent in getattr(cls.node, "bases", ()):
            for value in self.values(parent, self.frame(cls.parent) if cls.parent else self.frame(cls)):
                if value[0] == "class" and value[1] is not cls:
                    yield value[1]

    def _fills_itself(self, cls: Scope) -> bool:
        """Whether its fields are set under names that are made at run time."""
        if any(getattr(base, "id", getattr(base, "attr", "")) == "BaseSettings" for base in cls.node.bases):  # type: ignore[attr-defined]
            return True
        filled = any(call.scope.owner is cls for call in cls.module.calls("setattr"))
        return filled or any(self._fills_itself(above) for above in self._above(cls))

    @staticmethod
    def _bound_to(value: Value, base: Value) -> Value:
        if value[0] != "def":
            return value
        return ("def", value[1], base if "staticmethod" not in decorators(value[1]) else None)
