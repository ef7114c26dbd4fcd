"""`stigmer-doctor check` on the real thing: what it accuses, what it leaves alone, and how it says so."""

from __future__ import annotations

import json

import pytest

from tests.lab.diagnosis import CONNECTION, NETWORK, check, same, valid
from tests.lab.lab import Lab
from tests.lab.scenarios import SCENARIOS

pytestmark = pytest.mark.lab

INCIDENT_LINE = "All connection attempts failed"


def test_the_incident_has_two_causes_and_no_service_is_accused(desktop: Lab) -> None:
    SCENARIOS["incident"].bring_up(desktop)
    report = check(desktop)
    assert report.exit_code == 1
    assert report.causes == {"SD201", "SD301"}
    assert all(finding["caused_by"] for finding in report.of(*CONNECTION))
    assert report.of(*CONNECTION)
    assert not report.of("SD205", "SD404", "SD405", "SD406", "SD504", "SD507", "SD604", "SD605")


def test_the_daemon_of_the_day_has_one_cause(desktop: Lab) -> None:
    SCENARIOS["incident-daemon"].bring_up(desktop)
    report = check(desktop)
    assert report.causes == {"SD201"}
    assert {finding["code"] for finding in report.of(*CONNECTION)} == {"SD402", "SD502", "SD602"}


def test_after_the_reports_own_fix_the_llm_address_is_the_one_cause(desktop: Lab) -> None:
    SCENARIOS["report-fix"].bring_up(desktop)
    report = check(desktop)
    assert report.exit_code == 1
    assert report.causes == {"SD204"}
    assert report.one("SD204")["subject"] == "STIGMER_LLM_BASE_URL"
    log = report.one("SD701")
    assert log["caused_by"] == ["SD204"]
    assert log["endpoints"] == ["llm"]
    assert any(INCIDENT_LINE in evidence["value"] for evidence in log["evidence"])


def test_a_healthy_runner_passes_and_what_changes_then_is_named_first(desktop: Lab) -> None:
    SCENARIOS["healthy"].bring_up(desktop)
    report = check(desktop)
    assert report.exit_code == 0
    assert report.codes("error", "warning") == set()
    assert report.check("SD506")["status"] == "pass"
    assert report.document["status"] == "pass"
    desktop.services.stop("llm")
    since = desktop.doctor("diff", "--since-pass", "--json", "--timeout", "1")
    assert since.returncode == 1, since.stderr
    first = json.loads(since.stdout)["facts"][0]
    assert (first["what"], first["after"]) == ("LLM (Ollama) (port 11434) on this machine", "nobody listens")


def test_every_check_of_a_healthy_runner_was_made(desktop: Lab) -> None:
    SCENARIOS["healthy"].bring_up(desktop)
    skipped = {
        other["code"]: other["reason"] for other in check(desktop).document["checks"] if other["status"] == "skip"
    }
    # Neither host networking nor the sandbox is in use, so there is nothing to compare; the local mode has no Redis.
    elsewhere = {code for code, why in skipped.items() if code.startswith(("SD8", "SD9")) or "in a cluster" in why}
    assert set(skipped) - elsewhere <= {"SD117", "SD201", "SD210", "SD506", "SD651", "SD652"}, skipped


def test_linux_with_host_networking_passes(linux: Lab) -> None:
    SCENARIOS["linux-host"].bring_up(linux)
    report = check(linux)
    assert report.exit_code == 0
    assert report.codes("error", "warning") == set()


def test_linux_bridge_without_mapping_is_the_alias(linux: Lab) -> None:
    SCENARIOS["linux-bridge"].bring_up(linux)
    report = check(linux)
    assert report.exit_code == 1
    # Mapped, the alias would lead past the loopback, where Temporal and the LLM listen.
    assert report.causes == {"SD202", "SD205"}
    assert {finding["subject"] for finding in report.of("SD205")} == {"Temporal", "LLM (Ollama)"}
    assert {finding["code"] for finding in report.of(*CONNECTION)} == {"SD401", "SD501", "SD601"}


@pytest.mark.parametrize(
    ("scenario", "code"), [("temporal-down", "SD507"), ("backend-down", "SD406"), ("llm-down", "SD604")]
)
def test_a_stopped_service_is_the_cause_and_no_network_rule_accuses(desktop: Lab, scenario: str, code: str) -> None:
    SCENARIOS[scenario].bring_up(desktop)
    report = check(desktop)
    assert report.exit_code == 1
    assert report.causes == {code}
    assert report.of(*NETWORK) == []


