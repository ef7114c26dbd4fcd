"""SD101: no Docker engine answers where the docker CLI would look for it."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.engine.sd101_engine_unreachable import RULE
from tests.healthy import NOT_MEASURED, healthy
from tests.rules.different import engine_fault
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked

SOCKET = "unix:///var/run/docker.sock"


def searched(fault: f.EngineFault | None = f.EngineFault.UNREACHABLE, **changes: object) -> f.Facts:
    facts = engine_fault(f.EngineFault.UNREACHABLE)
    return replace(facts, search=replace(facts.search, fault=fault, **changes))


GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires(
            "nothing answers at the address",
            searched(),
            Told(
                subject="unix:///var/run/docker.sock",
                measured="unreachable",
                expected="an engine that answers",
                endpoints=(),
                message="no Docker engine answers at unix:///var/run/docker.sock",
                advice="Start Docker, or correct its address (named by default).",
                commands=("docker version",),
                evidence=("engine default: unix:///var/run/docker.sock",),
            ),
        ),
        fires(
            "what the system said is what was measured",
            searched(detail="Connection refused"),
            Told(
                subject="unix:///var/run/docker.sock",
                measured="Connection refused",
                expected="an engine that answers",
                endpoints=(),
                message="",
                commands=("docker version",),
            ),
        ),
        fires(
            "it stopped answering after it was asked",
            replace(searched(), engine=healthy().engine),
            Told(
                subject="unix:///var/run/docker.sock",
                measured="unreachable",
                expected="an engine that answers",
                endpoints=(),
                message="the Docker engine at unix:///var/run/docker.sock stopped answering",
                advice="Start Docker",
                commands=("docker version",),
            ),
        ),
        fires(
            "other engines answer",
            searched(live_sockets=("unix:///run/a.sock", "unix:///run/b.sock")),
            Told(
                subject="unix:///var/run/docker.sock",
                measured="unreachable",
                expected="an engine that answers",
                endpoints=(),
                message="no Docker engine answers",
                advice="(named by default). Other engines answer on this machine",
                commands=(
                    "stigmer-doctor check --host unix:///run/a.sock",
                    "stigmer-doctor check --host unix:///run/b.sock",
                ),
            ),
        ),
        fires(
            "the context comes before its address",
            searched(context="remote", source="DOCKER_CONTEXT"),
            Told(
                subject="remote",
                measured="unreachable",
                expected="an engine that answers",
                endpoints=(),
                message="no Docker engine answers at remote",
                advice="named by DOCKER_CONTEXT",
                commands=("docker version",),
                evidence=("engine DOCKER_CONTEXT: unix:///var/run/docker.sock",),
            ),
        ),
        fires(
            "there is no such context",
            searched(f.EngineFault.UNKNOWN_CONTEXT, context="gone", endpoint="", source="--context"),
            Told(
                subject="gone",
                measured="unknown-context",
                expected="an engine that answers",
                endpoints=(),
                message="gone: there is no such docker context",
                advice="Use one of the contexts that exist, or correct what names it (named by --context).",
                commands=("docker context ls",),
                evidence=("engine --context: gone",),
            ),
        ),
        fires(
            "what names the engine is wrong, so that there is no address",
            searched(
                f.EngineFault.INVALID_ADDRESS,
                endpoint="",
                source="",
                detail='"ftp://x" (--host) is not an engine address',
            ),
            Told(
                subject="the engine's address",
                measured='"ftp://x" (--host) is not an engine address',
                expected="an engine that answers",
                endpoints=(),
                message='"ftp://x" (--host) is not an engine address',
                advice="Correct it: an address is unix:///path",
                commands=("docker version",),
            ),
        ),
        fires(
            "no address was known",
            searched(endpoint="", source=""),
            Told(
                subject="the default address",
                measured="unreachable",
                expected="an engine that answers",
                endpoints=(),
                message="no Docker engine answers at the default address",
                advice="correct its address (the default address).",
                commands=("docker version",),
            ),
        ),
        fires(
            "no TLS connection",
            searched(f.EngineFault.TLS),
            Told(
                subject="unix:///var/run/docker.sock",
                measured="tls",
                expected="an engine that answers",
                endpoints=(),
                message="the TLS connection to the Docker engine",
                advice="ca.pem",
                commands=("docker version",),
            ),
        ),
        fires(
            "an address of no engine",
            searched(f.EngineFault.INVALID_ADDRESS),
            Told(
                subject="unix:///var/run/docker.sock",
                measured="invalid-address",
                expected="an engine that answers",
                endpoints=(),
                message="unix:///var/run/docker.sock is not an address of a Docker engine",
                advice="npipe:////./pipe/name",
                commands=("docker version",),
            ),
        ),
        fires(
            "it does not answer in time",
            searched(f.EngineFault.TIMED_OUT),
            Told(
                subject="unix:///var/run/docker.sock",
                measured="timed-out",
                expected="an engine that answers",
                endpoints=(),
                message="does not answer in time",
                advice="The engine hangs",
                commands=("docker version",),
            ),
        ),
        does_not_fire("this user may not talk to it: SD102", searched(f.EngineFault.PERMISSION_DENIED)),
        does_not_fire("it answers", healthy()),
        does_not_fire("it was not asked for anything", replace(healthy(), engine=NOT_MEASURED)),
        not_checked("no engine was asked", searched(None, endpoint=""), "no engine was asked"),
    ]
}


@every_case(GRID)
def test_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
