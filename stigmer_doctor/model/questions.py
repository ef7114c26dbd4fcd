"""What services are asked by their own clients, beside where they are and how long may be waited."""

from __future__ import annotations

import msgspec


class BackendQuestion(msgspec.Struct, frozen=True):
    """`method` is "service/method": of a service that only the backend has, and one that changes nothing; "" for
    neither. `services` are others of which is asked whether it has them."""

    tls: bool = False
    method: str = ""
    services: tuple[str, ...] = ()


class TemporalQuestion(msgspec.Struct, frozen=True):
    """The namespace, and the task queue of the runner's worker. `server` is where stigmer-server's own workflows wait,
    and the note on each that names the task queue of the runner's activities; "" twice: it is not asked about."""

    namespace: str
    task_queue: str
    server: tuple[str, str] = ("", "")
