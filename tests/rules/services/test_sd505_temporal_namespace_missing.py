"""SD505: a namespace that Temporal does not have, told from one that it does not speak of."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.services import sd505_temporal_namespace_missing as sd505
from tests.healthy import NOT_MEASURED, endpoint, healthy
from tests.rules.altered import assumed, variables
from tests.rules.different import temporal
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.services.shared import no_endpoint
from tests.rules.vary import configured, failing

MISSING = temporal(namespace_exists=False)


def with_settings(*settings: f.Setting) -> f.Facts:
    assert isinstance(MISSING.configuration, f.Configuration)
    return replace(MISSING, configuration=replace(MISSING.configuration, settings=settings))


NOWHERE = f.Setting(key="namespace", variable="TEMPORAL_NAMESPACE", value="default", origin=f.Origin.DEFAULT)

TOLD = Told(
    subject="default",
    measured='namespace "default" not found',
    expected='namespace "default" exists',
    endpoints=("temporal",),
    message=('Temporal at host.docker.internal:7233 has no namespace "default", so the worker cannot start'),
    advice="Create the namespace, or name an existing one (TEMPORAL_NAMESPACE=default).",
    commands=("temporal operator namespace create --namespace=default --address=127.0.0.1:7233",),
)

GRID: dict[Rule, list[Case]] = {
    sd505.RULE: [
        fires(
            "it is not there",
            MISSING,
            TOLD._replace(
                evidence=(
                    "inspect TEMPORAL_SERVICE_ADDRESS: host.docker.internal:7233",
                    "temporal namespace: default: not found",
                )
            ),
        ),
        fires(
            "Temporal is elsewhere",
            configured(MISSING, endpoint("temporal", "198.18.9.9:7300")),
            TOLD._replace(
                message="Temporal at 198.18.9.9:7300 has no namespace",
                commands=("temporal operator namespace create --namespace=default --address=198.18.9.9:7300",),
            ),
        ),
        fires(
            "Temporal is at the gateway, and there is no container",
            replace(configured(MISSING, endpoint("temporal", "198.18.4.1:7233")), container=NOT_MEASURED),
            TOLD._replace(
                message="Temporal at 198.18.4.1:7233",
                commands=("temporal operator namespace create --namespace=default --address=198.18.4.1:7233",),
            ),
        ),
        fires(
            "Temporal is at the gateway, at another port",
            configured(MISSING, endpoint("temporal", "198.18.4.1:7300")),
            TOLD._replace(
                message="Temporal at 198.18.4.1:7300",
                commands=("temporal operator namespace create --namespace=default --address=127.0.0.1:7300",),
            ),
        ),
        fires(
            "it begins with a dash",
            temporal(namespace_exists=False, namespace="-rf x"),
            TOLD._replace(
                subject="-rf x",
                measured='namespace "-rf x" not found',
                expected='namespace "-rf x" exists',
                message='has no namespace "-rf x"',
                commands=("temporal operator namespace create '--namespace=-rf x' --address=127.0.0.1:7233",),
            ),
        ),
        fires(
            "it is a default of the code",
            variables(MISSING, TEMPORAL_NAMESPACE=None),
            TOLD._replace(advice="(TEMPORAL_NAMESPACE, unset: its default is default (worker/config.py:41))."),
        ),
        fires(
            "it is an assumed default",
            assumed(variables(MISSING, TEMPORAL_NAMESPACE=None)),
            TOLD._replace(advice="(TEMPORAL_NAMESPACE, unset: its default is default (assumed))."),
        ),
        fires(
            "the image sets it",
            variables(
                MISSING, TEMPORAL_NAMESPACE=f.Variable(name="TEMPORAL_NAMESPACE", value="default", from_image=True)
            ),
            TOLD,
        ),
        fires(
            "its default stands nowhere",
            with_settings(NOWHERE),
            TOLD._replace(advice="(TEMPORAL_NAMESPACE, unset: its default is default)."),
        ),
        fires("no setting of it is known", with_settings(), TOLD._replace(advice="(namespace, which nothing sets).")),
        does_not_fire("it is there", healthy()),
        not_checked(
            "Temporal does not say",
            temporal(namespace_exists=None),
            "Temporal did not say whether the namespace exists (answered)",
        ),
        not_checked(
            "Temporal does not answer",
            temporal(namespace_exists=None, answered=f.Answered.TIMED_OUT),
            "Temporal did not say whether the namespace exists (timed-out)",
        ),
        not_checked("Temporal was not asked", failing("temporal", f.Outcome.REFUSED), NOT_MEASURED.reason),
        *no_endpoint("temporal", MISSING),
    ]
}


@every_case(GRID)
def test_what_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
