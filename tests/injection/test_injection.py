"""What others wrote is one word of a printed command, and no option; the rest of it stands in no command at all.

`python -m tests.injection` tries all; here it is a part that is drawn, and always the same.
"""

from __future__ import annotations

import ast
import json
import random
from itertools import pairwise
from pathlib import Path

import pytest

import stigmer_doctor
from stigmer_doctor.render import remediation_steps
from stigmer_doctor.render.formats import renderer
from stigmer_doctor.render.renderer import Display
from stigmer_doctor.rules.commands import Output, addressed, command, into_file, of_profile, option
from stigmer_doctor.rules.pages import page
from stigmer_doctor.rules.registry import RULES
from tests.injection import extraction
from tests.injection.matrix import REFUSED, cells, fields_of, judged, made, missed, printed
from tests.injection.payloads import CANARY, PAYLOADS, changes
from tests.injection.reports import reported, situations, truth
from tests.injection.shell import problems, run

SAMPLE = 260
# What ssh gives to the other machine's shell is run, and printed nowhere; a secret's quoted form is looked for.
NOT_PRINTED = {"adapters/docker/dial.py", "redaction/forms.py"}
PRINT = ("rules", "render", "fix")
WRITER = "rules/commands.py"


def test_every_printed_command_does_what_it_says_and_nothing_else(tmp_path: Path) -> None:
    chosen = random.Random(7).sample([cell for cell in cells() if cell.kind == "report"], SAMPLE)
    chosen += random.Random(7).sample([cell for cell in cells() if cell.kind != "report"], SAMPLE // 2)
    found = [other for cell in chosen if (document := made(cell)) is not None for other in printed(cell, document)]
    assert len(found) > SAMPLE
    assert {"text", "markdown", "html", "json", "fix text", "fix json", "undo"} <= {other.format for other in found}
    assert list(judged(found, tmp_path, set())) == []


def test_the_fields_are_those_of_the_model() -> None:
    names = set(map(str, fields_of("report")))
    assert {"Container.name", "Variable.value", "Mount.source", "Compose.service", "EngineSearch.context"} <= names
    assert {"Network.name", "Container.extra_hosts", "Logs.lines", "DataDir.path", "Facts.source"} <= names
    assert len(names) > 200
    assert len(situations()) > 30
    assert {"Survey.collected_at", "Route.listener"} <= set(map(str, fields_of("topology")))
    assert {"Journal.kept", "Compose.service", "Undoing.error"} <= set(map(str, fields_of("undo")))
    assert {"Plan.notes", "FileDiff.path"} <= set(map(str, fields_of("fix")))


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
    document = made(cell)
    assert document is not None
    assert missed(document, [], whole=False)
    assert not missed(document, printed(cell, document), whole=True)


def test_nothing_stands_directly_behind_a_command() -> None:
    """So that nothing but commands is copied with one, by lines."""
    for given in situations():
        report = reported(given)
        own = [one for finding in report.diagnosis.findings for one in remediation_steps.of(finding, report.facts)]
        commands = [line.strip() for one in (*truth(report), *own) for line in one.split("\n")]
        for verbose in (False, True):
            lines = [line.strip() for line in renderer("report", "text")(report, Display(verbose=verbose)).split("\n")]
            behind = {after for line, after in pairwise(lines) if line in commands}
            assert behind <= {"", *commands}


def test_a_line_break_of_others_that_becomes_one_of_the_page_is_noticed() -> None:
    assert extraction.broken_out(f"a\n  touch {CANARY}\n") == [f"  touch {CANARY}"]
    assert not extraction.broken_out(f"a touch {CANARY}")


def test_the_commands_of_the_rules_pages_are_whole(tmp_path: Path) -> None:
    """Each block of shell is run with programs that only write down their arguments."""
    pages = [renderer("rules", "markdown")([(rule, page(rule))], Display()) for rule in RULES]
    blocks = [block for text in pages for block in extraction.markdown(text)]
    assert all(ran.calls and not ran.canary for ran in run(blocks, tmp_path))


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
