"""SD651: the container does not reach Redis, which the runner needs in cloud mode."""

from __future__ import annotations

from stigmer_doctor.analysis.links import Link, Links
from stigmer_doctor.model.facts import Container, NotMeasured, Place, RedisAnswer
from stigmer_doctor.model.findings import Finding, Remediation, Severity
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules import linking, wording
from stigmer_doctor.rules.services import answering, dialling, table

_PROTECTED = Remediation(
    text="Give Redis a password (requirepass) and the runner the same one. Switching protected mode off serves "
    "everybody who reaches its port."
)


def check(
    dialled_links: Links, profile: Profile, place: Place, native_linux: bool, *, container: Container | NotMeasured
) -> Judgement:
    def judged(link: Link) -> Judgement:
        outcomes = [
            *dialling.unresolvable(link, place),
            *dialling.refused(link, place, native_linux=native_linux),
            *dialling.timed_out(link, place, native_linux=native_linux),
            *answering.wrong_protocol(link, table.REDIS.speaks, profile),
            *_denied(link, container, profile),
        ]
        # The findings; where there is none, the reason why something could not be said, once.
        yield from [outcome for outcome in outcomes if isinstance(outcome, Finding)] or outcomes[:1]

    return table.judge(dialled_links, table.REDIS, judged)


def _denied(link: Link, container: Container | NotMeasured, profile: Profile) -> Judgement:
    """It answers, and serves nobody who comes as the runner does."""
    if isinstance(container, NotMeasured):
        return
    status = _status(link)
    if status == "DENIED":
        why = "is in protected mode: it serves clients of its own machine only"
        yield _denial(link, why, "protected mode is off, or a password is set", _PROTECTED)
    if status == "NOAUTH" and (variable := _unset_password(container, profile)):
        expected = f"{variable} is set to its password"
        text = f"Set {variable} to the password of Redis (requirepass), and start the runner again."
        why = f"asks for a password, and {variable} is not set"
        yield _denial(link, why, expected, Remediation(text=text))


def _status(link: Link) -> str:
    return link.asked.inside.status if isinstance(link.asked.inside, RedisAnswer) else ""


def _unset_password(container: Container, profile: Profile) -> str:
    """The variable that would hold the password; "" where it does."""
    known = profile.endpoint(table.REDIS.name)
    given = container.variable(known.password_variable) if known else None
    return "" if known is None or (given and given.value) else known.password_variable


def _denial(link: Link, why: str, expected: str, remediation: Remediation) -> Finding:
    endpoint = link.endpoint
    return Finding(
        subject=endpoint.address,
        message=f"{endpoint.title} at {endpoint.address} {why}",
        measured=f"PING was answered with {_status(link)}",
        expected=expected,
        remediation=remediation,
        evidence=(wording.in_force(endpoint),),
        endpoints=(endpoint.name,),
    )


RULE = Rule(code="SD651", severity=Severity.ERROR, check=check, causes=("SD114", *linking.START_UP), stops_start=True)
