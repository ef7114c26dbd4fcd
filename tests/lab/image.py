"""The runner's images, made of local files: an interpreter, its libraries and the runner's code, as a tar to import.

Nothing is pulled. A tar is kept in the cache under a key of what is in it.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import posixpath
import re
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from docker.api.client import APIClient

from tests.lab import stubs
from tests.lab.install import cache

PYTHON = "stigmer-agent-runner:local"
RENAMED = "stigmer-agent-runner:ollama-env"
LITERAL = "stigmer-agent-runner:literal"
SLOW = "stigmer-agent-runner:slow"
NO_INTERPRETER = "stigmer-agent-runner:no-interpreter"
RUNNER = Path(__file__).parent / "runner"
REQUIREMENTS = Path(__file__).parents[2] / "requirements" / "runner.txt"
UID = 1000

_BASE = "stigmer-agent-runner-base:lab"
_VERSION = f"python{sys.version_info.major}.{sys.version_info.minor}"
_SITE_PACKAGES = f"app/.venv/lib/{_VERSION}/site-packages"
_LIBRARY = "app/backend/libs/python/agentloom/src"
_PLACES = {"library": _LIBRARY, "site_packages": _SITE_PACKAGES}
_STUBS = "app/apis/stubs/python"
# What no runner loads: an engine takes a second of a core for each 60 MB, in every lab. The sources of a library in
# Rust (sdk-core) are a tenth of all files.
_LEFT_OUT = {
    "test", "tests", "idlelib", "tkinter", "turtledemo", "lib2to3", "ensurepip", "site-packages", "sdk-core"
}  # fmt: skip
_UNUSED_FOR_S = 24 * 3600.0
# Folders that the runner writes to.
_WRITABLE = {"tmp": 0o1777, "workspace": 0o777, "app": 0o777}
_FILES = {
    "etc/passwd": "root:x:0:0:root:/root:/bin/sh\nstigmer:x:1000:1000::/app:/bin/sh\n",
    "etc/group": "root:x:0:\nstigmer:x:1000:\n",
    "etc/nsswitch.conf": "hosts: files dns\n",
    "app/.venv/pyvenv.cfg": f"home = /usr/local/bin\nversion = {sys.version.split()[0]}\n",
    # Two packages beside the runner, installed editable.
    f"{_SITE_PACKAGES}/agentloom.pth": f"/{_LIBRARY}\n",
    f"{_SITE_PACKAGES}/stigmer_stubs.pth": f"/{_STUBS}\n",
}
_CONFIG = [
    "WORKDIR /app", "USER stigmer", 'CMD ["/app/.venv/bin/python", "main.py"]',
    "ENV PATH=/usr/local/bin:/usr/bin:/bin", "ENV PYTHONUNBUFFERED=1", "ENV PYTHONDONTWRITEBYTECODE=1",
    "ENV LANG=C.UTF-8", f"ENV PYTHON_VERSION={sys.version.split()[0]}",
]  # fmt: skip
_NO_PYTHON_CONFIG = ["WORKDIR /app", "USER stigmer", 'CMD ["/bin/sleep", "infinity"]']


@dataclass(frozen=True)
class Code:
    """What one image's runner does differently: the variable of the LLM's address, and files laid over the others."""

    llm_variable: str = "STIGMER_LLM_BASE_URL"
    over: str = ""


# The older image, the newer one, the one that reads the variable and drops it, and one that starts as slowly as the
# real ones.
_CODE = {
    PYTHON: Code(),
    RENAMED: Code(llm_variable="OLLAMA_BASE_URL"),
    LITERAL: Code(over="runner_literal"),
    SLOW: Code(over="runner_slow"),
}


def load(docker_host: str, tag: str) -> None:
    """Import an image into the engine."""
    if tag == NO_INTERPRETER:
        _import(docker_host, _bare_tar(), tag, _NO_PYTHON_CONFIG)
        return
    if _run(_docker(docker_host, "info", "--format", "{{.Driver}}")).strip() == "vfs":  # copies all for each layer
        _import(docker_host, _whole_tar(_CODE[tag]), tag, _CONFIG)
        return
    if subprocess.run(_docker(docker_host, "image", "inspect", _BASE), capture_output=True).returncode:
        _import(docker_host, _base_tar(), _BASE, _CONFIG)
    made = _run(_docker(docker_host, "create", _BASE)).strip()
    try:
        with _code_tar(_CODE[tag]).open("rb") as stream:
            _run(_docker(docker_host, "cp", "-", f"{made}:/"), stdin=stream)
        # Podman insists on a body, which the command line does not send.
        with contextlib.closing(APIClient(base_url=docker_host, version="auto", timeout=300)) as engine:
            engine.commit(made, repository=tag.partition(":")[0], tag=tag.partition(":")[2], conf={})
    finally:
        _run(_docker(docker_host, "rm", "--force", made))


def layers() -> Iterator[tuple[str, list[Path], list[str]]]:
    """Every image of one runner or another: its tag, its layers from the lowest, and its configuration."""
    for tag, code in _CODE.items():
        yield tag, [_base_tar(), _code_tar(code)], _CONFIG
    yield NO_INTERPRETER, [_bare_tar()], _NO_PYTHON_CONFIG


def prepare() -> None:
    """Make what all images share, so that no test has to wait for it."""
    _base_tar()


def _import(docker_host: str, tar: Path, tag: str, config: list[str]) -> None:
    changes = [word for line in config for word in ("--change", line)]
    _run(_docker(docker_host, "import", *changes, str(tar), tag))


def _docker(docker_host: str, *arguments: str) -> list[str]:
    return ["docker", "--host", docker_host, *arguments]


def _run(argv: list[str], stdin: IO[bytes] | None = None) -> str:
    done = subprocess.run(argv, stdin=stdin, capture_output=True, timeout=300)
    if done.returncode:
        raise RuntimeError(f"{' '.join(argv)}: {done.stderr.decode(errors='replace')[-2000:]}")
    return done.stdout.decode()


def _base_tar() -> Path:
    return _cached("base", [sys.version, REQUIREMENTS.read_text(encoding="utf-8")], _fill)


def _code_tar(code: Code) -> Path:
    texts = [text for pair in _code(code) for text in pair]
    return _cached(f"code-{code.over or code.llm_variable}", texts, lambda tar: _add_code(tar, code))


def _whole_tar(code: Code) -> Path:
    def fill(tar: tarfile.TarFile) -> None:
        _fill(tar)
        _add_code(tar, code)

    texts = [text for pair in _code(code) for text in pair]
    return _cached("whole", [sys.version, REQUIREMENTS.read_text(encoding="utf-8"), *texts], fill)


def _bare_tar() -> Path:
    return _cached("no-interpreter", [text for pair in _code(Code()) for text in pair], _fill_bare)


def _cached(name: str, key: Iterable[str], fill: Callable[[tarfile.TarFile], None]) -> Path:
    """The tar from the cache, made first when what would be in it has changed. Labs that make it at the same time each
    write a file of their own; the last one stays."""
    digest = hashlib.sha256("\n".join([*key, Path(__file__).read_text(encoding="utf-8")]).encode()).hexdigest()[:16]
    path = cache() / f"{name}-{digest}.tar"
    if path.exists():
        os.utime(path)
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    _forget_unused(path.parent)
    handle, partial = tempfile.mkstemp(prefix=f"{name}-", suffix=".partial", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream, tarfile.open(fileobj=stream, mode="w") as tar:
            fill(tar)
            _add_folders(tar)
            tar.close()
            # The padding after the end makes Podman fail: what reads the tar is gone before all of it is written.
            stream.truncate(tar.offset)
        Path(partial).rename(path)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise
    return path


def _forget_unused(folder: Path) -> None:
    """Delete the tars that nobody asked for within a day: another lab may be using any other, of whatever version."""
    for path in (*folder.glob("*.tar"), *folder.glob("*.partial")):
        with contextlib.suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > _UNUSED_FOR_S:
                path.unlink()


def _code(code: Code) -> Iterator[tuple[str, str]]:
    """Paths in the image and texts: the runner, what is laid over it, the library beside it, and the filler."""
    files = dict(_sources(RUNNER)) | (dict(_sources(RUNNER.parent / code.over)) if code.over else {})
    for name, text in sorted(files.items()):
        top, _, below = name.partition("/")
        path = f"{_PLACES[top]}/{below}" if top in _PLACES else f"app/{name}"
        yield path, text.replace("STIGMER_LLM_BASE_URL", code.llm_variable)
    yield from ((f"app/{name}", text) for name, text in stubs.modules())
    yield from ((f"{_STUBS}/{name}", text) for name, text in stubs.stubs())


def _sources(folder: Path) -> Iterator[tuple[str, str]]:
    for path in folder.rglob("*.py"):
        yield str(path.relative_to(folder)), path.read_text(encoding="utf-8")


def _fill(tar: tarfile.TarFile) -> None:
    base = Path(sys.base_prefix)
    interpreter = Path(sys.executable).resolve()
    standard_library = Path(sysconfig.get_path("stdlib"))
    _add(tar, interpreter, f"usr/local/bin/{_VERSION}")
    for path in _below(standard_library):
        _add(tar, path, f"usr/local/lib/{_VERSION}/{path.relative_to(standard_library)}")
    with tempfile.TemporaryDirectory() as folder:
        installed = _install(Path(folder))
        for path in installed:
            _add(tar, path, f"{_SITE_PACKAGES}/{path.relative_to(folder)}")
        shared = [path for path in (*_below(standard_library), *installed) if ".so" in path.name]
        _add_libraries(tar, [interpreter, Path("/bin/sh").resolve(), *shared], base)
    _add(tar, Path("/bin/sh").resolve(), "bin/sh")
    for name in ("python", "python3"):
        _link(tar, f"app/.venv/bin/{name}", f"/usr/local/bin/{_VERSION}")
    _add_texts(tar, _FILES)


def _install(folder: Path) -> list[Path]:
    """The runner's libraries, of the versions that its requirements pin."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--only-binary=:all:"]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run(
        [*pip, "--requirement", str(REQUIREMENTS), "--target", str(folder)],
        env=environment, check=True, capture_output=True, timeout=600,
    )  # fmt: skip
    return list(_below(folder))


