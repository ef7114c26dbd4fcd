"""SD209: a name with addresses of two families, one of which leads nowhere."""

from __future__ import annotations

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.network import sd209_unreachable_address_family as sd209
from tests.healthy import ALIAS, dial, endpoint, healthy
from tests.rules.altered import passive
from tests.rules.different import two_families
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.vary import configured, dialled


def both(v4: f.Outcome, v6: f.Outcome, *more: f.Dial, host: str = ALIAS) -> f.Facts:
    """What dialling Temporal's two addresses comes to."""
    dials = (dial(host, 7233, v4), dial(host, 7233, v6, "fd00::1"), *more)
    return dialled(healthy(), 7233, *dials)


TOLD = Told(
    subject="host.docker.internal",
    measured="198.18.0.1:7233 connected in 0.4 ms; [fd00::1]:7233 no route",
    expected="every address of host.docker.internal answers, or it has none of IPv6",
    endpoints=("temporal",),
    message=(
        "host.docker.internal has IPv6 addresses that cannot be reached from inside the "
        "container; Temporal answers over IPv4 only$"
    ),
    advice=("Nothing has to be done while IPv4 answers. To be rid of it, map the name to its IPv4 address"),
    severity=Severity.INFO,
)

GRID: dict[Rule, list[Case]] = {
    sd209.RULE: [
        fires(
            "IPv6 has no way",
            two_families(f.Outcome.NO_ROUTE),
            TOLD._replace(evidence=("inspect TEMPORAL_SERVICE_ADDRESS: host.docker.internal:7233",)),
        ),
        fires(
            "IPv6 times out, which costs time",
            two_families(f.Outcome.TIMED_OUT),
            TOLD._replace(
                measured="198.18.0.1:7233 connected in 0.4 ms; [fd00::1]:7233 timed out after 0.0 s",
                message="Temporal answers over IPv4 only, after a timeout in clients that try one after the other",
                severity=Severity.WARNING,
            ),
        ),
        fires(
            "one IPv6 address times out, and one has no way",
            both(f.Outcome.CONNECTED, f.Outcome.NO_ROUTE, dial(ALIAS, 7233, f.Outcome.TIMED_OUT, "fd00::2")),
            TOLD._replace(
                measured=(
                    "198.18.0.1:7233 connected in 0.4 ms; [fd00::1]:7233 no route; [fd00::2]:7233 timed out after 0.0 s"
                ),
                message="over IPv4 only, after a timeout",
                severity=Severity.WARNING,
            ),
        ),
        fires(
            "IPv4 has no way",
            both(f.Outcome.NO_ROUTE, f.Outcome.CONNECTED),
            TOLD._replace(
                measured="198.18.0.1:7233 no route; [fd00::1]:7233 connected in 0.4 ms",
                expected="every address of host.docker.internal answers, or it has none of IPv4",
                message=(
                    "host.docker.internal has IPv4 addresses that cannot be reached from inside the "
                    "container; Temporal answers over IPv6 only"
                ),
                advice="while IPv6 answers. To be rid of it, map the name to its IPv6 address",
            ),
        ),
        fires(
            "one of two IPv4 addresses answers",
            both(f.Outcome.CONNECTED, f.Outcome.NO_ROUTE, dial(ALIAS, 7233, f.Outcome.REFUSED, "198.18.0.2")),
            TOLD._replace(
                measured=(
                    "198.18.0.1:7233 connected in 0.4 ms; [fd00::1]:7233 no route; 198.18.0.2:7233 refused after 0.4 ms"
                )
            ),
        ),
        fires(
            "two services have such a name",
            dialled(
                two_families(f.Outcome.NO_ROUTE),
                11434,
                dial(ALIAS, 11434),
                dial(ALIAS, 11434, f.Outcome.NO_ROUTE, "fd00::1"),
            ),
            TOLD,
            TOLD._replace(
                measured="198.18.0.1:11434 connected in 0.4 ms; [fd00::1]:11434 no route",
                endpoints=("llm",),
                message="LLM (Ollama) answers over IPv4 only",
            ),
        ),
        does_not_fire("both answer", two_families(f.Outcome.CONNECTED)),
        does_not_fire("IPv6 refuses", two_families(f.Outcome.REFUSED)),
        does_not_fire("IPv6 is rejected on the way", two_families(f.Outcome.NO_ROUTE, "rejected (EHOSTUNREACH)")),
        does_not_fire(
            "one of two IPv6 addresses refuses",
            both(f.Outcome.CONNECTED, f.Outcome.NO_ROUTE, dial(ALIAS, 7233, f.Outcome.REFUSED, "fd00::2")),
        ),
        does_not_fire("neither has a way", both(f.Outcome.NO_ROUTE, f.Outcome.NO_ROUTE)),
        does_not_fire("IPv6 has no way, and IPv4 refuses", both(f.Outcome.REFUSED, f.Outcome.NO_ROUTE)),
        does_not_fire("there is no IPv6 address", healthy()),
        does_not_fire(
            "the name is localhost, whose two families are the container's",
            configured(
                both(f.Outcome.CONNECTED, f.Outcome.NO_ROUTE, host="localhost"), endpoint("temporal", "localhost:7233")
            ),
        ),
        does_not_fire(
            "the address is none",
            configured(two_families(f.Outcome.NO_ROUTE), endpoint("temporal", f"{ALIAS}:7233", problem="no")),
        ),
        not_checked("nothing was dialled", passive(healthy()), "--passive"),
    ]
}


@every_case(GRID)
def test_what_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
