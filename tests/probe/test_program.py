"""The modules of the probe as the one program that they are sent as."""

from __future__ import annotations

import ast
import json
import marshal
import subprocess
import sys
from collections import Counter
from importlib import resources
from pathlib import Path

import pytest

from stigmer_doctor.adapters.probe import compiled
from stigmer_doctor.adapters.probe.container_probe import MODULES, READER, dialler, joined
from stigmer_doctor.probe import syntax


def names(statement: ast.stmt) -> list[str]:
    """What a statement at the top of a module binds."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return [statement.name]
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    return [target.id for target in targets if isinstance(target, ast.Name)]


@pytest.mark.parametrize("modules", [MODULES, READER])
def test_no_name_stands_for_two_things(modules: tuple[str, ...]) -> None:
    folder = resources.files("stigmer_doctor").joinpath("probe")
    trees = [ast.parse(folder.joinpath(f"{name}.py").read_text(encoding="utf-8")) for name in modules]
    bound = Counter(name for tree in trees for statement in tree.body for name in names(statement))
    assert [name for name, times in bound.items() if times > 1] == []


@pytest.mark.parametrize("source", [dialler(), joined(READER)])
def test_nothing_of_ours_is_imported_where_it_runs(source: str) -> None:
    origins = {node.module or "" for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom)}
    assert not {origin for origin in origins if origin.startswith("stigmer_doctor")}


def test_what_is_compiled_is_kept_until_its_source_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    (tmp_path / "__pycache__").mkdir()
    file = tmp_path / "one.py"
    file.write_text("1")

    def read(source: str) -> object:
        code = compiled.kept("whole", [str(file)], lambda: compiled.code_of(source))
        assert code
        return marshal.loads(code).co_consts[0]

    assert read("x = 1") == 1
    assert read("x = 2") == 1
    file.write_text("22")
    assert read("x = 2") == 2
    assert compiled.kept("other", [str(tmp_path / "none.py")], bytes) is None


CODE = marshal.dumps(compile(joined(READER), "", "exec"))


@pytest.mark.parametrize("reader", [{"reader": joined(READER)}, {"compiled": CODE}])
def test_code_is_read_by_a_reader_that_comes_with_the_question_and_needs_no_names_of_types(
    tmp_path: Path, reader: dict[str, str | bytes]
) -> None:
    (tmp_path / "main.py").write_text("import os\nos.getenv('TASK_QUEUE', 'a')\n")
    question = {"ask": "contract", "root": str(tmp_path), **reader}
    asked = f"exec({joined(MODULES)!r}); print(written(answer({question!r})))"
    code = f"import sys; sys.modules['typing'] = None; {asked}"
    done = subprocess.run([sys.executable, "-I", "-S"], input=code, capture_output=True, text=True, timeout=20)
    assert done.stderr == ""
    assert [read["name"] for read in json.loads(done.stdout)["reads"]] == ["TASK_QUEUE"]


@pytest.mark.parametrize("source", [joined(READER), "x: int = f(*a, b=1)[c:d]\nmatch x:\n    case 1 if y: pass\n"])
def test_a_tree_is_walked_as_the_library_walks_it(source: str) -> None:
    for node in ast.walk(ast.parse(source)):
        assert syntax.children(node) == list(ast.iter_child_nodes(node))
        assert list(syntax.fields(node)) == list(ast.iter_fields(node))


def test_names_in_an_expression_are_those_of_all_its_parts() -> None:
    (base,) = ast.parse("class A(a.Settings[b]): pass").body[0].bases  # type: ignore[attr-defined] # it is a class
    assert set(syntax.names_in(base)) == {"a", "Settings", "b"}
