"""SD904: the program that starts the runner writes a variable for it that the runner's code never reads."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.golang.sd904_go_variable_not_read import RULE
from tests.healthy import NOT_MEASURED, healthy
from tests.rules.altered import altered, variables
from tests.rules.golang.trees import CUT_OFF, NO_TREE, go_of, in_tree, with_go
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.sources import started, written
from tests.rules.vary import findings
from tests.source.go_idioms import function

URL = written("STIGMER_BACKEND_URL=http://x:7234")
IN_VARIABLE = function(
    'url := "http://x:7234"\n'
    'args := []string{"run", "--name", AgentRunnerContainerName, "-e", "STIGMER_BACKEND_URL=" + url}'
)
FORMATTED = written("x").replace('"x"', 'fmt.Sprintf("STIGMER_BACKEND_URL=%s", "http://x:7234")')
FORMATTED = FORMATTED.replace('"os/exec"', '"fmt"\n\t"os/exec"')
NEW = written("STIGMER_NEW=1")
HAS_IT = variables(STIGMER_NEW="1")
COMPOSE = f.Compose(project="p", service="agent-runner")


def line(pair: str) -> str:
    """The line that writes the variable."""
    return f'args := []string{{"run", "--name", AgentRunnerContainerName, "-e", "{pair}"}}'


def changed(text: str, **changes: object) -> f.Facts:
    """The one variable that is written, changed."""
    facts = in_tree(text)
    (container,) = go_of(facts).containers
    (variable,) = container.variables
    return with_go(facts, containers=(replace(container, variables=(replace(variable, **changes),)),))


def unseen() -> f.Facts:
    (variable,) = go_of(in_tree(NEW)).variables
    return changed(NEW, name_at=replace(variable.name_at, lines=()))


def unwritten() -> f.Facts:
    """Where the variable is written is not known."""
    facts = in_tree(NEW)
    (container,) = go_of(facts).containers
    return with_go(facts, containers=(replace(container, variables=()),))


def cut_off(text: str) -> f.Facts:
    facts = in_tree(text)
    contract = replace(go_of(facts).contract, complete=False, detail="not all was read within 2 s")
    return with_go(facts, contract=contract)


GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires(
            "the backend's address as a URL",
            in_tree(URL),
            Told(
                subject="daemon/daemon.go:14:69",
                measured=(
                    'args := []string{"run", "--name", AgentRunnerContainerName, "-e", '
                    '"STIGMER_BACKEND_URL=http://x:7234"}'
                ),
                expected="STIGMER_BACKEND_ENDPOINT",
                endpoints=(),
                message=(
                    "STIGMER_BACKEND_URL is written for the container, and the runner's code never reads it, "
                    "and STIGMER_BACKEND_ENDPOINT, which it reads, is not written"
                ),
                advice="Write STIGMER_BACKEND_ENDPOINT instead, without the scheme.",
                evidence=(
                    (
                        'file daemon/daemon.go:14:69: args := []string{"run", "--name", AgentRunnerContainerName, '
                        '"-e", "STIGMER_BACKEND_URL=http://x:7234"}'
                    ),
                ),
                fix=(
                    "safe",
                    (
                        '-\targs := []string{"run", "--name", AgentRunnerContainerName, "-e", '
                        '"STIGMER_BACKEND_URL=http://x:7234"}'
                    ),
                    (
                        '+\targs := []string{"run", "--name", AgentRunnerContainerName, "-e", '
                        '"STIGMER_BACKEND_ENDPOINT=x:7234"}'
                    ),
                ),
            ),
        ),
        fires(
            "no code was read",
            started(URL),
            Told(
                subject="daemon/daemon.go:14:69",
                measured=(
                    'args := []string{"run", "--name", AgentRunnerContainerName, "-e", '
                    '"STIGMER_BACKEND_URL=http://x:7234"}'
                ),
                expected="STIGMER_BACKEND_ENDPOINT",
                endpoints=(),
                message="STIGMER_BACKEND_URL is written",
                advice="Write STIGMER_BACKEND_ENDPOINT",
            ),
        ),
        fires(
            "it is used under that name elsewhere, and cannot be renamed",
            changed(URL, renamed=False),
            Told(
                subject="daemon/daemon.go:14:69",
                measured=(
                    'args := []string{"run", "--name", AgentRunnerContainerName, "-e", '
                    '"STIGMER_BACKEND_URL=http://x:7234"}'
                ),
                expected="STIGMER_BACKEND_ENDPOINT",
                endpoints=(),
                message="STIGMER_BACKEND_URL is written",
                advice="Write STIGMER_BACKEND_ENDPOINT instead, without the scheme.",
                fix=("manual",),
            ),
        ),
        fires(
            "the URL stands in a variable of its own",
            in_tree(IN_VARIABLE),
            Told(
                subject="daemon/daemon.go:15:69",
                measured=line("STIGMER_BACKEND_URL=").replace('="}', '=" + url}'),
                expected="STIGMER_BACKEND_ENDPOINT",
                endpoints=(),
                message="STIGMER_BACKEND_URL is written",
                advice="Write STIGMER_BACKEND_ENDPOINT instead, without the scheme.",
                fix=("manual",),
            ),
        ),
        fires(
            "the URL is formatted into it",
            in_tree(FORMATTED),
            Told(
                subject="daemon/daemon.go:15:81",
                measured=line("").replace('""', 'fmt.Sprintf("STIGMER_BACKEND_URL=%s", "http://x:7234")'),
                expected="STIGMER_BACKEND_ENDPOINT",
                endpoints=(),
                message="STIGMER_BACKEND_URL is written",
                advice="Write STIGMER_BACKEND_ENDPOINT instead, without the scheme.",
                fix=("manual",),
            ),
        ),
        fires(
            "the backend's address as host:port",
            in_tree(written("STIGMER_BACKEND_URL=x:7234")),
            Told(
                subject="daemon/daemon.go:14:69",
                measured=line("STIGMER_BACKEND_URL=x:7234"),
                expected="STIGMER_BACKEND_ENDPOINT",
                endpoints=(),
                message="STIGMER_BACKEND_URL is written",
                advice="Write STIGMER_BACKEND_ENDPOINT instead.",
                fix=(
                    "safe",
                    (
                        '-\targs := []string{"run", "--name", AgentRunnerContainerName, "-e", '
                        '"STIGMER_BACKEND_URL=x:7234"}'
                    ),
                    (
                        '+\targs := []string{"run", "--name", AgentRunnerContainerName, "-e", '
                        '"STIGMER_BACKEND_ENDPOINT=x:7234"}'
                    ),
                ),
            ),
        ),
        fires(
            "the LLM's address, which is a URL",
            in_tree(written("STIGMER_LLM_BASE_URL=http://x:1")),
            Told(
                subject="daemon/daemon.go:14:69",
                measured=(
                    'args := []string{"run", "--name", AgentRunnerContainerName, "-e", '
                    '"STIGMER_LLM_BASE_URL=http://x:1"}'
                ),
                expected="OLLAMA_BASE_URL",
                endpoints=(),
                message="STIGMER_LLM_BASE_URL is written",
                advice="Write OLLAMA_BASE_URL instead.",
                fix=(
                    "safe",
                    (
                        '-\targs := []string{"run", "--name", AgentRunnerContainerName, "-e", '
                        '"STIGMER_LLM_BASE_URL=http://x:1"}'
                    ),
                    (
                        '+\targs := []string{"run", "--name", AgentRunnerContainerName, "-e", '
                        '"OLLAMA_BASE_URL=http://x:1"}'
                    ),
                ),
            ),
        ),
        fires(
            "another setting under a wrong name",
            in_tree(written("SANDBOX_ROOT_DRI=http://x/y")),
            Told(
                subject="daemon/daemon.go:14:69",
                measured=(line("SANDBOX_ROOT_DRI=http://x/y")),
                expected="SANDBOX_ROOT_DIR",
                endpoints=(),
                message="SANDBOX_ROOT_DRI is written",
                advice="Write SANDBOX_ROOT_DIR instead.",
                severity=Severity.WARNING,
                fix=(
                    "safe",
                    (
                        '-\targs := []string{"run", "--name", AgentRunnerContainerName, "-e", '
                        '"SANDBOX_ROOT_DRI=http://x/y"}'
                    ),
                    (
                        '+\targs := []string{"run", "--name", AgentRunnerContainerName, "-e", '
                        '"SANDBOX_ROOT_DIR=http://x/y"}'
                    ),
                ),
            ),
        ),
        fires(
            "the daemon's name of the folder",
            in_tree(written("WORKSPACE_ROOT=/workspace")),
            Told(
                subject="daemon/daemon.go:14:69",
                measured=line("WORKSPACE_ROOT=/workspace"),
                expected="SANDBOX_ROOT_DIR",
                endpoints=(),
                message="WORKSPACE_ROOT is written",
                advice="Write SANDBOX_ROOT_DIR instead.",
                severity=Severity.WARNING,
                fix=("manual",),
            ),
        ),
        fires(
            "a name that nothing is near to",
            in_tree(NEW),
            Told(
                subject="daemon/daemon.go:14:69",
                measured=line("STIGMER_NEW=1"),
                expected="a variable that is read, or none",
                endpoints=(),
                message="STIGMER_NEW is written for the container",
                advice="Remove it, or correct its name.",
                severity=Severity.WARNING,
                evidence=(
                    (
                        'file daemon/daemon.go:14:69: args := []string{"run", "--name", AgentRunnerContainerName, '
                        '"-e", "STIGMER_NEW=1"}'
                    ),
                ),
                fix=("manual",),
            ),
        ),
        fires(
            "its line is not known",
            unseen(),
            Told(
                subject="daemon/daemon.go:14:69",
                measured="STIGMER_NEW",
                expected="a variable that is read, or none",
                endpoints=(),
                message="STIGMER_NEW is written",
                advice="Remove it",
                severity=Severity.WARNING,
            ),
        ),
        fires(
            "the running container has it",
            in_tree(NEW, HAS_IT),
            Told(
                subject="daemon/daemon.go:14:69",
                measured=line("STIGMER_NEW=1"),
                expected="a variable that is read, or none",
                endpoints=(),
                message="never reads it; the running container has it from here",
                advice="Remove it",
                severity=Severity.WARNING,
            ),
        ),
        fires(
            "two functions start it, of which one writes the right name",
            in_tree(
                URL + written("STIGMER_BACKEND_ENDPOINT=x:1").partition("func start()")[2].join(("\nfunc other()", ""))
            ),
            Told(
                subject="daemon/daemon.go:14:69",
                measured=(
                    'args := []string{"run", "--name", AgentRunnerContainerName, "-e", '
                    '"STIGMER_BACKEND_URL=http://x:7234"}'
                ),
                expected="STIGMER_BACKEND_ENDPOINT",
                endpoints=(),
                message="STIGMER_BACKEND_URL is written",
                advice="Write STIGMER_BACKEND_ENDPOINT",
            ),
        ),
        does_not_fire("the right name", in_tree(written("STIGMER_BACKEND_ENDPOINT=x:7234"))),
        does_not_fire("a name of a library", in_tree(written("OLLAMA_HOST=x"))),
        does_not_fire("where it is written is not known", unwritten()),
        does_not_fire("the code was not read to its end, and nothing is unread", cut_off(written("MODE=local"))),
        not_checked("the code was not read to its end", cut_off(NEW), f"STIGMER_NEW may be read: {CUT_OFF}"),
        not_checked("no tree", healthy(), NO_TREE),
    ]
}
NOT_FROM_HERE = {
    "the running container does not have it": healthy(),
    "the running container is compose's": altered(HAS_IT, compose=COMPOSE),
    "no container runs": replace(healthy(), container=NOT_MEASURED),
}


@pytest.mark.parametrize("facts", NOT_FROM_HERE.values(), ids=NOT_FROM_HERE)
def test_of_the_running_container_is_spoken_only_where_it_has_it_from_here(facts: f.Facts) -> None:
    (finding,) = findings(in_tree(NEW, facts), RULE)
    assert finding.message.endswith("and the runner's code never reads it")


@every_case(GRID)
def test_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
