"""SD652: Redis does not run on this machine, or it accepts connections and does not answer."""

from __future__ import annotations

from stigmer_doctor.rules.services.table import REDIS, down_or_not_serving

RULE = down_or_not_serving(__name__, REDIS)
