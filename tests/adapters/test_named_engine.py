"""An engine that is connected to before it is opened."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from stigmer_doctor.adapters.docker.named_engine import NamedEngine
from stigmer_doctor.model.errors import EngineError
from stigmer_doctor.model.facts import EngineFault

ANSWER = b"HTTP/1.1 200 OK\r\nApi-Version: 1.44\r\nContent-Length: 2\r\n\r\nOK"


@pytest.fixture
def asked(tmp_path: Path) -> Iterator[list[bytes]]:
    """What an engine at `tmp_path`/engine.sock was asked; it answers that it is there."""
    requests: list[bytes] = []
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "engine.sock"))
        listener.listen()

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:  # the end
                    return
                requests.append(connection.recv(65536))
                connection.sendall(ANSWER)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield requests
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def _engine(folder: Path) -> NamedEngine:
    return NamedEngine(f"unix://{folder}/engine.sock", None, {"HOME": str(folder)})


def test_opening_gives_the_connection_that_was_begun_and_then_new_ones(tmp_path: Path, asked: list[bytes]) -> None:
    engine = _engine(tmp_path)
    engine.connect()
    with engine.open(together=20):
        assert len(asked) == 1
    with engine.open(together=20):
        assert len(asked) == 2


def test_what_went_wrong_is_said_when_it_is_opened(tmp_path: Path) -> None:
    engine = _engine(tmp_path)
    engine.connect()
    with pytest.raises(EngineError) as raised:
        engine.open(together=20)
    assert raised.value.fault is EngineFault.UNREACHABLE
