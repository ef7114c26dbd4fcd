"""Functions of the standard library that make a text, a list or a truth of others."""

from __future__ import annotations

from collections.abc import Callable

from stigmer_doctor.source.golang import texts as t
from stigmer_doctor.source.golang.conditions import TELLING
from stigmer_doctor.source.golang.joining import join
from stigmer_doctor.source.golang.syntax import elements
from stigmer_doctor.source.golang.types import STRING, Type
from stigmer_doctor.source.golang.values import (
    Builtin,
    Element,
    GoPlace,
    Hole,
    Lazy,
    Listing,
    Opaque,
    Text,
    Texts,
    Truth,
    Tuple,
    Value,
    alternatives,
    distinct,
    forced,
    hole,
    text_of,
    texts,
    waits,
)

_LIST = Type("list", of=STRING)
_TELLING = {"strings.Contains": t.contains, "strings.HasPrefix": t.starts, "strings.HasSuffix": t.ends}
_SAME = ("strings.TrimSpace", "path/filepath.Clean", "path.Clean", "os.ExpandEnv", "strconv.Itoa", "fmt.Sprint")
_EAGER = ("strings.NewReplacer", "slices.Concat", "slices.Insert", "net/url.Parse", "os.Getenv", "os.LookupEnv")
_LISTS = ("strings.Fields", "strings.Split")
_SDK_NETWORKS = {
    "NetworkHost": "host",
    "NetworkBridge": "bridge",
    "NetworkNone": "none",
    "NetworkDefault": "default",
    "NetworkNat": "nat",
}
_GIVEN = ("os.Getenv", "os.LookupEnv")


def standard(path: str) -> bool:
    """Whether an import path is the standard library's: those have no host."""
    return "." not in path.partition("/")[0]


def sdk_constant(path: str, name: str) -> str | None:
    """A network's name, as a constant of Docker's own library."""
    return _SDK_NETWORKS.get(name) if path.endswith("/api/types/network") else None


def called(name: str, given: list[Value], place: GoPlace) -> Value | None:
    """What a function gives, named as "strings.Replace"; None for one that is not known here."""
    if name not in _EAGER and any(waits(argument) for argument in given):
        if name in _TELLING or name in ("strings.EqualFold", "slices.Contains"):
            touches = any(not waits(argument) and _tells_something(argument) for argument in given)
            return Lazy(lambda: _called(name, given, place) or Opaque(), touches=touches)
        stated = STRING if name in _SAME or name in _TEXTS else (_LIST if name in _LISTS else None)
        return Lazy(lambda: _called(name, given, place) or Opaque(), stated) if stated else _called(name, given, place)
    return _called(name, given, place)


def _tells_something(value: Value) -> bool:
    found = [text for alternative in alternatives(value) for text in _words(alternative)]
    return any(TELLING.search(piece.shape) for piece in found)


def _words(value: Value) -> tuple[Text, ...]:
    if isinstance(value, Listing):
        return tuple(text for element in value.elements if not waits(element.value) for text in texts(element.value))
    return texts(value)


def _called(name: str, given: list[Value], place: GoPlace) -> Value | None:
    if name in _TELLING and len(given) == 2:
        return _tells(_TELLING[name], texts(given[0]), texts(given[1]))
    if name == "strings.EqualFold" and len(given) == 2:
        one, other = (t.mapped(texts(argument), str.lower).texts for argument in given)
        return _tells(t.equal, one, other)
    if name in _SAME and given:
        return Texts(texts(given[0]), STRING)
    if name in _GIVEN:
        return Tuple((hole(), Truth(True, True))) if name == "os.LookupEnv" else hole()
    known = _KNOWN.get(name)
    return known(given, place) if known else None


def _tells(question: Callable[[Text, Text], bool | None], one: tuple[Text, ...], other: tuple[Text, ...]) -> Truth:
    return t.truth([question(a, b) for a in one for b in other], sure=not t.lost(*one, *other))


def _sprintf(given: list[Value], _: GoPlace) -> Value:
    return t.sprintf(texts(given[0]), [texts(argument) for argument in given[1:]]) if given else hole()


def _replace(given: list[Value], _: GoPlace) -> Value:
    if len(given) < 3:
        return hole()
    made = [
        t.replaced(text, old, new) for text in texts(given[0]) for old in texts(given[1]) for new in texts(given[2])
    ]
    return Texts(distinct(made), STRING)


def _replacer(given: list[Value], _: GoPlace) -> Value:
    return Builtin("replacer", list(zip(given[::2], given[1::2], strict=False)))


def replaced_by(replacer: Builtin, given: list[Value], place: GoPlace) -> Value:
    value = given[0] if given else hole()
    for old, new in replacer.data:
        value = _replace([value, old, new], place)
    return value


def _trim_prefix(given: list[Value], _: GoPlace) -> Value:
    return _trimmed(given, t.starts, lambda text, length: t.cut(text, length, len(text.shape)))


def _trim_suffix(given: list[Value], _: GoPlace) -> Value:
    return _trimmed(given, t.ends, lambda text, length: t.cut(text, 0, len(text.shape) - length))


def _trimmed(
    given: list[Value], question: Callable[[Text, Text], bool | None], change: Callable[[Text, int], Text]
) -> Value:
    if len(given) < 2:
        return hole()
    made = [
        change(text, len(part.shape)) if question(text, part) else text
        for text in texts(given[0])
        for part in texts(given[1])
    ]
    return Texts(distinct(made), STRING)


def _lower(given: list[Value], _: GoPlace) -> Value:
    return t.mapped(texts(given[0]), str.lower) if given else hole()


