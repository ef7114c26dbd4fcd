"""The words of our own sentences, which a secret of the same letters must not shred."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

_PACKAGE = Path(__file__).parents[2] / "stigmer_doctor"
_WORD = re.compile(r"(?<![A-Za-z])[A-Za-z]{4,24}(?![A-Za-z])")
"""What is longer is none, such as an alphabet."""


def own_words() -> str:
    """The words of all texts in the code but docstrings, in lower case, one a line."""
    texts = (text for path in _PACKAGE.rglob("*.py") for text in _texts(path.read_text("utf-8")))
    words = sorted({word.lower() for text in texts for word in _WORD.findall(text)})
    return "".join(f"{word}\n" for word in words)


def _texts(code: str) -> Iterator[str]:
    nodes = list(ast.walk(ast.parse(code)))
    docstrings = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value
