"""SD111: there is no agent-runner container of that name or id to look at."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from stigmer_doctor import profile
from stigmer_doctor.judge import judge
from stigmer_doctor.model import facts as f
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.container.sd111_runner_container_missing import RULE
from tests.healthy import NOT_MEASURED, healthy
from tests.rules.different import OTHER
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.pods import pod


def found(match: f.Match, asked: str = "mine", **changes: object) -> f.Facts:
    """Nothing looks like the runner, unless it is changed."""
    return replace(healthy(), lookup=replace(f.Lookup(asked=asked, match=match), **changes))


def alike(*names: str) -> tuple[f.ContainerSummary, ...]:
    """Containers of these names, with ids that begin with different digits."""
    return tuple(replace(OTHER, id=f"{number}" * 64, name=name) for number, name in enumerate(names, 1))


GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires(
            "nothing of that name",
            found(f.Match.MISSING),
            Told(
                subject="mine",
                measured="not in the engine's list",
                expected="one agent-runner container of that name or id",
                endpoints=(),
                message="there is no container mine",
                advice="The command lists all containers.",
                commands=("docker ps --all",),
            ),
        ),
        fires(
            "the daemon's own is not there",
            found(f.Match.MISSING, "stigmer-agent-runner"),
            Told(
                subject="stigmer-agent-runner",
                measured="not in the engine's list",
                expected="one agent-runner container of that name or id",
                endpoints=(),
                message="there is no container stigmer-agent-runner",
                advice="The Stigmer daemon starts the runner",
                commands=("stigmer server start",),
            ),
        ),
        fires(
            "the engine's words are what was measured",
            found(f.Match.MISSING, detail="no such container"),
            Told(
                subject="mine",
                measured="no such container",
                expected="one agent-runner container of that name or id",
                endpoints=(),
                message="there is no container mine",
                advice="lists all",
                commands=("docker ps --all",),
            ),
        ),
        fires(
            "runners of other names, and names that are alike",
            found(f.Match.MISSING, runners=alike("runner-1", "mine"), candidates=alike("runner-1", "min")),
            Told(
                subject="mine",
                measured="not in the engine's list",
                expected="one agent-runner container of that name or id",
                endpoints=(),
                message="there is no container mine",
                advice="These containers look like the runner",
                commands=("stigmer-doctor check --container runner-1", "stigmer-doctor check --container min"),
                evidence=(
                    "engine 111111111111: runner-1 (111111111111, stigmer-agent-runner:local, running)",
                    "engine 222222222222: mine (222222222222, stigmer-agent-runner:local, running)",
                ),
            ),
        ),
        fires(
            "names that are alike only",
            found(f.Match.MISSING, candidates=alike("mime")),
            Told(
                subject="mine",
                measured="not in the engine's list",
                expected="one agent-runner container of that name or id",
                endpoints=(),
                message="there is no container mine",
                advice="name the one that is meant",
                commands=("stigmer-doctor check --container mime",),
                evidence=("engine 111111111111: mime (111111111111, stigmer-agent-runner:local, running)",),
            ),
        ),
        fires(
            "runners only, more than are shown",
            found(f.Match.MISSING, runners=alike("a", "b", "c", "d", "e", "g")),
            Told(
                subject="mine",
                measured="not in the engine's list",
                expected="one agent-runner container of that name or id",
                endpoints=(),
                message="there is no container mine",
                advice="These containers look like the runner",
                commands=(
                    "stigmer-doctor check --container a",
                    "stigmer-doctor check --container b",
                    "stigmer-doctor check --container c",
                    "stigmer-doctor check --container d",
                    "stigmer-doctor check --container e",
                ),
                evidence=(
                    "engine 111111111111: a (111111111111, stigmer-agent-runner:local, running)",
                    "engine 222222222222: b (222222222222, stigmer-agent-runner:local, running)",
                    "engine 333333333333: c (333333333333, stigmer-agent-runner:local, running)",
                    "engine 444444444444: d (444444444444, stigmer-agent-runner:local, running)",
                    "engine 555555555555: e (555555555555, stigmer-agent-runner:local, running)",
                ),
            ),
        ),
        fires(
            "the beginning of several ids",
            found(f.Match.AMBIGUOUS, "0", candidates=alike("a", "b", "c", "d", "e", "g"), runners=alike("a")),
            Told(
                subject="0",
                measured="111111111111, 222222222222, 333333333333, 444444444444, 555555555555 and 666666666666 match",
                expected="one agent-runner container of that name or id",
                endpoints=(),
                message="0 is the beginning of 6 container ids",
                advice="Give more of the id, or the name.",
                commands=(
                    "stigmer-doctor check --container 111111111111",
                    "stigmer-doctor check --container 222222222222",
                    "stigmer-doctor check --container 333333333333",
                    "stigmer-doctor check --container 444444444444",
                    "stigmer-doctor check --container 555555555555",
                ),
                evidence=(
                    "engine 111111111111: a (111111111111, stigmer-agent-runner:local, running)",
                    "engine 222222222222: b (222222222222, stigmer-agent-runner:local, running)",
                    "engine 333333333333: c (333333333333, stigmer-agent-runner:local, running)",
                    "engine 444444444444: d (444444444444, stigmer-agent-runner:local, running)",
                    "engine 555555555555: e (555555555555, stigmer-agent-runner:local, running)",
                ),
            ),
        ),
        fires(
            "it is another program's",
            found(f.Match.NOT_A_RUNNER, candidates=alike("mine"), runners=alike("mine", "runner-1")),
            Told(
                subject="mine",
                measured="mine (111111111111, stigmer-agent-runner:local, running)",
                expected="one agent-runner container of that name or id",
                endpoints=(),
                message="the container mine is not an agent-runner",
                advice="Name the runner's container.",
                commands=("stigmer-doctor check --container runner-1",),
                evidence=(
                    "engine 111111111111: mine (111111111111, stigmer-agent-runner:local, running)",
                    "engine 222222222222: runner-1 (222222222222, stigmer-agent-runner:local, running)",
                ),
            ),
        ),
        fires(
            "it is another program's, asked for by its id, and there is no runner",
            found(f.Match.NOT_A_RUNNER, "1111", candidates=alike("web")),
            Told(
                subject="1111",
                measured="web (111111111111, stigmer-agent-runner:local, running)",
                expected="one agent-runner container of that name or id",
                endpoints=(),
                message="the container 1111 is not an agent-runner",
                advice="Name the runner's container.",
                commands=("docker ps --all",),
            ),
        ),
        fires(
            "it is another program's, and nothing else is known",
            found(f.Match.NOT_A_RUNNER),
            Told(
                subject="mine",
                measured="no trace of the runner in it",
                expected="one agent-runner container of that name or id",
                endpoints=(),
                message="the container mine is not an agent-runner",
                advice="Name the runner's container.",
                commands=("docker ps --all",),
            ),
        ),
        fires(
            "it was removed meanwhile",
            found(f.Match.REMOVED),
            Told(
                subject="mine",
                measured="the engine says that there is no such container any more",
                expected="one agent-runner container of that name or id",
                endpoints=(),
                message="was removed while it was looked at",
                advice="The daemon replaces a runner that it misses",
                commands=("stigmer-doctor check --container mine",),
            ),
        ),
        does_not_fire("it is there", healthy()),
        does_not_fire("it is there among others", found(f.Match.FOUND, candidates=alike("mine"))),
        not_checked("nobody looked", replace(healthy(), lookup=NOT_MEASURED), "the test left it out"),
    ]
}


@every_case(GRID)
def test_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)


def test_what_starts_the_runner_is_what_starts_the_backend_in_whatever_order_the_profile_has_them() -> None:
    known = profile.load()
    backwards = replace(known, endpoints=known.endpoints[::-1])
    (finding,) = judge(found(f.Match.MISSING, known.container_name), [RULE], backwards).findings
    assert finding.remediation.commands == ("stigmer server start",)
    nothing = replace(known, endpoints=tuple(replace(endpoint, start="") for endpoint in known.endpoints))
    (finding,) = judge(found(f.Match.MISSING, known.container_name), [RULE], nothing).findings
    assert finding.remediation.commands == ()


@pytest.mark.parametrize(("names", "near"), [(("agent-runner-1",), ": did you mean agent-runner-1?"), ((), "")])
def test_a_pod_that_is_missing_may_be_called_otherwise(names: tuple[str, ...], near: str) -> None:
    lookup = f.Lookup(asked="agent-runer", match=f.Match.MISSING, candidates=alike(*names))
    facts = replace(pod.in_pod(), container=NOT_MEASURED, lookup=lookup)
    (finding,) = judge(facts, [RULE], profile.load()).findings
    assert re.fullmatch(rf"there is no pod agent-runer in the namespace \w+{re.escape(near)}", finding.message)
