"""SD807: a compose file sets no address for a service, and the default in force is the container itself."""

from __future__ import annotations

from stigmer_doctor.model.facts import Endpoint, Origin
from stigmer_doctor.model.findings import Finding, Severity, Skip
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.model.source import ComposeFiles, ComposeService, UnsetEndpoint
from stigmer_doctor.rules import files, linking
from stigmer_doctor.rules.compose.unset import without_misnamed

_SHARED = ("service:", "container:", "none")


def check(compose: ComposeFiles, profile: Profile) -> Judgement:
    for service in compose.services:
        if service.host_mode or service.planned.network_mode.startswith(_SHARED):
            continue  # a loopback that others share, which may be right
        for unset in without_misnamed(service, compose, profile):
            endpoint = service.configuration.endpoint(unset.name)
            if endpoint is None:
                continue
            if endpoint.origin is Origin.ASSUMED:
                yield Skip(reason=f"the default of {unset.variable} is not known: no code of the runner was read")
            elif why := _unknown(service, unset, profile):
                yield Skip(reason=why)
            else:
                yield _finding(unset, endpoint, service)


def _unknown(service: ComposeService, unset: UnsetEndpoint, profile: Profile) -> str:
    """Why "nothing sets it" cannot be said; "" when it can."""
    names = next((endpoint.variables for endpoint in profile.endpoints if endpoint.name == unset.name), ())
    deciding = {*names, *(setting.variable for setting in profile.settings if setting.key in ("mode", "llm_provider"))}
    if passed := [variable for variable in service.unknown if variable in deciding]:
        return f"{passed[0]} comes from the environment of whoever starts the service {service.name}"
    return f"{unset.variable} may be set in {service.unreadable[0]}" if service.unreadable else ""


def _finding(unset: UnsetEndpoint, endpoint: Endpoint, service: ComposeService) -> Finding:
    return Finding(
        subject=service.place,
        message=f"the service {service.name} sets no {unset.variable}: {endpoint.raw} is in force, which in a "
        "container is the container itself",
        measured=f"{unset.variable} is unset, its default is {endpoint.raw}",
        expected=f"{unset.variable}={unset.value}",
        remediation=files.remediation(
            f"Set {unset.variable} to where {endpoint.title} listens.",
            unset.edits,
            snippet=files.override(service.name, unset.variable, unset.value),
        ),
        evidence=(files.seen(service.place, f"{service.name}: no {unset.variable}"),),
        endpoints=(endpoint.name,),
    )


RULE = Rule(code="SD807", severity=Severity.ERROR, check=check, causes_ahead=linking.DIALLED)
