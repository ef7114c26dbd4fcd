"""SD406: the backend does not run on this machine, so no path to it can work."""

from __future__ import annotations

from stigmer_doctor.rules.services.table import BACKEND, down

RULE = down(__name__, BACKEND)
