"""What is said of each service: whether it answers, why not, and what explains it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from stigmer_doctor import profile
from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Finding, Remediation, ServiceStatus, Severity
from stigmer_doctor.rules.service_status import services
from tests.healthy import ALIAS, dial, endpoint, healthy
from tests.rules.altered import reach_of
from tests.rules.vary import configured

UNASKED = replace(healthy(), backend=f.NotMeasured(reason="nobody asked"))


def dialled(outcome: f.Outcome) -> f.Facts:
    reach = reach_of(UNASKED)
    dials = (*(one for one in reach.dials if one.port != 7234), dial(ALIAS, 7234, outcome))
    return replace(UNASKED, container_reach=replace(reach, dials=dials))


def unresolved() -> f.Facts:
    reach = reach_of(UNASKED)
    return replace(UNASKED, container_reach=replace(reach, resolutions=(f.Resolution(host=ALIAS, error="unknown"),)))


def answering(answered: f.Answered) -> f.Facts:
    return replace(healthy(), backend=replace(healthy().backend, answered=answered))


def found(**more: object) -> Finding:
    made = Finding(
        subject="",
        message="",
        measured="",
        expected="",
        remediation=Remediation(text=""),
        code="SD201",
        severity=Severity.ERROR,
    )
    return replace(made, **more)


@pytest.mark.parametrize(
    ("facts", "status", "reason"),
    [
        (healthy(), ServiceStatus.ANSWERS, ""),
        (answering(f.Answered.TIMED_OUT), ServiceStatus.FAILS, "timed-out"),
        (UNASKED, ServiceStatus.NOT_ASKED, "nobody asked"),
        (dialled(f.Outcome.CONNECTED), ServiceStatus.NOT_ASKED, "nobody asked"),
        (dialled(f.Outcome.REFUSED), ServiceStatus.FAILS, "refused"),
        (unresolved(), ServiceStatus.FAILS, f"{ALIAS} does not resolve"),
        (
            replace(UNASKED, container_reach=f.NotMeasured(reason="no probe")),
            ServiceStatus.NOT_ASKED,
            "no probe",
        ),
        (
            configured(healthy(), endpoint("backend", f"{ALIAS}:1", problem="it is none", raw="x")),
            ServiceStatus.FAILS,
            "STIGMER_BACKEND_ENDPOINT holds no usable address: it is none",
        ),
        (
            replace(healthy(), configuration=f.NotMeasured(reason="no container")),
            ServiceStatus.NOT_ASKED,
            "no container",
        ),
    ],
)
def test_what_became_of_the_backend(facts: f.Facts, status: ServiceStatus, reason: str) -> None:
    backend = next(
        service for service in services(facts, profile.load(), (), (), lambda _: False) if service.name == "backend"
    )
    assert (backend.status, backend.reason) == (status, reason)


@pytest.mark.parametrize(
    ("finding", "explains", "explains_unasked"),
    [
        (found(), True, True),
        (found(endpoints=("backend",)), True, True),
        (found(endpoints=("llm",)), False, False),
        (found(severity=Severity.WARNING), False, False),
        (found(suppressed=True), True, False),
        (found(code="SD801"), False, False),
    ],
)
def test_errors_about_it_explain_a_service_that_does_not_answer(
    finding: Finding, *, explains: bool, explains_unasked: bool
) -> None:
    """One that was left out on purpose does not explain why nothing was measured."""

    def explained(facts: f.Facts) -> bool:
        (backend, *_) = services(facts, profile.load(), (finding, finding), (), lambda _: False)
        assert backend.explained_by in ((), (finding.code,))
        return bool(backend.explained_by)

    assert not explained(healthy())
    assert explained(answering(f.Answered.TIMED_OUT)) is explains
    assert explained(UNASKED) is explains_unasked
    assert explained(replace(UNASKED, pre=True)) is (explains_unasked or finding.code == "SD801")


def test_a_service_is_left_out_where_no_selected_rule_is_about_it() -> None:
    made = services(healthy(), profile.load(), (), ("SD401", "SD501"), lambda code: code == "SD501")
    assert {service.name: service.suppressed for service in made} == {"backend": False, "temporal": True, "llm": True}
    whole = services(healthy(), profile.load(), (), ("SD201",), lambda _: False)
    assert not any(service.suppressed for service in whole)
