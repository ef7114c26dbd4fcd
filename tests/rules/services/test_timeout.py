"""SD403, SD503, SD603: a service's address that does not answer the container at all."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.services import sd403_backend_timeout as sd403
from stigmer_doctor.rules.services import sd503_temporal_timeout as sd503
from stigmer_doctor.rules.services import sd603_llm_timeout as sd603
from tests.healthy import ALIAS, PORTS, dial, healthy
from tests.rules.different import native
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.services.shared import NO_REACH, TITLES, VARIABLES, in_variable, no_endpoint
from tests.rules.vary import dialled, failing, served_here, unknown


def told(name: str, outcome: str) -> Told:
    port = PORTS[name]
    address = f"{ALIAS}:{port}"
    return Told(
        subject=address,
        measured=f"198.18.0.1:{port} {outcome}; answers on this machine at 127.0.0.1:{port}",
        expected=f"{address} accepts a TCP connection from inside the container",
        endpoints=(name,),
        message=f"{TITLES[name]} at {address} does not answer from inside the container: the connection times out",
        advice=f"The service answers on this machine at 127.0.0.1:{port}. Something on the way drops the packets",
    )


def rejected(name: str, error: str, outcome: f.Outcome = f.Outcome.FAILED) -> f.Facts:
    port = PORTS[name]
    return dialled(healthy(), port, replace(dial(ALIAS, port, outcome), detail=f"rejected ({error})"))


def cases(name: str) -> list[Case]:
    port, title = PORTS[name], TITLES[name]
    silent = dialled(healthy(), port, replace(dial(ALIAS, port, f.Outcome.TIMED_OUT), latency_ms=3000.0))
    listing = f"lsof -nP -iTCP:{port} -sTCP:LISTEN"
    timed_out = told(name, "timed out after 3.0 s")._replace(commands=(listing,))
    on_the_way = told(name, "")._replace(
        message=f"what is sent to {title} at {ALIAS}:{port} from inside the container is rejected on the way",
        advice=f"A firewall rejects the packets, or a router knows no machine of that address. Let TCP port {port} in",
    )
    here = f"; answers on this machine at 127.0.0.1:{port}"
    return [
        fires(
            "packets are dropped",
            silent,
            timed_out._replace(
                evidence=(
                    f"inspect {VARIABLES[name]}: {in_variable(name, f'{ALIAS}:{port}')}",
                    f"container {ALIAS}:{port} at 198.18.0.1: timed out after 3.0 s",
                    f"user-machine 127.0.0.1:{port} at 127.0.0.1: connected in 0.4 ms",
                    f"user-machine [::1]:{port} at ::1: refused after 0.4 ms",
                )
            ),
        ),
        fires(
            "packets are dropped, for a minute",
            dialled(healthy(), port, replace(dial(ALIAS, port, f.Outcome.TIMED_OUT), latency_ms=60000.0)),
            told(name, "timed out after 60.0 s")._replace(commands=(listing,)),
        ),
        fires(
            "packets are dropped, on a native engine",
            native(silent),
            timed_out._replace(commands=(f"ss -ltnp 'sport = :{port}'", "sudo iptables -nvL INPUT")),
        ),
        fires(
            "packets are dropped, and it does not run on this machine",
            served_here(silent, port, f.Outcome.REFUSED),
            timed_out._replace(
                measured=f"198.18.0.1:{port} timed out after 3.0 s; does not answer on this machine on port {port}",
                advice=f"Let TCP port {port} in from the container's network; on a native Linux engine",
            ),
        ),
        fires(
            "one address times out, and another has no way",
            dialled(
                healthy(),
                port,
                dial(ALIAS, port, f.Outcome.NO_ROUTE, "fd00::1"),
                dial(ALIAS, port, f.Outcome.TIMED_OUT),
            ),
            told(name, "")._replace(
                measured=f"[fd00::1]:{port} no route; 198.18.0.1:{port} timed out after 0.0 s{here}",
                commands=(listing,),
            ),
        ),
        fires(
            "there is no way",
            failing(name, f.Outcome.NO_ROUTE),
            told(name, "no route")._replace(
                message=f"{title} at {ALIAS}:{port} cannot be reached from inside the container: there is no route to "
                "it",
                advice=f"The container's network has no way to {ALIAS}: it is an internal network, or it lacks the "
                f"address family (IPv6). Put an address that it can reach into {VARIABLES[name]}",
            ),
        ),
        fires(
            "dialling fails",
            failing(name, f.Outcome.FAILED),
            told(name, "failed")._replace(
                message=f"{title} at {ALIAS}:{port} cannot be connected to from inside the container",
                advice=f"or an address that is none. Let it through, or correct {VARIABLES[name]}.",
            ),
        ),
        *(
            fires(
                f"a firewall rejects it: {error}",
                rejected(name, error),
                on_the_way._replace(measured=f"198.18.0.1:{port} failed (rejected ({error})){here}"),
            )
            for error in ("EHOSTUNREACH", "EACCES", "EPERM", "ENOPROTOOPT")
        ),
        fires(
            "a firewall rejects it as an unknown host, on a native engine",
            native(rejected(name, "EHOSTUNREACH", f.Outcome.NO_ROUTE)),
            on_the_way._replace(
                measured=f"198.18.0.1:{port} no route (rejected (EHOSTUNREACH)){here}",
                commands=("sudo iptables -nvL INPUT",),
            ),
        ),
        fires(
            "a firewall rejects one of two addresses",
            dialled(
                healthy(),
                port,
                replace(dial(ALIAS, port, f.Outcome.NO_ROUTE, "fd00::1"), detail="(ENETUNREACH)"),
                replace(dial(ALIAS, port, f.Outcome.FAILED), detail="(EPERM)"),
            ),
            on_the_way._replace(
                measured=f"[fd00::1]:{port} no route ((ENETUNREACH)); 198.18.0.1:{port} failed ((EPERM)){here}"
            ),
        ),
        fires(
            "its network has no such family",
            rejected(name, "EADDRNOTAVAIL", f.Outcome.NO_ROUTE),
            told(name, "no route (rejected (EADDRNOTAVAIL))")._replace(
                message="there is no route to it", advice="The container's network has no way to"
            ),
        ),
        does_not_fire("it accepts", healthy()),
        does_not_fire("it is refused", failing(name, f.Outcome.REFUSED)),
        does_not_fire(
            "one of two addresses accepts",
            dialled(healthy(), port, dial(ALIAS, port, f.Outcome.TIMED_OUT, "fd00::1"), dial(ALIAS, port)),
        ),
        does_not_fire(
            "one of two addresses refuses",
            dialled(
                healthy(), port, dial(ALIAS, port, f.Outcome.TIMED_OUT, "fd00::1"), dial(ALIAS, port, f.Outcome.REFUSED)
            ),
        ),
        not_checked(
            "its name does not resolve",
            unknown(ALIAS, healthy()),
            f"{ALIAS} does not resolve, so nothing was dialled",
        ),
        not_checked("it was not dialled", dialled(healthy(), port), f"{ALIAS}:{port} was not dialled"),
        not_checked("nothing was dialled", replace(silent, container_reach=NO_REACH), "no interpreter"),
        *no_endpoint(name, silent),
    ]


RULES = {"backend": sd403.RULE, "temporal": sd503.RULE, "llm": sd603.RULE}


GRID: dict[Rule, list[Case]] = {rule: cases(name) for name, rule in RULES.items()}


@every_case(GRID)
def test_what_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
