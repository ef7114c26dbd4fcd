"""Statements that go more than one way."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from stigmer_doctor.source.golang.state import GoScope, GoState, either
from stigmer_doctor.source.golang.syntax import Node, listed, of_type, text
from stigmer_doctor.source.golang.values import (
    GoMap,
    Listing,
    Opaque,
    Texts,
    Truth,
    Value,
    forced,
    hole,
    text_of,
    texts,
    waits,
)

if TYPE_CHECKING:
    from stigmer_doctor.source.golang.statements import Statements

_MOST_TURNS = 64


def _if(here: Statements, node: Node, scope: GoScope, state: GoState) -> GoState | None:
    before = node.child_by_field_name("initializer")
    if before is not None:
        after = here.statement(before, scope, state)
        state = after if after is not None else state
    condition = node.child_by_field_name("condition")
    found, then, other = _decided(here, condition, scope, state)
    left = here.block(node.child_by_field_name("consequence"), scope, then) if then is not None else None
    leaves = found.true and left is None
    if other is not None:
        other = _after_exit(here, found, other) if leaves and not node.child_by_field_name("alternative") else other
        alternative = node.child_by_field_name("alternative")
        if alternative is not None:
            other = here.statement(alternative, scope, other)
    return either(left, other)


def _after_exit(here: Statements, found: Truth, other: GoState) -> GoState:
    """Behind an exit under a condition that cannot be judged; where that was an error's, what follows is the rule."""
    if found.false and found.true and not found.sure and not here.frame.error_exit:
        return other.copy(doubt=True)
    return other


def _decided(
    here: Statements, condition: Node | None, scope: GoScope, state: GoState
) -> tuple[Truth, GoState | None, GoState | None]:
    """Whether a condition holds, and the states in which it does and does not."""
    found = here.truth(condition, scope, state)
    if not found.true or not found.false:
        return found, (state if found.true else None), (None if found.true else state)
    doubt = not found.sure
    then, other = state.copy(doubt=doubt), state.copy()
    for name in _names(condition):
        cell = scope.find(name)
        value = state.store.get(cell) if cell is not None else None
        value = forced(value) if value is not None and not waits(value) else None
        if cell is None or not isinstance(value, Texts) or len(value.texts) < 2:
            continue
        holds, fails = [], []
        for item in value.texts:
            trial = state.copy()
            trial.store[cell] = Texts((item,), value.type)
            said = here.truth(condition, scope, trial)
            holds += [item] if said.true else []
            fails += [item] if said.false else []
        then.store[cell] = Texts(tuple(holds), value.type) if holds else state.store[cell]
        other.store[cell] = Texts(tuple(fails), value.type) if fails else state.store[cell]
    return found, then, other


def _names(condition: Node | None) -> list[str]:
    found = of_type(condition, "identifier") if condition is not None else ()
    return list(dict.fromkeys(text(shape) for shape in found))


# ---- switch ----------------------------------------------------------------------------------------------------------


def _switch(here: Statements, node: Node, scope: GoScope, state: GoState) -> GoState | None:
    before, subject = node.child_by_field_name("initializer"), node.child_by_field_name("value")
    if before is not None:
        state = here.statement(before, scope, state) or state
    value: Value = here.value(subject, scope, state) if subject is not None else Truth(True, False)
    cases = [child for child in node.named_children if child.type == "expression_case"]
    default = next((child for child in node.named_children if child.type == "default_case"), None)
    here.frame.breaks.append([])
    waiting: GoState | None = state
    after: GoState | None = None
    fallen: GoState | None = None
    for case in cases:
        if waiting is None and fallen is None:
            break
        found = (
            _matches(here, case, value, scope, waiting or state, subject) if waiting is not None else Truth(False, True)
        )
        entered = fallen
        if found.true and waiting is not None:
            entered = either(waiting.copy(doubt=not found.sure and found.false), fallen)
        if waiting is not None and not found.false:
            waiting = None
        ended = here.statements(_statements(case), GoScope(scope), entered) if entered is not None else None
        falls = any(statement.type == "fallthrough_statement" for statement in _statements(case)[-1:]) or _falls(case)
        fallen = ended if falls else None
        exits = entered is not None and ended is None and found.true and found.false and waiting is not None
        if exits and waiting is not None:
            waiting = _after_exit(here, found, waiting)
        after = after if falls else either(after, ended)
    if default is not None and (waiting is not None or fallen is not None):
        waiting = here.statements(_statements(default), GoScope(scope), either(waiting, fallen))
    for leaving in here.frame.breaks.pop():
        after = either(after, leaving)
    return either(after, waiting)


def _falls(case: Node) -> bool:
    last = case.named_children[-1:] or []
    return (
        bool(last)
        and last[0].type == "statement_list"
        and any(child.type == "fallthrough_statement" for child in last[0].named_children[-1:])
    )


def _matches(here: Statements, case: Node, value: Value, scope: GoScope, state: GoState, subject: Node | None) -> Truth:
    made = Truth(False, True)
    for node in listed(case.child_by_field_name("value")):
        found = (
            here.truth(node, scope, state)
            if subject is None
            else here.same(value, here.value(node, scope, state), subject)
        )
        made = Truth(made.true or found.true, made.false and found.false, made.sure and found.sure)
        if not found.false:
            return Truth(True, False)
    return made


def _statements(case: Node) -> list[Node]:
    found = [child for child in case.named_children if child.type == "statement_list"]
    return found[0].named_children if found else []


