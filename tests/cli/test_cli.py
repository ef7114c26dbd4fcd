"""The command line: defaults, environment, bad input in one line, the right exit code, no traceback."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from stigmer_doctor import snapshot
from stigmer_doctor.cli.command_line import COMMANDS, parse
from stigmer_doctor.cli.examples import epilog
from stigmer_doctor.cli.main import main
from stigmer_doctor.model import facts as f
from stigmer_doctor.model.exit_codes import ExitCode
from tests.healthy import healthy

NOBODY: dict[str, str] = {}
ROOT = Path(__file__).parents[2]


def run(
    *arguments: str, environ: dict[str, str] | None = None, given: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """A real process, with no engine to find."""
    return subprocess.run(
        [sys.executable, "-m", "stigmer_doctor", *arguments],
        env={"PATH": "", "HOME": "/nonexistent", "DOCKER_HOST": "unix:///nonexistent.sock", **(environ or {})},
        input=given,
        capture_output=True,
        timeout=60,
    )


def one_line(text: bytes) -> str:
    lines = text.decode().splitlines()
    assert len(lines) == 1, text.decode()
    assert "Traceback" not in lines[0]
    return lines[0]


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "healthy.json"
    path.write_bytes(snapshot.dump(healthy()))
    return path


def test_check_is_the_default_command() -> None:
    assert parse([], NOBODY).command == "check"
    assert parse(["--container", "x"], NOBODY).container == "x"


def test_every_option_can_be_set_in_the_environment() -> None:
    options = parse(
        ["check"],
        {
            "STIGMER_DOCTOR_CONTAINER": "other",
            "STIGMER_DOCTOR_TIMEOUT": "1.5",
            "STIGMER_DOCTOR_PASSIVE": "1",
            "STIGMER_DOCTOR_SELECT": "SD2,sd301",
            "STIGMER_DOCTOR_FAIL_ON": "warning",
        },
    )
    assert (options.container, options.timeout, options.passive) == ("other", 1.5, True)
    assert (options.select, options.fail_on) == (("SD2", "SD301"), "warning")


@pytest.mark.parametrize(
    ("arguments", "environ"),
    [
        (("frobnicate",), {}),
        (("check", "--timeout", "soon"), {}),
        (("check", "--timeout", "-1"), {}),
        (("check", "--select", "E501"), {}),
        (("check", "--select", "SD2,SD999"), {}),
        (("check", "--ignore", "SD0"), {}),
        (("fix", "--select", "SD999"), {}),
        (("check",), {"STIGMER_DOCTOR_SELECT": "SD999"}),
        (("check", "--format", "yaml"), {}),
        (("check", "--cont", "x"), {}),
        (("check",), {"STIGMER_DOCTOR_FORMAT": "yaml"}),
        (("check",), {"STIGMER_DOCTOR_TIMEOUT": "soon"}),
        (("snapshot",), {}),
    ],
)
def test_wrong_usage_is_exit_code_2_and_says_what_is_wrong(
    arguments: tuple[str, ...], environ: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        parse(list(arguments), environ)
    assert stopped.value.code == 2
    assert "error:" in capsys.readouterr().err


def test_a_selection_that_matches_no_rule_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["check", "--select", "SD4011"], {})
    assert "no rule's code begins with SD4011: did you mean SD401?" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_names_the_exit_codes_and_the_environment(command: str) -> None:
    shown = run(*filter(None, [command]), "--help")
    assert shown.returncode == 0
    assert b"examples:" in shown.stdout
    assert b"exit codes:" in shown.stdout
    assert b"STIGMER_DOCTOR_TIMEOUT" in shown.stdout
    assert max(map(len, shown.stdout.decode().splitlines())) <= 80
    assert run("help", *filter(None, [command])).stdout == shown.stdout


def test_help_and_readme_list_exactly_the_exit_codes() -> None:
    shown = run("--help").stdout.decode().partition("exit codes:")[2].partition("Every option")[0]
    codes = {*ExitCode} - {ExitCode.INTERRUPTED}
    assert {int(code) for code in re.findall(r"(?:^  | {3,})(\d)  ", shown, re.MULTILINE)} == codes
    readme = (ROOT / "README.md").read_text("utf-8").partition("| exit code |")[2]
    assert {int(code) for code in re.findall(r"^\| (\d) \|", readme, re.MULTILINE)} == codes


def test_each_help_lists_the_exit_codes_that_its_command_has() -> None:
    for command, codes in {"fix": "012345", "undo": "01235", "check": "0123", "snapshot": "023", "rule": "02"}.items():
        shown = epilog(command).partition("exit codes:")[2].partition("Every option")[0]
        assert "".join(re.findall(r"^  (\d)  ", shown, re.MULTILINE)) == codes


def test_a_healthy_snapshot_passes(saved: Path) -> None:
    assert run("check", "--snapshot", str(saved)).returncode == 0


def test_a_snapshot_can_come_from_standard_input(saved: Path) -> None:
    assert run("check", "--snapshot", "-", given=saved.read_bytes()).returncode == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"{", "only a part"), (b"[]", "no stigmer-doctor snapshot"), (b'{"schema_version": 999}', "upgrade")],
)
def test_a_snapshot_that_cannot_be_judged_is_exit_code_3(tmp_path: Path, content: bytes, said: str) -> None:
    bad = tmp_path / "bad.json"
    bad.write_bytes(content)
    done = run("check", "--snapshot", str(bad))
    assert done.returncode == 3
    assert said in one_line(done.stderr)
    assert done.stdout == b""


def test_a_snapshot_that_is_not_there_is_exit_code_3() -> None:
    done = run("check", "--snapshot", "/nonexistent/x.json")
    assert done.returncode == 3
    assert "cannot read /nonexistent/x.json" in one_line(done.stderr)


def test_an_output_file_that_cannot_be_written_is_exit_code_2(saved: Path) -> None:
    done = run("check", "--snapshot", str(saved), "--output", "/nonexistent/report.md")
    assert done.returncode == 2
    assert "cannot write /nonexistent/report.md" in one_line(done.stderr)


def test_a_report_is_written_whole_to_its_file(saved: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    report.write_text("old")
    report.chmod(0o640)
    assert run("check", "--snapshot", str(saved), "--format", "json", "--output", str(report)).returncode == 0
    assert json.loads(report.read_text())["status"] == "pass"
    assert report.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_what_was_written_is_said(saved: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.md"
    done = run("check", "--snapshot", str(saved), "--format", "markdown", "--output", str(report))
    assert (done.stdout, done.stderr.decode()) == (b"", f"wrote {report}\n")


@pytest.mark.parametrize(("value", "colored"), [("1", True), ("true", True), ("0", False), ("false", False)])
def test_force_color_decides_where_there_is_no_terminal(saved: Path, value: str, colored: bool) -> None:
    done = run("check", "--snapshot", str(saved), environ={"FORCE_COLOR": value})
    assert (b"\x1b[" in done.stdout) is colored


def test_without_an_engine_there_is_a_report_and_exit_code_3() -> None:
    done = run("check", "--format", "json")
    assert done.returncode == 3
    report = json.loads(done.stdout)
    assert report["status"] == "inconclusive"
    assert [finding["code"] for finding in report["findings"]] == ["SD101"]
    assert done.stderr == b""


def test_an_unknown_context_is_named(tmp_path: Path) -> None:
    done = run("check", "--context", "nope", environ={"DOCKER_CONFIG": str(tmp_path), "DOCKER_HOST": ""})
    assert done.returncode == 3
    assert b"nope" in done.stdout
    assert b"Traceback" not in done.stdout + done.stderr


def test_an_unknown_rule_is_exit_code_2_and_names_near_ones() -> None:
    done = run("rule", "SD210x")
    assert done.returncode == 2
    assert "did you mean" in one_line(done.stderr)


def test_a_rule_is_explained_by_code_and_by_name() -> None:
    by_code, by_name = run("rule", "sd201"), run("rule", "host-network-not-shared")
    assert by_code.returncode == by_name.returncode == 0
    assert by_code.stdout == by_name.stdout
    assert b"SD201" in by_code.stdout


def test_select_and_ignore_decide_the_exit_code(tmp_path: Path) -> None:
    facts = replace(healthy(), temporal=replace(healthy().temporal, namespace_exists=False))
    bad = tmp_path / "bad.json"
    bad.write_bytes(snapshot.dump(facts))
    assert run("check", "--snapshot", str(bad)).returncode == 1
    assert run("check", "--snapshot", str(bad), "--ignore", "SD5").returncode == 0
    assert run("check", "--snapshot", str(bad), "--select", "SD2").returncode == 0
    assert run("check", "--snapshot", str(bad), "--fail-on", "never").returncode == 0


def test_a_closed_pipe_is_no_error(saved: Path) -> None:
    read = subprocess.Popen(["true"], stdin=subprocess.PIPE)
    read.wait()
    done = subprocess.run(
        [sys.executable, "-m", "stigmer_doctor", "check", "--snapshot", str(saved)],
        stdout=read.stdin, stderr=subprocess.PIPE, timeout=60,
    )  # fmt: skip
    assert b"Traceback" not in done.stderr


def test_an_internal_error_shows_where_and_no_values(
    saved: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("canary-secret in a message")

    monkeypatch.setattr("stigmer_doctor.cli.check.run", broken)
    assert main(["check", "--snapshot", str(saved)], {}) == 2
    said = capsys.readouterr().err
    assert "internal error: RuntimeError at test_cli.py" in said
    assert "canary" not in said


def test_the_platform_of_a_snapshot_is_the_one_it_was_taken_on(saved: Path) -> None:
    engine = healthy().engine
    assert isinstance(engine, f.Engine)
    report = json.loads(run("check", "--snapshot", str(saved), "--format", "json").stdout)
    assert report["target"]["platform"].startswith(engine.operating_system)
    assert report["generated_at"] == healthy().collected_at


def test_the_locale_c_gets_ascii_and_no_locale_what_the_encoding_can(saved: Path) -> None:
    arguments = ("check", "--snapshot", str(saved))
    assert run(*arguments, environ={"LC_ALL": "C"}).stdout.isascii()
    assert "└─" in run(*arguments, environ={"PYTHONUTF8": "1"}).stdout.decode()
