"""SD505: Temporal does not have the namespace that the runner uses."""

from __future__ import annotations

from stigmer_doctor.model.addresses import host_port
from stigmer_doctor.model.facts import Configuration, Container, Endpoint, NotMeasured, TemporalAnswer
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity, Skip
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.commands import command
from stigmer_doctor.rules.dialling import in_force, setting_origin, usable
from stigmer_doctor.rules.services.answers import meant_for_this_machine


def check(
    configuration: Configuration, temporal: TemporalAnswer, profile: Profile, *, container: Container | NotMeasured
) -> Judgement:
    endpoint = usable("temporal", configuration)
    if isinstance(endpoint, Skip):
        yield endpoint
    elif temporal.namespace_exists is None:
        yield Skip(reason=f"Temporal did not say whether the namespace exists ({temporal.answered})")
    elif not temporal.namespace_exists:
        local = meant_for_this_machine(endpoint, container, profile)
        yield _finding(endpoint, temporal.namespace, configuration, local=local)


def _finding(endpoint: Endpoint, namespace: str, configuration: Configuration, *, local: bool) -> Finding:
    address = host_port("127.0.0.1", endpoint.port) if local else endpoint.address
    # As one word with its option: a namespace may begin with a dash.
    create = command("temporal", "operator", "namespace", "create", f"--namespace={namespace}", f"--address={address}")
    origin = setting_origin(configuration, "namespace")
    return Finding(
        subject=namespace,
        message=f'Temporal at {endpoint.address} has no namespace "{namespace}", so the worker cannot start',
        measured=f'namespace "{namespace}" not found',
        expected=f'namespace "{namespace}" exists',
        remediation=Remediation(text=f"Create the namespace, or name an existing one ({origin}).", commands=(create,)),
        evidence=(
            in_force(endpoint),
            Evidence(source="temporal", locator="namespace", value=f"{namespace}: not found"),
        ),
        endpoints=("temporal",),
    )


RULE = Rule(
    code="SD505",
    severity=Severity.ERROR,
    check=check,
    causes=("SD112", "SD113", "SD506", "SD703", "SD704"),
    stops_start=True,
)
