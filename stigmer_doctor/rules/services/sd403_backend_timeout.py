"""SD403: the backend's address does not answer the container: packets are dropped, or there is no route."""

from __future__ import annotations

from stigmer_doctor.rules.services.table import BACKEND, timed_out

RULE = timed_out(__name__, BACKEND)
