"""Connections to an engine that are kept, and what ends them: a server in a thread, whose words are the test's."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from stigmer_doctor.adapters.docker.address import EngineAddress
from stigmer_doctor.adapters.docker.dial import Dialer
from stigmer_doctor.adapters.docker.limits import Connection, Deadlines
from stigmer_doctor.adapters.docker.session import Session
from stigmer_doctor.model.errors import NotFound, Refused

VERSION = b'{"ApiVersion":"1.43"}'
Said = Callable[[bytes, int], bytes]


def answer(body: bytes, *fields: bytes, version: bytes = b"1.1") -> bytes:
    lines = [b"HTTP/" + version + b" 200 OK", b"Api-Version: 1.43", b"Content-Length: %d" % len(body), *fields]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


class Peer:
    """Answers each connection's requests with what `said` makes of the request and its number; b"" closes it."""

    def __init__(self, said: Said) -> None:
        self._said, self._server = said, socket.create_server(("127.0.0.1", 0))
        self.address = EngineAddress(url=f"tcp://127.0.0.1:{self._server.getsockname()[1]}", source="the test")
        self.connections = 0
        self.ended = threading.Semaphore(0)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            number = 0
            while asked := connection.recv(65536):
                if not (said := self._said(asked, number)):
                    break
                connection.sendall(said)
                number += 1
        self.ended.release()

    def close(self) -> None:
        self._server.close()


@contextmanager
def peer(said: Said) -> Iterator[Peer]:
    made = Peer(said)
    try:
        yield made
    finally:
        made.close()


def session(of: Peer) -> Session:
    return Session(Dialer(of.address, 5), Deadlines(5))


def test_a_connection_is_used_again() -> None:
    with peer(lambda *_: answer(VERSION)) as engine:
        asking = session(engine)
        assert asking.get("/info") == {"ApiVersion": "1.43"}
        asking.close()
        assert engine.connections == 1


@pytest.mark.parametrize(
    "said",
    [
        answer(VERSION, version=b"1.0"),
        answer(VERSION, b"Connection: Keep-Alive, Close"),
        answer(VERSION) + answer(b'{"never": "asked for"}'),
    ],
    ids=["HTTP/1.0", "close in a list", "more than was asked for"],
)
def test_a_connection_that_does_not_last_is_not_used_again(said: bytes) -> None:
    with peer(lambda _, number: b"" if number else said) as engine:
        asking = session(engine)
        assert asking.get("/info") == {"ApiVersion": "1.43"}
        asking.close()
        assert engine.connections == 2


def test_a_connection_that_was_closed_meanwhile_is_not_used_again() -> None:
    def said(_: bytes, number: int) -> bytes:
        return b"" if number else answer(VERSION)

    with peer(said) as engine:
        asking = session(engine)
        kept = asking._idle[0]
        kept.shutdown(socket.SHUT_WR)
        assert engine.ended.acquire(timeout=5)
        assert asking.get("/info") == {"ApiVersion": "1.43"}
        asking.close()
        assert engine.connections == 2


def test_a_question_on_a_connection_that_ends_in_that_very_moment_is_asked_again() -> None:
    def said(_: bytes, number: int) -> bytes:
        return b"" if number else answer(VERSION)

    with peer(said) as engine:
        asking = session(engine)
        assert asking.get("/info") == {"ApiVersion": "1.43"}
        asking.close()
        assert engine.connections == 2


def test_a_refusal_names_the_question_and_leaves_the_connection_usable() -> None:
    refusal = b'HTTP/1.1 403 Forbidden\r\nContent-Length: 23\r\n\r\n{"message":"not today"}'

    with peer(lambda asked, _: refusal if b"/containers/" in asked else answer(VERSION)) as engine:
        asking = session(engine)
        for _ in range(2):
            with pytest.raises(Refused, match="refused GET /containers/aaaaaaaaaaaa/json: not today"):
                asking.get(f"/containers/{'a' * 64}/json", size=1)
        asking.close()
        assert engine.connections == 1


def test_a_change_is_not_asked_for_twice() -> None:
    def said(_: bytes, number: int) -> bytes:
        return b"" if number else answer(VERSION)

    with peer(said) as engine:
        asking = session(engine)
        with pytest.raises((EOFError, ConnectionError)):
            asking.do("POST", "/x")
        asking.close()
        assert engine.connections == 1


def test_a_name_server_that_does_not_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: ended.wait(60))
    with pytest.raises(TimeoutError):
        Dialer(EngineAddress(url="tcp://engine:1", source="the test"), 5)(0.05)
    ended.set()


def test_what_answers_a_ping_without_a_version_is_asked_for_it() -> None:
    old = b'HTTP/1.1 200 OK\r\nContent-Length: 21\r\n\r\n{"ApiVersion":"1.23"}'
    refusal = b'HTTP/1.1 403 Forbidden\r\nContent-Length: 23\r\n\r\n{"message":"not today"}'
    for ping in (old, old.replace(b"200 OK", b"200 OK\r\nApi-Version: new"), refusal):
        with peer(lambda asked, _, ping=ping: ping if b"/_ping" in asked else old) as engine:  # type: ignore[misc] # mypy infers no defaults
            asking = session(engine)
            asking.close()
        assert (asking.api_version, asking.api) == ("1.23", (1, 24)), "it is asked in the oldest way that is known"


def test_who_answers_is_told() -> None:
    with peer(lambda *_: answer(b"OK", b"Server: Docker/28.2 (linux)")) as engine:
        asking = session(engine)
        asking.close()
    assert (asking.server, asking.api_version) == ("Docker/28.2 (linux)", "1.43")


def test_a_first_question_that_fails_leaves_no_connection_open() -> None:
    with peer(lambda *_: b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}") as other:
        with pytest.raises(NotFound):
            session(other)
        assert other.ended.acquire(timeout=5)


def test_what_ends_after_the_session_is_not_kept() -> None:
    with peer(lambda *_: answer(VERSION)) as engine:
        asking = session(engine)
        with asking.ask("GET", "/info") as late:
            asking.close()
            late.read()
        assert engine.ended.acquire(timeout=5)


def test_dialling_and_sending_have_one_time() -> None:
    """Were sending given a time of its own, this would end after 0.9 times the deadline more."""
    near, far = socket.socketpair()
    deadline = 1.0

    class Slow(Dialer):
        dialled = 0

        def __call__(self, within: float) -> Connection:
            self.dialled += 1
            if self.dialled == 1:
                return super().__call__(within)
            time.sleep(0.9 * deadline)
            return near

    with near, far, peer(lambda *_: answer(VERSION, version=b"1.0")) as engine:
        asking = Session(Slow(engine.address, deadline), Deadlines(deadline))
        with pytest.raises(TimeoutError):
            asking.do("POST", "/x", {"large": "x" * 8_000_000})
        assert 0 < near.gettimeout() < 0.5 * deadline  # type: ignore[operator] # a time was set
