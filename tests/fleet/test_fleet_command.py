"""The command line of `fleet`: every mistake is one line, and no key is printed."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import cast

import pytest
from temporalio.service import TLSConfig
from temporalio.worker import Worker

from stigmer_doctor.adapters.files import last_verdict
from stigmer_doctor.cli.command_line import parse
from stigmer_doctor.cli.fleet import _words
from stigmer_doctor.cli.main import main
from stigmer_doctor.fleet.connection import Address, _text, _tls, _unconnected, meaning
from stigmer_doctor.fleet.keys import add_key
from stigmer_doctor.fleet.worker import working
from stigmer_doctor.model.errors import CannotDiagnose
from tests.fleet.test_answers import VERDICT

SERVER = ("--temporal", "127.0.0.1:1")


@pytest.fixture
def key(tmp_path: Path) -> str:
    add_key(str(tmp_path / "team.key"))
    return str(tmp_path / "team.key")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("worker",), "fleet needs a Temporal server that the machines share: --temporal HOST:7233"),
        (("worker", *SERVER), "fleet needs the team's key: --key-file FILE"),
        (("worker", *SERVER, "--key-file", "missing"), "cannot read the key file missing"),
        (("worker", *SERVER, "--key-file", "KEY", "--name", "a/b"), "'a/b' cannot be a machine's name"),
        (("worker", *SERVER, "--key-file", "KEY", "--storage", "gone"), "gone is not a folder"),
        (("worker", *SERVER, "--key-file", "KEY", "--tls-cert", "c"), "--tls-cert and --tls-key go together"),
        (("worker", *SERVER, "--key-file", "KEY", "--api-key-file", "gone"), "cannot read gone"),
        (("check", *SERVER, "--key-file", "KEY"), "fleet check needs the machines, --hosts FILE, or a sweep"),
        (("check", *SERVER, "--key-file", "KEY", "--hosts", "KEY"), "names no machine"),
        (("schedule", "tomorrow", *SERVER, "--key-file", "KEY"), "create, show or delete, not 'tomorrow'"),
        (("schedule", "create", *SERVER, "--key-file", "KEY"), "needs the machines: --hosts FILE"),
        (("status", "one", "two"), "fleet status takes 1 argument at most"),
        (("key",), "fleet key takes 1 argument"),
        (("wroker",), "did you mean worker?"),
        (("schedule", "create", "--at", "25:00"), "'25:00' is not a time of day"),
    ],
)
def test_a_mistake_is_one_line(
    words: tuple[str, ...], message: str, key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    try:
        code = main(["fleet", *(key if word == "KEY" else word for word in words)], {})
    except SystemExit as ended:
        code = int(str(ended.code))
    said = capsys.readouterr()
    assert message in said.err
    assert (code in (2, 3), said.out, said.err.count("\n")) == (True, "", 1)
    assert Path(key).read_text("ascii").strip() not in said.err


def test_keys_are_made_and_added(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "team.key"
    assert main(["fleet", "key", str(file)], {}) == 0
    assert "made the key" in capsys.readouterr().err
    assert main(["fleet", "key", str(file)], {}) == 0
    said = capsys.readouterr().err
    assert "added the key" in said
    assert not any(line in said for line in file.read_text("ascii").split())


def test_a_check_has_the_options_of_its_worker_and_nothing_else() -> None:
    line = ("fleet", "worker", "--container", "mine", "--passive", "--compose", "a", "--compose", "b", "--timeout", "5")
    assert list(_words(parse(line, {}))) == [
        "--container=mine", "--timeout=5.0", "--compose=a", "--compose=b", "--passive",
    ]  # fmt: skip


def test_the_last_verdict_stands_in_a_file_of_the_machine(tmp_path: Path) -> None:
    environ = {"XDG_STATE_HOME": str(tmp_path), "HOME": str(tmp_path), "LOCALAPPDATA": str(tmp_path)}
    last_verdict.save("laptop", VERDICT, environ)
    file = last_verdict.file_of("laptop", environ)
    assert json.loads(file.read_text("utf-8"))["fingerprint"] == VERDICT.fingerprint
    assert [path.name for path in file.parent.iterdir()] == ["laptop.json"]


def test_without_the_extra_the_command_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import sys

    for name in [name for name in sys.modules if name.startswith("stigmer_doctor.fleet")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)
    assert main(["fleet", "key", "x"], {}) == 2
    assert "install stigmer-doctor with the extra fleet" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ('Failed client connect: tonic(Os { code: 111, message: "Connection refused" })', "Connection refused"),
        ("Failed client connect: tonic(InvalidMessage(InvalidContentType))", "it does not speak TLS"),
        (
            "tonic(InvalidCertificate(UnknownIssuer))",
            "its certificate is signed by nobody who is trusted here (see --tls-ca)",
        ),
        (
            'message: "transport error", source: Some(Io, Custom { error: "received fatal alert: UnknownCA" })',
            "it does not take the certificate that it is shown (see --tls-cert)",
        ),
        (
            'message: "transport error", source: Some(Io, Kind(ConnectionReset))',
            "it ends the connection at once: it may want TLS, or another certificate (see --tls and --tls-cert)",
        ),
        ("Failed client connect: odd\n", "Failed client connect: odd"),
    ],
)
def test_a_server_that_is_not_there_is_told_without_the_layers_of_the_sdk(said: str, shown: str) -> None:
    assert meaning(RuntimeError(said)) == shown


REFUSED = 'Status { code: PermissionDenied, message: "Request unauthorized.", source: None }'


def test_a_key_that_is_not_valid_is_no_server_that_is_not_there() -> None:
    assert _unconnected(RuntimeError(f"Failed client connect: {REFUSED}"), Address("t:7233")) == (
        "the Temporal server at t:7233 does not let this user in (PERMISSION_DENIED): see --api-key-file and --tls-cert"
    )


class _EndedWorker:
    """As the SDK's, when its polls were refused for a minute."""

    def __init__(self, error: RuntimeError) -> None:
        self._error = error

    async def __aenter__(self) -> None: ...

    async def __aexit__(self, *_: object) -> None:
        raise self._error from RuntimeError(f"Poll failure: Unhandled grpc error when polling: {REFUSED}")


async def _worked(error: RuntimeError) -> None:
    async with working(cast("Worker", _EndedWorker(error))):
        pass


def test_a_worker_whose_key_is_not_valid_any_more_ends_with_a_line() -> None:
    with pytest.raises(
        CannotDiagnose, match=r"does not take this worker any more \(Request unauthorized\): see --api-key"
    ):
        asyncio.run(_worked(RuntimeError("Activity worker failed")))
    with pytest.raises(RuntimeError, match="a mistake of ours"):
        asyncio.run(_worked(RuntimeError("a mistake of ours")))


def test_files_of_tls_and_of_an_api_key_are_read_where_they_are_named(tmp_path: Path) -> None:
    for name in ("ca", "cert", "key", "api"):
        (tmp_path / name).write_text(f"{name}\n", "ascii")
    named = {name: str(tmp_path / name) for name in ("ca", "cert", "key", "api")}
    whole = Address(
        "x", ca_file=named["ca"], cert_file=named["cert"], cert_key_file=named["key"], server_name="t.example"
    )
    assert _tls(whole) == TLSConfig(
        server_root_ca_cert=b"ca\n", client_cert=b"cert\n", client_private_key=b"key\n", domain="t.example"
    )
    assert [_tls(Address("x")), _tls(Address("x", tls=True)), _tls(Address("x", api_key_file=named["api"]))] == [
        False,
        True,
        True,
    ]
    assert _text(named["api"]) == "api"
