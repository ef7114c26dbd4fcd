"""`stigmer-doctor mcp`: a server that only looks, asked by the SDK's own client."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from stigmer_doctor.cli.command_line import parse
from stigmer_doctor.cli.mcp import TOOLS, words
from stigmer_doctor.model.errors import UsageError

if TYPE_CHECKING:  # the SDK takes a second to load, in every process that only collects tests
    from mcp.types import CallToolResult

INCIDENT = Path(__file__).parents[2] / "fixtures" / "snapshots" / "incident.json"


def said(result: CallToolResult) -> str:
    """The text of the result."""
    from mcp.types import TextContent

    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


async def conversation(folder: Path) -> dict[str, Any]:
    """What a client gets of the server. Its user has options set that would write a file or never end."""
    from mcp import Client, StdioServerParameters

    environ = {**os.environ, "STIGMER_DOCTOR_OUTPUT": str(folder / "written"), "STIGMER_DOCTOR_WATCH": "1"}
    command = StdioServerParameters(command=sys.executable, args=["-m", "stigmer_doctor", "mcp"], env=environ)
    async with Client(command) as client:
        return {
            "tools": (await client.list_tools()).tools,
            "rule": await client.call_tool("rule", {"code": "SD201"}),
            "check": await client.call_tool("check", {"snapshot": str(INCIDENT)}),
            "unknown rule": await client.call_tool("rule", {"code": "SD299"}),
            "no snapshot": await client.call_tool("check", {"snapshot": str(folder / "none.json")}),
            "unknown argument": await client.call_tool("check", {"yes": "1"}),
            "no text": await client.call_tool("rule", {"code": 201}),
            "unknown tool": await client.call_tool("fix", {}),
        }


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("mcp")
    found = asyncio.run(conversation(folder))
    assert list(folder.iterdir()) == []
    return found


def test_the_tools_say_that_they_only_look(answers: dict[str, Any]) -> None:
    tools = {tool.name: tool for tool in answers["tools"]}
    assert list(tools) == ["check", "topology", "rule", "plan"]
    assert all(tool.annotations.read_only_hint for tool in tools.values())
    assert tools["rule"].input_schema["required"] == ["code"]
    assert list(tools["check"].input_schema["properties"]) == ["container", "snapshot"]


def test_a_rule_and_a_check_are_the_documents_of_the_command_line(answers: dict[str, Any]) -> None:
    rule, check = answers["rule"], answers["check"]
    assert not rule.is_error, said(rule)
    assert rule.structured_content["name"] == "host-network-not-shared"
    assert not check.is_error, said(check)
    assert check.structured_content == json.loads(said(check))
    causes = {
        finding["code"]
        for finding in check.structured_content["findings"]
        if finding["severity"] == "error" and not finding["caused_by"] and not finding["suppressed"]
    }
    assert causes == {"SD201", "SD301"}


@pytest.mark.parametrize(
    ("call", "part"),
    [
        ("unknown rule", "there is no rule SD299: did you mean"),
        ("no snapshot", "No such file"),
        ("unknown argument", "check takes container, snapshot: not yes"),
        ("no text", "code of rule must be text, not 201"),
        ("unknown tool", "there is no tool fix: choose from check, topology, rule, plan"),
    ],
)
def test_a_mistake_is_one_line(answers: dict[str, Any], call: str, part: str) -> None:
    assert answers[call].is_error
    assert part in said(answers[call])
    assert "\n" not in said(answers[call])


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
@pytest.mark.parametrize("value", ["--yes", "-x", "name --yes", "a=b", "", "SD201"])
def test_no_value_becomes_an_option(tool: Any, value: str) -> None:
    if tool.argument[0] and (not value or value.startswith("-")):
        with pytest.raises(UsageError):
            words(tool.name, {tool.argument[0]: value})
        return
    options = parse(words(tool.name, dict.fromkeys(tool.parameters, value)), {})
    assert options.command in ("check", "topology", "rule") or options.dry_run
    assert not getattr(options, "yes", False)
    assert all(getattr(options, name) == (value or None) for name in tool.parameters)


def test_without_the_sdk_one_line_says_how_to_get_it() -> None:
    program = (
        "import sys; sys.modules['mcp'] = None\nfrom stigmer_doctor.cli.main import main; sys.exit(main(['mcp'], {}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("stigmer-doctor: the server needs the extra mcp: install stigmer-doctor[mcp]")
    assert done.stderr.count("\n") == 1
