"""SD651: the container does not reach Redis, which the runner needs in cloud mode."""

from __future__ import annotations

from collections.abc import Iterator

from stigmer_doctor.model.facts import Configuration, Container, Endpoint, Engine, NotMeasured, Reach, RedisAnswer
from stigmer_doctor.model.findings import Finding, Remediation, Severity, Skip
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.dialling import View, in_force, refused, timed_out, unresolvable, usable
from stigmer_doctor.rules.endpoints import START_UP
from stigmer_doctor.rules.services.answers import wrong_protocol

_PROTECTED = Remediation(
    text="Give Redis a password (requirepass) and the runner the same one. Switching protected mode off serves "
    "everybody who reaches its port."
)


def check(
    configuration: Configuration,
    container_reach: Reach,
    profile: Profile,
    *,
    container: Container | NotMeasured,
    redis: RedisAnswer | NotMeasured,
    user_reach: Reach | NotMeasured,
    engine: Engine | NotMeasured,
) -> Judgement:
    view = View(configuration, container_reach, user_reach, engine)
    outcomes = [outcome for judge in (unresolvable, refused, timed_out) for outcome in judge("redis", view)]
    if isinstance(redis, RedisAnswer):
        outcomes += wrong_protocol("redis", "the Redis protocol", redis, configuration, container_reach, profile)
        outcomes += _denied(redis, configuration, container, profile)
    yield from _findings(outcomes)


def _denied(
    redis: RedisAnswer, configuration: Configuration, container: Container | NotMeasured, profile: Profile
) -> Judgement:
    """It answers, and serves nobody who comes as the runner does."""
    endpoint = usable("redis", configuration)
    if isinstance(endpoint, Skip) or isinstance(container, NotMeasured):
        return
    if redis.status == "DENIED":
        why = "is in protected mode: it serves clients of its own machine only"
        yield _denial(endpoint, why, redis, "protected mode is off, or a password is set", _PROTECTED)
    if redis.status == "NOAUTH" and (variable := _unset_password(container, profile)):
        expected = f"{variable} is set to its password"
        text = f"Set {variable} to the password of Redis (requirepass), and start the runner again."
        why = f"asks for a password, and {variable} is not set"
        yield _denial(endpoint, why, redis, expected, Remediation(text=text))


def _unset_password(container: Container, profile: Profile) -> str:
    """The variable that would hold the password; "" where it does."""
    name = next((endpoint.password_variable for endpoint in profile.endpoints if endpoint.name == "redis"), "")
    given = container.variable(name)
    return "" if given and given.value else name


def _denial(endpoint: Endpoint, why: str, redis: RedisAnswer, expected: str, remediation: Remediation) -> Finding:
    return Finding(
        subject=endpoint.address,
        message=f"{endpoint.title} at {endpoint.address} {why}",
        measured=f"PING was answered with {redis.status}",
        expected=expected,
        remediation=remediation,
        evidence=(in_force(endpoint),),
        endpoints=(endpoint.name,),
    )


def _findings(outcomes: list[Finding | Skip]) -> Iterator[Finding | Skip]:
    """The findings; where there is none, the reason why something could not be said, once."""
    found = [outcome for outcome in outcomes if isinstance(outcome, Finding)]
    yield from found or outcomes[:1]


RULE = Rule(code="SD651", severity=Severity.ERROR, check=check, causes=("SD114", *START_UP), stops_start=True)
