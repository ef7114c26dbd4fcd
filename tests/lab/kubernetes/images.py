"""The lab's images as layers that containerd imports: a base that all share and each runner's code."""

from __future__ import annotations

import functools
import hashlib
import io
import json
import subprocess
import tarfile
import time
from pathlib import Path
from typing import IO, Any

from tests.lab import image

_MEBIBYTE = 1 << 20


def import_images(socket: Path, within: float) -> None:
    """Make the images known to containerd, as soon as it answers."""
    deadline = time.monotonic() + within
    ctr = ["ctr", "--address", str(socket), "--namespace", "k8s.io"]
    while subprocess.run([*ctr, "version"], capture_output=True).returncode:
        if time.monotonic() > deadline:
            raise TimeoutError("containerd does not answer")
        time.sleep(0.1)
    process = subprocess.Popen([*ctr, "images", "import", "-"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    assert process.stdin
    with process.stdin as stream:
        write_archive(stream)
    if process.wait(timeout=within):
        raise RuntimeError("ctr could not import the images")


def write_archive(stream: IO[bytes]) -> None:
    """All images in one archive of the form that `docker save` writes."""
    manifest: list[dict[str, Any]] = []
    written: set[str] = set()
    with tarfile.open(fileobj=stream, mode="w|") as archive:
        for tag, layers, lines in image.layers():
            named = [(_digest(layer), layer) for layer in layers]
            for digest, layer in named:
                if digest not in written:
                    archive.add(layer, f"{digest}.tar")
                    written.add(digest)
            config = json.dumps(_config(lines, [digest for digest, _ in named])).encode()
            name = f"{hashlib.sha256(config).hexdigest()}.json"
            _add(archive, name, config)
            manifest.append({"Config": name, "RepoTags": [tag], "Layers": [f"{digest}.tar" for digest, _ in named]})
        _add(archive, "manifest.json", json.dumps(manifest).encode())


def _config(lines: list[str], digests: list[str]) -> dict[str, Any]:
    words = [line.split(" ", 1) for line in lines]
    said = dict(words)
    run: dict[str, Any] = {"Env": [rest for name, rest in words if name == "ENV"], "WorkingDir": said["WORKDIR"]}
    run |= {"Cmd": json.loads(said["CMD"]), "User": said["USER"]}
    layers = {"type": "layers", "diff_ids": [f"sha256:{digest}" for digest in digests]}
    return {"architecture": "amd64", "os": "linux", "config": run, "rootfs": layers}


@functools.cache
def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(data)
    archive.addfile(info, io.BytesIO(data))
