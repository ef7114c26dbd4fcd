"""The evaluation of a program, without running it: values are followed through names, branches, parameters, fields,
properties and returns. Standard library only, Python 3.8 or later.
"""

from __future__ import annotations

import _ast as ast
import time
from typing import Any, Dict, Iterable, Optional

from stigmer_doctor.probe.calls import Calls
from stigmer_doctor.probe.expressions import Expressions
from stigmer_doctor.probe.frames import DEEPEST, Frame
from stigmer_doctor.probe.module import Guards, Scope
from stigmer_doctor.probe.names import Names
from stigmer_doctor.probe.objects import Objects
from stigmer_doctor.probe.parameters import Parameters
from stigmer_doctor.probe.program import Program
from stigmer_doctor.probe.value import UNKNOWN, Value, Values, distinct


class OutOfTime(Exception):  # noqa: N818 - reads as what it is
    """The reading took as long as it may."""


class Evaluator(Expressions, Names, Parameters, Objects, Calls):
    """Evaluates in one mode. `assumed` are variables whose value is taken for granted."""

    def __init__(self, program: Program, assumed: Dict[str, str], deadline: float) -> None:
        self.program, self.assumed, self._deadline = program, assumed, deadline
        self._frames: Dict[Any, Frame] = {}
        self._steps = 0

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

    def values(self, node: Optional[ast.AST], frame: Frame) -> Values:
        """Everything that the expression can be; nothing where it can only be itself. Raises OutOfTime."""
        if node is None:
            return (UNKNOWN,)
        if id(node) in frame.known:
            return frame.known[id(node)] or ()  # None: it is being evaluated, and is part of itself
        self._steps += 1
        if self._steps % 256 == 0 and time.process_time() > self._deadline:
            raise OutOfTime
        if frame.depth > DEEPEST:
            return (UNKNOWN,)
        frame.known[id(node)] = None
        found = distinct(self._evaluate(node, frame))
        frame.known[id(node)] = found
        return found

    def _evaluate(self, node: Any, frame: Frame) -> Iterable[Value]:
        kind = type(node).__name__
        if kind == "Constant":
            return [("const", node.value)]
        special = getattr(self, "_of_" + kind.lower(), None)
        return special(node, frame) if special else [UNKNOWN]