def _fill_bare(tar: tarfile.TarFile) -> None:
    sleep = Path("/bin/sleep").resolve()
    _add(tar, sleep, "bin/sleep")
    _add_libraries(tar, [sleep], Path("/nonexistent"))
    _add_code(tar, Code())
    _add_texts(tar, {name: text for name, text in _FILES.items() if name.startswith("etc/")})


def _below(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        parts = set(path.relative_to(folder).parts)
        optimised = ".opt-" in path.name  # a second and a third compiled form of each module
        left_out = optimised or parts & _LEFT_OUT or any(part.startswith("config-") for part in parts)
        if path.is_file() and not left_out:
            yield path


def _add_libraries(tar: tarfile.TarFile, programs: list[Path], base: Path) -> None:
    """What the loader needs, at the paths where it looks without a cache."""
    listed = subprocess.run(["ldd", *map(str, programs)], capture_output=True, text=True, timeout=60).stdout
    found = {Path(path) for path in re.findall(r"(?:=> |^\s+)(/\S+) \(0x", listed, re.MULTILINE)}
    system = next(path.parent for path in found if path.name.startswith("libc.so"))
    for path in sorted(found):
        own = path.is_relative_to(base) or (path.parent != system and not path.name.startswith("ld-"))
        if not any(path == program for program in programs):
            _add(tar, path.resolve(), str(system / path.name if own else path).lstrip("/"))


def _add_code(tar: tarfile.TarFile, code: Code) -> None:
    for name, text in _code(code):
        _text(tar, name, text)


def _add_texts(tar: tarfile.TarFile, files: dict[str, str]) -> None:
    for name, text in files.items():
        _text(tar, name, text)
    for name in _WRITABLE:
        _folder(tar, name)


def _add_folders(tar: tarfile.TarFile) -> None:
    """Every folder by name: what an engine makes of those that are only implied depends on its umask, and one that is
    named again for what is laid over it is as writable as before."""
    named = {getmember.name for getmember in tar.getmembers() if getmember.isdir()}
    paths = [PurePosixPath(posixpath.normpath(getmember.name)) for getmember in tar.getmembers()]
    parents = {str(parent) for path in paths for parent in path.parents}
    for name in sorted(parents - named - {"."}):
        _folder(tar, name)


def _folder(tar: tarfile.TarFile, name: str) -> None:
    folder = tarfile.TarInfo(name)
    folder.type, folder.mode = tarfile.DIRTYPE, _WRITABLE.get(name, 0o755)
    folder.uid = folder.gid = UID if name in _WRITABLE else 0
    tar.addfile(folder)


def _add(tar: tarfile.TarFile, path: Path, name: str) -> None:
    """A file with its time (compiled modules are valid by it), readable by everybody."""
    info = tar.gettarinfo(str(path), name)
    info.uid = info.gid = 0
    info.mode = 0o755 if info.mode & 0o111 else 0o644
    info.type, info.linkname = tarfile.REGTYPE, ""
    info.size = path.stat().st_size
    with path.open("rb") as stream:
        tar.addfile(info, stream)


def _link(tar: tarfile.TarFile, name: str, target: str) -> None:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = tarfile.SYMTYPE, target
    tar.addfile(info)


def _text(tar: tarfile.TarFile, name: str, text: str) -> None:
    data = text.encode()
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(data), 0o644
    tar.addfile(info, io.BytesIO(data))
