"""The terminal report: width, colour, ASCII, and data that would like to be something else."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from stigmer_doctor.model.findings import CheckStatus, Evidence, Severity
from stigmer_doctor.render.renderer import Display, Report
from tests.healthy import healthy
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


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("width", [80, 100, 120])
def test_no_line_is_wider_than_the_page(name: str, width: int) -> None:
    lines = shown(SAMPLES[name](), width=width, verbose=True).splitlines()
    assert [line for line in lines if columns(line) > width] == []


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


def test_causes_come_before_what_to_do_before_warnings_before_what_was_not_checked() -> None:
    report = shown(incident())
    order = ["FAIL", "Root causes", "✗ SD201", "─ SD402", "What to do", "Warnings", "Links", "Not checked", "13 checks"]
    places = [report.index(title) for title in order]
    assert places == sorted(places)


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
