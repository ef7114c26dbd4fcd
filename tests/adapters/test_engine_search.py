"""Which engine is asked: the docker CLI's own order, and the traps on the way."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from stigmer_doctor.adapters.docker.address import EngineAddress, normalise
from stigmer_doctor.adapters.docker.search import find
from stigmer_doctor.model.errors import EngineError
from stigmer_doctor.model.facts import EngineFault


def context(home: Path, name: str, host: str = "unix:///run/ctx.sock", **more: object) -> Path:
    """A context as the docker CLI stores it; returns the folder of its TLS files."""
    identity = hashlib.sha256(name.encode()).hexdigest()
    meta = home / ".docker" / "contexts" / "meta" / identity
    meta.mkdir(parents=True)
    (meta / "meta.json").write_text(json.dumps({"Name": name, "Endpoints": {"docker": {"Host": host, **more}}}))
    return home / ".docker" / "contexts" / "tls" / identity / "docker"


def current(home: Path, name: str) -> None:
    (home / ".docker").mkdir(exist_ok=True)
    (home / ".docker" / "config.json").write_text(json.dumps({"currentContext": name}))


def search(home: Path, *, host: str | None = None, named: str | None = None, **environ: str) -> EngineAddress:
    return find(host=host, context=named, environ=environ, home=home)


def fault(home: Path, *, host: str | None = None, named: str | None = None, **environ: str) -> EngineError:
    with pytest.raises(EngineError) as raised:
        search(home, host=host, named=named, **environ)
    assert "\n" not in str(raised.value)
    return raised.value


def test_a_flag_wins_over_everything(tmp_path: Path) -> None:
    context(tmp_path, "mine")
    found = search(tmp_path, host="unix:///a.sock", DOCKER_HOST="unix:///b.sock", DOCKER_CONTEXT="mine")
    assert (found.url, found.source) == ("unix:///a.sock", "--host")


def test_the_context_flag_wins_over_docker_host(tmp_path: Path) -> None:
    context(tmp_path, "mine")
    found = search(tmp_path, named="mine", DOCKER_HOST="unix:///b.sock")
    assert (found.url, found.source, found.context) == ("unix:///run/ctx.sock", "--context", "mine")


def test_docker_host_wins_over_the_contexts(tmp_path: Path) -> None:
    context(tmp_path, "mine")
    current(tmp_path, "mine")
    found = search(tmp_path, DOCKER_HOST="unix:///b.sock", DOCKER_CONTEXT="mine")
    assert (found.url, found.source) == ("unix:///b.sock", "DOCKER_HOST")


def test_docker_context_wins_over_the_current_one(tmp_path: Path) -> None:
    context(tmp_path, "one", "unix:///one.sock")
    context(tmp_path, "two", "unix:///two.sock")
    current(tmp_path, "one")
    assert search(tmp_path, DOCKER_CONTEXT="two").url == "unix:///two.sock"
    assert search(tmp_path).url == "unix:///one.sock"
    assert search(tmp_path).source == "currentContext of ~/.docker/config.json"


def test_the_configuration_folder_may_be_elsewhere(tmp_path: Path) -> None:
    context(tmp_path, "mine")
    current(tmp_path, "mine")
    assert search(Path("/nowhere"), DOCKER_CONFIG=str(tmp_path / ".docker")).url == "unix:///run/ctx.sock"


def test_the_context_named_default_is_none(tmp_path: Path) -> None:
    current(tmp_path, "default")
    assert search(tmp_path).context == ""
    assert search(tmp_path, DOCKER_CONTEXT="default", DOCKER_HOST="tcp://1.2.3.4").url == "tcp://1.2.3.4:2375"


def test_a_missing_context_is_an_error_and_never_the_default_socket(tmp_path: Path) -> None:
    error = fault(tmp_path, DOCKER_CONTEXT="gone")
    assert error.fault is EngineFault.UNKNOWN_CONTEXT
    assert '"gone"' in str(error)
    assert "docker context ls" in str(error)


@pytest.mark.parametrize("content", ["{", "[]", "\x00", "[" * 100_000])
def test_a_broken_configuration_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / ".docker").mkdir()
    (tmp_path / ".docker" / "config.json").write_text(content)
    assert "~/.docker/config.json" in str(fault(tmp_path))


def test_tls_is_asked_for_by_the_environment(tmp_path: Path) -> None:
    for name in ("ca", "cert", "key"):
        (tmp_path / f"{name}.pem").touch()
    found = search(tmp_path, DOCKER_HOST="tcp://h", DOCKER_TLS_VERIFY="1", DOCKER_CERT_PATH=str(tmp_path))
    assert found.url == "tcp://h:2376"
    assert found.tls
    assert found.tls.verify
    assert found.tls.ca == str(tmp_path / "ca.pem")


@pytest.mark.parametrize("missing", ["ca", "cert", "key"])
def test_a_missing_tls_file_is_named(tmp_path: Path, missing: str) -> None:
    for name in {"ca", "cert", "key"} - {missing}:
        (tmp_path / f"{name}.pem").touch()
    error = fault(tmp_path, DOCKER_HOST="tcp://h:1", DOCKER_TLS_VERIFY="1", DOCKER_CERT_PATH=str(tmp_path))
    assert error.fault is EngineFault.TLS
    assert f"{missing}.pem is missing" in str(error)


def test_a_context_brings_its_own_tls_files(tmp_path: Path) -> None:
    files = context(tmp_path, "mine", "tcp://h")
    files.mkdir(parents=True)
    for name in ("ca", "cert", "key"):
        (files / f"{name}.pem").touch()
    found = search(tmp_path, named="mine")
    assert found.url == "tcp://h:2376"
    assert found.tls
    assert found.tls.cert == str(files / "cert.pem")


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("", "unix:///var/run/docker.sock"),
        ("unix://", "unix:///var/run/docker.sock"),
        ("1.2.3.4", "tcp://1.2.3.4:2375"),
        ("tcp://:4243", "tcp://localhost:4243"),
        ("tcp://[fe80::1]:99", "tcp://[fe80::1]:99"),
        ("ssh://me@h", "ssh://me@h"),
    ],
)
def test_addresses_are_read_as_the_cli_reads_them(text: str, url: str) -> None:
    assert normalise(text, named_by="a test") == url


@pytest.mark.parametrize("text", ["ftp://h", "tcp://h:0", "tcp://h:x", "tcp://h:", "ssh://", "ssh://u:p@h", "fd://"])
def test_what_is_no_address_is_said_to_be_none(text: str) -> None:
    with pytest.raises(EngineError) as raised:
        normalise(text, named_by="DOCKER_HOST")
    assert raised.value.fault is EngineFault.INVALID_ADDRESS
    assert "DOCKER_HOST" in str(raised.value)


def test_a_password_in_an_address_is_never_shown() -> None:
    assert "s3cret" not in EngineAddress(url="tcp://user:s3cret@h:1", source="--host").display
    with pytest.raises(EngineError) as raised:
        normalise("tcp://user:s3cret@h:port", named_by="DOCKER_HOST")
    assert "s3cret" not in str(raised.value)
