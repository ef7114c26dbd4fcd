"""Every derived fact, listed by hand: a rule asks for it by this name, as it asks for a fact."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from stigmer_doctor.analysis.addressing import addressing
from stigmer_doctor.analysis.answers import answers
from stigmer_doctor.analysis.cluster_addresses import cluster_addresses
from stigmer_doctor.analysis.host_names import host_names
from stigmer_doctor.analysis.host_network_better import host_network_better
from stigmer_doctor.analysis.links import dialled_links, links
from stigmer_doctor.analysis.loopbacks import loopbacks
from stigmer_doctor.analysis.native_linux import native_linux
from stigmer_doctor.analysis.pollers import worker_pollers
from stigmer_doctor.analysis.reads import reads
from stigmer_doctor.analysis.routes import routes
from stigmer_doctor.analysis.server_sends import server_sends
from stigmer_doctor.analysis.startup import last_failure, parts_at_start, startup, too_early
from stigmer_doctor.analysis.still_starting import still_starting, temporal_usable
from stigmer_doctor.analysis.unread_variables import unread_variables

_ALL: tuple[Callable[..., object], ...] = (
    addressing,
    answers,
    cluster_addresses,
    dialled_links,
    host_names,
    host_network_better,
    last_failure,
    links,
    loopbacks,
    native_linux,
    parts_at_start,
    reads,
    routes,
    server_sends,
    startup,
    still_starting,
    temporal_usable,
    too_early,
    unread_variables,
    worker_pollers,
)

DERIVED: Mapping[str, Callable[..., object]] = {function.__name__: function for function in _ALL}
