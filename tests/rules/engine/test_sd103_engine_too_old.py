"""SD103: the engine is older than the mapping of a host name to the host (host-gateway)."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.engine.sd103_engine_too_old import RULE
from tests.healthy import NOT_MEASURED, healthy
from tests.rules.different import engine_api
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked

GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires(
            "the last version without",
            engine_api("1.40"),
            Told(
                subject="Docker 28.2.2",
                measured="API 1.40",
                expected="API 1.41 or newer (Docker 20.10)",
                endpoints=(),
                message="the engine is too old: a host name cannot be mapped",
                advice="Upgrade the engine to Docker 20.10",
                evidence=("engine ApiVersion: 1.40",),
            ),
        ),
        fires(
            "numbers, not texts, are compared",
            engine_api("1.9"),
            Told(
                subject="Docker 28.2.2",
                measured="API 1.9",
                expected="API 1.41 or newer (Docker 20.10)",
                endpoints=(),
                message="too old",
                advice="Upgrade",
            ),
        ),
        does_not_fire("the first version with it", engine_api("1.41")),
        does_not_fire("a newer one", engine_api("1.50")),
        does_not_fire("another major version", engine_api("2.0")),
        not_checked("no number", engine_api("unknown"), 'the engine gives its API version as "unknown"'),
        not_checked("no engine", replace(healthy(), engine=NOT_MEASURED), "the test left it out"),
    ]
}


@every_case(GRID)
def test_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
