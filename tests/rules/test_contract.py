"""What follows from an address that stands in the code: who is the cause, and that no plan pretends to help."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from stigmer_doctor.fix.plan import wanted
from stigmer_doctor.model import facts as f
from stigmer_doctor.rules.registry import RULES
from tests.healthy import ALIAS, healthy
from tests.rules.altered import variables
from tests.rules.contracts import cloud, hard_coded, on_this_machine, reads
from tests.rules.different import HTTP_LINE
from tests.rules.vary import diagnose, logging

RIGHT = f"http://{ALIAS}:11434"


def test_a_literal_is_the_one_cause_and_no_plan_sets_a_variable() -> None:
    facts = logging(hard_coded(facts=variables(STIGMER_LLM_BASE_URL=RIGHT)), HTTP_LINE)
    found = {finding.code: finding for finding in diagnose(facts, *RULES).findings}
    assert {code for code, item in found.items() if item.root_cause} == {"SD607"}
    assert found["SD602"].caused_by == found["SD701"].caused_by == ("SD607",)
    changes, _ = wanted(diagnose(facts, *RULES), ())
    assert not changes


def test_a_variable_that_the_literal_image_does_not_read_is_no_second_cause() -> None:
    facts = hard_coded(facts=variables(STIGMER_LLM_BASE_URL=None, OLLAMA_BASE_URL=RIGHT))
    assert {finding.code for finding in diagnose(facts, *RULES).findings if finding.root_cause} == {"SD607"}


def test_a_misnamed_address_whose_value_is_hidden_is_planned_whole() -> None:
    hidden = f.Variable(name="STIGMER_BACKEND_ENDPIONT", value="<hidden:1>", hidden=True)
    facts = variables(STIGMER_BACKEND_ENDPOINT=None, STIGMER_BACKEND_ENDPIONT=hidden)
    (finding,) = [other for other in diagnose(facts, *RULES).findings if other.code == "SD301"]
    changes, _ = wanted(diagnose(facts, *RULES), ("SD301",))
    assert finding.expected == f"STIGMER_BACKEND_ENDPOINT={ALIAS}:7234"
    assert changes.variables == {"STIGMER_BACKEND_ENDPOINT": f"{ALIAS}:7234", "STIGMER_BACKEND_ENDPIONT": None}


@pytest.mark.parametrize("quote", ['"', "'"])
def test_quotes_are_taken_off(quote: str) -> None:
    facts = variables(STIGMER_BACKEND_ENDPOINT=f"{quote}{ALIAS}:7234{quote}")
    changes, _ = wanted(diagnose(facts, *RULES), ("SD304",))
    assert changes.variables == {"STIGMER_BACKEND_ENDPOINT": f"{ALIAS}:7234"}


def test_a_mistyped_mode_explains_what_is_missing_for_the_cloud() -> None:
    facts = variables(cloud(f.Outcome.REFUSED, "localhost"), MODE="Local", REDIS_HOST=None)
    found = {finding.code: finding for finding in diagnose(on_this_machine(facts, f.Outcome.REFUSED), *RULES).findings}
    assert found["SD306"].root_cause
    assert {"SD303", "SD652"} <= set(found)
    assert all("SD306" in found[code].caused_by for code in ("SD303", "SD652"))


def test_another_invalid_setting_explains_no_missing_redis() -> None:
    facts = variables(cloud(f.Outcome.REFUSED), TEMPORAL_MAX_CONCURRENCY="many")
    found = {finding.code: finding for finding in diagnose(on_this_machine(facts, f.Outcome.REFUSED), *RULES).findings}
    assert found["SD306"].root_cause
    assert found["SD652"].root_cause


def test_the_missing_sandbox_key_explains_no_crash_loop() -> None:
    facts = variables(reads(f.Read(name="DAYTONA_API_KEY"), facts=cloud()), DAYTONA_API_KEY=None)
    assert isinstance(facts.container, f.Container)
    state = replace(facts.container.state, status="restarting", exit_code=1)
    looping = replace(facts, container=replace(facts.container, state=state, restart_count=9))
    found = {finding.code: finding for finding in diagnose(looping, *RULES).findings}
    assert "SD307" in found
    assert "SD307" not in found["SD113"].caused_by


def test_healthy_is_not_touched() -> None:
    assert diagnose(healthy(), *RULES).findings == ()
