"""Modules that are kept in one file: a copy of the package, whose own checks keep them."""

from __future__ import annotations

import json
import marshal
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import stigmer_doctor
from stigmer_doctor.rules.registry import RULES

ROOT = Path(__file__).parents[1]
SNAPSHOT = ROOT / "fixtures" / "snapshots" / "healthy.json"
LOOK = """
import json
from stigmer_doctor import lean_modules
from stigmer_doctor.cli import main
lean_modules.use()
from stigmer_doctor import app
from stigmer_doctor.rules import network
from stigmer_doctor.rules.registry import RULES
kept = lambda module: type(module.__spec__.loader).__module__ == "stigmer_doctor.lean_modules"
print(json.dumps({
    "app": kept(app), "package": kept(network), "lacks": lean_modules.lacks(),
    "new": getattr(app, "NEW", None), "file": app.__file__, "path": [*network.__path__], "rules": len(RULES),
}))
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package, of which a check was made."""
    folder = tmp_path_factory.mktemp("installed")
    shutil.copytree(Path(stigmer_doctor.__file__).parent, folder / "stigmer_doctor", ignore=_compiled)
    checked(folder)
    return folder


@pytest.fixture
def package(installed: Path) -> Iterator[Path]:
    """The same, as it was, after whatever a test does to it."""
    file, module = place(installed), installed / "stigmer_doctor" / "app.py"
    content, source, state = file.read_bytes(), module.read_bytes(), module.stat()
    yield installed
    file.write_bytes(content)
    module.write_bytes(source)
    os.utime(module, ns=(state.st_atime_ns, state.st_mtime_ns))


def _compiled(_: str, names: list[str]) -> list[str]:
    return [name for name in names if name == "__pycache__"]


def place(folder: Path) -> Path:
    return folder / "stigmer_doctor" / "__pycache__" / f"check.{sys.implementation.cache_tag}.together"


def run(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.run(
        [sys.executable, "-P", *arguments],
        env=environ | {"PYTHONPATH": str(folder)} | variables,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
    )


def checked(folder: Path, **variables: str) -> None:
    done = run(folder, "-m", "stigmer_doctor", "check", "--snapshot", str(SNAPSHOT), **variables)
    assert (done.returncode, done.stderr) == (0, ""), done


def look(folder: Path) -> dict[str, object]:
    done = run(folder, "-c", LOOK)
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_what_a_check_has_loaded_the_next_loads_out_of_one_file(package: Path) -> None:
    assert look(package) == {
        "app": True,
        "package": True,
        "lacks": False,
        "new": None,
        "file": str(package / "stigmer_doctor" / "app.py"),
        "path": [str(package / "stigmer_doctor" / "rules" / "network")],
        "rules": len(RULES),
    }
    before = place(package).stat()
    checked(package)
    assert place(package).stat() == before, "it is not written again"


def test_a_module_that_has_changed_is_loaded_as_any_other_and_kept_by_the_next_check(package: Path) -> None:
    with (package / "stigmer_doctor" / "app.py").open("a") as source:
        source.write("NEW = 1\n")
    found = look(package)
    assert (found["app"], found["new"], found["lacks"]) == (False, 1, True)
    checked(package)
    found = look(package)
    assert (found["app"], found["new"], found["lacks"]) == (True, 1, False)


def test_what_another_check_needs_besides_is_added(package: Path) -> None:
    before = place(package).stat().st_size
    done = run(package, "-m", "stigmer_doctor", "check", "--snapshot", str(SNAPSHOT), "--format", "sarif")
    assert done.returncode == 0
    assert place(package).stat().st_size > before
    assert look(package)["app"]


@pytest.mark.parametrize("share", [0, 0.001, 0.01, 0.5, 0.999])
def test_half_a_file_costs_time_alone(package: Path, share: float) -> None:
    content = place(package).read_bytes()
    place(package).write_bytes(content[: int(len(content) * share)])
    assert look(package)["rules"] == len(RULES)
    checked(package)
    assert look(package)["lacks"] is False


def test_noise_costs_time_alone(package: Path) -> None:
    content = place(package).read_bytes()
    head = len(f"2\0{sys.version}\0{package / 'stigmer_doctor'}\0".encode())
    for noise in (b"\xff" * 64, content[:head] + b"\xff" * 64, content[:head] + bytes(8), b""):
        place(package).write_bytes(noise)
        assert look(package)["rules"] == len(RULES)


@pytest.mark.parametrize("known", ["x", 7, {"stigmer_doctor.app": ("x",)}, {"stigmer_doctor.app": (1, 2, 3, 4, 5)}])
def test_an_index_of_another_shape_costs_time_alone_and_once(known: Any, package: Path) -> None:
    content = place(package).read_bytes()
    head = content[: len(f"2\0{sys.version}\0{package / 'stigmer_doctor'}\0".encode())]
    index = marshal.dumps((known, {}))
    place(package).write_bytes(head + len(index).to_bytes(8, "big") + index)
    assert look(package)["rules"] == len(RULES)
    checked(package)
    assert look(package)["lacks"] is False


def test_a_package_that_was_moved_does_not_use_it(package: Path, tmp_path: Path) -> None:
    shutil.copytree(package / "stigmer_doctor", tmp_path / "stigmer_doctor")
    found = look(tmp_path)
    assert (found["app"], found["file"]) == (False, str(tmp_path / "stigmer_doctor" / "app.py"))


def test_nothing_is_kept_where_python_keeps_nothing(package: Path) -> None:
    place(package).unlink()
    checked(package, PYTHONDONTWRITEBYTECODE="1")
    assert not place(package).exists()
    checked(package)
    assert place(package).exists()


def test_what_cannot_be_kept_fails_nothing(package: Path) -> None:
    place(package).unlink()
    place(package).mkdir()
    checked(package)
    assert place(package).is_dir()
    place(package).rmdir()
