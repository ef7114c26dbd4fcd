"""What names stand for, in their scopes and by their imports. Standard library only, Python 3.8 or later."""

from __future__ import annotations

import _ast as ast
from typing import Dict, Iterable, List, Tuple

from stigmer_doctor.probe.frames import FUNCTION, Evaluation, Frame
from stigmer_doctor.probe.module import Binding
from stigmer_doctor.probe.value import UNKNOWN, Value, Values, distinct


class Names(Evaluation):
    """Looks names up."""

    def name(self, name: str, frame: Frame, line: int = 0) -> Values:
        """What a name stands for in a line of a frame; 0 is the end of the scope."""
        key = (name, line)
        if key in frame.names:
            return frame.names[key] or ()
        frame.names[key] = None
        found = distinct(self._named(name, frame, line))
        frame.names[key] = found
        return found

    def _named(self, name: str, frame: Frame, line: int) -> Iterable[Value]:
        scope = frame.scope
        bound = scope.bindings.get(name)
        parameter = self.parameter(name, frame)
        if bound:
            found = self.latest(bound, frame, line, parameter or ())
            return self._with_entries(name, found, frame) or (UNKNOWN,)
        if parameter is not None:
            return self._with_entries(name, parameter, frame)
        outer = scope.parent
        while outer is not None and outer.is_class:
            outer = outer.parent
        if outer is not None:
            return self.name(name, self.frame(outer))
        return self._imported(name, frame)

    def latest(self, bound: List[Binding], frame: Frame, line: int, before: Values) -> Values:
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
                test, side = next((guard for guard in reversed(binding.guards) if guard[0] is not None), (None, True))
                if split.get(id(test)) == (not side):  # both branches bind it
                    start = getattr(test, "lineno", 0)
                    standing = [value for value in standing if value[0] >= start]
                split[id(test)] = side
            standing.append((binding.line, found))
        return distinct(value for _, values in standing for value in values)

    def _bound(self, binding: Binding, frame: Frame) -> Values:
        node = binding.value
        if isinstance(node, ast.ClassDef):
            return (("class", frame.scope.scopes[id(node)]),)
        if isinstance(node, FUNCTION):
            return (("def", frame.scope.scopes[id(node)], None),)
        found = self.values(node, frame)
        if not binding.elementwise:
            return found
        return distinct(
            value for found_one in found for value in (found_one[1] if found_one[0] == "list" else (UNKNOWN,))
        )

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
        return tuple(("dict", found_one[1] + pairs) if found_one[0] == "dict" else found_one for found_one in found)

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
