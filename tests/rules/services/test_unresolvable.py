"""SD401, SD501, SD601: a service's name that has no address in the container."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.services import sd401_backend_unresolvable as sd401
from stigmer_doctor.rules.services import sd501_temporal_unresolvable as sd501
from stigmer_doctor.rules.services import sd601_llm_unresolvable as sd601
from tests.healthy import ALIAS, PORTS, endpoint, healthy
from tests.rules.altered import reach_of
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.services.shared import NO_REACH, TITLES, VARIABLES, in_variable, no_endpoint
from tests.rules.vary import configured, failing, unknown

LOST = unknown(ALIAS, healthy())


def told(name: str, host: str = ALIAS) -> Told:
    address = f"{host}:{PORTS[name]}"
    return Told(
        subject=address,
        measured=f"{host}: Name or service not known",
        expected=f"{host} resolves to the address of the machine that runs {TITLES[name]}",
        endpoints=(name,),
        message=f"{TITLES[name]}: the name {host} does not resolve from inside the container",
        advice=f"Correct the name in {VARIABLES[name]}, or make it known to the container",
        commands=(f"nslookup {host}",),
        evidence=(f"inspect {VARIABLES[name]}: {in_variable(name, address)}",),
    )


def without_error(facts: f.Facts) -> f.Facts:
    reach = reach_of(facts)
    return replace(facts, container_reach=replace(reach, resolutions=(f.Resolution(host=ALIAS),)))


def cases(name: str) -> list[Case]:
    port = PORTS[name]
    return [
        fires("the name is not known", LOST, told(name)),
        fires(
            "the resolver gives no reason", without_error(LOST), told(name)._replace(measured=f"{ALIAS}: no address")
        ),
        fires(
            "the name has characters of a shell",
            configured(unknown("a;reboot", healthy()), endpoint(name, f"a;reboot:{port}")),
            told(name, "a;reboot")._replace(commands=("nslookup 'a;reboot'",)),
        ),
        fires(
            "it was looked up in a throwaway container",
            replace(LOST, container_reach=replace(reach_of(LOST), vantage=f.Vantage.CLONE)),
            told(name)._replace(message="from a throwaway container with the same network settings"),
        ),
        fires(
            "it is a default of the code",
            configured(LOST, endpoint(name, f"{ALIAS}:{port}", origin=f.Origin.ASSUMED, locator="")),
            told(name)._replace(
                evidence=(f"code {VARIABLES[name]} (assumed): {in_variable(name, f'{ALIAS}:{port}')}",)
            ),
        ),
        does_not_fire("the name resolves", healthy()),
        does_not_fire("the name resolves, and is refused", failing(name, f.Outcome.REFUSED)),
        does_not_fire(
            "the host is an IPv4 address",
            configured(unknown("198.18.0.9", healthy()), endpoint(name, f"198.18.0.9:{port}")),
        ),
        does_not_fire(
            "the host is an IPv6 address", configured(unknown("fd00::1", healthy()), endpoint(name, f"fd00::1:{port}"))
        ),
        not_checked(
            "nobody looked the name up",
            configured(healthy(), endpoint(name, f"elsewhere.test:{port}")),
            "nobody asked what elsewhere.test resolves to",
        ),
        not_checked("nothing was dialled", replace(LOST, container_reach=NO_REACH), "no interpreter"),
        *no_endpoint(name, LOST),
    ]


RULES = {"backend": sd401.RULE, "temporal": sd501.RULE, "llm": sd601.RULE}


GRID: dict[Rule, list[Case]] = {rule: cases(name) for name, rule in RULES.items()}


@every_case(GRID)
def test_what_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
