"""SD404, SD504, SD605: what answers at a service's address does not speak the service's protocol."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.services import sd404_backend_not_grpc as sd404
from stigmer_doctor.rules.services import sd504_temporal_not_temporal as sd504
from stigmer_doctor.rules.services import sd605_llm_not_ollama as sd605
from tests.healthy import ALIAS, NOT_MEASURED, PORTS, dial, endpoint, healthy
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.services.shared import NO_REACH, TITLES, VARIABLES, in_variable, no_endpoint, written
from tests.rules.vary import configured, dialled, failing

SPOKEN = {"backend": "gRPC", "temporal": "Temporal's gRPC API", "llm": "Ollama's HTTP API"}
OTHER = {"backend": "temporal", "temporal": "llm", "llm": "backend"}


def answering(name: str, facts: f.Facts, **changes: object) -> f.Facts:
    answer = replace(getattr(healthy(), name), answered=f.Answered.WRONG_PROTOCOL, status="", detail="")
    return replace(facts, **{name: replace(answer, **changes)})


def at_port(name: str, port: int, *dials: f.Dial, **more: object) -> f.Facts:
    """Another port is dialled than the usual one, at which the container's dials come to this."""
    facts = dialled(healthy(), PORTS[name], *dials)
    return answering(name, configured(facts, replace(endpoint(name, f"{ALIAS}:{port}"), **more)))


def told(name: str, port: int = 0) -> Told:
    address = f"{ALIAS}:{port or PORTS[name]}"
    return Told(
        subject=address,
        measured="wrong-protocol",
        expected=f"an answer in {SPOKEN[name]}",
        endpoints=(name,),
        message=f"what answers at {address} is not {TITLES[name]}: it does not speak {SPOKEN[name]}",
        advice=f"^Put the address of {TITLES[name]} into {VARIABLES[name]} (it normally listens on port {PORTS[name]}"
        f"), or stop what occupies port {port or PORTS[name]} and start {TITLES[name]}.",
        evidence=(f"inspect {VARIABLES[name]}: {in_variable(name, address)}",),
    )


def cases(name: str) -> list[Case]:
    port, other = PORTS[name], OTHER[name]
    reaches = (
        f"The container reaches {ALIAS}:{port}, where {TITLES[name]} normally listens: set {VARIABLES[name]} to it."
    )
    answer = {"status": "UNIMPLEMENTED"} if name != "llm" else {"status": 404}
    status = next(iter(answer.values()))
    moved = told(name, 9009)._replace(advice=reaches, changes=(written(name, f"{ALIAS}:{port}"),))
    return [
        fires("another protocol is spoken at the usual port", answering(name, healthy()), told(name)),
        fires(
            "it says what it is",
            answering(name, healthy(), detail="no HTTP/2", **answer),
            told(name)._replace(measured=f"wrong-protocol: status {status}, no HTTP/2"),
        ),
        fires(
            "it gives a detail alone",
            answering(name, healthy(), detail="no HTTP/2"),
            told(name)._replace(measured="wrong-protocol: no HTTP/2"),
        ),
        fires("the usual port accepts", at_port(name, 9009, dial(ALIAS, port)), moved),
        fires(
            "it is another service's port, and the usual one accepts",
            at_port(name, PORTS[other], dial(ALIAS, port)),
            told(name, PORTS[other])._replace(
                advice=f"Port {PORTS[other]} is where {TITLES[other]} listens. {reaches}",
                changes=(written(name, f"{ALIAS}:{port}"),),
            ),
        ),
        fires("the usual port refuses", at_port(name, 9009, dial(ALIAS, port, f.Outcome.REFUSED)), told(name, 9009)),
        fires("the usual port was not dialled", at_port(name, 9009), told(name, 9009)),
        fires(
            "nothing was dialled",
            replace(at_port(name, 9009, dial(ALIAS, port)), container_reach=NO_REACH),
            told(name, 9009),
        ),
        fires(
            "no variable moves it",
            at_port(name, 9009, dial(ALIAS, port), origin=f.Origin.LITERAL),
            told(name, 9009)._replace(evidence=(f"code worker/config.py:40: {in_variable(name, f'{ALIAS}:9009')}",)),
        ),
        fires(
            "its port is in another variable",
            at_port(name, 9009, dial(ALIAS, port), port_variable="PORT"),
            told(name, 9009),
        ),
        *(
            does_not_fire(f"it was asked: {answered.value}", answering(name, healthy(), answered=answered))
            for answered in (f.Answered.YES, f.Answered.UNAVAILABLE, f.Answered.TIMED_OUT)
        ),
        not_checked("it was not asked", failing(name, f.Outcome.REFUSED), NOT_MEASURED.reason),
        *no_endpoint(name, answering(name, healthy())),
    ]


def with_path(raw: str, **more: object) -> f.Facts:
    found = replace(endpoint("llm", raw.partition("://")[2].partition("/")[0]), raw=raw, scheme="http", **more)
    return answering("llm", configured(healthy(), found))


BELOW = told("llm")._replace(
    message=f"what answers at {ALIAS}:11434, below /v1, is not LLM (Ollama): it does not speak Ollama's HTTP API",
    advice=f"^LLM (Ollama) has its API below /, and {VARIABLES['llm']} says /v1: write http://{ALIAS}:11434, "
    "unless a proxy there needs the path.",
    changes=(written("llm", f"{ALIAS}:11434"),),
)
PATHS = [
    fires(
        "its path is another API's",
        with_path(f"http://{ALIAS}:11434/v1/"),
        BELOW._replace(evidence=(f"inspect {VARIABLES['llm']}: http://{ALIAS}:11434/v1/",)),
    ),
    fires(
        "a slash alone does not count",
        with_path(f"http://{ALIAS}:11434/"),
        told("llm")._replace(evidence=(f"inspect {VARIABLES['llm']}: http://{ALIAS}:11434/",)),
    ),
]

RULES = {"backend": sd404.RULE, "temporal": sd504.RULE, "llm": sd605.RULE}


GRID: dict[Rule, list[Case]] = {rule: cases(name) for name, rule in RULES.items()}
GRID[sd605.RULE] += PATHS


@every_case(GRID)
def test_what_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
