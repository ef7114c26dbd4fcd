"""Mistakes that people make, and the one line that each of them gets: what is wrong, and what was probably meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from stigmer_doctor.cli.command_line import parse
from stigmer_doctor.cli.main import main

_MISTAKES = [
    ("chek", "unknown command 'chek': did you mean check?"),
    ("help chek", "unknown command 'chek': did you mean check?"),
    ("doctor", "unknown command 'doctor': choose from check, fix, undo, "),
    ("runner.json", "unknown command 'runner.json': did you mean check --snapshot runner.json?"),
    ("check my-runner", "check takes no argument 'my-runner': a container is named with --container my-runner"),
    ("check --formt json", "unknown option --formt: did you mean --format?"),
    ("check --containers x", "unknown option --containers: did you mean --container?"),
    ("check --no-colour", "unknown option --no-colour: did you mean --no-color?"),
    ("check --ctx x", "unknown option --ctx: did you mean --context?"),
    ("check -f json", "unknown option -f: did you mean --format or --fail-on?"),
    ("check --xyzzy", "unknown option --xyzzy: see stigmer-doctor check --help"),
    ("--fix", "unknown option --fix: did you mean the command fix?"),
    ("--markdown", "unknown option --markdown: did you mean --format markdown?"),
    ("check --format md", "argument --format: there is no 'md': did you mean markdown?"),
    ("check --format yaml", "argument --format: there is no 'yaml': choose from text, markdown, "),
    ("check --fail-on errors", "argument --fail-on: there is no 'errors': did you mean error?"),
    ("check --timeout 5s", "argument --timeout: '5s' is not a number of seconds between 0 and 600"),
    ("check --timeout", "argument --timeout: expected one argument"),
    ("check --select E501", "argument --select: 'E501' is not a rule code or prefix such as SD2 or SD201"),
    ("check --select Llm-Down", "argument --select: 'Llm-Down' is not a rule code or prefix such as SD604"),
    ("check --select SD4011", "argument --select: no rule's code begins with SD4011: did you mean SD401?"),
    ("fix --yess", "unknown option --yess: did you mean --yes?"),
    ("check runner.json", "check takes no argument 'runner.json': a snapshot is named with --snapshot runner.json"),
    ("check --select SD2 sd3", "check takes no argument 'sd3': rules are chosen with --select sd3"),
    ("rule SD201 SD202", "rule takes no argument 'SD202'\n"),
    ("undo --dry-run", "unknown option --dry-run: fix has it, undo has not"),
    ("fix --snapshot x", "unknown option --snapshot: check, ticket have it, fix has not"),
    ("fix --ignore SD2", "unknown option --ignore: check has it, fix has not"),
    ("mcp --json", "unknown option --json: check, fix, "),
    ("snapshot", "the following arguments are required: FILE: see stigmer-doctor snapshot --help"),
    ("triage", "the following arguments are required: ACTION: see stigmer-doctor triage --help"),
]


@pytest.mark.parametrize(("line", "said"), _MISTAKES, ids=[line for line, _ in _MISTAKES])
def test_a_mistake_gets_one_line(line: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        parse(line.split(), {})
    shown = capsys.readouterr()
    assert stopped.value.code == 2
    assert shown.out == ""
    assert shown.err.startswith(f"stigmer-doctor: error: {said}")
    assert shown.err.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("STIGMER_DOCTOR_PASSIVE", "maybe", "'maybe' is neither yes nor no: use 1 or 0"),
        ("STIGMER_DOCTOR_FORMAT", "jsn", "there is no 'jsn': did you mean json?"),
        ("STIGMER_DOCTOR_TIMEOUT", "soon", "'soon' is not a number of seconds between 0 and 600"),
        ("STIGMER_DOCTOR_SELECT", "SD999", "no rule's code begins with SD999: did you mean SD907?"),
    ],
)
def test_a_bad_variable_is_named(name: str, value: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["check"], {name: value})
    assert capsys.readouterr().err == f"stigmer-doctor: error: {name}: {said}\n"


def test_a_format_that_only_another_command_has_is_left_to_that() -> None:
    environ = {"STIGMER_DOCTOR_FORMAT": "sarif"}
    assert (parse(["rule", "SD201"], environ).format, parse(["check"], environ).format) == ("text", "sarif")


def test_a_misspelt_variable_is_named_and_nothing_else_is_changed(capsys: pytest.CaptureFixture[str]) -> None:
    options = parse(["check"], {"STIGMER_DOCTOR_TIMEOT": "9", "STIGMER_DOCTOR_KEEP": "3"})  # --keep is an option of fix
    assert options.timeout == 3
    said = "stigmer-doctor: STIGMER_DOCTOR_TIMEOT sets no option: did you mean STIGMER_DOCTOR_TIMEOUT?\n"
    assert capsys.readouterr().err == said


@pytest.mark.parametrize("value", ["0", "false", "No", "off", ""])
def test_a_flag_can_be_switched_off_in_the_environment(value: str) -> None:
    assert parse([], {"STIGMER_DOCTOR_VERBOSE": value}).verbose is False


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("topology --host unix:///a --context b", "--host and --context cannot be given together"),
        ("topology --passive", "topology measures with listeners and throwaway containers, and --passive runs and "),
        ("snapshot --passive -n space -", "--namespace goes with --pod or --deployment"),
        ("ticket --passive --kube-context there", "--kube-context goes with --pod or --deployment"),
        ("check --passive --debug-container", "--debug-container goes with --pod or --deployment"),
        ("check --passive --pod a --deployment b", "--deployment looks at every pod of it: leave --pod or "),
        ("check --snapshot a.json --container b", "a snapshot says what was looked at: leave --container out, or "),
        ("check --snapshot a.json --pre", "a snapshot says what was looked at: leave --pre out, or --snapshot"),
        ("ticket --snapshot a.json --context b", "a snapshot says what was looked at: leave --context out, or "),
        ("check --passive --pod a --host unix:///a", "--host is about a container engine, and a pod is in a cluster: "),
    ],
)
def test_options_that_contradict_one_another_are_refused(
    line: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(line.split(), {}) == 2
    assert capsys.readouterr().err.startswith(f"stigmer-doctor: {said}")


def test_what_a_machine_names_for_every_command_is_no_contradiction(capsys: pytest.CaptureFixture[str]) -> None:
    healthy = str(Path(__file__).parents[2] / "fixtures" / "snapshots" / "healthy.json")
    assert main(["check", "--snapshot", healthy], {"STIGMER_DOCTOR_CONTAINER": "mine"}) == 0
    assert capsys.readouterr().err == ""


def test_json_is_short_for_its_format() -> None:
    assert parse(["check", "--json"], {}).format == "json"
    assert parse(["--json"], {"STIGMER_DOCTOR_FORMAT": "markdown"}).format == "json"
    assert parse(["rule", "--all", "--json"], {}).format == "json"
