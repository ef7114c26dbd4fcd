"""What the codes of rules tell by themselves."""

from __future__ import annotations

_SOURCE = ("SD8", "SD9")


def about_source(code: str) -> bool:
    """Whether the rule of that code is about source files: it needs no engine, and what repairs a container does not
    repair them."""
    return code.startswith(_SOURCE)


_SERVICES = {"SD4": "backend", "SD5": "temporal", "SD65": "redis", "SD6": "llm"}
_EVERY_SERVICE = "SD2"


def about_service(code: str, name: str) -> bool:
    """Whether the rule of that code is about the endpoint of that name: the rules of the network are about all."""
    if code.startswith(_EVERY_SERVICE):
        return True
    return next((service for prefix, service in _SERVICES.items() if code.startswith(prefix)), "") == name
