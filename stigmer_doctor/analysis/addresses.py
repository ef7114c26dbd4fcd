"""The values of address variables: what one says, and what to write into one."""

from __future__ import annotations

from urllib.parse import urlsplit

from stigmer_doctor.model.addresses import host_port
from stigmer_doctor.model.facts import Endpoint, Protocol

_HTTPS_PORT = 443
_AROUND = "\"' \t\n"
"""Quotes and blanks that were passed on with a value."""


def value(endpoint: Endpoint, host: str, port: int | None = None) -> str:
    """What to write into the endpoint's variable: host:port, or a URL (with its path) for an HTTP service."""
    if endpoint.port_variable:
        return host  # the port is another variable's
    address = host_port(host, port or endpoint.service_port)
    if endpoint.protocol is not Protocol.OLLAMA:
        return address
    return f"{endpoint.scheme or 'http'}://{address}{'' if endpoint.defaulted else path(endpoint.raw)}"


def path(url: str) -> str:
    """What a URL says behind host and port, without a slash at its end; "" for what has no scheme."""
    return urlsplit(url.strip(_AROUND)).path.rstrip("/") if "://" in url else ""


def parse(text: str, default_port: int) -> tuple[str, int] | None:
    """Host and port of a value in either form; None where it holds no host that can be named."""
    scheme, separator, rest = text.strip(_AROUND).rpartition("://")
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
