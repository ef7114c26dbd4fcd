"""What the standard library does with texts, of which only parts may be known."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.source.golang.values import Hole, Piece, Text, Texts, Truth, distinct

_VERB = compiled_later(r"%(?:\[(\d+)\])?[-+# 0-9.*]*([a-zA-Z%])")
_MOST_SUMS = 48


def concatenated(one: tuple[Text, ...], other: tuple[Text, ...]) -> Texts:
    made = [
        Text((*a.parts, *b.parts), a.trail if len(a.trail) >= len(b.trail) else b.trail, a.doubt or b.doubt)
        for a in one
        for b in other
    ]
    return Texts(distinct(made[:_MOST_SUMS]))


def sprintf(formats: tuple[Text, ...], values: list[tuple[Text, ...]]) -> Texts:
    """`fmt.Sprintf`: each verb is a hole for a value."""
    found: list[Text] = []
    for other in formats:
        if not all(isinstance(part, Piece) for part in other.parts):
            found.append(Text((Hole(),)))
            continue
        made = Texts((Text((), other.trail, other.doubt),))
        for part in _filled(other, values):
            made = concatenated(made.texts, part)
        found.extend(made.texts)
    return Texts(distinct(found))


def _filled(form: Text, values: list[tuple[Text, ...]]) -> Iterator[tuple[Text, ...]]:
    """The characters between the verbs and the values of the verbs, in turn."""
    number = 0
    for piece in form.parts:
        if not isinstance(piece, Piece):
            continue
        last = 0
        for match in _VERB.finditer(piece.text):
            if match.start() > last:
                yield (Text((_part(piece, last, match.start()),)),)
            last = match.end()
            if match[2] == "%":
                yield (Text((Piece("%"),)),)
                continue
            index = int(match[1]) - 1 if match[1] else number
            number = index + 1
            known = values[index] if 0 <= index < len(values) else (Text((Hole(),)),)
            yield known if match[2] in "svdtqT" else (Text((Hole(),)),)
        if last < len(piece.text):
            yield (Text((_part(piece, last, len(piece.text)),)),)


def _part(piece: Piece, start: int, end: int) -> Piece:
    return Piece(piece.text[start:end], piece.place, piece.offset + start)


def cut(text: Text, start: int, end: int) -> Text:
    """A part of a text that is known to the end of it."""
    kept: list[Piece | Hole] = []
    here = 0
    for part in text.parts:
        length = len(part.text) if isinstance(part, Piece) else 1
        if isinstance(part, Hole):
            if start <= here < end:
                kept.append(part)
        elif here + length > start and here < end:
            kept.append(_part(part, max(start - here, 0), min(end - here, length)))
        here += length
    return Text(tuple(kept), text.trail, text.doubt)


def replaced(text: Text, old: Text, new: Text) -> Text:
    """Every occurrence replaced in what is known of a text."""
    known = old.literal
    if not known:
        return text
    parts: list[Piece | Hole] = []
    for run in _runs(text):
        if isinstance(run, Hole) or known not in "".join(part.text for part in run):
            parts += [run] if isinstance(run, Hole) else run
            continue
        words = "".join(part.text for part in run).split(known)
        for number, word in enumerate(words):
            parts += [*(new.parts if number else ()), *([Piece(word)] if word else ())]
        parts = [*parts, *_born(run)]
    return Text(tuple(parts), text.trail, text.doubt or new.doubt)


def _born(run: list[Piece]) -> list[Piece]:
    """An empty piece that keeps where the text came from."""
    return [Piece("", part.place) for part in run[:1] if part.place]


def _runs(text: Text) -> Iterator[list[Piece] | Hole]:
    run: list[Piece] = []
    for part in text.parts:
        if isinstance(part, Piece):
            run.append(part)
            continue
        if run:
            yield run
        run = []
        yield part
    if run:
        yield run


def mapped(found: tuple[Text, ...], change: Callable[[str], str]) -> Texts:
    """A function of characters that does the same to the parts as to the whole."""
    return Texts(
        distinct(
            Text(
                tuple(
                    part if isinstance(part, Hole) or change(part.text) == part.text else Piece(change(part.text))
                    for part in text.parts
                ),
                text.trail,
                text.doubt,
            )
            for text in found
        )
    )


# ---- comparing -------------------------------------------------------------------------------------------------------


def lost(*found: Text) -> str:
    return next((piece.lost for piece in found if piece.lost), "")


def truth(answers: list[bool | None], *, sure: bool) -> Truth:
    """Of the answers for each pair of texts, None where it is not known."""
    true, false = True in answers or None in answers, False in answers or None in answers
    return Truth(true, false, sure or None not in answers)


def equal(one: Text, other: Text) -> bool | None:
    a, b = one.literal, other.literal
    if a is not None and b is not None:
        return a == b
    known, open_ = (a, other) if a is not None else (b, one)
    if known is None:
        return None
    return None if _may_be(open_, known) else False


def _may_be(text: Text, known: str) -> bool:
    pattern = "".join(re.escape(part.text) if isinstance(part, Piece) else ".*" for part in text.parts)
    return re.fullmatch(pattern, known, re.DOTALL) is not None


def contains(text: Text, part: Text) -> bool | None:
    wanted = part.literal
    if wanted is None:
        return None
    if wanted in text.shape:
        return True
    return None if text.literal is None else False


def starts(text: Text, part: Text) -> bool | None:
    wanted, first = part.literal, text.parts[0] if text.parts else Piece("")
    if wanted is None:
        return None
    if text.shape.startswith(wanted):
        return True
    known = text.shape.split("\0")[0] if isinstance(first, Piece) else ""
    return None if text.literal is None and wanted.startswith(known) else False


def ends(text: Text, part: Text) -> bool | None:
    wanted = part.literal
    if wanted is None:
        return None
    if text.shape.endswith(wanted):
        return True
    known = text.shape.split("\0")[-1]
    return None if text.literal is None and wanted.endswith(known) else False
