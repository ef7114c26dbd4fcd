"""A Docker engine, through docker-py's low-level client. Every call has a deadline, and raises our own errors only."""

from __future__ import annotations

import contextlib
import secrets
import socket
import tarfile
import time
from collections import deque
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any, Self, TypeVar, cast

from docker.api.client import APIClient
from docker.tls import TLSConfig

from stigmer_doctor.adapters.docker_channel import CommandChannel, SocketChannel
from stigmer_doctor.adapters.docker_errors import translated
from stigmer_doctor.adapters.engine_address import Address
from stigmer_doctor.adapters.tar_stream import Chunks
from stigmer_doctor.model.errors import DoctorError, Refused
from stigmer_doctor.model.facts import Engine
from stigmer_doctor.model.ports import Channel, Json

T = TypeVar("T")

DEADLINE_S = 10
THROWAWAY_LABEL = "stigmer-doctor.throwaway"
_LEFTOVER_AFTER_S = 60
_SILENT_FOR_S = 60.0
_MOST_FILES = 2000
_SKIPPED = {".venv", "venv", "site-packages", "node_modules", "__pycache__", "tests"}
_THROWAWAY_MEMORY = 256 * 1024 * 1024


class DockerEngine:
    """Implements EngineClient. Connects, and negotiates the API version, when it is made."""

    def __init__(self, address: Address, deadline: int = DEADLINE_S) -> None:
        self._address, self._deadline = address, deadline
        with self._translated():
            self._client = APIClient(
                base_url=address.url, version="auto", timeout=deadline, tls=_tls(address), use_ssh_client=True
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._client.close()

    def describe(self) -> Engine:
        with self._translated():
            version, info = self._client.version(api_version=False), self._client.info()
            return Engine(
                version=str(version["Version"]),
                api_version=str(version["ApiVersion"]),
                operating_system=str(info.get("OperatingSystem", "")),
                name=str(info.get("Name", "")),
                kernel=str(info.get("KernelVersion", "")),
                architecture=str(info.get("Architecture", "")),
                components=tuple(str(each.get("Name", "")) for each in version.get("Components") or ()),
                rootless=any("name=rootless" in str(each) for each in info.get("SecurityOptions") or ()),
            )

    def containers(self) -> list[Json]:
        return self._call(lambda: list(self._client.containers(all=True)))

    def container(self, name_or_id: str) -> Json:
        return self._call(lambda: self._object(self._client.inspect_container(name_or_id)))

    def image(self, image_id: str) -> Json:
        inspect: Callable[[str], Any] = self._client.inspect_image
        return self._call(lambda: self._object(inspect(image_id)))

    def network(self, network_id: str) -> Json:
        return self._call(lambda: self._object(self._client.inspect_network(network_id)))

    def logs(self, container_id: str, *, lines: int, max_bytes: int) -> tuple[bytes, bool]:
        """Streamed, so that only the last `max_bytes` are ever held, however large the log and its lines are."""
        with self._translated():
            kept: deque[bytes] = deque()
            held, cut, newlines = 0, False, 0
            # One line more than asked for: whether it comes tells whether there were more.
            deadline = time.monotonic() + self._deadline
            for chunk in self._client.logs(container_id, stream=True, follow=False, tail=lines + 1):
                kept.append(chunk[-max_bytes:])
                held += len(kept[-1])
                newlines += chunk.count(b"\n")
                while held - len(kept[0]) >= max_bytes:
                    held -= len(kept.popleft())
                    cut = True
                if time.monotonic() > deadline:
                    cut = True
                    break
        text = b"".join(kept)
        if newlines > lines:
            text, cut = text.partition(b"\n")[2] if not cut else text, True
        return text[-max_bytes:], cut or len(text) > max_bytes

    def execute(self, container_id: str, argv: list[str]) -> Channel:
        if not self._hijackable:
            return CommandChannel([*self._docker_command(), "exec", "-i", container_id, *argv], _SILENT_FOR_S)
        with self._translated():
            made = self._client.exec_create(container_id, argv, stdin=True, stdout=True, stderr=True, tty=False)
            stream = self._client.exec_start(made["Id"], socket=True)
            return SocketChannel(_raw(stream), _SILENT_FOR_S, lambda: _close(stream))

    def clone(self, container: Json, argv: list[str]) -> Channel:
        mode = str((container.get("HostConfig") or {}).get("NetworkMode") or "bridge")
        if mode.startswith("container:"):
            raise Refused("it shares the network of another container, which cannot be copied")
        if not self._hijackable:
            raise Refused("a throwaway container needs a plain socket to the engine")
        self._remove_leftovers()
        with self._translated():
            create: Callable[..., dict[str, Any]] = self._client.create_container_from_config
            made = create(_throwaway(container, argv), f"stigmer-doctor-probe-{secrets.token_hex(4)}")
        return self._attached(made["Id"], container)

    def read_files(self, container_id: str, folder: str, *, suffix: str, max_bytes: int) -> dict[str, bytes]:
        with self._translated():
            stream, _ = self._client.get_archive(container_id, folder)
            found: dict[str, bytes] = {}
            left = max_bytes
            with tarfile.open(fileobj=Chunks(stream), mode="r|") as archive:
                for member in archive:
                    path = PurePosixPath(*PurePosixPath(member.name).parts[1:])
                    if not member.isfile() or not member.name.endswith(suffix) or _SKIPPED & set(path.parts):
                        continue
                    if member.size > left or len(found) >= _MOST_FILES:
                        break
                    content = archive.extractfile(member)
                    found[str(path)] = content.read() if content else b""
                    left -= member.size
            return found

    # ---- how ---------------------------------------------------------------------------------------------------------

    @property
    def _hijackable(self) -> bool:
        """Whether the connection is a plain socket that can be used in both directions."""
        return self._address.scheme in ("unix", "tcp") and self._address.tls is None

    def _call(self, ask: Callable[[], T]) -> T:
        with self._translated():
            return ask()

    def _translated(self) -> contextlib.AbstractContextManager[None]:
        return translated(self._address.display, self._deadline)

    @staticmethod
    def _object(answer: Any) -> Json:
        if not isinstance(answer, dict):
            raise TypeError("the engine's answer is no object")
        return answer

    def _docker_command(self) -> list[str]:
        if self._address.context:
            return ["docker", "--context", self._address.context]
        command = ["docker", "--host", self._address.url]
        if tls := self._address.tls:
            command.append("--tlsverify" if tls.verify else "--tls")
            for option, file in (("--tlscacert", tls.ca), ("--tlscert", tls.cert), ("--tlskey", tls.key)):
                command += [option, file] if file else []
        return command

    def _attached(self, throwaway: str, container: Json) -> Channel:
        """Attach before it starts, so that nothing of what it says is lost. Removed whatever happens."""
        try:
            with self._translated():
                self._connect_networks(throwaway, container)
                options = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1, "logs": 0}
                stream = self._client.attach_socket(throwaway, options)
                self._client.start(throwaway)
                return SocketChannel(_raw(stream), _SILENT_FOR_S, lambda: self._discard(throwaway, stream))
        except DoctorError:
            self._discard(throwaway)
            raise

    def _connect_networks(self, throwaway: str, container: Json) -> None:
        """The networks beyond the one of the network mode; addresses and aliases of its own."""
        mode = str((container.get("HostConfig") or {}).get("NetworkMode") or "bridge")
        attached = (container.get("NetworkSettings") or {}).get("Networks") or {}
        for name in attached:
            if name not in (mode, "bridge", "host", "none"):
                self._client.connect_container_to_network(throwaway, name)

    def _discard(self, throwaway: str, stream: Any = None) -> None:
        if stream is not None:
            _close(stream)
        with contextlib.suppress(DoctorError), self._translated():
            self._client.remove_container(throwaway, force=True, v=True)

    def _remove_leftovers(self) -> None:
        """Throwaway containers of earlier runs that were killed."""
        with contextlib.suppress(DoctorError), self._translated():
            for each in self._client.containers(all=True, filters={"label": [f"{THROWAWAY_LABEL}=1"]}):
                if time.time() - float(each.get("Created", 0)) > _LEFTOVER_AFTER_S:
                    self._discard(each["Id"])


