"""SD502: Temporal's address refuses connections from the container."""

from __future__ import annotations

from stigmer_doctor.rules.services.table import TEMPORAL, refused

RULE = refused(__name__, TEMPORAL)
