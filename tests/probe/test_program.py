"""The modules of the probe as the one program that they are sent as."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections import Counter
from importlib import resources
from pathlib import Path

import pytest

from stigmer_doctor.adapters.probe.container_probe import MODULES, READER, joined, program


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


@pytest.mark.parametrize("source", [program()[4:], joined(READER)])
def test_nothing_of_ours_is_imported_where_it_runs(source: bytes | str) -> None:
    origins = {node.module or "" for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom)}
    assert not {origin for origin in origins if origin.startswith("stigmer_doctor")}


def test_code_is_read_by_a_reader_that_comes_with_the_question_and_needs_no_names_of_types(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("import os\nos.getenv('TASK_QUEUE', 'a')\n")
    question = {"ask": "contract", "root": str(tmp_path), "reader": joined(READER)}
    asked = f"exec({joined(MODULES)!r}); print(json.dumps(answer({question!r})))"
    code = f"import sys; sys.modules['typing'] = None; {asked}"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, timeout=20)
    assert done.stderr == ""
    assert [read["name"] for read in json.loads(done.stdout)["reads"]] == ["TASK_QUEUE"]
