"""Standard streams that are closed or full, and what is told on standard error."""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

import stigmer_doctor
from stigmer_doctor import snapshot
from stigmer_doctor.cli import output, streams
from stigmer_doctor.cli.main import main
from stigmer_doctor.model.exit_codes import ExitCode
from tests.healthy import healthy

NASTY = "a\x1b[31mb\x9bc\u202ed\u2028e\rf\x00g\x7fh"
HARMLESS = r"a\x1b[31mb\x9bc\u202ed\u2028e\rf\x00g\x7fh"
posix = pytest.mark.skipif(sys.platform == "win32", reason="/dev/full and closed descriptors are POSIX's")


def shell(redirected: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command in a shell that closes or redirects its streams."""
    words = [sys.executable, "-m", "stigmer_doctor", *arguments]
    return subprocess.run(
        ["/bin/sh", "-c", f'"$@" {redirected}', "sh", *words], capture_output=True, text=True, timeout=60
    )


@pytest.fixture
def saved(tmp_path: Path) -> str:
    path = tmp_path / "healthy.json"
    path.write_bytes(snapshot.dump(healthy()))
    return str(path)


@posix
@pytest.mark.parametrize(
    ("redirected", "said"),
    [
        (">&-", "cannot write to standard output: Bad file descriptor"),
        (">/dev/full", "cannot write to standard output: No space left on device"),
        (">&- 2>&-", ""),
    ],
)
def test_a_report_that_nobody_gets_is_one_line_and_exit_code_2(redirected: str, said: str, saved: str) -> None:
    if "/dev/full" in redirected and not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    done = shell(redirected, "check", "--snapshot", saved)
    assert (done.returncode, done.stdout) == (ExitCode.USAGE, "")
    assert done.stderr == (f"stigmer-doctor: {said}\n" if said else "")


@posix
def test_help_that_nobody_gets_is_exit_code_2() -> None:
    done = shell(">&-", "--version")
    assert (done.returncode, done.stderr.count("\n")) == (ExitCode.USAGE, 1)


@posix
def test_a_closed_standard_input_is_no_snapshot() -> None:
    done = shell("<&-", "check", "--snapshot", "-")
    assert (done.returncode, done.stderr) == (
        ExitCode.NO_DIAGNOSIS,
        "stigmer-doctor: cannot read -: Bad file descriptor\n",
    )


@posix
def test_no_file_gets_the_number_of_a_closed_stream() -> None:
    """What is printed would otherwise be written into the next file that is opened."""
    program = (
        "from stigmer_doctor.cli.streams import fill_closed; import os; fill_closed(); "
        "os._exit(os.open('/dev/null', os.O_RDONLY))"
    )
    words = f'{sys.executable} -c "{program}" <&- >&- 2>&-'
    assert subprocess.run(["/bin/sh", "-c", words], timeout=60).returncode > 2


def test_nothing_else_writes_to_standard_error() -> None:
    root = Path(stigmer_doctor.__file__).parent
    found = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if re.search(r"stderr\.(?:buffer\.)?write|file=sys\.stderr", path.read_text(encoding="utf-8"))
    }
    assert {name for name in found if not name.startswith("probe/")} == {"cli/streams.py"}


@pytest.mark.parametrize("told", [streams.tell_error, output.say, streams.tell])
def test_what_a_terminal_would_obey_is_written_as_escapes(told: object, capsys: pytest.CaptureFixture[str]) -> None:
    assert callable(told)
    told(NASTY)
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert said.rstrip("\n").isprintable()
    assert HARMLESS.replace(r"\u2028", " ").replace(r"\r", " ") in said or HARMLESS in said


@pytest.mark.parametrize("arguments", [("rule", NASTY), (NASTY,), ("check", "--snapshot", NASTY), ("check", NASTY)])
def test_no_error_lets_a_word_of_the_user_through(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with contextlib.suppress(SystemExit):
        main(arguments, {})
    said = capsys.readouterr().err
    assert said.count("\n") <= 1
    assert said.strip().isprintable()
