"""Which words for a host mean "the machine that dials"."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache

from stigmer_doctor.lean_objects import compiled_later

LOOPBACK = "127.0.0.1"
LOOPBACKS = (LOOPBACK, "::1")
LOOPBACK_NAMES = frozenset({"localhost", "localhost.localdomain", "ip6-localhost"})
_PART = compiled_later(r"0x[0-9a-f]*|[0-9]+", re.IGNORECASE)
_MOST_PARTS = 4


@lru_cache(maxsize=1024)
def is_loopback(host: str) -> bool:
    """Whether a host name or address literal means "the machine that dials": the loopback in any spelling, and the
    unspecified address (0.0.0.0, ::), which a client takes for it."""
    if host.lower().rstrip(".") in LOOPBACK_NAMES:
        return True
    if (number := legacy_ipv4(host)) is not None:
        return number.is_loopback or number.is_unspecified
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    plain = getattr(address, "ipv4_mapped", None) or address
    return bool(plain.is_loopback or plain.is_unspecified)


def legacy_ipv4(host: str) -> ipaddress.IPv4Address | None:
    """The address that inet_aton reads in a spelling other than four decimal numbers (127.1, 0x7f000001, 0177.0.0.1,
    2130706433); None for any other host. getaddrinfo accepts these, and so does what follows the URL standard."""
    parts = host.split(".")
    if len(parts) > _MOST_PARTS or not all(map(_PART.fullmatch, parts)):
        return None
    if len(parts) == _MOST_PARTS and all(part.isdecimal() and str(int(part)) == part for part in parts):
        return None
    try:
        numbers = [_number(part) for part in parts]
    except ValueError:
        return None
    *first, last = numbers
    if any(digit > 0xFF for digit in first) or last >= 1 << 8 * (_MOST_PARTS - len(first)):
        return None
    value = last
    for position, digit in enumerate(first):
        value |= digit << 8 * (_MOST_PARTS - 1 - position)
    return ipaddress.IPv4Address(value)


def _number(text: str) -> int:
    """As C reads it: 0x is hexadecimal, a leading 0 octal."""
    if text[:2].lower() == "0x":
        return int(text[2:] or "0", 16)
    return int(text, 8 if text.startswith("0") and len(text) > 1 else 10)
