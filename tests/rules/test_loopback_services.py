"""SD205: where a service that listens on the loopback only is told to listen."""

from __future__ import annotations

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Finding
from stigmer_doctor.model.topology import BeaconOutcome
from stigmer_doctor.rules.network import sd205_service_bound_to_loopback as sd205
from tests.healthy import ALIAS_ADDRESS
from tests.rules.different import measured, own_ways
from tests.rules.vary import failing, one


def told(service: str) -> Finding:
    facts = measured(failing(service, f.Outcome.REFUSED), own_ways(BeaconOutcome.REFUSED, BeaconOutcome.REACHED))
    return one(facts, sd205.RULE)


def test_temporal_is_told_to_listen_on_all_addresses() -> None:
    finding = told("temporal")
    assert "listen on 0.0.0.0, behind a firewall" in finding.remediation.text
    assert finding.expected.startswith("a listener on 0.0.0.0:7233")
    assert ALIAS_ADDRESS not in finding.remediation.text


def test_others_are_told_to_listen_on_the_way_that_leads_here() -> None:
    assert f"listen on {ALIAS_ADDRESS} as well" in told("llm").remediation.text
