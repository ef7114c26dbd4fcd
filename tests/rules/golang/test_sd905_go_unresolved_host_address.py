"""SD905: a loopback address of this machine is handed to the container as it is."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.golang.sd905_go_unresolved_host_address import RULE
from tests.healthy import healthy
from tests.rules.golang.trees import NO_TREE, edit, go_of, span, with_go
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.sources import started, written
from tests.rules.vary import one

LOCAL = written("TEMPORAL_SERVICE_ADDRESS=localhost:7233")
BORN, PASSED, HANDED = span("a.go:1:7", "const at = 1"), span("b.go:2:8", "\tf(at)"), span("c.go:3:9", "\targs(at)")


def changed(text: str = LOCAL, **changes: object) -> f.Facts:
    """The one variable that is written, changed."""
    facts = started(text)
    (container,) = go_of(facts).containers
    (variable,) = container.variables
    return with_go(facts, containers=(replace(container, variables=(replace(variable, **changes),)),))


GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires(
            "a literal",
            started(LOCAL),
            Told(
                subject="daemon/daemon.go:14:68",
                measured=(
                    'args := []string{"run", "--name", AgentRunnerContainerName, "-e", '
                    '"TEMPORAL_SERVICE_ADDRESS=localhost:7233"}'
                ),
                expected="the address translated first",
                endpoints=(),
                message=(
                    "on darwin and windows TEMPORAL_SERVICE_ADDRESS gets localhost:7233, which in the container "
                    "is the container itself"
                ),
                advice="Pass the address translated first.",
                evidence=(
                    (
                        'file daemon/daemon.go:14:68: args := []string{"run", "--name", AgentRunnerContainerName, '
                        '"-e", "TEMPORAL_SERVICE_ADDRESS=localhost:7233"}'
                    ),
                ),
                fix=("manual",),
            ),
        ),
        fires(
            "it came through other places",
            changed(address_at=HANDED, way=(BORN, PASSED, HANDED), systems=("darwin",)),
            Told(
                subject="c.go:3:9",
                measured="args(at)",
                expected="the address translated first",
                endpoints=(),
                message="on darwin TEMPORAL_SERVICE_ADDRESS gets localhost:7233",
                advice="translated first.",
                evidence=("file a.go:1:7: const at = 1", "file b.go:2:8: f(at)", "file c.go:3:9: args(at)"),
            ),
        ),
        fires(
            "it is born elsewhere",
            changed(address_at=HANDED, way=(BORN,)),
            Told(
                subject="c.go:3:9",
                measured="args(at)",
                expected="the address translated first",
                endpoints=(),
                message="is the container itself; it is born at a.go:1:7",
                advice="translated first.",
                evidence=("file a.go:1:7: const at = 1", "file c.go:3:9: args(at)"),
            ),
        ),
        fires(
            "it is born, and comes through another place",
            changed(address_at=HANDED, way=(BORN, PASSED)),
            Told(
                subject="c.go:3:9",
                measured="args(at)",
                expected="the address translated first",
                endpoints=(),
                message="; it is born at a.go:1:7 and comes through b.go:2:8",
                advice="translated first.",
                evidence=("file a.go:1:7: const at = 1", "file b.go:2:8: f(at)", "file c.go:3:9: args(at)"),
            ),
        ),
        fires(
            "the tree has a function that translates it",
            changed(resolver="resolve", edits=(edit("c.go:3:9", "resolve(at)", "\targs(at)"),)),
            Told(
                subject="daemon/daemon.go:14:68",
                measured=(
                    'args := []string{"run", "--name", AgentRunnerContainerName, "-e", '
                    '"TEMPORAL_SERVICE_ADDRESS=localhost:7233"}'
                ),
                expected="the address through resolve(), as the other addresses are",
                endpoints=(),
                message="gets localhost:7233",
                advice="Pass the address through resolve(), as the other addresses are.",
                fix=("unsafe", "-\targs(at)", "+\targs(atresolve(at)"),
            ),
        ),
        fires(
            "it was translated in part",
            changed(resolver="resolve", partial=True),
            Told(
                subject="daemon/daemon.go:14:68",
                measured=(
                    'args := []string{"run", "--name", AgentRunnerContainerName, "-e", '
                    '"TEMPORAL_SERVICE_ADDRESS=localhost:7233"}'
                ),
                expected="the address translated whole: resolve() leaves some loopback addresses as they are",
                endpoints=(),
                message="gets localhost:7233",
                advice="Pass the address translated whole: resolve() leaves some loopback addresses",
            ),
        ),
        fires(
            "where the address stands is not known",
            changed(address_at=None),
            Told(
                subject="daemon/daemon.go:14:69",
                measured=(
                    'args := []string{"run", "--name", AgentRunnerContainerName, "-e", '
                    '"TEMPORAL_SERVICE_ADDRESS=localhost:7233"}'
                ),
                expected="the address translated first",
                endpoints=(),
                message="gets localhost:7233",
                advice="translated first.",
                evidence=(
                    (
                        'file daemon/daemon.go:14:68: args := []string{"run", "--name", AgentRunnerContainerName, '
                        '"-e", "TEMPORAL_SERVICE_ADDRESS=localhost:7233"}'
                    ),
                    "file daemon/daemon.go:14:69: ",
                ),
            ),
        ),
        fires(
            "no line is known",
            changed(address_at=replace(HANDED, lines=())),
            Told(
                subject="c.go:3:9",
                measured="localhost:7233",
                expected="the address translated first",
                endpoints=(),
                message="gets localhost:7233",
                advice="translated first.",
            ),
        ),
        fires(
            "a variable that is called nearly as an endpoint's",
            started(written("TEMPORAL_SERVICE_URL=localhost:7233")),
            Told(
                subject="daemon/daemon.go:14:68",
                measured=(
                    'args := []string{"run", "--name", AgentRunnerContainerName, "-e", '
                    '"TEMPORAL_SERVICE_URL=localhost:7233"}'
                ),
                expected="the address translated first",
                endpoints=(),
                message="TEMPORAL_SERVICE_URL gets localhost:7233",
                advice="translated first.",
            ),
        ),
        fires(
            "whether it is one cannot be told",
            changed(address="", untold="it comes from a file"),
            Told(
                subject="daemon/daemon.go:14:69",
                measured=(
                    'args := []string{"run", "--name", AgentRunnerContainerName, "-e", '
                    '"TEMPORAL_SERVICE_ADDRESS=localhost:7233"}'
                ),
                expected="an address that is known, or translated for the container",
                endpoints=(),
                message="cannot tell whether TEMPORAL_SERVICE_ADDRESS gets a loopback address: it comes from a file",
                advice="Pass the address through the function",
                severity=Severity.INFO,
                evidence=(
                    (
                        'file daemon/daemon.go:14:69: args := []string{"run", "--name", AgentRunnerContainerName, '
                        '"-e", "TEMPORAL_SERVICE_ADDRESS=localhost:7233"}'
                    ),
                ),
                fix=("manual",),
            ),
        ),
        fires(
            "nor can it where no line is known",
            changed(address="", untold="it comes from a file", name_at=replace(HANDED, lines=())),
            Told(
                subject="c.go:3:9",
                measured="TEMPORAL_SERVICE_ADDRESS",
                expected="an address that is known, or translated for the container",
                endpoints=(),
                message="cannot tell",
                advice="Pass the address through the function",
                severity=Severity.INFO,
            ),
        ),
        does_not_fire("a name of this machine", started(written("TEMPORAL_SERVICE_ADDRESS=host.docker.internal:7233"))),
        does_not_fire("a variable of no endpoint", changed(name="SERVICE_ADDRESS")),
        does_not_fire(
            "whether one that is called nearly so is one cannot be told",
            changed(name="TEMPORAL_SERVICE_URL", address="", untold="it comes from a file"),
        ),
        not_checked("no tree", healthy(), NO_TREE),
    ]
}


def test_of_other_places_is_spoken_only_where_it_came_through_them() -> None:
    assert one(changed(address_at=HANDED, way=(BORN,)), RULE).message.endswith("it is born at a.go:1:7")


@every_case(GRID)
def test_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
