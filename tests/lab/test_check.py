"""`stigmer-doctor check` on the real thing: what it accuses, what it leaves alone, and how it says so."""

from __future__ import annotations

import json

import pytest

from tests.lab.diagnosis import CONNECTION, NETWORK, check, same, valid
from tests.lab.lab import Lab
from tests.lab.scenarios import SCENARIOS
from tests.lab.standing import at, ran

pytestmark = pytest.mark.lab

INCIDENT_LINE = "All connection attempts failed"


@at("incident")
def test_the_incident_has_two_causes_and_no_service_is_accused(scene: Lab) -> None:
    report = check(scene)
    assert report.exit_code == 1
    assert report.causes == {"SD201", "SD301"}
    assert all(finding["caused_by"] for finding in report.of(*CONNECTION))
    assert report.of(*CONNECTION)
    assert not report.of("SD205", "SD404", "SD405", "SD406", "SD504", "SD507", "SD604", "SD605")


@at("incident-daemon")
def test_the_daemon_of_the_day_has_one_cause(scene: Lab) -> None:
    report = check(scene)
    assert report.causes == {"SD201"}
    assert {finding["code"] for finding in report.of(*CONNECTION)} == {"SD402", "SD502", "SD602"}


@at("report-fix")
def test_after_the_reports_own_fix_the_llm_address_is_the_one_cause(scene: Lab) -> None:
    report = check(scene)
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


@at("healthy")
def test_every_check_of_a_healthy_runner_was_made(scene: Lab) -> None:
    skipped = {other["code"]: other["reason"] for other in check(scene).document["checks"] if other["status"] == "skip"}
    # Neither host networking nor the sandbox is in use, so there is nothing to compare; the local mode has no Redis.
    elsewhere = {code for code, why in skipped.items() if code.startswith(("SD8", "SD9")) or "in a cluster" in why}
    assert set(skipped) - elsewhere <= {"SD117", "SD201", "SD210", "SD506", "SD509", "SD651", "SD652"}, skipped


@at("linux-host")
def test_linux_with_host_networking_passes(scene: Lab) -> None:
    report = check(scene)
    assert report.exit_code == 0
    assert report.codes("error", "warning") == set()


@at("linux-bridge")
def test_linux_bridge_without_mapping_is_the_alias(scene: Lab) -> None:
    report = check(scene)
    assert report.exit_code == 1
    # Mapped, the alias would lead past the loopback, where Temporal and the LLM listen.
    assert report.causes == {"SD202", "SD205"}
    assert {finding["subject"] for finding in report.of("SD205")} == {"Temporal", "LLM (Ollama)"}
    assert {finding["code"] for finding in report.of(*CONNECTION)} == {"SD401", "SD501", "SD601"}


@pytest.mark.parametrize(
    ("scene", "code"),
    [("temporal-down", "SD507"), ("backend-down", "SD406"), ("llm-down", "SD604")],
    indirect=["scene"],
)
def test_a_stopped_service_is_the_cause_and_no_network_rule_accuses(scene: Lab, code: str) -> None:
    report = check(scene)
    assert report.exit_code == 1
    assert report.causes == {code}
    assert report.of(*NETWORK) == []


@pytest.mark.parametrize(
    ("scene", "wrong"),
    [("llm-renamed", "STIGMER_LLM_BASE_URL"), ("llm-old-name", "OLLAMA_BASE_URL")],
    indirect=["scene"],
)
def test_the_llm_variable_under_the_other_images_name_is_found(scene: Lab, wrong: str) -> None:
    report = check(scene)
    assert report.causes == {"SD301"}
    assert report.one("SD301")["subject"] == wrong


@at("llm-both-names")
def test_both_llm_names_with_one_address_are_fine(scene: Lab) -> None:
    report = check(scene)
    assert report.exit_code == 0
    assert report.of("SD301", "SD305") == []


@at("black-hole")
def test_a_black_hole_is_timeouts_within_one_timeout(scene: Lab) -> None:
    report = check(scene, "--timeout", "1")
    assert report.causes == {"SD206"}
    assert {"SD403", "SD503", "SD603"} <= report.codes("error")
    assert report.of("SD406", "SD507", "SD604") == []


@at("network-none")
def test_a_runner_without_a_network_is_isolated(scene: Lab) -> None:
    assert check(scene).causes == {"SD207"}


@at("invalid-setting")
def test_an_invalid_setting_explains_the_crash_loop(scene: Lab) -> None:
    report = check(scene)
    assert report.causes == {"SD306"}
    assert report.one("SD704")["caused_by"] == ["SD306"]


@at("stopped", "created", "paused")
def test_a_runner_that_does_not_run_is_the_cause(scene: Lab) -> None:
    report = check(scene)
    assert report.exit_code == 1
    assert report.causes == {"SD112"}


@at("stopped")
def test_a_stopped_runner_is_measured_from_a_copy_that_is_removed(scene: Lab) -> None:
    report = check(scene)
    assert report.check("SD402")["status"] == "pass"
    assert len(scene.engine.containers(all=True)) == 1


@at("no-interpreter")
def test_an_image_without_an_interpreter_is_read_and_not_guessed_about(scene: Lab) -> None:
    report = check(scene)
    assert report.check("SD402")["status"] == "skip"
    assert "interpreter" in report.check("SD402")["reason"]
    assert (report.exit_code, report.document["status"]) == (3, "inconclusive")
    assert report.check("SD305")["status"] != "skip"


def test_a_stray_probe_process_stays_nowhere(desktop: Lab) -> None:
    runner = SCENARIOS["healthy"].bring_up(desktop)
    check(desktop)
    processes = desktop.engine.top(runner.id)["Processes"]
    assert len(processes) == 1, processes


@at("incident")
def test_passive_runs_nothing_and_says_what_it_did_not_measure(scene: Lab) -> None:
    before = ran(scene)
    report = check(scene, "--passive")
    assert ran(scene) <= before  # the engine forgets those that have ended
    assert report.check("SD402")["status"] == "skip"
    assert "--passive" in report.check("SD402")["reason"]


@at(*SCENARIOS)
def test_a_snapshot_judged_gives_the_report_of_the_live_container(scene: Lab) -> None:
    saved = scene.home / "snapshot.json"
    live = scene.doctor("check", "--format", "json", "--timeout", "1", "--save-snapshot", str(saved))
    assert live.stderr == ""
    valid(live.stdout)
    judged = scene.doctor("check", "--snapshot", str(saved), "--format", "json", env={"DOCKER_HOST": "unix:///nowhere"})
    assert judged.returncode == live.returncode
    assert same(live.stdout, judged.stdout)


@at("report-fix")
def test_every_format_says_the_same_live_and_from_a_snapshot(scene: Lab) -> None:
    saved = scene.home / "snapshot.json"
    for kind in ("text", "markdown"):
        live = scene.doctor("check", "--format", kind, "--save-snapshot", str(saved))
        judged = scene.doctor("check", "--format", kind, "--snapshot", str(saved))
        assert live.stdout == judged.stdout
        assert live.stdout.count("\n") > 10
