"""SD651: Redis, which the runner needs in cloud mode, is not reached or serves nobody who comes as the runner does."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.services import sd651_redis_unreachable as sd651
from tests.healthy import ALIAS, NOT_MEASURED, healthy
from tests.rules.altered import passive, reach_of, variables
from tests.rules.contracts import cloud
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.vary import configured

NO_NAME = replace(
    cloud(None),
    container_reach=replace(reach_of(cloud(None)), resolutions=(f.Resolution(host=ALIAS, error="unknown"),)),
)


def not_looked_up(facts: f.Facts) -> f.Facts:
    return replace(facts, container_reach=replace(reach_of(facts), resolutions=()))


def unusable(facts: f.Facts) -> f.Facts:
    assert isinstance(facts.configuration, f.Configuration)
    redis = facts.configuration.endpoint("redis")
    assert redis
    return configured(facts, replace(redis, host="", port=0, problem="it is empty"))


REFUSED = Told(
    subject="host.docker.internal:6379",
    measured="198.18.0.1:6379 refused after 0.4 ms",
    expected="host.docker.internal:6379 accepts a TCP connection from inside the container",
    endpoints=("redis",),
    message="Redis refuses connections at host.docker.internal:6379 from inside the container",
    advice="Look at host.docker.internal, whether Redis runs there",
    commands=("lsof -nP -iTCP:6379 -sTCP:LISTEN",),
)
DENIED = Told(
    subject="host.docker.internal:6379",
    measured="PING was answered with DENIED",
    expected="protected mode is off, or a password is set",
    endpoints=("redis",),
    message=("Redis at host.docker.internal:6379 is in protected mode: it serves clients of its own machine only"),
    advice="Give Redis a password (requirepass) and the runner the same one",
)

GRID: dict[Rule, list[Case]] = {
    sd651.RULE: [
        fires("it refuses", cloud(f.Outcome.REFUSED), REFUSED),
        fires("it refuses, and nobody looked its name up", not_looked_up(cloud(f.Outcome.REFUSED)), REFUSED),
        fires(
            "it does not answer",
            cloud(f.Outcome.TIMED_OUT),
            REFUSED._replace(
                measured="198.18.0.1:6379 timed out after 0.0 s",
                message=(
                    "Redis at host.docker.internal:6379 does not answer from inside the container: the "
                    "connection times out"
                ),
                advice="Something on the way drops the packets",
            ),
        ),
        fires(
            "its name does not resolve",
            NO_NAME,
            REFUSED._replace(
                measured="host.docker.internal: unknown",
                expected="host.docker.internal resolves to the address of the machine that runs Redis",
                message="Redis: the name host.docker.internal does not resolve from inside the container",
                advice="Correct the name in REDIS_HOST",
                commands=("nslookup host.docker.internal",),
            ),
        ),
        fires(
            "another protocol is spoken there",
            cloud(answered=f.Answered.WRONG_PROTOCOL, status=""),
            REFUSED._replace(
                measured="wrong-protocol",
                expected="an answer in the Redis protocol",
                message=(
                    "what answers at host.docker.internal:6379 is not Redis: it does not speak the Redis protocol"
                ),
                advice="Put the address of Redis into REDIS_HOST",
                commands=(),
            ),
        ),
        fires(
            "it is in protected mode",
            cloud(status="DENIED"),
            DENIED._replace(evidence=("inspect REDIS_HOST: host.docker.internal:6379",)),
        ),
        fires(
            "it asks for a password, and none is set",
            cloud(status="NOAUTH"),
            DENIED._replace(
                measured="PING was answered with NOAUTH",
                expected="REDIS_PASSWORD is set to its password",
                message="Redis at host.docker.internal:6379 asks for a password, and REDIS_PASSWORD is not set",
                advice="Set REDIS_PASSWORD to the password of Redis (requirepass), and start the runner again.",
                evidence=("inspect REDIS_HOST: host.docker.internal:6379",),
            ),
        ),
        fires(
            "it asks for a password, and it is empty",
            variables(cloud(status="NOAUTH"), REDIS_PASSWORD=""),
            DENIED._replace(
                measured="PING was answered with NOAUTH",
                expected="REDIS_PASSWORD is set to its password",
                message="and REDIS_PASSWORD is not set",
                advice="Set REDIS_PASSWORD",
            ),
        ),
        does_not_fire("it answers", cloud()),
        does_not_fire(
            "it asks for a password, and one is set", variables(cloud(status="NOAUTH"), REDIS_PASSWORD="hidden")
        ),
        does_not_fire("it accepts, and was not asked", replace(cloud(), redis=NOT_MEASURED)),
        does_not_fire("it denies, and there is no container", replace(cloud(status="DENIED"), container=NOT_MEASURED)),
        not_checked("it was not dialled", cloud(None), "host.docker.internal:6379 was not dialled"),
        not_checked(
            "nobody looked its name up",
            replace(cloud(None), container_reach=f.Reach(vantage=f.Vantage.CONTAINER)),
            "nobody asked what host.docker.internal resolves to",
        ),
        not_checked("in local mode", healthy(), "the runner does not use it"),
        not_checked(
            "in local mode, although it was asked",
            replace(healthy(), redis=f.RedisAnswer(answered=f.Answered.YES, status="DENIED")),
            "the runner does not use it",
        ),
        not_checked(
            "its address is none", unusable(cloud(status="DENIED")), "REDIS_HOST holds no usable address: it is empty"
        ),
        not_checked("nothing was dialled", passive(cloud()), "--passive"),
    ]
}


@every_case(GRID)
def test_what_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