def _type_switch(here: Statements, node: Node, scope: GoScope, state: GoState) -> GoState | None:
    before, alias = node.child_by_field_name("initializer"), node.child_by_field_name("alias")
    if before is not None:
        state = here.statement(before, scope, state) or state
    value = here.value(node.child_by_field_name("value"), scope, state)
    here.frame.breaks.append([])
    after: GoState | None = None
    default = False
    for case in node.named_children:
        if case.type not in ("type_case", "default_case"):
            continue
        default = default or case.type == "default_case"
        inner, entered = GoScope(scope), state.copy()
        types = [other for other in case.children_by_field_name("type") if other.is_named]
        for name in listed(alias):
            stated = here.machine.types.stated(types[0], here.file) if len(types) == 1 else None
            entered.store[inner.declare(text(name))] = Opaque(stated) if types else value
        after = either(after, here.statements(_statements(case), inner, entered))
    for leaving in here.frame.breaks.pop():
        after = either(after, leaving)
    return after if default else either(after, state)


def _select(here: Statements, node: Node, scope: GoScope, state: GoState) -> GoState | None:
    here.frame.breaks.append([])
    after: GoState | None = None
    for case in node.named_children:
        inner, entered = GoScope(scope), state.copy()
        communication = case.child_by_field_name("communication")
        left = communication.child_by_field_name("left") if communication is not None else None
        for name in listed(left):
            if name.type == "identifier":
                entered.store[inner.declare(text(name))] = Opaque()
        after = either(after, here.statements(_statements(case), inner, entered))
    for leaving in here.frame.breaks.pop():
        after = either(after, leaving)
    return after or state


# ---- loops -----------------------------------------------------------------------------------------------------------


def _for(here: Statements, node: Node, scope: GoScope, state: GoState) -> GoState | None:
    body = node.child_by_field_name("body")
    inner = next((child for child in node.named_children if child != body), None)
    if inner is not None and inner.type == "range_clause":
        return _range(here, inner, body, scope, state)
    condition = inner
    if inner is not None and inner.type == "for_clause":
        before = inner.child_by_field_name("initializer")
        if before is not None:
            state = here.statement(before, scope, state) or state
        condition = inner.child_by_field_name("condition")
        for left in listed(before.child_by_field_name("left")) if before is not None else ():
            cell = scope.find(text(left))
            if cell is not None:
                state.store[cell] = hole()
    if condition is not None:
        here.truth(condition, scope, state)
    ended, broken = _turn(here, body, scope, state.copy())
    if condition is None:  # it only ends where it is left
        return broken
    return either(either(state, ended), broken)


def _turn(here: Statements, body: Node | None, scope: GoScope, state: GoState) -> tuple[GoState | None, GoState | None]:
    here.frame.breaks.append([])
    here.frame.continues.append([])
    ended = here.block(body, scope, state)
    for leaving in here.frame.continues.pop():
        ended = either(ended, leaving)
    broken: GoState | None = None
    for leaving in here.frame.breaks.pop():
        broken = either(broken, leaving)
    return ended, broken


def _range(here: Statements, clause: Node, body: Node | None, scope: GoScope, state: GoState) -> GoState | None:
    names = listed(clause.child_by_field_name("left"))
    value = here.value(clause.child_by_field_name("right"), scope, state)
    if not waits(value) or here.frame.thorough or (here.frame.seen is None and _of_texts(value)):
        value = forced(value)
    turns = _turns(value) if isinstance(value, (Listing, GoMap)) else None
    declares = b":=" in here.file.body[clause.start_byte : clause.end_byte]
    left: GoState | None = None
    current: GoState | None = state
    sure = turns is not None
    for key, item, doubt in turns if turns is not None else [_unknown_turn(here, value)]:
        if current is None:
            break
        entered = current.copy(doubt=doubt)
        inner = GoScope(scope)
        for name, pair in zip(names, (key, item), strict=False):
            here.assign(name, pair, inner, entered, declares=declares)
        ended, broken = _turn(here, body, inner, entered)
        if ended is not None and doubt:
            ended.doubt = current.doubt
        current = ended if sure and not doubt else either(current, ended)
        left = either(left, broken)
    return either(current, left)


def _of_texts(value: Value) -> bool:
    return value.type is not None and value.type.of is not None and value.type.of.name == "string"


def _turns(value: Value) -> list[tuple[Value, Value, bool]] | None:
    if isinstance(value, Listing):
        if len(value.elements) > _MOST_TURNS or any(element.spread for element in value.elements):
            return None
        return [(text_of(str(index)), element.value, element.doubt) for index, element in enumerate(value.elements)]
    if isinstance(value, GoMap):
        found = [(entry.key, entry.value, entry.doubt) for entry in value.entries[:_MOST_TURNS]]
        return [*found, (hole(), hole(), False)] if value.open else found
    return None


def _unknown_turn(here: Statements, value: Value) -> tuple[Value, Value, bool]:
    under = here.machine.types.underlying(value.type)
    item = Opaque(under.of if under is not None and under.kind in ("list", "map") else None)
    known = value
    if isinstance(known, Listing) and known.elements:
        parts = [element.value for element in known.elements if not element.spread]
        item_texts = tuple(text for part in parts if isinstance(forced(part), Texts) for text in texts(part))
        return hole(), (Texts(item_texts) if item_texts else item), False
    return hole(), item, False


KINDS: dict[str, Callable[[Statements, Node, GoScope, GoState], GoState | None]] = {
    "if_statement": _if,
    "expression_switch_statement": _switch,
    "type_switch_statement": _type_switch,
    "select_statement": _select,
    "for_statement": _for,
}