def _tls(address: Address) -> TLSConfig | bool:
    if address.tls is None:
        return False
    files = (address.tls.cert, address.tls.key) if address.tls.cert else None
    return TLSConfig(client_cert=files, ca_cert=address.tls.ca or None, verify=address.tls.verify)


def _throwaway(container: Json, argv: list[str]) -> dict[str, Any]:
    """The same image and network settings; none of its variables, mounts, ports or rights."""
    config, host = container.get("Config") or {}, container.get("HostConfig") or {}
    return {
        "Image": container["Image"],
        "Entrypoint": argv,
        "Cmd": [],
        "User": config.get("User", ""),
        "OpenStdin": True,
        "StdinOnce": True,
        "AttachStdin": True,
        "AttachStdout": True,
        "AttachStderr": True,
        "Tty": False,
        "Healthcheck": {"Test": ["NONE"]},
        "Labels": {THROWAWAY_LABEL: "1"},
        "HostConfig": {
            "NetworkMode": host.get("NetworkMode") or "bridge",
            "ExtraHosts": host.get("ExtraHosts"),
            "Dns": host.get("Dns"),
            "DnsOptions": host.get("DnsOptions"),
            "DnsSearch": host.get("DnsSearch"),
            "AutoRemove": True,
            "RestartPolicy": {"Name": "no"},
            "CapDrop": ["ALL"],
            "SecurityOpt": ["no-new-privileges"],
            "Memory": _THROWAWAY_MEMORY,
            "PidsLimit": 64,
            "LogConfig": {"Type": "none"},
        },
    }


def _raw(stream: Any) -> socket.socket:
    """The socket below docker-py's read-only wrapper."""
    return cast("socket.socket", getattr(stream, "_sock", stream))


def _close(stream: Any) -> None:
    with contextlib.suppress(OSError, AttributeError):
        stream.close()
