"""SD401: the backend's name does not resolve from the container."""

from __future__ import annotations

from stigmer_doctor.rules.services.table import BACKEND, unresolvable

RULE = unresolvable(__name__, BACKEND)
