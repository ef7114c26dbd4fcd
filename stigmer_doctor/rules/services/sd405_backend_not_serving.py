"""SD405: the backend accepts connections and does not answer, or says that it is unavailable."""

from __future__ import annotations

from stigmer_doctor.rules.services.table import BACKEND, not_serving

RULE = not_serving(__name__, BACKEND)
