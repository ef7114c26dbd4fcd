"""What an expression of Go code can be on one operating system: sets of texts, truth, lists, maps, structs, functions.

A value is what is known without running the program. `Text` is one text that it can be; what is put into it at run time
is a `Hole`. `doubt` marks what is only reached under a condition that cannot be judged here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import msgspec

from stigmer_doctor.source.golang.syntax import GoFile, Node

MOST_TEXTS = 24
_MOST_FORCING = 300
_forcing: list[Any] = []
_MOST_TRAIL = 8


class GoPlace(NamedTuple):
    """A node of a file."""

    file: GoFile
    node: Node

    @property
    def key(self) -> tuple[str, int, int]:
        return self.file.file, self.node.start_byte, self.node.end_byte


class Hole(NamedTuple):
    """What is not in the code. `lost` says why it cannot be followed; "" for what a person or the machine gives."""

    lost: str = ""


class Piece(NamedTuple):
    """Characters of a text; `place` is the literal that holds them, from the `offset`-th character of its value on."""

    text: str
    place: GoPlace | None = None
    offset: int = 0


class Text(msgspec.Struct, frozen=True):
    """One text. `trail` is the way that it came: the calls and fields that it went through, the first one first."""

    parts: tuple[Piece | Hole, ...]
    trail: tuple[GoPlace, ...] = ()
    doubt: bool = False

    @property
    def literal(self) -> str | None:
        """The whole text, where all of it is in the code."""
        pieces = [part.text for part in self.parts if isinstance(part, Piece)]
        return "".join(pieces) if len(pieces) == len(self.parts) else None

    @property
    def shape(self) -> str:
        """The text with a mark for each hole."""
        return "".join(part.text if isinstance(part, Piece) else "\0" for part in self.parts)

    @property
    def lost(self) -> str:
        return next((part.lost for part in self.parts if isinstance(part, Hole) and part.lost), "")

    @property
    def born(self) -> GoPlace | None:
        return next((part.place for part in self.parts if isinstance(part, Piece) and part.place), None)

    def through(self, place: GoPlace) -> Text:
        return Text(self.parts, (*self.trail, place)[-_MOST_TRAIL:], self.doubt)


class Value(msgspec.Struct, frozen=True, eq=False):
    """Nothing is known but, where it can be told, the type."""

    @property
    def type(self) -> Any:
        return None


class Opaque(Value, frozen=True, eq=False):
    """A value that is not in the code."""

    type: Any = None
    hole: Hole = Hole()


class Nil(Value, frozen=True, eq=False):
    type: Any = None


class Texts(Value, frozen=True, eq=False):
    texts: tuple[Text, ...]
    type: Any = None


class Truth(Value, frozen=True, eq=False):
    """`sure`: the condition is free; otherwise it may depend on the system in a way that is not known here."""

    true: bool
    false: bool
    sure: bool = True
    type: Any = None


class Element(NamedTuple):
    """An element of a list. `spread`: the value stands for a list of unknown length."""

    value: Value
    place: GoPlace
    doubt: bool = False
    spread: bool = False


class Listing(Value, frozen=True, eq=False):
    elements: tuple[Element, ...]
    type: Any = None


class Entry(NamedTuple):
    key: Value
    value: Value
    place: GoPlace
    doubt: bool = False


class GoMap(Value, frozen=True, eq=False):
    entries: tuple[Entry, ...]
    open: bool = False
    type: Any = None


class GoStruct(Value, frozen=True, eq=False):
    """A struct; what is not among the fields is the zero value, or `base`'s."""

    fields: dict[str, Value]
    type: Any = None
    base: Value | None = None


class Function(Value, frozen=True, eq=False):
    """A function or method of the tree (`receiver` bound), a literal with its scopes, or a known one of the library."""

    node: Node
    file: GoFile
    receiver: Value | None = None
    scope: Any = None
    type: Any = None


class Builtin(Value, frozen=True, eq=False):
    name: str
    data: Any = None
    type: Any = None


class Tuple(Value, frozen=True, eq=False):
    values: tuple[Value, ...]
    type: Any = None


class Choice(Value, frozen=True, eq=False):
    values: tuple[Value, ...]
    type: Any = None


class Lazy(Value, frozen=False, eq=False):  # type: ignore[misc] # it keeps what it has found
    """A value that is looked for when somebody asks, once."""

    find: Callable[[], Value] | None
    type: Any = None
    touches: bool = False
    """Whether it may depend on the system, or decides what becomes of an address."""
    _found: Value | None = None

    @property
    def found(self) -> bool:
        return self._found is not None

    def force(self) -> Value:
        if self._found is None:
            find, self.find = self.find, None
            if find is None or len(_forcing) >= _MOST_FORCING:  # it depends on itself, or on too much
                return Opaque(self.type, Hole("it comes through too much to be followed"))
            _forcing.append(self)
            try:
                found = find()
                while isinstance(found, Lazy):
                    found = found.force()
            finally:
                _forcing.pop()
            self._found = found
        return self._found


def forced(value: Value) -> Value:
    return value.force() if isinstance(value, Lazy) else value


def waits(value: Value) -> bool:
    """Whether nobody has looked for the value yet."""
    return isinstance(value, Lazy) and not value.found


def touching(value: Value) -> bool:
    return value.touches if isinstance(value, Lazy) else True


def text_of(value: str, place: GoPlace | None = None) -> Texts:
    return Texts((Text((Piece(value, place),)),))


def hole(lost: str = "") -> Texts:
    return Texts((Text((Hole(lost),)),))


def texts(value: Value) -> tuple[Text, ...]:
    """The texts that a value can be; a hole where it is none."""
    value = forced(value)
    match value:
        case Texts():
            return value.texts
        case Choice():
            return distinct(text for other in value.values for text in texts(other))
        case Nil():
            return ()
        case Opaque():
            return (Text((value.hole,)),)
    return (Text((Hole(),)),)


def distinct(found: Iterable[Text]) -> tuple[Text, ...]:
    """Each text once, the certain one before one in doubt; a bounded number of them."""
    kept: dict[str, Text] = {}
    for piece in found:
        key = piece.shape + ("\1" if piece.lost else "")
        if key not in kept or (kept[key].doubt and not piece.doubt):
            kept[key] = piece
    return tuple(list(kept.values())[:MOST_TEXTS])


def alternatives(value: Value) -> Iterator[Value]:
    value = forced(value)
    if isinstance(value, Choice):
        for other in value.values:
            yield from alternatives(other)
    else:
        yield value


def doubtful(value: Value) -> Value:
    """The value, as one that may not be reached."""
    match value:
        case Texts():
            return Texts(tuple(Text(text.parts, text.trail, True) for text in value.texts), value.type)
        case Listing():
            return Listing(tuple(element._replace(doubt=True) for element in value.elements), value.type)
        case Lazy():
            return Lazy(lambda: doubtful(value.force()), value.type, value.touches)
    return value


def through(value: Value, place: GoPlace) -> Value:
    """The value, having come through a call or a field."""
    match value:
        case Texts():
            return Texts(tuple(text.through(place) for text in value.texts), value.type)
        case Lazy():
            return Lazy(lambda: through(value.force(), place), value.type, value.touches)
        case Tuple():
            return Tuple(tuple(through(other, place) for other in value.values), value.type)
        case Choice():
            return Choice(tuple(through(other, place) for other in value.values), value.type)
    return value
