"""The modules of the probe as the one program that they are sent as."""

from __future__ import annotations

import ast
from collections import Counter
from importlib import resources

from stigmer_doctor.adapters.probe.container_probe import MODULES, program


def names(statement: ast.stmt) -> list[str]:
    """What a statement at the top of a module binds."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return [statement.name]
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def test_no_name_stands_for_two_things() -> None:
    folder = resources.files("stigmer_doctor").joinpath("probe")
    trees = [ast.parse(folder.joinpath(f"{name}.py").read_text(encoding="utf-8")) for name in MODULES]
    bound = Counter(name for tree in trees for statement in tree.body for name in names(statement))
    assert [name for name, times in bound.items() if times > 1] == []


def test_nothing_of_ours_is_imported_where_it_runs() -> None:
    tree = ast.parse(program()[4:])
    origins = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not {origin for origin in origins if origin.startswith("stigmer_doctor")}
