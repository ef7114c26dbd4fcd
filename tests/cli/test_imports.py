"""What a run does not need it does not load: each of these takes as long as printing the help does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HEALTHY = Path(__file__).parents[2] / "fixtures" / "snapshots" / "healthy.json"
PROGRAM = """
import sys
from stigmer_doctor.cli.main import main
try:
    main(sys.argv[1:], {})
except SystemExit:
    pass
print(*sys.modules, file=sys.stderr)
"""


def loaded(*arguments: str) -> set[str]:
    """The modules that a run with these arguments has loaded at its end."""
    done = subprocess.run([sys.executable, "-c", PROGRAM, *arguments], capture_output=True, text=True, check=True)
    assert done.stdout
    return set(done.stderr.split())


def test_the_help_loads_the_command_line_alone() -> None:
    modules = loaded("--help")
    slow = {"typing", "pathlib", "shutil", "dataclasses", "inspect", "difflib", "msgspec", "rich", "gettext", "locale"}
    assert slow & modules == set()
    ours = {name.split(".")[1] for name in modules if name.startswith("stigmer_doctor.")}
    assert ours == {"lean_expressions", "lean_imports", "lean_objects", "cli", "model", "render"}, (
        "their small modules: errors, formats"
    )


def test_judging_a_snapshot_loads_the_rules_and_what_writes_the_text() -> None:
    modules = loaded("check", "--snapshot", str(HEALTHY))
    slow = {
        *("rich", "shutil", "dataclasses", "inspect", "difflib", "importlib.resources", "yaml", "docker", "subprocess"),
        *("hashlib", "json", "pathlib", "textwrap", "threading", "locale", "msgspec.inspect"),
    }
    assert slow & modules == set()
    ours = {name.split(".")[1] for name in modules if name.startswith("stigmer_doctor.")}
    assert {"collect", "probe", "redaction", "fix"} & ours == set()


FIRST = """
import sys
from stigmer_doctor.adapters.clients.clients import ProtocolClients
from stigmer_doctor.cli.main import main
def told(self):
    loaded = [name for name, module in sys.modules.items() if type(module).__name__ != "_Later"]
    print(*loaded, file=sys.stderr)
    raise SystemExit
ProtocolClients.warm_up = told
main(["check"], {})
"""


def test_the_process_of_the_clients_is_started_before_anything_else_is_loaded() -> None:
    done = subprocess.run([sys.executable, "-c", FIRST], capture_output=True, text=True)
    modules = set(done.stderr.split())
    assert "stigmer_doctor.adapters.clients.clients" in modules
    assert {"typing", "pathlib", "json", "datetime", "msgspec"} & modules == set()
    ours = {name.split(".")[1] for name in modules if name.startswith("stigmer_doctor.")}
    assert ours == {"lean_expressions", "lean_imports", "lean_objects", "cli", "model", "render", "adapters"}


def test_what_is_found_out_inside_is_not_loaded_before_the_program_is_sent_there() -> None:
    """The engine is waited for with every module of this list."""
    asked = "collect.run, adapters.docker.named_engine, adapters.docker.engine, adapters.probe.container_probe"
    program = f"import sys, {', '.join(f'stigmer_doctor.{name}' for name in asked.split(', '))}\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    later = (
        "analysis.bounds",
        "collect.found",
        "collect.logs",
        "collect.pods",
        "judge",
        "redaction",
        "render",
        "rules",
    )
    facts = ("answers", "facts", "findings", "fixes", "manifests", "pod", "runner", "source", "topology")
    names = {f"stigmer_doctor.{name}" for name in (*later, *(f"model.{name}" for name in facts))}
    assert names & set(done.stdout.split()) == set()
