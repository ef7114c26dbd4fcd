"""SD402: the backend's address refuses connections from the container."""

from __future__ import annotations

from stigmer_doctor.rules.services.table import BACKEND, refused

RULE = refused(__name__, BACKEND)
