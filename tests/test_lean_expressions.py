"""Expressions that are kept compiled: the same as `re` makes, or made by `re`."""

from __future__ import annotations

import ast
import marshal
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import stigmer_doctor
from stigmer_doctor import lean_expressions
from stigmer_doctor.redaction.expressions import AFTER_A_NAME, EXPRESSIONS
from stigmer_doctor.redaction.names import SECRET_WORDS
from stigmer_doctor.redaction.token_formats import TOKEN_FORMATS

GIVEN: list[tuple[Any, int]] = [
    *((known.expression, int(known.flags)) for known in (*EXPRESSIONS, *AFTER_A_NAME)),
    *((expression, 0) for expression in TOKEN_FORMATS.values()),
    *((SECRET_WORDS, 0), (SECRET_WORDS, re.IGNORECASE), (rb"(?P<one>\d+)|(?P<two>x)", re.MULTILINE), ("", 0)),
    *(("(?i)\u017f|K|\xdf", 0), ("[a-z]{2,3}+", re.ASCII), ("(?<!a)b(?=c)(?:d(?P<e>f))?(?(e)g|h)", re.DOTALL)),
]


@pytest.fixture(autouse=True)
def nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(lean_expressions, "_known", {})
    monkeypatch.setattr(lean_expressions, "_used", set())
    yield
    re.purge()


def test_what_is_kept_is_what_re_makes(monkeypatch: pytest.MonkeyPatch) -> None:
    made = [lean_expressions.compiled(expression, flags) for expression, flags in GIVEN]
    assert lean_expressions.lacks()
    kept = lean_expressions.whole()
    assert all(kept.values())
    lean_expressions.use(kept)
    monkeypatch.setattr(re, "compile", lambda *_: pytest.fail("it is kept"))
    again = [lean_expressions.compiled(expression, flags) for expression, flags in GIVEN]
    assert again == made
    assert [(found.groups, found.groupindex, found.flags) for found in again] == [
        (found.groups, found.groupindex, found.flags) for found in made
    ]
    assert not lean_expressions.lacks()


def test_a_match_has_its_groups() -> None:
    expression = r"(?P<name>\w+)=(?:(?P<value>\d+)|x)"
    lean_expressions.compiled(expression)
    lean_expressions.use(lean_expressions.whole())
    match = lean_expressions.compiled(expression).search("--a=12")
    assert match
    assert (match["name"], match["value"], match.lastgroup) == ("a", "12", "value")


@pytest.mark.parametrize(
    "handed",
    [
        *(b"", b"\xff", marshal.dumps(None), marshal.dumps((0, [], 0)), marshal.dumps((0, [1, 2, 3], 0, {}, ()))),
        *(marshal.dumps((0, [-1], 0, {}, ())), marshal.dumps((0, ["x"], 0, {}, ())), marshal.dumps((0, [], 7, {}, ()))),
    ],
)
def test_whatever_is_wrong_with_it_re_makes_a_new_one(handed: bytes) -> None:
    lean_expressions.use({("a(b)", 0): handed})
    assert lean_expressions.compiled("a(b)") == re.compile("a(b)")
    if handed:  # nothing is kept of what cannot be
        lean_expressions.use(lean_expressions.whole())
        assert lean_expressions.whole()["a(b)", 0] not in ("", handed), "it is kept again"


def test_no_expression_is_kept_that_a_function_makes() -> None:
    """What is kept stands in a file: nothing that a container says may get there."""
    of_the_project = {"lean_objects.py", "collect/banners.py"}  # what is handed on, and what the profile has
    package = Path(stigmer_doctor.__file__).parent
    found = {
        str(path.relative_to(package))
        for path in package.rglob("*.py")
        if b"from stigmer_doctor.lean_" in path.read_bytes() and path.name != "container_probe.py"  # has another one
        for function in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(function, (ast.FunctionDef, ast.Lambda))
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and node.id in ("compiled", "compiled_later")
    }
    assert found == of_the_project


def test_no_module_compiles_an_expression_while_it_is_loaded() -> None:
    package = Path(stigmer_doctor.__file__).parent
    found = {
        f"{path.relative_to(package)}:{node.lineno}"
        for path in package.rglob("*.py")
        if path.name != "shape.py"  # in which what is a text is told from what it looks like by its type
        for statement in ast.parse(path.read_bytes()).body
        if not isinstance(statement, (ast.FunctionDef, ast.ClassDef))
        for node in ast.walk(statement)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("re.compile", "compiled")
    }
    assert found == set()
