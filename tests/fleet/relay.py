"""Carries connections from one address to another: `tcp:PORT` on the loopback, or `unix:PATH`, which leads out of a
network namespace."""

from __future__ import annotations

import asyncio
import contextlib
import sys

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _dial(address: str) -> Streams:
    kind, _, where = address.partition(":")
    return await (
        asyncio.open_unix_connection(where) if kind == "unix" else asyncio.open_connection("127.0.0.1", where)
    )


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


async def serve(here: str, there: str) -> None:
    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        other, to = await _dial(there)
        await asyncio.gather(_copy(reader, to), _copy(other, writer))

    kind, _, where = here.partition(":")
    if kind == "unix":
        await asyncio.start_unix_server(carry, where)
    else:
        await asyncio.start_server(carry, "127.0.0.1", int(where))
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], sys.argv[2]))
