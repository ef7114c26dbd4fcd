"""The program in the container, run here: its frames, its dials, and its end."""

from __future__ import annotations

import _socket
import io
import json
import marshal
import socket
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stigmer_doctor.adapters.probe import compiled, container_probe
from stigmer_doctor.adapters.probe.container_probe import READER, dialler, joined
from stigmer_doctor.collect import room
from stigmer_doctor.model.facts import Vantage
from stigmer_doctor.probe import agent, dial, wire


@given(st.sampled_from([wire.REQUEST, wire.DATA, wire.END]), st.integers(0, 2**31 - 1), st.binary(max_size=2000))
def test_a_frame_comes_back_as_it_was(kind: bytes, number: int, payload: bytes) -> None:
    assert wire.read_frame(io.BytesIO(wire.frame(kind, number, payload))) == (kind, number, payload)


@given(st.binary(max_size=64))
def test_noise_is_broken_or_ends_or_is_a_frame(noise: bytes) -> None:
    try:
        found = wire.read_frame(io.BytesIO(noise))
    except wire.BrokenFrame:
        return
    assert found is None or noise.startswith(wire.frame(*found))


def test_dialling_tells_open_from_refused_and_unknown() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        found = dial.reach([("127.0.0.1", port), ("127.0.0.1", 1), ("no-such-host.invalid", 1)], 2)
    outcomes = {(other["host"], other["port"]): other["outcome"] for other in found["dials"]}
    assert outcomes[("127.0.0.1", port)] == "connected"
    assert outcomes[("127.0.0.1", 1)] == "refused"
    unknown = next(resolution for resolution in found["resolutions"] if resolution["host"] == "no-such-host.invalid")
    assert unknown["error"]
    assert not unknown["addresses"]


def test_addresses_that_are_too_many_to_dial_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    addresses = [f"127.0.0.{number}" for number in range(1, dial.MOST_DIALS + 7)]
    many = {"host": "many", "addresses": addresses, "error": ""}
    monkeypatch.setattr(dial, "_resolve", lambda host: many if host == "many" else {**many, "host": host})
    found = container_probe.reach_of(dial.reach([("many", 1), ("more", 0)], 2), Vantage.CONTAINER)
    assert len(found.dials) == dial.MOST_DIALS
    assert [other.address for other in found.left_out] == addresses[dial.MOST_DIALS :]
    assert (found.undialled("many", 1), found.undialled("more", 1)) == (6, 0)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has scores")
def test_the_program_is_the_first_that_the_kernel_ends_when_memory_runs_out() -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen(container_probe.command(sys.executable), stdin=pipe, stdout=pipe) as program:
        assert program.stdin
        assert program.stdout
        program.stdin.write(container_probe.program())
        program.stdin.flush()
        wire.read_frame(cast("BinaryIO", program.stdout))
        assert Path(f"/proc/{program.pid}/oom_score_adj").read_text().strip() == "1000"
        program.stdin.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells by a file")
def test_the_program_takes_less_memory_than_there_is_room_for() -> None:
    assert agent.resident() > 0
    assert agent.MOST_MEMORY < room.MEMORY


def test_the_program_ends_with_its_input_and_says_nothing_else() -> None:
    request = wire.frame(wire.REQUEST, 1, wire.asking({"ask": "look", "docker_socket": "/nowhere"}))
    pipe = subprocess.PIPE
    with subprocess.Popen(container_probe.command(sys.executable), stdin=pipe, stdout=pipe, stderr=pipe) as program:
        assert program.stdin
        assert program.stdout
        assert program.stderr
        program.stdin.write(container_probe.program() + request)
        program.stdin.flush()
        answers = cast("BinaryIO", program.stdout)
        hello = wire.read_frame(answers)
        reply = wire.read_frame(answers)
        program.stdin.close()
        assert program.wait(timeout=20) == 0
        assert (program.stdout.read(), program.stderr.read()) == (b"", b"")
    assert hello
    assert hello[1:] == (wire.HELLO, compiled.MARK.encode())
    assert reply
    assert json.loads(reply[2])["socket"]["exists"] is False


@pytest.mark.parametrize("junk", [b"", b"\x00\x00\x00\x05", b"\xff" * 4])
def test_a_broken_program_ends(junk: bytes) -> None:
    done = subprocess.run(container_probe.command(sys.executable), input=junk, capture_output=True, timeout=20)
    assert done.returncode is not None


def test_arguments_carry_nothing_but_the_loader() -> None:
    assert "7234" not in " ".join(container_probe.command("python"))
    assert len(" ".join(container_probe.command("python"))) < 450


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
        lambda parts: st.lists(parts) | st.dictionaries(st.text(), parts),
    )
)
def test_a_reply_is_json(value: object) -> None:
    assert json.loads(agent.written(value)) == value


@given(st.dictionaries(st.text(), st.text() | st.binary() | st.floats(allow_nan=False) | st.lists(st.text())))
def test_a_question_arrives_as_it_was_asked(request: dict[str, object]) -> None:
    assert marshal.loads(wire.asking(request)) == request


def test_the_first_address_that_accepts_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        found = [
            (socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.2", 1)),
            (socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", port)),
        ]
        monkeypatch.setattr(_socket, "getaddrinfo", lambda *_: found)
        client = dial.connected("two.invalid", port, 2)
        assert client.getpeername() == ("127.0.0.1", port)
        client.close()
        monkeypatch.setattr(_socket, "getaddrinfo", lambda *_: found[:1])
        with pytest.raises(ConnectionRefusedError):
            dial.connected("one.invalid", port, 2)
        monkeypatch.setattr(_socket, "getaddrinfo", lambda *_: [])
        with pytest.raises(OSError, match="no address"):
            dial.connected("none.invalid", port, 2)


LIGHT = """
import sys
heavy = {"json", "re", "socket", "threading", "enum", "functools", "collections", "typing", "ast", "glob"}
heavy -= {*sys.modules}
exec(sys.stdin.read(), {"MARK": "", "main": None, "__name__": "probe"})
print(sorted(heavy & {*sys.modules}))
"""


@pytest.mark.parametrize(
    "source", [dialler().rpartition("main()")[0], joined(READER)], ids=["what dials", "what reads"]
)
def test_the_program_loads_nothing_that_takes_its_time(source: str) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", LIGHT], input=source, capture_output=True, timeout=20, text=True
    )
    assert (done.stdout[-3:], done.stderr) == ("[]\n", "")
