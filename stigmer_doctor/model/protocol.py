"""What services speak."""

from __future__ import annotations

from enum import StrEnum


class Protocol(StrEnum):
    """What is spoken on an endpoint."""

    GRPC = "grpc"
    TEMPORAL = "temporal"
    OLLAMA = "ollama"
    REDIS = "redis"
