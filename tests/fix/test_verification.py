"""What a fix may say of a runner that it does not, or not wholly, repair."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.fix import verification
from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Diagnosis
from stigmer_doctor.model.fixes import Plan, Planned
from stigmer_doctor.rules.registry import RULES
from tests.rules.altered import variables
from tests.rules.different import HTTP_LINE, OWN, polled
from tests.rules.vary import diagnose, failing, healthy, logging

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
