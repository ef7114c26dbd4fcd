"""Starts programs in containers, attached."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from urllib.parse import quote

from stigmer_doctor.adapters.docker.address import EngineAddress
from stigmer_doctor.adapters.docker.channel import CommandChannel, SocketChannel
from stigmer_doctor.adapters.docker.dial import Dialer
from stigmer_doctor.adapters.docker.hijack import hijack
from stigmer_doctor.adapters.docker.session import Session, of_container
from stigmer_doctor.model.engine_ports import Channel

_SILENCE_S = 60.0
_CANNOT_BE_RUN = (126, 127)
_SENTENCE = b"OCI runtime "
_STATE_WITHIN_S = 1.0


def _nothing() -> None:
    """There is nothing to clean up."""


class Programs:
    """Attaches to programs on one engine. Raises what its session raises, too: the caller translates it.

    Where a connection cannot be used in both directions at once (TLS, a named pipe) the docker command is used instead.
    """

    def __init__(self, address: EngineAddress, session: Session, dialer: Dialer) -> None:
        self._address, self._session, self._dialer, self._times = address, session, dialer, session.times

    def execute(self, container_id: str, argv: list[str]) -> Channel:
        """An exec. The engine opens the stream before it starts the program, so that one which cannot be run shows in
        the first `receive`, as a ProbeError with the engine's sentence."""
        if not self._dialer.plain:
            return self._command("exec", "-i", container_id, *argv)
        wanted = {"Cmd": argv, "AttachStdin": True, "AttachStdout": True, "AttachStderr": True, "Tty": False}
        made = self._session.do("POST", of_container(container_id, "/exec"), wanted)["Id"]
        path = f"/exec/{quote(made, safe='')}"
        started = {"Detach": False, "Tty": False}
        return self._attach(f"{path}/start", started, refusal=partial(self._refusal, path))

    def start(self, container_id: str, finish: Callable[[], None]) -> Channel:
        """A created container's program, attached before it is started. `finish` runs when the channel is closed, also
        when it could not be started."""
        if not self._dialer.plain:
            return self._command("start", "--attach", "--interactive", container_id, finish=finish)
        path = of_container(container_id, "/attach?stream=1&stdin=1&stdout=1&stderr=1")
        channel = self._attach(path, None, finish=finish)
        try:
            self._session.do("POST", of_container(container_id, "/start"))
        except BaseException:  # whatever ends it, no connection is left open
            channel.close()
            raise
        return channel

    def _attach(
        self,
        path: str,
        body: object,
        *,
        finish: Callable[[], None] = _nothing,
        refusal: Callable[[bytes], str] = lambda _: "",
    ) -> SocketChannel:
        connection = None
        try:
            within = self._times.left()
            connection = self._dialer.stream(within)
            first = hijack(connection, self._session.target(path), self._dialer.host, body, within=within)
            return SocketChannel(
                connection,
                first,
                silence=_SILENCE_S,
                patience=self._times.answer,
                end=self._times.end,
                finish=finish,
                refusal=refusal,
            )
        except BaseException:  # the same
            if connection:
                connection.close()
            finish()
            raise

    def _command(self, *words: str, finish: Callable[[], None] = _nothing) -> CommandChannel:
        command = [*docker_command(self._address), *words]
        return CommandChannel(command, silence=_SILENCE_S, end=self._times.end, finish=finish, refusal=_sentence)

    def _refusal(self, path: str, first: bytes) -> str:
        """The engine's sentence, where that is what came instead of output: the exec's state tells the two apart."""
        ends = time.monotonic() + _STATE_WITHIN_S
        while (sentence := _sentence(first)) and time.monotonic() < ends:
            with suppress(Exception):  # whatever goes wrong with asking: the sentence stands
                state = self._session.get(f"{path}/json")
                if not state["Running"]:
                    return sentence if state["ExitCode"] in _CANNOT_BE_RUN else ""
            time.sleep(0.01)
        return sentence


def _sentence(first: bytes) -> str:
    return " ".join(first.decode("utf-8", "replace").split())[:500] if first.startswith(_SENTENCE) else ""


def docker_command(address: EngineAddress) -> list[str]:
    """The docker CLI on the same engine. Paths and names only: nothing secret stands in a command line."""
    if address.context:
        return ["docker", "--context", address.context]
    command = ["docker", "--host", address.url]
    tls = address.tls
    if tls is None:
        return command
    files = (("--tlscacert", tls.ca), ("--tlscert", tls.cert), ("--tlskey", tls.key))
    return [*command, "--tlsverify" if tls.verify else "--tls", *(word for pair in files if pair[1] for word in pair)]
