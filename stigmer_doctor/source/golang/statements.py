"""Statements, one after the other: which are reached, and what they make of the variables."""

from __future__ import annotations

from stigmer_doctor.source.golang import branches
from stigmer_doctor.source.golang.expressions import GoExpressions
from stigmer_doctor.source.golang.joining import join, joined
from stigmer_doctor.source.golang.library import literal_of
from stigmer_doctor.source.golang.picking import picked, zero
from stigmer_doctor.source.golang.state import GoScope, GoState, Returned, Written
from stigmer_doctor.source.golang.syntax import Node, listed, named, text
from stigmer_doctor.source.golang.texts import concatenated
from stigmer_doctor.source.golang.types import STRING
from stigmer_doctor.source.golang.values import (
    Element,
    Entry,
    GoMap,
    GoStruct,
    Lazy,
    Listing,
    Opaque,
    Texts,
    Tuple,
    Value,
    doubtful,
    texts,
)

_MOST_CLOSURES = 60


class Statements(GoExpressions):
    """The statements of one function."""

    # ---- the function ------------------------------------------------------------------------------------------------

    def body(self, function: Node, scope: GoScope, state: GoState) -> GoState | None:
        """Follows the body of a function; what is left at its end, None where that is not reached."""
        self._name_results(function, scope, state)
        return self.block(function.child_by_field_name("body"), scope, state)

    def _name_results(self, function: Node, scope: GoScope, state: GoState) -> None:
        result = function.child_by_field_name("result")
        types = self.machine.types.results(function, self.file)
        self.frame.last_is_error = bool(types) and types[-1] is not None and types[-1].name == "error"
        names = (
            [name for child in result.named_children for name in named(child, "name")]
            if result is not None and result.type == "parameter_list"
            else []
        )
        cells = [scope.declare(text(name)) for name in names]
        for cell, stated in zip(cells, types, strict=False):
            state.store[cell] = zero(stated)
        self.frame.named = tuple(cells)

    def result(self) -> Value:
        """What the function returns: either of all that it can."""
        found = [_as_one(values) for values, _, _ in self.frame.returns]
        if not found:
            return Opaque(self.frame.results[0] if self.frame.results else None)
        return joined(found)

    def rest(self) -> None:
        """Follows the function literals that nobody called here: somebody else may."""
        for _ in range(_MOST_CLOSURES):
            waiting = [closure for closure in self.frame.closures if closure not in self.frame.called]
            if not waiting or self.frame.seen is None:
                return
            function, state = self.frame.closures[waiting[0]]
            self.frame.called.add(waiting[0])
            parameters = [
                Opaque(stated) for _, stated, _ in self.machine.types.parameters(function.node, function.file)
            ]
            self.machine.enter(self, function, list(parameters), state.copy())

    # ---- statements --------------------------------------------------------------------------------------------------

    def block(self, node: Node | None, scope: GoScope, state: GoState | None) -> GoState | None:
        return self.statements(node.named_children, GoScope(scope), state) if node is not None else state

    def statements(self, nodes: list[Node], scope: GoScope, state: GoState | None) -> GoState | None:
        for node in nodes:
            if state is None:
                return None
            state = self.statement(node, scope, state)
        return state

    def statement(self, node: Node, scope: GoScope, state: GoState) -> GoState | None:  # noqa: C901 - a case for each kind of statement
        if not self.machine.goes_on():
            return state
        match node.type:
            case "statement_list":
                return self.statements(node.named_children, scope, state)
            case "block":
                return self.block(node, scope, state)
            case "short_var_declaration" | "assignment_statement":
                self._assignment(node, scope, state)
            case "var_declaration" | "const_declaration" | "var_spec_list":
                self.declarations(node, scope, state)
            case "expression_statement" | "go_statement" | "defer_statement":
                self.value(node.named_child(0), scope, state)
            case "return_statement":
                self._return(node, scope, state)
                return None
            case "break_statement":
                self._leave(self.frame.breaks, state)
                return None
            case "continue_statement":
                self._leave(self.frame.continues, state)
                return None
            case "goto_statement":
                return None
            case "labeled_statement":
                return self.statements(node.named_children[1:], scope, state)
            case "send_statement":
                self.value(node.child_by_field_name("value"), scope, state)
            case kind if kind in branches.KINDS:
                return branches.KINDS[kind](self, node, GoScope(scope), state)
        return state

    @staticmethod
    def _leave(stack: list[list[GoState]], state: GoState) -> None:
        if stack:
            stack[-1].append(state)

    def _return(self, node: Node, scope: GoScope, state: GoState) -> None:
        nodes = listed(node.named_child(0)) if node.named_child_count else []
        values = tuple(self.value(other, scope, state) for other in nodes)
        if not nodes and self.frame.named:
            values = tuple(state.store[name] for name in self.frame.named)
        if state.doubt:
            values = tuple(doubtful(value) for value in values)
        place = self.place(node)
        self.frame.returns.append((values, state, place))
        fails = self.frame.last_is_error and nodes and text(nodes[-1]) != "nil"
        self.frame.error_exit = (
            bool(fails) or not self.frame.results or (len(self.frame.results) == 1 and self.frame.last_is_error)
        )
        if self.frame.seen is not None and not fails:
            self.frame.seen.returned.append(Returned(values, place, state.doubt))

    # ---- variables ---------------------------------------------------------------------------------------------------

    def declarations(self, node: Node, scope: GoScope, state: GoState) -> None:
        for spec in node.named_children:
            if spec.type == "var_spec_list":
                self.declarations(spec, scope, state)
            elif spec.type in ("var_spec", "const_spec"):
                self._declared(spec, scope, state)

    def _declared(self, spec: Node, scope: GoScope, state: GoState) -> None:
        names, values = named(spec, "name"), listed(spec.child_by_field_name("value"))
        stated = self.machine.types.stated(spec.child_by_field_name("type"), self.file)
        found = self._values(values, len(names), scope, state)
        for index, name in enumerate(names):
            value = found[index] if values else zero(stated)
            if isinstance(value, Opaque) and stated is not None:
                value = Opaque(stated, value.hole)
            state.store[scope.declare(text(name))] = value

    def _values(self, nodes: list[Node], wanted: int, scope: GoScope, state: GoState) -> list[Value]:
        if len(nodes) == wanted:
            return [self.value(node, scope, state) for node in nodes]
        single = self.value(nodes[0], scope, state) if nodes else Opaque()
        if not isinstance(single, (Tuple, Lazy)):
            return [single, *(Opaque() for _ in range(wanted - 1))]
        return [picked(single, index) for index in range(wanted)]

    def _assignment(self, node: Node, scope: GoScope, state: GoState) -> None:
        lefts, rights = listed(node.child_by_field_name("left")), listed(node.child_by_field_name("right"))
        operator = text(node.child_by_field_name("operator")) or "="
        values = self._values(rights, len(lefts), scope, state)
        declares = node.type == "short_var_declaration"
        for left, value in zip(lefts, values, strict=False):
            if operator == "+=":
                value = Texts(concatenated(texts(self.value(left, scope, state)), texts(value)).texts, STRING)  # noqa: PLW2901
            elif operator not in ("=", ":="):
                value = Opaque()  # noqa: PLW2901
            self.assign(left, value, scope, state, declares=declares)

    def assign(self, left: Node, value: Value, scope: GoScope, state: GoState, *, declares: bool = False) -> None:
        if state.doubt:
            value = doubtful(value)
        match left.type:
            case "identifier":
                self._assign_name(text(left), value, scope, state, declares=declares)
            case "selector_expression":
                self._assign_field(left, value, scope, state)
            case "index_expression":
                self._assign_element(left, value, scope, state)
            case "unary_expression" | "parenthesized_expression":
                inner = left.child_by_field_name("operand") or left.named_child(0)
                if inner is not None:
                    self.assign(inner, value, scope, state)

    def _assign_name(self, name: str, value: Value, scope: GoScope, state: GoState, *, declares: bool) -> None:
        if name == "_":
            return
        cell = scope.own(name) if declares else scope.find(name)
        if cell is None and declares:
            cell = scope.declare(name)
        if cell is not None:
            had = state.store.get(cell)
            if isinstance(value, Opaque) and value.type is None and had is not None and not declares:
                value = Opaque(had.type, value.hole)
            state.store[cell] = value
            return
        key = (self.file.file.rpartition("/")[0], name)
        state.store[key] = value
        if self.frame.seen is not None:
            self.frame.seen.globals.append((key, value))

    def _assign_field(self, left: Node, value: Value, scope: GoScope, state: GoState) -> None:
        operand, name = left.child_by_field_name("operand"), text(left.child_by_field_name("field"))
        path = self.package(operand, scope)
        if operand is None or path is not None:
            return
        owner = self.value(operand, scope, state)
        member = self.machine.types.member(owner.type, name)
        if self.frame.seen is not None and owner.type is not None:
            holder = member.owner if member else owner.type
            self.frame.seen.written.append(Written(holder, name, value, self.place(left), state.doubt))
        had = owner.fields if isinstance(owner, GoStruct) else {}
        base = (owner.base if isinstance(owner, GoStruct) else owner) if not isinstance(owner, Lazy) else owner
        if operand.type == "identifier":
            cell = scope.find(text(operand))
            if cell is not None:
                state.store[cell] = GoStruct({**had, name: value}, owner.type, base)

    def _assign_element(self, left: Node, value: Value, scope: GoScope, state: GoState) -> None:
        operand = left.child_by_field_name("operand")
        if operand is None:
            return
        owner = self.value(operand, scope, state)
        key = self.value(left.child_by_field_name("index"), scope, state)
        place = self.place(left)
        if isinstance(owner, (GoMap, Opaque, Lazy)):
            entries = owner.entries if isinstance(owner, GoMap) else ()
            made: Value = GoMap(
                (*entries, Entry(key, value, place, state.doubt)),
                not isinstance(owner, GoMap) or owner.open,
                owner.type,
            )
        elif isinstance(owner, Listing):
            made = Listing(_with_element(owner, literal_of(key), Element(value, place, state.doubt)), owner.type)
        else:
            return
        if operand.type in ("identifier", "unary_expression", "parenthesized_expression", "selector_expression"):
            self.assign(operand, made, scope, state)


def _with_element(owner: Listing, index: str | None, put: Element) -> tuple[Element, ...]:
    """The list with another element at an index; where that cannot be told, each element may be the new one."""
    had = owner.elements
    if index is None and isinstance(put.value, Texts) and len(put.value.texts) == 1:
        other = doubtful(put.value)
        return tuple(
            element if element.spread else element._replace(value=join(element.value, other)) for element in had
        )
    at = int(index) if index is not None and index.isdecimal() and len(index) < 6 else len(had)
    if at >= len(had) or any(element.spread for element in had[: at + 1]):
        return (*had, put)
    return (*had[:at], put._replace(doubt=had[at].doubt), *had[at + 1 :])


def _as_one(values: tuple[Value, ...]) -> Value:
    if len(values) == 1:
        return values[0]
    return Tuple(values) if values else Opaque()
