"""The first-party library beside the runner."""

from agentloom.models import model_from_name

__all__ = ["model_from_name"]
