"""The runner's images, made of local files: an interpreter, its libraries and the runner's code, as a tar to import.

Nothing is pulled. A tar is kept in the cache under a key of what is in it.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import io
import posixpath
import re
import subprocess
import sys
import sysconfig
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from tests.lab.install import cache

PYTHON = "stigmer-agent-runner:local"
RENAMED = "stigmer-agent-runner:ollama-env"
NO_INTERPRETER = "stigmer-agent-runner:no-interpreter"
RUNNER = Path(__file__).parent / "runner"
UID = 1000

_VERSION = f"python{sys.version_info.major}.{sys.version_info.minor}"
_DISTRIBUTIONS = ("grpcio", "protobuf", "temporalio", "nexus-rpc", "types-protobuf", "typing-extensions", "httpx",
                  "httpcore", "h11", "anyio", "idna", "certifi", "sniffio")  # fmt: skip
_LEFT_OUT = {"test", "tests", "idlelib", "tkinter", "turtledemo", "lib2to3", "ensurepip", "site-packages"}
_FILES = {
    "etc/passwd": "root:x:0:0:root:/root:/bin/sh\nstigmer:x:1000:1000::/app:/bin/sh\n",
    "etc/group": "root:x:0:\nstigmer:x:1000:\n",
    "etc/nsswitch.conf": "hosts: files dns\n",
    "app/.venv/pyvenv.cfg": f"home = /usr/local/bin\nversion = {sys.version.split()[0]}\n",
}
_CONFIG = [
    "WORKDIR /app", "USER stigmer", 'CMD ["/app/.venv/bin/python", "main.py"]',
    "ENV PATH=/usr/local/bin:/usr/bin:/bin", "ENV PYTHONUNBUFFERED=1", "ENV LANG=C.UTF-8",
    f"ENV PYTHON_VERSION={sys.version.split()[0]}",
]  # fmt: skip
_NO_PYTHON_CONFIG = ["WORKDIR /app", "USER stigmer", 'CMD ["/bin/sleep", "infinity"]']


def load(docker_host: str, tag: str) -> None:
    """Import an image into the engine."""
    match tag:
        case "stigmer-agent-runner:local":
            tar, config = _tar("STIGMER_LLM_BASE_URL"), _CONFIG
        case "stigmer-agent-runner:ollama-env":
            tar, config = _tar("OLLAMA_BASE_URL"), _CONFIG
        case _:
            tar, config = _bare_tar(), _NO_PYTHON_CONFIG
    changes = [word for line in config for word in ("--change", line)]
    command = ["docker", "--host", docker_host, "import", *changes, str(tar), tag]
    subprocess.run(command, check=True, capture_output=True, timeout=300)


def _tar(llm_variable: str) -> Path:
    versions = [f"{name} {_version(name)}" for name in _DISTRIBUTIONS]
    return _cached(f"runner-{llm_variable}", [sys.version, *versions], lambda tar: _fill(tar, llm_variable))


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "none"


def _bare_tar() -> Path:
    return _cached("no-interpreter", [], _fill_bare)


def _cached(name: str, key: Iterable[str], fill: object) -> Path:
    """The tar from the cache, made first when what would be in it has changed."""
    digest = hashlib.sha256("\n".join([*key, Path(__file__).read_text(), *_sources()]).encode()).hexdigest()[:16]
    path = cache() / f"{name}-{digest}.tar"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        for old in path.parent.glob(f"{name}-*.tar"):
            old.unlink(missing_ok=True)
        partial = path.with_suffix(".partial")
        with tarfile.open(partial, "w") as tar:
            assert callable(fill)
            fill(tar)
            _add_folders(tar)
        partial.rename(path)
    return path


def _sources() -> Iterator[str]:
    for path in sorted(RUNNER.rglob("*.py")):
        yield path.read_text(encoding="utf-8")


def _fill(tar: tarfile.TarFile, llm_variable: str) -> None:
    base = Path(sys.base_prefix)
    interpreter = Path(sys.executable).resolve()
    standard_library = Path(sysconfig.get_path("stdlib"))
    site_packages = Path(sysconfig.get_path("purelib"))
    _add(tar, interpreter, f"usr/local/bin/{_VERSION}")
    for path in _below(standard_library):
        _add(tar, path, f"usr/local/lib/{_VERSION}/{path.relative_to(standard_library)}")
    installed = list(_installed(site_packages))
    for path in installed:
        _add(tar, path, f"app/.venv/lib/{_VERSION}/site-packages/{path.relative_to(site_packages)}")
    shared = [path for path in (*_below(standard_library), *installed) if ".so" in path.name]
    _add_libraries(tar, [interpreter, Path("/bin/sh").resolve(), *shared], base)
    _add(tar, Path("/bin/sh").resolve(), "bin/sh")
    for name in ("python", "python3"):
        _link(tar, f"app/.venv/bin/{name}", f"/usr/local/bin/{_VERSION}")
    _add_code(tar, llm_variable)
    _add_texts(tar, _FILES)


def _fill_bare(tar: tarfile.TarFile) -> None:
    sleep = Path("/bin/sleep").resolve()
    _add(tar, sleep, "bin/sleep")
    _add_libraries(tar, [sleep], Path("/nonexistent"))
    _add_code(tar, "STIGMER_LLM_BASE_URL")
    _add_texts(tar, {name: text for name, text in _FILES.items() if name.startswith("etc/")})


def _below(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        parts = set(path.relative_to(folder).parts)
        if path.is_file() and not parts & _LEFT_OUT and not any(part.startswith("config-") for part in parts):
            yield path


def _installed(site_packages: Path) -> Iterator[Path]:
    for name in _DISTRIBUTIONS:
        if _version(name) == "none":
            continue
        for each in importlib.metadata.files(name) or ():
            path = Path(str(each.locate()))
            if path.is_file() and path.is_relative_to(site_packages):
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


def _add_code(tar: tarfile.TarFile, llm_variable: str) -> None:
    for path in sorted(RUNNER.rglob("*.py")):
        text = path.read_text(encoding="utf-8").replace("STIGMER_LLM_BASE_URL", llm_variable)
        _text(tar, f"app/{path.relative_to(RUNNER)}", text)


def _add_texts(tar: tarfile.TarFile, files: dict[str, str]) -> None:
    for name, text in files.items():
        _text(tar, name, text)
    for name, mode in (("tmp", 0o1777), ("workspace", 0o777), ("app", 0o777)):
        folder = tarfile.TarInfo(name)
        folder.type, folder.mode, folder.uid, folder.gid = tarfile.DIRTYPE, mode, UID, UID
        tar.addfile(folder)


def _add_folders(tar: tarfile.TarFile) -> None:
    """Every folder by name: what an engine makes of those that are only implied hangs on its umask."""
    named = {each.name for each in tar.getmembers() if each.isdir()}
    paths = [PurePosixPath(posixpath.normpath(each.name)) for each in tar.getmembers()]
    parents = {str(parent) for path in paths for parent in path.parents}
    for name in sorted(parents - named - {"."}):
        folder = tarfile.TarInfo(name)
        folder.type, folder.mode = tarfile.DIRTYPE, 0o755
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
