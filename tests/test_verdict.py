"""Never a pass unmeasured: what status, exit code and first line say of services that could not be asked."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from stigmer_doctor import app, profile
from stigmer_doctor.model import facts as f
from stigmer_doctor.model.exit_codes import FAIL_ON
from stigmer_doctor.model.findings import Diagnosis, ServiceStatus, Status
from stigmer_doctor.render import outline
from stigmer_doctor.render.renderer import Report
from tests.healthy import ALIAS, dial, endpoint, healthy
from tests.render.samples import printed
from tests.rules.services.test_sd506_temporal_no_poller import STARTING, starting
from tests.rules.vary import configured, dialled, failing, stopped

NO_INTERPRETER = f.NotMeasured(reason="the image has no Python interpreter to look with")


def blind(reason: str = NO_INTERPRETER.reason) -> f.Facts:
    """A runner that could not be looked at from inside."""
    unknown = f.NotMeasured(reason=reason)
    return replace(healthy(), container_reach=unknown, inside=unknown, backend=unknown, temporal=unknown, llm=unknown)


def judged(facts: f.Facts, select: Sequence[str] = (), ignore: Sequence[str] = ()) -> Diagnosis:
    return app.diagnose(facts, profile.load(), app.selection(select, ignore))


def code(facts: f.Facts, fail_on: str = "error", select: Sequence[str] = (), ignore: Sequence[str] = ()) -> int:
    return app.exit_code(judged(facts, select, ignore), fail_on)


def first_line(facts: f.Facts, select: Sequence[str] = (), ignore: Sequence[str] = ()) -> str:
    return outline.verdict(judged(facts, select, ignore), facts)


def test_a_pass_names_every_service() -> None:
    diagnosis = judged(healthy())
    assert diagnosis.status is Status.PASS
    assert {service.status for service in diagnosis.services} == {ServiceStatus.ANSWERS}
    assert code(healthy()) == 0


def test_services_that_could_not_be_asked_are_no_pass_and_the_first_line_says_why() -> None:
    assert judged(blind()).status is Status.INCONCLUSIVE
    assert [code(blind(), level) for level in FAIL_ON] == [3, 3, 3]
    assert first_line(blind()).startswith(
        "Stigmer backend, Temporal and LLM (Ollama) could not be asked: the image has no Python interpreter"
    )


@pytest.mark.parametrize("name", ["backend", "temporal", "llm"])
def test_one_service_that_accepted_and_could_not_be_asked_is_enough(name: str) -> None:
    facts = replace(healthy(), **{name: f.NotMeasured(reason="the probe ended before it answered")})
    diagnosis = judged(facts)
    assert (diagnosis.status, app.exit_code(diagnosis, "error")) == (Status.INCONCLUSIVE, 3)
    (service,) = (other for other in diagnosis.services if other.status is not ServiceStatus.ANSWERS)
    assert (service.name, service.reason) == (name, "the probe ended before it answered")


def test_an_error_keeps_the_status_and_what_could_not_be_asked_is_still_said() -> None:
    facts = configured(blind("--passive"), endpoint("backend", f"{ALIAS}:7234", problem="it names no port"))
    assert judged(facts).status is Status.FAIL
    assert "Temporal and LLM (Ollama) could not be asked: --passive." in first_line(facts)
    assert code(facts) == 1
    # The error is about the backend; nothing explains the other two.
    assert code(facts, "never") == 3


def test_an_error_about_the_whole_container_explains_every_service() -> None:
    facts = replace(blind("the container is paused"), container=stopped_container())
    assert (judged(facts).status, code(facts, "never")) == (Status.FAIL, 0)


def stopped_container() -> f.Container:
    container = healthy().container
    assert isinstance(container, f.Container)
    return replace(container, state=replace(container.state, status="paused"))


def test_a_failure_that_was_measured_and_found_is_no_unknown() -> None:
    facts = stopped("llm")
    assert (code(facts), code(facts, "never")) == (1, 0)


def test_a_failure_that_no_rule_explains_is_no_pass() -> None:
    facts = dialled(healthy(), 7234, dial(ALIAS, 7234, f.Outcome.REFUSED))
    diagnosis = judged(facts)
    assert diagnosis.services[0].explained_by  # by SD402; without that rule there would be none
    alone = replace(diagnosis.services[0], explained_by=())
    assert alone.unexplained


def test_a_warning_is_no_reason_for_a_missing_answer() -> None:
    facts = replace(blind(), data_dir=f.DataDir(path="/d", id_file="x", recorded_id="f" * 64))
    assert judged(facts).status is Status.INCONCLUSIVE
    assert code(facts, "warning") == 3


def test_formats_for_machines_show_what_could_not_be_asked() -> None:
    report, well = Report(judged(blind()), blind()), Report(judged(healthy()), healthy())
    assert printed("junit", report).count("<error message=") == 3
    assert "::error title=not a pass::Temporal was not measured to answer" in printed("github", report)
    assert "<error" not in printed("junit", well)
    assert "::error" not in printed("github", well)


# ---- selections ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("select", ["SD3", "SD1", "SD305"])
def test_a_selection_without_services_passes_on_what_was_selected(select: str) -> None:
    assert code(blind(), select=[select]) == 0
    assert "not part of it" in first_line(blind(), select=[select])


@pytest.mark.parametrize("select", ["SD4", "SD402", "SD2", "SD"])
def test_a_selection_with_a_service_needs_its_answer(select: str) -> None:
    assert code(blind(), select=[select]) == 3


def test_an_ignored_service_need_not_answer() -> None:
    facts = replace(healthy(), llm=f.NotMeasured(reason="not asked"))
    assert code(facts) == 3
    assert code(facts, ignore=["SD2", "SD6"]) == 0
    assert "not selected: LLM (Ollama)" in first_line(facts, ignore=["SD2", "SD6"])


def test_a_finding_that_was_left_out_on_purpose_explains_a_measured_failure() -> None:
    facts = failing("llm", f.Outcome.REFUSED)
    assert code(facts) == 1
    assert code(facts, ignore=["SD206", "SD602"]) == 0
    assert "not selected: LLM (Ollama)" in first_line(facts, ignore=["SD206", "SD602"])


def test_a_selection_under_which_no_rule_could_run_is_no_pass() -> None:
    diagnosis = judged(healthy(), ["SD9"])
    assert (diagnosis.status, app.exit_code(diagnosis, "error")) == (Status.INCONCLUSIVE, 3)
    assert (
        first_line(healthy(), ["SD9"])
        == "None of the selected checks could be made: no source tree was named (--source)."
    )


def test_a_worker_that_could_not_be_judged_yet_is_said_alone_and_not_what_nobody_asked_for() -> None:
    facts = starting(STARTING)
    assert code(facts) == 3
    assert first_line(facts).startswith(
        "Whether the runner's worker takes executions could not be told: the runner is still starting"
    )
    assert first_line(facts).endswith("Nothing is known to be wrong, and this is not a pass.")
    assert "no source tree" not in first_line(facts)


def test_every_check_says_whether_it_was_selected() -> None:
    selected = {check.code for check in judged(healthy(), ["SD30"]).checks if not check.suppressed}
    assert selected == {other for other in app.codes() if other.startswith("SD30")}


def test_without_a_configuration_the_services_of_the_profile_could_not_be_asked() -> None:
    gone = f.NotMeasured(reason="the engine refused: plugin says no")
    facts = replace(blind(gone.reason), lookup=gone, container=gone, logs=gone, contract=gone, configuration=gone)
    assert judged(facts).status is Status.INCONCLUSIVE
    assert "could not be asked: the engine refused: plugin says no" in first_line(facts)


@pytest.mark.parametrize(
    ("wrong", "near"), [("SD4011", "SD401"), ("SD409", "SD408"), ("SD99", "SD907"), ("SD0", "SD101"), ("SD69", "SD652")]
)
def test_the_nearest_code_is_named(wrong: str, near: str) -> None:
    known = [other for other in app.codes() if other != "SD407"]
    assert app.nearest(wrong, known) == near
