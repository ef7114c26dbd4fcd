"""What expressions are, at the point of a function that is reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stigmer_doctor.source.golang import truths
from stigmer_doctor.source.golang.joining import joined
from stigmer_doctor.source.golang.library import literal_of
from stigmer_doctor.source.golang.picking import at_index, bound
from stigmer_doctor.source.golang.state import Call, GoFrame, GoScope, GoState, Written
from stigmer_doctor.source.golang.syntax import GoFile, Node, elements, literal, text
from stigmer_doctor.source.golang.texts import concatenated
from stigmer_doctor.source.golang.types import STRING, Type
from stigmer_doctor.source.golang.values import (
    Element,
    Entry,
    Function,
    GoMap,
    GoPlace,
    GoStruct,
    Hole,
    Lazy,
    Listing,
    Nil,
    Opaque,
    Piece,
    Text,
    Texts,
    Truth,
    Value,
    alternatives,
    doubtful,
    texts,
    touching,
)

if TYPE_CHECKING:
    from stigmer_doctor.source.golang.machine import Machine

_STRINGS = ("interpreted_string_literal", "raw_string_literal")
_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "r": "\r"}
_COMPARED = ("==", "!=")


class GoExpressions:
    """Expressions of one function, for one system."""

    def __init__(self, machine: Machine, file: GoFile, frame: GoFrame) -> None:
        self.machine, self.file, self.frame = machine, file, frame

    def place(self, node: Node) -> GoPlace:
        return GoPlace(self.file, node)

    def value(self, node: Node | None, scope: GoScope, state: GoState) -> Value:
        if node is None:
            return Opaque()
        kind = node.type
        if kind in _STRINGS:
            return self._string(node, state)
        known = _KINDS.get(kind)
        if known is None:
            return Opaque()
        if not self.machine.enters():
            return Opaque(hole=Hole("it comes through too much to be followed"))
        found: Value = getattr(self, known)(node, scope, state)
        self.machine.leaves()
        return found

    def _string(self, node: Node, state: GoState) -> Value:
        inner = literal(node)
        piece = Piece(inner if inner is not None else _unescaped(text(node)[1:-1]), self.place(node))
        return Texts((Text((piece,), (), state.doubt),), STRING)

    def _number(self, node: Node, scope: GoScope, state: GoState) -> Value:  # noqa: ARG002
        return Texts((Text((Piece(text(node)),)),))

    def _inner(self, node: Node, scope: GoScope, state: GoState) -> Value:
        return self.value(node.named_child(0), scope, state)

    # ---- names -------------------------------------------------------------------------------------------------------

    def _identifier(self, node: Node, scope: GoScope, state: GoState) -> Value:
        name = text(node)
        cell = scope.find(name)
        if cell is not None:
            found = state.store.get(cell, Opaque())
            if isinstance(found, Function) and found.scope is not None:
                self.frame.closures[found.node.id] = (found, state.copy())
                self.frame.called.discard(found.node.id)
            return found
        if name in ("true", "false"):
            return Truth(name == "true", name == "false")
        if name == "nil":
            return Nil()
        return self.machine.names.beside(self.file, name, state, self.frame.seen) or Opaque(
            hole=Hole(f"{name} is not in the tree")
        )

    def _truth_name(self, node: Node, scope: GoScope, state: GoState) -> Value:  # noqa: ARG002
        return Truth(node.type == "true", node.type == "false")

    def _nil(self, node: Node, scope: GoScope, state: GoState) -> Value:  # noqa: ARG002
        return Nil()

    def _selector(self, node: Node, scope: GoScope, state: GoState) -> Value:
        operand, name = node.child_by_field_name("operand"), text(node.child_by_field_name("field"))
        path = self.package(operand, scope)
        if path is not None:
            return self.machine.names.value(path, name, state, self.frame.seen)
        found = self.machine.field(self.value(operand, scope, state), name, self.place(node))
        if isinstance(found, Function) and self.frame.seen is not None:
            self.frame.seen.mentioned.add((found.file.file, found.node.start_byte))
        return found

    def package(self, operand: Node | None, scope: GoScope) -> str | None:
        """The import path that a name stands for."""
        if operand is None or operand.type != "identifier" or scope.find(text(operand)) is not None:
            return None
        return self.machine.tree.imports(self.file).get(text(operand))

    # ---- operators ---------------------------------------------------------------------------------------------------

    def _unary(self, node: Node, scope: GoScope, state: GoState) -> Value:
        operator, operand = text(node.child_by_field_name("operator")), node.child_by_field_name("operand")
        if operator == "!":
            found = self.truth(operand, scope, state)
            return Truth(found.false, found.true, found.sure)
        value = self.value(operand, scope, state)
        return value if operator in ("&", "*", "-", "+") else Opaque()

    def _binary(self, node: Node, scope: GoScope, state: GoState) -> Value:
        operator = text(node.child_by_field_name("operator"))
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if operator in ("&&", "||"):
            return self._both(operator, left, right, scope, state)
        one = self.value(left, scope, state)
        other = self.value(right, scope, state)
        if operator in _COMPARED:
            found = self.same(one, other, None)
            return found if operator == "==" else Truth(found.false, found.true, found.sure)
        if operator == "+":
            return Lazy(lambda: Texts(concatenated(texts(one), texts(other)).texts, STRING), STRING)
        if operator in ("<", ">", "<=", ">="):
            return truths.ordered(operator, literal_of(one), literal_of(other))
        return Texts((Text((Hole(),)),))

    def _both(self, operator: str, left: Node | None, right: Node | None, scope: GoScope, state: GoState) -> Truth:
        one = self.truth(left, scope, state)
        if operator == "&&" and not one.true:
            return one
        if operator == "||" and not one.false:
            return one
        other = self.truth(right, scope, state)
        if operator == "&&":
            return truths.settled(Truth(other.true, one.false or other.false, one.sure and other.sure))
        return truths.settled(Truth(one.true or other.true, other.false, one.sure and other.sure))

    def same(self, one: Value, other: Value, about: Node | None) -> Truth:
        """Whether two values are equal; `about` is what is asked for, where no condition says it."""
        return truths.same(one, other, about, thorough=self.frame.thorough)

    def truth(self, node: Node | None, scope: GoScope, state: GoState) -> Truth:
        """Whether a condition holds."""
        if node is not None and node.type == "parenthesized_expression":
            return self.truth(node.named_child(0), scope, state)
        return truths.holds(self.value(node, scope, state), node, thorough=self.frame.thorough)

    # ---- lists, maps, structs ----------------------------------------------------------------------------------------

    def _composite(self, node: Node, scope: GoScope, state: GoState) -> Value:
        stated = self.machine.types.stated(node.child_by_field_name("type"), self.file)
        return self.composed(node.child_by_field_name("body"), stated, scope, state)

    def composed(self, body: Node | None, stated: Type | None, scope: GoScope, state: GoState) -> Value:
        """The value of `{...}`, of a type."""
        under = self.machine.types.underlying(stated)
        if body is None:
            return Opaque(stated)
        if under is not None and under.kind == "list":
            return self._list(body, under, scope, state)
        if under is not None and under.kind == "map":
            return self._map(body, under, scope, state)
        return self._struct(body, stated, scope, state)

    def _item(self, node: Node, stated: Type | None, scope: GoScope, state: GoState) -> Value:
        if node.type == "literal_element" and node.named_child_count:
            return self._item(node.named_children[0], stated, scope, state)
        return (
            self.composed(node, stated, scope, state)
            if node.type == "literal_value"
            else self.value(node, scope, state)
        )

    def _list(self, body: Node, stated: Type, scope: GoScope, state: GoState) -> Value:
        made = []
        for element in elements(body):
            node = (element.child_by_field_name("value") or element) if element.type == "keyed_element" else element
            node = node.named_children[0] if node.type == "literal_element" and node.named_child_count else node
            made.append(Element(self._item(node, stated.of, scope, state), self.place(node), state.doubt))
        return Listing(tuple(made), stated)

    def _map(self, body: Node, stated: Type, scope: GoScope, state: GoState) -> Value:
        made = []
        for element in elements(body):
            key, value = element.child_by_field_name("key"), element.child_by_field_name("value")
            if element.type == "keyed_element" and key is not None and value is not None:
                made.append(
                    Entry(
                        self._item(key, None, scope, state),
                        self._item(value, stated.of, scope, state),
                        self.place(element),
                        state.doubt,
                    )
                )
        return GoMap(tuple(made), type=stated)

    def _struct(self, body: Node, stated: Type | None, scope: GoScope, state: GoState) -> Value:
        fields: dict[str, Value] = {}
        for element in elements(body):
            key, value = element.child_by_field_name("key"), element.child_by_field_name("value")
            if element.type != "keyed_element" or key is None or value is None:
                continue
            name = text(key)
            member = self.machine.types.member(stated, name)
            found = self._item(value, member.type if member else None, scope, state)
            fields[name] = doubtful(found) if state.doubt else found
            if stated is not None and self.frame.seen is not None:
                owner = member.owner if member else stated
                self.frame.seen.written.append(Written(owner, name, found, self.place(value), state.doubt))
        return GoStruct(fields, stated)

    def _index(self, node: Node, scope: GoScope, state: GoState) -> Value:
        operand = self.value(node.child_by_field_name("operand"), scope, state)
        index = self.value(node.child_by_field_name("index"), scope, state)
        under = self.machine.types.underlying(operand.type)
        stated = under.of if under is not None and under.kind in ("list", "map") else None
        touches = touching(operand) and touching(index)
        return Lazy(
            lambda: joined(at_index(alternative, index) for alternative in alternatives(operand)), stated, touches
        )

    def _slice(self, node: Node, scope: GoScope, state: GoState) -> Value:
        operand = self.value(node.child_by_field_name("operand"), scope, state)
        first, last = (bound(node.child_by_field_name(field)) for field in ("start", "end"))
        if isinstance(operand, Listing) and not any(element.spread for element in operand.elements[: last or first]):
            return Listing(operand.elements[first:last], operand.type)
        return operand if isinstance(operand, (Listing, Lazy)) else Opaque(operand.type)

    def _assertion(self, node: Node, scope: GoScope, state: GoState) -> Value:
        stated = self.machine.types.stated(node.child_by_field_name("type"), self.file)
        self.value(node.child_by_field_name("operand"), scope, state)
        return Opaque(stated)

    def _conversion(self, node: Node, scope: GoScope, state: GoState) -> Value:
        stated = self.machine.types.stated(node.child_by_field_name("type"), self.file)
        value = self.value(node.child_by_field_name("operand"), scope, state)
        return Listing((), stated) if isinstance(value, Nil) else value

    def _literal_function(self, node: Node, scope: GoScope, state: GoState) -> Value:
        results = self.machine.types.results(node, self.file)
        made = Function(node, self.file, scope=scope, type=Type("function", results=results))
        if self.frame.seen is not None and not _given_a_name(node):
            self.frame.closures[node.id] = (made, state.copy())
        return made

    def _call(self, node: Node, scope: GoScope, state: GoState) -> Value:
        return self.machine.calls.call(self, node, scope, state)

    def observe(self, call: Call) -> None:
        if self.frame.seen is not None:
            self.frame.seen.calls.append(call)


_KINDS = {  # by the kind of the node, the method that reads it
    "int_literal": "_number",
    "identifier": "_identifier",
    "true": "_truth_name",
    "false": "_truth_name",
    "nil": "_nil",
    "parenthesized_expression": "_inner",
    "literal_element": "_inner",
    "selector_expression": "_selector",
    "unary_expression": "_unary",
    "binary_expression": "_binary",
    "composite_literal": "_composite",
    "index_expression": "_index",
    "slice_expression": "_slice",
    "type_assertion_expression": "_assertion",
    "type_conversion_expression": "_conversion",
    "func_literal": "_literal_function",
    "call_expression": "_call",
}


def _unescaped(inner: str) -> str:
    made, position = "", 0
    while position < len(inner):
        if inner[position] == "\\" and position + 1 < len(inner):
            made += _ESCAPES.get(inner[position + 1], inner[position : position + 2])
            position += 2
        else:
            made += inner[position]
            position += 1
    return made


def _given_a_name(node: Node) -> bool:
    """Whether a function literal is given to a variable, and so runs only where that is called."""
    above = node.parent.parent if node.parent is not None and node.parent.type == "expression_list" else node.parent
    if above is None:
        return False
    if above.type == "call_expression" and above.child_by_field_name("function") == node:
        return True
    if above.type == "assignment_statement":
        left = above.child_by_field_name("left")
        return left is not None and all(child.type == "identifier" for child in left.named_children)
    return above.type in ("short_var_declaration", "var_spec")
