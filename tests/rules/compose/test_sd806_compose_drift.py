"""SD806: the running container is not what its compose file says."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.compose.sd806_compose_drift import RULE
from tests.healthy import NOT_MEASURED, healthy
from tests.rules.altered import altered, on_host_network, variables
from tests.rules.compose.files import NO_FILE, with_service
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.sources import beside, running

SAME = running()
CLOUD = SAME.replace("\n      MODE: 'local'", "\n      MODE: 'cloud'")


def own(text: str, facts: f.Facts | None = None) -> f.Facts:
    """The file is the container's own."""
    return beside(text, "agent-runner", facts)


GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires(
            "another value",
            own(CLOUD),
            Told(
                subject="MODE",
                measured="local in stigmer-agent-runner",
                expected="cloud (docker-compose.yml:5:7)",
                endpoints=(),
                message="MODE of the running container is not what the compose file says",
                advice="Let compose recreate the container, or write into the file what is meant",
                severity=Severity.WARNING,
                evidence=("file docker-compose.yml:5:7: cloud", "inspect MODE: local"),
            ),
        ),
        fires(
            "a variable that the container does not have",
            own(SAME, variables(MODE=None)),
            Told(
                subject="MODE",
                measured="unset in stigmer-agent-runner",
                expected="local (docker-compose.yml:5:7)",
                endpoints=(),
                message="MODE of the running container",
                advice="Let compose recreate",
                severity=Severity.WARNING,
                evidence=("file docker-compose.yml:5:7: local", "inspect MODE: "),
            ),
        ),
        fires(
            "the container's is empty",
            own(SAME, variables(MODE="")),
            Told(
                subject="MODE",
                measured="set and empty in stigmer-agent-runner",
                expected="local (docker-compose.yml:5:7)",
                endpoints=(),
                message="MODE of the running container",
                advice="Let compose recreate",
                severity=Severity.WARNING,
                evidence=("file docker-compose.yml:5:7: local", "inspect MODE: "),
            ),
        ),
        fires(
            "the file's is empty",
            own(SAME.replace("\n      MODE: 'local'", "\n      MODE: ''")),
            Told(
                subject="MODE",
                measured="local in stigmer-agent-runner",
                expected="set and empty (docker-compose.yml:5:7)",
                endpoints=(),
                message="MODE of the running container",
                advice="Let compose recreate",
                severity=Severity.WARNING,
                evidence=("file docker-compose.yml:5:7: ", "inspect MODE: local"),
            ),
        ),
        fires(
            "the file puts it on the host's network",
            own(SAME + "    network_mode: host\n"),
            Told(
                subject="network_mode",
                measured="bridge in stigmer-agent-runner",
                expected="host (docker-compose.yml:18:19)",
                endpoints=(),
                message="network_mode of the running container",
                advice="Let compose",
                severity=Severity.WARNING,
                evidence=("file docker-compose.yml:18:19: host", "inspect network_mode: bridge"),
            ),
        ),
        fires(
            "the container is on the host's network",
            own(SAME, on_host_network()),
            Told(
                subject="network_mode",
                measured="host in stigmer-agent-runner",
                expected="bridge (docker-compose.yml:2:3)",
                endpoints=(),
                message="network_mode of the running container",
                advice="Let compose",
                severity=Severity.WARNING,
                evidence=("file docker-compose.yml:2:3: bridge", "inspect network_mode: host"),
            ),
        ),
        fires(
            "another restart policy",
            own(SAME + "    restart: on-failure:3\n"),
            Told(
                subject="restart",
                measured="unless-stopped in stigmer-agent-runner",
                expected="on-failure:3 (docker-compose.yml:2:3)",
                endpoints=(),
                message="restart of the running container",
                advice="Let compose",
                severity=Severity.WARNING,
                evidence=("file docker-compose.yml:2:3: on-failure:3", "inspect restart: unless-stopped"),
            ),
        ),
        fires(
            "the container has none",
            own(SAME + "    restart: always\n", altered(restart_policy="")),
            Told(
                subject="restart",
                measured="unset in stigmer-agent-runner",
                expected="always (docker-compose.yml:2:3)",
                endpoints=(),
                message="restart of the running container",
                advice="Let compose",
                severity=Severity.WARNING,
                evidence=("file docker-compose.yml:2:3: always", "inspect restart: "),
            ),
        ),
        fires(
            "two",
            own(CLOUD + "    restart: always\n"),
            Told(
                subject="MODE",
                measured="local in stigmer-agent-runner",
                expected="cloud (docker-compose.yml:5:7)",
                endpoints=(),
                message="MODE of",
                advice="Let compose",
                severity=Severity.WARNING,
            ),
            Told(
                subject="restart",
                measured="unless-stopped in stigmer-agent-runner",
                expected="always (docker-compose.yml:2:3)",
                endpoints=(),
                message="restart of",
                advice="Let compose",
                severity=Severity.WARNING,
            ),
        ),
        fires(
            "another value behind one that the file does not decide",
            own(CLOUD.replace("\n      MODE", "\n      LOG_LEVEL: '${L:-DEBUG}'\n      MODE")),
            Told(
                subject="MODE",
                measured="local in stigmer-agent-runner",
                expected="cloud (docker-compose.yml:6:7)",
                endpoints=(),
                message="MODE of",
                advice="Let compose",
                severity=Severity.WARNING,
            ),
        ),
        does_not_fire("the same", own(SAME)),
        does_not_fire("the same restart policy, and how often", own(SAME + "    restart: unless-stopped:5\n")),
        does_not_fire("both on the host's network", own(SAME + "    network_mode: host\n", on_host_network())),
        does_not_fire("other networks of compose", own(SAME + "    networks: [inner]\nnetworks: {inner: {}}\n")),
        does_not_fire("a value that the file does not decide", own(CLOUD.replace("'cloud'", "'${M:-cloud}'"))),
        does_not_fire("a value that is passed through", own(SAME.replace("MODE: 'local'", "MODE:"))),
        does_not_fire("the container has more", own(SAME, variables(STIGMER_MORE="1"))),
        not_checked(
            "the container is another's",
            beside(CLOUD),
            "no compose file that was looked at is the container's own",
        ),
        not_checked(
            "its service is not in the file",
            with_service(own(CLOUD), name="other"),
            "the service agent-runner could not be read from docker-compose.yml",
        ),
        not_checked("no container", replace(own(CLOUD), container=NOT_MEASURED), "the test left it out"),
        not_checked("no compose file", healthy(), NO_FILE),
    ]
}


@every_case(GRID)
def test_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
