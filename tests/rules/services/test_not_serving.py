"""SD405, SD507, SD604: a service that accepts connections and does not answer."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.services import sd405_backend_not_serving as sd405
from stigmer_doctor.rules.services import sd507_temporal_down as sd507
from stigmer_doctor.rules.services import sd604_llm_down as sd604
from tests.healthy import ALIAS, NOT_MEASURED, PORTS
from tests.rules.different import backend, compared, degraded
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.services.shared import TITLES, VARIABLES, in_variable, no_endpoint
from tests.rules.vary import failing, served_here

STARTS = {
    "backend": "stigmer server start",
    "temporal": "temporal server start-dev --port 7233",
    "llm": "ollama serve",
}


def told(name: str) -> Told:
    port = PORTS[name]
    return Told(
        subject=f"{ALIAS}:{port}",
        measured=f"timed-out; answers on this machine at 127.0.0.1:{port}",
        expected=f"{TITLES[name]} answers",
        endpoints=(name,),
        message=f"{TITLES[name]} at {ALIAS}:{port} accepts connections and does not answer",
        advice="Look at the service's own log, then restart it. Where nothing answers on this machine",
        commands=(STARTS[name],),
        evidence=(f"inspect {VARIABLES[name]}: {in_variable(name, f'{ALIAS}:{port}')}",),
    )


def asked(name: str, answered: f.Answered, detail: str = "") -> f.Facts:
    plain = {"status": 0} if name == "llm" else {"status": ""}
    return degraded(name, answered=answered, detail=detail, **plain)


def cases(name: str) -> list[Case]:
    port = PORTS[name]
    hangs = asked(name, f.Answered.TIMED_OUT)
    return [
        fires("it does not answer", hangs, told(name)),
        fires(
            "it says that it is unavailable",
            asked(name, f.Answered.UNAVAILABLE, "connection reset"),
            told(name)._replace(measured=f"unavailable: connection reset; answers on this machine at 127.0.0.1:{port}"),
        ),
        fires(
            "nothing listens on this machine",
            served_here(hangs, port, f.Outcome.REFUSED),
            told(name)._replace(measured=f"timed-out; does not answer on this machine on port {port}"),
        ),
        fires(
            "this machine was not dialled",
            replace(hangs, user_reach=NOT_MEASURED),
            told(name)._replace(measured="timed-out"),
        ),
        fires(
            "it was asked on this machine, and does not answer there either",
            compared(name, hangs, answered=f.Answered.TIMED_OUT),
            told(name),
        ),
        fires(
            "another service was asked on this machine",
            compared("temporal" if name != "temporal" else "llm", hangs),
            told(name),
        ),
        does_not_fire("it answers on this machine, so the way is at fault", compared(name, hangs)),
        does_not_fire("it answers", asked(name, f.Answered.YES)),
        does_not_fire("it speaks another protocol", asked(name, f.Answered.WRONG_PROTOCOL)),
        *no_endpoint(name, hangs),
    ]


RULES = {"backend": sd405.RULE, "temporal": sd507.RULE, "llm": sd604.RULE}


GRID: dict[Rule, list[Case]] = {
    **{rule: cases(name) for name, rule in RULES.items()},
    sd405.RULE: [
        *cases("backend"),
        fires(
            "its health service says that it does not serve",
            backend(f.Answered.UNAVAILABLE, status="NOT_SERVING"),
            told("backend")._replace(
                measured="unavailable: status NOT_SERVING; answers on this machine at 127.0.0.1:7234"
            ),
        ),
        does_not_fire("it has no health service", backend(f.Answered.YES, status="UNIMPLEMENTED")),
        not_checked("it was not asked", failing("backend", f.Outcome.REFUSED), NOT_MEASURED.reason),
    ],
}


@every_case(GRID)
def test_what_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
