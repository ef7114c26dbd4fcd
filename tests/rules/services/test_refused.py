"""SD402, SD502, SD602: a service's address that refuses connections from the container."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.services import sd402_backend_refused as sd402
from stigmer_doctor.rules.services import sd502_temporal_refused as sd502
from stigmer_doctor.rules.services import sd602_llm_refused as sd602
from tests.healthy import ALIAS, NOT_MEASURED, PORTS, dial, endpoint, healthy
from tests.rules.altered import reach_of
from tests.rules.different import native
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.services.shared import NO_REACH, TITLES, VARIABLES, in_variable, no_endpoint, written
from tests.rules.vary import configured, dialled, failing, served_here, stopped, unknown

MISTYPED = 9009


def told(name: str, host: str = ALIAS, port: int = 0) -> Told:
    port = port or PORTS[name]
    address = f"{host}:{port}"
    return Told(
        subject=address,
        measured=f"198.18.0.1:{port} refused after 0.4 ms; answers on this machine at 127.0.0.1:{PORTS[name]}",
        expected=f"{address} accepts a TCP connection from inside the container",
        endpoints=(name,),
        message=f"{TITLES[name]} refuses connections at {address} from inside the container",
        advice=f"The service is up on this machine, at 127.0.0.1:{PORTS[name]}. So either it listens on loopback only",
        commands=(f"lsof -nP -iTCP:{port} -sTCP:LISTEN",),
    )


def mistyped(name: str, *dials: f.Dial, host: str = ALIAS, **more: object) -> f.Facts:
    """Another port is dialled than the usual one, at which the container's dials come to this."""
    facts = dialled(healthy(), MISTYPED, dial(host, MISTYPED, f.Outcome.REFUSED))
    facts = dialled(facts, PORTS[name], *dials)
    return configured(facts, replace(endpoint(name, f"{host}:{MISTYPED}"), **more))


