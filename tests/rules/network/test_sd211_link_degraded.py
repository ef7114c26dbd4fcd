"""SD211: a way that is slow, that loses packets or that lets only small ones through."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.network import sd211_link_degraded as sd211
from tests.healthy import ALIAS_ADDRESS, NOT_MEASURED, healthy
from tests.rules.altered import passive
from tests.rules.contracts import cloud
from tests.rules.different import compared, degraded, tried_again
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.vary import without

LATE = degraded("temporal", f.Trouble.LATE, latency_ms=4200.0)
SMALL = degraded("llm", f.Trouble.ONLY_SMALL, latency_ms=999.0)
HANGS = compared("llm", degraded("llm", answered=f.Answered.TIMED_OUT), latency_ms=1000.0)
LOSSY = tried_again("backend", accepted=5)


def trials(*items: f.Trial, facts: f.Facts = LOSSY) -> f.Facts:
    return replace(facts, comparison=f.Comparison(trials=items))


TRIAL = f.Trial(endpoint="backend", address=ALIAS_ADDRESS, port=7234, tried=8, accepted=5, resent=0)
SMALL_ONLY = Told(
    subject="host.docker.internal:11434",
    measured=(
        "from inside the container a question in one small packet was answered after 999 ms, "
        "the same one with 3000 bytes more was not within 3 s, twice"
    ),
    expected="LLM (Ollama) answers at once, whatever the size of the question",
    endpoints=("llm",),
    message=("only small packets get through to LLM (Ollama) at host.docker.internal:11434: large requests hang"),
    advice="Make that network with a smaller MTU",
)
SLOW = Told(
    subject="host.docker.internal:7233",
    measured="from inside the container answered after 4.2 s",
    expected="Temporal answers at once, whatever the size of the question",
    endpoints=("temporal",),
    message=("Temporal at host.docker.internal:7233 answers, and takes longer than 3 s from inside the container"),
    advice="Temporal runs and is slow, or the way to it is",
    severity=Severity.WARNING,
)
EMPTY = Told(
    subject="host.docker.internal:11434",
    measured="from inside the container: timed-out; on this machine answered after 1.0 s",
    expected="LLM (Ollama) answers at once, whatever the size of the question",
    endpoints=("llm",),
    message=(
        "LLM (Ollama) at host.docker.internal:11434 accepts connections from inside the "
        "container, and then nothing comes; on this machine it answers"
    ),
    advice="Something between accepts the connection in its place and hands nothing on",
)
LOSES = Told(
    subject="host.docker.internal:7234",
    measured=(
        "from inside the container 198.18.0.1:7234 accepted 5 of 8 connections, 0 of them only "
        "after the first packet was sent again"
    ),
    expected="Stigmer backend answers at once, whatever the size of the question",
    endpoints=("backend",),
    message="the way to Stigmer backend at host.docker.internal:7234 loses packets",
    advice="Look for what loses packets between the container and it",
)

GRID: dict[Rule, list[Case]] = {
    sd211.RULE: [
        fires(
            "only small packets get through",
            SMALL,
            SMALL_ONLY._replace(
                evidence=(
                    "inspect STIGMER_LLM_BASE_URL: http://host.docker.internal:11434",
                    (
                        "container host.docker.internal:11434: from inside the container a question in one "
                        "small packet was answered after 999 ms, the same one with 3000 bytes more was not "
                        "within 3 s, twice"
                    ),
                )
            ),
        ),
        fires(
            "another time was allowed",
            replace(SMALL, timeout_s=1.5),
            SMALL_ONLY._replace(
                measured=(
                    "from inside the container a question in one small packet was answered after 999 ms, "
                    "the same one with 3000 bytes more was not within 1.5 s, twice"
                )
            ),
        ),
        fires(
            "it answers late",
            LATE,
            SLOW._replace(
                evidence=(
                    "inspect TEMPORAL_SERVICE_ADDRESS: host.docker.internal:7233",
                    "container host.docker.internal:7233: from inside the container answered after 4.2 s",
                )
            ),
        ),
        fires(
            "it answers late, and here at once",
            compared("temporal", LATE, latency_ms=3.0),
            SLOW._replace(
                measured="from inside the container answered after 4.2 s; on this machine after 3 ms",
                advice="Temporal runs, and answers faster on this machine: what lies between",
            ),
        ),
        fires(
            "it answers late, and not here",
            compared("temporal", LATE, answered=f.Answered.TIMED_OUT, latency_ms=3.0),
            SLOW,
        ),
        fires(
            "nothing comes, and here it answers",
            HANGS,
            EMPTY._replace(
                evidence=(
                    "inspect STIGMER_LLM_BASE_URL: http://host.docker.internal:11434",
                    (
                        "container host.docker.internal:11434: from inside the container: timed-out; on this "
                        "machine answered after 1.0 s"
                    ),
                )
            ),
        ),
        fires(
            "it says that it is unavailable, and here it answers",
            compared("llm", degraded("llm", answered=f.Answered.UNAVAILABLE), latency_ms=12.0),
            EMPTY._replace(measured="from inside the container: unavailable; on this machine answered after 12 ms"),
        ),
        fires(
            "some connections are not accepted",
            LOSSY,
            LOSES._replace(
                evidence=(
                    "inspect STIGMER_BACKEND_ENDPOINT: host.docker.internal:7234",
                    (
                        "container host.docker.internal:7234: from inside the container 198.18.0.1:7234 "
                        "accepted 5 of 8 connections, 0 of them only after the first packet was sent again"
                    ),
                )
            ),
        ),
        fires(
            "some are accepted after the first packet was sent again",
            tried_again("backend", accepted=8, resent=1),
            LOSES._replace(
                measured=(
                    "from inside the container 198.18.0.1:7234 accepted 8 of 8 connections, 1 of them only "
                    "after the first packet was sent again"
                )
            ),
        ),
        fires(
            "some are not accepted, and it answers",
            trials(TRIAL, facts=healthy()),
            LOSES._replace(severity=Severity.WARNING),
        ),
        fires(
            "some are not accepted, and it answers late",
            trials(replace(TRIAL, endpoint="temporal", port=7233), facts=LATE),
            LOSES._replace(
                subject="host.docker.internal:7233",
                measured=(
                    "from inside the container 198.18.0.1:7233 accepted 5 of 8 connections, 0 of them only "
                    "after the first packet was sent again"
                ),
                expected="Temporal answers at once, whatever the size of the question",
                endpoints=("temporal",),
                message="the way to Temporal",
                severity=Severity.WARNING,
            ),
        ),
        fires(
            "two addresses lose packets, and one is blocked",
            trials(
                TRIAL,
                replace(TRIAL, address="fd00::1", accepted=0),
                replace(TRIAL, address="fd00::2", accepted=7, resent=2),
            ),
            LOSES._replace(
                measured=(
                    "from inside the container 198.18.0.1:7234 accepted 5 of 8 connections, 0 of them only "
                    "after the first packet was sent again; [fd00::2]:7234 accepted 7 of 8 connections, 2 "
                    "of them only after the first packet was sent again"
                )
            ),
        ),
        fires(
            "Redis answers late",
            replace(
                cloud(),
                redis=f.RedisAnswer(answered=f.Answered.YES, status="PONG", trouble=f.Trouble.LATE, latency_ms=60000.0),
            ),
            SLOW._replace(
                subject="host.docker.internal:6379",
                measured="from inside the container answered after 60.0 s",
                expected="Redis answers at once, whatever the size of the question",
                endpoints=("redis",),
                message="Redis at host.docker.internal:6379 answers, and takes longer",
                advice="Redis runs and is slow",
            ),
        ),
        does_not_fire("all answer", healthy()),
        does_not_fire("it does not answer, and was not asked here", degraded("llm", answered=f.Answered.TIMED_OUT)),
        does_not_fire(
            "it does not answer, and not here either",
            compared("llm", degraded("llm", answered=f.Answered.TIMED_OUT), answered=f.Answered.TIMED_OUT),
        ),
        does_not_fire(
            "another protocol answers, and here it answers",
            compared("llm", degraded("llm", answered=f.Answered.WRONG_PROTOCOL)),
        ),
        does_not_fire("it answers on both sides", compared("llm", healthy())),
        does_not_fire("none of the dials is accepted", tried_again("backend", accepted=0)),
        does_not_fire("all of the dials are accepted", tried_again("backend", accepted=8)),
        does_not_fire("it is not asked, and answers here", replace(HANGS, llm=NOT_MEASURED)),
        does_not_fire("the trials are of an endpoint that is not in use", without(LOSSY, "backend")),
        not_checked("nothing was dialled", passive(LATE), "--passive"),
    ]
}


@every_case(GRID)
def test_what_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
