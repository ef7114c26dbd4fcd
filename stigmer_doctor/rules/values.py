"""What to write into an endpoint's variable."""

from __future__ import annotations

from urllib.parse import urlsplit

from stigmer_doctor.model.facts import Endpoint, Protocol


def service_port(endpoint: Endpoint) -> int:
    """The port to dial: a default of the code in the image is not where the service listens, a configured one is."""
    return endpoint.standard_port if endpoint.defaulted or not endpoint.port else endpoint.port


def value(endpoint: Endpoint, host: str, port: int | None = None) -> str:
    """What to write into the endpoint's variable: host:port, or a URL (with its path) for an HTTP service."""
    address = host_port(host, port or service_port(endpoint))
    if endpoint.protocol is not Protocol.OLLAMA:
        return address
    path = "" if endpoint.defaulted or "://" not in endpoint.raw else urlsplit(endpoint.raw).path.rstrip("/")
    return f"{endpoint.scheme or 'http'}://{address}{path}"


def host_port(host: str, port: int) -> str:
    """`host:port`, with brackets around an IPv6 literal."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