@pytest.mark.parametrize("scenario", ["llm-renamed", "llm-old-name"])
def test_the_llm_variable_under_the_other_images_name_is_found(desktop: Lab, scenario: str) -> None:
    SCENARIOS[scenario].bring_up(desktop)
    report = check(desktop)
    assert report.causes == {"SD301"}
    wrong = "STIGMER_LLM_BASE_URL" if scenario == "llm-renamed" else "OLLAMA_BASE_URL"
    assert report.one("SD301")["subject"] == wrong


def test_both_llm_names_with_one_address_are_fine(desktop: Lab) -> None:
    SCENARIOS["llm-both-names"].bring_up(desktop)
    report = check(desktop)
    assert report.exit_code == 0
    assert report.of("SD301", "SD305") == []


def test_a_black_hole_is_timeouts_within_one_timeout(desktop: Lab) -> None:
    SCENARIOS["black-hole"].bring_up(desktop)
    report = check(desktop, "--timeout", "1")
    assert report.causes == {"SD206"}
    assert {"SD403", "SD503", "SD603"} <= report.codes("error")
    assert report.of("SD406", "SD507", "SD604") == []


def test_a_runner_without_a_network_is_isolated(desktop: Lab) -> None:
    SCENARIOS["network-none"].bring_up(desktop)
    assert check(desktop).causes == {"SD207"}


def test_an_invalid_setting_explains_the_crash_loop(desktop: Lab) -> None:
    SCENARIOS["invalid-setting"].bring_up(desktop)
    report = check(desktop)
    assert report.causes == {"SD306"}
    assert report.one("SD704")["caused_by"] == ["SD306"]


@pytest.mark.parametrize("scenario", ["stopped", "created", "paused"])
def test_a_runner_that_does_not_run_is_the_cause(desktop: Lab, scenario: str) -> None:
    SCENARIOS[scenario].bring_up(desktop)
    report = check(desktop)
    assert report.exit_code == 1
    assert report.causes == {"SD112"}


def test_a_stopped_runner_is_measured_from_a_copy_that_is_removed(desktop: Lab) -> None:
    SCENARIOS["stopped"].bring_up(desktop)
    report = check(desktop)
    assert report.check("SD402")["status"] == "pass"
    assert len(desktop.engine.containers(all=True)) == 1


def test_an_image_without_an_interpreter_is_read_and_not_guessed_about(desktop: Lab) -> None:
    SCENARIOS["no-interpreter"].bring_up(desktop)
    report = check(desktop)
    assert report.check("SD402")["status"] == "skip"
    assert "interpreter" in report.check("SD402")["reason"]
    assert (report.exit_code, report.document["status"]) == (3, "inconclusive")
    assert report.check("SD305")["status"] != "skip"


def test_a_stray_probe_process_stays_nowhere(desktop: Lab) -> None:
    runner = SCENARIOS["healthy"].bring_up(desktop)
    check(desktop)
    processes = desktop.engine.top(runner.id)["Processes"]
    assert len(processes) == 1, processes


def test_passive_runs_nothing_and_says_what_it_did_not_measure(desktop: Lab) -> None:
    runner = SCENARIOS["incident"].bring_up(desktop)
    before = runner.inspect()["ExecIDs"]
    report = check(desktop, "--passive")
    assert runner.inspect()["ExecIDs"] == before
    assert report.check("SD402")["status"] == "skip"
    assert "--passive" in report.check("SD402")["reason"]


@pytest.mark.parametrize("name", list(SCENARIOS))
def test_a_snapshot_judged_gives_the_report_of_the_live_container(name: str, request: pytest.FixtureRequest) -> None:
    scenario = SCENARIOS[name]
    lab: Lab = request.getfixturevalue(scenario.topology)
    scenario.bring_up(lab)
    saved = lab.home / "snapshot.json"
    live = lab.doctor("check", "--format", "json", "--timeout", "1", "--save-snapshot", str(saved))
    assert live.stderr == ""
    valid(live.stdout)
    judged = lab.doctor("check", "--snapshot", str(saved), "--format", "json", env={"DOCKER_HOST": "unix:///nowhere"})
    assert judged.returncode == live.returncode
    assert same(live.stdout, judged.stdout)


def test_every_format_says_the_same_live_and_from_a_snapshot(desktop: Lab) -> None:
    SCENARIOS["report-fix"].bring_up(desktop)
    saved = desktop.home / "snapshot.json"
    for kind in ("text", "markdown"):
        live = desktop.doctor("check", "--format", kind, "--save-snapshot", str(saved))
        judged = desktop.doctor("check", "--format", kind, "--snapshot", str(saved))
        assert live.stdout == judged.stdout
        assert live.stdout.count("\n") > 10
