"""A compose file's tree as plain values: merge keys merged, variables replaced, text typed as compose types it."""

from __future__ import annotations

from collections.abc import Mapping as Known
from typing import Any, TypeAlias

from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.source.compose.document import MERGE
from stigmer_doctor.source.compose.interpolation import substituted
from stigmer_doctor.source.compose.nodes import (
    MOST_LEVELS,
    MOST_NODES,
    Alias,
    MappingNode,
    Node,
    NodeTree,
    Scalar,
    Sequence,
)

Path: TypeAlias = "tuple[str, ...]"
RESET, OVERRIDE = "!reset", "!override"
_INT = compiled_later(r"[-+]?(?:0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|[1-9][0-9_]*|0)")
_FLOAT = compiled_later(
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN)"
)
_TRUE, _FALSE = ("true", "True", "TRUE"), ("false", "False", "FALSE")


class Open(str):
    """A text with a variable in it that nothing here sets: whoever starts compose decides what it is."""

    __slots__ = ()


class ValueRefused(Exception):  # noqa: N818 - reads as what it is
    """Compose refuses the file; `path` leads to the place. `certain` as in Problem."""

    def __init__(self, path: Path, message: str, *, certain: bool = True) -> None:
        super().__init__(message)
        self.path, self.certain = path, certain


class Values:
    """One document of a file. `resets` are the paths whose former values do not count; `needs` those of variables
    without which compose refuses the file, each with the variable's name."""

    def __init__(self, tree: NodeTree, root: Node, known: Known[str, str]) -> None:
        self._tree, self._known, self._count = tree, known, 0
        self.resets: list[Path] = []
        self.needs: list[tuple[Path, str]] = []
        self.value = self._of(root, (), 0)

    def _of(self, node: Node, path: Path, level: int) -> Any:
        """Raises Refused."""
        self._count += 1
        if self._count > MOST_NODES or level > MOST_LEVELS:
            raise ValueRefused(path, "is too large to be looked at as a whole", certain=False)
        target = self._tree.resolve(node)
        if target.tag in (RESET, OVERRIDE):
            self.resets.append(path)
        if isinstance(target, Scalar):
            return self._scalar(target, path)
        if isinstance(target, Sequence):
            kept = [item for item in target.items if not self._is_reset(item)]
            return [self._of(piece, (*path, str(at)), level + 1) for at, piece in enumerate(kept)]
        return self._mapping(target, path, level) if isinstance(target, MappingNode) else None

    def _is_reset(self, node: Node) -> bool:
        return self._tree.resolve(node).tag == RESET

    def _mapping(self, mapping: MappingNode, path: Path, level: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        merged: list[Node] = []
        for key, value in mapping.entries:
            name = self._key(key, path)
            if name == MERGE and isinstance(key, Scalar) and not key.style:
                target = self._tree.resolve(value)
                merged += target.items if isinstance(target, Sequence) else [target]
            elif self._is_reset(value):
                self.resets.append((*path, name))
            else:
                found[name] = self._of(value, (*path, name), level + 1)
        for entry in merged:
            base = self._of(entry, path, level + 1)
            if not isinstance(base, dict):
                raise ValueRefused(path, "merges something that is not a mapping")
            found = {**base, **found}
        return found

    def _key(self, key: Node, path: Path) -> str:
        key = self._tree.resolve(key) if isinstance(key, Alias) else key
        if isinstance(key, Scalar) and isinstance(value := _typed(key), str):
            return value
        raise ValueRefused(path, "has a key that is not text")

    def _scalar(self, node: Scalar, path: Path) -> Any:
        value = _typed(node)
        if not isinstance(value, str) or "$" not in value:
            return value
        found = substituted(value, self._known)
        if found.invalid:
            raise ValueRefused(path, "has a $ that begins no variable: write $$ where it is meant as it is")
        self.needs += [(path, name) for name in found.required]
        return Open(found.text) if found.unset or found.required else found.text


def _typed(node: Scalar) -> Any:
    text = node.value
    if node.style or node.tag in ("!!str", "tag:yaml.org,2002:str"):
        return text
    if node.null:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if _INT.fullmatch(text):
        try:
            return _whole(text)
        except ValueError:  # without a digit ("0x_"), or with more than a number has
            return text
    return float(text.lower().replace(".inf", "inf").replace(".nan", "nan")) if _FLOAT.fullmatch(text) else text


def _whole(text: str) -> int:
    digits = text.replace("_", "").lower()
    sign, digits = (-1 if digits.startswith("-") else 1), digits.lstrip("+-")
    octal = len(digits) > 1 and digits[0] == "0" and digits[1].isdigit()
    return sign * int(digits, 8 if octal else 0)
