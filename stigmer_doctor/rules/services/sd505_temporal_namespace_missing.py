"""SD505: Temporal does not have the namespace that the runner uses."""

from __future__ import annotations

from stigmer_doctor.analysis.links import Link, Links
from stigmer_doctor.model.addresses import host_port
from stigmer_doctor.model.facts import NotMeasured, TemporalAnswer
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity, Skip
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules import wording
from stigmer_doctor.rules.commands import command


def check(links: Links, temporal: TemporalAnswer) -> Judgement:
    link = links.usable("temporal")
    if isinstance(link, NotMeasured):
        yield Skip(reason=link.reason)
    elif temporal.namespace_exists is None:
        yield Skip(reason=f"Temporal did not say whether the namespace exists ({temporal.answered})")
    elif not temporal.namespace_exists:
        yield _finding(link, temporal.namespace, wording.setting_origin(links.configuration, "namespace"))


def _finding(link: Link, namespace: str, origin: str) -> Finding:
    endpoint = link.endpoint
    address = host_port("127.0.0.1", endpoint.port) if link.to_this_machine else endpoint.address
    # As one word with its option: a namespace may begin with a dash.
    create = command("temporal", "operator", "namespace", "create", f"--namespace={namespace}", f"--address={address}")
    return Finding(
        subject=namespace,
        message=f'Temporal at {endpoint.address} has no namespace "{namespace}", so the worker cannot start',
        measured=f'namespace "{namespace}" not found',
        expected=f'namespace "{namespace}" exists',
        remediation=Remediation(text=f"Create the namespace, or name an existing one ({origin}).", commands=(create,)),
        evidence=(
            wording.in_force(endpoint),
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
