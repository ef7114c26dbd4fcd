"""Serves tools over standard input and output, with the official SDK. All else that is printed goes to stderr."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import anyio
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.types import CallToolResult, ListToolsResult, TextContent, Tool, ToolAnnotations

from stigmer_doctor.model.errors import DoctorError
from stigmer_doctor.model.server_tools import ServerTool

_LOOKS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)

Call = Callable[[str, Mapping[str, Any]], str]
"""Runs the tool of that name with these arguments; a JSON document, or a DoctorError."""


def serve(tools: Sequence[ServerTool], call: Call, version: str, instructions: str) -> None:
    """Answer until the input ends. Each call has a thread of its own."""

    async def listed(_context: object, _params: object) -> ListToolsResult:
        return ListToolsResult(tools=[_tool(tool) for tool in tools])

    async def called(_context: object, params: Any) -> CallToolResult:
        return await anyio.to_thread.run_sync(_result, call, params.name, params.arguments or {})

    server = Server(
        "stigmer-doctor", version=version, instructions=instructions, on_list_tools=listed, on_call_tool=called
    )
    anyio.run(_run, server)


async def _run(server: Server[Any]) -> None:
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


def _tool(tool: ServerTool) -> Tool:
    required = [tool.argument[0]] if tool.argument[0] else []
    schema = {
        "type": "object",
        "properties": {name: {"type": "string", "description": meaning} for name, meaning in tool.parameters.items()},
        "required": required,
        "additionalProperties": False,
    }
    return Tool(name=tool.name, description=tool.description, input_schema=schema, annotations=_LOOKS)


def _result(call: Call, name: str, arguments: Mapping[str, Any]) -> CallToolResult:
    """The document as an object and, for clients that know only that, as text; or the line that says what is wrong."""
    try:
        document = json.loads(call(name, arguments))
    except DoctorError as error:
        return CallToolResult(content=[TextContent(type="text", text=str(error))], is_error=True)
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=document)
