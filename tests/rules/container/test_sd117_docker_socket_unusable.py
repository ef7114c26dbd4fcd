"""SD117: the execution mode needs the Docker socket inside the container, and the runner's user cannot use it."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.container.sd117_docker_socket_unusable import RULE
from tests.healthy import NOT_MEASURED, healthy
from tests.rules.altered import passive, variables
from tests.rules.different import docker_socket
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.vary import with_setting


def without_mode() -> f.Facts:
    facts = docker_socket("sandbox", exists=False)
    return replace(facts, configuration=f.Configuration(endpoints=()))


GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires(
            "no socket",
            docker_socket("sandbox", exists=False),
            Told(
                subject="/var/run/docker.sock",
                measured="user 1000: there is no such file",
                expected="user 1000 can connect to /var/run/docker.sock",
                endpoints=(),
                message='"sandbox" starts containers, and the runner cannot use /var/run/docker.sock',
                advice="Mount the socket when the container is made (-v /var/run/docker.sock:/var/run/docker.sock)",
                evidence=(
                    "container /var/run/docker.sock: user 1000: there is no such file",
                    "inspect STIGMER_EXECUTION_MODE: STIGMER_EXECUTION_MODE=sandbox",
                ),
            ),
        ),
        fires(
            "what stands there is no socket",
            docker_socket("auto", exists=False, error="it is a folder"),
            Told(
                subject="/var/run/docker.sock",
                measured="user 1000: it is a folder",
                expected="user 1000 can connect to /var/run/docker.sock",
                endpoints=(),
                message='the execution mode "auto" starts containers',
                advice="Mount the socket",
            ),
        ),
        fires(
            "a socket of another group",
            docker_socket("auto", exists=True, error="permission denied"),
            Told(
                subject="/var/run/docker.sock",
                measured="user 1000: permission denied",
                expected="user 1000 can connect to /var/run/docker.sock",
                endpoints=(),
                message='the execution mode "auto" starts containers',
                advice="Give the runner's user the group",
                commands=("ls -ln /var/run/docker.sock",),
                evidence=(
                    "container /var/run/docker.sock: user 1000: permission denied",
                    "inspect STIGMER_EXECUTION_MODE: STIGMER_EXECUTION_MODE=auto",
                ),
            ),
        ),
        does_not_fire("a mode that starts no containers", docker_socket("local", exists=False)),
        does_not_fire("a socket that it can use", docker_socket("sandbox", exists=True)),
        does_not_fire("no mode is known", without_mode()),
        does_not_fire("nobody looked inside, and the mode needs nothing", passive(healthy())),
        not_checked("nobody looked inside", passive(with_setting(healthy(), "execution_mode", "sandbox")), "--passive"),
        not_checked(
            "no configuration",
            replace(variables(STIGMER_EXECUTION_MODE="sandbox"), configuration=NOT_MEASURED),
            "the test left it out",
        ),
    ]
}


@every_case(GRID)
def test_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
