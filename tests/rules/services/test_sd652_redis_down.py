"""SD652: Redis does not run on this machine, or accepts connections and does not answer."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.services import sd652_redis_down as sd652
from tests.healthy import healthy
from tests.rules.altered import passive
from tests.rules.contracts import cloud, on_this_machine
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked

DOWN = on_this_machine(cloud(f.Outcome.REFUSED), f.Outcome.REFUSED)

DOWN_TOLD = Told(
    subject="Redis",
    measured="on this machine: 127.0.0.1:6379 refused after 0.4 ms; [::1]:6379 refused after 0.4 ms",
    expected="Redis listens on port 6379",
    endpoints=("redis",),
    message="Redis is not running: nothing serves port 6379 on this machine",
    advice="Start Redis on this machine.",
    commands=("redis-server --port 6379",),
)
HANGS = Told(
    subject="host.docker.internal:6379",
    measured="timed-out",
    expected="Redis answers",
    endpoints=("redis",),
    message="Redis at host.docker.internal:6379 accepts connections and does not answer",
    advice="Look at the service's own log, then restart it",
    commands=("redis-server --port 6379",),
)

GRID: dict[Rule, list[Case]] = {
    sd652.RULE: [
        fires(
            "it is refused on both sides",
            DOWN,
            DOWN_TOLD._replace(
                evidence=(
                    "inspect REDIS_HOST: host.docker.internal:6379",
                    "user-machine 127.0.0.1:6379: refused",
                    "user-machine [::1]:6379: refused",
                )
            ),
        ),
        fires(
            "it does not answer",
            cloud(answered=f.Answered.TIMED_OUT, status=""),
            HANGS._replace(evidence=("inspect REDIS_HOST: host.docker.internal:6379",)),
        ),
        fires(
            "it is loading its data",
            cloud(answered=f.Answered.UNAVAILABLE, status="LOADING"),
            HANGS._replace(measured="unavailable: status LOADING"),
        ),
        does_not_fire("it answers", cloud()),
        does_not_fire(
            "it answers on this machine, so the way is at fault",
            replace(
                cloud(answered=f.Answered.TIMED_OUT),
                comparison=f.Comparison(redis=f.RedisAnswer(answered=f.Answered.YES, status="PONG")),
            ),
        ),
        does_not_fire("it runs on this machine", on_this_machine(cloud(f.Outcome.REFUSED), f.Outcome.CONNECTED)),
        not_checked("in local mode", healthy(), "the runner does not use it"),
        not_checked(
            "it is elsewhere",
            on_this_machine(cloud(f.Outcome.REFUSED, "198.18.9.9"), f.Outcome.REFUSED),
            "198.18.9.9 is not this machine, and what runs there cannot be seen from here",
        ),
        not_checked(
            "this machine was not dialled", cloud(f.Outcome.REFUSED), "this machine's own ports gave no clear answer"
        ),
        not_checked("nothing was dialled", passive(DOWN), "--passive"),
    ]
}


@every_case(GRID)
def test_what_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
