"""Something accepts at a service's address: it speaks another protocol, or does not answer."""

from __future__ import annotations

from stigmer_doctor.analysis.addresses import path
from stigmer_doctor.analysis.links import Link
from stigmer_doctor.model.addresses import host_port
from stigmer_doctor.model.changes import SetVariable
from stigmer_doctor.model.facts import Answer, Answered, Endpoint, NotMeasured, Place, Protocol
from stigmer_doctor.model.findings import Finding, Remediation
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement
from stigmer_doctor.rules import wording
from stigmer_doctor.rules.commands import of_profile

_IN_CLUSTER = Remediation(
    text="Look at the log of the service's own pods, then restart them. Where those are well, something else (a "
    "service mesh, a proxy) accepted the connection."
)


def wrong_protocol(link: Link, speaks: str, profile: Profile) -> Judgement:
    """What accepts connections at the endpoint does not speak its protocol."""
    endpoint, answer = link.endpoint, link.asked.inside
    if not isinstance(answer, NotMeasured) and answer.answered is Answered.WRONG_PROTOCOL:
        below = _path(endpoint)
        where = f"{endpoint.address}, below {below}," if below else endpoint.address
        yield Finding(
            subject=endpoint.address,
            message=f"what answers at {where} is not {endpoint.title}: it does not speak {speaks}",
            measured=_said(answer),
            expected=f"an answer in {speaks}",
            remediation=address_advice(link, profile),
            evidence=(wording.in_force(endpoint),),
            endpoints=(endpoint.name,),
        )


def not_serving(link: Link, profile: Profile, place: Place) -> Judgement:
    """The endpoint accepts connections, and its service gives no answer or says that it is unavailable. What answers on
    this machine runs: then it is the way to it that is at fault."""
    endpoint, answer = link.endpoint, link.asked.inside
    if not isinstance(answer, NotMeasured) and link.asked.silent and not link.asked.here:
        yield Finding(
            subject=endpoint.address,
            message=f"{endpoint.title} at {endpoint.address} accepts connections and does not answer",
            measured=wording.joined(_said(answer), wording.on_this_machine(link.user_dials)),
            expected=f"{endpoint.title} answers",
            remediation=_IN_CLUSTER if place is Place.POD else _silent_advice(endpoint, profile),
            evidence=(wording.in_force(endpoint),),
            endpoints=(endpoint.name,),
        )


def _silent_advice(endpoint: Endpoint, profile: Profile) -> Remediation:
    return Remediation(
        text="Look at the service's own log, then restart it. Where nothing answers on this machine, something else (a "
        "forwarder of the engine, a proxy) accepted the connection: start the service.",
        commands=start_commands(endpoint.name, profile),
    )


def start_commands(name: str, profile: Profile, port: int | None = None) -> tuple[str, ...]:
    """How the service is started on the user's machine."""
    known = profile.endpoint(name)
    return (of_profile(known.start, port or known.port),) if known and known.start else ()


def address_advice(link: Link, profile: Profile) -> Remediation:
    """What to do where the address leads to another service: the usual one where it accepts connections."""
    endpoint = link.endpoint
    whose = _owner(endpoint, profile)
    standard = host_port(endpoint.host, endpoint.standard_port)
    moved = endpoint.port != endpoint.standard_port and endpoint.movable and not endpoint.port_variable
    if moved and link.inside.connects(endpoint.host, endpoint.standard_port):
        right = f"http://{standard}" if endpoint.protocol is Protocol.OLLAMA else standard
        return Remediation(
            text=f"{whose}The container reaches {standard}, where {endpoint.title} normally listens: "
            f"set {endpoint.variable} to it.",
            changes=(SetVariable(name=endpoint.variable, value=right),),
        )
    if below := _path(endpoint):
        right = f"{endpoint.scheme}://{host_port(endpoint.host, endpoint.port)}"
        return Remediation(
            text=f"{whose}{endpoint.title} has its API below /, and {endpoint.variable} says {below}: write {right}, "
            "unless a proxy there needs the path.",
            changes=(SetVariable(name=endpoint.variable, value=right),),
        )
    return Remediation(
        text=f"{whose}Put the address of {endpoint.title} into {endpoint.variable} (it normally listens on port "
        f"{endpoint.standard_port}), or stop what occupies port {endpoint.port} and start {endpoint.title}."
    )


def _path(endpoint: Endpoint) -> str:
    """What a URL that can be changed says behind host and port; "" where it says nothing, or has no scheme."""
    return path(endpoint.raw) if endpoint.protocol is Protocol.OLLAMA and endpoint.movable else ""


def _owner(endpoint: Endpoint, profile: Profile) -> str:
    """Whose port it is, where it is the usual one of another service."""
    others = (other for other in profile.endpoints if other.port == endpoint.port and other.name != endpoint.name)
    owner = next(others, None)
    return f"Port {endpoint.port} is where {owner.title} listens. " if owner else ""


def _said(answer: Answer) -> str:
    """The answer in one line: "unavailable: status UNAVAILABLE, connection reset"."""
    status = f"status {answer.status}" if answer.status else ""
    return ": ".join(filter(None, (answer.answered.value, ", ".join(filter(None, (status, answer.detail))))))
