"""Host and port of an address as the runner's own clients take it, which differ.

Tried with grpcio 1.85.1 and temporalio 1.35.0: grpcio takes what follows the last colon for the port and the rest for
a name, so that a path, a user or a blank in front is an error; temporalio reads a URL, whose scheme (but https), user
and path it drops.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

import msgspec

from stigmer_doctor.model.facts import ClientUse, Protocol
from stigmer_doctor.model.loopback import legacy_ipv4
from stigmer_doctor.model.profile import EndpointProfile

TLS_PORT = 443
_QUOTES = "\"'"
_DROPS, _DROPS_NO_MORE = (0, 3, 9), (1, 1)
_GRPC_SCHEMES = ("dns", "ipv4", "ipv6")


class ParsedAddress(msgspec.Struct, frozen=True):
    """A parsed endpoint value; `problem` says why it cannot be dialled."""

    host: str = ""
    port: int = 0
    scheme: str = ""
    problem: str = ""


def parse_address(raw: str, profile: EndpointProfile) -> ParsedAddress:
    """Host and port of a value, as the runner's client would take it; never raises."""
    text = raw.strip()
    if not text:
        return ParsedAddress(problem="it is set, but empty")
    if text[0] in _QUOTES or text[-1] in _QUOTES:
        return ParsedAddress(problem="the quotes around it are part of the value")
    try:
        if profile.url:
            return _parse_url(text, profile.port)
        if raw[0].isspace():
            return ParsedAddress(problem="a blank stands before it, which the client takes for a part of the name")
        return _parse_grpc(text) if profile.protocol is Protocol.GRPC else _parse_temporal(text)
    except ValueError as error:
        return ParsedAddress(problem=f"it is not an address: {error}")


def taken_address(raw: str, profile: EndpointProfile, use: ClientUse | None) -> ParsedAddress:
    """The same, of a value that this client gets: what some versions of langchain-ollama do with one that has no scheme
    was tried with 0.3.6 to 1.1.0."""
    version = tuple(map(int, re.findall(r"\d+", use.version))) if use else ()
    dropped = "://" not in raw and _DROPS <= version < _DROPS_NO_MORE
    if use and dropped and raw.strip():
        return ParsedAddress(problem=f"langchain-ollama {use.version} drops a value that does not start with http://")
    return parse_address(raw, profile)


def _parse_url(raw: str, standard_port: int) -> ParsedAddress:
    # The Ollama client accepts a value without a scheme, and then assumes http and its standard port.
    url = urlsplit(raw if "://" in raw else f"http://{raw}")
    if url.scheme not in ("http", "https"):
        return ParsedAddress(scheme=url.scheme, problem=f'the scheme "{url.scheme}" is neither http nor https')
    if not url.hostname:
        return ParsedAddress(scheme=url.scheme, problem="it names no host")
    default = standard_port if "://" not in raw else (80 if url.scheme == "http" else TLS_PORT)
    return ParsedAddress(url.hostname, default if url.port is None else url.port, url.scheme)


def _parse_grpc(text: str) -> ParsedAddress:
    scheme, rest = _grpc_scheme(text)
    url = urlsplit(f"//{rest}")
    if scheme:  # that alone makes it a name that nobody knows
        return _host_and_port(url, scheme)
    if url.username is not None:
        return ParsedAddress(problem="what stands before the @ is taken for a part of the name")
    if url.path:
        return ParsedAddress(problem=f'the "{url.path}" behind the port is taken for a part of the port')
    if url.hostname and legacy_ipv4(url.hostname):
        return ParsedAddress(problem=f"{url.hostname} is an address in a form that gRPC takes for a name")
    return _host_and_port(url, scheme)


def _grpc_scheme(text: str) -> tuple[str, str]:
    """gRPC's own name syntax (dns:///host:port, ipv4:host:port) is not a scheme."""
    scheme, separator, rest = text.partition("://")
    known = scheme.lower() in _GRPC_SCHEMES
    if separator:
        return ("", rest.removeprefix("/")) if known else (scheme, rest)
    scheme, _, rest = text.partition(":")
    return ("", rest) if scheme.lower() in _GRPC_SCHEMES and ":" in rest else ("", text)


def _parse_temporal(text: str) -> ParsedAddress:
    scheme, separator, rest = text.partition("://")
    scheme, rest = (scheme.lower(), rest) if separator else ("", text)
    url = urlsplit(f"//{rest}")
    if "%" in (url.hostname or ""):
        return ParsedAddress(scheme=scheme, problem="temporalio takes no IPv6 address with a scope")
    return _host_and_port(url, scheme)


def _host_and_port(url: SplitResult, scheme: str) -> ParsedAddress:
    host = url.hostname
    if url.netloc.count(":") > 1 and "[" not in url.netloc:
        return ParsedAddress(scheme=scheme, problem="an IPv6 address must stand in brackets")
    if not host:
        return ParsedAddress(scheme=scheme, problem="it names no host")
    if url.port is None:
        return ParsedAddress(host, 0, scheme, "it names no port")
    return ParsedAddress(host, url.port, scheme, "" if url.port else "the port 0 is none")
