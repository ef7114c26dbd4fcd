"""What goes between the doctor and the process of its protocol clients: a JSON line each.

Without `from __future__ import annotations`, as in `model.record`.
"""

from typing import Any

import msgspec


class Request(msgspec.Struct, array_like=True):
    """A question: its number, the client, and the arguments of that client's `ask`."""

    number: int
    client: str
    arguments: dict[str, Any]


class Response(msgspec.Struct, array_like=True):
    """The answer to a question, or the name of the error that kept it from being answered."""

    number: int
    answer: msgspec.Raw = msgspec.Raw(b"null")
    error: str = ""
