"""Whether the host's network is the better one for the runner, of all that was measured."""

from __future__ import annotations

from stigmer_doctor.analysis.candidates import best, candidates
from stigmer_doctor.analysis.host_names import HostNames
from stigmer_doctor.analysis.listening import listening_on
from stigmer_doctor.model.facts import Listeners, NotMeasured
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.topology import Topology


def host_network_better(
    profile: Profile, host_names: HostNames, *, topology: Topology | NotMeasured, listeners: Listeners | NotMeasured
) -> bool:
    """Whether host networking reaches the most services of this machine; not where it was not measured."""
    if isinstance(topology, NotMeasured):
        return False
    services = {service.name: listening_on(service, listeners) for service in profile.always_used}
    chosen = best(candidates(topology, host_names.aliases), services)
    return chosen is not None and chosen.network == "host"