def cases(name: str) -> list[Case]:
    port, refused = PORTS[name], failing(name, f.Outcome.REFUSED)
    open_here = f"; answers on this machine at 127.0.0.1:{port}"
    other = told(name, port=MISTYPED)._replace(
        advice=f"The runner dials port {MISTYPED}, and the service answers on this machine on port {port}: "
        f"correct {VARIABLES[name]}.",
        commands=(),
    )
    return [
        fires(
            "it answers on this machine",
            refused,
            told(name)._replace(
                evidence=(
                    f"inspect {VARIABLES[name]}: {in_variable(name, f'{ALIAS}:{port}')}",
                    f"container {ALIAS}:{port} at 198.18.0.1: refused after 0.4 ms",
                    f"user-machine 127.0.0.1:{port} at 127.0.0.1: connected in 0.4 ms",
                    f"user-machine [::1]:{port} at ::1: refused after 0.4 ms",
                )
            ),
        ),
        fires("the engine is native", native(refused), told(name)._replace(commands=(f"ss -ltnp 'sport = :{port}'",))),
        fires("the engine is not known", replace(refused, engine=NOT_MEASURED), told(name)),
        *(
            fires(f"the engine is {mark}", named(native(refused), mark), told(name))
            for mark in ("docker-desktop", "OrbStack", "colima", "lima-x", "rancher-desktop")
        ),
        fires(
            "it does not run on this machine either",
            stopped(name),
            told(name)._replace(
                measured=f"198.18.0.1:{port} refused after 0.4 ms; does not answer on this machine on port {port}",
                advice=f"Nothing answers on this machine either: start {TITLES[name]}, or correct {VARIABLES[name]}.",
            ),
        ),
        fires(
            "this machine was not dialled",
            replace(refused, user_reach=NOT_MEASURED),
            told(name)._replace(
                measured=f"198.18.0.1:{port} refused after 0.4 ms",
                advice=f"Look at {ALIAS}, whether {TITLES[name]} runs there and on which addresses it listens.",
            ),
        ),
        fires(
            "one of two addresses has no way",
            dialled(
                healthy(),
                port,
                dial(ALIAS, port, f.Outcome.REFUSED),
                replace(dial(ALIAS, port, f.Outcome.NO_ROUTE, "2001:2::1"), detail="ENETUNREACH"),
            ),
            told(name)._replace(
                measured=f"198.18.0.1:{port} refused after 0.4 ms; [2001:2::1]:{port} no route (ENETUNREACH){open_here}"
            ),
        ),
        fires(
            "one of two addresses times out",
            dialled(
                healthy(),
                port,
                dial(ALIAS, port, f.Outcome.REFUSED),
                replace(dial(ALIAS, port, f.Outcome.TIMED_OUT, "198.18.0.2"), latency_ms=0.0),
            ),
            told(name)._replace(
                measured=f"198.18.0.1:{port} refused after 0.4 ms; 198.18.0.2:{port} timed out{open_here}"
            ),
        ),
        fires(
            "it was dialled from a throwaway container",
            replace(refused, container_reach=replace(reach_of(refused), vantage=f.Vantage.CLONE)),
            told(name)._replace(
                expected=f"{ALIAS}:{port} accepts a TCP connection from a throwaway container with the same network "
                "settings",
                message="from a throwaway container with the same network settings",
            ),
        ),
        fires(
            "another port is dialled, and the usual one accepts",
            mistyped(name, dial(ALIAS, port)),
            other._replace(changes=(written(name, f"{ALIAS}:{port}"),)),
        ),
        fires(
            "another port is dialled, and the usual one refuses",
            mistyped(name, dial(ALIAS, port, f.Outcome.REFUSED)),
            other._replace(commands=(f"lsof -nP -iTCP:{port} -sTCP:LISTEN",)),
        ),
        fires(
            "another port is dialled, and the usual one was not",
            mistyped(name),
            other._replace(commands=(f"lsof -nP -iTCP:{port} -sTCP:LISTEN",)),
        ),
        fires(
            "another port is dialled, which is in another variable",
            mistyped(name, dial(ALIAS, port), port_variable="PORT"),
            other,
        ),
        fires(
            "another port is dialled, which no variable moves",
            mistyped(name, dial(ALIAS, port), origin=f.Origin.LITERAL),
            other,
        ),
        fires(
            "another port is dialled, at an IPv6 address",
            mistyped(name, dial("fd00::1", port, address="fd00::1"), host="fd00::1"),
            other._replace(
                subject=f"[fd00::1]:{MISTYPED}",
                expected=f"[fd00::1]:{MISTYPED} accepts a TCP connection from inside the container",
                message=f"{TITLES[name]} refuses connections at [fd00::1]:{MISTYPED}",
                changes=(written(name, f"[fd00::1]:{port}"),),
            ),
        ),
        fires(
            "neither port answers on this machine",
            served_here(served_here(mistyped(name), port, f.Outcome.REFUSED), MISTYPED, f.Outcome.REFUSED),
            told(name, port=MISTYPED)._replace(
                measured=f"198.18.0.1:{MISTYPED} refused after 0.4 ms; does not answer on this machine on port "
                f"{MISTYPED} or {port}",
                advice="Nothing answers on this machine either",
            ),
        ),
        fires(
            "the dialled port answers on this machine, as the usual one does",
            served_here(mistyped(name), MISTYPED, f.Outcome.CONNECTED),
            told(name, port=MISTYPED)._replace(
                measured=f"198.18.0.1:{MISTYPED} refused after 0.4 ms; answers on this machine at 127.0.0.1:{MISTYPED}",
                advice=f"The service is up on this machine, at 127.0.0.1:{MISTYPED}. So",
            ),
        ),
        does_not_fire("it accepts", healthy()),
        does_not_fire(
            "one of two addresses accepts",
            dialled(healthy(), port, dial(ALIAS, port, f.Outcome.REFUSED, "2001:2::1"), dial(ALIAS, port)),
        ),
        *(
            does_not_fire(f"it is not refused: {outcome.value}", failing(name, outcome))
            for outcome in (f.Outcome.TIMED_OUT, f.Outcome.NO_ROUTE, f.Outcome.FAILED)
        ),
        *(
            does_not_fire(f"another is refused: {another}", failing(another, f.Outcome.REFUSED))
            for another in PORTS
            if another != name
        ),
        not_checked(
            "its name does not resolve",
            unknown(ALIAS, healthy()),
            f"{ALIAS} does not resolve, so nothing was dialled",
        ),
        not_checked("it was not dialled", dialled(healthy(), port), f"{ALIAS}:{port} was not dialled"),
        not_checked(
            "nobody looked its name up",
            configured(healthy(), endpoint(name, f"elsewhere.test:{port}")),
            f"elsewhere.test:{port} was not dialled",
        ),
        not_checked("nothing was dialled", replace(refused, container_reach=NO_REACH), "no interpreter"),
        *no_endpoint(name, refused),
    ]


def named(facts: f.Facts, mark: str) -> f.Facts:
    """An engine that says this of itself."""
    assert isinstance(facts.engine, f.Engine)
    return replace(facts, engine=replace(facts.engine, name=mark))


RULES = {"backend": sd402.RULE, "temporal": sd502.RULE, "llm": sd602.RULE}


GRID: dict[Rule, list[Case]] = {rule: cases(name) for name, rule in RULES.items()}


@every_case(GRID)
def test_what_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
