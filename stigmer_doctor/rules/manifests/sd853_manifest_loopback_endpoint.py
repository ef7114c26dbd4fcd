"""SD853: a manifest gives the runner an address that means the pod itself."""

from __future__ import annotations

from stigmer_doctor.model.facts import Endpoint, is_loopback
from stigmer_doctor.model.findings import Finding, Severity, Skip
from stigmer_doctor.model.manifests import ManifestContainer, ManifestFiles, ManifestVariable
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules import files


def check(manifests: ManifestFiles) -> Judgement:
    deployed = _deployed(manifests, followed=True)
    open_places = _deployed(manifests, followed=False)
    told: set[str] = set()
    for container in manifests.containers:
        for endpoint in container.configuration.endpoints:
            written = container.variable(endpoint.variable)
            if written is None or written.opaque or written.place in told:
                continue
            # A host whose port is filled in later is not an address yet, and tells enough.
            if not endpoint.loopback and not is_loopback(written.variable.value):
                continue
            told.add(written.place)
            if container.unread:
                yield Skip(reason=files.unfollowed(container.build, container.unread))
            elif container.base and written.place in open_places - deployed:
                yield Skip(reason=f"a patch that is not followed may change {written.place}, and no other build has it")
            elif container.alone:
                yield _finding(endpoint, written, container, deployed=written.place in deployed)
            else:
                yield Skip(
                    reason=f"in {container.build} something else of the pod may listen at {written.variable.value}"
                )


def _deployed(manifests: ManifestFiles, *, followed: bool) -> set[str]:
    """The places of what is deployed, of the builds whose patches were all followed or of the others."""
    built = [
        container for container in manifests.containers if not container.base and (not container.unread) is followed
    ]
    return {written.place for container in built for written in container.environment}


def _finding(endpoint: Endpoint, written: ManifestVariable, container: ManifestContainer, *, deployed: bool) -> Finding:
    overlaid = "" if deployed else "; every overlay that is there sets its own, and one that does not would fail"
    return Finding(
        subject=written.place,
        message=f"{endpoint.variable} is {written.variable.value} in {container.build}, which in a pod is the pod "
        f"itself{overlaid}",
        measured=f"{endpoint.variable}={written.variable.value}",
        expected=f"the address of {endpoint.title} in the cluster",
        remediation=files.remediation(
            f"Set {endpoint.variable} to the name of the service in the cluster"
            + ("." if deployed else ", or leave it to the overlays and remove it here."),
            (),
        ),
        evidence=(files.seen(written.place, written.line),),
        endpoints=(endpoint.name,),
        severity=None if deployed else Severity.WARNING,
    )


RULE = Rule(code="SD853", severity=Severity.ERROR, check=check)
