"""SD404: what answers at the backend's address speaks no gRPC."""

from __future__ import annotations

from stigmer_doctor.rules.services.table import BACKEND, wrong_protocol

RULE = wrong_protocol(__name__, BACKEND)
