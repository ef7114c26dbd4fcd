"""SD901: the program that starts the runner asks for host networking on every operating system."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.golang.sd901_go_hardcoded_host_network import RULE
from tests.healthy import NOT_MEASURED, healthy
from tests.rules.altered import altered, on_host_network
from tests.rules.golang.trees import NO_FILE, NO_TREE, go_of, with_go
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.sources import started
from tests.rules.vary import findings
from tests.source.go_idioms import GUARDED, OTHERS, UNGUARDED

APPENDED = UNGUARDED["appended"]
COMPOSE = f.Compose(project="p", service="agent-runner")


def running(facts: f.Facts) -> f.Facts:
    """The code, beside this running container."""
    return replace(facts, go=started(APPENDED).go)


def changed(text: str = APPENDED, **changes: object) -> f.Facts:
    """The one place that asks for it, changed."""
    facts = started(text)
    (network,) = go_of(facts).host_networks
    return with_go(facts, host_networks=(replace(network, **changes),))


def unseen(text: str) -> f.Facts:
    """The lines are not known."""
    facts = started(text)
    (network,) = go_of(facts).host_networks
    return changed(text, span=replace(network.span, lines=()))


GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires(
            "appended on every system",
            started(APPENDED),
            Told(
                subject="daemon/daemon.go:15:22",
                measured='args = append(args, "--network", "host")',
                expected='only where runtime.GOOS is "linux"',
                endpoints=(),
                message=(
                    "the runner is started with host networking on every operating system, and where the engine "
                    "runs in a VM"
                ),
                advice="Ask for it on Linux only.",
                evidence=('file daemon/daemon.go:15:22: args = append(args, "--network", "host")',),
                fix=(
                    "safe",
                    '-\targs = append(args, "--network", "host")',
                    "+\t// Host networking is this machine's own only where the engine runs on it directly.",
                    '+\tif runtime.GOOS == "linux" {',
                    '+\t\targs = append(args, "--network", "host")',
                    "+\t}",
                ),
            ),
        ),
        fires(
            "on every system, in another order",
            changed(systems=("windows", "linux", "darwin")),
            Told(
                subject="daemon/daemon.go:15:22",
                measured='args = append(args, "--network", "host")',
                expected='only where runtime.GOOS is "linux"',
                endpoints=(),
                message="on every operating system",
                advice="Ask for it on Linux only.",
            ),
        ),
        fires(
            "on two systems, and there is no fix",
            changed(systems=("darwin", "windows"), edits=()),
            Told(
                subject="daemon/daemon.go:15:22",
                measured='args = append(args, "--network", "host")',
                expected='only where runtime.GOOS is "linux"',
                endpoints=(),
                message="on darwin and windows, and",
                advice='Append it under `if runtime.GOOS == "linux"`',
                fix=("manual",),
            ),
        ),
        fires(
            "its line is not known",
            unseen(APPENDED),
            Told(
                subject="daemon/daemon.go:15:22",
                measured="--network host",
                expected='only where runtime.GOOS is "linux"',
                endpoints=(),
                message="on every operating system",
                advice="Ask for it",
            ),
        ),
        fires(
            "the running container has it from here",
            running(on_host_network()),
            Told(
                subject="daemon/daemon.go:15:22",
                measured='args = append(args, "--network", "host")',
                expected='only where runtime.GOOS is "linux"',
                endpoints=(),
                message="; the running container stigmer-agent-runner got this from daemon/daemon.go:15:22",
                advice="Ask",
                evidence=(
                    'file daemon/daemon.go:15:22: args = append(args, "--network", "host")',
                    "inspect HostConfig.NetworkMode: host",
                ),
            ),
        ),
        fires(
            "the running container is compose's",
            running(on_host_network(altered(compose=COMPOSE))),
            Told(
                subject="daemon/daemon.go:15:22",
                measured='args = append(args, "--network", "host")',
                expected='only where runtime.GOOS is "linux"',
                endpoints=(),
                message="that is not this machine's network",
                advice="Ask",
                evidence=('file daemon/daemon.go:15:22: args = append(args, "--network", "host")',),
            ),
        ),
        fires(
            "the running container is not on the host's network",
            running(healthy()),
            Told(
                subject="daemon/daemon.go:15:22",
                measured='args = append(args, "--network", "host")',
                expected='only where runtime.GOOS is "linux"',
                endpoints=(),
                message="that is not this machine's network",
                advice="Ask",
                evidence=('file daemon/daemon.go:15:22: args = append(args, "--network", "host")',),
            ),
        ),
        fires(
            "no container runs",
            running(replace(healthy(), container=NOT_MEASURED)),
            Told(
                subject="daemon/daemon.go:15:22",
                measured='args = append(args, "--network", "host")',
                expected='only where runtime.GOOS is "linux"',
                endpoints=(),
                message="that is not this machine's network",
                advice="Ask",
                evidence=('file daemon/daemon.go:15:22: args = append(args, "--network", "host")',),
            ),
        ),
        fires(
            "whether it is asked for cannot be told",
            started(UNGUARDED["under another condition"]),
            Told(
                subject="daemon/daemon.go:16:23",
                measured='args = append(args, "--network", "host")',
                expected='only where runtime.GOOS is "linux"',
                endpoints=(),
                message="cannot tell whether the runner is started with host networking",
                advice="the condition holds on Linux only.",
                severity=Severity.INFO,
                evidence=('file daemon/daemon.go:16:23: args = append(args, "--network", "host")',),
                fix=("manual",),
            ),
        ),
        fires(
            "nor can it where the line is not known",
            unseen(UNGUARDED["under another condition"]),
            Told(
                subject="daemon/daemon.go:16:23",
                measured="--network host",
                expected='only where runtime.GOOS is "linux"',
                endpoints=(),
                message="cannot tell",
                advice="See to it",
                severity=Severity.INFO,
            ),
        ),
        does_not_fire("on Linux only", started(GUARDED["if"])),
        not_checked("for another container", started(OTHERS["another container"]), NO_FILE),
        does_not_fire("another network", started(OTHERS["another network"])),
        not_checked("no tree", healthy(), NO_TREE),
    ]
}


def test_of_the_running_container_is_spoken_only_where_it_has_it_from_here() -> None:
    assert GRID[RULE][0].facts.container == healthy().container
    for case in GRID[RULE][5:8]:
        (finding,) = findings(case.facts, RULE)
        assert finding.message.endswith("that is not this machine's network")


@every_case(GRID)
def test_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
