"""SD303: nothing sets an address, and the default of the image does not answer."""

from __future__ import annotations

from functools import partial

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.settings.sd303_endpoint_defaulted import RULE
from tests.healthy import NOT_MEASURED, endpoint, healthy
from tests.rules.altered import (
    altered,
    assumed,
    on_host_network,
    open_at,
    passive,
    reaching,
    refused,
    shared_host,
    unshared_host,
    variables,
)
from tests.rules.contracts import cloud
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.vary import ALIAS, configured

unset = partial(variables, STIGMER_BACKEND_ENDPOINT=None)
OPEN = open_at(ALIAS, 7233, 11434)
CLOSED = refused("localhost", 50051)


def logged() -> f.Facts:
    """A default that only the log tells."""
    address = endpoint("backend", "localhost:50051", origin=f.Origin.LOGGED)
    return reaching(configured(healthy(), address), *OPEN, *CLOSED)


def in_file() -> f.Facts:
    """Set by a file of variables that the runner loads."""
    address = endpoint("backend", "localhost:50051", origin=f.Origin.DEFAULT)
    return reaching(configured(healthy(), replace(address, locator=".env:3")), *OPEN, *CLOSED)


GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires(
            "what a file says refuses",
            in_file(),
            Told(
                subject="STIGMER_BACKEND_ENDPOINT",
                measured="STIGMER_BACKEND_ENDPOINT unset, .env:3 says localhost:50051; "
                "127.0.0.1:50051 refused after 0.4 ms",
                expected="host.docker.internal:7234",
                endpoints=("backend",),
                message="^the container does not set STIGMER_BACKEND_ENDPOINT, and .env:3 does: localhost:50051 is in ",
                advice="Set STIGMER_BACKEND_ENDPOINT to where Stigmer backend listens.",
                changes=("+ STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234",),
            ),
        ),
        fires(
            "the default refuses",
            reaching(unset(), *OPEN, *CLOSED),
            Told(
                subject="STIGMER_BACKEND_ENDPOINT",
                measured=(
                    "STIGMER_BACKEND_ENDPOINT unset, the image's default is localhost:50051 "
                    "(worker/config.py:20); 127.0.0.1:50051 refused after 0.4 ms"
                ),
                expected="host.docker.internal:7234",
                endpoints=("backend",),
                message="nothing sets STIGMER_BACKEND_ENDPOINT: the image's default localhost:50051 is in force",
                advice="Set STIGMER_BACKEND_ENDPOINT to where Stigmer backend listens.",
                changes=("+ STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234",),
                evidence=("code STIGMER_BACKEND_ENDPOINT (default, worker/config.py:20): localhost:50051",),
            ),
        ),
        fires(
            "the default's name does not resolve, nor does this machine's",
            reaching(unset(), *open_at("198.18.0.1", 7233, 11434), lost=("localhost", ALIAS)),
            Told(
                subject="STIGMER_BACKEND_ENDPOINT",
                measured=(
                    "STIGMER_BACKEND_ENDPOINT unset, the image's default is localhost:50051 "
                    "(worker/config.py:20); localhost does not resolve"
                ),
                expected="host.docker.internal:7234",
                endpoints=("backend",),
                message="the image's default localhost:50051",
                advice="Set STIGMER_BACKEND_ENDPOINT to where",
                changes=(
                    "+ STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234",
                    "+ add-host host.docker.internal:host-gateway",
                ),
            ),
        ),
        fires(
            "and the container has no network of its own to map a name in",
            reaching(
                altered(unset(), network_mode=f"container:{'e' * 64}", networks=()),
                *CLOSED,
                lost=(ALIAS,),
            ),
            Told(
                subject="STIGMER_BACKEND_ENDPOINT",
                measured=(
                    "STIGMER_BACKEND_ENDPOINT unset, the image's default is localhost:50051 "
                    "(worker/config.py:20); 127.0.0.1:50051 refused after 0.4 ms"
                ),
                expected="host.docker.internal:7234",
                endpoints=("backend",),
                message="the image's default localhost:50051",
                advice="Set STIGMER_BACKEND_ENDPOINT to where",
                changes=("+ STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234",),
            ),
        ),
        fires(
            "the default is assumed",
            reaching(assumed(unset()), *OPEN, *CLOSED),
            Told(
                subject="STIGMER_BACKEND_ENDPOINT",
                measured=(
                    "STIGMER_BACKEND_ENDPOINT unset, the default is assumed to be localhost:50051; "
                    "127.0.0.1:50051 refused after 0.4 ms"
                ),
                expected="host.docker.internal:7234",
                endpoints=("backend",),
                message="the default, assumed to be localhost:50051 is in force",
                advice="Set STIGMER_BACKEND_ENDPOINT",
                severity=Severity.WARNING,
                changes=("+ STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234",),
            ),
        ),
        fires(
            "the log tells the default",
            logged(),
            Told(
                subject="STIGMER_BACKEND_ENDPOINT",
                measured=(
                    "STIGMER_BACKEND_ENDPOINT unset, localhost:50051 is in force, as the runner's log says; "
                    "127.0.0.1:50051 refused after 0.4 ms"
                ),
                expected="host.docker.internal:7234",
                endpoints=("backend",),
                message="the image's default localhost:50051",
                advice="Set STIGMER_BACKEND_ENDPOINT",
                changes=("+ STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234",),
                evidence=("logs STIGMER_BACKEND_ENDPOINT: localhost:50051",),
            ),
        ),
        fires(
            "the LLM's default refuses",
            reaching(variables(STIGMER_LLM_BASE_URL=None), *open_at(ALIAS, 7234, 7233), *refused("localhost", 11434)),
            Told(
                subject="STIGMER_LLM_BASE_URL",
                measured=(
                    "STIGMER_LLM_BASE_URL unset, the image's default is http://localhost:11434 "
                    "(worker/config.py:50); 127.0.0.1:11434 refused after 0.4 ms"
                ),
                expected="host.docker.internal:11434",
                endpoints=("llm",),
                message="the image's default http://localhost:11434 is in force",
                advice="Set STIGMER_LLM_BASE_URL",
                changes=("+ STIGMER_LLM_BASE_URL=http://host.docker.internal:11434",),
            ),
        ),
        fires(
            "Redis's default refuses: its port is another variable's",
            reaching(variables(cloud(None), REDIS_HOST=None), *open_at(ALIAS, 7234, 7233), *refused("localhost", 6379)),
            Told(
                subject="REDIS_HOST",
                measured="REDIS_HOST unset, the image's default is localhost:6379; 127.0.0.1:6379 refused after 0.4 ms",
                expected="host.docker.internal:6379",
                endpoints=("redis",),
                message="nothing sets REDIS_HOST: the image's default localhost:6379 is in force",
                advice="Set REDIS_HOST to where Redis",
                changes=("+ REDIS_HOST=host.docker.internal",),
            ),
        ),
        fires(
            "on the host's network another port than the usual one",
            shared_host(unset()),
            Told(
                subject="STIGMER_BACKEND_ENDPOINT",
                measured=(
                    "STIGMER_BACKEND_ENDPOINT unset, the image's default is localhost:50051 "
                    "(worker/config.py:20); 127.0.0.1:50051 refused after 0.4 ms"
                ),
                expected="localhost:7234",
                endpoints=("backend",),
                message="the image's default localhost:50051",
                advice="Set STIGMER_BACKEND_ENDPOINT",
                changes=("+ STIGMER_BACKEND_ENDPOINT=localhost:7234",),
            ),
        ),
        fires(
            "on the host's network of a VM another port than the usual one",
            unshared_host(unset()),
            Told(
                subject="STIGMER_BACKEND_ENDPOINT",
                measured=(
                    "STIGMER_BACKEND_ENDPOINT unset, the image's default is localhost:50051 "
                    "(worker/config.py:20); 127.0.0.1:50051 refused after 0.4 ms"
                ),
                expected="host.docker.internal:7234",
                endpoints=("backend",),
                message="the image's default localhost:50051",
                advice="Set STIGMER_BACKEND_ENDPOINT",
                changes=("+ STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234",),
            ),
        ),
        does_not_fire("it is set, and refuses", reaching(healthy(), *OPEN, *refused(ALIAS, 7234))),
        does_not_fire("the default accepts", reaching(unset(), *OPEN, *open_at("localhost", 50051))),
        does_not_fire(
            "on the host's network the default is what is meant",
            unshared_host(variables(TEMPORAL_SERVICE_ADDRESS=None)),
        ),
        does_not_fire(
            "a default that cannot be dialled: SD304",
            reaching(
                configured(healthy(), endpoint("backend", "x:1", origin=f.Origin.DEFAULT, problem="it names no port")),
                *OPEN,
                *refused("x", 1),
            ),
        ),
        not_checked("nothing was dialled", passive(unset()), "--passive"),
        not_checked(
            "it was not dialled", reaching(unset(), *OPEN, names=("localhost",)), "localhost:50051 was not dialled"
        ),
        not_checked(
            "on the host's network, a default of another machine was not dialled",
            on_host_network(configured(healthy(), endpoint("backend", "198.18.0.9:7234", origin=f.Origin.DEFAULT))),
            "198.18.0.9:7234 was not dialled",
        ),
        not_checked("no configuration", replace(healthy(), configuration=NOT_MEASURED), "the test left it out"),
    ]
}


@every_case(GRID)
def test_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
