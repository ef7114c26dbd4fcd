"""How much of an answer is read, for how long, and which JSON is parsed."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from stigmer_doctor.adapters.docker.limits import (
    CutOff,
    Deadlines,
    Late,
    LimitedReader,
    OversizedAnswer,
    is_stream,
    parsed,
)


def test_json_that_is_too_deep_or_has_too_many_parts_is_not_parsed() -> None:
    for content in (b"[" * 100_000, b'{"a":' * 100_000, b"[" + b"{}," * 600_000 + b"{}]"):
        with pytest.raises(ValueError, match="the answer"):
            parsed(content)


def test_depth_is_counted_in_linear_time_where_a_string_never_ends() -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the JSON library's words
        parsed(b"[" * 150 + b'"[' + b'\\"[' * 400_000)  # a quadratic search would take hours


def test_brackets_in_strings_are_not_depth() -> None:
    assert parsed(b'["' + b"[" * 1000 + b'\\"[["]') == ["[" * 1000 + '"[[']


def test_halves_of_characters_are_replaced_and_whole_ones_kept() -> None:
    assert parsed(b'{"\\ud800": ["\\udfff", "\\ud83d\\ude00", 1]}') == {"\ufffd": ["\ufffd", "\U0001f600", 1]}


def test_bytes_that_are_not_utf_8_cost_themselves() -> None:
    assert parsed(b'["a\xff"]') == ["a\ufffd"]


def test_logs_and_archives_are_streams() -> None:
    assert is_stream("/v1.46/containers/a/logs?tail=1")
    assert not is_stream("/v1.46/containers/logs/json")


def test_a_peer_that_drips_is_left_at_the_end_of_the_time() -> None:
    near, far = socket.socketpair()
    ended = threading.Event()

    def drip() -> None:
        while not ended.wait(0.02):
            far.sendall(b"x")

    thread = threading.Thread(target=drip)
    thread.start()
    with near, far:
        started = time.monotonic()
        reader = LimitedReader(near, ends=started + 0.2, most=1000, within=0.2)
        with pytest.raises(TimeoutError):
            reader.line()
        ended.set()
        thread.join()
    assert time.monotonic() - started < 5


def test_more_than_was_agreed_is_not_read() -> None:
    near, far = socket.socketpair()
    with near, far:
        far.sendall(b"x" * 100)
        reader = LimitedReader(near, ends=time.monotonic() + 5, most=60, within=5)
        with pytest.raises(OversizedAnswer):
            reader.piece(50)


def test_what_ends_before_it_is_complete_is_cut_off() -> None:
    near, far = socket.socketpair()
    with near:
        with far:
            far.sendall(b"one\r\ntw")
        reader = LimitedReader(near, ends=time.monotonic() + 5, most=60, within=5)
        assert reader.line() == b"one"
        with pytest.raises(CutOff):
            reader.line()


def test_all_answers_together_have_one_time() -> None:
    times = Deadlines(10, together=0.01)
    assert times.until() - time.monotonic() <= 0.01
    time.sleep(0.02)
    with pytest.raises(TimeoutError) as over:
        times.left()
    assert times.told(over.value) == "all questions within 0.01 s"
    assert times.until(spare=2) > time.monotonic() + 1


def test_what_is_late_says_how_long_it_was_waited_for() -> None:
    assert Deadlines(10).told(Late(20)) == "within 20 s"
    assert Deadlines(10).told(TimeoutError()) == "within 10 s"
