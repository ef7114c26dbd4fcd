"""The one-operator changes that can be made to the code, and a seeded sample of them."""

from __future__ import annotations

import ast
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

import cosmic_ray.ast
import cosmic_ray.mutating
import cosmic_ray.plugins

MODULES = ("rules", "analysis", "judge.py", "fix", "redaction")
"""Below `stigmer_doctor`: what decides. Those that do not exist are left out."""

_UNFIT = re.compile(r"RemoveDecorator|_(?!IsNot_Is|Is_IsNot)(Is|IsNot)_\w+$|_\w+(?<!_Is)(?<!_IsNot)_(Is|IsNot)$")
"""More than an operator; and identity in place of equality or order, or the other way round: of texts, numbers and
enums it says the same, or what the interpreter happens to share.
"""
_BINARY = frozenset({"arith_expr", "term", "power", "expr", "and_expr", "xor_expr", "shift_expr"})
"""Parents of an operator with two sides; the library also takes the `*` and `/` of a signature for one."""
_FORBIDDING = frozenset({"frozen", "kw_only"})

Place = tuple[str, tuple[int, int]]
"""Path below the tree's root, and line (from 1) and column (from 0)."""


@dataclass(frozen=True, slots=True)
class Change:
    """One operator, constant or loop that is replaced."""

    path: str
    operator: str
    occurrence: int
    line: int
    original: str
    mutated: str

    @property
    def before(self) -> str:
        """The lines that go, without what indents them."""
        return self._lines("-")

    @property
    def after(self) -> str:
        return self._lines("+")

    def diff(self) -> list[str]:
        return list(unified_diff(self.original.splitlines(), self.mutated.splitlines(), n=0, lineterm=""))[3:]

    def _lines(self, sign: str) -> str:
        return " ".join(line[1:].strip() for line in self.diff() if line.startswith(sign))


def sample(root: Path, seed: int, size: int) -> list[Change]:
    """Places are drawn first, then one change for each: an operator with eleven replacements counts once."""
    places = _places(root)
    chance = random.Random(seed)
    drawn: list[Change] = []
    for place in chance.sample(sorted(places), len(places)):
        possible = places[place]
        changes = (_change(root, place, *option) for option in chance.sample(possible, len(possible)))
        if change := next((change for change in changes if change), None):
            drawn.append(change)
        if len(drawn) == size:
            break
    return sorted(drawn, key=lambda change: (change.path, change.line))


def _places(root: Path) -> dict[Place, list[tuple[str, int]]]:
    """Operator and occurrence of every change, by place."""
    places: dict[Place, list[tuple[str, int]]] = defaultdict(list)
    for path in _files(root):
        for name, occurrence, position in _positions(root / path):
            places[path, position].append((name, occurrence))
    return places


def _files(root: Path) -> Iterator[str]:
    for module in MODULES:
        path = root / "stigmer_doctor" / module
        files = [path] if path.is_file() else path.rglob("*.py")
        yield from sorted(str(file.relative_to(root)) for file in files)


def _positions(path: Path) -> Iterator[tuple[str, int, tuple[int, int]]]:
    source = path.read_text("utf-8")
    idle = list(_idle(ast.parse(source)))
    nodes = list(cosmic_ray.ast.ast_nodes(cosmic_ray.ast.get_ast(source)))
    for name in cosmic_ray.plugins.operator_names():
        operator = cosmic_ray.plugins.get_operator(name)
        if operator.arguments() or _UNFIT.search(name):
            continue
        found = [(node, start) for node in nodes for start, _ in operator().mutation_positions(node)]
        for occurrence, (node, start) in enumerate(found):
            signature = "BinaryOperator" in name and node.parent.type not in _BINARY
            if not signature and not any(first <= start < last for first, last in idle):
                yield name, occurrence, start


def _idle(tree: ast.Module) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Where an operator does nothing while the program runs: annotations, names of types, alternatives of a pattern,
    and what a class of data forbids (frozen, slots, arguments by place), which the type check holds.
    """
    for node in ast.walk(tree):
        match node:
            case ast.arg(annotation=ast.expr() as found) | ast.AnnAssign(annotation=found):
                yield _extent(found)
            case ast.FunctionDef(returns=ast.expr() as found) | ast.AsyncFunctionDef(returns=ast.expr() as found):
                yield _extent(found)
            case ast.match_case(pattern=pattern):
                yield _extent(pattern)
            case ast.ClassDef(decorator_list=decorators, keywords=keywords):
                yield from map(_extent, decorators)
                yield from (_extent(keyword.value) for keyword in keywords if keyword.arg in _FORBIDDING)
    for statement in tree.body:
        match statement:
            case ast.Assign(value=ast.Subscript() | ast.BinOp(op=ast.BitOr()) as found):
                yield _extent(found)


def _extent(node: ast.expr | ast.pattern) -> tuple[tuple[int, int], tuple[int, int]]:
    return (node.lineno, node.col_offset), (node.end_lineno or node.lineno, node.end_col_offset or 0)


def _change(root: Path, place: Place, name: str, occurrence: int) -> Change | None:
    """None: it cannot be made, or what comes out is not Python, or is the same program."""
    path, (line, _) = place
    source = (root / path).read_text("utf-8")
    operator = cosmic_ray.plugins.get_operator(name)()
    try:
        mutated = cosmic_ray.mutating.mutate_code(source, operator, occurrence)
    except AttributeError:  # the library's replacement of an exception knows no name with a dot in it
        return None
    if mutated is None or not _differs(source, mutated):
        return None
    return Change(path, name.rpartition("/")[2], occurrence, line, source, mutated)


def _differs(source: str, mutated: str) -> bool:
    try:
        return ast.dump(ast.parse(mutated)) != ast.dump(ast.parse(source))
    except SyntaxError:
        return False


def lines_of(change: Change) -> Sequence[int] | None:
    """The lines of the statement, or of its head, that holds the change; None where it runs on import."""
    tree = ast.parse(change.original)
    holding = [node for node in ast.walk(tree) if isinstance(node, ast.stmt) and _holds(node, change.line)]
    bodies = [node.body[0].lineno for node in holding if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    if not any(first <= change.line for first in bodies):
        return None
    match max(holding, key=lambda node: node.lineno):
        case ast.Match() | ast.Try():
            return [change.line]
        case ast.If() | ast.While() | ast.For() | ast.With() | ast.AsyncWith() | ast.AsyncFor() as compound:
            return range(compound.lineno, max(compound.body[0].lineno, compound.lineno + 1))
        case statement:
            return range(statement.lineno, (statement.end_lineno or statement.lineno) + 1)


def _holds(node: ast.stmt, line: int) -> bool:
    return node.lineno <= line <= (node.end_lineno or node.lineno)
