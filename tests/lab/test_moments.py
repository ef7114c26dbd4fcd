"""One answer, whatever the moment and whatever the engine forbids."""

from __future__ import annotations

import pytest

from tests.lab import image
from tests.lab.diagnosis import Report, check
from tests.lab.forbidding import forbidding
from tests.lab.lab import Lab
from tests.lab.scenarios import SCENARIOS
from tests.lab.standing import at, ran

pytestmark = pytest.mark.lab

CHECKS = 4
EXEC = r"POST /v[\d.]+/containers/\w+/exec "
CREATE = r"POST /v[\d.]+/containers/create"
INFO, LIST = r"GET /v[\d.]+/info ", r"GET /v[\d.]+/containers/json"


def statuses(report: Report) -> set[str]:
    return {service["status"] for service in report.document["services"]}


@pytest.mark.parametrize("scenario", ["incident-daemon", "invalid-setting"])
def test_a_runner_that_crashes_again_and_again_has_one_verdict(desktop: Lab, scenario: str) -> None:
    SCENARIOS[scenario].bring_up(desktop)
    verdicts = {(report.exit_code, tuple(sorted(report.causes))) for report in (check(desktop) for _ in range(CHECKS))}
    assert len(verdicts) == 1, verdicts


@at("healthy")
def test_where_exec_is_forbidden_it_is_measured_from_beside(scene: Lab) -> None:
    before = ran(scene)
    with forbidding(scene, EXEC) as host:
        report = check(scene, "--host", host)
    assert (report.exit_code, statuses(report)) == (0, {"answers"})
    assert ran(scene) <= before
    assert len(scene.engine.containers(all=True)) == 1


@at("healthy")
def test_where_nothing_may_be_started_it_is_no_pass_and_the_first_line_says_why(scene: Lab) -> None:
    with forbidding(scene, "POST ") as host:
        report = check(scene, "--host", host)
        text = scene.doctor("check", "--host", host).stdout
    assert (report.exit_code, report.document["status"], statuses(report)) == (3, "inconclusive", {"not-asked"})
    first = " ".join(text.split("\n\n")[0].split())
    assert first.startswith("INCONCLUSIVE Stigmer backend, Temporal and LLM (Ollama) could not be asked")
    assert "authorization denied by plugin" in first


@at("healthy")
@pytest.mark.parametrize("request_", [INFO, LIST])
def test_an_engine_that_refuses_one_question_is_diagnosed_with_the_rest(scene: Lab, request_: str) -> None:
    with forbidding(scene, request_) as host:
        report = check(scene, "--host", host)
    assert (report.exit_code, statuses(report)) == (0, {"answers"})


@at("healthy")
def test_an_engine_that_refuses_every_question_is_no_pass(scene: Lab) -> None:
    with forbidding(scene, INFO, LIST, r"GET /v[\d.]+/containers/") as host:
        report = check(scene, "--host", host)
    assert (report.exit_code, report.document["status"]) == (3, "inconclusive")


def test_an_image_without_an_interpreter_is_measured_with_another_local_one(desktop: Lab) -> None:
    SCENARIOS["no-interpreter"].bring_up(desktop)
    desktop.load(image.PYTHON)
    report = check(desktop)
    assert statuses(report) == {"answers"}
    assert report.check("SD402")["status"] == "pass"
    assert len(desktop.engine.containers(all=True)) == 1


@at("healthy")
def test_passive_is_no_pass(scene: Lab) -> None:
    report = check(scene, "--passive")
    assert (report.exit_code, statuses(report)) == (3, {"not-asked"})
    assert check(scene, "--passive", "--select", "SD3").exit_code == 0
