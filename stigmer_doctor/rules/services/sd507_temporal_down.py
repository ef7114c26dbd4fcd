"""SD507: Temporal does not run on this machine, or it accepts connections and does not answer."""

from __future__ import annotations

from stigmer_doctor.rules.services.table import TEMPORAL, down_or_not_serving

RULE = down_or_not_serving(__name__, TEMPORAL)
