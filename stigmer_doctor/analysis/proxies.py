"""Which of the runner's clients would go through a proxy that the environment names: each library has its own rules.

As measured: grpcio 1.85 honours the lower-case names only, and proxies even localhost; the first that is set decides,
and an empty one means none. temporalio ignores them all. httpx 0.28 follows urllib, where the lower-case name wins over
the upper-case one, also when it is empty.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec

from stigmer_doctor.model.addresses import host_port
from stigmer_doctor.model.facts import Container, Endpoint, Protocol

_GRPC = ("grpc_proxy", "https_proxy", "http_proxy")
_GRPC_NONE = ("no_grpc_proxy", "no_proxy")
_PORTS = {"https": 443, "socks5": 1080}


class Proxy(msgspec.Struct, frozen=True):
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
    values = _values(container)
    match endpoint.protocol:
        case Protocol.GRPC:
            name = _first(values, _GRPC)
        case Protocol.OLLAMA:
            settled = (_first(values, _either(f"{kind}_proxy")) for kind in (endpoint.scheme or "http", "all"))
            name = next((other for other in settled if values.get(other)), "")
        case _:
            return None
    if not values.get(name) or _excepted(endpoint, values.get(exceptions_of(endpoint, container), "")):
        return None
    return _parsed(name, values[name])


def exceptions_of(endpoint: Endpoint, container: Container) -> str:
    """The variable in whose list the endpoint's own client looks for hosts that it calls directly; "" where none of
    those that it reads is set."""
    return _first(_values(container), _GRPC_NONE if endpoint.protocol is Protocol.GRPC else _either("no_proxy"))


def _values(container: Container) -> dict[str, str]:
    return {variable.name: variable.value for variable in container.environment}


def _either(name: str) -> tuple[str, str]:
    return name, name.upper()


def _first(values: Mapping[str, str], names: tuple[str, ...]) -> str:
    """The first that is set, be it empty; "" for none."""
    return next((name for name in names if name in values), "")


def _parsed(name: str, value: str) -> Proxy | None:
    scheme, _, rest = value.rpartition("://")
    try:
        url = urlsplit(f"//{rest}")
        return Proxy(name, value, url.hostname or "", url.port or _PORTS.get(scheme, 80)) if url.hostname else None
    except ValueError:
        return None


def _excepted(endpoint: Endpoint, listed: str) -> bool:
    """Whether an entry of a list of exceptions covers the host, as the endpoint's client reads them."""
    covers = _covers_in_grpcio if endpoint.protocol is Protocol.GRPC else _covers_in_httpx
    return any(covers(entry.strip().lower(), endpoint) for entry in listed.split(",") if entry.strip())


def _covers_in_grpcio(entry: str, endpoint: Endpoint) -> bool:
    """The host, a domain above it, or a network; "*" means nothing."""
    try:
        return ipaddress.ip_address(endpoint.host) in ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return _below(endpoint.host.lower(), entry)


def _covers_in_httpx(entry: str, endpoint: Endpoint) -> bool:
    """Every host, the host, the host with this port, or a domain above it; a network means nothing."""
    return entry == "*" or _below(endpoint.host.lower(), entry.removesuffix(f":{endpoint.port}"))


def _below(host: str, entry: str) -> bool:
    domain = entry.removeprefix(".")
    return host == domain or host.endswith(f".{domain}")
