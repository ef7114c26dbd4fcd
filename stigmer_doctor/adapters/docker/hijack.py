"""Turns a connection to the engine into the two-way byte stream of an attached program."""

from __future__ import annotations

import time

from stigmer_doctor.adapters.docker import exchange
from stigmer_doctor.adapters.docker.errors import answered, explanation
from stigmer_doctor.adapters.docker.limits import MOST_OF_A_HEAD, Connection, LimitedReader

_OK = 200


def hijack(connection: Connection, target: str, host: str, body: object = None, *, within: float) -> bytes:
    """`POST target` with an upgrade. Returns what of the stream came along with the answer's head; the rest follows on
    the connection. Raises Refused or NotFound with the engine's sentence, and what `LimitedReader` raises, also when
    the head takes longer than `within` seconds."""
    ends = time.monotonic() + within
    connection.settimeout(within)
    exchange.send(connection, "POST", target, host, body, upgrade=True)
    reader = LimitedReader(connection, ends=ends, most=4 * MOST_OF_A_HEAD, within=within)
    answer = exchange.Answer(reader)
    if answer.status in (exchange.SWITCHED, _OK):
        return reader.rest()
    raise answered(answer.status, explanation(answer.read(MOST_OF_A_HEAD)), f"POST {target.partition('?')[0]}")
