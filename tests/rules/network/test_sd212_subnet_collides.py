"""SD212: a network of the container and a route of this machine claim the same addresses."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.network.sd212_subnet_collides import RULE
from tests.healthy import NOT_MEASURED, dial, endpoint, healthy
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.vary import configured, failing

SILENT = f.Outcome.TIMED_OUT


def routed(*routes: tuple[str, str], facts: f.Facts | None = None, native: bool = False) -> f.Facts:
    """A machine with these routes, on an engine in a VM or one that shares the kernel."""
    facts = facts or healthy()
    assert isinstance(facts.user_system, f.UserSystem)
    assert isinstance(facts.engine, f.Engine)
    found = tuple(f.KernelRoute(network=network, interface=interface) for network, interface in routes)
    own = replace(facts.engine, operating_system="Debian GNU/Linux 12", name="box", kernel="6.1.0")
    return replace(
        facts,
        user_system=replace(facts.user_system, routes=found),
        engine=own if native else facts.engine,
    )


def behind_vpn(outcome: f.Outcome) -> f.Facts:
    """A backend whose address is in the container's own range, and behind the VPN."""
    address = "198.18.4.77"
    facts = configured(healthy(), endpoint("backend", f"{address}:7234"))
    assert isinstance(facts.container_reach, f.Reach)
    dials = (*facts.container_reach.dials, dial(address, 7234, outcome, address))
    return replace(facts, container_reach=replace(facts.container_reach, dials=dials), backend=NOT_MEASURED)


def far_engine(facts: f.Facts) -> f.Facts:
    return replace(facts, search=replace(facts.search, local=False), place=f.Place.ENGINE_ELSEWHERE)


TOLD = Told(
    subject="bridge",
    measured="198.18.4.0/24 in the container, 198.18.0.0/16 by utun3 on this machine",
    expected="no other route of this machine overlaps 198.18.4.0/24",
    endpoints=(),
    message="utun3 claim the same addresses: what is behind utun3 there cannot be reached from the container$",
    advice="^Nothing that was asked is concerned. Give the container a network",
    severity=Severity.INFO,
    evidence=("user-machine route 198.18.0.0/16: utun3",),
)
BROKEN = TOLD._replace(
    advice="^Give the container a network with a range that nothing else here uses", severity=Severity.ERROR
)

GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires("a VPN has the range, and nothing is concerned", routed(("198.18.0.0/16", "utun3")), TOLD),
        fires(
            "a service behind the VPN is taken for a neighbour",
            routed(("198.18.0.0/16", "utun3"), facts=behind_vpn(f.Outcome.NO_ROUTE)),
            BROKEN._replace(
                measured=f"{TOLD.measured}; Stigmer backend: 198.18.4.77:7234 no route",
                endpoints=("backend",),
                message="claim the same addresses, and the connections to Stigmer backend go the wrong way$",
            ),
        ),
        fires(
            "the same service answers",
            routed(("198.18.0.0/16", "utun3"), facts=behind_vpn(f.Outcome.CONNECTED)),
            TOLD,
        ),
        fires(
            "answers to the container leave by the VPN",
            routed(("198.18.4.0/25", "tun0"), facts=failing("temporal", SILENT), native=True),
            BROKEN._replace(
                measured="198.18.4.0/24 in the container, 198.18.4.0/25 by tun0 on this machine; "
                "Temporal: 198.18.0.1:7233 timed out after 0.0 s",
                endpoints=("temporal",),
                message="the connections to Temporal go the wrong way$",
                evidence=("user-machine route 198.18.4.0/25: tun0",),
            ),
        ),
        fires(
            "the same on an engine in a VM, whose routes are others",
            routed(("198.18.4.0/25", "tun0"), facts=failing("temporal", SILENT)),
            TOLD._replace(
                measured="198.18.4.0/24 in the container, 198.18.4.0/25 by tun0 on this machine",
                message="what is behind tun0 there cannot be reached",
                evidence=None,
            ),
        ),
        fires(
            "a wider route takes no answers",
            routed(("198.18.0.0/16", "tun0"), facts=failing("temporal", SILENT), native=True),
            TOLD._replace(
                measured=TOLD.measured.replace("utun3", "tun0"), message="what is behind tun0", evidence=None
            ),
        ),
        fires(
            "a route beside the container's address takes none either",
            routed(("198.18.4.128/25", "tun0"), facts=failing("temporal", SILENT), native=True),
            TOLD._replace(
                measured="198.18.4.0/24 in the container, 198.18.4.128/25 by tun0 on this machine",
                message="what is behind tun0",
                evidence=None,
            ),
        ),
        fires(
            "a refusal went the right way",
            routed(("198.18.4.0/25", "tun0"), facts=failing("temporal", f.Outcome.REFUSED), native=True),
            TOLD._replace(
                measured="198.18.4.0/24 in the container, 198.18.4.0/25 by tun0 on this machine",
                message="what is behind tun0",
                evidence=None,
            ),
        ),
        does_not_fire("the network's own bridge", routed(("198.18.4.0/24", "docker0"), native=True)),
        does_not_fire("a user-defined network's bridge", routed(("198.18.4.0/24", "br-0123456789ab"), native=True)),
        does_not_fire("other ranges", routed(("198.18.5.0/24", "utun3"), ("fd00::/64", "en0"))),
        does_not_fire("nonsense in place of ranges", routed(("nonsense", "utun3"))),
        not_checked(
            "an engine elsewhere",
            far_engine(routed(("198.18.0.0/16", "utun3"))),
            "the engine is on another machine, and so are the routes that count",
        ),
        not_checked(
            "no list",
            replace(healthy(), user_system=f.UserSystem(system="FreeBSD")),
            "this system did not list its routes",
        ),
        not_checked("an old snapshot", replace(healthy(), user_system=NOT_MEASURED), "the test left it out"),
        not_checked("no container", replace(healthy(), container=NOT_MEASURED), "the test left it out"),
    ]
}


@every_case(GRID)
def test_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
