"""What an expression of a program can be. Standard library only, Python 3.8 or later.

A value is a tuple:

    ("const", value)                a constant
    ("env", name, defaults, line)   what a variable holds; `defaults` are the values when it is unset; a fifth part,
                                    True, says that they are in force when it is empty, too
    ("object", class, frame)        an instance of a class of the program; the frame holds its constructor's arguments
    ("made", "library.Class")       what a call into a library returns
    ("foreign", "library.name")     something of a library itself
    ("lambda", node, frame), ("def", scope, object), ("class", scope), ("module", path)
    ("dict", pairs), ("list", values), ("fields", object)
    ("mixed", values)               made of these, nobody knows how
    ("unknown",)
"""

from __future__ import annotations

import _ast as ast
from typing import Any, Iterable, Optional, Tuple, TypeAlias

Value: TypeAlias = "Tuple[Any, ...]"
Values: TypeAlias = "Tuple[Value, ...]"

UNKNOWN: Value = ("unknown",)
NOTHING: Value = ("const", None)
_MOST_VALUES = 12


def distinct(values: Iterable[Value]) -> Values:
    found = tuple(values)
    if len(found) > 1:  # a value may hold a whole frame, and the hash of that takes its time
        found = tuple(dict.fromkeys(found))
    return found if len(found) <= _MOST_VALUES else (*found[:_MOST_VALUES], UNKNOWN)


def mixed(parts: Iterable[Value]) -> Value:
    told = tuple(part for part in parts if part[0] in ("env", "mixed"))
    return ("mixed", told) if told else UNKNOWN


def either_of(value: Value, following: Values) -> Value:
    """`value or following`."""
    if not following:
        return value
    if value[0] == "env":
        kept = tuple(part for part in value[2] if truthy(part) is not False)
        return (*value[:2], kept, value[3]) if kept else (*value[:2], following, value[3], True)
    outcome = truthy(value)
    return value if outcome else ("either", following if outcome is False else (value, *following))


def alternatives(value: Value) -> Values:
    return value[1] if value[0] == "either" else (value,)


def truthy(value: Value) -> Optional[bool]:
    if value[0] == "const":
        return bool(value[1])
    return True if value[0] in ("object", "class", "def", "module") else None


def is_text(value: Value) -> Optional[bool]:
    if value[0] == "const":
        return isinstance(value[1], str)
    if value[0] == "made":
        return None if plain_name(value[1]) else False
    return False if value[0] in ("object", "dict", "list", "fields") else None


def plain_name(dotted: str) -> bool:
    """Whether the last word is not that of a class: whatever such a function returns may be text."""
    return not dotted.rpartition(".")[2][:1].isupper()


def holds(operator: str, one: Value, other: Value) -> Optional[bool]:
    if operator in ("In", "NotIn"):
        if one[0] != "const" or other[0] != "list" or any(part[0] != "const" for part in other[1]):
            return None
        return (one in other[1]) is (operator == "In")
    if one[0] != "const" or other[0] != "const":
        never = NOTHING in (one, other) and any(side[0] in ("object", "class", "def") for side in (one, other))
        return {"Is": False, "IsNot": True, "Eq": False, "NotEq": True}.get(operator) if never else None
    same = type(one[1]) is type(other[1]) and one[1] == other[1]
    return {"Eq": same, "Is": same, "NotEq": not same, "IsNot": not same}.get(operator)


def unanimous(outcomes: Iterable[Optional[bool]]) -> Optional[bool]:
    """What all of them say; None where they differ, or there is none."""
    found = set(outcomes)
    return found.pop() if len(found) == 1 else None


def is_plain(value: Value, call: ast.Call) -> bool:
    return value[0] == "const" and isinstance(value[1], str) and not call.args and hasattr(value[1], call.func.attr)  # type: ignore[attr-defined]
