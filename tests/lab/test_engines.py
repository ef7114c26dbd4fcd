"""Every way of naming the engine, on a real one: a socket, TCP, TLS, ssh, contexts."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.lab.diagnosis import check
from tests.lab.install import newest_engine
from tests.lab.lab import Lab
from tests.lab.scenarios import SCENARIOS
from tests.lab.standing import at

pytestmark = pytest.mark.lab

HEALTHY = (0, "pass")


@contextlib.contextmanager
def relay(lab: Lab, context: ssl.SSLContext | None = None) -> Iterator[int]:
    """A TCP port of the user's loopback that leads to the engine's socket; with TLS when a context is given."""
    engine = lab.docker_host.removeprefix("unix://")
    listener = lab.on_user_machine(lambda: socket.create_server(("127.0.0.1", 0), backlog=64))

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                threading.Thread(target=forward, args=(client,), daemon=True).start()

    def forward(client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            stream = context.wrap_socket(client, server_side=True) if context else client
            behind = socket.socket(socket.AF_UNIX)
            behind.connect(engine)
            threading.Thread(target=copy, args=(behind, stream), daemon=True).start()
            copy(stream, behind)

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def copy(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def certificates(folder: Path) -> ssl.SSLContext:
    """An authority of the test's own, the engine's and the client's certificate; the server side's context."""
    folder.mkdir(parents=True, exist_ok=True)

    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj")
    openssl("req", "-x509", *curve, "/CN=lab", "-keyout", "ca-key.pem", "-out", "ca.pem")
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1")
    for name in ("server", ""):
        prefix = f"{name}-" if name else ""
        openssl("req", *curve, f"/CN={name or 'client'}", "-keyout", f"{prefix}key.pem", "-out", "request")
        openssl(
            "x509", "-req", "-in", "request", "-CA", "ca.pem", "-CAkey", "ca-key.pem", "-CAcreateserial",
            "-extfile", "names", "-out", f"{prefix}cert.pem",
        )  # fmt: skip
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(folder / "ca.pem"))
    context.load_cert_chain(folder / "server-cert.pem", folder / "server-key.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    return context


def context(lab: Lab, name: str, host: str) -> Path:
    """A docker context as `docker context create` stores it; returns the folder of its TLS files."""
    identity = hashlib.sha256(name.encode()).hexdigest()
    meta = lab.home / ".docker" / "contexts" / "meta" / identity
    meta.mkdir(parents=True)
    (meta / "meta.json").write_text(json.dumps({"Name": name, "Endpoints": {"docker": {"Host": host}}}))
    return lab.home / ".docker" / "contexts" / "tls" / identity / "docker"


def judged(lab: Lab, *options: str, **env: str) -> tuple[int, str]:
    """What a check that names the engine so ends with, and whether it saw the worker poll."""
    report = check(lab, *options, env={"DOCKER_HOST": "", **env})
    return report.exit_code, report.check("SD506")["status"]


@at("healthy")
def test_by_flag_and_by_environment(scene: Lab) -> None:
    assert judged(scene, "--host", scene.docker_host) == HEALTHY
    assert judged(scene, DOCKER_HOST=scene.docker_host) == HEALTHY


@at("healthy")
def test_by_contexts(scene: Lab) -> None:
    context(scene, "lab", scene.docker_host)
    assert judged(scene, "--context", "lab") == HEALTHY
    assert judged(scene, DOCKER_CONTEXT="lab") == HEALTHY
    (scene.home / ".docker" / "config.json").write_text(json.dumps({"currentContext": "lab"}))
    assert judged(scene) == HEALTHY


@at("healthy")
def test_by_tcp(scene: Lab) -> None:
    with relay(scene) as port:
        assert judged(scene, DOCKER_HOST=f"tcp://127.0.0.1:{port}") == HEALTHY


@at("healthy")
def test_by_tls_from_the_environment_and_from_a_context(scene: Lab) -> None:
    server = certificates(scene.folder / "tls")
    with relay(scene, server) as port:
        url = f"tcp://127.0.0.1:{port}"
        tls = {"DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": str(scene.folder / "tls")}
        assert judged(scene, DOCKER_HOST=url, **tls) == HEALTHY
        files = context(scene, "secure", url)
        files.mkdir(parents=True)
        for name in ("ca", "cert", "key"):
            shutil.copy(scene.folder / "tls" / f"{name}.pem", files)
        assert judged(scene, "--context", "secure") == HEALTHY


def test_tls_without_its_files_or_with_the_wrong_authority_is_named(desktop: Lab) -> None:
    server = certificates(desktop.folder / "tls")
    certificates(desktop.folder / "other")
    with relay(desktop, server) as port:
        for folder, said in (("none", "ca.pem is missing"), ("other", "TLS with the engine")):
            env = {"DOCKER_HOST": f"tcp://127.0.0.1:{port}", "DOCKER_TLS_VERIFY": "1"}
            done = desktop.doctor("check", env={**env, "DOCKER_CERT_PATH": str(desktop.folder / folder)})
            assert done.returncode == 3
            assert said in " ".join(done.stdout.split()), done.stdout


@contextlib.contextmanager
def ssh_server(lab: Lab) -> Iterator[Mapping[str, str]]:
    """A real sshd on the user's loopback, and a home whose ssh knows it; needs root's own login."""
    folder = lab.folder / "ssh"
    folder.mkdir(mode=0o700)
    for name in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True)
    shutil.copy(folder / "user.pub", folder / "authorized")
    (folder / "authorized").chmod(0o600)
    (folder / "sshd.conf").write_text(
        f"Port 2222\nListenAddress 127.0.0.1\nHostKey {folder}/host\nAuthorizedKeysFile {folder}/authorized\n"
        f"PermitRootLogin prohibit-password\nUsePAM no\nStrictModes no\nPidFile {folder}/pid\n"
        f"SetEnv DOCKER_HOST={lab.docker_host}\n"
    )
    # ssh reads its configuration below the home that the system knows, so it is wrapped instead.
    (folder / "ssh").write_text(
        f"#!/bin/sh\nexec /usr/bin/ssh -F none -i {folder}/user -o StrictHostKeyChecking=no "
        f'-o UserKnownHostsFile=/dev/null -o LogLevel=ERROR "$@"\n'
    )
    (folder / "ssh").chmod(0o755)
    Path("/run/sshd").mkdir(exist_ok=True)
    server = lab.start_on_user_machine(["/usr/sbin/sshd", "-D", "-e", "-f", str(folder / "sshd.conf")])
    try:
        lab.wait_port("127.0.0.1", 2222)
        yield {"PATH": f"{folder}:{lab.environment['PATH']}"}
    finally:
        server.kill()
        server.wait()


@at("report-fix")
def test_by_ssh_the_engine_is_another_machines(scene: Lab) -> None:
    with ssh_server(scene) as env:
        report = check(scene, env={**env, "DOCKER_HOST": "ssh://root@127.0.0.1:2222"})
    assert report.causes == {"SD204"}
    assert report.check("SD203")["status"] == "skip"
    assert "another machine" in report.check("SD203")["reason"]


def test_ssh_that_fails_says_why(desktop: Lab) -> None:
    done = desktop.doctor("check", env={"DOCKER_HOST": "ssh://root@127.0.0.1:2223"})
    assert done.returncode == 3
    assert "ssh could not reach the engine" in " ".join(done.stdout.split())
    assert "Connection refused" in done.stdout


def test_the_runner_on_another_engine_is_pointed_out(desktop: Lab, linux: Lab) -> None:
    SCENARIOS["healthy"].bring_up(desktop)
    socket_folder = linux.home / ".docker" / "run"
    socket_folder.mkdir(parents=True)
    (socket_folder / "docker.sock").symlink_to(desktop.docker_host.removeprefix("unix://"))
    report = check(linux)
    assert report.exit_code == 3
    assert report.causes == {"SD104"}
    assert report.one("SD111")["caused_by"] == ["SD104"]


if newest_engine().exists():

    def test_the_newest_engine() -> None:
        with Lab.start("newest") as lab:
            SCENARIOS["linux-bridge"].bring_up(lab)
            report = check(lab)
            assert report.causes == {"SD202", "SD205"}
            lab.reset()
            SCENARIOS["linux-host"].bring_up(lab)
            assert check(lab).exit_code == 0
