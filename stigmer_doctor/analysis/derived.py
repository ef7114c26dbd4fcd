"""Every derived fact, listed by hand: a rule asks for it by this name, as it asks for a fact."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from stigmer_doctor.analysis.loopbacks import loopbacks
from stigmer_doctor.analysis.pollers import worker_pollers
from stigmer_doctor.analysis.startup import last_failure, parts_at_start, startup, too_early
from stigmer_doctor.analysis.unread_variables import unread_variables

_ALL: tuple[Callable[..., object], ...] = (
    last_failure,
    loopbacks,
    parts_at_start,
    startup,
    too_early,
    unread_variables,
    worker_pollers,
)

DERIVED: Mapping[str, Callable[..., object]] = {function.__name__: function for function in _ALL}
