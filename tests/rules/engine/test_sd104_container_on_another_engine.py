"""SD104: the container that was asked for is not on this engine, and it is on another one of this machine."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.engine.sd104_container_on_another_engine import RULE
from tests.healthy import NOT_MEASURED, healthy
from tests.rules.different import OTHER, looked_up, on_another_engine
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked


def on_two_engines() -> f.Facts:
    lookup = looked_up(f.Match.MISSING).lookup
    assert isinstance(lookup, f.Lookup)
    there = (
        f.ContainerOnOtherEngine(endpoint="unix:///run/a.sock", container=OTHER),
        f.ContainerOnOtherEngine(endpoint="unix:///run/b.sock", container=replace(OTHER, name="later", state="exited")),
    )
    return replace(healthy(), lookup=replace(lookup, elsewhere=there))


GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires(
            "it is on one",
            on_another_engine(f.Match.MISSING),
            Told(
                subject="stigmer-agent-runner",
                measured=(
                    "not on unix:///var/run/docker.sock (default); there: runner-2 (cccccccccccc, "
                    "stigmer-agent-runner:local, running)"
                ),
                expected="the engine that the doctor asks is the one that the runner is on",
                endpoints=(),
                message="stigmer-agent-runner is on another engine: unix:///run/other.sock",
                advice="Ask that engine",
                commands=("stigmer-doctor check --host unix:///run/other.sock",),
                evidence=(
                    "engine unix:///run/other.sock: runner-2 (cccccccccccc, stigmer-agent-runner:local, running)",
                ),
            ),
        ),
        fires(
            "it is on two",
            on_two_engines(),
            Told(
                subject="stigmer-agent-runner",
                measured=(
                    "not on unix:///var/run/docker.sock (default); there: runner-2 (cccccccccccc, "
                    "stigmer-agent-runner:local, running)"
                ),
                expected="the engine that the doctor asks is the one that the runner is on",
                endpoints=(),
                message="is on another engine: unix:///run/a.sock, unix:///run/b.sock",
                advice="DOCKER_HOST",
                commands=(
                    "stigmer-doctor check --host unix:///run/a.sock",
                    "stigmer-doctor check --host unix:///run/b.sock",
                ),
                evidence=(
                    "engine unix:///run/a.sock: runner-2 (cccccccccccc, stigmer-agent-runner:local, running)",
                    "engine unix:///run/b.sock: later (cccccccccccc, stigmer-agent-runner:local, exited)",
                ),
            ),
        ),
        does_not_fire("it is here as well", on_another_engine(f.Match.FOUND)),
        does_not_fire("another container of the name was removed", on_another_engine(f.Match.REMOVED)),
        does_not_fire("it is nowhere", looked_up(f.Match.MISSING)),
        not_checked("nobody looked", replace(healthy(), lookup=NOT_MEASURED), "the test left it out"),
    ]
}


@every_case(GRID)
def test_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