def _upper(given: list[Value], _: GoPlace) -> Value:
    return t.mapped(texts(given[0]), str.upper) if given else hole()


def _fields(given: list[Value], place: GoPlace) -> Value:
    return words(texts(given[0]), None, place) if given else Opaque(_LIST)


def _split(given: list[Value], place: GoPlace) -> Value:
    separators = [text.literal for text in texts(given[1])] if len(given) > 1 else []
    if len(separators) != 1 or not separators[0]:
        return Opaque(_LIST)
    return words(texts(given[0]), separators[0], place)


def words(found: tuple[Text, ...], separator: str | None, place: GoPlace) -> Value:
    """One string that is split: a list for each text that it can be."""
    made: Value | None = None
    for text in found:
        elements = tuple(_element(word, text.born or place) for word in split(text, separator))
        made = join(made, Listing(elements, _LIST)) if made else Listing(elements, _LIST)
    return made or Opaque(_LIST)


def _element(text: Text, born: GoPlace) -> Element:
    return Element(Texts((text,)), text.born or born, text.doubt)


def split(text: Text, separator: str | None) -> list[Text]:
    shape, found, start = text.shape, list[Text](), 0
    if separator is None:
        position = 0
        for word in shape.split():
            start = shape.index(word, position)
            position = start + len(word)
            found.append(t.cut(text, start, position))
        return found
    for word in shape.split(separator):
        found.append(t.cut(text, start, start + len(word)))
        start += len(word) + len(separator)
    return found


def _join(given: list[Value], _: GoPlace) -> Value:
    listed = (
        next((alternative for alternative in alternatives(given[0]) if isinstance(alternative, Listing)), None)
        if given
        else None
    )
    separator = texts(given[1]) if len(given) > 1 else ()
    if listed is None:
        return hole()
    return _chained([element.value for element in listed.elements], separator)


def _path(given: list[Value], _: GoPlace) -> Value:
    return _chained(given, text_of("/").texts)


def _chained(values: list[Value], separator: tuple[Text, ...]) -> Value:
    made: Texts | None = None
    for value in values:
        made = (
            t.concatenated(t.concatenated(made.texts, separator).texts, texts(value)) if made else Texts(texts(value))
        )
    return made or text_of("")


def _host_port(given: list[Value], _: GoPlace) -> Value:
    return _chained(given, text_of(":").texts)


def _first_given(given: list[Value], _: GoPlace) -> Value:
    """`cmp.Or`: the first that is not empty."""
    found: list[Text] = []
    for argument in given:
        known = texts(argument)
        found += [text for text in known if text.literal != ""]
        if all(text.literal for text in known):
            break
    return Texts(distinct(found), STRING)


def _has(given: list[Value], _: GoPlace) -> Value:
    """`slices.Contains`."""
    if len(given) != 2:
        return Truth(True, True)
    answers: list[bool | None] = []
    for alternative in alternatives(given[0]):
        if not isinstance(alternative, Listing) or any(element.spread for element in alternative.elements):
            answers.append(None)
            continue
        for wanted in texts(given[1]):
            known = [t.equal(text, wanted) for element in alternative.elements for text in texts(element.value)]
            answers.append(True if True in known else (None if None in known else False))
    return t.truth(answers or [None], sure=True)


def _all(given: list[Value], place: GoPlace) -> Value:
    """`slices.Concat`."""
    return Listing(tuple(Element(argument, place, spread=True) for argument in given), _LIST)


def _inserted(given: list[Value], place: GoPlace) -> Value:
    """`slices.Insert`; in doubt, behind the first word, where the index is not known."""
    index = literal_of(given[1]) if len(given) > 1 else None
    if not given or not isinstance(given[0], Listing):
        return Opaque(_LIST)
    known = index is not None and index.isdecimal() and len(index) < 6
    had, at = given[0].elements, int(index) if index is not None and known else 1
    arguments = place.node.child_by_field_name("arguments")
    nodes = elements(arguments) if arguments is not None else []
    places = [GoPlace(place.file, node) for node in nodes] if len(nodes) == len(given) else [place] * len(given)
    put = (Element(pair, where, doubt=not known) for pair, where in zip(given[2:], places[2:], strict=True))
    return Listing((*had[:at], *put, *had[at:]), _LIST)


def _url(given: list[Value], _: GoPlace) -> Value:  # noqa: ARG001
    return Tuple((Opaque(Type("outside", "net/url", "URL"), Hole()), Opaque()))


_KNOWN: dict[str, Callable[[list[Value], GoPlace], Value]] = {
    "fmt.Sprintf": _sprintf,
    "strings.Replace": _replace,
    "strings.ReplaceAll": _replace,
    "strings.NewReplacer": _replacer,
    "strings.TrimPrefix": _trim_prefix,
    "strings.TrimSuffix": _trim_suffix,
    "strings.ToLower": _lower,
    "strings.ToUpper": _upper,
    "strings.Fields": _fields,
    "strings.Split": _split,
    "strings.Join": _join,
    "path.Join": _path,
    "path/filepath.Join": _path,
    "net.JoinHostPort": _host_port,
    "cmp.Or": _first_given,
    "slices.Contains": _has,
    "slices.Concat": _all,
    "slices.Insert": _inserted,
    "net/url.Parse": _url,
}


_TEXTS = frozenset(_KNOWN) - {*_EAGER, *_LISTS, "slices.Contains"}


def literal_of(value: Value) -> str | None:
    """The one text that a value is."""
    found = texts(value) if not waits(value) and isinstance(forced(value), Texts) else ()
    return found[0].literal if len(found) == 1 else None
