"""Every derived fact, listed by hand: a rule asks for it by this name, as it asks for a fact."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from stigmer_doctor.analysis.loopbacks import loopbacks

_ALL: tuple[Callable[..., object], ...] = (loopbacks,)

DERIVED: Mapping[str, Callable[..., object]] = {function.__name__: function for function in _ALL}
