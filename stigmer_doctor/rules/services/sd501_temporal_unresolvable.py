"""SD501: Temporal's name does not resolve from the container."""

from __future__ import annotations

from stigmer_doctor.rules.services.table import TEMPORAL, unresolvable

RULE = unresolvable(__name__, TEMPORAL)
