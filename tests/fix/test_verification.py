"""What a fix may say of a runner that it does not, or not wholly, fix."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from stigmer_doctor.fix import verification
from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Diagnosis, Finding, Severity
from stigmer_doctor.model.fixes import Plan, Planned
from stigmer_doctor.rules.registry import RULES
from tests.healthy import ALIAS, dial, endpoint, healthy
from tests.rules.altered import variables
from tests.rules.different import HTTP_LINE, OWN, loopback_of, polled
from tests.rules.services.test_sd506_where_the_server_sends import in_queue
from tests.rules.vary import diagnose, failing, in_state, logging

DEAD = f"1@{'d' * 12}"


def judged(facts: f.Facts) -> Diagnosis:
    return diagnose(facts, *RULES)


def plan(*repairs: str, manual: str = "") -> Plan:
    left = (Planned(what="by hand", codes=(manual,)),) if manual else ()
    return Plan(container="r", container_id="a", fixes=repairs, manual=left)


def test_a_runner_that_was_measured_to_work_needs_nothing() -> None:
    assert verification.doubts(judged(healthy())) == ()
    assert verification.doubts(judged(variables(TEMPORAL_NEW_SETTING="x"))) == ()  # a warning, and not about a link


def test_a_link_whose_last_use_failed_is_a_doubt() -> None:
    (doubt,) = verification.doubts(judged(logging(healthy(), HTTP_LINE)))
    assert doubt.startswith("SD701")


def test_a_predecessors_poller_verifies_nothing() -> None:
    facts = polled(DEAD)
    assert verification.verification_failures(plan("SD204"), judged(healthy()), judged(facts), facts)
    own = polled(DEAD, OWN)
    assert verification.verification_failures(plan("SD204"), judged(healthy()), judged(own), own) == ()


def test_what_only_the_user_can_do_is_kept_and_said() -> None:
    facts = failing("llm", f.Outcome.REFUSED)
    found = judged(facts)
    code = next(finding.code for finding in found.findings if finding.root_cause)
    assert verification.verification_failures(plan("SD204", manual=code), found, found, facts) == ()
    (left,) = verification.still_wrong(found)
    assert left.startswith(code)
    assert verification.still_wrong(judged(healthy())) == ()


def test_what_was_not_measured_is_left_too() -> None:
    facts = replace(healthy(), temporal=f.NotMeasured(reason="nobody asked"))
    assert verification.still_wrong(judged(facts)) == ("nobody asked",)


def test_a_start_that_must_fail_is_not_waited_for() -> None:
    assert verification.may_start(plan("SD201", manual="SD604"))
    assert not verification.may_start(plan("SD201", manual="SD507"))


# ---- the throwaway container -----------------------------------------------------------------------------------------

NOTHING = f.NotMeasured(reason="this machine was not looked at")
NO_LISTENERS = f.Listeners(ports=(), items=())


def tried(
    *names: str, **different: f.Answer | f.NotMeasured
) -> tuple[f.Configuration, dict[str, f.Answer | f.NotMeasured]]:
    """The endpoints of the healthy runner, of which all answer but those that are different; `names` were not asked."""
    facts = healthy()
    assert isinstance(facts.configuration, f.Configuration)
    answers = {"backend": facts.backend, "temporal": facts.temporal, "llm": facts.llm, **different}
    return facts.configuration, {name: item for name, item in answers.items() if name not in names}


def here(*ports: int, outcome: f.Outcome = f.Outcome.CONNECTED) -> f.Reach:
    dials = tuple(dial("127.0.0.1", port, outcome, "127.0.0.1") for port in ports)
    return f.Reach(vantage=f.Vantage.USER, resolutions=(), dials=dials)


def listening(*ports: int) -> f.Listeners:
    return f.Listeners(ports=ports, items=tuple(f.Listener(address="127.0.0.1", port=port) for port in ports))


def test_a_plan_is_proved_where_every_service_answers() -> None:
    assert verification.unreachable_endpoints(*tried(), here(7233, 7234, 11434), listening(7233, 7234, 11434)) == ()


@pytest.mark.parametrize("user", [NOTHING, here(7233), here(11434, outcome=f.Outcome.REFUSED)])
def test_a_service_that_is_down_here_proves_nothing_against_a_plan(user: f.Reach | f.NotMeasured) -> None:
    refused = f.LlmAnswer(answered=f.Answered.TIMED_OUT)
    assert verification.unreachable_endpoints(*tried(llm=refused), user, NO_LISTENERS) == ()
    assert verification.unreachable_endpoints(*tried(llm=refused), user, NOTHING) == ()
    assert verification.unreachable_endpoints(*tried(llm=refused), user, listening(7233)) == ()


@pytest.mark.parametrize(
    ("user", "listeners"),
    [
        (here(11434), NO_LISTENERS),
        (here(11434), NOTHING),
        (NOTHING, listening(7233, 11434)),
        (here(7233), listening(11434)),
    ],
)
def test_a_service_that_is_up_here_and_did_not_answer_there_is_named(
    user: f.Reach | f.NotMeasured, listeners: f.Listeners | f.NotMeasured
) -> None:
    silent = f.LlmAnswer(answered=f.Answered.TIMED_OUT)
    named = f"LLM (Ollama) at {ALIAS}:11434: "
    assert verification.unreachable_endpoints(*tried(llm=silent), user, listeners) == (
        f"{named}{f.Answered.TIMED_OUT}",
    )
    lost = f.NotMeasured(reason="it was refused")
    assert verification.unreachable_endpoints(*tried(llm=lost), user, listeners) == (f"{named}it was refused",)
    assert verification.unreachable_endpoints(*tried("llm"), user, listeners) == (f"{named}it was not asked",)


def test_a_service_counts_as_up_at_the_port_in_force_and_at_its_usual_one() -> None:
    config = replace(tried()[0], endpoints=(endpoint("temporal", f"{ALIAS}:7000"),))
    assert len(verification.unreachable_endpoints(config, {}, NOTHING, listening(7000))) == 1
    assert len(verification.unreachable_endpoints(config, {}, NOTHING, listening(7233))) == 1
    assert verification.unreachable_endpoints(config, {}, NOTHING, listening(7234)) == ()


# ---- the new container -----------------------------------------------------------------------------------------------


def left(
    made: Plan, *found: Finding, before: tuple[Finding, ...] = (), facts: f.Facts | None = None
) -> tuple[str, ...]:
    """What is said of a new container in which this is found."""
    before_it, after = replace(judged(healthy()), findings=before), replace(judged(healthy()), findings=found)
    return verification.verification_failures(made, before_it, after, facts or healthy())


def error(code: str, **more: Any) -> Finding:
    return replace(
        judged(loopback_of("llm")).findings[0], **{"code": code, "caused_by": (), "message": "wrong", **more}
    )


def test_a_container_that_does_not_run_is_told_first_but_where_it_cannot_start() -> None:
    gone = in_state(healthy(), "exited")
    assert left(plan("SD204"), error("SD204"), facts=gone) == ("it does not run",)
    assert left(plan("SD204"), facts=replace(healthy(), container=NOTHING)) == ("it does not run",)
    assert left(plan("SD204", manual="SD507"), error("SD204"), facts=gone) == ("SD204: wrong",)


def test_a_cause_that_was_to_go_is_a_shortcoming_wherever_it_stands() -> None:
    passed_over = (
        error("SD801"),
        error("SD305", severity=Severity.WARNING),
        error("SD604"),
        error("SD602", caused_by=("SD604",)),
    )
    assert left(plan("SD204", manual="SD604"), *passed_over, error("SD204")) == ("SD204: wrong",)
    assert left(plan("SD204", manual="SD604"), *passed_over) == ()


def test_a_consequence_that_was_there_before_is_not_held_against_the_new_one() -> None:
    follows = error("SD602", caused_by=("SD206",))
    assert left(plan("SD204"), follows, before=(follows,)) == ()
    assert left(plan("SD204"), follows) == ("SD602: wrong",)
    assert left(plan("SD204"), error("SD206"), before=(error("SD206"),)) == ("SD206: wrong",)
    assert left(plan("SD602"), follows, before=(follows,)) == ("SD602: wrong",)


def test_a_worker_that_does_not_poll_is_a_shortcoming_but_where_it_cannot_start() -> None:
    facts = polled()
    (said,) = verification.verification_failures(
        plan("SD204"), judged(facts), replace(judged(facts), findings=()), facts
    )
    assert said == "its worker does not poll (fail)"
    unasked = replace(judged(replace(healthy(), temporal=NOTHING)), findings=())
    (said,) = verification.verification_failures(plan("SD204"), judged(facts), unasked, facts)
    assert said == f"its worker does not poll ({NOTHING.reason})"
    after = replace(judged(facts), findings=())
    assert verification.verification_failures(plan("SD204", manual="SD507"), judged(facts), after, facts) == ()


def test_a_worker_that_polls_a_queue_of_its_own_choice_is_verified() -> None:
    facts = in_queue("ours")
    assert verification.verification_failures(plan("SD204"), judged(facts), judged(facts), facts) == ()


def test_consequences_are_said_where_no_cause_is_known() -> None:
    follows = error("SD602", caused_by=("SD206",))
    found = replace(judged(healthy()), findings=(follows, error("SD801"), error("SD305", severity=Severity.WARNING)))
    assert verification.still_wrong(found) == ("SD602: wrong",)
    assert verification.still_wrong(replace(found, findings=(follows, error("SD206")))) == ("SD206: wrong",)


def test_a_warning_is_a_doubt_where_it_is_about_a_link() -> None:
    def doubts(*found: Finding) -> tuple[str, ...]:
        return verification.doubts(replace(judged(healthy()), findings=found))

    warning = error("SD211", severity=Severity.WARNING, endpoints=("llm",))
    assert doubts(warning) == ("SD211: wrong",)
    assert doubts(replace(warning, endpoints=())) == ()
    assert doubts(replace(warning, severity=Severity.INFO)) == ()
    assert doubts(replace(warning, code="SD801")) == ()
    assert doubts(error("SD204", endpoints=()), error("SD801")) == ("SD204: wrong",)


def test_why_nothing_could_be_told_is_an_errors_message_or_what_kept_temporal_from_being_asked() -> None:
    facts = replace(healthy(), temporal=f.NotMeasured(reason="nobody asked"))
    assert verification.unmeasured(replace(judged(facts), findings=(error("SD101"),))) == "wrong"
    assert (
        verification.unmeasured(replace(judged(facts), findings=(error("SD3", severity=Severity.WARNING),)))
        == "nobody asked"
    )
    assert verification.unmeasured(judged(healthy())) == "not everything could be measured"
