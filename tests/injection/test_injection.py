"""What others wrote is one word of a printed command, and no option; the rest of it stands in no command at all.

`python -m tests.injection` tries all; here it is a part that is drawn, and always the same.
"""

from __future__ import annotations

import ast
import json
import random
from pathlib import Path

import pytest

import stigmer_doctor
from stigmer_doctor.rules.commands import Output, addressed, command, into_file, of_profile, option
from tests.injection import extraction
from tests.injection.fields import fields
from tests.injection.matrix import REFUSED, cells, judged, missed, printed, report, situations
from tests.injection.payloads import PAYLOADS, changes
from tests.injection.shell import problems, run

SAMPLE = 260
# What ssh gives to the other machine's shell is run, and printed nowhere; a secret's quoted form is looked for.
NOT_PRINTED = {"adapters/docker/dial.py", "redaction/forms.py"}
PRINT = ("rules", "render", "fix")
WRITER = "rules/commands.py"


def test_every_printed_command_does_what_it_says_and_nothing_else(tmp_path: Path) -> None:
    chosen = random.Random(7).sample(cells(), SAMPLE)
    found = [other for cell in chosen if (made := report(cell)) for other in printed(cell, made)]
    assert len(found) > SAMPLE
    assert {other.format for other in found} == {"text", "markdown", "html", "json"}
    assert list(judged(found, tmp_path)) == []


def test_the_fields_are_those_of_the_model() -> None:
    names = set(map(str, fields()))
    assert {"Container.name", "Variable.value", "Mount.source", "Compose.service", "EngineSearch.context"} <= names
    assert {"Network.name", "Container.extra_hosts", "Logs.lines", "DataDir.path", "Facts.source"} <= names
    assert len(names) > 200
    assert len(situations()) > 30


@pytest.mark.parametrize("style", PAYLOADS)
def test_a_word_reaches_its_program_unchanged(style: str, tmp_path: Path) -> None:
    for number, change in enumerate(changes(style)):
        word = change("name")
        (tmp_path / str(number)).mkdir()
        commands = [
            command("docker", "stop", operands=(word,)),
            command("docker", *option("--context", word), "version"),
            command("docker", "run", Output(f"--label={word}=", command("docker", "inspect", operands=(word,)))),
            addressed("docker version", option("--host", word)),
        ]
        ran = run(commands, tmp_path / str(number))
        assert [problem for one in ran for problem in problems(one, PAYLOADS[style])] == []
        assert ran[0].calls[0][-1] == word
        assert all("\n" not in other for other in commands)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (f"docker start '{PAYLOADS['single quotes']}'", "canary"),
        (f'docker start "{PAYLOADS["double quotes"]}"', "canary"),
        (f"docker start {PAYLOADS['substitution']}", "canary"),
        (f"docker start {PAYLOADS['backticks']}", "canary"),
        (f"docker start {PAYLOADS['line break']}", "canary"),
        (f"docker start {PAYLOADS['option']}", "option"),
        (f"docker run --name {PAYLOADS['option']} image", "option"),
        (f"docker start '{PAYLOADS['option']}x", "nothing ran"),
        (f'docker start -- "{PAYLOADS["single quotes"][2:]}"', "cut"),
    ],
)
def test_a_command_that_is_not_quoted_is_noticed(line: str, problem: str, tmp_path: Path) -> None:
    style = next((name for name, payload in PAYLOADS.items() if payload in line), "single quotes")
    (ran,) = run([line], tmp_path)
    assert any(found.startswith(problem) for found in problems(ran, PAYLOADS[style]))


def test_a_command_that_ends_its_block_is_noticed_in_every_format() -> None:
    bad = "docker start x\n```\ntouch CANARY"
    assert extraction.markdown(f"1. x\n\n   ```sh\n   {bad}\n   ```") == ["docker start x", ""]
    assert extraction.text("   docker stop x &&\n     docker rm x\n   note") == ["docker stop x &&\ndocker rm x"]
    assert extraction.github("::error title=x::docker stop x\ntouch y\n") == ["touch y", "docker stop x"]
    said = [{"message": {"text": "docker stop x"}}]
    assert extraction.sarif(json.dumps({"runs": [{"results": said}]})) == ["docker stop x"]
    assert extraction.junit("<a><failure>docker stop x</failure></a>") == ["docker stop x"]
    finding = {"remediation": {"commands": ["docker stop x"]}}
    assert extraction.from_json(json.dumps({"findings": [finding]})) == ["docker stop x"]


def test_a_command_that_is_not_extracted_is_noticed() -> None:
    cell = next(cell for cell in cells() if str(cell.field) == "Container.name")
    made = report(cell)
    assert made
    assert missed(made, [], whole=False)
    assert not missed(made, printed(cell, made), whole=True)


def test_what_cannot_be_one_word_is_said_and_not_printed() -> None:
    assert command("nslookup", operands=("-x",)).startswith(REFUSED)
    for word in ("x\n", "x\0y", "x\ud800", "x\udfff"):
        assert into_file(command("docker", "rm", operands=(word,)), "y").startswith(REFUSED)
    assert command("ls", "\udcff") == "ls \"$(printf %b '\\0377')\""
    assert of_profile("it's").startswith(REFUSED)
    assert of_profile("redis-server --port {port}; touch x", 1) == "redis-server --port '1;' touch x"


def builders(tree: ast.AST, *, prints: bool = True) -> list[int]:
    """Lines that make a command without the writer: shell quoting, and, where reports are written, a text that begins
    with a program and goes on with a value. Elsewhere such a text is an error message."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [*(alias.name for alias in node.names), getattr(node, "module", "") or ""]
            found += [node.lineno] if "shlex" in names else []
        elif (
            prints
            and isinstance(node, ast.JoinedStr)
            and len(node.values) > 1
            and isinstance(node.values[0], ast.Constant)
        ):
            begins = str(node.values[0].value).partition(" ")
            found += [node.lineno] if begins[0] in extraction.PROGRAMS and begins[1] and _is_program(begins) else []
    return found


def _is_program(begins: tuple[str, str, str]) -> bool:
    return begins[0] != "stigmer-doctor" or not begins[2].startswith("rule ")


def test_nothing_but_the_writer_makes_a_command() -> None:
    root = Path(stigmer_doctor.__file__).parent
    found = {
        f"{path.relative_to(root).as_posix()}:{line}"
        for path in root.rglob("*.py")
        if (name := path.relative_to(root).as_posix()) not in {WRITER, *NOT_PRINTED}
        for line in builders(ast.parse(path.read_text("utf-8")), prints=name.startswith(PRINT))
    }
    assert found == set()


def test_a_second_writer_is_noticed() -> None:
    assert builders(ast.parse("import shlex\nfrom shlex import quote\nx = f'docker rm {y}'")) == [1, 2, 3]
