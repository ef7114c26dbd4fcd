"""SD504: what answers at Temporal's address is not a Temporal server."""

from __future__ import annotations

from stigmer_doctor.rules.services.table import TEMPORAL, wrong_protocol

RULE = wrong_protocol(__name__, TEMPORAL)
