"""The terminal report: width, colour, ASCII, and data that would like to be something else."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from stigmer_doctor.model.findings import CheckStatus, Evidence, Severity
from stigmer_doctor.render import remediation_steps
from stigmer_doctor.render.renderer import Display, Report
from tests.healthy import healthy
from tests.render.golden import diagnosed as diagnosed_scenario
from tests.render.samples import SAMPLES, diagnosed, finding, incident, printed, rule, well

_SGR = re.compile(r"\x1b\[([0-9;]*)m")


def shown(report: Report, *, width: int = 80, color: bool = False, unicode: bool = True, verbose: bool = False) -> str:
    return printed("text", report, Display(width=width, color=color, unicode=unicode, verbose=verbose))


def columns(line: str) -> int:
    """Terminal columns, counted without rich."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in line)
    return len(line) + wide - sum(unicodedata.combining(char) > 0 for char in line)


def about(data: str) -> Report:
    """A finding in which every text is that data."""
    evidence = (Evidence(source="logs", locator=data, value=data),)
    made = finding(data, data, measured=data, expected=data, text=data, evidence=evidence)
    return diagnosed(healthy(), rule("SD402", "backend-refused", made))


def commands(report: Report) -> set[str]:
    """The lines that must not be wrapped."""
    steps = remediation_steps.commands(*report)
    printed = [command for step in steps for command in (*step.lines, *step.commands)]
    own = [command for other in report.diagnosis.findings for command in remediation_steps.of(other, report.facts)]
    whole = (*printed, *own, remediation_steps.following(*report))
    return {line.strip() for command in whole for line in command.split("\n")}


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("width", [40, 60, 80, 100, 120])
@pytest.mark.parametrize("verbose", [True, False])
def test_no_line_but_commands_is_wider_than_the_page(name: str, width: int, verbose: bool) -> None:
    report = SAMPLES[name]()
    lines = set(shown(report, width=width, verbose=verbose).splitlines())
    assert [line for line in lines if columns(line) > width and line.strip() not in commands(report)] == []


@pytest.mark.parametrize("data", ["한국어" * 60, "é" * 120, "名前は " * 40, "x" * 500, "🐳" * 60])
def test_wide_and_combining_characters_keep_within_the_page(data: str) -> None:
    assert all(columns(line) <= 80 for line in shown(about(data), verbose=True).splitlines())


@given(st.text(max_size=300))
def test_any_text_keeps_within_the_page_and_cannot_drive_the_terminal(data: str) -> None:
    report = shown(about(data), verbose=True)
    assert not any(unicodedata.category(line) in ("Cc", "Cf") for line in report if line != "\n")


@pytest.mark.parametrize("name", SAMPLES)
def test_the_first_line_is_the_verdict(name: str) -> None:
    report = SAMPLES[name]()
    assert shown(report).startswith(report.diagnosis.status.value.upper() + "  ")


def test_the_verdict_names_what_is_out_of_reach_and_every_cause() -> None:
    verdict = " ".join(shown(incident()).split("\nstigmer-agent-runner")[0].split())
    assert verdict == (
        "FAIL The runner cannot reach Stigmer backend, Temporal or LLM (Ollama): host network not shared (SD201); "
        "misnamed variable STIGMER_BACKEND_URL (SD301)."
    )


def test_the_verdict_names_what_is_reached_and_does_not_answer() -> None:
    said = " ".join(shown(diagnosed_scenario("alias-elsewhere")).split())
    assert said.startswith("FAIL The runner cannot use Stigmer backend, Temporal or LLM (Ollama): host alias leads ")


def test_the_order_is_verdict_links_causes_what_to_do_and_the_verdict_again() -> None:
    report = shown(incident())
    order = [
        "FAIL",
        "├─ localhost:50051",
        "Root causes",
        "✗ SD201",
        "─ SD402",
        "Warnings",
        "Fix it",
        "By hand",
        "Not checked",
    ]
    places = [report.index(title) for title in (*order, "13 checks", "FAIL  SD201 and SD301. Next: ")]
    assert places == sorted(places)


def test_a_link_is_an_arrow_with_its_address_on_it() -> None:
    lines = shown(incident()).splitlines()
    assert "├─ localhost:50051 ──────────────✗ refused           Stigmer backend" in lines
    assert "└─ localhost:11434 ──────────────✗ refused           LLM (Ollama)" in lines
    assert "├──✗ refused  Stigmer backend" in shown(incident(), width=40).splitlines()
    assert "|- localhost:50051 --------------x refused           Stigmer backend" in shown(incident(), unicode=False)


def test_what_is_refused_is_red() -> None:
    assert "\x1b[1;31m──────────────✗ refused" in shown(incident(), color=True)
    assert "\x1b[32m─────▶ answers" in shown(well(), color=True)


