"""A service that is meant for this machine, and that nothing serves here."""

from __future__ import annotations

from stigmer_doctor.analysis.links import Link
from stigmer_doctor.model.facts import NotMeasured, Outcome, Place
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Skip
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement
from stigmer_doctor.rules import wording
from stigmer_doctor.rules.services.answering import start_commands


def down(link: Link, profile: Profile, place: Place) -> Judgement:
    """The endpoint is meant for this machine, and nothing serves it here either."""
    if isinstance(link.container_reach, NotMeasured):
        yield Skip(reason=link.container_reach.reason)
    elif _accepted(link):
        return
    elif why := _elsewhere(link, place):
        yield Skip(reason=why)
    elif isinstance(link.user_reach, NotMeasured):
        yield Skip(reason=link.user_reach.reason)
    elif link.answering_here or any(map(link.listening_on, link.endpoint.ports)):
        return
    elif not _certain(link):
        yield Skip(reason="this machine's own ports gave no clear answer")
    else:
        yield _finding(link, profile)


def _accepted(link: Link) -> bool:
    """Whether the service's ports were accepted from the container, at whatever address was tried."""
    dials = (dial for dial in link.inside.dials if dial.port in link.endpoint.ports)
    return any(dial.outcome is Outcome.CONNECTED for dial in dials)


def _elsewhere(link: Link, place: Place) -> str:
    """Why the endpoint is none of this machine's business; "" when it is."""
    if not place.here:
        return f"{place.apart}, so this machine's services say nothing"
    if not link.to_this_machine:
        return f"{link.endpoint.host} is not this machine, and what runs there cannot be seen from here"
    return ""


def _certain(link: Link) -> bool:
    """Whether "nothing serves it" was measured: the listing is complete, or every loopback port was refused.

    A loopback that times out has a listener that hangs, or a firewall before it.
    """
    asked = set(link.endpoint.ports)
    if not isinstance(link.listeners, NotMeasured) and asked <= set(link.listeners.ports):
        return True
    refused = {dial.port for dial in link.user_dials if dial.outcome is Outcome.REFUSED}
    return refused >= asked and not any(dial.outcome is Outcome.TIMED_OUT for dial in link.user_dials)


def _finding(link: Link, profile: Profile) -> Finding:
    endpoint = link.endpoint
    tried = " or ".join(map(str, endpoint.ports))
    dialled = f"on this machine: {wording.dial_list(link.user_dials)}" if link.user_dials else ""
    listing = "" if isinstance(link.listeners, NotMeasured) else f"no listener on port {tried}"
    # The default port of the code in the image is not where the service listens; a configured one is meant.
    port = None if endpoint.defaulted else endpoint.port
    return Finding(
        subject=endpoint.title,
        message=f"{endpoint.title} is not running: nothing serves port {tried} on this machine",
        measured=wording.joined(dialled, listing),
        expected=f"{endpoint.title} listens on port {port or endpoint.standard_port}",
        remediation=Remediation(
            text=f"Start {endpoint.title} on this machine.",
            commands=start_commands(endpoint.name, profile, port),
        ),
        evidence=(
            wording.in_force(endpoint),
            *(Evidence(source="user-machine", locator=dial.at, value=dial.outcome.value) for dial in link.user_dials),
        ),
        endpoints=(endpoint.name,),
    )
