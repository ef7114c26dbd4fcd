"""What rules about the log and about pollers ask of an endpoint, as long as they do not ask for its link."""

from __future__ import annotations

from stigmer_doctor.analysis import links
from stigmer_doctor.model.facts import Configuration, Endpoint, NotMeasured, Reach
from stigmer_doctor.model.findings import Skip
from stigmer_doctor.rules import wording


def usable(name: str, configuration: Configuration) -> Endpoint | Skip:
    """The endpoint, when the runner dials it and its address is one."""
    endpoint = links.usable(name, configuration)
    return Skip(reason=endpoint.reason) if isinstance(endpoint, NotMeasured) else endpoint


def on_this_machine(endpoint: Endpoint, user_reach: Reach | NotMeasured) -> str:
    """ "answers on this machine at ...", its contrary, or "" where it was not measured."""
    return wording.on_this_machine(links.user_dials(endpoint, user_reach))