@pytest.mark.parametrize(
    ("name", "last"),
    [
        ("incident", "FAIL  SD201 and SD301. Next: stigmer-doctor fix --container stigmer-agent-runner"),
        ("healthy", "PASS  Nothing to do."),
        ("native-linux", "FAIL  SD202 and SD507. Next: stigmer-doctor fix --container stigmer-agent-runner"),
        ("no-engine", "INCONCLUSIVE  SD101. Next: docker --host unix:///nonexistent.sock version"),
    ],
)
def test_the_last_line_is_the_verdict_with_what_to_run_next(name: str, last: str) -> None:
    assert shown(SAMPLES[name]()).splitlines()[-1] == last


def test_a_command_that_is_too_long_for_the_last_line_is_the_last_line() -> None:
    assert shown(incident(), width=40).splitlines()[-2:] == [
        "FAIL  SD201 and SD301. Next:",
        "  stigmer-doctor fix --container stigmer-agent-runner",
    ]


def test_what_was_not_checked_is_one_line_unless_everything_is_asked_for() -> None:
    lines = shown(incident(), width=120).splitlines()
    reasons = "no connection to localhost:50051 (refused) (2); no connection to localhost:11434 (refused) (1)"
    assert f"Not checked: {reasons}" in lines
    assert "2 checks: no connection to localhost:50051 (refused) (SD404, SD405)" in shown(incident(), verbose=True)


def test_a_cause_of_several_services_is_said_once_with_their_ports() -> None:
    report = " ".join(shown(diagnosed_scenario("black-hole")).split())
    assert report.count("✗ SD206") == 1
    assert "likewise Temporal (7233) and Stigmer backend (7234)" in report
    assert "Let TCP ports 11434, 7233 and 7234 in" in report


def test_every_finding_is_printed_once_as_a_heading_or_as_a_consequence() -> None:
    report = shown(incident())
    for other in incident().diagnosis.findings:
        heads = re.findall(rf"^(?:[✗!i] |  [├└]─ ){other.code}\b", report, re.MULTILINE)
        assert len(heads) == 1, other.code


def test_a_suppressed_finding_is_only_counted() -> None:
    diagnosis, facts = incident()
    report = shown(diagnosed(facts, rule("SD402", "backend-refused", finding("x", "not wanted")), ignore="SD402"))
    assert "not wanted" not in report
    assert "1 finding not selected" in report
    assert diagnosis.summary.root_causes == 2


def test_an_error_whose_cause_is_a_warning_is_still_shown_under_it() -> None:
    warning = finding("a", "the warning", severity=Severity.WARNING)
    report = shown(
        diagnosed(
            healthy(),
            rule("SD118", "workspace-outside-volume", warning, causes=("SD402",)),
            rule("SD402", "backend-refused", finding("b", "the error")),
        )
    )
    assert "1 root cause: workspace outside volume (SD118)" in report
    assert "└─ SD402  the error" in report


def test_a_rule_that_crashed_is_named() -> None:
    diagnosis, facts = well()
    broken = replace(diagnosis.checks[0], status=CheckStatus.CRASH, reason="KeyError: 1")
    assert "SD201: KeyError: 1" in shown(Report(replace(diagnosis, checks=(broken,)), facts))


@pytest.mark.parametrize("name", SAMPLES)
def test_without_colour_there_is_no_escape_sequence(name: str) -> None:
    assert "\x1b" not in shown(SAMPLES[name](), verbose=True)


def test_colour_is_readable_on_light_and_dark_backgrounds() -> None:
    used = {int(code or 0) for codes in _SGR.findall(shown(incident(), color=True)) for code in codes.split(";")}
    assert used <= {0, 1, 4, 31, 32, 35}, (
        "bold, underline, red, green, magenta: no white, black, yellow, bright, background"
    )


def test_colour_changes_no_word() -> None:
    assert _SGR.sub("", shown(incident(), color=True)) == shown(incident())


@pytest.mark.parametrize("name", SAMPLES)
def test_ascii_mode_prints_only_ascii(name: str) -> None:
    assert shown(SAMPLES[name](), unicode=False, verbose=True).isascii()
    assert shown(about("ключ 鍵 …"), unicode=False).isascii()


@pytest.mark.parametrize(
    "data", ["[bold red]x[/]", "[link=https://a.invalid]x[/link]", "[/nothing]", ":warning:", "[0]"]
)
def test_markup_in_data_stays_text(data: str) -> None:
    assert data in shown(about(data))


def test_a_terminal_sequence_in_data_is_shown_and_not_obeyed() -> None:
    report = shown(about("\x1b]0;owned\x07\u202egnp"), color=True)
    assert r"\x1b]0;owned\x07\u202egnp" in report


def test_the_environment_of_the_process_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    before = shown(incident(), color=True)
    for name, value in {"NO_COLOR": "1", "COLUMNS": "40", "TERM": "dumb", "FORCE_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)
    assert shown(incident(), color=True) == before


def test_a_command_that_cannot_be_shown_exactly_is_marked() -> None:
    sample = diagnosed(healthy(), rule("SD507", "temporal-down", finding("x", "down", commands=("temporal --name é",))))
    assert "not exact" not in shown(sample)
    assert "not exact" in shown(sample, unicode=False)
