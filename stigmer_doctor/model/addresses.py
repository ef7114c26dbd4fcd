"""How a host and a port are written together."""

from __future__ import annotations


def host_port(host: str, port: int | str) -> str:
    """`host:port`, with brackets around an IPv6 literal."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
