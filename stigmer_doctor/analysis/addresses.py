"""The values of address variables: what one says, and what to write into one."""

from __future__ import annotations

from urllib.parse import urlsplit

from stigmer_doctor.model.addresses import host_port
from stigmer_doctor.model.facts import Endpoint, Protocol

_HTTPS_PORT = 443


def value(endpoint: Endpoint, host: str, port: int | None = None) -> str:
    """What to write into the endpoint's variable: host:port, or a URL (with its path) for an HTTP service."""
    if endpoint.port_variable:
        return host  # the port is another variable's
    address = host_port(host, port or endpoint.service_port)
    if endpoint.protocol is not Protocol.OLLAMA:
        return address
    path = "" if endpoint.defaulted or "://" not in endpoint.raw else urlsplit(endpoint.raw).path.rstrip("/")
    return f"{endpoint.scheme or 'http'}://{address}{path}"


def parse(text: str, default_port: int) -> tuple[str, int] | None:
    """Host and port of a value in either form; None where it holds no host that can be named."""
    scheme, separator, rest = text.strip("\"' \t\n").rpartition("://")
    rest = rest.lstrip("/")  # gRPC's dns:///host:port
    if "<hidden" in text or rest.isdigit():
        return None
    try:
        url = urlsplit(f"//{rest}")
        port = url.port
    except ValueError:
        return None
    if not url.hostname:
        return None
    return url.hostname, port or (_HTTPS_PORT if separator and scheme == "https" else default_port)
