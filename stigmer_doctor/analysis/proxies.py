"""Which of the runner's clients would go through a proxy that the environment names: each library has its own rules.

grpcio 1.85 honours the lower-case names only, and proxies even localhost; temporalio ignores them all; httpx follows
urllib, where the lower-case name wins over the upper-case one.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from stigmer_doctor.model.addresses import host_port
from stigmer_doctor.model.facts import Container, Endpoint, Protocol

_GRPC = ("grpc_proxy", "https_proxy", "http_proxy")
_GRPC_NONE = ("no_grpc_proxy", "no_proxy")
_PORTS = {"https": 443, "socks5": 1080}


class Proxy(NamedTuple):
    """A proxy that an endpoint's client would use: the variable that names it, and where it is."""

    variable: str
    value: str
    host: str
    port: int

    @property
    def at(self) -> str:
        """Where it is, `host:port`."""
        return host_port(self.host, self.port)


def proxy_of(endpoint: Endpoint, container: Container) -> Proxy | None:
    """The proxy that the endpoint's own client would go through; None where it dials directly."""
    values = {variable.name: variable.value for variable in container.environment if variable.value}
    names: tuple[str, ...]
    match endpoint.protocol:
        case Protocol.GRPC:
            names, excepted = _GRPC, _first(values, _GRPC_NONE)
        case Protocol.OLLAMA:
            scheme = endpoint.scheme or "http"
            names = tuple(_either(f"{scheme}_proxy")) + tuple(_either("all_proxy"))
            excepted = _first(values, tuple(_either("no_proxy")))
        case _:
            return None
    name = next((other for other in names if values.get(other)), None)
    if name is None or _excepted(endpoint.host, excepted):
        return None
    return _parsed(name, values[name])


def _either(name: str) -> Iterator[str]:
    yield from (name, name.upper())


def _first(values: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((values[name] for name in names if name in values), "")


def _parsed(name: str, value: str) -> Proxy | None:
    scheme, _, rest = value.rpartition("://")
    try:
        url = urlsplit(f"//{rest}")
        return Proxy(name, value, url.hostname or "", url.port or _PORTS.get(scheme, 80)) if url.hostname else None
    except ValueError:
        return None


def _excepted(host: str, listed: str) -> bool:
    """Whether an entry of a no_proxy list covers the host: "*", the host, a domain above it, or a network."""
    return any(_covers(entry.strip().lower(), host.lower()) for entry in listed.split(",") if entry.strip())


def _covers(entry: str, host: str) -> bool:
    if entry == "*":
        return True
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(entry, strict=False)
    except ValueError:
        domain = entry.lstrip("*").lstrip(".")
        return host == domain or host.endswith(f".{domain}")
