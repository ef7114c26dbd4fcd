"""The textfile for Prometheus: every line is a sample, a help or a type, and labels cannot break out."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from stigmer_doctor import app, profile
from stigmer_doctor.model import facts as f
from stigmer_doctor.render.prometheus import render
from stigmer_doctor.render.renderer import Display, Report
from tests.healthy import healthy
from tests.rules.vary import failing

_LINE = re.compile(r'# (HELP|TYPE) \w+ .+|\w+\{(\w+="(?:[^"\\\n]|\\["\\])*",?)+\} [0-9.e+]+')


def rendered(facts: f.Facts) -> list[str]:
    text = render(Report(app.diagnose(facts, profile.load()), facts), Display())
    assert text.endswith("\n")
    lines = text.splitlines()
    assert [line for line in lines if not _LINE.fullmatch(line)] == []
    return lines


def test_a_healthy_runner_is_one_status_and_no_cause() -> None:
    lines = rendered(healthy())
    assert 'stigmer_doctor_status{container="stigmer-agent-runner",status="pass"} 1' in lines
    assert 'stigmer_doctor_status{container="stigmer-agent-runner",status="fail"} 0' in lines
    assert 'stigmer_doctor_service_up{container="stigmer-agent-runner",service="temporal"} 1' in lines
    assert 'stigmer_doctor_checked_timestamp_seconds{container="stigmer-agent-runner"} 1769052443' in lines
    assert not any(line.startswith("stigmer_doctor_root_cause") for line in lines)


def test_every_root_cause_is_named() -> None:
    lines = rendered(failing("temporal", f.Outcome.TIMED_OUT))
    causes = [line for line in lines if line.startswith("stigmer_doctor_root_cause{")]
    assert len(causes) == 1
    assert 'stigmer_doctor_service_up{container="stigmer-agent-runner",service="temporal"} 0' in lines


@pytest.mark.parametrize("name", ['a"b', "a\\b", "a\nb", "a\x1b[2J", "a\u202eb", "a\u2028b", '"} 1\nevil{x="'])
def test_a_label_cannot_break_out(name: str) -> None:
    container = healthy().container
    assert isinstance(container, f.Container)
    rendered(replace(healthy(), container=replace(container, name=name)))


def test_a_time_that_is_none_has_no_sample() -> None:
    lines = rendered(replace(healthy(), collected_at="yesterday"))
    assert not any("timestamp" in line for line in lines)
