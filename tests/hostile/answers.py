"""What a decent engine answers about one broken runner: none of its services answers, so a check of it never passes."""

from __future__ import annotations

import json
import re
from typing import Any

ID = "c0ffee" * 10 + "c0ff"
IMAGE = "sha256:" + "1" * 64
RUNNER = "stigmer-agent-runner"

VERSION = {
    "Version": "27.0.0",
    "ApiVersion": "1.46",
    "MinAPIVersion": "1.24",
    "KernelVersion": "6.1.0",
    "Arch": "amd64",
    "Os": "linux",
    "Components": [{"Name": "Engine", "Version": "27.0.0"}],
}
INFO = {"OperatingSystem": "Debian GNU/Linux 12", "Name": "machine", "SecurityOptions": ["name=seccomp"]}
ENVIRONMENT = ["MODE=local", "STIGMER_BACKEND_URL=http://localhost:1", "TEMPORAL_SERVICE_ADDRESS=localhost:1"]
CONFIG = {
    "Image": "ghcr.io/stigmer/agent-runner:dev",
    "Hostname": "runner",
    "Env": ENVIRONMENT,
    "Cmd": ["python", "main.py"],
    "Entrypoint": None,
    "WorkingDir": "/app",
    "User": "",
    "Labels": {"a": "b"},
    "Tty": False,
}
HOST_CONFIG = {
    "NetworkMode": "bridge",
    "RestartPolicy": {"Name": "no", "MaximumRetryCount": 0},
    "ExtraHosts": ["other:192.0.2.1"],
    "Binds": ["/data:/data"],
    "Memory": 0,
    "PidsLimit": None,
    "Ulimits": [{"Name": "nofile", "Soft": 1024, "Hard": 1024}],
    "LogConfig": {"Type": "json-file", "Config": {}},
    "PortBindings": {},
}
STATE = {
    "Status": "running",
    "Running": True,
    "ExitCode": 0,
    "Error": "",
    "OOMKilled": False,
    "StartedAt": "2026-01-01T00:00:00.000000000Z",
    "FinishedAt": "0001-01-01T00:00:00Z",
    "Health": {"Status": "healthy", "FailingStreak": 0, "Log": [{"Output": "ok", "ExitCode": 0}]},
}
INSPECT = {
    "Id": ID,
    "Name": f"/{RUNNER}",
    "Image": IMAGE,
    "Created": "2026-01-01T00:00:00.000000000Z",
    "State": STATE,
    "RestartCount": 0,
    "Config": CONFIG,
    "HostConfig": HOST_CONFIG,
    "Mounts": [{"Type": "bind", "Source": "/data", "Destination": "/data", "RW": True}],
    "NetworkSettings": {
        "Networks": {
            "bridge": {"NetworkID": "b" * 64, "IPAddress": "172.17.0.2", "Gateway": "172.17.0.1", "Aliases": None}
        }
    },
}
LISTED = {
    "Id": ID,
    "Names": [f"/{RUNNER}"],
    "Image": CONFIG["Image"],
    "State": "running",
    "Created": 1767225600,
    "Labels": {},
    "HostConfig": {"NetworkMode": "bridge"},
}
LOCAL_IMAGE = {"Id": IMAGE, "Config": {"Env": ["PATH=/bin"], "Cmd": ["python"], "Entrypoint": None, "Labels": {}}}
NETWORK = {
    "Driver": "bridge",
    "Internal": False,
    "IPAM": {"Config": [{"Subnet": "172.17.0.0/16", "Gateway": "172.17.0.1"}]},
}
STATS = {
    "memory_stats": {"usage": 1 << 26, "limit": 1 << 33, "stats": {"inactive_file": 0}},
    "pids_stats": {"current": 3},
}
LINE = b"2026-01-01T00:00:01.000000000Z httpx.ConnectError: All connection attempts failed\n"
LOG = b"\x01\0\0\0" + len(LINE).to_bytes(4, "big") + LINE

_V = r"(?:/v[\d.]+)?"
CALLS: dict[str, tuple[str, str, Any]] = {
    "ping": ("GET", "/_ping", b"OK"),
    "version": ("GET", "/version", VERSION),
    "info": ("GET", "/info", INFO),
    "list": ("GET", "/containers/json", [LISTED]),
    "inspect": ("GET", "/containers/[^/]+/json", INSPECT),
    "logs": ("GET", "/containers/[^/]+/logs", LOG),
    "stats": ("GET", "/containers/[^/]+/stats", STATS),
    "archive": ("GET", "/containers/[^/]+/archive", bytes(1024)),
    "diff": ("GET", "/containers/[^/]+/changes", []),
    "image": ("GET", "/images/.+/json", LOCAL_IMAGE),
    "images": ("GET", "/images/json", [{"Id": IMAGE, "RepoTags": [CONFIG["Image"]]}]),
    "network": ("GET", "/networks/.+", NETWORK),
    "exec-create": ("POST", "/containers/[^/]+/exec", {"Id": "e" * 64}),
    "exec-start": ("POST", "/exec/[^/]+/start", None),
    "exec-inspect": ("GET", "/exec/[^/]+/json", {"Running": False, "ExitCode": 0}),
    "create": ("POST", "/containers/create", {"Id": "d" * 64, "Warnings": []}),
    "attach": ("POST", "/containers/[^/]+/attach", None),
    "start": ("POST", "/containers/[^/]+/start", b""),
    "remove": ("DELETE", "/containers/[^/]+", b""),
}
"""Each call: method, pattern of the path below the version, and the answer; None where the connection is taken over."""
_ORDER = sorted(CALLS, key=lambda name: name != "images")


def call_of(method: str, target: str) -> str:
    """The name of the call that a request is, "" for none of those that are known."""
    path = target.partition("?")[0]
    return next((name for name in _ORDER if CALLS[name][0] == method and re.fullmatch(_V + CALLS[name][1], path)), "")


def body_of(call: str) -> bytes:
    """The decent answer's body."""
    answer = CALLS[call][2] if call else None
    return answer if isinstance(answer, bytes) else json.dumps(answer).encode()
