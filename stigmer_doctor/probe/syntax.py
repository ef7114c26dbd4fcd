"""Syntax trees: what of the `ast` module is used. Standard library only, Python 3.8 or later.

The nodes themselves are the interpreter's own, in `_ast`: all that `ast` adds takes longer to load in a container than
the program there takes to be read.
"""

from __future__ import annotations

import _ast as ast
from typing import Any, Iterator, List, Tuple


def parsed(source: str) -> ast.Module:
    """A module's syntax tree. Raises what `ast.parse` raises."""
    return compile(source, "<unknown>", "exec", ast.PyCF_ONLY_AST, dont_inherit=True)  # type: ignore[return-value] # as typeshed has it, any tree


def fields(node: ast.AST) -> Iterator[Tuple[str, Any]]:
    """Each field that the node has, with its value."""
    for name in node._fields:
        if hasattr(node, name):
            yield name, getattr(node, name)


def children(node: ast.AST) -> List[ast.AST]:
    """The nodes right below."""
    found: List[ast.AST] = []
    for name in node._fields:
        value = getattr(node, name, None)
        if isinstance(value, ast.AST):
            found.append(value)
        elif isinstance(value, list):
            found += [child for child in value if isinstance(child, ast.AST)]
    return found


def names_in(node: ast.AST) -> Iterator[str]:
    """Every name and every attribute in an expression."""
    for _, value in fields(node):
        if isinstance(value, str):
            yield value
    for child in children(node):
        for name in names_in(child):
            yield name
