"""What is advised for addresses that a client does not take, and for those that it takes with a warning."""

from __future__ import annotations

import pytest

from stigmer_doctor.model.changes import SetVariable
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.rules.registry import RULES
from tests.rules.altered import of, variables
from tests.rules.speaking import REJECTED_BY_GRPCIO
from tests.rules.vary import ALIAS, diagnose


@pytest.mark.parametrize("value", REJECTED_BY_GRPCIO)
def test_what_grpcio_rejects_is_replaced_by_what_was_meant(value: str) -> None:
    finding = of(variables(STIGMER_BACKEND_ENDPOINT=value), RULES, "SD304")
    assert finding.remediation.changes == (SetVariable(name="STIGMER_BACKEND_ENDPOINT", value=f"{ALIAS}:7234"),)


def test_a_variable_that_a_library_may_read_is_no_warning() -> None:
    diagnosis = diagnose(variables(STIGMER_RUN_LABEL="blue"), *RULES)
    assert [(finding.code, finding.severity) for finding in diagnosis.findings] == [("SD305", Severity.INFO)]


def test_a_scheme_that_temporalio_drops_is_a_warning_and_breaks_nothing() -> None:
    diagnosis = diagnose(variables(TEMPORAL_SERVICE_ADDRESS=f"http://{ALIAS}:7233"), *RULES)
    assert [(finding.code, finding.severity) for finding in diagnosis.findings] == [("SD302", Severity.WARNING)]
    assert diagnosis.findings[0].remediation.fix is None
